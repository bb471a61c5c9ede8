//! `/clinic/mail`: mails that could not be applied. Somebody looks at them, and says so.

use askama::Template;
use axum::{
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
};

use super::{Failure, html, session::SignedIn};
use crate::Web;

#[derive(Template)]
#[template(path = "clinic/mails.html")]
struct Page<'a> {
    clinic: &'a str,
    who: &'a SignedIn,
    mails: Vec<Row>,
}

struct Row {
    id: i64,
    came: String,
    from: String,
    about: Option<(String, String)>,
    why: String,
    text: String,
}

pub(crate) async fn show(State(web): State<Web>, staff: SignedIn) -> Response {
    let zone = web.app.clinic_zone();
    let mails = match web.app.mails_to_see(web.mail.read, &staff.actor(), web.now()).await {
        Ok(mails) => mails,
        Err(error) => return Failure::from(&web, &error).into_response(),
    };
    let mails = mails
        .into_iter()
        .map(|mail| Row {
            id: mail.id,
            came: foreword_summary::when::moment(mail.received_at, &zone),
            from: mail.from.into_inner(),
            about: mail.about.map(|(appointment, name)| (appointment.to_string(), name.into_inner())),
            why: mail.reason,
            text: mail.text.into_inner(),
        })
        .collect();
    html(&Page { clinic: &web.app.options().clinic_name, who: &staff, mails })
}

pub(crate) async fn seen(State(web): State<Web>, staff: SignedIn, Path(id): Path<i64>) -> Response {
    match web.app.mark_mail_seen(id, &staff.actor(), web.now()).await {
        Ok(()) => Redirect::to("/clinic/mail").into_response(),
        Err(error) => Failure::from(&web, &error).into_response(),
    }
}

/// The page that was the answer to a form is opened again.
pub(crate) async fn again() -> Redirect {
    Redirect::to("/clinic/mail")
}
