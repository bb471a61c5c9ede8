//! Dates and times as they stand on a page.

use jiff::{Timestamp, civil::Date, tz::TimeZone};

/// `Tue 24 Nov 2026, 09:30`
pub fn moment(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%a %-d %b %Y, %H:%M").to_string()
}

/// `24 Nov 2026`
pub fn day(at: Timestamp, zone: &TimeZone) -> String {
    date(at.to_zoned(zone.clone()).date())
}

/// `24 Nov 2026`
pub fn date(date: Date) -> String {
    date.strftime("%-d %b %Y").to_string()
}
