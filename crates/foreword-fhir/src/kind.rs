//! The kinds of resources that the FHIR endpoint serves.

use std::{fmt, str::FromStr};

/// A kind of resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// An instrument.
    Questionnaire,
    /// A response.
    QuestionnaireResponse,
    /// A patient.
    Patient,
    /// A planned visit.
    Appointment,
    /// A score, or an answer as a finding.
    Observation,
    /// The page of one visit.
    Composition,
    /// Where the page of one visit is to be had as a document.
    DocumentReference,
    /// An invitation.
    Task,
    /// A message to a patient.
    Communication,
    /// An alert.
    Flag,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Questionnaire,
        Self::QuestionnaireResponse,
        Self::Patient,
        Self::Appointment,
        Self::Observation,
        Self::Composition,
        Self::DocumentReference,
        Self::Task,
        Self::Communication,
        Self::Flag,
    ];

    /// Its name in FHIR.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Questionnaire => "Questionnaire",
            Self::QuestionnaireResponse => "QuestionnaireResponse",
            Self::Patient => "Patient",
            Self::Appointment => "Appointment",
            Self::Observation => "Observation",
            Self::Composition => "Composition",
            Self::DocumentReference => "DocumentReference",
            Self::Task => "Task",
            Self::Communication => "Communication",
            Self::Flag => "Flag",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// No kind of resource that is served here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no resources of this type are served here")]
pub struct UnknownKind;

impl FromStr for Kind {
    type Err = UnknownKind;

    fn from_str(name: &str) -> Result<Self, UnknownKind> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name).ok_or(UnknownKind)
    }
}
