//! An instrument as a `Questionnaire`: texts in all languages, weights, skip logic, codes, and scores as
//! expressions that any form filler can compute. What FHIR has no words for goes along as the
//! instrument's own file, in a contained `Library`.

mod conditions;
mod definition;
mod formula;
mod item;

use std::collections::BTreeSet;

use foreword_domain::{
    instrument::{Direction, Enable, Instrument, Item, Permission, Scale, Stem},
    language::{Lang, Text},
};
use serde_json::{Map, Value, json};

use crate::names::{CALCULATED, DIRECTION, FHIRPATH, HIDDEN, LOINC, MAX_VALUE, MIN_VALUE, TRANSLATION, UNIT};

/// An element of a resource, in the making.
type Element = Map<String, Value>;

/// The `Questionnaire` of an instrument; of an imported one, the one it was imported from.
pub fn questionnaire(instrument: &Instrument, base_url: &str) -> Value {
    let own = instrument.questionnaire.as_ref().and_then(|text| serde_json::from_str(text).ok());
    own.unwrap_or_else(|| Writer::new(instrument, base_url).resource())
}

/// The `Questionnaire` of an instrument as text; of an imported one byte for byte what was imported.
pub fn questionnaire_text(instrument: &Instrument, base_url: &str) -> String {
    let written = || format!("{:#}", questionnaire(instrument, base_url));
    instrument.questionnaire.clone().unwrap_or_else(written)
}

/// The canonical address of the `Questionnaire` of an instrument that is our own, with its version.
pub(crate) fn canonical(instrument: &Instrument, base_url: &str) -> String {
    let Instrument { id, version, .. } = instrument;
    format!("{base_url}/Questionnaire/{id}|{version}")
}

/// The computed items of the `Questionnaire` of an instrument that is our own: linkId and scale.
pub(crate) fn computed(instrument: &Instrument) -> Vec<(String, String)> {
    let mut writer = Writer::new(instrument, "");
    writer.items();
    writer.scores
}

/// Writes one instrument.
struct Writer<'a> {
    instrument: &'a Instrument,
    base_url: &'a str,
    /// The language of the texts that are not translations.
    main: Lang,
    /// The linkIds that are taken.
    taken: BTreeSet<String>,
    /// The computed items that were written: linkId and scale.
    scores: Vec<(String, String)>,
}

impl<'a> Writer<'a> {
    fn new(instrument: &'a Instrument, base_url: &'a str) -> Self {
        let english = Lang::english();
        let first = instrument.languages.keys().next().unwrap_or(&english);
        let main = if instrument.languages.contains_key(&english) { &english } else { first }.clone();
        // Answers go by the items' own ids; everything else gives way to them.
        let taken = instrument.items.iter().map(|item| item.id.clone()).collect();
        Self { instrument, base_url, main, taken, scores: Vec::new() }
    }

    fn resource(mut self) -> Value {
        let Instrument { id, version, title, plain_name, licence, .. } = self.instrument;
        let mut out = Element::new();
        put(&mut out, "resourceType", "Questionnaire");
        put(&mut out, "id", id.as_str());
        put(&mut out, "language", self.main.as_str());
        put(&mut out, "contained", [definition::library(self.instrument)]);
        put(&mut out, "extension", [definition::reference()]);
        put(&mut out, "url", self.canonical(id));
        put(&mut out, "version", version.as_str());
        put(&mut out, "name", computer_name(id));
        self.text(&mut out, "title", title);
        if let Some(of) = &self.instrument.variant_of {
            put(&mut out, "derivedFrom", [self.canonical(of)]);
        }
        put(&mut out, "status", if licence.permission.may_ask() { "active" } else { "draft" });
        put(&mut out, "subjectType", ["Patient"]);
        if let Some(source) = self.instrument.languages.get(&self.main) {
            put(&mut out, "publisher", source.source.as_str());
        }
        let description = self.description();
        if !description.is_empty() {
            put(&mut out, "description", description);
        }
        self.text(&mut out, "purpose", plain_name);
        put(&mut out, "copyright", self.terms());
        put_code(&mut out, self.instrument.loinc.as_ref());
        let items = self.items();
        put(&mut out, "item", items);
        Value::Object(out)
    }

    fn canonical(&self, id: &str) -> String {
        format!("{}/Questionnaire/{id}", self.base_url)
    }

    /// What it looks back on, and where it was published.
    fn description(&self) -> String {
        let mut lines = Vec::new();
        if let Some(recall) = &self.instrument.recall {
            let words = recall.text.best(&self.main);
            lines.push(match recall.days {
                0 => format!("Looks back on: {words}."),
                days => format!("Looks back on: {words} ({days} days)."),
            });
        }
        if !self.instrument.citations.is_empty() {
            let listed: Vec<String> = self.instrument.citations.iter().map(|c| format!("- {c}")).collect();
            lines.push(format!("Published in:\n\n{}", listed.join("\n")));
        }
        lines.join("\n\n")
    }

    fn terms(&self) -> String {
        let licence = &self.instrument.licence;
        let mut lines = vec![licence.notice.clone(), format!("Terms: {}", licence.evidence)];
        lines.extend(match &licence.permission {
            Permission::NotNeeded {} => None,
            Permission::Granted { by, on, scope } => {
                Some(format!("Permission granted by {by} on {on}: {scope}"))
            }
            Permission::ToConfirm { ask } => Some(format!("Permission to be confirmed: {ask}")),
            Permission::Needed { ask } => Some(format!("The text needs a permission: {ask}")),
        });
        lines.extend(
            self.instrument
                .languages
                .iter()
                .map(|(lang, source)| format!("Text in {lang:?}: {}", source.source, lang = lang.as_str())),
        );
        lines.join("\n\n")
    }

    fn items(&mut self) -> Vec<Value> {
        let mut items = Vec::new();
        let mut shown: Option<&Stem> = None;
        for item in &self.instrument.items {
            if let Some(stem) = &item.stem
                && shown != Some(stem)
            {
                items.push(self.stem(stem, item));
            }
            shown = item.stem.as_ref();
            items.push(self.item(item));
        }
        for scale in &self.instrument.scales {
            if let Some(expression) = formula::expression(self.instrument, scale) {
                items.push(self.score(scale, &expression));
            }
        }
        items
    }

    /// The lead-in of the items that follow. It stays an item of its own, so that answers lie flat in
    /// the response and expressions find them there.
    fn stem(&mut self, stem: &Stem, first: &Item) -> Value {
        let link_id = self.link_id(&stem.id);
        let mut out = Element::new();
        put(&mut out, "linkId", link_id);
        self.text(&mut out, "text", &stem.text);
        put(&mut out, "type", "display");
        let items = &self.instrument.items;
        let start = items.iter().position(|item| item.id == first.id).unwrap_or_default();
        let led = || items[start..].iter().take_while(|item| item.stem.as_ref() == Some(stem));
        // It is there when all it leads in are there under the same condition.
        if led().all(|item| item.enable == first.enable) {
            self.enable(&mut out, &first.enable);
        }
        Value::Object(out)
    }

    /// A score that a form filler computes, and that nobody fills in.
    fn score(&mut self, scale: &Scale, expression: &str) -> Value {
        let link_id = self.link_id(&scale.id);
        self.scores.push((link_id.clone(), scale.id.clone()));
        let mut out = Element::new();
        put(&mut out, "linkId", link_id);
        let mut extensions = vec![
            json!({ "url": HIDDEN, "valueBoolean": true }),
            json!({ "url": CALCULATED, "valueExpression": {
                "description": scale.name.best(&self.main), "language": FHIRPATH, "expression": expression
            }}),
            json!({ "url": MIN_VALUE, "valueDecimal": scale.range.0 }),
            json!({ "url": MAX_VALUE, "valueDecimal": scale.range.1 }),
            json!({ "url": UNIT, "valueCoding": {
                "system": "http://unitsofmeasure.org", "code": "{score}", "display": "{score}"
            }}),
        ];
        let direction = match scale.direction {
            Direction::HigherWorse => Some("higher-worse"),
            Direction::HigherBetter => Some("higher-better"),
            Direction::Unstated => None,
        };
        extensions.extend(direction.map(|direction| json!({ "url": DIRECTION, "valueCode": direction })));
        put(&mut out, "extension", extensions);
        put_code(&mut out, scale.loinc.as_ref());
        self.text(&mut out, "text", &scale.name);
        put(&mut out, "type", "decimal");
        put(&mut out, "readOnly", true);
        Value::Object(out)
    }

    fn enable(&self, out: &mut Element, enable: &Enable) {
        let (when, behavior) = conditions::enable_when(self.instrument, enable);
        if when.len() > 1 {
            put(out, "enableBehavior", behavior);
        }
        if !when.is_empty() {
            put(out, "enableWhen", when);
        }
    }

    /// A linkId that nothing else has.
    fn link_id(&mut self, wanted: &str) -> String {
        let mut free = wanted.to_owned();
        let mut n = 1;
        while self.taken.contains(&free) {
            n += 1;
            free = format!("{wanted}-{n}");
        }
        self.taken.insert(free.clone());
        free
    }

    /// A text with its translations; nothing where there is none, as in an instrument without a permission.
    fn text(&self, into: &mut Element, key: &str, text: &Text) {
        let main = text.best(&self.main);
        if main.is_empty() {
            return;
        }
        put(into, key, main);
        let translations: Vec<Value> = text
            .0
            .iter()
            .filter(|(lang, _)| **lang != self.main)
            .map(|(lang, words)| {
                json!({ "url": TRANSLATION, "extension": [
                    { "url": "lang", "valueCode": lang.as_str() },
                    { "url": "content", "valueString": words }
                ]})
            })
            .collect();
        if !translations.is_empty() {
            into.insert(format!("_{key}"), json!({ "extension": translations }));
        }
    }
}

fn put(into: &mut Element, key: &str, value: impl Into<Value>) {
    into.insert(key.to_owned(), value.into());
}

fn put_code(into: &mut Element, loinc: Option<&String>) {
    if let Some(code) = loinc {
        put(into, "code", vec![json!({ "system": LOINC, "code": code })]);
    }
}

/// `[A-Z]([A-Za-z0-9_])*`, as FHIR wants names for machines.
fn computer_name(id: &str) -> String {
    let name: String =
        id.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' }).collect();
    if name.starts_with(|c: char| c.is_ascii_uppercase()) { name } else { format!("Q_{name}") }
}

#[cfg(test)]
mod tests;
