//! The bundles that are sent: answers to a batch or transaction, results of a search, versions of a resource.

use jiff::{Timestamp, Unit};
use serde_json::{Map, Value, json};

use super::{Method, Mode};
use crate::{Kind, header::etag};

/// What became of one entry.
#[derive(Clone, Default)]
pub struct Done {
    /// The status of HTTP, such as 201.
    pub status: u16,
    /// The address of the version that was made: `Type/id/_history/version`.
    pub location: Option<String>,
    /// The version.
    pub version: Option<String>,
    /// When it was last changed.
    pub last_modified: Option<Timestamp>,
    /// What is to be said of it: an `OperationOutcome`.
    pub outcome: Option<Value>,
    /// What was asked for, or what it is now.
    pub resource: Option<Value>,
}

/// The addresses of a page of results.
#[derive(Clone, Copy, Debug)]
pub struct Links<'a> {
    /// This page.
    pub this: &'a str,
    /// The next page, where there is one.
    pub next: Option<&'a str>,
}

/// One version of a resource.
#[derive(Clone)]
pub struct Version {
    /// The kind of the resource.
    pub kind: Kind,
    /// Its id.
    pub id: String,
    /// The version.
    pub version: String,
    /// What was done.
    pub method: Method,
    /// When.
    pub at: Timestamp,
    /// What it was then; nothing where it was deleted.
    pub resource: Option<Value>,
}

/// The answer to a batch or transaction, in the order of its entries.
pub fn response(mode: Mode, done: Vec<Done>) -> Value {
    let entry = |done: Done| {
        let mut entry = Map::new();
        if let Some(resource) = done.resource {
            entry.insert("resource".to_owned(), resource);
        }
        let mut response = answer(done.status, done.version.as_deref(), done.last_modified);
        if let Some(location) = done.location {
            response["location"] = json!(location);
        }
        if let Some(outcome) = done.outcome {
            response["outcome"] = outcome;
        }
        entry.insert("response".to_owned(), response);
        Value::Object(entry)
    };
    let kind = match mode {
        Mode::Batch => "batch-response",
        Mode::Transaction => "transaction-response",
    };
    bundle(kind, None, None, &done.into_iter().map(entry).collect::<Vec<_>>())
}

/// The results of a search: what was found, what goes along, and what is to be said (an `OperationOutcome`).
/// `base` is the address of the endpoint.
pub fn searchset(
    base: &str,
    links: Links,
    total: Option<usize>,
    found: Vec<Value>,
    along: Vec<Value>,
    outcome: Option<Value>,
) -> Value {
    let as_mode = |mode: &'static str| {
        move |resource: Value| {
            let mut entry = Map::new();
            if let Some(url) = full_url(base, &resource) {
                entry.insert("fullUrl".to_owned(), json!(url));
            }
            entry.insert("resource".to_owned(), resource);
            entry.insert("search".to_owned(), json!({ "mode": mode }));
            Value::Object(entry)
        }
    };
    let mut entries: Vec<Value> = found.into_iter().map(as_mode("match")).collect();
    entries.extend(along.into_iter().map(as_mode("include")));
    entries.extend(outcome.into_iter().map(as_mode("outcome")));
    bundle("searchset", total, Some(links), &entries)
}

/// Versions of resources, the newest first.
pub fn history(base: &str, links: Links, total: Option<usize>, versions: Vec<Version>) -> Value {
    let base = base.trim_end_matches('/');
    let entry = |version: Version| {
        let Version { kind, id, version, method, at, resource } = version;
        let (url, status) = match method {
            Method::Post => (kind.to_string(), 201),
            Method::Delete => (format!("{kind}/{id}"), 204),
            _ => (format!("{kind}/{id}"), 200),
        };
        let mut entry = json!({
            "fullUrl": format!("{base}/{kind}/{id}"),
            "request": { "method": method.as_str(), "url": url },
            "response": answer(status, Some(&version), Some(at))
        });
        if let Some(resource) = resource {
            entry["resource"] = resource;
        }
        entry
    };
    bundle("history", total, Some(links), &versions.into_iter().map(entry).collect::<Vec<_>>())
}

fn bundle(kind: &str, total: Option<usize>, links: Option<Links>, entries: &[Value]) -> Value {
    let mut out = json!({ "resourceType": "Bundle", "type": kind });
    if let Some(total) = total {
        out["total"] = json!(total);
    }
    if let Some(links) = links {
        let next = links.next.map(|next| json!({ "relation": "next", "url": next }));
        let this = json!({ "relation": "self", "url": links.this });
        out["link"] = [this].into_iter().chain(next).collect();
    }
    // FHIR has no empty lists.
    if !entries.is_empty() {
        out["entry"] = json!(entries);
    }
    out
}

fn answer(status: u16, version: Option<&str>, at: Option<Timestamp>) -> Value {
    let mut out = json!({ "status": status_line(status) });
    if let Some(version) = version {
        out["etag"] = json!(etag(version));
    }
    if let Some(at) = at {
        let at = at.round(Unit::Millisecond).unwrap_or(at);
        out["lastModified"] = json!(format!("{at:.3}"));
    }
    out
}

/// A status with its words.
fn status_line(status: u16) -> String {
    let words = match status {
        200 => "OK",
        201 => "Created",
        202 => "Accepted",
        204 => "No Content",
        304 => "Not Modified",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        409 => "Conflict",
        410 => "Gone",
        412 => "Precondition Failed",
        413 => "Content Too Large",
        422 => "Unprocessable Content",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        _ => "",
    };
    format!("{status} {words}").trim_end().to_owned()
}

fn full_url(base: &str, resource: &Value) -> Option<String> {
    let text = |name: &str| resource.get(name).and_then(Value::as_str);
    Some(format!("{}/{}/{}", base.trim_end_matches('/'), text("resourceType")?, text("id")?))
}
