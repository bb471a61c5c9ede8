//! The plain form in which typed words are compared.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// First digits of the decimal digit blocks that NFKC leaves as they are.
const DIGIT_BLOCKS: [u32; 19] = [
    0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66, 0x0E50,
    0x0ED0, 0x0F20, 0x1040, 0x17E0, 0x1810, 0x19D0,
];

/// Reduces a text to lower-case words and ASCII digits, one space between them.
///
/// Forgiven: case, accents, punctuation, full-width, circled, emoji and non-Latin digits,
/// invisible characters. Kept: `.`, `,`, `/`, `-` between two digits, and `.`, `,`, `-` at the
/// beginning of a number, because "1-2" must not become "1 2", nor ".5" become "5".
pub fn normalize(text: &str) -> String {
    let compatible: Vec<char> = text
        .replace('\u{1F51F}', "10")
        .nfkd()
        .filter(|c| !is_combining_mark(*c) && !is_invisible(*c))
        .flat_map(|c| digit(c).to_lowercase())
        .flat_map(|c| if c == 'ß' { vec!['s', 's'] } else { vec![c] })
        .collect();
    let mut plain = String::with_capacity(compatible.len());
    for (n, c) in compatible.iter().copied().enumerate() {
        let at = |n: usize| compatible.get(n).copied();
        let before = n.checked_sub(1).and_then(at);
        let is = |c: Option<char>, kind: fn(char) -> bool| c.is_some_and(kind);
        let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
        // Nothing that a number could be part of stands before: ".5" and "-3", but not "ca.5" and "option-2".
        let begins = !is(before, char::is_alphanumeric) && !is(before, is_point) && !is(before, is_dash);
        let kept = match c {
            '/' | '⁄' => digit(before) && digit(at(n + 1)),
            _ if is_point(c) => digit(at(n + 1)) && (digit(before) || begins || is(before, is_dash)),
            _ if is_dash(c) => {
                let number_after = digit(at(n + 1)) || (is(at(n + 1), is_point) && digit(at(n + 2)));
                number_after && (digit(before) || begins)
            }
            _ => c.is_alphanumeric(),
        };
        // "that's" is one word; "1'5" is no number everybody reads alike.
        let joins =
            matches!(c, '\'' | '’') && is(before, char::is_alphabetic) && is(at(n + 1), char::is_alphabetic);
        let c = match c {
            '⁄' => '/',
            '٫' => '.',
            c if is_dash(c) => '-',
            other => other,
        };
        if kept {
            plain.push(c);
        } else if !joins && !plain.ends_with(' ') {
            plain.push(' ');
        }
    }
    plain.trim().to_owned()
}

fn is_point(c: char) -> bool {
    matches!(c, '.' | ',' | '٫')
}

fn is_dash(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '−')
}

pub(super) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{00AD}' | '\u{061C}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FE00}'..='\u{FE0F}' | '\u{20E3}' | '\u{FEFF}' | '\u{0640}')
}

fn digit(c: char) -> char {
    let code = u32::from(c);
    DIGIT_BLOCKS
        .iter()
        .find(|first| (**first..**first + 10).contains(&code))
        .and_then(|first| char::from_digit(code - first, 10))
        .unwrap_or(c)
}
