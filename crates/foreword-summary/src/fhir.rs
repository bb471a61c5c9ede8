//! The page as a FHIR document: a `Composition` that says what the page says, in its order, and behind it the
//! responses and scores it was made from.

mod narrative;

use std::sync::Arc;

use foreword_domain::{
    appointment::Appointment,
    ids::ResponseId,
    instrument::Instrument,
    language::Lang,
    patient::{Patient, Person},
    response::Answer,
    scoring::Score,
};
use foreword_fhir::resources::{
    self, Filled, ResponseStatus, Scored, Stamp, instant, observation, observation_id, reference, response,
};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::Summary;

const LOINC: &str = "http://loinc.org";
/// "Questionnaire response Document", as the HL7 CDA guide of that name and other guides use it.
const DOCUMENT_TYPE: &str = "74465-6";
/// What documents are known by: the visit and what the page says.
const DOCUMENTS: &str = "https://foreword.example/fhir/documents";

/// A page with what it was made from.
#[derive(Clone, Debug)]
pub struct Record {
    /// The patient.
    pub patient: Patient,
    /// The visit.
    pub appointment: Appointment,
    /// The page.
    pub summary: Summary,
    /// What was answered for this visit; nothing of what was set aside.
    pub responses: Vec<Administered>,
    /// Whether every question has its answer.
    pub is_complete: bool,
}

/// One administration of one instrument.
#[derive(Clone, Debug)]
pub struct Administered {
    /// Its id.
    pub id: ResponseId,
    /// The ask's key within the visit.
    pub ask: String,
    /// How often it was changed, from 1.
    pub version: u32,
    /// Where it stands.
    pub status: ResponseStatus,
    /// What was asked.
    pub instrument: Arc<Instrument>,
    /// What rules may know of the patient.
    pub person: Person,
    /// The answers as they stand.
    pub answers: Vec<Answer>,
    /// What they come to.
    pub scores: Vec<Score>,
    /// When the last answer came.
    pub authored: Timestamp,
}

impl Administered {
    fn stamp(&self) -> Stamp {
        Stamp { version: self.version, at: self.authored }
    }
}

/// The page printed, for the record of others.
#[derive(Clone, Copy, Debug)]
pub struct Printed<'a> {
    /// Where it is fetched.
    pub url: &'a str,
    /// SHA-1 of its bytes in base64, as FHIR wants it; it protects nothing.
    pub sha1: Option<&'a str>,
    /// Its bytes.
    pub size: Option<usize>,
}

/// What two forms of a document are known by as one: the visit and the digest of what the page says.
fn identifier(record: &Record) -> Value {
    json!({ "system": DOCUMENTS, "value": name(record) })
}

fn name(record: &Record) -> String {
    format!("{}.{}", record.appointment.id, record.summary.mark())
}

/// The document: a `Bundle` of the type `document`. `base` is the address of the FHIR endpoint.
pub fn document(record: &Record, base: &str, now: Timestamp) -> Value {
    let Record { patient, appointment, responses, .. } = record;
    // The page is made from both as they are now.
    let stamp = Stamp { version: 1, at: now };
    let mut resources = vec![composition(record, base, now), resources::patient(patient, stamp)];
    let visit_version = u32::try_from(appointment.revision).unwrap_or_default().saturating_add(1);
    let visit_stamp = Stamp { version: visit_version, at: now };
    resources.push(resources::appointment(appointment, patient, visit_stamp, base));
    for one in responses {
        let answers: Vec<&Answer> = one.answers.iter().collect();
        let filled = Filled {
            id: one.id,
            stamp: one.stamp(),
            status: one.status,
            instrument: &one.instrument,
            person: &one.person,
            patient: patient.id,
            appointment: appointment.id,
            answers: &answers,
            authored: one.authored,
        };
        resources.push(response(&filled, base));
    }
    for one in responses {
        resources.extend(one.scores.iter().filter_map(|score| {
            let scored = Scored {
                response: one.id,
                stamp: one.stamp(),
                instrument: &one.instrument,
                score,
                person: &one.person,
                patient: patient.id,
                appointment: appointment.id,
                effective: one.authored,
                issued: one.authored,
                is_amended: one.status == ResponseStatus::Amended,
                language: &Lang::english(),
            };
            observation(&scored, base)
        }));
    }
    let entries: Vec<Value> = resources
        .into_iter()
        .map(|resource| {
            let text = |key: &str| resource[key].as_str().unwrap_or_default();
            let url = reference(base, text("resourceType"), &text("id"));
            json!({ "fullUrl": url, "resource": resource })
        })
        .collect();
    json!({
        "resourceType": "Bundle",
        "id": name(record).replace('.', "-"),
        "meta": { "lastUpdated": instant(now) },
        "identifier": identifier(record),
        "type": "document",
        "timestamp": instant(now),
        "entry": entries,
    })
}

/// The `Composition`: its text is the head of the page, its sections are those of the page.
pub fn composition(record: &Record, base: &str, now: Timestamp) -> Value {
    let Record { patient, appointment, summary, responses, is_complete } = record;
    let scores = responses.iter().flat_map(|one| {
        let known = |score: &&Score| one.instrument.scale(&score.scale).is_some();
        one.scores.iter().filter(known).map(|score| observation_id(one.id, &score.scale))
    });
    let entries = narrative::Entries {
        scores: scores.map(|id| reference(base, "Observation", &id)).collect(),
        responses: responses.iter().map(|one| reference(base, "QuestionnaireResponse", &one.id)).collect(),
    };
    let visit = reference(base, "Appointment", &appointment.id);
    json!({
        "resourceType": "Composition",
        "id": appointment.id.to_string(),
        "meta": { "lastUpdated": instant(now) },
        "language": "en",
        "text": narrative::head(summary),
        "identifier": identifier(record),
        "status": status(*is_complete),
        "type": kind(),
        "subject": subject(patient, base),
        "date": instant(now),
        "author": [{ "type": "Device", "display": "Foreword" }],
        "title": title(summary),
        "event": [{
            "period": { "start": instant(appointment.start) },
            "detail": [{ "reference": visit, "type": "Appointment" }]
        }],
        "section": narrative::sections(summary, &entries),
    })
}

/// The `DocumentReference` of the page of a visit: the print, and the FHIR document beside it.
pub fn document_reference(record: &Record, printed: &Printed<'_>, base: &str, now: Timestamp) -> Value {
    let Record { patient, appointment, summary, is_complete, .. } = record;
    let mut pdf = json!({
        "contentType": "application/pdf",
        "language": "en",
        "url": printed.url,
        "title": title(summary),
        "creation": instant(now),
    });
    if let Some(hash) = printed.sha1 {
        pdf["hash"] = json!(hash);
    }
    if let Some(size) = printed.size {
        pdf["size"] = json!(size);
    }
    let document = reference(base, "Composition", &format!("{}/$document", appointment.id));
    let minutes = jiff::SignedDuration::from_mins(i64::from(appointment.duration_min));
    let end = appointment.start.checked_add(minutes).unwrap_or(appointment.start);
    json!({
        "resourceType": "DocumentReference",
        "id": appointment.id.to_string(),
        "meta": { "lastUpdated": instant(now) },
        "masterIdentifier": identifier(record),
        "status": "current",
        "docStatus": status(*is_complete),
        "type": kind(),
        "category": [{ "text": "Patient-reported outcomes" }],
        "subject": subject(patient, base),
        "date": instant(now),
        "author": [{ "type": "Device", "display": "Foreword" }],
        "description": title(summary),
        "content": [
            { "attachment": pdf },
            { "attachment": {
                "contentType": "application/fhir+json",
                "language": "en",
                "url": document,
                "title": title(summary),
                "creation": instant(now)
            }}
        ],
        "context": {
            "period": { "start": instant(appointment.start), "end": instant(end) },
            "related": [{ "reference": reference(base, "Appointment", &appointment.id), "type": "Appointment" }]
        }
    })
}

fn status(is_complete: bool) -> &'static str {
    if is_complete { "final" } else { "preliminary" }
}

fn kind() -> Value {
    json!({
        "coding": [{ "system": LOINC, "code": DOCUMENT_TYPE, "display": "Questionnaire response Document" }],
        "text": "What the patient reported before the visit"
    })
}

fn subject(patient: &Patient, base: &str) -> Value {
    json!({ "reference": reference(base, "Patient", &patient.id), "type": "Patient" })
}

/// It names the visit and not the patient: titles stand in lists.
fn title(summary: &Summary) -> String {
    format!("Before the visit: {}", summary.header.visit)
}
