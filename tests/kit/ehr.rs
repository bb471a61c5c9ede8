//! A record system on loopback that launches the page (SMART App Launch), and can say whatever it should not.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use axum::{
    Form, Json, Router,
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode},
    routing::{get, post},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use foreword_intake::{LaunchSettings, ProgramSettings, Reach};
use serde_json::{Value, json};

use super::{Tab, program::Signer};

/// What we are called there.
const CLIENT: &str = "foreword-page";
/// After every test has ended.
const LATE: i64 = 4_102_444_800;

/// The record system.
pub struct Ehr {
    pub iss: String,
    said: Shared,
}

type Shared = Arc<Mutex<Said>>;

struct Said {
    iss: String,
    signer: Signer,
    /// The one code it gave, with the challenge it was asked with and the nonce; used up by whoever comes first.
    code: Option<(String, String)>,
    patient: Value,
    claims: BTreeMap<&'static str, Value>,
}

impl Ehr {
    /// With one patient open, as it knows them.
    pub async fn open(patient: Value) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let iss = format!("{base}/fhir");
        let said = Arc::new(Mutex::new(Said {
            iss: iss.clone(),
            signer: Signer::p384(),
            code: None,
            patient,
            claims: BTreeMap::new(),
        }));
        let router = Router::new()
            .route("/fhir/.well-known/smart-configuration", get(about))
            .route("/fhir/Patient/{id}", get(patient_of))
            .route("/jwks", get(keys))
            .route("/token", post(token))
            .with_state(Arc::clone(&said));
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { iss, said }
    }

    /// As the service is set up to know it.
    pub fn known(&self) -> ProgramSettings {
        ProgramSettings {
            reach: Reach::Loopback,
            launch: LaunchSettings {
                iss: self.iss.clone(),
                client_id: CLIENT.to_owned(),
                client_secret: String::new(),
                identifier_system: "urn:mrn".to_owned(),
            },
            ..ProgramSettings::default()
        }
    }

    /// Its next tokens say this.
    pub fn claim(&self, name: &'static str, value: Value) {
        self.said.lock().unwrap().claims.insert(name, value);
    }

    /// Another patient is open.
    pub fn show(&self, patient: Value) {
        self.said.lock().unwrap().patient = patient;
    }

    /// Launches the page, and asks its user nothing; tells where they are sent back to.
    pub async fn launch(&self, tab: &mut Tab) -> String {
        let sent = tab.once("GET", &format!("/launch?iss={}&launch=l4unch", self.iss), None, &[]).await;
        assert_eq!(sent.status(), StatusCode::SEE_OTHER);
        let to = sent.headers()["location"].to_str().unwrap().to_owned();
        let Query(asked): Query<BTreeMap<String, String>> =
            Query::try_from_uri(&to.parse().unwrap()).unwrap();
        assert_eq!((asked["launch"].as_str(), asked["aud"].as_str()), ("l4unch", self.iss.as_str()));
        assert_eq!(
            (asked["code_challenge_method"].as_str(), asked["response_type"].as_str()),
            ("S256", "code")
        );
        assert_eq!(asked["redirect_uri"], "http://clinic.test/launch/callback");
        assert!(asked["scope"].split(' ').any(|scope| scope == "launch"));
        let mut said = self.said.lock().unwrap();
        said.code = Some((asked["code_challenge"].clone(), asked["nonce"].clone()));
        format!("/launch/callback?code=c0de&state={}", asked["state"])
    }
}

async fn about(State(said): State<Shared>) -> Json<Value> {
    let iss = said.lock().unwrap().iss.clone();
    let base = iss.trim_end_matches("/fhir");
    Json(json!({
        "issuer": iss,
        "authorization_endpoint": format!("{base}/authorize"),
        "token_endpoint": format!("{base}/token"),
        "jwks_uri": format!("{base}/jwks"),
    }))
}

async fn keys(State(said): State<Shared>) -> Json<Value> {
    Json(said.lock().unwrap().signer.public())
}

async fn token(
    State(said): State<Shared>,
    Form(asked): Form<BTreeMap<String, String>>,
) -> (StatusCode, Json<Value>) {
    let mut said = said.lock().unwrap();
    let refused = || (StatusCode::BAD_REQUEST, Json(json!({ "error": "invalid_grant" })));
    let Some((challenge, nonce)) = said.code.take() else { return refused() };
    let verifier = ring::digest::digest(&ring::digest::SHA256, asked["code_verifier"].as_bytes());
    if URL_SAFE_NO_PAD.encode(verifier) != challenge
        || asked["client_id"] != CLIENT
        || asked["code"] != "c0de"
    {
        return refused();
    }
    let mut claims =
        json!({ "iss": said.iss, "sub": "roe-there", "aud": CLIENT, "exp": LATE, "iat": 1, "nonce": nonce });
    for (name, value) in &said.claims {
        claims[*name] = value.clone();
    }
    let answer = json!({
        "access_token": "of-the-ehr",
        "token_type": "Bearer",
        "expires_in": 60,
        "scope": asked.get("scope"),
        "patient": said.patient["id"],
        "id_token": said.signer.sign(&claims),
    });
    (StatusCode::OK, Json(answer))
}

async fn patient_of(
    State(said): State<Shared>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> (StatusCode, Json<Value>) {
    let said = said.lock().unwrap();
    let may = headers.get("authorization").is_some_and(|sent| sent == "Bearer of-the-ehr");
    if may && said.patient["id"] == id.as_str() {
        (StatusCode::OK, Json(said.patient.clone()))
    } else {
        (StatusCode::FORBIDDEN, Json(json!({ "resourceType": "OperationOutcome" })))
    }
}
