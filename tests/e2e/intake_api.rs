//! Programs of the hospital's by FHIR: what they send is taken in as from any other door, and read again.

mod exporting;
mod handing_in;
mod reading;

use axum::{
    body::{Body, to_bytes},
    http::{HeaderMap, Request, StatusCode},
};
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::kit::World;

/// A program with a token.
pub struct Program<'a> {
    world: &'a World,
    token: String,
}

/// What a program was answered.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Value,
}

impl<'a> Program<'a> {
    pub async fn new(world: &'a World, scopes: &str) -> Self {
        Self::named(world, "ehr", scopes).await
    }

    pub async fn named(world: &'a World, name: &str, scopes: &str) -> Self {
        let token = world.app.add_api_client(name, scopes, world.now()).await.unwrap();
        Self { world, token: token.reveal().clone() }
    }

    /// A request with the program's token, to the FHIR endpoint unless the path begins at the root; headers as
    /// `name: value`.
    pub fn request(&self, method: &str, path: &str, headers: &[&str], body: &str) -> Request<Body> {
        let base = match path.chars().next() {
            None | Some('?') => "/fhir/R4",
            Some('/') => "",
            Some(_) => "/fhir/R4/",
        };
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{base}{path}"))
            .header("authorization", format!("Bearer {}", self.token));
        if !body.is_empty() && !headers.iter().any(|header| header.starts_with("content-type")) {
            request = request.header("content-type", "application/fhir+json");
        }
        for header in headers {
            let (name, value) = header.split_once(": ").unwrap();
            request = request.header(name, value);
        }
        request.body(Body::from(body.to_owned())).unwrap()
    }

    /// Sends a request, and takes what is answered as it comes.
    pub async fn raw(
        &self,
        method: &str,
        path: &str,
        headers: &[&str],
        body: &str,
    ) -> (StatusCode, HeaderMap, Vec<u8>) {
        let response = self.world.router().oneshot(self.request(method, path, headers, body)).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = to_bytes(response.into_body(), 1 << 24).await.unwrap();
        (status, headers, bytes.to_vec())
    }

    /// Sends a request; headers as `name: value`.
    pub async fn send(&self, method: &str, path: &str, headers: &[&str], body: &str) -> Answer {
        let (status, headers, bytes) = self.raw(method, path, headers, body).await;
        let body = if bytes.is_empty() { Value::Null } else { serde_json::from_slice(&bytes).unwrap() };
        Answer { status, headers, body }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], "").await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send("POST", path, &[], &body.to_string()).await
    }

    pub async fn put(&self, path: &str, body: &Value) -> Answer {
        self.send("PUT", path, &[], &body.to_string()).await
    }
}

impl Answer {
    /// The code of the first issue.
    pub fn code(&self) -> &str {
        self.body["issue"][0]["code"].as_str().unwrap_or_default()
    }

    /// The id of the resource.
    pub fn id(&self) -> String {
        self.body["id"].as_str().unwrap_or_default().to_owned()
    }
}

/// All ids of what a search found.
pub fn ids(bundle: &Value) -> Vec<String> {
    let entries = bundle["entry"].as_array().into_iter().flatten();
    entries.map(|entry| entry["resource"]["id"].as_str().unwrap().to_owned()).collect()
}

/// "Not at all", to "nearly every day".
pub const CODES: [&str; 4] = ["LA6568-5", "LA6569-3", "LA6570-1", "LA6571-9"];

/// A patient's response to the GAD-2.
pub fn gad_2(patient: &str, status: &str, answers: [Option<&str>; 2]) -> Value {
    let items = ["q1", "q2"].iter().zip(answers).filter_map(|(item, code)| {
        let code = code?;
        let coding = json!({ "system": "http://loinc.org", "code": code });
        Some(json!({ "linkId": item, "answer": [{ "valueCoding": coding }] }))
    });
    json!({
        "resourceType": "QuestionnaireResponse",
        "questionnaire": "http://clinic.test/fhir/R4/Questionnaire/gad-2",
        "status": status,
        "subject": { "reference": format!("Patient/{patient}") },
        "authored": "2026-11-20T09:00:00Z",
        "item": items.collect::<Vec<_>>(),
    })
}
