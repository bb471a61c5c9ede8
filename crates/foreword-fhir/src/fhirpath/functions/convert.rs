//! From one type to another, and whether that is possible.

use rust_decimal::Decimal;

use super::{Call, some};
use crate::fhirpath::{
    Error,
    civil::{Date, DateTime, Time},
    evaluate::{Collection, Evaluator},
    quantity::{Quantity, Unit, parse_decimal},
    value::Value,
};

type Conversion = fn(&Value) -> Option<Value>;

fn convert(
    evaluator: &mut Evaluator<'_>,
    call: &Call<'_, '_>,
    conversion: Conversion,
) -> Result<Collection, Error> {
    Ok(some(single(evaluator, call)?.and_then(|value| conversion(&value))))
}

fn converts(
    evaluator: &mut Evaluator<'_>,
    call: &Call<'_, '_>,
    conversion: Conversion,
) -> Result<Collection, Error> {
    Ok(some(single(evaluator, call)?.map(|value| Value::Boolean(conversion(&value).is_some()))))
}

/// The one value, with reading it paid for.
fn single(evaluator: &mut Evaluator<'_>, call: &Call<'_, '_>) -> Result<Option<Value>, Error> {
    let value = call.single()?;
    if let Some(Value::String(text)) = &value {
        evaluator.spend(call.at, text.len() / 16)?;
    }
    Ok(value)
}

macro_rules! conversions {
    ($($to:ident, $converts:ident, $conversion:path;)*) => {$(
        pub(super) fn $to(evaluator: &mut Evaluator<'_>, call: &mut Call<'_, '_>) -> Result<Collection, Error> {
            convert(evaluator, call, $conversion)
        }

        pub(super) fn $converts(evaluator: &mut Evaluator<'_>, call: &mut Call<'_, '_>) -> Result<Collection, Error> {
            converts(evaluator, call, $conversion)
        }
    )*};
}

conversions! {
    to_boolean, converts_to_boolean, boolean;
    to_integer, converts_to_integer, integer;
    to_decimal, converts_to_decimal, decimal;
    to_string, converts_to_string, string;
    to_date, converts_to_date, date;
    to_date_time, converts_to_date_time, date_time;
    to_time, converts_to_time, time;
}

fn boolean(value: &Value) -> Option<Value> {
    let truth = match value {
        Value::Boolean(truth) => *truth,
        Value::Integer(1) => true,
        Value::Integer(0) => false,
        Value::Decimal(number) if *number == Decimal::ONE => true,
        Value::Decimal(number) if number.is_zero() => false,
        Value::String(text) => match text.to_ascii_lowercase().as_str() {
            "true" | "t" | "yes" | "y" | "1" | "1.0" => true,
            "false" | "f" | "no" | "n" | "0" | "0.0" => false,
            _ => return None,
        },
        _ => return None,
    };
    Some(Value::Boolean(truth))
}

fn integer(value: &Value) -> Option<Value> {
    let number = match value {
        Value::Integer(number) => *number,
        Value::Boolean(truth) => i32::from(*truth),
        Value::String(text) => text.parse().ok()?,
        _ => return None,
    };
    Some(Value::Integer(number))
}

fn decimal(value: &Value) -> Option<Value> {
    let number = match value {
        Value::Decimal(number) => *number,
        Value::Integer(number) => (*number).into(),
        Value::Boolean(true) => Decimal::new(10, 1),
        Value::Boolean(false) => Decimal::new(0, 1),
        Value::String(text) => parse_decimal(text)?,
        _ => return None,
    };
    Some(Value::Decimal(number))
}

fn string(value: &Value) -> Option<Value> {
    match value {
        Value::Element(_) | Value::Type(..) => None,
        Value::String(_) => Some(value.clone()),
        _ => Some(Value::text(value.to_string())),
    }
}

fn date(value: &Value) -> Option<Value> {
    let date = match value {
        Value::Date(date) => *date,
        Value::DateTime(moment) => moment.date,
        Value::String(text) => match Date::parse(text) {
            Some(date) => date,
            None => DateTime::parse(text)?.date,
        },
        _ => return None,
    };
    Some(Value::Date(date))
}

fn date_time(value: &Value) -> Option<Value> {
    let moment = match value {
        Value::DateTime(moment) => *moment,
        Value::Date(date) => DateTime::from(*date),
        Value::String(text) => DateTime::parse(text)?,
        _ => return None,
    };
    Some(Value::DateTime(moment))
}

fn time(value: &Value) -> Option<Value> {
    match value {
        Value::Time(_) => Some(value.clone()),
        Value::String(text) => Time::parse(text.strip_prefix('T').unwrap_or(text)).map(Value::Time),
        _ => None,
    }
}

fn quantity(value: &Value) -> Option<Quantity> {
    Some(match value {
        Value::Quantity(quantity) => quantity.clone(),
        Value::Integer(number) => Quantity::of((*number).into()),
        Value::Decimal(number) => Quantity::of(*number),
        Value::Boolean(truth) => Quantity::of(if *truth { Decimal::new(10, 1) } else { Decimal::new(0, 1) }),
        Value::String(text) => Quantity::parse(text)?,
        _ => return None,
    })
}

pub(super) fn to_quantity(
    evaluator: &mut Evaluator<'_>,
    call: &mut Call<'_, '_>,
) -> Result<Collection, Error> {
    let wanted = call.text_argument(evaluator, 0)?;
    let Some(quantity) = single(evaluator, call)?.as_ref().and_then(quantity) else { return Ok(Vec::new()) };
    let Some(unit) = wanted else { return Ok(vec![Value::Quantity(quantity)]) };
    Ok(some(in_unit(&quantity, Unit::Ucum(unit)).map(Value::Quantity)))
}

pub(super) fn converts_to_quantity(
    evaluator: &mut Evaluator<'_>,
    call: &mut Call<'_, '_>,
) -> Result<Collection, Error> {
    let is_there = !call.input.is_empty();
    let converted = to_quantity(evaluator, call)?;
    Ok(some(is_there.then_some(Value::Boolean(!converted.is_empty()))))
}

fn in_unit(quantity: &Quantity, unit: Unit) -> Option<Quantity> {
    if quantity.unit == unit {
        return Some(quantity.clone());
    }
    let one = Quantity { value: Decimal::ONE, unit };
    let (value, factor) = quantity.alike(&one)?;
    Some(Quantity { value: value.checked_div(factor)?.normalize(), ..one })
}
