//! Which program asks, and what it may do: bearer tokens and the scopes of SMART 2.

use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
};
use foreword_app::access::{
    programs::{Bearer, actor},
    scopes::Scopes,
};

use crate::{Web, api::refuse};

/// What a program may do.
#[derive(Clone, Debug)]
pub(crate) struct Granted {
    /// The program's name, for the audit log.
    pub client: String,
    scopes: Scopes,
}

impl Granted {
    /// A program that may do everything: for the fuzz targets.
    #[cfg(feature = "fuzz")]
    pub fn everything() -> Self {
        Self { client: "fuzz".to_owned(), scopes: Scopes::known("system/*.cruds") }
    }

    /// Whether it may do something to resources of a kind: `c`, `r`, `u`, `d` or `s`.
    pub fn may(&self, resource: &str, act: char) -> bool {
        self.scopes.permit(resource, act)
    }

    /// How it is written in the audit log, as an actor.
    pub fn actor(&self) -> String {
        actor(&self.client)
    }
}

/// Why a program is not let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Denied {
    /// It brings no token, or several.
    NoToken,
    /// Its token is nobody's.
    Unknown,
    /// Its token is over.
    Over,
    /// The database can't say.
    Failed,
}

impl Denied {
    pub(crate) fn status(self) -> StatusCode {
        match self {
            Self::Failed => StatusCode::INTERNAL_SERVER_ERROR,
            _ => StatusCode::UNAUTHORIZED,
        }
    }

    /// What it is told.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::NoToken => "send one bearer token of an API client",
            Self::Unknown => {
                "no API client has this token, or it was revoked: ask whoever runs the service, or for a new token"
            }
            Self::Over => "this token is over: ask for a new one",
            Self::Failed => "the service failed; try again",
        }
    }

    /// What stands in `WWW-Authenticate` (RFC 6750, section 3).
    pub(crate) fn challenge(self) -> Option<HeaderValue> {
        let challenge = match self {
            Self::NoToken => "Bearer",
            Self::Unknown => "Bearer error=\"invalid_token\"",
            Self::Over => "Bearer error=\"invalid_token\", error_description=\"the token is over\"",
            Self::Failed => return None,
        };
        Some(HeaderValue::from_static(challenge))
    }
}

/// Whether a request comes from an API client that may do something to resources of a kind: `c`, `r`, `u`,
/// `d` or `s`, as in the scopes of SMART 2.
pub(crate) async fn allowed(
    web: &Web,
    headers: &HeaderMap,
    resource: &str,
    act: char,
) -> Result<Granted, Response> {
    let granted = let_in(web, headers).await?;
    if granted.may(resource, act) {
        return Ok(granted);
    }
    let why = format!("this token has no scope such as system/{resource}.{act}");
    let challenge = HeaderValue::from_static("Bearer error=\"insufficient_scope\"");
    Err(challenged(refuse(StatusCode::FORBIDDEN, "forbidden", &why), Some(challenge)))
}

/// The program that a request comes from, whatever it may do; or why it is not let in, as FHIR says it.
pub(crate) async fn let_in(web: &Web, headers: &HeaderMap) -> Result<Granted, Response> {
    program(web, headers).await.map_err(|denied| {
        let code = if denied == Denied::Failed { "exception" } else { "login" };
        challenged(refuse(denied.status(), code, denied.words()), denied.challenge())
    })
}

/// The program that a request comes from, whatever it may do.
pub(crate) async fn program(web: &Web, headers: &HeaderMap) -> Result<Granted, Denied> {
    let token = bearer(headers).ok_or(Denied::NoToken)?;
    match web.app.bearer(token, web.now()).await {
        Ok(Bearer::Program { name, scopes }) => Ok(Granted { client: name, scopes }),
        Ok(Bearer::Over) => Err(Denied::Over),
        Ok(Bearer::Nobody) => Err(Denied::Unknown),
        Err(error) => {
            tracing::error!(error = %crate::pages::in_words(&error), "an API client could not be looked up");
            Err(Denied::Failed)
        }
    }
}

/// The one bearer token of a request.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut sent = headers.get_all(header::AUTHORIZATION).iter();
    let value = sent.next().filter(|_| sent.next().is_none())?;
    let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("Bearer") && !token.is_empty()).then_some(token)
}

pub(crate) fn challenged(mut response: Response, challenge: Option<HeaderValue>) -> Response {
    if let Some(challenge) = challenge {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
    }
    response
}
