//! What is known of the types of FHIR R4: their bases, and the elements of the common ones.
//!
//! Without it JSON doesn't tell a code from a string, nor `valueQuantity` from an element of that name.

use std::{collections::HashMap, sync::LazyLock};

/// A type of FHIR, or the part of one that has no name of its own (`Patient.contact`).
pub(super) struct Type {
    base: &'static str,
    elements: Vec<(&'static str, &'static str)>,
}

static TYPES: LazyLock<HashMap<&'static str, Type>> = LazyLock::new(|| {
    let lines = include_str!("model.txt").lines().filter(|line| !line.starts_with('#'));
    lines
        .filter_map(|line| {
            let mut words = line.split(' ');
            let (name, base) = (words.next()?, words.next()?);
            Some((name, Type { base, elements: words.filter_map(|word| word.split_once('=')).collect() }))
        })
        .collect()
});

/// The line that lists the choices of types whose elements are not listed.
const ANY: &str = "*";
const CHOICE: &str = "[x]";

/// How a member of a JSON object is called in `FHIRPath`, and its type; an empty one when it is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Child {
    /// How many bytes of the member's name are the element's: 5 of `valueQuantity`.
    pub stem: usize,
    pub kind: &'static str,
}

/// The name as it lives as long as the program; nothing for what is no type of FHIR.
pub(super) fn find(name: &str) -> Option<&'static str> {
    TYPES.get_key_value(name).map(|(name, _)| *name).filter(|name| *name != ANY)
}

/// The child that a member of this name is, in an element of this type.
pub(super) fn child(kind: &str, key: &str) -> Child {
    let mut listed = false;
    let mut next = TYPES.get_key_value(kind);
    while let Some((name, found)) = next {
        if let Some(child) = found.child(key) {
            return child;
        }
        listed |= !found.elements.is_empty() && !matches!(*name, "Resource" | "DomainResource" | "Element");
        next = TYPES.get_key_value(found.base);
    }
    let mut unlisted = [ANY, "Element"].into_iter().filter(|_| !listed);
    unlisted.find_map(|name| TYPES.get(name)?.child(key)).unwrap_or(Child { stem: key.len(), kind: "" })
}

impl Type {
    fn child(&self, key: &str) -> Option<Child> {
        self.elements.iter().find_map(|(name, kind)| {
            let suffix = key.strip_prefix(name)?;
            let kind = match (*kind, suffix) {
                (CHOICE, suffix) => choice(suffix)?,
                (kind, "") => kind,
                _ => return None,
            };
            Some(Child { stem: name.len(), kind })
        })
    }
}

/// The type a choice was made for, by how the member's name ends: `Quantity`, `DateTime`.
fn choice(suffix: &str) -> Option<&'static str> {
    if !suffix.starts_with(|c: char| c.is_ascii_uppercase()) {
        return None;
    }
    let mut primitive = suffix.to_owned();
    primitive[..1].make_ascii_lowercase();
    let found = find(suffix).or_else(|| find(&primitive))?;
    (!is_a(found, "Resource") && !found.contains('.')).then_some(found)
}

/// Whether a type is another, or derived from it.
pub(super) fn is_a(kind: &str, other: &str) -> bool {
    let mut next = kind;
    while next != other {
        match TYPES.get(next) {
            Some(found) => next = found.base,
            None => return false,
        }
    }
    !next.is_empty()
}

/// The types whose values are written as plain strings, numbers and booleans.
pub(super) fn is_primitive(kind: &str) -> bool {
    kind.starts_with(|c: char| c.is_ascii_lowercase())
}

/// The name a type is known by; parts without a name of their own have that of their base.
pub(super) fn public_name(kind: &'static str) -> &'static str {
    if kind.contains('.') { TYPES.get(kind).map_or(kind, |found| found.base) } else { kind }
}
