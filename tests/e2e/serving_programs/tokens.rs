//! Tokens: given once by whoever runs the service, or for each request a program signs.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use axum::http::StatusCode;
use foreword_app::access::programs::Proof;
use foreword_intake::{ProgramSettings, Reach};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::kit::{
    World,
    program::{Signer, ask, claims, get_as, keys_server, post_form, send},
};

const FORM: &str = "/fhir/R4/Questionnaire/phq-9";

async fn register(world: &World, signer: &Signer, scopes: &str) -> String {
    let keys = Proof::Keys(signer.public().to_string());
    world.app.add_signing_client("warehouse", scopes, keys, world.now()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_signs_gets_a_token_that_opens_what_it_asked_for_and_ends_soon() {
    let world = World::new().await;
    let router = world.router();
    for signer in [Signer::rsa(), Signer::p384()] {
        let id = register(&world, &signer, "system/*.rs").await;
        let assertion = signer.sign(&claims(&id, world.now()));
        let given = ask(&router, &assertion, "system/Questionnaire.read openid").await;
        assert_eq!(given.status, StatusCode::OK, "{:?}", given.body);
        assert_eq!(given.headers["cache-control"], "no-store");
        assert_eq!((&given.body["token_type"], &given.body["expires_in"]), (&json!("bearer"), &json!(300)));
        assert_eq!(given.body["scope"], "system/Questionnaire.read");
        let token = given.body["access_token"].as_str().unwrap();
        assert_eq!(get_as(&router, token, FORM).await.status, StatusCode::OK);
        let other = get_as(&router, token, "/fhir/R4/Appointment/x").await;
        assert_eq!(
            (other.status, &other.body["issue"][0]["code"]),
            (StatusCode::FORBIDDEN, &json!("forbidden"))
        );
        world.pass(SignedDuration::from_secs(300));
        let over = get_as(&router, token, FORM).await;
        assert_eq!(
            (over.status, &over.body["issue"][0]["code"]),
            (StatusCode::UNAUTHORIZED, &json!("login"))
        );
        assert!(over.body["issue"][0]["diagnostics"].as_str().unwrap().contains("over"), "{:?}", over.body);
        assert!(over.headers["www-authenticate"].to_str().unwrap().starts_with("Bearer"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signed_request_counts_once_in_every_process_and_leaves_a_row_in_the_log() {
    let world = World::new().await;
    let signer = Signer::p384();
    let id = register(&world, &signer, "system/*.rs").await;
    let assertion = signer.sign(&claims(&id, world.now()));
    let routers = [world.router(), world.router(), world.router(), world.router()];
    let tries = routers.iter().map(|router| ask(router, &assertion, "system/Patient.rs"));
    let mut answers = Vec::new();
    for one in tries {
        answers.push(one.await);
    }
    let given = answers.iter().filter(|answer| answer.status == StatusCode::OK).count();
    assert_eq!(given, 1, "{answers:?}");
    for refused in answers.iter().filter(|answer| answer.status != StatusCode::OK) {
        assert_eq!(refused.status, StatusCode::BAD_REQUEST);
        assert_eq!(refused.body["error"], "invalid_client");
    }
    world.pass(SignedDuration::from_secs(270));
    let late = ask(&routers[0], &assertion, "system/Patient.rs").await;
    assert_eq!(late.body["error"], "invalid_client");
    let wanted =
        foreword_store::audit::Filter { action: Some("token.given".to_owned()), ..Default::default() };
    let log = world.app.more_audit_rows(wanted, 10).await.unwrap();
    assert_eq!(log.into_iter().map(|entry| entry.actor).collect::<Vec<_>>(), ["api:warehouse"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_request_sent_at_once_by_many_is_answered_once() {
    let world = World::new().await;
    let signer = Signer::p384();
    let id = register(&world, &signer, "system/*.rs").await;
    let assertion = Arc::new(signer.sign(&claims(&id, world.now())));
    let mut tries = Vec::new();
    for _ in 0..8 {
        let (router, assertion) = (world.router(), Arc::clone(&assertion));
        tries.push(tokio::spawn(async move { ask(&router, &assertion, "system/Patient.rs").await.status }));
    }
    let mut given = 0;
    for one in tries {
        given += usize::from(one.await.unwrap() == StatusCode::OK);
    }
    assert_eq!(given, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_prove_who_asks_gets_no_token_and_says_why() {
    let world = World::new().await;
    let router = world.router();
    let (signer, other) = (Signer::p384(), Signer::p384());
    let id = register(&world, &signer, "system/Patient.rs").await;
    let with = |name: &str, value: Value| {
        let mut claims = claims(&id, world.now());
        claims[name] = value;
        claims
    };
    let now = world.now().as_second();
    let asked = "system/Patient.rs";
    for (assertion, scope, code, why) in [
        (other.sign(&claims(&id, world.now())), asked, "invalid_client", "signature"),
        (signer.sign(&with("aud", json!("http://other.test/token"))), asked, "invalid_client", "aud"),
        (signer.sign(&with("exp", json!(now - 1))), asked, "invalid_client", "over"),
        (signer.sign(&with("exp", json!(now + 600))), asked, "invalid_client", "5 minutes"),
        (signer.sign(&with("sub", json!("somebody"))), asked, "invalid_client", "sub"),
        (signer.sign(&with("iss", json!("nobody"))), asked, "invalid_client", "iss"),
        (signer.sign(&with("jti", Value::Null)), asked, "invalid_client", "jti"),
        (
            signer.sign_with(&json!({ "alg": "none", "kid": "k" }), &claims(&id, world.now())),
            asked,
            "invalid_client",
            "RS384 or ES384",
        ),
        (
            signer.sign(&claims(&id, world.now())),
            "system/Observation.rs",
            "invalid_scope",
            "system/Patient.rs",
        ),
        (signer.sign(&claims(&id, world.now())), "", "invalid_scope", "system/Patient.rs"),
        ("nothing".to_owned(), asked, "invalid_client", "JWT"),
    ] {
        let refused = ask(&router, &assertion, scope).await;
        assert_eq!(
            (refused.status, &refused.body["error"]),
            (StatusCode::BAD_REQUEST, &json!(code)),
            "{why}"
        );
        let said = refused.body["error_description"].as_str().unwrap();
        assert!(said.contains(why), "{said}");
        assert_eq!(refused.headers["cache-control"], "no-store");
        assert!(refused.body.get("access_token").is_none());
    }
    for (fields, code) in [
        (vec![("grant_type", "password")], "unsupported_grant_type"),
        (vec![("scope", "x")], "invalid_request"),
        (vec![("grant_type", "client_credentials")], "invalid_request"),
        (vec![("grant_type", "a"), ("grant_type", "b")], "invalid_request"),
    ] {
        assert_eq!(post_form(&router, &fields).await.body["error"], code, "{fields:?}");
    }
    let json = [("content-type", "application/json")];
    let no_form = send(&router, "POST", "/fhir/R4/token", &json, "{}".to_owned()).await;
    assert_eq!(no_form.body["error"], "invalid_request");
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_at_an_address_are_fetched_kept_and_fetched_again_when_they_change() {
    let world = World::new().await;
    let signer = Signer::p384();
    let (public, fetched) = (signer.public(), Arc::new(AtomicUsize::new(0)));
    let counted = Arc::clone(&fetched);
    let address = keys_server(move || {
        counted.fetch_add(1, Ordering::SeqCst);
        public.clone()
    })
    .await;
    let proof = Proof::KeysAt(address.clone());
    let id = world.app.add_signing_client("far", "system/*.rs", proof, world.now()).await.unwrap();
    let router = world.router_for(ProgramSettings { reach: Reach::Loopback, ..ProgramSettings::default() });
    for _ in 0..3 {
        let given = ask(&router, &signer.sign(&claims(&id, world.now())), "system/*.rs").await;
        assert_eq!(given.status, StatusCode::OK, "{:?}", given.body);
    }
    assert_eq!(fetched.load(Ordering::SeqCst), 1);
    let unknown = json!({ "alg": "ES384", "kid": "another" });
    for _ in 0..5 {
        let refused =
            ask(&router, &signer.sign_with(&unknown, &claims(&id, world.now())), "system/*.rs").await;
        assert_eq!(refused.body["error"], "invalid_client");
    }
    assert_eq!(fetched.load(Ordering::SeqCst), 1, "it is not asked again at once");
    world.pass(SignedDuration::from_secs(11));
    ask(&router, &signer.sign_with(&unknown, &claims(&id, world.now())), "system/*.rs").await;
    assert_eq!(fetched.load(Ordering::SeqCst), 2, "an unknown key is looked for");
    let closed = ask(&world.router(), &signer.sign(&claims(&id, world.now())), "system/*.rs").await;
    assert_eq!(closed.body["error"], "invalid_client", "this machine is reached only where it is set");
    assert_eq!(fetched.load(Ordering::SeqCst), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_program_is_out_at_once_with_all_it_was_given() {
    let world = World::new().await;
    let router = world.router();
    let signer = Signer::p384();
    let id = register(&world, &signer, "system/*.rs").await;
    let given = ask(&router, &signer.sign(&claims(&id, world.now())), "system/*.rs").await;
    let given = given.body["access_token"].as_str().unwrap().to_owned();
    let held = world.app.add_api_client("ehr", "system/*.rs", world.now()).await.unwrap().into_inner();
    for (name, token) in [("warehouse", &given), ("ehr", &held)] {
        assert_eq!(get_as(&router, token, FORM).await.status, StatusCode::OK);
        assert_eq!(world.app.revoke_api_client(name, world.now()).await.unwrap(), 1);
        let refused = get_as(&router, token, FORM).await;
        assert_eq!(
            (refused.status, &refused.body["issue"][0]["code"]),
            (StatusCode::UNAUTHORIZED, &json!("login"))
        );
    }
    let refused = ask(&router, &signer.sign(&claims(&id, world.now())), "system/*.rs").await;
    assert_eq!(refused.body["error"], "invalid_client");
    assert_eq!(world.app.revoke_api_client("warehouse", world.now()).await.unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_program_can_do_here_is_said_where_smart_clients_look() {
    let world = World::new().await;
    for path in ["/fhir/R4/.well-known/smart-configuration", "/.well-known/smart-configuration"] {
        let about = send(&world.router(), "GET", path, &[], String::new()).await;
        assert_eq!(about.status, StatusCode::OK);
        assert_eq!(about.headers["content-type"], "application/json");
        assert_eq!(about.body["token_endpoint"], "http://clinic.test/fhir/R4/token");
        assert_eq!(about.body["token_endpoint_auth_methods_supported"], json!(["private_key_jwt"]));
        assert_eq!(about.body["token_endpoint_auth_signing_alg_values_supported"], json!(["RS384", "ES384"]));
        let can = about.body["capabilities"].as_array().unwrap();
        assert!(can.contains(&json!("permission-v2")) && !can.contains(&json!("permission-v1")));
    }
}
