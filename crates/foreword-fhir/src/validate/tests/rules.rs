//! Each rule of a response by its questionnaire, with what keeps it and what breaks it.

use serde_json::{Value as Json, json};

use super::*;

pub(super) const URL: &str = "http://x.example/form";
pub(super) const SDC: &str = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-";
pub(super) const CORE: &str = "http://hl7.org/fhir/StructureDefinition/";
/// What a patient answered: it may stand in no message.
pub(super) const CANARY: &str = "Kanarienvogel";

pub(super) fn form(items: &Json) -> Json {
    json!({ "resourceType": "Questionnaire", "url": URL, "status": "active", "item": items })
}

pub(super) fn filled(status: &str, items: &Json) -> Json {
    json!({ "resourceType": "QuestionnaireResponse", "questionnaire": URL, "status": status, "item": items })
}

/// What is said of a completed response, without the place of the response itself.
pub(super) fn said(form_items: &Json, response_items: &Json) -> Vec<String> {
    said_of(&form(form_items), &filled("completed", response_items))
}

pub(super) fn said_of(form: &Json, response: &Json) -> Vec<String> {
    let issues = super::super::response(response, Some(form));
    for issue in &issues {
        assert!(!issue.text.contains(CANARY), "{}", issue.text);
    }
    lines(&issues).into_iter().map(|line| line.replace("QuestionnaireResponse", "QR")).collect()
}

#[test]
fn a_response_without_a_known_questionnaire_is_only_warned_of() {
    let form = form(&json!([]));
    let mut response = filled("completed", &json!([]));
    assert_eq!(lines(&super::super::response(&response, None)), ["warning required QuestionnaireResponse"]);
    response.as_object_mut().unwrap().remove("questionnaire");
    assert_eq!(
        lines(&super::super::response(&response, None)),
        ["information required QuestionnaireResponse"]
    );
    assert_eq!(said_of(&form, &response), ["information required QR"]);
    assert_eq!(
        said_of(&json!({ "resourceType": "Patient" }), &filled("completed", &json!([]))),
        ["error structure -"]
    );
}

#[test]
fn a_contained_questionnaire_is_the_one_it_is_checked_by() {
    let mut contained = form(&json!([{ "linkId": "q", "type": "boolean", "required": true }]));
    contained["id"] = json!("f");
    let mut response = filled("completed", &json!([]));
    response["questionnaire"] = json!("#f");
    response["contained"] = json!([contained]);
    assert_eq!(lines(&super::super::response(&response, None)), ["error required QuestionnaireResponse"]);
}

#[test]
fn what_the_questionnaire_says_of_itself_is_a_warning() {
    let mut form = form(&json!([]));
    let mut response = filled("completed", &json!([]));
    response["authored"] = json!("2026-03-01T10:00:00Z");
    for (period, right) in [
        (json!({ "start": "2026-03-01", "end": "2026-03-01" }), vec![]),
        (json!({ "start": "2026-03-02" }), vec!["warning business-rule QR.authored"]),
        (json!({ "end": "2026-02" }), vec!["warning business-rule QR.authored"]),
    ] {
        form["effectivePeriod"] = period;
        assert_eq!(said_of(&form, &response), right);
    }
    form["effectivePeriod"] = json!({});
    for status in ["draft", "retired"] {
        form["status"] = json!(status);
        assert_eq!(said_of(&form, &response), ["warning business-rule QR.questionnaire"]);
    }
    form["status"] = json!("active");
    response["questionnaire"] = json!("http://x.example/other|2");
    assert_eq!(said_of(&form, &response), ["warning business-rule QR.questionnaire"]);
}

/// A group with a question within a question, and a question after it.
fn nested() -> Json {
    json!([
        { "linkId": "g", "type": "group", "text": "Group", "item": [
            { "linkId": "q", "type": "boolean", "text": "Well?", "item": [{ "linkId": "why", "type": "string" }] },
            { "linkId": "d", "type": "display" }] },
        { "linkId": "z", "type": "string" }
    ])
}

#[test]
fn items_stand_where_the_questionnaire_has_them() {
    let yes = json!([{ "valueBoolean": true, "item": [{ "linkId": "why", "answer": [{ "valueString": CANARY }] }] }]);
    for (items, right) in [
        (
            json!([{ "linkId": "g", "text": "Group", "item": [{ "linkId": "q", "answer": yes }, { "linkId": "d" }] },
            { "linkId": "z" }]),
            vec![],
        ),
        (json!([{ "text": "x" }]), vec!["error required QR.item[0].linkId"]),
        (json!([{ "linkId": CANARY }]), vec!["error not-found QR.item[0].linkId"]),
        (json!([{ "linkId": "q", "answer": yes }]), vec!["error structure QR.item[0]"]),
        (json!([{ "linkId": "z" }, { "linkId": "g" }]), vec!["error structure QR.item[1]"]),
        (json!([{ "linkId": "g", "text": "Gruppe" }]), vec!["error invalid QR.item[0].text"]),
        (
            json!([{ "linkId": "g", "answer": [{ "valueString": CANARY }] }]),
            vec!["error structure QR.item[0]"],
        ),
        (
            json!([{ "linkId": "g", "item": [{ "linkId": "d", "answer": [{ "valueString": CANARY }] }] }]),
            vec!["error structure QR.item[0].item[0].answer"],
        ),
        (
            json!([{ "linkId": "g", "item": [{ "linkId": "q", "answer": [{ "valueBoolean": true }],
                "item": [{ "linkId": "why" }] }] }]),
            vec!["error structure QR.item[0].item[0].item"],
        ),
        (json!([{ "linkId": "z" }, { "linkId": "z" }]), vec!["error invalid QR.item[1]"]),
        (
            json!([{ "linkId": "z", "answer": [{ "valueString": CANARY }, { "valueString": CANARY }] }]),
            vec!["error invalid QR.item[0].answer[1]"],
        ),
    ] {
        assert_eq!(said(&nested(), &items), right, "{items}");
    }
}

#[test]
fn what_is_required_may_be_missing_until_the_response_is_complete() {
    let items = json!([
        { "linkId": "g", "type": "group", "required": true, "item": [{ "linkId": "q", "type": "string", "required": true }] },
        { "linkId": "z", "type": "string", "required": true }
    ]);
    let empty = json!([{ "linkId": "g" }, { "linkId": "z", "answer": [] }]);
    for (status, severity) in [
        ("completed", "error"),
        ("amended", "error"),
        ("in-progress", "warning"),
        ("stopped", "warning"),
        ("entered-in-error", "warning"),
    ] {
        assert_eq!(
            said_of(&form(&items), &filled(status, &empty)),
            [
                "error invariant QR.item[0]".to_owned(),
                format!("{severity} required QR.item[0]"),
                format!("{severity} required QR.item[1]")
            ]
        );
        let nothing = said_of(&form(&items), &filled(status, &json!([])));
        assert_eq!(nothing, vec![format!("{severity} required QR"); 2]);
    }
    let answer = json!([{ "valueString": CANARY }]);
    let right = json!([{ "linkId": "g", "item": [{ "linkId": "q", "answer": answer }] }, { "linkId": "z", "answer": answer }]);
    assert_eq!(said(&items, &right), Vec::<String>::new());
}

#[test]
fn least_and_most_answers_are_counted_with_their_limits_allowed() {
    let bounds = json!([
        { "url": format!("{CORE}questionnaire-minOccurs"), "valueInteger": 2 },
        { "url": format!("{CORE}questionnaire-maxOccurs"), "valueInteger": 3 }
    ]);
    let items = json!([{ "linkId": "q", "type": "integer", "repeats": true, "extension": bounds }]);
    for (count, is_right) in [(0, false), (1, false), (2, true), (3, true), (4, false)] {
        let answers = vec![json!({ "valueInteger": 1 }); count];
        let right: &[&str] = if is_right { &[] } else { &["error invalid QR.item[0]"] };
        assert_eq!(said(&items, &json!([{ "linkId": "q", "answer": answers }])), right, "{count}");
    }
    assert_eq!(said(&items, &json!([])), Vec::<String>::new());
}

#[test]
fn an_item_that_was_not_to_be_asked_has_no_answer() {
    let condition = |operator: &str, key: &str, value: Json| json!([{ "question": "a", "operator": operator, key: value }]);
    let answered = json!({ "linkId": "b", "answer": [{ "valueString": CANARY }] });
    for (condition, answer, is_asked) in [
        (condition("exists", "answerBoolean", json!(true)), None, false),
        (condition("exists", "answerBoolean", json!(true)), Some(3), true),
        (condition("exists", "answerBoolean", json!(false)), None, true),
        (condition("=", "answerInteger", json!(3)), Some(3), true),
        (condition("=", "answerInteger", json!(3)), Some(4), false),
        (condition("!=", "answerInteger", json!(3)), Some(4), true),
        (condition("!=", "answerInteger", json!(3)), None, false),
        (condition(">", "answerDecimal", json!(2.5)), Some(3), true),
        (condition(">", "answerInteger", json!(3)), Some(3), false),
        (condition(">=", "answerInteger", json!(3)), Some(3), true),
        (condition("<", "answerInteger", json!(3)), Some(2), true),
        (condition("<=", "answerInteger", json!(3)), Some(4), false),
        (condition("=", "answerString", json!("3")), Some(3), false),
    ] {
        let items = json!([
            { "linkId": "a", "type": "integer" },
            { "linkId": "b", "type": "string", "required": true, "enableWhen": condition }
        ]);
        let first: Vec<Json> = answer
            .map(|answer| json!({ "linkId": "a", "answer": [{ "valueInteger": answer }] }))
            .into_iter()
            .collect();
        let with: Vec<Json> = first.iter().chain([&answered]).cloned().collect();
        let place = with.len() - 1;
        let right = if is_asked { vec![] } else { vec![format!("error invalid QR.item[{place}]")] };
        assert_eq!(said(&items, &json!(with)), right, "{items} {answer:?}");
        // Required counts only where it is asked; an empty item may stand where it is not.
        let right: &[&str] = if is_asked { &["error required QR"] } else { &[] };
        assert_eq!(said(&items, &json!(first)), right, "{items} {answer:?}");
    }
}

#[test]
fn conditions_are_joined_as_the_form_says_and_look_into_their_own_repetition() {
    let both = json!([{ "question": "a", "operator": "=", "answerBoolean": true },
        { "question": "c", "operator": "exists", "answerBoolean": true }]);
    for (behavior, right) in [("any", vec![]), ("all", vec!["error invalid QR.item[1]"])] {
        let items = json!([{ "linkId": "a", "type": "boolean" }, { "linkId": "c", "type": "string" },
            { "linkId": "b", "type": "string", "enableBehavior": behavior, "enableWhen": both }]);
        let given = json!([{ "linkId": "a", "answer": [{ "valueBoolean": true }] },
            { "linkId": "b", "answer": [{ "valueString": CANARY }] }]);
        assert_eq!(said(&items, &given), right);
    }
    let items = json!([{ "linkId": "g", "type": "group", "repeats": true, "item": [
        { "linkId": "a", "type": "boolean" },
        { "linkId": "b", "type": "string", "enableWhen": [{ "question": "a", "operator": "=", "answerBoolean": true }] }] }]);
    let repetition = |a: bool| {
        json!({ "linkId": "g", "item": [{ "linkId": "a", "answer": [{ "valueBoolean": a }] },
        { "linkId": "b", "answer": [{ "valueString": CANARY }] }] })
    };
    assert_eq!(
        said(&items, &json!([repetition(true), repetition(false)])),
        ["error invalid QR.item[1].item[1]"]
    );
}

#[test]
fn an_expression_decides_whether_an_item_is_asked() {
    let asked = |expression: &str, language: &str| {
        let items = json!([{ "linkId": "a", "type": "integer" }, { "linkId": "b", "type": "string", "extension": [
            { "url": format!("{SDC}enableWhenExpression"),
              "valueExpression": { "language": language, "expression": expression } }] }]);
        said(
            &items,
            &json!([{ "linkId": "a", "answer": [{ "valueInteger": 3 }] },
            { "linkId": "b", "answer": [{ "valueString": CANARY }] }]),
        )
    };
    let path = "text/fhirpath";
    assert_eq!(asked("%resource.item.where(linkId = 'a').answer.value > 2", path), Vec::<String>::new());
    assert_eq!(
        asked("%resource.item.where(linkId = 'a').answer.value > 3", path),
        ["error invalid QR.item[1]"]
    );
    for (expression, language) in [("((", path), ("today() > @2020-01-01", path), ("true", "text/cql")] {
        assert_eq!(asked(expression, language), ["warning not-supported QR.item[1]"], "{expression}");
    }
}

#[test]
fn the_rules_a_questionnaire_sets_itself_are_evaluated() {
    let ruled = |expression: &str, severity: &str| {
        let rule = json!([{ "url": format!("{CORE}questionnaire-constraint"), "extension": [
            { "url": "key", "valueId": "k" }, { "url": "severity", "valueCode": severity },
            { "url": "expression", "valueString": expression }, { "url": "human", "valueString": "Three are needed" }] }]);
        let items = json!([{ "linkId": "q", "type": "string", "repeats": true, "extension": rule }]);
        said(
            &items,
            &json!([{ "linkId": "q", "answer": [{ "valueString": CANARY }, { "valueString": "b" }] }]),
        )
    };
    assert_eq!(ruled("answer.count() = 2", "error"), Vec::<String>::new());
    for severity in ["error", "warning"] {
        assert_eq!(ruled("answer.count() = 3", severity), [format!("{severity} invariant QR.item[0]")]);
    }
    assert_eq!(ruled("answer.count() = %unknown", "error"), ["warning invariant QR.item[0]"]);
}

#[test]
fn more_answers_and_options_than_can_be_compared_are_refused() {
    let options: Vec<Json> = (0..3_000).map(|n| json!({ "valueInteger": n })).collect();
    let answers = vec![json!({ "valueInteger": 2_999 }); 3_000];
    let items = json!([{ "linkId": "q", "type": "integer", "repeats": true, "answerOption": options }]);
    assert_eq!(said(&items, &json!([{ "linkId": "q", "answer": answers }])), ["error too-costly QR"]);
}

#[test]
fn everything_wrong_is_said_at_once_and_nothing_of_what_was_answered() {
    let items = json!([
        { "linkId": "a", "type": "string", "maxLength": 3 },
        { "linkId": "b", "type": "choice", "answerOption": [{ "valueString": "x" }] },
        { "linkId": "c", "type": "integer", "required": true }
    ]);
    let answer = json!([{ "valueString": CANARY }]);
    let given =
        json!([{ "linkId": "b", "answer": answer }, { "linkId": "a", "answer": answer }, { "linkId": "e" }]);
    assert_eq!(
        said(&items, &given),
        [
            "error structure QR.item[1]",
            "error not-found QR.item[2].linkId",
            "error invariant QR.item[1].answer[0].valueString",
            "error invariant QR.item[0].answer[0].valueString",
            "error required QR",
        ]
    );
}
