//! The patient and the visit.

use foreword_domain::{
    appointment::Appointment,
    booking::Notice,
    patient::{Patient, Sex},
};
use serde_json::{Value, json};

use super::Stamp;
use crate::appointment::{Fault, TIME_ZONE};

/// The `Patient`.
pub fn patient(patient: &Patient, stamp: Stamp) -> Value {
    let profile = patient.profile.reveal();
    let mut out = json!({
        "resourceType": "Patient",
        "id": patient.id.to_string(),
        "meta": stamp.meta(),
        "extension": [{ "url": TIME_ZONE, "valueCode": patient.time_zone }],
        "active": true,
        "birthDate": profile.birth_date.to_string(),
        "communication": [{
            "language": { "coding": [{ "system": "urn:ietf:bcp:47", "code": patient.language.as_str() }] },
            "preferred": true
        }]
    });
    let filled = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    if let Some(id) = filled(&profile.external_id) {
        let kind = json!({ "coding": [{
            "system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "MR"
        }]});
        out["identifier"] = json!([{ "use": "usual", "type": kind, "value": id }]);
    }
    let mut name = json!({ "use": "official" });
    if let Some(family) = filled(&profile.family_name) {
        name["family"] = json!(family);
    }
    if let Some(given) = filled(&profile.given_name) {
        name["given"] = json!([given]);
    }
    if let Some(text) = filled(&profile.full_name()) {
        name["text"] = json!(text);
        out["name"] = json!([name]);
    }
    let contacts = [("phone", &profile.phone), ("email", &profile.email)];
    let contacts: Vec<Value> = contacts
        .iter()
        .filter_map(|(system, value)| Some((system, filled(value.as_deref()?)?)))
        .map(|(system, value)| json!({ "system": system, "value": value }))
        .collect();
    if !contacts.is_empty() {
        out["telecom"] = Value::Array(contacts);
    }
    if let Some(sex) = profile.sex {
        out["gender"] = json!(match sex {
            Sex::Female => "female",
            Sex::Male => "male",
        });
    }
    if profile.deceased {
        out["deceasedBoolean"] = json!(true);
    }
    out
}

/// Reads a `Patient`: a notice that says nothing of a visit. What it does not say stays as it was.
///
/// # Errors
/// Names the element that can't be read.
pub fn read_patient(resource: &Value) -> Result<Notice, Fault> {
    crate::appointment::patient(resource)
}

/// The `Appointment`.
pub fn appointment(visit: &Appointment, patient: &Patient, stamp: Stamp, base: &str) -> Value {
    let mut out = crate::appointment::appointment(visit, patient, base);
    out["meta"] = stamp.meta();
    out
}
