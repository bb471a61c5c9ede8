//! The rules a questionnaire sets in `FHIRPath`: `questionnaire-constraint`, and `targetConstraint` since R5.

use super::{
    enabled::Conditions,
    form::{Form, Item},
    report::{Report, quoted},
};
use crate::{Issue, fhirpath::Element};

const CONSTRAINTS: &[&str] = &[
    "http://hl7.org/fhir/StructureDefinition/questionnaire-constraint",
    "http://hl7.org/fhir/StructureDefinition/targetConstraint",
];

/// Looks at the rules of an item, or of the whole questionnaire, on an element of the response.
pub(super) fn check(
    report: &mut Report,
    conditions: &mut Conditions,
    form: &Form,
    item: Option<&Item>,
    (element, place): (&Element, &str),
) {
    let holder = item.map_or(&form.root, |item| &item.element);
    let named = holder.named("extension");
    for rule in named.filter(|rule| rule.text("url").is_some_and(|url| CONSTRAINTS.contains(&&*url))) {
        let part = |name: &str| {
            let mut parts = rule.named("extension").filter(|part| part.text("url").as_deref() == Some(name));
            parts.next().and_then(|part| part.first("value"))
        };
        let text = |name: &str| super::read::string(&part(name)?);
        let written = part("expression")
            .and_then(|value| value.text("expression").or_else(|| super::read::string(&value)));
        let Some(expression) = written else { continue };
        let whose = item.map_or("the questionnaire".to_owned(), |item| quoted(&item.link));
        let human = text("human").map_or(String::new(), |human| format!(": {}", quoted(&human)));
        match conditions.evaluate(form, item, &expression, element) {
            Ok(true) => {}
            Ok(false) => {
                let what = format!("A rule of {whose} is broken{human}.");
                let is_warning = text("severity").as_deref() == Some("warning");
                let issue = if is_warning {
                    Issue::warning("invariant", what)
                } else {
                    Issue::error("invariant", what)
                };
                report.add(issue.at(place));
            }
            Err(_) => {
                let what = format!("A rule of {whose} can't be evaluated here{human}.");
                report.add(Issue::warning("invariant", what).at(place));
            }
        }
    }
}
