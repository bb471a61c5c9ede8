//! From a file to an instrument: every rule a file must keep, each fault with its line and key.
//!
//! Here stand the rules of the file as a whole; it refuses to know those of a single item or scale.

mod adaptive;
mod bands;
mod head;
mod irt;
mod items;
mod scales;

use super::{
    Expect, Instrument, Item, ItemKind, Recall, Vector, codes,
    file::{File, FileRecall, FileVector},
    merge,
};
use crate::{
    language::{Lang, Text},
    locate::{self, Fault, Faults, nearest},
    message::Channel,
    patient::Person,
    scoring::Status,
};

/// A finding on a key below some prefix.
type Found = Vec<(String, String)>;

/// Proves a file.
pub(super) fn instrument(file: &str, text: &str) -> Result<Instrument, Vec<Fault>> {
    match read(file, text)? {
        (Some(instrument), faults) if faults.is_empty() => Ok(instrument),
        (_, faults) => Err(faults),
    }
}

/// Reads a file that was proved once.
pub(super) fn kept(file: &str, text: &str) -> Result<Instrument, Vec<Fault>> {
    let (instrument, faults) = read(file, text)?;
    instrument.ok_or(faults)
}

fn read(file: &str, text: &str) -> Result<(Option<Instrument>, Vec<Fault>), Vec<Fault>> {
    if text.trim().is_empty() {
        return Err(vec![Fault { line: None, key: String::new(), what: "the file is empty".to_owned() }]);
    }
    let raw: File = locate::read(text).map_err(|fault| vec![fault])?;
    let table: toml::Table = locate::read(text).map_err(|fault| vec![fault])?;
    let mut faults = Faults::new(text);
    finite(&mut faults, "", &toml::Value::Table(table.clone()));
    let stem = file.rsplit(['/', '\\']).next().unwrap_or(file).trim_end_matches(".toml");
    if raw.id != stem {
        faults.add("id", format!("is {:?}, must be the file's name {stem:?}", raw.id));
    }
    let id = raw.id.clone();
    let instrument = whole(raw, text, &mut faults);
    let variants = variants(&id, &table, text, &mut faults);
    Ok((instrument.map(|instrument| Instrument { variants, ..instrument }), faults.finish()))
}

/// The variants, each the file itself with some of its keys said again.
fn variants(id: &str, table: &toml::Table, text: &str, faults: &mut Faults<'_>) -> Vec<Instrument> {
    let mut base = table.clone();
    let Some(toml::Value::Array(listed)) = base.remove("variant") else { return Vec::new() };
    let mut variants: Vec<Instrument> = Vec::new();
    for (n, changes) in listed.iter().enumerate() {
        let key = format!("variant[{n}]");
        let Some(mut changes) = changes.as_table().cloned() else { continue };
        let own = changes.remove("id").and_then(|id| id.as_str().map(str::to_owned)).unwrap_or_default();
        if !is_link_id(&own) || variants.iter().any(|other| other.id == format!("{id}.{own}")) {
            faults.add(format!("{key}.id"), format!("is {own:?}, must be letters, digits or `-`, and once"));
        }
        let Some(name) = changes.remove("name") else {
            faults.add(&key, "has no name, must say in what it differs: name = { en = \"...\" }");
            continue;
        };
        changes.insert("title".into(), name);
        for (list, needed) in [("item", "kind"), ("scale", "method"), ("red_flag", "level")] {
            for (what, known) in strangers(&base, &changes, list, needed) {
                let hint = perhaps(&what, known.iter().map(String::as_str));
                faults.add(format!("{key}.{list}"), format!("{what:?} is not in the file itself{hint}"));
            }
        }
        let merged = merge::over(&base, &changes);
        let raw: Result<File, _> = merged.try_into();
        let mut within = Faults::new("");
        match raw {
            Err(error) => faults.add(&key, locate::in_words(error.message())),
            Ok(raw) => {
                if let Some(variant) = whole(raw, text, &mut within) {
                    let variant_of = Some(variant.id.clone());
                    variants.push(Instrument { id: format!("{id}.{own}"), variant_of, ..variant });
                }
            }
        }
        // What is wrong with the file itself is said of the file.
        for fault in within.finish() {
            if !faults.has(&fault.key, &fault.what) {
                faults.add(below(&key, &fault.key), fault.what);
            }
        }
    }
    variants
}

/// The entries of a list that a variant changes and the file does not have, with what it has. One that
/// is `needed` for an entry of its own makes it a new one.
fn strangers(
    base: &toml::Table,
    changes: &toml::Table,
    list: &str,
    needed: &str,
) -> Vec<(String, Vec<String>)> {
    let entries = |table: &toml::Table| -> Vec<toml::Table> {
        let list = table.get(list).and_then(toml::Value::as_array).cloned().unwrap_or_default();
        list.iter().filter_map(|entry| entry.as_table().cloned()).collect()
    };
    let id = |entry: &toml::Table| entry.get("id").and_then(toml::Value::as_str).map(str::to_owned);
    let known: Vec<String> = entries(base).iter().filter_map(id).collect();
    entries(changes)
        .iter()
        .filter(|entry| !entry.contains_key(needed))
        .filter_map(id)
        .filter(|entry| !known.contains(entry))
        .map(|entry| (entry, known.clone()))
        .collect()
}

fn whole(raw: File, text: &str, faults: &mut Faults<'_>) -> Option<Instrument> {
    let languages = head::languages(&raw, faults);
    head::terms(&raw, faults);
    let is_slot = head::is_slot(&raw);
    let langs: Vec<Lang> = languages.keys().cloned().collect();
    // What has no text to ask still has names for those who read its scores.
    let named: Vec<Lang> = if is_slot { vec![Lang::english()] } else { langs.clone() };
    head::words(&raw, &langs, &named, faults);

    let items = items::read(&raw, &langs, faults);
    let scales = scales::read(&raw.scale, &items, &named, faults);
    items::weights(&items, &scales, faults);
    agenda(&raw, &items, faults);
    let adaptive =
        raw.adaptive.as_ref().and_then(|adaptive| adaptive::read(adaptive, &items, &scales, faults));
    for (n, flag) in raw.red_flag.iter().enumerate() {
        let key = format!("red_flag[{n}]");
        // Staff read them: English must be there, other languages may.
        if flag.text.get(&Lang::english()).is_none_or(|text| text.trim().is_empty()) {
            faults.add(format!("{key}.text"), "has no text in \"en\", which staff read");
        }
        for (sub, what) in flag.faults(&items, &scales) {
            faults.add(format!("{key}.{sub}"), what);
        }
    }
    let vectors: Vec<Vector> = raw.vector.iter().map(vector).collect();
    let instrument = Instrument {
        id: raw.id,
        version: raw.version,
        title: raw.title,
        plain_name: raw.plain_name,
        languages,
        variant_of: None,
        variants: Vec::new(),
        recall: raw.recall.map(|recall| match recall {
            FileRecall::Period { days, text } => Recall { days, text },
            FileRecall::Words(words) => Recall { days: 0, text: Text([(Lang::english(), words)].into()) },
        }),
        proxy: raw.proxy,
        channels: raw.channels.unwrap_or_else(|| Channel::ALL.to_vec()),
        sensitive: raw.sensitive,
        loinc: raw.loinc,
        licence: raw.licence?,
        citations: raw.citations,
        items,
        scales,
        agenda: raw.agenda,
        adaptive,
        red_flags: raw.red_flag,
        formulas: None,
        questionnaire: None,
        vectors,
        source: text.to_owned(),
    };
    // Where items or scales are wrong, what the examples come to says nothing more.
    let examples = if faults.is_empty() { instrument.vectors.as_slice() } else { &[] };
    for (n, vector) in examples.iter().enumerate() {
        if let Some(what) = vector.disagreement(&instrument) {
            faults.add(format!("vector[{n}]"), what);
        }
    }
    for scale in &instrument.scales {
        if !instrument
            .vectors
            .iter()
            .any(|v| v.expect.get(&scale.id).is_some_and(|e| e.status == Status::Scored))
        {
            faults.add(
                "vector",
                format!("none proves the scale {:?}; add one with a scored expectation", scale.id),
            );
        }
    }
    Some(instrument)
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

/// "did you mean ...?", when one of the names is near enough.
fn perhaps<'a>(word: &str, names: impl IntoIterator<Item = &'a str>) -> String {
    nearest(word, names).map_or_else(String::new, |name| format!("; did you mean {name:?}?"))
}

/// A LOINC code with a wrong check digit is a code with a slip in it.
fn loinc(code: Option<&String>, key: &str, found: &mut Found) {
    if let Some(what) = code.and_then(|code| codes::fault(code)) {
        found.push((below(key, "loinc"), what));
    }
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
    let is_topic = |code: &String| agenda.topics.iter().any(|topic| topic.item == *code);
    for (n, item) in items.iter().enumerate().filter(|(_, item)| agenda.rank.contains(&item.id)) {
        for choice in item.choices().iter().filter(|choice| !is_topic(&choice.code)) {
            faults.add(
                format!("item[{n}].choices"),
                format!("{:?} is not an item of agenda.topics", choice.code),
            );
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
        person: Person { sex: raw.sex, age: raw.age },
        before: raw.before.clone(),
        asked: raw.asked.clone(),
        refused: raw
            .refused
            .iter()
            .map(|(id, list)| (id.clone(), list.iter().map(plain).collect()))
            .collect(),
        stands_out: raw.stands_out.clone(),
        red_flags: raw.red_flags.clone(),
        answers: raw.answers.iter().map(|(id, value)| (id.clone(), plain(value))).collect(),
        expect: raw
            .expect
            .iter()
            .map(|(id, e)| {
                (
                    id.clone(),
                    Expect {
                        status: e.status,
                        value: e.value,
                        se: e.se,
                        band: e.band.clone(),
                        change: e.change,
                    },
                )
            })
            .collect(),
    }
}
