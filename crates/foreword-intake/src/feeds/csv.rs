//! The CSV feed: UTF-8 with or without a byte order mark, comma or semicolon, CRLF or LF, quoted
//! fields.

use std::collections::HashMap;

use foreword_domain::{
    appointment::Status,
    booking::{Notice, Told, Version, field as value},
    language::Lang,
    private::Private,
};
use jiff::{
    Timestamp,
    civil::{Date, DateTime},
    tz::TimeZone,
};

use super::{Row, Unreadable};

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
pub const OPTIONAL: [&str; 5] = ["sex", "conditions", "deceased", "patient_time_zone", "version"];

/// Reads a feed. Each row comes with its line in the file, and is a notice or the reason why not.
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
                let notice = if record.len() == names.len() {
                    notice(|column| {
                        places.get(column).and_then(|n| record.get(*n)).unwrap_or_default().trim()
                    })
                } else {
                    Err(format!("has {} fields, must have {}", record.len(), names.len()))
                };
                rows.push((line, notice));
            }
            Err(error) => {
                let line = error.position().map_or(0, |p| usize::try_from(p.line()).unwrap_or(0));
                rows.push((line, Err("is not CSV; check the quotes".to_owned())));
            }
        }
    }
    Ok(rows)
}

fn notice<'a>(field: impl Fn(&str) -> &'a str) -> Result<Notice, String> {
    let said = |column: &str| {
        let value = value::text(field(column)).map_err(|why| format!("{column}: {why}"))?;
        Ok::<_, String>(value)
    };
    for column in COLUMNS.into_iter().chain(OPTIONAL) {
        said(column)?;
    }
    let optional = |column: &str| Some(field(column)).filter(|value| !value.is_empty());
    let needed = |column: &str| match field(column) {
        "" => Err(format!("{column}: is empty")),
        value => Ok(value.to_owned()),
    };
    let of = |column: &'static str| move |why: String| format!("{column}: {why}");
    let private = |text: &str| Private::new(text.to_owned());
    let appointment_id = needed("appointment_id")?;
    let patient_id = needed("patient_id")?;
    let time_zone = needed("time_zone")?;
    let zone = value::zone(&time_zone).map_err(of("time_zone"))?;
    let patient_time_zone = match optional("patient_time_zone") {
        None => None,
        Some(name) => value::zone(name).map(|_| Some(name.to_owned())).map_err(of("patient_time_zone"))?,
    };
    let birth_date: Date = needed("birth_date")?
        .parse()
        .map_err(|_| "birth_date: must be a date such as 1951-07-30".to_owned())?;
    let birth_date = value::birth_date(birth_date).map_err(of("birth_date"))?;
    let language = Lang::parse(field("language"))
        .map_err(|_| "language: is not a language tag such as en or pt-BR".to_owned())?;
    let email = match optional("email") {
        None => Told::Gone,
        Some(email) => Told::Is(Private::new(value::email(email).map_err(of("email"))?)),
    };
    let phone = optional("phone").map_or(Told::Gone, |phone| Told::Is(private(phone)));
    let duration_min = match field("duration_min") {
        "" => 0,
        minutes => value::minutes(minutes).map_err(of("duration_min"))?,
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
    let conditions = match optional("conditions") {
        None => None,
        Some(codes) => Some(Private::new(value::conditions(codes).map_err(of("conditions"))?)),
    };
    let deceased = match optional("deceased").map(str::to_ascii_lowercase).as_deref() {
        None => None,
        Some("true" | "yes" | "1") => Some(true),
        Some("false" | "no" | "0") => Some(false),
        Some(_) => return Err("deceased: must be true, false or empty".to_owned()),
    };
    let version = match optional("version") {
        None => Version::default(),
        Some(text) => version(text)?,
    };
    Ok(Notice {
        version,
        patient_id: Some(Private::new(patient_id)),
        given_name: Some(private(field("given_name"))),
        family_name: Some(Private::new(needed("family_name")?)),
        birth_date: Some(Private::new(birth_date)),
        language: Some(language),
        start: Some(start(&needed("start")?, &zone)?),
        time_zone: Some(time_zone),
        patient_time_zone,
        email,
        phone,
        sex,
        conditions,
        deceased,
        duration_min: Some(duration_min),
        clinic: Some(field("clinic").to_owned()),
        clinician: Some(field("clinician").to_owned()),
        kind: Some(needed("type")?),
        ..Notice::new(appointment_id, status)
    })
}

/// A number, a time, or a number and a time, separated by a space.
fn version(text: &str) -> Result<Version, String> {
    let mut version = Version::default();
    for part in text.split_whitespace() {
        match (part.parse::<i64>(), part.parse::<Timestamp>()) {
            (Ok(number), _) if version.sequence.is_none() => version.sequence = Some(number),
            (_, Ok(at)) if version.at.is_none() => version.at = Some(at),
            _ => {
                return Err(
                    "version: must be a number that grows, or a time such as 2026-01-31T09:30:00Z".to_owned()
                );
            }
        }
    }
    Ok(version)
}

/// What a start must look like.
const START: &str = "start: must be a time such as 2026-01-31T09:30 (local) or 2026-01-31T09:30:00+01:00";

/// RFC 3339, or local time in the row's zone.
fn start(text: &str, zone: &TimeZone) -> Result<Timestamp, String> {
    let at = match text.parse::<Timestamp>() {
        Ok(at) => value::start(at, zone),
        Err(_) if !text.contains(':') => return Err(START.to_owned()),
        Err(_) => {
            let local: DateTime = text.replacen(' ', "T", 1).parse().map_err(|_| START.to_owned())?;
            value::local_start(local, zone)
        }
    };
    at.map_err(|why| format!("start: {why}"))
}

#[cfg(test)]
mod tests;
