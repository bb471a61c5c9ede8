//! Operations: what is asked of a resource beyond reading and writing it.

use axum::http::{Method, StatusCode};
use foreword_fhir::{Issue, Kind, outcome, validate};
use serde_json::{Value, json, value::RawValue};

use super::{
    asked::Asked,
    reply::{Reply, not_offered},
    wrong,
};
use crate::{Web, access::Granted};

/// Runs an operation by its name.
pub(super) async fn run(
    web: &Web,
    granted: &Granted,
    (kind, id, name): (Kind, Option<&str>, &str),
    asked: &Asked,
    text: &str,
) -> Result<Reply, Reply> {
    match (kind, name, &asked.method) {
        (_, "$validate", &Method::POST) => check(web, granted, kind, id, text).await,
        (Kind::Appointment | Kind::Patient, "$everything", &Method::GET | &Method::POST) => {
            let id = id.ok_or_else(|| no_id(name))?;
            super::reading::everything(web, granted, kind, id).await
        }
        (Kind::QuestionnaireResponse, "$extract", &Method::POST | &Method::GET) => {
            let sent = if text.trim().is_empty() { None } else { Some(super::writing::sent(text)?) };
            let given = sent.as_ref().map(|sent| resource_of(sent, "questionnaire-response"));
            let made = web.app.extract(given, id.map(str::to_owned), &granted.client, web.now()).await?;
            Ok(Reply::ok(made))
        }
        (Kind::Composition, "$document", &Method::POST | &Method::GET) => {
            let id = id.ok_or_else(|| no_id(name))?;
            Ok(Reply::ok(web.app.document(id, &granted.client, web.now()).await?))
        }
        (Kind::Questionnaire, "$populate", &Method::POST | &Method::GET) => {
            populate(web, granted, id, asked, text).await
        }
        _ => Err(not_offered(asked)),
    }
}

/// A response that is begun with what is known.
async fn populate(
    web: &Web,
    granted: &Granted,
    id: Option<&str>,
    asked: &Asked,
    text: &str,
) -> Result<Reply, Reply> {
    let sent = if text.trim().is_empty() { json!({}) } else { super::writing::sent(text)? };
    let all = || sent["parameter"].as_array().into_iter().flatten();
    let named = |name: &str| all().find(|one| one["name"] == name);
    let in_query =
        |name: &str| asked.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
    let canonical = ["canonical", "questionnaireRef", "identifier"].iter().find_map(|name| {
        let one = named(name)?;
        let text = one["valueUri"].as_str().or(one["valueCanonical"].as_str());
        text.or(one["valueReference"]["reference"].as_str()).map(str::to_owned)
    });
    let inline = named("questionnaire").and_then(|one| one["resource"]["url"].as_str().map(str::to_owned));
    let questionnaire = id
        .map(|id| format!("Questionnaire/{id}"))
        .or(canonical)
        .or(inline)
        .or_else(|| in_query("canonical").or_else(|| in_query("questionnaire")));
    let Some(questionnaire) = questionnaire else {
        let why = "needs the Questionnaire: by its id in the address, or by a parameter \"canonical\"";
        return Err(wrong(StatusCode::BAD_REQUEST, "required", why));
    };
    let subject = named("subject").map(|one| one["valueReference"].clone());
    let subject = subject.or_else(|| in_query("subject").map(|given| json!({ "reference": given })));
    let Some(subject) = subject else {
        let why = "needs a parameter \"subject\" that refers to the Patient";
        return Err(wrong(StatusCode::BAD_REQUEST, "required", why));
    };
    let context = all().filter(|one| one["name"] == "context").filter_map(|one| {
        let part = |name: &str| one["part"].as_array()?.iter().find(|part| part["name"] == name);
        let name = part("name")?["valueString"].as_str()?.to_owned();
        let content = part("content")?["resource"].clone();
        content.is_object().then_some((name, content))
    });
    let made =
        web.app.populate(questionnaire, subject, context.collect(), &granted.client, web.now()).await?;
    if made.issues.is_empty() && id.is_some() && text.trim().is_empty() {
        return Ok(Reply::ok(made.response));
    }
    let mut parameters = vec![json!({ "name": "response", "resource": made.response })];
    if !made.issues.is_empty() {
        parameters.push(json!({ "name": "issues", "resource": outcome(&made.issues) }));
    }
    Ok(Reply::ok(json!({ "resourceType": "Parameters", "parameter": parameters })))
}

/// A resource that was sent, alone or as a parameter.
fn resource_of(sent: &Value, name: &str) -> Value {
    if sent["resourceType"] != "Parameters" {
        return sent.clone();
    }
    let mut all = sent["parameter"].as_array().into_iter().flatten();
    all.find(|one| one["name"] == name).map_or(Value::Null, |one| one["resource"].clone())
}

/// What is wrong with a resource; nothing of it is stored.
async fn check(
    web: &Web,
    granted: &Granted,
    kind: Kind,
    id: Option<&str>,
    text: &str,
) -> Result<Reply, Reply> {
    let stored = match (id, text.trim().is_empty()) {
        (Some(id), true) => {
            Some(web.app.read_resource(kind, id, &granted.client, web.now()).await?.to_string())
        }
        _ => None,
    };
    let text = stored.as_deref().unwrap_or(text);
    let Ok(sent) = serde_json::from_str::<Value>(text) else {
        return Ok(Reply::ok(outcome(&validate::text(text, None))));
    };
    let parameters = serde_json::from_str::<Parameters<'_>>(text).ok();
    let (checked, form) = if sent["resourceType"] == "Parameters" {
        let named = |name: &str| {
            let mut all = parameters.iter().flat_map(|all| &all.parameter);
            all.find(|one| one.name == name).and_then(|one| one.resource.map(RawValue::get))
        };
        let Some(resource) = named("resource") else {
            let why = "needs a parameter \"resource\" that holds the resource to be validated";
            return Err(Reply::refused(
                StatusCode::BAD_REQUEST,
                &[Issue::error("required", why).at("Parameters.parameter")],
            ));
        };
        (resource, named("questionnaire").map(str::to_owned))
    } else {
        (text, None)
    };
    let resource: Value = serde_json::from_str(checked).unwrap_or_default();
    if resource["resourceType"] != kind.as_str() {
        let why = format!("must be a {}, as the address says", kind.as_str());
        return Ok(Reply::ok(outcome(&[Issue::error("invalid", why)])));
    }
    let form = match (kind, form) {
        (Kind::QuestionnaireResponse, None) => {
            web.app.questionnaire_of(&resource).await?.map(|known| known.to_string())
        }
        (_, form) => form,
    };
    Ok(Reply::ok(outcome(&validate::text(checked, form.as_deref()))))
}

/// The parameters of an operation, their resources as they are written: a decimal keeps its digits.
#[derive(serde::Deserialize)]
struct Parameters<'a> {
    #[serde(borrow, default)]
    parameter: Vec<Parameter<'a>>,
}

#[derive(serde::Deserialize)]
struct Parameter<'a> {
    name: String,
    #[serde(borrow)]
    resource: Option<&'a RawValue>,
}

fn no_id(name: &str) -> Reply {
    wrong(StatusCode::BAD_REQUEST, "required", format!("{name} needs an id: Type/id/{name}"))
}
