//! The rules of the file's head: languages with their source, terms of use, names and the recall period.
//! It refuses to know what is asked and what is computed.

use std::collections::BTreeMap;

use super::{
    super::{
        Permission, Source,
        file::{File, FileKind, FileRecall},
    },
    Found, complete, loinc,
};
use crate::{
    language::{Lang, Text},
    locate::Faults,
};

/// Whether the file holds only the scoring, because its text needs a permission.
pub(super) fn is_slot(raw: &File) -> bool {
    raw.licence.as_ref().is_some_and(|licence| matches!(licence.permission, Permission::Needed { .. }))
}

pub(super) fn languages(raw: &File, faults: &mut Faults<'_>) -> BTreeMap<Lang, Source> {
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
    match (languages.is_empty(), is_slot(raw)) {
        (true, false) => {
            faults.add("languages", "names no language, must name at least one with its source");
        }
        (false, true) => faults.add(
            "licence.permission",
            "is needed, but the file holds texts: take them out, or say who granted it: { status = \"granted\", by = ..., on = ..., scope = ... }",
        ),
        _ => {}
    }
    languages
}

/// Version, licence, permission and citations.
pub(super) fn terms(raw: &File, faults: &mut Faults<'_>) {
    if raw.version.trim().is_empty() {
        faults.add("version", "is empty, must name a version such as \"1\"");
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
            // What is not asked here needs no permission to ask it electronically.
            if !licence.electronic_use && licence.permission.may_ask() {
                faults.add("licence.electronic_use", "is false: the permission must cover electronic use");
            }
            let words: Vec<(&str, &String)> = match &licence.permission {
                Permission::NotNeeded {} => Vec::new(),
                Permission::Granted { by, on, scope } => {
                    if on.parse::<jiff::civil::Date>().is_err() {
                        faults.add(
                            "licence.permission.on",
                            format!("is {on:?}, must be a date such as 2026-01-31"),
                        );
                    }
                    vec![("by", by), ("scope", scope)]
                }
                Permission::ToConfirm { ask } | Permission::Needed { ask } => vec![("ask", ask)],
            };
            for (key, _) in words.into_iter().filter(|(_, words)| words.trim().is_empty()) {
                faults.add(format!("licence.permission.{key}"), "is empty");
            }
        }
    }
    if raw.citations.iter().all(|citation| citation.trim().is_empty()) {
        faults.add("citations", "is empty, must name at least one publication");
    }
    if raw.channels.as_ref().is_some_and(Vec::is_empty) {
        faults.add("channels", "is empty, must name at least one door; leave it out for all of them");
    }
    let mut found = Found::new();
    loinc(raw.loinc.as_ref(), "", &mut found);
    for (key, what) in found {
        faults.add(key, what);
    }
}

/// Names, stems, the words of shared choices and of the recall period.
pub(super) fn words(raw: &File, langs: &[Lang], named: &[Lang], faults: &mut Faults<'_>) {
    for (key, text) in [("title", &raw.title), ("plain_name", &raw.plain_name)] {
        complete(faults, key, text, named);
    }
    match &raw.recall {
        None => {}
        Some(FileRecall::Words(words)) => faults.add(
            "recall",
            format!("is {words:?}, must say {{ days = 14, text = {{ en = \"the last 2 weeks\" }} }}"),
        ),
        Some(FileRecall::Period { days, text }) => {
            complete(faults, "recall.text", text, named);
            if let Some(said) = text.get(&Lang::english()).and_then(days_in)
                && !said.contains(days)
            {
                faults.add(
                    "recall.days",
                    format!("is {days}, but its words say {:?}", text.best(&Lang::english())),
                );
            }
        }
    }
    for (id, text) in &raw.stems {
        complete(faults, &format!("stems.{id}"), text, langs);
    }
    for (list, choices) in &raw.options {
        for (n, choice) in choices.iter().enumerate() {
            if let Some(text) = &choice.text {
                complete(faults, &format!("options.{list}[{n}].text"), text, langs);
            }
        }
    }
    for (n, item) in raw.item.iter().enumerate() {
        let same = |other: &Text| langs.iter().find(|lang| other.get(lang) == item.text.get(lang)).cloned();
        let twin =
            raw.item[..n].iter().position(|other| other.stem == item.stem && same(&other.text).is_some());
        if let Some(twin) = twin.filter(|_| item.enable_when.is_empty() && item.kind != FileKind::Display) {
            faults.add(
                format!("item[{n}].text"),
                format!("is the text of item[{twin}], too; one of them was copied and not changed"),
            );
        }
    }
}

/// The days a period in English words comes to: "the last 2 weeks" is 14, "the past month" 28 to 31.
fn days_in(words: &str) -> Option<std::ops::RangeInclusive<u16>> {
    let mut number = 1;
    for word in words.split_whitespace() {
        if let Ok(said) = word.parse::<u16>() {
            number = said;
            continue;
        }
        let (least, most) = match word.trim_matches(|c: char| !c.is_alphabetic()).trim_end_matches('s') {
            "day" => (1, 1),
            "week" => (7, 7),
            "month" => (28, 31),
            "year" => (365, 366),
            _ => continue,
        };
        return Some(number.saturating_mul(least)..=number.saturating_mul(most));
    }
    None
}
