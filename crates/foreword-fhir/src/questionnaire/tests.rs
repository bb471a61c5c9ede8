use base64::{Engine as _, prelude::BASE64_STANDARD};
use foreword_domain::instrument::Instrument;
use serde_json::{Value, json};

use super::*;

const BASE: &str = "http://clinic.example/fhir/R4";

fn shipped(name: &str) -> Instrument {
    let file = format!("{}/../../config/instruments/{name}.toml", env!("CARGO_MANIFEST_DIR"));
    Instrument::parse(&file, &std::fs::read_to_string(&file).unwrap()).unwrap()
}

/// An instrument with items a (0 to 2, weights as codes), b and c (the same), and n (0 to 10).
fn written(rest: &str) -> Instrument {
    let text = format!(
        r#"
id = "x"
version = "3"
title = {{ en = "Example" }}
plain_name = {{ en = "The example" }}
recall = {{ days = 7, text = {{ en = "the last 7 days" }} }}
loinc = "44249-1"
citations = ["Roe J. An example. 2020"]
[licence]
kind = "own-words"
notice = "North Clinic"
evidence = "LICENSE"
electronic_use = true
[languages.en]
source = "North Clinic"
[stems]
week = {{ en = "In the last week:" }}
[options]
much = [
  {{ code = "0", weight = 0.0, text = {{ en = "No" }} }},
  {{ code = "1", weight = 1.0, text = {{ en = "Some" }} }},
  {{ code = "2", weight = 2.0, text = {{ en = "Much" }} }},
]
[[item]]
id = "a"
kind = "choice"
options = "much"
stem = "week"
text = {{ en = "Itching" }}
[[item]]
id = "b"
kind = "choice"
options = "much"
text = {{ en = "Aching" }}
[[item]]
id = "n"
kind = "scale"
low = {{ en = "none" }}
high = {{ en = "worst" }}
help = {{ en = "Any number fits." }}
text = {{ en = "Pain" }}
{rest}"#
    );
    Instrument::parse("x.toml", &text).unwrap()
}

fn item<'a>(resource: &'a Value, link_id: &str) -> &'a Value {
    resource["item"].as_array().unwrap().iter().find(|item| item["linkId"] == link_id).unwrap()
}

fn formula(scale: &str) -> String {
    let out = questionnaire(&written(scale), BASE);
    let expression = &item(&out, "total")["extension"][1]["valueExpression"]["expression"];
    expression.as_str().unwrap().to_owned()
}

#[test]
fn a_questionnaire_carries_codes_weights_translations_and_skip_logic() {
    let out = questionnaire(&shipped("phq-2"), BASE);
    assert_eq!(out["item"][0]["type"], "display");
    assert_eq!(out["item"][1]["linkId"], "q1");
    assert_eq!(out["item"][1]["code"][0]["code"], "44250-9");
    assert_eq!(out["item"][1]["answerOption"][3]["valueCoding"]["code"], "LA6571-9");
    assert_eq!(out["item"][1]["answerOption"][3]["extension"][0]["valueDecimal"], 3.0);
    assert_eq!(out["item"][1]["answerOption"][3]["extension"][1]["url"], crate::names::ITEM_WEIGHT);
    assert_eq!(out["item"][1]["_text"]["extension"][0]["extension"][0]["valueCode"], "de");

    let out = questionnaire(&shipped("gi-questions"), BASE);
    assert_eq!(
        item(&out, "blood-since")["enableWhen"],
        json!([{ "question": "blood", "operator": "=", "answerCoding": { "code": "1" } }])
    );
}

#[test]
fn the_head_says_what_it_is_where_it_comes_from_and_on_what_terms() {
    let out = questionnaire(&written(""), BASE);
    assert_eq!(out["url"], "http://clinic.example/fhir/R4/Questionnaire/x");
    assert_eq!((&out["version"], &out["status"]), (&json!("3"), &json!("active")));
    assert_eq!(out["code"], json!([{ "system": "http://loinc.org", "code": "44249-1" }]));
    assert_eq!(
        out["description"],
        "Looks back on: the last 7 days (7 days).\n\nPublished in:\n\n- Roe J. An example. 2020"
    );
    assert_eq!(out["copyright"], "North Clinic\n\nTerms: LICENSE\n\nText in \"en\": North Clinic");
    assert!(out["item"].as_array().unwrap().iter().all(|item| item.get("required").is_none()));
}

#[test]
fn the_instruments_own_file_goes_along_byte_for_byte() {
    let x = written("");
    let out = questionnaire(&x, BASE);
    assert_eq!(out["extension"][0]["valueCanonical"], "#definition");
    assert_eq!(out["contained"][0]["identifier"][0]["value"], "x");
    let data = out["contained"][0]["content"][0]["data"].as_str().unwrap();
    assert_eq!(BASE64_STANDARD.decode(data).unwrap(), x.source.as_bytes());
}

#[test]
fn what_may_not_be_asked_is_a_draft_and_what_has_no_text_has_items_without() {
    let confirm = written("").source.replace(
        "electronic_use = true",
        "electronic_use = true\npermission = { status = \"to-confirm\", ask = \"Dr Roe\" }",
    );
    let out = questionnaire(&Instrument::parse("x.toml", &confirm).unwrap(), BASE);
    assert_eq!(out["status"], "draft");
    assert!(out["copyright"].as_str().unwrap().contains("Permission to be confirmed: Dr Roe"));

    let slot = r#"
id = "y"
version = "1"
title = { en = "A slot" }
plain_name = { en = "Slot" }
citations = ["Its publication"]
[licence]
kind = "owner-permission-needed"
notice = "Its owner"
evidence = "https://owner.example"
electronic_use = true
permission = { status = "needed", ask = "the owner" }
[[item]]
id = "q1"
kind = "choice"
choices = [{ code = "0", weight = 0.0 }, { code = "1", weight = 1.0 }]
"#;
    let out = questionnaire(&Instrument::parse("y.toml", slot).unwrap(), BASE);
    assert_eq!(out["status"], "draft");
    assert_eq!(out["item"][0].get("text"), None);
    assert_eq!(out["item"][0]["answerOption"][1]["valueCoding"], json!({ "code": "1" }));
}

#[test]
fn help_limits_and_the_ends_of_a_scale_stand_beside_the_item() {
    let out = questionnaire(&written(""), BASE);
    let n = item(&out, "n");
    assert_eq!((&n["type"], &n["extension"][2]["valueInteger"]), (&json!("integer"), &json!(10)));
    let beside: Vec<(&Value, &Value)> = n["item"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| (&item["text"], &item["extension"][0]["valueCodeableConcept"]["coding"][0]["code"]))
        .collect();
    assert_eq!(
        format!("{beside:?}").replace("String(", "").replace(')', ""),
        r#"[("none", "lower", ("worst", "upper", ("Any number fits.", "help"]"#
    );
}

#[test]
fn a_lead_in_gives_way_to_an_item_of_the_same_name_and_is_shown_again_after_others() {
    let more = |id: &str, stem: &str| {
        format!(
            "[[item]]\nid = \"{id}\"\nkind = \"choice\"\noptions = \"much\"\n{stem}text = {{ en = \"{id}?\" }}\n"
        )
    };
    let rest = more("week", "") + &more("c", "stem = \"week\"\n");
    let out = questionnaire(&written(&rest), BASE);
    let ids: Vec<&str> =
        out["item"].as_array().unwrap().iter().map(|item| item["linkId"].as_str().unwrap()).collect();
    assert_eq!(ids, ["week-2", "a", "b", "n", "week", "week-3", "c"]);
}

#[test]
fn a_comparison_of_choices_becomes_the_choices_it_holds_for() {
    let c = |when: &str| {
        let rest = format!(
            "[[item]]\nid = \"c\"\nkind = \"choice\"\noptions = \"much\"\ntext = {{ en = \"C\" }}\n{when}\n"
        );
        let out = questionnaire(&written(&rest), BASE);
        let item = item(&out, "c");
        let when = item["enableWhen"].as_array().unwrap().iter().map(|condition| {
            let mut members = condition.as_object().unwrap().clone();
            let (question, operator) =
                (members.remove("question").unwrap(), members.remove("operator").unwrap());
            let (key, value) = members.into_iter().next().unwrap();
            let value = value.get("code").cloned().unwrap_or(value);
            format!("{} {} {value} ({key})", question.as_str().unwrap(), operator.as_str().unwrap())
        });
        let listed = when.collect::<Vec<_>>().join(", ");
        match item.get("enableBehavior") {
            Some(behavior) => format!("{}: {listed}", behavior.as_str().unwrap()),
            None => listed,
        }
    };
    let one = |operator: &str, item: &str, value: &str| {
        c(&format!("enable_when = [{{ item = \"{item}\", operator = \"{operator}\", value = {value} }}]"))
    };
    assert_eq!(one("=", "a", "\"1\""), "a = \"1\" (answerCoding)");
    assert_eq!(one("!=", "a", "\"1\""), "any: a = \"0\" (answerCoding), a = \"2\" (answerCoding)");
    assert_eq!(one(">=", "a", "\"1\""), "any: a = \"1\" (answerCoding), a = \"2\" (answerCoding)");
    assert_eq!(one("<", "a", "\"1\""), "a = \"0\" (answerCoding)");
    assert_eq!(one("exists", "a", "true"), "a exists true (answerBoolean)");
    assert_eq!(one("exists", "n", "false"), "n exists false (answerBoolean)");
    for operator in ["=", "!=", ">", "<", ">=", "<="] {
        assert_eq!(one(operator, "n", "4"), format!("n {operator} 4 (answerInteger)"));
    }
    assert_eq!(
        c(
            r#"enable_when = [{ item = "a", operator = ">=", value = "1" }, { item = "b", operator = "=", value = "2" }]"#
        ),
        "all: a exists true (answerBoolean), a != \"0\" (answerCoding), b = \"2\" (answerCoding)"
    );
    assert_eq!(
        c(r#"enable_behavior = "any"
enable_when = [{ item = "a", operator = ">=", value = "1" }, { item = "n", operator = ">", value = 5 }]"#),
        "any: a = \"1\" (answerCoding), a = \"2\" (answerCoding), n > 5 (answerInteger)"
    );
}

#[test]
fn a_score_is_an_expression_that_is_empty_where_too_much_is_missing() {
    let scale = |rule: &str| {
        format!(
            r#"
[[scale]]
id = "total"
name = {{ en = "Total" }}
items = ["a", "b"]
direction = "higher-worse"
{rule}
"#
        )
    };
    let vector = |value: &str| {
        format!(
            r#"
[[vector]]
answers = {{ a = 1, b = 1 }}
expect = {{ total = {{ status = "scored", value = {value} }} }}
"#
        )
    };
    let both = "%resource.item.where(linkId='a' or linkId='b').answer.value.weight()";
    let check = |rule: &str, value: &str, wanted: String| {
        assert_eq!(formula(&(scale(rule) + &vector(value))), wanted, "{rule}");
    };
    check(
        "method = \"sum\"\nmissing = { rule = \"all-needed\" }\nrange = [0.0, 4.0]",
        "2.0",
        format!("iif({both}.count() = 2, {both}.sum(), {{}})"),
    );
    check(
        "method = \"sum\"\nround = \"half-up\"\nmissing = { rule = \"prorate\", max = 1 }\nrange = [0.0, 4.0]",
        "2.0",
        format!("iif({both}.count() >= 1, ({both}.sum() * 2 / {both}.count() + 0.5).floor(), {{}})"),
    );
    check(
        "method = \"mean\"\nmissing = { rule = \"mean-of-answered\", at_least = 2 }\nrange = [0.0, 20.0]\nlinear = { factor = 10.0, add = 0.0 }",
        "10.0",
        format!("iif({both}.count() >= 2, {both}.sum() / {both}.count(), {{}}) * 10"),
    );
    let a = "%resource.item.where(linkId='a').answer.value.weight()";
    let b = "%resource.item.where(linkId='b').answer.value.weight()";
    check(
        "method = \"sum\"\nreverse = [\"b\"]\nmissing = { rule = \"all-needed\" }\nrange = [0.0, 4.0]",
        "2.0",
        format!(
            "iif({a}.combine({b}.select(2 - $this)).count() = 2, {a}.combine({b}.select(2 - $this)).sum(), {{}})"
        ),
    );
    check(
        "method = \"sum\"\nmissing = { rule = \"all-needed\" }\nrange = [0.0, 50.0]\nlookup = { 0 = 0.0, 1 = 12.5, 2 = 25.0, 3 = 37.5, 4 = 50.0 }",
        "25.0",
        format!(
            "iif({both}.count() = 2, {both}.sum(), {{}}).select(iif($this = 0, 0, iif($this = 1, 12.5, iif($this = 2, 25, iif($this = 3, 37.5, iif($this = 4, 50, {{}}))))))"
        ),
    );

    let out = questionnaire(
        &written(
            &(scale("method = \"sum\"\nmissing = { rule = \"all-needed\" }\nrange = [0.0, 4.0]")
                + &vector("2.0")),
        ),
        BASE,
    );
    let total = item(&out, "total");
    assert_eq!((&total["type"], &total["readOnly"]), (&json!("decimal"), &json!(true)));
    assert_eq!(total["extension"][3]["valueDecimal"], 4.0);
    assert_eq!(total["extension"][5]["valueCode"], "higher-worse");
}

#[test]
fn what_skip_logic_hides_counts_in_the_expression_as_it_does_here() {
    let rest = |answers: &str| {
        format!(
            r#"
[[item]]
id = "c"
kind = "choice"
options = "much"
text = {{ en = "C" }}
enable_when = [{{ item = "a", operator = "!=", value = "0" }}]
[[scale]]
id = "total"
name = {{ en = "Total" }}
items = ["a", "c"]
method = "sum"
hidden_counts = 0.0
{answers}
missing = {{ rule = "all-needed" }}
range = [0.0, 4.0]
direction = "higher-worse"
[[vector]]
answers = {{ a = 0 }}
expect = {{ total = {{ status = "scored", value = 0.0 }} }}
"#
        )
    };
    let there = "%resource.item.where(linkId='a').answer.value.where(code='1' or code='2').exists()";
    let given = "%resource.item.where(linkId='c').answer.value.weight()";
    let counted = formula(&rest(""));
    assert!(
        counted.contains(&format!(
            ".combine(iif(%resource.item.where(linkId='c').answer.exists(), {given}, iif({there}, {{}}, 0)))"
        )),
        "{counted}"
    );
    let ignored = formula(&rest("hidden_answers = \"ignored\""));
    assert!(ignored.contains(&format!(".combine(iif({there}, {given}, 0))")), "{ignored}");
}

#[test]
fn a_variant_is_derived_from_its_instrument_and_names_itself_in_the_file() {
    let rest = r#"
[[variant]]
id = "short"
name = { en = "Short" }
"#;
    let x = written(rest);
    let out = questionnaire(&x.variants[0], BASE);
    assert_eq!(out["id"], "x.short");
    assert_eq!(out["derivedFrom"], json!(["http://clinic.example/fhir/R4/Questionnaire/x"]));
    assert_eq!(out["contained"][0]["identifier"][0]["value"], "x.short");
}
