use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::{
    instrument::ItemKind,
    testing::{INSTRUMENTS, instrument, own},
};

/// Answers by item; `3` is the option with that code, or the number itself.
type Answers = BTreeMap<String, Value>;

fn answers(instrument: &Instrument, written: &[(&str, &str)]) -> Answers {
    written
        .iter()
        .filter(|(_, code)| !code.is_empty())
        .map(|(id, code)| {
            let item = instrument.item(id).unwrap_or_else(|| panic!("no item {id}"));
            let value = if *code == "-" { Some(Value::Skipped) } else { item.read_code(code) };
            ((*id).to_owned(), value.unwrap_or_else(|| panic!("{id} can't be {code}")))
        })
        .collect()
}

fn one(instrument: &Instrument, scale: &Scale, answer: impl Fn(&str) -> Option<Value>) -> Score {
    let mut scores = all(instrument, &Person::default(), answer).into_iter();
    scores.find(|score| score.scale == scale.id).expect("a score of every scale")
}

fn score(instrument: &Instrument, scale: &str, answers: &Answers) -> Score {
    let scale = instrument.scale(scale).unwrap_or_else(|| panic!("no scale {scale}"));
    one(instrument, scale, |item| answers.get(item).cloned())
}

/// Scores one scale of an instrument from "q1=2 q2=3" and compares with "scored 5 mild (2 of 2)".
#[track_caller]
fn check(instrument: &Instrument, scale: &str, written: &str, expected: &str) {
    let written: Vec<(&str, &str)> = written.split_whitespace().filter_map(|w| w.split_once('=')).collect();
    let score = score(instrument, scale, &answers(instrument, &written));
    let value = score.value.map_or("nothing".to_owned(), |value| format!("{value:.4}"));
    let value = if value.contains('.') { value.trim_end_matches('0').trim_end_matches('.') } else { &value };
    let band = score.band.as_deref().unwrap_or("no band");
    let found = format!("{} {value} {band} ({} of {})", score.status, score.answered, score.of);
    assert_eq!(found, expected, "{written:?}");
}

/// The published files: an instrument, and for each scale the column that says what it comes to.
const PUBLISHED: &[(&str, &[(&str, &str)])] = &[
    ("audit", &[("total", "skip_total")]),
    ("audit-c", &[("total", "total")]),
    ("esas-r", &[("tds", "tds"), ("physical", "physical"), ("emotional", "emotional")]),
    ("gad-2", &[("total", "total_strict")]),
    ("gad-7", &[("total", "total_strict")]),
    ("hoos-jr", &[("interval", "interval")]),
    ("k10", &[("total", "total_1based")]),
    ("k6", &[("total", "total_0based")]),
    ("koos-jr", &[("interval", "interval")]),
    ("mood-words", &[("t", "t")]),
    ("pc-ptsd-5", &[("score", "score")]),
    (
        "pcl-5",
        &[
            ("total", "total"),
            ("cluster_b", "cluster_b"),
            ("cluster_c", "cluster_c"),
            ("cluster_d", "cluster_d"),
            ("cluster_e", "cluster_e"),
        ],
    ),
    ("peg", &[("mean", "mean_strict")]),
    ("phq-15", &[("total", "total")]),
    ("phq-2", &[("total", "total_strict")]),
    ("phq-4", &[("total", "total"), ("gad2", "gad2"), ("phq2", "phq2")]),
    ("phq-8", &[("total", "total_strict")]),
    ("phq-9", &[("total", "total_strict")]),
    ("promis-gh", &[("gph_t", "gph_t"), ("gmh_t", "gmh_t")]),
    (
        "rand-36",
        &[
            ("physical_functioning", "physical_functioning"),
            ("role_physical", "role_physical"),
            ("role_emotional", "role_emotional"),
            ("energy_fatigue", "energy_fatigue"),
            ("emotional_wellbeing", "emotional_wellbeing"),
            ("social_functioning", "social_functioning"),
            ("pain", "pain"),
            ("general_health", "general_health"),
            ("health_change", "health_change"),
        ],
    ),
    ("who-5", &[("percent", "percent")]),
];

/// Compares every row of a published file with what the instrument comes to.
fn check_rows(id: &str, scales: &[(&str, &str)]) {
    let instrument = instrument(id);
    let file = format!("{}/../../tests/vectors/{id}.csv", env!("CARGO_MANIFEST_DIR"));
    let csv = std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{file}: {error}"));
    let mut lines = csv.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    let header: Vec<&str> = lines.next().expect("a header").split(',').collect();
    let tolerance = if id == "mood-words" { 1e-6 } else { 1e-4 };
    let mut rows = 0;
    for line in lines {
        let row: Vec<(&str, &str)> = header.iter().copied().zip(line.split(',')).collect();
        let column =
            |name: &str| row.iter().find(|(h, _)| *h == name).map(|(_, v)| *v).filter(|v| !v.is_empty());
        let items: Vec<_> = row.iter().copied().filter(|(name, _)| instrument.item(name).is_some()).collect();
        let number = |name: &str| column(name).map(|v| v.parse::<f64>().expect("a number"));
        let given = answers(&instrument, &items);
        for (scale, expected) in scales {
            let score = score(&instrument, scale, &given);
            let (status, value) = match (number(expected), number("prorated_rounded")) {
                (Some(value), _) => (Status::Scored, Some(value)),
                (None, Some(value)) => (Status::Estimated, Some(value)),
                (None, None) => (Status::NotScored, None),
            };
            assert_eq!(score.status, status, "{scale}: {line}");
            let close = score.value.zip(value).is_none_or(|(a, b)| (a - b).abs() <= tolerance);
            assert!(close && score.value.is_some() == value.is_some(), "{scale}: {:?}, {line}", score.value);
            // A band of the first scale; a file without bands has no such column.
            let band = column("band").or_else(|| column("zone"));
            if *scale == scales[0].0 && (band.is_some() || status == Status::NotScored) {
                let shown = score.band.as_deref();
                assert!(shown == band || (status == Status::Estimated && shown.is_none()), "{scale}: {line}");
            }
        }
        rows += 1;
    }
    assert!(rows > 20, "{id}: only {rows} rows");
}

#[test]
fn every_published_example_agrees() {
    for (id, scales) in PUBLISHED {
        check_rows(id, scales);
    }
    let scored = INSTRUMENTS.iter().filter(|(_, text)| text.contains("\n[[scale]]")).count();
    assert_eq!(PUBLISHED.len(), scored, "an instrument with scales has no published file here");
}

#[test]
fn a_skipped_item_is_missing_not_zero() {
    let phq2 = instrument("phq-2");
    check(&phq2, "total", "q1=2 q2=0", "scored 2 negative (2 of 2)");
    check(&phq2, "total", "q1=2 q2=-", "not-scored nothing no band (1 of 2)");
    check(&phq2, "total", "q1=2", "not-scored nothing no band (1 of 2)");
    check(&phq2, "total", "", "not-scored nothing no band (0 of 2)");
}

#[test]
fn a_band_is_hidden_when_the_missing_items_could_move_the_score_into_another() {
    let gad7 = instrument("gad-7");
    // 0 to 3 more points: 3 to 6 crosses the cut-off at 5, 6 to 9 crosses none.
    check(&gad7, "total", "q1=1 q2=1 q3=1 q4=0 q5=0 q6=0", "estimated 4 no band (6 of 7)");
    check(&gad7, "total", "q1=1 q2=1 q3=1 q4=1 q5=1 q6=1", "estimated 7 mild (6 of 7)");
    check(&gad7, "total", "q1=2 q2=1 q3=1 q4=1 q5=1 q6=1", "estimated 8 no band (6 of 7)");
    // With two missing, 0 to 6 more: no band between 5 and 9 is that wide, the last one is.
    check(&gad7, "total", "q1=1 q2=1 q3=1 q4=1 q5=1", "estimated 7 no band (5 of 7)");
    check(&gad7, "total", "q1=3 q2=3 q3=3 q4=3 q5=3", "estimated 21 severe (5 of 7)");
    check(&gad7, "total", "q1=3 q2=3 q3=3 q4=3", "not-scored nothing no band (4 of 7)");
}

/// Three items of 0 to 4 and one of 0 to 10, and one scale over them.
fn three(scale: &str, vector: &str) -> Instrument {
    let item = |id: &str| {
        format!(
            "[[item]]\nid = \"{id}\"\nkind = \"integer\"\nmin = 0\nmax = 4\ntext = {{ en = \"{id}?\" }}\n"
        )
    };
    let items: String = ["a", "b", "c"].map(item).concat();
    own(&format!(
        "{items}[[scale]]\nid = \"s\"\nname = {{ en = \"S\" }}\nitems = [\"a\", \"b\", \"c\"]\ndirection = \"higher-worse\"\n{scale}\n\
         [[vector]]\nanswers = {{ a = 1, b = 2, c = 4 }}\nexpect = {{ s = {{ status = \"scored\", {vector} }} }}\n"
    ))
}

#[test]
fn a_mean_needs_every_item_unless_the_rule_says_otherwise() {
    let mean =
        three("method = \"mean\"\nrange = [0, 4]\nmissing = { rule = \"all-needed\" }", "value = 2.33333");
    check(&mean, "s", "a=1 b=2 c=4", "scored 2.3333 no band (3 of 3)");
    check(&mean, "s", "a=0 b=0 c=0", "scored 0 no band (3 of 3)");
    check(&mean, "s", "a=1 b=2", "not-scored nothing no band (2 of 3)");
}

#[test]
fn the_mean_of_those_answered_is_the_score_itself_not_an_estimate() {
    let mean = three(
        "method = \"mean\"\nrange = [0, 4]\nmissing = { rule = \"mean-of-answered\", at_least = 2 }\n\
         bands = [{ id = \"low\", name = { en = \"low\" }, min = 0, max = 2 }, { id = \"high\", name = { en = \"high\" }, min = 2, max = 4 }]",
        "value = 2.33333, band = \"high\"",
    );
    check(&mean, "s", "a=1 b=2", "scored 1.5 no band (2 of 3)");
    check(&mean, "s", "a=1 c=0", "scored 0.5 low (2 of 3)");
    check(&mean, "s", "b=4 c=4", "scored 4 high (2 of 3)");
    check(&mean, "s", "c=4 a=-", "not-scored nothing no band (1 of 3)");
}

#[test]
fn the_border_between_two_bands_belongs_to_the_upper_one() {
    let mean = three(
        "method = \"mean\"\nrange = [0, 4]\nmissing = { rule = \"all-needed\" }\n\
         bands = [{ id = \"low\", name = { en = \"low\" }, min = 0, max = 2 }, { id = \"high\", name = { en = \"high\" }, min = 2, max = 4 }]",
        "value = 2.33333, band = \"high\"",
    );
    check(&mean, "s", "a=2 b=2 c=2", "scored 2 high (3 of 3)");
    check(&mean, "s", "a=2 b=2 c=1", "scored 1.6667 low (3 of 3)");
}

#[test]
fn a_reversed_item_counts_from_the_other_end() {
    let sum = three(
        "method = \"sum\"\nreverse = [\"c\"]\nrange = [0, 12]\nmissing = { rule = \"all-needed\" }",
        "value = 3",
    );
    check(&sum, "s", "a=0 b=0 c=4", "scored 0 no band (3 of 3)");
    check(&sum, "s", "a=4 b=4 c=0", "scored 12 no band (3 of 3)");
    check(&sum, "s", "a=1 b=1 c=1", "scored 5 no band (3 of 3)");
}

#[test]
fn a_weighted_sum_multiplies_and_a_weighted_mean_divides_by_the_weights() {
    let rule = "missing = { rule = \"all-needed\" }\nweights = { a = 2.0 }";
    let sum = three(&format!("method = \"sum\"\nrange = [0, 16]\n{rule}"), "value = 8");
    check(&sum, "s", "a=4 b=0 c=0", "scored 8 no band (3 of 3)");
    let mean = three(&format!("method = \"mean\"\nrange = [0, 4]\n{rule}"), "value = 2");
    check(&mean, "s", "a=4 b=0 c=0", "scored 2 no band (3 of 3)");
    check(&mean, "s", "a=4 b=4 c=4", "scored 4 no band (3 of 3)");
    let negative = three(
        "method = \"sum\"\nrange = [-4, 8]\nmissing = { rule = \"all-needed\" }\nweights = { b = -1.0 }",
        "value = 3",
    );
    check(&negative, "s", "a=0 b=4 c=0", "scored -4 no band (3 of 3)");
    check(&negative, "s", "a=1 b=2 c=1", "scored 0 no band (3 of 3)");
}

#[test]
fn a_prorated_sum_lets_each_item_count_with_its_own_weight() {
    let sum = three(
        "method = \"sum\"\nrange = [0, 16]\nmissing = { rule = \"prorate\", max = 2 }\nweights = { a = 2.0 }",
        "value = 8",
    );
    check(&sum, "s", "a=4", "estimated 16 no band (1 of 3)");
    check(&sum, "s", "b=4 c=2", "estimated 12 no band (2 of 3)");
    check(&sum, "s", "", "not-scored nothing no band (0 of 3)");
}

#[test]
fn halves_are_rounded_up_even_when_binary_fractions_fall_short() {
    let sum = three(
        "method = \"sum\"\nrange = [0, 12]\nround = \"half-up\"\nmissing = { rule = \"prorate\", max = 2 }",
        "value = 7",
    );
    check(&sum, "s", "a=2 b=1", "estimated 5 no band (2 of 3)"); // 4.5
    check(&sum, "s", "a=3 b=2", "estimated 8 no band (2 of 3)"); // 7.5
    let tenths = three(
        "method = \"sum\"\nrange = [0, 4]\nround = \"half-up\"\nmissing = { rule = \"all-needed\" }\nweights = { a = 0.1, b = 0.2, c = 0.7 }",
        "value = 3",
    );
    // 0.1 * 2 + 0.2 + 0.7 * 3 is 2.5, and 2.4999999999999996 in binary.
    check(&tenths, "s", "a=2 b=1 c=3", "scored 3 no band (3 of 3)");
    check(&tenths, "s", "a=2 b=1 c=2", "scored 2 no band (3 of 3)");
}

#[test]
fn a_linear_transform_comes_after_the_sum() {
    let sum = three(
        "method = \"sum\"\nrange = [0, 96]\nlinear = { factor = 8.0, add = 0.0 }\nmissing = { rule = \"all-needed\" }",
        "value = 56",
    );
    check(&sum, "s", "a=4 b=4 c=4", "scored 96 no band (3 of 3)");
    let falling = three(
        "method = \"mean\"\nrange = [0, 100]\nlinear = { factor = -25.0, add = 100.0 }\nmissing = { rule = \"mean-of-answered\", at_least = 1 }",
        "value = 41.66667",
    );
    check(&falling, "s", "a=4 b=4 c=4", "scored 0 no band (3 of 3)");
    check(&falling, "s", "a=0", "scored 100 no band (1 of 3)");
}

#[test]
fn a_lookup_table_turns_whole_raw_scores_into_published_ones() {
    let rows: Vec<String> = (0..=12).map(|raw| format!("{raw} = {}", 100.0 - 2.5 * f64::from(raw))).collect();
    let table = three(
        &format!(
            "method = \"sum\"\nrange = [70, 100]\nlookup = {{ {} }}\nmissing = {{ rule = \"all-needed\" }}",
            rows.join(", ")
        ),
        "value = 82.5",
    );
    check(&table, "s", "a=0 b=0 c=0", "scored 100 no band (3 of 3)");
    check(&table, "s", "a=4 b=4 c=4", "scored 70 no band (3 of 3)");
    check(&table, "s", "a=1 b=0 c=0", "scored 97.5 no band (3 of 3)");
    check(&table, "s", "a=1 b=0", "not-scored nothing no band (2 of 3)");
}

/// Every shipped scale, and one of each kind that does not ship.
fn scales() -> Vec<Instrument> {
    let mut all: Vec<Instrument> = INSTRUMENTS
        .iter()
        .map(|(file, text)| Instrument::parse(file, text).unwrap())
        .filter(|instrument| !instrument.scales.is_empty())
        .collect();
    let weights = "weights = { a = 2.0, b = 0.5 }\nreverse = [\"b\"]";
    all.push(three(
        &format!("method = \"sum\"\nrange = [0, 14]\nmissing = {{ rule = \"prorate\", max = 2 }}\n{weights}"),
        "value = 7",
    ));
    all.push(three(&format!("method = \"mean\"\nrange = [0, 4]\nmissing = {{ rule = \"mean-of-answered\", at_least = 1 }}\n{weights}"), "value = 2"));
    all.push(three(&format!("method = \"mean\"\nrange = [-4, 4]\nlinear = {{ factor = -2.0, add = 4.0 }}\nmissing = {{ rule = \"all-needed\" }}\n{weights}"), "value = 0"));
    all
}

/// An instrument, and for each of its items a permitted answer or none.
fn answered() -> impl Strategy<Value = (Instrument, Answers)> {
    (proptest::sample::select(scales()), proptest::collection::vec(proptest::option::of(0..5_usize), 10))
        .prop_map(|(instrument, picks)| {
            let given = instrument.items.iter().zip(picks).filter_map(|(item, pick)| {
                let pick = pick?;
                let value = match &item.kind {
                    ItemKind::Choice(choices) => Value::Choice(choices[pick % choices.len()].code.clone()),
                    ItemKind::Integer(_) => Value::Integer(i64::try_from(pick).unwrap()),
                    _ => Value::Skipped,
                };
                Some((item.id.clone(), value))
            });
            let given = given.collect();
            (instrument, given)
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_score_never_leaves_its_range((instrument, answers) in answered()) {
        for scale in &instrument.scales {
            let score = one(&instrument, scale, |item| answers.get(item).cloned());
            if let Some(value) = score.value {
                prop_assert!(scale.range.0 - 1e-9 <= value && value <= scale.range.1 + 1e-9, "{value} of {:?}", scale.range);
            }
            prop_assert_eq!(score.value.is_some(), score.status != Status::NotScored);
            prop_assert!(score.band.is_none() || score.value.is_some());
        }
    }

    #[test]
    fn the_order_of_the_items_does_not_matter((instrument, answers) in answered()) {
        let mut turned = instrument.clone();
        // Skip logic looks back: there the order of asking does matter.
        if turned.items.iter().all(|item| item.enable.when.is_empty()) {
            turned.items.reverse();
        }
        // A bank is made once, when the file is read, in the order of its scale.
        for scale in turned.scales.iter_mut().filter(|scale| !matches!(scale.method, Method::Irt(_))) {
            scale.items.reverse();
        }
        let (a, b) = (all(&instrument, &Person::default(), |item| answers.get(item).cloned()), all(&turned, &Person::default(), |item| answers.get(item).cloned()));
        for (a, b) in a.iter().zip(&b) {
            prop_assert_eq!((a.status, &a.band, a.answered), (b.status, &b.band, b.answered));
            prop_assert!(a.value.zip(b.value).is_none_or(|(a, b)| (a - b).abs() < 1e-9));
        }
    }

    #[test]
    fn a_missing_answer_never_invents_a_value((instrument, answers) in answered(), taken in 0..10_usize) {
        let mut fewer = answers.clone();
        if let Some(id) = answers.keys().nth(taken % answers.len().max(1)) {
            fewer.remove(id);
        }
        for scale in &instrument.scales {
            let before = one(&instrument, scale, |item| answers.get(item).cloned());
            let after = one(&instrument, scale, |item| fewer.get(item).cloned());
            prop_assert!(before.status != Status::NotScored || after.status == Status::NotScored);
            prop_assert!(after.status != Status::NotScored || (after.value.is_none() && after.band.is_none()));
            prop_assert!(after.answered > 0 || after.status == Status::NotScored);
        }
    }

    #[test]
    fn a_band_that_is_shown_is_the_band_whatever_the_missing_answers_were((instrument, answers) in answered(), fill in 0..5_usize) {
        // What skip logic hides is not missing, and counts when it was answered all the same.
        for scale in instrument.scales.iter().filter(|scale| scale.hidden_counts.is_none()) {
            let shown = one(&instrument, scale, |item| answers.get(item).cloned()).band;
            let filled = one(&instrument, scale, |id| {
                let item = instrument.item(id)?;
                answers.get(id).cloned().or_else(|| match &item.kind {
                    ItemKind::Choice(choices) => Some(Value::Choice(choices[fill % choices.len()].code.clone())),
                    _ => Some(Value::Integer(i64::try_from(fill).unwrap())),
                })
            });
            prop_assert!(shown.is_none() || shown == filled.band);
        }
    }
}
