//! One entry of a batch or transaction.

use std::{fmt, str::FromStr};

use jiff::Timestamp;
use serde_json::Value;

use super::url::{Target, pairs};
use crate::{
    Issue,
    header::{self, Versions},
};

/// What is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Method {
    /// It is deleted.
    Delete,
    /// It is created, or something is called.
    Post,
    /// It is changed, or created at its address.
    Put,
    /// A part of it is changed.
    Patch,
    /// It is read.
    Get,
    /// It is looked whether it is there.
    Head,
}

impl Method {
    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Delete => "DELETE",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Get => "GET",
            Self::Head => "HEAD",
        }
    }

    /// Its place in a transaction.
    pub(super) fn rank(self) -> u8 {
        match self {
            Self::Delete => 0,
            Self::Post => 1,
            Self::Put | Self::Patch => 2,
            Self::Get | Self::Head => 3,
        }
    }
}

impl FromStr for Method {
    type Err = ();

    fn from_str(name: &str) -> Result<Self, ()> {
        let all = [Self::Delete, Self::Post, Self::Put, Self::Patch, Self::Get, Self::Head];
        all.into_iter().find(|method| method.as_str() == name).ok_or(())
    }
}

/// Something to do. `Debug` shows neither the resource nor what is searched for.
#[derive(Clone)]
pub struct Entry {
    /// Its place in the bundle, from 0.
    pub index: usize,
    /// The address by which other entries refer to it.
    pub full_url: Option<String>,
    /// What is done.
    pub method: Method,
    /// What it is done to.
    pub target: Target,
    /// Only where this version is there.
    pub if_match: Option<Versions>,
    /// Only where this version is not there.
    pub if_none_match: Option<Versions>,
    /// Only where it was changed since.
    pub if_modified_since: Option<Timestamp>,
    /// Only where this search finds nothing.
    pub if_none_exist: Option<Vec<(String, String)>>,
    /// What is created or changed to, or what an operation is given.
    pub resource: Option<Value>,
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("Entry");
        out.field("index", &self.index).field("method", &self.method).field("kind", &self.target.kind);
        out.finish_non_exhaustive()
    }
}

impl Entry {
    /// Reads an entry, or says all that is wrong with it.
    pub(super) fn parse(index: usize, entry: Value, base: &str) -> Result<Self, Vec<Issue>> {
        let at = format!("Bundle.entry[{index}]");
        let Value::Object(mut members) = entry else {
            return Err(vec![Issue::error("structure", "An entry must be an object.").at(at)]);
        };
        let resource = members.remove("resource");
        let full_url = match members.remove("fullUrl") {
            None => None,
            Some(Value::String(url)) if !url.is_empty() => Some(url),
            Some(_) => {
                let issue = Issue::error("structure", "A fullUrl must be a text that is not empty.");
                return Err(vec![issue.at(format!("{at}.fullUrl"))]);
            }
        };
        let request = members.remove("request");
        let Some(Value::Object(request)) = request else {
            let text = "The request is missing: an object with method and url.";
            return Err(vec![Issue::error("required", text).at(format!("{at}.request"))]);
        };
        let mut issues = Vec::new();
        let mut text = |name: &str| match request.get(name) {
            None => None,
            Some(Value::String(text)) => Some(text.clone()),
            Some(_) => {
                issues.push(
                    Issue::error("structure", "This must be a text.").at(format!("{at}.request.{name}")),
                );
                None
            }
        };
        let (method, url) = (text("method"), text("url"));
        let (if_match, if_none_match) = (text("ifMatch"), text("ifNoneMatch"));
        let (if_none_exist, if_modified_since) = (text("ifNoneExist"), text("ifModifiedSince"));
        let mut versions = |name: &str, header: Option<String>| {
            let read = header.as_deref().map(Versions::parse);
            if read == Some(None) {
                let issue = Issue::error("value", "This must be the tag of a version, such as W/\"1\".");
                issues.push(issue.at(format!("{at}.request.{name}")));
            }
            read.flatten()
        };
        let if_match = versions("ifMatch", if_match);
        let if_none_match = versions("ifNoneMatch", if_none_match);
        let if_modified_since = if_modified_since.and_then(|since| {
            let read = since.parse().ok().or_else(|| header::parse_http_date(&since));
            if read.is_none() {
                let issue = Issue::error("value", "This must be an instant, such as 2026-11-23T10:00:00Z.");
                issues.push(issue.at(format!("{at}.request.ifModifiedSince")));
            }
            read
        });
        let method = match method.as_deref().map(Method::from_str) {
            Some(Ok(method)) => Some(method),
            Some(Err(())) => {
                let said = "The method must be GET, HEAD, POST, PUT, PATCH or DELETE.";
                issues.push(Issue::error("value", said).at(format!("{at}.request.method")));
                None
            }
            None => {
                issues.push(
                    Issue::error("required", "The method is missing.").at(format!("{at}.request.method")),
                );
                None
            }
        };
        let target = match url.as_deref().map(|url| Target::parse(url, base)) {
            Some(Ok(target)) => Some(target),
            Some(Err((code, why))) => {
                issues.push(Issue::error(code, why).at(format!("{at}.request.url")));
                None
            }
            None => {
                issues.push(Issue::error("required", "The url is missing.").at(format!("{at}.request.url")));
                None
            }
        };
        let (Some(method), Some(target)) = (method, target) else { return Err(issues) };
        let if_none_exist =
            if_none_exist.map(|query| pairs(query.split_once('?').map_or(&*query, |(_, query)| query)));
        let entry = Self {
            index,
            full_url,
            method,
            target,
            if_match,
            if_none_match,
            if_modified_since,
            if_none_exist,
            resource,
        };
        issues.extend(
            entry
                .faults()
                .into_iter()
                .map(|(code, place, why)| Issue::error(code, why).at(format!("{at}.{place}"))),
        );
        if issues.is_empty() { Ok(entry) } else { Err(issues) }
    }

    /// A name for the one resource it changes, where that can be said.
    pub(super) fn changes(&self) -> Option<String> {
        if !matches!(self.method, Method::Put | Method::Patch | Method::Delete) {
            return None;
        }
        let kind = self.target.kind?;
        Some(match &self.target.id {
            Some(id) => format!("{kind}/{id}"),
            None => format!("{kind}?{:?}", self.target.query),
        })
    }

    /// What does not go together.
    fn faults(&self) -> Vec<(&'static str, &'static str, String)> {
        let mut faults = Vec::new();
        let target = &self.target;
        let is_call = target.operation.is_some();
        if is_call && !matches!(self.method, Method::Get | Method::Post | Method::Head) {
            faults.push((
                "not-supported",
                "request.method",
                "An operation is called with GET or POST.".to_owned(),
            ));
        }
        if is_call || matches!(self.method, Method::Get | Method::Head) {
            return faults;
        }
        if target.version.is_some() || target.is_history {
            faults.push((
                "not-supported",
                "request.url",
                "A version can be read, and not changed.".to_owned(),
            ));
        }
        let Some(kind) = target.kind else {
            faults.push(("value", "request.url", "The address must name the type of resource.".to_owned()));
            return faults;
        };
        if matches!(self.method, Method::Post) {
            if target.id.is_some() || !target.query.is_empty() {
                let text = "What is created has no id and no search in its address; use PUT, or ifNoneExist.";
                faults.push(("value", "request.url", text.to_owned()));
            }
        } else if target.id.is_none() && target.query.is_empty() {
            let text = format!("The address must name one resource: {kind}/id, or {kind}? and a search.");
            faults.push(("value", "request.url", text));
        } else if target.id.is_some() && !target.query.is_empty() {
            faults.push((
                "value",
                "request.url",
                "The address has an id and a search; it takes one of both.".to_owned(),
            ));
        }
        if self.if_none_exist.is_some() && self.method != Method::Post {
            faults.push((
                "value",
                "request.ifNoneExist",
                "Only what is created (POST) takes ifNoneExist.".to_owned(),
            ));
        }
        if matches!(self.method, Method::Post | Method::Put) {
            faults.extend(self.resource_faults(kind.as_str()));
        }
        faults
    }

    fn resource_faults(&self, kind: &str) -> Option<(&'static str, &'static str, String)> {
        let Some(resource) = &self.resource else {
            return Some(("required", "resource", format!("The resource is missing: a {kind}.")));
        };
        let text = |name: &str| resource.get(name).and_then(Value::as_str);
        if text("resourceType") != Some(kind) {
            let said = format!("The address is that of a {kind}, and the resource must be one.");
            return Some(("structure", "resource.resourceType", said));
        }
        let id = self.target.id.as_deref().filter(|_| self.method == Method::Put)?;
        (text("id") != Some(id))
            .then(|| ("value", "resource.id", "The id must be that of the address.".to_owned()))
    }
}
