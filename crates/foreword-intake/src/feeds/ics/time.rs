//! Times and durations of RFC 5545.

use foreword_domain::booking::field;
use jiff::{Timestamp, civil::DateTime, tz::TimeZone};

use super::{line::Line, zone::Zones};

const TIME: &str = "must be a time such as 20260131T093000Z, or 20260131T093000 with a TZID";
const DAY: &str = "is a day without a time; a visit needs a time";
const ZONE: &str = "its TZID is no IANA time zone such as Europe/Berlin and none of Windows, and no VTIMEZONE \
                    of the calendar tells one by X-LIC-LOCATION";

/// A time, and the zone it is told in, if it tells one. `floating` is the zone of times that tell none.
pub(super) fn time(
    line: &Line,
    zones: &Zones,
    floating: &TimeZone,
) -> Result<(Timestamp, Option<TimeZone>), String> {
    let value = line.value.trim();
    if line.param("VALUE").is_some_and(|kind| kind.eq_ignore_ascii_case("DATE"))
        || value.len() == 8 && value.bytes().all(|b| b.is_ascii_digit())
    {
        return Err(DAY.to_owned());
    }
    let told = match line.param("TZID").filter(|name| !name.trim().is_empty()) {
        Some(name) => Some(zones.find(name).ok_or(ZONE)?),
        None => None,
    };
    let (local, is_utc) = local(value).ok_or(TIME)?;
    let zone = if is_utc { &TimeZone::UTC } else { told.as_ref().unwrap_or(floating) };
    // What does not exist or exists twice, because the clocks change, has a meaning here: RFC 5545,
    // section 3.3.5, which is what jiff calls compatible.
    let at = zone.to_ambiguous_timestamp(local).compatible().map_err(|_| TIME)?;
    Ok((field::start(at, told.as_ref().unwrap_or(zone))?, told))
}

/// A time in UTC, as everything is that calendars tell of themselves.
pub(super) fn utc(line: &Line) -> Result<Timestamp, String> {
    let told = local(line.value.trim()).filter(|(_, is_utc)| *is_utc);
    told.and_then(|(at, _)| TimeZone::UTC.to_timestamp(at).ok())
        .ok_or_else(|| "must be a time in UTC such as 20260131T093000Z".to_owned())
}

/// `20260131T093000`, and whether a `Z` follows.
fn local(text: &str) -> Option<(DateTime, bool)> {
    let is_utc = text.ends_with(['Z', 'z']);
    let digits = if is_utc { &text[..text.len() - 1] } else { text };
    let (day, time) = digits.split_once(['T', 't'])?;
    if day.len() != 8 || time.len() != 6 {
        return None;
    }
    let (day, time) = (number(day)?, number(time)?);
    let part = |of: u32, by: u32| i8::try_from(of / by % 100).ok();
    let year = i16::try_from(day / 10_000).ok()?;
    // A leap second is the last of its minute.
    let second = part(time, 1)?.min(59 + i8::from(part(time, 1)? > 60));
    let at =
        DateTime::new(year, part(day, 100)?, part(day, 1)?, part(time, 10_000)?, part(time, 100)?, second, 0);
    Some((at.ok()?, is_utc))
}

fn number(digits: &str) -> Option<u32> {
    // A sign would be read, too.
    if digits.bytes().all(|b| b.is_ascii_digit()) { digits.parse().ok() } else { None }
}

/// Minutes between two times.
pub(super) fn between(start: Timestamp, end: Timestamp) -> Result<u16, String> {
    let seconds = end.as_second().saturating_sub(start.as_second());
    if seconds < 0 { Err("is before DTSTART".to_owned()) } else { minutes(seconds.unsigned_abs() / 60) }
}

/// `PT30M`, `P1DT2H`, `P1W`: RFC 5545, section 3.3.6.
pub(super) fn duration(text: &str) -> Result<u16, String> {
    const SHAPE: &str = "must be a duration such as PT30M";
    let text = text.trim().to_ascii_uppercase();
    let parts = text.strip_prefix('+').unwrap_or(&text).strip_prefix('P').ok_or(SHAPE)?;
    let mut seconds: u64 = 0;
    let mut digits = String::new();
    let mut any = false;
    for c in parts.chars() {
        let unit: u64 = match c {
            '0'..='9' => {
                digits.push(c);
                continue;
            }
            'T' if digits.is_empty() => continue,
            'W' => 604_800,
            'D' => 86_400,
            'H' => 3600,
            'M' => 60,
            'S' => 1,
            _ => return Err(SHAPE.to_owned()),
        };
        let count: u64 = std::mem::take(&mut digits).parse().map_err(|_| SHAPE)?;
        seconds = seconds.saturating_add(count.saturating_mul(unit));
        any = true;
    }
    if any && digits.is_empty() { minutes(seconds / 60) } else { Err(SHAPE.to_owned()) }
}

fn minutes(count: u64) -> Result<u16, String> {
    field::minutes(&count.to_string())
}
