//! Answers: what a patient replied to an item, and the ledger of all of a visit's answers.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use crate::{language::Lang, message::Channel};

/// An item within a visit: which ask of the script, and which item of its instrument.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ItemRef {
    /// Key of the ask (`gad-7`, `wish.gad-7`).
    pub ask: String,
    /// The item's linkId.
    pub item: String,
}

impl ItemRef {
    /// An item of an ask.
    pub fn new(ask: impl Into<String>, item: impl Into<String>) -> Self {
        Self { ask: ask.into(), item: item.into() }
    }
}

impl std::fmt::Display for ItemRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.ask, self.item)
    }
}

impl std::str::FromStr for ItemRef {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let (ask, item) = text.split_once('/').ok_or_else(|| format!("{text:?} names no item of an ask"))?;
        Ok(Self::new(ask, item))
    }
}

/// What was answered. `Debug` does not print it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "value", rename_all = "kebab-case")]
pub enum Value {
    /// The code of one choice.
    Choice(String),
    /// The codes of several choices, in the order of the item.
    Choices(Vec<String>),
    /// A whole number.
    Integer(i64),
    /// A decimal number, as written, with a point.
    Decimal(String),
    /// A mark on a scale of 0 to 10.
    Scale(u8),
    /// A date.
    Date(Date),
    /// The patient's own words, byte for byte.
    Text(String),
    /// "I prefer not to answer."
    Skipped,
}

impl std::fmt::Debug for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Choice(_) => "Choice(..)",
            Self::Choices(_) => "Choices(..)",
            Self::Integer(_) => "Integer(..)",
            Self::Decimal(_) => "Decimal(..)",
            Self::Scale(_) => "Scale(..)",
            Self::Date(_) => "Date(..)",
            Self::Text(_) => "Text(..)",
            Self::Skipped => "Skipped",
        })
    }
}

/// Who gave an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Default)]
#[serde(rename_all = "kebab-case")]
pub enum Respondent {
    /// The patient.
    #[default]
    Patient,
    /// The patient, with somebody's help.
    Helped,
    /// Somebody for the patient.
    Proxy,
    /// Staff, from paper or by telephone.
    Staff,
}

impl Respondent {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Patient, Self::Helped, Self::Proxy, Self::Staff];

    /// The word for it in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Patient => "patient",
            Self::Helped => "helped",
            Self::Proxy => "proxy",
            Self::Staff => "staff",
        }
    }

    /// The words for it on a page.
    pub fn label(self) -> &'static str {
        match self {
            Self::Patient => "the patient",
            Self::Helped => "the patient, with help",
            Self::Proxy => "someone for the patient",
            Self::Staff => "staff",
        }
    }
}

impl std::str::FromStr for Respondent {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|respondent| respondent.as_str() == text)
            .ok_or_else(|| format!("{text:?} is not a respondent"))
    }
}

/// An answer with how it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The item answered.
    pub at: ItemRef,
    /// What was answered.
    pub value: Value,
    /// When.
    pub answered_at: Timestamp,
    /// Through which door.
    pub channel: Channel,
    /// Language of the service's sentences at the time.
    pub ui_language: Lang,
    /// Language of the instrument's text.
    pub instrument_language: Lang,
    /// By whom.
    pub by: Respondent,
}

/// The answers of one visit as they stand: the latest for each item.
///
/// The store keeps every answer ever given; this is the fold of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ledger(BTreeMap<ItemRef, Answer>);

impl Ledger {
    /// Folds answers, oldest first.
    pub fn of(answers: impl IntoIterator<Item = Answer>) -> Self {
        let mut ledger = Self::default();
        for answer in answers {
            ledger.enter(answer);
        }
        ledger
    }

    /// Enters a newer answer.
    pub fn enter(&mut self, answer: Answer) {
        self.0.insert(answer.at.clone(), answer);
    }

    /// The answer to an item as it stands.
    pub fn get(&self, at: &ItemRef) -> Option<&Answer> {
        self.0.get(at)
    }

    /// The value at an item of an ask.
    pub fn value(&self, ask: &str, item: &str) -> Option<&Value> {
        self.0.get(&ItemRef::new(ask, item)).map(|answer| &answer.value)
    }

    /// All answers.
    pub fn iter(&self) -> impl Iterator<Item = &Answer> {
        self.0.values()
    }

    /// Whether nothing was answered.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// When the latest answer came.
    pub fn last_at(&self) -> Option<Timestamp> {
        self.0.values().map(|answer| answer.answered_at).max()
    }
}
