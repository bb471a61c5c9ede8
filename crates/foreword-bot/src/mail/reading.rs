//! Reading mail that came in: who wrote, to which of our addresses, whether a person or a machine, and
//! what the person wrote themselves.
//!
//! It is a pure function of the bytes, takes whatever comes, and logs nothing. It refuses to know who a
//! patient is and what an answer is. A wrong cut may lead to a question asked once more, never to a wrong
//! answer: what is doubtful counts as quoted, or is left in so that it spoils the answer.

mod base64;
mod body;
mod bounce;
mod headers;
mod html;
mod machine;
mod reply;
mod sender;

use std::borrow::Cow;

use foreword_domain::{
    mail::{Heard, What},
    private::Private,
};
use mail_parser::MessageParser;

use headers::Headers;

/// Longer mails are read up to here; what a person writes stands at the top, or below one quoted mail.
const LONGEST: usize = 4 << 20;
/// Mails with more parts than that are read up to there. A message in a message in a message is taken
/// apart by recursion, and each part looks for its own end.
const PARTS: usize = 100;

/// Reads a mail as it came over the wire. Nothing comes of it only when it is no mail at all.
pub fn read_mail(raw: &[u8]) -> Option<Heard> {
    let raw = within_limits(raw);
    let headers = Headers::read(raw);
    if !headers.are_those_of_a_mail() {
        return None;
    }
    let raw = closed(raw, &headers);
    let message = MessageParser::default().parse(raw.as_ref())?;
    let from = sender::from(&message, &headers);
    let subject = message.subject().unwrap_or_default();
    Some(Heard {
        message_id: message.message_id().filter(|id| !id.is_empty()).map(|id| Private::new(id.to_owned())),
        to: sender::to(&message, &headers),
        answers_to: sender::answers_to(&message),
        checked: sender::checked(&headers, &from),
        what: what(&message, &headers, subject, &from),
        from: from.into_iter().map(Private::new).collect(),
    })
}

fn what(message: &mail_parser::Message<'_>, headers: &Headers, subject: &str, from: &[String]) -> What {
    if headers.has("x-foreword") {
        return What::Automatic("our own mail");
    }
    if machine::is_complaint(message, headers, subject, from) {
        return What::Complaint;
    }
    if let Some(what) = bounce::bounce(message, headers, subject, from) {
        return what;
    }
    if let Some(why) = machine::automatic(headers, subject) {
        return What::Automatic(why);
    }
    let text = body::text(message);
    let names = sender::names(message);
    What::Reply {
        text: Private::new(reply::own_words(&text, &names)),
        has_attachments: body::has_attachments(message),
    }
}

/// The bytes without what would make them dear to read.
fn within_limits(raw: &[u8]) -> &[u8] {
    let raw = &raw[..raw.len().min(LONGEST)];
    // Blank lines above it, and the line a mailbox file puts there.
    let start = raw.iter().position(|byte| !b"\r\n \t".contains(byte)).unwrap_or(raw.len());
    let mut raw = &raw[start..];
    if raw.starts_with(b"From ") || raw.starts_with(b">From ") {
        let end = raw.iter().position(|byte| *byte == b'\n').map_or(raw.len(), |end| end + 1);
        raw = &raw[end..];
    }
    let name = b"content-type";
    let many = raw.windows(name.len()).enumerate().filter(|(_, here)| here.eq_ignore_ascii_case(name));
    match many.map(|(at, _)| at).nth(PARTS) {
        Some(at) => &raw[..at],
        None => raw,
    }
}

/// The bytes with the ends of their parts, where they were cut off: a part without an end is not decoded.
fn closed<'a>(raw: &'a [u8], headers: &Headers) -> Cow<'a, [u8]> {
    let is_multipart = headers
        .first("content-type")
        .is_some_and(|kind| kind.trim_start().to_ascii_lowercase().starts_with("multipart/"));
    if !is_multipart {
        return Cow::Borrowed(raw);
    }
    let mut ends = Vec::new();
    for boundary in headers::boundaries(raw).into_iter().rev() {
        let end = [b"--", boundary, b"--"].concat();
        if !raw.windows(end.len()).any(|here| here == end) {
            ends.extend_from_slice(b"\r\n");
            ends.extend_from_slice(&end);
        }
    }
    if ends.is_empty() {
        return Cow::Borrowed(raw);
    }
    ends.extend_from_slice(b"\r\n");
    Cow::Owned([raw, &ends].concat())
}

#[cfg(test)]
mod tests;
