//! The HL7 v2 feed: `SIU` messages about appointments, from a file or one at a time, and the acknowledgement
//! each is owed. It knows no connection: that is [`super::mllp`].

mod language;
mod message;
mod reply;
mod said;
mod times;

use foreword_domain::{
    appointment::Status,
    booking::{Notice, Usual},
};

use super::{Row, Unreadable};
use message::{Marks, Message};

pub use reply::{Code, acknowledge};

/// One message, read, and all that is needed to acknowledge it.
pub struct Taken {
    /// What it says, or why it is not taken in.
    pub notice: Result<Notice, String>,
    /// Whether it is none of those this feed is for: such a message is rejected (`AR`), not refused (`AE`).
    pub is_foreign: bool,
    /// Whether its sender says that it is no real one (MSH-11 `T` for training, `D` for debugging).
    pub is_practice: bool,
    /// The sender's identifier of the message, as it stands.
    pub control_id: String,
    header: Header,
}

/// What an acknowledgement takes from the message it is for.
struct Header {
    marks: Marks,
    encoding: &'static encoding_rs::Encoding,
    /// Application and facility: the sender's, then the receiver's.
    parties: [String; 4],
    event: String,
    processing: String,
    version: String,
    charset: String,
    /// Why it is foreign, as a code of HL7 table 0357.
    condition: Option<u16>,
}

/// Reads a file of messages, bare, in a batch (`FHS`, `BHS`) or in the frames of MLLP. Each comes with its place,
/// the first being 1, and is a notice or the reason why not.
///
/// The reason names the field and quotes no value: where fields have shifted, any may be a patient's.
///
/// # Errors
/// When there is no message in it.
pub fn read(bytes: &[u8], usual: &Usual) -> Result<Vec<Row>, Unreadable> {
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return Err(Unreadable("is UTF-16; save the file as UTF-8".to_owned()));
    }
    let messages = messages(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes));
    if !messages.iter().any(|message| is_header(message)) {
        return Err(Unreadable("holds no HL7 v2 message; one begins with MSH|^~\\&|".to_owned()));
    }
    Ok(messages.iter().zip(1..).map(|(message, place)| (place, take(message, usual).notice)).collect())
}

/// Reads one message.
pub fn take(message: &[u8], usual: &Usual) -> Taken {
    let (text, encoding) = message::decode(message);
    let Some(message) = Message::split(&text, encoding) else {
        return Taken {
            notice: Err("MSH: is missing, or does not name its marks as in MSH|^~\\&|".to_owned()),
            is_foreign: true,
            is_practice: false,
            control_id: String::new(),
            header: Header::empty(encoding),
        };
    };
    let mut header = Header::of(&message);
    let notice = match event(&message) {
        Ok(status) => said::notice(&message, status, usual),
        Err((condition, why)) => {
            header.condition = Some(condition);
            Err(why.to_owned())
        }
    };
    let control_id = message.all("MSH").next().map(|msh| reply::echo(msh.raw(10))).unwrap_or_default();
    let is_practice = matches!(header.processing.as_str(), "T" | "D");
    Taken { notice, is_foreign: header.condition.is_some(), is_practice, control_id, header }
}

/// What the event means for an appointment; else why the message is none for this feed, with its code in HL7
/// table 0357.
fn event(message: &Message<'_>) -> Result<Status, (u16, &'static str)> {
    let said = |field, component| message.first("MSH", field).and_then(|part| part.text(component));
    if said(9, 1).as_deref() != Some("SIU") {
        return Err((200, "MSH-9: is not SIU; only messages about appointments are taken in"));
    }
    if !said(12, 1).is_none_or(|version| version == "2" || version.starts_with("2.")) {
        return Err((203, "MSH-12: must be a version from 2.1 to 2.8"));
    }
    if !said(11, 1).is_none_or(|kind| ["P", "T", "D"].contains(&kind.as_str())) {
        return Err((202, "MSH-11: must be P, T or D"));
    }
    match said(9, 2).as_deref() {
        Some("S12" | "S13" | "S14") => Ok(Status::Booked),
        Some("S15" | "S17") => Ok(Status::Cancelled),
        Some("S26") => Ok(Status::Noshow),
        _ => Err((201, "MSH-9: its event must be one of S12, S13, S14, S15, S17, S26")),
    }
}

/// The messages of a file, without the envelopes of batches and the frames of MLLP. What stands before the
/// first is one of them, so that it is not lost unseen.
fn messages(bytes: &[u8]) -> Vec<&[u8]> {
    let is_end = |byte: &u8| matches!(byte, b'\r' | b'\n' | 0x0b | 0x1c);
    let mut messages: Vec<&[u8]> = Vec::new();
    let mut begin = 0;
    let mut at = 0;
    let close = |messages: &mut Vec<_>, from: usize, to: usize| {
        let message = bytes.get(from..to).unwrap_or_default();
        if !message.iter().all(|byte| byte.is_ascii_whitespace() || byte.is_ascii_control()) {
            messages.push(message);
        }
    };
    for line in bytes.split_inclusive(is_end) {
        let end = at + line.len();
        if is_header(line) {
            close(&mut messages, begin, at);
            begin = at;
        } else if [b"FHS", b"BHS", b"BTS", b"FTS"].into_iter().any(|name| is_named(line, name)) {
            close(&mut messages, begin, at);
            begin = end;
        }
        at = end;
    }
    close(&mut messages, begin, at);
    messages
}

fn is_header(line: &[u8]) -> bool {
    is_named(line, b"MSH")
}

fn is_named(line: &[u8], name: &[u8]) -> bool {
    line.strip_prefix(name).and_then(<[u8]>::first).is_some_and(u8::is_ascii_punctuation)
}

#[cfg(test)]
mod tests;
