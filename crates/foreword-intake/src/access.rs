//! Which program asks, and what it may do: bearer tokens and the scopes of SMART 2.

use axum::{
    http::{HeaderMap, StatusCode, header},
    response::Response,
};

use crate::{Web, api::refuse};

/// What a program may do.
#[derive(Clone, Debug)]
pub(crate) struct Granted {
    /// The program's name, for the audit log.
    pub client: String,
    scopes: String,
}

impl Granted {
    /// Whether it may do something to resources of a kind: `c`, `r`, `u`, `d` or `s`.
    pub fn may(&self, resource: &str, act: char) -> bool {
        permits(&self.scopes, resource, act)
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
    let token = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "));
    let client = match token {
        Some(token) => web.app.api_client(token.trim()).await,
        None => Ok(None),
    };
    match client {
        Ok(Some((client, scopes))) if permits(&scopes, resource, act) => Ok(Granted { client, scopes }),
        Ok(Some(_)) => {
            let why = format!("this token has no scope such as system/{resource}.{act}");
            Err(refuse(StatusCode::FORBIDDEN, "forbidden", &why))
        }
        Ok(None) => {
            let why = "send a bearer token of an API client";
            let mut refused = refuse(StatusCode::UNAUTHORIZED, "login", why);
            refused
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, header::HeaderValue::from_static("Bearer"));
            Err(refused)
        }
        Err(error) => {
            tracing::error!(error = %crate::pages::in_words(&error), "an API client could not be looked up");
            Err(refuse(StatusCode::INTERNAL_SERVER_ERROR, "exception", "the service failed; try again"))
        }
    }
}

fn permits(scopes: &str, resource: &str, act: char) -> bool {
    scopes.split([' ', ',']).any(|scope| {
        let what = scope.strip_prefix("system/").and_then(|scope| scope.split_once('.'));
        what.is_some_and(|(kind, acts)| {
            let are_acts = acts.chars().all(|act| "cruds".contains(act));
            [resource, "*"].contains(&kind) && (acts == "*" || are_acts && acts.contains(act))
        })
    })
}
