//! Which program calls, as the plain API needs to know it.

use axum::{
    extract::{FromRequestParts, Path},
    http::{HeaderMap, StatusCode, header, request::Parts},
};

use super::problem::Problem;
use crate::{Web, access::allowed};

/// A program that may do what it asks for.
pub(super) struct Caller {
    name: String,
    actor: String,
}

impl Caller {
    /// The program behind a request, if it may do something to resources of a kind, as in the scopes of SMART 2.
    pub(super) async fn of(web: &Web, headers: &HeaderMap, kind: &str, act: char) -> Result<Self, Problem> {
        match allowed(web, headers, kind, act).await {
            Ok(granted) => Ok(Self { actor: granted.actor(), name: granted.client }),
            Err(refused) => Err(match refused.status() {
                StatusCode::UNAUTHORIZED => {
                    let why =
                        "send \"Authorization: Bearer TOKEN\" with a token of an API client that is not over";
                    let challenge = refused.headers().get(header::WWW_AUTHENTICATE).cloned();
                    Problem::new(StatusCode::UNAUTHORIZED, "unauthorized", why)
                        .and(header::WWW_AUTHENTICATE, challenge)
                }
                StatusCode::FORBIDDEN => {
                    let why = format!("this token has no scope such as system/{kind}.{act}");
                    Problem::new(StatusCode::FORBIDDEN, "forbidden", &why)
                }
                status => Problem::new(status, "busy", "the service could not look at the token; try again")
                    .with(header::RETRY_AFTER, "5"),
            }),
        }
    }

    /// Who it is in the audit log.
    pub(super) fn reader(&self) -> String {
        self.actor.clone()
    }

    /// Its name.
    pub(super) fn name(&self) -> &str {
        &self.name
    }
}

/// The id in the path of a request.
pub(super) struct Id(pub String);

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match Path::<String>::from_request_parts(parts, state).await {
            // Whatever it is, nothing has such an id.
            Ok(Path(id)) if id.len() <= 200 && !id.chars().any(char::is_control) => Ok(Self(id)),
            _ => Err(Problem::not_found("nothing has this id")),
        }
    }
}
