//! The page of one visit, and what the care team asks its patient.

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use foreword_app::{Error, opening::Opened, question::Board};
use foreword_domain::{ids::AppointmentId, phrases, question::MOST_CHARS};
use foreword_summary::{DetailPages, Paper, summary_pdf, when};

use serde::Deserialize;

use super::{Failure, closing, copy::as_pdf, html, managing, session::SignedIn};
use crate::Web;

#[derive(Template)]
#[template(path = "clinic/summary.html")]
struct Page<'a> {
    clinic: &'a str,
    who: &'a SignedIn,
    id: AppointmentId,
    /// What came of what was done with it.
    done: Option<String>,
    article: String,
    text: String,
    questions: Vec<Question>,
    closed: Option<String>,
    /// The language questions are asked in.
    spoken: &'a foreword_domain::language::Lang,
    spoken_name: String,
    most: usize,
    next_message: Option<String>,
    draft: Draft,
    /// Topics, goals and notes.
    closing: String,
    /// The versions of the page.
    versions: String,
}

struct Question {
    id: String,
    text: String,
    by: String,
    asked: String,
    is_answered: bool,
}

/// Something that is being written, and what is wrong with it.
#[derive(Clone, Default)]
pub(super) struct Unsaid {
    pub given: String,
    pub trouble: Option<String>,
}

/// What is being written below the page.
#[derive(Default)]
pub(super) struct Draft {
    pub question: Unsaid,
    pub note: Unsaid,
    pub goal: Unsaid,
}

/// What was done before.
#[derive(Deserialize, Default)]
pub(crate) struct Before {
    done: Option<String>,
}

pub(crate) async fn show(
    State(web): State<Web>,
    Path(id): Path<String>,
    Query(before): Query<Before>,
    staff: SignedIn,
) -> Response {
    match id.parse::<AppointmentId>() {
        Ok(id) => page(&web, id, &staff, Draft::default(), before.done.as_deref()).await,
        Err(_) => Failure::gone(&web).into_response(),
    }
}

/// Which sheets, and what stands behind the one page.
#[derive(Deserialize)]
pub(crate) struct Printed {
    paper: Option<String>,
    details: Option<String>,
}

/// The page as PDF: the same model as the page on screen.
pub(crate) async fn pdf(
    State(web): State<Web>,
    staff: SignedIn,
    Path(id): Path<String>,
    Query(wanted): Query<Printed>,
) -> Response {
    let Ok(id) = id.parse::<AppointmentId>() else { return Failure::gone(&web).into_response() };
    // Whoever prints the page has opened it.
    let summary = match web.app.open_page(id, staff.0.id, web.now()).await {
        Ok(opened) => opened.summary,
        Err(error) => return Failure::from(&web, &error).into_response(),
    };
    let paper = wanted.paper.as_deref().and_then(|name| name.parse().ok()).unwrap_or(Paper::A4);
    let details = match wanted.details.as_deref() {
        Some("none") => DetailPages::None,
        _ => DetailPages::Some,
    };
    let fonts = web.fonts.clone();
    let made = tokio::task::spawn_blocking(move || summary_pdf(&summary, paper, details, &fonts));
    match made.await {
        // The name of the file says nothing of the patient.
        Ok(Ok(bytes)) => as_pdf("before-the-visit.pdf", bytes),
        Ok(Err(why)) => {
            tracing::error!(%why, "a clinician's page could not be written as PDF");
            Failure::ours(&web).into_response()
        }
        Err(_) => Failure::ours(&web).into_response(),
    }
}

/// What follows a form below the page: the page again at a place, or with what is wrong and what was written.
pub(super) async fn after<T>(
    web: &Web,
    id: AppointmentId,
    staff: &SignedIn,
    done: Result<T, Error>,
    place: &str,
    unsaid: impl FnOnce(String) -> Draft,
) -> Response {
    match done {
        Ok(_) => at(id, place),
        Err(Error::Refused(why)) => {
            (StatusCode::UNPROCESSABLE_ENTITY, page(web, id, staff, unsaid(why), None).await).into_response()
        }
        Err(error) => Failure::from(web, &error).into_response(),
    }
}

/// The page of a visit, at a place of it.
pub(super) fn at(id: AppointmentId, place: &str) -> Response {
    Redirect::to(&format!("/clinic/appointments/{id}#{place}")).into_response()
}

pub(super) async fn page(
    web: &Web,
    id: AppointmentId,
    staff: &SignedIn,
    draft: Draft,
    done: Option<&str>,
) -> Response {
    let now = web.now();
    let Opened { summary, versions } = match web.app.open_page(id, staff.0.id, now).await {
        Ok(opened) => opened,
        Err(error) => return Failure::from(web, &error).into_response(),
    };
    let closing = match closing::section(web, id, &draft).await {
        Ok(closing) => closing,
        Err(failed) => return failed,
    };
    let Board { questions, closed, next_message } = match web.app.questions(id, now).await {
        Ok(board) => board,
        Err(error) => return Failure::from(web, &error).into_response(),
    };
    let Ok(article) = foreword_summary::html::article(&summary) else {
        return Failure::ours(web).into_response();
    };
    let zone = web.app.clinic_zone();
    let options = web.app.options();
    let next_message = next_message.map(|at| when::moment(at, &zone));
    html(&Page {
        clinic: &options.clinic_name,
        who: staff,
        id,
        done: done.and_then(|done| managing::told(done, next_message.as_deref())),
        article,
        text: foreword_summary::text::render(&summary),
        questions: questions
            .into_iter()
            .map(|line| Question {
                id: line.id.to_string(),
                text: line.text.into_inner(),
                by: line.by,
                asked: when::moment(line.asked_at, &zone),
                is_answered: line.is_answered,
            })
            .collect(),
        closed,
        spoken: &options.language,
        spoken_name: phrases::english_name(&options.language),
        most: MOST_CHARS,
        next_message,
        draft,
        closing,
        versions: closing::versions(web, id, versions),
    })
}
