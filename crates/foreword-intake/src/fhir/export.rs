//! Bulk Data Access: an export is begun, asked about, cancelled, and fetched file by file. Only the program that
//! began it finds it. What it may ask for is read in `export/wish.rs`.

mod wish;

use axum::{
    body::{Body, to_bytes},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use foreword_app::fhir::export::{Begun, Manifest, Progress, instant};
use foreword_fhir::{
    Issue, Kind,
    header::{self as negotiated, Prefer},
    outcome,
};
use futures_util::stream;
use serde_json::json;

use super::{BASE, LARGEST, reply::Reply, wrong};
use crate::{
    Web,
    access::{Granted, let_in},
    pages,
};

/// The media type of a file.
const NDJSON: &str = "application/fhir+ndjson";
/// Seconds after which it is worth asking again.
const ASK_AGAIN: u32 = 2;
/// Seconds after which another export may be begun.
const BUSY: u32 = 30;

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// An export: of everything, or of patients' data alone.
    Begin { of_patients: bool },
    /// Where an export stands.
    Export(String),
    /// A file of it.
    File(String, String),
}

/// What a path behind the endpoint's asks for, where it is about exports.
pub(super) fn place(path: &str) -> Option<Place> {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    match parts.as_slice() {
        ["$export"] => Some(Place::Begin { of_patients: false }),
        // There is one group: all patients.
        ["Patient", "$export"] | ["Group", "all", "$export"] => Some(Place::Begin { of_patients: true }),
        ["export", id] => Some(Place::Export((*id).to_owned())),
        ["export", id, file] => Some(Place::File((*id).to_owned(), (*file).to_owned())),
        _ => None,
    }
}

/// Answers a request that is about exports.
pub(super) async fn handle(web: &Web, place: &Place, method: &Method, parts: &Parts, body: Body) -> Response {
    let granted = match let_in(web, &parts.headers).await {
        Ok(granted) => granted,
        Err(refused) => return refused,
    };
    let answered = match (place, method) {
        (Place::Begin { of_patients }, &Method::GET | &Method::POST) => {
            begin(web, &granted, *of_patients, method, parts, body).await
        }
        (Place::Export(id), &Method::GET) => progress(web, &granted, id).await,
        (Place::Export(id), &Method::DELETE) => cancel(web, &granted, id).await,
        (Place::File(id, name), &Method::GET) => file(web, &granted, id, name).await,
        _ => {
            let allow = match place {
                Place::Begin { .. } => "GET, POST",
                Place::Export(_) => "GET, DELETE",
                Place::File(..) => "GET",
            };
            let why = format!("{method} is not offered here; use one of {allow}");
            Err(Reply { allow: Some(allow), ..wrong(StatusCode::METHOD_NOT_ALLOWED, "not-supported", why) })
        }
    };
    answered.unwrap_or_else(Reply::into_response)
}

async fn begin(
    web: &Web,
    granted: &Granted,
    of_patients: bool,
    method: &Method,
    parts: &Parts,
    body: Body,
) -> Result<Response, Reply> {
    let prefer = parts.headers.get_all("prefer").iter().filter_map(|value| value.to_str().ok());
    if !Prefer::parse(prefer).is_async {
        let why = "an export takes a while: send the header \"Prefer: respond-async\"";
        return Err(wrong(StatusCode::BAD_REQUEST, "required", why));
    }
    let query = parts.uri.query().unwrap_or_default();
    let mut pairs: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    if method == Method::POST {
        pairs.extend(sent(&parts.headers, body).await?);
    }
    let path = parts.uri.path().strip_prefix(BASE).unwrap_or_default();
    let mark = if query.is_empty() { "" } else { "?" };
    let address = format!("{}{path}{mark}{query}", web.app.fhir_base());
    let wish = wish::read(granted, of_patients, address, &pairs, is_lenient(&parts.headers))?;
    match web.app.begin_export(&wish, web.now()).await? {
        Begun::Noted(id) => {
            let place = format!("{}/export/{id}", web.app.fhir_base());
            let told = json!([{ "severity": "information", "code": "informational",
                "diagnostics": "the export is being made: ask at the address in Content-Location" }]);
            let reply = Reply {
                body: Some(json!({ "resourceType": "OperationOutcome", "issue": told })),
                ..Reply::empty(StatusCode::ACCEPTED)
            };
            Ok(with(reply.into_response(), &[(header::CONTENT_LOCATION, place)]))
        }
        Begun::Busy => {
            let why = "two exports of yours are under way; wait for them, or cancel one (DELETE)";
            let reply = wrong(StatusCode::TOO_MANY_REQUESTS, "throttled", why);
            Ok(with(reply.into_response(), &[(header::RETRY_AFTER, BUSY.to_string())]))
        }
    }
}

/// The parameters that a body holds.
async fn sent(headers: &HeaderMap, body: Body) -> Result<Vec<(String, String)>, Reply> {
    let bytes = to_bytes(body, LARGEST).await.map_err(|_| {
        let why = format!("the body is larger than {} MiB, or did not arrive", LARGEST >> 20);
        wrong(StatusCode::PAYLOAD_TOO_LARGE, "too-long", why)
    })?;
    if bytes.trim_ascii().is_empty() {
        return Ok(Vec::new());
    }
    let given = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    if !given.is_some_and(negotiated::is_json) {
        let why = "Content-Type: send application/fhir+json, a Parameters resource";
        return Err(wrong(StatusCode::UNSUPPORTED_MEDIA_TYPE, "not-supported", why));
    }
    let text = std::str::from_utf8(&bytes).map_err(|_| {
        wrong(StatusCode::BAD_REQUEST, "structure", "the body is not UTF-8; send it as UTF-8")
    })?;
    wish::parameters(&super::writing::sent(text)?)
}

/// How many kinds of resources a program that may read all of them wants: for the fuzz targets.
#[cfg(feature = "fuzz")]
pub(super) fn read(query: Option<&str>, body: &str) -> Option<usize> {
    let pairs = match query {
        Some(query) => super::asked::condition(query),
        None => wish::parameters(&super::writing::sent(body).ok()?).ok()?,
    };
    let wish = wish::read(&Granted::everything(), false, String::new(), &pairs, true).ok()?;
    Some(wish.kinds.len())
}

/// Whether what is not known may be left out.
fn is_lenient(headers: &HeaderMap) -> bool {
    let all = headers.get_all("prefer").iter().filter_map(|value| value.to_str().ok());
    all.flat_map(|value| value.split([',', ';'])).any(|one| {
        one.split_once('=').is_some_and(|(name, value)| {
            name.trim().eq_ignore_ascii_case("handling")
                && value.trim().trim_matches('"').eq_ignore_ascii_case("lenient")
        })
    })
}

async fn progress(web: &Web, granted: &Granted, id: &str) -> Result<Response, Reply> {
    let parsed = id.parse().map_err(|_| missing())?;
    let found = web.app.export_progress(parsed, &granted.client, web.now()).await?.ok_or_else(missing)?;
    match found {
        Progress::UnderWay(resources) => {
            let far = match resources {
                0 => "waiting or at its beginning".to_owned(),
                resources => format!("{resources} resources read"),
            };
            let told = json!([{ "severity": "information", "code": "informational", "diagnostics": far }]);
            let reply = Reply {
                body: Some(json!({ "resourceType": "OperationOutcome", "issue": told })),
                ..Reply::empty(StatusCode::ACCEPTED)
            };
            let progress = header::HeaderName::from_static("x-progress");
            Ok(with(reply.into_response(), &[(header::RETRY_AFTER, ASK_AGAIN.to_string()), (progress, far)]))
        }
        Progress::Done(manifest) => Ok(told(web, id, &manifest)),
        Progress::Failed => {
            let why = "the export failed; begin another one";
            Err(Reply::refused(StatusCode::INTERNAL_SERVER_ERROR, &[Issue::error("exception", why)]))
        }
    }
}

/// What an export holds.
fn told(web: &Web, id: &str, manifest: &Manifest) -> Response {
    let base = web.app.fhir_base();
    let file = |file: &foreword_app::fhir::export::File| {
        let kind = file.kind.as_str();
        json!({
            "type": kind,
            "url": format!("{base}/export/{id}/{kind}.{}.ndjson", file.number),
            "count": file.resources,
        })
    };
    let body = json!({
        "transactionTime": instant(manifest.transaction_at),
        "request": manifest.address.reveal(),
        "requiresAccessToken": true,
        "output": manifest.files.iter().map(file).collect::<Vec<_>>(),
        "error": [],
    });
    let response = (StatusCode::OK, [(header::CONTENT_TYPE, "application/json")], body.to_string());
    let expires = negotiated::http_date(manifest.expires_at).unwrap_or_default();
    with(response.into_response(), &[(header::EXPIRES, expires)])
}

async fn cancel(web: &Web, granted: &Granted, id: &str) -> Result<Response, Reply> {
    let id = id.parse().map_err(|_| missing())?;
    if !web.app.cancel_export(id, &granted.client, web.now()).await? {
        return Err(missing());
    }
    Ok(Reply { body: Some(outcome(&[])), ..Reply::empty(StatusCode::ACCEPTED) }.into_response())
}

/// A file, a part at a time.
async fn file(web: &Web, granted: &Granted, id: &str, name: &str) -> Result<Response, Reply> {
    let id = id.parse().map_err(|_| missing())?;
    let (kind, number) = named(name).ok_or_else(missing)?;
    if !granted.may(kind.as_str(), 'r') && !granted.may(kind.as_str(), 's') {
        let why = format!("this token has no scope such as system/{kind}.rs");
        return Err(wrong(StatusCode::FORBIDDEN, "forbidden", why));
    }
    let parts = web.app.open_export_file((id, kind, number), &granted.client, web.now()).await?;
    let parts = parts.ok_or_else(missing)?.into_iter();
    let lines = stream::try_unfold((web.app.clone(), parts), move |(app, mut parts)| async move {
        let Some(part) = parts.next() else { return Ok(None) };
        match app.export_part(id, kind, part).await {
            Ok(lines) => Ok(Some((lines.into_inner(), (app, parts)))),
            Err(error) => {
                // The body ends in its middle, so that nobody takes it for whole.
                tracing::warn!(error = %pages::in_words(&error), "a file of an export could not be read to its end");
                Err(std::io::Error::other("the file could not be read to its end"))
            }
        }
    });
    let media = [(header::CONTENT_TYPE, HeaderValue::from_static(NDJSON))];
    Ok((StatusCode::OK, media, Body::from_stream(lines)).into_response())
}

/// What the name of a file says: `Patient.1.ndjson`.
fn named(name: &str) -> Option<(Kind, u32)> {
    let (kind, number) = name.strip_suffix(".ndjson")?.split_once('.')?;
    let number = number.parse().ok().filter(|read: &u32| read.to_string() == number)?;
    Some((kind.parse().ok()?, number))
}

fn with(mut response: Response, headers: &[(header::HeaderName, String)]) -> Response {
    for (name, value) in headers {
        if let Ok(value) = HeaderValue::try_from(value) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

fn missing() -> Reply {
    let why = "there is no such export or file of yours; it may be over: begin another one with $export";
    wrong(StatusCode::NOT_FOUND, "not-found", why)
}
