//! One item as FHIR has it: kind, limits, choices with their weights, and what is shown beside it.

use foreword_domain::{
    instrument::{Choice, Item, ItemKind, Label},
    language::Text,
};
use serde_json::{Value, json};

use super::{Element, Writer, conditions, put, put_code};
use crate::names::{
    FHIRPATH, ITEM_CONTROL, ITEM_CONTROLS, ITEM_WEIGHT, LOINC, MAX_VALUE, MIN_VALUE, OPTIONS_TOGGLE,
    ORDINAL_VALUE, UNIT,
};

impl Writer<'_> {
    pub(super) fn item(&mut self, item: &Item) -> Value {
        let mut out = Element::new();
        put(&mut out, "linkId", item.id.as_str());
        let extensions = self.extensions(item);
        if !extensions.is_empty() {
            put(&mut out, "extension", extensions);
        }
        put_code(&mut out, item.loinc.as_ref());
        self.text(&mut out, "text", &item.text);
        let kind = match &item.kind {
            ItemKind::Choice(_) | ItemKind::MultipleChoice(_) => "choice",
            ItemKind::Integer(_) | ItemKind::Scale { .. } => "integer",
            ItemKind::Decimal(_) => "decimal",
            ItemKind::Date(_) => "date",
            ItemKind::Text { .. } => "text",
            ItemKind::Display => "display",
        };
        put(&mut out, "type", kind);
        match &item.kind {
            ItemKind::MultipleChoice(_) => put(&mut out, "repeats", true),
            ItemKind::Text { max_chars } => put(&mut out, "maxLength", *max_chars),
            _ => {}
        }
        self.enable(&mut out, &item.enable);
        let options: Vec<Value> = item.choices().iter().map(|choice| self.option(choice)).collect();
        if !options.is_empty() {
            put(&mut out, "answerOption", options);
        }
        let beside = self.beside(item);
        if !beside.is_empty() {
            put(&mut out, "item", beside);
        }
        Value::Object(out)
    }

    fn extensions(&self, item: &Item) -> Vec<Value> {
        let limits = |key: &str, min: Value, max: Value| {
            vec![json!({ "url": MIN_VALUE, key: min }), json!({ "url": MAX_VALUE, key: max })]
        };
        match &item.kind {
            ItemKind::Integer(bounds) => {
                let mut all = limits("valueInteger", json!(bounds.min), json!(bounds.max));
                all.extend(self.unit(&bounds.unit));
                all
            }
            ItemKind::Decimal(bounds) => {
                let mut all = limits("valueDecimal", json!(bounds.min), json!(bounds.max));
                all.extend(self.unit(&bounds.unit));
                all
            }
            ItemKind::Date(bounds) => {
                limits("valueDate", json!(bounds.min.to_string()), json!(bounds.max.to_string()))
            }
            ItemKind::Scale { .. } => {
                let mut all = vec![control("slider")];
                all.extend(limits("valueInteger", json!(0), json!(10)));
                all
            }
            ItemKind::Choice(choices) | ItemKind::MultipleChoice(choices) => {
                choices.iter().filter_map(|choice| self.toggle(choice)).collect()
            }
            ItemKind::Text { .. } | ItemKind::Display => Vec::new(),
        }
    }

    fn unit(&self, unit: &Text) -> Option<Value> {
        if unit.best(&self.main).is_empty() {
            return None;
        }
        let mut coding = Element::new();
        self.text(&mut coding, "display", unit);
        Some(json!({ "url": UNIT, "valueCoding": coding }))
    }

    /// When a choice is offered, where that depends on other answers.
    fn toggle(&self, choice: &Choice) -> Option<Value> {
        let quoted = match &choice.label {
            Label::Text(_) => None,
            Label::AnswerTo(item) => Some(conditions::answered(item)),
        };
        let when =
            (!choice.enable.when.is_empty()).then(|| conditions::holds(self.instrument, &choice.enable));
        let parts: Vec<String> = quoted.into_iter().chain(when).collect();
        if parts.is_empty() {
            return None;
        }
        Some(json!({ "url": OPTIONS_TOGGLE, "extension": [
            { "url": "option", "valueCoding": self.coding(choice) },
            { "url": "expression", "valueExpression": {
                "language": FHIRPATH, "expression": parts.join(" and ")
            }}
        ]}))
    }

    fn coding(&self, choice: &Choice) -> Element {
        let mut coding = Element::new();
        match &choice.loinc {
            Some(code) => {
                put(&mut coding, "system", LOINC);
                put(&mut coding, "code", code.as_str());
            }
            None => put(&mut coding, "code", choice.code.as_str()),
        }
        match &choice.label {
            Label::Text(words) => self.text(&mut coding, "display", words),
            Label::AnswerTo(item) => put(&mut coding, "display", format!("(the answer to {item})")),
        }
        coding
    }

    fn option(&self, choice: &Choice) -> Value {
        let mut out = Element::new();
        if let Some(weight) = choice.weight {
            // On the option, not on its coding: there form fillers find it, and answers stay plain.
            let weights =
                [ORDINAL_VALUE, ITEM_WEIGHT].map(|url| json!({ "url": url, "valueDecimal": weight }));
            put(&mut out, "extension", weights.to_vec());
        }
        put(&mut out, "valueCoding", self.coding(choice));
        Value::Object(out)
    }

    /// Guidance and the words at the ends of a scale, as texts that belong to the item.
    fn beside(&mut self, item: &Item) -> Vec<Value> {
        let mut texts: Vec<(&str, &Text)> = Vec::new();
        if let ItemKind::Scale { low, high } = &item.kind {
            texts.extend([("lower", low), ("upper", high)]);
        }
        texts.extend(item.help.iter().map(|help| ("help", help)));
        texts.retain(|(_, text)| !text.best(&self.main).is_empty());
        texts
            .into_iter()
            .map(|(what, text)| {
                let link_id = self.link_id(&format!("{}-{what}", item.id));
                let mut out = Element::new();
                put(&mut out, "linkId", link_id);
                put(&mut out, "extension", vec![control(what)]);
                self.text(&mut out, "text", text);
                put(&mut out, "type", "display");
                Value::Object(out)
            })
            .collect()
    }
}

fn control(code: &str) -> Value {
    json!({ "url": ITEM_CONTROL, "valueCodeableConcept": {
        "coding": [{ "system": ITEM_CONTROLS, "code": code }]
    }})
}
