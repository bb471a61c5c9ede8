//! FHIR R4 as Foreword speaks it. Pure: from domain to R4 resources as JSON, and back.

pub mod appointment;
pub mod bundle;
pub mod capability;
mod decimal;
pub mod fhirpath;
pub mod header;
pub mod import;
mod issue;
mod kind;
mod names;
mod questionnaire;
mod r4;
pub mod resources;
pub mod search;
pub mod validate;

pub use capability::{Endpoint, capability_statement};
pub use issue::{Issue, Severity, outcome};
pub use kind::{Kind, UnknownKind};
pub use questionnaire::{questionnaire, questionnaire_text};

/// The version of FHIR.
pub const VERSION: &str = "4.0.1";
