//! A program that subscribed: it listens on loopback, checks each signature with code of its own, and answers as it
//! is told to.

use std::sync::{Arc, Mutex};

use axum::{Router, extract::State, http::HeaderMap, http::StatusCode, routing::post};
use base64::{Engine, engine::general_purpose::STANDARD};
use ring::hmac;
use serde_json::Value;

/// The program.
#[derive(Clone)]
pub struct Subscriber {
    pub url: String,
    inner: Arc<Inner>,
}

struct Inner {
    secret: Mutex<String>,
    answer: Mutex<StatusCode>,
    calls: Mutex<Vec<Call>>,
}

/// One call whose signature is right.
#[derive(Clone, Debug)]
pub struct Call {
    pub id: String,
    pub at: i64,
    pub body: Value,
    pub raw: String,
}

impl Subscriber {
    /// Begins to listen.
    pub async fn start() -> Self {
        let inner = Arc::new(Inner {
            secret: Mutex::default(),
            answer: Mutex::new(StatusCode::NO_CONTENT),
            calls: Mutex::default(),
        });
        let router = Router::new().route("/hook", post(take)).with_state(Arc::clone(&inner));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, inner }
    }

    /// Is told the secret that calls are signed with.
    pub fn knows(&self, secret: &str) {
        secret.clone_into(&mut self.inner.secret.lock().unwrap());
    }

    /// Answers so from now on.
    pub fn answers(&self, status: StatusCode) {
        *self.inner.answer.lock().unwrap() = status;
    }

    /// All calls so far.
    pub fn calls(&self) -> Vec<Call> {
        self.inner.calls.lock().unwrap().clone()
    }

    /// What it was told of, in order.
    pub fn heard(&self) -> Vec<String> {
        self.calls().iter().map(|call| call.body["type"].as_str().unwrap().to_owned()).collect()
    }
}

async fn take(State(inner): State<Arc<Inner>>, headers: HeaderMap, body: String) -> StatusCode {
    let header = |name: &str| headers[name].to_str().unwrap().to_owned();
    let (id, at) = (header("webhook-id"), header("webhook-timestamp"));
    let secret = inner.secret.lock().unwrap().clone();
    let key = STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
    let key = hmac::Key::new(hmac::HMAC_SHA256, &key);
    let said = header("webhook-signature");
    let signature = STANDARD.decode(said.strip_prefix("v1,").unwrap()).unwrap();
    if hmac::verify(&key, format!("{id}.{at}.{body}").as_bytes(), &signature).is_err() {
        return StatusCode::UNAUTHORIZED;
    }
    let call = Call { id, at: at.parse().unwrap(), body: serde_json::from_str(&body).unwrap(), raw: body };
    inner.calls.lock().unwrap().push(call);
    *inner.answer.lock().unwrap()
}
