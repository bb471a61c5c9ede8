//! Whether a resource is what it should be: R4 in itself, a questionnaire by its own rules, a response by those
//! of its questionnaire.
//!
//! Total: whatever comes in, everything that is wrong with it comes back, each with its place and with what
//! would be right, and nothing of what a patient answered. What is checked stands in `docs/fhir-validation.md`.

mod answer;
mod constraint;
mod enabled;
mod form;
mod limits;
mod primitive;
mod questionnaire;
mod read;
mod reference;
mod report;
mod response;
mod structure;
mod valueset;

use serde_json::Value;

use form::Form;

use crate::{Issue, fhirpath::Document};

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
            let what = format!(
                "The text is no UTF-8 (line {line}, byte {}); send it as UTF-8.",
                fault.valid_up_to() + 1
            );
            Err(vec![structure::fatal("structure", what)])
        }
    }
}

/// What is wrong with a questionnaire beyond its structure: the invariants of R4 (que-0 to que-13), conditions
/// that look at what is not there, expressions and patterns that can't be used here (a warning).
pub fn questionnaire(questionnaire: &Value) -> Vec<Issue> {
    match Document::from_json(questionnaire) {
        Ok(document) => questionnaire::check(&document),
        Err(_) => vec![unreadable("questionnaire")],
    }
}

/// What is wrong with a response by its questionnaire, all at once, by the rules of the official validator.
/// Without one, the questionnaire the response contains is taken; if there is none either, a warning says so.
///
/// Decimals have as many digits as the value has kept: where trailing zeros count (`maxDecimalPlaces`), use [`text`].
/// `today()` and `now()` in an expression are the response's `authored`.
pub fn response(response: &Value, questionnaire: Option<&Value>) -> Vec<Issue> {
    match questionnaire.map(Rules::of).transpose() {
        Ok(rules) => response_by(response, rules.as_ref()),
        Err(issue) => vec![issue],
    }
}

/// The same by the rules of a questionnaire that were read before.
pub fn response_by(response: &Value, rules: Option<&Rules>) -> Vec<Issue> {
    match Document::from_json(response) {
        Ok(response) => response::check(&response, rules.map(|rules| &rules.0)),
        Err(_) => vec![unreadable("response")],
    }
}

/// What a questionnaire demands of its responses: it takes longer to read than a response takes to check.
pub struct Rules(Form);

impl Rules {
    /// The rules of a questionnaire.
    ///
    /// # Errors
    /// When it is no resource that can be read.
    pub fn of(questionnaire: &Value) -> Result<Self, Issue> {
        let document = Document::from_json(questionnaire).map_err(|_| unreadable("questionnaire"))?;
        Ok(Self(Form::of(&document)))
    }
}

impl std::fmt::Debug for Rules {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Rules of {} items", self.0.items.len())
    }
}

/// Everything that can be said of a resource as it was sent: its structure, and what [`questionnaire`] and
/// [`response`] say of one of these.
pub fn text(resource: &str, questionnaire: Option<&str>) -> Vec<Issue> {
    let mut issues = structure::check(resource);
    let Ok(document) = Document::parse(resource) else { return issues };
    let more = match document.root().type_name() {
        "Questionnaire" => questionnaire::check(&document),
        "QuestionnaireResponse" => match questionnaire.map(Document::parse).transpose() {
            Ok(questionnaire) => {
                let form = questionnaire.as_ref().map(Form::of);
                response::check(&document, form.as_ref())
            }
            Err(_) => vec![unreadable("questionnaire")],
        },
        _ => Vec::new(),
    };
    for issue in more {
        // What is missing in R4 is missing by the questionnaire, too.
        let is_said =
            issues.iter().any(|said| said.code == issue.code && said.expression == issue.expression);
        if !is_said {
            issues.push(issue);
        }
    }
    issues
}

/// The same of bytes, which must be UTF-8.
pub fn bytes(resource: &[u8], questionnaire: Option<&str>) -> Vec<Issue> {
    match std::str::from_utf8(resource) {
        Ok(resource) => text(resource, questionnaire),
        Err(_) => structure_of_bytes(resource).err().unwrap_or_default(),
    }
}

fn unreadable(what: &str) -> Issue {
    Issue::error("structure", format!("The {what} is no resource that can be read; validate it by itself."))
}

#[cfg(test)]
mod tests;
