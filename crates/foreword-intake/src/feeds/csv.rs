//! The CSV feed: UTF-8 with or without a byte order mark, comma or semicolon, CRLF or LF, quoted
//! fields.

use std::collections::HashMap;

use foreword_domain::{
    appointment::{Booking, Status},
    language::Lang,
    private::Private,
};
use jiff::{
    Timestamp,
    civil::{Date, DateTime},
    tz::TimeZone,
};

/// The columns, in the order they are documented.
pub const COLUMNS: [&str; 15] = [
    "appointment_id",
    "patient_id",
    "given_name",
    "family_name",
    "birth_date",
    "language",
    "time_zone",
    "email",
    "phone",
    "start",
    "duration_min",
    "clinic",
    "clinician",
    "type",
    "status",
];

/// Columns that may be there, too.
pub const OPTIONAL: [&str; 1] = ["sex"];

/// A row: its line in the file, and a booking or the reason why not.
pub type Row = (usize, Result<Booking, String>);

/// Longest value of a column, in bytes.
const LONGEST: usize = 200;

/// A file that can't be read as a whole, with what would be right.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("{0}")]
pub struct Unreadable(pub String);

/// Reads a feed. Each row comes with its line in the file, and is a booking or the reason why not.
///
/// The reason names the column and quotes no value: in a row whose columns have shifted, any value may
/// be a patient's.
///
/// # Errors
/// When the file is not UTF-8 or its header lacks a column.
pub fn read(bytes: &[u8]) -> Result<Vec<Row>, Unreadable> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let line = bytes[..error.valid_up_to()].split(|b| *b == b'\n').count();
        Unreadable(format!("line {line}: is not UTF-8; save the file as UTF-8"))
    })?;
    // The reader counts a line too few after CR LF, and no field may hold either.
    let text = text.replace("\r\n", "\n");
    let header = text.lines().next().unwrap_or_default();
    let delimiter = if header.matches(';').count() > header.matches(',').count() { b';' } else { b',' };
    let mut reader = ::csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        .trim(::csv::Trim::Headers)
        .from_reader(text.as_bytes());
    let names: Vec<String> = reader
        .headers()
        .map_err(|error| Unreadable(format!("line 1: {error}")))?
        .iter()
        .map(str::to_ascii_lowercase)
        .collect();
    let missing: Vec<&str> =
        COLUMNS.into_iter().filter(|column| !names.iter().any(|name| name == column)).collect();
    if !missing.is_empty() {
        return Err(Unreadable(format!(
            "line 1: the header lacks {}; it must name {}",
            missing.join(", "),
            COLUMNS.join(",")
        )));
    }
    let places: HashMap<&str, usize> = COLUMNS
        .into_iter()
        .chain(OPTIONAL)
        .filter_map(|c| Some((c, names.iter().position(|name| name == c)?)))
        .collect();
    let mut rows = Vec::new();
    for record in reader.records() {
        match record {
            Ok(record) => {
                let line = record.position().map_or(0, |p| usize::try_from(p.line()).unwrap_or(0));
                if record.iter().all(|field| field.trim().is_empty()) {
                    continue;
                }
                let booking = if record.len() == names.len() {
                    booking(|column| {
                        places.get(column).and_then(|n| record.get(*n)).unwrap_or_default().trim()
                    })
                } else {
                    Err(format!("has {} fields, must have {}", record.len(), names.len()))
                };
                rows.push((line, booking));
            }
            Err(error) => {
                let line = error.position().map_or(0, |p| usize::try_from(p.line()).unwrap_or(0));
                rows.push((line, Err("is not CSV; check the quotes".to_owned())));
            }
        }
    }
    Ok(rows)
}

fn booking<'a>(field: impl Fn(&str) -> &'a str) -> Result<Booking, String> {
    for column in COLUMNS.into_iter().chain(OPTIONAL) {
        let value = field(column);
        if value.len() > LONGEST {
            return Err(format!("{column}: is {} bytes long, at most {LONGEST} fit", value.len()));
        }
        if value.chars().any(char::is_control) {
            return Err(format!("{column}: holds a control character"));
        }
    }
    let needed = |column: &str| match field(column) {
        "" => Err(format!("{column}: is empty")),
        value => Ok(value.to_owned()),
    };
    let optional = |column: &str| Some(field(column)).filter(|value| !value.is_empty());
    let appointment_id = needed("appointment_id")?;
    let patient_id = Private::new(needed("patient_id")?);
    let time_zone = needed("time_zone")?;
    let zone = TimeZone::get(&time_zone)
        .map_err(|_| "time_zone: is not an IANA time zone such as Europe/Berlin".to_owned())?;
    let birth_date: Date = needed("birth_date")?
        .parse()
        .map_err(|_| "birth_date: must be a date such as 1951-07-30".to_owned())?;
    if birth_date.year() < 1880 {
        return Err("birth_date: is before 1880".to_owned());
    }
    let language = field("language");
    let language = Lang::parse(language)
        .map_err(|_| "language: is not a language tag such as en or pt-BR".to_owned())?;
    let email = match optional("email") {
        Some(email) if !is_email(email) => return Err("email: is not an e-mail address".to_owned()),
        email => email.map(|email| Private::new(email.to_owned())),
    };
    let duration_min = match field("duration_min") {
        "" => 0,
        minutes => minutes
            .parse()
            .ok()
            .filter(|minutes| *minutes <= 1440)
            .ok_or_else(|| "duration_min: must be minutes from 0 to 1440".to_owned())?,
    };
    let status: Status = field("status")
        .parse()
        .map_err(|_| format!("status: must be one of {}", Status::ALL.map(Status::as_str).join(", ")))?;
    let sex = match optional("sex") {
        None => None,
        Some(sex) => {
            Some(Private::new(sex.parse().map_err(|_| "sex: must be female, male or empty".to_owned())?))
        }
    };
    Ok(Booking {
        sex,
        appointment_id,
        patient_id,
        given_name: Private::new(field("given_name").to_owned()),
        family_name: Private::new(needed("family_name")?),
        birth_date: Private::new(birth_date),
        language,
        start: start(&needed("start")?, &zone)?,
        time_zone,
        email,
        phone: optional("phone").map(|phone| Private::new(phone.to_owned())),
        duration_min,
        clinic: field("clinic").to_owned(),
        clinician: field("clinician").to_owned(),
        kind: needed("type")?,
        status,
    })
}

/// What a start must look like.
const START: &str = "start: must be a time such as 2026-01-31T09:30 (local) or 2026-01-31T09:30:00+01:00";

/// RFC 3339, or local time in the row's zone.
fn start(text: &str, zone: &TimeZone) -> Result<Timestamp, String> {
    let at = text.parse::<Timestamp>().or_else(|_| local_start(text, zone))?;
    let year = at.to_zoned(zone.clone()).year();
    if (1900..=2200).contains(&year) {
        Ok(at)
    } else {
        Err("start: must lie between 1900 and 2200".to_owned())
    }
}

fn local_start(text: &str, zone: &TimeZone) -> Result<Timestamp, String> {
    let local: DateTime = text.replacen(' ', "T", 1).parse().map_err(|_| START.to_owned())?;
    if !text.contains(':') {
        return Err(START.to_owned());
    }
    let there = zone.to_ambiguous_timestamp(local);
    let why = match there.offset() {
        jiff::tz::AmbiguousOffset::Gap { .. } => "does not exist",
        jiff::tz::AmbiguousOffset::Fold { .. } => "exists twice",
        jiff::tz::AmbiguousOffset::Unambiguous { .. } => {
            return there.unambiguous().map_err(|_| START.to_owned());
        }
    };
    Err(format!(
        "start: this time {why} in this time zone, because the clocks change; give it with its offset"
    ))
}

/// Good enough to refuse what was never meant as an address; whether it works, mail will show.
fn is_email(text: &str) -> bool {
    text.split_once('@').is_some_and(|(local, domain)| {
        !local.is_empty()
            && local.is_ascii()
            && domain.contains('.')
            && !domain.starts_with('.')
            && !domain.ends_with('.')
            && !domain.contains('@')
            && !text.contains(char::is_whitespace)
            && !text.contains([',', ';', '<', '>', '"', '(', ')'])
    })
}

#[cfg(test)]
mod tests;
