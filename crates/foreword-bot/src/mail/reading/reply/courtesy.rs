//! Greetings, closings, names and addresses around a short answer. They are taken away only where what is
//! left looks like an answer and nothing else, and where nothing of what goes can be one.

mod phrases;

use std::{collections::BTreeSet, sync::LazyLock};

use foreword_domain::{phrases::Phrases, reply::normalize};

use super::{
    footer::trimmed,
    words::{fold, has_address},
};

use phrases::{CLOSINGS, CONTACT, GREETINGS, RATINGS};

/// Words that are answers or commands in any language: a line of them is never a name.
static SAID: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    let phrases = Phrases::get();
    let lists = [
        "command-stop",
        "command-back",
        "command-skip",
        "command-pause",
        "command-resume",
        "command-help",
        "command-review",
        "command-decline",
        "command-not-me",
        "command-change",
        "command-language",
    ];
    let words = phrases.words();
    let mut said: BTreeSet<String> = words.numbers.iter().flatten().chain(&words.nothing).cloned().collect();
    said.extend(RATINGS.iter().map(|word| normalize(word)));
    for language in phrases.languages() {
        for list in lists {
            said.extend(phrases.list(list, language).iter().map(|word| normalize(word)));
        }
        for key in ["answer-yes", "answer-no"] {
            said.insert(normalize(&phrases.text(key, language, &[])));
        }
    }
    said
});

/// The lines without what is said for courtesy; `names` are the sender's.
pub(super) fn without<'a>(lines: &[&'a str], names: &[String]) -> Vec<&'a str> {
    let mut lines = trimmed(lines);
    for find in [closing, below_a_rule, contact_lines, closing] {
        if let Some(start) = find(&lines) {
            lines = trimmed(&lines[..start]);
        }
    }
    let above = &lines[..lines.len().saturating_sub(1)];
    if lines.len() > 1 && is_name_of(lines[lines.len() - 1], names) && is_answer(past_greeting(above)) {
        lines.pop();
        lines = trimmed(&lines);
    }
    let past = past_greeting(&lines);
    if past.len() < lines.len() && is_answer(past) {
        lines = trimmed(past);
    }
    lines
}

/// Where the lines with telephone numbers and addresses begin that end a text, and the names above them.
fn contact_lines(lines: &[&str]) -> Option<usize> {
    let mut start = lines.len();
    for (at, line) in lines.iter().enumerate().rev() {
        let folded = fold(line);
        if is_contact(&folded) {
            start = at;
        } else if !(folded.is_empty() || start < lines.len() && is_place(&folded)) {
            break;
        }
    }
    if start == lines.len() || trimmed(&lines[..start]).is_empty() {
        return None;
    }
    // Those who sign stand right above them, with what they are, where the first has two names or more.
    let top = lines[..start].iter().rposition(|line| line.trim().is_empty()).map_or(0, |blank| blank + 1);
    let is_signed = |from: usize| {
        from < start
            && is_place_or_name(lines[from])
            && lines[from..start].iter().all(|line| is_place_or_name(line) || is_name(line))
    };
    let named = (top..start).find(|from| is_signed(*from)).unwrap_or(start);
    if trimmed(&lines[..named]).is_empty() { Some(start) } else { Some(named) }
}

/// Where a line of dashes stands with telephone numbers and the like below it, and no sentence and no answer.
fn below_a_rule(lines: &[&str]) -> Option<usize> {
    lines.iter().enumerate().skip(1).find_map(|(at, line)| {
        let line = line.trim();
        let below = &lines[at + 1..];
        let is_short = |line: &&str| {
            line.trim().is_empty()
                || line.chars().count() <= 60
                    && (is_contact(&fold(line)) || line.chars().any(char::is_alphabetic))
        };
        let is_signature = line.len() >= 3
            && line.chars().all(|c| c == '-' || c == '=' || c == '*')
            && below.len() <= 40
            && below.iter().any(|line| is_contact(&fold(line)))
            && below.iter().all(is_short);
        is_signature.then_some(at)
    })
}

fn is_place_or_name(line: &str) -> bool {
    let folded = fold(line);
    is_place(&folded) || is_name(line) && folded.split(' ').count() > 1
}

/// Whether a folded line holds a telephone number, an address of mail or of the web, and nothing else.
fn is_contact(line: &str) -> bool {
    let line = line.trim_start_matches(['*', '_', '|', '#', ' ']);
    let digits = line.chars().filter(char::is_ascii_digit).count();
    let is_number = |text: &str| text.chars().all(|c| c.is_ascii_digit() || "+()-./ ext|".contains(c));
    let first = line.split([' ', '\u{a0}']).next().unwrap_or_default();
    let has_label = CONTACT.iter().any(|label| {
        line.strip_prefix(label).is_some_and(|rest| {
            (label.ends_with([':', '.'])
                || rest.starts_with([':', '.', ' ', '/'])
                || label.chars().all(|c| c > '\u{2000}'))
                && (rest.chars().filter(char::is_ascii_digit).count() >= 5
                    || rest.contains('@')
                    || rest.contains("://")
                    || *label == "skype:")
        })
    });
    has_label
        || digits >= 8 && line.starts_with(['+', '(']) && is_number(line)
        || digits >= 9 && line.starts_with("00") && is_number(line) && line.contains([' ', '-', '/'])
        || line.starts_with("www.")
        || !line.contains(' ')
            && (line.starts_with("http://") || line.starts_with("https://") || has_address(line))
        || first.len() > 4 && first.ends_with(':') && has_address(line) && line.split(' ').count() == 2
}

/// Whether a folded line may be a street or a town: letters, and a number of four digits or more.
fn is_place(line: &str) -> bool {
    let longest = line.split(|c: char| !c.is_ascii_digit()).map(str::len).max().unwrap_or_default();
    longest >= 4
        && line.split(' ').filter(|word| word.chars().filter(|c| c.is_alphabetic()).count() > 2).count() >= 1
        && line.chars().count() < 60
}

/// Where a closing begins that is followed by names and the like only, below a short answer.
fn closing(lines: &[&str]) -> Option<usize> {
    const MOST: usize = 12;
    let from = lines.len().saturating_sub(MOST).max(1);
    (from..lines.len()).filter(|at| is_closing(lines[*at])).find(|at| {
        let below = &lines[*at + 1..];
        let is_elsewhere = |line: &str| is_place(&fold(line)) || is_contact(&fold(line));
        is_answer(past_greeting(&lines[..*at])) && {
            let has_place = below.iter().any(|line| is_elsewhere(line));
            below.iter().enumerate().all(|(n, line)| {
                let is_street = n > 0 && has_place && is_street(line);
                line.trim().is_empty() || is_name(line) || is_closing(line) || is_elsewhere(line) || is_street
            })
        }
    })
}

/// Whether a line may be a street with a number.
fn is_street(line: &str) -> bool {
    let words: Vec<&str> = line.split_whitespace().collect();
    let [first, .., last] = words.as_slice() else { return false };
    words.len() <= 5
        && first.chars().count() >= 4
        && first.starts_with(char::is_uppercase)
        && last.starts_with(|c: char| c.is_ascii_digit())
        && last.len() <= 5
        && !words.iter().any(|word| SAID.contains(&normalize(word)))
}

fn is_closing(line: &str) -> bool {
    let folded = fold(line);
    let bare = folded.trim_end_matches([',', '.', '!', ' ', '🙂', '😊', ':', ')']);
    CLOSINGS.iter().any(|closing| {
        bare.strip_prefix(closing).is_some_and(|rest| {
            let name = rest.trim_start_matches([',', '.', '!', ' ']);
            rest.is_empty()
                || !rest.starts_with(char::is_alphanumeric) && CLOSINGS.contains(&name)
                || !rest.starts_with(char::is_alphanumeric)
                    && line.char_indices().rev().nth(name.chars().count().saturating_sub(1)).is_some()
                    && is_name(last_words(line, name.split(' ').count()))
        })
    })
}

fn last_words(line: &str, count: usize) -> &str {
    let line = line.trim();
    let at = line.rmatch_indices(' ').nth(count.saturating_sub(1)).map_or(0, |(at, _)| at);
    line[at..].trim()
}

/// Whether a line may be somebody's name: few words, all of them capitalised where the script knows that,
/// no digits, and nothing that could be an answer.
fn is_name(line: &str) -> bool {
    let line = line.trim().trim_matches(['*', '_', ',', '.']);
    let words: Vec<&str> = line.split_whitespace().collect();
    (1..=4).contains(&words.len())
        && words.iter().all(|word| {
            let first = word.chars().next();
            first.is_some_and(|c| c.is_alphabetic() && !c.is_lowercase())
                && word.chars().all(|c| c.is_alphabetic() || ".,'’-".contains(c))
                || matches!(*word, "von" | "van" | "de" | "der" | "del" | "da" | "la" | "bin" | "zu")
        })
        && !SAID.contains(&normalize(line))
        && !words.iter().any(|word| SAID.contains(&normalize(word)))
}

/// Whether a line is the sender's own name, or a part of it.
fn is_name_of(line: &str, names: &[String]) -> bool {
    let folded = fold(line);
    let bare = folded.trim_matches(['-', '–', '—', ',', '.', '/', '*', ' ', '~']);
    let words: Vec<&str> = bare.split(' ').filter(|word| !word.is_empty()).collect();
    !words.is_empty()
        && !SAID.contains(&normalize(line))
        && !words
            .iter()
            .any(|word| SAID.contains(&normalize(word)) || word.chars().any(|c| c.is_ascii_digit()))
        && names.iter().map(|name| fold(name)).any(|name| {
            let of: Vec<&str> = name.split([' ', ',', '.']).collect();
            words.iter().all(|word| word.chars().count() > 1 && of.contains(&word.trim_matches('.')))
        })
}

/// The lines below a greeting.
fn past_greeting<'l, 'a>(lines: &'l [&'a str]) -> &'l [&'a str] {
    let [first, rest @ ..] = lines else { return lines };
    let folded = fold(first);
    let is_number = |line: &&str| !line.chars().any(char::is_alphabetic);
    let stands_apart = folded.ends_with([',', '!', '.', ':', '-'])
        || rest.first().is_some_and(|line| line.trim().is_empty())
        || rest.iter().all(is_number);
    if !rest.is_empty() && stands_apart && is_greeting(&folded) { rest } else { lines }
}

fn is_greeting(line: &str) -> bool {
    let bare = line.trim_end_matches([',', '.', '!', ' ', ':', '-']);
    let count = bare.split(' ').count();
    count <= 7
        && !bare.chars().any(|c| c.is_ascii_digit())
        && GREETINGS.iter().any(|greeting| {
            bare.strip_prefix(greeting).is_some_and(|rest| {
                rest.is_empty()
                    || !rest.starts_with(char::is_alphanumeric)
                        && (count <= 3 || line.ends_with([',', '!', ':', '.']))
            })
        })
}

/// Whether lines look like an answer to what is asked with numbers or short words, and like nothing else.
fn is_answer(lines: &[&str]) -> bool {
    let lines: Vec<String> = lines.iter().map(|line| fold(line)).filter(|line| !line.is_empty()).collect();
    !lines.is_empty()
        && lines.len() <= 60
        && lines.iter().all(|line| {
            let words = line.split(' ').count();
            let is_sentence =
                line.ends_with(['.', '!', '?', '؟']) && words > 3 || line.ends_with([',', ':', ';']);
            let is_number = !line.chars().any(char::is_alphabetic);
            is_number || words <= 6 && !is_sentence
        })
}
