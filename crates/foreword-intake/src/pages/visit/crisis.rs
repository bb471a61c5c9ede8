//! The page after an answer that may need somebody at once: where it was given, and nowhere else. It stays until the
//! patient has said how things are.

use askama::Template;
use axum::response::Response;
use foreword_domain::conversation::Say;

use super::{home, layout};
use crate::{
    Web,
    pages::{frame::Frame, html, session::Seen},
};

#[derive(Template)]
#[template(path = "patient/crisis.html")]
struct Page<'a> {
    frame: Frame<'a>,
    home: String,
    /// What is said first.
    lines: Vec<String>,
    numbers: &'a [String],
    /// Whether they have said so already: then there is a way on instead of the question.
    is_said: bool,
}

/// What to do now, with the clinic's local numbers.
pub(super) fn page(web: &Web, seen: &Seen) -> Response {
    let frame = layout::frame(web, seen);
    let lines = vec![frame.t("crisis-thanks")];
    show(frame, seen, lines, false)
}

/// The same after the patient has asked for help: whether somebody is being told.
pub(super) fn called(web: &Web, seen: &Seen) -> Response {
    let told = if seen.visit.script.is_answered_for { Say::HelpCalled } else { Say::HelpNotCalled };
    let lines = layout::lines(&told, &seen.visit);
    show(layout::frame(web, seen), seen, lines, true)
}

fn show(frame: Frame<'_>, seen: &Seen, lines: Vec<String>, is_said: bool) -> Response {
    let visit = &seen.visit;
    let numbers = visit.script.numbers(&visit.standing.language);
    html(&Page { frame, home: home(visit), lines, numbers, is_said })
}
