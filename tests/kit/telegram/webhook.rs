//! The webhook: where updates go, in which order, and how often they are tried again. The pauses are
//! those of Telegram's own server, on the kit's clock.

use std::{collections::BTreeSet, time::Duration};

use axum::{
    body::Body,
    http::{HeaderMap, Request, header},
};
use hyper_util::{
    client::legacy::{self, connect::HttpConnector},
    rt::TokioExecutor,
};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use super::{
    Shared,
    polling::remember_allowed,
    refusal::{Refusal, Reply},
    state::State,
    updates::Lane,
};

pub type Client = legacy::Client<HttpConnector, Body>;

/// The longest pause, in seconds; Telegram rolls dice between this and twice as much.
const LONGEST_PAUSE: i64 = 60;
/// The longest pause a webhook may ask for.
const LONGEST_ASKED_FOR: i64 = 3600;
/// How long a webhook may take, in real time.
const PATIENCE: Duration = Duration::from_secs(20);

/// Where updates go.
pub struct Webhook {
    url: String,
    secret: Option<String>,
    connections: i64,
    error: Option<(Timestamp, String)>,
}

/// What became of one try.
#[derive(Clone, Debug, PartialEq)]
pub struct Delivered {
    pub update: i64,
    /// The status the bot answered with, if it did.
    pub status: Option<u16>,
}

pub fn client() -> Client {
    legacy::Client::builder(TokioExecutor::new()).build_http()
}

/// `setWebhook`
pub fn set(state: &mut State, given: &Map<String, Value>) -> Reply {
    let url = given["url"].as_str().unwrap_or_default();
    let secret = given.get("secret_token").and_then(Value::as_str);
    if given.contains_key("certificate") {
        return Err(Refusal::violation("the test kit knows no certificates"));
    }
    if secret.is_some_and(|secret| secret.len() > 256) {
        return Err(Refusal::violation("secret token is too long"));
    }
    if secret.is_some_and(|secret| !secret.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))) {
        return Err(Refusal::violation("secret token contains unallowed characters"));
    }
    let connections = given.get("max_connections").and_then(Value::as_i64).unwrap_or(40);
    if !(1..=100).contains(&connections) {
        return Err(Refusal::violation("max_connections must be from 1 to 100"));
    }
    if url.is_empty() {
        return Ok(delete(state, given));
    }
    check_url(url)?;
    remember_allowed(state, given)?;
    forget_if_asked(state, given);
    let (url, secret) = (url.to_owned(), secret.map(str::to_owned));
    state.webhook = Some(Webhook { url, secret, connections, error: None });
    Ok(true.into())
}

/// Outside of this machine it has to be HTTPS on one of four ports.
fn check_url(url: &str) -> Result<(), Refusal> {
    if url.starts_with("http://127.0.0.1:") {
        return Ok(());
    }
    let Some(rest) = url.strip_prefix("https://") else {
        return Err(Refusal::violation("bad webhook: HTTPS url must be provided for webhook"));
    };
    let host = rest.split(['/', '?']).next().unwrap_or_default();
    match host.split_once(':').map(|(_, port)| port) {
        None | Some("443" | "80" | "88" | "8443") => Ok(()),
        Some(_) => {
            Err(Refusal::violation("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443"))
        }
    }
}

/// `deleteWebhook`
pub fn delete(state: &mut State, given: &Map<String, Value>) -> Value {
    forget_if_asked(state, given);
    state.webhook = None;
    true.into()
}

fn forget_if_asked(state: &mut State, given: &Map<String, Value>) {
    if given.get("drop_pending_updates") == Some(&Value::Bool(true)) {
        state.updates.forget_all();
    }
}

/// `getWebhookInfo`
pub fn info(state: &mut State, now: Timestamp) -> Value {
    state.updates.forget_old(now);
    let pending = state.updates.count();
    let mut info = json!({ "url": "", "has_custom_certificate": false, "pending_update_count": pending });
    if let Some(webhook) = &state.webhook {
        info["url"] = webhook.url.clone().into();
        info["max_connections"] = webhook.connections.into();
        info["ip_address"] = "127.0.0.1".into();
        if let Some((at, message)) = &webhook.error {
            info["last_error_date"] = at.as_second().into();
            info["last_error_message"] = message.clone().into();
        }
    }
    if let Some(allowed) = state.updates.allowed() {
        info["allowed_updates"] = json!(allowed);
    }
    info
}

/// An update on its way.
struct Parcel {
    id: i64,
    body: String,
    url: String,
    secret: Option<String>,
}

impl Shared {
    /// Delivers what is due, if there is a webhook.
    pub(super) async fn push(&self) {
        self.deliver().await;
    }

    pub(super) async fn deliver(&self) -> Vec<Delivered> {
        let mut delivered = Vec::new();
        while let Some(parcel) = self.change(pick) {
            let (update, outcome) = (parcel.id, self.carry(parcel).await);
            delivered.push(Delivered { update, status: outcome.as_ref().ok().map(|(status, _)| *status) });
            self.change(|state, now| settle(state, update, &outcome, now));
        }
        delivered
    }

    async fn carry(&self, parcel: Parcel) -> Result<(u16, HeaderMap), String> {
        let mut request = Request::post(parcel.url).header(header::CONTENT_TYPE, "application/json");
        if let Some(secret) = parcel.secret {
            request = request.header("X-Telegram-Bot-Api-Secret-Token", secret);
        }
        let request = request.body(Body::from(parcel.body)).expect("the address was looked at");
        match tokio::time::timeout(PATIENCE, self.client.request(request)).await {
            Ok(Ok(response)) => Ok((response.status().as_u16(), response.headers().clone())),
            Ok(Err(_)) => Err("Webhook connection closed".to_owned()),
            Err(_) => Err("Read timeout expired".to_owned()),
        }
    }
}

/// The first that is due, of those that are first in their lane.
fn pick(state: &mut State, now: Timestamp) -> Option<Parcel> {
    let webhook = state.webhook.as_ref()?;
    state.updates.forget_old(now);
    let mut seen: BTreeSet<Lane> = BTreeSet::new();
    let update = state
        .updates
        .waiting()
        .find(|update| seen.insert(update.lane) && !update.is_on_its_way && update.due <= now)?;
    update.is_on_its_way = true;
    let (url, secret) = (webhook.url.clone(), webhook.secret.clone());
    Some(Parcel { id: update.id, body: update.json().to_string(), url, secret })
}

fn settle(state: &mut State, id: i64, outcome: &Result<(u16, HeaderMap), String>, now: Timestamp) {
    let Some(update) = state.updates.waiting().find(|update| update.id == id) else { return };
    update.is_on_its_way = false;
    let (why, asked_for) = match outcome {
        Ok((200..=299, _)) => return state.updates.confirm(id),
        Ok((status, headers)) => {
            let header = headers.get(header::RETRY_AFTER).and_then(|value| value.to_str().ok());
            let seconds = header.and_then(|value| value.parse().ok()).unwrap_or(0);
            (format!("Wrong response from the webhook: {status}"), seconds)
        }
        Err(why) => (why.clone(), 0),
    };
    let mut wait = i64::clamp(asked_for, 0, LONGEST_ASKED_FOR);
    if wait == 0 && update.failures > 0 {
        update.pause = LONGEST_PAUSE.min(update.pause * 2);
        wait = update.pause;
    }
    update.failures += 1;
    update.due = now + SignedDuration::from_secs(wait);
    if update.due > update.expires() {
        state.updates.forget(id);
    }
    if let Some(webhook) = &mut state.webhook {
        webhook.error = Some((now, why));
    }
}
