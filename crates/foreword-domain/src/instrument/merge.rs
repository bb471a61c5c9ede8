//! Variants: a file's own keys, changed by what the variant says again.

use toml::{Table, Value};

/// Lists that a variant replaces as a whole: half a list of bands would be a list with a gap.
const WHOLE: [&str; 6] = ["bands", "bands_for", "vector", "change", "citations", "items"];

/// The table of a variant: the base with the variant's keys over it.
pub(super) fn over(base: &Table, variant: &Table) -> Table {
    let mut merged = base.clone();
    for (key, new) in variant {
        let old = merged.remove(key);
        if new.as_str() == Some("") {
            // Said to be nothing: the variant does not have it.
            continue;
        }
        merged.insert(key.clone(), value(key, old, new));
    }
    merged
}

fn value(key: &str, old: Option<Value>, new: &Value) -> Value {
    match (old, new) {
        // Another rule or status has other keys beside it.
        (Some(Value::Table(old)), Value::Table(new)) if is_other_kind(&old, new) => Value::Table(new.clone()),
        (Some(Value::Table(old)), Value::Table(new)) => Value::Table(over(&old, new)),
        (Some(Value::Array(old)), Value::Array(new)) if !WHOLE.contains(&key) => Value::Array(list(old, new)),
        _ => new.clone(),
    }
}

fn is_other_kind(old: &Table, new: &Table) -> bool {
    ["rule", "status"].iter().any(|tag| new.get(*tag).is_some_and(|said| old.get(*tag) != Some(said)))
}

/// Entries with an id or a code are found again by it; all others make a new list.
fn list(mut old: Vec<Value>, new: &[Value]) -> Vec<Value> {
    let name = |value: &Value| {
        let table = value.as_table()?;
        table.get("id").or_else(|| table.get("code")).cloned()
    };
    if new.iter().any(|entry| name(entry).is_none()) {
        return new.to_vec();
    }
    for entry in new {
        match old.iter_mut().find(|other| name(other) == name(entry)) {
            Some(Value::Table(table)) => {
                if let Value::Table(changes) = entry {
                    *table = over(table, changes);
                }
            }
            _ => old.push(entry.clone()),
        }
    }
    old
}
