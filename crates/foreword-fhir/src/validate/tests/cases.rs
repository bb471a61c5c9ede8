//! The official cases: a response, its questionnaire, and what the reference validator for R4 said of it.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::*;

/// The cases that are about the logic of questionnaires, and on which the two validators that were asked agree.
fn cases() -> Vec<Json> {
    let text = std::fs::read_to_string(data("cases").join("cases.json")).unwrap();
    let all: Vec<Json> = serde_json::from_str(&text).unwrap();
    let is_ours = |case: &Json| {
        case["scope"] == "logic"
            && case["agree"] != false
            && case["use_test"] == true
            && kind(case) == "QuestionnaireResponse"
    };
    all.into_iter().filter(is_ours).collect()
}

fn file(name: &str) -> String {
    std::fs::read_to_string(data("cases").join(name)).unwrap()
}

fn kind(case: &Json) -> String {
    let resource: Json = serde_json::from_str(&file(case["file"].as_str().unwrap())).unwrap();
    resource["resourceType"].as_str().unwrap().to_owned()
}

/// The questionnaire that goes with a case.
fn form(case: &Json) -> Option<String> {
    let names = case["supporting"].as_array().unwrap().iter().map(|name| name.as_str().unwrap());
    names.map(file).find(|text| {
        let resource: Json = serde_json::from_str(text).unwrap();
        resource["resourceType"] == "Questionnaire"
    })
}

#[test]
fn every_official_case_gets_the_official_verdict_with_an_official_code() {
    let mut wrong = Vec::new();
    let cases = cases();
    for case in &cases {
        let issues = text(&file(case["file"].as_str().unwrap()), form(case).as_deref());
        let ours: BTreeSet<&str> =
            issues.iter().filter(|issue| issue.is_error()).map(|issue| issue.code).collect();
        let said = case["java"]["issues"].as_array().unwrap();
        let official: BTreeSet<&str> = said
            .iter()
            .filter(|issue| issue["severity"] == "error")
            .map(|issue| issue["code"].as_str().unwrap())
            .collect();
        let is_wrong = case["logic_errors"].as_u64().unwrap() > 0;
        if ours.is_empty() == is_wrong || is_wrong && ours.is_disjoint(&official) {
            wrong.push(format!("{}: official {official:?}, ours {issues:?}", case["name"]));
        }
    }
    assert_eq!(cases.len(), 45);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn as_many_answers_are_at_fault_as_the_official_validator_found() {
    // Where it says two things of one place, we may say one; where it names the value, we do, too.
    let place = |text: &str| text.split(".value").next().unwrap().split(".answer").next().unwrap().to_owned();
    for case in cases() {
        let issues = text(&file(case["file"].as_str().unwrap()), form(&case).as_deref());
        let ours: BTreeSet<String> = issues
            .iter()
            .filter(|issue| issue.is_error())
            .map(|issue| place(issue.expression.as_ref().unwrap().trim_end_matches(".linkId")))
            .collect();
        for issue in case["java"]["issues"].as_array().unwrap() {
            let official = place(issue["expression"][0].as_str().unwrap());
            // The official validator says of the whole response that it holds a linkId that is not known.
            if issue["severity"] == "error" && issue["code"] != "not-found" {
                assert!(ours.contains(&official), "{}: {official} of {ours:?}", case["name"]);
            }
        }
    }
}
