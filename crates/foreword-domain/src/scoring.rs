//! From answers to scores: sums, means, prorating, reversed items, tables, bands and missing rules.
//!
//! A missing item never becomes a number: below the rule a scale is not scored.

use serde::{Deserialize, Serialize};

use crate::{
    instrument::{Instrument, Item, ItemKind, Method, Missing, Round, Scale, Transform},
    response::Value,
};

/// How a score came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// From all items the rule asks for.
    Scored,
    /// Some items were missing and made up for by the rule.
    Estimated,
    /// Too many items are missing.
    NotScored,
}

impl std::fmt::Display for Status {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Scored => "scored",
            Self::Estimated => "estimated",
            Self::NotScored => "not-scored",
        })
    }
}

/// The number a scale came to, and how far it can be relied on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Score {
    /// The scale's id.
    pub scale: String,
    /// Scored, estimated or not.
    pub status: Status,
    /// The number, on the scale's own range.
    pub value: Option<f64>,
    /// The band's id; absent when the missing items could move the score into another band.
    pub band: Option<String>,
    /// Items answered.
    pub answered: usize,
    /// Items of the scale.
    pub of: usize,
}

/// Scores all scales of an instrument. `answer` gives the value of an item, or nothing when it
/// was not answered, was skipped or is hidden.
pub fn all(instrument: &Instrument, answer: impl Fn(&str) -> Option<Value>) -> Vec<Score> {
    instrument.scales.iter().map(|scale| self::scale(instrument, scale, &answer)).collect()
}

/// Scores one scale.
pub fn scale(instrument: &Instrument, scale: &Scale, answer: impl Fn(&str) -> Option<Value>) -> Score {
    let of = scale.items.len();
    let mut counted = Vec::with_capacity(of);
    let mut absent = Vec::new();
    for id in &scale.items {
        let Some(item) = instrument.item(id) else { continue };
        match answer(id).and_then(|value| item.number(&value)) {
            Some(number) => counted.push(contribution(scale, item, number)),
            None => absent.push(item),
        }
    }
    let answered = counted.len();
    let not_scored =
        Score { scale: scale.id.clone(), status: Status::NotScored, value: None, band: None, answered, of };
    let allowed = match scale.missing {
        Missing::AllNeeded => absent.is_empty(),
        Missing::Prorate { max } => absent.len() <= max && answered > 0,
        Missing::MeanOfAnswered { at_least } => answered >= at_least,
    };
    if !allowed {
        return not_scored;
    }
    let Some(value) = finish(scale, raw(scale, &counted)) else { return not_scored };
    let status = match scale.missing {
        // Here a mean of fewer items is the published score itself, not an estimate of another.
        Missing::MeanOfAnswered { .. } => Status::Scored,
        _ if absent.is_empty() => Status::Scored,
        _ => Status::Estimated,
    };
    let band = band(scale, value).filter(|band| {
        absent.is_empty()
            || could_be(scale, &counted, &absent).iter().all(|other| other.as_deref() == Some(band.as_str()))
    });
    Score { scale: scale.id.clone(), status, value: Some(value), band, answered, of }
}

/// The id of the band a value lies in.
pub fn band(scale: &Scale, value: f64) -> Option<String> {
    // Bands touch; the later one owns the border, as "10 or more" is how cut-offs are published.
    scale.bands.iter().rev().find(|band| value >= band.min - 1e-9).map(|band| band.id.clone())
}

/// The least and the greatest value the items can come to, when all are answered.
pub(crate) fn extremes(scale: &Scale, items: &[Item]) -> (Option<f64>, Option<f64>) {
    let (mut low, mut high) = (Vec::new(), Vec::new());
    for item in scale.items.iter().filter_map(|id| items.iter().find(|item| item.id == *id)) {
        let (a, b) = span(scale, item);
        low.push(a);
        high.push(b);
    }
    let (a, b) = (finish(scale, raw(scale, &low)), finish(scale, raw(scale, &high)));
    match (a, b) {
        (Some(a), Some(b)) => (Some(a.min(b)), Some(a.max(b))),
        other => other,
    }
}

/// Whether the raw scores of a scale are always whole numbers: they are rounded, or a sum of whole
/// numbers that nothing missing is made up in.
pub(crate) fn is_raw_whole(scale: &Scale, items: &[Item]) -> bool {
    let is_whole = |number: f64| number.fract() == 0.0;
    let counts_whole = |id: &String| {
        items.iter().find(|item| item.id == *id).is_some_and(|item| match &item.kind {
            ItemKind::Choice(choices) => choices.iter().filter_map(|choice| choice.weight).all(is_whole),
            ItemKind::Integer(_) | ItemKind::Scale { .. } => true,
            _ => false,
        })
    };
    scale.round == Round::HalfUp
        || (scale.method == Method::Sum
            && scale.missing == Missing::AllNeeded
            && scale.weights.values().copied().all(is_whole)
            && scale.items.iter().all(counts_whole))
}

impl Item {
    /// The number an answer counts, before a scale reverses or weights it.
    pub fn number(&self, value: &Value) -> Option<f64> {
        match value {
            Value::Choice(code) => self.choice(code)?.weight,
            #[expect(clippy::cast_precision_loss, reason = "answers lie within the item's limits")]
            Value::Integer(number) => Some(*number as f64),
            Value::Decimal(number) => number.parse().ok(),
            Value::Scale(mark) => Some(f64::from(*mark)),
            Value::Choices(_) | Value::Date(_) | Value::Text(_) | Value::Skipped => None,
        }
    }
}

/// What an item adds to the sum, and the weight it adds it with.
#[derive(Clone, Copy)]
struct Part {
    amount: f64,
    weight: f64,
}

fn contribution(scale: &Scale, item: &Item, number: f64) -> Part {
    let (low, high) = item.number_range().unwrap_or((number, number));
    let number = if scale.reverse.contains(&item.id) { low + high - number } else { number };
    let weight = scale.weights.get(&item.id).copied().unwrap_or(1.0);
    Part { amount: number * weight, weight }
}

/// The least and the greatest contribution of an item.
fn span(scale: &Scale, item: &Item) -> (Part, Part) {
    let (low, high) = item.number_range().unwrap_or((0.0, 0.0));
    let (a, b) = (contribution(scale, item, low), contribution(scale, item, high));
    if a.amount <= b.amount { (a, b) } else { (b, a) }
}

fn raw(scale: &Scale, counted: &[Part]) -> f64 {
    let sum: f64 = counted.iter().map(|part| part.amount).sum();
    let answered: f64 = counted.iter().map(|part| part.weight).sum();
    match scale.method {
        Method::Sum if counted.len() == scale.items.len() => sum,
        // Each missing item counts as the mean of the others, with its own weight.
        Method::Sum => {
            let all: f64 = scale.items.iter().map(|id| scale.weights.get(id).copied().unwrap_or(1.0)).sum();
            sum * all / answered
        }
        Method::Mean => sum / answered,
    }
}

fn finish(scale: &Scale, raw: f64) -> Option<f64> {
    let raw = match scale.round {
        Round::None => raw,
        // Binary fractions such as 11.499999999999998 must not decide a half.
        Round::HalfUp => (raw + 0.5 + 1e-9).floor(),
    };
    match &scale.transform {
        Transform::None => Some(raw),
        Transform::Linear { factor, add } => Some(raw * factor + add),
        #[expect(clippy::cast_possible_truncation, reason = "raw scores are small")]
        Transform::Lookup(table) => {
            if (raw - raw.round()).abs() > 1e-9 {
                return None;
            }
            table.get(&(raw.round() as i64)).copied()
        }
    }
}

/// The bands the score would be in with every absent item at its least, and at its greatest.
fn could_be(scale: &Scale, counted: &[Part], absent: &[&Item]) -> [Option<String>; 2] {
    let with = |pick: fn((Part, Part)) -> Part| {
        let mut all = counted.to_vec();
        all.extend(absent.iter().map(|item| pick(span(scale, item))));
        finish(scale, raw(scale, &all)).and_then(|value| band(scale, value))
    };
    [with(|(low, _)| low), with(|(_, high)| high)]
}

#[cfg(test)]
mod tests;
