//! Variants, banks, permissions, people told apart, and what examples prove besides scores.

use super::super::*;
use crate::{
    message::Channel,
    patient::{Person, Sex},
    response::{Respondent, Value},
    scoring::{self, Status},
    testing::{HEAD, own},
};

const OFTEN: &str = r#"[options]
often = [
  { code = "0", weight = 0.0, text = { en = "Never" } },
  { code = "1", weight = 1.0, text = { en = "Sometimes" } },
  { code = "2", weight = 2.0, text = { en = "Always" } },
]
"#;

/// Three items of 0 to 2, with what a test adds to the first, a scale, and an example of it.
fn file(item: &str, scale: &str, rest: &str) -> String {
    let items: Vec<String> = (1..=3)
        .map(|n| {
            let added = if n == 1 { item } else { "" };
            format!(
                "[[item]]\nid = \"q{n}\"\nkind = \"choice\"\noptions = \"often\"\ntext = {{ en = \"Item {n}?\" }}\n{added}\n"
            )
        })
        .collect();
    let items = items.concat();
    format!(
        r#"{HEAD}
{OFTEN}{items}
[[scale]]
id = "total"
name = {{ en = "Total" }}
items = ["q1", "q2", "q3"]
method = "sum"
missing = {{ rule = "all-needed" }}
range = [0.0, 6.0]
direction = "higher-worse"
{scale}
[[vector]]
answers = {{ q1 = 1, q2 = 1, q3 = 1 }}
expect = {{ total = {{ status = "scored", value = 3.0 }} }}
{rest}
"#
    )
}

fn parse(text: &str) -> Result<Instrument, Refused> {
    Instrument::parse("own.toml", text)
}

#[track_caller]
fn refused(text: &str, wanted: &[&str]) {
    let said = parse(text).expect_err("the file must be refused").to_string();
    for wanted in wanted {
        assert!(said.contains(wanted), "wanted {wanted:?}, got\n{said}");
    }
}

fn right(text: &str) -> Instrument {
    parse(text).unwrap_or_else(|refused| panic!("{refused}"))
}

#[test]
fn a_variant_is_the_file_with_some_of_its_keys_said_again() {
    let variant = r#"
[[variant]]
id = "tens"
name = { en = "Counted in tens" }
[[variant.options.often]]
code = "1"
weight = 10.0
[[variant.options.often]]
code = "2"
weight = 20.0
[[variant.scale]]
id = "total"
range = [0.0, 60.0]
[[variant.vector]]
answers = { q1 = 1, q2 = 1, q3 = 1 }
expect = { total = { status = "scored", value = 30.0 } }
"#;
    let instrument = right(&file("", "", variant));
    let tens = instrument.variant("own.tens").expect("the variant");
    assert_eq!((tens.variant_of.as_deref(), tens.items.len()), (Some("own"), 3));
    assert_eq!(tens.title.best(&Lang::english()), "Counted in tens");
    assert_eq!(tens.item("q1").unwrap().number_range(), Some((0.0, 20.0)));
    assert_eq!(instrument.item("q1").unwrap().number_range(), Some((0.0, 2.0)));
    assert_eq!(tens.source, instrument.source);

    refused(&file("", "", &variant.replace("60.0", "59.0")), &["variant[0].scale[0].range: is [0, 59]"]);
    refused(
        &file("", "", &variant.replace("30.0", "31.0")),
        &["variant[0].vector[0]: scale \"total\" comes to"],
    );
    refused(&file("", "", &variant.replace("name = ", "nam = ")), &["variant[0]", "has no name"]);
    refused(&file("", "", &variant.replace("range", "rnage")), &["variant[0]", "rnage"]);
}

#[test]
fn a_variant_may_have_another_rule_and_says_what_it_can_not_find() {
    let variant = r#"
[[variant]]
id = "lax"
name = { en = "One may be missing" }
[[variant.scale]]
id = "total"
missing = { rule = "prorate", max = 1 }
round = "half-up"
[[variant.vector]]
answers = { q1 = 1, q2 = 1 }
expect = { total = { status = "estimated", value = 3.0 } }
[[variant.vector]]
answers = { q1 = 1, q2 = 1, q3 = 1 }
expect = { total = { status = "scored", value = 3.0 } }
"#;
    let instrument = right(&file("", "", variant));
    assert_eq!(instrument.variants[0].scales[0].missing, Missing::Prorate { max: 1 });
    refused(
        &file("", "", &variant.replace("id = \"total\"", "id = \"totl\"")),
        &["variant[0].scale: \"totl\" is not in the file itself; did you mean \"total\"?"],
    );
    refused(&file("", "", &variant.replace("round", "ruond")), &["variant[0]", "did you mean \"round\"?"]);
}

#[test]
fn what_is_of_the_wrong_type_is_said_in_the_words_of_the_file() {
    let text = file("", "", "");
    for (from, to, wanted) in [
        ("weight = 1.0", "weight = \"1\"", "must be a number, without quotes"),
        ("[licence]", "[[licence]]", "must be text, in quotes; one pair of brackets, not two?"),
        (
            "missing = { rule = \"all-needed\" }",
            "missing = \"all-needed\"",
            "must be a table: { rule = \"all-needed\" }",
        ),
        (
            "name = { en = \"Total\" }",
            "name = \"Total\"",
            "must be a table: a text is written { en = \"...\" }",
        ),
        ("items = [\"q1\", \"q2\", \"q3\"]", "items = \"q1\"", "must be a list, in brackets"),
    ] {
        assert!(text.contains(from), "{from}");
        refused(&text.replacen(from, to, 1), &[wanted]);
    }
    refused(" \n", &["own.toml: the file is empty"]);
    let one = text.split("[[vector]]").next().unwrap().replacen("[[scale]]", "[scale]", 1);
    refused(&one, &["is one table, must be a list of them: write two brackets"]);
}

#[test]
fn bands_of_a_prorated_sum_need_whole_scores_or_touch() {
    let bands = "bands = [{ id = \"low\", name = { en = \"low\" }, min = 0.0, max = 2.0 }, { id = \"high\", name = { en = \"high\" }, min = 3.0, max = 6.0 }]\n";
    let text = file("", bands, "").replace("{ rule = \"all-needed\" }", "{ rule = \"prorate\", max = 1 }");
    refused(&text, &["a prorated score can lie between 2 and 3: set round = \"half-up\""]);
    let whole = text.replace("value = 3.0 }", "value = 3.0, band = \"high\" }");
    right(&whole.replacen("direction", "round = \"half-up\"\ndirection", 1));
}

#[test]
fn a_key_said_to_be_nothing_is_taken_away_in_a_variant() {
    let variant = "[[variant]]\nid = \"bare\"\nname = { en = \"Bare\" }\nloinc = \"\"\n";
    let text = file("", "", variant).replacen("version = \"1\"", "version = \"1\"\nloinc = \"44249-1\"", 1);
    let instrument = right(&text);
    assert_eq!(instrument.loinc.as_deref(), Some("44249-1"));
    assert_eq!(instrument.variants[0].loinc, None);
}

#[test]
fn what_may_not_be_asked_yet_says_so_and_a_grant_says_by_whom() {
    let with = |permission: &str| {
        file("", "", "").replacen(
            "electronic_use = true",
            &format!("electronic_use = true\npermission = {permission}"),
            1,
        )
    };
    assert!(right(&file("", "", "")).licence.permission.may_ask());
    assert!(!right(&with("{ status = \"to-confirm\", ask = \"its owner\" }")).licence.permission.may_ask());
    let granted = "{ status = \"granted\", by = \"The owner\", on = \"2026-01-31\", scope = \"our clinic\" }";
    assert!(right(&with(granted)).licence.permission.may_ask());
    let on_paper = with(granted).replace("electronic_use = true", "electronic_use = false");
    refused(&on_paper, &["licence.electronic_use: is false: the permission must cover electronic use"]);
    refused(&with(&granted.replace("2026-01-31", "last year")), &["licence.permission.on", "must be a date"]);
    refused(&with(&granted.replace("The owner", " ")), &["licence.permission.by: is empty"]);
    refused(&with("{ status = \"needed\", ask = \"its owner\" }"), &["the file holds texts"]);
    refused(&with("{ status = \"grunted\" }"), &["did you mean \"granted\"?"]);
}

#[test]
fn scoring_alone_needs_no_texts() {
    let mut text = file("", "", "").replacen(
        "electronic_use = true",
        "electronic_use = true\npermission = { status = \"needed\", ask = \"its owner\" }",
        1,
    );
    text = text.replace("[languages.en]\nsource = \"Written for a test\"\n", "");
    for word in ["Never", "Sometimes", "Always"] {
        text = text.replace(&format!(", text = {{ en = \"{word}\" }}"), "");
    }
    for n in 1..=3 {
        text = text.replace(&format!("text = {{ en = \"Item {n}?\" }}\n"), "");
    }
    let slot = right(&text);
    assert!(slot.languages.is_empty() && !slot.licence.permission.may_ask());
    assert_eq!(slot.language_for(&Lang::english()), None);
}

#[test]
fn bands_can_be_those_of_some_people() {
    let bands = r#"
[[scale.bands_for]]
sex = "female"
citation = "Nobody 2026"
bands = [
  { id = "low", name = { en = "low (0-1)" }, min = 0.0, max = 1.0 },
  { id = "high", name = { en = "high (2-6)" }, min = 2.0, max = 6.0 },
]
[[scale.bands_for]]
sex = "male"
from_age = 18
citation = "Nobody 2026"
bands = [
  { id = "low", name = { en = "low (0-2)" }, min = 0.0, max = 2.0 },
  { id = "high", name = { en = "high (3-6)" }, min = 3.0, max = 6.0 },
]
"#;
    let text = file("", bands, "").replace("value = 3.0 }", "value = 3.0, band = \"high\" }");
    let text = text.replace("[[vector]]", "[[vector]]\nsex = \"male\"\nage = 40");
    let instrument = right(&text);
    let band = |sex, age, value| scoring::band(&instrument.scales[0], &Person { sex, age }, value);
    let (woman, man) = (Some(Sex::Female), Some(Sex::Male));
    assert_eq!(band(woman, None, 2.0).as_deref(), Some("high"));
    assert_eq!(band(man, Some(40), 2.0).as_deref(), Some("low"));
    assert_eq!(band(man, Some(17), 2.0), None, "nobody's bands");
    assert_eq!(band(None, None, 2.0), None, "it depends on what is not known");

    refused(
        &text.replace(
            "max = 2.0 },\n  { id = \"high\", name = { en = \"high (3-6)\" }, min = 3.0",
            "max = 2.0 },\n  { id = \"high\", name = { en = \"high (4-6)\" }, min = 4.0",
        ),
        &["scale[0].bands_for[1].bands[1].min: is 4, leaves a gap; must be 3"],
    );
    refused(&text.replace("low (0-1)", "low (0-2)"), &["says (0-2), but the band goes from 0 to 1"]);
    refused(&text.replace("sex = \"female\"\n", ""), &["scale[0].bands_for[0]: must say for whom"]);
}

#[test]
fn what_skip_logic_hides_counts_as_the_rule_says() {
    let scale = "hidden_counts = 0.0\n";
    let gated = |more: &str| {
        file("", &format!("{scale}{more}"), "").replacen(
            "text = { en = \"Item 2?\" }",
            "text = { en = \"Item 2?\" }\nenable_when = [{ item = \"q1\", operator = \">=\", value = 1 }]",
            1,
        )
    };
    let score = |instrument: &Instrument, answers: &[(&str, &str)]| {
        let value = |id: &str| {
            answers.iter().find(|(item, _)| *item == id).map(|(_, code)| Value::Choice((*code).to_owned()))
        };
        scoring::all(instrument, &Person::default(), value).remove(0)
    };
    let counted = right(&gated(""));
    let hidden = score(&counted, &[("q1", "0"), ("q3", "2")]);
    assert_eq!((hidden.status, hidden.value, hidden.answered, hidden.of), (Status::Scored, Some(2.0), 2, 2));
    assert_eq!(
        score(&counted, &[("q1", "1"), ("q3", "2")]).status,
        Status::NotScored,
        "not hidden, so missing"
    );
    assert_eq!(score(&counted, &[("q1", "0"), ("q2", "2"), ("q3", "2")]).value, Some(4.0));
    let ignored = right(&gated("hidden_answers = \"ignored\"\n"));
    assert_eq!(score(&ignored, &[("q1", "0"), ("q2", "2"), ("q3", "2")]).value, Some(2.0));
    refused(
        &gated("").replace(scale, "hidden_answers = \"ignored\"\n"),
        &["scale[0].hidden_answers: needs hidden_counts"],
    );
}

#[test]
fn an_item_for_one_sex_is_hidden_for_the_other_and_asked_when_nothing_is_known() {
    let instrument = right(&file("only_for = \"female\"\n", "hidden_counts = 0.0\n", ""));
    let asked = |sex| {
        let person = Person { sex, age: None };
        instrument.visible(&person, |_| None).iter().map(|item| item.id.as_str()).collect::<Vec<_>>()
    };
    assert_eq!(asked(Some(Sex::Male)), ["q2", "q3"]);
    assert_eq!(asked(Some(Sex::Female)), ["q1", "q2", "q3"]);
    assert_eq!(asked(None), ["q1", "q2", "q3"]);
    assert!(instrument.tells_people_apart());
}

#[test]
fn examples_prove_marks_limits_changes_and_flags_from_both_sides() {
    let change = "change = [{ points = 2.0, population = \"us\", citation = \"Nobody 2026\" }, { percent = 30.0, population = \"us\", citation = \"Nobody 2026\" }]\n";
    let flag = "[[red_flag]]\nid = \"worst\"\nlevel = \"red\"\ntext = { en = \"The worst\" }\nitem = \"q1\"\ncodes = [\"2\"]\n";
    let examples = r#"
[[vector]]
answers = { q1 = 2, q2 = 0, q3 = 1 }
before = { total = 5.0 }
asked = ["q1", "q2", "q3"]
stands_out = ["q1"]
red_flags = ["worst"]
refused = { q1 = [3] }
expect = { total = { status = "scored", value = 3.0, change = "reached" } }
[[vector]]
answers = { q1 = 1, q2 = 0, q3 = 2 }
before = { total = 4.0 }
stands_out = []
red_flags = []
expect = { total = { status = "scored", value = 3.0, change = "not-reached" } }
"#;
    let text = file("stands_out_from = 2.0\n", change, &format!("{flag}{examples}"));
    right(&text);
    refused(
        &text.replace("stands_out_from = 2.0", "stands_out_from = 1.0"),
        &["vector[2]: the items that stand out are [\"q1\"]"],
    );
    refused(&text.replace("points = 2.0", "points = 3.0"), &["goes from 5 to 3: that is \"not-reached\""]);
    refused(&text.replace("points = 2.0", "points = 1.0"), &["goes from 4 to 3: that is \"reached\""]);
    refused(&text.replace("codes = [\"2\"]", "codes = [\"1\"]"), &["the red flags that fire are []"]);
    refused(
        &text.replace("refused = { q1 = [3] }", "refused = { q1 = [2] }"),
        &["q1 = \"2\" is a permitted answer"],
    );
    refused(&text.replace("asked = [\"q1\", ", "asked = ["), &["the questions that are asked are"]);
    refused(
        &text.replace("points = 2.0,", "points = 2.0, percent = 3.0,"),
        &["needs points or percent above 0"],
    );
}

#[test]
fn the_least_can_be_what_stands_out() {
    let instrument = right(&file("stands_out_to = 1.0\n", "", ""));
    let item = instrument.item("q1").unwrap();
    let far = |code: &str| item.standing_out(&Value::Choice(code.to_owned()));
    assert_eq!((far("2"), far("1"), far("0")), (None, Some(0.0), Some(1.0)));
    refused(
        &file("stands_out_to = 1.0\nstands_out_from = 1.0\n", "", ""),
        &["stands_out_to: and stands_out_from are both given; keep one"],
    );
}

#[test]
fn slips_in_codes_and_periods_are_found() {
    let coded = |code: &str| file(&format!("loinc = \"{code}\"\n"), "", "");
    right(&coded("44250-9"));
    refused(&coded("44250-8"), &["item[0].loinc", "after 44250 comes 9"]);
    let recall = |days: u16, words: &str| {
        format!("recall = {{ days = {days}, text = {{ en = \"{words}\" }} }}\n{}", file("", "", ""))
    };
    for (days, words) in [(14, "the last 2 weeks"), (30, "the past month"), (7, "the past week"), (0, "now")]
    {
        right(&recall(days, words));
    }
    refused(&recall(13, "the last 2 weeks"), &["recall.days: is 13, but its words say \"the last 2 weeks\""]);
    refused(
        &format!("recall = \"the last 2 weeks\"\n{}", file("", "", "")),
        &["recall: is \"the last 2 weeks\", must say { days = 14"],
    );
    refused(&file("", "", "").replace("Item 2?", "Item 1?"), &["item[1].text: is the text of item[0], too"]);
    let unordered = file("", "", "").replacen("weight = 1.0", "weight = 3.0", 1);
    let unordered = unordered.split("[[scale]]").next().unwrap().to_owned();
    refused(&unordered, &["has the weights [0.0, 3.0, 2.0]"]);
}

#[test]
fn a_file_of_an_earlier_form_is_still_read_for_who_began_with_it() {
    let old =
        format!("recall = \"the last 2 weeks\"\n{}", file("", "", "").replace("value = 3.0", "value = 4.0"));
    assert!(parse(&old).is_err());
    let kept = Instrument::parse_kept("own.toml", &old).expect("it was proved when it was taken into use");
    assert_eq!(kept.items.len(), 3);
    assert!(Instrument::parse_kept("own.toml", "id = 3").is_err());
}

#[test]
fn an_instrument_can_be_kept_from_a_door_and_from_a_proxy() {
    let text = file("", "", "").replacen("version", "channels = [\"web\", \"staff\"]\nversion", 1);
    let instrument = right(&text);
    assert!(instrument.is_for(Channel::Web, Respondent::Patient));
    assert!(!instrument.is_for(Channel::Telegram, Respondent::Patient));
    assert!(!instrument.is_for(Channel::Web, Respondent::Proxy));
    let proxy = right(&text.replacen("version", "proxy = true\nversion", 1));
    assert!(proxy.is_for(Channel::Web, Respondent::Proxy));
    refused(&text.replace("[\"web\", \"staff\"]", "[\"wep\"]"), &["did you mean \"web\"?"]);
    refused(&text.replace("[\"web\", \"staff\"]", "[]"), &["channels: is empty"]);
}

/// A bank of three items, its scale and its test.
fn bank(adaptive: &str, scale: &str) -> String {
    let items: Vec<String> = [(1.5, [-1.0, 0.5]), (2.0, [-0.5, 1.0]), (1.0, [0.0, 1.5])]
        .iter()
        .enumerate()
        .map(|(n, (a, b))| {
            format!(
                "[[item]]\nid = \"q{n}\"\nkind = \"choice\"\noptions = \"often\"\ntext = {{ en = \"Item {n}?\" }}\narea = \"a{}\"\nirt = {{ a = {a:?}, b = {b:?} }}\n",
                n % 2
            )
        })
        .collect();
    let items = items.concat();
    format!(
        r#"
{OFTEN}{items}
[[scale]]
id = "t"
name = {{ en = "T" }}
items = ["q0", "q1", "q2"]
method = "irt"
irt = {{ d = 1.0, metric = {{ mean = 50.0, sd = 10.0 }} }}
missing = {{ rule = "answered", at_least = 1 }}
range = [10.0, 90.0]
direction = "higher-worse"
{scale}
[adaptive]
scale = "t"
select = "mpwi"
min_items = 1
max_items = 2
stop_se = 0.1
{adaptive}
[[vector]]
answers = {{}}
expect = {{ t = {{ status = "not-scored" }} }}
"#
    )
}

#[test]
fn a_bank_asks_one_item_after_the_other_until_enough_is_known() {
    // A scored example is needed; its value is computed here by the engine that has its own oracle.
    let unproved = parse(&format!("{HEAD}{}", bank("", ""))).expect_err("no scored example");
    assert!(unproved.to_string().contains("none proves the scale \"t\""), "{unproved}");
    let kept = Instrument::parse_kept("own.toml", &format!("{HEAD}{}", bank("", ""))).unwrap();
    let score = scoring::all(&kept, &Person::default(), |id| (id == "q1").then(|| Value::Choice("2".into())));
    let (value, se) = (score[0].value.unwrap(), score[0].se.unwrap());
    let example = |value: f64| {
        format!(
            "[[vector]]\nanswers = {{ q1 = 2 }}\nexpect = {{ t = {{ status = \"scored\", value = {value:?}, se = {se:?} }} }}\n"
        )
    };
    let text = format!("{HEAD}{}{}", bank("", ""), example(value));
    let instrument = right(&text);
    refused(
        &text.replace(&format!("value = {value:?}"), &format!("value = {:?}", value + 2e-6)),
        &["comes to scored"],
    );
    refused(&text.replace(&format!("se = {se:?}"), "se = 1.0"), &["has the standard error"]);

    let asked = |answers: &[(&str, Value)]| {
        let value = |id: &str| answers.iter().find(|(item, _)| *item == id).map(|(_, value)| value);
        instrument.visible(&Person::default(), value).iter().map(|item| item.id.clone()).collect::<Vec<_>>()
    };
    let (one, skipped) = (Value::Choice("1".into()), Value::Skipped);
    assert_eq!(asked(&[]), ["q1"], "the steepest first");
    assert_eq!(asked(&[("q1", one.clone())]), ["q1", "q0"]);
    assert_eq!(asked(&[("q1", one.clone()), ("q0", one.clone())]), ["q1", "q0"], "two are enough");
    assert_eq!(asked(&[("q1", skipped), ("q0", one.clone())]), ["q1", "q0"], "one left out was asked, too");
    assert_eq!(asked(&[("q2", one.clone()), ("q0", one)]), ["q0", "q2"], "what was answered is kept");
    assert_eq!(instrument.most_items(), 2);
}

#[test]
fn what_is_wrong_with_a_bank_is_named() {
    let with = |from: &str, to: &str| format!("{HEAD}{}", bank("", "").replacen(from, to, 1));
    refused(
        &with("scale = \"t\"", "scale = \"tt\""),
        &["adaptive.scale: \"tt\" is not a scale; did you mean \"t\"?"],
    );
    refused(&with("irt = { a = 2.0", "irt = { a = 0.0"), &["scale[0].irt", "q1", "the slope is 0"]);
    refused(&with("b = [-0.5, 1.0]", "b = [1.0, -0.5]"), &["scale[0].irt", "q1"]);
    refused(
        &with("b = [-0.5, 1.0]", "b = [1.0]"),
        &["\"q1\" has 1 thresholds, so its choices must have the weights 0 to 1"],
    );
    refused(&with("max_items = 2", "max_items = 0"), &["adaptive.max_items: is 0"]);
    refused(
        &with("min_items = 1", "min_items = 3"),
        &["adaptive.min_items: is 3, must be at most max_items"],
    );
    refused(&with("stop_se = 0.1", "stop_se = -0.1"), &["adaptive.stop_se: must be a number above 0"]);
    refused(
        &with("stop_se = 0.1", "stop_se = 3.0"),
        &["adaptive.stop_se: is 3, must be in standard deviations"],
    );
    refused(&with("max_items = 2", "max_items = 4"), &["adaptive.max_items: is 4, but the bank has 3 items"]);
    refused(&with("select = \"mpwi\"", "select = \"mpwj\""), &["did you mean \"mpwi\"?"]);
    refused(&with("range = [10.0, 90.0]", "range = [0.0, 100.0]"), &["the items add up to [10, 90]"]);
    refused(
        &format!("{HEAD}{}", bank("content = [{ area = \"zz\", max = 1 }]\nstart = \"q9\"", "")),
        &["adaptive.content", "adaptive.start: is q9, must be an item of the bank"],
    );
    refused(&format!("{HEAD}{}", bank("", "reverse = [\"q1\"]")), &["scale[0].reverse: does not belong"]);
}

#[test]
fn the_shared_head_of_the_tests_is_right() {
    assert_eq!(
        own("[[item]]\nid = \"a\"\nkind = \"display\"\ntext = { en = \"Hello\" }\n").channels,
        Channel::ALL
    );
}
