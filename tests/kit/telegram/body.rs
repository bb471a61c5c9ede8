//! The parameters of a call, from the address and from whichever body it came with.

use serde_json::{Map, Value};

use super::spec::Shape;

/// The parameters of a call as JSON, or why they can't be read.
pub fn read(
    shape: &Shape,
    query: Option<&str>,
    content_type: &str,
    body: &[u8],
) -> Result<Map<String, Value>, String> {
    let mut given = Map::new();
    for (name, text) in pairs(query.unwrap_or_default()) {
        let value = typed(shape, &name, text);
        given.insert(name, value);
    }
    let kind = content_type.split(';').next().unwrap_or_default().trim();
    match kind {
        _ if body.is_empty() => {}
        "application/json" => {
            let body: Value = serde_json::from_slice(body).map_err(|fault| format!("no JSON: {fault}"))?;
            match body {
                Value::Null => {}
                Value::Object(fields) => {
                    for (name, value) in fields {
                        let value = match value {
                            Value::String(text) => unwrapped(shape, &name, text),
                            other => other,
                        };
                        given.insert(name, value);
                    }
                }
                _ => return Err("the body is no JSON object".to_owned()),
            }
        }
        "application/x-www-form-urlencoded" => {
            let body = std::str::from_utf8(body).map_err(|_| "the form is no UTF-8".to_owned())?;
            for (name, text) in pairs(body) {
                let value = typed(shape, &name, text);
                given.insert(name, value);
            }
        }
        "multipart/form-data" => {
            for (name, text) in parts(content_type, body)? {
                let value = typed(shape, &name, text);
                given.insert(name, value);
            }
        }
        other => return Err(format!("nothing is known of the content type {other:?}")),
    }
    Ok(given)
}

/// A text of a form as what the parameter is to be; what doesn't fit stays a text, to be found fault with.
fn typed(shape: &Shape, name: &str, text: String) -> Value {
    let types = shape.fields.get(name).map(Vec::as_slice).unwrap_or_default();
    for kind in types {
        let value = match kind.as_str() {
            "Integer" => text.parse::<i64>().ok().map(Value::from),
            "Float" => text.parse::<f64>().ok().map(Value::from),
            "Boolean" => match text.to_ascii_lowercase().as_str() {
                "true" | "1" => Some(Value::Bool(true)),
                "false" | "0" => Some(Value::Bool(false)),
                _ => None,
            },
            "String" | "InputFile" => Some(Value::String(text.clone())),
            _ => serde_json::from_str(&text).ok(),
        };
        if let Some(value) = value {
            return value;
        }
    }
    Value::String(text)
}

/// In a JSON body too, an object may stand as a text with JSON in it.
fn unwrapped(shape: &Shape, name: &str, text: String) -> Value {
    let simple = ["Integer", "Float", "Boolean", "String", "InputFile"];
    let types = shape.fields.get(name).map(Vec::as_slice).unwrap_or_default();
    if types.is_empty() || types.iter().any(|kind| simple.contains(&kind.as_str())) {
        return Value::String(text);
    }
    serde_json::from_str(&text).unwrap_or(Value::String(text))
}

fn pairs(form: &str) -> Vec<(String, String)> {
    form.split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decoded(name), decoded(value))
        })
        .collect()
}

fn decoded(text: &str) -> String {
    let mut out = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let hex = after.get(..2).and_then(|pair| std::str::from_utf8(pair).ok());
        match (first, hex.and_then(|pair| u8::from_str_radix(pair, 16).ok())) {
            (b'%', Some(byte)) => {
                out.push(byte);
                rest = &after[2..];
            }
            (b'+', _) => {
                out.push(b' ');
                rest = after;
            }
            _ => {
                out.push(first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn parts(content_type: &str, body: &[u8]) -> Result<Vec<(String, String)>, String> {
    let boundary = content_type.split("boundary=").nth(1).ok_or("multipart without a boundary")?;
    let boundary = boundary.split(';').next().unwrap_or_default().trim_matches('"');
    let body = String::from_utf8_lossy(body);
    let mut found = Vec::new();
    for part in body.split(&format!("--{boundary}")).skip(1) {
        if part.starts_with("--") {
            return Ok(found);
        }
        let (head, content) = part.split_once("\r\n\r\n").ok_or("a part without a head")?;
        let name = head.split("name=\"").nth(1).and_then(|rest| rest.split('"').next());
        let content = content.strip_suffix("\r\n").unwrap_or(content);
        found.push((name.ok_or("a part without a name")?.to_owned(), content.to_owned()));
    }
    Err("multipart without an end".to_owned())
}
