//! Asking one patient something before a visit, and taking it back: below the page of the visit.

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use foreword_app::Error;
use foreword_domain::ids::{AppointmentId, QuestionId};

use super::{Failure, form::Fields, session::SignedIn, summary};
use crate::Web;

pub(crate) async fn put(
    State(web): State<Web>,
    Path(id): Path<String>,
    staff: SignedIn,
    fields: Fields,
) -> Response {
    let Ok(id) = id.parse::<AppointmentId>() else { return Failure::gone(&web).into_response() };
    // Browsers send line breaks as CR LF; one key was typed.
    let text = fields.get("question").replace("\r\n", "\n").trim().to_owned();
    match web.app.put_question_at(staff.0.id, id, &text, web.now()).await {
        Ok(_) => to(id),
        Err(Error::Refused(why)) => refused(&web, id, &staff, why, text).await,
        Err(error) => Failure::from(&web, &error).into_response(),
    }
}

pub(crate) async fn withdraw(
    State(web): State<Web>,
    Path((id, question)): Path<(String, String)>,
    staff: SignedIn,
) -> Response {
    let (Ok(id), Ok(question)) = (id.parse::<AppointmentId>(), question.parse::<QuestionId>()) else {
        return Failure::gone(&web).into_response();
    };
    match web.app.withdraw_question(staff.0.id, question, web.now()).await {
        Ok(()) => to(id),
        Err(Error::Refused(why)) => refused(&web, id, &staff, why, String::new()).await,
        Err(error) => Failure::from(&web, &error).into_response(),
    }
}

/// What was the answer to a form is opened again: the visit is what is meant.
pub(crate) async fn again(State(web): State<Web>, Path(path): Path<Vec<(String, String)>>) -> Response {
    match path.first().and_then(|(_, id)| id.parse::<AppointmentId>().ok()) {
        Some(id) => to(id),
        None => Failure::gone(&web).into_response(),
    }
}

fn to(id: AppointmentId) -> Response {
    Redirect::to(&format!("/clinic/appointments/{id}#team")).into_response()
}

async fn refused(web: &Web, id: AppointmentId, staff: &SignedIn, why: String, given: String) -> Response {
    let draft = summary::Draft { given, trouble: Some(why), ..Default::default() };
    (StatusCode::UNPROCESSABLE_ENTITY, summary::page(web, id, staff, draft, None).await).into_response()
}
