//! CDS Hooks: cards for the program in which the clinician works, for those who may have them.

use axum::{Router, http::StatusCode};
use foreword_intake::{CdsSettings, ProgramSettings, Reach};
use serde_json::{Value, json};

use crate::kit::{
    World,
    program::{Answer, Signer, keys_server, send},
};

const SERVICE: &str = "/cds-services/foreword-previsit";

fn settings(set: impl FnOnce(&mut CdsSettings)) -> ProgramSettings {
    let mut settings = ProgramSettings { reach: Reach::Loopback, ..ProgramSettings::default() };
    set(&mut settings.cds);
    settings
}

/// What an EHR sends when it shows Grace.
fn shown() -> Value {
    json!({
        "hook": "patient-view",
        "hookInstance": "e9f6b9a0-366c-47af-b11b-f6d54797030a",
        "context": { "userId": "Practitioner/1", "patientId": "ehr-7" },
        "prefetch": { "patient": {
            "resourceType": "Patient",
            "id": "ehr-7",
            "identifier": [{ "system": "urn:mrn", "value": "P1" }],
            "birthDate": "1958-03-14",
        } },
    })
}

async fn call(router: &Router, token: &str, body: &Value) -> Answer {
    call_at(router, SERVICE, token, body).await
}

async fn call_at(router: &Router, path: &str, token: &str, body: &Value) -> Answer {
    let token = format!("Bearer {token}");
    let headers = [("authorization", token.as_str()), ("content-type", "application/json")];
    send(router, "POST", path, &headers, body.to_string()).await
}

async fn token(world: &World) -> String {
    world.app.add_api_client("ehr", "system/Composition.r", world.now()).await.unwrap().into_inner()
}

async fn rows(world: &World, action: &str) -> Vec<(String, String)> {
    let wanted = foreword_store::audit::Filter { action: Some(action.to_owned()), ..Default::default() };
    let rows = world.app.more_audit_rows(wanted, 20).await.unwrap();
    rows.into_iter().map(|row| (row.actor, row.subject)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_says_what_matters_and_leads_to_the_page_and_is_in_the_log() {
    let world = World::new().await;
    let (router, token) = (world.router(), token(&world).await);
    world.invite_grace().await;
    let nothing = call(&router, &token, &shown()).await;
    assert_eq!((nothing.status, &nothing.body), (StatusCode::OK, &json!({ "cards": [] })));
    assert_eq!(rows(&world, "card.").await, []);
    let mut phone = world.phone("A1").await;
    phone.say("").await;
    phone.say("My *sleep* <b>worries</b> me").await;
    let answer = call(&router, &token, &shown()).await;
    assert_eq!(answer.status, StatusCode::OK, "{:?}", answer.body);
    let card = &answer.body["cards"][0];
    assert_eq!(answer.body["cards"].as_array().unwrap().len(), 1);
    assert_eq!(card["indicator"], "info", "{card}");
    let head = card["summary"].as_str().unwrap();
    assert!(head.contains("1 topic that matters") && head.chars().count() < 140, "{head}");
    let detail = card["detail"].as_str().unwrap();
    assert!(
        detail.contains(r"My \*sleep\* \<b\>worries\</b\> me") || detail.contains(r"My \*sleep\*"),
        "{detail}"
    );
    assert!(!detail.contains("<b>"), "{detail}");
    let visit = world.line("A1").await.appointment.id;
    assert_eq!(card["links"][0]["url"], format!("http://clinic.test/clinic/appointments/{visit}"));
    assert_eq!(card["links"][0]["type"], "absolute");
    assert!(!card["source"]["label"].as_str().unwrap().is_empty());
    assert_eq!(rows(&world, "card.served").await, [("api:ehr".to_owned(), format!("appointment:{visit}"))]);
    let id = card["uuid"].as_str().unwrap();
    let told = json!({ "feedback": [
        { "card": id, "outcome": "overridden", "outcomeTimestamp": "2026-11-20T09:01:00Z" },
    ] });
    assert_eq!(call_at(&router, &format!("{SERVICE}/feedback"), &token, &told).await.status, StatusCode::OK);
    assert_eq!(rows(&world, "card.overridden").await, [("api:ehr".to_owned(), format!("card:{id}"))]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_patient_is_found_only_where_it_is_sure_who_it_is() {
    let world = World::new().await;
    let token = token(&world).await;
    world.invite_grace().await;
    let patient = world.line("A1").await.patient.id.to_string();
    let usual = world.router();
    let strict = world.router_for(settings(|cds| "urn:mrn".clone_into(&mut cds.identifier_system)));
    let with = |pointer: &str, value: Value| {
        let mut shown = shown();
        *shown.pointer_mut(pointer).unwrap() = value;
        shown
    };
    let without = |parent: &str, key: &str| {
        let mut shown = shown();
        shown.pointer_mut(parent).unwrap().as_object_mut().unwrap().remove(key);
        shown
    };
    let ours = json!({
        "hook": "patient-view",
        "hookInstance": "e9f6b9a0-366c-47af-b11b-f6d54797030a",
        "context": { "userId": "Practitioner/1", "patientId": patient },
    });
    let system = "/prefetch/patient/identifier/0/system";
    let number = "/prefetch/patient/identifier/0/value";
    for (call_of, by_usual, by_strict) in [
        (shown(), true, true),
        (ours, true, true),
        (with("/prefetch/patient/birthDate", json!("1958-03-15")), false, false),
        (with(system, json!("urn:other")), true, false),
        (with(number, json!("P9")), false, false),
        (with(number, json!("P1\u{0}")), false, false),
        (without("/prefetch/patient", "birthDate"), false, true),
        (without("/prefetch", "patient"), false, false),
        (without("", "prefetch"), false, false),
        (with("/prefetch/patient", Value::Null), false, false),
    ] {
        for (router, is_found) in [(&usual, by_usual), (&strict, by_strict)] {
            let answer = call(router, &token, &call_of).await;
            // A NUL is refused before anybody is looked for.
            let not_found = [StatusCode::PRECONDITION_FAILED, StatusCode::BAD_REQUEST];
            assert_eq!(answer.status == StatusCode::OK, is_found, "{call_of} {:?}", answer.body);
            assert!(is_found || not_found.contains(&answer.status), "{call_of} {:?}", answer.body);
            assert!(!answer.body.to_string().contains("1958"));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn cards_are_for_programs_that_may_have_them() {
    let world = World::new().await;
    let router = world.router();
    let forms = world.app.add_api_client("forms", "system/Questionnaire.rs", world.now()).await.unwrap();
    let refused = call(&router, forms.reveal(), &shown()).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert_eq!(refused.headers["content-type"], "application/problem+json");
    for token in ["fw_nobody", "a.b.c"] {
        let refused = call(&router, token, &shown()).await;
        assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
        assert!(refused.headers["www-authenticate"].to_str().unwrap().starts_with("Bearer"));
    }
    let none = send(&router, "POST", SERVICE, &[], shown().to_string()).await;
    assert_eq!(none.status, StatusCode::UNAUTHORIZED);
    let services = send(&router, "GET", "/cds-services", &[], String::new()).await;
    assert_eq!(services.status, StatusCode::OK);
    let hooks: Vec<&Value> =
        services.body["services"].as_array().unwrap().iter().map(|service| &service["hook"]).collect();
    assert_eq!(hooks, ["patient-view", "appointment-book"]);
    assert_eq!(services.body["services"][0]["id"], "foreword-previsit");
    assert_eq!(services.body["services"][0]["prefetch"]["patient"], "Patient/{{context.patientId}}");
    let unknown = call_at(&router, "/cds-services/other", &token(&world).await, &shown()).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_signs_its_calls_is_known_by_its_issuer_and_keys_and_each_call_counts_once() {
    let world = World::new().await;
    world.invite_grace().await;
    let (signer, other) = (Signer::p384(), Signer::p384());
    let public = signer.public();
    let address = keys_server(move || public.clone()).await;
    let issuer = "https://ehr.test";
    let known = (issuer.to_owned(), address.clone());
    let router = world.router_for(settings(|cds| cds.issuers.push(known)));
    let claims = |aud: &str, iss: &str| {
        json!({ "iss": iss, "aud": format!("http://clinic.test{aud}"), "iat": world.now().as_second(),
            "exp": world.now().as_second() + 60, "jti": foreword_app::access::nonce() })
    };
    let header = |jku: &str| json!({ "alg": "ES384", "kid": "k", "typ": "JWT", "jku": jku });
    let right = signer.sign_with(&header(&address), &claims(SERVICE, issuer));
    assert_eq!(call(&router, &right, &shown()).await.status, StatusCode::OK);
    for (wrong, why) in [
        (right, "used before"),
        (other.sign(&claims(SERVICE, issuer)), "signature"),
        (signer.sign(&claims("/cds-services/other", issuer)), "aud"),
        (signer.sign(&claims(SERVICE, "https://other.test")), "cds.issuers"),
        (signer.sign_with(&header("http://127.0.0.1:1/mine"), &claims(SERVICE, issuer)), "jku"),
        (signer.sign_with(&json!({ "alg": "none", "kid": "k" }), &claims(SERVICE, issuer)), "RS384 or ES384"),
    ] {
        let refused = call(&router, &wrong, &shown()).await;
        assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
        assert!(refused.body["detail"].as_str().unwrap().contains(why), "{why}: {:?}", refused.body);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_other_sites_call_only_where_their_origin_was_set_up() {
    let world = World::new().await;
    let token = format!("Bearer {}", token(&world).await);
    world.invite_grace().await;
    let sandbox = "https://sandbox.test";
    let open = world.router_for(settings(|cds| cds.origins.push(sandbox.to_owned())));
    let headers =
        |origin| [("origin", origin), ("sec-fetch-site", "cross-site"), ("authorization", token.as_str())];
    let post = async |router: &Router, origin: &'static str| {
        send(router, "POST", SERVICE, &headers(origin), shown().to_string()).await
    };
    let let_in = post(&open, sandbox).await;
    assert_eq!(let_in.status, StatusCode::OK);
    assert_eq!(let_in.headers["access-control-allow-origin"], sandbox);
    let asked = send(&open, "OPTIONS", SERVICE, &[("origin", sandbox)], String::new()).await;
    assert_eq!(asked.status, StatusCode::NO_CONTENT);
    assert!(asked.headers["access-control-allow-headers"].to_str().unwrap().contains("authorization"));
    for (router, origin) in [(&open, "https://other.test"), (&world.router(), sandbox)] {
        let refused = post(router, origin).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
        assert!(refused.headers.get("access-control-allow-origin").is_none());
    }
    let page = send(&open, "GET", "/clinic/sign-in", &[("origin", sandbox)], String::new()).await;
    assert!(page.headers.get("access-control-allow-origin").is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn official_calls_are_taken_where_they_are_good_and_refused_where_they_are_bad() {
    let world = World::new().await;
    let (router, token) = (world.router(), token(&world).await);
    for (file, text, is_good) in [
        ("view good", include_str!("../../data/cdshooks/cdshooks-request-patient-view-good.json"), true),
        ("view bad", include_str!("../../data/cdshooks/cdshooks-request-patient-view-bad.json"), false),
        ("sign good", include_str!("../../data/cdshooks/cdshooks-request-order-sign-good.json"), true),
        ("sign bad", include_str!("../../data/cdshooks/cdshooks-request-order-sign-bad-1.json"), false),
        ("select good", include_str!("../../data/cdshooks/cdshooks-request-order-select-good.json"), true),
        ("select bad", include_str!("../../data/cdshooks/cdshooks-request-order-select-bad.json"), false),
        (
            "extensions",
            include_str!("../../data/cdshooks/cdshooks-request-order-select-extensions.json"),
            true,
        ),
    ] {
        let mut call_of: Value = serde_json::from_str(text).unwrap();
        // What is not of one hook alone is read alike.
        call_of["hook"] = json!("patient-view");
        let answer = call(&router, &token, &call_of).await;
        let wanted = if is_good { StatusCode::PRECONDITION_FAILED } else { StatusCode::BAD_REQUEST };
        assert_eq!(answer.status, wanted, "{file}: {:?}", answer.body);
    }
}
