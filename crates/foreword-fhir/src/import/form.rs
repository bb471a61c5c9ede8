//! The questionnaire's own shape: which item lies in which, under which linkId, with answers of which
//! type. Responses go out in this shape.

use std::collections::BTreeMap;

use foreword_domain::{instrument::Instrument, response};
use serde_json::{Value, json};

use crate::{
    decimal,
    names::{ASKED_DECLINED, DATA_ABSENT},
};

/// The shape of an imported questionnaire.
#[derive(Clone, Debug, PartialEq)]
pub struct Form {
    /// Its canonical address with its version, where it has them.
    pub(crate) canonical: Option<String>,
    pub(crate) fields: Vec<Field>,
}

/// An item as it lies in the questionnaire.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Field {
    pub link_id: String,
    pub kind: Kind,
    pub children: Vec<Field>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Kind {
    /// It holds others, and has no answer.
    Group,
    /// It is asked under this id.
    Asked(String, Wire),
    /// It is computed, under this id.
    Computed(String, Number),
    /// It is shown, or left out.
    Silent,
}

/// How an answer is written in a response.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Wire {
    Boolean,
    Integer,
    Decimal,
    /// With the rest of the quantity.
    Quantity(Value),
    Date,
    String,
    Options(Vec<Opt>),
}

/// An answer option: our code for it, and how it is written.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Opt {
    pub code: String,
    /// `valueCoding`, `valueString` ...
    pub key: String,
    pub value: Value,
}

/// The type of a computed answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Number {
    Integer,
    Decimal,
    Quantity,
    /// No number: a coding, a text.
    Other,
}

impl Form {
    /// The shape of an instrument that was imported; nothing for one of our own.
    pub fn of(instrument: &Instrument) -> Option<Self> {
        super::compile(instrument.questionnaire.as_ref()?, &super::Settings::default())
            .ok()
            .map(|compiled| compiled.form)
    }

    /// The linkId that an item has in the questionnaire.
    pub fn link_id(&self, item: &str) -> Option<&str> {
        self.all().into_iter().find(|field| field.kind.id() == Some(item)).map(|field| field.link_id.as_str())
    }

    /// The linkId that a computed score has in the questionnaire.
    pub fn score(&self, scale: &str) -> Option<&str> {
        let is = |field: &&Field| matches!(&field.kind, Kind::Computed(id, _) if id == scale);
        self.all().into_iter().find(is).map(|field| field.link_id.as_str())
    }

    /// The id that an item of the questionnaire has here.
    pub fn item(&self, link_id: &str) -> Option<&str> {
        self.all().into_iter().find(|field| field.link_id == link_id)?.kind.id()
    }

    /// The answers as a `QuestionnaireResponse`, under the original linkIds.
    pub fn response(&self, answer: impl Fn(&str) -> Option<response::Value>) -> Value {
        self.filled(&answer, &BTreeMap::new())
    }

    /// The items that were answered, in the questionnaire's order and nesting. What the patient preferred not to
    /// answer is there without an answer, and says so.
    pub(crate) fn items(&self, answer: &dyn Fn(&str) -> Option<response::Value>) -> Vec<Value> {
        Filling { answer, computed: &BTreeMap::new(), says_declined: true }.items(&self.fields)
    }

    /// The response that expressions are computed over.
    pub(super) fn filled(
        &self,
        answer: &dyn Fn(&str) -> Option<response::Value>,
        computed: &BTreeMap<String, Value>,
    ) -> Value {
        let mut out = json!({ "resourceType": "QuestionnaireResponse", "status": "completed" });
        if let Some(canonical) = &self.canonical {
            out["questionnaire"] = json!(canonical);
        }
        let items = Filling { answer, computed, says_declined: false }.items(&self.fields);
        if !items.is_empty() {
            out["item"] = Value::Array(items);
        }
        out
    }

    pub(crate) fn all(&self) -> Vec<&Field> {
        let mut all = Vec::new();
        let mut open: Vec<&Field> = self.fields.iter().rev().collect();
        while let Some(field) = open.pop() {
            all.push(field);
            open.extend(field.children.iter().rev());
        }
        all
    }
}

impl Kind {
    fn id(&self) -> Option<&str> {
        if let Self::Asked(id, _) = self { Some(id) } else { None }
    }
}

impl Field {
    /// The id it is asked under.
    pub fn asked_itself(&self) -> Option<&str> {
        self.kind.id()
    }

    /// The ids of what is asked in it and below.
    pub fn asked(&self) -> Vec<&str> {
        let below = self.children.iter().flat_map(Self::asked);
        self.kind.id().into_iter().chain(below).collect()
    }
}

/// What a form is filled with.
struct Filling<'a> {
    answer: &'a dyn Fn(&str) -> Option<response::Value>,
    /// Computed answers, by linkId.
    computed: &'a BTreeMap<String, Value>,
    /// Whether an item that the patient preferred not to answer is there.
    says_declined: bool,
}

impl Filling<'_> {
    fn items(&self, fields: &[Field]) -> Vec<Value> {
        fields.iter().filter_map(|field| self.item(field)).collect()
    }

    fn item(&self, field: &Field) -> Option<Value> {
        let mut item = json!({ "linkId": field.link_id });
        let mut answers = match &field.kind {
            Kind::Group | Kind::Silent => Vec::new(),
            Kind::Asked(id, wire) => {
                let value = (self.answer)(id);
                if self.says_declined && value == Some(response::Value::Skipped) {
                    item["extension"] = json!([{ "url": DATA_ABSENT, "valueCode": ASKED_DECLINED }]);
                }
                value.map(|value| wire.written(&value)).unwrap_or_default()
            }
            Kind::Computed(..) => self.computed.get(&field.link_id).cloned().into_iter().collect(),
        };
        let below = self.items(&field.children);
        match (answers.first_mut(), below.is_empty()) {
            (None, true) if item.get("extension").is_none() => return None,
            (None, true) => {}
            (None, false) => item["item"] = Value::Array(below),
            (Some(_), true) => item["answer"] = Value::Array(answers),
            (Some(first), false) => {
                first["item"] = Value::Array(below);
                item["answer"] = Value::Array(answers);
            }
        }
        Some(item)
    }
}

impl Wire {
    fn written(&self, value: &response::Value) -> Vec<Value> {
        let one = match (self, value) {
            (Self::Options(options), response::Value::Choice(code)) => option(options, code),
            (Self::Options(options), response::Value::Choices(codes)) => {
                return codes.iter().filter_map(|code| option(options, code)).collect();
            }
            (Self::Boolean, response::Value::Choice(code)) => Some(json!({ "valueBoolean": code == "true" })),
            (Self::Integer, response::Value::Integer(number)) => Some(json!({ "valueInteger": number })),
            (Self::Integer, response::Value::Scale(mark)) => Some(json!({ "valueInteger": mark })),
            (Self::Decimal, response::Value::Decimal(text)) => {
                let mut answer = json!({});
                decimal::put(&mut answer, "valueDecimal", text).then_some(answer)
            }
            (Self::Quantity(unit), response::Value::Decimal(text)) => {
                let mut quantity = unit.clone();
                decimal::put(&mut quantity, "value", text).then(|| json!({ "valueQuantity": quantity }))
            }
            (Self::Date, response::Value::Date(date)) => Some(json!({ "valueDate": date.to_string() })),
            (Self::String, response::Value::Text(text)) => Some(json!({ "valueString": text })),
            _ => None,
        };
        one.into_iter().collect()
    }
}

fn option(options: &[Opt], code: &str) -> Option<Value> {
    let option = options.iter().find(|option| option.code == code)?;
    Some(json!({ option.key.as_str(): option.value }))
}
