//! What is asked for: which resource or operation, on which conditions, and how the answer is wanted.

use axum::http::{HeaderMap, Method, StatusCode, header};
use foreword_fhir::{
    Kind,
    header::{self as negotiated, Prefer, Versions},
};

use super::{reply::Reply, wrong};

/// What a path names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// What the endpoint can do.
    Metadata,
    /// The endpoint itself: Bundles.
    Base,
    /// All resources of a kind.
    Type(Kind),
    /// A search by POST.
    Search(Kind),
    /// A resource.
    Resource(Kind, String),
    /// Its versions.
    History(Kind, String),
    /// One of them.
    Version(Kind, String, String),
    /// An operation.
    Operation { kind: Kind, id: Option<String>, name: String },
}

/// A request, read.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    pub method: Method,
    pub target: Target,
    /// Parameters of the address; those of the answer's form are left out.
    pub query: Vec<(String, String)>,
    pub prefer: Prefer,
    pub if_match: Option<Versions>,
    pub if_none_match: Option<Versions>,
    pub if_none_exist: Option<Vec<(String, String)>>,
    pub is_pretty: bool,
}

impl Asked {
    /// Reads a request; the path begins behind the endpoint's.
    pub fn read(method: &Method, path: &str, query: &str, headers: &HeaderMap) -> Result<Self, Reply> {
        let target = target(path)?;
        let mut pairs: Vec<(String, String)> =
            form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let format = take(&mut pairs, "_format");
        let pretty = take(&mut pairs, "_pretty");
        let text = |name: header::HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
        let accept = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
        if !negotiated::is_acceptable(accept, format.as_deref()) {
            let why = "answers are application/fhir+json; ask for that with Accept or _format";
            return Err(wrong(StatusCode::NOT_ACCEPTABLE, "not-supported", why));
        }
        let named = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let versions = |name: header::HeaderName| match text(name.clone()) {
            None => Ok(None),
            Some(given) => Versions::parse(given).map(Some).ok_or_else(|| {
                let why = format!("{name}: must be a version as ETag gives it, such as W/\"3\"");
                wrong(StatusCode::BAD_REQUEST, "value", why)
            }),
        };
        Ok(Self {
            method: method.clone(),
            target,
            query: pairs,
            prefer: Prefer::parse(headers.get_all("prefer").iter().filter_map(|value| value.to_str().ok())),
            if_match: versions(header::IF_MATCH)?,
            if_none_match: versions(header::IF_NONE_MATCH)?,
            if_none_exist: named("if-none-exist").map(condition),
            is_pretty: pretty.as_deref() == Some("true"),
        })
    }

    /// The kind of resource and the act that must be allowed: `c`, `r`, `u`, `d` or `s`.
    pub fn needs(&self) -> (&'static str, char) {
        match (&self.target, &self.method) {
            (Target::Base, _) => ("Bundle", 'c'),
            (Target::Metadata, _) => ("CapabilityStatement", 'r'),
            (Target::Type(kind), &Method::GET) | (Target::Search(kind), _) => (kind.as_str(), 's'),
            (Target::Type(kind), &Method::POST) => (kind.as_str(), 'c'),
            (Target::Type(kind) | Target::Resource(kind, _), &Method::PUT) => (kind.as_str(), 'u'),
            (Target::Resource(kind, _), &Method::DELETE) => (kind.as_str(), 'd'),
            (
                Target::Operation { kind, .. }
                | Target::Type(kind)
                | Target::Resource(kind, _)
                | Target::History(kind, _)
                | Target::Version(kind, ..),
                _,
            ) => (kind.as_str(), 'r'),
        }
    }

    /// Whether it brings something along.
    pub fn takes_body(&self) -> bool {
        matches!(self.method, Method::POST | Method::PUT | Method::PATCH)
    }
}

/// A search in a header or an address.
pub(super) fn condition(text: &str) -> Vec<(String, String)> {
    let query = text.split_once('?').map_or(text, |(_, query)| query);
    form_urlencoded::parse(query.as_bytes()).into_owned().collect()
}

fn take(pairs: &mut Vec<(String, String)>, name: &str) -> Option<String> {
    let at = pairs.iter().position(|(key, _)| key == name)?;
    Some(pairs.remove(at).1)
}

fn target(path: &str) -> Result<Target, Reply> {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let unknown = |what: &str| {
        let why = format!("{what} is not served here; see /fhir/R4/metadata");
        wrong(StatusCode::NOT_FOUND, "not-supported", why)
    };
    let [first, rest @ ..] = parts.as_slice() else { return Ok(Target::Base) };
    if *first == "metadata" && rest.is_empty() {
        return Ok(Target::Metadata);
    }
    let kind: Kind = first.parse().map_err(|_| unknown("this type of resource"))?;
    let operation = |id: Option<&str>, name: &str| Target::Operation {
        kind,
        id: id.map(str::to_owned),
        name: name.to_owned(),
    };
    Ok(match rest {
        [] => Target::Type(kind),
        ["_search"] => Target::Search(kind),
        [name] if name.starts_with('$') => operation(None, name),
        [id] => Target::Resource(kind, (*id).to_owned()),
        [id, "_history"] => Target::History(kind, (*id).to_owned()),
        [id, "_history", version] => Target::Version(kind, (*id).to_owned(), (*version).to_owned()),
        [id, name] if name.starts_with('$') => operation(Some(id), name),
        _ => return Err(unknown("this address")),
    })
}
