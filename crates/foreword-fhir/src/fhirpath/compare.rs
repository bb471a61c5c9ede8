//! Equal, equivalent, less or greater: of values, of elements and of collections.

use std::cmp::Ordering;

use rust_decimal::Decimal;

use super::{
    Error,
    civil::{Date, DateTime, Time},
    document::Element,
    evaluate::{Collection, Evaluator, single},
    value::Value,
};

pub(super) type Comparison = Ordering;

/// `=`: pair by pair, in order; nothing when it can't be known.
pub(super) fn equal(
    evaluator: &mut Evaluator<'_>,
    at: usize,
    left: &[Value],
    right: &[Value],
) -> Result<Option<bool>, Error> {
    if left.is_empty() || right.is_empty() {
        return Ok(None);
    }
    if left.len() != right.len() {
        return Ok(Some(false));
    }
    let mut all = Some(true);
    for (one, other) in left.iter().zip(right) {
        match values_equal(evaluator, at, one, other)? {
            Some(false) => return Ok(Some(false)),
            Some(true) => {}
            None => all = None,
        }
    }
    Ok(all)
}

/// `~`: in any order.
pub(super) fn equivalent(
    evaluator: &mut Evaluator<'_>,
    at: usize,
    left: &[Value],
    right: &[Value],
) -> Result<bool, Error> {
    if left.len() != right.len() {
        return Ok(false);
    }
    let mut rest: Vec<&Value> = right.iter().collect();
    for one in left {
        let mut found = None;
        for (n, other) in rest.iter().enumerate() {
            if values_equivalent(evaluator, at, one, other)? {
                found = Some(n);
                break;
            }
        }
        match found {
            Some(n) => rest.swap_remove(n),
            None => return Ok(false),
        };
    }
    Ok(true)
}

/// `<` and the like; nothing when it can't be known.
pub(super) fn ordered(
    evaluator: &mut Evaluator<'_>,
    at: usize,
    left: &[Value],
    right: &[Value],
    holds: fn(Comparison) -> bool,
) -> Result<Option<bool>, Error> {
    let (Some(left), Some(right)) = (single(at, left)?, single(at, right)?) else { return Ok(None) };
    Ok(order(evaluator, at, left, right)?.map(holds))
}

/// Which comes first; nothing when it can't be known, an error when the types have no order.
pub(super) fn order(
    evaluator: &mut Evaluator<'_>,
    at: usize,
    left: &Value,
    right: &Value,
) -> Result<Option<Ordering>, Error> {
    let (one, other) = pair(left, right);
    evaluator.spend(at, 1)?;
    match (&one, &other) {
        (Value::String(one), Value::String(other)) => {
            evaluator.spend(at, one.len().min(other.len()) / 16)?;
            Ok(Some(one.cmp(other)))
        }
        (Value::Quantity(one), Value::Quantity(other)) => Ok(one.order(other)),
        _ => match (numbers(&one, &other), moments(&one, &other)) {
            (Some((one, other)), _) => Ok(Some(one.cmp(&other))),
            (_, Some(moments)) => Ok(moments.order()),
            _ => Err(Error::execution(
                at,
                format!("a {} and a {} have no order", one.type_name(), other.type_name()),
            )),
        },
    }
}

/// Whether a collection holds a value.
pub(super) fn has(
    evaluator: &mut Evaluator<'_>,
    at: usize,
    all: &[Value],
    one: &Value,
) -> Result<bool, Error> {
    for value in all {
        if values_equal(evaluator, at, value, one)? == Some(true) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Each value once.
pub(super) fn distinct(
    evaluator: &mut Evaluator<'_>,
    at: usize,
    values: impl IntoIterator<Item = Value>,
) -> Result<Collection, Error> {
    let mut found = Vec::new();
    for value in values {
        if !has(evaluator, at, &found, &value)? {
            evaluator.extend(at, &mut found, [value])?;
        }
    }
    Ok(found)
}

pub(super) fn union(
    evaluator: &mut Evaluator<'_>,
    at: usize,
    left: Collection,
    right: Collection,
) -> Result<Collection, Error> {
    distinct(evaluator, at, left.into_iter().chain(right))
}

fn values_equal(
    evaluator: &mut Evaluator<'_>,
    at: usize,
    left: &Value,
    right: &Value,
) -> Result<Option<bool>, Error> {
    let (one, other) = pair(left, right);
    evaluator.spend(at, 1)?;
    Ok(match (&one, &other) {
        (Value::Element(one), Value::Element(other)) => elements(evaluator, at, one, other, equal_children)?,
        (Value::Boolean(one), Value::Boolean(other)) => Some(one == other),
        (Value::String(one), Value::String(other)) => {
            evaluator.spend(at, one.len() / 16)?;
            Some(one == other)
        }
        (Value::Type(a, b), Value::Type(c, d)) => Some((a, b) == (c, d)),
        (Value::Quantity(one), Value::Quantity(other)) => one.alike(other).map(|(one, other)| one == other),
        _ => match (numbers(&one, &other), moments(&one, &other)) {
            (Some((one, other)), _) => Some(one == other),
            (_, Some(moments)) => moments.order().map(Ordering::is_eq),
            _ => Some(false),
        },
    })
}

fn values_equivalent(
    evaluator: &mut Evaluator<'_>,
    at: usize,
    left: &Value,
    right: &Value,
) -> Result<bool, Error> {
    let (one, other) = pair(left, right);
    evaluator.spend(at, 1)?;
    Ok(match (&one, &other) {
        (Value::Element(one), Value::Element(other)) => {
            elements(evaluator, at, one, other, equivalent_children)? == Some(true)
        }
        (Value::Boolean(one), Value::Boolean(other)) => one == other,
        (Value::String(one), Value::String(other)) => {
            evaluator.spend(at, (one.len() + other.len()) / 8)?;
            normalised(one) == normalised(other)
        }
        (Value::Type(a, b), Value::Type(c, d)) => (a, b) == (c, d),
        (Value::Quantity(one), Value::Quantity(other)) => {
            let alike = one.alike(other).or_else(|| one.loosely().alike(&other.loosely()));
            alike.is_some_and(|(one, other)| roughly(one, other))
        }
        _ => match (numbers(&one, &other), moments(&one, &other)) {
            (Some((one, other)), _) => roughly(one, other),
            (_, Some(moments)) => moments.is_as_precise() && moments.order() == Some(Ordering::Equal),
            _ => false,
        },
    })
}

/// Compares the children of two elements of one name.
type Children = fn(&mut Evaluator<'_>, usize, &[Value], &[Value]) -> Result<Option<bool>, Error>;

fn equal_children(
    evaluator: &mut Evaluator<'_>,
    at: usize,
    one: &[Value],
    other: &[Value],
) -> Result<Option<bool>, Error> {
    equal(evaluator, at, one, other)
}

fn equivalent_children(
    evaluator: &mut Evaluator<'_>,
    at: usize,
    one: &[Value],
    other: &[Value],
) -> Result<Option<bool>, Error> {
    equivalent(evaluator, at, one, other).map(Some)
}

/// Name by name. No deeper than a document is nested.
fn elements(
    evaluator: &mut Evaluator<'_>,
    at: usize,
    one: &Element,
    other: &Element,
    compare: Children,
) -> Result<Option<bool>, Error> {
    if one.identity() == other.identity() {
        return Ok(Some(true));
    }
    let of = |element: &Element| {
        let mut groups: Vec<(String, Collection)> = Vec::new();
        let mut children: Vec<Element> = element.children().collect();
        // Stable: what has one name stays in its order.
        children.sort_by(|a, b| a.name().cmp(b.name()));
        for child in children {
            match groups.last_mut() {
                Some((name, group)) if *name == child.name() => group.push(child.into()),
                _ => groups.push((child.name().to_owned(), vec![child.into()])),
            }
        }
        groups
    };
    let (one, other) = (of(one), of(other));
    evaluator.spend(at, one.len() + other.len())?;
    if one.len() != other.len() || one.iter().zip(&other).any(|(one, other)| one.0 != other.0) {
        return Ok(Some(false));
    }
    let mut all = Some(true);
    for ((_, one), (_, other)) in one.iter().zip(&other) {
        match compare(evaluator, at, one, other)? {
            Some(false) => return Ok(Some(false)),
            Some(true) => {}
            None => all = None,
        }
    }
    Ok(all)
}

/// Both as values of `FHIRPath`, converted to one type where that is implied: a number beside a quantity, and
/// a string of unknown type beside a date.
fn pair(left: &Value, right: &Value) -> (Value, Value) {
    let (mut one, mut other) = (left.plain(), right.plain());
    if let Value::Quantity(_) = other {
        one = to_quantity(one);
    } else if let Value::Quantity(_) = one {
        other = to_quantity(other);
    }
    if left.is_untyped() {
        one = like(one, &other);
    }
    if right.is_untyped() {
        other = like(other, &one);
    }
    (one, other)
}

fn to_quantity(value: Value) -> Value {
    match value {
        Value::Integer(number) => Value::Quantity(super::Quantity::of(number.into())),
        Value::Decimal(number) => Value::Quantity(super::Quantity::of(number)),
        other => other,
    }
}

/// A string read as the kind of date that stands beside it.
fn like(value: Value, other: &Value) -> Value {
    let Value::String(text) = &value else { return value };
    let read = match other {
        Value::Date(_) | Value::DateTime(_) => DateTime::parse(text).map(Value::DateTime),
        Value::Time(_) => Time::parse(text).map(Value::Time),
        _ => None,
    };
    read.unwrap_or(value)
}

fn numbers(one: &Value, other: &Value) -> Option<(Decimal, Decimal)> {
    let number = |value: &Value| match value {
        Value::Integer(value) => Some(Decimal::from(*value)),
        Value::Decimal(value) => Some(*value),
        _ => None,
    };
    Some((number(one)?, number(other)?))
}

/// Two dates or two times.
enum Moments {
    DateTimes(DateTime, DateTime),
    Times(Time, Time),
}

fn moments(one: &Value, other: &Value) -> Option<Moments> {
    if let (Value::Time(one), Value::Time(other)) = (one, other) {
        return Some(Moments::Times(*one, *other));
    }
    let date = |value: &Value| match value {
        Value::Date(date) => Some(DateTime::from(*date)),
        Value::DateTime(moment) => Some(*moment),
        _ => None,
    };
    Some(Moments::DateTimes(date(one)?, date(other)?))
}

impl Moments {
    fn order(&self) -> Option<Ordering> {
        match self {
            Self::DateTimes(one, other) => one.order(*other),
            Self::Times(one, other) => one.order(*other),
        }
    }

    fn is_as_precise(&self) -> bool {
        match self {
            Self::DateTimes(one, other) => one.is_as_precise_as(*other),
            Self::Times(one, other) => {
                let whole = |time: Time| DateTime {
                    date: Date { year: 1, month: Some(1), day: Some(1) },
                    time: Some(time),
                    offset: None,
                };
                whole(*one).is_as_precise_as(whole(*other))
            }
        }
    }
}

/// Equal when rounded to the less precise of both.
fn roughly(one: Decimal, other: Decimal) -> bool {
    let places = one.normalize().scale().min(other.normalize().scale());
    let rounded = |number: Decimal| {
        number.round_dp_with_strategy(places, rust_decimal::RoundingStrategy::MidpointAwayFromZero)
    };
    rounded(one) == rounded(other)
}

/// Without regard to case and to how many blanks there are.
fn normalised(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").to_lowercase()
}
