//! Where a messenger delivers what happens in chats. It is told that an update arrived when the update
//! is on disk, and repeats it otherwise.

use std::sync::Arc;

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use foreword_domain::{chat::Update, private::Private};

use crate::{Web, pages};

/// The largest update that is read, in bytes: a text of 4096 characters, quoted and escaped, has room.
pub(crate) const LARGEST_UPDATE: usize = 512 * 1024;

/// What the messenger's door needs here.
#[derive(Clone)]
pub struct Hook {
    /// What every delivery must carry.
    pub secret: Private<String>,
    /// Finds number and chat in an update.
    pub read: fn(&str) -> Option<Update>,
    /// Is told that something has come.
    pub arrived: Arc<dyn Fn() + Send + Sync>,
}

pub(crate) async fn telegram(State(web): State<Web>, headers: HeaderMap, body: String) -> Response {
    let Some(hook) = &web.hook else {
        return pages::not_found(State(web), axum::http::Uri::from_static("/hooks/telegram")).await;
    };
    let given = headers.get("x-telegram-bot-api-secret-token").and_then(|value| value.to_str().ok());
    if !given.is_some_and(|given| web.app.is_secret(given, hook.secret.reveal())) {
        return (StatusCode::UNAUTHORIZED, "the secret token is not the one that was set\n").into_response();
    }
    let Some(update) = (hook.read)(&body) else {
        // Repeating it would not make it readable.
        tracing::warn!(bytes = body.len(), "something that is no update came to the webhook");
        return (StatusCode::OK, "not an update; it was not taken in\n").into_response();
    };
    match web.app.take_updates(vec![update], web.now()).await {
        Ok(_) => {
            (hook.arrived)();
            (StatusCode::OK, "taken in\n").into_response()
        }
        Err(error) => {
            tracing::error!(error = %pages::in_words(&error), "an update could not be taken in; it will be repeated");
            (StatusCode::SERVICE_UNAVAILABLE, "not taken in; please repeat it\n").into_response()
        }
    }
}
