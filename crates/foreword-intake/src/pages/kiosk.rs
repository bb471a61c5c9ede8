//! `/kiosk`: the tablet at the desk. With a code from staff it opens one visit; when that is over,
//! nothing of the patient is left on it.

use askama::Template;
use axum::{
    extract::{Query, State},
    http::{HeaderMap, HeaderName, StatusCode, header::SET_COOKIE},
    response::{AppendHeaders, IntoResponse, Redirect, Response},
};
use foreword_app::kiosk::Opened;
use foreword_domain::language::Lang;
use serde::Deserialize;

use super::{Failure, entry::spoken, form::Fields, frame::Frame, html, languages, session};
use crate::Web;

/// The page that waits for a code.
#[derive(Template)]
#[template(path = "patient/kiosk.html")]
struct Waiting<'a> {
    frame: Frame<'a>,
    trouble: Option<String>,
    languages: Vec<(&'static Lang, String)>,
}

/// The page after a visit: it gives way to the one that waits.
#[derive(Template)]
#[template(path = "patient/kiosk_end.html")]
struct End<'a> {
    frame: Frame<'a>,
    title: String,
    line: String,
}

#[derive(Deserialize)]
pub(crate) struct Asked {
    lang: Option<String>,
    done: Option<String>,
}

/// Where the tablet goes when the patient is finished.
pub(super) fn over(lang: &Lang) -> String {
    format!("/kiosk/end?done=yes&lang={lang}")
}

pub(crate) async fn show(State(web): State<Web>, Query(asked): Query<Asked>, headers: HeaderMap) -> Response {
    let lang = language(&web, &asked);
    left(&web, &headers, waiting(&web, &lang, None, StatusCode::OK)).await
}

pub(crate) async fn open(
    State(web): State<Web>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
    fields: Fields,
) -> Response {
    let lang = language(&web, &asked);
    match web.app.open_kiosk(fields.get("code"), web.now()).await {
        Ok(Opened::Visit(id, secret)) => {
            if let Err(error) = end_session(&web, &headers).await {
                return Failure::from(&web, &error).into_response();
            }
            let cookie = session::kiosk_cookie(&web, Some(secret.reveal()));
            (AppendHeaders([(SET_COOKIE, cookie)]), Redirect::to(&format!("/visit/{id}"))).into_response()
        }
        Ok(Opened::Wrong) => {
            waiting(&web, &lang, Some("kiosk-wrong"), StatusCode::UNPROCESSABLE_ENTITY).into_response()
        }
        Ok(Opened::TooMany) => {
            waiting(&web, &lang, Some("kiosk-wait"), StatusCode::TOO_MANY_REQUESTS).into_response()
        }
        Err(error) => Failure::from(&web, &error).into_response(),
    }
}

/// The end of a visit on the tablet, wherever it comes from: the patient, the clock of the page, or
/// somebody who opens it. What was answered is saved; nothing else is kept.
pub(crate) async fn end(State(web): State<Web>, Query(asked): Query<Asked>, headers: HeaderMap) -> Response {
    let lang = language(&web, &asked);
    let frame = Frame::new(&web, &lang);
    let (title, line) = match asked.done {
        Some(_) => ("kiosk-end-title", "kiosk-end"),
        None => ("kiosk-closed-title", "kiosk-closed"),
    };
    let (title, line) = (frame.t(title), frame.t(line));
    left(&web, &headers, html(&End { frame, title, line })).await
}

/// The page, and nobody at the tablet any more.
async fn left(web: &Web, headers: &HeaderMap, page: impl IntoResponse) -> Response {
    if let Err(error) = end_session(web, headers).await {
        return Failure::from(web, &error).into_response();
    }
    let clear = (HeaderName::from_static("clear-site-data"), "\"cache\"");
    match session::kiosk_secret(web, headers) {
        Some(_) => {
            let cookie = (SET_COOKIE, session::kiosk_cookie(web, None));
            (AppendHeaders([cookie]), AppendHeaders([clear]), page).into_response()
        }
        None => page.into_response(),
    }
}

async fn end_session(web: &Web, headers: &HeaderMap) -> Result<(), foreword_app::Error> {
    match session::kiosk_secret(web, headers) {
        Some(secret) => web.app.end_kiosk(&secret).await,
        None => Ok(()),
    }
}

fn language(web: &Web, asked: &Asked) -> Lang {
    spoken(asked.lang.as_deref()).unwrap_or_else(|| web.app.options().language.clone())
}

fn waiting(web: &Web, lang: &Lang, trouble: Option<&str>, status: StatusCode) -> Response {
    let frame = Frame::new(web, lang);
    let trouble = trouble.map(|key| frame.t(key));
    (status, html(&Waiting { frame, trouble, languages: languages() })).into_response()
}
