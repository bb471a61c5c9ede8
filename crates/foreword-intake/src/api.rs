//! Routes for programs: health, and FHIR as far as it goes.

pub(crate) mod appointment;

use axum::{
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::Value;

use crate::{Web, access::allowed};

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
    let endpoint = foreword_fhir::Endpoint {
        base: &base,
        version: env!("CARGO_PKG_VERSION"),
        date: &date,
        token_url: None,
        authorize_url: None,
    };
    fhir(StatusCode::OK, &foreword_fhir::capability_statement(&endpoint))
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

pub(crate) fn refuse(status: StatusCode, code: &'static str, why: &str) -> Response {
    fhir(status, &foreword_fhir::outcome(&[foreword_fhir::Issue::error(code, why)]))
}

fn fhir(status: StatusCode, resource: &Value) -> Response {
    (status, [(header::CONTENT_TYPE, FHIR_JSON)], resource.to_string()).into_response()
}

/// What an unknown route under `/fhir` is answered with.
pub(crate) fn unknown() -> Response {
    refuse(
        StatusCode::NOT_FOUND,
        "not-supported",
        "this resource or operation is not supported; see /fhir/R4/metadata",
    )
}
