//! Signing in and out: a password, then a code where the account wants one.

use askama::Template;
use axum::{
    extract::{Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{AppendHeaders, IntoResponse, Redirect, Response},
};
use foreword_app::sign_in::{AskedFor, Coded, SigningIn};
use serde::Deserialize;

use super::{Failure, device, form::Fields, html, session};
use crate::Web;

#[derive(Template)]
#[template(path = "clinic/sign_in.html")]
struct SignIn<'a> {
    clinic: &'a str,
    next: &'a str,
    login: &'a str,
    trouble: Option<&'a str>,
    /// They were asked for a code for too long.
    late: bool,
    passkeys: bool,
    /// What the provider of the house's accounts is called, and the address that leads there.
    provider: Option<(&'a str, String)>,
}

#[derive(Template)]
#[template(path = "clinic/sign_in_code.html")]
struct Code<'a> {
    clinic: &'a str,
    next: &'a str,
    wrong: bool,
    asked: AskedFor,
}

const WRONG: &str = "This login and password do not fit, or there were too many tries. Please try again; after five wrong tries wait 15 minutes.";
const NOT_BY_PASSKEY: &str = "This passkey was not accepted. Please try again, or use your password.";

#[derive(Deserialize)]
pub(crate) struct Wanted {
    next: Option<String>,
    late: Option<String>,
}

pub(crate) async fn show(State(web): State<Web>, Query(wanted): Query<Wanted>) -> Response {
    let next = wanted.next.unwrap_or_default();
    html(&first_page(&web, inside(&next), "", None, wanted.late.is_some()))
}

pub(crate) async fn sign_in(State(web): State<Web>, headers: HeaderMap, fields: Fields) -> Response {
    let login = fields.get("login");
    let next = inside(fields.get("next"));
    match web.app.sign_in(login, fields.get("password"), &device::name(&headers), web.now()).await {
        Ok(SigningIn::In(secret)) => let_in(&web, secret.reveal(), next),
        Ok(SigningIn::Half(secret)) => {
            let cookie = session::half_cookie(&web, Some(secret.reveal()));
            let code = format!("/clinic/sign-in/code?next={}", coded(next));
            (AppendHeaders([(header::SET_COOKIE, cookie)]), Redirect::to(&code)).into_response()
        }
        Ok(SigningIn::Wrong) => {
            let page = first_page(&web, next, login, Some(WRONG), false);
            (StatusCode::UNAUTHORIZED, html(&page)).into_response()
        }
        Err(error) => Failure::from(&web, &error).into_response(),
    }
}

/// The question for a code; nobody sees it whose password was not right a moment ago.
pub(crate) async fn ask(
    State(web): State<Web>,
    Query(wanted): Query<Wanted>,
    headers: HeaderMap,
) -> Response {
    let next = wanted.next.unwrap_or_default();
    let next = inside(&next);
    let half = session::half_secret(&web, &headers).unwrap_or_default();
    code_page(&web, &half, next, false).await
}

pub(crate) async fn answer(State(web): State<Web>, headers: HeaderMap, fields: Fields) -> Response {
    let next = inside(fields.get("next"));
    let half = session::half_secret(&web, &headers).unwrap_or_default();
    match web.app.give_code(&half, fields.get("code"), &device::name(&headers), web.now()).await {
        Ok(Coded::In(secret)) => let_in(&web, secret.reveal(), next),
        Ok(Coded::Over) => too_late(&web, next),
        Ok(Coded::Wrong) => {
            let page = code_page(&web, &half, next, true).await;
            (StatusCode::UNAUTHORIZED, page).into_response()
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

/// A passkey was not accepted.
pub(super) fn not_by_passkey(web: &Web, next: &str) -> Response {
    refused(web, next, StatusCode::UNAUTHORIZED, NOT_BY_PASSKEY)
}

/// The page again, with what went wrong.
pub(crate) fn refused(web: &Web, next: &str, status: StatusCode, why: &str) -> Response {
    (status, html(&first_page(web, next, "", Some(why), false))).into_response()
}

fn first_page<'a>(
    web: &'a Web,
    next: &'a str,
    login: &'a str,
    trouble: Option<&'a str>,
    late: bool,
) -> SignIn<'a> {
    let passkeys = web.app.party().is_some();
    let provider = web
        .provider
        .as_ref()
        .map(|provider| (provider.name(), format!("/clinic/sign-in/provider?next={}", coded(next))));
    SignIn { clinic: &web.app.options().clinic_name, next, login, trouble, late, passkeys, provider }
}

async fn code_page(web: &Web, half: &str, next: &str, wrong: bool) -> Response {
    match web.app.asked_for(half, web.now()).await {
        Ok(Some(asked)) => html(&Code { clinic: &web.app.options().clinic_name, next, wrong, asked }),
        Ok(None) => too_late(web, next),
        Err(error) => Failure::from(web, &error).into_response(),
    }
}

/// The session is theirs, and what came before it is over.
pub(crate) fn let_in(web: &Web, secret: &str, next: &str) -> Response {
    let cookies = [
        (header::SET_COOKIE, session::staff_cookie(web, Some(secret))),
        (header::SET_COOKIE, session::half_cookie(web, None)),
    ];
    (AppendHeaders(cookies), Redirect::to(next)).into_response()
}

fn too_late(web: &Web, next: &str) -> Response {
    let cookie = session::half_cookie(web, None);
    let again = format!("/clinic/sign-in?late=yes&next={}", coded(next));
    (AppendHeaders([(header::SET_COOKIE, cookie)]), Redirect::to(&again)).into_response()
}

pub(super) fn coded(next: &str) -> String {
    form_urlencoded::byte_serialize(next.as_bytes()).collect()
}

/// Only pages of staff are gone on to, never another site.
pub(super) fn inside(next: &str) -> &str {
    let path = next.split('?').next().unwrap_or_default();
    let ours = path == "/clinic" || path.starts_with("/clinic/");
    if ours && !next.contains(['\\', '\r', '\n']) { next } else { "/clinic" }
}
