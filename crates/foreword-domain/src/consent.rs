//! A patient's recorded consent to one channel: no message is sent without an active one.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{language::Lang, message::Channel};

/// Who recorded a consent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Recorder {
    /// The clinic, with the address it sent in its feed.
    ClinicFeed,
    /// The patient.
    Patient,
    /// Somebody who answers for the patient.
    Proxy,
}

impl Recorder {
    /// The word for it in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ClinicFeed => "clinic-feed",
            Self::Patient => "patient",
            Self::Proxy => "proxy",
        }
    }
}

/// One consent to one channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consent {
    /// The channel it is for.
    pub channel: Channel,
    /// Which wording was shown or agreed between clinic and patient.
    pub text_version: String,
    /// In which language.
    pub language: Lang,
    /// Since when.
    pub given_at: Timestamp,
    /// Who recorded it.
    pub by: Recorder,
    /// Whether the warning about the channel was shown.
    pub warning_shown: bool,
    /// When it was withdrawn.
    pub withdrawn_at: Option<Timestamp>,
}

impl Consent {
    /// Whether a message may go out on it.
    pub fn is_active(&self) -> bool {
        self.withdrawn_at.is_none()
    }
}
