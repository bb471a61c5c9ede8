//! What a member of staff can type in a chat. It is read strictly: what is not right is said, and
//! nothing of what was typed is repeated.

use crate::reply::normalize;

/// Something a member of staff asks for.
#[derive(Clone, PartialEq, Eq)]
pub enum Order {
    /// The visits of today.
    Today,
    /// An alert, by its code.
    Take(String),
    /// A question to a patient.
    Ask(Asking),
    /// The same, in a form that can't be read.
    Unclear(Unclear),
}

/// A question to one patient for one visit.
#[derive(Clone, PartialEq, Eq)]
pub struct Asking {
    /// The patient, by our id or the feed's.
    pub patient: String,
    /// The visit: our id or the feed's, a date, or `next`.
    pub visit: String,
    /// The question, as it was typed.
    pub question: String,
}

/// What is missing or too much.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unclear {
    /// There is no colon.
    Colon,
    /// No patient stands before "before".
    Patient,
    /// More than one word does.
    PatientWords,
    /// There is no "before".
    Before,
    /// No visit stands after it.
    Visit,
    /// More than one word does.
    VisitWords,
    /// A quotation mark has no other end.
    Quote,
    /// Nothing stands after the colon.
    Question,
}

/// What is right.
pub const ASK: &str = "ask PATIENT before VISIT: your question";

impl Unclear {
    /// What is wrong, and what would be right.
    pub fn words(self) -> String {
        let wrong = match self {
            Self::Colon => "There is no colon between the visit and the question.",
            Self::Patient => "The patient's id is missing after \"ask\".",
            Self::PatientWords => "The patient's id has spaces. Put it in quotes: \"MRN 12 34\".",
            Self::Before => "The word \"before\" is missing between the patient and the visit.",
            Self::Visit => {
                "The visit is missing after \"before\". Give its id, its date (2026-01-31) or \"next\"."
            }
            Self::VisitWords => {
                "The visit has spaces. Put its id in quotes, or give its date (2026-01-31) or \"next\"."
            }
            Self::Quote => "A quotation mark is not closed.",
            Self::Question => "The question is missing after the colon.",
        };
        format!("{wrong}\nType it like this:\n{ASK}")
    }
}

impl Order {
    /// Reads what was typed; nothing when it is for something else.
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        let bare = text.strip_prefix('/').unwrap_or(text);
        if normalize(bare) == "today" {
            return Some(Self::Today);
        }
        let (word, rest) = bare.split_once(char::is_whitespace).unwrap_or((bare, ""));
        let word = word.trim_end_matches([':', '：']);
        // Whatever else follows is somebody's sentence that begins with the same word.
        let is_code = |code: &str| code.len() == 5 && code.bytes().all(|b| b.is_ascii_alphanumeric());
        if word.eq_ignore_ascii_case("take") && is_code(rest.trim()) {
            return Some(Self::Take(rest.trim().to_owned()));
        }
        if !word.eq_ignore_ascii_case("ask") {
            return None;
        }
        Some(match asking(rest) {
            Ok(asking) => Self::Ask(asking),
            Err(unclear) => Self::Unclear(unclear),
        })
    }
}

/// Reads what follows the first word.
fn asking(text: &str) -> Result<Asking, Unclear> {
    let mut rest = text.trim_start();
    let is_before = |word: &str| word.eq_ignore_ascii_case("before");
    let patient = name(&mut rest)?.ok_or(Unclear::Patient)?;
    if !patient.quoted && is_before(&patient.text) && !follows(rest, is_before) {
        return Err(Unclear::Patient);
    }
    match name(&mut rest)? {
        Some(word) if !word.quoted && is_before(&word.text) => {}
        // "ask 12 34 before next: ..."
        Some(_) if rest.split(COLONS).next().is_some_and(|ahead| ahead.split_whitespace().any(is_before)) => {
            return Err(Unclear::PatientWords);
        }
        _ => return Err(Unclear::Before),
    }
    let visit = name(&mut rest)?.ok_or(Unclear::Visit)?;
    let Some(question) = rest.strip_prefix(COLONS) else {
        return Err(if rest.contains(COLONS) { Unclear::VisitWords } else { Unclear::Colon });
    };
    let question = question.trim();
    if question.is_empty() {
        return Err(Unclear::Question);
    }
    Ok(Asking { patient: patient.text, visit: visit.text, question: question.to_owned() })
}

const COLONS: [char; 2] = [':', '：'];
/// Quotation marks and what closes them: telephones put in curly ones.
const QUOTES: [(char, &[char]); 5] = [
    ('"', &['"', '”', '“']),
    ('“', &['”', '“', '"']),
    ('”', &['”', '"']),
    ('„', &['“', '”', '"']),
    ('«', &['»']),
];

struct Name {
    text: String,
    quoted: bool,
}

/// Takes a name off the front: a word that ends with a space or a colon, or what stands in quotes.
fn name(rest: &mut &str) -> Result<Option<Name>, Unclear> {
    let text: &str = rest;
    let quote = text.chars().next().and_then(|first| QUOTES.iter().find(|(open, _)| *open == first));
    let found = if let Some((open, closing)) = quote {
        let inside = &text[open.len_utf8()..];
        let end = inside.find(*closing).ok_or(Unclear::Quote)?;
        let after = inside[end..].chars().next().map_or(0, char::len_utf8);
        *rest = &inside[end + after..];
        Name { text: inside[..end].trim().to_owned(), quoted: true }
    } else {
        let end = text.find(|c: char| c.is_whitespace() || COLONS.contains(&c)).unwrap_or(text.len());
        *rest = &text[end..];
        Name { text: text[..end].to_owned(), quoted: false }
    };
    *rest = rest.trim_start();
    Ok((!found.text.is_empty()).then_some(found))
}

/// Whether the next word is one.
fn follows(rest: &str, is: impl Fn(&str) -> bool) -> bool {
    rest.split_whitespace().next().is_some_and(is)
}

#[cfg(test)]
mod tests;
