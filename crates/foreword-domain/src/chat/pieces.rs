//! Long texts in pieces that a messenger takes.
//!
//! It refuses to tear what a reader sees as one character.

use unicode_normalization::char::is_combining_mark;

use super::layout::RIGHT_TO_LEFT;

/// Cuts a text into pieces of at most so many UTF-16 units, between paragraphs where it can, then
/// between lines, words, characters. Only a single character may be longer than a piece.
pub fn split(text: &str, limit: usize) -> Vec<String> {
    let mut pieces = Vec::new();
    let mut rest = text;
    // A line from right to left is one still when it goes on in the next piece.
    let mut mark = "";
    while units(mark) + units(rest) > limit && !rest.is_empty() {
        let cut = cut(rest, limit.saturating_sub(units(mark)).max(1));
        let piece = rest[..cut].trim_end();
        let mut after = rest[cut..].trim_start();
        let begin = rest.len() - after.len();
        if begin > cut && joins(rest, begin) {
            // A mark on a space has no other letter.
            after = &rest[rest.floor_char_boundary(begin - 1)..];
        }
        let gap = &rest[piece.len()..rest.len() - after.len()];
        if !piece.is_empty() {
            pieces.push(format!("{mark}{piece}"));
        }
        let (is_first_line, line) = match piece.rsplit_once('\n') {
            Some((_, line)) => (false, line),
            None => (true, piece),
        };
        let is_marked = line.starts_with(RIGHT_TO_LEFT) || (is_first_line && !mark.is_empty());
        mark = if is_marked && !gap.contains('\n') && limit > 2 { RIGHT_TO_LEFT } else { "" };
        rest = after;
    }
    if !rest.is_empty() || pieces.is_empty() {
        pieces.push(format!("{mark}{rest}"));
    }
    pieces
}

/// How long a messenger counts a text.
pub(super) fn units(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

/// Where to cut a text that is longer than the limit; never at its very beginning.
fn cut(text: &str, limit: usize) -> usize {
    let mut length = 0;
    let fitting = text.char_indices().map(|(at, c)| (at + c.len_utf8(), c.len_utf16()));
    let end = fitting
        .take_while(|(_, units)| {
            length += units;
            length <= limit
        })
        .last();
    let Some((end, _)) = end else { return text.chars().next().map_or(0, char::len_utf8) };
    // A cut that leaves a piece almost empty is no better than one in the middle of a paragraph.
    let least = (end / 2).max(1);
    let gap = ["\n\n", "\n", " "].iter().find_map(|gap| {
        // The gap itself need not fit.
        let window = text.ceil_char_boundary(end + gap.len());
        let at = text[..window].rfind(gap)?;
        (at >= least && at <= end).then_some(at)
    });
    gap.unwrap_or_else(|| whole_character(text, end))
}

/// The last place not after `end` at which no character is torn from its marks.
fn whole_character(text: &str, end: usize) -> usize {
    let places = text[..end].char_indices().map(|(at, _)| at).chain([end]);
    places.rev().find(|at| *at > 0 && !joins(text, *at)).unwrap_or(end)
}

/// Whether what stands before and behind a place is one character to a reader.
fn joins(text: &str, at: usize) -> bool {
    let is_flag = |c: &char| matches!(c, '\u{1F1E6}'..='\u{1F1FF}');
    let Some(next) = text[at..].chars().next() else { return false };
    let goes_on = matches!(next, '\u{200D}' | '\u{1F3FB}'..='\u{1F3FF}' | '\u{E0020}'..='\u{E007F}');
    // A flag is two letters.
    let halves = || text[..at].chars().rev().take_while(is_flag).count() % 2 == 1;
    goes_on || is_combining_mark(next) || text[..at].ends_with('\u{200D}') || (is_flag(&next) && halves())
}
