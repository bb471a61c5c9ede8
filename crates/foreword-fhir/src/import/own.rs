//! A questionnaire that Foreword wrote: the instrument's own file in it, and whether the rest still says
//! what that file says.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use foreword_domain::instrument::Instrument;
use serde_json::{Map, Value};

use super::node::Note;
use crate::names::{CQF_LIBRARY, DEFINITION, INSTRUMENTS, TOML};

/// What was found.
pub(super) enum Found {
    /// It brings no file.
    Nothing,
    /// It is the instrument of the file.
    Same(Box<Instrument>),
    /// It brings a file and says something else; where.
    Otherwise(Note),
}

/// The instrument of the contained file, if the questionnaire says what it says.
pub(super) fn instrument(resource: &Value) -> Found {
    let Some((place, library)) = library(resource) else { return Found::Nothing };
    let path = format!("Questionnaire.contained[{place}]");
    let note = |path: String, what: String| {
        Found::Otherwise(Note { path, what: format!("{what}; it is read as a questionnaire of others") })
    };
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let data = library.pointer("/content/0/data").and_then(text);
    let bytes =
        data.and_then(|data| BASE64_STANDARD.decode(data.split_whitespace().collect::<String>()).ok());
    let Some(source) = bytes.and_then(|bytes| String::from_utf8(bytes).ok()) else {
        return note(path, "holds an instrument's file that can't be read".to_owned());
    };
    let named = toml_id(&source);
    let file = match Instrument::parse(&format!("{}.toml", named.unwrap_or_default()), &source) {
        Ok(file) => file,
        Err(refused) => {
            let first = refused.faults.first().map(ToString::to_string).unwrap_or_default();
            return note(path, format!("holds an instrument's file that is not right ({first})"));
        }
    };
    let identifiers = library["identifier"].as_array();
    let ours = identifiers.into_iter().flatten().find(|one| one["system"] == INSTRUMENTS);
    let id = ours.and_then(|one| one["value"].as_str()).unwrap_or(&file.id);
    let Some(instrument) = file.variant(id) else {
        return note(path, format!("holds an instrument's file that has no variant {id:?}"));
    };
    let url = resource["url"].as_str().unwrap_or_default();
    let base = url.strip_suffix(&format!("/Questionnaire/{id}")).unwrap_or_default();
    match difference(
        "Questionnaire",
        &without_history(resource),
        &without_history(&written(instrument, base)),
    ) {
        None => Found::Same(Box::new(instrument.clone())),
        Some(place) => note(place, format!("is not what the instrument's own file says ({id})")),
    }
}

fn written(instrument: &Instrument, base: &str) -> Value {
    crate::questionnaire(instrument, base)
}

/// The contained library with an instrument's file, and its place.
fn library(resource: &Value) -> Option<(usize, &Value)> {
    let named = resource.get("extension")?.as_array()?.iter().any(|extension| {
        extension["url"] == CQF_LIBRARY && extension["valueCanonical"] == format!("#{DEFINITION}")
    });
    let contained = resource.get("contained")?.as_array()?;
    let is = |library: &Value| {
        library["id"] == DEFINITION && library.pointer("/content/0/contentType").is_some_and(|of| of == TOML)
    };
    contained.iter().enumerate().find(|(_, library)| named && is(library))
}

/// The id that a file names, before it is believed.
fn toml_id(source: &str) -> Option<String> {
    #[derive(serde::Deserialize)]
    struct Id {
        id: String,
    }
    foreword_domain::locate::read::<Id>(source).ok().map(|file| file.id)
}

/// Without what a server adds to what it keeps.
fn without_history(resource: &Value) -> Value {
    let mut resource = resource.clone();
    if let Some(members) = resource.as_object_mut() {
        for key in ["id", "meta", "text", "date", "_date"] {
            members.remove(key);
        }
    }
    resource
}

/// Where two values first differ.
fn difference(path: &str, one: &Value, other: &Value) -> Option<String> {
    match (one, other) {
        (Value::Object(one), Value::Object(other)) => members(path, one, other),
        (Value::Array(ones), Value::Array(others)) => {
            let first = ones
                .iter()
                .zip(others)
                .enumerate()
                .find_map(|(n, (one, other))| difference(&format!("{path}[{n}]"), one, other));
            let shorter = ones.len().min(others.len());
            first.or_else(|| (ones.len() != others.len()).then(|| format!("{path}[{shorter}]")))
        }
        // 3 and 3.0 are one number.
        (Value::Number(one), Value::Number(other)) if one.as_f64() == other.as_f64() => None,
        _ => (one != other).then(|| path.to_owned()),
    }
}

fn members(path: &str, one: &Map<String, Value>, other: &Map<String, Value>) -> Option<String> {
    let all: std::collections::BTreeSet<&String> = one.keys().chain(other.keys()).collect();
    all.into_iter().find_map(|key| {
        let path = format!("{path}.{key}");
        match (one.get(key), other.get(key)) {
            (Some(one), Some(other)) => difference(&path, one, other),
            _ => Some(path),
        }
    })
}
