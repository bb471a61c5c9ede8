//! The timetable: when messages about a visit go out, in the patient's own civil time.
//!
//! Pure functions of the appointment, the timetable and the quiet hours.

use jiff::{SignedDuration, Span, Timestamp, civil::Time, tz::TimeZone};

use crate::{
    message::{Channel, Purpose},
    pathway::Timetable,
};

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
        // In a gap of the clock the end of the quiet hours comes after the gap; where that is quiet again,
        // they end on the next day. Where the clock goes back over it there are two ends, and from between
        // them only the second is ahead.
        let ends = local.date().series(Span::new().days(1)).take(3).flat_map(|day| {
            let end = zone.to_ambiguous_timestamp(day.to_datetime(self.to));
            [end.compatible(), end.later()]
        });
        let is_over = |end: &Timestamp| *end >= at && !self.covers(end.to_zoned(zone.clone()).time());
        ends.flatten().find(is_over).unwrap_or(at)
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
pub const LEAST_APART: SignedDuration = SignedDuration::from_hours(20);
/// A message later than this before the visit is not planned.
pub(crate) const LEAST_AHEAD: SignedDuration = SignedDuration::from_hours(1);
/// A message later than this before the visit is not sent.
const TOO_LATE: SignedDuration = SignedDuration::from_mins(30);
/// Messages about one visit, at most.
pub const MOST: usize = 3;

/// What is to become of a message of the timetable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It goes out, not before this instant.
    Due(Timestamp),
    /// Its time was over before the visit was known.
    Overtaken,
    /// Another one goes or went out shortly before.
    TooClose,
    /// After the quiet hours it would be too late to be of use.
    TooLate,
}

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
    let due = |(purpose, fate)| match fate {
        Fate::Due(at) => Some(Planned { purpose, at }),
        Fate::Overtaken | Fate::TooClose | Fate::TooLate => None,
    };
    fates(start, known, zone, quiet, timetable, &[]).into_iter().filter_map(due).collect()
}

/// Plans what is still to go out for a visit about which `sent` went out before, for this or another date:
/// none of them again, and never more than [`MOST`] together.
pub fn fates(
    start: Timestamp,
    now: Timestamp,
    zone: &TimeZone,
    quiet: QuietHours,
    timetable: &Timetable,
    sent: &[Planned],
) -> Vec<(Purpose, Fate)> {
    let latest = start.checked_sub(LEAST_AHEAD).unwrap_or(Timestamp::MIN);
    let mut last = sent.iter().map(|sent| sent.at).max();
    let mut room = MOST.saturating_sub(sent.len());
    let mut fates = Vec::new();
    for (purpose, days) in &timetable.0 {
        let was_sent = sent.iter().any(|sent| sent.purpose == *purpose);
        let (false, Some(due)) = (was_sent || room == 0, days_before(start, *days, zone)) else { continue };
        // The invitation is never given up for being late; a reminder is.
        let fate = match purpose {
            Purpose::Reminder | Purpose::LastReminder if quiet.after(due, zone) < now => Fate::Overtaken,
            _ => match quiet.after(due.max(now), zone) {
                at if at > latest => Fate::TooLate,
                at if last.is_some_and(|last| is_close(last, at)) => Fate::TooClose,
                at => Fate::Due(at),
            },
        };
        if let Fate::Due(at) = fate {
            last = last.max(Some(at));
            room -= 1;
        }
        fates.push((*purpose, fate));
    }
    fates
}

/// The same time of the day some days before, in civil time.
fn days_before(start: Timestamp, days: u16, zone: &TimeZone) -> Option<Timestamp> {
    let local =
        start.to_zoned(zone.clone()).datetime().checked_sub(Span::new().days(i64::from(days))).ok()?;
    let due = zone.to_ambiguous_timestamp(local);
    let at = due.compatible().ok()?;
    // A whole day of the calendar can be missing (Apia, 30 December 2011): then it is the day before that.
    if at.to_zoned(zone.clone()).date() == local.date() { Some(at) } else { due.earlier().ok() }
}

fn is_close(earlier: Timestamp, later: Timestamp) -> bool {
    later.duration_since(earlier) < LEAST_APART
}

/// How things stand when a message of the timetable is due.
#[derive(Clone, Copy, Debug)]
pub struct Moment<'a> {
    /// Which message.
    pub purpose: Purpose,
    /// The instant.
    pub now: Timestamp,
    /// When it was due: what follows does not depend on how often somebody looks.
    pub due: Timestamp,
    /// When the visit begins.
    pub start: Timestamp,
    /// Why nothing more is wanted, if that is so: the visit is dead, answered, declined.
    pub unwanted: Option<&'a str>,
    /// The channels the patient can be reached on and has agreed to, the first one first.
    pub ways: &'a [Channel],
    /// The other messages about the visit.
    pub others: &'a [Other],
    /// The patient's zone.
    pub zone: &'a TimeZone,
    /// When nobody is written to.
    pub quiet: QuietHours,
}

/// Another message about the same visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Other {
    /// It waits for this instant.
    Queued(Planned),
    /// It went out then.
    Sent(Planned),
}

/// What follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It goes out by this channel.
    Send(Channel),
    /// It waits.
    Wait(Timestamp),
    /// It is no longer wanted.
    Cancel(String),
    /// It can't be of use any more.
    GiveUp(&'static str),
}

/// Decides whether a message that is due goes out, and on which channel: from how things stand now, and not
/// from how they stood when it was planned.
pub fn decide(moment: &Moment<'_>) -> Verdict {
    let cancel = |why: &str| Verdict::Cancel(why.to_owned());
    if let Some(why) = moment.unwanted {
        return cancel(why);
    }
    let Some(channel) = way(moment.purpose, moment.ways) else {
        return cancel("there is no consent or no address any more");
    };
    let mut sent = 0;
    for other in moment.others {
        match other {
            // After the worker stood still, a patient gets one of those that are due, not all at once.
            Other::Queued(other) if other.purpose > moment.purpose && other.at <= moment.now => {
                return cancel("a later message is due as well");
            }
            Other::Sent(other)
                if is_close(other.at, moment.now.min(moment.due)) && other.purpose != moment.purpose =>
            {
                return cancel("another message went out shortly before");
            }
            Other::Sent(_) => sent += 1,
            Other::Queued(_) => {}
        }
    }
    if sent >= MOST {
        return cancel("three messages went out about this visit");
    }
    let is_late = |at: Timestamp| at.checked_add(TOO_LATE).is_ok_and(|soon| soon >= moment.start);
    if is_late(moment.now) {
        return Verdict::GiveUp("too late before the visit");
    }
    match moment.quiet.after(moment.now, moment.zone) {
        earliest if earliest <= moment.now => Verdict::Send(channel),
        earliest if is_late(earliest) => Verdict::GiveUp("after the quiet hours it would be too late"),
        earliest => Verdict::Wait(earliest),
    }
}

/// The channel a message takes: the last reminder the second way, where there are two.
pub fn way(purpose: Purpose, ways: &[Channel]) -> Option<Channel> {
    let second = ways.get(1).filter(|_| purpose == Purpose::LastReminder);
    second.or(ways.first()).copied()
}

#[cfg(test)]
mod tests;
