//! When a session is over: whoever had one says once more when they were born, and what they had sent
//! meanwhile is taken in. Nobody else is told anything.

use askama::Template;
use axum::{
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, StatusCode, header::SET_COOKIE},
    response::{IntoResponse, Redirect, Response},
};
use foreword_app::{Error, identity::Check};
use foreword_domain::{ids::ConversationId, language::Lang, message::Channel, response::Respondent};

use super::{
    Failure,
    birth::{self, Birth},
    browser_language, entry,
    form::Fields,
    frame::Frame,
    html,
    session::{self, Knock, Seen},
    visit,
};
use crate::Web;

/// The field that says what was asked for.
const TO: &str = "to";

#[derive(Template)]
#[template(path = "patient/again.html")]
struct Again<'a> {
    frame: Frame<'a>,
    id: String,
    to: String,
    /// What the form that came too late held.
    carried: Vec<(String, String)>,
    birth: Birth,
}

/// A page for whoever can't be shown the visit.
#[derive(Template)]
#[template(path = "patient/shut.html")]
struct Shut<'a> {
    frame: Frame<'a>,
    title: String,
    lines: Vec<String>,
    /// What was typed: here it can be copied.
    typed: Vec<String>,
}

/// What is said to whoever asked for `to`, with what they sent. A visit that may be seen is handed back.
pub(super) async fn let_in(
    web: &Web,
    knock: Knock,
    headers: &HeaderMap,
    to: &str,
    fields: &Fields,
) -> Result<Seen, Response> {
    let lang = browser_language(headers).unwrap_or_else(Lang::english);
    match knock {
        Knock::Seen(seen) => Ok(*seen),
        Knock::KioskOver => Err(Redirect::to("/kiosk").into_response()),
        Knock::Again(id) => {
            let lang = language_of(web, id, lang).await;
            let carried = fields.without(&[TO]);
            Err(page(web, &lang, id, to, carried, Birth::new(web), StatusCode::UNAUTHORIZED))
        }
        Knock::NoCookie => Err(shut(web, &lang, "page-cookies-title", &["page-cookies"], Vec::new())),
        Knock::Stranger => {
            let lines = ["page-expired", "page-expired-cookies"];
            Err(shut(web, &lang, "page-expired-title", &lines, fields.given("value")))
        }
    }
}

pub(crate) async fn check(
    State(web): State<Web>,
    Path(id): Path<String>,
    knock: Knock,
    headers: HeaderMap,
    fields: Fields,
) -> Response {
    if matches!(knock, Knock::Seen(_)) {
        // Checked in another window meanwhile.
        return match let_in(&web, knock, &headers, "", &fields).await {
            Ok(seen) => go_on(&web, seen, &fields).await,
            Err(page) => page,
        };
    }
    let (Ok(id), Some(browser)) = (id.parse::<ConversationId>(), session::visit_secret(&web, &headers))
    else {
        return let_in(&web, knock, &headers, "", &fields).await.err().unwrap_or_else(|| ours(&web));
    };
    let born = birth::said(&web, &fields);
    match web.app.check_again(id, &browser, born, web.now()).await {
        Ok(Check::Passed(id, secret)) => {
            let visit = match web.app.visit(id).await {
                Ok(visit) => visit.at_door(Channel::Web, Respondent::Patient, web.now()),
                Err(error) => return Failure::from(&web, &error).into_response(),
            };
            let mut response = go_on(&web, Seen { visit, channel: Channel::Web }, &fields).await;
            if let Ok(cookie) = HeaderValue::from_str(&session::visit_cookie(&web, id, secret.reveal())) {
                response.headers_mut().append(SET_COOKIE, cookie);
            }
            response
        }
        Ok(check) => {
            let lang = browser_language(&headers).unwrap_or_else(Lang::english);
            let lang = language_of(&web, id, lang).await;
            let birth = Birth::after(&web, &check, &fields, &lang, web.now());
            let carried = fields.without(&[&[TO][..], &birth::FIELDS].concat());
            page(&web, &lang, id, fields.get(TO), carried, birth, entry::status_of(&check))
        }
        Err(Error::NotFound(_)) => {
            let lang = browser_language(&headers).unwrap_or_else(Lang::english);
            shut(&web, &lang, "page-expired-title", &["page-expired"], fields.given("value"))
        }
        Err(error) => Failure::from(&web, &error).into_response(),
    }
}

/// Does what was asked for before the session was over.
async fn go_on(web: &Web, seen: Seen, fields: &Fields) -> Response {
    let home = format!("/visit/{}", seen.visit.id);
    match fields.get(TO) {
        "answer" => visit::take(web, seen, fields).await,
        "ask-for" => visit::grant(web, seen, fields).await,
        to if to.strip_prefix(&home).is_some_and(is_inside) => Redirect::to(to).into_response(),
        _ => Redirect::to(&home).into_response(),
    }
}

/// Whether the rest of an address stays within the visit.
fn is_inside(rest: &str) -> bool {
    let known = |c: char| c.is_ascii_alphanumeric() || "/?=&-_.".contains(c);
    (rest.is_empty() || rest.starts_with(['/', '?'])) && rest.chars().all(known)
}

/// The language of the visit: it tells no more than the page it stood on did.
async fn language_of(web: &Web, id: ConversationId, otherwise: Lang) -> Lang {
    web.app.visit(id).await.map_or(otherwise, |visit| visit.standing.language)
}

fn page(
    web: &Web,
    lang: &Lang,
    id: ConversationId,
    to: &str,
    carried: Vec<(String, String)>,
    birth: Birth,
    status: StatusCode,
) -> Response {
    let frame = Frame::new(web, lang);
    let page = Again { frame, id: id.to_string(), to: to.to_owned(), carried, birth };
    (status, html(&page)).into_response()
}

fn shut(web: &Web, lang: &Lang, title: &str, lines: &[&str], typed: Vec<String>) -> Response {
    let frame = Frame::new(web, lang);
    let (title, lines) = (frame.t(title), lines.iter().map(|key| frame.t(key)).collect());
    (StatusCode::UNAUTHORIZED, html(&Shut { frame, title, lines, typed })).into_response()
}

fn ours(web: &Web) -> Response {
    Failure::ours(web).into_response()
}
