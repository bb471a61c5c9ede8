//! Understanding what people type. Nothing is guessed: what does not clearly name one permitted
//! answer is a [`Trouble`], and the item is asked again.

mod normal;
mod permitted;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{
    instrument::{Bounds, Choice, Item, ItemKind, Label},
    response::Value,
};

pub use normal::normalize;
pub use permitted::is_permitted;

/// Why a reply was not taken as an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Trouble {
    /// Nothing was said.
    Empty,
    /// It names no permitted answer.
    Unclear,
    /// It could mean more than one permitted answer.
    Ambiguous,
    /// The number and the words name different answers.
    Disagrees,
    /// A number, but not one that is offered.
    NotOffered,
    /// A number beyond the limits.
    OutOfRange,
    /// It should be a whole number.
    NotWhole,
    /// It should be a number.
    NotANumber,
    /// It should be a date.
    NotADate,
    /// Longer than fits.
    TooLong {
        /// Characters sent.
        chars: usize,
        /// Characters that fit.
        max: usize,
    },
    /// Another number of answers than items were offered.
    Count {
        /// Answers found.
        found: usize,
        /// Items offered.
        wanted: usize,
    },
}

/// A choice as it is offered: what to type, and the words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer<'a> {
    /// The choice.
    pub code: &'a str,
    /// What is printed before the label and may be typed.
    pub handle: String,
    /// Its wording in every loaded language; the first is the one shown.
    pub labels: Vec<String>,
}

/// Number words and filler words of the languages at hand, normalised.
#[derive(Clone, Debug, Default)]
pub struct Words {
    /// "zero", "one", ...: a word for each of 0 to 10, per language.
    pub numbers: Vec<Vec<String>>,
    /// Words that carry nothing beside a number ("option", "answer", "number").
    pub filler: Vec<String>,
    /// Words for nothing ("no", "none", "nothing").
    pub nothing: Vec<String>,
}

/// Turns choices into what is offered. A code that is a number is what people type; where codes
/// are words, the position in the list is.
pub fn offers<'a>(choices: &[&'a Choice], label: impl Fn(&'a Label) -> Vec<String>) -> Vec<Offer<'a>> {
    let numeric = choices.iter().all(|choice| choice.code.bytes().all(|b| b.is_ascii_digit()));
    choices
        .iter()
        .enumerate()
        .map(|(n, choice)| Offer {
            code: &choice.code,
            handle: if numeric { choice.code.clone() } else { (n + 1).to_string() },
            labels: label(&choice.label),
        })
        .collect()
}

/// Understands a typed reply to one item.
///
/// # Errors
/// The trouble with it, when it does not clearly name one permitted answer.
pub fn understand(item: &Item, offers: &[Offer<'_>], words: &Words, said: &str) -> Result<Value, Trouble> {
    if said.trim().is_empty() {
        return Err(Trouble::Empty);
    }
    match &item.kind {
        ItemKind::Text { max_chars } => text(said, *max_chars, item.nothing_is_an_answer, words),
        ItemKind::Choice(_) => one(offers, words, said).map(|code| Value::Choice(code.to_owned())),
        ItemKind::MultipleChoice(_) => several(offers, words, said),
        ItemKind::Integer(bounds) => integer(bounds, words, said),
        ItemKind::Decimal(bounds) => decimal(bounds, words, said),
        ItemKind::Scale { .. } => scale(words, said),
        ItemKind::Date(bounds) => date(bounds, said),
        ItemKind::Display => Err(Trouble::Unclear),
    }
}

/// Understands several answers in one message ("1 2 0 3"): one for each item offered, no more and
/// no fewer.
///
/// # Errors
/// Which item the first trouble is with, and the trouble; nothing of the message is then taken.
pub fn batch(
    items: &[(&Item, Vec<Offer<'_>>)],
    words: &Words,
    said: &str,
) -> Result<Vec<Value>, (usize, Trouble)> {
    // "10" is two answers only where no answer has two digits.
    let single = items
        .iter()
        .all(|(_, offers)| !offers.is_empty() && offers.iter().all(|offer| offer.handle.len() == 1));
    let parts = parts(said, items.len(), single);
    if parts.len() != items.len() {
        return Err((0, Trouble::Count { found: parts.len(), wanted: items.len() }));
    }
    let mut values = Vec::with_capacity(items.len());
    for (n, ((item, offers), part)) in items.iter().zip(&parts).enumerate() {
        values.push(understand(item, offers, words, part).map_err(|trouble| (n, trouble))?);
    }
    Ok(values)
}

/// Cuts a message into one part for each item. "1: 2" lines name the item's place first.
fn parts(said: &str, wanted: usize, single: bool) -> Vec<String> {
    let lines: Vec<&str> = said.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    if lines.len() == wanted && wanted > 1 {
        let named: Option<Vec<String>> = lines
            .iter()
            .enumerate()
            .map(|(n, line)| {
                let (place, answer) = line.split_once([':', ')'])?;
                (normalize(place).parse() == Ok(n + 1)).then(|| answer.trim().to_owned())
            })
            .collect();
        return named.unwrap_or_else(|| lines.iter().map(|line| (*line).to_owned()).collect());
    }
    for separator in [',', ';', '،', '؛'] {
        let cut: Vec<String> = said.split(separator).map(|part| part.trim().to_owned()).collect();
        if cut.len() == wanted && cut.iter().all(|part| !part.is_empty()) {
            return cut;
        }
    }
    let plain = normalize(said);
    let words: Vec<String> = plain.split(' ').filter(|w| !w.is_empty()).map(str::to_owned).collect();
    if names_places(said) {
        // "1: 2 2: 0": every other word is an answer, and "1: 2" is one answer, not two.
        let answer = |(n, pair): (usize, &[String])| match pair {
            [place, answer] if place.parse() == Ok(n + 1) => Some(answer.clone()),
            _ => None,
        };
        let named: Option<Vec<String>> = words.chunks(2).enumerate().map(answer).collect();
        return named.unwrap_or_else(|| vec![said.to_owned()]);
    }
    if single && words.len() == 1 && words[0].len() == wanted && words[0].bytes().all(|b| b.is_ascii_digit())
    {
        return words[0].chars().map(String::from).collect();
    }
    words
}

/// Whether a number is told apart from the next by what stands behind an item's place: "1: 2".
fn names_places(said: &str) -> bool {
    said.match_indices([':', ')', '=', '.', '：', '）']).any(|(at, mark)| {
        let (before, after) = (&said[..at], &said[at + mark.len()..]);
        let ends_in_digit = before.trim_end_matches(|c: char| c.is_whitespace() || normal::is_invisible(c));
        // A point right before a digit is a decimal point.
        let apart = mark != "." || after.starts_with(char::is_whitespace);
        apart && ends_in_digit.ends_with(char::is_numeric) && after.trim_start().starts_with(char::is_numeric)
    })
}

/// Whether a number is given as a limit ("<5", "10+"): then it is not the number itself.
fn is_limit(said: &str) -> bool {
    said.match_indices(['<', '>', '≤', '≥', '＜', '＞'])
        .any(|(at, sign)| said[at + sign.len()..].trim_start().starts_with(char::is_numeric))
        || said.match_indices(['+', '＋']).any(|(at, _)| said[..at].trim_end().ends_with(char::is_numeric))
}

fn text(said: &str, max: usize, nothing_is_an_answer: bool, words: &Words) -> Result<Value, Trouble> {
    let chars = said.chars().count();
    if chars > max {
        return Err(Trouble::TooLong { chars, max });
    }
    if nothing_is_an_answer && words.nothing.contains(&normalize(said)) {
        return Ok(Value::Skipped);
    }
    Ok(Value::Text(said.to_owned()))
}

/// The code of the one choice that is meant.
fn one<'a>(offers: &'a [Offer<'a>], words: &Words, said: &str) -> Result<&'a str, Trouble> {
    let plain = normalize(said);
    if plain.is_empty() {
        return Err(Trouble::Unclear);
    }
    if let Some(code) = by_label(offers, &plain, true) {
        let number =
            if is_number(&plain) { Some(plain) } else { number_word(words, &plain).map(|n| n.to_string()) };
        return match (code, number.map(|number| by_number(offers, &number))) {
            (Ok(label), Some(Ok(numbered))) if label != numbered => Err(Trouble::Ambiguous),
            (Ok(_), Some(Err(Trouble::Ambiguous))) => Err(Trouble::Ambiguous),
            (code, _) => code,
        };
    }
    if is_limit(said) {
        return Err(Trouble::Ambiguous);
    }
    let tokens: Vec<&str> = plain.split(' ').collect();
    let content: Vec<&str> =
        tokens.iter().copied().filter(|token| !words.filler.iter().any(|filler| filler == token)).collect();
    match content.as_slice() {
        [number] if is_number(number) => by_number(offers, number),
        [word] if number_word(words, word).is_some() && tokens.len() == 1 => {
            by_number(offers, &number_word(words, word).unwrap_or_default().to_string())
        }
        [number, rest @ ..] if is_number(number) && !rest.iter().any(|token| has_digit(token)) => {
            // "2 more than half the days": number and words must name the same choice.
            let label = by_label(offers, &rest.join(" "), true).or_else(|| {
                let after = tokens.iter().skip_while(|t| *t != number).skip(1).copied().collect::<Vec<_>>();
                by_label(offers, &after.join(" "), true)
            });
            match (by_handle(offers, number), label) {
                (Ok(a), Some(Ok(b))) if a == b => Ok(a),
                (_, Some(Ok(_))) => Err(Trouble::Disagrees),
                _ => Err(Trouble::Unclear),
            }
        }
        content if content.iter().filter(|token| has_digit(token)).count() > 1 => Err(Trouble::Ambiguous),
        content if content.iter().any(|token| has_digit(token)) => Err(Trouble::Unclear),
        _ => by_label(offers, &plain, false).unwrap_or(Err(Trouble::Unclear)),
    }
}

/// Where labels are numbers (or the patient's own words), "2" may be the words of one choice and
/// the number of another.
fn by_number<'a>(offers: &'a [Offer<'a>], number: &str) -> Result<&'a str, Trouble> {
    match (by_handle(offers, number), by_label(offers, number, true)) {
        (Ok(numbered), Some(Ok(label))) if numbered != label => Err(Trouble::Ambiguous),
        (Err(_), Some(label)) => label,
        (numbered, _) => numbered,
    }
}

fn by_handle<'a>(offers: &'a [Offer<'a>], number: &str) -> Result<&'a str, Trouble> {
    let number = number.parse::<u64>().map_err(|_| Trouble::Unclear)?;
    offers
        .iter()
        .find(|offer| offer.handle.parse() == Ok(number))
        .map(|offer| offer.code)
        .ok_or(Trouble::NotOffered)
}

/// Finds the choice by its words: exact, else (unless `exact_only`) the beginning of exactly one,
/// else exactly one within the typing errors its length allows.
fn by_label<'a>(offers: &'a [Offer<'a>], plain: &str, exact_only: bool) -> Option<Result<&'a str, Trouble>> {
    let labels: Vec<(&str, String)> = offers
        .iter()
        .flat_map(|offer| offer.labels.iter().map(|label| (offer.code, normalize(label))))
        .collect();
    let exact = codes(labels.iter().filter(|(_, label)| label == plain).map(|(code, _)| *code));
    if let Some(code) = single(&exact) {
        return Some(code);
    }
    if exact_only {
        return None;
    }
    let letters = plain.chars().filter(|c| c.is_alphanumeric()).count();
    if letters >= 4 {
        // "often" is not "often not".
        let begins =
            labels.iter().filter(|(_, label)| label.strip_prefix(plain).is_some_and(|rest| !denies(rest)));
        let begins = codes(begins.map(|(code, _)| *code));
        if let Some(code) = single(&begins) {
            return Some(code);
        }
    }
    let allowed = match letters {
        0..=4 => return None,
        5..=8 => 1,
        _ => 2,
    };
    // What differs more than this in length can neither win nor come close; a megabyte is not compared.
    let length = plain.chars().count();
    let mut near: Vec<(usize, &str)> = labels
        .iter()
        .filter(|(_, label)| label.chars().count().abs_diff(length) <= allowed + 1)
        .map(|(code, label)| (strsim::damerau_levenshtein(label, plain), *code))
        .collect();
    near.sort_by_key(|(distance, _)| *distance);
    let (best, code) = *near.first()?;
    if best > allowed {
        return None;
    }
    // The runner-up must be clearly further away, or the typing error could be either's.
    let second = near.iter().find(|(_, other)| *other != code).map_or(usize::MAX, |(distance, _)| *distance);
    Some(if second.saturating_sub(best) >= 2 { Ok(code) } else { Err(Trouble::Ambiguous) })
}

/// Whether words turn what stands before them into its opposite.
fn denies(rest: &str) -> bool {
    const NO: [&str; 10] = ["no", "not", "non", "nicht", "kein", "keine", "pas", "ne", "لا", "ليس"];
    rest.split(' ').any(|word| NO.contains(&word))
}

fn codes<'a>(found: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut codes: Vec<&str> = found.collect();
    codes.dedup();
    codes
}

fn single<'a>(codes: &[&'a str]) -> Option<Result<&'a str, Trouble>> {
    match codes {
        [] => None,
        [code] => Some(Ok(code)),
        _ => Some(Err(Trouble::Ambiguous)),
    }
}

fn several(offers: &[Offer<'_>], words: &Words, said: &str) -> Result<Value, Trouble> {
    let chosen = if let Ok(code) = one(offers, words, said) {
        vec![code]
    } else if is_limit(said) {
        return Err(Trouble::Ambiguous);
    } else {
        let plain = normalize(said);
        let numbers: Vec<&str> = plain
            .split([' ', ','])
            .filter(|token| !token.is_empty() && !words.filler.iter().any(|filler| filler == token))
            .collect();
        if numbers.iter().all(|token| is_number(token)) && !numbers.is_empty() {
            numbers.iter().map(|number| by_handle(offers, number)).collect::<Result<Vec<_>, _>>()?
        } else {
            said.split([',', ';', '\n', '،', '؛'])
                .map(str::trim)
                .filter(|part| !part.is_empty())
                .map(|part| one(offers, words, part))
                .collect::<Result<Vec<_>, _>>()?
        }
    };
    if chosen.is_empty() {
        return Err(Trouble::Unclear);
    }
    let in_order = offers.iter().map(|offer| offer.code).filter(|code| chosen.contains(code));
    Ok(Value::Choices(in_order.map(str::to_owned).collect()))
}

/// The one number in a reply, with filler words and the item's unit forgiven.
fn lone_number(said: &str, words: &Words, unit: &[String]) -> Result<String, Trouble> {
    if is_limit(said) {
        return Err(Trouble::Ambiguous);
    }
    let plain = normalize(said);
    let content: Vec<&str> = plain
        .split(' ')
        .filter(|token| !token.is_empty())
        .filter(|token| !words.filler.iter().any(|f| f == token) && !unit.iter().any(|u| u == token))
        .collect();
    match content.as_slice() {
        [number] if has_digit(number) => Ok((*number).to_owned()),
        [word] => number_word(words, word).map(|n| n.to_string()).ok_or(Trouble::NotANumber),
        content if content.iter().filter(|token| has_digit(token)).count() > 1 => Err(Trouble::Ambiguous),
        _ => Err(Trouble::NotANumber),
    }
}

fn unit_words<T>(bounds: &Bounds<T>) -> Vec<String> {
    bounds
        .unit
        .0
        .values()
        .flat_map(|unit| normalize(unit).split(' ').map(str::to_owned).collect::<Vec<_>>())
        .collect()
}

fn integer(bounds: &Bounds<i64>, words: &Words, said: &str) -> Result<Value, Trouble> {
    let number = lone_number(said, words, &unit_words(bounds))?;
    if !is_number(number.trim_start_matches('-')) {
        return Err(if number.contains(['.', ',']) { Trouble::NotWhole } else { Trouble::Ambiguous });
    }
    let number: i64 = number.parse().map_err(|_| Trouble::OutOfRange)?;
    if number < bounds.min || number > bounds.max {
        Err(Trouble::OutOfRange)
    } else {
        Ok(Value::Integer(number))
    }
}

fn decimal(bounds: &Bounds<f64>, words: &Words, said: &str) -> Result<Value, Trouble> {
    let number = lone_number(said, words, &unit_words(bounds))?;
    // "1,000" is a thousand to some and one to others.
    if let Some((_, after)) = number.split_once(',')
        && after.len() == 3
    {
        return Err(Trouble::Ambiguous);
    }
    let written = number.replace(',', ".");
    let written = match written.strip_prefix('-').unwrap_or(&written) {
        bare if bare.starts_with('.') => written.replacen('.', "0.", 1),
        _ => written,
    };
    let digits = written.bytes().filter(u8::is_ascii_digit).count();
    let form = digits > 0
        && digits <= 15
        && written.bytes().enumerate().all(|(n, b)| b.is_ascii_digit() || b == b'.' || (b == b'-' && n == 0))
        && written.matches('.').count() <= 1
        && !written.ends_with('.');
    if !form {
        return Err(Trouble::NotANumber);
    }
    let value: f64 = written.parse().map_err(|_| Trouble::NotANumber)?;
    if value < bounds.min || value > bounds.max {
        Err(Trouble::OutOfRange)
    } else {
        Ok(Value::Decimal(written))
    }
}

fn scale(words: &Words, said: &str) -> Result<Value, Trouble> {
    let number = lone_number(said, words, &[])?;
    let number = number.strip_suffix("/10").unwrap_or(&number);
    if !is_number(number) {
        return Err(if number.contains(['.', ',']) { Trouble::NotWhole } else { Trouble::Ambiguous });
    }
    number.parse::<u8>().ok().filter(|mark| *mark <= 10).map(Value::Scale).ok_or(Trouble::OutOfRange)
}

fn date(bounds: &Bounds<Date>, said: &str) -> Result<Value, Trouble> {
    let plain = normalize(said);
    let parts: Vec<i16> = plain
        .split(['-', '.', '/', ' '])
        .filter(|part| !part.is_empty())
        .map(str::parse)
        .collect::<Result<_, _>>()
        .map_err(|_| Trouble::NotADate)?;
    let [a, b, c] = parts.as_slice() else { return Err(Trouble::NotADate) };
    let (year, month, day) = match (*a, *b, *c) {
        (year, month, day) if year >= 1000 => (year, month, day),
        (day, month, year) if year >= 1000 && plain.contains('.') => (year, month, day),
        (day, month, year) if year >= 1000 && day > 12 => (year, month, day),
        (month, day, year) if year >= 1000 && day > 12 => (year, month, day),
        (day, month, year) if year >= 1000 && day == month => (year, month, day),
        // 03/04/2026 is in March to some and in April to others.
        (_, _, year) if year >= 1000 => return Err(Trouble::Ambiguous),
        _ => return Err(Trouble::NotADate),
    };
    let (month, day) = (i8::try_from(month).unwrap_or(0), i8::try_from(day).unwrap_or(0));
    let date = Date::new(year, month, day).map_err(|_| Trouble::NotADate)?;
    if date < bounds.min || date > bounds.max { Err(Trouble::OutOfRange) } else { Ok(Value::Date(date)) }
}

fn is_number(token: &str) -> bool {
    !token.is_empty() && token.len() <= 18 && token.bytes().all(|b| b.is_ascii_digit())
}

fn has_digit(token: &str) -> bool {
    token.bytes().any(|b| b.is_ascii_digit())
}

fn number_word(words: &Words, word: &str) -> Option<usize> {
    words.numbers.iter().find_map(|language| language.iter().position(|w| w == word))
}

impl Item {
    /// Reads an answer from what a button, a form or a file holds: the exact code, number, date or text.
    ///
    /// Nothing is forgiven here; typed replies go through [`understand`].
    pub fn read_code(&self, written: &str) -> Option<Value> {
        match &self.kind {
            ItemKind::Choice(_) => self.choice(written).map(|choice| Value::Choice(choice.code.clone())),
            ItemKind::MultipleChoice(choices) => {
                let chosen: Vec<&str> = written.split_whitespace().collect();
                let known = chosen.iter().all(|code| self.choice(code).is_some());
                (known && !chosen.is_empty()).then(|| {
                    let in_order = choices.iter().filter(|c| chosen.contains(&c.code.as_str()));
                    Value::Choices(in_order.map(|c| c.code.clone()).collect())
                })
            }
            _ => understand(self, &[], &Words::default(), written).ok(),
        }
    }
}

#[cfg(test)]
mod tests;
