//! The order of what was found.

use std::cmp::Ordering;

use jiff::Timestamp;
use rust_decimal::Decimal;
use serde_json::Value;

use super::{
    element::{at, text},
    filter::elements,
    moment::Found,
    query::{Query, Sort},
    table::{Parameter, Type},
    text::fold,
    value::words,
};

/// Which of two resources comes first by `_sort`: what is missing comes last either way; where all is equal, the
/// smaller id.
pub fn compare(one: &Value, other: &Value, query: &Query) -> Ordering {
    let by = |sort: &Sort| {
        let (left, right) = (key(one, sort), key(other, sort));
        match (&left, &right) {
            (None, Some(_)) => Ordering::Greater,
            (Some(_), None) => Ordering::Less,
            _ if sort.descending => right.cmp(&left),
            _ => left.cmp(&right),
        }
    };
    let by_sort = query.sort().iter().map(by).find(|order| order.is_ne());
    by_sort.unwrap_or_else(|| text(one, "id").cmp(&text(other, "id")))
}

/// What is compared.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Time(Timestamp),
    Number(Decimal),
    Text(String),
}

/// The first of several values, or the last where the last comes first.
fn key(resource: &Value, sort: &Sort) -> Option<Key> {
    let keys =
        elements(sort.parameter, resource).into_iter().filter_map(|element| of(sort.parameter, element));
    if sort.descending { keys.max() } else { keys.min() }
}

fn of(parameter: &Parameter, element: &Value) -> Option<Key> {
    match parameter.of {
        Type::Date => Found::read(element)?.earliest().map(Key::Time),
        Type::Quantity => element.get("value")?.to_string().parse().ok().map(Key::Number),
        Type::Text => {
            // Names go by the family first.
            let family = text(element, "family").map(|family| {
                let given: Vec<&str> = at(element, "given").into_iter().filter_map(Value::as_str).collect();
                format!("{family} {}", given.join(" "))
            });
            family.or_else(|| words(element).into_iter().next()).map(|words| Key::Text(fold(&words)))
        }
        Type::Reference | Type::Canonical | Type::Uri | Type::Composite => {
            element.as_str().or_else(|| text(element, "reference")).map(|text| Key::Text(text.to_owned()))
        }
        Type::Token | Type::Contact => code(element).map(Key::Text),
    }
}

fn code(element: &Value) -> Option<String> {
    if let Some(is) = element.as_bool() {
        return Some(is.to_string());
    }
    let first = || at(element, "coding").into_iter().find_map(|coding| text(coding, "code"));
    let found =
        element.as_str().or_else(|| text(element, "code")).or_else(|| text(element, "value")).or_else(first);
    found.map(str::to_owned)
}
