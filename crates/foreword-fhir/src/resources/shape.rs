//! The shape that responses to an instrument have: that of the questionnaire it was imported from, or of the one we
//! publish for it.

use foreword_domain::{
    instrument::{Choice, Instrument, Item, ItemKind, Label},
    language::Lang,
    response,
};
use serde_json::{Value, json};

use crate::{
    import::{Field, Form, Kind, Opt, Wire},
    names::LOINC,
    questionnaire,
};

/// How choices are called: in a language, and what was answered to the items that some of them quote.
pub(super) struct Wording<'a> {
    pub language: &'a Lang,
    pub answer: &'a dyn Fn(&str) -> Option<&'a response::Value>,
}

/// The form that responses to an instrument fill in.
pub(super) fn form(instrument: &Instrument, base: &str, wording: &Wording<'_>) -> Form {
    if let Some(mut form) = Form::of(instrument) {
        form.canonical.get_or_insert_with(|| canonical(instrument, base));
        form.fields.iter_mut().for_each(plain);
        return form;
    }
    let asked = instrument.items.iter().map(|item| Field {
        link_id: item.id.clone(),
        kind: wire(item, wording).map_or(Kind::Silent, |wire| Kind::Asked(item.id.clone(), wire)),
        children: Vec::new(),
    });
    Form { canonical: Some(canonical(instrument, base)), fields: asked.collect() }
}

fn wire(item: &Item, wording: &Wording<'_>) -> Option<Wire> {
    Some(match &item.kind {
        ItemKind::Choice(choices) | ItemKind::MultipleChoice(choices) => {
            Wire::Options(choices.iter().map(|choice| option(choice, wording)).collect())
        }
        ItemKind::Integer(_) | ItemKind::Scale { .. } => Wire::Integer,
        ItemKind::Decimal(_) => Wire::Decimal,
        ItemKind::Date(_) => Wire::Date,
        ItemKind::Text { .. } => Wire::String,
        ItemKind::Display => return None,
    })
}

fn option(choice: &Choice, wording: &Wording<'_>) -> Opt {
    let mut value = match &choice.loinc {
        Some(code) => json!({ "system": LOINC, "code": code }),
        None => json!({ "code": choice.code }),
    };
    let called = match &choice.label {
        Label::Text(words) => words.best(wording.language),
        Label::AnswerTo(item) => match (wording.answer)(item) {
            Some(response::Value::Text(words)) => words.as_str(),
            _ => "",
        },
    };
    if !called.is_empty() {
        value["display"] = json!(called);
    }
    Opt { code: choice.code.clone(), key: "valueCoding".to_owned(), value }
}

/// A coding without what a questionnaire adds to it: weights and translations stay there.
fn plain(field: &mut Field) {
    if let Kind::Asked(_, Wire::Options(options)) = &mut field.kind {
        for option in options {
            if let Value::Object(coding) = &mut option.value {
                coding.retain(|key, _| ["system", "version", "code", "display"].contains(&key.as_str()));
            }
        }
    }
    field.children.iter_mut().for_each(plain);
}

/// The canonical address of what responses to an instrument answer, with its version.
pub(super) fn canonical(instrument: &Instrument, base: &str) -> String {
    let own = || questionnaire::canonical(instrument, base.trim_end_matches('/'));
    if instrument.questionnaire.is_none() {
        return own();
    }
    let original = questionnaire::questionnaire(instrument, base);
    match (original["url"].as_str(), original["version"].as_str()) {
        (Some(url), Some(version)) => format!("{url}|{version}"),
        (Some(url), None) => url.to_owned(),
        (None, _) => own(),
    }
}
