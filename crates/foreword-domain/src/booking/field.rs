//! The values of a feed, checked one at a time. The reasons quote no value: where columns or segments have
//! shifted, any of them may be a patient's.

use jiff::{
    Timestamp,
    civil::{Date, DateTime},
    tz::{AmbiguousOffset, TimeZone},
};

/// Longest value that is taken in, in bytes.
const LONGEST: usize = 200;
/// A visit takes a day at most.
const LONGEST_VISIT: u16 = 1440;

/// Text without control characters, of a length that can be meant.
///
/// # Errors
/// Says what is wrong.
pub fn text(value: &str) -> Result<String, String> {
    let value = value.trim();
    if value.len() > LONGEST {
        return Err(format!("is {} bytes long, at most {LONGEST} fit", value.len()));
    }
    if value.chars().any(char::is_control) {
        return Err("holds a control character".to_owned());
    }
    Ok(value.to_owned())
}

/// The name of a time zone.
///
/// # Errors
/// When the zone database does not know it.
pub fn zone(name: &str) -> Result<TimeZone, String> {
    TimeZone::get(name).map_err(|_| "is not an IANA time zone such as Europe/Berlin".to_owned())
}

/// A date of birth.
///
/// # Errors
/// When it is before 1880.
pub fn birth_date(date: Date) -> Result<Date, String> {
    if date.year() < 1880 { Err("is before 1880".to_owned()) } else { Ok(date) }
}

/// A planned length in minutes.
///
/// # Errors
/// When it is none from 0 to 1440.
pub fn minutes(text: &str) -> Result<u16, String> {
    let minutes = text.parse().ok().filter(|minutes| *minutes <= LONGEST_VISIT);
    minutes.ok_or_else(|| format!("must be minutes from 0 to {LONGEST_VISIT}"))
}

/// The beginning of a visit.
///
/// # Errors
/// When it is in no year a visit can be in.
pub fn start(at: Timestamp, zone: &TimeZone) -> Result<Timestamp, String> {
    let year = at.to_zoned(zone.clone()).year();
    if (1900..=2200).contains(&year) { Ok(at) } else { Err("must lie between 1900 and 2200".to_owned()) }
}

/// The beginning of a visit in the civil time of a zone.
///
/// # Errors
/// When there is no such time there, or there are two, because the clocks change.
pub fn local_start(local: DateTime, zone: &TimeZone) -> Result<Timestamp, String> {
    let there = zone.to_ambiguous_timestamp(local);
    let why = match there.offset() {
        AmbiguousOffset::Gap { .. } => "does not exist",
        AmbiguousOffset::Fold { .. } => "exists twice",
        AmbiguousOffset::Unambiguous { .. } => {
            let at = there.unambiguous().map_err(|_| "is no time".to_owned())?;
            return start(at, zone);
        }
    };
    Err(format!("this time {why} in this time zone, because the clocks change; give it with its offset"))
}

/// Good enough to refuse what was never meant as an address; whether it works, mail will show.
///
/// # Errors
/// When it can't be one.
pub fn email(text: &str) -> Result<String, String> {
    let is_one = text.split_once('@').is_some_and(|(local, domain)| {
        !local.is_empty()
            && local.is_ascii()
            && domain.contains('.')
            && !domain.starts_with('.')
            && !domain.ends_with('.')
            && !domain.contains('@')
            && !text.contains(char::is_whitespace)
            && !text.contains([',', ';', '<', '>', '"', '(', ')'])
    });
    if is_one { Ok(text.to_owned()) } else { Err("is not an e-mail address".to_owned()) }
}

/// Codes of conditions, separated by spaces, commas, semicolons or bars.
///
/// # Errors
/// When there are too many, or one can't be a code.
pub fn conditions(text: &str) -> Result<Vec<String>, String> {
    let codes: Vec<String> =
        text.split([' ', ',', ';', '|']).filter(|code| !code.is_empty()).map(str::to_owned).collect();
    if codes.len() > 40 {
        return Err(format!("names {} conditions, at most 40 fit", codes.len()));
    }
    Ok(codes)
}
