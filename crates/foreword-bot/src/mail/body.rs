//! The HTML part of a mail: one column, one button, nothing remote, right in dark mode.

use askama::Template;
use foreword_domain::message::Outbound;

#[derive(Template)]
#[template(path = "mail.html")]
struct Body<'a> {
    m: &'a Outbound,
}

pub(super) fn html(message: &Outbound) -> String {
    // Writing into a string does not fail; the text part says the same.
    Body { m: message }.render().unwrap_or_default()
}
