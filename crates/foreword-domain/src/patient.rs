//! The patient: who they are and how they can be reached.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{ids::PatientId, language::Lang, private::Private};

/// A patient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Patient {
    /// Our identifier.
    pub id: PatientId,
    /// The language of the service's own sentences to them.
    pub language: Lang,
    /// Their IANA time zone; quiet hours are kept in it.
    pub time_zone: String,
    /// Name, birth date and addresses.
    pub profile: Private<Profile>,
}

/// What identifies a patient to people. Kept sealed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// The feed's identifier (medical record number).
    pub external_id: String,
    /// Given name.
    pub given_name: String,
    /// Family name.
    pub family_name: String,
    /// Date of birth.
    pub birth_date: Date,
    /// E-mail address.
    pub email: Option<String>,
    /// Telephone number.
    pub phone: Option<String>,
}

impl Profile {
    /// Given and family name.
    pub fn full_name(&self) -> String {
        format!("{} {}", self.given_name, self.family_name).trim().to_owned()
    }
}
