//! At the desk: staff make a one-time code with which a patient answers on the clinic's tablet.

use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use foreword_app::Error;
use foreword_domain::ids::AppointmentId;

use super::{Failure, html, session::SignedIn};
use crate::Web;

#[derive(Template)]
#[template(path = "clinic/kiosk.html")]
struct Page<'a> {
    clinic: &'a str,
    who: &'a SignedIn,
    id: AppointmentId,
    outcome: Outcome,
}

enum Outcome {
    /// A code, in two groups of digits.
    Code { code: String, until: String, address: String },
    /// Why there is none.
    Refused(String),
}

pub(crate) async fn code(State(web): State<Web>, Path(id): Path<String>, staff: SignedIn) -> Response {
    let Ok(id) = id.parse::<AppointmentId>() else { return Failure::gone(&web).into_response() };
    let (outcome, status) = match web.app.kiosk_code(staff.0.id, id, web.now()).await {
        Ok(code) => {
            let digits = code.digits.reveal();
            let (first, last) = digits.split_at(digits.len() / 2);
            let until = code.until.to_zoned(web.app.clinic_zone()).strftime("%H:%M").to_string();
            let address = format!("{}/kiosk", web.app.options().public_url);
            (Outcome::Code { code: format!("{first} {last}"), until, address }, StatusCode::OK)
        }
        Err(Error::Refused(why)) => (Outcome::Refused(why), StatusCode::CONFLICT),
        Err(error) => return Failure::from(&web, &error).into_response(),
    };
    let page = Page { clinic: &web.app.options().clinic_name, who: &staff, id, outcome };
    (status, html(&page)).into_response()
}

/// A code is shown once: opened again, the visit is what is meant.
pub(crate) async fn again(State(web): State<Web>, Path(id): Path<String>) -> Response {
    match id.parse::<AppointmentId>() {
        Ok(id) => Redirect::to(&format!("/clinic/appointments/{id}")).into_response(),
        Err(_) => Failure::gone(&web).into_response(),
    }
}
