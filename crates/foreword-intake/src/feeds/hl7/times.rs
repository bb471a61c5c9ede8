//! Times and lengths as HL7 v2 writes them.

use foreword_domain::booking::field as value;
use jiff::{
    Timestamp,
    civil::{Date, DateTime, Time},
    tz::{AmbiguousOffset, Offset, TimeZone},
};

/// A time with what was told of it.
struct Told {
    local: DateTime,
    has_clock: bool,
    offset: Option<Offset>,
}

/// `YYYY[MM[DD[HH[MM[SS[.S[S[S[S]]]]]]]]][+/-ZZZZ]`, at least to the day.
fn told(text: &str) -> Option<Told> {
    let text = text.trim();
    let (text, offset) = match text.find(['+', '-', 'Z']) {
        Some(at) => {
            let (text, zone) = text.split_at_checked(at)?;
            (text, Some(offset(zone)?))
        }
        None => (text, None),
    };
    let (digits, fraction) = match text.split_once('.') {
        Some((digits, fraction)) => (digits, fraction),
        None => (text, ""),
    };
    let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !matches!(digits.len(), 8 | 10 | 12 | 14) || !all_digits(digits) || !all_digits(fraction) {
        return None;
    }
    if fraction.len() > 9 || (!fraction.is_empty() && digits.len() != 14) {
        return None;
    }
    let part = |from: usize, to: usize| digits.get(from..to).and_then(|part| part.parse::<i8>().ok());
    let nanos: i32 = format!("{fraction:0<9}").parse().ok()?;
    let date = Date::new(digits.get(..4)?.parse().ok()?, part(4, 6)?, part(6, 8)?).ok()?;
    let clock =
        Time::new(part(8, 10).unwrap_or(0), part(10, 12).unwrap_or(0), part(12, 14).unwrap_or(0), nanos);
    Some(Told { local: date.to_datetime(clock.ok()?), has_clock: digits.len() > 8, offset })
}

/// `+0100`, `-0500`, and what others write instead: `+01:00`, `+01`, `Z`.
fn offset(text: &str) -> Option<Offset> {
    if text == "Z" {
        return Some(Offset::UTC);
    }
    let (sign, rest) = text.split_at_checked(1)?;
    let digits = rest.replacen(':', "", 1);
    if !matches!(digits.len(), 2 | 4) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let hours: i32 = digits.get(..2)?.parse().ok()?;
    let minutes: i32 =
        digits.get(2..).filter(|text| !text.is_empty()).map_or(Some(0), |text| text.parse().ok())?;
    let seconds = hours * 3600 + minutes * 60;
    Offset::from_seconds(if sign == "-" { -seconds } else { seconds }).ok()
}

/// A day, whatever the hour.
pub(super) fn day(text: &str) -> Result<Date, String> {
    told(text).map(|told| told.local.date()).ok_or_else(|| "must be a date such as 19510730".to_owned())
}

/// When a visit begins or ends.
pub(super) fn visit(text: &str, zone: &TimeZone) -> Result<Timestamp, String> {
    let told = told(text)
        .filter(|told| told.has_clock)
        .ok_or("must be a time such as 20260131093000+0100 or 202601310930")?;
    match told.offset {
        Some(offset) => value::start(offset.to_timestamp(told.local).map_err(|_| "is no time")?, zone),
        None => value::local_start(told.local, zone),
    }
}

/// When a message was written; nothing in the hour that comes twice, where nobody can tell which of them it is.
pub(super) fn written(text: &str, zone: &TimeZone) -> Result<Option<Timestamp>, String> {
    let wrong = || "must be a time such as 20260131093000+0100".to_owned();
    let told = told(text).ok_or_else(wrong)?;
    if let Some(offset) = told.offset {
        return offset.to_timestamp(told.local).map(Some).map_err(|_| wrong());
    }
    let there = zone.to_ambiguous_timestamp(told.local);
    if matches!(there.offset(), AmbiguousOffset::Fold { .. }) {
        return Ok(None);
    }
    there.compatible().map(Some).map_err(|_| wrong())
}

/// A length in a unit, in minutes begun; nothing when the unit is none that is known.
pub(super) fn minutes(number: &str, unit: Option<&str>) -> Result<Option<u16>, String> {
    let number: f64 = number.trim().parse().map_err(|_| "must be a number".to_owned())?;
    let minutes = match unit.unwrap_or("min").trim().to_ascii_lowercase().as_str() {
        "m" | "min" | "mins" | "minute" | "minutes" => number,
        "h" | "hr" | "hrs" | "hour" | "hours" => number * 60.0,
        "s" | "sec" | "secs" | "second" | "seconds" => number / 60.0,
        _ => return Ok(None),
    };
    value::minutes(&format!("{:.0}", minutes.ceil())).map(Some)
}

/// The minutes from the beginning of a visit to its end.
pub(super) fn between(start: Timestamp, end: Timestamp) -> Result<u16, String> {
    let seconds = end.as_second() - start.as_second();
    value::minutes(&seconds.div_euclid(60).to_string())
        .map_err(|_| "must be after the start, by a day at most".to_owned())
}
