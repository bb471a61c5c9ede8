//! A response by its questionnaire: which items there are and where, how often, and whether they were to be asked.
//! The rules, and the codes of their issues, are those of the official validator for R4.

use std::collections::HashMap;

use super::{
    answer, constraint,
    enabled::{Conditions, Enabled, Frame},
    form::{Form, Item},
    limits, read,
    report::{Report, Spot, quoted},
};
use crate::{
    Issue, Severity,
    fhirpath::{Document, Element},
};

const MIN_OCCURS: &str = "http://hl7.org/fhir/StructureDefinition/questionnaire-minOccurs";
const MAX_OCCURS: &str = "http://hl7.org/fhir/StructureDefinition/questionnaire-maxOccurs";
/// What the answers of one response may cost: an option that is looked at is 1.
const MAX_WORK: usize = 5_000_000;
/// What a pattern costs.
const PATTERN: usize = 5_000;
const ROOT: &str = "QuestionnaireResponse";

/// All that is wrong with a response; without a questionnaire, with the one it contains, if it does.
pub(super) fn check(response: &Document, questionnaire: Option<&Form>) -> Vec<Issue> {
    let root = response.root();
    let mut report = Report::default();
    let canonical = root.text("questionnaire");
    if canonical.is_none() {
        let hint = "The response names no questionnaire; give its address and version in questionnaire.";
        let severity = Severity::Information;
        report.add(Issue { severity, ..Issue::error("required", hint) }.at(ROOT));
    }
    let contained = canonical.as_deref().and_then(|to| to.strip_prefix('#')).and_then(|id| {
        let mut contained = root.named("contained").filter(|found| found.type_name() == "Questionnaire");
        contained.find(|found| found.text("id").as_deref() == Some(id))
    });
    let contained = contained.filter(|_| questionnaire.is_none()).map(Form::contained);
    let Some(form) = questionnaire.or(contained.as_ref()) else {
        if canonical.is_some() {
            let what =
                "The questionnaire of this response is not known here, so nothing was checked against it.";
            report.add(Issue::warning("required", what).at(ROOT));
        }
        return report.issues;
    };
    if form.root.type_name() != "Questionnaire" {
        report.add(Issue::error(
            "structure",
            "What the response was to be checked against is no Questionnaire.",
        ));
        return report.issues;
    }
    head(&mut report, &root, &form.root);
    let is_done = matches!(root.text("status").as_deref(), Some("completed" | "amended"));
    let conditions = Conditions::new(response, form);
    let within = vec![root.clone(), form.root.clone()];
    let frames = vec![Frame { item: None, element: root.clone() }];
    let mut walk = Walk { form, report, conditions, within, frames, is_done, work: 0 };
    walk.level(ROOT, &root, None);
    constraint::check(&mut walk.report, &mut walk.conditions, form, None, (&root, ROOT));
    walk.report.issues
}

/// What the questionnaire says of itself, and of when it may be answered.
fn head(report: &mut Report, response: &Element, form: &Element) {
    if let (Some(named), Some(url)) = (response.text("questionnaire"), form.text("url")) {
        let (address, version) = named.split_once('|').map_or((&*named, None), |(url, v)| (url, Some(v)));
        let is_other =
            version.is_some_and(|version| form.text("version").is_some_and(|its| *its != *version));
        if !address.starts_with('#') && (address != &*url || is_other) {
            let what =
                "The response names another questionnaire, or another version, than it was checked against.";
            report.add(Issue::warning("business-rule", what).at(format!("{ROOT}.questionnaire")));
        }
    }
    if let Some(status @ ("draft" | "retired")) = form.text("status").as_deref() {
        let what = format!("The questionnaire is {status}.");
        report.add(Issue::warning("business-rule", what).at(format!("{ROOT}.questionnaire")));
    }
    let (Some(authored), Some(period)) = (response.text("authored"), form.first("effectivePeriod")) else {
        return;
    };
    let early = period.text("start").is_some_and(|start| {
        read::ends(&authored).zip(read::begins(&start)).is_some_and(|(end, start)| end <= start)
    });
    let late = period.text("end").is_some_and(|end| {
        read::begins(&authored).zip(read::ends(&end)).is_some_and(|(begin, end)| begin >= end)
    });
    if early || late {
        let what = "The response was authored outside the period in which the questionnaire is in use.";
        report.add(Issue::warning("business-rule", what).at(format!("{ROOT}.authored")));
    }
}

struct Walk<'f> {
    form: &'f Form,
    report: Report,
    conditions: Conditions,
    /// The resources that may contain value sets.
    within: Vec<Element>,
    /// From the response to where the walk is.
    frames: Vec<Frame>,
    /// Whether nothing may be missing any more.
    is_done: bool,
    /// How much work the answers were so far.
    work: usize,
}

/// An item of the response and its place.
struct Found {
    place: String,
    element: Element,
}

impl Walk<'_> {
    fn add(&mut self, code: &'static str, place: &str, what: String) {
        self.report.add(Issue::error(code, what).at(place));
    }

    /// The items in the response, a group or an answer, by those the form has there.
    fn level(&mut self, at: &str, holder: &Element, parent: Option<usize>) {
        let form = self.form;
        let expected = parent.map_or(&form.top, |parent| &form.items[parent].children);
        let mut found: HashMap<usize, Vec<Found>> = HashMap::new();
        let mut last = 0;
        for (n, element) in holder.named("item").enumerate() {
            let place = format!("{at}.item[{n}]");
            let Some(index) = self.known(&place, &element, parent) else { continue };
            if index < last {
                let link = quoted(&form.items[index].link);
                self.add(
                    "structure",
                    &place,
                    format!("The item {link} stands out of the order of the questionnaire."),
                );
            }
            last = last.max(index);
            found.entry(index).or_default().push(Found { place, element });
        }
        for index in expected {
            let given = found.remove(index).unwrap_or_default();
            self.item(at, *index, &given);
        }
    }

    /// The item of the form that an item of the response answers, if it may stand here.
    fn known(&mut self, place: &str, element: &Element, parent: Option<usize>) -> Option<usize> {
        let Some(link) = element.text("linkId") else {
            self.add(
                "required",
                &format!("{place}.linkId"),
                "The item has no linkId, so nothing says what it answers.".to_owned(),
            );
            return None;
        };
        let Some(index) = self.form.find(&link) else {
            let what = "The linkId is none of the questionnaire's.".to_owned();
            self.add("not-found", &format!("{place}.linkId"), what);
            return None;
        };
        if self.form.items[index].parent != parent {
            let right = match self.form.items[index].parent {
                Some(right) => format!("within {}", quoted(&self.form.items[right].link)),
                None => "at the top".to_owned(),
            };
            let what =
                format!("The item {} stands in the wrong place; right would be {right}.", quoted(&link));
            self.add("structure", place, what);
            return None;
        }
        Some(index)
    }

    /// All there is to one item of the form, in one place.
    fn item(&mut self, at: &str, index: usize, given: &[Found]) {
        let form = self.form;
        let item = &form.items[index];
        let link = quoted(&item.link);
        if item.kind.is_empty() {
            let what = format!("The questionnaire does not say of what type the item {link} is.");
            self.add("required", given.first().map_or(at, |found| &found.place), what);
            return;
        }
        let enabled = self.conditions.look(form, index, &self.frames);
        match enabled {
            Enabled::No => return self.disabled(&link, given),
            Enabled::Unknown(why) if !given.is_empty() || item.is_required => {
                let what = format!("Whether the item {link} was to be asked can't be said: {why}.");
                self.report.add(
                    Issue::warning("not-supported", what).at(given.first().map_or(at, |found| &found.place)),
                );
            }
            Enabled::Unknown(_) | Enabled::Yes => {}
        }
        let must = item.is_required && enabled == Enabled::Yes;
        if given.len() > 1 && !item.repeats {
            let what = format!("The item {link} stands here more than once, and it does not repeat.");
            self.add("invalid", &given[1].place, what);
        }
        for found in given {
            let text = found.element.text("text");
            if text.is_some() && item.element.text("text").is_some_and(|right| Some(right) != text) {
                let what = format!(
                    "The text of the item {link} is not that of the questionnaire; leave it out, or copy it."
                );
                self.add("invalid", &format!("{}.text", found.place), what);
            }
        }
        for found in given {
            let here = (&found.element, found.place.as_str());
            constraint::check(&mut self.report, &mut self.conditions, form, Some(item), here);
        }
        match &*item.kind {
            "group" => self.group(at, index, given, must),
            "display" => self.display(&link, given),
            "question" => self.abstracted(&link, given),
            _ => self.question(at, index, given, must),
        }
    }

    fn disabled(&mut self, link: &str, given: &[Found]) {
        for found in given {
            if found.element.first("answer").is_some() || found.element.first("item").is_some() {
                let what =
                    format!("The item {link} is answered, though by its conditions it was not to be asked.");
                self.add("invalid", &found.place, what);
            }
        }
    }

    fn missing(&mut self, place: &str, what: String) {
        let issue = Issue::error("required", what).at(place);
        let severity = if self.is_done { Severity::Error } else { Severity::Warning };
        self.report.add(Issue { severity, ..issue });
    }

    fn group(&mut self, at: &str, index: usize, given: &[Found], must: bool) {
        let link = quoted(&self.form.items[index].link);
        self.occurrences(
            index,
            given.first().map_or(at, |found| &found.place),
            given.len(),
            !given.is_empty(),
            "times",
        );
        if given.is_empty() && must {
            self.missing(at, format!("The group {link} is required, and nothing of it is here."));
        }
        for found in given {
            if found.element.first("answer").is_some() {
                let what = format!(
                    "The item {link} is a group and can't have answers; they belong to the items in it."
                );
                self.add("structure", &found.place, what);
            }
            if must && found.element.first("item").is_none() {
                let what = format!("The group {link} is required, and nothing is in it.");
                self.add("invariant", &found.place, what);
            }
            self.within(index, &found.element, &found.place);
        }
    }

    /// Looks at what stands within a group or an answer.
    fn within(&mut self, index: usize, element: &Element, place: &str) {
        self.frames.push(Frame { item: Some(index), element: element.clone() });
        self.level(place, element, Some(index));
        self.frames.pop();
    }

    fn display(&mut self, link: &str, given: &[Found]) {
        for found in given {
            for name in ["answer", "item"] {
                if found.element.first(name).is_some() {
                    let what = format!(
                        "The item {link} is shown and not asked; it can have no answers and no items."
                    );
                    self.add("structure", &format!("{}.{name}", found.place), what);
                }
            }
        }
    }

    /// An item of the type `question`, which only stands for all types that are asked.
    fn abstracted(&mut self, link: &str, given: &[Found]) {
        for found in given {
            if found.element.first("answer").is_some() {
                let what = format!(
                    "The item {link} is of the type question, which stands for other types; it can't be answered."
                );
                self.add("structure", &found.place, what);
            }
        }
    }

    fn question(&mut self, at: &str, index: usize, given: &[Found], must: bool) {
        let form = self.form;
        let item = &form.items[index];
        let link = quoted(&item.link);
        let answers: Vec<Vec<Element>> =
            given.iter().map(|found| found.element.named("answer").collect()).collect();
        let count = answers.iter().flatten().filter(|answer| answer.first("value").is_some()).count();
        let place = given.first().map_or(at, |found| found.place.as_str());
        if count == 0 && must {
            self.missing(place, format!("The question {link} is required, and it has no answer."));
        }
        self.occurrences(index, place, count, !given.is_empty(), "answers");
        for (found, answers) in given.iter().zip(&answers) {
            if found.element.first("item").is_some() {
                let what =
                    format!("What follows from an answer to {link} stands in that answer, not beside it.");
                self.add("structure", &format!("{}.item", found.place), what);
            }
            if answers.len() > 1 && !item.repeats {
                let what = format!("The question {link} has several answers, and it takes one.");
                self.add("invalid", &format!("{}.answer[1]", found.place), what);
            }
            let mut values = Vec::new();
            for (n, answer) in answers.iter().enumerate() {
                let place = format!("{}.answer[{n}]", found.place);
                for value in answer.named("value") {
                    if !self.may_look(item) {
                        continue;
                    }
                    let at = format!("{place}.{}", value.key());
                    let spot = spot(item, at);
                    answer::check(&mut self.report, &spot, &value, &self.within);
                    values.push((n, value));
                }
                self.within(index, answer, &place);
            }
            self.exclusive(item, found, &values);
        }
    }

    /// Whether an answer may still be looked at: each is compared with all options, each pattern is compiled.
    fn may_look(&mut self, item: &Item) -> bool {
        let contained: usize = self.within.iter().map(Element::width).sum();
        let pattern = if limits::has_pattern(&item.element) { PATTERN } else { 0 };
        let before = self.work;
        self.work = self.work.saturating_add(1 + item.element.width() + contained + pattern);
        if before <= MAX_WORK && self.work > MAX_WORK {
            let what = "There are too many answers and options to look at; send less at a time.";
            self.report.add(Issue::error("too-costly", what).at(ROOT));
        }
        self.work <= MAX_WORK
    }

    fn exclusive(&mut self, item: &Item, found: &Found, values: &[(usize, Element)]) {
        if values.len() < 2 {
            return;
        }
        let only: Vec<Element> = values.iter().map(|(_, value)| value.clone()).collect();
        for n in answer::exclusive(&item.element, &only) {
            let what = format!(
                "This answer to {} allows no other beside it; keep it alone, or take it away.",
                quoted(&item.link)
            );
            self.add("invariant", &format!("{}.answer[{}]", found.place, values[n].0), what);
        }
    }

    /// How often a group stands here, or how many answers a question has.
    fn occurrences(&mut self, index: usize, place: &str, count: usize, is_here: bool, unit: &str) {
        let item = &self.form.items[index];
        let link = quoted(&item.link);
        let least = read::whole(&item.element, &[MIN_OCCURS]);
        let most = read::whole(&item.element, &[MAX_OCCURS]);
        if let Some(least) = least.filter(|least| is_here && count < *least) {
            let what = format!("The item {link} has {count} {unit}; it must have at least {least}.");
            self.add("invalid", place, what);
        }
        if let Some(most) = most.filter(|most| count > *most) {
            let what = format!("The item {link} has {count} {unit}; it may have at most {most}.");
            self.add("invalid", place, what);
        }
    }
}

fn spot(item: &Item, place: String) -> Spot<'_> {
    Spot { place, link: &item.link, kind: &item.kind, item: &item.element }
}
