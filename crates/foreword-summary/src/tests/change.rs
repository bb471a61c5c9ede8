//! Change is stated like for like only, and a change exactly at the threshold counts.

use super::*;

/// Seven answers that come to a number.
fn seven(total: usize) -> [&'static str; 7] {
    let mut codes = ["0"; 7];
    let mut left = total;
    for code in &mut codes {
        let take = left.min(3);
        *code = ["0", "1", "2", "3"][take];
        left -= take;
    }
    codes
}

/// GAD-7 now and before.
fn gad7(now: usize, before: f64) -> Visit {
    Visit::new("wellbeing-check", "en").counts("gad-7", &seven(now)).before("gad-7", before, |_| ())
}

#[track_caller]
fn check(visit: &Visit, before: &str, change: &str) {
    let score = visit.score();
    assert_eq!((score.previous.as_deref(), score.change.as_deref()), (Some(before), Some(change)));
    assert!(visit.text().contains(&format!("; before: {before}; {change}")), "{}", visit.text());
    assert!(visit.seen().contains(&format!("before: {before}; {change}")), "{}", visit.html());
}

#[test]
fn a_change_exactly_at_the_threshold_counts() {
    check(
        &gad7(14, 10.0),
        "10 on 3 Aug 2026",
        "4 points higher = worse; reaches the change of 4 that matters",
    );
    check(
        &gad7(10, 14.0),
        "14 on 3 Aug 2026",
        "4 points lower = better; reaches the change of 4 that matters",
    );
    check(
        &gad7(15, 10.0),
        "10 on 3 Aug 2026",
        "5 points higher = worse; reaches the change of 4 that matters",
    );
}

#[test]
fn a_smaller_change_is_said_to_be_less_and_neither_better_nor_worse() {
    check(&gad7(13, 10.0), "10 on 3 Aug 2026", "3 points higher; less than the change of 4 that matters");
    check(&gad7(9, 10.0), "10 on 3 Aug 2026", "1 point lower; less than the change of 4 that matters");
    check(&gad7(10, 10.0), "10 on 3 Aug 2026", "no change");
}

/// Tenths of 0 to 10 with a threshold of a tenth, and which way is better.
fn tenths(direction: &str, threshold: &str) -> Visit {
    Visit::own(&format!(
        r#"
[[item]]
id = "q1"
kind = "decimal"
text = {{ en = "How much?" }}
min = 0.0
max = 10.0
[[scale]]
id = "total"
name = {{ en = "Total" }}
items = ["q1"]
method = "sum"
missing = {{ rule = "all-needed" }}
range = [0.0, 10.0]
direction = "{direction}"
{threshold}
[[vector]]
answers = {{ q1 = 1.5 }}
expect = {{ total = {{ status = "scored", value = 1.5 }} }}
"#
    ))
}

const TENTH: &str = "change = { points = 0.1, population = \"tests\", citation = \"tests\" }";

#[test]
fn the_direction_of_the_scale_decides_what_is_better() {
    let up = |direction| tenths(direction, TENTH).gives("own", &[("q1", "3.5")]).before("own", 2.0, |_| ());
    check(
        &up("higher-better"),
        "2 on 3 Aug 2026",
        "1.5 points higher = better; reaches the change of 0.1 that matters",
    );
    check(
        &up("higher-worse"),
        "2 on 3 Aug 2026",
        "1.5 points higher = worse; reaches the change of 0.1 that matters",
    );
    let down = tenths("higher-better", "").gives("own", &[("q1", "2.5")]).before("own", 4.0, |_| ());
    check(&down, "4 on 3 Aug 2026", "1.5 points lower; there is no published threshold for a change");
}

#[test]
fn binary_fractions_do_not_decide_whether_a_threshold_is_reached() {
    // 0.3 - 0.2 is 0.09999999999999998.
    let visit = tenths("higher-worse", TENTH).gives("own", &[("q1", "0.3")]).before("own", 0.2, |_| ());
    check(&visit, "0.2 on 3 Aug 2026", "0.1 points higher = worse; reaches the change of 0.1 that matters");
}

#[track_caller]
fn not_compared(visit: &Visit, why: &str) {
    check(visit, "10 on 3 Aug 2026", why);
    assert_eq!(visit.score().previous_number, None);
    assert!(!visit.html().contains("class=\"before\""), "what can't be compared is not drawn");
    assert!(!visit.html().contains(", before 10\""));
}

#[test]
fn what_was_not_asked_alike_is_not_compared() {
    let ways: [fn(&mut Previous); 5] = [
        |before| before.instrument.1 = "0".into(),
        |before| before.channels = BTreeSet::from([Channel::Staff]),
        |before| before.channels = BTreeSet::from([Channel::Web, Channel::Staff]),
        |before| before.by = Some(Respondent::Proxy),
        |before| before.language = lang("de"),
    ];
    for (n, way) in ways.into_iter().enumerate() {
        let visit =
            Visit::new("wellbeing-check", "en").counts("gad-7", &seven(19)).before("gad-7", 10.0, way);
        assert!(visit.score().change.is_some_and(|change| !change.contains("worse")), "{n}");
        not_compared(&visit, "asked in another way last time, so not compared");
    }
}

#[test]
fn one_answer_given_in_another_way_is_enough_not_to_compare() {
    let mixed: [fn(&mut Visit); 2] =
        [|visit| visit.channel = Channel::Staff, |visit| visit.by = Respondent::Helped];
    for other in mixed {
        let mut visit = gad7(18, 10.0);
        other(&mut visit);
        not_compared(
            &visit.gives("gad-7", &[("q7", "1")]),
            "asked in another way last time, so not compared",
        );
    }
}

#[test]
fn two_doors_of_the_patients_own_and_two_regions_of_a_language_are_alike() {
    let visit =
        Visit::new("wellbeing-check", "en").counts("gad-7", &seven(14)).before("gad-7", 10.0, |before| {
            before.channels = BTreeSet::from([Channel::Telegram, Channel::Email]);
            before.language = lang("en-gb");
        });
    assert_eq!(visit.score().previous_number, Some(10.0));
    check(&visit, "10 on 3 Aug 2026", "4 points higher = worse; reaches the change of 4 that matters");
    assert!(visit.html().contains("aria-label=\"14 on a scale of 0 to 21, before 10\""));
}

#[test]
fn an_estimated_score_is_not_compared() {
    let why = "one of the two is estimated, so not compared";
    let now = Visit::new("wellbeing-check", "en").counts("gad-7", &["3"; 6]).before("gad-7", 10.0, |_| ());
    not_compared(&now, why);
    let then =
        Visit::new("wellbeing-check", "en").counts("gad-7", &seven(20)).before("gad-7", 10.0, |before| {
            before.score.status = Status::Estimated;
        });
    check(&then, "10 (estimated) on 3 Aug 2026", why);
    assert_eq!(then.score().previous_number, None);
    assert!(then.text().contains("before: 10 (estimated) on 3 Aug 2026"), "{}", then.text());
}

#[test]
fn the_last_earlier_score_is_the_one_compared_with() {
    let visit = Visit::new("wellbeing-check", "en")
        .counts("gad-7", &seven(14))
        .before("gad-7", 20.0, |before| before.at = at("2026-02-01T08:00:00Z"))
        .before("gad-7", 10.0, |_| ())
        .before("gad-7", 0.0, |before| {
            (before.score.status, before.score.value) = (Status::NotScored, None);
            before.at = at("2026-09-01T08:00:00Z");
        });
    check(&visit, "10 on 3 Aug 2026", "4 points higher = worse; reaches the change of 4 that matters");
}

#[test]
fn the_score_of_another_instrument_is_no_earlier_score() {
    let visit = Visit::new("wellbeing-check", "en").counts("gad-7", &seven(14)).before("k10", 10.0, |_| ());
    let score = visit.score();
    assert_eq!((score.previous, score.change, score.previous_number), (None, None, None));
    assert!(visit.html().contains("<p class=\"previous\">no earlier score</p>"));
    assert!(!visit.text().contains("before:"));
}

#[test]
fn what_is_less_than_the_page_shows_is_no_change() {
    let visit =
        Visit::new("wellbeing-check", "en").counts("gad-7", &seven(14)).before("gad-7", 13.96, |_| ());
    check(&visit, "14 on 3 Aug 2026", "no change");
}
