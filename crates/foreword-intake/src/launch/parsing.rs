//! What an EHR answers, for the fuzz targets.

/// Reads an answer as each of those an EHR gives: what it says of itself, tokens, keys, and who it is. Says how many
/// of them it could be.
pub fn ehr(body: &[u8]) -> usize {
    super::ehr::readings(body)
}
