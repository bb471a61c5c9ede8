//! What an expression yields: values of `FHIRPath` itself, and elements of a document.

use std::{fmt, sync::Arc};

use rust_decimal::Decimal;

use super::{
    civil::{Date, DateTime, Time},
    document::{Element, Scalar},
    model,
    quantity::{Quantity, Unit},
};

/// One of the values an expression yields. Cheap to clone.
#[derive(Clone)]
pub enum Value {
    /// `true` or `false`
    Boolean(bool),
    /// a whole number
    Integer(i32),
    /// an exact decimal, with as many digits behind the point as it was written with
    Decimal(Decimal),
    /// a string
    String(Arc<str>),
    /// a date
    Date(Date),
    /// a date with or without a time
    DateTime(DateTime),
    /// a time of day
    Time(Time),
    /// a number with a unit
    Quantity(Quantity),
    /// an element of a document
    Element(Element),
    /// what `type()` says: a namespace and a name
    Type(&'static str, &'static str),
}

/// The system of UCUM's codes.
pub(super) const UCUM: &str = "http://unitsofmeasure.org";

impl Value {
    /// The namespace and name of its type, such as `System.Integer` or `FHIR.code`.
    pub fn type_name(&self) -> String {
        let (namespace, name) = self.qualified();
        format!("{namespace}.{name}")
    }

    pub(super) fn qualified(&self) -> (&'static str, &'static str) {
        let name = match self {
            Self::Boolean(_) => "Boolean",
            Self::Integer(_) => "Integer",
            Self::Decimal(_) => "Decimal",
            Self::String(_) => "String",
            Self::Date(_) => "Date",
            Self::DateTime(_) => "DateTime",
            Self::Time(_) => "Time",
            Self::Quantity(_) => "Quantity",
            Self::Type(..) => "TypeInfo",
            Self::Element(element) => return ("FHIR", element.type_name()),
        };
        ("System", name)
    }

    /// The value as exact JSON: numbers keep every digit, elements stand on one line.
    pub fn json(&self) -> String {
        match self {
            Self::Boolean(value) => value.to_string(),
            Self::Integer(value) => value.to_string(),
            Self::Decimal(value) => value.to_string(),
            Self::Element(element) => element.json(),
            Self::Quantity(quantity) => {
                let unit = quantity.unit.code();
                let code = serde_json::json!(unit);
                format!(r#"{{"value":{},"unit":{code},"system":"{UCUM}","code":{code}}}"#, quantity.value)
            }
            _ => serde_json::json!(self.to_string()).to_string(),
        }
    }

    /// The value as a JSON tree, in which decimals are binary fractions; [`json`](Self::json) is exact.
    pub fn to_json(&self) -> serde_json::Value {
        serde_json::from_str(&self.json()).unwrap_or_default()
    }

    /// An element that stands for a value of `FHIRPath` as that value: a `code` as a string, a `Quantity`
    /// with its unit. All others as they are.
    pub(super) fn plain(&self) -> Self {
        match self {
            Self::Element(element) => of_element(element).unwrap_or_else(|| self.clone()),
            other => other.clone(),
        }
    }

    /// A string of which nobody says that it is no date.
    pub(super) fn is_untyped(&self) -> bool {
        matches!(self, Self::Element(element) if element.kind().is_empty())
    }

    pub(super) fn text(text: impl Into<Arc<str>>) -> Self {
        Self::String(text.into())
    }
}

/// The value an element stands for.
fn of_element(element: &Element) -> Option<Value> {
    let kind = element.kind();
    match element.scalar() {
        Some(Scalar::Boolean(value)) => Some(Value::Boolean(*value)),
        Some(Scalar::Number(text)) => {
            if kind != "decimal"
                && let Ok(whole) = text.parse()
            {
                return Some(Value::Integer(whole));
            }
            // What no decimal can hold stays text, and no arithmetic takes it for a number.
            let number = text.parse().or_else(|_| Decimal::from_scientific(text));
            Some(number.map_or_else(|_| Value::text(&**text), Value::Decimal))
        }
        Some(Scalar::Text(text)) => Some(of_text(kind, text)),
        None if model::is_a(kind, "Quantity") => of_quantity(element).map(Value::Quantity),
        None => None,
    }
}

fn of_text(kind: &str, text: &Arc<str>) -> Value {
    let found = match kind {
        "date" => Date::parse(text).map(Value::Date),
        "dateTime" | "instant" => DateTime::parse(text).map(Value::DateTime),
        "time" => Time::parse(text).map(Value::Time),
        _ => None,
    };
    found.unwrap_or_else(|| Value::String(text.clone()))
}

/// A quantity that says a number and not only a limit.
fn of_quantity(element: &Element) -> Option<Quantity> {
    if element.first("comparator").is_some() {
        return None;
    }
    let value = match Value::Element(element.first("value")?).plain() {
        Value::Decimal(value) => value,
        Value::Integer(value) => value.into(),
        _ => return None,
    };
    let coded = element.text("code").filter(|_| element.text("system").is_none_or(|system| &*system == UCUM));
    let unit = coded.or_else(|| element.text("unit")).unwrap_or_else(|| "1".into());
    Some(Quantity { value, unit: Unit::Ucum(unit) })
}

impl From<Element> for Value {
    fn from(element: Element) -> Self {
        Self::Element(element)
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A value may be a patient's answer: it is not for logs.
        f.write_str(&self.type_name())
    }
}

/// As `FHIRPath` converts it to a string; an element that is none is shown as its JSON.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Boolean(value) => write!(f, "{value}"),
            Self::Integer(value) => write!(f, "{value}"),
            Self::Decimal(value) => write!(f, "{value}"),
            Self::String(value) => f.write_str(value),
            Self::Date(value) => write!(f, "{value}"),
            Self::DateTime(value) => write!(f, "{value}"),
            Self::Time(value) => write!(f, "{value}"),
            Self::Quantity(value) => write!(f, "{value}"),
            Self::Type(namespace, name) => write!(f, "{namespace}.{name}"),
            Self::Element(element) => match element.scalar() {
                Some(Scalar::Text(text)) => f.write_str(text),
                _ => f.write_str(&element.json()),
            },
        }
    }
}
