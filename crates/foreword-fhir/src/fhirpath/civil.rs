//! Dates, times and both together, each as precise as it was written.

use std::{cmp::Ordering, fmt};

use jiff::{civil, tz};

/// A date, as precise as it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Date {
    pub(super) year: i16,
    pub(super) month: Option<i8>,
    pub(super) day: Option<i8>,
}

/// A time of day, as precise as it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Time {
    pub(super) hour: i8,
    pub(super) minute: Option<i8>,
    pub(super) second: Option<i8>,
    pub(super) fraction: Option<Fraction>,
}

/// A part of a second, and with how many digits it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fraction {
    pub nanos: i32,
    pub digits: u8,
}

/// A date with or without a time, and the time with or without its distance from UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DateTime {
    pub(super) date: Date,
    pub(super) time: Option<Time>,
    /// Minutes east of UTC.
    pub(super) offset: Option<i16>,
}

/// The westernmost and easternmost clocks on earth, in minutes.
pub(super) const OFFSETS: (i16, i16) = (-12 * 60, 14 * 60);

/// Year, month, day, hour, minute, nanoseconds of the minute.
type Parts = [Option<i64>; 6];

impl Date {
    /// `2015`, `2015-02`, `2015-02-04`.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let mut date = Self { year: digits(parts.next()?, 4)?, month: None, day: None };
        if let Some(month) = parts.next() {
            date.month = Some(digits(month, 2)?);
        }
        if let Some(day) = parts.next() {
            date.day = Some(digits(day, 2)?);
        }
        (parts.next().is_none() && date.first_day().is_some() && date.year > 0).then_some(date)
    }

    /// The day it is or begins with; none when there is no such day.
    pub(super) fn first_day(self) -> Option<civil::Date> {
        civil::Date::new(self.year, self.month.unwrap_or(1), self.day.unwrap_or(1)).ok()
    }

    /// The day it is or ends with.
    pub(super) fn last_day(self) -> Option<civil::Date> {
        let first = Self { month: Some(self.month.unwrap_or(12)), ..self }.first_day()?;
        Some(if self.day.is_some() { first } else { first.last_of_month() })
    }

    pub(super) fn of(day: civil::Date) -> Self {
        Self { year: day.year(), month: Some(day.month()), day: Some(day.day()) }
    }
}

impl Time {
    /// `14`, `14:34`, `14:34:28`, `14:34:28.123`.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split(':');
        let mut time = Self { hour: digits(parts.next()?, 2)?, minute: None, second: None, fraction: None };
        if let Some(minute) = parts.next() {
            time.minute = Some(digits(minute, 2)?);
        }
        if let Some(second) = parts.next() {
            let (second, fraction) = match second.split_once('.') {
                None => (second, None),
                Some((second, fraction)) => (second, Some(Fraction::parse(fraction)?)),
            };
            (time.second, time.fraction) = (Some(digits(second, 2)?), fraction);
        }
        let valid = parts.next().is_none()
            && time.hour < 24
            && time.minute.is_none_or(|minute| minute < 60)
            && time.second.is_none_or(|second| second < 60);
        valid.then_some(time)
    }

    pub(super) fn of(time: civil::Time, digits: u8) -> Self {
        Self {
            hour: time.hour(),
            minute: Some(time.minute()),
            second: Some(time.second()),
            fraction: (digits > 0).then_some(Fraction { nanos: time.subsec_nanosecond(), digits }),
        }
    }

    /// With zeros for what is not written.
    pub(super) fn filled(self) -> civil::Time {
        let nanos = self.fraction.map_or(0, |fraction| fraction.nanos);
        civil::Time::new(self.hour, self.minute.unwrap_or(0), self.second.unwrap_or(0), nanos)
            .unwrap_or(civil::Time::MIN)
    }

    /// The last instant it may mean.
    pub(super) fn last(self) -> civil::Time {
        let nanos = self.fraction.map_or(999_999_999, |fraction| fraction.nanos);
        civil::Time::new(self.hour, self.minute.unwrap_or(59), self.second.unwrap_or(59), nanos)
            .unwrap_or(civil::Time::MAX)
    }

    fn parts(self) -> [Option<i64>; 3] {
        let nanos = self.fraction.map_or(0, |fraction| i64::from(fraction.nanos));
        [
            Some(self.hour.into()),
            self.minute.map(Into::into),
            self.second.map(|second| i64::from(second) * 1_000_000_000 + nanos),
        ]
    }

    /// Which comes first; nothing when they are not precise enough to say.
    pub(super) fn order(self, other: Self) -> Option<Ordering> {
        order(&self.parts(), &other.parts())
    }
}

impl Fraction {
    fn parse(text: &str) -> Option<Self> {
        if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        // What is finer than a nanosecond is dropped.
        let kept = text.get(..9).unwrap_or(text);
        let digits = u8::try_from(kept.len()).ok()?;
        let nanos = format!("{kept:0<9}").parse().ok()?;
        Some(Self { nanos, digits })
    }
}

impl DateTime {
    /// A date, or a date, `T`, a time and perhaps `Z` or `+01:00`.
    pub fn parse(text: &str) -> Option<Self> {
        let Some((date, rest)) = text.split_once('T') else {
            return Some(Self { date: Date::parse(text)?, time: None, offset: None });
        };
        let date = Date::parse(date)?;
        date.day?;
        let (time, offset) = match rest.find(['Z', '+', '-']) {
            None => (rest, None),
            Some(at) => (&rest[..at], Some(offset(&rest[at..])?)),
        };
        Some(Self { date, time: Some(Time::parse(time)?), offset })
    }

    /// Where it lies on the line of time: the first and the last instant it may mean.
    fn range(self) -> Option<(i128, i128)> {
        let instant = |day: civil::Date, time: civil::Time, offset: i16| {
            let zone = tz::Offset::from_seconds(i32::from(offset) * 60).ok()?;
            Some(zone.to_timestamp(day.to_datetime(time)).ok()?.as_nanosecond())
        };
        let (west, east) = OFFSETS;
        let first = self.time.map_or(civil::Time::MIN, Time::filled);
        let last = self.time.map_or(civil::Time::MAX, Time::last);
        Some((
            instant(self.date.first_day()?, first, self.offset.unwrap_or(east))?,
            instant(self.date.last_day()?, last, self.offset.unwrap_or(west))?,
        ))
    }

    fn parts(self) -> Parts {
        let [hour, minute, nanos] = self.time.map_or([None; 3], Time::parts);
        [
            Some(self.date.year.into()),
            self.date.month.map(Into::into),
            self.date.day.map(Into::into),
            hour,
            minute,
            nanos,
        ]
    }

    /// The same instant on the clock of UTC, as precise as before.
    fn in_utc(self) -> Option<Self> {
        let (Some(offset), Some(time), Some(day)) = (self.offset, self.time, self.date.first_day()) else {
            return Some(self);
        };
        let shift = jiff::Span::new().try_minutes(-i64::from(offset)).ok()?;
        let there = day.to_datetime(time.filled()).checked_add(shift).ok()?;
        let full = Time::of(there.time(), time.fraction.map_or(0, |fraction| fraction.digits));
        let time = Time {
            hour: full.hour,
            minute: time.minute.and(full.minute),
            second: time.second.and(full.second),
            fraction: full.fraction,
        };
        Some(Self { date: Date::of(there.date()), time: Some(time), offset: Some(0) })
    }

    /// Which comes first; nothing when they are not precise enough to say, or when only one of
    /// them says its distance from UTC and that decides it.
    pub(super) fn order(self, other: Self) -> Option<Ordering> {
        if self.offset.is_some() == other.offset.is_some() {
            return order(&self.in_utc()?.parts(), &other.in_utc()?.parts());
        }
        let ((first, last), (other_first, other_last)) = (self.range()?, other.range()?);
        if last < other_first {
            Some(Ordering::Less)
        } else if first > other_last {
            Some(Ordering::Greater)
        } else {
            None
        }
    }

    /// Whether both are written with the same precision.
    pub(super) fn is_as_precise_as(self, other: Self) -> bool {
        let precision = |moment: Self| moment.parts().map(|part| part.is_some());
        precision(self) == precision(other) && self.offset.is_some() == other.offset.is_some()
    }
}

impl From<Date> for DateTime {
    fn from(date: Date) -> Self {
        Self { date, time: None, offset: None }
    }
}

impl From<&jiff::Zoned> for DateTime {
    /// To the millisecond.
    fn from(now: &jiff::Zoned) -> Self {
        let minutes = i16::try_from(now.offset().seconds() / 60).unwrap_or(0);
        let mut time = Time::of(now.time(), 3);
        if let Some(fraction) = &mut time.fraction {
            fraction.nanos -= fraction.nanos % 1_000_000;
        }
        Self { date: Date::of(now.date()), time: Some(time), offset: Some(minutes) }
    }
}

/// Compares part by part, as far as both go.
fn order(one: &[Option<i64>], other: &[Option<i64>]) -> Option<Ordering> {
    for parts in one.iter().zip(other) {
        match parts {
            (Some(one), Some(other)) if one != other => return Some(one.cmp(other)),
            (Some(_), Some(_)) => {}
            (None, None) => break,
            _ => return None,
        }
    }
    Some(Ordering::Equal)
}

fn digits<N: std::str::FromStr>(text: &str, count: usize) -> Option<N> {
    let exact = text.len() == count && text.bytes().all(|b| b.is_ascii_digit());
    exact.then(|| text.parse().ok())?
}

fn offset(text: &str) -> Option<i16> {
    if text == "Z" {
        return Some(0);
    }
    let sign = if text.starts_with('-') { -1 } else { 1 };
    let (hours, minutes) = text.get(1..)?.split_once(':')?;
    let (hours, minutes): (i16, i16) = (digits(hours, 2)?, digits(minutes, 2)?);
    (hours <= 14 && minutes < 60).then_some(sign * (hours * 60 + minutes))
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.year)?;
        for part in [self.month, self.day].into_iter().flatten() {
            write!(f, "-{part:02}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}", self.hour)?;
        for part in [self.minute, self.second].into_iter().flatten() {
            write!(f, ":{part:02}")?;
        }
        if let Some(fraction) = self.fraction {
            let nanos = format!("{:09}", fraction.nanos);
            write!(f, ".{}", nanos.get(..usize::from(fraction.digits)).unwrap_or(&nanos))?;
        }
        Ok(())
    }
}

impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.date)?;
        let Some(time) = self.time else { return Ok(()) };
        write!(f, "T{time}")?;
        match self.offset {
            None => Ok(()),
            Some(0) => f.write_str("Z"),
            Some(offset) => {
                let sign = if offset < 0 { '-' } else { '+' };
                write!(f, "{sign}{:02}:{:02}", offset.abs() / 60, offset.abs() % 60)
            }
        }
    }
}
