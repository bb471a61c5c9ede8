//! `$populate`: a response begun with what is already known. An item of which nothing is known stays empty.

use foreword_domain::instrument::Instrument;
use jiff::Zoned;
use serde_json::{Value, json};

use super::{instant, shape::canonical};
use crate::{
    Issue,
    fhirpath::{self, Document, Environment, Expression},
    names::FHIRPATH,
};

const INITIAL: &str = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-initialExpression";
const LAUNCH_CONTEXT: &str = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-launchContext";
const VARIABLE: &str = "http://hl7.org/fhir/StructureDefinition/variable";
/// Deepest nesting of items that is filled in.
const DEEPEST: usize = 64;

/// Who and what a form is filled in for.
#[derive(Clone, Debug)]
pub struct Launch<'a> {
    /// The reference to the subject, as it stands in the response.
    pub subject: &'a str,
    /// The resources that expressions may ask for by name: `patient`, `user`, `encounter`.
    pub context: &'a [(&'a str, &'a Value)],
    /// What time it is.
    pub now: &'a Zoned,
}

/// A response that was begun.
#[derive(Clone, Debug, PartialEq)]
pub struct Populated {
    /// The `QuestionnaireResponse`, in progress.
    pub response: Value,
    /// What could not be filled in although the questionnaire says how.
    pub issues: Vec<Issue>,
}

/// Begins a response to an instrument.
///
/// # Errors
/// When a resource of the context can't be read.
pub fn populate(instrument: &Instrument, launch: &Launch<'_>, base: &str) -> Result<Populated, Vec<Issue>> {
    let form = crate::questionnaire(instrument, base);
    let mut response = json!({
        "resourceType": "QuestionnaireResponse",
        "questionnaire": canonical(instrument, base),
        "status": "in-progress",
        "subject": { "reference": launch.subject },
        "authored": instant(launch.now.timestamp()),
    });
    let document = |what: &str, resource: &Value| {
        Document::from_json(resource).map_err(|why| {
            vec![Issue::error("invalid", format!("the {what} of the launch context can't be read: {why}"))]
        })
    };
    let empty = document("response", &response)?;
    let mut environment = Environment::new(empty.clone(), launch.now.clone());
    environment.questionnaire = Document::from_json(&form).ok();
    // What is not given is nothing, and no mistake of the questionnaire's.
    for name in ["patient", "user", "encounter"].into_iter().chain(declared(&form)) {
        environment.variables.insert(name.to_owned(), Vec::new());
    }
    for (name, resource) in launch.context {
        let value = document(name, resource)?.root().into();
        environment.variables.insert((*name).to_owned(), vec![value]);
    }
    let mut filler = Filler { root: vec![empty.root().into()], issues: Vec::new() };
    let environment = filler.variables(&form, "Questionnaire", environment);
    let items = filler.items(&form, "Questionnaire", &environment, 0);
    if !items.is_empty() {
        response["item"] = Value::Array(items);
    }
    Ok(Populated { response, issues: filler.issues })
}

/// The names that a questionnaire says it is launched with.
fn declared(form: &Value) -> impl Iterator<Item = &str> {
    let contexts = extensions(form).filter(|one| one["url"] == LAUNCH_CONTEXT).flat_map(extensions);
    contexts.filter(|one| one["url"] == "name").filter_map(|name| {
        name["valueCoding"]["code"].as_str().or(name["valueId"].as_str()).or(name["valueCode"].as_str())
    })
}

struct Filler {
    root: Vec<fhirpath::Value>,
    issues: Vec<Issue>,
}

impl Filler {
    /// What an element defines for itself and what lies in it.
    fn variables(&mut self, of: &Value, path: &str, environment: Environment) -> Environment {
        let mut environment = environment;
        for one in extensions(of).filter(|one| one["url"] == VARIABLE) {
            let expression = &one["valueExpression"];
            let Some(name) = expression["name"].as_str() else { continue };
            let values = self.evaluate(expression, path, &environment);
            environment.variables.insert(name.to_owned(), values);
        }
        environment
    }

    fn evaluate(
        &mut self,
        expression: &Value,
        path: &str,
        environment: &Environment,
    ) -> Vec<fhirpath::Value> {
        if expression["language"] != FHIRPATH {
            let what = format!("is no expression of {FHIRPATH}, and not computed here");
            self.issues.push(Issue::warning("not-supported", what).at(path));
            return Vec::new();
        }
        let text = expression["expression"].as_str().unwrap_or_default();
        let values = Expression::parse(text).and_then(|parsed| parsed.evaluate(&self.root, environment));
        values.unwrap_or_else(|why| {
            self.issues.push(Issue::warning("invalid", format!("is not computed: {why}")).at(path));
            Vec::new()
        })
    }

    fn items(&mut self, within: &Value, path: &str, environment: &Environment, depth: usize) -> Vec<Value> {
        if depth >= DEEPEST {
            return Vec::new();
        }
        let mut filled = Vec::new();
        for (n, item) in within["item"].as_array().into_iter().flatten().enumerate() {
            let path = format!("{path}.item[{n}]");
            let environment = self.variables(item, &path, environment.clone());
            let mut answers = self.answers(item, &path, &environment);
            let below = self.items(item, &path, &environment, depth + 1);
            let mut out = json!({ "linkId": item["linkId"] });
            match (answers.first_mut(), below.is_empty()) {
                (None, true) => continue,
                (None, false) => out["item"] = Value::Array(below),
                (Some(first), is_alone) => {
                    if !is_alone {
                        first["item"] = Value::Array(below);
                    }
                    out["answer"] = Value::Array(answers);
                }
            }
            filled.push(out);
        }
        filled
    }

    /// What is known of an item: what is computed, else what it begins with.
    fn answers(&mut self, item: &Value, path: &str, environment: &Environment) -> Vec<Value> {
        let kind = item["type"].as_str().unwrap_or_default();
        let mut answers = Vec::new();
        if let Some(one) = extensions(item).find(|one| one["url"] == INITIAL) {
            for value in self.evaluate(&one["valueExpression"], path, environment) {
                if let Some(answer) = answer(item, kind, &value.to_json()) {
                    answers.push(answer);
                } else {
                    let what = format!("what is computed is no answer to an item of the type {kind}");
                    self.issues.push(Issue::warning("value", what).at(path));
                }
            }
        }
        if answers.is_empty() {
            let initial = item["initial"].as_array().into_iter().flatten();
            answers.extend(initial.filter(|one| one.is_object()).cloned());
            let options = item["answerOption"].as_array().into_iter().flatten();
            let chosen = options.filter(|option| option["initialSelected"] == true);
            answers.extend(chosen.filter_map(plain_option));
        }
        if item["repeats"] != true && answers.len() > 1 {
            let what = "several answers are computed, and it takes one; it stays empty";
            self.issues.push(Issue::warning("value", what).at(path));
            answers.clear();
        }
        answers
    }
}

/// A value as the answer to an item of a type.
fn answer(item: &Value, kind: &str, value: &Value) -> Option<Value> {
    let text = value.as_str();
    Some(match kind {
        "boolean" => json!({ "valueBoolean": value.as_bool()? }),
        "integer" => json!({ "valueInteger": value.as_i64()? }),
        "decimal" => json!({ "valueDecimal": value.as_number()? }),
        // Of a moment the day is what is asked for.
        "date" => json!({ "valueDate": text?.get(..text?.len().min(10))? }),
        "dateTime" => json!({ "valueDateTime": text? }),
        "time" => json!({ "valueTime": text? }),
        "string" | "text" => {
            let words =
                text.map_or_else(|| value.is_number().then(|| value.to_string()), |t| Some(t.to_owned()))?;
            if words.is_empty() {
                return None;
            }
            json!({ "valueString": words })
        }
        "url" => json!({ "valueUri": text? }),
        "quantity" => {
            let quantity = value.as_object().filter(|one| one.contains_key("value"))?;
            json!({ "valueQuantity": quantity })
        }
        "reference" => {
            json!({ "valueReference": value.as_object().filter(|one| one.contains_key("reference"))? })
        }
        "choice" | "open-choice" => return option(item, value),
        _ => return None,
    })
}

/// The option that a coding, a concept, a code or a text is.
fn option(item: &Value, value: &Value) -> Option<Value> {
    let options: Vec<&Value> = item["answerOption"].as_array().into_iter().flatten().collect();
    let codings: Vec<&Value> = match value["coding"].as_array() {
        Some(codings) => codings.iter().collect(),
        None => vec![value],
    };
    let is_same = |option: &Value, told: &Value| {
        let coding = &option["valueCoding"];
        match told.as_str() {
            Some(code) => coding["code"] == code || option["valueString"] == code,
            None => {
                told.get("code").is_some()
                    && told["code"] == coding["code"]
                    && told.get("system") == coding.get("system")
            }
        }
    };
    let found = options.iter().find(|option| codings.iter().any(|told| is_same(option, told)));
    if let Some(option) = found {
        return plain_option(option);
    }
    // Of a value set from elsewhere the members are not known here.
    let is_open = options.is_empty() && item.get("answerValueSet").is_some();
    let coding = codings.first().filter(|one| is_open && one.get("code").is_some())?;
    Some(json!({ "valueCoding": coding }))
}

/// An option as an answer: without its weight and its translations.
fn plain_option(option: &Value) -> Option<Value> {
    let (key, value) = option.as_object()?.iter().find(|(key, _)| key.starts_with("value"))?;
    let mut value = value.clone();
    if let Value::Object(coding) = &mut value {
        coding.retain(|key, _| ["system", "version", "code", "display"].contains(&key.as_str()));
    }
    Some(json!({ key.as_str(): value }))
}

fn extensions(of: &Value) -> impl Iterator<Item = &Value> {
    of["extension"].as_array().into_iter().flatten()
}

#[cfg(test)]
mod tests;
