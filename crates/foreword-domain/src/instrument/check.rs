//! From a file to an instrument: every rule a file must keep, each fault with its line and key.
//!
//! Here stand the rules of the file as a whole; it refuses to know those of a single item or scale.

mod items;
mod scales;

use std::collections::BTreeMap;

use super::{
    Expect, Instrument, Item, ItemKind, Vector,
    file::{File, FileVector},
};
use crate::{
    language::{Lang, Text},
    locate::{self, Fault, Faults},
    scoring::Status,
};

/// A finding on a key below some prefix.
type Found = Vec<(String, String)>;

pub(super) fn instrument(file: &str, text: &str) -> Result<Instrument, Vec<Fault>> {
    let raw: File = locate::read(text).map_err(|fault| vec![fault])?;
    let mut faults = Faults::new(text);
    if let Ok(table) = text.parse::<toml::Table>() {
        finite(&mut faults, "", &toml::Value::Table(table));
    }

    let stem = file.rsplit(['/', '\\']).next().unwrap_or(file).trim_end_matches(".toml");
    if raw.id != stem {
        faults.add("id", format!("is {:?}, must be the file's name {stem:?}", raw.id));
    }
    if raw.version.trim().is_empty() {
        faults.add("version", "is empty, must name a version such as \"1\"");
    }
    let mut languages = BTreeMap::new();
    for (tag, source) in &raw.languages {
        match Lang::parse(tag) {
            Ok(lang) => {
                if source.source.trim().is_empty() {
                    faults.add(
                        format!("languages.{tag}.source"),
                        "is empty, must say where the wording was published",
                    );
                }
                languages.insert(lang, source.clone());
            }
            Err(error) => faults.add(format!("languages.{tag}"), error.to_string()),
        }
    }
    if languages.is_empty() {
        faults.add("languages", "names no language, must name at least one with its source");
    }
    match &raw.licence {
        None => faults.add("licence", "is absent, must hold kind, notice, evidence and electronic_use"),
        Some(licence) => {
            for (key, said) in
                [("kind", &licence.kind), ("notice", &licence.notice), ("evidence", &licence.evidence)]
            {
                if said.trim().is_empty() {
                    faults.add(format!("licence.{key}"), "is empty");
                }
            }
            if !licence.electronic_use {
                faults.add("licence.electronic_use", "is false: the permission must cover electronic use");
            }
        }
    }
    if raw.citations.iter().all(|citation| citation.trim().is_empty()) {
        faults.add("citations", "is empty, must name at least one publication");
    }

    let langs: Vec<Lang> = languages.keys().cloned().collect();
    for (key, text) in [("title", &raw.title), ("plain_name", &raw.plain_name)] {
        complete(&mut faults, key, text, &langs);
    }
    for (id, text) in &raw.stems {
        complete(&mut faults, &format!("stems.{id}"), text, &langs);
    }
    for (list, choices) in &raw.options {
        for (n, choice) in choices.iter().enumerate() {
            if let Some(text) = &choice.text {
                complete(&mut faults, &format!("options.{list}[{n}].text"), text, &langs);
            }
        }
    }

    let items = items::read(&raw, &langs, &mut faults);
    let scales = scales::read(&raw.scale, &items, &langs, &mut faults);
    agenda(&raw, &items, &mut faults);
    for (n, flag) in raw.red_flag.iter().enumerate() {
        let key = format!("red_flag[{n}]");
        complete(&mut faults, &format!("{key}.text"), &flag.text, &[Lang::english()]);
        for (sub, what) in flag.faults(&items, &scales) {
            faults.add(format!("{key}.{sub}"), what);
        }
    }
    let vectors: Vec<Vector> = raw.vector.iter().map(vector).collect();
    for scale in &scales {
        if !vectors.iter().any(|v| v.expect.get(&scale.id).is_some_and(|e| e.status == Status::Scored)) {
            faults.add(
                "vector",
                format!("none proves the scale {:?}; add one with a scored expectation", scale.id),
            );
        }
    }

    let instrument = Instrument {
        id: raw.id,
        version: raw.version,
        title: raw.title,
        plain_name: raw.plain_name,
        languages,
        recall: raw.recall,
        sensitive: raw.sensitive,
        loinc: raw.loinc,
        licence: match raw.licence {
            Some(licence) => licence,
            None => return Err(faults.finish()),
        },
        citations: raw.citations,
        items,
        scales,
        agenda: raw.agenda,
        red_flags: raw.red_flag,
        vectors,
        source: text.to_owned(),
    };
    for (n, vector) in instrument.vectors.iter().enumerate() {
        if let Some(what) = vector.disagreement(&instrument) {
            faults.add(format!("vector[{n}]"), what);
        }
    }
    let faults = faults.finish();
    if faults.is_empty() { Ok(instrument) } else { Err(faults) }
}

/// `nan` and `inf` are numbers to TOML, and would slip through every comparison below.
fn finite(faults: &mut Faults<'_>, key: &str, value: &toml::Value) {
    match value {
        toml::Value::Float(number) if !number.is_finite() => {
            faults.add(key, format!("is {number}, which is not a number"));
        }
        toml::Value::Array(values) => {
            for (n, value) in values.iter().enumerate() {
                finite(faults, &format!("{key}[{n}]"), value);
            }
        }
        toml::Value::Table(table) => {
            for (name, value) in table {
                finite(faults, &below(key, name), value);
            }
        }
        _ => {}
    }
}

/// The path of a key below another, which may be the file or the key itself.
fn below(key: &str, sub: &str) -> String {
    let dot = if key.is_empty() || sub.is_empty() { "" } else { "." };
    format!("{key}{dot}{sub}")
}

/// Every language of the instrument must be there, and not empty.
fn complete(faults: &mut Faults<'_>, key: &str, text: &Text, langs: &[Lang]) {
    for lang in langs {
        match text.0.get(lang) {
            None => {
                faults.add(key, format!("has no text in {:?}, which the instrument names", lang.as_str()));
            }
            Some(text) if text.trim().is_empty() => {
                faults.add(format!("{key}.{lang}"), "is empty");
            }
            Some(text) if text.chars().any(|c| c.is_control() && c != '\n') => {
                faults.add(format!("{key}.{lang}"), "holds a control character");
            }
            Some(_) => {}
        }
    }
    for lang in text.0.keys().filter(|lang| !langs.contains(lang)) {
        faults.add(
            format!("{key}.{lang}"),
            format!("is in {lang:?}, which [languages] does not name with a source", lang = lang.as_str()),
        );
    }
}

fn is_link_id(id: &str) -> bool {
    !id.is_empty()
        && id.len() <= 64
        && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

fn plain(value: &toml::Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn agenda(raw: &File, items: &[Item], faults: &mut Faults<'_>) {
    let Some(agenda) = &raw.agenda else { return };
    let is =
        |id: &str, want: fn(&ItemKind) -> bool| items.iter().any(|item| item.id == id && want(&item.kind));
    let text: fn(&ItemKind) -> bool = |kind| matches!(kind, ItemKind::Text { .. });
    let choice: fn(&ItemKind) -> bool = |kind| matches!(kind, ItemKind::Choice(_));
    let any: fn(&ItemKind) -> bool = |kind| *kind != ItemKind::Display;
    for (n, topic) in agenda.topics.iter().enumerate() {
        if !is(&topic.item, text) {
            faults.add(format!("agenda.topics[{n}].item"), format!("{:?} is not a text item", topic.item));
        }
        if !is(&topic.wish, choice) {
            faults.add(format!("agenda.topics[{n}].wish"), format!("{:?} is not a choice item", topic.wish));
        }
    }
    for (key, ids, want) in [("rank", &agenda.rank, choice), ("context", &agenda.context, any)] {
        for (n, id) in ids.iter().enumerate() {
            if !is(id, want) {
                faults.add(format!("agenda.{key}[{n}]"), format!("{id:?} is not an item of the right kind"));
            }
        }
    }
}

fn vector(raw: &FileVector) -> Vector {
    Vector {
        answers: raw.answers.iter().map(|(id, value)| (id.clone(), plain(value))).collect(),
        expect: raw
            .expect
            .iter()
            .map(|(id, e)| (id.clone(), Expect { status: e.status, value: e.value, band: e.band.clone() }))
            .collect(),
    }
}
