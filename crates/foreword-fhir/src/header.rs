//! What the headers of HTTP say to a FHIR endpoint: preferences, versions, media types and dates.

mod accept;

use jiff::{Timestamp, fmt::rfc2822};

pub use accept::{is_acceptable, is_json};

/// The media type of every answer.
pub const FHIR_JSON: &str = "application/fhir+json; charset=utf-8";

/// What is sent back when something was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Return {
    /// Nothing but headers.
    Minimal,
    /// The resource.
    Representation,
    /// An `OperationOutcome`.
    Outcome,
}

/// What a client would like (`Prefer`, RFC 7240). What is not known there is left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Prefer {
    /// What is sent back when something was written.
    pub returns: Option<Return>,
    /// Whether an unknown parameter of a search is refused (`handling=strict`); else it is left out.
    pub is_strict: bool,
    /// Whether the answer may come later (`respond-async`).
    pub is_async: bool,
}

impl Prefer {
    /// Reads all headers of the name. Of what is said twice the first counts.
    pub fn parse<'a>(headers: impl IntoIterator<Item = &'a str>) -> Self {
        let mut found = Self::default();
        let mut handling = None;
        for wish in headers.into_iter().flat_map(|header| header.split(',')) {
            // What stands behind a semicolon says more about the wish.
            let wish = wish.split(';').next().unwrap_or_default();
            let (name, value) = wish.split_once('=').unwrap_or((wish, ""));
            let value = value.trim().trim_matches('"');
            match name.trim().to_ascii_lowercase().as_str() {
                "return" => found.returns = found.returns.or_else(|| Return::parse(value)),
                "handling" => handling = handling.or(Some(value.eq_ignore_ascii_case("strict"))),
                "respond-async" => found.is_async = true,
                _ => {}
            }
        }
        found.is_strict = handling.unwrap_or_default();
        found
    }
}

impl Return {
    fn parse(value: &str) -> Option<Self> {
        match value.to_ascii_lowercase().as_str() {
            "minimal" => Some(Self::Minimal),
            "representation" => Some(Self::Representation),
            "operationoutcome" => Some(Self::Outcome),
            _ => None,
        }
    }
}

/// The versions that `If-Match` or `If-None-Match` names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Versions {
    /// `*`: any that is there.
    Any,
    /// These, without `W/` and quotation marks.
    Listed(Vec<String>),
}

impl Versions {
    /// Reads the value of a header; nothing where it is none. Weak and strong tags are the same here, and a bare
    /// version is taken for a tag.
    pub fn parse(header: &str) -> Option<Self> {
        const LONGEST: usize = 1000;
        let header = header.trim();
        if header == "*" {
            return Some(Self::Any);
        }
        if header.is_empty() || header.len() > LONGEST {
            return None;
        }
        header.split(',').map(|tag| version(tag.trim())).collect::<Option<_>>().map(Self::Listed)
    }

    /// Whether the version that is there, or none, is one of them.
    pub fn holds(&self, current: Option<&str>) -> bool {
        match (self, current) {
            (_, None) => false,
            (Self::Any, Some(_)) => true,
            (Self::Listed(versions), Some(current)) => versions.iter().any(|version| version == current),
        }
    }
}

/// The tag of a version: `W/"3"`.
pub fn etag(version: &str) -> String {
    format!("W/\"{version}\"")
}

fn version(tag: &str) -> Option<String> {
    let tag = tag.strip_prefix("W/").unwrap_or(tag);
    let version = match tag.strip_prefix('"') {
        Some(rest) => rest.strip_suffix('"')?,
        None => tag,
    };
    let is_version = !version.is_empty()
        && version.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte));
    is_version.then(|| version.to_owned())
}

/// A time as HTTP writes it, in whole seconds: `Mon, 23 Nov 2026 10:00:00 GMT`.
pub fn http_date(at: Timestamp) -> Option<String> {
    rfc2822::DateTimePrinter::new().timestamp_to_rfc9110_string(&at).ok()
}

/// Reads a time as HTTP writes it; nothing where it is none.
pub fn parse_http_date(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if text.len() > 100 { None } else { rfc2822::DateTimeParser::new().parse_timestamp(text).ok() }
}

#[cfg(test)]
mod tests;
