//! Routes for programs: health, and FHIR as far as it goes.

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
    let token = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "));
    let known = match token {
        Some(token) => web.app.is_api_client(token.trim()).await,
        None => Ok(false),
    };
    match known {
        Ok(true) => {}
        Ok(false) => {
            let refused = foreword_fhir::operation_outcome("login", "send a bearer token of an API client");
            let mut response = fhir(StatusCode::UNAUTHORIZED, &refused);
            response
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, header::HeaderValue::from_static("Bearer"));
            return response;
        }
        Err(error) => {
            tracing::error!(error = %crate::pages::in_words(&error), "an API client could not be looked up");
            let failed = foreword_fhir::operation_outcome("exception", "the service failed; try again");
            return fhir(StatusCode::INTERNAL_SERVER_ERROR, &failed);
        }
    }
    if let Some(instrument) = web.app.catalog().instruments.get(&id) {
        let base = format!("{}/fhir/R4", web.app.options().public_url);
        let text = foreword_fhir::questionnaire_text(instrument, &base);
        (StatusCode::OK, [(header::CONTENT_TYPE, FHIR_JSON)], text).into_response()
    } else {
        let missing = foreword_fhir::operation_outcome("not-found", "there is no Questionnaire with this id");
        fhir(StatusCode::NOT_FOUND, &missing)
    }
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
