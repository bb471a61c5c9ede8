//! What is said when something can't be done: RFC 9457 problems, with every fault of a body and where it is.

use axum::{
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::pages;

/// The content type of problems.
const PROBLEM_JSON: &str = "application/problem+json";

/// What went wrong (RFC 9457).
#[derive(Serialize, ToSchema)]
pub(crate) struct Problem {
    /// Tells kinds of problems apart; stays the same.
    #[serde(rename = "type")]
    #[schema(example = "urn:foreword:problem:invalid-body")]
    kind: String,
    /// The status in words.
    #[schema(example = "Unprocessable Entity")]
    title: &'static str,
    /// The HTTP status.
    #[schema(example = 422, minimum = 400, maximum = 599)]
    status: u16,
    /// What is wrong, and what to do.
    #[schema(example = "the body has 1 fault")]
    detail: String,
    /// Every fault of the body.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<Fault>,
    #[serde(skip)]
    header: Option<Box<(HeaderName, HeaderValue)>>,
}

/// One fault of a body.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Fault {
    /// Where it is (RFC 6901).
    #[schema(example = "/birth_date")]
    pub pointer: String,
    /// What is wrong with it.
    #[schema(example = "must be a date such as 1951-07-30")]
    pub detail: String,
}

impl Problem {
    pub(crate) fn new(status: StatusCode, kind: &str, why: &str) -> Self {
        Self {
            kind: format!("urn:foreword:problem:{kind}"),
            title: status.canonical_reason().unwrap_or("Error"),
            status: status.as_u16(),
            detail: why.to_owned(),
            errors: Vec::new(),
            header: None,
        }
    }

    pub(super) fn not_found(why: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found", why)
    }

    /// A parameter of the address that can't be read.
    pub(super) fn parameter(name: &str, why: &str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid-parameter", &format!("{name}: {why}"))
    }

    /// What is asked can't be done as it was asked.
    pub(super) fn refused(why: &str) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "refused", why)
    }

    /// A body with faults.
    pub(super) fn faults(faults: Vec<Fault>) -> Self {
        let count = match faults.len() {
            1 => "the body has 1 fault".to_owned(),
            many => format!("the body has {many} faults"),
        };
        Self { errors: faults, ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid-body", &count) }
    }

    /// With a header.
    pub(super) fn with(self, name: HeaderName, value: &'static str) -> Self {
        self.and(name, Some(HeaderValue::from_static(value)))
    }

    /// With a header, if there is one.
    pub(super) fn and(mut self, name: HeaderName, value: Option<HeaderValue>) -> Self {
        self.header = value.map(|value| Box::new((name, value)));
        self
    }

    /// What the service answers with when it could not do something. It is logged here, and nowhere else.
    pub(super) fn of(error: &foreword_app::Error) -> Self {
        use foreword_app::Error;
        match error {
            Error::NotFound(what) => Self::not_found(&format!("there is no such {what}")),
            Error::NotAllowed(_) => Self::new(StatusCode::FORBIDDEN, "forbidden", &error.to_string()),
            Error::Closed => Self::new(StatusCode::CONFLICT, "closed", &error.to_string()),
            Error::Conflict => Self::new(StatusCode::CONFLICT, "conflict", &error.to_string()),
            Error::Refused(why) => Self::refused(why),
            Error::Fhir(fault) => Self::refused(&fault.to_string()),
            Error::Store(_) | Error::File(_) => {
                tracing::error!(error = %pages::in_words(error), "a request of a program could not be dealt with");
                let (status, kind) = if error.is_lasting() {
                    (StatusCode::INTERNAL_SERVER_ERROR, "failed")
                } else {
                    (StatusCode::SERVICE_UNAVAILABLE, "busy")
                };
                Self::new(status, kind, "the service failed; try again").with(header::RETRY_AFTER, "5")
            }
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::to_string(&self).unwrap_or_default();
        let mut response = (status, [(header::CONTENT_TYPE, PROBLEM_JSON)], body).into_response();
        if let Some(header) = self.header {
            let (name, value) = *header;
            response.headers_mut().insert(name, value);
        }
        response
    }
}
