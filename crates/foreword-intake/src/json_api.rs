//! The plain JSON API, for programs without FHIR: instruments, appointments, what was answered, alerts, webhooks.
//!
//! The same verbs and the same tokens as FHIR; other words on the wire. Every fault is an RFC 9457 problem.

mod alerts;
mod answering;
mod appointments;
mod body;
mod booking;
mod caller;
mod document;
mod handing;
mod instruments;
mod once;
mod page;
#[cfg(feature = "fuzz")]
pub(crate) mod parsing;
mod problem;
mod query;
mod summary;
mod webhooks;

use axum::{
    Router,
    extract::State,
    http::{Method, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};

use crate::Web;
use problem::Problem;

macro_rules! routes {
    ($($path:literal => { $($method:ident: $handler:path),+ $(,)? })+) => {
        /// Every route with its methods, for the test that compares them with the document.
        #[cfg(test)]
        pub(crate) const ROUTES: &[(&str, &[&str])] = &[$(($path, &[$(stringify!($method)),+])),+];

        fn routes() -> Router<Web> {
            Router::new()$(.route($path, axum::routing::MethodRouter::new()$(.$method($handler))+))+
        }
    };
}

routes! {
    "/api/v1/instruments" => { get: instruments::list }
    "/api/v1/instruments/{id}" => { get: instruments::read }
    "/api/v1/instruments/{id}/score" => { post: instruments::score }
    "/api/v1/appointments" => { get: appointments::list, post: appointments::create }
    "/api/v1/appointments/{id}" => { get: appointments::read, put: appointments::put, delete: appointments::cancel }
    "/api/v1/appointments/{id}/summary" => { get: summary::read }
    "/api/v1/appointments/{id}/responses" => { get: answering::responses, post: handing::add }
    "/api/v1/appointments/{id}/scores" => { get: answering::scores }
    "/api/v1/alerts" => { get: alerts::list }
    "/api/v1/alerts/{id}" => { get: alerts::read }
    "/api/v1/webhooks" => { get: webhooks::list, post: webhooks::add }
    "/api/v1/webhooks/{id}" => { get: webhooks::read, delete: webhooks::remove }
}

/// The routes, and the document that describes them.
pub(crate) fn router() -> Router<Web> {
    routes().method_not_allowed_fallback(not_allowed).route("/openapi.json", get(document))
}

/// What an unknown route under `/api` is answered with.
pub(crate) fn unknown() -> Response {
    Problem::not_found("there is no such route; see /openapi.json").into_response()
}

async fn not_allowed(method: Method) -> Problem {
    let why = format!("{method} is not offered here; the header Allow says what is");
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed", &why)
}

async fn document(State(web): State<Web>) -> Response {
    let body = document::text(&web.app.options().public_url);
    ([(header::CONTENT_TYPE, "application/json")], body).into_response()
}

#[cfg(test)]
mod tests;
