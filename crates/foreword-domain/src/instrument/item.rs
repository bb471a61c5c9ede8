//! Items: what is asked, what can be answered, and when it is there.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{language::Text, patient::Sex, response::Value};

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
    /// Asked only of people of this sex; of everybody when nothing is known.
    pub only_for: Option<Sex>,
    /// What it is about, for the content limits of adaptive testing.
    pub area: Option<String>,
    /// Its parameters in the graded response model.
    pub irt: Option<ItemParameters>,
}

/// The graded response model's parameters of an item (Samejima 1969).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ItemParameters {
    /// Slope, above 0.
    pub a: f64,
    /// Thresholds between the categories, rising; one fewer than there are categories.
    pub b: Vec<f64>,
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

/// Which weights or values of an item are listed as standing out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum StandsOut {
    /// This and all above: the worst is the most.
    From(f64),
    /// This and all below: the worst is the least.
    To(f64),
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

    /// Whether there are people or answers it is not asked for.
    pub fn may_be_hidden(&self) -> bool {
        !self.enable.when.is_empty() || self.only_for.is_some()
    }

    /// Whether an answer is one the summary lists among those that stand out.
    pub fn stands_out_by(&self, value: &Value) -> bool {
        self.standing_out(value).is_some()
    }

    /// How far beyond its mark an answer is: 0 at the mark, 1 at the worst; nothing on the other side.
    pub fn standing_out(&self, value: &Value) -> Option<f64> {
        let (least, most) = self.number_range()?;
        let number = self.number(value)?;
        let (beyond, all) = match self.stands_out? {
            StandsOut::From(mark) => (number - mark, most - mark),
            StandsOut::To(mark) => (mark - number, mark - least),
        };
        (beyond >= 0.0).then(|| if all > 0.0 { beyond / all } else { 1.0 })
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
