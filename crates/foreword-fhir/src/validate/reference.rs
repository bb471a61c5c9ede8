//! How a reference to a resource is written, and which type of resource it leads to.

use std::collections::HashSet;

use super::primitive::{Fault, is_id};
use crate::r4;

/// What is wrong with the address in a `Reference`; `contained` are the ids of what the resource contains.
pub(super) fn fault(to: &str, contained: &HashSet<String>) -> Option<Fault> {
    let wrong = |code, what: &str| Some((code, what.to_owned()));
    if let Some(id) = to.strip_prefix('#') {
        if id.is_empty() || contained.contains(id) {
            return None;
        }
        return wrong("invariant", "leads to a contained resource that is not there");
    }
    if to.chars().any(char::is_whitespace) {
        return wrong("value", "is an address, and none has blanks in it");
    }
    // Within a transaction a search may stand for a resource.
    if is_absolute(to) || to.contains('?') {
        return None;
    }
    match relative(to) {
        Some(kind) if r4::is_resource(kind) => None,
        Some(_) => wrong("value", "leads to a type of resource that R4 does not have"),
        None => wrong(
            "value",
            "must be Type/id, a whole address (https://...), urn:uuid:... or #id of a contained resource",
        ),
    }
}

fn is_absolute(to: &str) -> bool {
    let scheme = to.split(':').next().unwrap_or_default();
    to.len() > scheme.len()
        && !scheme.is_empty()
        && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'))
}

/// The type in `Type/id` or `Type/id/_history/version`.
fn relative(to: &str) -> Option<&str> {
    let parts: Vec<&str> = to.split('#').next()?.split('/').collect();
    match parts[..] {
        [kind, id] | [kind, id, "_history", _] if is_id(id) => Some(kind),
        _ => None,
    }
}

/// The type of resource an address leads to, as far as it says so: the step before the id.
pub(super) fn type_of(to: &str) -> Option<&str> {
    if to.starts_with("urn:") || to.starts_with('#') || to.contains('?') {
        return None;
    }
    if !is_absolute(to) {
        return relative(to);
    }
    let path = to.split_once("://")?.1.split('/').skip(1).collect::<Vec<_>>();
    match path[..] {
        [.., kind, _, "_history", _] | [.., kind, _] if !kind.is_empty() => Some(kind),
        _ => None,
    }
}
