//! Resources read and looked for.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::{Program, ids};
use crate::kit::World;

#[tokio::test(flavor = "multi_thread")]
async fn what_programs_may_not_see_is_refused_and_what_is_not_there_is_said() {
    let world = World::new().await;
    let ehr = Program::new(&world, "system/Patient.rs").await;
    assert_eq!(ehr.get("Patient/nobody").await.status, StatusCode::NOT_FOUND);
    assert_eq!(ehr.get("Appointment").await.status, StatusCode::FORBIDDEN);
    assert_eq!(ehr.get("Medication").await.status, StatusCode::NOT_FOUND);
    assert_eq!(ehr.send("DELETE", "Patient/x", &[], "").await.status, StatusCode::FORBIDDEN);
    assert!(ids(&ehr.get("Patient").await.body).is_empty());
    let packed = ["content-type: application/fhir+json", "content-encoding: gzip"];
    let packed = ehr.send("POST", "Patient/_search", &packed, "x").await;
    assert_eq!(packed.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{}", packed.body);
    let nothing = json!({ "resourceType": "Bundle", "type": "batch" }).to_string();
    for base in ["", "/fhir/R4/"] {
        assert_eq!(
            ehr.send("POST", base, &[], &nothing).await.status,
            StatusCode::OK,
            "with and without a slash"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_hold_each_resource_once_say_how_many_fit_and_let_others_write() {
    let world = World::new().await;
    let ehr = Program::new(&world, "system/Patient.cruds").await;
    let add = async |n: usize| {
        let patient = json!({
            "resourceType": "Patient", "name": [{ "family": format!("Case{n}"), "given": ["Ada"] }],
            "identifier": [{ "system": "urn:mrn", "value": format!("M{n}") }], "birthDate": "1960-01-01",
        });
        let added = ehr.post("Patient", &patient).await;
        assert_eq!(added.status, StatusCode::CREATED, "{}", added.body);
        added.id()
    };
    let mut there = Vec::new();
    for n in 0..7 {
        there.push(add(n).await);
    }
    for query in ["_count=3", "_count=3&_sort=family", "family=case&_count=3"] {
        let (mut seen, mut totals) = (Vec::new(), Vec::new());
        let mut next = Some(format!("Patient?{query}"));
        while let Some(path) = next {
            let page = ehr.get(&path).await.body;
            seen.extend(ids(&page));
            totals.push(page["total"].as_u64());
            next = following(&page);
        }
        seen.sort();
        there.sort();
        assert_eq!((seen, totals), (there.clone(), vec![Some(7); 3]), "{query}");
    }
    // Who is on a page meanwhile finds nobody twice, and what came behind it.
    let first = ehr.get("Patient?_count=6").await.body;
    world.pass_hours(1);
    let new = add(7).await;
    let second = ids(&ehr.get(&following(&first).unwrap()).await.body);
    assert_eq!((ids(&first).len(), second.len(), second.contains(&new)), (6, 2, true));
    let spoilt = ehr.get("Patient?_cursor=nothing.here").await;
    assert_eq!((spoilt.status, spoilt.code()), (StatusCode::BAD_REQUEST, "value"));
}

/// Answers to all that is asked, the nth of each item's options.
fn answered(asked: &Value, nth: usize) -> Vec<Value> {
    let items = asked.as_array().into_iter().flatten();
    items
        .filter_map(|item| {
            let coding = &item["answerOption"].get(nth)?["valueCoding"];
            Some(json!({ "linkId": item["linkId"], "answer": [{ "valueCoding": coding }] }))
        })
        .chain(asked.as_array().into_iter().flatten().flat_map(|item| answered(&item["item"], nth)))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_ends_within_what_one_response_brings_is_not_the_last_one() {
    let mut world = World::new().await;
    world.leave_things_lying();
    world.book(&[crate::kit::world::GRACE]).await;
    let patient = world.line("A1").await.patient.id;
    let ehr = Program::new(&world, "system/*.cruds").await;
    let form = ehr.get("Questionnaire/phq-4").await.body;
    for nth in 0..3 {
        let response = json!({
            "resourceType": "QuestionnaireResponse", "questionnaire": form["url"], "status": "completed",
            "subject": { "reference": format!("Patient/{patient}") }, "authored": "2026-11-20T09:00:00Z",
            "item": answered(&form["item"], nth),
        });
        let taken = ehr.post("QuestionnaireResponse", &response).await;
        assert_eq!(taken.status, StatusCode::CREATED, "{}", taken.body);
    }
    let all = ids(&ehr.get("Observation").await.body);
    assert_eq!(all.len(), 9, "three scores of each");
    for count in 1..=all.len() {
        let (mut seen, mut next) = (Vec::new(), Some(format!("Observation?_count={count}")));
        while let Some(path) = next {
            let page = ehr.get(&path).await.body;
            assert_eq!(page["total"], all.len(), "{path}");
            seen.extend(ids(&page));
            next = following(&page);
        }
        assert_eq!(seen, all, "{count} at a time");
    }
}

/// The path of the next page, if there is one.
fn following(page: &Value) -> Option<String> {
    let next = page["link"].as_array()?.iter().find(|link| link["relation"] == "next")?;
    Some(next["url"].as_str()?.split("/fhir/R4/").last()?.to_owned())
}
