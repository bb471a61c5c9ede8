//! References between the entries of a bundle, put right when it is known what their targets became.

use serde_json::Value;

use crate::Issue;

/// Puts the references of a resource right. `find` is given each as it is written, and says what it becomes:
/// that of another entry (`urn:uuid:...`) or of a search (`Patient?identifier=...`) `Type/id`; nothing where it stays.
///
/// # Errors
/// Lists the references to other entries and by search that nothing was found for, each with its place.
pub fn resolve(resource: &mut Value, find: &dyn Fn(&str) -> Option<String>) -> Result<(), Vec<Issue>> {
    let kind = resource.get("resourceType").and_then(Value::as_str).unwrap_or("Resource").to_owned();
    let mut issues = Vec::new();
    walk(resource, &kind, find, &mut issues);
    if issues.is_empty() { Ok(()) } else { Err(issues) }
}

fn walk(value: &mut Value, at: &str, find: &dyn Fn(&str) -> Option<String>, issues: &mut Vec<Issue>) {
    match value {
        Value::Array(list) => {
            for (n, value) in list.iter_mut().enumerate() {
                walk(value, &format!("{at}[{n}]"), find, issues);
            }
        }
        Value::Object(members) => {
            for (name, value) in members.iter_mut() {
                let at = format!("{at}.{name}");
                match value {
                    Value::String(reference) if name == "reference" => {
                        if let Some(found) = find(reference) {
                            *reference = found;
                        } else if let Some(why) = unresolved(reference) {
                            issues.push(Issue::error("not-found", why).at(at));
                        }
                    }
                    value => walk(value, &at, find, issues),
                }
            }
        }
        _ => {}
    }
}

/// Why a reference can't stay as it is.
fn unresolved(reference: &str) -> Option<&'static str> {
    if reference.starts_with("urn:uuid:") || reference.starts_with("urn:oid:") {
        Some("No entry of the bundle has this reference as its fullUrl.")
    } else if reference.contains('?') {
        Some("The search in this reference must find exactly one resource.")
    } else {
        None
    }
}
