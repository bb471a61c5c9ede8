//! Comparing words as they stand in mails: case, invisible marks and digits of other scripts aside.

/// In lower case, without marks of direction and other invisible characters, with plain spaces and digits.
pub(in super::super) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars().flat_map(char::to_lowercase) {
        match c {
            '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}'
            | '\u{feff}'
            | '\u{61c}' => {}
            '：' => folded.push(':'),
            '،' | '，' | '、' => folded.push(','),
            '’' | '‘' => folded.push('\''),
            '٠'..='٩' => folded.push(digit(c, '٠')),
            '۰'..='۹' => folded.push(digit(c, '۰')),
            '０'..='９' => folded.push(digit(c, '０')),
            c if c.is_whitespace() => folded.push(' '),
            c => folded.push(c),
        }
    }
    folded.trim().to_owned()
}

fn digit(c: char, zero: char) -> char {
    char::from_digit(u32::from(c) - u32::from(zero), 10).unwrap_or(c)
}

/// Whether a word stands in a folded text by itself. Scripts that put no spaces between words, or hang
/// small words onto others, are taken as they are.
pub(super) fn has_word(text: &str, word: &str) -> bool {
    let is_bound = word.chars().all(|c| c < '\u{590}');
    text.match_indices(word).any(|(at, _)| {
        !is_bound
            || !text[..at].ends_with(char::is_alphanumeric)
                && !text[at + word.len()..].starts_with(char::is_alphanumeric)
    })
}

/// Whether there is a date with its year in a folded text.
pub(super) fn has_date(text: &str) -> bool {
    let mut numbers = 0;
    let mut has_year = false;
    for word in text.split(|c: char| !(c.is_ascii_digit() || ".-/:".contains(c))) {
        let mut parts = word.split(['.', '-', '/']).filter(|part| !part.is_empty());
        let is_number = |part: &str| part.len() <= 4 && part.bytes().all(|byte| byte.is_ascii_digit());
        if let (Some(a), Some(b), Some(c), None) = (parts.next(), parts.next(), parts.next(), parts.next())
            && [a, b, c].into_iter().all(is_number)
        {
            return true;
        }
        for number in word.split(['.', '-', '/', ':']).filter(|part| !part.is_empty()) {
            let is_year = number.len() == 4
                && ["19", "20", "25", "14"].iter().any(|century| number.starts_with(century));
            has_year |= is_year;
            numbers += usize::from(!is_year);
        }
    }
    has_year && numbers > 0
}

/// Whether there is something like an e-mail address in a folded text.
pub(super) fn has_address(text: &str) -> bool {
    text.match_indices('@').any(|(at, _)| {
        let is_part = |c: char| c.is_alphanumeric() || "._-+=".contains(c);
        text[..at].ends_with(is_part) && text[at + 1..].starts_with(char::is_alphanumeric)
    })
}
