//! The planned visit a summary is for.

use std::str::FromStr;

use jiff::{Timestamp, tz::TimeZone};
use serde::{Deserialize, Serialize};

use crate::ids::{AppointmentId, PatientId};

/// Where an appointment stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// It will take place.
    Booked,
    /// It will not take place.
    Cancelled,
    /// The patient is there.
    Arrived,
    /// The patient did not come.
    Noshow,
    /// It took place.
    Fulfilled,
}

impl Status {
    /// All of them, as a feed writes them.
    pub const ALL: [Self; 5] = [Self::Booked, Self::Cancelled, Self::Arrived, Self::Noshow, Self::Fulfilled];

    /// The word for it in feeds and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Booked => "booked",
            Self::Cancelled => "cancelled",
            Self::Arrived => "arrived",
            Self::Noshow => "noshow",
            Self::Fulfilled => "fulfilled",
        }
    }

    /// Whether a message about the visit still makes sense.
    pub fn is_ahead(self) -> bool {
        self == Self::Booked
    }
}

impl FromStr for Status {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim().to_ascii_lowercase();
        Self::ALL.into_iter().find(|status| status.as_str() == text).ok_or_else(|| {
            let all = Self::ALL.map(Self::as_str).join(", ");
            format!("is {text:?}, must be one of {all}")
        })
    }
}

/// A planned visit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Appointment {
    /// Our identifier.
    pub id: AppointmentId,
    /// Whose visit it is.
    pub patient: PatientId,
    /// The feed's identifier; one appointment, one row.
    pub external_id: String,
    /// When it begins.
    pub start: Timestamp,
    /// The clinic's time zone for it (IANA name).
    pub time_zone: String,
    /// How long it is planned to take, in minutes.
    pub duration_min: u16,
    /// The clinic it takes place in.
    pub clinic: String,
    /// Whom the patient sees.
    pub clinician: String,
    /// The kind of visit; pathways are chosen by it.
    pub kind: String,
    /// Where it stands.
    pub status: Status,
    /// Counts the changes of start and status.
    pub revision: i32,
}

impl Appointment {
    /// The zone the visit takes place in; UTC when its name is no longer known to the zone database.
    pub fn zone(&self) -> TimeZone {
        TimeZone::get(&self.time_zone).unwrap_or(TimeZone::UTC)
    }
}
