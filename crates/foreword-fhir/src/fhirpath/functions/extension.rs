//! What FHIR adds to `FHIRPath`: extensions, references and profiles.

use super::{Call, truth};
use crate::fhirpath::{
    Error,
    document::Element,
    evaluate::{Collection, Evaluator},
    model,
    value::Value,
};

pub(super) fn extension(evaluator: &mut Evaluator<'_>, call: &mut Call<'_, '_>) -> Result<Collection, Error> {
    let Some(url) = call.text_argument(evaluator, 0)? else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    for value in &call.input {
        if let Value::Element(element) = value {
            evaluator.spend(call.at, 1 + element.width() / 16)?;
            let all = element.named("extension").filter(|one| one.text("url").as_deref() == Some(&url));
            evaluator.extend(call.at, &mut found, all.map(Value::Element))?;
        }
    }
    Ok(found)
}

/// Finds what a reference names within the document: contained resources and entries of a bundle.
pub(super) fn resolve(evaluator: &mut Evaluator<'_>, call: &mut Call<'_, '_>) -> Result<Collection, Error> {
    let mut found = Vec::new();
    for value in &call.input {
        let Value::Element(element) = value else { continue };
        let Value::String(reference) =
            Value::from(element.first("reference").unwrap_or(element.clone())).plain()
        else {
            continue;
        };
        let target = target(evaluator, call.at, &element.root(), &reference)?;
        found.extend(target.map(Value::Element));
    }
    Ok(found)
}

fn target(
    evaluator: &mut Evaluator<'_>,
    at: usize,
    root: &Element,
    reference: &str,
) -> Result<Option<Element>, Error> {
    if let Some(id) = reference.strip_prefix('#') {
        let mut all = root.named("contained");
        return Ok(all.find(|one| one.text("id").as_deref() == Some(id)));
    }
    for entry in root.named("entry") {
        evaluator.spend(at, 1)?;
        let Some(resource) = entry.first("resource") else { continue };
        let named = resource.text("id").is_some_and(|id| {
            reference.strip_prefix(resource.type_name()).and_then(|rest| rest.strip_prefix('/')) == Some(&id)
        });
        if named || entry.text("fullUrl").as_deref() == Some(reference) {
            return Ok(Some(resource));
        }
    }
    Ok(None)
}

/// Whether it is of a type of FHIR; profiles are not known here.
pub(super) fn conforms_to(
    evaluator: &mut Evaluator<'_>,
    call: &mut Call<'_, '_>,
) -> Result<Collection, Error> {
    let Some(url) = call.text_argument(evaluator, 0)? else { return Ok(Vec::new()) };
    let name = url.strip_prefix("http://hl7.org/fhir/StructureDefinition/").and_then(model::find);
    let Some(name) = name else {
        return call.error("conformsTo() knows the types of FHIR only, not this profile");
    };
    let one = crate::fhirpath::evaluate::single(call.at, &call.input)?;
    Ok(one.map_or_else(Vec::new, |value| match value {
        Value::Element(element) => truth(model::is_a(element.kind(), name)),
        _ => truth(false),
    }))
}
