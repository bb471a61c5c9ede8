//! What can be wrong with an expression, a document or an evaluation.

/// Why there is no result. Positions count characters from 1.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The expression is not `FHIRPath`.
    #[error("at character {at}: {what}")]
    Syntax {
        /// Where, from 1.
        at: usize,
        /// What is wrong.
        what: String,
    },
    /// The expression can't be evaluated on what it was given.
    #[error("at character {at}: {what}")]
    Execution {
        /// Which part of the expression, from 1.
        at: usize,
        /// What is wrong.
        what: String,
    },
    /// The expression asks for more than a clinic's server gives to one expression.
    #[error("at character {at}: too much: {what}")]
    Limit {
        /// Which part of the expression, from 1.
        at: usize,
        /// Which limit.
        what: &'static str,
    },
    /// The document is not JSON as FHIR writes it.
    #[error("{0}")]
    Document(String),
}

impl Error {
    pub(super) fn syntax(at: usize, what: impl Into<String>) -> Self {
        Self::Syntax { at, what: what.into() }
    }

    pub(super) fn execution(at: usize, what: impl Into<String>) -> Self {
        Self::Execution { at, what: what.into() }
    }

    /// Where in the expression, from 1; nothing for a document.
    pub fn position(&self) -> Option<usize> {
        match self {
            Self::Syntax { at, .. } | Self::Execution { at, .. } | Self::Limit { at, .. } => Some(*at),
            Self::Document(_) => None,
        }
    }
}
