//! Reading, searching, and what was before.

use axum::http::StatusCode;
use foreword_fhir::{
    Issue, Kind,
    bundle::{self, Links, Method, Version},
    outcome,
    search::{Query, shape},
};
use serde_json::Value;

use super::{asked::Asked, reply::Reply, wrong};
use crate::{Web, access::Granted};

/// A resource as it stands.
pub(super) async fn read(
    web: &Web,
    granted: &Granted,
    kind: Kind,
    id: &str,
    asked: &Asked,
) -> Result<Reply, Reply> {
    let query = query(kind, asked, &asked.query)?;
    let found = web.app.read_resource(kind, id, &granted.client, web.now()).await?;
    let reply = Reply::versioned(found);
    let current = reply.body.as_ref().and_then(|body| body["meta"]["versionId"].as_str());
    if asked.if_none_match.as_ref().is_some_and(|known| known.holds(current)) {
        return Ok(Reply {
            etag: reply.etag,
            modified: reply.modified,
            ..Reply::empty(StatusCode::NOT_MODIFIED)
        });
    }
    Ok(Reply { body: reply.body.map(|body| shape(body, &query)), ..reply })
}

/// Resources that fit, a page at a time.
pub(super) async fn search(
    web: &Web,
    granted: &Granted,
    kind: Kind,
    asked: &Asked,
    pairs: &[(String, String)],
) -> Result<Reply, Reply> {
    let query = query(kind, asked, pairs)?;
    for include in query.includes().iter().chain(query.revincludes()) {
        let target = include.target.unwrap_or(include.kind);
        if !granted.may(target.as_str(), 'r') && !granted.may(target.as_str(), 's') {
            let why =
                format!("this token has no scope such as system/{}.r, which _include needs", target.as_str());
            return Err(wrong(StatusCode::FORBIDDEN, "forbidden", why));
        }
    }
    let page = web.app.search(query.clone(), &granted.client, web.now()).await?;
    let base = web.app.fhir_base();
    let may = |one: &Value| {
        one["resourceType"].as_str().is_some_and(|kind| granted.may(kind, 'r') || granted.may(kind, 's'))
    };
    let matches = page.resources.into_iter().map(|one| shape(one, &query)).collect();
    let included = page.included.into_iter().filter(may).collect();
    let next = page.next.map(|cursor| query.next_url(&base, &cursor));
    let this = query.self_url(&base);
    let links = Links { this: &this, next: next.as_deref() };
    let total = page.total.and_then(|total| usize::try_from(total).ok());
    let ignored = ignored(&query);
    Ok(Reply::ok(bundle::searchset(&base, links, total, matches, included, ignored)))
}

/// What a search left out, where it did.
fn ignored(query: &Query) -> Option<Value> {
    let text = |name: &String| {
        Issue::warning("not-supported", format!("{name}: is no search parameter here, and was left out"))
    };
    let issues: Vec<Issue> = query.ignored().iter().map(text).collect();
    (!issues.is_empty()).then(|| outcome(&issues))
}

/// All versions of a resource.
pub(super) async fn history(
    web: &Web,
    granted: &Granted,
    kind: Kind,
    id: &str,
    _asked: &Asked,
) -> Result<Reply, Reply> {
    let all = web.app.resource_history(kind, id, &granted.client, web.now()).await?;
    let base = web.app.fhir_base();
    let this = format!("{base}/{}/{id}/_history", kind.as_str());
    let versions: Vec<Version> = all
        .into_iter()
        .map(|entry| Version {
            kind,
            id: id.to_owned(),
            version: entry.version.to_string(),
            method: if entry.version == 1 { Method::Post } else { Method::Put },
            at: entry.resource["meta"]["lastUpdated"]
                .as_str()
                .and_then(|at| at.parse().ok())
                .unwrap_or_default(),
            resource: Some(entry.resource),
        })
        .collect();
    let total = Some(versions.len());
    Ok(Reply::ok(bundle::history(&base, Links { this: &this, next: None }, total, versions)))
}

/// One version of a resource.
pub(super) async fn version(
    web: &Web,
    granted: &Granted,
    (kind, id, version): (Kind, &str, &str),
    asked: &Asked,
) -> Result<Reply, Reply> {
    let query = query(kind, asked, &asked.query)?;
    let all = web.app.resource_history(kind, id, &granted.client, web.now()).await?;
    let is_it = |resource: &Value| resource["meta"]["versionId"] == version;
    let found = all.into_iter().map(|entry| entry.resource).find(is_it);
    let found = found.ok_or_else(|| {
        let why = format!("there is no version {version} of this {}, or it was not kept", kind.as_str());
        wrong(StatusCode::NOT_FOUND, "not-found", why)
    })?;
    let reply = Reply::versioned(found);
    Ok(Reply { body: reply.body.map(|body| shape(body, &query)), ..reply })
}

fn query(kind: Kind, asked: &Asked, pairs: &[(String, String)]) -> Result<Query, Reply> {
    Query::parse(kind, pairs, asked.prefer.is_strict)
        .map_err(|issues| Reply::refused(StatusCode::BAD_REQUEST, &issues))
}

/// A visit or a patient with all that belongs to it.
pub(super) async fn everything(web: &Web, granted: &Granted, kind: Kind, id: &str) -> Result<Reply, Reply> {
    let all = web.app.everything(kind, id, &granted.client, web.now()).await?;
    let may = |one: &Value| one["resourceType"].as_str().is_some_and(|kind| granted.may(kind, 'r'));
    let matches: Vec<Value> = all.into_iter().filter(may).collect();
    let base = web.app.fhir_base();
    let this = format!("{base}/{}/{id}/$everything", kind.as_str());
    let (links, total) = (Links { this: &this, next: None }, Some(matches.len()));
    Ok(Reply::ok(bundle::searchset(&base, links, total, matches, Vec::new(), None)))
}
