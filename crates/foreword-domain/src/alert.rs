//! Red flags: answers and scores a human must see, as data.

use serde::{Deserialize, Serialize};

use crate::{
    instrument::{Instrument, Item, Scale},
    language::Text,
    response::Value,
    scoring::Score,
};

/// How urgent a red flag is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// To be seen before the visit.
    Amber,
    /// To be seen at once.
    Red,
}

impl Level {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Amber => "amber",
            Self::Red => "red",
        }
    }
}

/// A rule of an instrument.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RedFlag {
    /// Its id within the instrument.
    pub id: String,
    /// How urgent.
    pub level: Level,
    /// What staff read.
    pub text: Text,
    /// Fires on the answer to this item ...
    pub item: Option<String>,
    /// ... when it is one of these codes ...
    #[serde(default)]
    pub codes: Vec<String>,
    /// ... or counts at least this (also for a scale).
    pub at_least: Option<f64>,
    /// Fires on this scale's score instead.
    pub scale: Option<String>,
}

impl RedFlag {
    /// Whether it fires.
    pub fn fires<'a>(
        &self,
        instrument: &Instrument,
        answer: impl Fn(&str) -> Option<&'a Value>,
        scores: &[Score],
    ) -> bool {
        if let Some(id) = &self.item {
            let (Some(item), Some(value)) = (instrument.item(id), answer(id)) else { return false };
            let coded = match value {
                Value::Choice(code) => self.codes.contains(code),
                Value::Choices(codes) => codes.iter().any(|code| self.codes.contains(code)),
                _ => false,
            };
            let counted =
                self.at_least.zip(item.number(value)).is_some_and(|(limit, number)| number >= limit);
            return coded || counted;
        }
        let Some(scale) = &self.scale else { return false };
        scores
            .iter()
            .filter(|score| score.scale == *scale)
            .any(|score| self.at_least.zip(score.value).is_some_and(|(limit, value)| value >= limit))
    }

    pub(crate) fn faults(&self, items: &[Item], scales: &[Scale]) -> Vec<(&'static str, String)> {
        let mut found = Vec::new();
        match (&self.item, &self.scale) {
            (Some(id), None) => match items.iter().find(|item| item.id == *id) {
                None => found.push(("item", format!("{id:?} is not an item"))),
                Some(item) => {
                    for code in self.codes.iter().filter(|code| item.choice(code).is_none()) {
                        found.push(("codes", format!("{code:?} is no code of {id:?}")));
                    }
                    if self.at_least.is_some() && item.number_range().is_none() {
                        found.push(("at_least", format!("{id:?} counts no number")));
                    }
                    if self.codes.is_empty() && self.at_least.is_none() {
                        found.push(("item", "needs codes or at_least".to_owned()));
                    }
                }
            },
            (None, Some(id)) => {
                if !scales.iter().any(|scale| scale.id == *id) {
                    found.push(("scale", format!("{id:?} is not a scale")));
                }
                if self.at_least.is_none() || !self.codes.is_empty() {
                    found.push(("at_least", "a scale is tested with at_least, and only with it".to_owned()));
                }
            }
            _ => found.push(("id", "needs either item or scale".to_owned())),
        }
        found
    }
}
