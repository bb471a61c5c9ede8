use jiff::{civil::DateTime, tz::TimeZone};
use proptest::{prelude::*, sample::select};

use super::*;

const PLAN: &str = r#"clinic = "North Clinic"
version = "1"
owner = "adams"
time_zone = "Europe/London"
[people.adams]
email = "adams@clinic.example"
[people.roe]
email = "roe@clinic.example"
telegram = true
webhook = "https://pager.example/roe"
[people.lee]
telegram = true
[people.okoro]
[chain]
deputy = "lee"
safety_lead = "okoro"
[[on_call]]
person = "roe"
from = "08:00"
to = "18:00"
[[on_call]]
person = "adams"
days = ["mon"]
[hours]
mon = ["08:30-12:30", "13:30-17:30"]
tue = ["08:30-12:30"]
[deadlines]
red_minutes = 20
step_minutes = 10
"#;

fn plan() -> Plan {
    Plan::parse("north.toml", PLAN).unwrap_or_else(|refused| panic!("{refused}"))
}

/// A time in London: "2026-11-23T09:30".
fn at(local: &str) -> Timestamp {
    let local: DateTime = local.parse().unwrap_or_else(|error| panic!("{local}: {error}"));
    local.to_zoned(TimeZone::get("Europe/London").unwrap()).unwrap().timestamp()
}

/// Whom nobody stops: each rung and when it is told, the first one at once.
fn told(level: Level, raised_at: Timestamp, visit: Timestamp, plan: Option<&Plan>) -> Vec<(Rung, Timestamp)> {
    let due = due(level, raised_at, visit, plan);
    let mut told = vec![(Rung::OnCall, raised_at)];
    while let Some((rung, last)) = told.last().and_then(|(rung, last)| Some((rung.next()?, *last))) {
        told.push((rung, next_at(due, last, plan)));
    }
    told
}

#[track_caller]
fn check_told(level: Level, raised: &str, visit: &str, plan: Option<&Plan>, expected: [&str; 4]) {
    let told = told(level, at(raised), at(visit), plan);
    let expected: Vec<(Rung, Timestamp)> = Rung::ALL.into_iter().zip(expected.map(at)).collect();
    assert_eq!(told, expected, "{level:?}, raised {raised}, visit {visit}");
}

#[test]
fn red_goes_up_the_chain_from_its_deadline_on_whatever_the_visit() {
    let (raised, plan) = ("2026-11-23T22:00", plan());
    let with = ["2026-11-23T22:00", "2026-11-23T22:20", "2026-11-23T22:30", "2026-11-23T22:40"];
    check_told(Level::Red, raised, "2026-12-01T09:00", Some(&plan), with);
    check_told(Level::Red, raised, "2026-11-23T22:05", Some(&plan), with);
    let without = ["2026-11-23T22:00", "2026-11-23T22:30", "2026-11-23T22:45", "2026-11-23T23:00"];
    check_told(Level::Red, raised, "2026-12-01T09:00", None, without);
}

#[test]
fn amber_is_due_at_the_end_of_the_next_half_day_or_at_the_visit() {
    let plan = plan();
    let check = |raised: &str, visit: &str, plan: Option<&Plan>, expected: &str| {
        assert_eq!(due(Level::Amber, at(raised), at(visit), plan), at(expected), "raised {raised}");
    };
    check("2026-11-23T09:00", "2026-12-01T09:00", Some(&plan), "2026-11-23T17:30");
    check("2026-11-23T14:00", "2026-12-01T09:00", Some(&plan), "2026-11-24T12:30");
    check("2026-11-23T14:00", "2026-11-24T09:00", Some(&plan), "2026-11-24T09:00");
    // Without a plan, or without hours in it, there is only the visit.
    check("2026-11-23T14:00", "2026-12-01T09:00", None, "2026-12-01T09:00");
    let idle = Plan { hours: crate::safety::Hours::default(), ..plan.clone() };
    check("2026-11-23T14:00", "2026-12-01T09:00", Some(&idle), "2026-12-01T09:00");
    // An answer given in the visit or after it.
    check("2026-11-23T14:00", "2026-11-23T13:00", Some(&plan), "2026-11-23T14:00");
    let steps = ["2026-11-23T14:00", "2026-11-23T14:10", "2026-11-23T14:20", "2026-11-23T14:30"];
    check_told(Level::Amber, "2026-11-23T14:00", "2026-11-23T13:00", Some(&plan), steps);
}

#[test]
fn a_plan_made_by_hand_gives_no_more_time_than_the_service_does() {
    let slow = Plan { red: Some(600), step: Some(u16::MAX), ..plan() };
    let expected = ["2026-11-23T10:00", "2026-11-23T10:30", "2026-11-23T14:30", "2026-11-23T18:30"];
    check_told(Level::Red, "2026-11-23T10:00", "2026-12-01T09:00", Some(&slow), expected);
}

#[test]
fn each_rung_tells_its_own_and_the_alarm_everybody_once() {
    let plan = plan();
    let day = at("2026-11-23T10:00");
    assert_eq!(who(&plan, Rung::OnCall, day), ["roe"]);
    assert_eq!(who(&plan, Rung::Deputy, day), ["lee"]);
    assert_eq!(who(&plan, Rung::SafetyLead, day), ["okoro"]);
    assert_eq!(who(&plan, Rung::Alarm, day), ["adams", "roe", "lee", "okoro"]);
    // On Monday night the owner is on call, on Tuesday night nobody is.
    assert_eq!(who(&plan, Rung::Alarm, at("2026-11-23T20:00")), ["adams", "lee", "okoro"]);
    assert_eq!(who(&plan, Rung::OnCall, at("2026-11-24T20:00")), [""; 0]);
    let bare = Plan { owner: None, deputy: None, safety_lead: None, on_call: Vec::new(), ..plan };
    for rung in Rung::ALL {
        assert_eq!(who(&bare, rung, day), [""; 0], "{rung:?}");
    }
}

#[test]
fn a_chat_is_a_way_only_where_it_is_wanted_and_connected() {
    let plan = plan();
    let ways = |login: &str, has_chat| ways(plan.person(login).unwrap(), has_chat);
    let (mail, hook) =
        (Way::Email("roe@clinic.example".into()), Way::Webhook("https://pager.example/roe".into()));
    assert_eq!(ways("roe", true), [mail.clone(), Way::Telegram, hook.clone()]);
    assert_eq!(ways("roe", false), [mail, hook]);
    assert_eq!(ways("lee", true), [Way::Telegram]);
    assert_eq!(ways("adams", true).len(), 1);
    assert_eq!(ways("okoro", true), []);
}

#[test]
fn every_rung_reads_back_from_its_word() {
    for rung in Rung::ALL {
        assert_eq!(rung.as_str().parse(), Ok(rung));
        assert!(rung.label().starts_with(char::is_lowercase));
    }
    assert_eq!("boss".parse::<Rung>(), Err("\"boss\" is no rung of the chain".to_owned()));
}

#[test]
fn an_alert_at_the_end_of_time_is_due_then() {
    assert_eq!(due(Level::Red, Timestamp::MAX, Timestamp::MAX, None), Timestamp::MAX);
    assert_eq!(next_at(Timestamp::MIN, Timestamp::MAX, None), Timestamp::MAX);
}

const ZONES: [&str; 3] = ["Europe/London", "America/New_York", "Asia/Tehran"];

fn any_plan() -> impl Strategy<Value = Option<Plan>> {
    let minutes = || proptest::option::of(any::<u16>());
    let own = (minutes(), minutes(), select(&ZONES), any::<bool>()).prop_map(|(red, step, zone, works)| {
        let plan = plan();
        let hours = if works { plan.hours } else { crate::safety::Hours::default() };
        Plan { red, step, hours, zone: TimeZone::get(zone).unwrap(), ..plan }
    });
    proptest::option::of(own)
}

/// A year, by the minute: summer time begins and ends in it.
fn any_instant() -> impl Strategy<Value = Timestamp> {
    (0_i64..366 * 1440).prop_map(|minutes| at("2026-01-01T00:00") + SignedDuration::from_mins(minutes))
}

fn any_level() -> impl Strategy<Value = Level> {
    select(&[Level::Amber, Level::Red])
}

proptest! {
    #[test]
    fn red_is_due_within_thirty_minutes_and_amber_no_later_than_the_visit(
        plan in any_plan(), raised in any_instant(), visit in any_instant(),
    ) {
        let red = due(Level::Red, raised, visit, plan.as_ref());
        prop_assert!(red >= raised && red.duration_since(raised) <= SignedDuration::from_mins(30));
        let amber = due(Level::Amber, raised, visit, plan.as_ref());
        prop_assert!(amber >= raised && amber <= visit.max(raised));
    }

    #[test]
    fn every_rung_is_told_once_in_order_the_second_at_the_deadline_and_the_last_is_the_alarm(
        plan in any_plan(), raised in any_instant(), visit in any_instant(), level in any_level(),
    ) {
        let told = told(level, raised, visit, plan.as_ref());
        prop_assert_eq!(told.iter().map(|(rung, _)| *rung).collect::<Vec<_>>(), Rung::ALL);
        prop_assert!(told.windows(2).all(|pair| pair[0].1 <= pair[1].1), "{told:?}");
        let due = due(level, raised, visit, plan.as_ref());
        if raised < due {
            prop_assert_eq!(told[1].1, due);
        }
    }

    #[test]
    fn after_a_standstill_the_chain_goes_on_where_it_stood(
        plan in any_plan(), raised in any_instant(), late in 0_i64..5000, level in any_level(),
    ) {
        // The worker stood still when the deputy was due: the safety lead still has a whole step.
        let due = due(level, raised, raised, plan.as_ref());
        let deputy = due + SignedDuration::from_mins(late);
        let lead = next_at(due, deputy, plan.as_ref());
        prop_assert!(lead >= deputy);
        prop_assert_eq!(
            lead.duration_since(deputy),
            next_at(due, due, plan.as_ref()).duration_since(due),
        );
    }
}
