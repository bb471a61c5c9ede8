mod format;
mod mutations;

use super::*;
use crate::testing::INSTRUMENTS;

/// A small file in which everything is right. Each test below breaks one thing in it.
const RIGHT: &str = r#"id = "mini"
version = "1"
title = { en = "Mini", es = "Mini" }
plain_name = { en = "Tiredness", es = "Cansancio" }
citations = ["Nobody N. A scale for tests. J Tests 2026;1:1"]

[licence]
kind = "own-words"
notice = "Part of the tests"
evidence = "LICENSE"
electronic_use = true

[languages.en]
source = "Written for the tests"
[languages.es]
source = "Escrito para las pruebas"

[stems]
week = { en = "In the last week:", es = "En la última semana:" }

[options]
often = [
  { code = "0", weight = 0.0, text = { en = "Never", es = "Nunca" } },
  { code = "1", weight = 1.0, text = { en = "Sometimes", es = "A veces" } },
  { code = "2", weight = 2.0, text = { en = "Always", es = "Siempre" } },
]

[[item]]
id = "q1"
kind = "choice"
stem = "week"
options = "often"
text = { en = "Were you tired?", es = "¿Tuvo cansancio?" }

[[item]]
id = "q2"
kind = "choice"
stem = "week"
options = "often"
text = { en = "Did you sleep badly?", es = "¿Durmió mal?" }

[[item]] # the third
id = "hours"
kind = "integer"
text = { en = "How many hours did you sleep?", es = "¿Cuántas horas durmió?" }
min = 0
max = 24
unit = { en = "hours", es = "horas" }

[[item]] # the fourth
id = "why"
kind = "text"
text = { en = "What keeps you awake?", es = "¿Qué no le deja dormir?" }
enable_when = [{ item = "q2", operator = ">=", value = 1 }]

[[scale]]
id = "total"
name = { en = "Total", es = "Total" }
items = ["q1", "q2"]
method = "sum"
missing = { rule = "all-needed" }
range = [0.0, 4.0]
direction = "higher-worse"
bands = [
  { id = "low", name = { en = "low", es = "bajo" }, min = 0.0, max = 1.0 },
  { id = "high", name = { en = "high", es = "alto" }, min = 2.0, max = 4.0 },
]

[[red_flag]]
id = "always"
level = "amber"
text = { en = "Always tired" }
item = "q1"
codes = ["2"]

[[vector]]
answers = { q1 = 1, q2 = 2 }
expect = { total = { status = "scored", value = 3.0, band = "high" } }
"#;

fn parse(text: &str) -> Result<Instrument, Refused> {
    Instrument::parse("mini.toml", text)
}

/// Replaces `from` by `to` in the right file; the fault must name `key`, the first line that
/// differs, and say `what`.
#[track_caller]
fn check(from: &str, to: &str, key: &str, what: &str) {
    let broken = RIGHT.replacen(from, to, 1);
    let differs = RIGHT.lines().zip(broken.lines()).find(|(right, broken)| right != broken);
    check_at(differs.expect("something is replaced").1, from, to, key, what);
}

/// The same, for a fault on the line that holds `line`.
#[track_caller]
fn check_at(line: &str, from: &str, to: &str, key: &str, what: &str) {
    assert_eq!(RIGHT.matches(from).count(), 1, "{from:?} must be in the file once");
    let broken = RIGHT.replacen(from, to, 1);
    let wanted = broken.lines().position(|l| l.contains(line)).map(|n| n + 1);
    assert!(wanted.is_some(), "no line of the broken file holds {line:?}");
    let Err(refused) = parse(&broken) else { panic!("the file with {to:?} must be refused") };
    let named = refused.faults.iter().filter(|f| f.key == key && f.line == wanted && f.what.contains(what));
    assert_eq!(named.count(), 1, "wanted line {wanted:?}, key {key:?}, {what:?} once; got\n{refused}");
}

#[test]
fn every_file_that_ships_is_right() {
    for (file, text) in INSTRUMENTS {
        let instrument = Instrument::parse(file, text).unwrap_or_else(|refused| panic!("{refused}"));
        assert_eq!(format!("{}.toml", instrument.id), file);
        assert_eq!(instrument.source, text);
        assert!(instrument.questions().count() > 0);
    }
    parse(RIGHT).unwrap_or_else(|refused| panic!("{refused}"));
}

#[test]
fn a_path_before_the_file_name_is_forgiven_and_another_name_is_not() {
    assert!(Instrument::parse("/etc/foreword/instruments/mini.toml", RIGHT).is_ok());
    let refused = Instrument::parse("other.toml", RIGHT).expect_err("the id is not the file's name");
    assert_eq!(refused.to_string(), "other.toml:1: id: is \"mini\", must be the file's name \"other\"");
}

#[test]
fn a_file_that_toml_can_not_read_names_the_line_and_the_key() {
    check("version = \"1\"", "version = ", "version", "");
    check("version = \"1\"", "version = \"1", "version", "");
    check("min = 0\n", "min = 0\nmin = 1\n", "min", "duplicate");
    check("version = \"1\"", "version = 1", "version", "must be text, in quotes");
    check("id = \"q1\"", "identifier = \"q1\"", "identifier", "is not a key here");
    check("code = \"1\", weight", "code = \"1\", wieght", "wieght", "did you mean \"weight\"?");
    check("weight = 1.0", "weight = \"one\"", "weight", "must be a number, without quotes");
    check("text = { en = \"Were", "text = { english = \"Were", "english", "not a language tag");
    check("kind = \"integer\"", "kind = \"number\"", "kind", "is not known here");
    check_at("[licence]", "kind = \"own-words\"\n", "", "kind", "is absent");
    check_at("[[scale]]", "name = { en = \"Total\", es = \"Total\" }\n", "", "name", "is absent");
    check_at("id = \"mini\"", "title = { en = \"Mini\", es = \"Mini\" }\n", "", "title", "is absent");
    check("method = \"sum\"", "method = \"median\"", "method", "is not known here");
    check("rule = \"all-needed\"", "rule = \"zero\"", "rule", "is not known here");
    check("operator = \">=\"", "operator = \"is\"", "operator", "is not known here");
}

#[test]
fn what_the_file_itself_must_say_is_asked_for() {
    check("version = \"1\"", "version = \" \"", "version", "is empty");
    check("electronic_use = true", "electronic_use = false", "licence.electronic_use", "electronic use");
    check("evidence = \"LICENSE\"", "evidence = \"\"", "licence.evidence", "is empty");
    check(
        "citations = [\"Nobody N. A scale for tests. J Tests 2026;1:1\"]",
        "citations = []",
        "citations",
        "is empty",
    );
    check("source = \"Escrito para las pruebas\"", "source = \"\"", "languages.es.source", "published");
    check("[languages.es]", "[languages.e]", "languages.e", "not a language tag");
}

#[test]
fn a_file_without_a_licence_or_citations_is_refused_without_a_line() {
    let start = RIGHT.find("[licence]").unwrap();
    let end = RIGHT.find("[languages.en]").unwrap();
    let refused = parse(&format!("{}{}", &RIGHT[..start], &RIGHT[end..])).expect_err("it has no licence");
    assert!(refused.faults.iter().any(|f| f.key == "licence" && f.line.is_none()), "{refused}");
    let without: Vec<&str> = RIGHT.lines().filter(|line| !line.starts_with("citations")).collect();
    let refused = parse(&without.join("\n")).expect_err("it has no citations");
    assert!(refused.faults.iter().any(|f| f.key == "citations" && f.line.is_none()), "{refused}");
}

#[test]
fn every_text_is_there_in_every_language_and_in_no_other() {
    check(", es = \"¿Tuvo cansancio?\"", "", "item[0].text", "has no text in \"es\"");
    check("es = \"¿Tuvo cansancio?\"", "es = \" \"", "item[0].text.es", "is empty");
    check("es = \"¿Tuvo cansancio?\"", "es = \"¿Tuvo\\u0007?\"", "item[0].text.es", "control");
    check(
        "es = \"¿Tuvo cansancio?\"",
        "es = \"¿Tuvo?\", fr = \"Fatigué ?\"",
        "item[0].text.fr",
        "does not name with a source",
    );
    check(", es = \"Nunca\"", "", "options.often[0].text", "has no text in \"es\"");
    check(", es = \"En la última semana:\"", "", "stems.week", "has no text in \"es\"");
    check(", es = \"Cansancio\"", "", "plain_name", "has no text in \"es\"");
    check(", es = \"alto\"", "", "scale[0].bands[1].name", "has no text in \"es\"");
    check("es = \"horas\"", "de = \"Stunden\"", "item[2].unit", "has no text in \"es\"");
    check(
        "es = \"horas\"",
        "es = \"horas\", de = \"Stunden\"",
        "item[2].unit.de",
        "does not name with a source",
    );
}

#[test]
fn every_item_is_right_in_itself() {
    check("id = \"hours\"", "id = \"hours slept\"", "item[2].id", "letters, digits");
    check("min = 0\n", "min = 0.5\n", "item[2].min", "a whole number");
    check_at("# the third", "min = 0\n", "", "item[2]", "min is absent");
    check("max = 24", "max = -1", "item[2].max", "below min");
    check("max = 24", "max = 24\nlow = { en = \"none\", es = \"nada\" }", "item[2].low", "does not belong");
    check("kind = \"text\"", "kind = \"text\"\nmax_chars = 0", "item[3].max_chars", "must be 1 to 4000");
    check_at("# the fourth", "kind = \"text\"", "kind = \"scale\"", "item[3]", "low");
    check("max = 24", "max = 24\nstem = \"month\"", "item[2].stem", "not one of [stems]");
    check(
        "kind = \"text\"",
        "kind = \"text\"\nstands_out_from = 4.0",
        "item[3].stands_out_from",
        "counts no number",
    );
}

#[test]
fn every_choice_is_right_in_itself() {
    check_at("options = \"often\"", "often = [", "seldom = [", "item[0].options", "not one of [options]");
    check("weight = 1.0, ", "", "options.often[1].weight", "weight");
    check("code = \"1\"", "code = \"0\"", "options.often[1].code", "there twice");
    check("code = \"1\"", "code = \"so so\"", "options.often[1].code", "without spaces");
    check("en = \"Sometimes\"", "en = \"Never\"", "options.often[1].text.en", "there twice");
    check(
        "text = { en = \"Sometimes\", es = \"A veces\" }",
        "loinc = \"LA1\"",
        "options.often[1]",
        "text or answer_to",
    );
    check(
        "text = { en = \"Sometimes\", es = \"A veces\" }",
        "answer_to = \"why\"",
        "options.often[1].answer_to",
        "not an earlier text item",
    );
}

#[test]
fn only_the_words_of_an_earlier_text_item_are_quoted() {
    // Itself, an item that does not exist, one that is no text, and one that comes later.
    for other in ["why", "q9", "hours"] {
        let to = format!("kind = \"text\"\nquotes = \"{other}\"");
        check("kind = \"text\"", &to, "item[3].quotes", "is not an earlier text item");
    }
    check(
        "kind = \"integer\"",
        "kind = \"integer\"\nquotes = \"why\"",
        "item[2].quotes",
        "\"why\" is not an earlier text item",
    );
    let next = "\n[[item]]\nid = \"so\"\nkind = \"text\"\nquotes = \"why\"\ntext = { en = \"So?\", es = \"¿Y?\" }\n\n[[scale]]";
    let right = parse(&RIGHT.replacen("\n[[scale]]", next, 1)).unwrap_or_else(|refused| panic!("{refused}"));
    assert_eq!(right.item("so").and_then(|item| item.quotes.as_deref()), Some("why"));
}

#[test]
fn conditions_look_back_and_compare_with_what_can_be_answered() {
    let when = |item: &str, operator: &str, value: &str| {
        format!("enable_when = [{{ item = \"{item}\", operator = \"{operator}\", value = {value} }}]")
    };
    let right = when("q2", ">=", "1");
    let bad = |to: &str, key: &str, what: &str| check(&right, to, &format!("item[3].{key}"), what);
    bad(&when("why", "exists", "true"), "enable_when[0].item", "not an earlier item");
    bad(&when("q9", "=", "1"), "enable_when[0].item", "not an earlier item");
    bad(&when("q2", "=", "3"), "enable_when[0].value", "no code of \"q2\"");
    bad(&when("hours", "<", "\"few\""), "enable_when[0].value", "must be a number");
    bad(&when("hours", "exists", "1"), "enable_when[0].value", "must be true or false");
}

#[test]
fn a_scale_is_right_in_itself() {
    check("range = [0.0, 4.0]", "range = [0.0, 5.0]", "scale[0].range", "add up to [0, 4]");
    check("range = [0.0, 4.0]", "range = [1.0, 4.0]", "scale[0].range", "add up to [0, 4]");
    check_at("[[scale]]", "direction = \"higher-worse\"\n", "", "scale[0].direction", "is absent");
    check_at("[[scale]]", "missing = { rule = \"all-needed\" }\n", "", "scale[0].missing", "is absent");
    check("{ rule = \"all-needed\" }", "{ rule = \"prorate\", max = 2 }", "scale[0].missing", "does not fit");
    check(
        "{ rule = \"all-needed\" }",
        "{ rule = \"mean-of-answered\", at_least = 1 }",
        "scale[0].missing",
        "does not fit",
    );
    check("items = [\"q1\", \"q2\"]", "items = [\"q1\", \"q9\"]", "scale[0].items", "\"q9\" is not an item");
    check("items = [\"q1\", \"q2\"]", "items = [\"q1\", \"q1\"]", "scale[0].items", "there twice");
    check("items = [\"q1\", \"q2\"]", "items = [\"q1\", \"why\"]", "scale[0].items", "counts no number");
    check(
        "method = \"sum\"",
        "method = \"sum\"\nreverse = [\"hours\"]",
        "scale[0].reverse",
        "not an item of the scale",
    );
    check(
        "method = \"sum\"",
        "method = \"sum\"\nweights = { hours = 2.0 }",
        "scale[0].weights",
        "not an item of the scale",
    );
    check(
        "method = \"sum\"",
        "method = \"sum\"\nlinear = { factor = 0.0, add = 1.0 }",
        "scale[0].linear.factor",
        "other than 0",
    );
    check(
        "direction = \"higher-worse\"",
        "direction = \"higher-worse\"\nchange = { points = 0.0, population = \"adults\", citation = \"Nobody\" }",
        "scale[0].change",
        "points or percent above 0",
    );
}

#[test]
fn bands_leave_no_gap_and_do_not_overlap() {
    check("min = 2.0, max = 4.0", "min = 3.0, max = 4.0", "scale[0].bands[1].min", "leaves a gap");
    check("min = 2.0, max = 4.0", "min = 1.0, max = 4.0", "scale[0].bands[1].min", "overlaps");
    check("min = 2.0, max = 4.0", "min = 2.0, max = 3.0", "scale[0].bands[1].max", "greatest score 4");
    check("min = 0.0, max = 1.0", "min = 1.0, max = 1.0", "scale[0].bands[0].min", "least score 0");
    check("id = \"high\"", "id = \"low\"", "scale[0].bands[1].id", "there twice");
}

#[test]
fn bands_of_a_score_that_is_not_whole_must_touch() {
    // A sum of halves can be 1.5, and so can a prorated sum that is not rounded.
    check_at(
        "id = \"high\"",
        "weight = 1.0",
        "weight = 0.5",
        "scale[0].bands[1].min",
        "leaves a gap; must be 1",
    );
    check_at(
        "id = \"high\"",
        "{ rule = \"all-needed\" }",
        "{ rule = \"prorate\", max = 1 }",
        "scale[0].bands[1].min",
        "a prorated score can lie between 1 and 2: set round",
    );
    let touching =
        RIGHT.replacen("weight = 1.0", "weight = 0.5", 1).replacen("max = 1.0 }", "max = 2.0 }", 1);
    let touching = touching.replacen("value = 3.0", "value = 2.5", 1);
    parse(&touching).unwrap_or_else(|refused| panic!("{refused}"));
}

#[test]
fn a_lookup_table_rises_or_falls_and_leaves_out_nothing() {
    let lookup = |table: &str| format!("range = [0.0, 4.0]\nlookup = {table}");
    let bad = |table: &str, key: &str, what: &str| check("range = [0.0, 4.0]", &lookup(table), key, what);
    bad("{ 0 = 0.0, 1 = 2.0, 2 = 2.0, 3 = 3.0, 4 = 4.0 }", "scale[0].lookup", "must rise or fall");
    bad("{ 0 = 0.0, 1 = 2.0, 2 = 1.0, 3 = 3.0, 4 = 4.0 }", "scale[0].lookup", "must rise or fall");
    bad("{ 0 = 0.0, 1 = 1.0, 3 = 3.0, 4 = 4.0 }", "scale[0].lookup", "leaves out a raw score");
    bad("{ 0 = 0.0, 1 = 1.0, 2 = 2.0, 3 = 3.0 }", "scale[0].lookup", "every raw score");
    bad("{ 0 = 0.0, half = 1.0 }", "scale[0].lookup.half", "whole raw score");
}

#[test]
fn a_lookup_table_is_only_for_raw_scores_that_are_whole() {
    let lookup = "direction = \"higher-worse\"\nlookup = { 0 = 0.0, 1 = 1.0, 2 = 2.0, 3 = 3.0, 4 = 4.0 }";
    let broken =
        RIGHT.replacen("direction = \"higher-worse\"", lookup, 1).replacen("weight = 1.0", "weight = 0.5", 1);
    let refused = parse(&broken).expect_err("a raw score of 1.5 has no row");
    assert!(
        refused.faults.iter().any(|f| f.key == "scale[0].lookup" && f.what.contains("whole")),
        "{refused}"
    );
}

#[test]
fn numbers_that_are_no_numbers_are_refused() {
    check("weight = 1.0", "weight = nan", "options.often[1].weight", "not a number");
    check("range = [0.0, 4.0]", "range = [nan, 4.0]", "scale[0].range[0]", "not a number");
    check("min = 2.0, max = 4.0", "min = nan, max = 4.0", "scale[0].bands[1].min", "not a number");
    check("max = 24", "max = 24\nstands_out_from = inf", "item[2].stands_out_from", "not a number");
}

#[test]
fn what_can_not_be_made_up_for_is_not_prorated() {
    // An item of 0 to 24 hours says nothing about one of 0 to 2.
    let mixed = RIGHT
        .replacen("items = [\"q1\", \"q2\"]", "items = [\"q1\", \"hours\"]", 1)
        .replacen("{ rule = \"all-needed\" }", "{ rule = \"prorate\", max = 1 }", 1)
        .replacen("range = [0.0, 4.0]", "range = [0.0, 26.0]", 1);
    let refused = parse(&mixed).expect_err("the items have different ranges");
    assert!(
        refused.faults.iter().any(|f| f.key == "scale[0].missing" && f.what.contains("range")),
        "{refused}"
    );
    let negative = RIGHT
        .replacen("method = \"sum\"", "method = \"mean\"\nweights = { q2 = -1.0 }", 1)
        .replacen("range = [0.0, 4.0]", "range = [-1.0, 1.0]", 1);
    let refused = parse(&negative).expect_err("a mean with a negative weight");
    assert!(
        refused.faults.iter().any(|f| f.key == "scale[0].weights" && f.what.contains("above 0")),
        "{refused}"
    );
}

#[test]
fn a_worked_example_that_disagrees_is_named() {
    check_at(
        "[[vector]]",
        "value = 3.0",
        "value = 4.0",
        "vector[0]",
        "comes to scored 3, band \"high\"; expected scored 4, band \"high\"",
    );
    check_at(
        "[[vector]]",
        "band = \"high\" }",
        "band = \"low\" }",
        "vector[0]",
        "expected scored 3, band \"low\"",
    );
    check_at("[[vector]]", "q1 = 1, q2 = 2", "q1 = 1, q2 = 9", "vector[0]", "not a permitted answer");
    check_at("[[vector]]", "q1 = 1, q2 = 2", "q1 = 1, q9 = 2", "vector[0]", "does not exist");
    check_at(
        "[[vector]]",
        "q1 = 1, q2 = 2",
        "q1 = 1",
        "vector[0]",
        "comes to not-scored, no band; expected scored 3",
    );
    check_at("[[vector]]", "{ total = { status", "{ sum = { status", "vector[0]", "which does not exist");
}

#[test]
fn a_scale_without_a_worked_example_is_refused() {
    let broken = &RIGHT[..RIGHT.find("[[vector]]").unwrap()];
    let refused = parse(broken).expect_err("nothing proves the scale");
    assert!(
        refused
            .faults
            .iter()
            .any(|f| f.key == "vector" && f.what.contains("none proves the scale \"total\"")),
        "{refused}"
    );
}

#[test]
fn a_red_flag_points_at_something_that_can_be_answered() {
    check("item = \"q1\"\ncodes", "item = \"q9\"\ncodes", "red_flag[0].item", "is not an item");
    check("codes = [\"2\"]", "codes = [\"7\"]", "red_flag[0].codes", "no code of");
    check_at("item = \"q1\"", "codes = [\"2\"]", "", "red_flag[0].item", "needs codes or at_least");
    check_at(
        "id = \"always\"",
        "codes = [\"2\"]",
        "scale = \"total\"",
        "red_flag[0].id",
        "either item or scale",
    );
}

#[test]
fn an_agenda_points_at_topics_and_wishes() {
    let agenda = |topic: &str, wish: &str, rank: &str| {
        format!(
            "[agenda]\ntopics = [{{ item = \"{topic}\", wish = \"{wish}\" }}]\nrank = [\"{rank}\"]\n\n[stems]"
        )
    };
    let ranked = "id = \"rank\"\nkind = \"choice\"\ntext = { en = \"First?\", es = \"¿Primero?\" }\nchoices = [{ code = \"why\", answer_to = \"why\" }, { code = \"why2\", answer_to = \"why\" }]\n\n[[scale]]";
    let with_rank = RIGHT.replacen("[stems]", &agenda("why", "q1", "rank"), 1);
    let refused = parse(&with_rank.replacen("[[scale]]", &format!("[[item]]\n{ranked}"), 1));
    let refused = refused.expect_err("why2 is no topic").to_string();
    assert!(refused.contains("item[4].choices: \"why2\" is not an item of agenda.topics"), "{refused}");
    let bad = |to: String, key: &str, line: &str| check_at(line, "[stems]", &to, key, "is not a");
    bad(agenda("q1", "q2", "q2"), "agenda.topics[0].item", "topics =");
    bad(agenda("why", "why", "q2"), "agenda.topics[0].wish", "topics =");
    bad(agenda("why", "q1", "why"), "agenda.rank[0]", "rank =");
}

#[test]
fn an_item_that_is_there_twice_is_named_at_its_second_place() {
    let broken = RIGHT.replacen("id = \"q2\"", "id = \"q1\"", 1);
    let second = broken.lines().enumerate().filter(|(_, l)| *l == "id = \"q1\"").nth(1).map(|(n, _)| n + 1);
    let refused = parse(&broken).expect_err("q1 is there twice");
    assert!(
        refused
            .faults
            .iter()
            .any(|f| f.key == "item[1].id" && f.line == second && f.what == "\"q1\" is there twice"),
        "{refused}"
    );
}

#[test]
fn everything_wrong_is_reported_at_once_in_the_order_of_the_file() {
    let broken = RIGHT
        .replacen("version = \"1\"", "version = \"\"", 1)
        .replacen("max = 24", "max = -1", 1)
        .replacen("range = [0.0, 4.0]", "range = [0.0, 6.0]", 1);
    let refused = parse(&broken).expect_err("three things are wrong");
    let keys: Vec<&str> = refused.faults.iter().map(|f| f.key.as_str()).collect();
    assert_eq!(keys[..3], ["version", "item[2].max", "scale[0].range"], "{refused}");
    let lines: Vec<_> = refused.faults.iter().map(|f| f.line).collect();
    assert!(lines.is_sorted() && lines.iter().all(Option::is_some), "{refused}");
}
