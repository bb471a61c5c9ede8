//! Whether an item is to be asked: `enableWhen` as the official validator reads it, and `enableWhenExpression`.
//!
//! Where the question was not answered, no operator but `exists` is true. A condition looks for its question in
//! the nearest group that holds both.

use std::{cmp::Ordering, collections::HashMap, sync::Arc};

use jiff::{Timestamp, tz};

use super::{
    form::{Form, Item},
    primitive, read,
};
use crate::fhirpath::{Document, Element, Environment, Expression, Scalar, Value};

const EXPRESSION: &str =
    "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-enableWhenExpression";
const VARIABLE: &str = "http://hl7.org/fhir/StructureDefinition/variable";
/// Elements that all conditions of a response may look at.
const MAX_WORK: usize = 2_000_000;
/// Expressions that are evaluated for one response.
const MAX_EXPRESSIONS: usize = 2_000;

/// Whether an item is to be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Enabled {
    Yes,
    No,
    /// It can't be said, and why.
    Unknown(&'static str),
}

/// An element of the response, and the item it answers; no item for the response itself.
pub(super) struct Frame {
    pub item: Option<usize>,
    pub element: Element,
}

/// What conditions look at.
pub(super) struct Conditions {
    response: Document,
    questionnaire: Option<Document>,
    by_link: HashMap<Arc<str>, Vec<Element>>,
    authored: Option<Timestamp>,
    work: usize,
    expressions: usize,
}

impl Conditions {
    pub fn new(response: &Document, form: &Form) -> Self {
        let root = response.root();
        let mut by_link = HashMap::new();
        collect(&root, &mut by_link);
        let authored = root.text("authored").and_then(|text| read::begins(&text));
        let questionnaire = form.alone.clone();
        Self { response: response.clone(), questionnaire, by_link, authored, work: 0, expressions: 0 }
    }

    /// Whether an item is to be asked; `frames` lead from the response to where it would stand.
    pub fn look(&mut self, form: &Form, item: usize, frames: &[Frame]) -> Enabled {
        let element = &form.items[item].element;
        if let Some(expression) = read::extension(element, &[EXPRESSION]) {
            return self.expression(form, &form.items[item], &expression, frames);
        }
        let conditions: Vec<Element> = element.named("enableWhen").collect();
        if conditions.is_empty() {
            return Enabled::Yes;
        }
        let is_any = element.text("enableBehavior").as_deref() == Some("any");
        for condition in &conditions {
            let Some(holds) = self.holds(form, condition, frames) else {
                return Enabled::Unknown("its conditions look at too many answers");
            };
            if holds == is_any {
                return if holds { Enabled::Yes } else { Enabled::No };
            }
        }
        if is_any { Enabled::No } else { Enabled::Yes }
    }

    /// Whether a condition holds; nothing when that would be too much work.
    fn holds(&mut self, form: &Form, condition: &Element, frames: &[Frame]) -> Option<bool> {
        let question = condition.text("question").unwrap_or_default();
        let answers = self.answers(form, &question, frames)?;
        let expected = condition.first("answer");
        let operator = condition.text("operator").unwrap_or_default();
        if &*operator == "exists" {
            let wanted = read::flag(condition, "answer").unwrap_or(true);
            return Some(wanted != answers.is_empty());
        }
        let Some(expected) = expected else { return Some(false) };
        Some(answers.iter().any(|answer| compare(answer, &operator, &expected)))
    }

    /// The answers to a question, in the nearest group around that holds it.
    fn answers(&mut self, form: &Form, question: &str, frames: &[Frame]) -> Option<Vec<Element>> {
        let Some(target) = form.find(question) else { return Some(Vec::new()) };
        let nearest = frames.iter().rev().find(|frame| form.is_within(target, frame.item));
        let around = nearest.map(|frame| frame.element.identity());
        let mut answers = Vec::new();
        for found in self.by_link.get(question).into_iter().flatten() {
            let mut next = Some(found.clone());
            while let Some(element) = next {
                self.work += 1;
                if Some(element.identity()) == around {
                    answers.extend(found.named("answer").filter_map(|answer| answer.first("value")));
                    break;
                }
                next = element.parent();
            }
            if self.work > MAX_WORK {
                return None;
            }
        }
        Some(answers)
    }

    fn expression(&mut self, form: &Form, item: &Item, expression: &Element, frames: &[Frame]) -> Enabled {
        if expression.text("language").as_deref() != Some("text/fhirpath") {
            return Enabled::Unknown("its enableWhenExpression is not written in FHIRPath");
        }
        let text = expression.text("expression").unwrap_or_default();
        let Some(around) = frames.last() else { return Enabled::Yes };
        match self.evaluate(form, Some(item), &text, &around.element) {
            Ok(true) => Enabled::Yes,
            Ok(false) => Enabled::No,
            Err(why) => Enabled::Unknown(why),
        }
    }

    /// Whether an expression is true of an element of the response, with the variables in scope of an item.
    pub fn evaluate(
        &mut self,
        form: &Form,
        item: Option<&Item>,
        text: &str,
        context: &Element,
    ) -> Result<bool, &'static str> {
        self.expressions += 1;
        if self.expressions > MAX_EXPRESSIONS {
            return Err("there are too many expressions");
        }
        let variables = variables(form, item);
        let of_time = |text: &str| ["now()", "today()", "timeOfDay()"].iter().any(|name| text.contains(name));
        if self.authored.is_none() && (of_time(text) || variables.iter().any(|(_, text)| of_time(text))) {
            return Err("its expression asks for the time, and authored is missing");
        }
        let now = self.authored.unwrap_or(Timestamp::UNIX_EPOCH).to_zoned(tz::TimeZone::UTC);
        let mut environment = Environment::new(self.response.clone(), now);
        environment.questionnaire.clone_from(&self.questionnaire);
        if let Some(item) = item {
            environment.variables.insert("qitem".to_owned(), vec![item.element.clone().into()]);
        }
        let root: Vec<Value> = vec![self.response.root().into()];
        for (name, text) in variables {
            self.expressions += 1;
            let values = Expression::parse(&text).and_then(|found| found.evaluate(&root, &environment));
            environment.variables.insert(name, values.unwrap_or_default());
        }
        let values =
            Expression::parse(text).and_then(|found| found.evaluate(&[context.clone().into()], &environment));
        values.map(|values| is_true(&values)).map_err(|_| "its expression can't be evaluated")
    }
}

/// Whether the values of an expression are what counts as true: one value that is not `false`.
fn is_true(values: &[Value]) -> bool {
    match values {
        [Value::Boolean(flag)] => *flag,
        [Value::Element(element)] => element.scalar() != Some(&Scalar::Boolean(false)),
        [_] => true,
        _ => false,
    }
}

/// The variables in scope of an item, the outermost first: names and expressions.
fn variables(form: &Form, item: Option<&Item>) -> Vec<(String, Arc<str>)> {
    let mut around: Vec<Element> = item.into_iter().map(|item| item.element.clone()).collect();
    let mut next = item.and_then(|item| item.parent);
    while let Some(index) = next {
        around.push(form.items[index].element.clone());
        next = form.items[index].parent;
    }
    around.push(form.root.clone());
    let named =
        |expression: Element| Some((expression.text("name")?.to_string(), expression.text("expression")?));
    let all =
        around.iter().rev().flat_map(|element| read::extensions(element, &[VARIABLE]).collect::<Vec<_>>());
    all.filter_map(named).take(MAX_EXPRESSIONS).collect()
}

/// All items of a response by their `linkId`.
fn collect(holder: &Element, by_link: &mut HashMap<Arc<str>, Vec<Element>>) {
    for item in holder.named("item") {
        by_link.entry(item.text("linkId").unwrap_or_default()).or_default().push(item.clone());
        collect(&item, by_link);
        for answer in item.named("answer") {
            collect(&answer, by_link);
        }
    }
}

/// Whether an answer stands to what is expected as the operator says.
fn compare(answer: &Element, operator: &str, expected: &Element) -> bool {
    let is_equal = same(answer, expected);
    let order = || order(answer, expected);
    match operator {
        "=" => is_equal == Some(true),
        "!=" => is_equal == Some(false),
        ">" => order() == Some(Ordering::Greater),
        "<" => order() == Some(Ordering::Less),
        ">=" => matches!(order(), Some(Ordering::Greater | Ordering::Equal)),
        "<=" => matches!(order(), Some(Ordering::Less | Ordering::Equal)),
        _ => false,
    }
}

/// Whether two values are the same; nothing when they are not of the same sort.
fn same(one: &Element, other: &Element) -> Option<bool> {
    match (one.type_name(), other.type_name()) {
        ("Coding", "Coding") => Some(read::coding(one) == read::coding(other)),
        ("boolean", "boolean") => Some(one.scalar() == other.scalar()),
        ("Reference", "Reference") => Some(one.text("reference") == other.text("reference")),
        _ => match order(one, other) {
            Some(order) => Some(order == Ordering::Equal),
            None => (one.type_name() == other.type_name()).then_some(false),
        },
    }
}

/// Which of two values comes first; nothing when they can't be compared.
fn order(one: &Element, other: &Element) -> Option<Ordering> {
    match (one.type_name(), other.type_name()) {
        ("integer" | "decimal", "integer" | "decimal") => {
            Some(primitive::decimal(read::number(one)?)?.cmp(&primitive::decimal(read::number(other)?)?))
        }
        ("date" | "dateTime", "date" | "dateTime") => {
            Some(read::begins(&read::string(one)?)?.cmp(&read::begins(&read::string(other)?)?))
        }
        ("time", "time") => {
            let time = |element: &Element| read::string(element)?.parse::<jiff::civil::Time>().ok();
            Some(time(one)?.cmp(&time(other)?))
        }
        ("Quantity", "Quantity") if is_same_unit(one, other) => {
            let value = |element: &Element| primitive::decimal(read::number(&element.first("value")?)?);
            Some(value(one)?.cmp(&value(other)?))
        }
        ("string" | "uri", "string" | "uri") => Some(read::string(one)?.cmp(&read::string(other)?)),
        _ => None,
    }
}

/// Whether two quantities count the same: by system and code, or as it is called where there is no code.
fn is_same_unit(one: &Element, other: &Element) -> bool {
    let unit = |element: &Element| {
        let (system, code) = read::coding(element);
        let name = if code.is_none() { element.text("unit") } else { None };
        (system, code, name)
    };
    unit(one) == unit(other)
}
