//! Feeds of appointments: bytes in, notices out; what can't be read says why.

use foreword_domain::booking::{Notice, Usual};

pub mod csv;
pub mod hl7;
pub mod ics;
pub mod mllp;

/// What one message of a feed says: its place in the source (line of a file, number of a message), and a
/// notice or the reason why not.
pub type Row = (usize, Result<Notice, String>);

/// A source that can't be read as a whole, with what would be right.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("{0}")]
pub struct Unreadable(pub String);

/// The forms a feed comes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Comma or semicolon separated values.
    Csv,
    /// iCalendar.
    Ics,
    /// HL7 v2 messages.
    Hl7,
    /// FHIR R4: a Bundle, an Appointment, or lines of them.
    Fhir,
}

impl Format {
    /// The name of the feed in the log.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Ics => "ics",
            Self::Hl7 => "hl7",
            Self::Fhir => "fhir",
        }
    }

    /// The form of a file, by how its name ends.
    pub fn of(name: &str) -> Option<Self> {
        let (_, extension) = name.rsplit_once('.')?;
        match extension.to_ascii_lowercase().as_str() {
            "csv" => Some(Self::Csv),
            "ics" => Some(Self::Ics),
            "hl7" => Some(Self::Hl7),
            "json" | "ndjson" => Some(Self::Fhir),
            _ => None,
        }
    }
}

/// Reads what a feed says; `usual` holds where it says nothing.
///
/// # Errors
/// When it can't be read as a whole.
pub fn read(format: Format, bytes: &[u8], usual: &Usual) -> Result<Vec<Row>, Unreadable> {
    match format {
        Format::Csv => csv::read(bytes),
        Format::Ics => ics::read(bytes, usual),
        Format::Hl7 => hl7::read(bytes, usual),
        Format::Fhir => foreword_fhir::appointment::notices(bytes, usual).map_err(Unreadable),
    }
}
