//! Forms on paper, for the desk: of a visit, with the patient's name on it, and of a pathway, for anybody.

use axum::{
    extract::{Path, Query, State},
    response::{IntoResponse, Response},
};
use foreword_app::copy::Form;
use foreword_domain::{ids::AppointmentId, language::Lang};
use foreword_summary::{NoForm, Paper, PaperForm, paper};
use serde::Deserialize;

use super::{Failure, copy::as_pdf, session::SignedIn};
use crate::Web;

/// Which sheets, and for a pathway's form in which language.
#[derive(Deserialize)]
pub(crate) struct Wanted {
    paper: Option<String>,
    lang: Option<String>,
}

impl Wanted {
    fn paper(&self) -> Paper {
        self.paper.as_deref().and_then(|name| name.parse().ok()).unwrap_or(Paper::A4)
    }
}

pub(crate) async fn of_visit(
    State(web): State<Web>,
    staff: SignedIn,
    Path(id): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Response {
    let Ok(id) = id.parse::<AppointmentId>() else { return Failure::gone(&web).into_response() };
    match web.app.form_of(id, &staff.actor(), web.now()).await {
        Ok(form) => print(&web, form, wanted.paper()).await,
        Err(error) => Failure::from(&web, &error).into_response(),
    }
}

pub(crate) async fn of_pathway(
    State(web): State<Web>,
    _: SignedIn,
    Path(id): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Response {
    let lang = wanted.lang.as_deref().and_then(|lang| Lang::parse(lang).ok());
    let lang = lang.unwrap_or_else(|| web.app.options().language.clone());
    match web.app.form(&id, &lang) {
        Some(form) => print(&web, form, wanted.paper()).await,
        None => Failure::gone(&web).into_response(),
    }
}

async fn print(web: &Web, form: Form, sheets: Paper) -> Response {
    let (fonts, clinic) = (web.fonts.clone(), web.app.options().clinic_name.clone());
    let made = tokio::task::spawn_blocking(move || {
        paper(&PaperForm {
            script: &form.script,
            lang: &form.lang,
            clinic: &clinic,
            form: &form.name,
            patient: form.patient.as_ref(),
            code: None,
            paper: sheets,
            fonts: &fonts,
        })
    });
    match made.await {
        Ok(Ok(bytes)) => as_pdf("form.pdf", bytes),
        Ok(Err(NoForm::NothingToAsk(_))) => Failure::gone(web).into_response(),
        Ok(Err(error)) => {
            tracing::error!(%error, "a form could not be written as PDF");
            Failure::ours(web).into_response()
        }
        Err(_) => Failure::ours(web).into_response(),
    }
}
