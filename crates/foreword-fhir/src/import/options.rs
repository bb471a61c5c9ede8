//! Answer options: of the item itself, or of a value set that is contained and listed. Every option gets
//! a code that can be typed and stored, and keeps the answer it stands for.

use std::collections::BTreeSet;

use foreword_domain::{
    instrument::{Choice, Enable, Label},
    language::{Lang, Text},
};
use serde_json::{Value, json};

use super::{
    form::Opt,
    node::{Node, Notebook, kind},
    words::Words,
};
use crate::names::{ITEM_WEIGHT, ORDINAL_VALUE};

/// Longest code, as in files.
const LONGEST_CODE: usize = 32;
/// Greatest weight that serves as what is typed.
const GREATEST_TYPED: f64 = 20.0;
/// Most options of one item.
const MOST: usize = 200;

/// An option as it was found.
struct Found {
    path: String,
    key: String,
    value: Value,
    label: Text,
    /// The option's own code or number, as text.
    own: Option<String>,
    weight: Option<f64>,
}

/// The choices of an item, and how each is written in a response.
pub(super) fn read(
    item: &Node<'_>,
    contained: &[Node<'_>],
    words: &Words,
    repeats: bool,
    book: &mut Notebook,
) -> Option<(Vec<Choice>, Vec<Opt>)> {
    let before = book.faults.len();
    let found = match (item.has("answerOption"), item.text("answerValueSet", book)) {
        (true, Some(_)) => {
            book.refuse(&item.path, "has answerOption and answerValueSet; keep one");
            Vec::new()
        }
        (true, None) => item
            .list("answerOption", book)
            .iter()
            .filter_map(|option| of_option(option, words, repeats, book))
            .collect(),
        (false, Some(set)) => of_set(&item.at("answerValueSet"), set, contained, words, book),
        (false, None) => {
            book.refuse(&item.path, "has no choices; list them as answerOption");
            Vec::new()
        }
    };
    if found.len() > MOST {
        book.refuse(&item.path, format!("has {} choices; there is room for {MOST}", found.len()));
    }
    if found.is_empty() && book.faults.len() == before {
        book.refuse(&item.path, "has no choices; list them as answerOption");
    }
    for (n, option) in found.iter().enumerate() {
        let same = |other: &Found| other.label.0.get(&words.main) == option.label.0.get(&words.main);
        if found[..n].iter().any(same) {
            let label = option.label.best(&words.main);
            book.refuse(&option.path, format!("{label:?} is there twice; nobody could tell which is meant"));
        }
        if found[..n].iter().any(|other| other.key == option.key && other.value == option.value) {
            book.refuse(&option.path, "is the same answer as another option; remove one");
        }
    }
    if book.faults.len() > before {
        return None;
    }
    let weighted = found.iter().filter(|option| option.weight.is_some()).count();
    if weighted > 0 && weighted < found.len() {
        book.remark(&item.path, "some choices have a weight and some have none");
    }
    let all_weighted = weighted == found.len();
    let codes = codes(&found);
    let choices = found.iter().zip(&codes).map(|(option, code)| Choice {
        code: code.clone(),
        weight: option.weight.filter(|_| all_weighted),
        label: Label::Text(option.label.clone()),
        loinc: loinc(option),
        enable: Enable::default(),
    });
    let options = found.iter().zip(&codes).map(|(option, code)| Opt {
        code: code.clone(),
        key: option.key.clone(),
        value: option.value.clone(),
    });
    Some((choices.collect(), options.collect()))
}

fn loinc(option: &Found) -> Option<String> {
    let is_loinc = option.value.get("system").and_then(Value::as_str) == Some(crate::names::LOINC);
    option.own.clone().filter(|_| is_loinc)
}

/// What is typed and stored: the options' own codes where these are numbers, else their weights, else
/// their own codes, else their places. Numbers are what people type most easily.
fn codes(found: &[Found]) -> Vec<String> {
    let own: Option<Vec<String>> = found.iter().map(|option| option.own.clone()).collect();
    let distinct = |codes: &[String]| {
        // Codes that are numbers are compared as numbers.
        let number = |code: &String| code.parse::<f64>().map_or_else(|_| code.clone(), |n| n.to_string());
        codes.iter().map(number).collect::<BTreeSet<_>>().len() == codes.len()
    };
    let is_short = |code: &String| {
        // Nobody types the nine digits of a concept's code.
        (1..=3).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_digit())
    };
    let numbers = found.iter().all(|option| option.key == "valueInteger");
    let weights: Option<Vec<String>> = found
        .iter()
        .map(|option| {
            let weight = option.weight?;
            (weight.fract() == 0.0 && (0.0..=GREATEST_TYPED).contains(&weight)).then(|| weight.to_string())
        })
        .collect();
    // What the reader of numbers takes for one (`1e3`, `inf`) is no word to compare.
    let is_word = |code: &String| {
        (1..=LONGEST_CODE).contains(&code.len())
            && !code.contains(|c: char| c.is_whitespace() || c.is_control())
            && code.parse::<f64>().is_err()
    };
    let places = || (1..=found.len()).map(|n| n.to_string()).collect();
    own.clone()
        .filter(|own| (numbers || own.iter().all(is_short)) && distinct(own))
        .or(weights.filter(|weights| distinct(weights)))
        .or(own.filter(|own| own.iter().all(is_word) && distinct(own)))
        .unwrap_or_else(places)
}

fn of_option(option: &Node<'_>, words: &Words, repeats: bool, book: &mut Notebook) -> Option<Found> {
    option.only(
        &[
            "id",
            "extension",
            "modifierExtension",
            "valueInteger",
            "valueDate",
            "valueTime",
            "valueString",
            "valueCoding",
            "valueReference",
            "initialSelected",
        ],
        book,
    );
    for (url, extension) in option.extensions() {
        if repeats && url.ends_with("optionExclusive") {
            book.refuse(
                &extension.path,
                "excludes other choices, which is not enforced here; ask in two items",
            );
        }
    }
    if option.flag("initialSelected", book) {
        book.remark(&option.path, "is selected at the beginning there; here no choice is made for anybody");
    }
    let Some((key, value)) = option.choice("value") else {
        book.refuse(&option.path, "has no value");
        return None;
    };
    let path = option.path.clone();
    let mut weight = weight(option);
    let (value, label, own) = match (key, value) {
        ("valueCoding", Value::Object(_)) => {
            let coding = option.object("valueCoding", book)?;
            weight = weight.or_else(|| self::weight(&coding));
            let label = words.text(&coding, "display", book);
            let Some(label) = label else {
                book.refuse(&coding.path, "has no display; write what patients are to read");
                return None;
            };
            (coding_of(&coding), label, coding.text("code", book))
        }
        ("valueString", Value::String(_)) => {
            let label = words.text(option, "valueString", book)?;
            (value.clone(), label, None)
        }
        ("valueInteger", Value::Number(number)) if number.is_i64() => {
            let written = number.to_string();
            let found = Found {
                path,
                key: key.to_owned(),
                value: value.clone(),
                label: words.everywhere(&written),
                own: Some(written),
                weight,
            };
            return Some(found);
        }
        ("valueDate", Value::String(date)) => (value.clone(), words.everywhere(date), None),
        ("valueTime" | "valueReference", _) => {
            book.refuse(&path, format!("{key} can't be offered here; make the choices codings or strings"));
            return None;
        }
        (_, other) => {
            book.refuse(option.at(key), format!("is {}, which is no choice", kind(other)));
            return None;
        }
    };
    let own = own.map(str::to_owned);
    Some(Found { path, key: key.to_owned(), value, label, own, weight })
}

/// What of a coding goes into answers.
fn coding_of(coding: &Node<'_>) -> Value {
    let kept = ["system", "version", "code", "display"].into_iter();
    Value::Object(kept.filter_map(|key| Some((key.to_owned(), coding.members.get(key)?.clone()))).collect())
}

/// The weight said by an extension.
fn weight(node: &Node<'_>) -> Option<f64> {
    let said = node.extension(ORDINAL_VALUE).or_else(|| node.extension(ITEM_WEIGHT))?;
    said.choice("value")?.1.as_f64()
}

fn of_set(
    path: &str,
    reference: &str,
    contained: &[Node<'_>],
    words: &Words,
    book: &mut Notebook,
) -> Vec<Found> {
    const WHAT_TO_DO: &str = "list the choices as answerOption, or contain the value set with its concepts";
    let Some(id) = reference.strip_prefix('#') else {
        book.refuse(path, format!("{reference} is elsewhere, and nothing is fetched; {WHAT_TO_DO}"));
        return Vec::new();
    };
    let is = |node: &&Node<'_>| node.members.get("id").and_then(Value::as_str) == Some(id);
    let Some(set) = contained.iter().find(is) else {
        book.refuse(path, format!("{reference} is not contained; {WHAT_TO_DO}"));
        return Vec::new();
    };
    let mut found = Vec::new();
    if let Some(expansion) = set.object("expansion", book) {
        expanded(&expansion, words, &mut found, book);
        let total = expansion.whole("total", book).and_then(|total| usize::try_from(total).ok());
        if total.is_some_and(|total| total > found.len()) {
            book.refuse(expansion.at("total"), "is more than the concepts listed; list them all");
        }
    } else if let Some(compose) = set.object("compose", book) {
        if compose.has("exclude") {
            book.refuse(compose.at("exclude"), format!("can't be followed; {WHAT_TO_DO}"));
        }
        for include in compose.list("include", book) {
            if include.has("filter") || include.has("valueSet") || !include.has("concept") {
                book.refuse(&include.path, format!("names no single concepts; {WHAT_TO_DO}"));
            }
            let system = include.text("system", book);
            for concept in include.list("concept", book) {
                found.extend(of_concept(&concept, system, words, book));
            }
        }
    } else {
        book.refuse(path, format!("{reference} has neither compose nor expansion; {WHAT_TO_DO}"));
    }
    found
}

fn expanded(of: &Node<'_>, words: &Words, found: &mut Vec<Found>, book: &mut Notebook) {
    for concept in of.list("contains", book) {
        if found.len() > MOST {
            return;
        }
        if !concept.flag("abstract", book) && !concept.flag("inactive", book) {
            let system = concept.text("system", book);
            found.extend(of_concept(&concept, system, words, book));
        }
        expanded(&concept, words, found, book);
    }
}

fn of_concept(concept: &Node<'_>, system: Option<&str>, words: &Words, book: &mut Notebook) -> Option<Found> {
    let Some(code) = concept.text("code", book) else {
        book.refuse(&concept.path, "has no code");
        return None;
    };
    let Some(mut label) = words.text(concept, "display", book) else {
        book.refuse(&concept.path, "has no display; write what patients are to read");
        return None;
    };
    for designation in concept.list("designation", book) {
        let lang = designation.text("language", book).and_then(|lang| Lang::parse(lang).ok());
        if let Some((lang, value)) = lang.zip(designation.text("value", book)) {
            label.0.entry(lang).or_insert_with(|| value.to_owned());
        }
    }
    let mut value = json!({ "code": code, "display": label.best(&words.main) });
    if let Some(system) = system {
        value["system"] = json!(system);
    }
    let weight = weight(concept).or_else(|| property(concept));
    Some(Found {
        path: concept.path.clone(),
        key: "valueCoding".to_owned(),
        value,
        label,
        own: Some(code.to_owned()),
        weight,
    })
}

/// The weight as a property of an expanded concept, which R4 has from R5.
fn property(concept: &Node<'_>) -> Option<f64> {
    concept.extensions().into_iter().filter(|(url, _)| url.ends_with("contains.property")).find_map(
        |(_, property)| {
            let parts = property.extensions();
            let is_weight = parts.iter().any(|(url, node)| {
                *url == "code"
                    && node.choice("value").and_then(|(_, code)| code.as_str()) == Some("itemWeight")
            });
            let value = parts.iter().find(|(url, _)| url.starts_with("value"))?;
            value.1.choice("value")?.1.as_f64().filter(|_| is_weight)
        },
    )
}
