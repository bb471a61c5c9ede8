//! The acknowledgement of a message.

use encoding_rs::Encoding;
use jiff::Timestamp;

use super::{
    Header, Taken,
    message::{Marks, Message},
};

/// Longest value that is sent back, in characters.
const LONGEST: usize = 250;

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// `AA`: it is on disk.
    Accepted,
    /// `AE`: its content was refused. The same message will be refused again.
    Refused,
    /// `AE`: it could not be stored, and nothing of it was. The same message may be accepted later.
    Again,
    /// `AR`: it is none of those that are taken in.
    Rejected,
}

/// The acknowledgement of a message, in its own marks and character set. `id` is our identifier of it, 20
/// characters at most.
pub fn acknowledge(taken: &Taken, code: Code, text: &str, now: Timestamp, id: &str) -> Vec<u8> {
    let header = &taken.header;
    let marks = header.marks;
    let mark = marks.field;
    let [sender, sending, receiver, receiving] = &header.parties;
    let part = marks.component.unwrap_or(' ');
    // The third component came with 2.3.1.
    let kind = match header.event.as_str() {
        "" => "ACK".to_owned(),
        event if is_before(&header.version, 2, 3) || header.version == "2.3" => format!("ACK{part}{event}"),
        event => format!("ACK{part}{event}{part}ACK"),
    };
    let word = match code {
        Code::Accepted => "AA",
        Code::Refused | Code::Again => "AE",
        Code::Rejected => "AR",
    };
    let at = now.strftime("%Y%m%d%H%M%S+0000").to_string();
    let text: String = text.chars().take(LONGEST).collect();
    let text = marks.escape(&text);
    let first = [
        &format!("MSH{mark}{}", marks.named()),
        receiver,
        receiving,
        sender,
        sending,
        &at,
        "",
        &kind,
        id,
        &header.processing,
        &header.version,
        "",
        "",
        "",
        "",
        "",
        &header.charset,
    ];
    let mut lines = vec![joined(&first, mark), joined(&["MSA", word, &taken.control_id, &text], mark)];
    if code != Code::Accepted && !is_before(&header.version, 2, 5) {
        let condition = condition(code, header.condition, &text);
        let coded = [condition.0.to_string(), condition.1.to_owned(), "HL70357".to_owned()];
        let place = place(&text).map(|place| place.join(&part.to_string())).unwrap_or_default();
        lines
            .push(joined(&["ERR", "", &place, &coded.join(&part.to_string()), "E", "", "", "", &text], mark));
    }
    let text = lines.join("\r") + "\r";
    header.encoding.encode(&text).0.into_owned()
}

/// Fields with their mark, without the empty ones at the end.
fn joined(fields: &[&str], mark: char) -> String {
    fields.join(&mark.to_string()).trim_end_matches(mark).to_owned()
}

/// What is wrong, as HL7 table 0357 says it.
fn condition(code: Code, foreign: Option<u16>, text: &str) -> (u16, &'static str) {
    match (code, foreign) {
        (Code::Again, _) => (207, "Application internal error"),
        (_, Some(200)) => (200, "Unsupported message type"),
        (_, Some(201)) => (201, "Unsupported event code"),
        (Code::Rejected, Some(202) | None) => (202, "Unsupported processing id"),
        (_, Some(203)) => (203, "Unsupported version id"),
        (_, Some(_)) => (100, "Segment sequence error"),
        _ if text.contains("is missing") || text.contains("is not told") => (101, "Required field missing"),
        _ if text.contains("another patient") => (205, "Duplicate key identifier"),
        _ => (102, "Data type error"),
    }
}

/// The segment and the field that a reason names: `PID-7: ...`.
fn place(text: &str) -> Option<Vec<String>> {
    let (name, _) = text.split_once(": ")?;
    let (segment, field) = match name.split_once('-') {
        Some((segment, field)) => (segment, Some(field)),
        None => (name, None),
    };
    let is_segment =
        segment.len() == 3 && segment.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    let is_field = field.is_none_or(|field| field.parse::<u8>().is_ok());
    (is_segment && is_field)
        .then(|| [Some(segment), Some("1"), field].into_iter().flatten().map(str::to_owned).collect())
}

/// Whether a version is one before another; what can't be read is none.
fn is_before(version: &str, major: u8, minor: u8) -> bool {
    let mut numbers = version.split('.').map(str::parse::<u8>);
    match (numbers.next(), numbers.next()) {
        (Some(Ok(has_major)), Some(Ok(has_minor))) => (has_major, has_minor) < (major, minor),
        _ => false,
    }
}

/// What is sent back as it came, of a length that can be meant.
pub(super) fn echo(raw: &str) -> String {
    raw.chars().filter(|c| !c.is_control()).take(LONGEST).collect()
}

impl Header {
    /// Of a message that has none.
    pub(super) fn empty(encoding: &'static Encoding) -> Self {
        Self {
            marks: Marks::USUAL,
            encoding,
            parties: Default::default(),
            event: String::new(),
            processing: "P".to_owned(),
            version: "2.5.1".to_owned(),
            charset: String::new(),
            condition: Some(100),
        }
    }

    pub(super) fn of(message: &Message<'_>) -> Self {
        let raw = |field| message.all("MSH").next().map(|msh| echo(msh.raw(field))).unwrap_or_default();
        let code = |field, component| {
            let said = message.first("MSH", field).and_then(|part| part.text(component)).unwrap_or_default();
            let is_code = |text: &String| {
                text.len() <= 10 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.')
            };
            Some(said).filter(is_code).unwrap_or_default()
        };
        let usually = |said: String, usual: &str| if said.is_empty() { usual.to_owned() } else { said };
        Self {
            marks: message.marks,
            encoding: message.encoding,
            parties: [3, 4, 5, 6].map(raw),
            event: code(9, 2),
            processing: usually(code(11, 1), "P"),
            version: usually(code(12, 1), "2.5.1"),
            charset: raw(18),
            condition: None,
        }
    }
}
