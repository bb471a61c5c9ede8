//! Worked examples of a scoring, and the proof that the instrument agrees with them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Instrument, ItemKind, Method};
use crate::{
    patient::Person,
    response::Value,
    scoring::{self, Score, Status},
};

/// Answers, and what each scale must make of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Vector {
    /// Whose answers they are, where a rule tells people apart.
    pub person: Person,
    /// Earlier values, by scale id.
    pub before: BTreeMap<String, f64>,
    /// The questions that are asked, no more and no fewer.
    pub asked: Option<Vec<String>>,
    /// Values that are no permitted answers, by linkId.
    pub refused: BTreeMap<String, Vec<String>>,
    /// The items that stand out, no more and no fewer.
    pub stands_out: Option<Vec<String>>,
    /// The red flags that fire, no more and no fewer.
    pub red_flags: Option<Vec<String>>,
    /// Codes or numbers as written, by linkId.
    pub answers: BTreeMap<String, String>,
    /// What is expected, by scale id.
    pub expect: BTreeMap<String, Expect>,
}

/// What a scale must come to.
#[derive(Clone, Debug, PartialEq)]
pub struct Expect {
    /// Scored, estimated or not.
    pub status: Status,
    /// The number.
    pub value: Option<f64>,
    /// Its standard error.
    pub se: Option<f64>,
    /// What the change since the earlier value is.
    pub change: Option<Change>,
    /// The band's id; `None` means no band is shown.
    pub band: Option<String>,
}

/// Whether a change reaches the first published threshold of its scale.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// It does; one exactly at the threshold, too.
    Reached,
    /// It does not.
    NotReached,
}

impl Change {
    fn as_str(self) -> &'static str {
        match self {
            Self::Reached => "reached",
            Self::NotReached => "not-reached",
        }
    }
}

/// Numbers of published tables are rounded to four decimals.
const TOLERANCE: f64 = 0.000_050_001;
/// Numbers that two programs compute from the same parameters agree when they differ by less than this.
const COMPUTED: f64 = 1e-6;

impl Vector {
    /// What is wrong when the instrument does not agree with the example.
    pub(super) fn disagreement(&self, instrument: &Instrument) -> Option<String> {
        let mut answers: BTreeMap<&str, Value> = BTreeMap::new();
        for (id, written) in &self.answers {
            let Some(item) = instrument.item(id) else {
                return Some(format!("answers the item {id:?}, which does not exist"));
            };
            match item.read_code(written) {
                Some(value) => answers.insert(id, value),
                None => return Some(format!("{id} = {written:?} is not a permitted answer")),
            };
        }
        for (id, values) in &self.refused {
            let Some(item) = instrument.item(id) else {
                return Some(format!("refuses an answer to the item {id:?}, which does not exist"));
            };
            if let Some(value) = values.iter().find(|value| item.read_code(value).is_some()) {
                return Some(format!("{id} = {value:?} is a permitted answer, expected it to be refused"));
            }
        }
        let scores = scoring::all(instrument, &self.person, |item| answers.get(item).cloned());
        for (id, expect) in &self.expect {
            let Some(score) = scores.iter().find(|score| score.scale == *id) else {
                return Some(format!("expects the scale {id:?}, which does not exist"));
            };
            if let Some(what) = self.difference(instrument, score, expect) {
                return Some(what);
            }
        }
        // An earlier value is there for a change that is expected, or for a rule that reads it.
        let is_read = |id: &String| {
            let mut rules = instrument.red_flags.iter().filter(|flag| flag.worse_by.is_some());
            self.red_flags.is_some() && rules.any(|flag| flag.scale.as_ref() == Some(id))
        };
        if let Some(id) = self
            .before
            .keys()
            .find(|id| self.expect.get(*id).is_none_or(|e| e.change.is_none()) && !is_read(id))
        {
            return Some(format!("has an earlier value of {id:?}, but does not expect a change there"));
        }
        self.unexpected(instrument, &answers, &scores)
    }

    fn difference(&self, instrument: &Instrument, score: &Score, expect: &Expect) -> Option<String> {
        let id = &score.scale;
        let scale = instrument.scale(id)?;
        let tolerance = if matches!(scale.method, Method::Irt(_)) { COMPUTED } else { TOLERANCE };
        let same = |found: Option<f64>, wanted: Option<f64>| match (found, wanted) {
            (Some(a), Some(b)) => (a - b).abs() < tolerance,
            (None, None) => true,
            _ => false,
        };
        if score.status != expect.status || !same(score.value, expect.value) || score.band != expect.band {
            let said = |status: Status, value: Option<f64>, band: Option<&String>| {
                let value = value.map_or_else(String::new, |value| format!(" {value}"));
                format!(
                    "{status}{value}, {}",
                    band.map_or_else(|| "no band".to_owned(), |band| format!("band {band:?}"))
                )
            };
            return Some(format!(
                "scale {id:?} comes to {}; expected {}",
                said(score.status, score.value, score.band.as_ref()),
                said(expect.status, expect.value, expect.band.as_ref())
            ));
        }
        if expect.se.is_some() && !same(score.se, expect.se) {
            let said =
                |error: Option<f64>| error.map_or_else(|| "none".to_owned(), |error| error.to_string());
            return Some(format!(
                "scale {id:?} has the standard error {}; expected {}",
                said(score.se),
                said(expect.se)
            ));
        }
        let wanted = expect.change?;
        let Some((before, now)) = self.before.get(id).zip(score.value) else {
            return Some(format!("expects a change of {id:?}, but has no earlier value or no score of it"));
        };
        let Some(threshold) = scale.change.first() else {
            return Some(format!("expects a change of {id:?}, which has no threshold"));
        };
        let found = if threshold.is_reached(*before, now) { Change::Reached } else { Change::NotReached };
        (found != wanted).then(|| {
            let (found, wanted) = (found.as_str(), wanted.as_str());
            format!("scale {id:?} goes from {before} to {now}: that is {found:?}; expected {wanted:?}")
        })
    }

    fn unexpected(
        &self,
        instrument: &Instrument,
        answers: &BTreeMap<&str, Value>,
        scores: &[Score],
    ) -> Option<String> {
        let stands_out: Vec<&str> = instrument
            .items
            .iter()
            .filter(|item| answers.get(item.id.as_str()).is_some_and(|value| item.stands_out_by(value)))
            .map(|item| item.id.as_str())
            .collect();
        let asked: Vec<&str> = instrument
            .visible(&self.person, |id| answers.get(id))
            .into_iter()
            .filter(|item| item.kind != ItemKind::Display)
            .map(|item| item.id.as_str())
            .collect();
        let fires: Vec<&str> = instrument
            .red_flags
            .iter()
            .filter(|flag| {
                flag.fires(instrument, |id| answers.get(id), scores, &|id| self.before.get(id).copied())
            })
            .map(|flag| flag.id.as_str())
            .collect();
        for (what, found, wanted) in [
            ("questions that are asked", asked, &self.asked),
            ("items that stand out", stands_out, &self.stands_out),
            ("red flags that fire", fires, &self.red_flags),
        ] {
            if let Some(wanted) = wanted.as_ref().filter(|wanted| **wanted != found) {
                return Some(format!("the {what} are {found:?}, expected {wanted:?}"));
            }
        }
        None
    }
}
