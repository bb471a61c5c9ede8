//! Asking one patient something before a visit, and taking it back: below the page of the visit.

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use foreword_domain::ids::{AppointmentId, QuestionId};

use super::{
    Failure,
    form::Fields,
    session::SignedIn,
    summary::{self, Draft, Unsaid},
};
use crate::Web;

pub(crate) async fn put(
    State(web): State<Web>,
    Path(id): Path<String>,
    staff: SignedIn,
    fields: Fields,
) -> Response {
    let Ok(id) = id.parse::<AppointmentId>() else { return Failure::gone(&web).into_response() };
    let given = fields.written("question");
    let put = web.app.put_question_at(staff.0.id, id, &given, web.now()).await;
    summary::after(&web, id, &staff, put, "team", |why| drafted(given, why)).await
}

pub(crate) async fn withdraw(
    State(web): State<Web>,
    Path((id, question)): Path<(String, String)>,
    staff: SignedIn,
) -> Response {
    let (Ok(id), Ok(question)) = (id.parse::<AppointmentId>(), question.parse::<QuestionId>()) else {
        return Failure::gone(&web).into_response();
    };
    let withdrawn = web.app.withdraw_question(staff.0.id, question, web.now()).await;
    summary::after(&web, id, &staff, withdrawn, "team", |why| drafted(String::new(), why)).await
}

fn drafted(given: String, why: String) -> Draft {
    Draft { question: Unsaid { given, trouble: Some(why) }, ..Draft::default() }
}

/// What was the answer to a form is opened again: the visit is what is meant.
pub(crate) async fn again(State(web): State<Web>, Path(path): Path<Vec<(String, String)>>) -> Response {
    match path.first().and_then(|(_, id)| id.parse::<AppointmentId>().ok()) {
        Some(id) => summary::at(id, "team"),
        None => Failure::gone(&web).into_response(),
    }
}
