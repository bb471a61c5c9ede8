//! A program without FHIR: it books by JSON, reads what was answered, and is told what is wrong where.

use axum::{
    body::{Body, to_bytes},
    http::{HeaderMap, Request, StatusCode},
};
use foreword_domain::private::Private;
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::kit::{World, world::GRACE};

/// A program with a token.
struct Program<'a> {
    world: &'a World,
    token: Private<String>,
}

/// What it is answered.
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    bytes: Vec<u8>,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap()
    }

    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Is a problem with this status and last part of its type.
    #[track_caller]
    fn is(&self, status: u16, kind: &str) -> Value {
        let body = self.json();
        assert_eq!(self.status.as_u16(), status, "{body}");
        assert_eq!(self.header("content-type"), "application/problem+json");
        assert_eq!(body["type"], format!("urn:foreword:problem:{kind}"), "{body}");
        assert_eq!(body["status"], status);
        assert!(!body["title"].as_str().unwrap().is_empty() && !body["detail"].as_str().unwrap().is_empty());
        body
    }
}

impl<'a> Program<'a> {
    async fn new(world: &'a World, name: &str, scopes: &str) -> Self {
        Self { world, token: world.app.add_api_client(name, scopes, world.now()).await.unwrap() }
    }

    async fn send(&self, method: &str, path: &str, body: &str, extra: &[(&str, &str)]) -> Answer {
        let token = format!("Bearer {}", self.token.reveal());
        let mut request =
            Request::builder().method(method).uri(format!("/api/v1/{path}")).header("authorization", token);
        if !body.is_empty() && !extra.iter().any(|(name, _)| *name == "content-type") {
            request = request.header("content-type", "application/json");
        }
        for (name, value) in extra {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::from(body.to_owned())).unwrap();
        let response = self.world.router().oneshot(request).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = to_bytes(response.into_body(), 10 << 20).await.unwrap().to_vec();
        Answer { status, headers, bytes }
    }

    async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, "", &[]).await
    }

    async fn put(&self, path: &str, body: &Value) -> Answer {
        self.send("PUT", path, &body.to_string(), &[]).await
    }
}

/// Who did what to whom, newest first.
async fn noted(world: &World) -> Vec<String> {
    let rows = world.store.read(|txn| Box::pin(async move { foreword_store::audit::newest(txn, 50).await }));
    rows.await.unwrap().iter().map(|row| format!("{} {} {}", row.actor, row.action, row.subject)).collect()
}

fn grace() -> Value {
    json!({
        "patient_id": "P1", "given_name": "Grace", "family_name": "Okafor", "birth_date": "1958-03-14",
        "language": "en", "time_zone": "Europe/London", "email": "grace@home.test",
        "start": "2026-11-24T09:30", "duration_min": 20, "clinic": "North Clinic", "clinician": "Dr Roe",
        "type": "Wellbeing check", "status": "booked"
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn an_appointment_told_by_json_is_the_one_the_csv_feed_would_tell() {
    let world = World::new().await;
    let ehr = Program::new(&world, "ehr", "system/*.cruds").await;
    let made = ehr.put("appointments/A1", &grace()).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.json());
    let body = made.json();
    let id = body["id"].as_str().unwrap().to_owned();
    assert_eq!(made.header("location"), format!("http://clinic.test/api/v1/appointments/{id}"));
    assert_eq!(
        (&body["start"], &body["local_start"]),
        (&json!("2026-11-24T09:30:00Z"), &json!("2026-11-24T09:30:00+00:00"))
    );
    // The same by the feed says nothing new.
    assert_eq!(world.book(&[GRACE]).await[0].as_str(), "unchanged");
    // What is left out stays, null takes away, and the revision counts.
    let changed = ehr
        .put(&format!("appointments/{id}"), &json!({ "start": "2026-11-24T10:00:00Z", "email": null }))
        .await;
    assert_eq!(changed.status, StatusCode::OK, "{}", changed.json());
    let body = changed.json();
    assert_eq!(
        (&body["email"], &body["family_name"], &body["revision"]),
        (&Value::Null, &json!("Okafor"), &json!(2))
    );
    let again = ehr.get("appointments/A1").await.json();
    assert_eq!(again, body);
    // Cancelled is not gone.
    let cancelled = ehr.send("DELETE", "appointments/A1", "", &[]).await;
    assert_eq!((cancelled.status, &cancelled.json()["status"]), (StatusCode::OK, &json!("cancelled")));
    ehr.send("DELETE", "appointments/A9", "", &[]).await.is(404, "not-found");
    world.tick().await;
    assert_eq!(world.mails().len(), 0);
    let read = noted(&world).await;
    assert!(
        read.iter().any(|line| line == &format!("api:ehr appointment.read appointment:{id}")),
        "{read:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn every_fault_of_a_body_is_told_with_its_place_and_nothing_is_kept() {
    let world = World::new().await;
    let ehr = Program::new(&world, "ehr", "system/*.cruds").await;
    let mut wrong = grace();
    wrong["birth_date"] = json!("14.3.1958");
    wrong["famly_name"] = json!("Okafor");
    wrong["duration_min"] = json!("twenty");
    wrong["status"] = json!("maybe");
    wrong["clinic"] = Value::Null;
    let problem = ehr.put("appointments/A1", &wrong).await.is(422, "invalid-body");
    let errors = problem["errors"].as_array().unwrap();
    let pointers: Vec<&str> = errors.iter().map(|error| error["pointer"].as_str().unwrap()).collect();
    assert_eq!(pointers, ["/famly_name", "/status", "/birth_date", "/duration_min", "/clinic"]);
    assert_eq!(errors[0]["detail"], "is not known here; did you mean family_name?");
    ehr.get("appointments/A1").await.is(404, "not-found");
    let mut local = grace();
    local.as_object_mut().unwrap().remove("time_zone");
    assert_eq!(
        ehr.put("appointments/A1", &local).await.is(422, "invalid-body")["errors"][0]["pointer"],
        "/start"
    );
    ehr.put("appointments/A1", &json!({ "start": "2026-11-24T09:30:00Z" })).await.is(422, "refused");

    let post = |body: &'static str, kind: &'static str| {
        let ehr = &ehr;
        async move { ehr.send("POST", "appointments", body, &[("content-type", kind)]).await }
    };
    post("{}", "text/plain").await.is(415, "unsupported-media-type");
    post("{", "application/json").await.is(400, "invalid-json");
    post(r#"{"type":"a","type":"b"}"#, "application/json").await.is(400, "invalid-json");
    post("[]", "application/json; charset=utf-8").await.is(422, "invalid-body");
    let deep = format!("{}{}", "[".repeat(5000), "]".repeat(5000));
    ehr.send("POST", "appointments", &deep, &[]).await.is(400, "invalid-json");
    let large = format!("\"{}\"", "x".repeat(300 * 1024));
    ehr.send("POST", "appointments", &large, &[]).await.is(413, "too-large");
    ehr.get("appointments?limit=0").await.is(400, "invalid-parameter");
    ehr.get("appointments?cursor=x").await.is(400, "invalid-parameter");
    assert!(
        ehr.get("appointments?form=x").await.is(400, "invalid-parameter")["detail"]
            .as_str()
            .unwrap()
            .ends_with("did you mean from?")
    );
    ehr.get("nothing").await.is(404, "not-found");
    let not_allowed = ehr.send("PATCH", "appointments", "", &[]).await;
    not_allowed.is(405, "method-not-allowed");
    assert_eq!(not_allowed.header("allow"), "GET,HEAD,POST");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_opens_what_its_scopes_name_and_no_token_opens_nothing() {
    let world = World::new().await;
    world.invite_grace().await;
    let forms = Program::new(&world, "forms", "system/Questionnaire.r").await;
    assert_eq!(forms.get("instruments").await.status, StatusCode::OK);
    for path in [
        "appointments",
        "appointments/A1",
        "appointments/A1/summary",
        "appointments/A1/responses",
        "appointments/A1/scores",
        "alerts",
        "webhooks",
    ] {
        forms.get(path).await.is(403, "forbidden");
    }
    let nobody = Program { world: &world, token: Private::new("fw_nobody".to_owned()) };
    let refused = nobody.get("appointments/A1").await;
    refused.is(401, "unauthorized");
    assert!(refused.header("www-authenticate").starts_with("Bearer"));
    let open = Request::builder().uri("/openapi.json").body(Body::empty()).unwrap();
    assert_eq!(world.router().oneshot(open).await.unwrap().status(), StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeat_with_the_same_key_is_answered_and_not_done_again() {
    let mut world = World::with_options(|options| options.private_webhooks = true).await;
    world.leave_things_lying();
    let ehr = Program::new(&world, "ehr", "system/*.cruds").await;
    let other = Program::new(&world, "other", "system/*.cruds").await;
    let key = [("idempotency-key", "\"8e03978e-40d5-43dd-bc93-6894a57f9324\"")];
    let body = json!({ "url": "http://127.0.0.1:9/hook", "events": ["alert.raised"] }).to_string();
    let first = ehr.send("POST", "webhooks", &body, &key).await;
    let again = ehr.send("POST", "webhooks", &body, &key).await;
    assert_eq!((first.status, again.status), (StatusCode::CREATED, StatusCode::CREATED));
    assert_eq!(first.json(), again.json(), "with the secret, which was never seen");
    assert_eq!((first.header("idempotency-replayed"), again.header("idempotency-replayed")), ("", "true"));
    assert_eq!(world.app.webhooks().await.unwrap().len(), 1);
    let changed = body.replace("alert.raised", "alert.closed");
    ehr.send("POST", "webhooks", &changed, &key).await.is(422, "idempotency-key-reused");
    ehr.send("POST", "webhooks", &body, &[("idempotency-key", "")]).await.is(400, "invalid-parameter");
    assert_eq!(other.send("POST", "webhooks", &body, &key).await.header("idempotency-replayed"), "");
    // What was refused may come again with the same key.
    let mut told = grace();
    told["appointment_id"] = json!("A1");
    told["birth_date"] = json!("?");
    let key = [("idempotency-key", "second")];
    ehr.send("POST", "appointments", &told.to_string(), &key).await.is(422, "invalid-body");
    told["birth_date"] = json!("1958-03-14");
    assert_eq!(ehr.send("POST", "appointments", &told.to_string(), &key).await.status, StatusCode::CREATED);
    let again = ehr.send("POST", "appointments", &told.to_string(), &key).await;
    assert_eq!((again.status, again.header("idempotency-replayed")), (StatusCode::CREATED, "true"));
    // In flight, given up by its process, and forgotten after a day.
    let begun =
        world.app.begin_request("ehr", "third", b"POST webhooks\n{}".to_vec(), world.now()).await.unwrap();
    assert!(matches!(begun, foreword_app::requests::Before::New(_)));
    ehr.send("POST", "webhooks", "{}", &[("idempotency-key", "third")])
        .await
        .is(409, "idempotency-key-in-use");
    world.pass(jiff::SignedDuration::from_mins(2));
    ehr.send("POST", "webhooks", "{}", &[("idempotency-key", "third")]).await.is(422, "invalid-body");
    world.pass_hours(25);
    assert!(world.app.forget_requests(world.now()).await.unwrap() >= 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_come_in_pages_that_hold_every_line_once() {
    let world = World::new().await;
    let rows: Vec<String> = (1..=25)
        .map(|n| GRACE.replace("A1,P1", &format!("A{n},P{n}")).replace(",grace@home.test,", ",,"))
        .collect();
    world.book(&rows.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let ehr = Program::new(&world, "ehr", "system/Appointment.r").await;
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = ehr.get(&format!("appointments?limit=7{cursor}")).await.json();
        seen.extend(
            page["items"].as_array().unwrap().iter().map(|line| line["id"].as_str().unwrap().to_owned()),
        );
        // One that comes meanwhile upsets nothing.
        world
            .book(&[&GRACE
                .replace("A1,P1", &format!("B{},Q1", seen.len()))
                .replace("11-24", "11-23")
                .replace(",grace@home.test,", ",,")])
            .await;
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    let all = seen.len();
    seen.sort();
    seen.dedup();
    assert_eq!((all, seen.len()), (25, 25));
    let none = ehr.get("appointments?from=2027-01-01T00:00:00Z").await.json();
    assert_eq!(none, json!({ "items": [], "next": null }));
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_are_scored_without_being_kept_and_wrong_ones_are_named() {
    let world = World::new().await;
    let program = Program::new(&world, "forms", "system/Questionnaire.r").await;
    let instrument = program.get("instruments/gad-7").await.json();
    let items = instrument["items"].as_array().unwrap();
    let asked: Vec<&str> = items
        .iter()
        .filter(|item| item["kind"] == "choice")
        .map(|item| item["link_id"].as_str().unwrap())
        .collect();
    assert_eq!(asked.len(), 7);
    let answers = |values: &[Value]| -> Value {
        let pairs = asked.iter().zip(values).map(|(item, value)| ((*item).to_owned(), value.clone()));
        json!({ "answers": pairs.collect::<serde_json::Map<_, _>>() })
    };
    let score =
        async |body: &Value| program.send("POST", "instruments/gad-7/score", &body.to_string(), &[]).await;
    let values = [json!("2"), json!(1), json!(3.0), json!("0"), json!("1"), json!("2"), json!("2")];
    let scored = score(&answers(&values)).await;
    assert_eq!(scored.status, StatusCode::OK, "{}", scored.json());
    let total = &scored.json()["scores"][0];
    assert_eq!(
        (&total["value"], &total["status"], &total["band"]),
        (&json!(11.0), &json!("scored"), &json!("moderate"))
    );
    let few = score(&answers(&values[..3])).await.json();
    assert_eq!(
        (&few["scores"][0]["status"], &few["scores"][0]["value"]),
        (&json!("not-scored"), &Value::Null)
    );
    let mut wrong = answers(&[json!("9"), json!([1]), Value::Null]);
    wrong["answers"]["nothing"] = json!(1);
    let problem = score(&wrong).await.is(422, "invalid-body");
    assert_eq!(problem["errors"].as_array().unwrap().len(), 3);
    assert!(problem["errors"][0]["pointer"].as_str().unwrap().starts_with("/answers/"));
    program.get("instruments/nothing").await.is(404, "not-found");
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_handed_in_are_read_again_with_scores_and_the_page() {
    let world = World::new().await;
    world.invite_grace().await;
    let ehr = Program::new(&world, "ehr", "system/*.cruds").await;
    let form = ehr.get("instruments/gad-7").await.json();
    let items = form["items"].as_array().unwrap();
    let asked = items.iter().filter(|item| item["kind"] == "choice");
    let answers: serde_json::Map<String, Value> =
        asked.map(|item| (item["link_id"].as_str().unwrap().to_owned(), json!("2"))).collect();
    let body = json!({ "instrument": "gad-7", "answers": answers });
    let key = [("idempotency-key", "form-1")];
    let added = ehr.send("POST", "appointments/A1/responses", &body.to_string(), &key).await;
    assert_eq!(added.status, StatusCode::CREATED, "{}", added.json());
    let response = &added.json()["responses"][0];
    assert_eq!(
        (&response["instrument"], response["answers"].as_array().unwrap().len()),
        (&json!("gad-7"), 7)
    );
    assert_eq!(
        (&response["answers"][0]["value"], &response["answers"][0]["channel"]),
        (&json!("2"), &json!("api"))
    );
    assert!(response["completed_at"].is_string());
    let again = ehr.send("POST", "appointments/A1/responses", &body.to_string(), &key).await;
    assert_eq!((again.header("idempotency-replayed"), again.json()), ("true", added.json()));
    let scores = ehr.get("appointments/A1/scores").await.json();
    assert_eq!(scores["instruments"][0]["scores"][0]["value"], 14.0);
    let page = ehr.get("appointments/A1/summary").await.json();
    assert_eq!(page["name"], "Grace Okafor");
    assert_eq!(page["scores"][0]["value"], 14.0);
    for (accept, kind, begins) in [
        ("text/plain", "text/plain; charset=utf-8", ""),
        ("text/html", "text/html; charset=utf-8", "<!"),
        ("application/pdf", "application/pdf", "%PDF"),
    ] {
        let page = ehr.send("GET", "appointments/A1/summary", "", &[("accept", accept)]).await;
        assert_eq!((page.status, page.header("content-type")), (StatusCode::OK, kind));
        assert!(page.bytes.to_ascii_lowercase().starts_with(begins.to_ascii_lowercase().as_bytes()));
    }
    ehr.send("GET", "appointments/A1/summary", "", &[("accept", "image/png")])
        .await
        .is(406, "not-acceptable");
    let other = json!({ "instrument": "phq-99", "answers": {} }).to_string();
    ehr.send("POST", "appointments/A1/responses", &other, &[]).await.is(422, "invalid-body");
    let hidden =
        json!({ "instrument": "visit-agenda", "answers": { "topic-2": "Sleep" }, "complete": false });
    ehr.send("POST", "appointments/A1/responses", &hidden.to_string(), &[]).await.is(422, "refused");
    let stands = ehr.get("appointments/A1/responses").await.json();
    assert_eq!(
        stands["responses"].as_array().unwrap().len(),
        1,
        "what is not asked is not half-stored: {stands}"
    );
    let read = noted(&world).await;
    for action in ["responses.read", "summary.read", "response.handed-in"] {
        assert!(
            read.iter().any(|line| line.starts_with(&format!("api:ehr {action} appointment:"))),
            "{action} in {read:?}"
        );
    }
}
