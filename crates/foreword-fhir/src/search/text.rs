//! Words as a search compares them.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Without case and accents, with one blank between words.
pub(super) fn fold(text: &str) -> String {
    let plain: String = text
        .nfkd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .flat_map(|c| if c == 'ß' { vec!['s', 's'] } else { vec![c] })
        .collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A number or address of somebody: without case and without what is put between digits.
pub(super) fn contact(text: &str) -> String {
    if text.contains('@') || text.contains("://") {
        return fold(text);
    }
    fold(text).chars().filter(|c| !matches!(c, ' ' | '-' | '(' | ')' | '.' | '/')).collect()
}

/// Splits at a sign that no backslash stands before. The backslashes stay.
pub(super) fn split(text: &str, sign: char) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut start, mut is_escaped) = (0, false);
    for (at, c) in text.char_indices() {
        if is_escaped {
            is_escaped = false;
        } else if c == '\\' {
            is_escaped = true;
        } else if c == sign {
            parts.push(&text[start..at]);
            start = at + c.len_utf8();
        }
    }
    parts.push(&text[start..]);
    parts
}

/// Takes the backslashes off `\,`, `\|`, `\$` and `\\`; nothing where one stands before something else.
pub(super) fn unescape(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c == '\\' {
            out.push(chars.next().filter(|c| matches!(c, ',' | '|' | '$' | '\\'))?);
        } else {
            out.push(c);
        }
    }
    Some(out)
}
