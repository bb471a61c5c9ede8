//! What the service keeps as R4 resources, and what is read back from them: one function for each resource.
//!
//! References begin with the base address that is given; they are relative where that is empty.

mod communication;
mod extract;
mod flag;
mod observation;
mod patient;
mod populate;
mod published;
mod read;
mod response;
mod shape;
mod task;
#[cfg(test)]
mod testing;

pub use communication::{DeliveryState, Message, communication};
pub use extract::extract;
pub use flag::{Raised, flag};
pub use observation::{Scored, observation, observation_id, observation_parts};
pub use patient::{appointment, patient, read_patient};
pub use populate::{Launch, Populated, populate};
pub use published::{canonical_url, questionnaire, stamped};
pub use read::{Identifier, ReadResponse, Reference, read_response};
pub use response::{Filled, ResponseStatus, response};
pub use task::{Invited, task};

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::names::FOR_APPOINTMENT;

/// Which version of a resource it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// Counts its versions from 1.
    pub version: u32,
    /// When this version came about.
    pub at: Timestamp,
}

impl Stamp {
    /// As `meta` of a resource.
    pub fn meta(self) -> Value {
        json!({ "versionId": self.version.to_string(), "lastUpdated": instant(self.at) })
    }
}

/// An instant in UTC, to the millisecond.
pub fn instant(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

/// The reference to a resource.
pub fn reference(base: &str, kind: &str, id: &impl std::fmt::Display) -> String {
    match base.trim_end_matches('/') {
        "" => format!("{kind}/{id}"),
        base => format!("{base}/{kind}/{id}"),
    }
}

/// The extension that names the visit.
pub fn for_appointment(base: &str, id: &impl std::fmt::Display) -> Value {
    json!({ "url": FOR_APPOINTMENT, "valueReference": { "reference": reference(base, "Appointment", id) } })
}

#[cfg(test)]
mod tests;
