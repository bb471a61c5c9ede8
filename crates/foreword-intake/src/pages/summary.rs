//! The page of one visit.

use askama::Template;
use axum::{
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use foreword_domain::ids::AppointmentId;

use super::{Failure, html, session::SignedIn};
use crate::Web;

#[derive(Template)]
#[template(path = "clinic/summary.html")]
struct Page<'a> {
    clinic: &'a str,
    who: &'a str,
    article: String,
    text: String,
}

pub(crate) async fn show(State(web): State<Web>, Path(id): Path<String>, staff: SignedIn) -> Response {
    let Ok(id) = id.parse::<AppointmentId>() else { return Failure::gone(&web).into_response() };
    let summary = match web.app.summary(id, &staff.actor(), web.now()).await {
        Ok(summary) => summary,
        Err(error) => return Failure::from(&web, &error).into_response(),
    };
    let Ok(article) = foreword_summary::html::article(&summary) else {
        return Failure::ours(&web).into_response();
    };
    html(&Page {
        clinic: &web.app.options().clinic_name,
        who: &staff.0.name,
        article,
        text: foreword_summary::text::render(&summary),
    })
}
