//! How the primitive types of R4 are written. Says what would be right, and never repeats what was written.

use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::civil;
use rust_decimal::Decimal;

use crate::fhirpath::Scalar;

/// Longest id, in characters.
const LONGEST_ID: usize = 64;
/// Longest string of R4, in bytes.
const LONGEST: usize = 1 << 20;

/// What is wrong with a primitive value: the code of the issue, and what would be right.
pub(super) type Fault = (&'static str, String);

/// Looks at a value of a primitive type.
pub(super) fn check(kind: &str, value: &Scalar) -> Result<(), Fault> {
    match kind {
        "boolean" => match value {
            Scalar::Boolean(_) => Ok(()),
            _ => Err(shape(value, "true or false")),
        },
        "integer" | "positiveInt" | "unsignedInt" => match value {
            Scalar::Number(text) => whole(kind, text),
            _ => Err(shape(value, "a whole number without quotation marks")),
        },
        "decimal" => match value {
            Scalar::Number(text) => decimal(text).map(|_| ()).ok_or_else(|| {
                wrong("is no number that can be kept exactly; a decimal has at most 28 digits")
            }),
            _ => Err(shape(value, "a number without quotation marks")),
        },
        _ => match value {
            Scalar::Text(text) => string(kind, text),
            _ => Err(shape(value, "a string in quotation marks")),
        },
    }
}

fn shape(value: &Scalar, right: &str) -> Fault {
    let is = match value {
        Scalar::Boolean(_) => "true or false",
        Scalar::Number(_) => "a number",
        Scalar::Text(_) => "a string",
    };
    ("structure", format!("is {is}, must be {right}"))
}

fn wrong(what: impl Into<String>) -> Fault {
    ("value", what.into())
}

fn whole(kind: &str, text: &str) -> Result<(), Fault> {
    let Ok(number) = text.parse::<i32>() else {
        return Err(wrong(format!(
            "must be a whole number from {} to {}, without point or exponent",
            i32::MIN,
            i32::MAX
        )));
    };
    match kind {
        "positiveInt" if number < 1 => Err(wrong("must be 1 or more")),
        "unsignedInt" if number < 0 => Err(wrong("must be 0 or more")),
        _ => Ok(()),
    }
}

/// A decimal as JSON writes it, with every digit; nothing when it has more than can be kept.
pub(super) fn decimal(text: &str) -> Option<Decimal> {
    let plain = text.split(['e', 'E']).next()?;
    let digits = plain.bytes().filter(u8::is_ascii_digit).count();
    if digits > 28 {
        return None;
    }
    if plain.len() == text.len() { text.parse().ok() } else { Decimal::from_scientific(text).ok() }
}

/// How many digits a decimal has behind its point as it is written.
pub(super) fn decimal_places(text: &str) -> i64 {
    let (number, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let written = number.split_once('.').map_or(0, |(_, fraction)| fraction.len());
    let exponent: i64 = exponent.trim_start_matches('+').parse().unwrap_or(0);
    i64::try_from(written).unwrap_or(i64::MAX).saturating_sub(exponent).max(0)
}

fn string(kind: &str, text: &str) -> Result<(), Fault> {
    if text.is_empty() {
        return Err(("structure", "is an empty string; leave the element out".to_owned()));
    }
    if text.trim().is_empty() {
        return Err(wrong("holds nothing but blanks; leave the element out"));
    }
    if text.chars().any(|c| c.is_control() && !matches!(c, '\t' | '\r' | '\n')) {
        return Err(wrong("holds control characters; only tab and line breaks may be in it"));
    }
    let good = match kind {
        "id" => {
            return is_id(text).then_some(()).ok_or_else(|| {
                wrong("is no id: 1 to 64 letters of the English alphabet, digits, hyphens and points")
            });
        }
        "code" => {
            let blanks = text.split(' ').any(str::is_empty) || text.contains(['\t', '\r', '\n']);
            return if blanks {
                Err(wrong("is no code: no blanks at its ends, and no two in a row"))
            } else {
                Ok(())
            };
        }
        "uri" | "url" | "canonical" | "oid" | "uuid" => return uri(kind, text),
        "date" => date(text).then_some(()).ok_or("a date of the calendar: YYYY, YYYY-MM or YYYY-MM-DD"),
        "dateTime" => date_time(text).then_some(()).ok_or(
            "a date of the calendar (YYYY, YYYY-MM, YYYY-MM-DD), or one with a time and its zone (YYYY-MM-DDThh:mm:ss+zz:zz, or Z)",
        ),
        "instant" => (text.contains('T') && date_time(text))
            .then_some(())
            .ok_or("an instant with seconds and zone: YYYY-MM-DDThh:mm:ss+zz:zz, or Z"),
        "time" => time(text).then_some(()).ok_or("a time of day with seconds and without zone: hh:mm:ss"),
        "base64Binary" => base64(text).then_some(()).ok_or("base64"),
        "xhtml" => is_division(text).then_some(()).ok_or("XHTML in one <div>...</div>"),
        _ if text.len() > LONGEST => {
            return Err(("too-long", format!("is longer than a string may be, {LONGEST} bytes")));
        }
        _ => Ok(()),
    };
    good.map_err(|right| wrong(format!("must be {right}")))
}

/// Whether it can be the id of a resource.
pub(super) fn is_id(text: &str) -> bool {
    (1..=LONGEST_ID).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.'))
}

fn uri(kind: &str, text: &str) -> Result<(), Fault> {
    if text.chars().any(char::is_whitespace) {
        return Err(wrong("is an address, and none has blanks in it"));
    }
    if let Some(uuid) = text.strip_prefix("urn:uuid:").or_else(|| (kind == "uuid").then_some("")) {
        return is_uuid(uuid).then_some(()).ok_or_else(|| {
            (
                "invalid",
                "is no UUID: urn:uuid: and 8-4-4-4-12 digits 0 to 9 and a to f in lower case".to_owned(),
            )
        });
    }
    if let Some(oid) = text.strip_prefix("urn:oid:").or_else(|| (kind == "oid").then_some("")) {
        return is_oid(oid).then_some(()).ok_or_else(|| {
            ("invalid", "is no OID: urn:oid: and numbers with points between them".to_owned())
        });
    }
    Ok(())
}

fn is_uuid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    groups.len() == 5
        && groups.iter().zip([8, 4, 4, 4, 12]).all(|(group, length)| {
            group.len() == length && group.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
        })
}

fn is_oid(text: &str) -> bool {
    let arcs: Vec<&str> = text.split('.').collect();
    let number = |arc: &str| {
        !arc.is_empty() && arc.bytes().all(|b| b.is_ascii_digit()) && (arc == "0" || !arc.starts_with('0'))
    };
    arcs.len() > 1 && matches!(arcs[0], "0" | "1" | "2") && arcs.iter().all(|arc| number(arc))
}

/// So many digits, as a number.
fn digits(text: &str, count: usize) -> Option<i16> {
    (text.len() == count && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok())?
}

fn date(text: &str) -> bool {
    let mut parts = text.split('-');
    let mut next = |count| parts.next().map(|part| digits(part, count));
    let (Some(Some(year)), month, day) = (next(4), next(2), next(2)) else { return false };
    let number = |part: Option<Option<i16>>| match part {
        None => Some(1),
        Some(written) => written.and_then(|number| i8::try_from(number).ok()),
    };
    let (Some(month), Some(day)) = (number(month), number(day)) else { return false };
    parts.next().is_none() && year > 0 && civil::Date::new(year, month, day).is_ok()
}

fn date_time(text: &str) -> bool {
    let Some((day, rest)) = text.split_once('T') else { return date(text) };
    let Some(at) = rest.find(['Z', '+', '-']) else { return false };
    let (clock, zone) = rest.split_at(at);
    day.len() == 10 && date(day) && time(clock) && is_zone(zone)
}

fn is_zone(text: &str) -> bool {
    let Some(distance) = text.strip_prefix(['+', '-']) else { return text == "Z" };
    let Some((hours, minutes)) = distance.split_once(':') else { return false };
    match (digits(hours, 2), digits(minutes, 2)) {
        (Some(14), Some(minutes)) => minutes == 0,
        (Some(hours), Some(minutes)) => hours < 14 && minutes < 60,
        _ => false,
    }
}

fn time(text: &str) -> bool {
    let (clock, fraction) = text.split_once('.').map_or((text, None), |(clock, part)| (clock, Some(part)));
    let parts: Vec<Option<i16>> = clock.split(':').map(|part| digits(part, 2)).collect();
    let [Some(hour), Some(minute), Some(second)] = parts[..] else { return false };
    // R4 allows a leap second.
    hour < 24
        && minute < 60
        && second <= 60
        && fraction.is_none_or(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
}

fn base64(text: &str) -> bool {
    bytes(text).is_some()
}

/// What base64 stands for; blanks and line breaks in it count for nothing.
pub(super) fn bytes(text: &str) -> Option<Vec<u8>> {
    let packed: String = text.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    STANDARD.decode(packed).ok()
}

/// One `div` of XHTML, as far as that can be seen from its ends; nothing that is run.
fn is_division(text: &str) -> bool {
    let text = text.trim();
    let begun =
        text.strip_prefix("<div").is_some_and(|rest| rest.starts_with(['>', ' ', '\n', '\r', '\t', '/']));
    let lower = text.to_ascii_lowercase();
    begun && (text.ends_with("</div>") || text.ends_with("/>")) && !lower.contains("<script")
}
