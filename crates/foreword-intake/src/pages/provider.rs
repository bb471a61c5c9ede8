//! Signing in with an account of the house: there, and back again.

use axum::{
    extract::{Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{AppendHeaders, IntoResponse, Redirect, Response},
};
use foreword_app::provider::{Known, Vouched};
use serde::Deserialize;

use super::{Failure, device, session, sign_in};
use crate::{
    Web, guard,
    provider::{Kept, Trouble},
};

const NOT_THERE: &str =
    "The sign-in of the house does not answer. Please try again later, or use your login and password here.";
const NOT_KNOWN: &str = "You are signed in at the house, but that account opens nothing here. Whoever runs this service can bind it to yours.";
const NOT_OF_HERE: &str =
    "This browser was not sent to the sign-in of the house, or too long ago. Please begin again.";
const NOT_PROVED: &str = "The sign-in of the house did not say who you are. Please begin again.";

#[derive(Deserialize)]
pub(crate) struct Wanted {
    next: Option<String>,
}

/// What a provider sends somebody back with.
#[derive(Deserialize)]
pub(crate) struct Answer {
    code: Option<String>,
    state: Option<String>,
    error: Option<String>,
}

/// What a provider calls a fault: no more of it is logged.
const LONGEST_ERROR: usize = 40;

pub(crate) async fn send(
    State(web): State<Web>,
    Query(wanted): Query<Wanted>,
    headers: HeaderMap,
) -> Response {
    let Some(provider) = &web.provider else { return Failure::gone(&web).into_response() };
    let next = wanted.next.unwrap_or_default();
    let next = sign_in::inside(&next);
    // Another site must not sign somebody in as whoever is signed in at the house.
    if guard::is_cross_site(&headers) {
        return Redirect::to(&format!("/clinic/sign-in?next={}", sign_in::coded(next))).into_response();
    }
    let sent = match provider.send(web.now()).await {
        Ok(sent) => sent,
        Err(trouble) => {
            tracing::warn!(%trouble, "nobody could be sent to the provider of accounts");
            return sign_in::refused(&web, next, StatusCode::BAD_GATEWAY, NOT_THERE);
        }
    };
    let kept = format!("{}~{}", sent.kept.write(), sign_in::coded(next));
    match web.app.keep_away(&sent.state, &kept, web.now()).await {
        Ok(kept) => {
            let cookie = session::away_cookie(&web, Some(&kept));
            (AppendHeaders([(header::SET_COOKIE, cookie)]), Redirect::to(&sent.url)).into_response()
        }
        Err(error) => Failure::from(&web, &error).into_response(),
    }
}

/// Somebody comes back. What their browser kept counts once.
pub(crate) async fn back(
    State(web): State<Web>,
    Query(answer): Query<Answer>,
    headers: HeaderMap,
) -> Response {
    let Some(provider) = &web.provider else { return Failure::gone(&web).into_response() };
    let cookie = session::away(&web, &headers).unwrap_or_default();
    let state = answer.state.as_deref().unwrap_or_default();
    let (kept, next) = match web.app.come_back(&cookie, state, web.now()).await {
        Ok(kept) => match kept.as_deref().and_then(parts) {
            Some(kept) => kept,
            // It stays for the window it belongs to.
            None => return sign_in::refused(&web, "/clinic", StatusCode::UNAUTHORIZED, NOT_OF_HERE),
        },
        Err(error) => return Failure::from(&web, &error).into_response(),
    };
    let next = sign_in::inside(&next);
    let found = match (&answer.error, &answer.code) {
        (Some(error), _) => {
            let plain = |letter: &char| letter.is_ascii_lowercase() || *letter == '_';
            let error: String = error.chars().filter(plain).take(LONGEST_ERROR).collect();
            Err(Trouble::Answer(format!("the provider says {error}")))
        }
        (None, Some(code)) => provider.receive(&kept, code, web.now()).await,
        (None, None) => Err(Trouble::Answer("there is no code".to_owned())),
    };
    let response = match found {
        Ok(vouched) => enter(&web, &vouched, &headers, next).await,
        Err(trouble @ Trouble::Provider(_)) => {
            tracing::warn!(%trouble, "the provider of accounts could not be asked");
            sign_in::refused(&web, next, StatusCode::BAD_GATEWAY, NOT_THERE)
        }
        Err(trouble @ Trouble::Answer(_)) => {
            tracing::info!(%trouble, "nobody is signed in by the provider of accounts");
            match web.app.not_vouched(web.now()).await {
                Ok(()) => sign_in::refused(&web, next, StatusCode::UNAUTHORIZED, NOT_PROVED),
                Err(error) => Failure::from(&web, &error).into_response(),
            }
        }
    };
    (AppendHeaders([(header::SET_COOKIE, session::away_cookie(&web, None))]), response).into_response()
}

async fn enter(web: &Web, vouched: &Vouched, headers: &HeaderMap, next: &str) -> Response {
    match web.app.sign_in_vouched(vouched, &device::name(headers), web.now()).await {
        Ok(Known::In(secret)) => sign_in::let_in(web, secret.reveal(), next),
        Ok(Known::Nobody) => {
            let why = format!("{NOT_KNOWN} There you are called: {}", vouched.subject);
            sign_in::refused(web, next, StatusCode::UNAUTHORIZED, &why)
        }
        Err(error) => Failure::from(web, &error).into_response(),
    }
}

/// What a browser kept, and where they want to be.
fn parts(what: &str) -> Option<(Kept, String)> {
    let (kept, next) = what.split_once('~')?;
    let field = format!("next={next}");
    let next = form_urlencoded::parse(field.as_bytes()).next().map(|(_, next)| next.into_owned());
    Some((Kept::read(kept)?, next.unwrap_or_default()))
}
