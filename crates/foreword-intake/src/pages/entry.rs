//! `/v/{token}`: where the link of a message leads. It shows nothing private, and opening it
//! changes nothing.

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode, header::SET_COOKIE},
    response::{AppendHeaders, IntoResponse, Redirect, Response},
};
use foreword_app::identity::Check;
use foreword_domain::{language::Lang, phrases::Phrases};
use serde::Deserialize;

use super::{
    Failure,
    birth::{self, Birth},
    browser_language,
    form::Fields,
    frame::Frame,
    html, languages, session,
};
use crate::Web;

#[derive(Template)]
#[template(path = "patient/entry.html")]
struct Entry<'a> {
    frame: Frame<'a>,
    token: &'a str,
    /// Whether what the care team wrote is looked for.
    is_to_team: bool,
    birth: Birth,
    languages: Vec<(&'static Lang, String)>,
}

#[derive(Deserialize)]
pub(crate) struct Asked {
    lang: Option<String>,
    /// `team`: what the care team wrote.
    to: Option<String>,
}

impl Asked {
    fn is_to_team(&self) -> bool {
        self.to.as_deref() == Some("team")
    }

    /// Where in the visit it leads.
    fn place(&self) -> &'static str {
        if self.is_to_team() { "/team" } else { "" }
    }
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
    if let Some(browser) = session::visit_secret(&web, &headers) {
        match web.app.is_inside(&token, &browser, web.now()).await {
            Ok(Some(id)) => return Redirect::to(&format!("/visit/{id}{}", asked.place())).into_response(),
            Ok(None) => {}
            Err(error) => return Failure::from(&web, &error).in_language(&lang).into_response(),
        }
    }
    page(&web, &token, &lang, &asked, Birth::new(&web), StatusCode::OK)
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
    let (browser, now) = (session::visit_secret(&web, &headers), web.now());
    let born = birth::said(&web, &fields);
    match web.app.check_identity(&token, born, browser.as_deref(), now).await {
        Ok(Check::Passed(id, secret)) => {
            let cookies = AppendHeaders([
                (SET_COOKIE, session::visit_cookie(&web, id, secret.reveal())),
                (SET_COOKIE, session::link_cookie(&web, &token, secret.reveal())),
            ]);
            // Where this leads, a browser without the cookie is told what is missing.
            (cookies, Redirect::to(&format!("/visit/{id}{}?from=link", asked.place()))).into_response()
        }
        Ok(check) => {
            let status = status_of(&check);
            page(&web, &token, &lang, &asked, Birth::after(&web, &check, &fields, &lang, now), status)
        }
        Err(error) => Failure::from(&web, &error).in_language(&lang).into_response(),
    }
}

/// The status of a page that asks again.
pub(super) fn status_of(check: &Check) -> StatusCode {
    match check {
        Check::Locked(_) => StatusCode::TOO_MANY_REQUESTS,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

/// The language to speak behind a link that works: the one asked for, else the patient's own.
async fn open(web: &Web, token: &str, asked: Option<&str>, headers: &HeaderMap) -> Result<Lang, Response> {
    let asked = spoken(asked);
    match web.app.is_open_link(token, web.now()).await {
        Ok(Some(own)) => Ok(asked.unwrap_or(own)),
        Ok(None) => {
            let lang = asked.or_else(|| browser_language(headers)).unwrap_or_else(Lang::english);
            Err(Failure::gone(web).in_language(&lang).into_response())
        }
        Err(error) => Err(Failure::from(web, &error).into_response()),
    }
}

/// A language of the service by its tag.
pub(super) fn spoken(tag: Option<&str>) -> Option<Lang> {
    tag.and_then(|tag| Lang::parse(tag).ok()).filter(|lang| Phrases::get().speaks(lang))
}

fn page(web: &Web, token: &str, lang: &Lang, asked: &Asked, birth: Birth, status: StatusCode) -> Response {
    let is_to_team = asked.is_to_team();
    let page = Entry { frame: Frame::new(web, lang), token, is_to_team, birth, languages: languages() };
    (status, html(&page)).into_response()
}
