//! The questionnaire's own shape: which item lies in which, under which linkId, with answers of which
//! type. Responses go out in this shape.

use std::collections::BTreeMap;

use foreword_domain::{instrument::Instrument, response};
use serde_json::{Value, json};

/// The shape of an imported questionnaire.
#[derive(Clone, Debug, PartialEq)]
pub struct Form {
    /// Its canonical address with its version, where it has them.
    pub(super) canonical: Option<String>,
    pub(super) fields: Vec<Field>,
}

/// An item as it lies in the questionnaire.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Field {
    pub link_id: String,
    pub kind: Kind,
    pub children: Vec<Field>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
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
pub(super) enum Wire {
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
pub(super) struct Opt {
    pub code: String,
    /// `valueCoding`, `valueString` ...
    pub key: String,
    pub value: Value,
}

/// The type of a computed answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Number {
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

    pub(super) fn filled(
        &self,
        answer: &dyn Fn(&str) -> Option<response::Value>,
        computed: &BTreeMap<String, Value>,
    ) -> Value {
        let mut out = json!({ "resourceType": "QuestionnaireResponse", "status": "completed" });
        if let Some(canonical) = &self.canonical {
            out["questionnaire"] = json!(canonical);
        }
        let items = filled(&self.fields, answer, computed);
        if !items.is_empty() {
            out["item"] = Value::Array(items);
        }
        out
    }

    pub(super) fn all(&self) -> Vec<&Field> {
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

fn filled(
    fields: &[Field],
    answer: &dyn Fn(&str) -> Option<response::Value>,
    computed: &BTreeMap<String, Value>,
) -> Vec<Value> {
    let mut items = Vec::new();
    for field in fields {
        let mut answers = match &field.kind {
            Kind::Group | Kind::Silent => Vec::new(),
            Kind::Asked(id, wire) => answer(id).map(|value| wire.written(&value)).unwrap_or_default(),
            Kind::Computed(..) => computed.get(&field.link_id).cloned().into_iter().collect(),
        };
        let below = filled(&field.children, answer, computed);
        let mut item = json!({ "linkId": field.link_id });
        match (answers.first_mut(), below.is_empty()) {
            (None, true) => continue,
            (None, false) => item["item"] = Value::Array(below),
            (Some(_), true) => item["answer"] = Value::Array(answers),
            (Some(first), false) => {
                first["item"] = Value::Array(below);
                item["answer"] = Value::Array(answers);
            }
        }
        items.push(item);
    }
    items
}

impl Wire {
    fn written(&self, value: &response::Value) -> Vec<Value> {
        let number = |text: &str| text.parse::<f64>().ok().map(|number| json!(number));
        let one = match (self, value) {
            (Self::Options(options), response::Value::Choice(code)) => option(options, code),
            (Self::Options(options), response::Value::Choices(codes)) => {
                return codes.iter().filter_map(|code| option(options, code)).collect();
            }
            (Self::Boolean, response::Value::Choice(code)) => Some(json!({ "valueBoolean": code == "true" })),
            (Self::Integer, response::Value::Integer(number)) => Some(json!({ "valueInteger": number })),
            (Self::Integer, response::Value::Scale(mark)) => Some(json!({ "valueInteger": mark })),
            (Self::Decimal, response::Value::Decimal(text)) => {
                number(text).map(|number| json!({ "valueDecimal": number }))
            }
            (Self::Quantity(unit), response::Value::Decimal(text)) => number(text).map(|number| {
                let mut quantity = unit.clone();
                quantity["value"] = number;
                json!({ "valueQuantity": quantity })
            }),
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
