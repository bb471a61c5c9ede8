use insta::assert_snapshot;
use jiff::{
    Span,
    civil::{Date, DateTime},
};
use proptest::{prelude::*, sample::select};

use super::*;
use crate::testing;

pub(crate) const RIGHT: &str = r#"clinic = "North Clinic"
version = "1"
owner = "roe"
time_zone = "Europe/London"

[people.roe]
email = "roe@clinic.example"
telegram = true
webhook = "https://pager.example/hook/roe"

[people.lee]
email = "lee@clinic.example"
webhook = "http://localhost:8080/lee"

[people.okoro]
email = "okoro@clinic.example"
telegram = true

[people.diaz]
email = "diaz@clinic.example"
telegram = true

[chain]
deputy = "lee"
safety_lead = "okoro"

[[on_call]]
person = "roe"
days = ["mon", "tue", "wed", "thu", "fri"]
from = "08:00"
to = "18:00"

[[on_call]]
person = "okoro"
days = ["fri"]
from = "18:00"
to = "08:00"

[[on_call]]
person = "diaz"

[hours]
mon = ["08:30-12:30", "13:30-17:30"]
tue = ["08:30-12:30", "13:30-17:30"]
thu = ["13:30-17:30"]
closed = ["2026-12-25"]

[deadlines]
red_minutes = 20
step_minutes = 10

[crisis.en]
numbers = ["999 in an emergency", "Samaritans, 116 123, day and night"]

[crisis.ar]
numbers = ["٩٩٩"]

[[rule]]
instrument = "phq-8"
id = "severe"
level = "amber"
text = { en = "Severe" }
scale = "total"
at_least = 20

[[rule]]
instrument = "phq-9"
id = "worse"
level = "amber"
text = { en = "Worse" }
scale = "total"
worse_by = 5
"#;

fn parse(text: &str) -> Result<Plan, String> {
    Plan::parse("north.toml", text).map_err(|refused| refused.to_string())
}

fn plan(text: &str) -> Plan {
    parse(text).unwrap_or_else(|refused| panic!("{refused}"))
}

fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// An instant from civil time in a zone; of a time that is there twice, the first.
fn at(local: &str, zone: &TimeZone) -> Timestamp {
    let local: DateTime = local.parse().unwrap_or_else(|error| panic!("{local}: {error}"));
    zone.to_ambiguous_timestamp(local).compatible().unwrap()
}

fn missing(plan: &Plan, languages: &[&str], chats: &[&str]) -> Vec<Missing> {
    let languages: Vec<Lang> = languages.iter().map(|tag| testing::lang(tag)).collect();
    plan.missing(&languages, &|login| chats.contains(&login))
}

#[test]
fn a_complete_plan_lacks_nothing() {
    let plan = plan(RIGHT);
    assert_eq!(missing(&plan, &["en", "en-gb", "ar"], &["roe", "okoro", "diaz"]), []);
    assert_eq!((plan.red, plan.step, plan.zone_name.as_str()), (Some(20), Some(10), "Europe/London"));
    assert_eq!(plan.source, RIGHT);
    assert_eq!(plan.rule_faults(&testing::instruments()), [""; 0]);
    assert_eq!(plan.crisis_in(&testing::lang("en-gb")).map(<[String]>::len), Some(2));
    assert_eq!(plan.person("lee").and_then(|lee| lee.email.as_deref()), Some("lee@clinic.example"));
}

#[test]
fn an_empty_plan_is_read_and_everything_it_lacks_is_listed() {
    let plan = plan("clinic = \"North\"\nversion = \"1\"\ntime_zone = \"Europe/London\"\n");
    let missing = missing(&plan, &["en", "pt-br", "en"], &[]);
    let listed: Vec<String> = missing.iter().map(ToString::to_string).collect();
    assert_snapshot!(listed.join("\n"), @r#"
    nobody is named as the owner of this loop: set owner
    nobody is on call: write the rota as [[on_call]]
    there is no deputy: set chain.deputy
    there is no safety lead: set chain.safety_lead
    there are no working hours: write half-days in [hours]
    there is no deadline for red alerts: set deadlines.red_minutes
    there is no time from one person of the chain to the next: set deadlines.step_minutes
    there are no local numbers for a patient in a crisis in "en": set crisis.en.numbers
    there are no local numbers for a patient in a crisis in "pt-br": set crisis.pt-br.numbers
    "#);
}

/// Takes `from` to `to` in the complete plan; `wanted` is then all that is missing.
#[track_caller]
fn check_missing(from: &str, to: &str, wanted: &[Missing]) {
    assert_eq!(RIGHT.matches(from).count(), 1, "{from:?} must be in the file once");
    let found = missing(&plan(&RIGHT.replace(from, to)), &["en"], &["roe", "okoro", "diaz"]);
    assert_eq!(found, wanted, "{to}");
}

#[test]
fn each_part_that_is_taken_away_is_missing() {
    let login = |login: &str| login.to_owned();
    check_missing("owner = \"roe\"\n", "", &[Missing::Owner]);
    check_missing("deputy = \"lee\"\n", "", &[Missing::Deputy]);
    check_missing("safety_lead = \"okoro\"\n", "", &[Missing::SafetyLead]);
    check_missing("red_minutes = 20\n", "", &[Missing::RedDeadline]);
    check_missing("step_minutes = 10\n", "", &[Missing::StepDeadline]);
    check_missing("[crisis.en]\n", "[crisis.de]\n", &[Missing::Crisis(Lang::english())]);
    check_missing("deputy = \"lee\"", "deputy = \"okoro\"", &[Missing::SamePerson(login("okoro"))]);
    check_missing("deputy = \"lee\"", "deputy = \"diaz\"", &[Missing::SamePerson(login("diaz"))]);
    check_missing(
        "webhook = \"http://localhost:8080/lee\"\n",
        "telegram = true\n",
        &[Missing::TwoWays(login("lee"))],
    );
    let from = RIGHT.find("mon = [").unwrap();
    let to = RIGHT.find("closed = ").unwrap();
    check_missing(&RIGHT[from..to], "", &[Missing::Hours]);
}

#[test]
fn a_chat_that_is_not_connected_is_no_way() {
    let plan = plan(RIGHT);
    let two = |login: &str| Missing::TwoWays(login.to_owned());
    // roe has a mailbox and a pager beside it.
    assert_eq!(missing(&plan, &["en"], &[]), [two("okoro"), two("diaz")]);
    assert_snapshot!(two("diaz").to_string(), @r#""diaz" cannot be told in two independent ways: set two of email, telegram (with a chat that is connected) and webhook in people.diaz"#);
}

#[test]
fn a_rota_with_a_hole_is_named_with_the_hole() {
    let everybody = "[[on_call]]\nperson = \"diaz\"\n";
    check_missing(everybody, "", &[Missing::OnCallGap]);
    let holed = plan(&RIGHT.replace(everybody, ""));
    assert_eq!(holed.on_call_gap(), Some((Weekday::Monday, Time::midnight())));
    assert_eq!(plan(RIGHT).on_call_gap(), None);
    // A minute is enough.
    let minute = format!("{everybody}from = \"06:00\"\nto = \"05:59\"\n");
    check_missing(everybody, &minute, &[Missing::OnCallGap]);
    let minute = plan(&RIGHT.replace(everybody, &minute));
    assert_eq!(minute.on_call_gap(), Some((Weekday::Monday, Time::constant(5, 59, 0, 0))));
}

#[test]
fn a_deputy_who_is_on_call_only_where_another_shift_comes_first_is_another_person() {
    let last = "[[on_call]]\nperson = \"diaz\"\n";
    check_missing(last, &format!("{last}\n[[on_call]]\nperson = \"lee\"\n"), &[]);
}

#[test]
fn the_first_shift_that_fits_counts_and_a_night_belongs_to_the_day_it_began_on() {
    let plan = plan(RIGHT);
    for (local, who) in [
        ("2026-11-23T07:59:59", "diaz"), // Monday
        ("2026-11-23T08:00", "roe"),
        ("2026-11-23T17:59:59", "roe"),
        ("2026-11-23T18:00", "diaz"),
        ("2026-11-27T17:59", "roe"), // Friday
        ("2026-11-27T18:00", "okoro"),
        ("2026-11-28T00:00", "okoro"),
        ("2026-11-28T07:59", "okoro"),
        ("2026-11-28T08:00", "diaz"),
        ("2026-11-27T07:59", "diaz"), // the night before was Thursday's
    ] {
        assert_eq!(plan.on_call(at(local, &plan.zone)), Some(who), "{local}");
    }
    let nobody = Plan { on_call: Vec::new(), ..plan };
    assert_eq!(nobody.on_call(Timestamp::UNIX_EPOCH), None);
}

#[test]
fn what_is_wrong_with_a_plan_is_named_with_line_and_key() {
    for (from, to, wanted) in [
        ("clinic = \"North Clinic\"", "clinic = \" \"", "north.toml:1: clinic: is absent or empty"),
        ("version = \"1\"", "", "north.toml: version: is absent or empty"),
        ("Europe/London", "Europe/Londn", ":4: time_zone: \"Europe/Londn\" is not an IANA time zone"),
        ("time_zone = \"Europe/London\"", "", "time_zone: is absent"),
        ("owner = \"roe\"", "owner = \"ro\"", ":3: owner: \"ro\" is not in [people]; did you mean \"roe\"?"),
        ("deputy = \"lee\"", "deputy = \"\"", "chain.deputy: \"\" is not in [people]"),
        ("person = \"diaz\"", "person = \"dias\"", "on_call[2].person: \"dias\" is not in [people]"),
        ("roe@clinic.example", "roe at clinic", ":7: people.roe.email: is not an e-mail address"),
        ("\"tue\", \"wed\"", "\"tues\", \"wed\"", ":29: on_call[0].days[1]: \"tues\" is no day, must be mon"),
        ("\"tue\", \"wed\"", "\"tue\", \"tue\"", "on_call[0].days[2]: \"tue\" is there twice"),
        ("days = [\"fri\"]", "days = []", "on_call[1].days: names no day"),
        ("from = \"08:00\"", "from = \"8:00\"", ":30: on_call[0].from: is \"8:00\", must be a clock time"),
        ("from = \"08:00\"", "from = \"24:00\"", "on_call[0].from: is \"24:00\", must be a clock time"),
        ("from = \"08:00\"\n", "", "on_call[0]: has only one of from and to"),
        ("from = \"08:00\"", "from = \"18:00\"", "on_call[0].to: is the same as from"),
        ("thu = [\"13:30-17:30\"]", "thu = [\"13:30\"]", "hours.thu[0]: is \"13:30\", must be a half-day"),
        ("thu = [\"13:30-17:30\"]", "thu = [\"13:60-17:30\"]", "hours.thu[0]: is \"13:60\", must be a clock"),
        ("thu = [\"13:30-17:30\"]", "thu = [\"13:30-09:30\"]", "hours.thu[0]: is \"13:30-09:30\", must end"),
        (
            "thu = [\"13:30-17:30\"]",
            "thu = [\"13:30-17:30\", \"08:30-12:30\"]",
            "hours.thu[1]: begins before the one before it ends",
        ),
        (
            "thu = [\"13:30-17:30\"]",
            "thu = [\"08:30-12:30\", \"12:29-17:30\"]",
            "hours.thu[1]: begins before the one before it ends",
        ),
        ("thu = [\"13:30-17:30\"]", "thr = []", "hours.thr: \"thr\" is no day"),
        ("thu = [\"13:30-17:30\"]", "thu = \"13:30-17:30\"", "thu: must be a list, in brackets"),
        ("\"2026-12-25\"", "\"2026-12-32\"", "hours.closed[0]: is \"2026-12-32\", must be a date"),
        (
            "red_minutes = 20",
            "red_minutes = 31",
            "deadlines.red_minutes: is 31, must be minutes from 1 to 30",
        ),
        ("red_minutes = 20", "red_minutes = 0", "deadlines.red_minutes: is 0, must be"),
        ("step_minutes = 10", "step_minutes = -1", "deadlines.step_minutes: is -1, must be"),
        ("step_minutes = 10", "step_minutes = 241", "deadlines.step_minutes: is 241, must be"),
        ("step_minutes = 10", "step_minutes = 65546", "deadlines.step_minutes: is 65546, must be"),
        ("[crisis.en]", "[crisis.english]", "crisis.english: \"english\" is not a language tag"),
        ("[crisis.ar]", "[crisis.EN]", "crisis.en: is there twice, written differently"),
        ("[\"٩٩٩\"]", "[]", "crisis.ar.numbers: holds no number to call"),
        ("[\"٩٩٩\"]", "[\"Call us\"]", "crisis.ar.numbers: holds no number to call"),
        ("[\"٩٩٩\"]", "[\"٩٩٩\", \" \"]", "crisis.ar.numbers[1]: is absent or empty"),
        ("[\"٩٩٩\"]", "[\"٩٩٩\\n١١١\"]", "crisis.ar.numbers[0]: holds a control character"),
        ("at_least = 20", "", "rule[0].scale: needs at_least or worse_by"),
        ("scale = \"total\"\nat_least = 20", "", "rule[0].id: needs either item or scale"),
        ("at_least = 20", "item = \"q1\"\nat_least = 20", "rule[0].id: needs either item or scale"),
        ("at_least = 20", "at_least = nan", "rule[0].at_least: is not a number"),
        ("worse_by = 5", "worse_by = 0", "rule[1].worse_by: must be more than 0"),
        ("id = \"severe\"", "id = \"very severe\"", "rule[0].id: is \"very severe\", must be letters"),
        ("{ en = \"Severe\" }", "{ de = \"Schwer\" }", "rule[0].text: has no text in \"en\""),
        (
            "id = \"worse\"\nlevel = \"amber\"",
            "id = \"worse\"\nlevel = \"blue\"",
            "\"blue\" is not known here",
        ),
        (
            "instrument = \"phq-9\"\nid = \"worse\"",
            "instrument = \"phq-8\"\nid = \"severe\"",
            "rule[1].id: \"severe\" is there twice for \"phq-8\"",
        ),
        ("[deadlines]", "[deadline]", "\"deadline\" is not a key here; did you mean \"deadlines\"?"),
        ("telegram = true\nwebhook", "telegramm = true\nwebhook", "did you mean \"telegram\"?"),
    ] {
        assert!(RIGHT.contains(from), "{from:?} must be in the file");
        let refused = parse(&RIGHT.replacen(from, to, 1)).unwrap_err();
        assert!(refused.contains(wanted), "{to}:\n{refused}");
    }
}

#[test]
fn all_faults_are_named_at_once() {
    let broken = RIGHT
        .replace("owner = \"roe\"", "owner = \"nobody\"")
        .replace("Europe/London", "Mars")
        .replace("red_minutes = 20", "red_minutes = 60")
        .replace("\"٩٩٩\"", "\"\"")
        .replace("worse_by = 5", "");
    assert_snapshot!(parse(&broken).unwrap_err(), @r#"
    north.toml:3: owner: "nobody" is not in [people]
    north.toml:4: time_zone: "Mars" is not an IANA time zone such as Europe/Berlin
    north.toml:49: deadlines.red_minutes: is 60, must be minutes from 1 to 30
    north.toml:56: crisis.ar.numbers[0]: is absent or empty
    north.toml:56: crisis.ar.numbers: holds no number to call
    north.toml:71: rule[1].scale: needs at_least or worse_by
    "#);
}

#[test]
fn a_request_goes_out_in_secret_or_stays_on_the_machine() {
    let with = |url: &str| {
        let text = RIGHT.replace("https://pager.example/hook/roe", &url.replace('\\', "\\\\"));
        parse(&text).err()
    };
    for right in [
        "https://pager.example",
        "HTTPS://pager.example:8443/hook?to=roe",
        "https://10.0.0.7/hook",
        "https://[2001:db8::7]:8443/hook",
        "http://localhost/hook",
        "http://127.0.0.1:9000/hook",
        "http://[::1]/hook",
        "http://[::1]:9000",
    ] {
        assert_eq!(with(right), None, "{right}");
    }
    for wrong in [
        "",
        "pager.example/hook",
        "http://pager.example/hook",
        "http://localhost.pager.example/hook",
        "http://127.0.0.1.pager.example",
        "http://localhost\\@pager.example/",
        "http://localhost@pager.example/",
        "https://roe:secret@pager.example/hook",
        "https://roe@pager.example/hook",
        "ftp://pager.example/hook",
        "https:///hook",
        "https://:443/hook",
        "https://pager..example/hook",
        "https://pager.example:0/hook",
        "https://pager.example:https/hook",
        "https://pager.example:70000/hook",
        "https://pager.example:/hook",
        "https://[::1/hook",
        "https://[zz]/hook",
        "https://[::1]x/hook",
        "https://pager.example/ho ok",
        "https://pägér.example/hook",
    ] {
        let refused = with(wrong).unwrap_or_else(|| panic!("{wrong:?} must be refused"));
        assert!(refused.starts_with("north.toml:9: people.roe.webhook: "), "{wrong}: {refused}");
    }
}

#[test]
fn rules_are_held_against_the_instruments_that_are_loaded() {
    let faults = |from: &str, to: &str| {
        let text = RIGHT.replacen(from, to, 1);
        plan(&text).rule_faults(&testing::instruments()).join("\n")
    };
    let at = "instrument = \"phq-8\"";
    assert_snapshot!(faults(at, "instrument = \"phq8\""), @r#"line 59: rule[0].instrument: "phq8" is not an instrument that is loaded; did you mean "phq-8"?"#);
    assert_snapshot!(faults("scale = \"total\"\nat_least", "scale = \"sum\"\nat_least"), @r#"line 63: rule[0].scale: "sum" is not a scale"#);
    assert_snapshot!(faults("id = \"worse\"", "id = \"self-harm\""), @r#"line 68: rule[1].id: "self-harm" is a rule of the instrument itself already"#);
    assert_snapshot!(faults("scale = \"total\"\nat_least = 20", "item = \"q9\"\ncodes = [\"1\"]"), @r#"line 63: rule[0].item: "q9" is not an item"#);
}

/// When the next half-day ends, seen from a civil time, as civil time.
#[track_caller]
fn check_half_day(hours: &Hours, name: &str, from: &str, expected: Option<&str>) {
    let zone = zone(name);
    let end = hours.end_of_next_half_day(at(from, &zone), &zone);
    let end = end.map(|end| end.to_zoned(zone).strftime("%F %H:%M %:z").to_string());
    assert_eq!(end.as_deref(), expected, "{name}, from {from}");
}

fn hours_of(lines: &str) -> Hours {
    let file =
        format!("clinic = \"North\"\nversion = \"1\"\ntime_zone = \"Europe/London\"\n[hours]\n{lines}\n");
    plan(&file).hours
}

#[test]
fn a_half_day_that_has_begun_is_not_the_next_one() {
    let hours = plan(RIGHT).hours;
    let check = |from: &str, end: &str| check_half_day(&hours, "Europe/London", from, Some(end));
    check("2026-11-23T08:29:59", "2026-11-23 12:30 +00:00"); // Monday
    check("2026-11-23T08:30", "2026-11-23 17:30 +00:00");
    check("2026-11-23T13:29", "2026-11-23 17:30 +00:00");
    check("2026-11-23T13:30", "2026-11-24 12:30 +00:00");
    check("2026-11-24T13:30", "2026-11-26 17:30 +00:00"); // nobody works on Wednesdays
    check("2026-11-26T13:30", "2026-11-30 12:30 +00:00"); // nor from Friday to Sunday
}

#[test]
fn a_closed_day_has_no_half_days_and_a_long_closure_has_none_at_all() {
    let closed = hours_of("fri = [\"09:00-12:00\"]\nclosed = [\"2026-12-25\", 2027-01-01]");
    check_half_day(&closed, "Europe/London", "2026-12-24T12:00", Some("2027-01-08 12:00 +00:00"));
    check_half_day(&hours_of(""), "Europe/London", "2026-12-24T12:00", None);
    let every = Hours {
        closed: Date::constant(2026, 12, 1).series(Span::new().days(1)).take(61).collect(),
        ..closed
    };
    check_half_day(&every, "Europe/London", "2026-12-01T00:00", None);
    // A week later the search reaches a Friday behind it.
    check_half_day(&every, "Europe/London", "2026-12-08T00:00", Some("2027-02-05 12:00 +00:00"));
}

#[test]
fn a_half_day_keeps_to_the_clock_on_the_wall_when_it_changes() {
    let hours = hours_of("mon = [\"08:30-12:30\"]\nfri = [\"08:30-12:30\"]");
    // Spring and autumn of 2026 in London and New York; Tehran gave its summer time up in 2022.
    check_half_day(&hours, "Europe/London", "2026-03-27T09:00", Some("2026-03-30 12:30 +01:00"));
    check_half_day(&hours, "Europe/London", "2026-10-23T09:00", Some("2026-10-26 12:30 +00:00"));
    check_half_day(&hours, "America/New_York", "2026-03-06T09:00", Some("2026-03-09 12:30 -04:00"));
    check_half_day(&hours, "America/New_York", "2026-10-30T09:00", Some("2026-11-02 12:30 -05:00"));
    check_half_day(&hours, "Asia/Tehran", "2022-03-21T09:00", Some("2022-03-25 12:30 +04:30"));
    check_half_day(&hours, "Asia/Tehran", "2022-09-19T09:00", Some("2022-09-23 12:30 +03:30"));
    check_half_day(&hours, "Asia/Tehran", "2026-03-20T09:00", Some("2026-03-23 12:30 +03:30"));
}

#[test]
fn an_hour_the_clock_skips_counts_as_the_next_and_of_one_it_repeats_the_first() {
    let skipped = hours_of("sun = [\"00:30-01:30\", \"01:45-03:00\"]");
    check_half_day(&skipped, "Europe/London", "2026-03-29T00:00", Some("2026-03-29 02:30 +01:00"));
    check_half_day(&skipped, "Europe/London", "2026-03-29T00:45", Some("2026-03-29 03:00 +01:00"));
    let repeated = hours_of("sun = [\"00:30-01:30\"]");
    check_half_day(&repeated, "Europe/London", "2026-10-25T00:00", Some("2026-10-25 01:30 +01:00"));
    check_half_day(&repeated, "Europe/London", "2026-10-25T00:30", Some("2026-11-01 01:30 +00:00"));
    // Tehran put its clock forward at midnight: that day begins at 01:00.
    let midnight = hours_of("tue = [\"00:15-00:45\", \"08:00-12:00\"]");
    check_half_day(&midnight, "Asia/Tehran", "2022-03-21T20:00", Some("2022-03-22 01:45 +04:30"));
}

/// Any half-days of a day: up to three, in order, and none at night, when the clock changes.
fn any_day() -> impl Strategy<Value = Vec<HalfDay>> {
    proptest::collection::btree_set(4 * 12_i16..24 * 12, 0..7).prop_map(|marks| {
        let time = |mark: i16| Time::midnight() + Span::new().minutes(i64::from(mark) * 5);
        let marks: Vec<i16> = marks.into_iter().collect();
        marks.chunks_exact(2).map(|pair| HalfDay { from: time(pair[0]), to: time(pair[1]) }).collect()
    })
}

fn any_hours() -> impl Strategy<Value = Hours> {
    proptest::collection::vec(any_day(), 7).prop_map(|days| Hours {
        half_days: days.try_into().expect("seven days"),
        closed: std::collections::BTreeSet::new(),
    })
}

/// Days around which the clock changes in one of the three zones.
const CHANGES: [&str; 6] =
    ["2022-03-21", "2022-09-21", "2026-03-08", "2026-03-29", "2026-10-25", "2026-11-01"];

/// Around those days.
fn any_instant() -> impl Strategy<Value = Timestamp> {
    (select(&CHANGES), -4 * 1440_i64..4 * 1440).prop_map(|(day, minutes)| {
        at(&format!("{day}T00:00"), &TimeZone::UTC) + jiff::SignedDuration::from_mins(minutes)
    })
}

const ZONES: [&str; 3] = ["Europe/London", "America/New_York", "Asia/Tehran"];

proptest! {
    #[test]
    fn the_next_half_day_ends_later_within_nine_days_and_never_earlier_for_a_later_instant(
        hours in any_hours(), name in select(&ZONES), from in any_instant(), later in 0_i64..2880,
    ) {
        let zone = zone(name);
        let end = hours.end_of_next_half_day(from, &zone);
        prop_assert_eq!(end.is_none(), hours.is_empty());
        if let Some(end) = end {
            prop_assert!(end > from);
            prop_assert!(end.duration_since(from) < jiff::SignedDuration::from_hours(9 * 24));
            let then = hours.end_of_next_half_day(from + jiff::SignedDuration::from_mins(later), &zone);
            prop_assert!(then.is_some_and(|then| then >= end), "{then:?} before {end}");
        }
    }

    #[test]
    fn somebody_is_on_call_at_every_instant_of_a_rota_without_a_gap(
        shifts in proptest::collection::vec((0_i8..24, 0_i8..24, 0_i8..7, 1_i8..7), 0..8),
        name in select(&ZONES),
        from in any_instant(),
    ) {
        let shift = |(n, (from, to, day, days)): (usize, (i8, i8, i8, i8))| Shift {
            person: format!("p{n}"),
            days: (day..day + days).map(|n| Weekday::from_monday_zero_offset(n % 7).unwrap()).collect(),
            times: (from != to).then_some((Time::constant(from, 0, 0, 0), Time::constant(to, 0, 0, 0))),
        };
        let on_call = shifts.into_iter().enumerate().map(shift).collect();
        let plan = Plan { on_call, zone: zone(name), ..plan(RIGHT) };
        let week = (0..7 * 24 * 4).map(|n| from + jiff::SignedDuration::from_mins(n * 15));
        let is_held = week.into_iter().all(|at| plan.on_call(at).is_some());
        // The clock may skip the hour of a gap, so the other way round does not hold.
        prop_assert!(plan.on_call_gap().is_some() || is_held);
    }

    #[test]
    fn no_text_makes_the_reader_panic(cut in 0..RIGHT.len(), with in "[\\[\\]\"=.a-z0-9:\n-]{0,4}") {
        let cut = RIGHT.floor_char_boundary(cut);
        let text = format!("{}{with}{}", &RIGHT[..cut], RIGHT[cut..].chars().skip(1).collect::<String>());
        if let Ok(plan) = parse(&text) {
            let _ = missing(&plan, &["en"], &[]);
        }
    }
}
