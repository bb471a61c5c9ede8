//! Resources read and looked for.

use axum::http::StatusCode;
use serde_json::json;

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
            let links = page["link"].as_array().unwrap();
            let found = links.iter().find(|link| link["relation"] == "next");
            next =
                found.map(|link| link["url"].as_str().unwrap().split("/fhir/R4/").last().unwrap().to_owned());
        }
        seen.sort();
        there.sort();
        assert_eq!((seen, totals), (there.clone(), vec![Some(7); 3]), "{query}");
    }
    // Who is on a page meanwhile finds nobody twice, and what came behind it.
    let first = ehr.get("Patient?_count=6").await.body;
    world.pass_hours(1);
    let new = add(7).await;
    let next = first["link"].as_array().unwrap().iter().find(|link| link["relation"] == "next").unwrap();
    let path = next["url"].as_str().unwrap().split("/fhir/R4/").last().unwrap();
    let second = ids(&ehr.get(path).await.body);
    assert_eq!((ids(&first).len(), second.len(), second.contains(&new)), (6, 2, true));
    let spoilt = ehr.get("Patient?_cursor=nothing.here").await;
    assert_eq!((spoilt.status, spoilt.code()), (StatusCode::BAD_REQUEST, "value"));
}
