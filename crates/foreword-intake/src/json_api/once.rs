//! The header `Idempotency-Key`: what is sent a second time, because no answer was heard, is done once.
//!
//! What is kept is which key came with which body, both as keyed digests, the status, and the id of what it was
//! about; the answer is made anew from what stands then. What was refused is not kept, and may come again.

use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use foreword_app::requests::Before;

use super::{caller::Caller, problem::Problem};
use crate::Web;

/// The header.
const KEY: &str = "idempotency-key";
/// What a repeated answer carries.
pub(super) const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
/// Longest key, in bytes.
const LONGEST: usize = 255;

/// What a request with a key comes to.
pub(super) enum Begun {
    /// It is to be dealt with.
    New(Once),
    /// It was dealt with before: its status then, and the id of what it was about.
    Before(StatusCode, String),
}

/// A request that is being dealt with.
pub(super) struct Once(Option<foreword_app::requests::Request>);

/// Begins a request.
pub(super) async fn begin(
    web: &Web,
    caller: &Caller,
    headers: &HeaderMap,
    (method, path, body): (&Method, &str, &[u8]),
) -> Result<Begun, Problem> {
    let Some(key) = key(headers)? else { return Ok(Begun::New(Once(None))) };
    let mut content = format!("{method} {path}\n").into_bytes();
    content.extend_from_slice(body);
    let before = web.app.begin_request(caller.name(), key, content, web.now()).await;
    match before.map_err(|error| Problem::of(&error))? {
        Before::New(request) => Ok(Begun::New(Once(Some(request)))),
        Before::Begun => {
            let why = "a request with this Idempotency-Key is being dealt with; try again in a moment";
            Err(Problem::new(StatusCode::CONFLICT, "idempotency-key-in-use", why)
                .with(axum::http::header::RETRY_AFTER, "2"))
        }
        Before::Other => {
            let why = "this Idempotency-Key came before with another request; choose a new key for each";
            Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "idempotency-key-reused", why))
        }
        Before::Done(status, resource) => {
            Ok(Begun::Before(StatusCode::from_u16(status).unwrap_or(StatusCode::OK), resource))
        }
    }
}

impl Once {
    /// Ends it: what it came to is kept, where anything was done.
    pub(super) async fn end(self, web: &Web, done: Result<(StatusCode, &str), &Problem>) {
        let Some(request) = self.0 else { return };
        let done = done.ok().map(|(status, resource)| (status.as_u16(), resource.to_owned()));
        if let Err(error) = web.app.end_request(request, done).await {
            // The next one with this key finds it begun, and is told to wait.
            tracing::warn!(error = %crate::pages::in_words(&error), "what came of a request could not be kept");
        }
    }
}

/// The key of a request; a string of RFC 9651 may stand in quotes.
pub(super) fn key(headers: &HeaderMap) -> Result<Option<&str>, Problem> {
    let mut keys = headers.get_all(KEY).iter();
    let Some(key) = keys.next() else { return Ok(None) };
    let refused = || {
        let why = format!("must be one text of 1 to {LONGEST} visible ASCII characters, such as a UUID");
        Problem::parameter("Idempotency-Key", &why)
    };
    if keys.next().is_some() {
        return Err(refused());
    }
    let key = HeaderValue::to_str(key).map_err(|_| refused())?.trim();
    let key = key.strip_prefix('"').and_then(|key| key.strip_suffix('"')).unwrap_or(key);
    let is_one = (1..=LONGEST).contains(&key.len()) && key.chars().all(|c| c.is_ascii_graphic());
    if is_one { Ok(Some(key)) } else { Err(refused()) }
}
