//! The page as HTML.

use askama::Template;
use foreword_domain::scoring::Status;

use crate::{ScoreLine, Summary, compare::number};

/// The stylesheet of the page.
pub const STYLE: &str = include_str!("../templates/summary.css");

#[derive(Template)]
#[template(path = "summary.html")]
struct Article<'a> {
    s: &'a Summary,
}

#[derive(Template)]
#[template(path = "page.html")]
struct Page<'a> {
    s: &'a Summary,
    article: &'a str,
    style: &'a str,
}

/// The page as one `<article>`, to stand in another page.
///
/// # Errors
/// When the template cannot be written, which needs an out-of-memory condition.
pub fn article(summary: &Summary) -> Result<String, askama::Error> {
    Article { s: summary }.render()
}

/// The page as a document of its own, with its style in it.
///
/// # Errors
/// As [`article`].
pub fn page(summary: &Summary) -> Result<String, askama::Error> {
    Page { s: summary, article: &article(summary)?, style: STYLE }.render()
}

/// Width of the drawn scale in its own units.
const WIDTH: f64 = 200.0;

impl ScoreLine {
    /// The line so far, as SVG.
    fn trend_svg(&self) -> Option<String> {
        self.trend.as_ref().map(crate::Trend::svg)
    }

    /// Where a value lies on the drawn scale.
    fn x(&self, value: f64) -> String {
        let (low, high) = self.range;
        let share = if high > low { (value - low) / (high - low) } else { 0.0 };
        format!("{:.1}", 4.0 + share.clamp(0.0, 1.0) * (WIDTH - 8.0))
    }

    fn cuts(&self) -> Vec<String> {
        self.cut_offs.iter().map(|cut| self.x(*cut)).collect()
    }

    fn before(&self) -> Option<String> {
        self.previous_number.map(|before| self.x(before))
    }

    fn now(&self) -> Option<String> {
        self.number.map(|now| self.x(now))
    }

    /// Whether the number can be drawn on its scale.
    fn is_drawn(&self) -> bool {
        self.status != Status::NotScored && self.has_range()
    }

    fn low(&self) -> String {
        number(self.range.0)
    }

    fn high(&self) -> String {
        number(self.range.1)
    }

    /// The scale in words, for those who can't see it drawn.
    pub(crate) fn drawn_in_words(&self) -> String {
        let now = self.value.as_deref().unwrap_or("none");
        let before = self.previous_number.map(|n| format!(", before {}", number(n))).unwrap_or_default();
        format!("{now} on a scale of {} to {}{before}", self.low(), self.high())
    }
}
