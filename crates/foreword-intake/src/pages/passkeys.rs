//! Passkeys, where somebody signs in and on the page of their account.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use foreword_app::{account::Change, passkey::Handed};

use super::{Failure, account, device, form::Fields, session::AtAccount, sign_in};
use crate::Web;

/// What the browser is asked for by whoever signs in.
pub(crate) async fn wanted(State(web): State<Web>) -> Response {
    match web.app.passkey_wanted(web.now()).await {
        Ok(Some(wanted)) => Json(wanted).into_response(),
        Ok(None) => Failure::gone(&web).into_response(),
        Err(error) => Failure::from(&web, &error).into_response(),
    }
}

pub(crate) async fn sign_in(State(web): State<Web>, headers: HeaderMap, fields: Fields) -> Response {
    let next = sign_in::inside(fields.get("next"));
    match web.app.sign_in_by_passkey(&handed(&fields), &device::name(&headers), web.now()).await {
        Ok(Some(secret)) => sign_in::let_in(&web, secret.reveal(), next),
        Ok(None) => sign_in::not_by_passkey(&web, next),
        Err(error) => Failure::from(&web, &error).into_response(),
    }
}

/// What the browser is asked for to make one; a refusal is a sentence that the page shows.
pub(crate) async fn new_wanted(State(web): State<Web>, at: AtAccount, fields: Fields) -> Response {
    let why = match web.app.new_passkey_wanted(at.staff.0.id, fields.get("present"), web.now()).await {
        Ok(Change::Made(wanted)) => return Json(wanted).into_response(),
        Ok(Change::Wrong) => account::WRONG.to_owned(),
        Ok(Change::Refused(why)) => account::sentence(&why),
        Err(error) => return Failure::from(&web, &error).into_response(),
    };
    (StatusCode::UNPROCESSABLE_ENTITY, [(header::CONTENT_TYPE, "text/plain; charset=utf-8")], why)
        .into_response()
}

pub(crate) async fn keep(
    State(web): State<Web>,
    at: AtAccount,
    headers: HeaderMap,
    fields: Fields,
) -> Response {
    let device = device::name(&headers);
    match web.app.keep_passkey(at.staff.0.id, &handed(&fields), &device, web.now()).await {
        Ok(Change::Made(codes)) if !codes.is_empty() => account::recovery(
            &web,
            &at,
            codes,
            "The passkey is added. From now on a password alone does not sign you in.",
        ),
        kept => account::settled(&web, &at, "passkeys", "The passkey is added.", kept).await,
    }
}

pub(crate) async fn remove(State(web): State<Web>, at: AtAccount, fields: Fields) -> Response {
    let (id, present) = (fields.get("passkey"), fields.get("present"));
    let removed = web.app.remove_passkey(at.staff.0.id, id, present, web.now()).await;
    account::settled(&web, &at, "passkeys", "The passkey is removed.", removed).await
}

fn handed(fields: &Fields) -> Handed {
    let field = |name| fields.get(name).to_owned();
    Handed {
        id: field("id"),
        client_data: field("client"),
        authenticator: field("authenticator"),
        signature: field("signature"),
        user: field("user"),
    }
}
