//! What is answered: a resource, or why not, with the headers that go with it.

use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use foreword_app::{
    Error,
    fhir::{Fault, Why, Written},
};
use foreword_fhir::{Issue, header as negotiated, outcome};
use serde_json::Value;

use super::asked::Asked;
use crate::pages;

/// An answer.
#[derive(Clone, Debug)]
pub(super) struct Reply {
    pub status: StatusCode,
    pub etag: Option<Box<str>>,
    pub modified: Option<jiff::Timestamp>,
    pub location: Option<Box<str>>,
    pub allow: Option<&'static str>,
    pub body: Option<Value>,
    pub is_pretty: bool,
}

impl Reply {
    /// An answer with a status and nothing else.
    pub fn empty(status: StatusCode) -> Self {
        Self { status, etag: None, modified: None, location: None, allow: None, body: None, is_pretty: false }
    }

    /// A resource.
    pub fn ok(resource: Value) -> Self {
        Self { body: Some(resource), ..Self::empty(StatusCode::OK) }
    }

    /// A resource with its version.
    pub fn versioned(resource: Value) -> Self {
        let meta = &resource["meta"];
        let etag = meta["versionId"].as_str().map(|version| negotiated::etag(version).into());
        let modified = meta["lastUpdated"].as_str().and_then(|at| at.parse().ok());
        Self { etag, modified, ..Self::ok(resource) }
    }

    /// What was written, without its content.
    pub fn written(written: &Written, base: &str) -> Self {
        let status = if written.is_new { StatusCode::CREATED } else { StatusCode::OK };
        let place = format!("{base}/{}/{}/_history/{}", written.kind.as_str(), written.id, written.version);
        Self {
            etag: Some(negotiated::etag(&written.version.to_string()).into()),
            modified: Some(written.at),
            location: Some(place.into()),
            ..Self::empty(status)
        }
    }

    /// Why not.
    pub fn refused(status: StatusCode, issues: &[Issue]) -> Self {
        Self { body: Some(outcome(issues)), ..Self::empty(status) }
    }

    /// With lines and indents, where that is wanted.
    pub fn pretty(self, is_pretty: bool) -> Self {
        Self { is_pretty, ..self }
    }

    /// As a response over HTTP.
    pub fn into_response(self) -> Response {
        let text = self.body.map(|body| if self.is_pretty { format!("{body:#}") } else { body.to_string() });
        let mut response = Response::new(text.map_or_else(Body::empty, Body::from));
        let has_body = !matches!(self.status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED);
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        if has_body {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(negotiated::FHIR_JSON));
        }
        let modified = self.modified.and_then(negotiated::http_date);
        let allow = self.allow.map(str::to_owned);
        for (name, value) in [
            (header::ETAG, self.etag.map(String::from)),
            (header::LAST_MODIFIED, modified),
            (header::LOCATION, self.location.map(String::from)),
            (header::ALLOW, allow),
        ] {
            if let Some(value) = value.and_then(|value| HeaderValue::try_from(value).ok()) {
                headers.insert(name, value);
            }
        }
        response
    }
}

impl From<Error> for Reply {
    fn from(error: Error) -> Self {
        match error {
            Error::Fhir(fault) => Self::from(*fault),
            Error::NotFound(what) => {
                let why = format!("there is no such {what}");
                Self::refused(StatusCode::NOT_FOUND, &[Issue::error("not-found", why)])
            }
            Error::Refused(why) => {
                Self::refused(StatusCode::UNPROCESSABLE_ENTITY, &[Issue::error("business-rule", why)])
            }
            Error::Closed => {
                let why = "the visit is over or was cancelled";
                Self::refused(StatusCode::UNPROCESSABLE_ENTITY, &[Issue::error("business-rule", why)])
            }
            Error::Conflict => {
                let why = "this came before with other content";
                Self::refused(StatusCode::CONFLICT, &[Issue::error("conflict", why)])
            }
            error => {
                tracing::error!(error = %pages::in_words(&error), "a request of a program could not be dealt with");
                let why = "the service failed; nothing was stored, try again";
                Self::refused(StatusCode::INTERNAL_SERVER_ERROR, &[Issue::error("exception", why)])
            }
        }
    }
}

impl From<Fault> for Reply {
    fn from(fault: Fault) -> Self {
        let status = match fault.why {
            Why::Invalid => StatusCode::BAD_REQUEST,
            Why::Unprocessable | Why::TooCostly => StatusCode::UNPROCESSABLE_ENTITY,
            Why::NotFound => StatusCode::NOT_FOUND,
            Why::NotOffered => StatusCode::METHOD_NOT_ALLOWED,
            Why::Conflict => StatusCode::CONFLICT,
            Why::Precondition => StatusCode::PRECONDITION_FAILED,
        };
        Self::refused(status, &fault.issues)
    }
}

/// What is not done with this kind of resource.
pub(super) fn not_offered(asked: &Asked) -> Reply {
    let why = format!("{} is not offered here; see /fhir/R4/metadata", asked.method);
    let allow = Some("GET, HEAD, POST, PUT");
    Reply { allow, ..Reply::refused(StatusCode::METHOD_NOT_ALLOWED, &[Issue::error("not-supported", why)]) }
}
