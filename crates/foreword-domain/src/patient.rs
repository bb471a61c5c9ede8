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
    /// Sex, where the feed tells it.
    #[serde(default)]
    pub sex: Option<Sex>,
    /// Codes of conditions, as feeds write them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<String>,
    /// Whether the patient has died.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deceased: bool,
}

/// Sex, as far as a published scoring rule tells people apart by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Sex {
    /// Female.
    Female,
    /// Male.
    Male,
}

impl std::str::FromStr for Sex {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        match text.to_ascii_lowercase().as_str() {
            "female" | "f" => Ok(Self::Female),
            "male" | "m" => Ok(Self::Male),
            _ => Err(format!("{text:?} is neither \"female\" nor \"male\"")),
        }
    }
}

/// What a published rule may want to know of a person; unknown where nothing was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Person {
    /// Sex.
    pub sex: Option<Sex>,
    /// Age in whole years.
    pub age: Option<u16>,
}

impl Profile {
    /// Given and family name.
    pub fn full_name(&self) -> String {
        format!("{} {}", self.given_name, self.family_name).trim().to_owned()
    }

    /// What scoring rules may know, on a day.
    pub fn person(&self, on: Date) -> Person {
        let birthday_to_come = (on.month(), on.day()) < (self.birth_date.month(), self.birth_date.day());
        let years = on.year() - self.birth_date.year() - i16::from(birthday_to_come);
        Person { sex: self.sex, age: u16::try_from(years).ok() }
    }
}
