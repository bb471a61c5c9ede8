//! Creating and updating.

use axum::http::StatusCode;
use foreword_app::fhir::{Mode, Write, Written};
use foreword_fhir::{Issue, Kind, header::Return, outcome, resources, validate};
use serde_json::Value;

use super::{
    asked::Asked,
    is_written,
    reply::{Reply, not_offered},
    wrong,
};
use crate::{Web, access::Granted};

/// A new resource.
pub(super) async fn create(
    web: &Web,
    granted: &Granted,
    kind: Kind,
    asked: &Asked,
    text: &str,
) -> Result<Reply, Reply> {
    put(web, granted, kind, asked, text, Mode::Create { unless: asked.if_none_exist.clone() }).await
}

/// A resource under an id that is known.
pub(super) async fn update(
    web: &Web,
    granted: &Granted,
    kind: Kind,
    id: &str,
    asked: &Asked,
    text: &str,
) -> Result<Reply, Reply> {
    put(web, granted, kind, asked, text, Mode::Update { id: id.to_owned(), if_match: asked.if_match.clone() })
        .await
}

/// The resource that a search finds; a new one, where it finds none.
pub(super) async fn update_where(
    web: &Web,
    granted: &Granted,
    kind: Kind,
    asked: &Asked,
    text: &str,
) -> Result<Reply, Reply> {
    if !granted.may(kind.as_str(), 'c') {
        let why = format!("this token has no scope such as system/{}.cu", kind.as_str());
        return Err(wrong(StatusCode::FORBIDDEN, "forbidden", why));
    }
    // An appointment says itself which one it is.
    let mode = match (kind, asked.query.is_empty()) {
        (Kind::Appointment, true) => Mode::Create { unless: None },
        _ => Mode::UpdateWhere { pairs: asked.query.clone(), if_match: asked.if_match.clone() },
    };
    put(web, granted, kind, asked, text, mode).await
}

async fn put(
    web: &Web,
    granted: &Granted,
    kind: Kind,
    asked: &Asked,
    text: &str,
    mode: Mode,
) -> Result<Reply, Reply> {
    if !is_written(kind) {
        return Err(not_offered(asked));
    }
    let resource = checked(kind, text)?;
    if kind == Kind::Questionnaire {
        return questionnaire(web, granted, &resource, text, &mode, asked).await;
    }
    if let Mode::Update { id, .. } = &mode
        && resource["id"] != id.as_str()
    {
        let why = "the id in the resource must be the id in the address";
        return Err(Reply::refused(
            StatusCode::BAD_REQUEST,
            &[Issue::error("invalid", why).at(format!("{}.id", kind.as_str()))],
        ));
    }
    if looks(&mode) && !granted.may(kind.as_str(), 's') {
        return Err(no_condition(kind));
    }
    let is_unless = matches!(&mode, Mode::Create { unless: Some(_) });
    let write = Write { kind, resource, text: Some(text.to_owned()), full_url: None, mode };
    let resource = write.resource.clone();
    let done = web.app.write_resources(vec![write], &granted.client, web.now()).await?;
    let Some(written) = done.first() else { return Err(Reply::empty(StatusCode::INTERNAL_SERVER_ERROR)) };
    if is_unless && !written.is_new {
        // What is there is what counts, not what was sent.
        let stands = web.app.read_resource(kind, &written.id.to_string(), &granted.client, web.now()).await?;
        return Ok(told(web, written, stands, asked.prefer.returns));
    }
    Ok(told(web, written, resource, asked.prefer.returns))
}

/// Whether a condition tells more than writing does: whoever writes something with an identifier learns anyway whether
/// it is there.
pub(super) fn looks(mode: &Mode) -> bool {
    let pairs = match mode {
        Mode::Create { unless: Some(pairs) } | Mode::UpdateWhere { pairs, .. } => pairs,
        Mode::Create { unless: None } | Mode::Update { .. } => return false,
    };
    pairs.iter().any(|(name, _)| name != "identifier")
}

/// A condition tells whether something is there: it takes what a search takes.
pub(super) fn no_condition(kind: Kind) -> Reply {
    let why = format!("this token has no scope such as system/{}.s, which a condition needs", kind.as_str());
    wrong(StatusCode::FORBIDDEN, "forbidden", why)
}

/// A questionnaire goes into the library, where visits can ask it.
async fn questionnaire(
    web: &Web,
    granted: &Granted,
    resource: &Value,
    text: &str,
    mode: &Mode,
    asked: &Asked,
) -> Result<Reply, Reply> {
    let issues = validate::questionnaire(resource);
    if issues.iter().any(Issue::is_error) {
        return Err(Reply::refused(StatusCode::UNPROCESSABLE_ENTITY, &issues));
    }
    let id = match mode {
        Mode::Update { id, .. } => Some(id.as_str()),
        _ => None,
    };
    let (instrument, is_new, remarks) =
        web.app.add_questionnaire(text, id, &granted.client, web.now()).await?;
    let base = web.app.fhir_base();
    let published = resources::questionnaire(&instrument, &base);
    let place = format!("{base}/Questionnaire/{}", instrument.id);
    let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
    let reply = Reply { status, location: Some(place.into()), ..Reply::versioned(published) };
    Ok(match asked.prefer.returns {
        Some(Return::Minimal) => Reply { body: None, ..reply },
        Some(Return::Outcome) => Reply { body: Some(outcome(&remarks)), ..reply },
        Some(Return::Representation) | None => reply,
    })
}

/// A resource of any kind whose form is right.
pub(super) fn sent(text: &str) -> Result<Value, Reply> {
    validate::structure(text).map_err(|issues| Reply::refused(StatusCode::BAD_REQUEST, &issues))
}

/// A resource whose form is right.
pub(super) fn checked(kind: Kind, text: &str) -> Result<Value, Reply> {
    let resource = sent(text)?;
    if resource["resourceType"] != kind.as_str() {
        let why = format!("must be a {}, as the address says", kind.as_str());
        return Err(Reply::refused(StatusCode::BAD_REQUEST, &[Issue::error("invalid", why)]));
    }
    Ok(resource)
}

/// What was written, in the form that is preferred.
pub(super) fn told(web: &Web, written: &Written, resource: Value, returned: Option<Return>) -> Reply {
    let reply = Reply::written(written, &web.app.fhir_base());
    let body = match returned {
        Some(Return::Minimal) => None,
        Some(Return::Outcome) => Some(outcome(&written.remarks)),
        Some(Return::Representation) | None => {
            let stamp = resources::Stamp { version: written.version, at: written.at };
            Some(resources::stamped(resource, &written.id.to_string(), stamp))
        }
    };
    Reply { body, ..reply }
}
