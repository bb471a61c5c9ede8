//! The content lines of RFC 5545, section 3.1: unfolded, split into name, parameters and value.

use std::borrow::Cow;

/// One content line.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Line {
    /// Name, in capitals.
    pub name: String,
    /// Names in capitals, and values without their quotes.
    params: Vec<(String, String)>,
    /// The value as it stands there.
    pub value: String,
}

impl Line {
    /// The value of a parameter.
    pub fn param(&self, name: &str) -> Option<&str> {
        self.params.iter().find(|(of, _)| of == name).map(|(_, value)| value.as_str())
    }

    /// The value in capitals, where it is a word.
    pub fn word(&self) -> String {
        self.value.trim().to_ascii_uppercase()
    }

    /// The value, where it is text: RFC 5545, section 3.3.11.
    pub fn text(&self) -> String {
        unescape(&self.value)
    }

    /// The first of the texts in the value, with the commas between them.
    pub fn first_text(&self) -> String {
        let mut escaped = false;
        let end = self.value.find(|c| {
            let ends = c == ',' && !escaped;
            escaped = c == '\\' && !escaped;
            ends
        });
        unescape(&self.value[..end.unwrap_or(self.value.len())])
    }

    /// Whether a component begins (`true`) or ends here, and its name.
    pub fn edge(&self) -> Option<(bool, String)> {
        match self.name.as_str() {
            "BEGIN" => Some((true, self.word())),
            "END" => Some((false, self.word())),
            _ => None,
        }
    }
}

/// The lines of a file and the number each begins at. They are joined as bytes: folding may have cut a
/// character in two.
pub(super) fn unfold(bytes: &[u8]) -> Vec<(usize, Cow<'_, [u8]>)> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut lines: Vec<(usize, Cow<[u8]>)> = Vec::new();
    for (number, line) in (1..).zip(bytes.split(|b| *b == b'\n')) {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        match (line.split_first(), lines.last_mut()) {
            (Some((b' ' | b'\t', rest)), Some((_, before))) => before.to_mut().extend_from_slice(rest),
            _ => lines.push((number, Cow::Borrowed(line))),
        }
    }
    lines
}

/// Splits a line; `None` when it is none.
pub(super) fn split(text: &str) -> Option<Line> {
    let (name, mut rest) = text.split_at(text.find([':', ';'])?);
    let name = name.trim();
    if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_') {
        return None;
    }
    let mut params = Vec::new();
    while let Some(param) = rest.strip_prefix(';') {
        let mut quoted = false;
        let end = param.find(|c| {
            quoted ^= c == '"';
            !quoted && (c == ';' || c == ':')
        })?;
        let (name, value) = param[..end].split_once('=')?;
        params.push((name.trim().to_ascii_uppercase(), plain(value)));
        rest = &param[end..];
    }
    let value = rest.strip_prefix(':')?.to_owned();
    Some(Line { name: name.to_ascii_uppercase(), params, value })
}

/// The value of a parameter without its quotes, and with what RFC 6868 writes with a caret.
fn plain(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut chars = value.trim().chars().filter(|c| *c != '"').peekable();
    while let Some(c) = chars.next() {
        let meant = match (c, chars.peek()) {
            ('^', Some('^')) => Some('^'),
            ('^', Some('\'')) => Some('"'),
            ('^', Some('n')) => Some('\n'),
            _ => None,
        };
        if meant.is_some() {
            chars.next();
        }
        out.push(meant.unwrap_or(c));
    }
    out
}

fn unescape(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => out.extend(chars.next().map(|c| if matches!(c, 'n' | 'N') { '\n' } else { c })),
            c => out.push(c),
        }
    }
    out
}
