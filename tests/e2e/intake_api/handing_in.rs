//! Responses and who they are of, handed in.

use axum::http::StatusCode;
use serde_json::json;

use super::{CODES, Program, gad_2, ids};
use crate::kit::World;

/// A patient with a visit, by our ids.
async fn grace(world: &World) -> (String, String) {
    world.book(&[crate::kit::world::GRACE]).await;
    let line = world.line("A1").await;
    (line.patient.id.to_string(), line.appointment.id.to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_response_handed_in_is_scored_and_stands_on_the_page_as_from_any_other_door() {
    let mut world = World::new().await;
    world.leave_things_lying();
    let (patient, visit) = grace(&world).await;
    let ehr = Program::new(&world, "system/*.cruds").await;
    let sent = gad_2(&patient, "completed", [Some(CODES[2]), Some(CODES[3])]);
    let created = ehr.post("QuestionnaireResponse", &sent).await;
    assert_eq!(created.status, StatusCode::CREATED, "{}", created.body);
    let place = created.headers["location"].to_str().unwrap();
    let id = created.id();
    assert_eq!(place, format!("http://clinic.test/fhir/R4/QuestionnaireResponse/{id}/_history/1"));
    assert_eq!(created.headers["etag"], "W/\"1\"");
    let read = ehr.get(&format!("QuestionnaireResponse/{id}")).await;
    assert_eq!((read.status, &read.body["item"]), (StatusCode::OK, &sent["item"]));
    assert_eq!(read.body["authored"], sent["authored"], "as it was sent");
    let page = world.page("A1").await;
    assert!(page.contains("Worry and nerves (GAD-2): 5 (0-6"), "{page}");
    let scores = ehr.get(&format!("Observation?patient={patient}")).await;
    let total = scores.body["entry"].as_array().unwrap();
    assert_eq!(total.len(), 1, "{}", scores.body);
    assert_eq!(total[0]["resource"]["valueQuantity"]["value"], 5);
    let all = ehr.get(&format!("Appointment/{visit}/$everything")).await;
    assert!(ids(&all.body).contains(&id), "{}", all.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_score_that_came_along_is_compared_told_and_kept_and_ours_counts() {
    let mut world = World::new().await;
    world.leave_things_lying();
    let (patient, _) = grace(&world).await;
    let ehr = Program::new(&world, "system/*.cruds").await;
    let form = ehr.get("Questionnaire/gad-2").await.body;
    let computed = form["item"].as_array().unwrap().iter().find(|item| item["readOnly"] == true).unwrap();
    let mut sent = gad_2(&patient, "completed", [Some(CODES[2]), Some(CODES[3])]);
    for (told, remarks) in [(5, 0), (4, 1)] {
        let total = json!({ "linkId": computed["linkId"], "answer": [{ "valueDecimal": told }] });
        sent["item"].as_array_mut().unwrap().truncate(2);
        sent["item"].as_array_mut().unwrap().push(total);
        let outcome = ["prefer: return=OperationOutcome"];
        let answer = ehr.send("POST", "QuestionnaireResponse", &outcome, &sent.to_string()).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{told}: {}", answer.body);
        let issues = answer.body["issue"].as_array().unwrap();
        let warned: Vec<&str> = issues
            .iter()
            .filter(|issue| issue["severity"] == "warning")
            .map(|issue| issue["diagnostics"].as_str().unwrap_or_default())
            .collect();
        assert_eq!(warned.len(), remarks, "{}", answer.body);
        assert!(
            warned.iter().all(|why| why.contains("our score counts") && !why.contains('4')),
            "{warned:?}"
        );
        let place = answer.headers["location"].to_str().unwrap();
        let place = place.split("/fhir/R4/").last().unwrap().split("/_history").next().unwrap();
        assert_eq!(ehr.get(place).await.body["item"], sent["item"], "as it was sent");
    }
    let scores = ehr.get(&format!("Observation?patient={patient}")).await;
    for entry in scores.body["entry"].as_array().unwrap() {
        assert_eq!(entry["resource"]["valueQuantity"]["value"], 5);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_response_goes_on_from_begun_to_complete_to_amended_and_every_version_is_kept() {
    let mut world = World::new().await;
    world.leave_things_lying();
    let (patient, _) = grace(&world).await;
    let ehr = Program::new(&world, "system/*.cruds").await;
    let begun =
        ehr.post("QuestionnaireResponse", &gad_2(&patient, "in-progress", [Some(CODES[0]), None])).await;
    assert_eq!(begun.status, StatusCode::CREATED, "{}", begun.body);
    let place = format!("QuestionnaireResponse/{}", begun.id());
    assert!(ids(&ehr.get(&format!("Observation?patient={patient}")).await.body).is_empty(), "no score yet");
    let over = |status, answers| {
        let mut sent = gad_2(&patient, status, answers);
        sent["id"] = begun.id().into();
        sent
    };
    let complete = over("completed", [Some(CODES[0]), Some(CODES[1])]);
    let stale = ehr.send("PUT", &place, &["if-match: W/\"7\""], &complete.to_string()).await;
    assert_eq!((stale.status, stale.code()), (StatusCode::PRECONDITION_FAILED, "conflict"));
    let done = ehr.send("PUT", &place, &["if-match: W/\"1\""], &complete.to_string()).await;
    assert_eq!(
        (done.status, &done.headers["etag"]),
        (StatusCode::OK, &"W/\"2\"".parse().unwrap()),
        "{}",
        done.body
    );
    let amended = ehr.put(&place, &over("amended", [Some(CODES[3]), Some(CODES[1])])).await;
    assert_eq!(amended.status, StatusCode::OK, "{}", amended.body);
    for (status, answers) in
        [("in-progress", [Some(CODES[3]), None]), ("stopped", [Some(CODES[3]), Some(CODES[1])])]
    {
        let back = ehr.put(&place, &over(status, answers)).await;
        assert_eq!(
            (back.status, back.code()),
            (StatusCode::UNPROCESSABLE_ENTITY, "business-rule"),
            "{status}"
        );
    }
    let past = ehr.get(&format!("{place}/_history")).await;
    let statuses: Vec<&str> = past.body["entry"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["resource"]["status"].as_str().unwrap())
        .collect();
    assert_eq!(statuses, ["amended", "completed", "in-progress"]);
    let first = ehr.get(&format!("{place}/_history/1")).await;
    assert_eq!((first.status, &first.body["status"]), (StatusCode::OK, &json!("in-progress")));
    let total = ehr.get(&format!("Observation?patient={patient}")).await;
    let total = &total.body["entry"][0]["resource"];
    assert_eq!((&total["status"], &total["valueQuantity"]["value"]), (&json!("amended"), &json!(4)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_response_with_a_fault_is_refused_with_its_place_and_nothing_of_it_is_stored() {
    let mut world = World::new().await;
    world.leave_things_lying();
    let (patient, _) = grace(&world).await;
    let ehr = Program::new(&world, "system/*.cruds").await;
    let good = gad_2(&patient, "completed", [Some(CODES[0]), Some(CODES[1])]);
    let with = |change: &dyn Fn(&mut serde_json::Value)| {
        let mut changed = good.clone();
        change(&mut changed);
        changed
    };
    let wrong = [
        (
            with(&|one| one["item"][1]["linkId"] = "q9".into()),
            422,
            "not-found",
            "QuestionnaireResponse.item[1]",
        ),
        (
            with(&|one| one["item"][1]["answer"][0]["valueCoding"]["code"] = "x".into()),
            422,
            "invariant",
            "QuestionnaireResponse.item[1].answer[0]",
        ),
        (
            with(&|one| one["subject"]["reference"] = "Patient/nobody".into()),
            422,
            "not-found",
            "QuestionnaireResponse.subject",
        ),
        (
            with(&|one| one["questionnaire"] = "http://elsewhere.test/Questionnaire/x".into()),
            422,
            "not-found",
            "QuestionnaireResponse.questionnaire",
        ),
        (
            with(&|one| one["authored"] = "2099-01-01T09:00:00Z".into()),
            422,
            "business-rule",
            "QuestionnaireResponse.authored",
        ),
        (with(&|one| one["status"] = "done".into()), 400, "code-invalid", "QuestionnaireResponse.status"),
        (with(&|one| one["colour"] = "red".into()), 400, "structure", "QuestionnaireResponse"),
    ];
    for (sent, status, code, place) in wrong {
        let refused = ehr.post("QuestionnaireResponse", &sent).await;
        let errors: Vec<&serde_json::Value> = refused.body["issue"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|issue| issue["severity"] != "warning")
            .collect();
        assert_eq!(refused.status.as_u16(), status, "{}", refused.body);
        assert_eq!(errors[0]["code"], code, "{}", refused.body);
        let at = errors[0]["expression"][0].as_str().unwrap();
        assert!(at.starts_with(place), "{}", refused.body);
    }
    let text = good.to_string();
    for (sent, status) in [
        (text[..text.len() - 2].to_owned(), 400),
        (text.replacen("\"status\":", "\"status\":\"amended\",\"status\":", 1), 400),
        ("[".repeat(100_000), 400),
        ("x".repeat(5 << 20), 413),
        (String::new(), 400),
    ] {
        let refused =
            ehr.send("POST", "QuestionnaireResponse", &["content-type: application/fhir+json"], &sent).await;
        assert_eq!(refused.status.as_u16(), status, "{}", refused.body);
        assert_eq!(refused.body["resourceType"], "OperationOutcome");
    }
    let stored = ehr.get(&format!("QuestionnaireResponse?patient={patient}")).await;
    assert!(ids(&stored.body).is_empty(), "{}", stored.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_red_flag_in_a_response_of_another_program_raises_its_alert() {
    let mut world = World::new().await;
    world.leave_things_lying();
    let (patient, _) = grace(&world).await;
    let ehr = Program::new(&world, "system/*.cruds").await;
    let form = ehr.get("Questionnaire/phq-9").await.body;
    let items = form["item"].as_array().unwrap();
    let answers = items.iter().filter_map(|item| {
        let option = item["answerOption"][1]["valueCoding"].clone();
        let is_asked = item["linkId"].as_str()?.strip_prefix('q').is_some_and(|n| n.parse::<u8>().is_ok());
        is_asked.then(|| json!({ "linkId": item["linkId"], "answer": [{ "valueCoding": option }] }))
    });
    let mut sent = gad_2(&patient, "completed", [None, None]);
    sent["questionnaire"] = form["url"].clone();
    sent["item"] = answers.collect();
    assert_eq!(sent["item"].as_array().unwrap().len(), 9);
    let created = ehr.post("QuestionnaireResponse", &sent).await;
    assert_eq!(created.status, StatusCode::CREATED, "{}", created.body);
    let alerts = world.alerts().await;
    assert_eq!(alerts.len(), 1, "item 9");
    let flags = ehr.get(&format!("Flag?patient={patient}&status=active")).await;
    assert_eq!(ids(&flags.body).len(), alerts.len(), "{}", flags.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_response_sent_once_more_is_the_same_and_another_one_is_another() {
    let mut world = World::new().await;
    world.leave_things_lying();
    let (patient, _) = grace(&world).await;
    let ehr = Program::new(&world, "system/*.cruds").await;
    let sent = gad_2(&patient, "completed", [Some(CODES[0]), Some(CODES[1])]);
    let first = ehr.post("QuestionnaireResponse", &sent).await;
    let again = ehr.post("QuestionnaireResponse", &sent).await;
    assert_eq!((again.status, again.id()), (StatusCode::OK, first.id()));
    let other = ehr
        .post("QuestionnaireResponse", &gad_2(&patient, "completed", [Some(CODES[2]), Some(CODES[2])]))
        .await;
    assert_eq!(other.status, StatusCode::CREATED, "{}", other.body);
    assert_ne!(other.id(), first.id());
    assert_eq!(ids(&ehr.get(&format!("QuestionnaireResponse?patient={patient}")).await.body).len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_patient_and_their_appointment_come_in_one_transaction_or_not_at_all() {
    let mut world = World::new().await;
    world.leave_things_lying();
    let ehr = Program::new(&world, "system/*.cruds").await;
    let bundle = |start: &str| {
        json!({ "resourceType": "Bundle", "type": "transaction", "entry": [
            {
                "fullUrl": "urn:uuid:0f4a2a3e-6c65-4e0c-9f3f-2d0e5b8b7a11",
                "resource": {
                    "resourceType": "Appointment", "status": "booked", "identifier": [{ "value": "V7" }],
                    "start": start, "end": "2026-12-01T10:00:00Z",
                    "participant": [
                        { "actor": { "reference": "urn:uuid:5b1a2a3e-6c65-4e0c-9f3f-2d0e5b8b7a12" }, "status": "accepted" },
                        { "actor": { "type": "Location", "display": "North Clinic" }, "status": "accepted" },
                        { "actor": { "type": "Practitioner", "display": "Dr Roe" }, "status": "accepted" },
                    ]
                },
                "request": { "method": "POST", "url": "Appointment" }
            },
            {
                "fullUrl": "urn:uuid:5b1a2a3e-6c65-4e0c-9f3f-2d0e5b8b7a12",
                "resource": {
                    "resourceType": "Patient", "identifier": [{ "system": "urn:mrn", "value": "P7" }],
                    "name": [{ "family": "Hopper", "given": ["Ada"] }], "birthDate": "1970-02-03"
                },
                "request": { "method": "POST", "url": "Patient", "ifNoneExist": "identifier=urn:mrn|P7" }
            }
        ]})
    };
    let refused = ehr.post("", &bundle("2026-12-01T10:30:00Z")).await;
    assert!(refused.status.is_client_error(), "{}", refused.body);
    assert!(ids(&ehr.get("Patient").await.body).is_empty(), "nothing half-stored");
    let done = ehr.post("", &bundle("2026-12-01T09:30:00Z")).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.body);
    let statuses: Vec<&str> = done.body["entry"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| e["response"]["status"].as_str().unwrap())
        .collect();
    assert!(statuses.iter().all(|status| status.starts_with("201")), "{statuses:?}");
    let found = ehr.get("Appointment?patient.identifier=x").await;
    assert_eq!(found.status, StatusCode::BAD_REQUEST, "chains are refused");
    let patient = ids(&ehr.get("Patient?identifier=urn:mrn|P7").await.body).remove(0);
    let visits =
        ehr.get(&format!("Appointment?patient={patient}&date=2026-12-01&_include=Appointment:patient")).await;
    assert_eq!(ids(&visits.body).len(), 2, "{}", visits.body);
    let again = ehr.post("", &bundle("2026-12-01T09:30:00Z")).await;
    assert_eq!(again.status, StatusCode::OK, "{}", again.body);
    assert_eq!(ids(&ehr.get("Patient").await.body), [patient], "the same patient");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_questionnaire_that_was_added_can_be_answered_and_none_that_ships_is_replaced() {
    let mut world = World::new().await;
    world.leave_things_lying();
    let (patient, _) = grace(&world).await;
    let ehr = Program::new(&world, "system/*.cruds").await;
    let form = json!({
        "resourceType": "Questionnaire", "id": "sleep-check", "url": "http://hospital.test/Questionnaire/sleep-check",
        "version": "1", "name": "SleepCheck", "title": "Sleep", "status": "active", "subjectType": ["Patient"],
        "item": [{ "linkId": "hours", "text": "How many hours did you sleep?", "type": "integer" }]
    });
    let added = ehr.post("Questionnaire", &form).await;
    assert_eq!(added.status, StatusCode::CREATED, "{}", added.body);
    let place = format!("Questionnaire/{}", added.id());
    assert_eq!(ehr.get(&place).await.body["url"], form["url"]);
    let twice = ehr.post("Questionnaire", &form).await;
    assert_eq!((twice.status, twice.code()), (StatusCode::CONFLICT, "duplicate"));
    let mut shipped = form.clone();
    shipped["id"] = "phq-9".into();
    let refused = ehr.put("Questionnaire/phq-9", &shipped).await;
    assert_eq!((refused.status, refused.code()), (StatusCode::CONFLICT, "conflict"), "{}", refused.body);
    let sent = json!({
        "resourceType": "QuestionnaireResponse", "questionnaire": "http://hospital.test/Questionnaire/sleep-check|1",
        "status": "completed", "subject": { "reference": format!("Patient/{patient}") },
        "item": [{ "linkId": "hours", "answer": [{ "valueInteger": 6 }] }]
    });
    let created = ehr.post("QuestionnaireResponse", &sent).await;
    assert_eq!(created.status, StatusCode::CREATED, "{}", created.body);
    assert!(world.page("A1").await.contains("sleep-check v1"), "it is part of the page");
}
