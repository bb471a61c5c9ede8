//! Where a messenger delivers what happens in chats, and a provider what came by mail. They are told that
//! it arrived when it is on disk, and repeat it otherwise.

use std::sync::Arc;

use axum::{
    body::{Body, to_bytes},
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use foreword_domain::{chat::Update, private::Private};

use crate::{Web, pages};

/// The largest update that is read, in bytes: a text of 4096 characters, quoted and escaped, has room.
pub(crate) const LARGEST_UPDATE: usize = 512 * 1024;

/// The largest mail that is read, in bytes. Pictures may hang on it.
const LARGEST_MAIL: usize = 40 * 1024 * 1024;
/// Of a larger mail only the beginning is kept, in bytes: what was written stands before what is attached.
const KEPT_WHOLE: usize = 2 * 1024 * 1024;
/// That beginning.
const BEGINNING: usize = 256 * 1024;

/// What the door of mail needs here.
#[derive(Clone)]
pub struct MailHook {
    /// What every delivery must carry; where there is none, nothing is taken in here.
    pub secret: Option<Private<String>>,
    /// How a mail is read.
    pub read: foreword_app::mail::Read,
    /// Is told that something has come.
    pub arrived: Arc<dyn Fn() + Send + Sync>,
}

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

pub(crate) async fn mail(State(web): State<Web>, headers: HeaderMap, body: Body) -> Response {
    let Some(secret) = &web.mail.secret else {
        return pages::not_found(State(web), axum::http::Uri::from_static("/hooks/mail")).await;
    };
    let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let given = given.and_then(|given| given.strip_prefix("Bearer "));
    if !given.is_some_and(|given| web.app.is_secret(given, secret.reveal())) {
        let needs = [(header::WWW_AUTHENTICATE, "Bearer")];
        let why = "send \"Authorization: Bearer SECRET\" with the secret of mail.hook_secret\n";
        return (StatusCode::UNAUTHORIZED, needs, why).into_response();
    }
    // Nobody who has not shown the secret gets anything read.
    let Ok(body) = to_bytes(body, LARGEST_MAIL).await else {
        let why = "the mail is larger than 40 MB, or ended too early; it was not taken in\n";
        return (StatusCode::PAYLOAD_TOO_LARGE, why).into_response();
    };
    if foreword_app::mail::read_safely(web.mail.read, &body).is_none() {
        // Repeating it would not make it readable.
        tracing::warn!(bytes = body.len(), "something that is no mail came to the hook");
        return (StatusCode::UNPROCESSABLE_ENTITY, "this is no mail (RFC 5322); it was not taken in\n")
            .into_response();
    }
    let kept = if body.len() > KEPT_WHOLE { &body[..BEGINNING] } else { &body[..] };
    match web.app.take_mail(kept.to_vec(), web.mail.read, web.now()).await {
        Ok(_) => {
            (web.mail.arrived)();
            (StatusCode::OK, "taken in\n").into_response()
        }
        Err(error) => {
            tracing::error!(error = %pages::in_words(&error), "a mail could not be taken in; it will be repeated");
            (StatusCode::SERVICE_UNAVAILABLE, "not taken in; please repeat it\n").into_response()
        }
    }
}
