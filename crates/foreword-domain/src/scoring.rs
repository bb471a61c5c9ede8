//! From answers to scores: sums, means, prorating, reversed items, tables, bands and missing rules.
//!
//! A missing item never becomes a number: below the rule a scale is not scored.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{
    instrument::{Band, HiddenAnswers, Instrument, Item, ItemKind, Method, Missing, Round, Scale, Transform},
    irt::Engine,
    patient::Person,
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
    /// Its standard error, for scales of item response theory.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub se: Option<f64>,
    /// The band's id; absent when the missing items could move the score into another band.
    pub band: Option<String>,
    /// Items answered.
    pub answered: usize,
    /// Items of the scale.
    pub of: usize,
}

/// How an imported questionnaire computes its own scores: the one thing about it that is no data.
#[derive(Clone)]
pub struct Formulas(Arc<Compute>);

type Compute = dyn Fn(&dyn Fn(&str) -> Option<Value>) -> Vec<Score> + Send + Sync;

impl Formulas {
    /// From what makes scores of answers by linkId.
    pub fn new(
        compute: impl Fn(&dyn Fn(&str) -> Option<Value>) -> Vec<Score> + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(compute))
    }
}

impl std::fmt::Debug for Formulas {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Formulas(..)")
    }
}

/// They follow from the file, which is compared beside them.
impl PartialEq for Formulas {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// Scores all scales of an instrument. `answer` gives the value of an item, or nothing when it
/// was not answered or is hidden.
pub fn all(instrument: &Instrument, person: &Person, answer: impl Fn(&str) -> Option<Value>) -> Vec<Score> {
    if let Some(formulas) = &instrument.formulas {
        return (formulas.0)(&answer);
    }
    let values: Vec<Option<Value>> = instrument.items.iter().map(|item| answer(&item.id)).collect();
    let numbers: Vec<Option<f64>> = instrument
        .items
        .iter()
        .zip(&values)
        .map(|(item, value)| value.as_ref().and_then(|value| item.number(value)))
        .collect();
    let scorer = Scorer::new(instrument);
    let hidden = if scorer.needs_hidden() {
        let value = |id: &str| {
            let n = instrument.items.iter().position(|item| item.id == id)?;
            values[n].as_ref()
        };
        let visible = instrument.visible(person, value);
        instrument.items.iter().map(|item| !visible.iter().any(|other| other.id == item.id)).collect()
    } else {
        vec![false; numbers.len()]
    };
    scorer.score(&Given { person, numbers: &numbers, hidden: &hidden })
}

/// What is scored: one entry for each item of the instrument, in its order.
#[derive(Clone, Copy, Debug)]
pub struct Given<'a> {
    /// Whose answers they are.
    pub person: &'a Person,
    /// What each answer counts; nothing where there is none.
    pub numbers: &'a [Option<f64>],
    /// Whether skip logic hides the item.
    pub hidden: &'a [bool],
}

/// An instrument made ready to score many rows.
#[derive(Clone, Debug)]
pub struct Scorer<'a> {
    instrument: &'a Instrument,
    places: Vec<Vec<usize>>,
}

impl<'a> Scorer<'a> {
    /// Finds the items of every scale once.
    pub fn new(instrument: &'a Instrument) -> Self {
        let place = |id: &String| instrument.items.iter().position(|item| item.id == *id);
        let places =
            instrument.scales.iter().map(|scale| scale.items.iter().filter_map(place).collect()).collect();
        Self { instrument, places }
    }

    /// Whether any scale counts what skip logic hides.
    pub fn needs_hidden(&self) -> bool {
        self.instrument.scales.iter().any(|scale| scale.hidden_counts.is_some())
    }

    /// Scores every scale.
    pub fn score(&self, given: &Given<'_>) -> Vec<Score> {
        self.instrument
            .scales
            .iter()
            .zip(&self.places)
            .map(|(scale, places)| match &scale.method {
                Method::Irt(engine) => self.estimate(scale, engine, places, given),
                Method::Formula => not_scored(scale, 0, places.len()),
                Method::Sum | Method::Mean => self.scale(scale, places, given),
            })
            .collect()
    }

    fn scale(&self, scale: &Scale, places: &[usize], given: &Given<'_>) -> Score {
        let mut counted = Vec::with_capacity(places.len());
        let mut absent = Vec::new();
        let mut hidden = 0;
        for place in places {
            let item = &self.instrument.items[*place];
            let ignored = given.hidden[*place] && scale.hidden_answers == HiddenAnswers::Ignored;
            match (given.numbers[*place].filter(|_| !ignored), scale.hidden_counts) {
                (Some(number), _) => counted.push(contribution(scale, item, number)),
                (None, Some(counts)) if given.hidden[*place] => {
                    hidden += 1;
                    counted.push(Part { amount: counts, weight: weight(scale, item) });
                }
                (None, _) => absent.push(item),
            }
        }
        let answered = counted.len() - hidden;
        let of = places.len() - hidden;
        let allowed = match scale.missing {
            Missing::AllNeeded => absent.is_empty(),
            Missing::Prorate { max } => absent.len() <= max && !counted.is_empty(),
            Missing::MeanOfAnswered { at_least } | Missing::Answered { at_least } => {
                counted.len() >= at_least
            }
        };
        let value = if allowed { finish(scale, raw(scale, &counted)) } else { None };
        let Some(value) = value else { return not_scored(scale, answered, of) };
        let status = match scale.missing {
            // Here a mean of fewer items is the published score itself, not an estimate of another.
            Missing::MeanOfAnswered { .. } => Status::Scored,
            _ if absent.is_empty() => Status::Scored,
            _ => Status::Estimated,
        };
        let band = band(scale, given.person, value).filter(|band| {
            absent.is_empty()
                || could_be(scale, *given.person, &counted, &absent)
                    .iter()
                    .all(|other| other.as_deref() == Some(band.as_str()))
        });
        Score { scale: scale.id.clone(), status, value: Some(value), se: None, band, answered, of }
    }

    /// The estimate from the pattern of answers, on the scale's metric.
    fn estimate(&self, scale: &Scale, engine: &Engine, places: &[usize], given: &Given<'_>) -> Score {
        let answers: Vec<_> = places
            .iter()
            .enumerate()
            .filter_map(|(n, place)| engine.bank().answered_at(n, category(given.numbers[*place]?)).ok())
            .collect();
        // A bank is not asked in full: what was not asked is not missing.
        let of = if self.instrument.adaptive.is_some() { answers.len() } else { places.len() };
        let enough = match scale.missing {
            Missing::Answered { at_least } | Missing::MeanOfAnswered { at_least } => {
                answers.len() >= at_least
            }
            Missing::AllNeeded => answers.len() == places.len(),
            Missing::Prorate { max } => places.len() - answers.len() <= max,
        };
        if !enough || answers.is_empty() {
            return not_scored(scale, answers.len(), of);
        }
        let estimate = engine.estimate(&answers);
        Score {
            scale: scale.id.clone(),
            status: Status::Scored,
            value: Some(estimate.t),
            se: Some(estimate.t_se),
            band: band(scale, given.person, estimate.t),
            answered: answers.len(),
            of,
        }
    }
}

fn not_scored(scale: &Scale, answered: usize, of: usize) -> Score {
    Score {
        scale: scale.id.clone(),
        status: Status::NotScored,
        value: None,
        se: None,
        band: None,
        answered,
        of,
    }
}

/// The category of an answer: its weight, which the file's check holds to 0, 1, 2 ...
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "weights of a bank are small whole numbers"
)]
pub(crate) fn category(number: f64) -> usize {
    number.max(0.0).round() as usize
}

/// The id of the band a value lies in; nothing when too little is known of the person to tell.
pub fn band(scale: &Scale, person: &Person, value: f64) -> Option<String> {
    // Bands touch; the later one owns the border, as "10 or more" is how cut-offs are published.
    let within =
        |bands: &[Band]| bands.iter().rev().find(|band| value >= band.min - 1e-9).map(|band| band.id.clone());
    let mut lists = scale.bands_of(person).into_iter().map(within);
    let first = lists.next()??;
    lists.all(|other| other.as_ref() == Some(&first)).then_some(first)
}

/// The least and the greatest value the items can come to, when all are answered.
pub(crate) fn extremes(scale: &Scale, items: &[Item]) -> (Option<f64>, Option<f64>) {
    if let Method::Irt(engine) = &scale.method {
        let (metric, grid) = (engine.model().metric, engine.model().grid);
        return (Some(metric.mean + metric.sd * grid.min), Some(metric.mean + metric.sd * grid.max));
    }
    let (mut low, mut high) = (Vec::new(), Vec::new());
    for item in scale.items.iter().filter_map(|id| items.iter().find(|item| item.id == *id)) {
        let (mut a, mut b) = span(scale, item);
        if let Some(hidden) = scale.hidden_counts.filter(|_| item.may_be_hidden()) {
            a.amount = a.amount.min(hidden);
            b.amount = b.amount.max(hidden);
        }
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
    let weight = weight(scale, item);
    Part { amount: number * weight, weight }
}

fn weight(scale: &Scale, item: &Item) -> f64 {
    scale.weights.get(&item.id).copied().unwrap_or(1.0)
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
        Method::Mean | Method::Irt(_) | Method::Formula => sum / answered,
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
fn could_be(scale: &Scale, person: Person, counted: &[Part], absent: &[&Item]) -> [Option<String>; 2] {
    let with = |pick: fn((Part, Part)) -> Part| {
        let mut all = counted.to_vec();
        all.extend(absent.iter().map(|item| pick(span(scale, item))));
        finish(scale, raw(scale, &all)).and_then(|value| band(scale, &person, value))
    };
    [with(|(low, _)| low), with(|(_, high)| high)]
}

#[cfg(test)]
mod tests;
