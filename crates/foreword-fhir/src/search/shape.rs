//! How much of a resource is shown: `_summary` and `_elements`. What is not whole says so (`SUBSETTED`).

use serde_json::{Map, Value, json};

use super::query::{Query, Show};

/// What every resource keeps.
const ALWAYS: [&str; 4] = ["resourceType", "id", "meta", "implicitRules"];
/// What FHIR lets have one of several types, and writes with the type behind the name.
const CHOICES: [&str; 4] = ["deceased", "effective", "multipleBirth", "value"];

/// A resource as a query wants to see it. For [`Show::Count`] it is left as it is, because none is shown.
pub fn shape(resource: Value, query: &Query) -> Value {
    let Value::Object(members) = resource else { return resource };
    let kind = members.get("resourceType").and_then(Value::as_str).unwrap_or_default().to_owned();
    let keep: Box<dyn Fn(&str) -> bool> = if query.elements().is_empty() {
        match query.summary() {
            Show::All | Show::Count => return Value::Object(members),
            Show::Summary => Box::new(|name| is_one(name, summary(&kind)) || is_needed(&kind, name)),
            Show::Text => Box::new(|name| name == "text" || is_needed(&kind, name)),
            Show::Data => Box::new(|name| name != "text"),
        }
    } else {
        Box::new(|name| is_asked(&kind, name, query.elements()) || is_needed(&kind, name))
    };
    let is_kept = |name: &str| {
        let name = name.strip_prefix('_').unwrap_or(name);
        ALWAYS.contains(&name) || keep(name)
    };
    let mut kept: Map<String, Value> = members.into_iter().filter(|(name, _)| is_kept(name)).collect();
    mark(&mut kept);
    Value::Object(kept)
}

/// Says that it is not whole.
fn mark(members: &mut Map<String, Value>) {
    const SYSTEM: &str = "http://terminology.hl7.org/CodeSystem/v3-ObservationValue";
    let meta = members.entry("meta").or_insert_with(|| json!({}));
    let Some(meta) = meta.as_object_mut() else { return };
    let tags = meta.entry("tag").or_insert_with(|| json!([]));
    let is_mark = |tag: &Value| tag["system"] == SYSTEM && tag["code"] == "SUBSETTED";
    if let Some(tags) = tags.as_array_mut()
        && !tags.iter().any(is_mark)
    {
        tags.push(json!({ "system": SYSTEM, "code": "SUBSETTED" }));
    }
}

fn is_asked(kind: &str, name: &str, elements: &[String]) -> bool {
    elements.iter().any(|element| {
        // Of an element within an element, the outer one is shown.
        let mut steps = element.split('.');
        let first = steps.next().unwrap_or_default();
        let step = if first == kind { steps.next().unwrap_or_default() } else { first };
        names(step, name)
    })
}

fn is_one(name: &str, elements: &str) -> bool {
    elements.split(' ').any(|element| names(element, name))
}

/// Whether an element is the one of this name, or one of the types of it.
fn names(element: &str, name: &str) -> bool {
    let typed =
        || name.strip_prefix(element).is_some_and(|of| of.starts_with(|c: char| c.is_ascii_uppercase()));
    element == name || (CHOICES.contains(&element) && typed())
}

/// Whether an element must be there for the resource to be valid, or changes what the others mean.
fn is_needed(kind: &str, name: &str) -> bool {
    let needed = match kind {
        "Appointment" => "status participant",
        "Observation" => "status code",
        "Composition" => "status type date author title",
        "DocumentReference" => "status content",
        "Task" => "status intent",
        "Flag" => "status code subject",
        "Patient" => "",
        _ => "status",
    };
    name == "modifierExtension" || needed.split(' ').any(|needed| needed == name)
}

/// What R4 marks as the summary of a resource.
fn summary(kind: &str) -> &'static str {
    match kind {
        "Questionnaire" => {
            "url identifier version name title status experimental subjectType date publisher contact useContext \
             jurisdiction effectivePeriod code"
        }
        "QuestionnaireResponse" => {
            "identifier basedOn partOf questionnaire status subject encounter authored author source"
        }
        "Patient" => {
            "identifier active name telecom gender birthDate deceased address managingOrganization link"
        }
        "Appointment" => {
            "identifier status cancelationReason serviceCategory serviceType specialty appointmentType reasonCode \
             start end"
        }
        "Observation" => {
            "identifier basedOn partOf status code subject focus encounter effective issued performer value hasMember \
             derivedFrom component"
        }
        "Composition" => {
            "identifier status type category subject encounter date author title confidentiality custodian event"
        }
        "DocumentReference" => {
            "masterIdentifier identifier status docStatus type category subject date author relatesTo description \
             securityLabel content context"
        }
        "Task" => {
            "instantiatesCanonical instantiatesUri basedOn groupIdentifier partOf status statusReason businessStatus \
             intent code description focus for encounter executionPeriod lastModified requester owner location"
        }
        "Communication" => {
            "identifier instantiatesCanonical instantiatesUri basedOn partOf status statusReason priority subject \
             encounter reasonCode reasonReference"
        }
        "Flag" => "identifier status category code subject period encounter author",
        _ => "",
    }
}
