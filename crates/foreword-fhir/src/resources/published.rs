//! Instruments as they are published, and resources of others under our own id and version.

use foreword_domain::instrument::Instrument;
use serde_json::{Value, json};

use super::{Stamp, shape};

/// The `Questionnaire` of an instrument with its version as `meta` has it; of an imported one, what was imported.
pub fn questionnaire(instrument: &Instrument, base: &str) -> Value {
    let mut out = crate::questionnaire(instrument, base);
    out["id"] = json!(instrument.id);
    // An id of a version has letters, digits, hyphens and points, 64 at most.
    let is_plain = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
    let version: String = instrument.version.chars().filter(is_plain).take(64).collect();
    let version = if version.is_empty() { "1".to_owned() } else { version };
    match out.get_mut("meta").and_then(Value::as_object_mut) {
        Some(meta) => {
            meta.insert("versionId".to_owned(), json!(version));
        }
        None => out["meta"] = json!({ "versionId": version }),
    }
    out
}

/// The canonical address of an instrument's `Questionnaire`, without its version; nothing where an imported one has
/// none.
pub fn canonical_url(instrument: &Instrument, base: &str) -> Option<String> {
    if let Some(text) = &instrument.questionnaire {
        let own: Value = serde_json::from_str(text).ok()?;
        return own["url"].as_str().map(str::to_owned);
    }
    let canonical = shape::canonical(instrument, base);
    Some(canonical.split('|').next().unwrap_or_default().to_owned())
}

/// A resource under our id and with our stamp; the rest of its `meta` stays.
pub fn stamped(mut resource: Value, id: &str, stamp: Stamp) -> Value {
    resource["id"] = json!(id);
    let ours = stamp.meta();
    match resource.get_mut("meta").and_then(Value::as_object_mut) {
        Some(meta) => meta.extend(ours.as_object().cloned().unwrap_or_default()),
        None => resource["meta"] = ours,
    }
    resource
}
