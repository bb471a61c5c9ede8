//! Scores of an imported questionnaire, computed by its own expressions over a response made of the answers.
//!
//! One number is a score, nothing is none. Whatever else comes of an expression is none either, and is said:
//! never a panic, and never a number nobody meant.

use std::collections::BTreeMap;

use foreword_domain::{
    instrument::{Instrument, ItemKind},
    patient::Person,
    response,
    scoring::{Score, Status},
};
use jiff::{Timestamp, Zoned, tz::TimeZone};
use serde_json::{Value, json};

use super::{
    form::{Form, Number},
    node::{Note, Notebook},
    scores::Calculated,
};
use crate::fhirpath::{self, Document, Environment, Expression};

/// How often scores are computed from scores before it is said that they never come to rest.
const MOST_ROUNDS: usize = 8;

/// Answers by item id.
type Answers<'a> = &'a dyn Fn(&str) -> Option<response::Value>;

/// Computes the scores of one imported questionnaire.
pub struct Computer {
    /// Tells what skip logic hides; without its formulas, which are this.
    instrument: Instrument,
    form: Form,
    questionnaire: Result<Document, String>,
    formulas: Vec<Formula>,
}

/// One computed item, ready to be evaluated.
struct Formula {
    calculated: Calculated,
    expression: Result<Expression, String>,
    variables: Vec<(String, Result<Expression, String>)>,
    /// Its own item in the questionnaire: `%qitem`.
    item: Vec<fhirpath::Value>,
}

/// What came of an expression.
enum Outcome {
    Nothing,
    /// An answer as it is written, and its number.
    One(Value, Option<f64>),
    Fault(String),
}

impl std::fmt::Debug for Computer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Computer({} formulas)", self.formulas.len())
    }
}

impl Computer {
    /// What computes the scores of an instrument that was imported; nothing for one of our own.
    pub fn of(instrument: &Instrument) -> Option<std::sync::Arc<Self>> {
        let text = instrument.questionnaire.as_ref()?;
        super::compile(text, &super::Settings::default()).ok().map(|compiled| compiled.computer)
    }

    pub(super) fn new(instrument: &Instrument, form: Form, calculated: Vec<Calculated>) -> Self {
        let text = instrument.questionnaire.as_deref().unwrap_or_default();
        let questionnaire = Document::parse(text).map_err(|error| error.to_string());
        let parse = |text: &str| {
            if is_of_the_moment(text) {
                return Err("depends on when it is computed, which no score may".to_owned());
            }
            Expression::parse(text).map_err(|error| error.to_string())
        };
        let formulas = calculated
            .into_iter()
            .map(|calculated| Formula {
                expression: parse(&calculated.expression),
                variables: calculated
                    .variables
                    .iter()
                    .map(|v| (v.name.clone(), parse(&v.expression)))
                    .collect(),
                item: questionnaire.as_ref().map(|of| item(of, &calculated.link_id)).unwrap_or_default(),
                calculated,
            })
            .collect();
        Self { instrument: instrument.clone(), form, questionnaire, formulas }
    }

    /// The scores of all scales.
    pub fn scores(&self, answer: Answers<'_>) -> Vec<Score> {
        let given = self.given(answer);
        let outcomes = self.outcomes(&given);
        let visible = self.instrument.visible(&Person::default(), |id| given.get(id));
        let is_there = |id: &&String| visible.iter().any(|item| item.id == **id);
        self.instrument
            .scales
            .iter()
            .map(|scale| {
                let found = self.formulas.iter().zip(&outcomes).find(|(f, _)| f.calculated.id == scale.id);
                let value = match found {
                    Some((_, Outcome::One(_, number))) => *number,
                    _ => None,
                };
                let asked: Vec<&String> = scale.items.iter().filter(is_there).collect();
                let is_answered =
                    |id: &&&String| given.get(**id).is_some_and(|value| *value != response::Value::Skipped);
                Score {
                    scale: scale.id.clone(),
                    status: if value.is_some() { Status::Scored } else { Status::NotScored },
                    value,
                    se: None,
                    band: None,
                    answered: asked.iter().filter(is_answered).count(),
                    of: asked.len(),
                }
            })
            .collect()
    }

    /// Why scores could not be computed from these answers, where it is not that some are missing.
    pub fn faults(&self, answer: Answers<'_>) -> Vec<Note> {
        let outcomes = self.outcomes(&self.given(answer));
        let told = self.formulas.iter().zip(outcomes).filter_map(|(formula, outcome)| match outcome {
            Outcome::Fault(what) => Some(Note {
                path: formula.calculated.path.clone(),
                what: format!("{:?} is not computed: {what}", formula.calculated.link_id),
            }),
            Outcome::Nothing | Outcome::One(..) => None,
        });
        told.collect()
    }

    /// Computes the scores of some answers, and notes what fails before a patient has answered.
    pub(super) fn try_out(&self, book: &mut Notebook) {
        let at = |last: bool| {
            let instrument = &self.instrument;
            move |id: &str| {
                let item = instrument.item(id)?;
                let pick = |n: usize| if last { n - 1 } else { 0 };
                Some(match &item.kind {
                    ItemKind::Choice(choices) => {
                        response::Value::Choice(choices.get(pick(choices.len()))?.code.clone())
                    }
                    ItemKind::MultipleChoice(choices) => {
                        response::Value::Choices(vec![choices.get(pick(choices.len()))?.code.clone()])
                    }
                    ItemKind::Integer(bounds) => response::Value::Integer(bounds.min.max(i64::from(last))),
                    ItemKind::Decimal(bounds) => response::Value::Decimal(bounds.min.max(1.0).to_string()),
                    ItemKind::Scale { .. } => response::Value::Scale(if last { 10 } else { 0 }),
                    ItemKind::Date(bounds) => response::Value::Date(bounds.min),
                    ItemKind::Text { .. } => response::Value::Text("x".to_owned()),
                    ItemKind::Display => return None,
                })
            }
        };
        let notes = [self.faults(&|_| None), self.faults(&at(false)), self.faults(&at(true))];
        for note in notes.into_iter().flatten() {
            book.remark(note.path, note.what);
        }
    }

    /// What was answered to the items that are there.
    fn given(&self, answer: Answers<'_>) -> BTreeMap<String, response::Value> {
        let items = self.instrument.items.iter();
        let mut given: BTreeMap<String, response::Value> =
            items.filter_map(|item| Some((item.id.clone(), answer(&item.id)?))).collect();
        let visible = self.instrument.visible(&Person::default(), |id| given.get(id));
        let there: Vec<String> = visible.iter().map(|item| item.id.clone()).collect();
        given.retain(|id, _| there.contains(id));
        given
    }

    /// What comes of every expression. Scores may be computed from scores: it is done until nothing changes.
    fn outcomes(&self, given: &BTreeMap<String, response::Value>) -> Vec<Outcome> {
        let answer = |id: &str| given.get(id).cloned();
        let mut computed: BTreeMap<String, Value> = BTreeMap::new();
        for _ in 0..MOST_ROUNDS {
            let response = self.form.filled(&answer, &computed);
            let outcomes = self.round(&response);
            let now: BTreeMap<String, Value> = self
                .formulas
                .iter()
                .zip(&outcomes)
                .filter_map(|(formula, outcome)| match outcome {
                    Outcome::One(answer, _) => Some((formula.calculated.link_id.clone(), answer.clone())),
                    Outcome::Nothing | Outcome::Fault(_) => None,
                })
                .collect();
            if now == computed {
                return outcomes;
            }
            computed = now;
        }
        let restless = "it is computed from what is computed from it, and never comes to rest";
        self.formulas.iter().map(|_| Outcome::Fault(restless.to_owned())).collect()
    }

    fn round(&self, response: &Value) -> Vec<Outcome> {
        let fault = |what: &str| self.formulas.iter().map(|_| Outcome::Fault(what.to_owned())).collect();
        let questionnaire = match &self.questionnaire {
            Ok(questionnaire) => questionnaire.clone(),
            Err(what) => return fault(what),
        };
        let response = match Document::from_json(response) {
            Ok(response) => response,
            Err(error) => return fault(&error.to_string()),
        };
        // No expression may ask for it; see `is_of_the_moment`.
        let never = Zoned::new(Timestamp::UNIX_EPOCH, TimeZone::UTC);
        let environment =
            Environment { questionnaire: Some(questionnaire), ..Environment::new(response.clone(), never) };
        self.formulas
            .iter()
            .map(|formula| {
                formula
                    .evaluate(&[response.root().into()], environment.clone())
                    .unwrap_or_else(Outcome::Fault)
            })
            .collect()
    }
}

impl Formula {
    fn evaluate(&self, root: &[fhirpath::Value], mut environment: Environment) -> Result<Outcome, String> {
        let mut failed = None;
        environment.variables.insert("qitem".to_owned(), self.item.clone());
        for (name, expression) in &self.variables {
            let values = expression.clone().and_then(|expression| {
                expression.evaluate(root, &environment).map_err(|error| error.to_string())
            });
            match values {
                Ok(values) => {
                    environment.variables.insert(name.clone(), values);
                }
                // It matters only to what uses it.
                Err(what) => {
                    failed.get_or_insert_with(|| format!("%{name}: {what}"));
                }
            }
        }
        let expression = self.expression.clone()?;
        let values = expression
            .evaluate(root, &environment)
            .map_err(|error| failed.unwrap_or_else(|| error.to_string()))?;
        match values.as_slice() {
            [] => Ok(Outcome::Nothing),
            [one] => self.answer(&one.to_json()),
            more => Err(format!("it comes to {} values, must be one", more.len())),
        }
    }

    /// A value as the answer to the item.
    fn answer(&self, value: &Value) -> Result<Outcome, String> {
        let number = value.as_f64().or_else(|| value.get("value")?.as_f64()).filter(|n| n.is_finite());
        if self.calculated.number == Number::Other {
            let key = match value {
                Value::Object(_) => "valueCoding",
                Value::Bool(_) => "valueBoolean",
                Value::Number(_) => "valueDecimal",
                _ => "valueString",
            };
            return Ok(Outcome::One(json!({ key: value }), None));
        }
        let Some(number) = number else { return Err("it comes to something that is no number".to_owned()) };
        let answer = match self.calculated.number {
            Number::Integer if number.fract() != 0.0 => {
                return Err(format!("it comes to {number}, must be a whole number"));
            }
            #[expect(
                clippy::cast_possible_truncation,
                reason = "it is whole; beyond 2^63 it is cut off there"
            )]
            Number::Integer => json!({ "valueInteger": number as i64 }),
            Number::Quantity if value.is_object() => json!({ "valueQuantity": value }),
            Number::Quantity => json!({ "valueQuantity": { "value": number } }),
            Number::Decimal | Number::Other => json!({ "valueDecimal": number }),
        };
        Ok(Outcome::One(answer, Some(number)))
    }
}

/// The item of the questionnaire with a linkId.
fn item(questionnaire: &Document, link_id: &str) -> Vec<fhirpath::Value> {
    let escaped = link_id.replace('\\', "\\\\").replace('\'', "\\'");
    let never = Zoned::new(Timestamp::UNIX_EPOCH, TimeZone::UTC);
    let environment = Environment::new(questionnaire.clone(), never);
    let found = Expression::parse(&format!("%resource.repeat(item).where(linkId='{escaped}')"));
    found.and_then(|found| found.evaluate(&[], &environment)).unwrap_or_default()
}

/// Whether an expression asks what time it is: the same answers would not be the same score tomorrow.
fn is_of_the_moment(text: &str) -> bool {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    ["today()", "now()", "timeOfDay()"].iter().any(|call| text.contains(call))
}
