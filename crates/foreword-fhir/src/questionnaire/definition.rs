//! The instrument's own file, carried along so that nothing is lost: what FHIR has no words for is in it.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use foreword_domain::instrument::Instrument;
use serde_json::{Value, json};

use crate::names::{CQF_LIBRARY, DEFINITION, INSTRUMENTS, LIBRARY_TYPES, TOML};

/// The file as a `Library`. Its identifier is the instrument's id: in a file with variants, it says which.
pub(super) fn library(instrument: &Instrument) -> Value {
    json!({
        "resourceType": "Library",
        "id": DEFINITION,
        "identifier": [{ "system": INSTRUMENTS, "value": instrument.id }],
        "status": "active",
        "type": { "coding": [{ "system": LIBRARY_TYPES, "code": "logic-library" }] },
        "content": [{ "contentType": TOML, "data": BASE64_STANDARD.encode(&instrument.source) }]
    })
}

/// What names the `Library`.
pub(super) fn reference() -> Value {
    json!({ "url": CQF_LIBRARY, "valueCanonical": format!("#{DEFINITION}") })
}
