//! `$extract`: the answers and scores of a response as observations, ready to be kept elsewhere. Sent twice they
//! are kept once: each is known by an identifier made of the response and the item.

use std::collections::BTreeMap;

use foreword_domain::{instrument::Instrument, language::Lang, patient::Person, scoring};
use serde_json::{Value, json};

use super::{observation, read_response, reference, shape::canonical};
use crate::{
    Issue,
    names::{CALCULATED, DERIVED, OF_INSTRUMENT, UNIT},
};

const EXTRACT: &str = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-observationExtract";
const CATEGORY: &str =
    "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-observation-extract-category";

/// A transaction that creates or brings up to date one `Observation` for each coded answer and for each score.
///
/// Of our own instruments every item with a code is extracted and every scale; of an imported questionnaire what it
/// marks with `observationExtract`.
///
/// # Errors
/// When the response is not complete, has no id, or holds what no answer can hold.
pub fn extract(
    response: &Value,
    instrument: &Instrument,
    person: &Person,
    base: &str,
) -> Result<Value, Vec<Issue>> {
    let read = read_response(response, instrument)?;
    let status = match response["status"].as_str() {
        Some("completed") => "final",
        Some("amended") => "amended",
        _ => {
            let what = "must be completed or amended; what is not complete is not extracted";
            return Err(vec![Issue::error("business-rule", what).at("QuestionnaireResponse.status")]);
        }
    };
    let Some(id) = response["id"].as_str().filter(|id| !id.is_empty()) else {
        let what = "is missing; without it an observation could not be known again";
        return Err(vec![Issue::error("required", what).at("QuestionnaireResponse.id")]);
    };
    let is_own = instrument.questionnaire.is_none();
    let form = crate::questionnaire(instrument, base);
    let visible = instrument.visible(person, |item| read.values.get(item));
    let is_there = |item: &str| visible.iter().any(|other| other.id == item);
    let scores =
        scoring::all(instrument, person, |item| read.values.get(item).filter(|_| is_there(item)).cloned());
    let mut answers = BTreeMap::new();
    collect(response, &mut answers);
    if let Some(own) = crate::import::Form::of(instrument) {
        // What is computed is ours, whatever came with the answers.
        for score in &scores {
            let Some(link_id) = own.score(&score.scale) else { continue };
            let value = score.value.and_then(observation::number);
            let answer = value.map(|value| json!({ "valueDecimal": value }));
            answers.insert(link_id.to_owned(), answer.into_iter().collect());
        }
    }
    let about = About { response, id, status, base, of: canonical(instrument, base) };
    let mut observations = Vec::new();
    let begin = Marked { extract: flag(&form).unwrap_or(is_own), categories: Vec::new() };
    about.items(&form, &answers, &begin.within(&form), is_own, &mut observations);
    if is_own {
        let language = read.language.unwrap_or_else(Lang::english);
        for score in &scores {
            // What came to no number is nothing to keep.
            let measured = observation::measured(instrument, score, *person, &language);
            let Some(measured) = measured.filter(|_| score.value.is_some()) else { continue };
            observations.push(about.observation(measured, &observation::derived(id, &score.scale)));
        }
    }
    let entries: Vec<Value> = observations.iter().map(entry).collect();
    let mut bundle = json!({ "resourceType": "Bundle", "type": "transaction" });
    if !entries.is_empty() {
        bundle["entry"] = Value::Array(entries);
    }
    Ok(bundle)
}

/// What is marked to be extracted, at an item and below.
#[derive(Clone)]
struct Marked {
    extract: bool,
    categories: Vec<Value>,
}

impl Marked {
    fn within(&self, item: &Value) -> Self {
        let categories: Vec<Value> = extensions(item)
            .filter(|one| one["url"] == CATEGORY)
            .map(|one| one["valueCodeableConcept"].clone())
            .collect();
        Self {
            extract: flag(item).unwrap_or(self.extract),
            categories: if categories.is_empty() { self.categories.clone() } else { categories },
        }
    }
}

/// What all observations of a response have in common.
struct About<'a> {
    response: &'a Value,
    id: &'a str,
    status: &'a str,
    base: &'a str,
    of: String,
}

impl About<'_> {
    fn items(
        &self,
        within: &Value,
        answers: &BTreeMap<String, Vec<Value>>,
        marked: &Marked,
        is_own: bool,
        out: &mut Vec<Value>,
    ) {
        for item in within["item"].as_array().into_iter().flatten() {
            let marked = marked.within(item);
            // Our own scores say more than their number, and are made from themselves.
            let is_score = is_own && extensions(item).any(|one| one["url"] == CALCULATED);
            let codes = codes(item, marked.extract);
            let link_id = item["linkId"].as_str().unwrap_or_default();
            let given = answers.get(link_id).map(Vec::as_slice).unwrap_or_default();
            for (n, answer) in given.iter().enumerate().filter(|_| !is_score && !codes.is_empty()) {
                let Some((key, value)) = value(item, answer) else { continue };
                let category = if marked.categories.is_empty() {
                    vec![observation::category()]
                } else {
                    marked.categories.clone()
                };
                let mut code = json!({ "coding": codes });
                if let Some(text) = item["text"].as_str() {
                    code["text"] = json!(text);
                }
                let measured =
                    json!({ "resourceType": "Observation", "category": category, "code": code, key: value });
                let nth = if n == 0 { String::new() } else { format!("#{}", n + 1) };
                out.push(self.observation(measured, &format!("{}#{link_id}{nth}", self.id)));
            }
            self.items(item, answers, &marked, is_own, out);
        }
    }

    fn observation(&self, measured: Value, identifier: &str) -> Value {
        let mut out = measured;
        out["identifier"] = json!([observation::identifier(identifier)]);
        out["status"] = json!(self.status);
        out["extension"] = json!([{ "url": OF_INSTRUMENT, "valueCanonical": self.of }]);
        out["derivedFrom"] = json!([{
            "reference": reference(self.base, "QuestionnaireResponse", &self.id),
            "type": "QuestionnaireResponse"
        }]);
        for key in ["subject", "encounter", "basedOn"] {
            if let Some(value) = self.response.get(key) {
                out[key] = value.clone();
            }
        }
        // A response may be part of an observation, and an observation may not.
        let procedures: Vec<&Value> =
            list(&self.response["partOf"]).filter(|of| kind(of) == "Procedure").collect();
        if !procedures.is_empty() {
            out["partOf"] = json!(procedures);
        }
        if let Some(authored) = self.response.get("authored") {
            out["effectiveDateTime"] = authored.clone();
            // An instant has a time, which a day alone has not.
            if authored.as_str().is_some_and(|text| text.contains('T')) {
                out["issued"] = authored.clone();
            }
        }
        let author = &self.response["author"];
        if author.is_object() && kind(author) != "Device" {
            out["performer"] = json!([author]);
        }
        out
    }
}

/// An entry that keeps an observation once, however often it is sent.
fn entry(observation: &Value) -> Value {
    let value = observation["identifier"][0]["value"].as_str().unwrap_or_default();
    let url = format!("Observation?identifier={}", escaped(&format!("{DERIVED}|{value}")));
    json!({ "resource": observation, "request": { "method": "PUT", "url": url } })
}

/// A text within the query of an address.
fn escaped(text: &str) -> String {
    text.bytes()
        .map(|b| match b {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b':' | b'/' => {
                char::from(b).to_string()
            }
            _ => format!("%{b:02X}"),
        })
        .collect()
}

/// The answers by linkId, wherever they lie.
fn collect(within: &Value, answers: &mut BTreeMap<String, Vec<Value>>) {
    for item in list(&within["item"]) {
        for answer in list(&item["answer"]) {
            let link_id = item["linkId"].as_str().unwrap_or_default();
            answers.entry(link_id.to_owned()).or_default().push(answer.clone());
            collect(answer, answers);
        }
        collect(item, answers);
    }
}

/// The codes of an item that are to be extracted: a mark on a code says more than one on its item.
fn codes(item: &Value, marked: bool) -> Vec<Value> {
    let codes = list(&item["code"]).filter(|code| flag(code).unwrap_or(marked));
    codes
        .map(|code| {
            let mut code = code.clone();
            if let Value::Object(members) = &mut code {
                members.remove("extension");
            }
            code
        })
        .collect()
}

/// An answer as the value of an observation.
fn value(item: &Value, answer: &Value) -> Option<(&'static str, Value)> {
    let (key, value) = answer.as_object()?.iter().find(|(key, _)| key.starts_with("value"))?;
    let number = || match extensions(item).find(|one| one["url"] == UNIT) {
        None => json!({ "value": value }),
        Some(unit) => {
            let coding = &unit["valueCoding"];
            let mut quantity = json!({ "value": value });
            for (from, to) in [("display", "unit"), ("system", "system"), ("code", "code")] {
                if let Some(member) = coding.get(from) {
                    quantity[to] = member.clone();
                }
            }
            quantity
        }
    };
    let has_unit = extensions(item).any(|one| one["url"] == UNIT);
    Some(match key.as_str() {
        "valueCoding" => {
            let mut concept = json!({ "coding": [value] });
            // A coding of words alone is a text.
            if value.get("code").is_none() {
                concept = json!({ "text": value["display"] });
            }
            ("valueCodeableConcept", concept)
        }
        "valueInteger" if !has_unit => ("valueInteger", value.clone()),
        "valueDecimal" | "valueInteger" => ("valueQuantity", number()),
        "valueQuantity" => ("valueQuantity", value.clone()),
        "valueBoolean" => ("valueBoolean", value.clone()),
        "valueString" | "valueUri" => ("valueString", value.clone()),
        "valueDate" | "valueDateTime" => ("valueDateTime", value.clone()),
        "valueTime" => ("valueTime", value.clone()),
        // Files and records are no measurements.
        _ => return None,
    })
}

fn flag(of: &Value) -> Option<bool> {
    extensions(of).find(|one| one["url"] == EXTRACT)?["valueBoolean"].as_bool()
}

fn extensions(of: &Value) -> impl Iterator<Item = &Value> {
    list(&of["extension"])
}

fn list(of: &Value) -> impl Iterator<Item = &Value> {
    of.as_array().into_iter().flatten()
}

/// The type of resource that a reference names.
fn kind(reference: &Value) -> &str {
    let path = || reference["reference"].as_str()?.split("/_history").next()?.rsplit('/').nth(1);
    reference["type"].as_str().or_else(path).unwrap_or_default()
}

#[cfg(test)]
mod tests;
