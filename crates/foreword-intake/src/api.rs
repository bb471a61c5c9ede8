//! Routes for programs: health, and FHIR as far as it goes.

pub(crate) mod appointment;

use axum::{
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::Value;

use crate::Web;

const FHIR_JSON: &str = "application/fhir+json; charset=utf-8";

pub(crate) async fn healthz() -> &'static str {
    "ok\n"
}

pub(crate) async fn readyz(State(web): State<Web>) -> Response {
    if web.app.is_ready().await {
        "ready\n".into_response()
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n").into_response()
    }
}

pub(crate) async fn metadata(State(web): State<Web>) -> Response {
    let base = format!("{}/fhir/R4", web.app.options().public_url);
    let date = web.now().strftime("%Y-%m-%d").to_string();
    fhir(StatusCode::OK, &foreword_fhir::capability_statement(&base, env!("CARGO_PKG_VERSION"), &date))
}

pub(crate) async fn questionnaire(
    State(web): State<Web>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Response {
    if let Err(refused) = allowed(&web, &headers, "Questionnaire", 'r').await {
        return refused;
    }
    if let Some(instrument) = web.app.catalog().instruments.get(&id) {
        let base = format!("{}/fhir/R4", web.app.options().public_url);
        let text = foreword_fhir::questionnaire_text(instrument, &base);
        (StatusCode::OK, [(header::CONTENT_TYPE, FHIR_JSON)], text).into_response()
    } else {
        refuse(StatusCode::NOT_FOUND, "not-found", "there is no Questionnaire with this id")
    }
}

/// Whether a request comes from an API client that may do something to resources of a kind: `c`, `r`, `u`,
/// `d` or `s`, as in the scopes of SMART 2.
async fn allowed(web: &Web, headers: &HeaderMap, resource: &str, act: char) -> Result<(), Response> {
    let token = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "));
    let scopes = match token {
        Some(token) => web.app.api_scopes(token.trim()).await,
        None => Ok(None),
    };
    match scopes {
        Ok(Some(scopes)) if permits(&scopes, resource, act) => Ok(()),
        Ok(Some(_)) => {
            let why = format!("this token has no scope such as system/{resource}.{act}");
            Err(refuse(StatusCode::FORBIDDEN, "forbidden", &why))
        }
        Ok(None) => {
            let why = "send a bearer token of an API client";
            let mut refused = refuse(StatusCode::UNAUTHORIZED, "login", why);
            refused
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, header::HeaderValue::from_static("Bearer"));
            Err(refused)
        }
        Err(error) => {
            tracing::error!(error = %crate::pages::in_words(&error), "an API client could not be looked up");
            Err(refuse(StatusCode::INTERNAL_SERVER_ERROR, "exception", "the service failed; try again"))
        }
    }
}

fn permits(scopes: &str, resource: &str, act: char) -> bool {
    scopes.split([' ', ',']).any(|scope| {
        let what = scope.strip_prefix("system/").and_then(|scope| scope.split_once('.'));
        what.is_some_and(|(kind, acts)| {
            let are_acts = acts.chars().all(|act| "cruds".contains(act));
            [resource, "*"].contains(&kind) && (acts == "*" || are_acts && acts.contains(act))
        })
    })
}

fn refuse(status: StatusCode, code: &str, why: &str) -> Response {
    fhir(status, &foreword_fhir::operation_outcome(code, why))
}

fn fhir(status: StatusCode, resource: &Value) -> Response {
    (status, [(header::CONTENT_TYPE, FHIR_JSON)], resource.to_string()).into_response()
}

/// What an unknown route under `/fhir` is answered with.
pub(crate) fn unknown() -> Response {
    fhir(
        StatusCode::NOT_FOUND,
        &foreword_fhir::operation_outcome(
            "not-supported",
            "this resource or operation is not supported; see /fhir/R4/metadata",
        ),
    )
}
