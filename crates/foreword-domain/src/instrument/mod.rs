//! An instrument: a versioned questionnaire with its items, scales, bands and red flags.
//!
//! Built only by [`Instrument::parse`], which refuses a file that is not right in every part.

mod check;
mod file;
mod vectors;
mod visible;

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{
    alert::RedFlag,
    language::{Lang, Text},
    locate::Refused,
};

pub use vectors::{Expect, Vector};

/// A questionnaire, valid by construction.
#[derive(Clone, Debug, PartialEq)]
pub struct Instrument {
    /// The file's stem: `gad-7`.
    pub id: String,
    /// Its version; a running response stays on the one it began with.
    pub version: String,
    /// Its full name.
    pub title: Text,
    /// What patients and clinicians call what it measures.
    pub plain_name: Text,
    /// The languages it may be asked in, each with its source.
    pub languages: BTreeMap<Lang, Source>,
    /// The period its items look back on, in words.
    pub recall: Option<String>,
    /// Whether it is asked last and only where nobody looks over a shoulder.
    pub sensitive: bool,
    /// LOINC code of the panel.
    pub loinc: Option<String>,
    /// The terms it is used under.
    pub licence: Licence,
    /// Where it was published.
    pub citations: Vec<String>,
    /// Its items, in the order they are asked.
    pub items: Vec<Item>,
    /// What is computed from them.
    pub scales: Vec<Scale>,
    /// Which items hold the patient's topics, for an agenda.
    pub agenda: Option<AgendaItems>,
    /// Answers and scores a human must see.
    pub red_flags: Vec<RedFlag>,
    /// The examples its scoring is proved by.
    pub vectors: Vec<Vector>,
    /// The file it was read from, byte for byte.
    pub source: String,
}

/// Where a translation comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// The publication the wording was taken from.
    pub source: String,
}

/// Terms of use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Licence {
    /// The kind of terms, in a word (`no-permission-required`, `own-words`).
    pub kind: String,
    /// The notice that must go with the text.
    pub notice: String,
    /// Where the terms are written.
    pub evidence: String,
    /// Whether electronic use is covered.
    pub electronic_use: bool,
}

/// One question, or a text shown between questions.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// Its linkId.
    pub id: String,
    /// What can be answered.
    pub kind: ItemKind,
    /// Its wording.
    pub text: Text,
    /// The words it continues ("Over the last 2 weeks, ..."), shown with every item.
    pub stem: Option<Stem>,
    /// Guidance below the question.
    pub help: Option<Text>,
    /// LOINC code.
    pub loinc: Option<String>,
    /// When it is asked; always, if there are no conditions.
    pub enable: Enable,
    /// Whether "no" or "nothing" in reply to a text item means: nothing to say.
    pub nothing_is_an_answer: bool,
    /// The earlier text item whose words are shown above the question.
    pub quotes: Option<String>,
    /// Whether the summary may list it among the items that stand out.
    pub stands_out: Option<StandsOut>,
}

/// A shared lead-in of several items.
#[derive(Clone, Debug, PartialEq)]
pub struct Stem {
    /// Its linkId as a display item.
    pub id: String,
    /// Its wording.
    pub text: Text,
}

/// What can be answered to an item.
#[derive(Clone, Debug, PartialEq)]
pub enum ItemKind {
    /// One of the choices.
    Choice(Vec<Choice>),
    /// Any of the choices.
    MultipleChoice(Vec<Choice>),
    /// A whole number.
    Integer(Bounds<i64>),
    /// A decimal number.
    Decimal(Bounds<f64>),
    /// 0 to 10, with words at both ends.
    Scale {
        /// Words at 0.
        low: Text,
        /// Words at 10.
        high: Text,
    },
    /// A date.
    Date(Bounds<Date>),
    /// Free text of at most this many characters.
    Text {
        /// Unicode scalar values allowed.
        max_chars: usize,
    },
    /// Nothing: the text is only shown.
    Display,
}

/// Inclusive limits and the unit of a number or date.
#[derive(Clone, Debug, PartialEq)]
pub struct Bounds<T> {
    /// Smallest value allowed.
    pub min: T,
    /// Largest value allowed.
    pub max: T,
    /// Unit in words (`kg`, `times a day`).
    pub unit: Text,
}

/// One permitted answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// What is typed and stored; printed before the label.
    pub code: String,
    /// What it counts in a scale.
    pub weight: Option<f64>,
    /// Its wording, or where the wording comes from.
    pub label: Label,
    /// LOINC answer code.
    pub loinc: Option<String>,
    /// When it is offered.
    pub enable: Enable,
}

/// The wording of a choice.
#[derive(Clone, Debug, PartialEq)]
pub enum Label {
    /// As published.
    Text(Text),
    /// The patient's own answer to another item, byte for byte.
    AnswerTo(String),
}

/// Conditions for an item or a choice, after FHIR's `enableWhen`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Enable {
    /// Whether all conditions must hold, or any.
    pub behavior: Behavior,
    /// The conditions; none means always.
    pub when: Vec<Condition>,
}

/// FHIR's `enableBehavior`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Behavior {
    /// Every condition.
    #[default]
    All,
    /// At least one.
    Any,
}

/// A condition on the answer to an earlier item.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// The earlier item.
    pub item: String,
    /// How its answer is compared.
    pub operator: Operator,
    /// With what: a code, a number, a date, or `true`/`false` for `exists`.
    pub value: String,
}

/// The operators of FHIR R4's `enableWhen`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Operator {
    /// There is, or there is not, an answer.
    #[serde(rename = "exists")]
    Exists,
    /// Equal.
    #[serde(rename = "=")]
    Equal,
    /// Different; not true when there is no answer.
    #[serde(rename = "!=")]
    NotEqual,
    /// Greater.
    #[serde(rename = ">")]
    Greater,
    /// Less.
    #[serde(rename = "<")]
    Less,
    /// Greater or equal.
    #[serde(rename = ">=")]
    AtLeast,
    /// Less or equal.
    #[serde(rename = "<=")]
    AtMost,
}

/// From which weight or value on an item is listed as standing out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StandsOut {
    /// The least weight or number, inclusive.
    pub from: f64,
}

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
    /// How large a change must be to matter.
    pub change: Option<ChangeThreshold>,
    /// LOINC code.
    pub loinc: Option<String>,
}

/// How a scale is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Method {
    /// The (weighted) sum.
    Sum,
    /// The (weighted) mean of the answered items: each counts as much as its weight.
    Mean,
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
}

impl Direction {
    /// The words on the page.
    pub fn words(self) -> &'static str {
        match self {
            Self::HigherWorse => "higher = worse",
            Self::HigherBetter => "higher = better",
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

/// A change large enough to matter, as published.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangeThreshold {
    /// Points.
    pub points: f64,
    /// In whom it was found.
    pub population: String,
    /// Where it was published.
    pub citation: String,
}

/// Which items of an agenda hold what.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgendaItems {
    /// Topics, in the order asked, each with the item that holds the wish about it.
    pub topics: Vec<TopicItems>,
    /// Items whose answer is the linkId of the topic that comes first, second, ...
    #[serde(default)]
    pub rank: Vec<String>,
    /// Items shown on the summary as context (confidence, decisions, help wanted).
    #[serde(default)]
    pub context: Vec<String>,
}

/// The items of one topic.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TopicItems {
    /// The text item with the patient's words.
    pub item: String,
    /// The choice item with `talk`, `know` or `not-today`.
    pub wish: String,
}

impl Instrument {
    /// Reads an instrument from the text of its file, and proves it.
    ///
    /// `file` is the name that faults are reported under; its stem must be the instrument's id.
    ///
    /// # Errors
    /// Everything that is wrong with the file, each with line and key.
    pub fn parse(file: &str, text: &str) -> Result<Self, Refused> {
        check::instrument(file, text).map_err(|faults| Refused { file: file.to_owned(), faults })
    }

    /// An item by its linkId.
    pub fn item(&self, id: &str) -> Option<&Item> {
        self.items.iter().find(|item| item.id == id)
    }

    /// A scale by its id.
    pub fn scale(&self, id: &str) -> Option<&Scale> {
        self.scales.iter().find(|scale| scale.id == id)
    }

    /// Items that can be answered.
    pub fn questions(&self) -> impl Iterator<Item = &Item> {
        self.items.iter().filter(|item| item.kind != ItemKind::Display)
    }

    /// The language to ask it in for somebody who reads `lang`; none when there is no such text.
    pub fn language_for(&self, lang: &Lang) -> Option<&Lang> {
        self.languages
            .keys()
            .find(|l| *l == lang)
            .or_else(|| self.languages.keys().find(|l| l.primary() == lang.primary()))
    }
}

impl Item {
    /// The choices, for an item that has some.
    pub fn choices(&self) -> &[Choice] {
        match &self.kind {
            ItemKind::Choice(choices) | ItemKind::MultipleChoice(choices) => choices,
            _ => &[],
        }
    }

    /// A choice by its code.
    pub fn choice(&self, code: &str) -> Option<&Choice> {
        self.choices().iter().find(|choice| choice.code == code)
    }

    /// The least and the greatest number an answer can count, for an item that can be scored.
    pub fn number_range(&self) -> Option<(f64, f64)> {
        match &self.kind {
            ItemKind::Choice(choices) => {
                let weights: Option<Vec<f64>> = choices.iter().map(|choice| choice.weight).collect();
                let weights = weights?;
                let min = weights.iter().copied().reduce(f64::min)?;
                let max = weights.iter().copied().reduce(f64::max)?;
                Some((min, max))
            }
            #[expect(clippy::cast_precision_loss, reason = "limits of items are far below 2^52")]
            ItemKind::Integer(bounds) => Some((bounds.min as f64, bounds.max as f64)),
            ItemKind::Decimal(bounds) => Some((bounds.min, bounds.max)),
            ItemKind::Scale { .. } => Some((0.0, 10.0)),
            ItemKind::MultipleChoice(_) | ItemKind::Date(_) | ItemKind::Text { .. } | ItemKind::Display => {
                None
            }
        }
    }
}

#[cfg(test)]
mod tests;
