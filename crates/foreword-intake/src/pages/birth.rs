//! The question that proves a patient: the year or the day they were born.

use foreword_app::identity::{Asked, Born, Check};
use foreword_domain::{language::Lang, phrases::t};
use jiff::{SignedDuration, Timestamp};

use super::form::Fields;
use crate::Web;

/// Names of its fields.
pub(super) const FIELDS: [&str; 3] = ["day", "month", "year"];

/// The question as part of a page.
pub(super) struct Birth {
    /// Whether the whole date is asked for.
    pub whole: bool,
    /// What is wrong with what was typed.
    pub trouble: Option<String>,
    /// What was typed of a date that is none: it can be put right. A year is typed anew.
    pub typed: [String; 3],
}

impl Birth {
    pub(super) fn new(web: &Web) -> Self {
        let whole = web.app.options().check == Asked::Date;
        Self { whole, trouble: None, typed: Default::default() }
    }

    /// The question again, after a check that was not passed.
    pub(super) fn after(web: &Web, check: &Check, fields: &Fields, lang: &Lang, now: Timestamp) -> Self {
        let mut birth = Self::new(web);
        let key = match check {
            Check::Unclear if birth.whole => "page-check-unclear-date",
            Check::Unclear => "page-check-unclear",
            Check::Wrong | Check::Passed(..) => "page-check-wrong",
            Check::Locked(until) if now.duration_until(*until) > SignedDuration::from_mins(15) => {
                "page-check-locked-long"
            }
            Check::Locked(_) => "page-check-locked",
        };
        birth.trouble = Some(t(key, lang, &[]));
        if birth.whole && matches!(check, Check::Unclear) {
            birth.typed = FIELDS.map(|name| fields.get(name).chars().take(32).collect());
        }
        birth
    }
}

/// What was said of the birth.
pub(super) fn said(web: &Web, fields: &Fields) -> Option<Born> {
    Born::read(web.app.options().check, FIELDS.map(|name| fields.get(name)), web.now())
}
