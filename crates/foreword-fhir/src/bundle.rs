//! Bundles: what a batch or transaction asks for, entry by entry, references between its entries, and the
//! bundles that are sent.

mod entry;
mod resolve;
mod url;
mod write;

use std::collections::BTreeMap;

use serde_json::Value;

use crate::Issue;

pub use entry::{Entry, Method};
pub use resolve::resolve;
pub use url::{Target, pairs};
pub use write::{Done, Links, Version, history, response, searchset};

/// Most entries of a bundle.
pub const MAX_ENTRIES: usize = 1000;

/// Whether all entries are done or none, or each by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Each by itself.
    Batch,
    /// All or none.
    Transaction,
}

/// A bundle of things to do.
#[derive(Clone, Debug)]
pub struct Bundle {
    /// Whether all of it is done or none.
    pub mode: Mode,
    /// What is to be done, or what is wrong with it. In a transaction nothing is wrong with any.
    pub entries: Vec<Result<Entry, Vec<Issue>>>,
}

impl Bundle {
    /// Reads a bundle of the type `batch` or `transaction`. `base` is the address of this endpoint; addresses in
    /// entries are relative to it or begin with it.
    ///
    /// # Errors
    /// Where it is no such bundle, is too large, or names a thing twice; in a transaction also everything that is
    /// wrong with any entry.
    pub fn parse(bundle: Value, base: &str) -> Result<Self, Vec<Issue>> {
        let one = |code, text: &str, at: &str| vec![Issue::error(code, text).at(at)];
        let Value::Object(mut members) = bundle else {
            return Err(one("structure", "This is no resource; a Bundle is needed.", "Bundle"));
        };
        if members.get("resourceType").and_then(Value::as_str) != Some("Bundle") {
            return Err(one("structure", "This is no Bundle.", "Bundle.resourceType"));
        }
        let mode = match members.get("type").and_then(Value::as_str) {
            Some("batch") => Mode::Batch,
            Some("transaction") => Mode::Transaction,
            Some(_) => {
                return Err(one(
                    "not-supported",
                    "A Bundle that is sent here is a batch or transaction.",
                    "Bundle.type",
                ));
            }
            None => return Err(one("required", "The type is missing: batch or transaction.", "Bundle.type")),
        };
        let list = match members.remove("entry") {
            None => Vec::new(),
            Some(Value::Array(list)) if !list.is_empty() => list,
            Some(_) => {
                return Err(one("structure", "entry must be a list that is not empty.", "Bundle.entry"));
            }
        };
        if list.len() > MAX_ENTRIES {
            let text =
                format!("There are {} entries; at most {MAX_ENTRIES} are taken. Send several.", list.len());
            return Err(one("too-costly", &text, "Bundle.entry"));
        }
        let mut entries: Vec<Result<Entry, Vec<Issue>>> =
            list.into_iter().enumerate().map(|(index, entry)| Entry::parse(index, entry, base)).collect();
        refuse_doubles(&mut entries, mode);
        if mode == Mode::Transaction && entries.iter().any(Result::is_err) {
            return Err(entries.into_iter().filter_map(Result::err).flatten().collect());
        }
        Ok(Self { mode, entries })
    }

    /// The entries that can be done, in the order they are done in: what is deleted, created, changed, read; in
    /// the order of the bundle within each. A batch is done in its own order.
    pub fn order(&self) -> Vec<&Entry> {
        let mut entries: Vec<&Entry> = self.entries.iter().filter_map(|entry| entry.as_ref().ok()).collect();
        if self.mode == Mode::Transaction {
            entries.sort_by_key(|entry| entry.method.rank());
        }
        entries
    }
}

/// Refuses the second entry of one address, and in a transaction the second that changes one resource.
fn refuse_doubles(entries: &mut [Result<Entry, Vec<Issue>>], mode: Mode) {
    let mut addresses: BTreeMap<String, usize> = BTreeMap::new();
    let mut changed: BTreeMap<String, usize> = BTreeMap::new();
    for slot in entries {
        let Ok(entry) = slot else { continue };
        let at = format!("Bundle.entry[{}]", entry.index);
        let mut issues = Vec::new();
        if let Some(address) = &entry.full_url
            && let Some(before) = addresses.insert(address.clone(), entry.index)
        {
            let text = format!("The fullUrl is that of entry {before}, too; each has its own.");
            issues.push(Issue::error("duplicate", text).at(format!("{at}.fullUrl")));
        }
        if mode == Mode::Transaction
            && let Some(name) = entry.changes()
            && let Some(before) = changed.insert(name, entry.index)
        {
            let text = format!("Entry {before} changes the same resource; a transaction changes each once.");
            issues.push(Issue::error("duplicate", text).at(format!("{at}.request.url")));
        }
        if !issues.is_empty() {
            *slot = Err(issues);
        }
    }
}

#[cfg(test)]
mod tests;
