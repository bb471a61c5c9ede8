//! Appointments as FHIR R4 has them: read as notices, alone, in a `Bundle` or line by line, and written.

mod element;
mod found;
mod patient;
mod read;
mod write;

use foreword_domain::{
    appointment::Status,
    booking::{Notice, Usual},
};
use serde_json::Value;

use found::Found;
pub use patient::{Who, who};
pub(crate) use write::TIME_ZONE;
pub use write::appointment;

/// What can't be read of a resource. It quotes no value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{expression}: {why}")]
pub struct Fault {
    /// Where, as a path of FHIR: `Appointment.start`.
    pub expression: String,
    /// What is wrong, and what would be right.
    pub why: String,
}

impl Fault {
    fn new(expression: impl Into<String>, why: impl Into<String>) -> Self {
        Self { expression: expression.into(), why: why.into() }
    }
}

/// An appointment's place in its source (entry of a `Bundle`, line of NDJSON, both from 1), and a notice or the
/// reason why not.
pub type Row = (usize, Result<Notice, String>);

/// Reads an `Appointment`, a `Bundle` or NDJSON of both. Patients are those contained in an appointment, or
/// those that came with it.
///
/// # Errors
/// When it is no JSON, or holds something else.
pub fn notices(bytes: &[u8], usual: &Usual) -> Result<Vec<Row>, String> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).map_err(|_| "is not UTF-8".to_owned())?;
    let mut found = Found::default();
    let whole = serde_json::from_str::<Value>(text);
    let lines: Vec<(usize, Result<Value, serde_json::Error>)> = match whole {
        Ok(resource) => {
            if !["Appointment", "Bundle"].contains(&element::kind(&resource)) {
                return Err("resourceType: must be Appointment or Bundle".to_owned());
            }
            found.add_whole(&resource)?;
            return Ok(rows(&found, usual));
        }
        Err(why) => {
            let lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
            let lines: Vec<_> = lines.map(|(number, line)| (number, serde_json::from_str(line))).collect();
            if lines.len() < 2 || lines[0].1.is_err() {
                return Err(format!("line {}, column {}: is not JSON", why.line(), why.column()));
            }
            lines
        }
    };
    for (number, resource) in &lines {
        match resource {
            Ok(resource) => found.add_line(*number, resource),
            Err(_) => found.refuse(*number, "is not JSON"),
        }
    }
    Ok(rows(&found, usual))
}

/// Reads one `Appointment`. `patient` is the `Patient` it is for, where that is not contained in it.
///
/// # Errors
/// Names the element that can't be read.
pub fn notice(appointment: &Value, patient: Option<&Value>, usual: &Usual) -> Result<Notice, Fault> {
    read::notice(appointment, patient, &Found::default(), usual)
}

/// Reads one `Patient` that belongs to no appointment: a notice that says nothing of a visit.
///
/// # Errors
/// Names the element that can't be read.
pub fn patient(resource: &Value) -> Result<Notice, Fault> {
    patient::read(Notice::new(String::new(), Status::Booked), resource, false)
}

fn rows(found: &Found, usual: &Usual) -> Vec<Row> {
    let read = |appointment| read::notice(appointment, None, found, usual);
    let mut rows: Vec<Row> = found
        .appointments
        .iter()
        .map(|(number, appointment)| (*number, read(appointment).map_err(|fault: Fault| fault.to_string())))
        .collect();
    rows.extend(found.refused.iter().map(|(number, why)| (*number, Err(why.clone()))));
    rows.sort_by_key(|(number, _)| *number);
    rows
}

#[cfg(test)]
mod tests;
