//! An appointment as an R4 `Appointment`.

use foreword_domain::{
    appointment::{Appointment, Status},
    patient::Patient,
};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

/// The time zone of a time, a place or a person.
pub(crate) const TIME_ZONE: &str = "http://hl7.org/fhir/StructureDefinition/timezone";

/// The `Appointment` of a visit. References to the patient begin with `base`, the address of the FHIR
/// endpoint; they are relative where that is empty.
pub fn appointment(visit: &Appointment, patient: &Patient, base: &str) -> Value {
    let mut out = Map::new();
    let mut put = |key: &str, value: Value| out.insert(key.to_owned(), value);
    put("resourceType", json!("Appointment"));
    put("id", json!(visit.id.to_string()));
    put("extension", json!([{ "url": TIME_ZONE, "valueCode": visit.time_zone }]));
    if !visit.external_id.trim().is_empty() {
        put("identifier", json!([{ "use": "usual", "value": visit.external_id.trim() }]));
    }
    put("status", json!(status(visit.status)));
    if !visit.kind.trim().is_empty() {
        put("appointmentType", json!({ "text": visit.kind }));
    }
    let length = SignedDuration::from_mins(i64::from(visit.duration_min));
    put("start", json!(instant(visit, visit.start)));
    // A start needs an end (app-2), even where the length is not known.
    put("end", json!(instant(visit, visit.start.checked_add(length).unwrap_or(visit.start))));
    if visit.duration_min > 0 {
        put("minutesDuration", json!(visit.duration_min));
    }
    let mut participants = vec![takes_part(&patient_actor(patient, base))];
    for (of, display) in [("Practitioner", &visit.clinician), ("Location", &visit.clinic)] {
        if !display.trim().is_empty() {
            participants.push(takes_part(&json!({ "type": of, "display": display.trim() })));
        }
    }
    put("participant", json!(participants));
    Value::Object(out)
}

fn status(status: Status) -> &'static str {
    // The words are FHIR's own.
    status.as_str()
}

fn instant(visit: &Appointment, at: Timestamp) -> String {
    at.to_zoned(visit.zone()).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

/// The patient as whoever a reference names: by our id, by the feed's and by name.
fn patient_actor(patient: &Patient, base: &str) -> Value {
    let profile = patient.profile.reveal();
    let reference = crate::resources::reference(base, "Patient", &patient.id);
    let mut actor = json!({ "reference": reference, "type": "Patient" });
    if !profile.external_id.trim().is_empty() {
        actor["identifier"] = json!({ "value": profile.external_id.trim() });
    }
    let name = profile.full_name();
    if !name.is_empty() {
        actor["display"] = json!(name);
    }
    actor
}

fn takes_part(actor: &Value) -> Value {
    json!({ "actor": actor, "required": "required", "status": "accepted" })
}
