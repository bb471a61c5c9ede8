//! Webhooks: programs subscribe to what happens, and are told by ids and times.

use axum::{
    Json,
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use foreword_app::webhooks::Webhook;
use foreword_domain::{event::Kind, ids::WebhookId};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    body::{self, Given, text},
    caller::{Caller, Id},
    once::{self, Begun},
    page::Page,
    problem::Problem,
};
use crate::Web;

/// A program that is told what happens.
#[derive(Serialize, ToSchema)]
#[schema(as = Webhook)]
pub(super) struct View {
    #[schema(format = "uuid")]
    id: String,
    url: String,
    events: Vec<&'static str>,
    #[schema(format = DateTime)]
    created_at: String,
    /// What calls are signed with; shown when it is made, and not again.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    secret: Option<String>,
}

impl View {
    fn of(webhook: &Webhook, with_secret: bool) -> Self {
        Self {
            id: webhook.id.to_string(),
            url: webhook.url.reveal().clone(),
            events: webhook.events.iter().map(|kind| kind.as_str()).collect(),
            created_at: webhook.created_at.to_string(),
            secret: with_secret.then(|| webhook.secret.reveal().clone()),
        }
    }
}

/// What a program wants to be told, and where.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it is what the document says of the body, which `add` reads")]
#[schema(as = Subscription, example = json!({
    "url": "https://ehr.clinic.example/foreword", "events": ["visit.completed", "alert.raised"]
}))]
pub(super) struct Subscription {
    /// Where calls go: https, and outside the house unless `webhooks.private` allows it.
    #[schema(format = "uri", max_length = 1000)]
    url: String,
    /// `invitation.sent`, `visit.completed`, `alert.raised`, `alert.acknowledged`, `alert.closed`, `summary.changed`.
    #[schema(min_items = 1, max_items = 6)]
    events: Vec<String>,
}

/// The programs that are told what happens
#[utoipa::path(
    get, path = "/api/v1/webhooks", tag = "webhooks", operation_id = "listWebhooks",
    responses((status = 200, description = "All of them, on one page, without secrets.", body = Page<View>)),
    security(("token" = ["system/Subscription.r"]))
)]
pub(super) async fn list(State(web): State<Web>, headers: HeaderMap) -> Result<Response, Problem> {
    Caller::of(&web, &headers, "Subscription", 'r').await?;
    let all = web.app.webhooks().await.map_err(|error| Problem::of(&error))?;
    let items = all.iter().map(|webhook| View::of(webhook, false)).collect();
    Ok(Json(Page { items, next: None }).into_response())
}

/// Subscribe a program
#[utoipa::path(
    post, path = "/api/v1/webhooks", tag = "webhooks", operation_id = "addWebhook",
    params(("Idempotency-Key" = Option<String>, Header, max_length = 255, description = "A repeat with this key is answered and not done again.")),
    request_body = Subscription,
    responses((status = 201, description = "It, with its secret.", body = View,
        headers(("Location" = String, description = "Where it is read.")))),
    security(("token" = ["system/Subscription.c"]))
)]
pub(super) async fn add(State(web): State<Web>, headers: HeaderMap, body: Body) -> Result<Response, Problem> {
    let caller = Caller::of(&web, &headers, "Subscription", 'c').await?;
    let given = body::read(&headers, body).await?;
    let bytes = given.bytes.clone();
    let once = match once::begin(&web, &caller, &headers, (&Method::POST, "webhooks", &bytes)).await? {
        Begun::Before(_, id) => {
            // Whoever heard no answer never saw the secret.
            let mut response = created(&web, &find(&web, &id).await?);
            response.headers_mut().insert(once::REPLAYED, HeaderValue::from_static("true"));
            return Ok(response);
        }
        Begun::New(once) => once,
    };
    let done = subscribe(&web, &caller, given).await;
    let id = done.as_ref().map(|webhook| webhook.id.to_string());
    once.end(&web, id.as_ref().map(|id| (StatusCode::CREATED, id.as_str())).map_err(|problem| *problem))
        .await;
    Ok(created(&web, &done?))
}

async fn subscribe(web: &Web, caller: &Caller, given: Given) -> Result<Webhook, Problem> {
    let mut members = given.members(&["url", "events"]);
    let allowed = web.app.options().private_webhooks;
    let url = members.needed("url", |value| {
        let url = text(value)?;
        foreword_domain::event::check_target(url, allowed).map(|()| url.to_owned())
    });
    let events = members.needed("events", |value| {
        let words = value.as_array().filter(|words| !words.is_empty());
        let words = words.ok_or_else(|| "must be a list of at least one event".to_owned())?;
        words.iter().map(|word| text(word)?.parse::<Kind>()).collect::<Result<Vec<_>, _>>()
    });
    let (url, events) = members.done(url.zip(events))?;
    web.app.add_webhook(&url, &events, &caller.reader(), web.now()).await.map_err(|error| Problem::of(&error))
}

/// A program that is told what happens
#[utoipa::path(
    get, path = "/api/v1/webhooks/{id}", tag = "webhooks", operation_id = "readWebhook",
    params(("id" = String, Path)),
    responses((status = 200, description = "It, without its secret.", body = View)),
    security(("token" = ["system/Subscription.r"]))
)]
pub(super) async fn read(
    State(web): State<Web>,
    headers: HeaderMap,
    Id(id): Id,
) -> Result<Response, Problem> {
    Caller::of(&web, &headers, "Subscription", 'r').await?;
    Ok(Json(View::of(&find(&web, &id).await?, false)).into_response())
}

/// Tell a program nothing any more
#[utoipa::path(
    delete, path = "/api/v1/webhooks/{id}", tag = "webhooks", operation_id = "removeWebhook",
    params(("id" = String, Path)),
    responses((status = 204, description = "It is gone; what was still owed to it is not sent.")),
    security(("token" = ["system/Subscription.d"]))
)]
pub(super) async fn remove(
    State(web): State<Web>,
    headers: HeaderMap,
    Id(id): Id,
) -> Result<Response, Problem> {
    let caller = Caller::of(&web, &headers, "Subscription", 'd').await?;
    let id: WebhookId = id.parse().map_err(|_| gone())?;
    let was_there = web.app.remove_webhook(id, &caller.reader(), web.now()).await;
    if was_there.map_err(|error| Problem::of(&error))? {
        Ok(StatusCode::NO_CONTENT.into_response())
    } else {
        Err(gone())
    }
}

async fn find(web: &Web, id: &str) -> Result<Webhook, Problem> {
    let id: WebhookId = id.parse().map_err(|_| gone())?;
    web.app.webhook(id).await.map_err(|error| Problem::of(&error))?.ok_or_else(gone)
}

fn gone() -> Problem {
    Problem::not_found("there is no webhook with this id")
}

fn created(web: &Web, webhook: &Webhook) -> Response {
    let place = format!("{}/api/v1/webhooks/{}", web.app.options().public_url, webhook.id);
    let mut response = (StatusCode::CREATED, Json(View::of(webhook, true))).into_response();
    if let Ok(place) = place.parse() {
        response.headers_mut().insert(header::LOCATION, place);
    }
    response
}
