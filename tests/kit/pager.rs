//! A program of the clinic's that is called about alerts: it listens on loopback, keeps what it is told.

use std::sync::{Arc, Mutex};

use axum::{Router, extract::State, http::HeaderMap, http::StatusCode, routing::post};
use foreword_bot::Webhook;

/// What calls are signed with.
pub const SECRET: &str = "a secret between the two";

/// The program.
#[derive(Clone)]
pub struct Pager {
    pub url: String,
    inner: Arc<Inner>,
}

struct Inner {
    calls: Mutex<Vec<Call>>,
}

/// One call: for whom, its signature and what it said.
#[derive(Clone, Debug)]
pub struct Call {
    pub to: String,
    pub signature: String,
    pub key: String,
    pub body: String,
}

impl Pager {
    /// Begins to listen.
    pub async fn start() -> Self {
        let inner = Arc::new(Inner { calls: Mutex::default() });
        let router = Router::new().route("/{who}", post(take)).with_state(Arc::clone(&inner));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, inner }
    }

    /// Whom it was called for, in order.
    pub fn called(&self) -> Vec<String> {
        self.calls().into_iter().map(|call| call.to).collect()
    }

    /// All calls.
    pub fn calls(&self) -> Vec<Call> {
        self.inner.calls.lock().unwrap().clone()
    }

    /// The way out that leads here.
    pub fn door() -> Webhook {
        let tls = foreword_bot::mail::inbox::trust("").unwrap();
        Webhook::new(SECRET, tls).unwrap()
    }
}

async fn take(
    State(inner): State<Arc<Inner>>,
    axum::extract::Path(to): axum::extract::Path<String>,
    headers: HeaderMap,
    body: String,
) -> StatusCode {
    let header =
        |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    let (signature, key) = (header("x-foreword-signature"), header("idempotency-key"));
    inner.calls.lock().unwrap().push(Call { to, signature, key, body });
    StatusCode::NO_CONTENT
}
