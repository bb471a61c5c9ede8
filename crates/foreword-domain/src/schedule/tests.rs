mod streams;

use jiff::{Zoned, civil::DateTime};
use proptest::{prelude::*, sample::select};

use super::*;
use crate::testing::{PATHWAYS, pathway};

/// Zones with the clock changes that go wrong: forward and back, half an hour, at midnight, none.
const ZONES: [&str; 12] = [
    "America/New_York",
    "Europe/Berlin",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
    "Pacific/Apia",
    "Pacific/Chatham",
    "America/St_Johns",
    "America/Asuncion",
    "Africa/Cairo",
    "Asia/Kathmandu",
    "Pacific/Kiritimati",
    "UTC",
];

fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// An instant from civil time in a zone: "2026-11-24 09:30".
fn at(local: &str, zone: &TimeZone) -> Timestamp {
    let local: DateTime = local.parse().unwrap_or_else(|error| panic!("{local}: {error}"));
    local.to_zoned(zone.clone()).unwrap().timestamp()
}

/// Plans the default timetable; each message is told as "invitation 11-17 09:30".
#[track_caller]
fn check(name: &str, start: &str, known: &str, expected: &[&str]) {
    let zone = zone(name);
    let planned = plan(at(start, &zone), at(known, &zone), &zone, QuietHours::DEFAULT, &Timetable::default());
    let told: Vec<String> = planned
        .iter()
        .map(|message| {
            let local: Zoned = message.at.to_zoned(zone.clone());
            format!("{} {}", message.purpose.as_str(), local.strftime("%m-%d %H:%M"))
        })
        .collect();
    assert_eq!(told, expected, "{name}: start {start}, known {known}");
}

#[test]
fn a_visit_booked_early_has_three_messages_at_the_hour_of_the_visit() {
    let three = ["invitation 11-17 09:30", "reminder 11-21 09:30", "last-reminder 11-23 09:30"];
    check("Europe/Berlin", "2026-11-24 09:30", "2026-08-01 12:00", &three);
    check("Asia/Kolkata", "2026-11-24 09:30", "2026-11-17 09:30", &three);
    check("America/New_York", "2026-11-24 09:30", "2026-11-01 23:00", &three);
}

#[test]
fn a_day_that_the_calendar_leaves_out_is_not_the_day_before() {
    // Apia had no 30 December 2011.
    let three = ["invitation 12-24 08:00", "reminder 12-28 08:00", "last-reminder 12-29 08:00"];
    check("Pacific/Apia", "2011-12-31 00:00", "2011-11-30 12:00", &three);
}

#[test]
fn a_visit_booked_late_has_fewer_messages_and_the_first_goes_out_at_once() {
    let check = |known: &str, expected: &[&str]| check("Europe/Berlin", "2026-11-24 14:00", known, expected);
    check(
        "2026-11-18 10:00",
        &["invitation 11-18 10:00", "reminder 11-21 14:00", "last-reminder 11-23 14:00"],
    );
    check(
        "2026-11-20 17:59",
        &["invitation 11-20 17:59", "reminder 11-21 14:00", "last-reminder 11-23 14:00"],
    );
    // 20 hours apart is the least.
    check("2026-11-20 18:01", &["invitation 11-20 18:01", "last-reminder 11-23 14:00"]);
    check("2026-11-22 18:00", &["invitation 11-22 18:00", "last-reminder 11-23 14:00"]);
    check("2026-11-22 18:01", &["invitation 11-22 18:01"]);
    check("2026-11-23 15:00", &["invitation 11-23 15:00"]);
    check("2026-11-24 13:00", &["invitation 11-24 13:00"]);
    check("2026-11-24 13:01", &[]);
    check("2026-11-24 14:00", &[]);
    check("2026-12-01 10:00", &[]);
}

#[test]
fn a_message_that_falls_into_quiet_hours_waits_for_the_morning() {
    let check =
        |start: &str, known: &str, expected: &[&str]| check("America/New_York", start, known, expected);
    let early = ["invitation 11-17 08:00", "reminder 11-21 08:00", "last-reminder 11-23 08:00"];
    check("2026-11-24 06:00", "2026-11-01 12:00", &early);
    check("2026-11-24 08:00", "2026-11-01 12:00", &early);
    let late = ["invitation 11-17 19:59", "reminder 11-21 19:59", "last-reminder 11-23 19:59"];
    check("2026-11-24 19:59", "2026-11-01 12:00", &late);
    // At 20:00 it is quiet: the last reminder waits until the morning of the visit.
    let night = ["invitation 11-18 08:00", "reminder 11-22 08:00", "last-reminder 11-24 08:00"];
    check("2026-11-24 20:00", "2026-11-01 12:00", &night);
    check("2026-11-24 14:00", "2026-11-23 20:00", &["invitation 11-24 08:00"]);
    check("2026-11-24 14:00", "2026-11-24 07:59", &["invitation 11-24 08:00"]);
}

#[test]
fn a_message_that_would_come_too_late_after_the_quiet_hours_is_dropped() {
    check("Europe/Berlin", "2026-11-24 08:59", "2026-11-23 20:30", &[]);
    check("Europe/Berlin", "2026-11-24 09:00", "2026-11-23 20:30", &["invitation 11-24 08:00"]);
    check("Europe/Berlin", "2026-11-24 07:00", "2026-11-23 21:00", &[]);
}

#[test]
fn messages_keep_to_the_clock_on_the_wall_when_it_changes() {
    let check = |name: &str, start: &str, days: [&str; 3]| {
        let (year, hour) = (&start[..4], &start[11..]);
        let expected =
            Purpose::ALL.iter().zip(days).map(|(purpose, day)| format!("{} {day} {hour}", purpose.as_str()));
        let expected: Vec<String> = expected.collect();
        check(
            name,
            start,
            &format!("{year}-01-01 12:00"),
            &expected.iter().map(String::as_str).collect::<Vec<_>>(),
        );
    };
    check("Europe/Berlin", "2026-03-30 08:30", ["03-23", "03-27", "03-29"]);
    check("Europe/Berlin", "2026-10-26 08:30", ["10-19", "10-23", "10-25"]);
    check("America/New_York", "2026-03-09 19:30", ["03-02", "03-06", "03-08"]);
    check("America/New_York", "2026-11-02 19:30", ["10-26", "10-30", "11-01"]);
    check("Australia/Lord_Howe", "2026-04-06 09:15", ["03-30", "04-03", "04-05"]);
    check("Australia/Lord_Howe", "2026-10-05 09:15", ["09-28", "10-02", "10-04"]);
    check("Asia/Kolkata", "2026-03-30 08:30", ["03-23", "03-27", "03-29"]);
}

#[test]
fn a_reminder_due_in_the_hour_that_is_skipped_comes_after_it() {
    // On 29 March 2026 there is no 02:30 in Berlin; here the night is not quiet.
    let (berlin, never) =
        (zone("Europe/Berlin"), QuietHours { from: Time::midnight(), to: Time::midnight() });
    let (start, known) = (at("2026-03-30 02:30", &berlin), at("2026-03-01 12:00", &berlin));
    let planned = plan(start, known, &berlin, never, &Timetable::default());
    let last = planned.last().unwrap().at.to_zoned(berlin);
    assert_eq!(last.datetime(), "2026-03-29 03:30".parse::<DateTime>().unwrap());
}

#[test]
fn quiet_hours_can_lie_within_one_day_and_can_be_none() {
    let utc = zone("UTC");
    let midday = QuietHours { from: Time::constant(12, 0, 0, 0), to: Time::constant(14, 0, 0, 0) };
    assert_eq!(midday.after(at("2026-11-24 11:59", &utc), &utc), at("2026-11-24 11:59", &utc));
    assert_eq!(midday.after(at("2026-11-24 12:00", &utc), &utc), at("2026-11-24 14:00", &utc));
    assert_eq!(midday.after(at("2026-11-24 14:00", &utc), &utc), at("2026-11-24 14:00", &utc));
    let none = QuietHours { from: Time::constant(8, 0, 0, 0), to: Time::constant(8, 0, 0, 0) };
    assert_eq!(none.after(at("2026-11-24 03:00", &utc), &utc), at("2026-11-24 03:00", &utc));
}

#[test]
fn quiet_hours_that_end_when_the_clock_goes_back_end_once_it_is_morning_for_good() {
    // On 25 October 2026 Berlin lives through 02:00 to 03:00 twice.
    let berlin = zone("Europe/Berlin");
    let until_half_past_two =
        QuietHours { from: Time::constant(22, 0, 0, 0), to: Time::constant(2, 30, 0, 0) };
    let second_ten_past_two: Timestamp = "2026-10-25T01:10:00Z".parse().unwrap();
    let after = until_half_past_two.after(second_ten_past_two, &berlin);
    assert_eq!(after, "2026-10-25T01:30:00Z".parse().unwrap());
}

#[test]
fn quiet_hours_whose_break_the_clock_jumps_over_last_another_day() {
    // On 30 September 2018 Apia had no time from 03:00 to 04:00.
    let apia = zone("Pacific/Apia");
    let but_from_three_to_four =
        QuietHours { from: Time::constant(4, 0, 0, 0), to: Time::constant(3, 0, 0, 0) };
    let after = but_from_three_to_four.after(at("2018-09-30 02:00", &apia), &apia);
    assert_eq!(after, at("2018-10-01 03:00", &apia));
}

#[test]
fn the_shipped_pathways_keep_the_default_timetable() {
    for (file, _) in PATHWAYS {
        assert_eq!(pathway(file.trim_end_matches(".toml")).timetable, Timetable::default(), "{file}");
    }
}

fn quiet(quiet: QuietHours, at: Timestamp, zone: &TimeZone) -> bool {
    let time = at.to_zoned(zone.clone()).time();
    if quiet.from <= quiet.to {
        quiet.from <= time && time < quiet.to
    } else {
        quiet.from <= time || time < quiet.to
    }
}

/// Any instant of the years 2011 to 2030, to the second.
fn instant() -> impl Strategy<Value = Timestamp> {
    (1_293_840_000..1_924_992_000_i64).prop_map(|second| Timestamp::from_second(second).unwrap())
}

fn quiet_hours() -> impl Strategy<Value = QuietHours> {
    let time = (0..24_i8, select(vec![0_i8, 15, 30, 59]))
        .prop_map(|(hour, minute)| Time::constant(hour, minute, 0, 0));
    prop_oneof![
        Just(QuietHours::DEFAULT),
        (time.clone(), time).prop_map(|(from, to)| QuietHours { from, to })
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_message_is_ever_quiet_late_early_or_one_too_many(
        start in instant(),
        ahead in 0..(30 * 24 * 60_i64),
        name in select(ZONES.to_vec()),
        hours in quiet_hours(),
    ) {
        let (zone, known) = (zone(name), start - SignedDuration::from_mins(ahead));
        let planned = plan(start, known, &zone, hours, &Timetable::default());
        prop_assert!(planned.len() <= 3);
        for message in &planned {
            prop_assert!(!quiet(hours, message.at, &zone), "{} is quiet in {name}", message.at);
            prop_assert!(message.at >= known && message.at <= start - LEAST_AHEAD);
        }
        for pair in planned.windows(2) {
            prop_assert!(pair[0].purpose < pair[1].purpose);
            prop_assert!(pair[1].at.duration_since(pair[0].at) >= LEAST_APART);
        }
        if let Some(first) = planned.first() {
            prop_assert_eq!(first.purpose, Purpose::Invitation);
        }
    }

    #[test]
    fn known_a_month_ahead_all_three_messages_go_out(start in instant(), name in select(ZONES.to_vec())) {
        let (zone, known) = (zone(name), start - SignedDuration::from_hours(31 * 24));
        let planned = plan(start, known, &zone, QuietHours::DEFAULT, &Timetable::default());
        let purposes: Vec<Purpose> = planned.iter().map(|message| message.purpose).collect();
        prop_assert_eq!(purposes, Purpose::ALL.to_vec());
    }

    #[test]
    fn what_waits_for_the_end_of_the_quiet_hours_waits_no_longer(at in instant(), name in select(ZONES.to_vec()), hours in quiet_hours()) {
        let zone = zone(name);
        let after = hours.after(at, &zone);
        prop_assert!(after >= at);
        if hours.from == hours.to || !quiet(hours, at, &zone) {
            prop_assert_eq!(after, at);
        } else {
            prop_assert!(!quiet(hours, after, &zone), "{after} is quiet in {name}");
            // A day of the calendar can be missing (Apia, December 2011).
            prop_assert!(after.duration_since(at) <= SignedDuration::from_hours(49));
        }
    }
}
