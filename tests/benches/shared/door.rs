//! The doors a filled-in form comes through.

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, StatusCode, header},
};
use foreword_app::App;
use foreword_domain::{
    conversation::{Said, State},
    ids::ConversationId,
    message::{Channel, Inbound, InboxKey},
    response::{Respondent, Value},
};
use foreword_intake::{Limits, MailHook, ProgramSettings, Programs, Web};
use jiff::Timestamp;
use serde_json::json;
use std::sync::Arc;
use tower::ServiceExt;

/// A door.
#[derive(Clone)]
pub enum Door {
    /// The service's own verb, as pages, chats and mails use it.
    Receive(App, Timestamp),
    /// `POST /fhir/R4/QuestionnaireResponse`, with a token, up to the answer's last byte.
    Fhir(Box<Fhir>),
}

/// What a program needs.
#[derive(Clone)]
pub struct Fhir {
    router: Router,
    token: String,
    form: serde_json::Value,
}

/// What has to be told nobody at once.
fn answer(item: &str) -> &'static str {
    if item == "q9" { "0" } else { "1" }
}

impl Door {
    /// The door of a name, of a service whose clock stands.
    pub async fn open(name: &str, app: &App, now: Timestamp) -> Self {
        if name == "receive" {
            return Self::Receive(app.clone(), now);
        }
        assert_eq!(name, "fhir", "doors are receive and fhir");
        let many = Limits { per_second: u32::MAX, burst: u32::MAX, ..Limits::default() };
        let settings = ProgramSettings { limits: many, ..ProgramSettings::default() };
        let tls = foreword_bot::mail::inbox::trust("").unwrap();
        let router = foreword_intake::router(Web {
            app: app.clone(),
            clock: Arc::new(move || now),
            hook: None,
            mail: MailHook { secret: None, read: foreword_bot::mail::read_mail, arrived: Arc::new(|| ()) },
            fonts: foreword_summary::Fonts::embedded(),
            provider: None,
            programs: Programs::new(settings, tls).unwrap(),
        });
        let token = app.add_api_client("bench", "system/*.cruds", now).await.unwrap();
        let mut fhir = Fhir { router, token: token.reveal().clone(), form: json!({}) };
        let asked = fhir.send("GET", "Questionnaire/phq-9", Body::empty()).await;
        let mut items = Vec::new();
        pick(&asked["item"], &mut items);
        fhir.form = json!({
            "resourceType": "QuestionnaireResponse",
            "questionnaire": asked["url"],
            "status": "completed",
            "authored": now.to_string(),
            "item": items,
        });
        Self::Fhir(Box::new(fhir))
    }

    /// Whether programs come through it: what they send is kept as it was sent.
    pub fn is_for_programs(&self) -> bool {
        matches!(self, Self::Fhir(_))
    }

    /// One form handed in for a visit that asks it, of this patient.
    pub async fn hand_in(&self, conversation: ConversationId, patient: uuid::Uuid) {
        match self {
            Self::Receive(app, now) => {
                let items = ["q1", "q2", "q3", "q4", "q5", "q6", "q7", "q8", "q9", "difficulty"].into_iter();
                let values = items.map(|item| (item.to_owned(), Value::Choice(answer(item).to_owned())));
                let said = Said::Fill { ask: "phq-9".to_owned(), values: values.collect(), is_done: true };
                let key = InboxKey { source: "bench".to_owned(), id: conversation.to_string() };
                let (channel, by) = (Channel::Web, Respondent::Patient);
                let inbound = Inbound { key, conversation, channel, by, at_once: 1, said };
                let received = app.receive(inbound, *now).await.unwrap();
                assert_eq!((received.answered.len(), received.visit.standing.state), (10, State::Completed));
            }
            Self::Fhir(fhir) => {
                let mut form = fhir.form.clone();
                form["subject"] = json!({ "reference": format!("Patient/{patient}") });
                let stored = fhir.send("POST", "QuestionnaireResponse", Body::from(form.to_string())).await;
                assert_eq!(stored["meta"]["versionId"], "1");
            }
        }
    }
}

impl Fhir {
    async fn send(&self, method: &str, path: &str, body: Body) -> serde_json::Value {
        let request = Request::builder()
            .method(method)
            .uri(format!("/fhir/R4/{path}"))
            .header(header::HOST, "clinic.test")
            .header(header::AUTHORIZATION, format!("Bearer {}", self.token))
            .header(header::CONTENT_TYPE, "application/fhir+json")
            .body(body)
            .unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let status = response.status();
        let bytes = to_bytes(response.into_body(), 1 << 20).await.unwrap();
        assert!(
            matches!(status, StatusCode::OK | StatusCode::CREATED),
            "{status}: {}",
            String::from_utf8_lossy(&bytes)
        );
        serde_json::from_slice(&bytes).unwrap()
    }
}

/// An answer to each item that is asked, in the groups they stand in.
fn pick(asked: &serde_json::Value, picked: &mut Vec<serde_json::Value>) {
    for item in asked.as_array().into_iter().flatten() {
        let id = item["linkId"].as_str().unwrap();
        if let Some(options) = item["answerOption"].as_array() {
            let nth: usize = answer(id).parse().unwrap();
            let coding = &options[nth]["valueCoding"];
            picked.push(json!({ "linkId": id, "answer": [{ "valueCoding": coding }] }));
        } else {
            let mut within = Vec::new();
            pick(&item["item"], &mut within);
            if !within.is_empty() {
                picked.push(json!({ "linkId": id, "item": within }));
            }
        }
    }
}
