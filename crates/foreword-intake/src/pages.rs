//! Pages for people. Each handler reads like what the person does.

pub(crate) mod account;
pub(crate) mod again;
pub(crate) mod alerts;
pub(crate) mod asking;
pub(crate) mod audit;
mod birth;
pub(crate) mod board;
pub(crate) mod break_glass;
pub(crate) mod closing;
pub(crate) mod copy;
pub(crate) mod day;
pub(crate) mod desk;
pub(crate) mod device;
pub(crate) mod entry;
pub(crate) mod feed_log;
mod form;
mod frame;
pub(crate) mod from_team;
pub(crate) mod kiosk;
pub(crate) mod library;
pub(crate) mod mails;
pub(crate) mod managing;
pub(crate) mod messages;
pub(crate) mod paper;
pub(crate) mod passkeys;
pub(crate) mod patient;
pub(crate) mod provider;
pub(crate) mod rehearsal;
pub(crate) mod rules;
pub(crate) mod session;
pub(crate) mod sign_in;
mod stands;
pub(crate) mod stopping;
pub(crate) mod summary;
pub(crate) mod telegram;
pub(crate) mod timeline;
pub(crate) mod transcribe;
pub(crate) mod visit;
mod wanted;

use askama::Template;
use axum::{
    extract::State,
    http::{StatusCode, Uri, header},
    response::{Html, IntoResponse, Redirect, Response},
};
use foreword_app::Error;
use foreword_domain::{
    language::Lang,
    phrases::{Phrases, t},
};

use crate::{Web, api, json_api, staff};

/// A page of a few sentences for a patient.
#[derive(Template)]
#[template(path = "patient/message.html")]
pub(crate) struct Message<'a> {
    pub frame: frame::Frame<'a>,
    pub title: String,
    pub lines: Vec<String>,
}

/// What went wrong, as a page.
pub(crate) struct Failure {
    status: StatusCode,
    title: &'static str,
    text: &'static str,
    clinic: String,
    lang: Lang,
}

impl Failure {
    pub(crate) fn gone(web: &Web) -> Self {
        Self::of(web, StatusCode::NOT_FOUND, "page-gone-title", "page-gone")
    }

    pub(crate) fn too_large(web: &Web) -> Self {
        Self::of(web, StatusCode::PAYLOAD_TOO_LARGE, "page-error-title", "page-too-large")
    }

    pub(crate) fn ours(web: &Web) -> Self {
        Self::of(web, StatusCode::INTERNAL_SERVER_ERROR, "page-error-title", "page-error")
    }

    /// The page for an error of the service; logged here and nowhere else.
    pub(crate) fn from(web: &Web, error: &Error) -> Self {
        match error {
            Error::NotFound(_) | Error::Closed => Self::gone(web),
            Error::NotAllowed(_) => staff::not_allowed(web),
            Error::Store(_) | Error::Conflict | Error::Refused(_) | Error::File(_) | Error::Fhir(_) => {
                tracing::error!(error = %in_words(error), "a page could not be served");
                Self::ours(web)
            }
        }
    }

    pub(crate) fn with_status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    pub(crate) fn in_language(mut self, lang: &Lang) -> Self {
        self.lang = lang.clone();
        self
    }

    fn of(web: &Web, status: StatusCode, title: &'static str, text: &'static str) -> Self {
        Self { status, title, text, clinic: web.app.options().clinic_name.clone(), lang: Lang::english() }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let page = Message {
            frame: frame::Frame { lang: &self.lang, clinic: &self.clinic, kiosk: None },
            title: t(self.title, &self.lang, &[]),
            lines: vec![t(self.text, &self.lang, &[])],
        };
        (self.status, html(&page)).into_response()
    }
}

/// Renders a template, which can only fail for want of memory.
pub(crate) fn html(page: &impl Template) -> Response {
    match page.render() {
        Ok(text) => Html(text).into_response(),
        Err(error) => {
            tracing::error!(%error, "a template could not be rendered");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// The languages of the service, each with its own name.
pub(crate) fn languages() -> Vec<(&'static Lang, String)> {
    Phrases::get().languages().map(|lang| (lang, t("language-name", lang, &[]))).collect()
}

/// The language the browser asks for first among those the service speaks.
pub(crate) fn browser_language(headers: &header::HeaderMap) -> Option<Lang> {
    let wanted = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
    wanted
        .split(',')
        .filter_map(|part| Lang::parse(part.split(';').next()?).ok())
        .find(|lang| Phrases::get().speaks(lang))
}

/// The root of the site belongs to staff; patients come by their link.
pub(crate) async fn front() -> Redirect {
    Redirect::to("/clinic")
}

pub(crate) async fn not_found(State(web): State<Web>, uri: Uri) -> Response {
    if uri.path().starts_with("/fhir/") {
        return api::unknown();
    }
    if uri.path().starts_with("/api/") {
        return json_api::unknown();
    }
    Failure::gone(&web).into_response()
}

/// An error with its causes, by what they say of themselves: what they hold may be a patient's.
pub(crate) fn in_words(error: &dyn std::error::Error) -> String {
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(here) = cause {
        words.push_str(": ");
        words.push_str(&here.to_string());
        cause = here.source();
    }
    words
}
