//! What stands below a person's words without being theirs: signatures, the advertising of mail programs,
//! disclaimers, notes of virus scanners; and what a gateway puts above them.

mod phrases;

use super::words::{fold, has_word};
use phrases::{BANNERS, DEVICES, DISCLAIMERS, EXCUSES, OF_DISCLAIMERS, SENT_FROM, SENT_LAST};

/// Lines of one stretch of a person's words, without what follows them.
pub(super) fn without<'a>(lines: &[&'a str]) -> Vec<&'a str> {
    let mut kept: Vec<&str> = Vec::new();
    let mut at = 0;
    let mut is_new = true;
    while let Some(line) = lines.get(at) {
        let folded = short(line);
        let is_empty = kept.iter().all(|line| line.trim().is_empty());
        if is_empty
            && !folded.is_empty()
            && BANNERS.iter().any(|banner| folded.trim_start_matches(['*', '|', ' ']).starts_with(banner))
        {
            at += lines[at..].iter().take_while(|line| !line.trim().is_empty()).count();
            continue;
        }
        if is_delimiter(&folded) {
            break;
        }
        let rest = &lines[at..];
        let gone = if is_sent_from(&folded) {
            1
        } else if is_new && is_disclaimer(rest, &folded) {
            rest.iter().take_while(|line| !line.trim().is_empty()).count()
        } else {
            0
        };
        if gone > 0 && !is_empty {
            break;
        }
        // Where nothing stands above it, somebody may write below it.
        if gone > 0 {
            at += gone;
            continue;
        }
        is_new = folded.is_empty();
        kept.push(line);
        at += 1;
    }
    kept
}

/// Lines without empty ones and mere rules at both ends.
pub(super) fn trimmed<'a>(lines: &[&'a str]) -> Vec<&'a str> {
    let is_nothing = |line: &&str| {
        let line = line.trim();
        line.is_empty() || line.len() >= 3 && line.chars().all(|c| "-_=*~—–".contains(c))
    };
    let start = lines.iter().position(|line| !is_nothing(line)).unwrap_or(lines.len());
    let end = lines.iter().rposition(|line| !is_nothing(line)).map_or(start, |end| end + 1);
    lines[start..end].to_vec()
}

/// As much of a line as these lists ask for.
fn short(line: &str) -> String {
    let end = line.char_indices().nth(300).map_or(line.len(), |(end, _)| end);
    fold(&line[..end])
}

/// The line between a text and its signature.
fn is_delimiter(line: &str) -> bool {
    matches!(line, "--" | "- -" | "—" | "–")
        || line.chars().count() >= 2 && line.chars().all(|c| c == '_')
        || line.chars().count() >= 2 && line.chars().all(|c| "—–―".contains(c))
}

fn is_sent_from(line: &str) -> bool {
    let bare = line.trim_start_matches(['*', '_', '[', '-', '|', ' ', '•']);
    if bare.is_empty() || bare.chars().count() > 160 {
        return false;
    }
    let last = bare.trim_end_matches(['.', ')', '>', ' ', '*']);
    let is_last = SENT_LAST.iter().any(|end| last.ends_with(end));
    if !is_last && !SENT_FROM.iter().any(|beginning| bare.starts_with(beginning)) {
        return false;
    }
    // "Sent from my desk, is much easier" goes on after the comma.
    let (head, tail) = bare.split_once(',').unwrap_or((bare, ""));
    let tail = tail.trim_start();
    if !tail.is_empty() && !EXCUSES.iter().any(|excuse| tail.starts_with(excuse)) {
        return false;
    }
    let head = head.replace(['<', '(', '['], " ");
    DEVICES.iter().any(|device| has_word(&head, device))
        || bare.starts_with("sent from a ") && bare.split(' ').count() <= 8
        || ["iphon", "ipad", "android", "outlook"].iter().any(|device| head.contains(device))
}

fn is_disclaimer(lines: &[&str], folded: &str) -> bool {
    let bare = folded.trim_start_matches(['*', '_', '"', '[', '(', '-', ' ']);
    if !DISCLAIMERS.iter().any(|beginning| bare.starts_with(beginning)) {
        return false;
    }
    let paragraph = lines.iter().take(6).take_while(|line| !line.trim().is_empty());
    let paragraph: String = paragraph.map(|line| short(line) + " ").collect();
    // "This message is for Dr. Adams" is none.
    paragraph.chars().count() > 18 && OF_DISCLAIMERS.iter().any(|word| paragraph.contains(word))
}
