//! Plus, minus, times and the rest: of numbers, quantities and strings.
//!
//! What overflows or divides by nothing is empty, as `FHIRPath` has it.

use std::sync::Arc;

use rust_decimal::{Decimal, prelude::ToPrimitive};

use super::{
    Error, MAX_TEXT,
    evaluate::{Collection, Evaluator, single, wrong_type},
    quantity::{Quantity, Unit},
    shift::shift,
    syntax::Operator,
    units,
    value::Value,
};

/// `-x`.
pub(super) fn negate(at: usize, values: &[Value]) -> Result<Collection, Error> {
    let Some(value) = single(at, values)? else { return Ok(Vec::new()) };
    let negative = match value.plain() {
        Value::Integer(value) => value.checked_neg().map(Value::Integer),
        Value::Decimal(value) => Some(Value::Decimal(-value)),
        Value::Quantity(quantity) => Some(Value::Quantity(Quantity { value: -quantity.value, ..quantity })),
        other => return Err(wrong_type(at, "a number", &other)),
    };
    Ok(negative.into_iter().collect())
}

/// All operators that make a new value of two.
pub(super) fn operate(
    evaluator: &mut Evaluator<'_>,
    at: usize,
    operator: Operator,
    left: &[Value],
    right: &[Value],
) -> Result<Collection, Error> {
    let (left, right) = (single(at, left)?.map(Value::plain), single(at, right)?.map(Value::plain));
    if operator == Operator::Concatenate {
        let (left, right) = (string(at, left)?, string(at, right)?);
        return join(evaluator, at, &[&left, &right]).map(|text| vec![text]);
    }
    let (Some(left), Some(right)) = (left, right) else { return Ok(Vec::new()) };
    let result = match (left, right) {
        (Value::String(left), Value::String(right)) if operator == Operator::Plus => {
            Some(join(evaluator, at, &[&left, &right])?)
        }
        (Value::Integer(left), Value::Integer(right)) => integers(operator, left, right),
        (Value::Integer(left), Value::Decimal(right)) => decimals(operator, left.into(), right),
        (Value::Decimal(left), Value::Integer(right)) => decimals(operator, left, right.into()),
        (Value::Decimal(left), Value::Decimal(right)) => decimals(operator, left, right),
        (Value::Quantity(left), Value::Quantity(right)) => quantities(operator, &left, &right),
        (Value::Quantity(left), Value::Integer(right)) => {
            quantities(operator, &left, &Quantity::of(right.into()))
        }
        (Value::Quantity(left), Value::Decimal(right)) => quantities(operator, &left, &Quantity::of(right)),
        (Value::Integer(left), Value::Quantity(right)) => {
            quantities(operator, &Quantity::of(left.into()), &right)
        }
        (Value::Decimal(left), Value::Quantity(right)) => quantities(operator, &Quantity::of(left), &right),
        (moment @ (Value::Date(_) | Value::DateTime(_) | Value::Time(_)), Value::Quantity(by))
            if matches!(operator, Operator::Plus | Operator::Minus) =>
        {
            let sign = if operator == Operator::Plus { 1 } else { -1 };
            return shift(at, &moment, &by, sign).map(|value| value.into_iter().collect());
        }
        (left, right) => {
            return Err(Error::execution(
                at,
                format!("a {} and a {} can't be reckoned with", left.type_name(), right.type_name()),
            ));
        }
    };
    Ok(result.into_iter().collect())
}

/// Strings one after the other, as long as that is bearable.
pub(super) fn join(evaluator: &mut Evaluator<'_>, at: usize, parts: &[&str]) -> Result<Value, Error> {
    let length = parts.iter().map(|part| part.len()).fold(0, usize::saturating_add);
    if length > MAX_TEXT {
        return Err(Error::Limit { at, what: "a string grows too long" });
    }
    evaluator.spend(at, length / 16 + parts.len())?;
    Ok(Value::text(parts.concat()))
}

/// Nothing counts as the empty string.
fn string(at: usize, value: Option<Value>) -> Result<Arc<str>, Error> {
    match value {
        None => Ok("".into()),
        Some(Value::String(text)) => Ok(text),
        Some(other) => Err(wrong_type(at, "a string", &other)),
    }
}

fn integers(operator: Operator, left: i32, right: i32) -> Option<Value> {
    match operator {
        Operator::Plus => left.checked_add(right),
        Operator::Minus => left.checked_sub(right),
        Operator::Times => left.checked_mul(right),
        Operator::Div => left.checked_div(right),
        Operator::Mod => left.checked_rem(right),
        _ => return decimals(operator, left.into(), right.into()),
    }
    .map(Value::Integer)
}

fn decimals(operator: Operator, left: Decimal, right: Decimal) -> Option<Value> {
    match operator {
        Operator::Plus => left.checked_add(right),
        Operator::Minus => left.checked_sub(right),
        Operator::Times => left.checked_mul(right),
        Operator::Divide => left.checked_div(right),
        Operator::Mod => left.checked_rem(right),
        Operator::Div => return quotient(left, right)?.to_i32().map(Value::Integer),
        _ => None,
    }
    .map(Value::Decimal)
}

/// How often one whole goes into the other. Division alone could round up to it.
fn quotient(left: Decimal, right: Decimal) -> Option<Decimal> {
    left.checked_sub(left.checked_rem(right)?)?.checked_div(right).map(|whole| whole.round())
}

fn quantities(operator: Operator, left: &Quantity, right: &Quantity) -> Option<Value> {
    let value = match operator {
        Operator::Plus | Operator::Minus => {
            let (one, other) = left.alike(right)?;
            let sum =
                if operator == Operator::Plus { one.checked_add(other)? } else { one.checked_sub(other)? };
            // Both were brought to a common unit; the sum goes back to the left one's.
            let factor = unit_factor(left, right)?;
            let value = if factor == Decimal::ONE { sum } else { sum.checked_div(factor)?.normalize() };
            Quantity { value, unit: left.unit.clone() }
        }
        Operator::Times => {
            Quantity { value: left.value.checked_mul(right.value)?, unit: product(&left.unit, &right.unit)? }
        }
        Operator::Divide => {
            if left.unit == right.unit {
                Quantity::of(left.value.checked_div(right.value)?)
            } else {
                let unit = ratio(&left.unit, &right.unit)?;
                Quantity { value: left.value.checked_div(right.value)?, unit }
            }
        }
        Operator::Div => {
            let (one, other) = left.alike(right)?;
            return quotient(one, other)?.to_i32().map(Value::Integer);
        }
        Operator::Mod if left.unit == right.unit => {
            Quantity { value: left.value.checked_rem(right.value)?, unit: left.unit.clone() }
        }
        _ => return None,
    };
    Some(Value::Quantity(value))
}

/// How many of the common unit one of the left is.
fn unit_factor(left: &Quantity, right: &Quantity) -> Option<Decimal> {
    let one = Quantity { value: Decimal::ONE, unit: left.unit.clone() };
    one.alike(right).map(|(factor, _)| factor)
}

fn product(one: &Unit, other: &Unit) -> Option<Unit> {
    match (one.code(), other.code()) {
        ("1", _) => Some(other.clone()),
        (_, "1") => Some(one.clone()),
        (one, other) => composed(&format!("{one}.({other})")),
    }
}

fn ratio(one: &Unit, other: &Unit) -> Option<Unit> {
    match (one.code(), other.code()) {
        (_, "1") => Some(one.clone()),
        (one, other) => composed(&format!("{one}/({other})")),
    }
}

/// Nothing for a unit that grew too long to mean anything.
fn composed(code: &str) -> Option<Unit> {
    (code.len() <= units::MAX_LENGTH).then(|| Unit::Ucum(code.into()))
}
