//! Functions of one number.
//!
//! Exact where the result is. Roots, logarithms and powers that are no whole ones have 15 digits.

use rust_decimal::{
    Decimal, RoundingStrategy,
    prelude::{FromPrimitive, ToPrimitive},
};

use super::{Call, some};
use crate::fhirpath::{
    Error,
    evaluate::{self, Collection, Evaluator, wrong_type},
    quantity::Quantity,
    value::Value,
};

/// The number it is called on.
fn number(call: &Call<'_, '_>) -> Result<Option<Decimal>, Error> {
    as_number(call.at, &call.input)
}

fn as_number(at: usize, values: &[Value]) -> Result<Option<Decimal>, Error> {
    match evaluate::single(at, values)?.map(Value::plain) {
        None => Ok(None),
        Some(Value::Integer(number)) => Ok(Some(number.into())),
        Some(Value::Decimal(number)) => Ok(Some(number)),
        Some(other) => Err(wrong_type(at, "a number", &other)),
    }
}

pub(super) fn abs(_: &mut Evaluator<'_>, call: &mut Call<'_, '_>) -> Result<Collection, Error> {
    Ok(some(match call.single()? {
        None => None,
        Some(Value::Integer(number)) => number.checked_abs().map(Value::Integer),
        Some(Value::Decimal(number)) => Some(Value::Decimal(number.abs())),
        Some(Value::Quantity(quantity)) => {
            Some(Value::Quantity(Quantity { value: quantity.value.abs(), ..quantity }))
        }
        Some(other) => return Err(wrong_type(call.at, "a number", &other)),
    }))
}

pub(super) fn ceiling(_: &mut Evaluator<'_>, call: &mut Call<'_, '_>) -> Result<Collection, Error> {
    whole(call, |number| number.ceil())
}

pub(super) fn floor(_: &mut Evaluator<'_>, call: &mut Call<'_, '_>) -> Result<Collection, Error> {
    whole(call, |number| number.floor())
}

pub(super) fn truncate(_: &mut Evaluator<'_>, call: &mut Call<'_, '_>) -> Result<Collection, Error> {
    whole(call, |number| number.trunc())
}

fn whole(call: &Call<'_, '_>, to: fn(Decimal) -> Decimal) -> Result<Collection, Error> {
    Ok(some(number(call)?.and_then(|number| to(number).to_i32()).map(Value::Integer)))
}

/// Halves go away from zero.
pub(super) fn round(evaluator: &mut Evaluator<'_>, call: &mut Call<'_, '_>) -> Result<Collection, Error> {
    let places = if call.args.is_empty() { Some(0) } else { call.integer_argument(evaluator, 0)? };
    let (Some(number), Some(places)) = (number(call)?, places) else { return Ok(Vec::new()) };
    let Ok(places) = u32::try_from(places) else {
        return call.error("round() takes a number of digits, which is not negative");
    };
    let rounded =
        number.round_dp_with_strategy(places.min(Decimal::MAX_SCALE), RoundingStrategy::MidpointAwayFromZero);
    Ok(vec![Value::Decimal(rounded)])
}

pub(super) fn sqrt(_: &mut Evaluator<'_>, call: &mut Call<'_, '_>) -> Result<Collection, Error> {
    Ok(some(number(call)?.and_then(|number| real(number, f64::sqrt))))
}

pub(super) fn exp(_: &mut Evaluator<'_>, call: &mut Call<'_, '_>) -> Result<Collection, Error> {
    Ok(some(number(call)?.and_then(|number| real(number, f64::exp))))
}

pub(super) fn ln(_: &mut Evaluator<'_>, call: &mut Call<'_, '_>) -> Result<Collection, Error> {
    Ok(some(number(call)?.and_then(|number| real(number, f64::ln))))
}

pub(super) fn log(evaluator: &mut Evaluator<'_>, call: &mut Call<'_, '_>) -> Result<Collection, Error> {
    let base = call.argument(evaluator, 0)?;
    let (Some(number), Some(base)) = (number(call)?, as_number(call.at, &base)?) else {
        return Ok(Vec::new());
    };
    let base = base.to_f64().unwrap_or(f64::NAN);
    Ok(some(real(number, |number| number.ln() / base.ln())))
}

pub(super) fn power(evaluator: &mut Evaluator<'_>, call: &mut Call<'_, '_>) -> Result<Collection, Error> {
    let exponent = call.argument(evaluator, 0)?;
    let (Some(base), Some(exponent)) = (number(call)?, as_number(call.at, &exponent)?) else {
        return Ok(Vec::new());
    };
    if !exponent.fract().is_zero() {
        let exponent = exponent.to_f64().unwrap_or(f64::NAN);
        return Ok(some(real(base, |base| base.powf(exponent))));
    }
    let Some(whole) = exponent.to_i32().and_then(|exponent| whole_power(base, exponent)) else {
        return Ok(Vec::new());
    };
    let is_integer = matches!(call.single()?, Some(Value::Integer(_))) && exponent >= Decimal::ZERO;
    Ok(some(match whole.to_i32() {
        Some(integer) if is_integer => Some(Value::Integer(integer)),
        _ => Some(Value::Decimal(whole)),
    }))
}

/// By squaring; nothing when it overflows.
fn whole_power(base: Decimal, exponent: i32) -> Option<Decimal> {
    let (mut power, mut square, mut rest) = (Decimal::ONE, base, exponent.unsigned_abs());
    loop {
        if rest % 2 == 1 {
            power = power.checked_mul(square)?;
        }
        rest /= 2;
        if rest == 0 {
            break;
        }
        square = square.checked_mul(square)?;
    }
    if exponent < 0 { Decimal::ONE.checked_div(power) } else { Some(power) }
}

/// Through binary fractions, and back to the 15 digits they are sure of.
fn real(number: Decimal, function: impl Fn(f64) -> f64) -> Option<Value> {
    let result = function(number.to_f64()?);
    if !result.is_finite() {
        return None;
    }
    let written = format!("{result:.14e}");
    let exact = Decimal::from_scientific(&written).ok().or_else(|| Decimal::from_f64(result));
    exact.map(|number| Value::Decimal(number.normalize()))
}
