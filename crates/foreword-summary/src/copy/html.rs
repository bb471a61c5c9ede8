//! The copy as a page of its own.

use askama::Template;
use foreword_domain::phrases::{Arg, date, t};

use super::Copy;
use crate::chart_svg;

#[derive(Template)]
#[template(path = "copy.html")]
struct Page<'a> {
    c: &'a Copy,
    style: &'a str,
}

impl Page<'_> {
    fn t(&self, key: &str) -> String {
        t(key, &self.c.lang, &[])
    }

    fn what_for(&self) -> String {
        what_for(self.c)
    }

    fn charts(&self) -> Vec<String> {
        self.c.charts.iter().map(|chart| chart_svg(chart, &self.c.lang)).collect()
    }
}

/// The copy as a page of its own: no script, nothing loaded from elsewhere, printable.
pub fn copy_html(copy: &Copy) -> String {
    // Writing to a string fails only where memory does.
    Page { c: copy, style: include_str!("../../templates/copy.css") }.render().unwrap_or_default()
}

/// Which visit the copy belongs to.
pub(super) fn what_for(copy: &Copy) -> String {
    match copy.visit {
        Some(day) => t("copy-for", &copy.lang, &[("date", Arg::Text(&date(day, &copy.lang)))]),
        None => t("copy-for-visit", &copy.lang, &[]),
    }
}
