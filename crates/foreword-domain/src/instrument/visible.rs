//! Skip logic: which items and choices are there, given the answers to the others.

use std::collections::BTreeMap;

use super::{Behavior, Choice, Condition, Enable, Instrument, Item, Label, Method, Operator};
use crate::{irt, patient::Person, response::Value, scoring};

impl Instrument {
    /// The items that are asked of a person, in order, given what was answered.
    ///
    /// The answer to an item that is itself hidden decides nothing. Of an adaptive bank it is what was
    /// asked so far and, unless enough is known, the one item that comes next.
    pub fn visible<'a>(
        &'a self,
        person: &Person,
        answer: impl Fn(&str) -> Option<&'a Value>,
    ) -> Vec<&'a Item> {
        if let Some(path) = self.path(&answer) {
            return self.along(&path);
        }
        let mut seen: BTreeMap<&str, &Value> = BTreeMap::new();
        let mut visible = Vec::new();
        for item in &self.items {
            let is_for = item.only_for.zip(person.sex).is_none_or(|(only, sex)| only == sex);
            if !is_for || !item.enable.holds(|id| seen.get(id).copied()) {
                continue;
            }
            if let Some(value) = answer(&item.id) {
                seen.insert(&item.id, value);
            }
            visible.push(item);
        }
        visible
    }

    /// How far an adaptive test has come; nothing for an instrument that is asked in full.
    pub fn path<'a>(&self, answer: impl Fn(&str) -> Option<&'a Value>) -> Option<irt::Path> {
        let adaptive = self.adaptive.as_ref()?;
        let scale = self.scale(&adaptive.scale)?;
        let Method::Irt(engine) = &scale.method else { return None };
        let (mut answered, mut skipped) = (Vec::new(), Vec::new());
        for (n, id) in scale.items.iter().enumerate() {
            let (Some(item), Some(value)) = (self.item(id), answer(id)) else { continue };
            match item.number(value) {
                Some(number) => answered.extend(engine.bank().answered_at(n, scoring::category(number))),
                None => skipped.push(n),
            }
        }
        Some(irt::path(engine, &adaptive.settings, &answered, &skipped))
    }

    /// The items of a path, with what is shown before it and, at its end, after it.
    fn along(&self, path: &irt::Path) -> Vec<&Item> {
        let scale = self.adaptive.as_ref().and_then(|adaptive| self.scale(&adaptive.scale));
        let Some(scale) = scale else { return Vec::new() };
        let is_of_bank = |item: &&Item| scale.items.contains(&item.id);
        let bank_item = |n: usize| scale.items.get(n).and_then(|id| self.item(id));
        let first = self.items.iter().position(|item| is_of_bank(&item)).unwrap_or(self.items.len());
        let (before, after) = self.items.split_at(first);
        let mut items: Vec<&Item> = before.iter().collect();
        items.extend(path.steps.iter().filter_map(|step| bank_item(step.item)));
        match path.next {
            irt::Next::Ask { item, .. } => items.extend(bank_item(item)),
            irt::Next::Stop(_) => items.extend(after.iter().filter(|item| !is_of_bank(item))),
        }
        items
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
