//! Red flags in what other programs hand in: nobody here can show the crisis text to whoever answered there.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::{MAYA, Ready};
use crate::intake_api::Program;

/// Somebody else is told at once, as with a text that can't be delivered.
async fn is_undelivered(ready: &Ready) {
    let log = ready.log().await;
    assert!(log.contains("could not be delivered: another program handed the answer in"), "{log}");
    assert!(log.contains("to be told: the deputy"), "{log}");
    ready.look().await;
    let mut called = ready.pager.called();
    called.sort();
    assert_eq!(called, ["lee", "roe"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn item_nine_by_fhir_brings_the_next_person_in() {
    let mut ready = Ready::new().await;
    ready.world.leave_things_lying();
    ready.world.book(&[MAYA]).await;
    let patient = ready.world.line("M1").await.patient.id;
    let ehr = Program::new(&ready.world, "system/*.cruds").await;
    let form = ehr.get("Questionnaire/phq-9").await.body;
    let items = form["item"].as_array().unwrap().iter();
    let answers: Vec<Value> = items
        .filter(|item| item["linkId"].as_str().unwrap().starts_with('q'))
        .filter(|item| item["answerOption"].is_array())
        .map(|item| json!({ "linkId": item["linkId"], "answer": [{ "valueCoding": item["answerOption"][1]["valueCoding"] }] }))
        .collect();
    assert_eq!(answers.len(), 9);
    let sent = json!({
        "resourceType": "QuestionnaireResponse", "status": "completed", "questionnaire": form["url"],
        "subject": { "reference": format!("Patient/{patient}") }, "item": answers
    });
    let created = ehr.post("QuestionnaireResponse", &sent).await;
    assert_eq!(created.status, StatusCode::CREATED, "{}", created.body);
    is_undelivered(&ready).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn item_nine_by_plain_json_brings_the_next_person_in() {
    let mut ready = Ready::new().await;
    ready.world.leave_things_lying();
    ready.world.book(&[MAYA]).await;
    let ehr = Program::new(&ready.world, "system/*.cruds").await;
    let sent = json!({ "instrument": "phq-9", "answers": { "q9": "1" }, "complete": false });
    let json = ["content-type: application/json"];
    let taken = ehr.send("POST", "/api/v1/appointments/M1/responses", &json, &sent.to_string()).await;
    assert_eq!(taken.status, StatusCode::CREATED, "{}", taken.body);
    is_undelivered(&ready).await;
}
