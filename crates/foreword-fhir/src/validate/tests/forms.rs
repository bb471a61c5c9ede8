//! The rules of questionnaires, each broken once.

use serde_json::{Value as Json, json};

use super::*;

fn said(items: &Json) -> Vec<String> {
    let form = json!({ "resourceType": "Questionnaire", "status": "active", "item": items });
    questionnaire(&form).into_iter().map(|issue| issue.text).collect()
}

#[test]
fn each_invariant_of_a_questionnaire_is_checked() {
    let option = json!([{ "valueString": "x" }]);
    let condition = json!({ "question": "first", "operator": "=", "answerString": "x" });
    for (key, item) in [
        ("que-1", json!({ "type": "group" })),
        ("que-1", json!({ "type": "display", "item": [{ "linkId": "in", "type": "string" }] })),
        ("que-2", json!({ "linkId": "first", "type": "string" })),
        ("que-3", json!({ "type": "display", "code": [{ "code": "x" }] })),
        ("que-4", json!({ "type": "choice", "answerOption": option, "answerValueSet": "http://x.example" })),
        ("que-5", json!({ "type": "boolean", "answerOption": option })),
        ("que-6", json!({ "type": "display", "required": false })),
        (
            "que-7",
            json!({ "type": "string", "enableWhen": [{ "question": "first", "operator": "exists", "answerString": "x" }] }),
        ),
        ("que-8", json!({ "type": "display", "initial": [{ "valueString": "x" }] })),
        ("que-9", json!({ "type": "display", "readOnly": true })),
        ("que-10", json!({ "type": "choice", "maxLength": 3 })),
        ("que-11", json!({ "type": "choice", "answerOption": option, "initial": [{ "valueString": "x" }] })),
        ("que-12", json!({ "type": "string", "enableWhen": [condition, condition] })),
        ("que-13", json!({ "type": "string", "initial": [{ "valueString": "x" }, { "valueString": "y" }] })),
    ] {
        let mut item = item;
        if item["linkId"].is_null() {
            item["linkId"] = json!("second");
        }
        let said = said(&json!([{ "linkId": "first", "type": "string" }, item]));
        assert_eq!(said.len(), 1, "{key}: {said:?}");
        assert!(
            said[0].contains(&format!("{key}:")) || said[0].contains(&format!("({key})")),
            "{key}: {said:?}"
        );
    }
    let form = json!({ "resourceType": "Questionnaire", "status": "active", "name": "a form" });
    assert_eq!(lines(&questionnaire(&form)), ["warning invariant Questionnaire.name"]);
}

#[test]
fn conditions_look_at_other_questions_that_come_before() {
    let asked = |question: &str| {
        let form = json!({ "resourceType": "Questionnaire", "status": "active", "item": [
            { "linkId": "a", "type": "string" },
            { "linkId": "b", "type": "group", "item": [{ "linkId": "in", "type": "string" }],
              "enableWhen": [{ "question": question, "operator": "exists", "answerBoolean": true }] },
            { "linkId": "c", "type": "string" }] });
        lines(&questionnaire(&form))
    };
    assert_eq!(asked("a"), Vec::<String>::new());
    for (question, severity) in [("b", "error"), ("in", "error"), ("none", "error"), ("c", "warning")] {
        assert_eq!(
            asked(question),
            [format!("{severity} business-rule Questionnaire.item[1].enableWhen[0].question")]
        );
    }
}

#[test]
fn the_official_questionnaires_are_right_but_for_those_said_to_be_wrong() {
    for (name, text) in files("cases") {
        if !name.starts_with("questionnaire-enableWhen") && !name.starts_with("q-enablewhen") {
            continue;
        }
        let form: Json = serde_json::from_str(&text).unwrap();
        let errors = questionnaire(&form).into_iter().filter(Issue::is_error).count();
        let is_wrong = ["-invalid.json", "-wrong.json", "-dw.json"].iter().any(|end| name.ends_with(end));
        assert_eq!(errors > 0, is_wrong, "{name}");
    }
}

#[test]
fn expressions_and_patterns_that_cannot_be_used_are_warned_of() {
    let extension = |url: &str, key: &str, value: Json| json!([{ "linkId": "a", "type": "string", "extension": [{ "url": url, key: value }] }]);
    let expression = json!({ "language": "text/fhirpath", "expression": "((" });
    let url = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-calculatedExpression";
    for items in [
        extension(url, "valueExpression", expression),
        extension("http://hl7.org/fhir/StructureDefinition/regex", "valueString", json!("(?=a)")),
    ] {
        let form = json!({ "resourceType": "Questionnaire", "status": "active", "item": items });
        assert_eq!(lines(&questionnaire(&form)), ["warning not-supported Questionnaire.item[0]"]);
    }
}
