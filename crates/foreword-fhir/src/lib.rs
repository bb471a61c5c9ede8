//! FHIR R4 as Foreword speaks it. Pure: from domain to R4 resources as JSON, and back.

pub mod appointment;
pub mod fhirpath;
pub mod import;
mod issue;
mod names;
mod questionnaire;
mod r4;
pub mod validate;

pub use issue::{Issue, Severity, outcome};
pub use questionnaire::{questionnaire, questionnaire_text};

use serde_json::{Value, json};

/// The version of FHIR.
pub const VERSION: &str = "4.0.1";

/// What the FHIR endpoint can do.
pub fn capability_statement(base_url: &str, software_version: &str, date: &str) -> Value {
    json!({
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": date,
        "kind": "instance",
        "software": { "name": "Foreword", "version": software_version },
        "implementation": { "description": "Foreword", "url": base_url },
        "fhirVersion": VERSION,
        "format": ["json"],
        "rest": [{
            "mode": "server",
            "resource": [
                { "type": "Questionnaire", "interaction": [{ "code": "read" }] },
                {
                    "type": "Appointment",
                    "interaction": [{ "code": "read" }, { "code": "create" }],
                    "conditionalUpdate": true,
                    "documentation": "The identifier decides which appointment it is: created again, it is brought up to date. The Patient is contained."
                }
            ]
        }]
    })
}
