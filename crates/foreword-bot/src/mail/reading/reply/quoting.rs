//! Where something quoted begins: lines with marks, lines that say who wrote when, the header lines of
//! another mail, and our own line above which answers are written.

mod labels;

use labels::{FORWARDED, FROM, ORIGINAL, SENT, SUBJECT, TO, WROTE};

use super::words::{fold, has_address, has_date, has_word};

/// What a line is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    /// The person's own.
    Own,
    /// Quoted, with so many lines.
    Quoted(usize),
    /// The beginning of something quoted without marks, which goes on to the end.
    AllBelow,
}

/// Longer lines say who wrote when in no mail program.
const LONG: usize = 400;

/// What the line at this place is.
pub(super) fn kind(lines: &[&str], at: usize) -> Kind {
    let line = lines[at];
    if is_marked(line) {
        return Kind::Quoted(1);
    }
    // Our own line, also broken in two. What stands below it without a mark is ours.
    if line.contains("##-") || line.contains("-##") {
        return Kind::AllBelow;
    }
    if line.trim().is_empty() || line.len() > 4 * LONG {
        return Kind::Own;
    }
    let folded = fold(line);
    if folded.chars().count() > LONG {
        return Kind::Own;
    }
    if is_divider(&folded) || begins_header_lines(lines, at, &folded) {
        return Kind::AllBelow;
    }
    let Some(count) = attribution(lines, at, &folded) else { return Kind::Own };
    let next = lines[at + count..].iter().enumerate().find(|(_, line)| !line.trim().is_empty());
    match next {
        // Marks other than this one end nowhere for certain.
        Some((blank, line)) if line.trim_start().starts_with('>') => Kind::Quoted(count + blank + 1),
        _ => Kind::AllBelow,
    }
}

/// Takes the head of a quotation off the person's lines right above it, in whatever language it is: up to
/// three lines that begin with a date or an address, and end with a colon.
pub(super) fn behead(run: &mut Vec<&str>) {
    let end = run.iter().rposition(|line| !line.trim().is_empty()).map_or(0, |last| last + 1);
    let is_head = |from: &usize| {
        let lines = &run[*from..end];
        let first = fold(lines[0]);
        lines.iter().all(|line| !line.trim().is_empty() && line.len() <= LONG)
            && (has_date(&first) || has_address(&first))
            && fold(lines[lines.len() - 1]).ends_with(':')
    };
    if let Some(from) = (end.saturating_sub(3)..end).rev().find(is_head) {
        run.truncate(from);
    }
}

/// Whether a line carries a mark that it is quoted: `>`, or the initials of who wrote it before that.
pub(super) fn is_marked(line: &str) -> bool {
    let line = line.trim_start_matches(|c: char| c.is_whitespace() || ('\u{200b}'..='\u{200f}').contains(&c));
    if line.starts_with('>') {
        return true;
    }
    let name = line.bytes().take_while(u8::is_ascii_alphabetic).count();
    let after = &line[name..];
    (1..=12).contains(&name)
        && after.starts_with('>')
        && line.starts_with(|c: char| c.is_ascii_uppercase())
        && (after.len() == 1 || after[1..].starts_with([' ', '>']))
}

/// `-----Original Message-----` and its kind.
fn is_divider(line: &str) -> bool {
    let is_rule = |c: char| "-_=*—–".contains(c);
    let inner = line.trim_matches(is_rule);
    let sides = (
        line.len() - line.trim_start_matches(is_rule).len(),
        line.len() - line.trim_end_matches(is_rule).len(),
    );
    let inner = inner.trim();
    if sides.0 >= 2 && sides.1 >= 2 && (4..=80).contains(&inner.chars().count()) {
        return ORIGINAL.iter().any(|word| inner.contains(word));
    }
    FORWARDED.iter().any(|words| line.trim_end_matches([':', ' ']) == *words)
}

/// Which of the header lines a line is, by its name in any language.
fn label(line: &str) -> Option<(usize, &str)> {
    let line = line.trim_start_matches(['*', '_', '|', '-', ' ']);
    let (name, rest) = line.split_once(':')?;
    let name = name.trim_matches(['*', '_', ' ']);
    if name.chars().count() > 24 {
        return None;
    }
    [FROM, SENT, SUBJECT, TO].iter().position(|list| list.contains(&name)).map(|kind| (kind, rest))
}

/// Whether the header lines of another mail begin here, in any language.
fn begins_header_lines(lines: &[&str], at: usize, folded: &str) -> bool {
    const AHEAD: usize = 10;
    let Some((first, rest)) = label(folded) else {
        return false;
    };
    let mut found = [false; 4];
    found[first] = true;
    if first == 0 && is_one_line(rest) {
        return true;
    }
    let mut others = 0;
    for line in lines[at + 1..].iter().take(AHEAD).filter(|line| !line.trim().is_empty()) {
        if line.len() > 4 * LONG || others > 3 {
            break;
        }
        match label(&fold(line)) {
            Some((kind, _)) => (found[kind], others) = (true, 0),
            None => others += 1,
        }
    }
    let count = found.iter().filter(|found| **found).count();
    // "From" and "to" alone are also the two ends of a time.
    count >= 3 || found[0] && (found[1] || found[2])
}

/// Whether the other header lines follow on the same line, as some programs make of HTML.
fn is_one_line(rest: &str) -> bool {
    let others = [SENT, SUBJECT, TO].iter().filter(|list| {
        list.iter().filter(|name| name.chars().count() > 1).any(|name| {
            rest.match_indices(name).any(|(at, _)| {
                rest[..at].ends_with([' ', '*'])
                    && rest[at + name.len()..].trim_start_matches(['*', ' ']).starts_with(':')
            })
        })
    });
    others.count() >= 2
}

/// How many lines say who wrote what follows, and when, if these do.
fn attribution(lines: &[&str], at: usize, first: &str) -> Option<usize> {
    const MOST: usize = 4;
    if !has_date(first) && !has_address(first) && !first.ends_with('<') {
        return None;
    }
    let mut whole = String::new();
    for count in 1..=MOST {
        let line = lines.get(at + count - 1)?;
        if line.trim().is_empty() || count > 1 && is_marked(line) {
            return None;
        }
        let folded = fold(line);
        // What has all of it by itself is the head of a quotation, and the lines above are the person's.
        if count > 1
            && !whole.ends_with('<')
            && (folded == "--" || has_date(&folded) && says_who_wrote(&folded))
        {
            return None;
        }
        if count > 1 {
            whole.push(' ');
        }
        whole.push_str(&folded);
        if whole.chars().count() > LONG {
            return None;
        }
        if says_who_wrote(&whole) {
            return Some(count);
        }
    }
    None
}

/// Whether a folded text says who wrote, and when. Without a date or an address nothing does.
fn says_who_wrote(text: &str) -> bool {
    let text = text.trim_start_matches(['-', '*', ' ', '"']).trim_end();
    let (date, address) = (has_date(text), has_address(text));
    if !date && !address {
        return false;
    }
    let ends = text.ends_with(':');
    let bare = text.trim_end_matches([':', ' ', '*']);
    let wrote = WROTE
        .iter()
        .any(|word| if ends { has_word(text, word) } else { bare.ends_with(word) && has_word(bare, word) });
    if wrote {
        return true;
    }
    let begins_with_number = text.chars().take(30).any(|c| c.is_ascii_digit());
    let digit_first = text.starts_with(|c: char| c.is_ascii_digit());
    let address_last = bare.ends_with('>') || bare.ends_with(')') || {
        let last = bare.rsplit(' ').next().unwrap_or_default();
        has_address(last)
    };
    date && (address && address_last && (ends && begins_with_number || digit_first && bare.ends_with('>'))
        || digit_first && (text.contains(" gmt+") || text.contains(" gmt-")) && text.chars().count() < 120)
}
