//! An instrument as a `Questionnaire`: texts in all languages, weights, skip logic, LOINC codes.

use foreword_domain::{
    instrument::{Behavior, Choice, Condition, Instrument, Item, ItemKind, Label, Operator, Stem},
    language::{Lang, Text},
};
use serde_json::{Map, Value, json};

const ORDINAL_VALUE: &str = "http://hl7.org/fhir/StructureDefinition/ordinalValue";
const TRANSLATION: &str = "http://hl7.org/fhir/StructureDefinition/translation";
const MIN_VALUE: &str = "http://hl7.org/fhir/StructureDefinition/minValue";
const MAX_VALUE: &str = "http://hl7.org/fhir/StructureDefinition/maxValue";
const LOINC: &str = "http://loinc.org";

/// The `Questionnaire` of an instrument.
pub fn questionnaire(instrument: &Instrument, base_url: &str) -> Value {
    let main = main_language(instrument);
    let url = format!("{base_url}/Questionnaire/{}", instrument.id);
    let mut items = Vec::new();
    let mut stems: Vec<&Stem> = Vec::new();
    for item in &instrument.items {
        if let Some(stem) = &item.stem
            && !stems.contains(&stem)
        {
            stems.push(stem);
            let mut shown = Map::new();
            shown.insert("linkId".into(), json!(stem.id));
            text(&mut shown, "text", &stem.text, &main);
            shown.insert("type".into(), json!("display"));
            items.push(Value::Object(shown));
        }
        items.push(item_of(instrument, item, &main));
    }
    let mut resource = Map::new();
    resource.insert("resourceType".into(), json!("Questionnaire"));
    resource.insert("id".into(), json!(instrument.id));
    resource.insert("language".into(), json!(main.as_str()));
    resource.insert("url".into(), json!(url));
    resource.insert("version".into(), json!(instrument.version));
    resource.insert("name".into(), json!(computer_name(&instrument.id)));
    text(&mut resource, "title", &instrument.title, &main);
    resource.insert("status".into(), json!("active"));
    resource.insert("subjectType".into(), json!(["Patient"]));
    resource.insert("copyright".into(), json!(instrument.licence.notice));
    if let Some(code) = &instrument.loinc {
        resource.insert("code".into(), json!([{ "system": LOINC, "code": code }]));
    }
    resource.insert("item".into(), Value::Array(items));
    Value::Object(resource)
}

fn main_language(instrument: &Instrument) -> Lang {
    let english = Lang::english();
    let first = instrument.languages.keys().next().cloned().unwrap_or_else(Lang::english);
    if instrument.languages.contains_key(&english) { english } else { first }
}

/// `[A-Z]([A-Za-z0-9_])*`, as FHIR wants names for machines.
fn computer_name(id: &str) -> String {
    let name: String =
        id.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' }).collect();
    if name.starts_with(|c: char| c.is_ascii_uppercase()) { name } else { format!("Q_{name}") }
}

fn text(into: &mut Map<String, Value>, key: &str, text: &Text, main: &Lang) {
    into.insert(key.into(), json!(text.best(main)));
    let translations: Vec<Value> = text
        .0
        .iter()
        .filter(|(lang, _)| *lang != main)
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

fn item_of(instrument: &Instrument, item: &Item, main: &Lang) -> Value {
    let mut out = Map::new();
    out.insert("linkId".into(), json!(item.id));
    if let Some(code) = &item.loinc {
        out.insert("code".into(), json!([{ "system": LOINC, "code": code }]));
    }
    text(&mut out, "text", &item.text, main);
    let kind = match &item.kind {
        ItemKind::Choice(_) | ItemKind::MultipleChoice(_) => "choice",
        ItemKind::Integer(_) | ItemKind::Scale { .. } => "integer",
        ItemKind::Decimal(_) => "decimal",
        ItemKind::Date(_) => "date",
        ItemKind::Text { .. } => "text",
        ItemKind::Display => "display",
    };
    out.insert("type".into(), json!(kind));
    match &item.kind {
        ItemKind::MultipleChoice(_) => {
            out.insert("repeats".into(), json!(true));
        }
        ItemKind::Text { max_chars } => {
            out.insert("maxLength".into(), json!(max_chars));
        }
        ItemKind::Scale { .. } => limits(&mut out, "valueInteger", &json!(0), &json!(10)),
        ItemKind::Integer(bounds) => limits(&mut out, "valueInteger", &json!(bounds.min), &json!(bounds.max)),
        ItemKind::Decimal(bounds) => limits(&mut out, "valueDecimal", &json!(bounds.min), &json!(bounds.max)),
        ItemKind::Date(bounds) => {
            limits(&mut out, "valueDate", &json!(bounds.min.to_string()), &json!(bounds.max.to_string()));
        }
        ItemKind::Choice(_) | ItemKind::Display => {}
    }
    if !item.enable.when.is_empty() {
        let when: Vec<Value> = item.enable.when.iter().map(|c| condition(instrument, c)).collect();
        out.insert("enableWhen".into(), Value::Array(when));
        let behavior = match item.enable.behavior {
            Behavior::All => "all",
            Behavior::Any => "any",
        };
        out.insert("enableBehavior".into(), json!(behavior));
    }
    let options: Vec<Value> = item.choices().iter().map(|choice| option(choice, main)).collect();
    if !options.is_empty() {
        out.insert("answerOption".into(), Value::Array(options));
    }
    Value::Object(out)
}

fn limits(out: &mut Map<String, Value>, kind: &str, min: &Value, max: &Value) {
    out.insert("extension".into(), json!([{ "url": MIN_VALUE, kind: min }, { "url": MAX_VALUE, kind: max }]));
}

fn option(choice: &Choice, main: &Lang) -> Value {
    let mut coding = Map::new();
    if let Some(code) = &choice.loinc {
        coding.insert("system".into(), json!(LOINC));
        coding.insert("code".into(), json!(code));
    } else {
        coding.insert("code".into(), json!(choice.code));
    }
    match &choice.label {
        Label::Text(words) => text(&mut coding, "display", words, main),
        Label::AnswerTo(item) => {
            coding.insert("display".into(), json!(format!("(the answer to {item})")));
        }
    }
    let mut out = Map::new();
    if let Some(weight) = choice.weight {
        out.insert("extension".into(), json!([{ "url": ORDINAL_VALUE, "valueDecimal": weight }]));
    }
    out.insert("valueCoding".into(), Value::Object(coding));
    Value::Object(out)
}

fn condition(instrument: &Instrument, condition: &Condition) -> Value {
    let operator = match condition.operator {
        Operator::Exists => "exists",
        Operator::Equal => "=",
        Operator::NotEqual => "!=",
        Operator::Greater => ">",
        Operator::Less => "<",
        Operator::AtLeast => ">=",
        Operator::AtMost => "<=",
    };
    let mut out = Map::new();
    out.insert("question".into(), json!(condition.item));
    out.insert("operator".into(), json!(operator));
    let written = &condition.value;
    let number = || written.parse::<f64>().map_or_else(|_| json!(written), |n| json!(n));
    let (key, value) = match (condition.operator, instrument.item(&condition.item).map(|item| &item.kind)) {
        (Operator::Exists, _) => ("answerBoolean", json!(written == "true")),
        (_, Some(ItemKind::Integer(_) | ItemKind::Scale { .. })) => {
            ("answerInteger", written.parse::<i64>().map_or_else(|_| number(), |n| json!(n)))
        }
        (_, Some(ItemKind::Decimal(_))) => ("answerDecimal", number()),
        (_, Some(ItemKind::Date(_))) => ("answerDate", json!(written)),
        _ => {
            let loinc =
                instrument.item(&condition.item).and_then(|item| item.choice(written)?.loinc.as_ref());
            let coding = match loinc {
                Some(code) => json!({ "system": LOINC, "code": code }),
                None => json!({ "code": written }),
            };
            ("answerCoding", coding)
        }
    };
    out.insert(key.into(), value);
    Value::Object(out)
}
