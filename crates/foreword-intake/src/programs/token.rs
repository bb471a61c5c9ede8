//! Tokens for programs that sign their requests: SMART Backend Services (client credentials with a private-key
//! JWT, RFC 7523), and where it is described.

use axum::{
    body::Bytes,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use foreword_app::access::{
    jwt::{KeySet, NotAccepted, Unchecked},
    programs::{Client, Given, NotGiven, Proof},
};
use serde_json::{Value, json};

use crate::{Web, limits::TOKEN_PATH, pages};

const SIGNED: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const FORM: &str = "application/x-www-form-urlencoded";

/// What is refused (RFC 6749, section 5.2).
enum Refused {
    /// `invalid_request`, `invalid_client`, `invalid_scope` or `unsupported_grant_type`, and why.
    Asked(&'static str, String),
    Failed,
}

/// What this server can do for SMART clients.
pub(crate) async fn about(State(web): State<Web>) -> Response {
    // One that lists permission-v1 as well is asked for scopes of version 1 by some clients.
    let about = json!({
        "token_endpoint": address(&web),
        "grant_types_supported": ["client_credentials"],
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": ["RS384", "ES384"],
        "scopes_supported": ["system/*.rs", "system/*.cruds"],
        "capabilities": ["client-confidential-asymmetric", "permission-v2"],
    });
    (
        [
            (header::CONTENT_TYPE, "application/json"),
            // Open to read for every page of others: it holds what is public anyway.
            (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        ],
        about.to_string(),
    )
        .into_response()
}

/// Gives a token.
pub(crate) async fn give(State(web): State<Web>, headers: HeaderMap, body: Bytes) -> Response {
    match given(&web, &headers, &body).await {
        Ok(given) => {
            let answer = json!({
                "access_token": given.token.reveal(),
                "token_type": "bearer",
                "expires_in": given.good_for.as_secs(),
                "scope": given.scopes.to_string(),
            });
            answered(StatusCode::OK, &answer)
        }
        Err(Refused::Asked(code, why)) => {
            tracing::info!(code, why, "a program was given no token");
            answered(StatusCode::BAD_REQUEST, &json!({ "error": code, "error_description": plain(&why) }))
        }
        Err(Refused::Failed) => {
            answered(StatusCode::INTERNAL_SERVER_ERROR, &json!({ "error": "server_error" }))
        }
    }
}

async fn given(web: &Web, headers: &HeaderMap, body: &[u8]) -> Result<Given, Refused> {
    let now = web.now();
    let [grant, kind, assertion, scope, client_id] = fields(headers, body)?;
    let request = |why: &str| Refused::Asked("invalid_request", why.to_owned());
    let not_client = |why: NotAccepted| Refused::Asked("invalid_client", why.0);
    match grant.as_deref() {
        Some("client_credentials") => {}
        Some(_) => {
            let why = "grant_type must be client_credentials".to_owned();
            return Err(Refused::Asked("unsupported_grant_type", why));
        }
        None => return Err(request("grant_type is missing: it must be client_credentials")),
    }
    if kind.as_deref() != Some(SIGNED) {
        return Err(request(&format!("client_assertion_type must be {SIGNED}")));
    }
    let assertion = assertion.ok_or_else(|| request("client_assertion is missing: a JWT you signed"))?;
    let signed = Unchecked::read(&assertion).map_err(not_client)?;
    let id = signed.issuer().unwrap_or_default();
    if client_id.is_some_and(|given| given != id) {
        return Err(Refused::Asked("invalid_client", "client_id and the iss of the JWT differ".to_owned()));
    }
    let client = web.app.signing_client(id).await.map_err(|error| failed(&error))?;
    let client = client.ok_or_else(|| {
        let why = "no client has the iss of the JWT as its id, or it was revoked";
        Refused::Asked("invalid_client", why.to_owned())
    })?;
    let keys = keys(web, &client, &signed).await.map_err(|why| Refused::Asked("invalid_client", why))?;
    let checked = signed.check(&keys).map_err(not_client)?;
    let scope = scope.unwrap_or_default();
    let given = web.app.give_token(&client, &checked, &scope, &address(web), now).await;
    given.map_err(|error| failed(&error))?.map_err(|why| match why {
        NotGiven::Client(why) => Refused::Asked("invalid_client", why),
        NotGiven::Scope(why) => Refused::Asked("invalid_scope", why),
    })
}

/// The public keys of a client.
async fn keys(web: &Web, client: &Client, signed: &Unchecked) -> Result<KeySet, String> {
    match &client.proof {
        Proof::Keys(keys) => KeySet::read(keys).map_err(|why| why.0),
        Proof::KeysAt(address) => web.programs.keys_at(address, signed, web.now()).await,
        Proof::Token => Err("this client holds a token, and signs nothing".to_owned()),
    }
}

/// The fields that matter, each at most once.
fn fields(headers: &HeaderMap, body: &[u8]) -> Result<[Option<String>; 5], Refused> {
    const NAMES: [&str; 5] =
        ["grant_type", "client_assertion_type", "client_assertion", "scope", "client_id"];
    let refuse = |why: String| Refused::Asked("invalid_request", why);
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if !kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case(FORM)) {
        return Err(refuse(format!("the body must be a form: {FORM}")));
    }
    let mut fields = [const { None }; 5];
    for (name, value) in form_urlencoded::parse(body) {
        let Some(place) = NAMES.iter().position(|known| *known == name) else { continue };
        if fields[place].replace(value.into_owned()).is_some() {
            return Err(refuse(format!("{name} stands there more than once")));
        }
    }
    Ok(fields)
}

/// How many of the fields that matter are there: for the fuzz targets.
#[cfg(feature = "fuzz")]
pub(super) fn read(headers: &HeaderMap, body: &[u8]) -> Option<usize> {
    fields(headers, body).ok().map(|fields| fields.iter().flatten().count())
}

/// Where tokens are given: what a JWT must be for.
fn address(web: &Web) -> String {
    format!("{}{TOKEN_PATH}", web.app.options().public_url)
}

fn answered(status: StatusCode, answer: &Value) -> Response {
    let mut response = (status, answer.to_string()).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
    response
}

/// Words in the letters an `error_description` may have.
fn plain(words: &str) -> String {
    let plain = |letter: char| match letter {
        '"' | '\\' => '\'',
        ' '..='~' => letter,
        _ => '?',
    };
    words.chars().map(plain).collect()
}

fn failed(error: &foreword_app::Error) -> Refused {
    tracing::error!(error = %pages::in_words(error), "a program could not be given a token");
    Refused::Failed
}
