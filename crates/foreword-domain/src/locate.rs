//! Where in a TOML file a key stands, so that a fault can name its line.

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

/// Something wrong in a file: where, what, and what would be right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Line in the file, from 1; absent when the fault is the absence of the whole thing.
    pub line: Option<usize>,
    /// The key, as a path (`item[2].options`).
    pub key: String,
    /// What is wrong and what would be right.
    pub what: String,
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(line) = self.line {
            write!(f, "line {line}: ")?;
        }
        if !self.key.is_empty() {
            write!(f, "{}: ", self.key)?;
        }
        f.write_str(&self.what)
    }
}

/// A file that was refused, with everything that is wrong in it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Refused {
    /// The file's name, as the reader knows it.
    pub file: String,
    /// All faults found.
    pub faults: Vec<Fault>,
}

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (n, fault) in self.faults.iter().enumerate() {
            if n > 0 {
                f.write_str("\n")?;
            }
            match fault.line {
                Some(line) => write!(f, "{}:{line}: ", self.file)?,
                None => write!(f, "{}: ", self.file)?,
            }
            if !fault.key.is_empty() {
                write!(f, "{}: ", fault.key)?;
            }
            f.write_str(&fault.what)?;
        }
        Ok(())
    }
}

/// Reads a TOML text into `T`; a fault names its line and key.
pub fn read<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, Fault> {
    toml::from_str(text).map_err(|error| {
        let start = error.span().map(|span| span.start);
        let what = error.message().trim();
        let key = named(what).or_else(|| key_at(text, start?)).unwrap_or_default();
        Fault { line: start.map(|byte| line_at(text, byte)), key, what: in_words(what) }
    })
}

/// The name of a list that a word was probably meant to be.
pub fn nearest<'a>(word: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let distance = |name: &str| strsim::damerau_levenshtein(&name.to_lowercase(), &word.to_lowercase());
    let near = word.chars().count().div_ceil(3).max(1);
    // Of two that are equally near, letters in another order are the likelier slip: `=>` for `>=`.
    let letters = |name: &str| {
        let mut letters: Vec<char> = name.to_lowercase().chars().collect();
        letters.sort_unstable();
        letters
    };
    let (far, _, name) = names
        .into_iter()
        .map(|name| (distance(name), letters(name) != letters(word), name))
        .min_by_key(|(far, is_other, _)| (*far, *is_other))?;
    // A key is often remembered without its second half: `enable` for `enable_when`.
    let half = |name: &str| word.len() > 2 && (name.starts_with(word) || word.starts_with(name));
    (far <= near || half(name)).then_some(name)
}

/// A fault of the TOML reader in words for whoever wrote the file: what is not known here, and what
/// was probably meant.
pub(crate) fn in_words(message: &str) -> String {
    let plain = message.trim().replace('\n', "; ");
    for kind in ["field", "variant"] {
        let Some(rest) = plain.strip_prefix(&format!("unknown {kind} `")) else { continue };
        let Some((word, rest)) = rest.split_once('`') else { continue };
        let known: Vec<&str> = rest.split('`').skip(1).step_by(2).collect();
        let what = if kind == "field" { "is not a key here" } else { "is not known here" };
        return match (nearest(word, known.iter().copied()), known.len()) {
            (Some(name), _) => format!("{word:?} {what}; did you mean {name:?}?"),
            (None, 0) => format!("{word:?} {what}"),
            (None, _) => format!("{word:?} {what}; there are {}", known.join(", ")),
        };
    }
    if let Some(rest) = plain.strip_prefix("missing field `") {
        return format!("{:?} is absent", rest.trim_end_matches('`'));
    }
    if let Some((found, wanted)) =
        plain.strip_prefix("invalid type: ").and_then(|rest| rest.split_once(", expected "))
        && let Some(right) = right_type(found, wanted)
    {
        return right.to_owned();
    }
    plain
}

/// What a value of the wrong type should have been, in the words of a file and not of this program.
fn right_type(found: &str, wanted: &str) -> Option<&'static str> {
    let starts = |words: &[&str]| words.iter().any(|word| wanted.starts_with(word));
    Some(match (found, wanted) {
        ("map", "a sequence") => "is one table, must be a list of them: write two brackets, [[...]]",
        ("sequence", _) if !starts(&["a sequence"]) => {
            "is a list, must be one thing: one pair of brackets, or none"
        }
        _ if starts(&["f64"]) => "must be a number, without quotes",
        _ if starts(&["u8", "u16", "u32", "u64", "usize"]) => {
            "must be a whole number, 0 or more, without quotes"
        }
        _ if starts(&["i64"]) => "must be a whole number, without quotes",
        (_, "a sequence") => "must be a list, in brackets: [...]",
        ("map", "a string") => "must be text, in quotes; one pair of brackets, not two?",
        (_, "a string") => "must be text, in quotes",
        (_, "a boolean") => "must be true or false, without quotes",
        (_, "a map") => "must be a table: a text is written { en = \"...\" }",
        _ if wanted.contains("enum Permission") => {
            "must be a table: { status = \"not-needed\" }, { status = \"to-confirm\", ask = \"...\" } and so on"
        }
        _ if wanted.contains("enum FileMissing") => "must be a table: { rule = \"all-needed\" } and so on",
        _ => return None,
    })
}

/// Collects the faults of one file and finds their lines.
pub struct Faults<'a> {
    text: &'a str,
    /// Read when the first fault needs a line.
    table: std::cell::OnceCell<Option<Spanned<DeTable<'a>>>>,
    found: Vec<Fault>,
}

impl<'a> Faults<'a> {
    /// Begins an examination of a file's text.
    pub fn new(text: &'a str) -> Self {
        Self { text, table: std::cell::OnceCell::new(), found: Vec::new() }
    }

    /// Notes a fault at a key path such as `scale[0].bands[1].min`.
    pub fn add(&mut self, key: impl Into<String>, what: impl Into<String>) {
        let key = key.into();
        let table = self.table.get_or_init(|| DeTable::parse(self.text).ok());
        let line = table.as_ref().and_then(|table| line_in(self.text, table.get_ref(), &key));
        self.found.push(Fault { line, key, what: what.into() });
    }

    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// Whether a fault was noted already.
    pub fn has(&self, key: &str, what: &str) -> bool {
        self.found.iter().any(|fault| fault.key == key && fault.what == what)
    }

    /// The faults, each once, in the order of the file.
    pub fn finish(mut self) -> Vec<Fault> {
        self.found.sort_by_key(|fault| fault.line.unwrap_or(usize::MAX));
        // A list that several items share is examined for each of them.
        let mut found: Vec<Fault> = Vec::with_capacity(self.found.len());
        for fault in self.found {
            if !found.contains(&fault) {
                found.push(fault);
            }
        }
        found
    }
}

/// The line on which the value at a key path begins, or its nearest existing parent.
pub fn line_of(text: &str, path: &str) -> Option<usize> {
    line_in(text, DeTable::parse(text).ok()?.get_ref(), path)
}

fn line_in(text: &str, table: &DeTable<'_>, path: &str) -> Option<usize> {
    let mut line = None;
    let mut here: Option<&DeValue<'_>> = None;
    for (depth, step) in steps(path).into_iter().enumerate() {
        let next = match step {
            Step::Key(key) => {
                let table = if depth == 0 { table } else { here?.as_table()? };
                let Some((name, value)) = table.iter().find(|(name, _)| name.get_ref().as_ref() == key)
                else {
                    return line;
                };
                line = Some(line_at(text, name.span().start));
                value
            }
            Step::Index(index) => {
                let Some(value) = here.and_then(|h| h.as_array()).and_then(|a| a.get(index)) else {
                    return line;
                };
                line = Some(line_at(text, value.span().start));
                value
            }
        };
        here = Some(next.get_ref());
    }
    line
}

enum Step<'a> {
    Key(&'a str),
    Index(usize),
}

fn steps(path: &str) -> Vec<Step<'_>> {
    let mut steps = Vec::new();
    for part in path.split('.').filter(|part| !part.is_empty()) {
        let (key, indices) = part.split_once('[').map_or((part, ""), |(key, rest)| (key, rest));
        steps.push(Step::Key(key));
        steps.extend(
            indices.split('[').filter_map(|index| index.trim_end_matches(']').parse().ok()).map(Step::Index),
        );
    }
    steps
}

fn line_at(text: &str, byte: usize) -> usize {
    text.bytes().take(byte).filter(|b| *b == b'\n').count() + 1
}

/// The key a fault of the TOML reader is about, where its words name one.
fn named(what: &str) -> Option<String> {
    let rest = what.strip_prefix("missing field `").or_else(|| what.strip_prefix("unknown field `"))?;
    rest.split_once('`').map(|(key, _)| key.to_owned())
}

/// The key whose value stands at a byte, or the key that stands there itself.
fn key_at(text: &str, byte: usize) -> Option<String> {
    let is_bare = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '"' | '.');
    let line_start = text.get(..byte)?.rfind('\n').map_or(0, |n| n + 1);
    let before = text[line_start..byte].trim_end();
    let key = match before.strip_suffix('=') {
        Some(before) => before.trim_end().rsplit(|c| !is_bare(c)).next(),
        None => match text[byte..].split(|c| !is_bare(c)).next() {
            Some(key) if text[byte + key.len()..].trim_start_matches(' ').starts_with('=') => Some(key),
            _ => before.split_once('=').and_then(|(before, _)| before.trim().rsplit(|c| !is_bare(c)).next()),
        },
    };
    key.map(|key| key.trim_matches('"').to_owned()).filter(|key| !key.is_empty())
}
