//! The same stream of what a clinic has to say, as CSV, iCalendar, HL7 v2 and FHIR, ends in the same database.

use std::{collections::BTreeMap, fmt::Write};

use axum::http::{Request, StatusCode};
use foreword_app::book::Booked;
use foreword_domain::{appointment::Status, booking::Told as Value};
use foreword_intake::feeds::{self, Format};
use foreword_store::{appointments, conversations, outbox, patients};
use jiff::{Timestamp, tz::TimeZone};
use serde_json::json;

use crate::kit::{
    World,
    year::{self, Stream, Told},
};

/// Feeds without a zone of their own are in the clinic's.
const ZONE: &str = "Europe/London";

/// What every feed can say of one message: times to the second, and one time that tells which is newer.
struct Said {
    id: String,
    patient: String,
    family: String,
    language: String,
    email: Option<String>,
    start: Timestamp,
    status: Status,
    written: Timestamp,
}

fn said(told: &Told) -> Said {
    let notice = &told.notice;
    Said {
        id: notice.appointment_id.clone(),
        patient: notice.patient_id.as_ref().unwrap().reveal().clone(),
        family: notice.family_name.as_ref().unwrap().reveal().clone(),
        language: notice.language.as_ref().unwrap().to_string(),
        email: match &notice.email {
            Value::Is(email) => Some(email.reveal().clone()),
            Value::Gone | Value::Nothing => None,
        },
        start: notice.start.unwrap(),
        status: notice.status,
        written: notice.version.at.unwrap(),
    }
}

fn local(at: Timestamp, form: &str) -> String {
    at.to_zoned(TimeZone::get(ZONE).unwrap()).strftime(form).to_string()
}

fn csv(stream: &[Said]) -> String {
    let mut text = format!("{},version\n", feeds::csv::COLUMNS.join(","));
    for s in stream {
        let email = s.email.as_deref().unwrap_or_default();
        let Said { id, patient, family, language, start, written, .. } = s;
        let status = s.status.as_str();
        writeln!(
            text,
            "{id},{patient},Pat,{family},1960-01-01,{language},{ZONE},{email},,{start},20,North,Dr Roe,Quick check,{status},{written}"
        )
        .unwrap();
    }
    text
}

fn ics(stream: &[Said]) -> String {
    let mut text = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//North//EN\r\n".to_owned();
    for s in stream {
        let status = match s.status {
            Status::Cancelled => "STATUS:CANCELLED".to_owned(),
            status => format!("X-FOREWORD-STATUS:{}", status.as_str()),
        };
        let lines = [
            "BEGIN:VEVENT".to_owned(),
            format!("UID:{}", s.id),
            format!("DTSTAMP:{}", s.written.strftime("%Y%m%dT%H%M%SZ")),
            format!("DTSTART;TZID={ZONE}:{}", local(s.start, "%Y%m%dT%H%M%S")),
            "DURATION:PT20M".to_owned(),
            status,
            "CATEGORIES:Quick check".to_owned(),
            "LOCATION:North".to_owned(),
            "ORGANIZER;CN=Dr Roe:mailto:roe@clinic.example".to_owned(),
            format!("X-FOREWORD-PATIENT-ID:{}", s.patient),
            "X-FOREWORD-GIVEN-NAME:Pat".to_owned(),
            format!("X-FOREWORD-FAMILY-NAME:{}", s.family),
            "X-FOREWORD-BIRTH-DATE:1960-01-01".to_owned(),
            format!("X-FOREWORD-LANGUAGE:{}", s.language),
            format!("X-FOREWORD-EMAIL:{}", s.email.as_deref().unwrap_or_default()),
            "END:VEVENT\r\n".to_owned(),
        ];
        text.push_str(&lines.join("\r\n"));
    }
    text + "END:VCALENDAR\r\n"
}

fn hl7(stream: &[Said]) -> String {
    let mut text = String::new();
    for (n, s) in stream.iter().enumerate() {
        let (event, filler) = match s.status {
            Status::Booked => ("S12", "Booked"),
            Status::Cancelled => ("S15", "Cancelled"),
            Status::Noshow => ("S26", "Noshow"),
            Status::Arrived => ("S14", "Arrived"),
            Status::Fulfilled => ("S14", "Complete"),
        };
        let start = s.start.strftime("%Y%m%d%H%M%S+0000");
        let email = s.email.as_ref().map_or("\"\"".to_owned(), |email| format!("^NET^Internet^{email}"));
        let (id, patient, family, language) = (&s.id, &s.patient, &s.family, &s.language);
        let written = s.written.strftime("%Y%m%d%H%M%S+0000");
        writeln!(
            text,
            "MSH|^~\\&|SCHED|HOSP|FOREWORD|FW|{written}||SIU^{event}^SIU_S12|M{n}|P|2.5.1||||||UNICODE UTF-8\r\
             SCH||{id}^SCHED||||ROUTINE|FOLLOWUP|QC^Quick check|20|min|^^^{start}||||||||||||||{filler}\r\
             PID|1||{patient}^^^HOSP^MR||{family}^Pat||19600101||||||{email}||{language}\r\
             AIL|1|A|North\r\
             AIP|1|A|D7^Roe^^^^Dr\r"
        )
        .unwrap();
    }
    text
}

fn fhir(stream: &[Said]) -> String {
    let mut text = String::new();
    for s in stream {
        let telecom: Vec<_> =
            s.email.iter().map(|email| json!({ "system": "email", "value": email })).collect();
        // FHIR knows no empty list; a telephone number that is old says that there is no address.
        let telecom = if telecom.is_empty() {
            json!([{ "system": "phone", "use": "old", "value": "0" }])
        } else {
            json!(telecom)
        };
        let appointment = json!({
            "resourceType": "Appointment",
            "meta": { "lastUpdated": s.written.to_string() },
            "contained": [{
                "resourceType": "Patient", "id": "p",
                "identifier": [{ "type": { "coding": [{ "code": "MR" }] }, "value": s.patient }],
                "name": [{ "family": s.family, "given": ["Pat"] }],
                "birthDate": "1960-01-01",
                "telecom": telecom,
                "communication": [{ "language": { "coding": [{ "code": s.language }] } }],
            }],
            "extension": [{ "url": "http://hl7.org/fhir/StructureDefinition/timezone", "valueCode": ZONE }],
            "identifier": [{ "value": s.id }],
            "status": s.status.as_str(),
            "appointmentType": { "text": "Quick check" },
            "start": s.start.to_string(),
            "minutesDuration": 20,
            "participant": [
                { "actor": { "reference": "#p" }, "status": "accepted" },
                { "actor": { "type": "Practitioner", "display": "Dr Roe" }, "status": "accepted" },
                { "actor": { "type": "Location", "display": "North" }, "status": "accepted" },
            ],
        });
        writeln!(text, "{appointment}").unwrap();
    }
    text
}

/// Everything that is in the database, without the ids that are random.
async fn contents(world: &World) -> String {
    let dump = world.store.read(|txn| {
        Box::pin(async move {
            let mut lines = Vec::new();
            for patient in patients::all(txn).await? {
                let p = patient.profile.reveal();
                let consents = patients::consents(txn, patient.id).await?;
                lines.push(format!(
                    "patient {} {} {} {} {} {} {:?} {:?} {consents:?}",
                    p.external_id,
                    p.given_name,
                    p.family_name,
                    p.birth_date,
                    patient.language,
                    patient.time_zone,
                    p.email,
                    p.phone
                ));
                for visit in appointments::of_patient(txn, patient.id).await? {
                    lines.push(format!(
                        "visit {} of {} at {} in {} {} min {} {} {} {} {}",
                        visit.external_id,
                        p.external_id,
                        visit.start,
                        visit.time_zone,
                        visit.duration_min,
                        visit.clinic,
                        visit.clinician,
                        visit.kind,
                        visit.status.as_str(),
                        visit.revision
                    ));
                    if let Some(asked) = conversations::about(txn, visit.id).await? {
                        lines.push(format!(
                            "asked in {} {:?} {:?} {:?}",
                            visit.external_id, asked.pathway, asked.script, asked.standing
                        ));
                    }
                    for row in outbox::of_appointment(txn, visit.id).await? {
                        lines.push(format!(
                            "owed for {} {} {} {} {} {} {:?}",
                            visit.external_id,
                            row.owed.as_str(),
                            row.not_before,
                            row.state,
                            row.channel.as_str(),
                            row.address.reveal(),
                            row.reason
                        ));
                    }
                }
            }
            lines.sort();
            Ok::<_, foreword_store::Error>(lines.join("\n"))
        })
    });
    dump.await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_stream_ends_in_the_same_database_whatever_the_feed() {
    let stream = Stream::new(77, 120);
    let said: Vec<Said> = stream.told.iter().map(said).collect();
    let now = said[said.len() / 2].written;
    let mut ends: BTreeMap<&str, (String, BTreeMap<&str, usize>)> = BTreeMap::new();
    for (format, text) in [
        (Format::Csv, csv(&said)),
        (Format::Ics, ics(&said)),
        (Format::Hl7, hl7(&said)),
        (Format::Fhir, fhir(&said)),
    ] {
        let mut world = World::with(&[], &[year::pathway()]).await;
        world.leave_things_lying();
        let rows = feeds::read(format, text.as_bytes(), &world.app.usual()).unwrap();
        assert_eq!(rows.len(), said.len(), "{format:?}");
        let booked = world.app.book(format.as_str(), rows, now, |_| ()).await.unwrap();
        let mut outcomes: BTreeMap<&str, usize> = BTreeMap::new();
        for (place, outcome) in &booked {
            assert!(!matches!(outcome, Booked::Refused(_)), "{format:?} {place}: {outcome:?}");
            *outcomes.entry(outcome.as_str()).or_default() += 1;
        }
        let before = contents(&world).await;
        assert!(before.lines().count() > 300, "{format:?}");
        // And once more, from the beginning: nothing changes.
        let rows = feeds::read(format, text.as_bytes(), &world.app.usual()).unwrap();
        world.app.book(format.as_str(), rows, now, |_| ()).await.unwrap();
        assert_eq!(contents(&world).await, before, "{format:?}");
        ends.insert(format.as_str(), (before, outcomes));
    }
    let expected = &ends["csv"];
    assert!(expected.1["outdated"] > 0 && expected.1["unchanged"] > 0, "{:?}", expected.1);
    for (format, end) in &ends {
        assert_eq!(end.1, expected.1, "{format}");
        for (line, expected) in end.0.lines().zip(expected.0.lines()) {
            assert_eq!(line, expected, "{format}");
        }
        assert_eq!(end.0.lines().count(), expected.0.lines().count(), "{format}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_appointment_by_the_api_is_taken_in_as_by_every_feed() {
    use tower::ServiceExt;

    let mut world = World::with(&[], &[year::pathway()]).await;
    world.leave_things_lying();
    let may = world.app.add_api_client("ehr", "system/Appointment.cru", world.now()).await.unwrap();
    let may_not = world.app.add_api_client("forms", "system/Questionnaire.rs", world.now()).await.unwrap();
    let send = async |method: &str, path: &str, token: &str, body: String| {
        let request = Request::builder()
            .method(method)
            .uri(format!("/fhir/R4/{path}"))
            .header("authorization", format!("Bearer {token}"))
            .header("content-type", "application/fhir+json")
            .body(axum::body::Body::from(body))
            .unwrap();
        let response = world.router().oneshot(request).await.unwrap();
        let status = response.status();
        let bytes = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
        (status, serde_json::from_slice::<serde_json::Value>(&bytes).unwrap())
    };
    let (may, may_not) = (may.reveal().as_str(), may_not.reveal().as_str());
    let one = |status, start: &str, written: &str| {
        let said = Said {
            id: "F1".to_owned(),
            patient: "P1".to_owned(),
            family: "Okafor".to_owned(),
            language: "en".to_owned(),
            email: Some("grace@home.test".to_owned()),
            start: start.parse().unwrap(),
            status,
            written: written.parse().unwrap(),
        };
        fhir(&[said])
    };
    let booked = one(Status::Booked, "2026-12-01T09:30:00Z", "2026-11-20T08:00:00Z");
    assert_eq!(send("POST", "Appointment", "no token", booked.clone()).await.0, StatusCode::UNAUTHORIZED);
    let (status, outcome) = send("POST", "Appointment", may_not, booked.clone()).await;
    assert_eq!((status, &outcome["issue"][0]["code"]), (StatusCode::FORBIDDEN, &json!("forbidden")));
    let (status, stored) = send("POST", "Appointment", may, booked.clone()).await;
    assert_eq!((status, &stored["status"]), (StatusCode::CREATED, &json!("booked")));
    assert_eq!(send("POST", "Appointment", may, booked.clone()).await.0, StatusCode::OK, "the same again");
    let moved = one(Status::Booked, "2026-12-08T09:30:00Z", "2026-11-20T08:30:00Z");
    let (status, stored) = send("PUT", "Appointment?identifier=F1", may, moved).await;
    let start: Timestamp = stored["start"].as_str().unwrap().parse().unwrap();
    assert_eq!((status, start), (StatusCode::OK, "2026-12-08T09:30:00Z".parse().unwrap()));
    let (status, outcome) = send("POST", "Appointment", may, booked.clone()).await;
    assert_eq!((status, &outcome["issue"][0]["code"]), (StatusCode::CONFLICT, &json!("conflict")));
    let id = stored["id"].as_str().unwrap();
    assert_eq!(
        send("GET", &format!("Appointment/{id}"), may, String::new()).await,
        (StatusCode::OK, stored.clone())
    );
    assert_eq!(send("GET", "Appointment/nobody", may, String::new()).await.0, StatusCode::NOT_FOUND);
    // Cancelled before it was booked here: the booking that comes late is overtaken.
    let other = |text: String| text.replace("\"F1\"", "\"F9\"");
    let cancelled = other(one(Status::Cancelled, "2026-12-01T09:30:00Z", "2026-11-20T08:30:00Z"));
    let cancelled = cancelled.replace(r#""start":"2026-12-01T09:30:00Z","#, "");
    assert_eq!(send("POST", "Appointment", may, cancelled).await.0, StatusCode::CONFLICT);
    assert_eq!(send("POST", "Appointment", may, other(booked.clone())).await.0, StatusCode::CONFLICT);
    let log = world.app.feed_log(10, "operator", world.now()).await.unwrap();
    let said: Vec<(&str, Option<&str>)> =
        log.iter().take(2).map(|entry| (entry.outcome.as_str(), entry.appointment.as_deref())).collect();
    assert_eq!(said, [("outdated", Some("F9")), ("outdated", Some("F9"))]);
    for (body, wanted) in [
        (booked.replace("2026-12-01T09:30:00Z", "tomorrow"), StatusCode::BAD_REQUEST),
        ("{".to_owned(), StatusCode::BAD_REQUEST),
        (booked.repeat(2), StatusCode::BAD_REQUEST),
        (
            booked.replace("\"P1\"", "\"P9\"").replace("20T08:00", "21T08:00"),
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
    ] {
        let (status, outcome) = send("POST", "Appointment", may, body).await;
        assert_eq!((status, &outcome["resourceType"]), (wanted, &json!("OperationOutcome")), "{outcome}");
        assert!(!outcome.to_string().contains("Okafor"), "{outcome}");
    }
    assert_eq!(world.line("F1").await.appointment.start, "2026-12-08T09:30:00Z".parse().unwrap());
}
