//! The page, launched from the record in an EHR, by people who are somebody here and by others.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::kit::{Tab, World, ehr::Ehr, program::send};

const PASSWORD: &str = "a long enough password";

fn grace() -> Value {
    json!({
        "resourceType": "Patient",
        "id": "ehr-7",
        "identifier": [{ "system": "urn:mrn", "value": "P1" }],
        "birthDate": "1958-03-14",
    })
}

/// A clinic with Grace and Dr Roe, whom the EHR knows as well.
async fn clinic() -> (World, Ehr, Tab) {
    let world = World::new().await;
    world.invite_grace().await;
    world.app.put_staff("roe", "Dr Roe", "clinician", PASSWORD, world.now()).await.unwrap();
    let ehr = Ehr::open(grace()).await;
    world.app.bind_identity("roe", &ehr.iss, "roe-there", world.now()).await.unwrap();
    let tab = Tab::new(world.router_for(ehr.known()));
    (world, ehr, tab)
}

/// Whether nothing opens.
async fn is_out(tab: &mut Tab, status: StatusCode) -> bool {
    let is_refused = tab.status == status && tab.page.contains("role=\"alert\"");
    tab.open("/clinic").await;
    is_refused && tab.at.starts_with("/clinic/sign-in")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_opens_from_the_record_for_the_patient_that_is_open_there() {
    let (world, ehr, mut tab) = clinic().await;
    let back = ehr.launch(&mut tab).await;
    tab.open(&back).await;
    let visit = world.line("A1").await.appointment.id;
    assert_eq!(
        (tab.status, tab.at.as_str()),
        (StatusCode::OK, format!("/clinic/appointments/{visit}").as_str())
    );
    assert!(tab.page.contains("Okafor"), "{}", tab.page);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_came_back_counts_once_and_only_in_the_browser_that_was_sent() {
    let (world, ehr, mut tab) = clinic().await;
    let back = ehr.launch(&mut tab).await;
    let mut other = Tab::new(world.router_for(ehr.known()));
    other.open(&back).await;
    assert!(is_out(&mut other, StatusCode::UNAUTHORIZED).await, "another browser");
    let wrong = format!("{back}x");
    tab.open(&wrong).await;
    assert_eq!(tab.status, StatusCode::UNAUTHORIZED, "another state");
    let kept = tab.clone();
    tab.open(&back).await;
    assert_eq!(tab.status, StatusCode::OK);
    let mut again = kept;
    again.open(&back).await;
    assert!(is_out(&mut again, StatusCode::UNAUTHORIZED).await, "the same state once more");
    let late = ehr.launch(&mut again).await;
    world.pass(jiff::SignedDuration::from_mins(11));
    again.open(&late).await;
    assert!(is_out(&mut again, StatusCode::UNAUTHORIZED).await, "too late");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_that_was_used_and_a_token_that_is_not_right_let_nobody_in() {
    let (_world, ehr, mut tab) = clinic().await;
    let back = ehr.launch(&mut tab).await;
    let first = ehr.launch(&mut tab.clone()).await;
    assert_ne!(first, back);
    // The code now belongs to another challenge.
    tab.open(&back).await;
    assert!(is_out(&mut tab, StatusCode::UNAUTHORIZED).await);
    for (claim, value) in [
        ("nonce", json!("another")),
        ("aud", json!("another")),
        ("iss", json!("http://other.test")),
        ("exp", json!(1)),
    ] {
        let (_world, ehr, mut tab) = clinic().await;
        ehr.claim(claim, value);
        let back = ehr.launch(&mut tab).await;
        tab.open(&back).await;
        assert!(is_out(&mut tab, StatusCode::UNAUTHORIZED).await, "{claim}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_nobody_here_stays_out_and_so_does_who_has_somebody_else_open() {
    let (_world, ehr, mut tab) = clinic().await;
    ehr.claim("sub", json!("somebody-else"));
    let back = ehr.launch(&mut tab).await;
    tab.open(&back).await;
    assert!(tab.page.contains("somebody-else"), "{}", tab.page);
    assert!(is_out(&mut tab, StatusCode::UNAUTHORIZED).await);
    for (name, value) in [
        ("birthDate", json!("1958-03-15")),
        ("identifier", json!([{ "system": "urn:mrn", "value": "P9" }])),
        ("identifier", json!([{ "system": "urn:other", "value": "P1" }])),
    ] {
        let (_world, ehr, mut tab) = clinic().await;
        let mut patient = grace();
        patient[name] = value;
        ehr.show(patient);
        let back = ehr.launch(&mut tab).await;
        tab.open(&back).await;
        assert!(is_out(&mut tab, StatusCode::NOT_FOUND).await, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_record_system_that_was_set_up_launches_the_page() {
    let (world, ehr, mut tab) = clinic().await;
    let others = ["http://127.0.0.1:1/fhir", "https://evil.test/fhir", "", "http://169.254.169.254/"];
    for iss in others {
        tab.open(&format!("/launch?iss={iss}&launch=x")).await;
        assert_eq!(tab.status, StatusCode::FORBIDDEN, "{iss}");
    }
    let at = format!("/launch?iss={}&launch=x", ehr.iss);
    let closed = send(&world.router(), "GET", &at, &[], String::new()).await;
    assert_eq!(closed.status, StatusCode::FORBIDDEN, "where nothing is set up");
    let token = world.app.add_api_client("ehr", "system/Composition.r", world.now()).await.unwrap();
    let token = format!("Bearer {}", token.reveal());
    let mut phone = world.phone("A1").await;
    phone.say("").await;
    phone.say("My sleep").await;
    let mut links = Vec::new();
    for server in [ehr.iss.as_str(), "https://other.test/fhir"] {
        let call = json!({
            "hook": "patient-view",
            "hookInstance": "e9f6b9a0-366c-47af-b11b-f6d54797030a",
            "fhirServer": server,
            "context": { "userId": "Practitioner/1", "patientId": world.line("A1").await.patient.id.to_string() },
        });
        let router = world.router_for(ehr.known());
        let path = "/cds-services/foreword-previsit";
        let answer = send(&router, "POST", path, &[("authorization", &token)], call.to_string()).await;
        links.push(answer.body["cards"][0]["links"].clone());
    }
    assert_eq!(
        links[0][1],
        json!({ "label": "Open the summary page here", "url": "http://clinic.test/launch", "type": "smart" })
    );
    assert_eq!(links[1].as_array().map(Vec::len), Some(1));
}
