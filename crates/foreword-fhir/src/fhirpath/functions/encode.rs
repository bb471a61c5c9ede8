//! Strings in other clothes: base64, hexadecimal, HTML and JSON.

use std::fmt::Write;

use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE, Engine};

use super::{
    Call,
    text::{both, made},
};
use crate::fhirpath::{
    Error,
    evaluate::{Collection, Evaluator},
};

pub(super) fn encode(evaluator: &mut Evaluator<'_>, call: &mut Call<'_, '_>) -> Result<Collection, Error> {
    let Some((text, form)) = both(evaluator, call)? else { return Ok(Vec::new()) };
    let encoded = match &*form {
        "base64" => BASE64_STANDARD.encode(&*text),
        "urlbase64" => BASE64_URL_SAFE.encode(&*text),
        "hex" => hex(&text),
        _ => return call.error("encode() knows base64, urlbase64 and hex"),
    };
    made(evaluator, call.at, &encoded)
}

/// Nothing for what is not encoded like this, or is no text.
pub(super) fn decode(evaluator: &mut Evaluator<'_>, call: &mut Call<'_, '_>) -> Result<Collection, Error> {
    let Some((text, form)) = both(evaluator, call)? else { return Ok(Vec::new()) };
    let decoded = match &*form {
        "base64" => BASE64_STANDARD.decode(&*text).ok(),
        "urlbase64" => BASE64_URL_SAFE.decode(&*text).ok(),
        "hex" => unhex(&text),
        _ => return call.error("decode() knows base64, urlbase64 and hex"),
    };
    match decoded.and_then(|bytes| String::from_utf8(bytes).ok()) {
        Some(decoded) => made(evaluator, call.at, &decoded),
        None => Ok(Vec::new()),
    }
}

pub(super) fn escape(evaluator: &mut Evaluator<'_>, call: &mut Call<'_, '_>) -> Result<Collection, Error> {
    let Some((text, form)) = both(evaluator, call)? else { return Ok(Vec::new()) };
    let escaped = match &*form {
        "html" => html(&text),
        "json" => {
            let quoted = serde_json::Value::from(&*text).to_string();
            quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or_default().to_owned()
        }
        _ => return call.error("escape() knows html and json"),
    };
    made(evaluator, call.at, &escaped)
}

/// Nothing for JSON that is none.
pub(super) fn unescape(evaluator: &mut Evaluator<'_>, call: &mut Call<'_, '_>) -> Result<Collection, Error> {
    let Some((text, form)) = both(evaluator, call)? else { return Ok(Vec::new()) };
    let plain = match &*form {
        "html" => Some(unhtml(&text)),
        "json" => unjson(&text),
        _ => return call.error("unescape() knows html and json"),
    };
    plain.map_or(Ok(Vec::new()), |plain| made(evaluator, call.at, &plain))
}

fn hex(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    for byte in text.bytes() {
        // Writing to a string can't fail.
        let _ = write!(out, "{byte:02x}");
    }
    out
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok()).collect()
}

fn html(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            _ => out.push(c),
        }
    }
    out
}

/// Names that HTML and XML share, and numbers; whatever else stays as it is.
fn unhtml(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let entity = rest.bytes().take(12).position(|byte| byte == b';').and_then(|end| rest.get(1..end));
        let known = entity.and_then(|entity| Some((character(entity)?, entity.len() + 2)));
        let (c, length) = known.unwrap_or(('&', 1));
        out.push(c);
        rest = &rest[length..];
    }
    out + rest
}

fn character(entity: &str) -> Option<char> {
    Some(match entity {
        "quot" => '"',
        "apos" => '\'',
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "nbsp" => '\u{a0}',
        _ => {
            let number = entity.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)?
        }
    })
}

fn unjson(text: &str) -> Option<String> {
    // A quote without a backslash would end the string too soon: such a text is not escaped at all there.
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    let mut escaped = false;
    for c in text.chars() {
        if c == '"' && !escaped {
            quoted.push('\\');
        }
        escaped = c == '\\' && !escaped;
        quoted.push(c);
    }
    quoted.push('"');
    serde_json::from_str(&quoted).ok()
}
