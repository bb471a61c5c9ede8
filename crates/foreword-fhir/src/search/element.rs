//! Elements of a resource by path: lists are gone through, `[key=value]` keeps those that have it.

use serde_json::Value;

/// All elements at a path.
pub(super) fn at<'a>(resource: &'a Value, path: &str) -> Vec<&'a Value> {
    let mut found = vec![resource];
    for step in path.split('.') {
        let (name, condition) = match step.split_once('[') {
            Some((name, condition)) => {
                (name, condition.strip_suffix(']').and_then(|text| text.split_once('=')))
            }
            None => (step, None),
        };
        let mut next = Vec::new();
        for value in found {
            match value.get(name) {
                Some(Value::Array(list)) => next.extend(list.iter().filter(|value| !value.is_null())),
                Some(Value::Null) | None => {}
                Some(value) => next.push(value),
            }
        }
        if let Some((key, wanted)) = condition {
            next.retain(|value| text(value, key) == Some(wanted));
        }
        found = next;
    }
    found
}

/// A member that is a text.
pub(super) fn text<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value.get(key).and_then(Value::as_str)
}
