//! Searches, on resources of our own and on the examples of R4.

mod dates;
mod every;
mod hostile;
mod official;
mod reading;
mod result;

use serde_json::Value;

use super::Query;
use crate::Kind;

/// The pairs of `a=b&c=d`, without percent signs.
fn pairs(text: &str) -> Vec<(String, String)> {
    let pair = |part: &str| {
        let (name, value) = part.split_once('=').unwrap();
        (name.to_owned(), value.to_owned())
    };
    text.split('&').filter(|part| !part.is_empty()).map(pair).collect()
}

fn query(kind: Kind, text: &str) -> Query {
    Query::parse(kind, &pairs(text), true).unwrap_or_else(|issues| panic!("{text}: {issues:?}"))
}

fn is_found(resource: &Value, text: &str) -> bool {
    let kind: Kind = resource["resourceType"].as_str().unwrap().parse().unwrap();
    query(kind, text).matches(resource)
}

/// The texts of what is wrong with a search.
fn faults(kind: Kind, text: &str) -> Vec<String> {
    let issues = Query::parse(kind, &pairs(text), true).expect_err(text);
    issues.into_iter().map(|issue| format!("{}: {}", issue.code, issue.text)).collect()
}
