//! Several requests in one: a batch, each by itself, or a transaction, all or none.

use axum::http::{Method as Http, StatusCode};
use foreword_app::fhir::{Mode as Writing, Write, Written};
use foreword_fhir::{
    Issue, Kind,
    bundle::{self, Bundle, Done, Entry, Method, Mode},
    header::Prefer,
    resources, validate,
};
use serde_json::Value;

use super::{
    answer,
    asked::{Asked, Target},
    reply::Reply,
    writing, wrong,
};
use crate::{Web, access::Granted};

/// Does what a Bundle asks for.
pub(super) async fn take(web: &Web, granted: &Granted, text: &str) -> Result<Reply, Reply> {
    let sent = writing::sent(text)?;
    let base = web.app.fhir_base();
    let bundle =
        Bundle::parse(sent, &base).map_err(|issues| Reply::refused(StatusCode::BAD_REQUEST, &issues))?;
    match bundle.mode {
        Mode::Batch => {
            let mut done = Vec::with_capacity(bundle.entries.len());
            for entry in &bundle.entries {
                done.push(match entry {
                    Ok(entry) => as_done(one(web, granted, entry).await, &base),
                    Err(issues) => as_done(Reply::refused(StatusCode::BAD_REQUEST, issues), &base),
                });
            }
            Ok(Reply::ok(bundle::response(Mode::Batch, done)))
        }
        Mode::Transaction => transaction(web, granted, &bundle, &base).await,
    }
}

/// All writes together, then what is read.
async fn transaction(web: &Web, granted: &Granted, bundle: &Bundle, base: &str) -> Result<Reply, Reply> {
    let entries: Vec<&Entry> = bundle.entries.iter().filter_map(|entry| entry.as_ref().ok()).collect();
    let mut writes: Vec<(usize, Write)> = Vec::new();
    for (n, entry) in entries.iter().enumerate() {
        if let Some(write) = write(granted, entry)? {
            writes.push((n, write));
        }
    }
    let places: Vec<usize> = writes.iter().map(|(n, _)| *n).collect();
    let resources: Vec<Value> = writes.iter().map(|(_, write)| write.resource.clone()).collect();
    let all = writes.into_iter().map(|(_, write)| write).collect();
    let written = web.app.write_resources(all, &granted.client, web.now()).await?;
    let mut done: Vec<Done> = vec![Done::default(); entries.len()];
    for ((n, written), resource) in places.iter().zip(&written).zip(resources) {
        done[*n] = as_written(written, resource);
    }
    for (n, entry) in entries.iter().enumerate().filter(|(n, _)| !places.contains(n)) {
        let reply = one(web, granted, entry).await;
        done[n] = as_done(reply, base);
    }
    Ok(Reply::ok(bundle::response(Mode::Transaction, done)))
}

/// What an entry writes; nothing where it reads.
fn write(granted: &Granted, entry: &Entry) -> Result<Option<Write>, Reply> {
    let at = |what: &str| format!("Bundle.entry[{}].{what}", entry.index);
    let target = &entry.target;
    let refuse = |status, code, why: String, what: &str| {
        Err(Reply::refused(status, &[Issue::error(code, why).at(at(what))]))
    };
    let (act, mode) = match entry.method {
        Method::Get | Method::Head => return Ok(None),
        Method::Post if target.operation.is_some() => return Ok(None),
        Method::Post => ('c', Writing::Create { unless: entry.if_none_exist.clone() }),
        Method::Put => {
            let if_match = entry.if_match.clone();
            let mode = match &target.id {
                Some(id) => Writing::Update { id: id.clone(), if_match },
                None => Writing::UpdateWhere { pairs: target.query.clone(), if_match },
            };
            ('u', mode)
        }
        Method::Delete | Method::Patch => {
            let why = format!("{} is not offered here; see /fhir/R4/metadata", entry.method.as_str());
            return refuse(StatusCode::METHOD_NOT_ALLOWED, "not-supported", why, "request.method");
        }
    };
    let Some(kind) = target.kind else {
        let why = "names no type of resource".to_owned();
        return refuse(StatusCode::BAD_REQUEST, "invalid", why, "request.url");
    };
    if !granted.may(kind.as_str(), act) {
        let why = format!("this token has no scope such as system/{}.{act}", kind.as_str());
        return refuse(StatusCode::FORBIDDEN, "forbidden", why, "request");
    }
    if !matches!(kind, Kind::Patient | Kind::Appointment | Kind::QuestionnaireResponse) {
        let why = format!("{} can't be written in a transaction", kind.as_str());
        return refuse(StatusCode::METHOD_NOT_ALLOWED, "not-supported", why, "request");
    }
    if writing::looks(&mode) && !granted.may(kind.as_str(), 's') {
        return Err(writing::no_condition(kind));
    }
    let Some(resource) = entry.resource.clone() else {
        let why = "is missing; it is what is written".to_owned();
        return refuse(StatusCode::BAD_REQUEST, "required", why, "resource");
    };
    Ok(Some(Write { kind, resource, text: None, full_url: entry.full_url.clone(), mode }))
}

/// Answers an entry as a request of its own.
async fn one(web: &Web, granted: &Granted, entry: &Entry) -> Reply {
    let Some(asked) = asked(entry) else {
        let why = format!("{} is not offered here; see /fhir/R4/metadata", entry.method.as_str());
        return wrong(StatusCode::METHOD_NOT_ALLOWED, "not-supported", why);
    };
    let (resource, act) = asked.needs();
    if !granted.may(resource, act) {
        let why = format!("this token has no scope such as system/{resource}.{act}");
        return wrong(StatusCode::FORBIDDEN, "forbidden", why);
    }
    let text = entry.resource.as_ref().map(Value::to_string).unwrap_or_default();
    if !text.is_empty()
        && let Err(issues) = validate::structure(&text)
    {
        return Reply::refused(StatusCode::BAD_REQUEST, &issues);
    }
    Box::pin(answer(web, granted, &asked, &text)).await
}

/// An entry as a request.
fn asked(entry: &Entry) -> Option<Asked> {
    let target = &entry.target;
    let kind = target.kind;
    let named = match (kind, &target.id, &target.version, &target.operation) {
        (None, _, _, Some(name)) if name == "metadata" => Target::Metadata,
        (Some(kind), id, _, Some(name)) => Target::Operation { kind, id: id.clone(), name: name.clone() },
        (Some(kind), Some(id), Some(version), None) => Target::Version(kind, id.clone(), version.clone()),
        (Some(kind), Some(id), None, None) if target.is_history => Target::History(kind, id.clone()),
        (Some(kind), Some(id), None, None) => Target::Resource(kind, id.clone()),
        (Some(kind), None, None, None) => Target::Type(kind),
        _ => return None,
    };
    Some(Asked {
        method: match entry.method {
            Method::Get | Method::Head => Http::GET,
            Method::Post => Http::POST,
            Method::Put => Http::PUT,
            Method::Delete | Method::Patch => return None,
        },
        target: named,
        query: target.query.clone(),
        prefer: Prefer::default(),
        if_match: entry.if_match.clone(),
        if_none_match: entry.if_none_match.clone(),
        if_none_exist: entry.if_none_exist.clone(),
        is_pretty: false,
    })
}

fn as_written(written: &Written, resource: Value) -> Done {
    let stamp = resources::Stamp { version: written.version, at: written.at };
    Done {
        status: if written.is_new { 201 } else { 200 },
        location: Some(format!("{}/{}/_history/{}", written.kind.as_str(), written.id, written.version)),
        version: Some(written.version.to_string()),
        last_modified: Some(written.at),
        outcome: None,
        resource: Some(resources::stamped(resource, &written.id.to_string(), stamp)),
    }
}

fn as_done(reply: Reply, base: &str) -> Done {
    let is_outcome = reply.body.as_ref().is_some_and(|body| body["resourceType"] == "OperationOutcome");
    let (outcome, resource) = if is_outcome { (reply.body, None) } else { (None, reply.body) };
    let plain = |tag: Box<str>| tag.trim_start_matches("W/").trim_matches('"').to_owned();
    Done {
        status: reply.status.as_u16(),
        location: reply
            .location
            .map(|place| place.trim_start_matches(base).trim_start_matches('/').to_owned()),
        version: reply.etag.map(plain),
        last_modified: reply.modified,
        outcome,
        resource,
    }
}
