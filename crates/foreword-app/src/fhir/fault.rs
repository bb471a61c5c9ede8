//! Why a request of a program was not answered as it was meant.

use foreword_fhir::Issue;

/// What went wrong, as far as programs branch on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// It can't be read.
    Invalid,
    /// It can be read, and breaks a rule.
    Unprocessable,
    /// There is no such thing.
    NotFound,
    /// It is not offered for this kind of resource.
    NotOffered,
    /// It contradicts what is there.
    Conflict,
    /// What it was based on has changed since, or several things fit where one was meant.
    Precondition,
    /// It would take too long.
    TooCostly,
}

/// Why, in full.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", .issues.first().map_or("it can't be taken", |issue| issue.text.as_str()))]
pub struct Fault {
    /// What went wrong.
    pub why: Why,
    /// Each thing that did, with its place.
    pub issues: Vec<Issue>,
}
