//! What a program wants to export, read from the parameters of `$export`: never more than it may read.

use axum::http::StatusCode;
use foreword_app::fhir::export::Wish;
use foreword_domain::private::Private;
use foreword_fhir::{
    Issue, Kind,
    search::{Query, Show},
};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde_json::Value;

use super::super::{reply::Reply, wrong};
use crate::access::Granted;

/// Values of one kind of parameter, at most.
const MOST: usize = 100;

/// Reads a wish.
pub(super) fn read(
    granted: &Granted,
    of_patients: bool,
    address: String,
    pairs: &[(String, String)],
    is_lenient: bool,
) -> Result<Wish, Reply> {
    let mut asked: Vec<Kind> = Vec::new();
    let (mut since, mut filters) = (None, Vec::new());
    for (name, value) in pairs.iter().filter(|(_, value)| !value.is_empty()) {
        match name.as_str() {
            "_type" => asked.extend(kinds(value)?),
            "_since" => since = Some(moment(value)?),
            "_typeFilter" => filters.push(filter(value)?),
            "_outputFormat" => format(value)?,
            "_format" | "_pretty" => {}
            _ if is_lenient => {}
            // What else there may be has a name of its own; the value is not repeated.
            _ => {
                let known = "_type, _since, _typeFilter and _outputFormat";
                let why = format!(
                    "a parameter is not known here: use {known}, or send \"Prefer: handling=lenient\" to have others left out"
                );
                return Err(bad("not-supported", why));
            }
        }
    }
    if filters.len() > MOST {
        return Err(bad("too-costly", format!("_typeFilter: at most {MOST} are taken")));
    }
    let is_asked = |kind: &Kind| asked.is_empty() || asked.contains(kind);
    let is_of_patients = |kind: &Kind| !of_patients || *kind != Kind::Questionnaire;
    let may = |kind: &Kind| granted.may(kind.as_str(), 'r') || granted.may(kind.as_str(), 's');
    let wanted: Vec<Kind> = Kind::ALL.into_iter().filter(is_asked).filter(is_of_patients).collect();
    if wanted.is_empty() {
        return Err(bad("invalid", "_type: none of these is of patients; ask for them with [base]/$export"));
    }
    if !asked.is_empty()
        && let Some(kind) = wanted.iter().find(|kind| !may(kind))
    {
        let why = format!("this token has no scope such as system/{kind}.rs");
        return Err(wrong(StatusCode::FORBIDDEN, "forbidden", why));
    }
    let kinds: Vec<Kind> = wanted.into_iter().filter(may).collect();
    if kinds.is_empty() {
        let why = "this token has no scope such as system/*.rs, so there is nothing to export";
        return Err(wrong(StatusCode::FORBIDDEN, "forbidden", why));
    }
    if let Some((kind, _)) = filters.iter().find(|(kind, _)| !kinds.contains(kind)) {
        return Err(bad("invalid", format!("_typeFilter: {kind} is not among what is exported; see _type")));
    }
    Ok(Wish {
        client: granted.client.clone(),
        address: Private::new(address),
        kinds,
        since,
        filters: Private::new(filters),
    })
}

/// The parameters in a `Parameters` resource.
pub(super) fn parameters(sent: &Value) -> Result<Vec<(String, String)>, Reply> {
    if sent["resourceType"] != "Parameters" {
        return Err(bad("invalid", "the body must be a Parameters resource"));
    }
    let all = sent["parameter"].as_array().into_iter().flatten();
    all.map(|one| {
        let values = one.as_object().into_iter().flatten().filter(|(name, _)| name.starts_with("value"));
        let value = values.map(|(_, value)| value).find_map(Value::as_str);
        match (one["name"].as_str(), value) {
            (Some(name), Some(value)) => Ok((name.to_owned(), value.to_owned())),
            _ => Err(bad("invalid", "each parameter must have a name and a text as its value")),
        }
    })
    .collect()
}

fn kinds(value: &str) -> Result<Vec<Kind>, Reply> {
    let names = value.split(',').map(str::trim).filter(|name| !name.is_empty());
    let known = || Kind::ALL.map(Kind::as_str).join(", ");
    names
        .map(|name| {
            name.parse().map_err(|_| {
                bad(
                    "not-supported",
                    format!("_type: names a type that is not exported; there are {}", known()),
                )
            })
        })
        .collect()
}

/// A point in time; of a day, its beginning in UTC.
fn moment(value: &str) -> Result<Timestamp, Reply> {
    // A plus that was not written as %2B came as a blank.
    let value = value.trim().replace(' ', "+");
    let day = || {
        let day: Date = value.parse().ok()?;
        day.to_zoned(TimeZone::UTC).ok().map(|start| start.timestamp())
    };
    value
        .parse()
        .ok()
        .or_else(day)
        .ok_or_else(|| bad("value", "_since: must be a point in time such as 2026-11-23T10:00:00Z"))
}

fn format(value: &str) -> Result<(), Reply> {
    // A plus that was not written as %2B came as a blank.
    let value = value.trim().replace(' ', "+");
    let known = ["application/fhir+ndjson", "application/ndjson", "ndjson"];
    if known.iter().any(|known| value.eq_ignore_ascii_case(known)) {
        return Ok(());
    }
    Err(bad("not-supported", format!("_outputFormat: must be one of {}", known.join(", "))))
}

/// A search, `Type?name=value`, that says which resources of a kind.
fn filter(value: &str) -> Result<(Kind, Vec<(String, String)>), Reply> {
    let form =
        || bad("value", "_typeFilter: must be a search such as QuestionnaireResponse?status=completed");
    let (kind, query) = value.split_once('?').ok_or_else(form)?;
    let kind: Kind = kind.trim().parse().map_err(|_| form())?;
    let pairs: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let read = Query::parse(kind, &pairs, true)
        .map_err(|issues| Reply::refused(StatusCode::BAD_REQUEST, &issues))?;
    let is_only_which = read.sort().is_empty()
        && read.count().is_none()
        && read.includes().is_empty()
        && read.revincludes().is_empty()
        && read.summary() == Show::All
        && read.elements().is_empty()
        && read.total().is_none()
        && read.cursor().is_none();
    if pairs.is_empty() || !is_only_which {
        let why =
            "_typeFilter: says which resources; _sort, _count, _include and the like have no meaning in it";
        return Err(bad("not-supported", why));
    }
    Ok((kind, pairs))
}

fn bad(code: &'static str, why: impl Into<String>) -> Reply {
    Reply::refused(StatusCode::BAD_REQUEST, &[Issue::error(code, why)])
}
