//! The least and the greatest that a value may mean, as precisely as it was written.

use rust_decimal::{Decimal, RoundingStrategy};

use super::{Call, some, truth};
use crate::fhirpath::{
    Error,
    civil::{Date, DateTime, Fraction, OFFSETS, Time},
    evaluate::{self, Collection, Evaluator, wrong_type},
    quantity::Quantity,
    value::Value,
};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Low,
    High,
}

pub(super) fn low(evaluator: &mut Evaluator<'_>, call: &mut Call<'_, '_>) -> Result<Collection, Error> {
    boundary(evaluator, call, Side::Low)
}

pub(super) fn high(evaluator: &mut Evaluator<'_>, call: &mut Call<'_, '_>) -> Result<Collection, Error> {
    boundary(evaluator, call, Side::High)
}

fn boundary(evaluator: &mut Evaluator<'_>, call: &Call<'_, '_>, side: Side) -> Result<Collection, Error> {
    let digits = call.integer_argument(evaluator, 0)?;
    let Some(value) = call.single()? else { return Ok(Vec::new()) };
    Ok(some(match value {
        Value::Integer(number) => decimal(number.into(), digits, side).map(Value::Decimal),
        Value::Decimal(number) => decimal(number, digits, side).map(Value::Decimal),
        Value::Quantity(quantity) => {
            decimal(quantity.value, digits, side).map(|value| Value::Quantity(Quantity { value, ..quantity }))
        }
        Value::Date(date) => {
            let bound = date_time(date.into(), digits.unwrap_or(8), side);
            bound.map(
                |bound| if bound.time.is_none() { Value::Date(bound.date) } else { Value::DateTime(bound) },
            )
        }
        Value::DateTime(moment) => date_time(moment, digits.unwrap_or(17), side).map(Value::DateTime),
        Value::Time(of_day) => time(of_day, digits.unwrap_or(9), side).map(Value::Time),
        other => return Err(wrong_type(call.at, "a number, a quantity, a date or a time", &other)),
    }))
}

/// Half a unit of the last digit away. With fewer digits than that needs, towards zero it is cut and
/// away from zero rounded, as the official tests have it.
fn decimal(number: Decimal, digits: Option<i32>, side: Side) -> Option<Decimal> {
    let digits = u32::try_from(digits.unwrap_or(8)).ok().filter(|digits| *digits <= Decimal::MAX_SCALE)?;
    let half = Decimal::try_new(5, number.scale() + 1).ok()?;
    let bound = match side {
        Side::Low => number.checked_sub(half)?,
        Side::High => number.checked_add(half)?,
    };
    let outwards = (side == Side::Low) == bound.is_sign_negative();
    let strategy = if outwards { RoundingStrategy::MidpointAwayFromZero } else { RoundingStrategy::ToZero };
    let mut bound = bound.round_dp_with_strategy(digits, strategy);
    bound.rescale(digits);
    (bound.scale() == digits).then_some(bound)
}

fn date_time(moment: DateTime, digits: i32, side: Side) -> Option<DateTime> {
    let day = match side {
        Side::Low => moment.date.first_day()?,
        Side::High => moment.date.last_day()?,
    };
    let full = Date::of(day);
    let date = match digits {
        4 => Date { month: None, day: None, ..full },
        6 => Date { day: None, ..full },
        8 | 10 | 12 | 14 | 17 => full,
        _ => return None,
    };
    if digits <= 8 {
        return Some(date.into());
    }
    let start = match side {
        Side::Low => Time { hour: 0, minute: None, second: None, fraction: None },
        Side::High => Time { hour: 23, minute: None, second: None, fraction: None },
    };
    let time = time(moment.time.unwrap_or(start), digits - 8, side)?;
    // Midnight comes first where the clocks are most ahead.
    let (west, east) = OFFSETS;
    let offset = moment.offset.unwrap_or(if side == Side::Low { east } else { west });
    Some(DateTime { date, time: Some(time), offset: Some(offset) })
}

fn time(time: Time, digits: i32, side: Side) -> Option<Time> {
    let filled = match side {
        Side::Low => time.filled(),
        Side::High => time.last(),
    };
    let millis = Fraction { nanos: filled.subsec_nanosecond() / 1_000_000 * 1_000_000, digits: 3 };
    Some(Time {
        hour: filled.hour(),
        minute: (digits > 2).then(|| filled.minute()),
        second: (digits > 4).then(|| filled.second()),
        fraction: (digits > 6).then_some(millis),
    })
    .filter(|_| matches!(digits, 2 | 4 | 6 | 9))
}

/// How many digits: behind the point of a number, of all parts of a date or time.
pub(super) fn precision(_: &mut Evaluator<'_>, call: &mut Call<'_, '_>) -> Result<Collection, Error> {
    let of_date = |date: Date| 4 + [date.month, date.day].iter().flatten().count() * 2;
    let of_time = |time: Time| {
        let parts = [time.minute, time.second].iter().flatten().count() * 2;
        2 + parts + time.fraction.map_or(0, |fraction| usize::from(fraction.digits))
    };
    let digits = match call.single()? {
        None => return Ok(Vec::new()),
        Some(Value::Integer(_)) => 0,
        Some(Value::Decimal(number)) => number.scale() as usize,
        Some(Value::Quantity(quantity)) => quantity.value.scale() as usize,
        Some(Value::Date(date)) => of_date(date),
        Some(Value::DateTime(moment)) => of_date(moment.date) + moment.time.map_or(0, of_time),
        Some(Value::Time(time)) => of_time(time),
        Some(other) => return Err(wrong_type(call.at, "a number, a date or a time", &other)),
    };
    Ok(some(i32::try_from(digits).ok().map(Value::Integer)))
}

/// Whether the units of two quantities measure the same.
pub(super) fn comparable(
    evaluator: &mut Evaluator<'_>,
    call: &mut Call<'_, '_>,
) -> Result<Collection, Error> {
    let other = call.argument(evaluator, 0)?;
    let other = evaluate::single(call.at, &other)?.map(Value::plain);
    match (call.single()?, other) {
        (None, _) | (_, None) => Ok(Vec::new()),
        (Some(Value::Quantity(one)), Some(Value::Quantity(other))) => Ok(truth(one.alike(&other).is_some())),
        _ => call.error("comparable() compares quantities"),
    }
}
