//! Red flags: answers and scores a human must see, as data; and the states an alert goes through.
//!
//! Knows neither who is told nor when: that is a clinic's plan and its clock.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{
    instrument::{Direction, Instrument, Item, Scale},
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

impl FromStr for Level {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let found = [Self::Amber, Self::Red].into_iter().find(|level| level.as_str() == text);
        found.ok_or_else(|| format!("{text:?} is neither \"amber\" nor \"red\""))
    }
}

/// A rule of an instrument, or a clinic's own beside those.
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
    /// Fires on this scale's score instead ...
    pub scale: Option<String>,
    /// ... also when it is worse than the one before by at least so many points.
    pub worse_by: Option<f64>,
    /// Whether the patient is shown the crisis text where the answer was given.
    #[serde(default)]
    pub crisis: bool,
}

impl RedFlag {
    /// Whether the patient is shown the crisis text when it fires: by its own word, and for every answer that
    /// needs somebody at once.
    pub fn is_crisis(&self) -> bool {
        self.crisis || (self.level == Level::Red && self.item.is_some())
    }
}

/// Sums of decimal fractions are off by less than this: a change exactly at the limit reaches it.
const ROUNDING: f64 = 1e-9;

impl RedFlag {
    /// Whether it fires. `before` gives the score of a scale from the time before; without one nothing is
    /// known to have become worse.
    pub fn fires<'a>(
        &self,
        instrument: &Instrument,
        answer: impl Fn(&str) -> Option<&'a Value>,
        scores: &[Score],
        before: &dyn Fn(&str) -> Option<f64>,
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
        let Some(scale) = self.scale.as_deref().and_then(|id| instrument.scale(id)) else { return false };
        let worse = |value: f64| match scale.direction {
            Direction::HigherWorse => Some(value - before(&scale.id)?),
            Direction::HigherBetter => Some(before(&scale.id)? - value),
            Direction::Unstated => None,
        };
        scores.iter().filter(|score| score.scale == scale.id).filter_map(|score| score.value).any(|value| {
            self.at_least.is_some_and(|limit| value >= limit)
                || self.worse_by.is_some_and(|limit| worse(value).is_some_and(|by| by >= limit - ROUNDING))
        })
    }

    /// What is wrong with it, whatever it is a rule of: key and fault.
    pub(crate) fn faults_of_form(&self) -> Vec<(&'static str, String)> {
        let mut found: Vec<(&'static str, String)> = Vec::new();
        match (&self.item, &self.scale) {
            (Some(_), None) => {
                if self.codes.is_empty() && self.at_least.is_none() {
                    found.push(("item", "needs codes or at_least".to_owned()));
                }
                if self.worse_by.is_some() {
                    found.push(("worse_by", "belongs to a scale, and this rule is about an item".to_owned()));
                }
            }
            (None, Some(_)) => {
                if self.at_least.is_none() && self.worse_by.is_none() {
                    found.push(("scale", "needs at_least or worse_by".to_owned()));
                }
                if !self.codes.is_empty() {
                    found.push(("codes", "belong to an item, and this rule is about a scale".to_owned()));
                }
                if self.crisis {
                    let what = "belongs to an item: the text is shown where the answer was given";
                    found.push(("crisis", what.to_owned()));
                }
            }
            _ => found.push(("id", "needs either item or scale".to_owned())),
        }
        if self.at_least.is_some_and(|limit| !limit.is_finite()) {
            found.push(("at_least", "is not a number".to_owned()));
        }
        // Also refuses what is no number at all.
        if self.worse_by.is_some_and(|limit| !(limit.is_finite() && limit > 0.0)) {
            found.push(("worse_by", "must be more than 0".to_owned()));
        }
        found
    }

    /// What is wrong with it as a rule of an instrument of these items and scales: key and fault.
    pub(crate) fn faults(&self, items: &[Item], scales: &[Scale]) -> Vec<(&'static str, String)> {
        let mut found = self.faults_of_form();
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
                }
            },
            (None, Some(id)) => match scales.iter().find(|scale| scale.id == *id) {
                None => found.push(("scale", format!("{id:?} is not a scale"))),
                Some(scale) if self.worse_by.is_some() && scale.direction == Direction::Unstated => {
                    found.push(("worse_by", format!("{id:?} does not say which way is worse")));
                }
                Some(_) => {}
            },
            _ => {}
        }
        found
    }
}

/// Where an alert stands. It only moves forward, and nothing but a person closes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// It was raised with the answer; nobody was told yet.
    Open,
    /// Somebody was told.
    Notified,
    /// A person has taken it over. That is no outcome yet.
    Acknowledged,
    /// What came of it is written down.
    Outcome,
    /// It is done with.
    Closed,
}

/// Why an alert stays where it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Where it stands.
    pub from: State,
    /// Where it was to go.
    pub to: State,
}

impl std::error::Error for Refused {}

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.from, self.to) {
            (State::Closed, _) => f.write_str("the alert is closed, and stays so"),
            (from, to) if from == to => write!(f, "the alert is already {}", to.label()),
            (from, to) if to < from => {
                write!(f, "the alert is {} already and does not go back to {}", from.label(), to.label())
            }
            (_, State::Closed) => f.write_str("an outcome must be written down first"),
            _ => f.write_str("somebody must acknowledge the alert first"),
        }
    }
}

impl State {
    /// All of them, in their order.
    pub const ALL: [Self; 5] = [Self::Open, Self::Notified, Self::Acknowledged, Self::Outcome, Self::Closed];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Notified => "notified",
            Self::Acknowledged => "acknowledged",
            Self::Outcome => "outcome",
            Self::Closed => "closed",
        }
    }

    /// The words for it within a sentence.
    pub fn label(self) -> &'static str {
        match self {
            Self::Outcome => "with an outcome",
            other => other.as_str(),
        }
    }

    /// Whether it waits for a person to take it over.
    pub fn is_waiting(self) -> bool {
        matches!(self, Self::Open | Self::Notified)
    }

    /// Moves it on.
    ///
    /// # Errors
    /// When the step goes back, or leaves one out that a person must take.
    pub fn advance(self, to: Self) -> Result<Self, Refused> {
        match (self, to) {
            // Who opens the page by chance may take over what nobody was told of yet.
            (Self::Open, Self::Notified | Self::Acknowledged)
            | (Self::Notified, Self::Acknowledged)
            | (Self::Acknowledged, Self::Outcome)
            | (Self::Outcome, Self::Closed) => Ok(to),
            (from, to) => Err(Refused { from, to }),
        }
    }
}

impl FromStr for State {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|state| state.as_str() == text);
        found.ok_or_else(|| format!("{text:?} is no state of an alert"))
    }
}

/// What came of an alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OutcomeKind {
    /// Somebody spoke with the patient.
    Spoke,
    /// The patient was seen.
    Seen,
    /// Emergency services were called.
    Emergency,
    /// Another service has taken over.
    Referred,
    /// The answer was a slip, and the patient said so when asked.
    Mistaken,
}

impl OutcomeKind {
    /// All of them, in the order they are offered.
    pub const ALL: [Self; 5] = [Self::Spoke, Self::Seen, Self::Emergency, Self::Referred, Self::Mistaken];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Spoke => "spoke",
            Self::Seen => "seen",
            Self::Emergency => "emergency",
            Self::Referred => "referred",
            Self::Mistaken => "mistaken",
        }
    }

    /// What staff read.
    pub fn label(self) -> &'static str {
        match self {
            Self::Spoke => "Spoke with the patient",
            Self::Seen => "Seen at the clinic",
            Self::Emergency => "Emergency services called",
            Self::Referred => "Handed over to another service",
            Self::Mistaken => "Answered by mistake, checked with the patient",
        }
    }
}

impl FromStr for OutcomeKind {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|kind| kind.as_str() == text);
        found.ok_or_else(|| format!("{text:?} is no outcome of an alert"))
    }
}

/// What the patient pressed below the crisis text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Urgency {
    /// "I need help now."
    Help,
    /// "I am safe for now."
    Safe,
    /// Nothing yet: the answer was given once more, and the text was shown again.
    Again,
}

impl Urgency {
    /// All of them, the one that cannot wait first.
    pub const ALL: [Self; 3] = [Self::Help, Self::Safe, Self::Again];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Help => "help",
            Self::Safe => "safe",
            Self::Again => "again",
        }
    }
}

impl FromStr for Urgency {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|urgency| urgency.as_str() == text);
        found.ok_or_else(|| format!("{text:?} is not \"help\", \"safe\" or \"again\""))
    }
}

#[cfg(test)]
mod tests;
