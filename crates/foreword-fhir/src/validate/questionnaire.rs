//! A questionnaire by its own rules: the invariants que-0 to que-13 of R4, and conditions that can be decided.

use std::collections::HashMap;

use super::{
    form::{Form, Item},
    limits, read,
    report::{Report, quoted},
};
use crate::{
    Issue,
    fhirpath::{Document, Expression},
};

const SDC: &str = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-";
const EXPRESSIONS: &[&str] = &["enableWhenExpression", "calculatedExpression", "initialExpression"];
const REGEX: &str = "http://hl7.org/fhir/StructureDefinition/regex";
/// Types of which an item may offer options (que-5).
const WITH_OPTIONS: &[&str] =
    &["choice", "open-choice", "decimal", "integer", "date", "dateTime", "time", "string", "quantity"];
/// Types that may limit the length of an answer (que-10).
const WITH_LENGTH: &[&str] = &["boolean", "decimal", "integer", "string", "text", "url", "open-choice"];

/// All that is wrong with a questionnaire.
pub(super) fn check(questionnaire: &Document) -> Vec<Issue> {
    let root = questionnaire.root();
    let mut report = Report::default();
    if root.text("name").is_some_and(|name| !is_name(&name)) {
        let what =
            "The name is for programs: a capital letter first, then letters, digits and _ only (que-0).";
        report.add(Issue::warning("invariant", what).at("Questionnaire.name"));
    }
    let form = Form::of(questionnaire);
    let mut first: HashMap<&str, &str> = HashMap::new();
    for (index, item) in form.items.iter().enumerate() {
        if let Some(place) = first.get(&*item.link).filter(|_| !item.link.is_empty()) {
            let what = format!(
                "The linkId {} is that of {place}, too; each must be unique (que-2).",
                quoted(&item.link)
            );
            report.add(Issue::error("invariant", what).at(format!("{}.linkId", item.place)));
        }
        first.entry(&item.link).or_insert(&item.place);
        invariants(&mut report, item);
        conditions(&mut report, &form, index);
        expressions(&mut report, item);
    }
    report.issues
}

fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_uppercase())
        && name.len() <= 255
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

fn invariants(report: &mut Report, item: &Item) {
    let has = |name: &str| item.element.first(name).is_some();
    let count = |name: &str| item.element.named(name).count();
    let (is_group, is_display) = (&*item.kind == "group", &*item.kind == "display");
    let kind = &*item.kind;
    let rules = [
        (is_group && !has("item"), "que-1", "a group has items in it"),
        (is_display && has("item"), "que-1", "what is only shown has no items in it"),
        (is_display && has("code"), "que-3", "what is only shown has no code"),
        (
            has("answerOption") && has("answerValueSet"),
            "que-4",
            "options come from answerOption or from answerValueSet, not from both",
        ),
        (
            (has("answerOption") || has("answerValueSet"))
                && !kind.is_empty()
                && !WITH_OPTIONS.contains(&kind),
            "que-5",
            "an item of this type offers no options",
        ),
        (
            is_display && (has("required") || has("repeats")),
            "que-6",
            "what is only shown is neither required nor repeated",
        ),
        ((is_group || is_display) && has("initial"), "que-8", "only a question has initial values"),
        (is_display && has("readOnly"), "que-9", "what is only shown is not marked as read-only"),
        (
            has("maxLength") && !kind.is_empty() && !WITH_LENGTH.contains(&kind),
            "que-10",
            "an item of this type has no maxLength",
        ),
        (
            has("answerOption") && has("initial"),
            "que-11",
            "with answerOption, initialSelected says what is chosen at first, not initial",
        ),
        (
            count("enableWhen") > 1 && !has("enableBehavior"),
            "que-12",
            "with several conditions, enableBehavior says whether all or any must hold",
        ),
        (
            !item.repeats && count("initial") > 1,
            "que-13",
            "only an item that repeats has several initial values",
        ),
    ];
    for (is_broken, key, right) in rules {
        if is_broken {
            let what = format!("The item {} breaks {key}: {right}.", quoted(&item.link));
            report.add(Issue::error("invariant", what).at(item.place.as_str()));
        }
    }
}

/// Conditions look at questions that are there, and that come before.
fn conditions(report: &mut Report, form: &Form, index: usize) {
    let item = &form.items[index];
    for (n, condition) in item.element.named("enableWhen").enumerate() {
        let place = format!("{}.enableWhen[{n}]", item.place);
        let is_exists = condition.text("operator").as_deref() == Some("exists");
        if is_exists && condition.first("answer").is_some_and(|answer| answer.type_name() != "boolean") {
            let what = "With the operator exists, the answer is answerBoolean (que-7).";
            report.add(Issue::error("invariant", what).at(place.as_str()));
        }
        let Some(question) = condition.text("question") else { continue };
        let name = quoted(&question);
        let Some(target) = form.find(&question) else {
            let what =
                format!("The condition looks at the question {name}, which the questionnaire does not have.");
            report.add(Issue::error("business-rule", what).at(format!("{place}.question")));
            continue;
        };
        let place = format!("{place}.question");
        if target == index {
            let what = format!("The item {name} can't be its own condition.");
            report.add(Issue::error("business-rule", what).at(place));
        } else if form.is_within(target, Some(index)) {
            let what = format!("The condition looks at {name}, which is within the item it decides about.");
            report.add(Issue::error("business-rule", what).at(place));
        } else if target > index {
            let what = format!("The condition looks at {name}, which is asked later.");
            report.add(Issue::warning("business-rule", what).at(place));
        }
    }
}

/// Expressions and patterns that can't be evaluated here.
fn expressions(report: &mut Report, item: &Item) {
    for name in EXPRESSIONS {
        let url = format!("{SDC}{name}");
        for expression in read::extensions(&item.element, &[&url]) {
            let is_path = expression.text("language").as_deref() == Some("text/fhirpath");
            if let Some(fault) =
                expression.text("expression").filter(|_| is_path).and_then(|text| fault(&text))
            {
                let what = format!("The {name} of {} can't be read: {fault}.", quoted(&item.link));
                report.add(Issue::warning("not-supported", what).at(item.place.as_str()));
            }
        }
    }
    if let Some(pattern) = read::extension(&item.element, &[REGEX]).and_then(|pattern| read::string(&pattern))
        && limits::pattern(&pattern).is_none()
    {
        let what = format!("The pattern of {} can't be checked here.", quoted(&item.link));
        report.add(Issue::warning("not-supported", what).at(item.place.as_str()));
    }
}

fn fault(expression: &str) -> Option<String> {
    Expression::parse(expression).err().map(|fault| fault.to_string())
}
