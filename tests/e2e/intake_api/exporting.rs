//! Bulk exports: begun, asked about, fetched in files, cancelled, over.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicU32, Ordering},
};

use axum::http::StatusCode;
use foreword_app::fhir::export::Clock;
use foreword_domain::private::Private;
use foreword_intake::feeds;
use foreword_store::{
    Error,
    exports::{self, Part},
};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use tower::ServiceExt;
use uuid::Uuid;

use super::{Answer, Program, gad_2, ids};
use crate::kit::{
    World,
    world::{GRACE, JOHN},
};

/// Codes of answers of the GAD-2.
const SEVERAL_DAYS: &str = "LA6569-3";
const NEARLY_EVERY_DAY: &str = "LA6571-9";

const ASYNC: &[&str] = &["prefer: respond-async"];

/// A clinic whose messages nobody looks at.
async fn clinic() -> World {
    let mut world = World::new().await;
    world.leave_things_lying();
    world
}

/// Two patients with a visit each, one of whom has answered: the id of the other.
async fn two_patients(world: &World, ehr: &Program<'_>) -> String {
    world.book(&[GRACE, JOHN]).await;
    let (grace, john) = (world.line("A1").await.patient.id, world.line("A2").await.patient.id);
    let sent = gad_2(&john.to_string(), "completed", [Some(SEVERAL_DAYS), Some(NEARLY_EVERY_DAY)]);
    let created = ehr.post("QuestionnaireResponse", &sent).await;
    assert_eq!(created.status, StatusCode::CREATED, "{}", created.body);
    grace.to_string()
}

/// A clock that says when it is now, each time.
fn clock(at: Timestamp) -> Clock {
    Arc::new(move || Some(at))
}

async fn run(world: &World) -> u32 {
    world.app.run_exports(&clock(world.now())).await.unwrap()
}

/// Begins an export; where to ask about it, behind the endpoint's address.
async fn begin(program: &Program<'_>, path: &str) -> String {
    let begun = program.send("GET", path, ASYNC, "").await;
    assert_eq!(begun.status, StatusCode::ACCEPTED, "{}", begun.body);
    behind(begun.headers["content-location"].to_str().unwrap())
}

fn behind(address: &str) -> String {
    address.strip_prefix("http://clinic.test/fhir/R4/").unwrap().to_owned()
}

fn id(place: &str) -> Uuid {
    place.strip_prefix("export/").unwrap().parse().unwrap()
}

/// All resources of the files of a manifest, of one type.
async fn lines(program: &Program<'_>, manifest: &Answer, kind: &str) -> Vec<Value> {
    assert_eq!(manifest.status, StatusCode::OK, "{}", manifest.body);
    let mut all = Vec::new();
    for output in manifest.body["output"].as_array().unwrap().iter().filter(|one| one["type"] == kind) {
        let (status, headers, text) =
            program.raw("GET", &behind(output["url"].as_str().unwrap()), &[], "").await;
        assert_eq!(
            (status, &headers["content-type"]),
            (StatusCode::OK, &"application/fhir+ndjson".parse().unwrap())
        );
        assert!(text.ends_with(b"\n"));
        let text = String::from_utf8(text).unwrap();
        let read: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(output["count"], read.len());
        all.extend(read);
    }
    assert!(all.iter().all(|one| one["resourceType"] == kind));
    all
}

fn sorted_ids(resources: &[Value]) -> Vec<String> {
    let mut ids: Vec<String> = resources.iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect();
    ids.sort();
    ids
}

/// What a search finds of a type.
async fn found(program: &Program<'_>, kind: &str) -> Vec<String> {
    let mut found = ids(&program.get(&format!("{kind}?_count=1000")).await.body);
    found.sort();
    found
}

const KINDS: [&str; 10] = [
    "Questionnaire",
    "QuestionnaireResponse",
    "Patient",
    "Appointment",
    "Observation",
    "Composition",
    "DocumentReference",
    "Task",
    "Communication",
    "Flag",
];

#[tokio::test(flavor = "multi_thread")]
async fn an_export_holds_of_each_type_what_a_search_finds_and_the_log_says_who_had_it() {
    let world = clinic().await;
    let ehr = Program::new(&world, "system/*.cruds").await;
    two_patients(&world, &ehr).await;
    let begun_at = world.now();
    let place = begin(&ehr, "$export?_outputFormat=application/fhir%2Bndjson").await;
    let waiting = ehr.get(&place).await;
    assert_eq!(waiting.status, StatusCode::ACCEPTED);
    assert_eq!(waiting.headers["retry-after"], "2");
    assert!(waiting.headers["x-progress"].len() < 100);
    assert_eq!(run(&world).await, 1);
    let manifest = ehr.get(&place).await;
    assert_eq!(manifest.headers["content-type"], "application/json");
    assert_eq!(manifest.headers["expires"], "Sat, 21 Nov 2026 09:00:00 GMT");
    assert_eq!(manifest.body["requiresAccessToken"], true);
    assert_eq!(manifest.body["error"], json!([]));
    assert_eq!(
        manifest.body["request"],
        "http://clinic.test/fhir/R4/$export?_outputFormat=application/fhir%2Bndjson"
    );
    let at: Timestamp = manifest.body["transactionTime"].as_str().unwrap().parse().unwrap();
    assert_eq!(at, begun_at);
    for kind in KINDS {
        let lines = lines(&ehr, &manifest, kind).await;
        assert_eq!(sorted_ids(&lines), found(&ehr, kind).await, "{kind}");
    }
    for (kind, least) in [("Patient", 2), ("QuestionnaireResponse", 1), ("Observation", 1), ("Task", 2)] {
        assert!(lines(&ehr, &manifest, kind).await.len() >= least, "{kind}");
    }
    let log = world
        .store
        .read(|txn| Box::pin(async move { foreword_store::audit::newest(txn, 500).await }))
        .await
        .unwrap();
    let by_program: Vec<_> = log.iter().filter(|entry| entry.actor == "api:ehr").collect();
    let of = |act: &str| by_program.iter().filter(|entry| entry.action == act).count();
    assert_eq!((of("export.begun"), of("export.finished"), of("export.made")), (1, 1, 2));
    assert!(of("export.Patient.read") >= 1);
    let finished = by_program.iter().find(|entry| entry.action == "export.finished").unwrap();
    assert!(finished.subject.contains(" Patient:2 Appointment:2 "), "{}", finished.subject);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_while_an_export_is_read_is_not_in_it() {
    let world = clinic().await;
    let ehr = Program::new(&world, "system/*.cruds").await;
    let grace = two_patients(&world, &ehr).await;
    let kinds = ["QuestionnaireResponse", "Patient", "Appointment", "Observation", "Task"];
    let mut before = Vec::new();
    for kind in kinds {
        before.push(found(&ehr, kind).await);
    }
    let place = begin(&ehr, "$export").await;
    let (now, app, calls) = (world.now(), world.app.clone(), AtomicU32::new(0));
    let answer = ehr.request(
        "POST",
        "QuestionnaireResponse",
        &[],
        &gad_2(&grace, "completed", [Some(NEARLY_EVERY_DAY); 2]).to_string(),
    );
    let meanwhile = Mutex::new(Some((world.router(), answer)));
    // It is asked before each part: from the third on the snapshot stands.
    let clock: Clock = Arc::new(move || {
        let call = calls.fetch_add(1, Ordering::SeqCst);
        if call >= 2 {
            let (app, answer) = (app.clone(), meanwhile.lock().unwrap().take());
            let write = async move {
                let rows =
                    format!("{}\n{}\n", feeds::csv::COLUMNS.join(","), NEW.replace('#', &call.to_string()));
                let rows = feeds::csv::read(rows.as_bytes()).unwrap();
                app.book("test", rows, now, |_| ()).await.unwrap();
                if let Some((router, answer)) = answer {
                    let created = router.oneshot(answer).await.unwrap();
                    assert_eq!(created.status(), StatusCode::CREATED);
                }
            };
            tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(write));
        }
        Some(now)
    });
    assert_eq!(world.app.run_exports(&clock).await.unwrap(), 1);
    let manifest = ehr.get(&place).await;
    for (kind, before) in kinds.iter().zip(before) {
        assert_eq!(sorted_ids(&lines(&ehr, &manifest, kind).await), before, "{kind}");
        assert!(found(&ehr, kind).await.len() > before.len(), "{kind}: nothing came meanwhile");
    }
}

/// Another patient of the feed.
const NEW: &str = "N#,NP#,Nina,New#,1970-01-01,en,Europe/London,,,2026-11-26T10:00,20,North Clinic,Dr Roe,Wellbeing check,booked";

#[tokio::test(flavor = "multi_thread")]
async fn many_patients_are_one_file_of_several_parts() {
    let world = clinic().await;
    let ehr = Program::new(&world, "system/Patient.rs").await;
    let rows: Vec<String> = (0..620).map(|n| NEW.replace('#', &n.to_string())).collect();
    world.book(&rows.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let place = begin(&ehr, "$export").await;
    assert_eq!(run(&world).await, 1);
    let manifest = ehr.get(&place).await;
    let outputs = manifest.body["output"].as_array().unwrap();
    assert_eq!(outputs.len(), 1, "{outputs:?}");
    let mut ids = sorted_ids(&lines(&ehr, &manifest, "Patient").await);
    ids.dedup();
    assert_eq!(ids.len(), 620);
    let parts = exports_of(&world, id(&place)).await;
    assert_eq!(parts.iter().map(|part| part.resources).collect::<Vec<_>>(), [500, 120]);
}

/// The parts that are kept of an export.
async fn exports_of(world: &World, id: Uuid) -> Vec<Part> {
    let parts = world.store.read(move |txn| {
        Box::pin(async move {
            let Some(export) = exports::get(txn, id).await? else { return Ok::<_, Error>(Vec::new()) };
            exports::parts(txn, &export).await
        })
    });
    parts.await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_export_is_gone_with_its_files_and_nobody_goes_on_with_it() {
    let world = clinic().await;
    let ehr = Program::new(&world, "system/*.cruds").await;
    two_patients(&world, &ehr).await;
    let waiting = begin(&ehr, "$export").await;
    assert_eq!(ehr.send("DELETE", &waiting, &[], "").await.status, StatusCode::ACCEPTED);
    assert_eq!(ehr.get(&waiting).await.status, StatusCode::NOT_FOUND);
    assert_eq!(ehr.send("DELETE", &waiting, &[], "").await.status, StatusCode::NOT_FOUND);
    assert_eq!(run(&world).await, 0);

    let done = begin(&ehr, "$export?_type=Patient").await;
    assert_eq!(run(&world).await, 1);
    assert_eq!(
        ehr.get(&format!("{done}/Patient.2.ndjson")).await.status,
        StatusCode::NOT_FOUND,
        "there is one"
    );
    assert_eq!(ehr.send("DELETE", &done, &[], "").await.status, StatusCode::ACCEPTED);
    assert_eq!(ehr.get(&format!("{done}/Patient.1.ndjson")).await.status, StatusCode::NOT_FOUND);
    assert!(exports_of(&world, id(&done)).await.is_empty());

    let running = begin(&ehr, "$export").await;
    let (app, now, export, calls) = (world.app.clone(), world.now(), id(&running), AtomicU32::new(0));
    let clock: Clock = Arc::new(move || {
        if calls.fetch_add(1, Ordering::SeqCst) == 3 {
            let app = app.clone();
            let cancel = async move { assert!(app.cancel_export(export, "ehr", now).await.unwrap()) };
            tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(cancel));
        }
        Some(now)
    });
    assert_eq!(world.app.run_exports(&clock).await.unwrap(), 0);
    assert_eq!(ehr.get(&running).await.status, StatusCode::NOT_FOUND);
    assert!(exports_of(&world, export).await.is_empty(), "what was read before is forgotten");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_that_is_over_is_gone_with_its_files() {
    let world = clinic().await;
    let ehr = Program::new(&world, "system/*.cruds").await;
    two_patients(&world, &ehr).await;
    let place = begin(&ehr, "Patient/$export?_type=Patient").await;
    assert_eq!(run(&world).await, 1);
    world.pass_hours(23);
    assert_eq!(ehr.get(&place).await.status, StatusCode::OK);
    world.pass_hours(1);
    assert_eq!(ehr.get(&place).await.status, StatusCode::NOT_FOUND);
    assert_eq!(ehr.get(&format!("{place}/Patient.1.ndjson")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(exports_of(&world, id(&place)).await.len(), 1, "until somebody cleans up");
    assert_eq!(run(&world).await, 0);
    let left = world.store.read({
        let id = id(&place);
        move |txn| Box::pin(async move { exports::get(txn, id).await })
    });
    assert_eq!(left.await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_program_that_began_an_export_finds_it_and_only_what_its_token_is_good_for() {
    let world = clinic().await;
    let ehr = Program::new(&world, "system/*.cruds").await;
    two_patients(&world, &ehr).await;
    let other = Program::named(&world, "other", "system/*.cruds").await;
    let place = begin(&ehr, "Group/all/$export").await;
    assert_eq!(run(&world).await, 1);
    let file = format!("{place}/Patient.1.ndjson");
    for (method, path) in [("GET", &place), ("GET", &file), ("DELETE", &place)] {
        assert_eq!(other.send(method, path, &[], "").await.status, StatusCode::NOT_FOUND, "{method} {path}");
    }
    let narrow = Program::new(&world, "system/Task.rs").await;
    assert_eq!(narrow.get(&file).await.status, StatusCode::FORBIDDEN);
    let nobody = Program { world: &world, token: "none".to_owned() };
    assert_eq!(nobody.get(&file).await.status, StatusCode::UNAUTHORIZED);
    let manifest = ehr.get(&place).await;
    assert!(lines(&ehr, &manifest, "Questionnaire").await.is_empty(), "they are of no patient");
    assert_eq!(lines(&ehr, &manifest, "Patient").await.len(), 2);

    let own = begin(&narrow, "$export").await;
    assert_eq!(run(&world).await, 1);
    let manifest = narrow.get(&own).await;
    let outputs = manifest.body["output"].as_array().unwrap();
    assert!(!outputs.is_empty() && outputs.iter().all(|one| one["type"] == "Task"), "{outputs:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_that_cannot_be_made_is_refused_with_its_reason() {
    let world = clinic().await;
    let ehr = Program::new(&world, "system/Patient.rs system/Task.rs").await;
    let refused = async |path: &str, headers: &[&str]| {
        let answer = ehr.send("GET", path, headers, "").await;
        assert_eq!(answer.body["resourceType"], "OperationOutcome", "{path}");
        (answer.status.as_u16(), answer.code().to_owned())
    };
    let cases = [
        ("$export?_type=Medication", 400, "not-supported"),
        ("$export?_type=Observation", 403, "forbidden"),
        ("$export?_type=Patient,Observation", 403, "forbidden"),
        ("Patient/$export?_type=Questionnaire", 400, "invalid"),
        ("$export?_outputFormat=text/csv", 400, "not-supported"),
        ("$export?_since=yesterday", 400, "value"),
        ("$export?_elements=id", 400, "not-supported"),
        ("$export?_typeFilter=Observation%3Fstatus%3Dfinal", 400, "invalid"),
        ("$export?_typeFilter=Task%3Fcolour%3Dred", 400, "not-supported"),
        ("$export?_typeFilter=Task%3F_count%3D2", 400, "not-supported"),
        ("$export?_typeFilter=Task", 400, "value"),
        ("Group/some/$export", 404, "not-supported"),
    ];
    for (path, status, code) in cases {
        assert_eq!(refused(path, ASYNC).await, (status, code.to_owned()), "{path}");
    }
    assert_eq!(refused("$export", &[]).await, (400, "required".to_owned()), "without Prefer");
    assert_eq!(refused("export/none", &[]).await, (404, "not-found".to_owned()));
    assert_eq!(ehr.send("DELETE", "$export", ASYNC, "").await.status, StatusCode::METHOD_NOT_ALLOWED);
    let lenient = ["prefer: respond-async, handling=lenient"];
    assert_eq!(ehr.send("GET", "$export?_elements=id", &lenient, "").await.status, StatusCode::ACCEPTED);
    begin(&ehr, "$export").await;
    let third = ehr.send("GET", "$export", ASYNC, "").await;
    assert_eq!((third.status, third.code()), (StatusCode::TOO_MANY_REQUESTS, "throttled"));
    assert_eq!(third.headers["retry-after"], "30");
    assert_eq!(run(&world).await, 2);
    begin(&ehr, "$export").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_can_be_of_what_changed_since_and_of_what_a_search_finds() {
    let world = clinic().await;
    let ehr = Program::new(&world, "system/*.cruds").await;
    let grace = two_patients(&world, &ehr).await;
    let place = begin(&ehr, "$export").await;
    world.pass(SignedDuration::from_secs(2));
    assert_eq!(run(&world).await, 1);
    let before = ehr.get(&place).await.body["transactionTime"].as_str().unwrap().to_owned();
    world.pass(SignedDuration::from_secs(1));
    let sent = gad_2(&grace, "completed", [Some(NEARLY_EVERY_DAY); 2]);
    let new = ehr.post("QuestionnaireResponse", &sent).await.id();
    let since =
        begin(&ehr, &format!("$export?_type=QuestionnaireResponse,Patient&_since={}", world.now())).await;
    let body = json!({ "resourceType": "Parameters", "parameter": [
        { "name": "_type", "valueString": "Patient,QuestionnaireResponse" },
        { "name": "_typeFilter", "valueString": format!("QuestionnaireResponse?patient={grace}") },
        { "name": "_typeFilter", "valueString": "QuestionnaireResponse?status=stopped" },
        { "name": "_since", "valueInstant": "2026-01-01T00:00:00Z" },
    ] });
    let filtered = ehr.send("POST", "$export", ASYNC, &body.to_string()).await;
    assert_eq!(filtered.status, StatusCode::ACCEPTED, "{}", filtered.body);
    let filtered = behind(filtered.headers["content-location"].to_str().unwrap());
    assert_eq!(run(&world).await, 2);
    let since = ehr.get(&since).await;
    assert_eq!(sorted_ids(&lines(&ehr, &since, "QuestionnaireResponse").await), [new.as_str()]);
    assert!(lines(&ehr, &since, "Patient").await.is_empty());
    let filtered = ehr.get(&filtered).await;
    assert_eq!(sorted_ids(&lines(&ehr, &filtered, "QuestionnaireResponse").await), [new.as_str()]);
    assert_eq!(lines(&ehr, &filtered, "Patient").await.len(), 2);
    let next = begin(&ehr, &format!("$export?_type=QuestionnaireResponse&_since={before}")).await;
    assert_eq!(run(&world).await, 1);
    let next = lines(&ehr, &ehr.get(&next).await, "QuestionnaireResponse").await;
    assert!(sorted_ids(&next).contains(&new), "what came after the time of an export is in the next");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_whose_worker_died_is_begun_again_by_another_and_is_whole() {
    let world = clinic().await;
    let ehr = Program::new(&world, "system/*.cruds").await;
    two_patients(&world, &ehr).await;
    let place = begin(&ehr, "$export").await;
    let now = world.now();
    let lease = now + SignedDuration::from_secs(60);
    // One that died behind its first part.
    let died = world.store.write(move |txn| {
        Box::pin(async move {
            let claimed = exports::claim(txn, now, lease, now).await?.unwrap();
            let part = Part { kind: "Patient".to_owned(), number: 1, resources: 1 };
            assert!(exports::keep(txn, &claimed, &part, &Private::new("{}\n".to_owned()), lease).await?);
            Ok::<_, Error>((claimed, part))
        })
    });
    let (claimed, part) = died.await.unwrap();
    world.pass(SignedDuration::from_secs(59));
    assert_eq!(run(&world).await, 0, "it may still be at it");
    assert_eq!(ehr.get(&place).await.status, StatusCode::ACCEPTED);
    world.pass(SignedDuration::from_secs(1));
    assert_eq!(run(&world).await, 1);
    let late = world.store.write(move |txn| {
        let (claimed, part) = (claimed.clone(), part.clone());
        Box::pin(
            async move { exports::keep(txn, &claimed, &part, &Private::new("{}\n".to_owned()), lease).await },
        )
    });
    assert!(!late.await.unwrap(), "what the dead one does late counts no more");
    let manifest = ehr.get(&place).await;
    for kind in KINDS {
        assert_eq!(sorted_ids(&lines(&ehr, &manifest, kind).await), found(&ehr, kind).await, "{kind}");
    }
    world.pass(SignedDuration::from_secs(1));
    assert_eq!(run(&world).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_is_given_back_when_the_service_ends_and_done_by_the_next() {
    let world = clinic().await;
    let ehr = Program::new(&world, "system/*.cruds").await;
    two_patients(&world, &ehr).await;
    let place = begin(&ehr, "$export").await;
    let (now, calls) = (world.now(), AtomicU32::new(0));
    let ends: Clock = Arc::new(move || (calls.fetch_add(1, Ordering::SeqCst) < 4).then_some(now));
    assert_eq!(world.app.run_exports(&ends).await.unwrap(), 0);
    assert_eq!(ehr.get(&place).await.status, StatusCode::ACCEPTED);
    assert_eq!(run(&world).await, 1, "at once");
    let manifest = ehr.get(&place).await;
    assert_eq!(sorted_ids(&lines(&ehr, &manifest, "Patient").await), found(&ehr, "Patient").await);
}
