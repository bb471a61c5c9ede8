//! Dates and times some units later or earlier.

use jiff::{Span, civil};
use rust_decimal::prelude::ToPrimitive;

use super::{
    Error,
    civil::{Date, DateTime, Fraction, Time},
    quantity::{Calendar, Quantity, Unit},
    value::Value,
};

/// A date or time some units later or earlier. Parts of a unit are dropped, and units finer than the
/// date count only when they make up whole ones of it.
pub(super) fn shift(at: usize, moment: &Value, by: &Quantity, sign: i64) -> Result<Option<Value>, Error> {
    let unit = match &by.unit {
        Unit::Calendar(unit) => Some(*unit),
        Unit::Ucum(code) => Calendar::parse(code).or_else(|| {
            // A year and a month of UCUM are no years and months of the calendar.
            Calendar::of_code(code).filter(|unit| !matches!(unit, Calendar::Year | Calendar::Month))
        }),
    };
    let Some(unit) = unit else {
        return Err(Error::execution(at, format!("'{}' can't be added to a date or time", by.unit.code())));
    };
    let Some(count) = by.value.trunc().to_i64().map(|count| count.saturating_mul(sign)) else {
        return Ok(None);
    };
    Ok(match moment {
        Value::Date(date) => shift_date(*date, unit, count).map(Value::Date),
        Value::DateTime(moment) => shift_date_time(*moment, unit, count).map(Value::DateTime),
        Value::Time(time) => match unit {
            Calendar::Hour | Calendar::Minute | Calendar::Second | Calendar::Millisecond => {
                shift_time(*time, unit, count).map(Value::Time)
            }
            _ => return Err(Error::execution(at, "only hours and less can be added to a time")),
        },
        _ => None,
    })
}

/// The unit that is the last part of a date, and how many of the given ones make one.
fn coarsened(last: Calendar, unit: Calendar, count: i64) -> (Calendar, i64) {
    // From fine to coarse, each with how many make the next.
    const STEPS: [(Calendar, i64); 5] = [
        (Calendar::Millisecond, 1000),
        (Calendar::Second, 60),
        (Calendar::Minute, 60),
        (Calendar::Hour, 24),
        (Calendar::Day, 1),
    ];
    let (mut unit, mut count) = (unit, count);
    if unit == Calendar::Week {
        (unit, count) = (Calendar::Day, count.saturating_mul(7));
    }
    for pair in STEPS.windows(2) {
        let [(fine, many), (coarse, _)] = pair else { continue };
        if unit == last {
            return (unit, count);
        }
        if unit == *fine {
            (unit, count) = (*coarse, count / many);
        }
    }
    match (unit, last) {
        (Calendar::Day, Calendar::Month) => (Calendar::Month, count / 30),
        (Calendar::Day, Calendar::Year) => (Calendar::Year, count / 365),
        (Calendar::Month, Calendar::Year) => (Calendar::Year, count / 12),
        same => (same.0, count),
    }
}

fn span(unit: Calendar, count: i64) -> Option<Span> {
    let span = Span::new();
    match unit {
        Calendar::Year => span.try_years(count),
        Calendar::Month => span.try_months(count),
        Calendar::Week => span.try_weeks(count),
        Calendar::Day => span.try_days(count),
        Calendar::Hour => span.try_hours(count),
        Calendar::Minute => span.try_minutes(count),
        Calendar::Second => span.try_seconds(count),
        Calendar::Millisecond => span.try_milliseconds(count),
    }
    .ok()
}

fn shift_date(date: Date, unit: Calendar, count: i64) -> Option<Date> {
    let last = match date {
        Date { day: Some(_), .. } => Calendar::Day,
        Date { month: Some(_), .. } => Calendar::Month,
        Date { .. } => Calendar::Year,
    };
    let (unit, count) = if is_coarser(unit, last) { (unit, count) } else { coarsened(last, unit, count) };
    let there = Date::of(date.first_day()?.checked_add(span(unit, count)?).ok()?);
    (there.year > 0).then_some(Date {
        year: there.year,
        month: date.month.and(there.month),
        day: date.day.and(there.day),
    })
}

fn shift_date_time(moment: DateTime, unit: Calendar, count: i64) -> Option<DateTime> {
    let Some(time) = moment.time else {
        return Some(DateTime { date: shift_date(moment.date, unit, count)?, ..moment });
    };
    let last = last_of(time);
    let (unit, count) = if is_coarser(unit, last) { (unit, count) } else { coarsened(last, unit, count) };
    let there = moment.date.first_day()?.to_datetime(time.filled()).checked_add(span(unit, count)?).ok()?;
    (there.year() > 0).then_some(DateTime {
        date: Date::of(there.date()),
        time: Some(as_precise_as(time, there.time())),
        offset: moment.offset,
    })
}

fn shift_time(time: Time, unit: Calendar, count: i64) -> Option<Time> {
    let last = last_of(time);
    let (unit, count) = if is_coarser(unit, last) { (unit, count) } else { coarsened(last, unit, count) };
    Some(as_precise_as(time, time.filled().wrapping_add(span(unit, count)?)))
}

fn last_of(time: Time) -> Calendar {
    match time {
        Time { fraction: Some(_), .. } => Calendar::Millisecond,
        Time { second: Some(_), .. } => Calendar::Second,
        Time { minute: Some(_), .. } => Calendar::Minute,
        Time { .. } => Calendar::Hour,
    }
}

fn is_coarser(unit: Calendar, than: Calendar) -> bool {
    const ORDER: [Calendar; 8] = [
        Calendar::Millisecond,
        Calendar::Second,
        Calendar::Minute,
        Calendar::Hour,
        Calendar::Day,
        Calendar::Week,
        Calendar::Month,
        Calendar::Year,
    ];
    let place = |unit: Calendar| ORDER.iter().position(|its| *its == unit);
    place(unit) >= place(than)
}

fn as_precise_as(before: Time, there: civil::Time) -> Time {
    let digits = before.fraction.map_or(0, |fraction: Fraction| fraction.digits.max(3));
    let full = Time::of(there, digits);
    Time {
        hour: full.hour,
        minute: before.minute.and(full.minute),
        second: before.second.and(full.second),
        fraction: full.fraction,
    }
}
