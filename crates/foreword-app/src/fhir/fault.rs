//! Why a request of a program was not answered as it was meant.

use foreword_domain::booking::Version;
use foreword_fhir::Issue;

use crate::Error;

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
    /// The appointment that was not taken in, where it was one.
    pub(super) booking: Option<Told>,
}

/// What was said of an appointment that was not taken in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Told {
    /// The feed's identifier of it, where it has one.
    pub appointment: Option<String>,
    /// The place of what was said among all that is said of it.
    pub version: Version,
}

impl Fault {
    /// Why, for all of these reasons.
    pub(crate) fn of(why: Why, issues: Vec<Issue>) -> Error {
        Error::Fhir(Box::new(Self { why, issues, booking: None }))
    }

    /// The same error where it is one of an appointment, with which one it was.
    pub(super) fn about(error: Error, resource: &serde_json::Value) -> Error {
        match error {
            Error::Fhir(mut fault) => {
                let appointment = resource["identifier"][0]["value"].as_str().map(str::to_owned);
                fault.booking.get_or_insert(Told { appointment, version: Version::default() });
                Error::Fhir(fault)
            }
            other => other,
        }
    }

    /// The same of an appointment that a feed wants booked.
    pub(super) fn of_booking(why: Why, issue: Issue, booking: Told) -> Error {
        Error::Fhir(Box::new(Self { why, issues: vec![issue], booking: Some(booking) }))
    }
}
