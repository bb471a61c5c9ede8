//! Dates and times: prefixes, precision, zones and the bounds told to the store.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{faults, is_found, query};
use crate::Kind;

fn appointment(start: &str) -> Value {
    json!({ "resourceType": "Appointment", "start": start })
}

#[test]
fn a_prefix_compares_stretches_of_time() {
    let start = "2026-11-23T10:00:00Z";
    let cases = [
        ("2026", "eq ge le ap"),
        ("2026-11", "eq ge le ap"),
        ("2026-11-23", "eq ge le ap"),
        ("2026-11-23T10:00Z", "eq ge le ap"),
        ("2026-11-23T10:00:00Z", "eq ge le ap"),
        ("2026-11-23T10:00:00.000Z", "eq ge le ap"),
        ("2026-11-23T11:00:00+01:00", "eq ge le ap"),
        ("2026-11-23T11:00:00 01:00", "eq ge le ap"),
        ("2026-11-23T05:00:00-05:00", "eq ge le ap"),
        ("2026-11-23T10:00:00", "eq ge le ap"),
        ("2025", "ne gt ge sa ap"),
        ("2024", "ne gt ge sa"),
        ("2026-11-22", "ne gt ge sa ap"),
        ("2026-11-20", "ne gt ge sa"),
        ("2026-11-23T09:59:59Z", "ne gt ge sa ap"),
        ("2026-11-24", "ne lt le eb ap"),
        ("2026-11-26", "ne lt le eb"),
        ("2026-11-23T10:00:01Z", "ne lt le eb ap"),
        ("2027-01", "ne lt le eb"),
    ];
    for (date, holds) in cases {
        for prefix in ["eq", "ne", "lt", "gt", "le", "ge", "sa", "eb", "ap"] {
            let is = is_found(&appointment(start), &format!("date={prefix}{date}"));
            assert_eq!(is, holds.split(' ').any(|word| word == prefix), "{prefix}{date}");
        }
    }
}

#[test]
fn a_period_is_found_by_what_it_overlaps() {
    let document = json!({
        "resourceType": "DocumentReference",
        "context": { "period": { "start": "2026-11-23T10:00:00Z", "end": "2026-11-25" } }
    });
    let cases = [
        ("2026-11-24", "ne lt gt le ge ap"),
        ("2026-11", "eq le ge ap"),
        ("2026-11-22", "ne gt ge sa ap"),
        ("2026-11-23", "ne gt ge ap"),
        ("2026-11-26", "ne lt le eb ap"),
        ("2026-11-28", "ne lt le eb"),
    ];
    for (date, holds) in cases {
        for prefix in ["eq", "ne", "lt", "gt", "le", "ge", "sa", "eb", "ap"] {
            let is = is_found(&document, &format!("period={prefix}{date}"));
            assert_eq!(is, holds.split(' ').any(|word| word == prefix), "{prefix}{date}");
        }
    }
}

#[test]
fn a_day_without_a_zone_is_the_day_where_the_appointment_is() {
    let late = appointment("2026-11-23T23:30:00-05:00");
    assert!(is_found(&late, "date=2026-11-23"));
    assert!(!is_found(&late, "date=2026-11-24"));
    assert!(is_found(&late, "date=2026-11-24T04:30:00Z"));
    // 29 February is there in some years, and the last day of the last year there is.
    assert!(is_found(&appointment("2028-02-29T08:00:00Z"), "date=2028-02-29"));
    assert!(is_found(&appointment("9999-12-31T08:00:00Z"), "date=9999-12-31&date=le9999&date=gt9998"));
}

#[test]
fn several_dates_are_a_stretch() {
    let start = appointment("2026-11-23T10:00:00Z");
    assert!(is_found(&start, "date=ge2026-11-23&date=lt2026-11-24"));
    assert!(!is_found(&start, "date=ge2026-11-24&date=lt2026-11-25"));
    assert!(is_found(&start, "date=2026-11-20,2026-11-23"));
}

#[test]
fn what_is_no_date_is_refused_with_what_would_be_right() {
    for wrong in [
        "yesterday",
        "2026-13",
        "2026-02-30",
        "2026-2-3",
        "26",
        "2026-11-23T25:00Z",
        "2026-11-23T24:00:00Z",
        "2026-11T10:00",
        "2026-11-23T10",
        "2026-11-23T10:00:00+1",
        "2026-11-23T10:00:00+15:00",
        "2026-11-23T10:00.5Z",
        "gt",
        "xx2026",
        "2026-11-23Z",
        "-2026",
        "0000",
        "2026-11-23T10:00:00.Z",
        "2026-11-23T10:00:00Zé",
    ] {
        let said = faults(Kind::Appointment, &format!("date={wrong}")).join("\n");
        assert!(said.starts_with("value: date: must be a date or time such as 2026,"), "{wrong}: {said}");
    }
}

#[test]
fn the_store_is_told_bounds_that_are_never_too_narrow() {
    let range = |text: &str| {
        let (from, until) = query(Kind::Appointment, text).range("date");
        let plain = |at: Option<Timestamp>| at.map_or(String::new(), |at| at.to_string());
        format!("{}..{}", plain(from), plain(until))
    };
    let cases = [
        ("date=2026-11-23T10:00:00Z", "2026-11-23T10:00:00Z..2026-11-23T10:00:01Z"),
        ("date=2026-11-23", "2026-11-22T10:00:00Z..2026-11-24T12:00:00Z"),
        (
            "date=ge2026-11-23T00:00:00Z&date=lt2026-11-24T00:00:00Z",
            "2026-11-23T00:00:00Z..2026-11-24T00:00:01Z",
        ),
        ("date=ge2026-11-23T00:00:00Z", "2026-11-23T00:00:00Z.."),
        ("date=lt2026-11-23T00:00:00Z,gt2026-11-24T00:00:00Z", ".."),
        ("date=2026-11-23T10:00:00Z,2026-11-24T10:00:00Z", "2026-11-23T10:00:00Z..2026-11-24T10:00:01Z"),
        ("date=ne2026-11-23T00:00:00Z", ".."),
        ("date:missing=false", ".."),
        ("status=booked", ".."),
    ];
    for (text, bounds) in cases {
        assert_eq!(range(text), bounds, "{text}");
    }
    assert_eq!(query(Kind::DocumentReference, "period=gt2026").range("period"), (None, None));
    let changed = query(Kind::Patient, "_lastUpdated=gt2026-11-23T00:00:00Z").range("_lastUpdated");
    assert_eq!(changed.0, Some("2026-11-23T00:00:00Z".parse().unwrap()));
}
