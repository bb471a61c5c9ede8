//! Dates and times as stretches of time: `2026-11` is a month, `2026-11-23` a day, and a search compares
//! stretches. What has no time zone holds in the zone of what it is compared with.

use jiff::{
    Timestamp, ToSpan,
    civil::{Date, DateTime, Time},
    tz::Offset,
};
use serde_json::Value;

/// From a time on, up to and without another; open where there is none.
pub(super) type Bounds = (Option<Timestamp>, Option<Timestamp>);

/// The easternmost and the westernmost zone there is.
const EAST: Offset = Offset::constant(14);
const WEST: Offset = Offset::constant(-12);

/// A stretch of time as it is written.
#[derive(Clone, Copy)]
pub(super) struct Stretch {
    from: DateTime,
    /// The first time after it.
    until: DateTime,
    offset: Option<Offset>,
}

impl Stretch {
    /// Reads a year, month, day, or a time with or without seconds and zone. A blank is a `+` that went
    /// through a form.
    pub fn parse(text: &str) -> Option<Self> {
        let (date, time) = match text.split_once('T') {
            Some((date, time)) => (date, Some(time)),
            None => (text, None),
        };
        let mut parts = date.split('-');
        let year: i16 = number(parts.next()?, 4)?.try_into().ok()?;
        let month = parts.next().map(|part| number(part, 2)).map_or(Some(None), |part| part.map(Some))?;
        let day = parts.next().map(|part| number(part, 2)).map_or(Some(None), |part| part.map(Some))?;
        if parts.next().is_some() || year == 0 {
            return None;
        }
        let small = |part: Option<u32>| i8::try_from(part.unwrap_or(1)).ok();
        let from = Date::new(year, small(month)?, small(day)?).ok()?;
        let Some(time) = time else {
            let length = match (month, day) {
                (None, _) => 1.year(),
                (_, None) => 1.month(),
                _ => 1.day(),
            };
            let until = from.checked_add(length).unwrap_or(Date::MAX);
            let midnight = Time::midnight();
            return Some(Self {
                from: from.to_datetime(midnight),
                until: until.to_datetime(midnight),
                offset: None,
            });
        };
        day?;
        let (time, offset) = zone(time)?;
        let (from_time, length) = clock(time)?;
        let from = from.to_datetime(from_time);
        Some(Self { from, until: from.checked_add(length.nanoseconds()).unwrap_or(DateTime::MAX), offset })
    }

    /// The same as the value of an element: what is said to the second is a point in time.
    fn point(self) -> Self {
        let is_point = self.until.duration_since(self.from).as_secs() <= 1;
        let next = self.from.checked_add(1.nanosecond()).unwrap_or(self.until);
        if is_point { Self { until: next, ..self } } else { self }
    }

    /// In time, where `zone` is that of what it is compared with.
    fn bounds(&self, zone: Option<Offset>) -> (Timestamp, Timestamp) {
        let offset = self.offset.or(zone).unwrap_or(Offset::UTC);
        let first = offset.to_timestamp(self.from).unwrap_or(Timestamp::MIN);
        let last = offset.to_timestamp(self.until).unwrap_or(Timestamp::MAX);
        (first, last)
    }

    /// All times it can mean.
    fn widest(&self) -> (Timestamp, Timestamp) {
        (self.bounds(Some(EAST)).0, self.bounds(Some(WEST)).1)
    }
}

/// How a value is compared.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Prefix {
    Equal,
    Unequal,
    Less,
    Greater,
    AtMost,
    AtLeast,
    After,
    Before,
    About,
}

impl Prefix {
    /// Takes the prefix off a value.
    pub fn split(text: &str) -> (Self, &str) {
        let prefixes = [
            ("eq", Self::Equal),
            ("ne", Self::Unequal),
            ("lt", Self::Less),
            ("gt", Self::Greater),
            ("le", Self::AtMost),
            ("ge", Self::AtLeast),
            ("sa", Self::After),
            ("eb", Self::Before),
            ("ap", Self::About),
        ];
        for (word, prefix) in prefixes {
            if let Some(rest) = text.strip_prefix(word) {
                return (prefix, rest);
            }
        }
        (Self::Equal, text)
    }
}

/// The value of an element: a date, a time, or a `Period`.
#[derive(Clone, Copy)]
pub(super) struct Found {
    start: Option<Stretch>,
    end: Option<Stretch>,
}

impl Found {
    /// Reads an element.
    pub fn read(element: &Value) -> Option<Self> {
        if let Some(text) = element.as_str() {
            let stretch = Stretch::parse(text)?.point();
            return Some(Self { start: Some(stretch), end: Some(stretch) });
        }
        let part = |key: &str| element.get(key).and_then(Value::as_str).and_then(Stretch::parse);
        let found = Self { start: part("start").map(Stretch::point), end: part("end").map(Stretch::point) };
        (found.start.is_some() || found.end.is_some()).then_some(found)
    }

    fn bounds(&self, zone: Option<Offset>) -> Bounds {
        (self.start.map(|part| part.bounds(zone).0), self.end.map(|part| part.bounds(zone).1))
    }

    fn zone(&self) -> Option<Offset> {
        [self.start, self.end].into_iter().flatten().find_map(|part| part.offset)
    }

    /// When it begins, or ends where it has no beginning; in UTC where it has no zone.
    pub fn earliest(&self) -> Option<Timestamp> {
        let (start, end) = self.bounds(None);
        start.or(end)
    }

    /// Whether it is as asked for.
    pub fn is(&self, prefix: Prefix, wanted: &Stretch) -> bool {
        let (first, last) = wanted.bounds(self.zone());
        let (start, end) = self.bounds(wanted.offset);
        // An open end reaches beyond everything.
        let begins_before = |limit| start.is_none_or(|start| start < limit);
        let ends_after = |limit| end.is_none_or(|end| end > limit);
        let is_within = !begins_before(first) && !ends_after(last);
        match prefix {
            Prefix::Equal => is_within,
            Prefix::Unequal => !is_within,
            Prefix::Less => begins_before(first),
            Prefix::Greater => ends_after(last),
            Prefix::AtMost => begins_before(first) || is_within,
            Prefix::AtLeast => ends_after(last) || is_within,
            Prefix::After => !begins_before(last),
            Prefix::Before => !ends_after(first),
            Prefix::About => {
                let length = last.duration_since(first);
                let first = first.checked_sub(length).unwrap_or(Timestamp::MIN);
                let last = last.checked_add(length).unwrap_or(Timestamp::MAX);
                begins_before(last) && ends_after(first)
            }
        }
    }
}

/// Where a point in time must lie to be as asked for: never too narrow, and wider than needed where the zone
/// is not said.
pub(super) fn hull(prefix: Prefix, wanted: &Stretch) -> Bounds {
    let (first, last) = wanted.widest();
    match prefix {
        Prefix::Equal => (Some(first), Some(last)),
        Prefix::Unequal => (None, None),
        Prefix::Less | Prefix::Before | Prefix::AtMost => (None, Some(last)),
        Prefix::Greater | Prefix::AtLeast | Prefix::After => (Some(first), None),
        Prefix::About => {
            let length = last.duration_since(first);
            (first.checked_sub(length).ok(), last.checked_add(length).ok())
        }
    }
}

fn number(text: &str, digits: usize) -> Option<u32> {
    let is_number = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}

/// Takes the zone off a time.
fn zone(text: &str) -> Option<(&str, Option<Offset>)> {
    if let Some(time) = text.strip_suffix('Z') {
        return Some((time, Some(Offset::UTC)));
    }
    let Some(at) = text.find(['+', '-', ' ']) else { return Some((text, None)) };
    let (time, offset) = text.split_at(at);
    let (hours, minutes) = offset[1..].split_once(':')?;
    let (hours, minutes) = (number(hours, 2)?, number(minutes, 2)?);
    if hours > 14 || minutes > 59 {
        return None;
    }
    let seconds = i32::try_from(hours * 3600 + minutes * 60).ok()?;
    let sign = if offset.starts_with('-') { -1 } else { 1 };
    Some((time, Some(Offset::from_seconds(sign * seconds).ok()?)))
}

/// A time of the day, and how long what it says lasts, in nanoseconds.
fn clock(text: &str) -> Option<(Time, i64)> {
    const SECOND: i64 = 1_000_000_000;
    let (whole, fraction) = match text.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (text, None),
    };
    let mut parts = whole.split(':');
    let (hour, minute) = (number(parts.next()?, 2)?, number(parts.next()?, 2)?);
    let second = parts.next().map(|part| number(part, 2)).map_or(Some(None), |part| part.map(Some))?;
    if parts.next().is_some() || (fraction.is_some() && second.is_none()) {
        return None;
    }
    let mut nanoseconds = 0;
    let mut length = if second.is_some() { SECOND } else { 60 * SECOND };
    if let Some(digits) = fraction {
        if digits.is_empty() || digits.len() > 20 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        for digit in digits.bytes().take(9) {
            length /= 10;
            nanoseconds += i64::from(digit - b'0') * length;
        }
    }
    // A leap second is the end of its minute.
    let second = second.unwrap_or(0);
    let second = if second == 60 { 59 } else { second };
    let small = |part: u32| i8::try_from(part).ok();
    let nanoseconds = i32::try_from(nanoseconds).ok()?;
    Some((Time::new(small(hour)?, small(minute)?, small(second)?, nanoseconds).ok()?, length))
}
