//! The HTML part of a mail: one column, one button, nothing remote, right in dark mode.

use askama::Template;
use foreword_domain::{
    language::Lang,
    mail::{Letter, Part},
};

#[derive(Template)]
#[template(path = "mail.html")]
struct Body<'a> {
    language: &'a Lang,
    m: &'a Letter,
}

pub(super) fn html(language: &Lang, letter: &Letter) -> String {
    // Writing into a string does not fail; the text part says the same.
    Body { language, m: letter }.render().unwrap_or_default()
}
