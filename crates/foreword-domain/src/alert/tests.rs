use proptest::prelude::*;

use super::*;
use crate::{
    scoring::Status,
    testing::{self, HEAD},
};

fn flag(rest: &str) -> RedFlag {
    let text = format!("id = \"own\"\nlevel = \"amber\"\ntext = {{ en = \"Own\" }}\n{rest}");
    toml::from_str(&text).unwrap_or_else(|error| panic!("{error}"))
}

fn score(scale: &str, value: Option<f64>) -> Score {
    let status = if value.is_some() { Status::Scored } else { Status::NotScored };
    Score { scale: scale.to_owned(), status, value, se: None, band: None, answered: 1, of: 1 }
}

/// Whether a rule on a score fires, given the score of the time before.
fn fires(flag: &RedFlag, instrument: &Instrument, before: Option<f64>, now: Option<f64>) -> bool {
    let scale = flag.scale.clone().unwrap();
    let earlier = |id: &str| before.filter(|_| id == scale);
    flag.fires(instrument, |_| None, &[score(&scale, now)], &earlier)
}

#[test]
fn a_score_that_became_worse_fires_in_the_direction_of_its_own_scale() {
    let mood = testing::instrument("phq-9");
    let rule = flag("scale = \"total\"\nworse_by = 5");
    assert!(fires(&rule, &mood, Some(4.0), Some(9.0)));
    assert!(!fires(&rule, &mood, Some(4.0), Some(8.0)));
    assert!(!fires(&rule, &mood, Some(9.0), Some(4.0)), "it became better");
    let well = testing::instrument("who-5");
    let scale = &well.scales[0];
    assert_eq!(scale.direction, Direction::HigherBetter);
    let rule = flag(&format!("scale = \"{}\"\nworse_by = 10", scale.id));
    assert!(fires(&rule, &well, Some(60.0), Some(48.0)));
    assert!(!fires(&rule, &well, Some(48.0), Some(60.0)), "it became better");
}

#[test]
fn a_change_that_nobody_can_know_does_not_fire() {
    let mood = testing::instrument("phq-9");
    let rule = flag("scale = \"total\"\nworse_by = 5");
    assert!(!fires(&rule, &mood, None, Some(27.0)), "there was no score before");
    assert!(!fires(&rule, &mood, Some(0.0), None), "there is no score now");
    // A limit beside it holds on its own.
    let rule = flag("scale = \"total\"\nworse_by = 5\nat_least = 20");
    assert!(fires(&rule, &mood, None, Some(20.0)));
    assert!(fires(&rule, &mood, Some(1.0), Some(6.0)));
    assert!(!fires(&rule, &mood, Some(18.0), Some(19.0)));
}

#[test]
fn a_change_of_decimal_fractions_exactly_at_the_limit_fires() {
    let mood = testing::instrument("phq-9");
    let rule = flag("scale = \"total\"\nworse_by = 0.3");
    // As binary fractions both differences come out a little below 0.3.
    assert!(fires(&rule, &mood, Some(0.4), Some(0.7)));
    assert!(fires(&rule, &mood, Some(0.9), Some(1.2)));
    assert!(!fires(&rule, &mood, Some(0.4), Some(0.69)));
}

proptest! {
    #[test]
    fn a_change_fires_from_its_limit_on_and_never_below(
        before in 0_u8..=27, now in 0_u8..=27, limit in 1_u8..=27,
    ) {
        let mood = testing::instrument("phq-9");
        let rule = flag(&format!("scale = \"total\"\nworse_by = {limit}"));
        let fired = fires(&rule, &mood, Some(f64::from(before)), Some(f64::from(now)));
        prop_assert_eq!(fired, now >= before && now - before >= limit);
    }
}

#[test]
fn a_rule_says_what_it_looks_at_and_nothing_that_does_not_belong_to_it() {
    let mood = testing::instrument("phq-9");
    for (rest, wanted) in [
        ("item = \"q9\"\ncodes = [\"1\"]\ncrisis = true", ""),
        ("scale = \"total\"\nat_least = 20", ""),
        ("scale = \"total\"\nworse_by = 5.0\nat_least = 10.0", ""),
        ("", "id: needs either item or scale"),
        ("worse_by = 3", "id: needs either item or scale"),
        ("item = \"q9\"\nscale = \"total\"\nat_least = 1", "id: needs either item or scale"),
        ("item = \"q9\"", "item: needs codes or at_least"),
        ("item = \"q9\"\ncodes = [\"8\"]", "codes: \"8\" is no code of \"q9\""),
        (
            "item = \"q9\"\nat_least = 1\nworse_by = 1",
            "worse_by: belongs to a scale, and this rule is about an item",
        ),
        ("item = \"q9\"\nat_least = nan", "at_least: is not a number"),
        ("scale = \"total\"", "scale: needs at_least or worse_by"),
        ("scale = \"sum\"\nat_least = 3", "scale: \"sum\" is not a scale"),
        (
            "scale = \"total\"\nat_least = 3\ncodes = [\"1\"]",
            "codes: belong to an item, and this rule is about a scale",
        ),
        ("scale = \"total\"\nworse_by = 0", "worse_by: must be more than 0"),
        ("scale = \"total\"\nworse_by = -2", "worse_by: must be more than 0"),
        ("scale = \"total\"\nworse_by = inf", "worse_by: must be more than 0"),
        (
            "scale = \"total\"\nat_least = 3\ncrisis = true",
            "crisis: belongs to an item: the text is shown where the answer was given",
        ),
    ] {
        let faults = flag(rest).faults(&mood.items, &mood.scales);
        let faults: Vec<String> = faults.iter().map(|(key, what)| format!("{key}: {what}")).collect();
        assert_eq!(faults.join("; "), wanted, "{rest}");
    }
}

#[test]
fn a_change_of_a_scale_without_a_direction_can_be_no_rule() {
    let mood = testing::instrument("phq-9");
    let unstated = Scale { direction: Direction::Unstated, ..mood.scales[0].clone() };
    let rule = flag("scale = \"total\"\nworse_by = 5");
    let faults = rule.faults(&mood.items, std::slice::from_ref(&unstated));
    assert_eq!(faults, [("worse_by", "\"total\" does not say which way is worse".to_owned())]);
    let mood = Instrument { scales: vec![unstated], ..(*mood).clone() };
    assert!(!fires(&rule, &mood, Some(0.0), Some(27.0)) && !fires(&rule, &mood, Some(27.0), Some(0.0)));
}

#[test]
fn thoughts_of_self_harm_are_red_and_show_the_crisis_text() {
    let mood = testing::instrument("phq-9");
    let [rule] = mood.red_flags.as_slice() else { panic!("one rule") };
    assert!(rule.crisis && rule.level == Level::Red);
    for code in ["0", "1", "2", "3"] {
        let value = Value::Choice(code.to_owned());
        let answer = |id: &str| (id == "q9").then_some(&value);
        assert_eq!(rule.fires(&mood, answer, &[], &|_| None), code != "0", "{code}");
    }
    assert!(!rule.fires(&mood, |_| None, &[], &|_| None));
    assert!(!rule.fires(&mood, |_| Some(&Value::Skipped), &[], &|_| None));
}

#[test]
fn an_example_proves_a_rule_on_a_change_by_its_earlier_value() {
    let file = |before: &str, fired: &str| {
        format!(
            r#"{HEAD}
[[item]]
id = "q1"
kind = "choice"
text = {{ en = "How bad?" }}
choices = [
  {{ code = "0", weight = 0.0, text = {{ en = "Not" }} }},
  {{ code = "9", weight = 9.0, text = {{ en = "Very" }} }},
]

[[scale]]
id = "total"
name = {{ en = "Total" }}
items = ["q1"]
method = "sum"
missing = {{ rule = "all-needed" }}
range = [0.0, 9.0]
direction = "higher-worse"

[[red_flag]]
id = "worse"
level = "amber"
text = {{ en = "Much worse" }}
scale = "total"
worse_by = 5.0

[[vector]]
answers = {{ q1 = 9 }}
{before}
expect = {{ total = {{ status = "scored", value = 9.0 }} }}
{fired}
"#
        )
    };
    let check = |before: &str, fired: &str| Instrument::parse("own.toml", &file(before, fired)).map(|_| ());
    let refused = |before: &str, fired: &str| check(before, fired).unwrap_err().to_string();
    check("before = { total = 4.0 }", "red_flags = [\"worse\"]").unwrap();
    check("before = { total = 5.0 }", "red_flags = []").unwrap();
    check("", "red_flags = []").unwrap();
    let wrong = refused("before = { total = 4.0 }", "red_flags = []");
    assert!(wrong.contains("the red flags that fire are [\"worse\"], expected []"), "{wrong}");
    // An earlier value that proves nothing is a slip.
    let idle = refused("before = { total = 4.0 }", "");
    assert!(idle.contains("has an earlier value of \"total\""), "{idle}");
}

#[test]
fn an_alert_takes_only_the_next_step_and_only_forward() {
    use State::{Acknowledged, Closed, Notified, Open, Outcome};
    let steps = [
        (Open, Notified),
        (Open, Acknowledged),
        (Notified, Acknowledged),
        (Acknowledged, Outcome),
        (Outcome, Closed),
    ];
    for from in State::ALL {
        for to in State::ALL {
            let expected = if steps.contains(&(from, to)) { Ok(to) } else { Err(Refused { from, to }) };
            assert_eq!(from.advance(to), expected, "{from:?} to {to:?}");
            assert!(expected.is_err() || from < to, "{from:?} to {to:?} goes back");
        }
    }
    assert_eq!(State::ALL.map(State::is_waiting), [true, true, false, false, false]);
}

#[test]
fn a_step_that_is_refused_says_what_is_missing() {
    use State::{Acknowledged, Closed, Notified, Open, Outcome};
    for (from, to, wanted) in [
        (Acknowledged, Closed, "an outcome must be written down first"),
        (Open, Closed, "an outcome must be written down first"),
        (Notified, Outcome, "somebody must acknowledge the alert first"),
        (Acknowledged, Acknowledged, "the alert is already acknowledged"),
        (Outcome, Outcome, "the alert is already with an outcome"),
        (Outcome, Notified, "the alert is with an outcome already and does not go back to notified"),
        (Closed, Open, "the alert is closed, and stays so"),
        (Closed, Closed, "the alert is closed, and stays so"),
    ] {
        assert_eq!(from.advance(to).unwrap_err().to_string(), wanted, "{from:?} to {to:?}");
    }
}

#[test]
fn every_word_reads_back_as_what_it_was_written_for() {
    for state in State::ALL {
        assert_eq!(state.as_str().parse(), Ok(state));
    }
    for kind in OutcomeKind::ALL {
        assert_eq!(kind.as_str().parse(), Ok(kind));
        assert!(kind.label().starts_with(char::is_uppercase));
    }
    for urgency in Urgency::ALL {
        assert_eq!(urgency.as_str().parse(), Ok(urgency));
    }
    assert!("Closed".parse::<State>().is_err());
    assert!("fled".parse::<OutcomeKind>().is_err());
    assert!("".parse::<Urgency>().is_err());
}
