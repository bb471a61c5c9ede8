//! Order, what goes along, and how much is shown.

use serde_json::{Value, json};

use super::query;
use crate::{
    Kind,
    search::{Show, compare, included, refers, shape},
};

fn sorted(text: &str, resources: &[Value]) -> String {
    let query = query(Kind::Patient, text);
    let mut all = resources.to_vec();
    all.sort_by(|one, other| compare(one, other, &query));
    all.iter().map(|one| one["id"].as_str().unwrap()).collect::<Vec<_>>().join(" ")
}

#[test]
fn results_are_sorted_with_what_is_missing_last() {
    let patients = [
        json!({ "id": "d", "birthDate": "1970-01-01", "name": [{ "family": "Ästrom" }], "gender": "male" }),
        json!({ "id": "c", "birthDate": "1969", "name": [{ "family": "astrid" }], "gender": "female" }),
        json!({ "id": "b", "name": [{ "family": "Zorn", "given": ["Adam"] }], "gender": "female" }),
        json!({ "id": "a", "birthDate": "1980-05-05", "gender": "male" }),
    ];
    assert_eq!(sorted("", &patients), "a b c d");
    assert_eq!(sorted("_sort=birthdate", &patients), "c d a b");
    assert_eq!(sorted("_sort=-birthdate", &patients), "a d c b");
    assert_eq!(sorted("_sort=name", &patients), "c d b a");
    assert_eq!(sorted("_sort=gender,-birthdate", &patients), "c b a d");
    assert_eq!(sorted("_sort=-_id", &patients), "d c b a");
}

#[test]
fn times_are_sorted_across_zones_and_numbers_as_numbers() {
    let query = query(Kind::Observation, "_sort=date,-value-quantity");
    let at = |time: &str, value: f64| json!({ "resourceType": "Observation", "id": time, "effectiveDateTime": time, "valueQuantity": { "value": value } });
    assert!(compare(&at("2026-11-23T10:00:00+02:00", 1.0), &at("2026-11-23T09:00:00Z", 1.0), &query).is_lt());
    let same = "2026-11-23T10:00:00Z";
    assert!(compare(&at(same, 10.0), &at(same, 9.0), &query).is_lt());
    assert!(compare(&at(same, 9.0), &at(same, 9.0), &query).is_eq());
}

#[test]
fn what_is_referred_to_goes_along_each_once() {
    let response = json!({
        "resourceType": "QuestionnaireResponse",
        "questionnaire": "https://a.example/fhir/Questionnaire/phq-9|1.0",
        "subject": { "reference": "https://a.example/fhir/Patient/p1" },
        "author": { "reference": "Practitioner/d1" },
        "source": { "reference": "Patient/p1" },
        "basedOn": [{ "reference": "#contained" }, { "display": "none" }]
    });
    let along = |text: &str| {
        let found = included(&response, &query(Kind::QuestionnaireResponse, text));
        found.iter().map(|(kind, id)| format!("{kind}/{id}")).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(along("_include=QuestionnaireResponse:subject"), "Patient/p1");
    assert_eq!(
        along("_include=QuestionnaireResponse:patient&_include=QuestionnaireResponse:source"),
        "Patient/p1"
    );
    assert_eq!(along("_include=QuestionnaireResponse:questionnaire"), "Questionnaire/phq-9");
    assert_eq!(along("_include=QuestionnaireResponse:author"), "");
    assert_eq!(along("_include=*"), "Questionnaire/phq-9 Patient/p1");
    assert_eq!(along("_include=QuestionnaireResponse:*"), "Questionnaire/phq-9 Patient/p1");
    assert_eq!(along("_include=QuestionnaireResponse:subject:Patient"), "Patient/p1");
    assert_eq!(along("_include=QuestionnaireResponse:subject:Task"), "");
    assert_eq!(along("_include=Task:patient"), "");
    let back = query(Kind::Patient, "_revinclude=QuestionnaireResponse:subject");
    assert_eq!(refers(&response, &back.revincludes()[0]), [(Kind::Patient, "p1".to_owned())]);
    assert_eq!(back.revincludes()[0].parameters()[0].name, "subject");
}

#[test]
fn a_part_of_a_resource_says_that_it_is_a_part() {
    let visit = json!({
        "resourceType": "Appointment",
        "id": "1",
        "meta": { "versionId": "2", "tag": [{ "code": "x" }] },
        "text": { "status": "generated", "div": "<div/>" },
        "status": "booked",
        "_status": { "id": "s" },
        "comment": "words",
        "start": "2026-11-23T10:00:00Z",
        "participant": []
    });
    let names = |text: &str| {
        let shaped = shape(visit.clone(), &query(Kind::Appointment, text));
        let is_marked =
            shaped["meta"]["tag"].as_array().unwrap().iter().any(|tag| tag["code"] == "SUBSETTED");
        let names: Vec<&str> = shaped.as_object().unwrap().keys().map(String::as_str).collect();
        format!("{}{}", names.join(" "), if is_marked { " *" } else { "" })
    };
    let all = "_status comment id meta participant resourceType start status text";
    assert_eq!(names(""), all);
    assert_eq!(names("_summary=false"), all);
    assert_eq!(names("_summary=count"), all);
    assert_eq!(names("_summary=true"), "_status id meta participant resourceType start status *");
    assert_eq!(names("_summary=text"), "_status id meta participant resourceType status text *");
    assert_eq!(names("_summary=data"), "_status comment id meta participant resourceType start status *");
    assert_eq!(names("_elements=comment"), "_status comment id meta participant resourceType status *");
    assert_eq!(
        names("_elements=Appointment.start,nothing"),
        "_status id meta participant resourceType start status *"
    );
    let score = json!({ "resourceType": "Observation", "valueQuantity": { "value": 1 }, "note": [] });
    let shaped = shape(score.clone(), &query(Kind::Observation, "_elements=value"));
    assert!(shaped.get("valueQuantity").is_some() && shaped.get("note").is_none());
    assert!(shape(score, &query(Kind::Observation, "_summary=true")).get("valueQuantity").is_some());
    assert_eq!(query(Kind::Observation, "_count=0").summary(), Show::Count);
}
