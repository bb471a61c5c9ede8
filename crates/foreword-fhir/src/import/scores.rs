//! Computed items: they become scales, whose rule is the questionnaire's own expression.

use std::collections::BTreeMap;

use foreword_domain::{
    instrument::{Direction, HiddenAnswers, Method, Missing, Round, Scale, Transform},
    language::{Lang, Text},
};

use super::{
    form::{Field, Form, Number},
    node::{Node, Notebook},
};
use crate::names::{CALCULATED, DIRECTION, FHIRPATH, MAX_VALUE, MIN_VALUE};

const VARIABLE: &str = "http://hl7.org/fhir/StructureDefinition/variable";

/// A named expression, for the item it stands at and all within.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Variable {
    pub name: String,
    pub expression: String,
}

impl Variable {
    /// The variables of a resource or an item, in order.
    pub fn all(of: &Node<'_>, book: &mut Notebook) -> Vec<Self> {
        let mut found = Vec::new();
        for (url, extension) in of.extensions() {
            if url != VARIABLE {
                continue;
            }
            let expression = extension.object("valueExpression", book);
            let Some(expression) = expression else { continue };
            let name = expression.text("name", book);
            if let Some((name, text)) = name.zip(fhirpath(&expression, book)) {
                found.push(Self { name: name.to_owned(), expression: text.to_owned() });
            }
        }
        found
    }
}

/// The text of an expression that can be computed here.
fn fhirpath<'a>(expression: &Node<'a>, book: &mut Notebook) -> Option<&'a str> {
    match expression.text("language", book) {
        Some(FHIRPATH) => expression.text("expression", book),
        other => {
            let other = other.unwrap_or("no language");
            book.remark(&expression.path, format!("is in {other}; only {FHIRPATH} is computed here"));
            None
        }
    }
}

/// A computed item.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Calculated {
    pub path: String,
    pub link_id: String,
    /// The scale's id.
    pub id: String,
    pub name: Text,
    pub number: Number,
    pub expression: String,
    /// Those it can see, outermost first.
    pub variables: Vec<Variable>,
    range: (f64, f64),
    direction: Direction,
    loinc: Option<String>,
}

impl Calculated {
    pub fn read(
        item: &Node<'_>,
        id: &str,
        name: Option<Text>,
        number: Number,
        variables: &[Variable],
        book: &mut Notebook,
    ) -> Option<Self> {
        let all: Vec<Node<'_>> = item
            .extensions()
            .into_iter()
            .filter(|(url, _)| *url == CALCULATED)
            .map(|(_, node)| node)
            .collect();
        if all.len() > 1 {
            book.remark(&item.path, "is computed by several expressions; the first is used");
        }
        let expression = all.first()?.object("valueExpression", book)?;
        let text = fhirpath(&expression, book)?;
        let link_id = item.members.get("linkId")?.as_str()?;
        let limit = |url: &str| item.extension(url)?.choice("value")?.1.as_f64();
        let range = limit(MIN_VALUE).zip(limit(MAX_VALUE)).filter(|(min, max)| min <= max);
        let said = item.extension(DIRECTION);
        let direction = match said.as_ref().and_then(|said| said.choice("value")?.1.as_str()) {
            Some("higher-worse") => Direction::HigherWorse,
            Some("higher-better") => Direction::HigherBetter,
            _ => Direction::Unstated,
        };
        let is_loinc = |code: &&Node<'_>| {
            code.members.get("system").and_then(|system| system.as_str()) == Some(crate::names::LOINC)
        };
        let codes = item.list("code", book);
        let loinc = codes.iter().find(is_loinc).and_then(|code| code.members.get("code")?.as_str());
        Some(Self {
            path: item.path.clone(),
            link_id: link_id.to_owned(),
            id: id.to_owned(),
            name: name.unwrap_or_else(|| Text([(Lang::english(), link_id.to_owned())].into())),
            number,
            expression: text.to_owned(),
            variables: variables.to_vec(),
            // Without limits nobody knows the range.
            range: range.unwrap_or((f64::NEG_INFINITY, f64::INFINITY)),
            direction,
            loinc: loinc.map(str::to_owned),
        })
    }

    /// The scale it becomes.
    pub fn scale(&self, form: &Form, all: &[Self], directions: &BTreeMap<String, Direction>) -> Scale {
        let stated = directions.get(&self.link_id).or_else(|| directions.get(&self.id));
        Scale {
            id: self.id.clone(),
            name: self.name.clone(),
            items: self.items(form, all),
            method: Method::Formula,
            reverse: Vec::new(),
            weights: BTreeMap::new(),
            missing: Missing::Answered { at_least: 1 },
            round: Round::None,
            transform: Transform::None,
            range: self.range,
            direction: stated.copied().unwrap_or(self.direction),
            bands: Vec::new(),
            bands_for: Vec::new(),
            change: Vec::new(),
            hidden_answers: HiddenAnswers::Ignored,
            hidden_counts: None,
            loinc: self.loinc.clone(),
        }
    }

    /// The items it names, in the order of the questionnaire; all, where it names none.
    fn items(&self, form: &Form, all: &[Self]) -> Vec<String> {
        let fields = form.all();
        let mut named: Vec<&str> = Vec::new();
        let mut seen = vec![self.link_id.as_str()];
        let mut open = vec![self];
        while let Some(calculated) = open.pop() {
            let texts = calculated.texts();
            let says = |field: &&&Field| {
                let quoted = format!("'{}'", field.link_id);
                texts.iter().any(|text| text.contains(&quoted))
            };
            for field in fields.iter().filter(says) {
                named.extend(field.asked());
                // What it takes from another score, it takes from that score's items.
                let other = all.iter().find(|other| other.link_id == field.link_id);
                if let Some(other) = other.filter(|other| !seen.contains(&other.link_id.as_str())) {
                    seen.push(&other.link_id);
                    open.push(other);
                }
            }
        }
        let of: Vec<&str> = fields.iter().filter_map(|field| field.asked_itself()).collect();
        let listed = of.iter().filter(|id| named.is_empty() || named.contains(id));
        listed.map(|id| (*id).to_owned()).collect()
    }

    /// Its expression and those of the variables it uses.
    pub fn texts(&self) -> Vec<&str> {
        let mut texts = vec![self.expression.as_str()];
        let mut next = 0;
        while let Some(text) = texts.get(next).copied() {
            next += 1;
            let used = self.variables.iter().filter(|variable| uses(text, &variable.name));
            for variable in used {
                if !texts.contains(&variable.expression.as_str()) {
                    texts.push(&variable.expression);
                }
            }
        }
        texts
    }
}

/// Whether an expression names a variable.
fn uses(expression: &str, name: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    [format!("%{name}"), format!("%`{name}`"), format!("%'{name}'")].iter().any(|spelling| {
        expression
            .match_indices(spelling.as_str())
            .any(|(at, found)| !expression[at + found.len()..].starts_with(is_part))
    })
}
