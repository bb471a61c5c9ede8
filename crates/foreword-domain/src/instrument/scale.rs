//! Scales: what is computed from the answers, and how its number is to be read.

use std::{collections::BTreeMap, sync::Arc};

use serde::{Deserialize, Serialize};

use crate::{
    irt::{self, Engine},
    language::Text,
    patient::{Person, Sex},
};

/// A scored set of items.
#[derive(Clone, Debug, PartialEq)]
pub struct Scale {
    /// Its id: `total`.
    pub id: String,
    /// Its name on the page.
    pub name: Text,
    /// The items it is computed from.
    pub items: Vec<String>,
    /// How.
    pub method: Method,
    /// Items counted from the other end.
    pub reverse: Vec<String>,
    /// Factors of single items; 1 where none is given.
    pub weights: BTreeMap<String, f64>,
    /// What happens when items are missing.
    pub missing: Missing,
    /// How the number is rounded before anything else is done with it.
    pub round: Round,
    /// What becomes of the number afterwards.
    pub transform: Transform,
    /// The least and the greatest possible value.
    pub range: (f64, f64),
    /// Which way is worse.
    pub direction: Direction,
    /// Bands without gap or overlap, lowest first; may be empty.
    pub bands: Vec<Band>,
    /// Bands of some people only; the first that fits decides.
    pub bands_for: Vec<BandsFor>,
    /// How large a change must be to matter, by publication; the first is the one stated.
    pub change: Vec<ChangeThreshold>,
    /// What becomes of answers to items that skip logic hides.
    pub hidden_answers: HiddenAnswers,
    /// What an item counts that was not answered because skip logic hides it; without it, such an
    /// item is missing like any other.
    pub hidden_counts: Option<f64>,
    /// LOINC code.
    pub loinc: Option<String>,
}

/// How a scale is computed.
#[derive(Clone, Debug, PartialEq)]
pub enum Method {
    /// The (weighted) sum.
    Sum,
    /// The (weighted) mean of the answered items: each counts as much as its weight.
    Mean,
    /// Item response theory: the estimate from the pattern of answers, on the scale's metric.
    Irt(Arc<Engine>),
    /// By an expression of the questionnaire it was imported with.
    Formula,
}

/// How a bank is asked item by item.
#[derive(Clone, Debug, PartialEq)]
pub struct Adaptive {
    /// The scale whose items are chosen among; of [`Method::Irt`].
    pub scale: String,
    /// How they are chosen, and when enough is asked.
    pub settings: irt::Adaptive,
}

/// What becomes of an answer to an item that skip logic hides, where one was given all the same.
///
/// In a conversation such an answer never reaches a scale; in tables from elsewhere there are some.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HiddenAnswers {
    /// It counts: the published rule only excuses who did not answer.
    #[default]
    Counted,
    /// It does not: the published rule ends with the gate.
    Ignored,
}

/// The missing-data rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// Every item is needed.
    AllNeeded,
    /// Up to `max` items may be missing; each then counts as the mean of the others.
    Prorate {
        /// Items that may be missing.
        max: usize,
    },
    /// The mean of those answered, if there are at least so many.
    MeanOfAnswered {
        /// Items needed.
        at_least: usize,
    },
    /// Whatever was answered is used, if there are at least so many: only where the method says how
    /// sure it is (item response theory).
    Answered {
        /// Items needed.
        at_least: usize,
    },
}

/// Rounding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Round {
    /// Not at all.
    #[default]
    None,
    /// To the nearest whole number, halves up.
    HalfUp,
}

/// From raw to reported.
#[derive(Clone, Debug, PartialEq, Default)]
pub enum Transform {
    /// As it is.
    #[default]
    None,
    /// `raw * factor + add`.
    Linear {
        /// Factor.
        factor: f64,
        /// Summand.
        add: f64,
    },
    /// A published table from whole raw scores.
    Lookup(BTreeMap<i64, f64>),
}

/// Which way is worse; shown with every score.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// A higher number is worse.
    HigherWorse,
    /// A higher number is better.
    HigherBetter,
    /// Nobody said: such a score is computed, and never shown.
    #[serde(skip)]
    Unstated,
}

impl Direction {
    /// The words on the page.
    pub fn words(self) -> &'static str {
        match self {
            Self::HigherWorse => "higher = worse",
            Self::HigherBetter => "higher = better",
            Self::Unstated => "direction not stated",
        }
    }
}

/// A range of scores with a name.
#[derive(Clone, Debug, PartialEq)]
pub struct Band {
    /// Its id: `mild`.
    pub id: String,
    /// Its name on the page.
    pub name: Text,
    /// Least score in it.
    pub min: f64,
    /// Greatest score in it.
    pub max: f64,
}

/// The bands of some people.
#[derive(Clone, Debug, PartialEq)]
pub struct BandsFor {
    /// Only for this sex.
    pub sex: Option<Sex>,
    /// Only from this age on, in years.
    pub from_age: Option<u16>,
    /// Only up to this age, in years, inclusive.
    pub to_age: Option<u16>,
    /// The bands.
    pub bands: Vec<Band>,
    /// Where they were published.
    pub citation: String,
}

impl BandsFor {
    /// Whether they are for a person; nothing when too little is known to tell.
    pub fn fits(&self, person: &Person) -> Option<bool> {
        let sex = match (self.sex, person.sex) {
            (None, _) => Some(true),
            (Some(_), None) => None,
            (Some(wanted), Some(sex)) => Some(wanted == sex),
        };
        let age = match (self.from_age, self.to_age, person.age) {
            (None, None, _) => Some(true),
            (_, _, None) => None,
            (from, to, Some(age)) => {
                Some(from.is_none_or(|from| age >= from) && to.is_none_or(|to| age <= to))
            }
        };
        match (sex, age) {
            (Some(false), _) | (_, Some(false)) => Some(false),
            (Some(true), Some(true)) => Some(true),
            _ => None,
        }
    }
}

/// A change large enough to matter, as published.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangeThreshold {
    /// Points.
    pub points: Option<f64>,
    /// Per cent of the earlier value.
    pub percent: Option<f64>,
    /// In whom it was found.
    pub population: String,
    /// Where it was published.
    pub citation: String,
}

impl ChangeThreshold {
    /// The points a change from an earlier value must have.
    pub fn from(&self, before: f64) -> f64 {
        self.points
            .or_else(|| self.percent.map(|share| before.abs() * share / 100.0))
            .unwrap_or(f64::INFINITY)
    }

    /// Whether a change matters; one exactly at the threshold does.
    pub fn is_reached(&self, before: f64, now: f64) -> bool {
        (now - before).abs() >= self.from(before) - 1e-9
    }
}

impl Scale {
    /// The bands that may be a person's: one list when enough is known of them, else several.
    pub fn bands_of(&self, person: &Person) -> Vec<&[Band]> {
        let mut lists = Vec::new();
        for some in &self.bands_for {
            match some.fits(person) {
                Some(true) => {
                    lists.push(some.bands.as_slice());
                    return lists;
                }
                None => lists.push(some.bands.as_slice()),
                Some(false) => {}
            }
        }
        lists.push(self.bands.as_slice());
        lists
    }

    /// A band by its id, as it is for a person.
    pub fn band(&self, id: &str, person: &Person) -> Option<&Band> {
        self.bands_of(person).into_iter().flatten().find(|band| band.id == id)
    }

    /// Whether it has any bands.
    pub fn has_bands(&self) -> bool {
        !self.bands.is_empty() || !self.bands_for.is_empty()
    }
}
