//! Skip logic: which items and choices are there, given the answers to the others.

use std::collections::BTreeMap;

use super::{Behavior, Choice, Condition, Enable, Instrument, Item, Label, Operator};
use crate::response::Value;

impl Instrument {
    /// The items that are asked, in order, given what was answered.
    ///
    /// The answer to an item that is itself hidden decides nothing.
    pub fn visible<'a>(&'a self, answer: impl Fn(&str) -> Option<&'a Value>) -> Vec<&'a Item> {
        let mut seen: BTreeMap<&str, &Value> = BTreeMap::new();
        let mut visible = Vec::new();
        for item in &self.items {
            if !item.enable.holds(|id| seen.get(id).copied()) {
                continue;
            }
            if let Some(value) = answer(&item.id) {
                seen.insert(&item.id, value);
            }
            visible.push(item);
        }
        visible
    }
}

impl Item {
    /// The choices offered, given what was answered to the other items.
    pub fn offered<'a>(&'a self, answer: impl Fn(&str) -> Option<&'a Value>) -> Vec<&'a Choice> {
        self.choices()
            .iter()
            .filter(|choice| choice.enable.holds(&answer))
            .filter(|choice| match &choice.label {
                Label::Text(_) => true,
                Label::AnswerTo(item) => matches!(answer(item), Some(Value::Text(_))),
            })
            .collect()
    }
}

impl Enable {
    /// Whether the conditions hold.
    pub fn holds<'a>(&self, answer: impl Fn(&str) -> Option<&'a Value>) -> bool {
        match self.behavior {
            _ if self.when.is_empty() => true,
            Behavior::All => self.when.iter().all(|condition| condition.holds(answer(&condition.item))),
            Behavior::Any => self.when.iter().any(|condition| condition.holds(answer(&condition.item))),
        }
    }
}

impl Condition {
    /// Whether it holds for an answer. "Prefer not to answer" is no answer.
    pub fn holds(&self, answer: Option<&Value>) -> bool {
        let answer = answer.filter(|value| **value != Value::Skipped);
        if self.operator == Operator::Exists {
            return answer.is_some() == (self.value == "true");
        }
        let Some(answer) = answer else { return false };
        if let Value::Choices(codes) = answer {
            // Several answers: one that satisfies the condition is enough, as in FHIR.
            return codes.iter().any(|code| self.compare(code));
        }
        self.compare(&answer.written())
    }

    fn compare(&self, written: &str) -> bool {
        let order = match (written.parse::<f64>(), self.value.parse::<f64>()) {
            (Ok(a), Ok(b)) => a.partial_cmp(&b),
            // ISO dates and codes both order as text.
            _ => Some(written.cmp(self.value.as_str())),
        };
        let Some(order) = order else { return false };
        match self.operator {
            Operator::Exists => true,
            Operator::Equal => order.is_eq(),
            Operator::NotEqual => order.is_ne(),
            Operator::Greater => order.is_gt(),
            Operator::Less => order.is_lt(),
            Operator::AtLeast => order.is_ge(),
            Operator::AtMost => order.is_le(),
        }
    }
}

impl Value {
    /// The answer as it is written in files and compared in conditions.
    pub fn written(&self) -> String {
        match self {
            Self::Choice(code) => code.clone(),
            Self::Choices(codes) => codes.join(" "),
            Self::Integer(number) => number.to_string(),
            Self::Decimal(number) => number.clone(),
            Self::Scale(mark) => mark.to_string(),
            Self::Date(date) => date.to_string(),
            Self::Text(text) => text.clone(),
            Self::Skipped => String::new(),
        }
    }
}
