//! Numbers with a unit, and when two of them can be compared.

use std::{cmp::Ordering, fmt, sync::Arc};

use rust_decimal::Decimal;

use super::units;

/// A number with its unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quantity {
    /// The number.
    pub value: Decimal,
    /// Its unit.
    pub unit: Unit,
}

/// The unit of a quantity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unit {
    /// A word of the calendar: a month is no fixed time.
    Calendar(Calendar),
    /// A unit of UCUM; `1` for none.
    Ucum(Arc<str>),
}

/// A unit of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Calendar {
    /// 12 months
    Year,
    /// 28 to 31 days
    Month,
    /// 7 days
    Week,
    /// 24 hours
    Day,
    /// 60 minutes
    Hour,
    /// 60 seconds
    Minute,
    /// 1000 milliseconds
    Second,
    /// the least there is
    Millisecond,
}

const WORDS: [(Calendar, &str, &str); 8] = [
    (Calendar::Year, "year", "a"),
    (Calendar::Month, "month", "mo"),
    (Calendar::Week, "week", "wk"),
    (Calendar::Day, "day", "d"),
    (Calendar::Hour, "hour", "h"),
    (Calendar::Minute, "minute", "min"),
    (Calendar::Second, "second", "s"),
    (Calendar::Millisecond, "millisecond", "ms"),
];

impl Calendar {
    /// The unit of a word, in singular or plural.
    pub(super) fn parse(word: &str) -> Option<Self> {
        let singular = word.strip_suffix('s').unwrap_or(word);
        WORDS.iter().find(|(_, its, _)| *its == singular).map(|(unit, ..)| *unit)
    }

    /// The unit of a code of UCUM.
    pub(super) fn of_code(code: &str) -> Option<Self> {
        WORDS.iter().find(|(.., its)| *its == code).map(|(unit, ..)| *unit)
    }

    fn word(self) -> (&'static str, &'static str) {
        WORDS.iter().find(|(unit, ..)| *unit == self).map_or(("", ""), |(_, word, code)| (word, code))
    }

    /// Whether it always lasts equally long.
    fn is_fixed(self) -> bool {
        !matches!(self, Self::Year | Self::Month)
    }
}

impl Quantity {
    /// A plain number.
    pub(super) fn of(value: Decimal) -> Self {
        Self { value, unit: Unit::Ucum("1".into()) }
    }

    /// A number of units of UCUM.
    pub(crate) fn in_ucum(value: Decimal, code: Arc<str>) -> Self {
        Self { value, unit: Unit::Ucum(code) }
    }

    /// `1`, `1.5 'mg'`, `4 days`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let end = text.find(|c: char| !matches!(c, '0'..='9' | '.' | '+' | '-')).unwrap_or(text.len());
        let (number, unit) = text.split_at(end);
        let value = parse_decimal(number)?;
        let unit = unit.trim_start();
        if unit.is_empty() {
            return Some(Self::of(value));
        }
        if let Some(code) = unit.strip_prefix('\'') {
            let code = code.strip_suffix('\'').filter(|code| !code.is_empty() && !code.contains('\''))?;
            return Some(Self { value, unit: Unit::Ucum(code.into()) });
        }
        Some(Self { value, unit: Unit::Calendar(Calendar::parse(unit)?) })
    }

    /// Both numbers in one unit; nothing when the units measure different things, or when a
    /// month or year of the calendar meets one of fixed length.
    pub(super) fn alike(&self, other: &Self) -> Option<(Decimal, Decimal)> {
        if self.unit == other.unit {
            return Some((self.value, other.value));
        }
        if let (Unit::Calendar(one), Unit::Calendar(two)) = (&self.unit, &other.unit)
            && !one.is_fixed()
            && !two.is_fixed()
        {
            let months = |q: &Self, unit| {
                let count = if unit == Calendar::Year { 12 } else { 1 };
                q.value.checked_mul(Decimal::from(count))
            };
            return Some((months(self, *one)?, months(other, *two)?));
        }
        let (one, two) = (self.unit.fixed_code()?, other.unit.fixed_code()?);
        let (one, two) = (units::parse(one)?, units::parse(two)?);
        if one.dimensions != two.dimensions {
            return None;
        }
        Some((self.value.checked_mul(one.factor)?, other.value.checked_mul(two.factor)?))
    }

    /// Which is less; nothing when they can't be compared.
    pub(crate) fn order(&self, other: &Self) -> Option<Ordering> {
        self.alike(other).map(|(one, two)| one.cmp(&two))
    }

    /// The same with years and months taken as those of UCUM, for equivalence.
    pub(super) fn loosely(&self) -> Self {
        Self { value: self.value, unit: Unit::Ucum(self.unit.code().into()) }
    }
}

impl Unit {
    /// The code of UCUM nearest to it.
    pub(super) fn code(&self) -> &str {
        match self {
            Self::Ucum(code) => code,
            Self::Calendar(unit) => unit.word().1,
        }
    }

    fn fixed_code(&self) -> Option<&str> {
        match self {
            Self::Calendar(unit) if !unit.is_fixed() => None,
            _ => Some(self.code()),
        }
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.unit {
            Unit::Ucum(code) => write!(f, "{} '{code}'", self.value),
            Unit::Calendar(unit) => {
                let plural = if self.value == Decimal::ONE { "" } else { "s" };
                write!(f, "{} {}{plural}", self.value, unit.word().0)
            }
        }
    }
}

/// A decimal as `FHIRPath` writes it: a sign, digits, and digits behind the point if there is one.
pub(super) fn parse_decimal(text: &str) -> Option<Decimal> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    (digits(whole) && digits(fraction)).then(|| text.parse().ok())?
}
