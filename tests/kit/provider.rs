//! A provider of accounts that can say whatever it should not (OpenID Connect).

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use axum::{
    Form, Json, Router,
    extract::{Query, State},
    http::StatusCode,
    routing::{get, post},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use foreword_intake::{Provider, ProviderSettings};
use ring::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair},
};
use serde_json::{Map, Value, json};

use super::Tab;

/// After every test has ended.
const LATE: i64 = 4_102_444_800;

/// A provider on loopback.
pub struct House {
    pub issuer: String,
    said: Shared,
}

type Shared = Arc<Mutex<Said>>;

/// A provider as the service is set up to know it.
pub fn known(issuer: &str, public_url: &str, set: impl FnOnce(&mut ProviderSettings)) -> Provider {
    let mut settings = ProviderSettings {
        issuer: issuer.to_owned(),
        client_id: "foreword".to_owned(),
        name: "the house".to_owned(),
        ..ProviderSettings::default()
    };
    set(&mut settings);
    let tls = foreword_bot::mail::inbox::trust("").unwrap();
    Provider::new(settings, public_url, tls).unwrap()
}

/// What it says next.
struct Said {
    keys: [EcdsaKeyPair; 2],
    issuer: String,
    claims: Map<String, Value>,
    header: Value,
    key_name: &'static str,
    /// Which key it signs with; only the first is known to be its own.
    signs_with: usize,
    refuses: bool,
    says_nobody: bool,
    asked: Vec<(String, String)>,
}

impl House {
    pub async fn open() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let key = || {
            let random = SystemRandom::new();
            let made = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
            EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, made.as_ref(), &random).unwrap()
        };
        let claims = json!({ "iss": issuer, "sub": "subject-1", "aud": "foreword", "exp": LATE, "iat": 1 });
        let said = Arc::new(Mutex::new(Said {
            keys: [key(), key()],
            issuer: issuer.clone(),
            claims: claims.as_object().cloned().unwrap(),
            header: json!({ "alg": "ES256", "kid": "1" }),
            key_name: "1",
            signs_with: 0,
            refuses: false,
            says_nobody: false,
            asked: Vec::new(),
        }));
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(about))
            .route("/keys", get(keys))
            .route("/token", post(token))
            .with_state(Arc::clone(&said));
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { issuer, said }
    }

    /// The provider as the service is set up to know it.
    pub fn known(&self, set: impl FnOnce(&mut ProviderSettings)) -> Provider {
        known(&self.issuer, "http://localhost", set)
    }

    /// Its next tokens say this.
    pub fn claim(&self, name: &str, value: Value) {
        self.said.lock().unwrap().claims.insert(name.to_owned(), value);
    }

    /// Its next tokens do not say this.
    pub fn leave_out(&self, name: &str) {
        self.said.lock().unwrap().claims.remove(name);
    }

    pub fn sign_with_a_key_of_somebody_else(&self) {
        self.said.lock().unwrap().signs_with = 1;
    }

    /// It signs with another key from now on, which is its own.
    pub fn change_keys(&self) {
        let mut said = self.said.lock().unwrap();
        said.keys.swap(0, 1);
        said.key_name = "2";
        said.header = json!({ "alg": "ES256", "kid": "2" });
    }

    pub fn sign_not_at_all(&self) {
        self.said.lock().unwrap().header = json!({ "alg": "none" });
    }

    pub fn refuse_the_code(&self) {
        self.said.lock().unwrap().refuses = true;
    }

    pub fn say_not_who_it_is(&self) {
        self.said.lock().unwrap().says_nobody = true;
    }

    /// The fields of the last request for a token.
    pub fn asked(&self, name: &str) -> Option<String> {
        let said = self.said.lock().unwrap();
        said.asked.iter().find(|(field, _)| field == name).map(|(_, value)| value.clone())
    }

    /// Goes from the sign-in page to the provider, is asked there, and comes back with what it gives.
    pub async fn pass(&self, tab: &mut Tab, next: &str) {
        let sent = self.leave(tab, next).await;
        self.claim("nonce", json!(sent["nonce"]));
        let back = format!("/clinic/sign-in/provider/back?code=c0de&state={}", sent["state"]);
        tab.open(&back).await;
    }

    /// What the provider is asked by whom the sign-in page sends there.
    pub async fn leave(&self, tab: &mut Tab, next: &str) -> BTreeMap<String, String> {
        let response = tab.once("GET", &format!("/clinic/sign-in/provider?next={next}"), None, &[]).await;
        assert_eq!(response.status(), StatusCode::SEE_OTHER);
        let to = response.headers()["location"].to_str().unwrap().to_owned();
        let at = format!("{}/authorize?", self.issuer);
        assert!(to.starts_with(&at), "{to}");
        let Query(fields) = Query::try_from_uri(&to.parse().unwrap()).unwrap();
        fields
    }
}

impl Said {
    fn token(&self) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let body = format!("{}.{}", part(&self.header), part(&Value::Object(self.claims.clone())));
        if self.header["alg"] == "none" {
            return format!("{body}.");
        }
        let signed = self.keys[self.signs_with].sign(&SystemRandom::new(), body.as_bytes()).unwrap();
        format!("{body}.{}", URL_SAFE_NO_PAD.encode(signed))
    }
}

async fn about(State(said): State<Shared>) -> Json<Value> {
    let issuer = &said.lock().unwrap().issuer;
    Json(json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{issuer}/keys"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256", "none"],
    }))
}

async fn keys(State(said): State<Shared>) -> Json<Value> {
    let said = said.lock().unwrap();
    let point = said.keys[0].public_key().as_ref();
    let part = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let key = json!({ "kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": said.key_name,
        "x": part(&point[1..33]), "y": part(&point[33..]) });
    Json(json!({ "keys": [key] }))
}

async fn token(
    State(said): State<Shared>,
    Form(asked): Form<Vec<(String, String)>>,
) -> (StatusCode, Json<Value>) {
    let mut said = said.lock().unwrap();
    said.asked = asked;
    if said.refuses {
        return (StatusCode::BAD_REQUEST, Json(json!({ "error": "invalid_grant" })));
    }
    let mut answer = json!({ "access_token": "not-used", "token_type": "Bearer", "expires_in": 60 });
    if !said.says_nobody {
        answer["id_token"] = Value::String(said.token());
    }
    (StatusCode::OK, Json(answer))
}
