//! Worked examples of a scoring, and the proof that the instrument agrees with them.

use std::collections::BTreeMap;

use super::Instrument;
use crate::{response::Value, scoring, scoring::Status};

/// Answers, and what each scale must make of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Vector {
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
    /// The band's id; `None` means no band is shown.
    pub band: Option<String>,
}

/// Numbers agree when they differ by less than this.
const TOLERANCE: f64 = 1e-4;

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
        for (id, expect) in &self.expect {
            let Some(scale) = instrument.scale(id) else {
                return Some(format!("expects the scale {id:?}, which does not exist"));
            };
            let score = scoring::scale(instrument, scale, |item| answers.get(item).cloned());
            let same_value = match (score.value, expect.value) {
                (Some(a), Some(b)) => (a - b).abs() < TOLERANCE,
                (None, None) => true,
                _ => false,
            };
            if score.status != expect.status || !same_value || score.band != expect.band {
                return Some(format!(
                    "scale {id:?} comes to {} {:?} {:?}, expected {} {:?} {:?}",
                    score.status, score.value, score.band, expect.status, expect.value, expect.band
                ));
            }
        }
        None
    }
}
