//! `/v/{token}`: where the link of a message leads. It shows nothing private, and opening it
//! changes nothing.

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use foreword_app::access::{Check, birth_year};
use foreword_domain::{
    language::Lang,
    phrases::{Phrases, t},
};
use serde::Deserialize;

use super::{Failure, browser_language, form::Fields, html, languages, session};
use crate::Web;

#[derive(Template)]
#[template(path = "patient/entry.html")]
struct Entry<'a> {
    lang: &'a Lang,
    clinic: &'a str,
    token: &'a str,
    trouble: Option<String>,
    languages: Vec<(&'static Lang, String)>,
}

#[derive(Deserialize)]
pub(crate) struct Asked {
    lang: Option<String>,
}

pub(crate) async fn show(
    State(web): State<Web>,
    Path(token): Path<String>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Response {
    let lang = match open(&web, &token, asked.lang.as_deref(), &headers).await {
        Ok(lang) => lang,
        Err(gone) => return gone,
    };
    page(&web, &token, &lang, None, StatusCode::OK)
}

pub(crate) async fn check(
    State(web): State<Web>,
    Path(token): Path<String>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
    fields: Fields,
) -> Response {
    let lang = match open(&web, &token, asked.lang.as_deref(), &headers).await {
        Ok(lang) => lang,
        Err(gone) => return gone,
    };
    let year = birth_year(fields.get("year"));
    match web.app.check_identity(&token, year, web.now()).await {
        Ok(Check::Passed(id, secret)) => {
            let cookie = session::visit_cookie(&web, id, secret.reveal());
            ([(header::SET_COOKIE, cookie)], Redirect::to(&format!("/visit/{id}"))).into_response()
        }
        Ok(Check::Wrong) => page(
            &web,
            &token,
            &lang,
            Some(t("page-check-wrong", &lang, &[])),
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        Ok(Check::Locked) => {
            page(&web, &token, &lang, Some(t("page-check-locked", &lang, &[])), StatusCode::TOO_MANY_REQUESTS)
        }
        Err(error) => Failure::from(&web, &error).in_language(&lang).into_response(),
    }
}

/// The language to speak behind a link that works: the one asked for, else the patient's own.
async fn open(web: &Web, token: &str, asked: Option<&str>, headers: &HeaderMap) -> Result<Lang, Response> {
    let asked = asked.and_then(|tag| Lang::parse(tag).ok()).filter(|lang| Phrases::get().speaks(lang));
    match web.app.is_open_link(token, web.now()).await {
        Ok(Some(own)) => Ok(asked.unwrap_or(own)),
        Ok(None) => {
            let lang = asked.or_else(|| browser_language(headers)).unwrap_or_else(Lang::english);
            Err(Failure::gone(web).in_language(&lang).into_response())
        }
        Err(error) => Err(Failure::from(web, &error).into_response()),
    }
}

fn page(web: &Web, token: &str, lang: &Lang, trouble: Option<String>, status: StatusCode) -> Response {
    let page = Entry { lang, clinic: &web.app.options().clinic_name, token, trouble, languages: languages() };
    (status, html(&page)).into_response()
}
