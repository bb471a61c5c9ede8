//! The summary page, opened from the patient's record in an EHR (SMART App Launch): the EHR says who has which
//! patient open; both must be somebody here.

mod ehr;
#[cfg(feature = "fuzz")]
pub(crate) mod parsing;

use axum::{
    Router,
    extract::{Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{AppendHeaders, IntoResponse, Redirect, Response},
    routing::get,
};
use foreword_app::provider::Known;
use serde::Deserialize;

use crate::{
    Web,
    pages::{Failure, device, session, sign_in},
};
use ehr::{Kept, Trouble};

/// Where an EHR launches.
pub(crate) const PATH: &str = "/launch";
/// Where it sends people back to.
const BACK: &str = "/launch/callback";
/// What stands before what a browser keeps, so that it is of no other round trip.
const MARK: &str = "smart~";

const NOT_SET_UP: &str =
    "This record system was not set up here. Whoever runs this service can do so (smart.iss).";
const NOT_THERE: &str =
    "The record system does not answer as it should. Please try again later, or sign in here.";
const NOT_OF_HERE: &str = "This browser was not sent to the record system from here, or too long ago. Please open the page from the record again.";
const NOT_PROVED: &str = "The record system did not say who you are and which patient it is. Please open the page from the record again.";
const NOT_KNOWN: &str = "Your account of the record system opens nothing here. Whoever runs this service can bind it to yours (foreword staff bind).";
const NO_VISIT: &str = "It can't be found out which patient this is, or there is no visit ahead for them. Please look for them on the day list.";

/// The EHR that may launch the page.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct LaunchSettings {
    /// The address of its FHIR server, as it names itself; empty where there is none.
    pub iss: String,
    /// What we are called there.
    pub client_id: String,
    /// What we prove it with; empty for a public client.
    pub client_secret: String,
    /// The system of the identifier that feeds take a patient's from; empty where none is named.
    pub identifier_system: String,
}

impl std::fmt::Debug for LaunchSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "LaunchSettings({})", self.iss)
    }
}

/// The routes.
pub(crate) fn router() -> Router<Web> {
    Router::new().route(PATH, get(begin)).route(BACK, get(back))
}

/// Whether a FHIR server is that of the EHR that may launch the page.
pub(crate) fn is_known(web: &Web, server: &str) -> bool {
    let known = web.programs.0.launch.iss.trim_end_matches('/');
    !known.is_empty() && server.trim_end_matches('/') == known
}

#[derive(Deserialize)]
struct Asked {
    iss: Option<String>,
    launch: Option<String>,
}

/// What an EHR sends somebody back with.
#[derive(Deserialize)]
struct Answer {
    code: Option<String>,
    state: Option<String>,
}

/// Sends somebody to the EHR, which asks who they are.
async fn begin(State(web): State<Web>, Query(asked): Query<Asked>) -> Response {
    let iss = asked.iss.unwrap_or_default();
    if !is_known(&web, &iss) {
        return refused(&web, StatusCode::FORBIDDEN, NOT_SET_UP);
    }
    let launch = asked.launch.unwrap_or_default();
    let sent = match ehr::send(&web, &launch).await {
        Ok(sent) => sent,
        Err(trouble) => {
            tracing::warn!(%trouble, "nobody could be sent to the EHR");
            return refused(&web, StatusCode::BAD_GATEWAY, NOT_THERE);
        }
    };
    let kept = format!("{MARK}{}", sent.kept.write());
    match web.app.keep_away(&sent.state, &kept, web.now()).await {
        Ok(kept) => {
            let cookie = session::launch_cookie(&web, Some(&kept));
            (AppendHeaders([(header::SET_COOKIE, cookie)]), Redirect::to(&sent.url)).into_response()
        }
        Err(error) => Failure::from(&web, &error).into_response(),
    }
}

/// Somebody comes back. What their browser kept counts once.
async fn back(State(web): State<Web>, Query(answer): Query<Answer>, headers: HeaderMap) -> Response {
    let cookie = session::launched(&web, &headers).unwrap_or_default();
    let state = answer.state.as_deref().unwrap_or_default();
    let kept = match web.app.come_back(&cookie, state, web.now()).await {
        Ok(kept) => kept,
        Err(error) => return Failure::from(&web, &error).into_response(),
    };
    let kept = kept.as_deref().and_then(|kept| kept.strip_prefix(MARK)).and_then(Kept::read);
    let Some(kept) = kept else { return refused(&web, StatusCode::UNAUTHORIZED, NOT_OF_HERE) };
    let response = match enter(&web, &kept, answer.code.as_deref(), &headers).await {
        Ok(response) => response,
        Err(trouble @ Trouble::Ehr(_)) => {
            tracing::warn!(%trouble, "the EHR could not be asked");
            refused(&web, StatusCode::BAD_GATEWAY, NOT_THERE)
        }
        Err(trouble @ Trouble::Answer(_)) => {
            tracing::info!(%trouble, "nobody is let in by the EHR");
            match web.app.not_vouched(web.now()).await {
                Ok(()) => refused(&web, StatusCode::UNAUTHORIZED, NOT_PROVED),
                Err(error) => Failure::from(&web, &error).into_response(),
            }
        }
        Err(Trouble::Ours(error)) => Failure::from(&web, &error).into_response(),
    };
    (AppendHeaders([(header::SET_COOKIE, session::launch_cookie(&web, None))]), response).into_response()
}

async fn enter(web: &Web, kept: &Kept, code: Option<&str>, headers: &HeaderMap) -> Result<Response, Trouble> {
    let code = code.ok_or_else(|| Trouble::Answer("there is no code".to_owned()))?;
    let (vouched, named) = ehr::receive(web, kept, code).await?;
    let now = web.now();
    let secret = match web.app.sign_in_vouched(&vouched, &device::name(headers), now).await? {
        Known::In(secret) => secret,
        Known::Nobody => {
            let why = format!("{NOT_KNOWN} There you are called: {}", vouched.subject);
            return Ok(refused(web, StatusCode::UNAUTHORIZED, &why));
        }
    };
    // Whether they may see that page is asked there, as always.
    if let Some(visit) = web.app.next_visit(&named, "service", now).await? {
        return Ok(sign_in::let_in(web, secret.reveal(), &format!("/clinic/appointments/{visit}")));
    }
    web.app.sign_out(secret.reveal()).await?;
    Ok(refused(web, StatusCode::NOT_FOUND, NO_VISIT))
}

fn refused(web: &Web, status: StatusCode, why: &str) -> Response {
    sign_in::refused(web, "/clinic", status, why)
}
