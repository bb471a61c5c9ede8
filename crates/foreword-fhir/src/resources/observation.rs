//! A score as an `Observation`: its number with what is needed to read it, and the response it is derived from.

use foreword_domain::{
    ids::{AppointmentId, PatientId, ResponseId},
    instrument::{Instrument, Scale},
    language::Lang,
    patient::Person,
    scoring::{Score, Status},
};
use jiff::Timestamp;
use serde_json::{Number, Value, json};

use super::{Stamp, for_appointment, instant, reference, shape::canonical};
use crate::names::{BANDS, DERIVED, LOINC, OF_INSTRUMENT, SCALES, UCUM};

const CATEGORIES: &str = "http://terminology.hl7.org/CodeSystem/observation-category";
const ABSENT_REASONS: &str = "http://terminology.hl7.org/CodeSystem/data-absent-reason";
/// Characters of an id of FHIR.
const LONGEST_ID: usize = 64;

/// A score with what it needs to be understood elsewhere.
#[derive(Clone, Copy, Debug)]
pub struct Scored<'a> {
    /// The response it was computed from.
    pub response: ResponseId,
    /// Its version.
    pub stamp: Stamp,
    /// What was asked.
    pub instrument: &'a Instrument,
    /// The score.
    pub score: &'a Score,
    /// Whom its bands are for.
    pub person: &'a Person,
    /// Whose it is.
    pub patient: PatientId,
    /// The visit it was asked for.
    pub appointment: AppointmentId,
    /// When the last of its answers was given.
    pub effective: Timestamp,
    /// When it was computed.
    pub issued: Timestamp,
    /// Whether answers were changed after the response was complete.
    pub is_amended: bool,
    /// The language of names.
    pub language: &'a Lang,
}

/// The id of the `Observation` of a scale of a response: both in one, with what an id may hold.
pub fn observation_id(response: ResponseId, scale: &str) -> String {
    derived(&response.to_string(), scale)
}

/// What the observation of a scale of a response is known by, whatever the response is called.
pub(super) fn derived(response: &str, scale: &str) -> String {
    let plain: String =
        scale.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '-' }).collect();
    let id = format!("{response}.{plain}");
    if id.len() <= LONGEST_ID {
        return id;
    }
    // Imported scales may have long names: what is cut off is told apart by a digest (FNV-1a).
    let digest = scale
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, b| (hash ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3));
    format!("{response}.{head}.{digest:016x}", head = plain.get(..10).unwrap_or(&plain))
}

/// The response an id made by [`observation_id`] belongs to; its scale is the one of the instrument that has this id.
pub fn observation_parts(id: &str) -> Option<ResponseId> {
    let (response, scale) = id.split_once('.')?;
    let read: ResponseId = response.parse().ok()?;
    (!scale.is_empty() && read.to_string() == response).then_some(read)
}

/// The `Observation` of a score; nothing when the instrument has no such scale.
pub fn observation(scored: &Scored<'_>, base: &str) -> Option<Value> {
    let Scored { instrument, score, person, language, .. } = *scored;
    let mut out = measured(instrument, score, *person, language)?;
    let id = observation_id(scored.response, &score.scale);
    out["identifier"] = json!([identifier(&id)]);
    out["id"] = json!(id);
    out["meta"] = scored.stamp.meta();
    out["extension"] = json!([
        for_appointment(base, &scored.appointment),
        { "url": OF_INSTRUMENT, "valueCanonical": canonical(instrument, base) },
    ]);
    out["status"] = json!(if scored.is_amended { "amended" } else { "final" });
    out["subject"] = json!({ "reference": reference(base, "Patient", &scored.patient), "type": "Patient" });
    out["effectiveDateTime"] = json!(instant(scored.effective));
    out["issued"] = json!(instant(scored.issued));
    out["derivedFrom"] = json!([{
        "reference": reference(base, "QuestionnaireResponse", &scored.response),
        "type": "QuestionnaireResponse"
    }]);
    Some(out)
}

/// What an `Observation` that was taken out of a response is known by.
pub(super) fn identifier(value: &str) -> Value {
    json!({ "system": DERIVED, "value": value })
}

/// What was measured, without whose it is and when that was.
pub(super) fn measured(
    instrument: &Instrument,
    score: &Score,
    person: Person,
    language: &Lang,
) -> Option<Value> {
    let scale = instrument.scale(&score.scale)?;
    let mut out = json!({
        "resourceType": "Observation",
        "category": [category()],
        "code": code(instrument, scale, language),
        "note": [{ "text": how_to_read(scale) }],
    });
    let Score { answered, of, .. } = score;
    match score.value.and_then(number) {
        Some(value) => {
            out["valueQuantity"] =
                json!({ "value": value, "unit": "score", "system": UCUM, "code": "{score}" });
            if score.status == Status::Estimated {
                let how = format!("Estimated: {answered} of {of} items answered, the others made up for");
                out["method"] = json!({ "text": how });
            }
            if let Some(band) = score.band.as_deref().and_then(|band| scale.band(band, &person)) {
                let name = band.name.best(language);
                let code = format!("{}.{}.{}", instrument.id, scale.id, band.id);
                out["interpretation"] = json!([{
                    "coding": [{ "system": BANDS, "code": code, "display": name }],
                    "text": name
                }]);
            }
        }
        None => {
            out["dataAbsentReason"] = json!({
                "coding": [{ "system": ABSENT_REASONS, "code": "not-performed", "display": "Not Performed" }],
                "text": format!("Not scored: {answered} of {of} items answered")
            });
        }
    }
    if let Some(error) = score.se.and_then(number) {
        out["component"] = json!([{
            "code": {
                "coding": [{ "system": SCALES, "code": "standard-error", "display": "Standard error" }],
                "text": "Standard error"
            },
            "valueQuantity": { "value": error, "unit": "score", "system": UCUM, "code": "{score}" }
        }]);
    }
    Some(out)
}

/// The category of what is asked of people.
pub(super) fn category() -> Value {
    json!({ "coding": [{ "system": CATEGORIES, "code": "survey", "display": "Survey" }] })
}

/// The scale, by LOINC where that has it, and by its own name.
fn code(instrument: &Instrument, scale: &Scale, language: &Lang) -> Value {
    let name = scale.name.best(language);
    let title = instrument.title.best(language);
    let mut codings: Vec<Value> =
        scale.loinc.iter().map(|code| json!({ "system": LOINC, "code": code })).collect();
    let mut own = json!({ "system": SCALES, "code": format!("{}.{}", instrument.id, scale.id) });
    if !name.is_empty() {
        own["display"] = json!(name);
    }
    codings.push(own);
    let words: Vec<&str> = [title, name].into_iter().filter(|words| !words.is_empty()).collect();
    json!({ "coding": codings, "text": words.join(": ") })
}

/// The range and the direction. They are no reference range: that would say what is normal.
fn how_to_read(scale: &Scale) -> String {
    let (least, greatest) = scale.range;
    let words = scale.direction.words();
    if least.is_finite() && greatest.is_finite() {
        format!("{least} to {greatest}, {words}")
    } else {
        format!("range not stated, {words}")
    }
}

/// A number as FHIR writes it: whole ones without a point, others to six places.
pub(super) fn number(value: f64) -> Option<Number> {
    #[expect(clippy::cast_possible_truncation, reason = "it is whole and small")]
    if value.fract() == 0.0 && value.abs() < 1e15 {
        return Some(Number::from(value as i64));
    }
    Number::from_f64((value * 1e6).round() / 1e6)
}
