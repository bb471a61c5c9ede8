use std::{collections::BTreeMap, fs};

use serde_json::{Value, json};

use super::*;

mod asking;
mod hostile;
mod round;
mod scoring;

/// A file of the repository.
fn file(path: &str) -> String {
    fs::read_to_string(format!("{}/../../{path}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// Every instrument that ships, and their variants.
fn shipped() -> Vec<Instrument> {
    let folder = format!("{}/../../config/instruments", env!("CARGO_MANIFEST_DIR"));
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        let instrument = Instrument::parse(&path.display().to_string(), &text).unwrap();
        all.extend(instrument.variants.iter().cloned());
        all.push(instrument);
    }
    assert!(all.len() > 5);
    all
}

/// A questionnaire with these items.
fn with(items: &Value) -> Value {
    json!({ "resourceType": "Questionnaire", "status": "active", "language": "en", "id": "x", "title": "X", "item": items })
}

fn read(resource: &Value) -> Imported {
    questionnaire("x.json", &resource.to_string(), &Settings::default()).unwrap()
}

/// All that a questionnaire is refused for.
fn refusal(text: &str) -> String {
    match questionnaire("x.json", text, &Settings::default()) {
        Ok(imported) => panic!("taken: {:?}", imported.instrument.items),
        Err(refused) => refused.to_string(),
    }
}

/// A question with two choices.
fn choice(link_id: &str) -> Value {
    json!({ "linkId": link_id, "type": "choice", "text": format!("{link_id}?"), "answerOption": [
        { "valueCoding": { "system": "urn:x", "code": "n", "display": "No" } },
        { "valueCoding": { "system": "urn:x", "code": "y", "display": "Yes" } }
    ]})
}
