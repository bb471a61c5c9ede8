//! Health, and how programs are refused in FHIR's words.

use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use foreword_fhir::header::FHIR_JSON;

use crate::Web;

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

pub(crate) fn refuse(status: StatusCode, code: &'static str, why: &str) -> Response {
    let outcome = foreword_fhir::outcome(&[foreword_fhir::Issue::error(code, why)]);
    (status, [(header::CONTENT_TYPE, FHIR_JSON)], outcome.to_string()).into_response()
}

/// What an unknown route under `/fhir` is answered with.
pub(crate) fn unknown() -> Response {
    refuse(
        StatusCode::NOT_FOUND,
        "not-supported",
        "this resource or operation is not supported; see /fhir/R4/metadata",
    )
}
