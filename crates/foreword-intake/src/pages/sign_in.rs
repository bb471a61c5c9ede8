//! Signing in and out.

use askama::Template;
use axum::{
    extract::{Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{Failure, form::Fields, html, session};
use crate::Web;

#[derive(Template)]
#[template(path = "clinic/sign_in.html")]
struct SignIn<'a> {
    clinic: &'a str,
    next: &'a str,
    login: &'a str,
    wrong: bool,
}

#[derive(Deserialize)]
pub(crate) struct Wanted {
    next: Option<String>,
}

pub(crate) async fn show(State(web): State<Web>, Query(wanted): Query<Wanted>) -> Response {
    let next = wanted.next.unwrap_or_default();
    html(&SignIn { clinic: &web.app.options().clinic_name, next: inside(&next), login: "", wrong: false })
}

pub(crate) async fn sign_in(State(web): State<Web>, fields: Fields) -> Response {
    let login = fields.get("login");
    let next = inside(fields.get("next"));
    match web.app.sign_in(login, fields.get("password"), web.now()).await {
        Ok(Some(secret)) => {
            let cookie = session::staff_cookie(&web, Some(secret.reveal()));
            ([(header::SET_COOKIE, cookie)], Redirect::to(next)).into_response()
        }
        Ok(None) => {
            let page = SignIn { clinic: &web.app.options().clinic_name, next, login, wrong: true };
            (StatusCode::UNAUTHORIZED, html(&page)).into_response()
        }
        Err(error) => Failure::from(&web, &error).into_response(),
    }
}

pub(crate) async fn sign_out(State(web): State<Web>, headers: HeaderMap) -> Response {
    if let Some(secret) = session::staff_secret(&web, &headers)
        && let Err(error) = web.app.sign_out(&secret).await
    {
        return Failure::from(&web, &error).into_response();
    }
    ([(header::SET_COOKIE, session::staff_cookie(&web, None))], Redirect::to("/clinic/sign-in"))
        .into_response()
}

/// Only pages of staff are gone on to, never another site.
fn inside(next: &str) -> &str {
    let path = next.split('?').next().unwrap_or_default();
    let ours = path == "/clinic" || path.starts_with("/clinic/");
    if ours && !next.contains(['\\', '\r', '\n']) { next } else { "/clinic" }
}
