//! The text of a message after its marks are taken out, and its length as Telegram counts it.

use serde_json::{Value, json};

use super::refusal::Refusal;

/// The longest text, in UTF-16 units after the marks are taken out.
pub const LONGEST: usize = 4096;

/// The length of a text in UTF-16 units.
pub fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

/// The text as it is shown, and its entities.
pub fn read(
    text: &str,
    parse_mode: Option<&str>,
    entities: Option<&Value>,
) -> Result<(String, Vec<Value>), Refusal> {
    let given = entities.and_then(Value::as_array).cloned().unwrap_or_default();
    let (shown, entities) = match parse_mode.map(str::to_ascii_lowercase).as_deref() {
        None | Some("" | "none") => (text.to_owned(), given),
        Some("html") => html(text)?,
        Some(other) => {
            return Err(Refusal::violation(&format!("the test kit can't read parse_mode {other}")));
        }
    };
    let shown = shown.trim_end().to_owned();
    if text.is_empty() {
        return Err(Refusal::violation("message text is empty"));
    }
    if shown.trim().is_empty() {
        return Err(Refusal::violation("text must be non-empty"));
    }
    Ok((shown, entities))
}

fn html(text: &str) -> Result<(String, Vec<Value>), Refusal> {
    let fault = |why: String| Refusal::violation(&format!("can't parse entities: {why}"));
    let mut shown = String::new();
    let mut entities = Vec::new();
    let mut open: Vec<(String, usize, Value)> = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['<', '&']) {
        shown.push_str(&rest[..at]);
        rest = &rest[at..];
        if rest.starts_with('&') {
            let (letter, length) = escaped(rest);
            shown.push(letter);
            rest = &rest[length..];
            continue;
        }
        let place = text.len() - rest.len();
        let (tag, after) = rest[1..]
            .split_once('>')
            .ok_or_else(|| fault(format!("unclosed start tag at byte offset {place}")))?;
        rest = after;
        if let Some(name) = tag.strip_prefix('/') {
            let (opened, start, mut entity) =
                open.pop().ok_or_else(|| fault(format!("unexpected end tag at byte offset {place}")))?;
            if opened != name.trim() {
                return Err(fault(format!(
                    "unmatched end tag at byte offset {place}, expected \"</{opened}>\", found \"</{name}>\""
                )));
            }
            entity["offset"] = start.into();
            entity["length"] = (units(&shown) - start).into();
            entities.push(entity);
        } else {
            let (name, attributes) = tag.split_once(' ').unwrap_or((tag, ""));
            let entity = entity(name, attributes)
                .ok_or_else(|| fault(format!("unsupported start tag \"{name}\" at byte offset {place}")))?;
            open.push((name.to_owned(), units(&shown), entity));
        }
    }
    shown.push_str(rest);
    match open.pop() {
        Some((name, ..)) => Err(fault(format!("can't find end tag corresponding to start tag \"{name}\""))),
        None => Ok((shown, entities)),
    }
}

/// The letter at the beginning of a text that starts with `&`, and how many bytes stand for it.
fn escaped(rest: &str) -> (char, usize) {
    for (name, letter) in [("&lt;", '<'), ("&gt;", '>'), ("&amp;", '&'), ("&quot;", '"')] {
        if rest.starts_with(name) {
            return (letter, name.len());
        }
    }
    ('&', 1)
}

fn entity(name: &str, attributes: &str) -> Option<Value> {
    let kind = match name {
        "b" | "strong" => "bold",
        "i" | "em" => "italic",
        "u" | "ins" => "underline",
        "s" | "strike" | "del" => "strikethrough",
        "code" => "code",
        "pre" => "pre",
        "tg-spoiler" => "spoiler",
        "blockquote" => "blockquote",
        "a" => {
            let url = attributes.strip_prefix("href=\"")?.strip_suffix('"')?;
            return Some(json!({ "type": "text_link", "url": url }));
        }
        _ => return None,
    };
    Some(json!({ "type": kind }))
}
