//! The timetable: when messages about a visit go out, in the patient's own civil time.
//!
//! Pure functions of the appointment, the timetable and the quiet hours.

use jiff::{SignedDuration, Span, Timestamp, civil::Time, tz::TimeZone};

use crate::{message::Purpose, pathway::Timetable};

/// Hours in which nobody is written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuietHours {
    /// They begin (in the evening).
    pub from: Time,
    /// They end (in the morning).
    pub to: Time,
}

impl QuietHours {
    /// 20:00 to 08:00.
    pub const DEFAULT: Self = Self { from: Time::constant(20, 0, 0, 0), to: Time::constant(8, 0, 0, 0) };

    fn covers(&self, time: Time) -> bool {
        if self.from <= self.to {
            self.from <= time && time < self.to
        } else {
            time >= self.from || time < self.to
        }
    }

    /// The first instant at or after `at` that is not quiet in the zone.
    pub fn after(&self, at: Timestamp, zone: &TimeZone) -> Timestamp {
        let local = at.to_zoned(zone.clone());
        if self.from == self.to || !self.covers(local.time()) {
            return at;
        }
        let day = if local.time() < self.to { Ok(local.date()) } else { local.date().tomorrow() };
        let Some(end) = day.ok().map(|day| zone.to_ambiguous_timestamp(day.to_datetime(self.to))) else {
            return at;
        };
        // In a gap of the clock the end of the quiet hours comes after the gap. Where the clock goes
        // back over it there are two ends, and from between them only the second is ahead.
        match end.compatible() {
            Ok(end) if end >= at => end,
            _ => end.later().map_or(at, |end| end.max(at)),
        }
    }
}

/// One message that will go out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Planned {
    /// Which message.
    pub purpose: Purpose,
    /// Not before this instant.
    pub at: Timestamp,
}

/// Messages that would reach the patient closer together than this are one too many.
const LEAST_APART: SignedDuration = SignedDuration::from_hours(20);
/// A message later than this before the visit is too late to be of use.
const LEAST_AHEAD: SignedDuration = SignedDuration::from_hours(1);

/// Plans the messages for a visit that begins at `start` and became known at `known`.
///
/// Booked late, the invitation goes out at once and reminders that would follow within 20 hours
/// are left out. Nothing is planned in quiet hours or within the last hour before the visit.
pub fn plan(
    start: Timestamp,
    known: Timestamp,
    zone: &TimeZone,
    quiet: QuietHours,
    timetable: &Timetable,
) -> Vec<Planned> {
    let Ok(latest) = start.checked_sub(LEAST_AHEAD) else { return Vec::new() };
    let mut planned: Vec<Planned> = Vec::new();
    for (purpose, days) in &timetable.0 {
        let Ok(due) = start.to_zoned(zone.clone()).checked_sub(Span::new().days(i64::from(*days))) else {
            continue;
        };
        let due = due.timestamp();
        // The invitation is never given up for being late; a reminder is.
        let at = match purpose {
            Purpose::Invitation => due.max(known),
            Purpose::Reminder | Purpose::LastReminder if quiet.after(due, zone) < known => continue,
            Purpose::Reminder | Purpose::LastReminder => due,
        };
        let at = quiet.after(at, zone);
        let apart = planned
            .last()
            .is_none_or(|last| last.at.checked_add(LEAST_APART).is_ok_and(|earliest| at >= earliest));
        if at <= latest && apart {
            planned.push(Planned { purpose: *purpose, at });
        }
    }
    planned
}

#[cfg(test)]
mod tests;
