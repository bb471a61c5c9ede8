//! A slip of one digit in a file that ships: what share of them the loader's proofs catch.

use std::{fmt::Write, ops::Range};

use toml::de::{DeTable, DeValue};

use super::super::*;
use crate::testing::INSTRUMENTS;

/// The share of slips that must be caught, in every file.
const MUST_BE_CAUGHT: f64 = 0.95;

/// A number of a file: where it is written, and what it would be called in a fault.
struct Number {
    at: Range<usize>,
    path: String,
}

/// The numbers of a file: values, numeric keys, and what is a number though it stands in quotes: the
/// codes of choices and of LOINC. Numbers in sentences (years, names) are words.
fn numbers(text: &str) -> Vec<Number> {
    let mut found = Vec::new();
    for (key, value) in DeTable::parse(text).expect("a file that ships is TOML").get_ref() {
        walk(key.get_ref(), key.get_ref(), value.get_ref(), value.span(), &mut found);
    }
    found.sort_by_key(|number| number.at.start);
    found
}

fn walk(path: &str, key: &str, value: &DeValue<'_>, at: Range<usize>, found: &mut Vec<Number>) {
    match value {
        DeValue::Integer(_) | DeValue::Float(_) => found.push(Number { at, path: path.to_owned() }),
        DeValue::String(words) => {
            let is_code = ["code", "codes", "value", "loinc"].contains(&key);
            // In an example's answers, codes may stand in quotes.
            let is_answer = path.contains(".answers.");
            if (is_code || is_answer) && words.bytes().any(|b| b.is_ascii_digit()) {
                found.push(Number { at: at.start + 1..at.end - 1, path: path.to_owned() });
            }
        }
        DeValue::Array(values) => {
            for (n, value) in values.iter().enumerate() {
                walk(&format!("{path}[{n}]"), key, value.get_ref(), value.span(), found);
            }
        }
        DeValue::Table(table) => {
            for (name, value) in table {
                let path = format!("{path}.{}", name.get_ref());
                if key == "lookup" {
                    found.push(Number { at: name.span(), path: format!("{path} (key)") });
                }
                walk(&path, name.get_ref(), value.get_ref(), value.span(), found);
            }
        }
        DeValue::Boolean(_) | DeValue::Datetime(_) => {}
    }
}

/// The number with its last digit one more: `3.0` becomes 4.0, `1.25` 1.26. A 9 becomes 8: a carry would
/// change two digits.
fn slip(written: &str) -> Option<String> {
    let whole = written.strip_suffix(".0").unwrap_or(written);
    let place = whole.rfind(|c: char| c.is_ascii_digit())?;
    let digit = whole.as_bytes()[place] - b'0';
    let other = char::from(b'0' + if digit == 9 { 8 } else { digit + 1 });
    Some(format!("{}{other}{}{}", &whole[..place], &whole[place + 1..], &written[whole.len()..]))
}

/// What came of the slips in one file.
#[derive(Default)]
struct Outcome {
    made: usize,
    passed: Vec<String>,
}

impl Outcome {
    #[expect(clippy::cast_precision_loss, reason = "some thousand slips")]
    fn share(&self) -> f64 {
        if self.made == 0 { 1.0 } else { (self.made - self.passed.len()) as f64 / self.made as f64 }
    }

    fn row(&self, name: &str) -> String {
        let caught = self.made - self.passed.len();
        format!("| {name} | {} | {caught} | {:.1} % |\n", self.made, self.share() * 100.0)
    }
}

fn outcome(file: &str, text: &str) -> Outcome {
    let mut outcome = Outcome::default();
    for number in numbers(text) {
        let written = &text[number.at.clone()];
        if let Some(slip) = slip(written) {
            let mut broken = text.to_owned();
            broken.replace_range(number.at.clone(), &slip);
            outcome.made += 1;
            if Instrument::parse(file, &broken).is_ok() {
                let line = text[..number.at.start].matches('\n').count() + 1;
                outcome.passed.push(format!("line {line}: `{}` {written} as {slip}", number.path));
            }
        }
    }
    outcome
}

/// Runs every file, shared out over two threads.
fn outcomes() -> Vec<(&'static str, Outcome)> {
    let next = std::sync::atomic::AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        loop {
            let n = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            let Some((file, text)) = INSTRUMENTS.get(n) else { return done };
            done.push((*file, outcome(file, text)));
        }
    };
    let mut all: Vec<(&'static str, Outcome)> = std::thread::scope(|scope| {
        let hands: Vec<_> = (0..2).map(|_| scope.spawn(work)).collect();
        hands.into_iter().flat_map(|hand| hand.join().expect("no slip makes the loader panic")).collect()
    });
    all.sort_by_key(|(file, _)| *file);
    all
}

const INTRODUCTION: &str = "# What the proofs of an instrument catch

Every number of every file that ships is changed by one in its last digit, one at a time: values, keys of
lookup tables, codes of choices, LOINC codes. The loader should refuse each of these files. Numbers in
sentences (years, page numbers, names) are words and not changed. A test makes this table and fails when it is
no longer true, or when less than 95 % are caught in any file with a scale.

| file | slips | caught | share |
|---|---|---|---|
";

fn page(all: &[(&str, Outcome)]) -> String {
    let mut page = INTRODUCTION.to_owned();
    let mut sum = Outcome::default();
    for (file, outcome) in all {
        page.push_str(&outcome.row(file));
        sum.made += outcome.made;
        sum.passed.extend(outcome.passed.iter().cloned());
    }
    page.push_str(&sum.row("all"));
    page.push_str("\n## Not caught\n");
    for (file, outcome) in all.iter().filter(|(_, outcome)| !outcome.passed.is_empty()) {
        write!(page, "\n{file}\n\n").unwrap();
        for slip in &outcome.passed {
            writeln!(page, "- {slip}").unwrap();
        }
    }
    page
}

#[test]
fn a_slip_of_one_digit_in_a_file_that_ships_is_caught() {
    let all = outcomes();
    let page = page(&all);
    let written = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/mutations.md"));
    if written.as_ref().ok() != Some(&page) {
        let made_anew = std::env::temp_dir().join("foreword-mutations.md");
        std::fs::write(&made_anew, &page).unwrap();
        panic!("docs/mutations.md is out of date; it should be what stands in {}", made_anew.display());
    }
    let scored =
        |file: &str| INSTRUMENTS.iter().any(|(name, text)| *name == file && text.contains("[[scale]]"));
    for (file, outcome) in all.iter().filter(|(file, _)| scored(file)) {
        let share = outcome.share();
        assert!(share >= MUST_BE_CAUGHT, "{file}: only {:.1} % of the slips are caught", share * 100.0);
    }
}
