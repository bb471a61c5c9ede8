//! Whether a resource is what it should be: R4 in itself, a questionnaire by its own rules, a response by those
//! of its questionnaire.
//!
//! Total: whatever comes in, everything that is wrong with it comes back, each with its place and with what
//! would be right, and nothing of what a patient answered. What is checked stands in `docs/fhir-validation.md`.

mod primitive;
mod reference;
mod structure;

use serde_json::Value;

use crate::Issue;

/// Bytes of a resource.
pub const MAX_SIZE: usize = 8 << 20;
/// Lists and objects within each other.
pub const MAX_NESTING: usize = 120;
/// Faults that are listed; of more, that there are more.
pub const MAX_ISSUES: usize = 200;

/// Reads a resource of any type and checks it against the definitions of R4: the JSON, which members there are
/// and how often, their types, how primitive values are written, codes of required bindings.
///
/// # Errors
/// All that is wrong, with codes `structure`, `required`, `value`, `code-invalid`, `invariant`, `too-long`.
pub fn structure(text: &str) -> Result<Value, Vec<Issue>> {
    let issues = structure::check(text);
    if !issues.is_empty() {
        return Err(issues);
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    serde_json::from_str(text).map_err(|fault| {
        let place = format!("line {}, column {}", fault.line(), fault.column());
        vec![structure::fatal("structure", format!("A value can't be read ({place})."))]
    })
}

/// The same of bytes, which must be UTF-8.
///
/// # Errors
/// As [`structure`], and where the first byte stands that is no UTF-8.
pub fn structure_of_bytes(bytes: &[u8]) -> Result<Value, Vec<Issue>> {
    match std::str::from_utf8(bytes) {
        Ok(text) => structure(text),
        Err(fault) => {
            let line = bytes[..fault.valid_up_to()].split(|byte| *byte == b'\n').count();
            let what = format!("The text is no UTF-8 (line {line}, byte {}); send it as UTF-8.", fault.valid_up_to() + 1);
            Err(vec![structure::fatal("structure", what)])
        }
    }
}

#[cfg(test)]
mod tests;
