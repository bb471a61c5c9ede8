//! An alert as a `Flag`: what somebody must see, how urgent it is, and whether it still waits.

use foreword_domain::{
    alert::{Level, State},
    ids::{AlertId, AppointmentId, PatientId},
};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Stamp, for_appointment, instant, reference};
use crate::names::RULES;

const CATEGORIES: &str = "http://terminology.hl7.org/CodeSystem/flag-category";
const PRIORITY: &str = "http://hl7.org/fhir/StructureDefinition/flag-priority";
const PRIORITIES: &str = "http://hl7.org/fhir/flag-priority-code";

/// An alert.
#[derive(Clone, Copy, Debug)]
pub struct Raised<'a> {
    /// Its id.
    pub id: AlertId,
    /// Its version.
    pub stamp: Stamp,
    /// For whom.
    pub patient: PatientId,
    /// For which visit.
    pub appointment: AppointmentId,
    /// How urgent.
    pub level: Level,
    /// How far it has come.
    pub state: State,
    /// The rule, as `instrument/rule`.
    pub rule: &'a str,
    /// What staff read of it.
    pub text: &'a str,
    /// When it was raised.
    pub raised_at: Timestamp,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
}

/// The `Flag`. It is active until the alert is closed: an outcome that is written down is not yet done with.
pub fn flag(raised: &Raised<'_>, base: &str) -> Value {
    let priority = match raised.level {
        Level::Red => ("PH", "High priority"),
        Level::Amber => ("PM", "Medium priority"),
    };
    let mut period = json!({ "start": instant(raised.raised_at) });
    if let Some(at) = raised.closed_at {
        period["end"] = json!(instant(at));
    }
    json!({
        "resourceType": "Flag",
        "id": raised.id.to_string(),
        "meta": raised.stamp.meta(),
        "extension": [
            { "url": PRIORITY, "valueCodeableConcept": {
                "coding": [{ "system": PRIORITIES, "code": priority.0, "display": priority.1 }],
                "text": raised.level.as_str()
            }},
            for_appointment(base, &raised.appointment),
        ],
        "status": if raised.state == State::Closed { "inactive" } else { "active" },
        "category": [{ "coding": [{ "system": CATEGORIES, "code": "safety", "display": "Safety" }] }],
        "code": { "coding": [{ "system": RULES, "code": raised.rule }], "text": raised.text },
        "subject": { "reference": reference(base, "Patient", &raised.patient), "type": "Patient" },
        "period": period,
    })
}
