//! The text of a mail, whichever way it is written.

use mail_parser::{Message, MessagePart, MimeHeaders, PartType, decoders::charsets::map::charset_decoder};

use super::{base64, html};

/// More text than that is not looked at: who writes below a quoted mail that long is asked once more.
const LONGEST: usize = 512 << 10;

/// The text: the plain one if there is one, else what the HTML says, with `>` before what it marks as quoted.
pub(super) fn text(message: &Message<'_>) -> String {
    let mut text = together(message, &message.text_body);
    if text.trim().is_empty() {
        text = together(message, &message.html_body);
    }
    if text.trim().is_empty() {
        // A part whose end or whose encoding is broken is not counted as text by the parser.
        let broken: Vec<u32> = (0_u32..)
            .zip(&message.parts)
            .filter(|(_, part)| {
                part.is_encoding_problem && part.content_type().is_none_or(|its| its.ctype() == "text")
            })
            .map(|(at, _)| at)
            .collect();
        text = together(message, &broken);
    }
    text
}

fn together(message: &Message<'_>, parts: &[u32]) -> String {
    let mut all = String::new();
    for part in parts.iter().filter_map(|part| message.parts.get(*part as usize)) {
        let written = match &part.body {
            PartType::Html(written) => html::to_text(&decoded(message, part, written)),
            PartType::Text(written) => {
                let written = decoded(message, part, written);
                let kind = part.content_type();
                let is = |name: &str, value: &str| {
                    kind.and_then(|its| its.attribute(name))
                        .is_some_and(|its| its.eq_ignore_ascii_case(value))
                };
                if kind.is_some_and(|its| its.subtype().is_some_and(|sub| sub.eq_ignore_ascii_case("html"))) {
                    html::to_text(&written)
                } else if is("format", "flowed") {
                    unflowed(&written, is("delsp", "yes"))
                } else {
                    written
                }
            }
            _ => continue,
        };
        if !all.is_empty() {
            all.push('\n');
        }
        let room = LONGEST.saturating_sub(all.len());
        let end = (0..=room.min(written.len())).rev().find(|end| written.is_char_boundary(*end));
        all.push_str(&written[..end.unwrap_or_default()]);
    }
    all.replace('\0', "")
}

/// The text of a part. Base64 is decoded here, because the parser gives up where it is broken, and leaves
/// out the end where it is cut off.
fn decoded(message: &Message<'_>, part: &MessagePart<'_>, written: &str) -> String {
    let encoding = part.content_transfer_encoding().unwrap_or_default();
    let body = part.raw_body_offset() as usize..part.raw_end_offset() as usize;
    let Some(raw) = message.raw_message.get(body).filter(|_| encoding.eq_ignore_ascii_case("base64")) else {
        return written.to_owned();
    };
    let bytes = base64::decode(raw);
    let charset = part.content_type().and_then(|its| its.attribute("charset"));
    let text = match charset.and_then(|charset| charset_decoder(charset.as_bytes())) {
        Some(decode) => decode(&bytes),
        None => String::from_utf8_lossy(&bytes).into_owned(),
    };
    text.trim_end_matches('\u{fffd}').to_owned()
}

/// Lines that were broken for the journey only, put together again (RFC 3676).
fn unflowed(text: &str, is_space_deleted: bool) -> String {
    let mut all = String::with_capacity(text.len());
    let mut open: Option<usize> = None;
    for line in text.lines() {
        let depth = line.bytes().take_while(|byte| *byte == b'>').count();
        let (marks, rest) = line.split_at(depth);
        let rest = rest.strip_prefix(' ').unwrap_or(rest);
        if open == Some(depth) && rest != "-- " {
            all.push_str(rest);
        } else {
            if !all.is_empty() {
                all.push('\n');
            }
            all.push_str(marks);
            if depth > 0 {
                all.push(' ');
            }
            all.push_str(rest);
        }
        open = (rest.ends_with(' ') && rest != "-- ").then_some(depth);
        if open.is_some() && is_space_deleted {
            all.pop();
        }
    }
    all
}

/// Whether somebody attached something: pictures that are part of a signature and what mail programs add
/// do not count.
pub(super) fn has_attachments(message: &Message<'_>) -> bool {
    message.attachments.iter().filter_map(|part| message.parts.get(*part as usize)).any(|part| {
        let Some(kind) = part.content_type() else { return false };
        let (ctype, subtype) = (kind.ctype(), kind.subtype().unwrap_or_default());
        let is_named = part.attachment_name().is_some();
        match ctype {
            "text" if !is_named => false,
            "multipart" => false,
            "text" => !subtype.ends_with("vcard") && !subtype.ends_with("calendar"),
            "image" => part.content_id().is_none(),
            "application" => {
                !["pkcs7-signature", "x-pkcs7-signature", "pgp-signature", "ms-tnef"].contains(&subtype)
            }
            _ => true,
        }
    })
}
