//! What CDS clients send, read strictly: a fault names the member and what would be right, and quotes nothing.

use foreword_app::previsit::Named;
use foreword_domain::private::Private;
use foreword_fhir::appointment::who;
use serde_json::{Map, Value};
use uuid::Uuid;

/// Longest id of FHIR (R4, datatypes).
const LONGEST_ID: usize = 64;

/// A hook that is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hook {
    PatientView,
    AppointmentBook,
}

impl Hook {
    pub const ALL: [Self; 2] = [Self::PatientView, Self::AppointmentBook];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::PatientView => "patient-view",
            Self::AppointmentBook => "appointment-book",
        }
    }

    /// The id of the service that answers it.
    pub fn service(self) -> &'static str {
        match self {
            Self::PatientView => "foreword-previsit",
            Self::AppointmentBook => "foreword-appointment-book",
        }
    }
}

/// A call that was read.
pub(super) struct Call {
    patient_id: Private<String>,
    /// The patient's resource, where it was sent along.
    patient: Option<Value>,
    /// Where the program has its patients; nothing is ever asked there.
    pub fhir_server: Option<String>,
}

/// What became of a card.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Feedback {
    /// Which card.
    pub card: Uuid,
    /// Whether it was followed.
    pub is_accepted: bool,
}

type Fields = Map<String, Value>;

/// Reads a call of a hook.
///
/// # Errors
/// What is wrong with it and what would be right.
pub(super) fn read(body: &[u8], hook: Hook) -> Result<Call, String> {
    let whole = object(body)?;
    if text(&whole, "hook", "")? != hook.as_str() {
        return Err(format!("hook: this service answers {}", hook.as_str()));
    }
    uuid(text(&whole, "hookInstance", "")?, "hookInstance")?;
    if whole.contains_key("fhirServer") {
        check_address(text(&whole, "fhirServer", "")?, "fhirServer")?;
    }
    if let Some(given) = whole.get("fhirAuthorization") {
        fields(given, "fhirAuthorization")?;
        if !whole.contains_key("fhirServer") {
            return Err("fhirServer: is missing, but there is fhirAuthorization".to_owned());
        }
    }
    let context = whole.get("context").ok_or("context: is missing")?;
    let context = fields(context, "context")?;
    check_user(text(context, "userId", "context.")?)?;
    let patient_id = text(context, "patientId", "context.")?;
    check_id(patient_id, "context.patientId")?;
    if context.contains_key("encounterId") {
        check_id(text(context, "encounterId", "context.")?, "context.encounterId")?;
    }
    if hook == Hook::AppointmentBook {
        let booked = context.get("appointments").ok_or("context.appointments: is missing")?;
        check_appointments(booked)?;
    }
    let patient = match whole.get("prefetch") {
        None => None,
        Some(prefetch) => prefetched(prefetch, patient_id)?,
    };
    let fhir_server = whole.get("fhirServer").and_then(Value::as_str).map(str::to_owned);
    Ok(Call { patient_id: Private::new(patient_id.to_owned()), patient, fhir_server })
}

impl Call {
    /// Who the patient is, as far as it was sent along. Only identifiers of `system` count, where it is named.
    ///
    /// # Errors
    /// What of the patient's resource can't be read.
    pub fn named(&self, system: Option<&str>) -> Result<Named, String> {
        let id = self.patient_id.clone();
        let Some(patient) = &self.patient else {
            return Ok(Named { id, identifier: None, born: None, is_of_feeds: false });
        };
        let who = who(patient, system).map_err(|fault| format!("prefetch.patient: {fault}"))?;
        Ok(Named { id, identifier: who.identifier, born: who.born, is_of_feeds: system.is_some() })
    }
}

/// Reads what became of cards.
///
/// # Errors
/// What is wrong with it and what would be right.
pub(super) fn feedback(body: &[u8], most: usize) -> Result<Vec<Feedback>, String> {
    let whole = object(body)?;
    let entries = whole.get("feedback").and_then(Value::as_array);
    let entries = entries.ok_or("feedback: must be a list of what became of cards")?;
    if entries.is_empty() || entries.len() > most {
        return Err(format!("feedback: must have 1 to {most} entries"));
    }
    let mut heard = Vec::new();
    for (number, entry) in entries.iter().enumerate() {
        let place = format!("feedback[{number}]");
        let entry = fields(entry, &place)?;
        let within = format!("{place}.");
        let card = uuid(text(entry, "card", &within)?, &format!("{place}.card"))?;
        let is_accepted = match text(entry, "outcome", &within)? {
            "accepted" => true,
            "overridden" => false,
            _ => return Err(format!("{place}.outcome: must be accepted or overridden")),
        };
        let at = text(entry, "outcomeTimestamp", &within)?;
        if at.parse::<jiff::Timestamp>().is_err() {
            return Err(format!("{place}.outcomeTimestamp: must be an instant such as 2026-01-31T09:30:00Z"));
        }
        heard.push(Feedback { card, is_accepted });
    }
    Ok(heard)
}

/// The patient's resource among what was sent along.
fn prefetched(prefetch: &Value, patient_id: &str) -> Result<Option<Value>, String> {
    let prefetch = prefetch.as_object().ok_or("prefetch: must be an object")?;
    for (key, value) in prefetch {
        // Null says that there is nothing.
        let is_resource = value.get("resourceType").is_some_and(Value::is_string);
        if !value.is_null() && !is_resource {
            let key: String = key.chars().filter(char::is_ascii_alphanumeric).take(40).collect();
            return Err(format!("prefetch.{key}: must be a resource or null"));
        }
    }
    let Some(patient) = prefetch.get("patient").filter(|patient| !patient.is_null()) else { return Ok(None) };
    if patient["resourceType"] != "Patient" {
        return Err("prefetch.patient: must be a Patient".to_owned());
    }
    if patient["id"] != patient_id {
        return Err("prefetch.patient.id: is not context.patientId".to_owned());
    }
    Ok(Some(patient.clone()))
}

fn check_appointments(booked: &Value) -> Result<(), String> {
    let wrong = || "context.appointments: must be a Bundle of Appointments".to_owned();
    let bundle = fields(booked, "context.appointments")?;
    if bundle.get("resourceType").and_then(Value::as_str) != Some("Bundle") {
        return Err(wrong());
    }
    let entries = bundle.get("entry").and_then(Value::as_array).ok_or_else(wrong)?;
    let is_one = |entry: &Value| entry["resource"]["resourceType"] == "Appointment";
    if entries.is_empty() || !entries.iter().all(is_one) {
        return Err(wrong());
    }
    Ok(())
}

fn check_user(user: &str) -> Result<(), String> {
    const KINDS: [&str; 4] = ["Practitioner", "PractitionerRole", "Patient", "RelatedPerson"];
    let is_right = user.split_once('/').is_some_and(|(kind, id)| KINDS.contains(&kind) && is_id(id));
    let why = "context.userId: must be a kind and an id, such as Practitioner/123";
    is_right.then_some(()).ok_or_else(|| why.to_owned())
}

fn check_id(id: &str, place: &str) -> Result<(), String> {
    let why =
        || format!("{place}: must be an id alone, without its kind: 1 to {LONGEST_ID} of A-Z a-z 0-9 - .");
    is_id(id).then_some(()).ok_or_else(why)
}

fn is_id(id: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.';
    !id.is_empty() && id.len() <= LONGEST_ID && id.bytes().all(is_letter)
}

fn check_address(address: &str, place: &str) -> Result<(), String> {
    let is_web = ["https://", "http://"].iter().any(|scheme| address.starts_with(scheme));
    is_web
        .then_some(())
        .ok_or_else(|| format!("{place}: must be an address, such as https://ehr.example/fhir"))
}

fn uuid(text: &str, place: &str) -> Result<Uuid, String> {
    // Uuid would also read other spellings.
    let is_plain = text.len() == 36;
    let read = Uuid::parse_str(text).ok().filter(|_| is_plain);
    read.ok_or_else(|| format!("{place}: must be a UUID"))
}

fn object(body: &[u8]) -> Result<Fields, String> {
    match serde_json::from_slice(body) {
        Ok(Value::Object(whole)) => Ok(whole),
        Ok(_) => Err("the body must be a JSON object".to_owned()),
        Err(why) => Err(format!("line {}, column {}: the body is not JSON", why.line(), why.column())),
    }
}

fn fields<'a>(value: &'a Value, place: &str) -> Result<&'a Fields, String> {
    value
        .as_object()
        .filter(|fields| !fields.is_empty())
        .ok_or_else(|| format!("{place}: must be an object, and not empty"))
}

/// A text that is there and says something.
fn text<'a>(fields: &'a Fields, key: &str, within: &str) -> Result<&'a str, String> {
    let found = fields.get(key).ok_or_else(|| format!("{within}{key}: is missing"))?;
    let text = found.as_str().filter(|text| !text.trim().is_empty());
    text.ok_or_else(|| format!("{within}{key}: must be a text, and not empty"))
}

#[cfg(test)]
mod tests;
