//! What is wrong with what came in, or worth saying about it: one entry of an `OperationOutcome`.

use serde_json::{Value, json};

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing is wrong.
    Information,
    /// It was taken, and may not be what was meant.
    Warning,
    /// It can't be taken.
    Error,
    /// Nothing of it can be read.
    Fatal,
}

impl Severity {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Information => "information",
            Self::Warning => "warning",
            Self::Error => "error",
            Self::Fatal => "fatal",
        }
    }
}

/// One thing that is wrong, where, and what would be right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issue {
    /// How bad it is.
    pub severity: Severity,
    /// A code of the value set "issue type" of R4 (`required`, `structure`, `not-found`, ...).
    pub code: &'static str,
    /// What is wrong and what would be right, in words; never what a patient answered.
    pub text: String,
    /// Where: a `FHIRPath` of simple steps (`QuestionnaireResponse.item[2].answer[0]`), or nothing.
    pub expression: Option<String>,
}

impl Issue {
    /// What makes it impossible to take something.
    pub fn error(code: &'static str, text: impl Into<String>) -> Self {
        Self { severity: Severity::Error, code, text: text.into(), expression: None }
    }

    /// What is worth saying, and stops nothing.
    pub fn warning(code: &'static str, text: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, text) }
    }

    /// The same at a place.
    #[must_use]
    pub fn at(self, expression: impl Into<String>) -> Self {
        Self { expression: Some(expression.into()), ..self }
    }

    /// Whether it makes it impossible to take something.
    pub fn is_error(&self) -> bool {
        self.severity >= Severity::Error
    }
}

/// An `OperationOutcome` of these; of none, that all is well.
pub fn outcome(issues: &[Issue]) -> Value {
    let fine = [Issue { severity: Severity::Information, ..Issue::error("informational", "All is well.") }];
    let issues = if issues.is_empty() { &fine } else { issues };
    let entry = |issue: &Issue| {
        let mut entry = json!({
            "severity": issue.severity.as_str(),
            "code": issue.code,
            "diagnostics": plain(&issue.text),
        });
        if let Some(expression) = &issue.expression {
            entry["expression"] = json!([plain(expression)]);
        }
        entry
    };
    json!({ "resourceType": "OperationOutcome", "issue": issues.iter().map(entry).collect::<Vec<_>>() })
}

/// A text as R4 has it: a questionnaire that is quoted may hold control characters, which no string of R4 does.
fn plain(text: &str) -> String {
    let fits = |letter: char| !letter.is_control() || matches!(letter, '\t' | '\r' | '\n');
    text.chars().map(|letter| if fits(letter) { letter } else { char::REPLACEMENT_CHARACTER }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_is_r4_whatever_it_quotes() {
        let issues = [
            Issue::error("value", "\0a\u{85}b\u{1b}").at("Patient.\u{7}"),
            Issue::warning("value", "a\tb\n"),
        ];
        let told = outcome(&issues);
        assert_eq!(told["issue"][0]["diagnostics"], "\u{fffd}a\u{fffd}b\u{fffd}");
        assert_eq!(told["issue"][1]["diagnostics"], "a\tb\n");
        assert_eq!(crate::validate::structure(&told.to_string()), Ok(told));
    }
}
