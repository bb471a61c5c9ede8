//! What an answer counts: `weight()`, and `ordinal()`, its name before.
//!
//! Looked for, in this order: on the answer's value in the response; on the option with the same code, or
//! the same value, of the item of the form that has the answer's `linkId`; in the item's value set and in
//! the code system, when the form or the response contains them. Source: FHIR Structured Data Capture 3.0,
//! "Using expressions", section on `weight()` (there and in older forms named `ordinal()`).

use std::{collections::HashMap, sync::Arc};

use super::Call;
use crate::fhirpath::{
    Error, compare,
    document::{Document, Element},
    evaluate::{Collection, Evaluator},
    model,
    value::Value,
};

/// How the addresses of extensions that hold a weight end, and the codes of such properties.
const NAMES: [&str; 6] = [
    "itemWeight",
    "ordinalValue",
    "questionnaire-ordinalValue",
    "valueset-ordinalValue",
    "codesystem-ordinalValue",
    "iso21090-CO-value",
];
/// Where HL7 publishes extensions, its guides' included.
const HL7: &str = "http://hl7.org/fhir/";
/// How R4 carries a property of a concept in an expansion, which R5 has an element for.
const PROPERTY: &str = "extension-ValueSet.expansion.contains.property";

/// The items of a form by `linkId`.
pub(in crate::fhirpath) type Items = HashMap<Arc<str>, Element>;

pub(super) fn weight(evaluator: &mut Evaluator<'_>, call: &mut Call<'_, '_>) -> Result<Collection, Error> {
    let mut found = Vec::new();
    for value in &call.input {
        if let Value::Element(element) = value {
            let weight = of_answer(evaluator, call.at, element)?;
            evaluator.extend(call.at, &mut found, weight)?;
        }
    }
    Ok(found)
}

/// Of an answer, its value, or one of the codings of that.
fn of_answer(evaluator: &mut Evaluator<'_>, at: usize, element: &Element) -> Result<Option<Value>, Error> {
    evaluator.spend(at, 1 + element.width())?;
    if let Some(weight) = of_concept(element) {
        return Ok(Some(weight));
    }
    let value = match element.name() {
        "answer" => element.first("value"),
        _ => Some(element.clone()),
    };
    let Some(value) = value else { return Ok(None) };
    let codings: Vec<Element> = value.named("coding").collect();
    for one in if codings.is_empty() { vec![value] } else { codings } {
        if let Some(weight) = of_value(evaluator, at, &one)? {
            return Ok(Some(weight));
        }
    }
    Ok(None)
}

fn of_value(evaluator: &mut Evaluator<'_>, at: usize, value: &Element) -> Result<Option<Value>, Error> {
    if let Some(weight) = of_concept(value) {
        return Ok(Some(weight));
    }
    if model::is_a(value.kind(), "Quantity") {
        // Its code is that of a unit.
        return Ok(None);
    }
    let option = value.parent().filter(|parent| parent.name() == "answerOption");
    if let Some(weight) = option.as_ref().and_then(of_concept) {
        return Ok(Some(weight));
    }
    let item = link_id(value).and_then(|id| items(evaluator).get(&id).cloned());
    if let Some(item) = &item {
        for option in item.named("answerOption") {
            evaluator.spend(at, 1)?;
            let Some(offered) = option.first("value") else { continue };
            if is_same(evaluator, at, &offered, value)?
                && let Some(weight) = of_concept(&option).or_else(|| of_concept(&offered))
            {
                return Ok(Some(weight));
            }
        }
    }
    of_contained(evaluator, at, value, item.as_ref())
}

/// The weight that an element says of itself.
fn of_concept(element: &Element) -> Option<Value> {
    let extensions = || element.named("extension");
    let by_name = NAMES.iter().find_map(|name| {
        extensions().find(|extension| {
            extension
                .text("url")
                .is_some_and(|url| url.starts_with(HL7) && url.rsplit('/').next() == Some(name))
        })
    });
    if let Some(extension) = by_name {
        return number(&extension.first("value")?);
    }
    let named = |text: Option<Arc<str>>| text.is_some_and(|text| NAMES.contains(&&*text));
    if let Some(property) = element.named("property").find(|property| named(property.text("code"))) {
        return number(&property.first("value")?);
    }
    extensions()
        .filter(|extension| extension.text("url").is_some_and(|url| url.ends_with(PROPERTY)))
        .find_map(|property| {
            let part =
                |url: &str| property.named("extension").find(|part| part.text("url").as_deref() == Some(url));
            if !named(part("code")?.text("value")) {
                return None;
            }
            number(&part("value").or_else(|| part("value[x]"))?.first("value")?)
        })
}

fn number(element: &Element) -> Option<Value> {
    match Value::from(element.clone()).plain() {
        Value::Integer(number) => Some(Value::Decimal(number.into())),
        number @ Value::Decimal(_) => Some(number),
        _ => None,
    }
}

/// The `linkId` of the item an answer belongs to.
fn link_id(value: &Element) -> Option<Arc<str>> {
    let mut next = value.parent();
    while let Some(element) = next {
        if element.name() == "item" {
            return element.text("linkId");
        }
        next = element.parent();
    }
    None
}

/// The items of the form, looked up once in an evaluation.
fn items<'a>(evaluator: &'a mut Evaluator<'_>) -> &'a Items {
    let form = evaluator.environment.questionnaire.as_ref();
    evaluator.items.get_or_insert_with(|| {
        let mut found = Items::new();
        let mut open: Vec<Element> = form.map(Document::root).into_iter().collect();
        while let Some(element) = open.pop() {
            for item in element.named("item") {
                if let Some(id) = item.text("linkId") {
                    found.entry(id).or_insert_with(|| item.clone());
                }
                open.push(item);
            }
        }
        found
    })
}

/// Codings by system and code, whatever else by its value.
fn is_same(evaluator: &mut Evaluator<'_>, at: usize, one: &Element, other: &Element) -> Result<bool, Error> {
    match (one.text("code"), other.text("code")) {
        (Some(code), Some(its)) => Ok(code == its && one.text("system") == other.text("system")),
        (None, None) => compare::has(evaluator, at, &[one.clone().into()], &other.clone().into()),
        _ => Ok(false),
    }
}

/// From the value set of the item and from code systems that the form or the response contains.
fn of_contained(
    evaluator: &mut Evaluator<'_>,
    at: usize,
    value: &Element,
    item: Option<&Element>,
) -> Result<Option<Value>, Error> {
    let Some(code) = value.text("code") else { return Ok(None) };
    let system = value.text("system");
    let form = evaluator.environment.questionnaire.as_ref().map(Document::root);
    let width: usize = form.iter().chain([&value.root()]).map(Element::width).sum();
    evaluator.spend(at, width / 16)?;
    let contained: Vec<Element> = form
        .iter()
        .chain([&value.root()])
        .flat_map(|root| root.named("contained").collect::<Vec<_>>())
        .collect();
    let wanted = item.and_then(|item| item.text("answerValueSet"));
    for resource in &contained {
        evaluator.spend(at, 1)?;
        let named = |name: &str| resource.text(name);
        let found = match (resource.type_name(), &wanted) {
            ("ValueSet", Some(wanted)) => {
                let id = wanted.strip_prefix('#').is_some_and(|id| named("id").as_deref() == Some(id));
                let url = wanted.split('|').next();
                if !id && named("url").as_deref() != url {
                    continue;
                }
                of_value_set(evaluator, at, resource, system.as_deref(), &code)?
            }
            ("CodeSystem", _) if system.is_some() && named("url") == system => {
                of_concepts(evaluator, at, resource, "concept", &|concept| {
                    concept.text("code").as_deref() == Some(&code)
                })?
            }
            _ => continue,
        };
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

fn of_value_set(
    evaluator: &mut Evaluator<'_>,
    at: usize,
    set: &Element,
    system: Option<&str>,
    code: &str,
) -> Result<Option<Value>, Error> {
    let has_code = |concept: &Element| concept.text("code").as_deref() == Some(code);
    if let Some(expansion) = set.first("expansion") {
        let is_it = |one: &Element| has_code(one) && one.text("system").as_deref() == system;
        let found = of_concepts(evaluator, at, &expansion, "contains", &is_it)?;
        if found.is_some() {
            return Ok(found);
        }
    }
    for include in set.first("compose").iter().flat_map(|compose| compose.named("include")) {
        if include.text("system").as_deref() == system {
            let found = of_concepts(evaluator, at, &include, "concept", &has_code)?;
            if found.is_some() {
                return Ok(found);
            }
        }
    }
    Ok(None)
}

/// The first weight of a concept that is meant, at any depth.
fn of_concepts(
    evaluator: &mut Evaluator<'_>,
    at: usize,
    below: &Element,
    name: &str,
    is_it: &dyn Fn(&Element) -> bool,
) -> Result<Option<Value>, Error> {
    let mut open = vec![below.clone()];
    while let Some(element) = open.pop() {
        for concept in element.named(name) {
            evaluator.spend(at, 1)?;
            if is_it(&concept)
                && let Some(weight) = of_concept(&concept)
            {
                return Ok(Some(weight));
            }
            open.push(concept);
        }
    }
    Ok(None)
}
