//! A query, read, and what the rest of the service asks of it.

use std::{collections::BTreeSet, fmt};

use jiff::Timestamp;
use serde_json::Value;

use super::{
    filter::{Filter, Test},
    include::Include,
    moment::{Bounds, hull},
    parse::parse,
    table::Parameter,
    value::{Token, Wanted},
};
use crate::{Issue, Kind};

/// How much of each resource is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Show {
    /// All of it.
    #[default]
    All,
    /// What FHIR marks as its summary.
    Summary,
    /// The text for people, and what must be there.
    Text,
    /// All but the text for people.
    Data,
    /// Nothing: how many there are.
    Count,
}

/// Whether it is said how many there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Total {
    /// No.
    None,
    /// About.
    Estimate,
    /// Exactly.
    Accurate,
}

/// What is sorted by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sort {
    /// The name of a parameter.
    pub name: &'static str,
    /// Whether the last comes first.
    pub descending: bool,
    pub(super) parameter: &'static Parameter,
}

/// A search for resources of one kind. What it asks for may say who somebody is: `Debug` does not show it.
#[derive(Clone)]
pub struct Query {
    pub(super) kind: Kind,
    pub(super) filters: Vec<Filter>,
    /// What was used, as it was given.
    pub(super) used: Vec<(String, String)>,
    pub(super) ignored: Vec<String>,
    pub(super) sort: Vec<Sort>,
    pub(super) count: Option<usize>,
    pub(super) includes: Vec<Include>,
    pub(super) revincludes: Vec<Include>,
    pub(super) show: Show,
    pub(super) elements: Vec<String>,
    pub(super) total: Option<Total>,
    pub(super) cursor: Option<String>,
}

impl Query {
    /// Most resources that one page has, whatever `_count` says.
    pub const MAX_COUNT: usize = 1000;

    /// Reads the parameters of a search, names and values without percent signs. With `is_strict`
    /// (`Prefer: handling=strict`) an unknown parameter is refused; else it is listed by [`Self::ignored`].
    ///
    /// # Errors
    /// Everything that is wrong, at once: unknown modifiers, chains, and values that can't be read.
    pub fn parse(kind: Kind, pairs: &[(String, String)], is_strict: bool) -> Result<Self, Vec<Issue>> {
        parse(kind, pairs, is_strict)
    }

    /// What is searched for.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Whether a resource, as it is sent, is all that is asked for.
    pub fn matches(&self, resource: &Value) -> bool {
        resource.get("resourceType").and_then(Value::as_str) == Some(self.kind.as_str())
            && self.filters.iter().all(|filter| filter.matches(resource))
    }

    /// The ids it can be, where `_id` says so.
    pub fn ids(&self) -> Option<Vec<String>> {
        let mut found: Option<Vec<String>> = None;
        for filter in self.all("_id") {
            let Test::Any(wanted) = &filter.test else { continue };
            let mut ids: Vec<String> = wanted
                .iter()
                .filter_map(|one| match one {
                    Wanted::Token(Token { system: None, code: Some(id) }) => Some(id.clone()),
                    _ => None,
                })
                .collect();
            ids.sort();
            ids.dedup();
            if let Some(before) = found {
                ids.retain(|id| before.contains(id));
            }
            found = Some(ids);
        }
        found
    }

    /// The ids of resources, one of which a reference must lead to, whatever their type: never too few, and
    /// more than needed where a parameter is given twice.
    pub fn references(&self, name: &str) -> Option<Vec<String>> {
        self.first(name, |one| match one {
            Wanted::Reference(reference) => Some(reference.id.clone()),
            _ => None,
        })
    }

    /// The codes, one of which must be there, as given: never too few. Codes are compared without case,
    /// identifiers with it.
    pub fn tokens(&self, name: &str) -> Option<Vec<Token>> {
        self.first(name, |one| match one {
            Wanted::Token(token) | Wanted::Contact(token) => Some(token.clone()),
            _ => None,
        })
    }

    /// The addresses, one of which must be there, as given; those of questionnaires with or without
    /// `|version`, or an id alone.
    pub fn uris(&self, name: &str) -> Option<Vec<String>> {
        self.first(name, |one| match one {
            Wanted::Uri(uri) | Wanted::Canonical(uri) => Some(uri.clone()),
            _ => None,
        })
    }

    /// The words that names or titles must begin with, as given.
    pub fn texts(&self, name: &str) -> Option<Vec<String>> {
        self.first(name, |one| match one {
            Wanted::Text(text) => Some(text.clone()),
            _ => None,
        })
    }

    /// From which time on and before which other a point in time must lie: never too narrow. Both are open for
    /// what has a beginning and an end (`Period`).
    pub fn range(&self, name: &str) -> Bounds {
        let (mut from, mut until): Bounds = (None, None);
        for filter in self.all(name).filter(|filter| !filter.parameter.is_period()) {
            let Test::Any(wanted) = &filter.test else { continue };
            let hulls: Vec<Bounds> = wanted
                .iter()
                .filter_map(|one| match one {
                    Wanted::Date(prefix, stretch) => Some(hull(*prefix, stretch)),
                    _ => None,
                })
                .collect();
            // Of several values the widest, of several parameters the narrowest; open on a side where one is.
            let first: Option<Vec<Timestamp>> = hulls.iter().map(|hull| hull.0).collect();
            let last: Option<Vec<Timestamp>> = hulls.iter().map(|hull| hull.1).collect();
            from = from.max(first.and_then(|all| all.into_iter().min()));
            until = [until, last.and_then(|all| all.into_iter().max())].into_iter().flatten().min();
        }
        (from, until)
    }

    /// The names of parameters that are not known and were left out.
    pub fn ignored(&self) -> &[String] {
        &self.ignored
    }

    /// What is sorted by, the most important first.
    pub fn sort(&self) -> &[Sort] {
        &self.sort
    }

    /// How many resources a page has, at most [`Self::MAX_COUNT`].
    pub fn count(&self) -> Option<usize> {
        self.count
    }

    /// What of the resources that are referred to goes along.
    pub fn includes(&self) -> &[Include] {
        &self.includes
    }

    /// What of the resources that refer to those found goes along.
    pub fn revincludes(&self) -> &[Include] {
        &self.revincludes
    }

    /// How much of each resource is shown.
    pub fn summary(&self) -> Show {
        self.show
    }

    /// The elements that are shown; all where there are none.
    pub fn elements(&self) -> &[String] {
        &self.elements
    }

    /// Whether it is said how many there are, where that is asked.
    pub fn total(&self) -> Option<Total> {
        self.total
    }

    /// Where the page before ended, in the words of the service (`_cursor`).
    pub fn cursor(&self) -> Option<&str> {
        self.cursor.as_deref()
    }

    /// The names of the parameters that say which resources.
    pub fn names(&self) -> BTreeSet<&'static str> {
        self.filters.iter().map(|filter| filter.parameter.name).collect()
    }

    fn all(&self, name: &str) -> impl Iterator<Item = &Filter> {
        self.filters.iter().filter(move |filter| filter.parameter.name == name)
    }

    /// The values of the first parameter of a name that has no modifier.
    fn first<T>(&self, name: &str, read: impl Fn(&Wanted) -> Option<T>) -> Option<Vec<T>> {
        self.all(name).find_map(|filter| match &filter.test {
            Test::Any(wanted) => wanted.iter().map(&read).collect(),
            _ => None,
        })
    }
}

impl fmt::Debug for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Query")
            .field("kind", &self.kind)
            .field("names", &self.names())
            .finish_non_exhaustive()
    }
}
