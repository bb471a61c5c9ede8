//! What CDS clients send, for the fuzz targets.

use super::{
    MOST_FEEDBACK,
    request::{Hook, feedback, read},
};

/// Reads a call of either hook, and who it is about; or says what is wrong with it.
pub fn cds_call(body: &[u8], books: bool, system: Option<&str>) -> Result<(), String> {
    let hook = if books { Hook::AppointmentBook } else { Hook::PatientView };
    read(body, hook)?.named(system).map(|_| ())
}

/// Reads what became of cards, and says of how many.
pub fn cds_feedback(body: &[u8]) -> Result<usize, String> {
    feedback(body, MOST_FEEDBACK).map(|heard| heard.len())
}
