//! CDS Hooks: the first lines of the summary page, where the clinician works. Nothing is asked of the program that
//! calls: what it does not send along is not known.

mod card;
#[cfg(feature = "fuzz")]
pub(crate) mod parsing;
mod request;

use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, Path, Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use foreword_app::access::{jwt::Unchecked, programs::actor};
use serde_json::{Value, json};

use crate::{
    Web,
    access::{Denied, bearer, challenged, program},
    guard, limits, pages,
};
use request::{Feedback, Hook};

/// Where the services are.
const ROOT: &str = "/cds-services";
/// What programs that ask for cards need to be allowed: the page is a `Composition`.
const READS: (&str, char) = ("Composition", 'r');
/// The largest call, in bytes: clients may send along more than is asked for.
const LARGEST: usize = 4 * 1024 * 1024;
/// Most entries of one feedback.
const MOST_FEEDBACK: usize = 50;

/// What is set up for CDS Hooks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CdsSettings {
    /// The system of the identifier that feeds take a patient's from; empty where none is named.
    pub identifier_system: String,
    /// Programs that sign their calls: issuer, and the address of their keys.
    pub issuers: Vec<(String, String)>,
    /// Pages in browsers that may call, by their origin.
    pub origins: Vec<String>,
}

/// The routes.
pub(crate) fn router() -> Router<Web> {
    Router::new()
        .route(ROOT, get(discover))
        .route("/cds-services/{id}", post(call).layer(DefaultBodyLimit::max(LARGEST)))
        .route("/cds-services/{id}/feedback", post(hear))
}

/// What there is; open to everybody.
async fn discover() -> Response {
    let service = |hook: Hook| {
        json!({
            "hook": hook.as_str(),
            "id": hook.service(),
            "title": "What the patient said before the visit",
            "description": "What matters to the patient, red flags, and the way to the summary page of the next visit.",
            "prefetch": { "patient": "Patient/{{context.patientId}}" },
        })
    };
    answered(&json!({ "services": Hook::ALL.map(service) }))
}

/// Answers a hook with a card, or with none.
async fn call(State(web): State<Web>, Path(id): Path<String>, headers: HeaderMap, body: Bytes) -> Response {
    let Some(hook) = Hook::ALL.into_iter().find(|hook| hook.service() == id) else {
        return limits::problem(StatusCode::NOT_FOUND, "there is no such service; see /cds-services");
    };
    let caller = match caller(&web, &headers, &format!("{ROOT}/{id}")).await {
        Ok(caller) => caller,
        Err(refused) => return refused,
    };
    let asked = match request::read(&body, hook) {
        Ok(asked) => asked,
        Err(why) => return limits::problem(StatusCode::BAD_REQUEST, &why),
    };
    let system = web.programs.0.cds.identifier_system.as_str();
    let named = match asked.named((!system.is_empty()).then_some(system)) {
        Ok(named) => named,
        Err(why) => return limits::problem(StatusCode::BAD_REQUEST, &why),
    };
    match web.app.previsit(&named, &caller, web.now()).await {
        Ok(Some(Some(told))) => {
            answered(&json!({ "cards": [card::card(&web, &told, asked.fhir_server.as_deref())] }))
        }
        Ok(Some(None)) => answered(&json!({ "cards": [] })),
        Ok(None) => {
            let why = "it can't be found out who the patient is: prefetch the Patient, with the identifier appointments come with and the birth date";
            limits::problem(StatusCode::PRECONDITION_FAILED, why)
        }
        Err(error) => failed(&error),
    }
}

/// Takes in what became of a card.
async fn hear(State(web): State<Web>, Path(id): Path<String>, headers: HeaderMap, body: Bytes) -> Response {
    if !Hook::ALL.into_iter().any(|hook| hook.service() == id) {
        return limits::problem(StatusCode::NOT_FOUND, "there is no such service; see /cds-services");
    }
    let caller = match caller(&web, &headers, &format!("{ROOT}/{id}/feedback")).await {
        Ok(caller) => caller,
        Err(refused) => return refused,
    };
    let heard = match request::feedback(&body, MOST_FEEDBACK) {
        Ok(heard) => heard,
        Err(why) => return limits::problem(StatusCode::BAD_REQUEST, &why),
    };
    for Feedback { card, is_accepted } in heard {
        let action = if is_accepted { "card.accepted" } else { "card.overridden" };
        if let Err(error) = web.app.note_read(&caller, action, &format!("card:{card}"), web.now()).await {
            return failed(&error);
        }
    }
    StatusCode::OK.into_response()
}

/// Who calls, for the audit log: a program that holds a token, or one that signs its calls.
async fn caller(web: &Web, headers: &HeaderMap, path: &str) -> Result<String, Response> {
    let deny = |denied: Denied| {
        let refused = limits::problem(denied.status(), denied.words());
        challenged(refused, denied.challenge())
    };
    let sent = bearer(headers).ok_or_else(|| deny(Denied::NoToken))?;
    if sent.contains('.') {
        return signer(web, sent, path).await.map_err(|why| {
            tracing::info!(why, "a call of a CDS client is not accepted");
            let challenge = HeaderValue::from_static("Bearer error=\"invalid_token\"");
            challenged(limits::problem(StatusCode::UNAUTHORIZED, &why), Some(challenge))
        });
    }
    let granted = program(web, headers).await.map_err(deny)?;
    if granted.may(READS.0, READS.1) {
        return Ok(granted.actor());
    }
    let why = "this token does not have the scope system/Composition.r, which cards take";
    let challenge = HeaderValue::from_static("Bearer error=\"insufficient_scope\"");
    Err(challenged(limits::problem(StatusCode::FORBIDDEN, why), Some(challenge)))
}

/// Who signed a call, if it is one of those that may, for this address and not used before.
async fn signer(web: &Web, sent: &str, path: &str) -> Result<String, String> {
    let now = web.now();
    let unchecked = Unchecked::read(sent).map_err(|why| why.0)?;
    let known = web.programs.0.cds.issuers.iter().find(|(iss, _)| Some(iss.as_str()) == unchecked.issuer());
    let (issuer, address) = known.ok_or("the iss of the JWT is none that was set up here (cds.issuers)")?;
    // What it says of its keys may only confirm what was set up.
    if unchecked.keys_at().is_some_and(|jku| jku != address) {
        return Err("the jku of the JWT is not the address that was set up for its iss".to_owned());
    }
    let keys = web.programs.keys_at(address, &unchecked, now).await?;
    let checked = unchecked.check(&keys).map_err(|why| why.0)?;
    let audience = format!("{}{path}", web.app.options().public_url);
    match web.app.is_fresh(&checked, &audience, now).await {
        Ok(fresh) => fresh.map_err(|why| why.0)?,
        Err(error) => {
            tracing::error!(error = %pages::in_words(&error), "a call of a CDS client could not be checked");
            return Err("the service failed; try again".to_owned());
        }
    }
    Ok(actor(issuer))
}

/// Lets pages of other sites call, where their origin was set up.
pub(crate) async fn across(State(web): State<Web>, mut request: Request, next: Next) -> Response {
    if !request.uri().path().starts_with(ROOT) {
        return next.run(request).await;
    }
    let origin = request.headers().get(header::ORIGIN).cloned();
    let origins = &web.programs.0.cds.origins;
    let Some(origin) =
        origin.filter(|origin| origins.iter().any(|known| origin.as_bytes() == known.as_bytes()))
    else {
        return next.run(request).await;
    };
    let mut response = if request.method() == Method::OPTIONS {
        let told = [
            (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST"),
            (header::ACCESS_CONTROL_ALLOW_HEADERS, "authorization, content-type"),
            (header::ACCESS_CONTROL_MAX_AGE, "600"),
        ];
        (StatusCode::NO_CONTENT, told).into_response()
    } else {
        // They bring no cookies: what they may is in the token they send.
        request.extensions_mut().insert(guard::Invited);
        next.run(request).await
    };
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.append(header::VARY, HeaderValue::from_static("origin"));
    response
}

fn answered(answer: &Value) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], answer.to_string()).into_response()
}

fn failed(error: &foreword_app::Error) -> Response {
    tracing::error!(error = %pages::in_words(error), "a CDS Hooks call could not be answered");
    limits::problem(StatusCode::INTERNAL_SERVER_ERROR, "the service failed; try again")
}
