//! Possession is permission: an extractor hands over the visit or the member of staff, or a page
//! that says how to get there.

use axum::{
    extract::{FromRequestParts, Path},
    http::{HeaderMap, header, request::Parts},
    response::{IntoResponse, Redirect, Response},
};
use foreword_app::{Visit, access::Member};
use foreword_domain::{ids::ConversationId, message::Channel, response::Respondent};

use super::Failure;
use crate::Web;

/// Name of the cookie that holds a patient's session; its path is the visit.
const VISIT: &str = "fw_visit";
/// Name of the cookie that holds a staff session.
const STAFF: &str = "fw_staff";

/// The visit a patient's browser may see.
pub(crate) struct Seen(pub Visit);

/// The member of staff who is signed in.
pub(crate) struct SignedIn(pub Member);

impl SignedIn {
    /// How they are written in the audit log.
    pub(crate) fn actor(&self) -> String {
        format!("staff:{}", self.0.id)
    }
}

impl FromRequestParts<Web> for Seen {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Response> {
        let expired = || Failure::expired(web).into_response();
        let Path(id) = Path::<String>::from_request_parts(parts, web).await.map_err(|_| expired())?;
        let id: ConversationId = id.parse().map_err(|_| expired())?;
        let secret = cookie(&parts.headers, VISIT).ok_or_else(expired)?;
        let failed = |error: &foreword_app::Error| Failure::from(web, error).into_response();
        if !web.app.is_patient_session(id, &secret, web.now()).await.map_err(|e| failed(&e))? {
            return Err(expired());
        }
        web.app
            .visit(id)
            .await
            .map(|visit| Seen(visit.at_door(Channel::Web, Respondent::Patient)))
            .map_err(|e| failed(&e))
    }
}

impl FromRequestParts<Web> for SignedIn {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Response> {
        let sign_in = || {
            let wanted = parts.uri.path_and_query().map_or("/clinic", |p| p.as_str());
            let next: String = form_urlencoded::byte_serialize(wanted.as_bytes()).collect();
            Redirect::to(&format!("/clinic/sign-in?next={next}")).into_response()
        };
        let secret = cookie(&parts.headers, STAFF).ok_or_else(sign_in)?;
        match web.app.staff_session(&secret, web.now()).await {
            Ok(Some(member)) => Ok(Self(member)),
            Ok(None) => Err(sign_in()),
            Err(error) => Err(Failure::from(web, &error).into_response()),
        }
    }
}

/// The staff session of a request.
pub(crate) fn staff_secret(headers: &HeaderMap) -> Option<String> {
    cookie(headers, STAFF)
}

/// The header that gives a patient's browser its session. It is sent back for this visit alone, so
/// two people can answer in one browser.
pub(crate) fn visit_cookie(web: &Web, id: ConversationId, secret: &str) -> String {
    let secure = if web.is_secure() { "; Secure" } else { "" };
    format!("{VISIT}={secret}; Path=/visit/{id}; HttpOnly; SameSite=Lax{secure}")
}

/// The header that gives or takes away a staff session.
pub(crate) fn staff_cookie(web: &Web, secret: Option<&str>) -> String {
    let secure = if web.is_secure() { "; Secure" } else { "" };
    match secret {
        Some(secret) => format!("{STAFF}={secret}; Path=/clinic; HttpOnly; SameSite=Lax{secure}"),
        None => format!("{STAFF}=; Path=/clinic; HttpOnly; SameSite=Lax; Max-Age=0{secure}"),
    }
}

fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value.to_owned())
}
