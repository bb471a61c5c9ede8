//! Random streams of what happens to a visit, played on `fates` and `decide` alone, and looked at by rules
//! that know nothing of either.

use std::collections::BTreeMap;

use super::*;
use crate::schedule::{Fate, MOST, Moment, Other, Verdict, decide, fates};

/// Streams that are played.
const STREAMS: u64 = 10_000;

/// Numbers that only look random, the same for the same seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }

    fn minutes(&mut self, from: i64, until: i64) -> SignedDuration {
        let span = u64::try_from(until - from).unwrap();
        SignedDuration::from_mins(from + i64::try_from(self.roll(span)).unwrap())
    }
}

/// How things really stand.
#[derive(Clone)]
struct Truth {
    start: Timestamp,
    is_dead: bool,
    is_done: bool,
    consents: Vec<Channel>,
    sent: Vec<(Purpose, Timestamp)>,
}

/// The outbox of the visit, as the service keeps it.
#[derive(Default)]
struct Outbox {
    queued: BTreeMap<Purpose, Timestamp>,
    sent: Vec<Planned>,
}

impl Outbox {
    /// What booking and moving do.
    fn plan(&mut self, truth: &Truth, now: Timestamp, zone: &TimeZone, has_moved: bool) {
        self.queued.retain(|_, at| *at <= now && !has_moved);
        for (purpose, fate) in
            fates(truth.start, now, zone, QuietHours::DEFAULT, &Timetable::default(), &self.sent)
        {
            if let Fate::Due(at) = fate {
                self.queued.entry(purpose).or_insert(at);
            }
        }
    }

    /// What the worker does at an instant; sometimes a channel does not take the message.
    fn work(&mut self, truth: &mut Truth, now: Timestamp, zone: &TimeZone, dice: &mut Dice) {
        while let Some((purpose, due)) = self
            .queued
            .iter()
            .map(|(p, at)| (*p, *at))
            .filter(|(_, at)| *at <= now)
            .min_by_key(|(p, at)| (*at, *p))
        {
            let others: Vec<Other> = self
                .queued
                .iter()
                .filter(|(other, _)| **other != purpose)
                .map(|(purpose, at)| Other::Queued(Planned { purpose: *purpose, at: *at }))
                .chain(self.sent.iter().map(|sent| Other::Sent(*sent)))
                .collect();
            let unwanted =
                if truth.is_dead { Some("cancelled") } else { Some("completed").filter(|_| truth.is_done) };
            let verdict = decide(&Moment {
                purpose,
                now,
                due,
                start: truth.start,
                unwanted,
                ways: &truth.consents,
                others: &others,
                zone,
                quiet: QuietHours::DEFAULT,
            });
            match verdict {
                Verdict::Send(channel) => {
                    if dice.roll(8) == 0 {
                        // The mail server is down, or the chat is lost.
                        self.queued.insert(purpose, now + dice.minutes(1, 600));
                        continue;
                    }
                    look(truth, purpose, channel, now, zone);
                    truth.sent.push((purpose, now));
                    self.sent.push(Planned { purpose, at: now });
                    self.queued.remove(&purpose);
                }
                Verdict::Wait(until) => {
                    assert!(until > now);
                    self.queued.insert(purpose, until);
                }
                Verdict::Cancel(_) | Verdict::GiveUp(_) => {
                    self.queued.remove(&purpose);
                }
            }
        }
    }
}

/// What must hold for every message.
fn look(truth: &Truth, purpose: Purpose, channel: Channel, now: Timestamp, zone: &TimeZone) {
    let hour = now.to_zoned(zone.clone()).hour();
    assert!((8..20).contains(&hour), "sent at {hour} o'clock");
    assert!(!truth.is_dead, "sent for a dead visit");
    assert!(!truth.is_done, "sent after the end");
    assert!(truth.consents.contains(&channel), "sent without consent");
    assert!(truth.sent.len() < MOST, "one message too many");
    assert!(truth.sent.iter().all(|(other, _)| *other != purpose), "the same message twice");
    assert!(now < truth.start, "sent after the visit began");
    let last = truth.sent.iter().map(|(_, at)| *at).max();
    assert!(last.is_none_or(|last| now.duration_since(last) >= SignedDuration::from_hours(20)), "too close");
}

#[test]
fn whatever_happens_no_message_is_unwanted_quiet_or_one_too_many() {
    let (mut messages, mut dead, mut silent) = (0, 0, 0);
    for seed in 0..STREAMS {
        let mut dice = Dice(seed);
        let zone = zone(ZONES[usize::try_from(seed % 12).unwrap()]);
        // Around the changes of the clock in spring or autumn, north or south.
        let month = [3, 4, 10, 11][usize::try_from(dice.roll(4)).unwrap()];
        let day = i8::try_from(1 + dice.roll(28)).unwrap();
        let begin = jiff::civil::date(2026, month, day).to_zoned(zone.clone()).unwrap().timestamp();
        let mut now = begin;
        let mut truth = Truth {
            start: begin + dice.minutes(0, 30 * 24 * 60),
            is_dead: false,
            is_done: false,
            consents: vec![Channel::Telegram, Channel::Email],
            sent: Vec::new(),
        };
        let mut outbox = Outbox::default();
        outbox.plan(&truth, now, &zone, true);
        for _ in 0..40 {
            // The worker looks every few minutes, or stood still for days.
            let pause = match dice.roll(10) {
                0 => dice.minutes(24 * 60, 6 * 24 * 60),
                1..4 => dice.minutes(60, 24 * 60),
                _ => dice.minutes(1, 60),
            };
            let until = now + pause;
            let due = outbox.queued.values().filter(|at| **at > now && **at <= until).min().copied();
            now = if dice.roll(3) > 0 { due.unwrap_or(until) } else { until };
            outbox.work(&mut truth, now, &zone, &mut dice);
            match dice.roll(24) {
                0 | 1 => {
                    truth.start = now + dice.minutes(-60, 25 * 24 * 60);
                    truth.is_dead = false;
                    outbox.plan(&truth, now, &zone, true);
                }
                // The same again, or late: what is overtaken changes nothing, and a repeat plans nothing twice.
                2 | 3 if !truth.is_dead => outbox.plan(&truth, now, &zone, false),
                4 if dice.roll(2) == 0 => {
                    truth.is_dead = true;
                    outbox.queued.clear();
                    dead += 1;
                }
                5 | 6 | 10 | 11 if truth.is_dead => {
                    truth.is_dead = false;
                    outbox.plan(&truth, now, &zone, true);
                }
                7 => truth.is_done = dice.roll(4) == 0,
                8 => {
                    truth.consents.pop();
                }
                9 => truth.consents = vec![Channel::Email],
                _ => {}
            }
        }
        messages += truth.sent.len();
        silent += usize::from(truth.sent.is_empty());
    }
    // That what was looked at is there.
    assert!(
        messages > 10_000 && dead > 5_000 && silent < 5_000,
        "{messages} messages, {dead} dead, {silent} silent"
    );
}

#[test]
fn a_visit_moved_after_its_messages_gets_no_more_than_three() {
    let utc = zone("UTC");
    let sent: Vec<Planned> =
        [(Purpose::Invitation, "2026-11-17 09:30"), (Purpose::Reminder, "2026-11-21 09:30")]
            .map(|(purpose, when)| Planned { purpose, at: at(when, &utc) })
            .to_vec();
    let fates = |start: &str, now: &str, sent: &[Planned]| {
        fates(at(start, &utc), at(now, &utc), &utc, QuietHours::DEFAULT, &Timetable::default(), sent)
    };
    let later = fates("2026-12-24 09:30", "2026-11-22 12:00", &sent);
    assert_eq!(later, [(Purpose::LastReminder, Fate::Due(at("2026-12-23 09:30", &utc)))]);
    // To the day after the reminder: another message would be too close to it.
    let sooner = fates("2026-11-23 05:00", "2026-11-21 12:00", &sent);
    assert_eq!(sooner, [(Purpose::LastReminder, Fate::Due(at("2026-11-22 08:00", &utc)))]);
    let too_soon = fates("2026-11-22 15:00", "2026-11-21 12:00", &sent);
    assert_eq!(too_soon, [(Purpose::LastReminder, Fate::TooClose)]);
}

#[test]
fn what_is_dropped_says_why() {
    let utc = zone("UTC");
    let moment = Moment {
        purpose: Purpose::LastReminder,
        now: at("2026-11-23 21:00", &utc),
        due: at("2026-11-23 21:00", &utc),
        start: at("2026-11-24 08:15", &utc),
        unwanted: None,
        ways: &[Channel::Telegram, Channel::Email],
        others: &[],
        zone: &utc,
        quiet: QuietHours::DEFAULT,
    };
    assert_eq!(decide(&moment), Verdict::GiveUp("after the quiet hours it would be too late"));
    let later = Moment { start: at("2026-11-24 10:15", &utc), ..moment };
    assert_eq!(decide(&later), Verdict::Wait(at("2026-11-24 08:00", &utc)));
    let morning = Moment { now: at("2026-11-24 08:00", &utc), ..later };
    assert_eq!(decide(&morning), Verdict::Send(Channel::Email), "the last reminder takes the next channel");
    let first = Moment { purpose: Purpose::Invitation, ..morning };
    assert_eq!(decide(&first), Verdict::Send(Channel::Telegram));
    assert_eq!(
        decide(&Moment { unwanted: Some("deceased"), ..first }),
        Verdict::Cancel("deceased".to_owned())
    );
    let none = Moment { ways: &[], ..first };
    assert!(matches!(decide(&none), Verdict::Cancel(why) if why.contains("no consent")));
}
