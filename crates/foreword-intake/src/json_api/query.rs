//! What stands behind the question mark: known names alone, each once.

use std::collections::BTreeMap;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use foreword_domain::locate::nearest;
use jiff::Timestamp;

use super::problem::Problem;

/// Lines on a page, if nothing else is asked for.
const USUAL: u64 = 100;
/// Lines on a page at most.
const MOST: u64 = 500;

/// The parameters of a request.
pub(super) struct Query(BTreeMap<String, String>);

impl Query {
    /// Reads them; `known` are the names there may be.
    pub(super) fn read(raw: Option<&str>, known: &[&str]) -> Result<Self, Problem> {
        let mut parameters = BTreeMap::new();
        for (name, value) in form_urlencoded::parse(raw.unwrap_or_default().as_bytes()) {
            if !known.contains(&name.as_ref()) {
                let near = nearest(&name, known.iter().copied());
                let near = near.map_or_else(String::new, |near| format!("; did you mean {near}?"));
                return Err(Problem::parameter(&shortened(&name), &format!("is not known here{near}")));
            }
            if parameters.insert(name.to_string(), value.into_owned()).is_some() {
                return Err(Problem::parameter(&name, "is there more than once"));
            }
        }
        Ok(Self(parameters))
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// How many lines a page may have.
    pub(super) fn limit(&self) -> Result<u64, Problem> {
        let Some(given) = self.get("limit") else { return Ok(USUAL) };
        let limit = given.parse().ok().filter(|limit| (1..=MOST).contains(limit));
        limit.ok_or_else(|| Problem::parameter("limit", &format!("must be a number from 1 to {MOST}")))
    }

    /// An instant.
    pub(super) fn instant(&self, name: &str) -> Result<Option<Timestamp>, Problem> {
        let read = |given: &str| {
            given
                .parse()
                .map_err(|_| Problem::parameter(name, "must be an instant such as 2026-11-24T09:30:00Z"))
        };
        self.get(name).map(read).transpose()
    }

    /// The place behind which the page begins.
    pub(super) fn cursor<T>(&self, read: impl FnOnce(&str) -> Option<T>) -> Result<Option<T>, Problem> {
        let Some(given) = self.get("cursor") else { return Ok(None) };
        let bytes = URL_SAFE_NO_PAD.decode(given).ok();
        let place = bytes.and_then(|bytes| String::from_utf8(bytes).ok()).and_then(|text| read(&text));
        place.map(Some).ok_or_else(|| Problem::parameter("cursor", "is not one of those in `next`"))
    }
}

/// A place in a list, for `next`.
pub(super) fn cursor(place: &str) -> String {
    URL_SAFE_NO_PAD.encode(place)
}

fn shortened(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(40).collect()
}
