//! The list of what is wrong with a response. What it says names the question, limits and options of the form,
//! and never what was answered.

use super::MAX_ISSUES;
use crate::{Issue, fhirpath::Element};

/// Longest part of a form that is repeated in a message, in characters.
const LONGEST: usize = 60;

/// Faults found so far.
#[derive(Default)]
pub(super) struct Report {
    pub issues: Vec<Issue>,
}

/// A value, and the item it answers.
pub(super) struct Spot<'a> {
    /// Where the value stands.
    pub place: String,
    /// The `linkId` of the item.
    pub link: &'a str,
    /// The type of the item.
    pub kind: &'a str,
    pub item: &'a Element,
}

impl Report {
    pub fn error(&mut self, code: &'static str, spot: &Spot<'_>, what: &str) {
        let text = format!("The answer to {} {what}.", quoted(spot.link));
        self.add(Issue::error(code, text).at(spot.place.as_str()));
    }

    pub fn warning(&mut self, code: &'static str, spot: &Spot<'_>, what: &str) {
        let text = format!("The answer to {} {what}.", quoted(spot.link));
        self.add(Issue::warning(code, text).at(spot.place.as_str()));
    }

    /// Adds one, until there are too many.
    pub fn add(&mut self, issue: Issue) {
        match self.issues.len() {
            n if n < MAX_ISSUES => self.issues.push(issue),
            MAX_ISSUES => {
                let what = format!("More is wrong than these {MAX_ISSUES} faults; the rest is not listed.");
                self.issues.push(Issue::error("incomplete", what));
            }
            _ => {}
        }
    }
}

/// A `linkId` of the form, kept short.
pub(super) fn quoted(link: &str) -> String {
    if link.chars().count() <= LONGEST {
        return format!("{link:?}");
    }
    let short: String = link.chars().take(LONGEST).collect();
    format!("{short:?}...")
}
