//! linkIds of a questionnaire and the ids its items have here: letters, digits, `-` and `_`.

use std::collections::{BTreeMap, BTreeSet};

use super::node::{Node, Notebook};

/// Deepest nesting of items.
const DEEPEST: usize = 32;
/// Most items.
const MOST: usize = 500;
/// Longest id.
const LONGEST: usize = 64;

/// The ids by linkId; nothing where an item can't be told from another.
///
/// A linkId that is an id as it stands stays as it is; the others are written with what an id may hold, in
/// the order of the questionnaire. So the same questionnaire has the same ids each time it is read.
pub(super) fn assign<'a>(root: &Node<'a>, book: &mut Notebook) -> Option<BTreeMap<&'a str, String>> {
    let before = book.faults.len();
    let mut found: Vec<(&str, String)> = Vec::new();
    collect(root, 1, &mut found, book);
    if found.len() > MOST {
        book.refuse("Questionnaire.item", format!("has {} items; there is room for {MOST}", found.len()));
    }
    let mut places: BTreeMap<&str, &String> = BTreeMap::new();
    for (link_id, path) in &found {
        if let Some(first) = places.insert(link_id, path) {
            book.refuse(format!("{path}.linkId"), format!("{link_id:?} is the linkId of {first}, too"));
        }
    }
    if book.faults.len() > before {
        return None;
    }
    let mut taken: BTreeSet<String> =
        found.iter().map(|(link_id, _)| (*link_id).to_owned()).filter(|id| is_id(id)).collect();
    let mut ids = BTreeMap::new();
    for (link_id, _) in found {
        let id = if is_id(link_id) { link_id.to_owned() } else { free(&plain(link_id), &mut taken) };
        ids.insert(link_id, id);
    }
    Some(ids)
}

/// Whether a text can be the id of an item or an instrument.
pub(super) fn is_id(id: &str) -> bool {
    (1..=LONGEST).contains(&id.len())
        && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

/// A text with what an id may hold: `44250-9` of `/44250-9`, `1-2` of `1.2`.
pub(super) fn plain(text: &str) -> String {
    let parts: Vec<&str> = text
        .split(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_'))
        .filter(|part| !part.is_empty())
        .collect();
    let mut id = parts.join("-");
    // All that is left is one byte a character.
    id.truncate(LONGEST - 6);
    if id.is_empty() { "item".to_owned() } else { id }
}

fn free(wanted: &str, taken: &mut BTreeSet<String>) -> String {
    let mut id = wanted.to_owned();
    let mut n = 1;
    while !taken.insert(id.clone()) {
        n += 1;
        id = format!("{wanted}-{n}");
    }
    id
}

fn collect<'a>(of: &Node<'a>, depth: usize, found: &mut Vec<(&'a str, String)>, book: &mut Notebook) {
    for item in of.list("item", book) {
        if depth > DEEPEST {
            book.refuse(&item.path, format!("lies more than {DEEPEST} deep; nest less"));
            return;
        }
        match item.text("linkId", book) {
            Some(link_id) if !link_id.trim().is_empty() => found.push((link_id, item.path.clone())),
            Some(_) => book.refuse(item.at("linkId"), "is empty"),
            None if item.has("linkId") => {}
            None => book.refuse(&item.path, "has no linkId; answers could not be told apart"),
        }
        collect(&item, depth + 1, found, book);
    }
}
