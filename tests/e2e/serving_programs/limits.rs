//! How much programs may ask, and what they are told when it is too much.

use std::{convert::Infallible, time::Duration};

use axum::{
    body::{Body, to_bytes},
    http::{Request, StatusCode, header},
};
use foreword_intake::{Limits, ProgramSettings};
use serde_json::json;
use tower::ServiceExt;

use crate::kit::{
    World,
    program::{get_as, send},
};

const FORM: &str = "/fhir/R4/Questionnaire/phq-9";

fn settings(set: impl FnOnce(&mut Limits)) -> ProgramSettings {
    let mut settings = ProgramSettings::default();
    set(&mut settings.limits);
    settings
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_asks_too_often_is_told_when_to_try_again_and_others_are_not_held_up() {
    let world = World::new().await;
    let busy = world.app.add_api_client("busy", "system/*.rs", world.now()).await.unwrap().into_inner();
    let calm = world.app.add_api_client("calm", "system/*.rs", world.now()).await.unwrap().into_inner();
    let router = world.router_for(settings(|limits| (limits.per_second, limits.burst) = (1, 5)));
    let mut seen = Vec::new();
    for _ in 0..8 {
        seen.push(get_as(&router, &busy, FORM).await);
    }
    assert!(seen[..5].iter().all(|answer| answer.status == StatusCode::OK));
    let refused = seen.iter().find(|answer| answer.status != StatusCode::OK).unwrap();
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(refused.body["issue"][0]["code"], "throttled");
    let wait: u64 = refused.headers["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=2).contains(&wait), "{wait}");
    assert_eq!(get_as(&router, &calm, FORM).await.status, StatusCode::OK);
    let mut people = crate::kit::Tab::new(router);
    for _ in 0..10 {
        people.open("/clinic/sign-in").await;
        assert_eq!(people.status, StatusCode::OK, "pages of people are not counted");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_guesses_tokens_is_soon_not_listened_to() {
    let world = World::new().await;
    let token = world.app.add_api_client("ehr", "system/*.rs", world.now()).await.unwrap().into_inner();
    let router = world.router_for(settings(|limits| {
        limits.failures_a_minute = 4;
        "x-forwarded-for".clone_into(&mut limits.forwarded);
    }));
    let from = async |address: &str, token: &str| {
        let token = format!("Bearer {token}");
        let headers = [("authorization", token.as_str()), ("x-forwarded-for", address)];
        send(&router, "GET", FORM, &headers, String::new()).await.status
    };
    assert_eq!(from("192.0.2.1", &token).await, StatusCode::OK);
    for guess in 0..4 {
        assert_eq!(from("192.0.2.1", &format!("fw_{guess}")).await, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(from("192.0.2.1", "fw_another").await, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(from("198.51.100.1, 192.0.2.1", "fw_more").await, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(from("192.0.2.1", &token).await, StatusCode::OK, "whoever is known there goes on");
    assert_eq!(from("192.0.2.2", "fw_other").await, StatusCode::UNAUTHORIZED, "elsewhere it begins anew");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_is_too_large_is_refused_in_the_form_of_its_route() {
    let world = World::new().await;
    let router = world.router_for(settings(|limits| limits.largest = 1000));
    for (path, code) in [("/fhir/R4/Appointment", true), ("/cds-services/foreword-previsit", false)] {
        let answer = send(&router, "POST", path, &[], "x".repeat(1001)).await;
        assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
        if code {
            assert_eq!(answer.body["issue"][0]["code"], "too-long");
        } else {
            assert_eq!(answer.headers["content-type"], "application/problem+json");
            assert_eq!(answer.body["status"], json!(413));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_takes_too_long_is_given_up() {
    let world = World::new().await;
    let token = world.app.add_api_client("ehr", "system/*.rs", world.now()).await.unwrap().into_inner();
    let router = world.router_for(settings(|limits| limits.patience = Duration::from_millis(50)));
    // Whoever never sends the rest waits for ever.
    let never = Body::from_stream(futures_util::stream::pending::<Result<String, Infallible>>());
    let request = Request::post("/fhir/R4/Patient").header(header::AUTHORIZATION, format!("Bearer {token}"));
    let response = router.oneshot(request.body(never).unwrap()).await.unwrap();
    assert_eq!(response.status(), StatusCode::GATEWAY_TIMEOUT);
    let bytes = to_bytes(response.into_body(), 1 << 16).await.unwrap();
    let body: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(body["issue"][0]["code"], "timeout");
}
