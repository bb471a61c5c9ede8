//! The working half-days of a clinic, and when the next one ends.

use std::collections::BTreeSet;

use jiff::{
    Span, Timestamp,
    civil::{Date, Time, Weekday},
    tz::TimeZone,
};

/// Days ahead that are searched for a half-day; a clinic closed for longer has none.
const SEARCHED_DAYS: usize = 60;

/// A working half-day, by the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HalfDay {
    /// It begins.
    pub from: Time,
    /// It ends, later on the same day.
    pub to: Time,
}

/// When a clinic works.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Hours {
    /// The half-days of each day of the week, from Monday on, in order and not overlapping.
    pub half_days: [Vec<HalfDay>; 7],
    /// Days on which nobody works.
    pub closed: BTreeSet<Date>,
}

impl Hours {
    /// The half-days of a day of the week.
    pub fn on(&self, day: Weekday) -> &[HalfDay] {
        self.half_days
            .iter()
            .zip(Weekday::Monday.cycle_forward())
            .find(|(_, d)| *d == day)
            .map_or(&[], |d| d.0)
    }

    /// Whether nobody ever works.
    pub fn is_empty(&self) -> bool {
        self.half_days.iter().all(Vec::is_empty)
    }

    /// The end of the first half-day that begins after an instant; nothing when there is none within 60 days.
    /// An hour that a day does not have counts as the one after it; of one it has twice the first counts.
    pub fn end_of_next_half_day(&self, at: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        let today = at.to_zoned(zone.clone()).date();
        let days = today.series(Span::new().days(1)).take(SEARCHED_DAYS + 1);
        days.filter(|date| !self.closed.contains(date)).find_map(|date| {
            let instant = |time| zone.to_ambiguous_timestamp(date.to_datetime(time)).compatible().ok();
            self.on(date.weekday())
                .iter()
                .filter_map(|half| Some((instant(half.from)?, instant(half.to)?)))
                // The clock can skip a short one, or put its beginning behind the one that follows.
                .filter(|(from, to)| *from > at && to > from)
                .min()
                .map(|(_, to)| to)
        })
    }
}
