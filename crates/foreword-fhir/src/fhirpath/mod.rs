//! `FHIRPath` (N1) over FHIR R4 in JSON, with the functions of Structured Data Capture that score a form.
//!
//! Total: whatever is parsed and evaluated ends in a result or an [`Error`], within the limits below. It
//! knows no clock (`now` is given), no terminology server and no network. What it can and can't do,
//! and how that is measured, stands in `docs/fhirpath.md`.
//!
//! ```text
//! let response = Document::parse(text)?;
//! let total = Expression::parse("%resource.repeat(item).answer.value.weight().sum()")?;
//! let environment = Environment { questionnaire: Some(form), ..Environment::new(response.clone(), now) };
//! for value in total.evaluate(&[response.root().into()], &environment)? {
//!     println!("{} {}", value.type_name(), value.json());
//! }
//! ```

mod arithmetic;
mod civil;
mod compare;
mod document;
mod error;
mod evaluate;
mod functions;
mod json;
mod lexer;
mod model;
mod parser;
mod quantity;
mod shift;
mod syntax;
mod units;
mod value;

use std::{collections::BTreeMap, fmt, str::FromStr, sync::Arc};

pub use civil::{Date, DateTime, Time};
pub(crate) use document::Scalar;
pub use document::{Document, Element};
pub use error::Error;
pub(crate) use json::{Json, open};
pub use quantity::{Calendar, Quantity, Unit};
pub use value::Value;

/// Bytes of an expression.
pub const MAX_EXPRESSION: usize = 1 << 16;
/// Brackets, arguments and signs within each other. The look-up tables that instruments write as
/// `iif` within `iif` have up to a hundred levels.
pub const MAX_DEPTH: usize = 160;
/// What one evaluation may cost: a visited element or value is 1, sixteen bytes of text are 1, and so is
/// each byte that a regular expression searches.
pub const MAX_STEPS: usize = 1_000_000;
/// Values in one collection.
pub const MAX_VALUES: usize = 100_000;
/// Bytes of a string that an expression makes.
pub const MAX_TEXT: usize = 1 << 20;
/// Bytes of a regular expression.
pub const MAX_PATTERN: usize = 1_000;
/// Objects within objects in a document.
pub const MAX_NESTING: usize = 128;

/// A parsed expression. Cheap to clone.
#[derive(Clone)]
pub struct Expression(Arc<Parsed>);

struct Parsed {
    text: Box<str>,
    root: syntax::Expr,
}

/// What an expression may know besides what it is evaluated on.
#[derive(Clone, Debug)]
pub struct Environment {
    /// `%resource` and `%rootResource`.
    pub resource: Option<Document>,
    /// `%questionnaire`: where `weight()` looks up what an answer counts.
    pub questionnaire: Option<Document>,
    /// What `now()`, `today()` and `timeOfDay()` say.
    pub now: jiff::Zoned,
    /// All other variables, by their names without `%`.
    pub variables: BTreeMap<String, Vec<Value>>,
}

impl Environment {
    /// With a resource and the time, and nothing else.
    pub fn new(resource: Document, now: jiff::Zoned) -> Self {
        Self { resource: Some(resource), questionnaire: None, now, variables: BTreeMap::new() }
    }
}

impl Expression {
    /// Reads an expression. Names and numbers of arguments of functions are checked here.
    pub fn parse(text: &str) -> Result<Self, Error> {
        if text.len() > MAX_EXPRESSION {
            return Err(Error::Limit { at: 1, what: "the expression is too long" });
        }
        let root = parser::parse(lexer::tokens(text)?)?;
        Ok(Self(Arc::new(Parsed { text: text.into(), root })))
    }

    /// Evaluates it. `context` is what names at its beginning refer to, and `%context`: the
    /// root of a resource, an element of one, or nothing.
    pub fn evaluate(&self, context: &[Value], environment: &Environment) -> Result<Vec<Value>, Error> {
        evaluate::run(&self.0.root, context, environment)
    }

    /// As it was written.
    pub fn text(&self) -> &str {
        &self.0.text
    }
}

impl FromStr for Expression {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Self::parse(text)
    }
}

impl fmt::Debug for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Expression").field(&self.0.text).finish()
    }
}

#[cfg(test)]
mod tests;
