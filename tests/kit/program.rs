//! A program that uses the API: it asks with a token, or signs for one (SMART Backend Services).

use axum::{
    Json, Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Request, StatusCode},
    routing::get,
};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use jiff::Timestamp;
use ring::{
    rand::SystemRandom,
    rsa,
    signature::{ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, KeyPair, RSA_PKCS1_SHA384},
};
use serde_json::{Value, json};
use tower::ServiceExt;

/// Made for these tests, and used nowhere else; ring makes no RSA keys.
const RSA_KEY: &str = include_str!("program/rsa.pkcs8.b64");

/// What a program signs with.
pub enum Signer {
    Rsa(Box<rsa::KeyPair>),
    P384(Box<EcdsaKeyPair>),
}

impl Signer {
    pub fn rsa() -> Self {
        let key = STANDARD.decode(RSA_KEY.replace('\n', "")).unwrap();
        Self::Rsa(Box::new(rsa::KeyPair::from_pkcs8(&key).unwrap()))
    }

    pub fn p384() -> Self {
        let random = SystemRandom::new();
        let made = EcdsaKeyPair::generate_pkcs8(&ECDSA_P384_SHA384_FIXED_SIGNING, &random).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P384_SHA384_FIXED_SIGNING, made.as_ref(), &random);
        Self::P384(Box::new(pair.unwrap()))
    }

    pub fn algorithm(&self) -> &'static str {
        match self {
            Self::Rsa(_) => "RS384",
            Self::P384(_) => "ES384",
        }
    }

    /// Its public keys, as a JWK set.
    pub fn public(&self) -> Value {
        let part = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let key = match self {
            Self::Rsa(pair) => {
                let public = rsa::PublicKeyComponents::<Vec<u8>>::from(pair.public());
                json!({ "kty": "RSA", "kid": "k", "alg": "RS384", "key_ops": ["verify"],
                    "n": part(&public.n), "e": part(&public.e) })
            }
            Self::P384(pair) => {
                let point = pair.public_key().as_ref();
                json!({ "kty": "EC", "crv": "P-384", "kid": "k", "alg": "ES384", "use": "sig",
                    "x": part(&point[1..49]), "y": part(&point[49..]) })
            }
        };
        json!({ "keys": [key] })
    }

    /// A signed statement.
    pub fn sign(&self, claims: &Value) -> String {
        self.sign_with(&json!({ "alg": self.algorithm(), "kid": "k", "typ": "JWT" }), claims)
    }

    pub fn sign_with(&self, header: &Value, claims: &Value) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(header), part(claims));
        let random = SystemRandom::new();
        let signature = match self {
            Self::Rsa(pair) => {
                let mut signature = vec![0; pair.public().modulus_len()];
                pair.sign(&RSA_PKCS1_SHA384, &random, signed.as_bytes(), &mut signature).unwrap();
                signature
            }
            Self::P384(pair) => pair.sign(&random, signed.as_bytes()).unwrap().as_ref().to_vec(),
        };
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

/// What a program states of itself when it asks for a token; new each time.
pub fn claims(client_id: &str, now: Timestamp) -> Value {
    json!({
        "iss": client_id,
        "sub": client_id,
        "aud": "http://clinic.test/fhir/R4/token",
        "exp": now.as_second() + 240,
        "jti": foreword_app::access::nonce(),
    })
}

/// Asks for a token by a signed statement.
pub async fn ask(router: &Router, assertion: &str, scope: &str) -> Answer {
    let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    let fields = [
        ("grant_type", "client_credentials"),
        ("client_assertion_type", kind),
        ("client_assertion", assertion),
        ("scope", scope),
    ];
    post_form(router, &fields).await
}

pub async fn post_form(router: &Router, fields: &[(&str, &str)]) -> Answer {
    let mut body = String::new();
    for (name, value) in fields {
        let value = value.replace(':', "%3A").replace(' ', "+").replace('/', "%2F");
        body = format!("{body}{name}={value}&");
    }
    let kind = [("content-type", "application/x-www-form-urlencoded")];
    send(router, "POST", "/fhir/R4/token", &kind, body).await
}

/// What a program was answered.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    /// Nothing, where it is no JSON.
    pub body: Value,
}

pub async fn get_as(router: &Router, token: &str, path: &str) -> Answer {
    send(router, "GET", path, &[("authorization", &format!("Bearer {token}"))], String::new()).await
}

pub async fn send(
    router: &Router,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: String,
) -> Answer {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = router.clone().oneshot(request.body(Body::from(body)).unwrap()).await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    let bytes = to_bytes(response.into_body(), 1 << 22).await.unwrap();
    Answer { status, headers, body: serde_json::from_slice(&bytes).unwrap_or_default() }
}

/// A server on loopback that gives some keys away, as often as it is asked; tells its address.
pub async fn keys_server(keys: impl Fn() -> Value + Clone + Send + Sync + 'static) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/jwks.json", listener.local_addr().unwrap());
    let router = Router::new().route("/jwks.json", get(async move || Json(keys())));
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    address
}
