//! From a file to an instrument: every rule a file must keep, each fault with its line and key.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::{
    Band, Bounds, Choice, Condition, Enable, Expect, Instrument, Item, ItemKind, Label, Missing, Operator,
    Scale, StandsOut, Stem, Transform, Vector,
    file::{File, FileChoice, FileCondition, FileItem, FileKind, FileMissing, FileScale, FileVector},
};
use crate::{
    language::{Lang, Text},
    locate::{self, Fault, Faults},
    scoring::Status,
};

/// Longest free text a patient can be offered, in characters.
const LONGEST_TEXT: usize = 4000;

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
                    faults.add(format!("languages.{tag}.source"), "is empty, must say where the wording was published");
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
            for (key, said) in [("kind", &licence.kind), ("notice", &licence.notice), ("evidence", &licence.evidence)] {
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

    let items = items(&raw, &langs, &mut faults);
    let scales = scales(&raw.scale, &items, &langs, &mut faults);
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
            faults.add("vector", format!("none proves the scale {:?}; add one with a scored expectation", scale.id));
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
        toml::Value::Float(number) if !number.is_finite() => faults.add(key, format!("is {number}, which is not a number")),
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
            None => faults.add(key, format!("has no text in {:?}, which the instrument names", lang.as_str())),
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
        faults.add(format!("{key}.{lang}"), format!("is in {lang:?}, which [languages] does not name with a source", lang = lang.as_str()));
    }
}

fn items(raw: &File, langs: &[Lang], faults: &mut Faults<'_>) -> Vec<Item> {
    if raw.item.is_empty() {
        faults.add("item", "there is none");
    }
    let mut items: Vec<Item> = Vec::new();
    for (n, item) in raw.item.iter().enumerate() {
        let key = format!("item[{n}]");
        if !is_link_id(&item.id) {
            faults.add(format!("{key}.id"), format!("is {:?}, must be letters, digits, `-` or `_`", item.id));
        }
        if items.iter().any(|other| other.id == item.id) {
            faults.add(format!("{key}.id"), format!("{:?} is there twice", item.id));
        }
        complete(faults, &format!("{key}.text"), &item.text, langs);
        if let Some(help) = &item.help {
            complete(faults, &format!("{key}.help"), help, langs);
        }
        let stem = item.stem.as_ref().and_then(|id| {
            let text = raw.stems.get(id);
            if text.is_none() {
                faults.add(format!("{key}.stem"), format!("{id:?} is not one of [stems]"));
            }
            text.map(|text| Stem { id: id.clone(), text: text.clone() })
        });
        let mut found = Found::new();
        let kind = kind(raw, item, &items, langs, &key, faults, &mut found);
        if let Some(quoted) = &item.quotes
            && !items.iter().any(|b| b.id == *quoted && matches!(b.kind, ItemKind::Text { .. }))
        {
            found.push(("quotes".into(), format!("{quoted:?} is not an earlier text item")));
        }
        let enable = enable(item.enable_behavior, &item.enable_when, &items, &mut found);
        for (sub, what) in found {
            faults.add(below(&key, &sub), what);
        }
        if !item.unit.0.is_empty() {
            complete(faults, &format!("{key}.unit"), &item.unit, langs);
        }
        if let Some(kind) = kind {
            items.push(Item {
                id: item.id.clone(),
                kind,
                text: item.text.clone(),
                stem,
                help: item.help.clone(),
                loinc: item.loinc.clone(),
                enable,
                nothing_is_an_answer: item.nothing_is_an_answer,
                quotes: item.quotes.clone(),
                stands_out: item.stands_out_from.map(|from| StandsOut { from }),
            });
        }
    }
    for item in &items {
        if item.stands_out.is_some() && item.number_range().is_none() {
            let n = raw.item.iter().position(|other| other.id == item.id).unwrap_or_default();
            faults.add(format!("item[{n}].stands_out_from"), "is set, but the item counts no number");
        }
    }
    items
}

fn is_link_id(id: &str) -> bool {
    !id.is_empty() && id.len() <= 64 && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

fn kind(
    raw: &File,
    item: &FileItem,
    before: &[Item],
    langs: &[Lang],
    key: &str,
    faults: &mut Faults<'_>,
    found: &mut Found,
) -> Option<ItemKind> {
    let is_choice = matches!(item.kind, FileKind::Choice | FileKind::MultipleChoice);
    for (sub, there, fits) in [
        ("options", item.options.is_some(), is_choice),
        ("choices", !item.choices.is_empty(), is_choice),
        ("min", item.min.is_some(), matches!(item.kind, FileKind::Integer | FileKind::Decimal | FileKind::Date)),
        ("max", item.max.is_some(), matches!(item.kind, FileKind::Integer | FileKind::Decimal | FileKind::Date)),
        ("low", item.low.is_some(), item.kind == FileKind::Scale),
        ("high", item.high.is_some(), item.kind == FileKind::Scale),
        ("max_chars", item.max_chars.is_some(), item.kind == FileKind::Text),
        ("nothing_is_an_answer", item.nothing_is_an_answer, item.kind == FileKind::Text),
    ] {
        if there && !fits {
            found.push((sub.into(), "does not belong to an item of this kind".into()));
        }
    }
    Some(match item.kind {
        FileKind::Choice => ItemKind::Choice(choices(raw, item, before, langs, key, faults, found)),
        FileKind::MultipleChoice => {
            ItemKind::MultipleChoice(choices(raw, item, before, langs, key, faults, found))
        }
        FileKind::Integer => ItemKind::Integer(bounds(item, found, toml::Value::as_integer, "a whole number")?),
        #[expect(clippy::cast_precision_loss, reason = "limits of items are far below 2^52")]
        FileKind::Decimal => ItemKind::Decimal(bounds(
            item,
            found,
            |value| value.as_float().or_else(|| value.as_integer().map(|i| i as f64)),
            "a number",
        )?),
        FileKind::Date => ItemKind::Date(bounds(
            item,
            found,
            |value| {
                let written = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                written.parse::<Date>().ok()
            },
            "a date such as 2026-01-31",
        )?),
        FileKind::Scale => {
            let (Some(low), Some(high)) = (&item.low, &item.high) else {
                found.push((String::new(), "a scale needs the words at 0 (low) and at 10 (high)".into()));
                return None;
            };
            complete(faults, &format!("{key}.low"), low, langs);
            complete(faults, &format!("{key}.high"), high, langs);
            ItemKind::Scale { low: low.clone(), high: high.clone() }
        }
        FileKind::Text => {
            let max_chars = item.max_chars.unwrap_or(500);
            if max_chars == 0 || max_chars > LONGEST_TEXT {
                found.push(("max_chars".into(), format!("is {max_chars}, must be 1 to {LONGEST_TEXT}")));
            }
            ItemKind::Text { max_chars }
        }
        FileKind::Display => ItemKind::Display,
    })
}

fn bounds<T: PartialOrd>(
    item: &FileItem,
    found: &mut Found,
    read: impl Fn(&toml::Value) -> Option<T>,
    what: &str,
) -> Option<Bounds<T>> {
    let mut one = |key: &str, value: &Option<toml::Value>| match value {
        None => {
            found.push((String::new(), format!("{key} is absent; it must be {what}")));
            None
        }
        Some(value) => read(value).or_else(|| {
            found.push((key.to_owned(), format!("must be {what}")));
            None
        }),
    };
    let (min, max) = (one("min", &item.min), one("max", &item.max));
    let (min, max) = (min?, max?);
    if min > max {
        found.push(("max".into(), "is below min".into()));
        return None;
    }
    Some(Bounds { min, max, unit: item.unit.clone() })
}

fn choices(
    raw: &File,
    item: &FileItem,
    before: &[Item],
    langs: &[Lang],
    key: &str,
    faults: &mut Faults<'_>,
    found: &mut Found,
) -> Vec<Choice> {
    let written: &[FileChoice] = match &item.options {
        Some(list) => match raw.options.get(list) {
            Some(_) if !item.choices.is_empty() => {
                found.push(("options".into(), "and choices are both given; keep one".into()));
                return Vec::new();
            }
            Some(choices) => choices,
            None => {
                found.push(("options".into(), format!("{list:?} is not one of [options]")));
                return Vec::new();
            }
        },
        None => &item.choices,
    };
    if written.len() < 2 {
        found.push((String::new(), "needs at least two choices (choices, or options naming a list)".into()));
    }
    // Where the choice is written: in the item, or in the list it shares with others.
    let list = item.options.as_ref().map_or_else(|| format!("{key}.choices"), |list| format!("options.{list}"));
    let weighted = written.iter().filter(|choice| choice.weight.is_some()).count();
    let mut codes = BTreeSet::new();
    let mut choices: Vec<Choice> = Vec::new();
    for (n, choice) in written.iter().enumerate() {
        let here = format!("{list}[{n}]");
        if choice.code.is_empty() || choice.code.len() > 32 || choice.code.contains(char::is_whitespace) {
            faults.add(format!("{here}.code"), format!("is {:?}, must be 1 to 32 characters without spaces", choice.code));
        }
        if !codes.insert(&choice.code) {
            faults.add(format!("{here}.code"), format!("{:?} is there twice", choice.code));
        }
        if choice.weight.is_none() && weighted > 0 {
            faults.add(format!("{here}.weight"), "is absent, but other choices have a weight; give all one, or none");
        }
        let label = match (&choice.text, &choice.answer_to) {
            (Some(text), None) => {
                if item.options.is_none() {
                    complete(faults, &format!("{here}.text"), text, langs);
                }
                for lang in langs {
                    let same = |other: &Choice| matches!(&other.label, Label::Text(other) if other.get(lang) == text.get(lang));
                    if text.get(lang).is_some() && choices.iter().any(same) {
                        faults.add(format!("{here}.text.{lang}"), format!("{:?} is there twice", text.get(lang).unwrap_or_default()));
                    }
                }
                Label::Text(text.clone())
            }
            (None, Some(other)) => {
                if !before.iter().any(|b| b.id == *other && matches!(b.kind, ItemKind::Text { .. })) {
                    faults.add(format!("{here}.answer_to"), format!("{other:?} is not an earlier text item"));
                }
                Label::AnswerTo(other.clone())
            }
            _ => {
                faults.add(here, "needs either text or answer_to");
                continue;
            }
        };
        let mut within = Found::new();
        let enable = enable(choice.enable_behavior, &choice.enable_when, before, &mut within);
        for (sub, what) in within {
            faults.add(below(&here, &sub), what);
        }
        choices.push(Choice {
            code: choice.code.clone(),
            weight: choice.weight,
            label,
            loinc: choice.loinc.clone(),
            enable,
        });
    }
    choices
}

fn enable(behavior: super::Behavior, when: &[FileCondition], before: &[Item], found: &mut Found) -> Enable {
    let mut conditions = Vec::new();
    for (n, condition) in when.iter().enumerate() {
        let key = format!("enable_when[{n}]");
        let Some(item) = before.iter().find(|item| item.id == condition.item) else {
            found.push((format!("{key}.item"), format!("{:?} is not an earlier item", condition.item)));
            continue;
        };
        let value = plain(&condition.value);
        let right = match (condition.operator, &item.kind) {
            (_, ItemKind::Display) => Err("a display item has no answer".to_owned()),
            (Operator::Exists, _) => {
                if value == "true" || value == "false" { Ok(()) } else { Err("must be true or false".to_owned()) }
            }
            (_, ItemKind::Choice(choices) | ItemKind::MultipleChoice(choices)) => {
                if choices.iter().any(|choice| choice.code == value) {
                    Ok(())
                } else {
                    Err(format!("{value:?} is no code of {:?}", item.id))
                }
            }
            (_, ItemKind::Date(_)) => value.parse::<Date>().map(|_| ()).map_err(|_| "must be a date".to_owned()),
            (_, ItemKind::Integer(_) | ItemKind::Decimal(_) | ItemKind::Scale { .. }) => {
                value.parse::<f64>().map(|_| ()).map_err(|_| "must be a number".to_owned())
            }
            (_, ItemKind::Text { .. }) => Err("free text can only be tested with \"exists\"".to_owned()),
        };
        if let Err(what) = right {
            found.push((format!("{key}.value"), what));
        }
        conditions.push(Condition { item: condition.item.clone(), operator: condition.operator, value });
    }
    Enable { behavior, when: conditions }
}

fn plain(value: &toml::Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn scales(raw: &[FileScale], items: &[Item], langs: &[Lang], faults: &mut Faults<'_>) -> Vec<Scale> {
    let mut scales: Vec<Scale> = Vec::new();
    for (n, scale) in raw.iter().enumerate() {
        let key = format!("scale[{n}]");
        let mut found = Found::new();
        complete(faults, &format!("{key}.name"), &scale.name, langs);
        if !is_link_id(&scale.id) || scales.iter().any(|other| other.id == scale.id) {
            found.push(("id".into(), format!("{:?} is no id, or is there twice", scale.id)));
        }
        if scale.items.is_empty() {
            found.push(("items".into(), "is empty".into()));
        }
        let mut twice = BTreeSet::new();
        for id in &scale.items {
            match items.iter().find(|item| item.id == *id) {
                None => found.push(("items".into(), format!("{id:?} is not an item"))),
                Some(item) if item.number_range().is_none() => {
                    found.push(("items".into(), format!("{id:?} counts no number: give every choice a weight")));
                }
                Some(_) if !twice.insert(id) => found.push(("items".into(), format!("{id:?} is there twice"))),
                Some(_) => {}
            }
        }
        for (key, names) in [("reverse", scale.reverse.clone()), ("weights", scale.weights.keys().cloned().collect())] {
            for id in names.iter().filter(|id| !scale.items.contains(id)) {
                found.push((key.into(), format!("{id:?} is not an item of the scale")));
            }
        }
        let Some(direction) = scale.direction else {
            faults.add(format!("{key}.direction"), "is absent, must be \"higher-worse\" or \"higher-better\"");
            continue;
        };
        let missing = match &scale.missing {
            None => {
                faults.add(format!("{key}.missing"), "is absent, must say what happens when items are missing: { rule = \"all-needed\" }, { rule = \"prorate\", max = 2 } or { rule = \"mean-of-answered\", at_least = 3 }");
                continue;
            }
            Some(FileMissing::AllNeeded {}) => Missing::AllNeeded,
            Some(FileMissing::Prorate { max }) if *max < scale.items.len() => Missing::Prorate { max: *max },
            Some(FileMissing::MeanOfAnswered { at_least })
                if *at_least >= 1 && *at_least <= scale.items.len() && scale.method == super::Method::Mean =>
            {
                Missing::MeanOfAnswered { at_least: *at_least }
            }
            Some(_) => {
                found.push(("missing".into(), "does not fit the number of items or the method".into()));
                Missing::AllNeeded
            }
        };
        let transform = transform(scale, &mut found);
        let bands: Vec<Band> = scale
            .bands
            .iter()
            .map(|b| Band { id: b.id.clone(), name: b.name.clone(), min: b.min, max: b.max })
            .collect();
        for (n, band) in bands.iter().enumerate() {
            complete(faults, &format!("{key}.bands[{n}].name"), &band.name, langs);
        }
        if let Some(change) = &scale.change
            && (change.points.is_nan() || change.points <= 0.0 || change.citation.trim().is_empty() || change.population.trim().is_empty())
        {
            found.push(("change".into(), "needs points above 0, a population and a citation".into()));
        }
        let scale = Scale {
            id: scale.id.clone(),
            name: scale.name.clone(),
            items: scale.items.clone(),
            method: scale.method,
            reverse: scale.reverse.clone(),
            weights: scale.weights.clone(),
            missing,
            round: scale.round,
            transform,
            range: (scale.range[0], scale.range[1]),
            direction,
            bands,
            change: scale.change.clone(),
            loinc: scale.loinc.clone(),
        };
        if found.is_empty() {
            comparable(&scale, items, &mut found);
            reachable_range(&scale, items, &mut found);
            band_faults(&scale, items, &mut found);
        }
        for (sub, what) in found {
            faults.add(below(&key, &sub), what);
        }
        scales.push(scale);
    }
    scales
}

fn transform(scale: &FileScale, found: &mut Found) -> Transform {
    match (&scale.linear, &scale.lookup) {
        (Some(_), Some(_)) => {
            found.push(("lookup".into(), "and linear are both given; keep one".into()));
            Transform::None
        }
        (Some(linear), None) => {
            if linear.factor == 0.0 || !linear.factor.is_finite() || !linear.add.is_finite() {
                found.push(("linear.factor".into(), "must be a number other than 0".into()));
            }
            Transform::Linear { factor: linear.factor, add: linear.add }
        }
        (None, Some(table)) => {
            let mut read = BTreeMap::new();
            for (raw, value) in table {
                match raw.parse::<i64>() {
                    Ok(raw) => {
                        read.insert(raw, *value);
                    }
                    Err(_) => found.push((format!("lookup.{raw}"), "must be a whole raw score".into())),
                }
            }
            let values: Vec<f64> = read.values().copied().collect();
            let rising = values.windows(2).all(|pair| pair[0] < pair[1]);
            let falling = values.windows(2).all(|pair| pair[0] > pair[1]);
            if !rising && !falling {
                found.push(("lookup".into(), "must rise or fall with every raw score".into()));
            }
            Transform::Lookup(read)
        }
        (None, None) => Transform::None,
    }
}

/// A mean, and what makes up for a missing item, must be of items that count alike: else the score
/// could leave its range.
fn comparable(scale: &Scale, items: &[Item], found: &mut Found) {
    if scale.missing == Missing::AllNeeded && scale.method == super::Method::Sum {
        return;
    }
    if scale.weights.values().any(|weight| *weight <= 0.0) {
        found.push(("weights".into(), "must be above 0 for a mean, or where items may be missing".into()));
    }
    let ranges: Vec<(f64, f64)> = scale
        .items
        .iter()
        .filter_map(|id| items.iter().find(|item| item.id == *id)?.number_range())
        .collect();
    if scale.missing != Missing::AllNeeded && ranges.windows(2).any(|pair| pair[0] != pair[1]) {
        found.push(("missing".into(), "lets items be missing, but they have different ranges and can't make up for each other".into()));
    }
}

/// The range must be what the items can add up to, no more and no less.
fn reachable_range(scale: &Scale, items: &[Item], found: &mut Found) {
    let (low, high) = crate::scoring::extremes(scale, items);
    let Some((low, high)) = low.zip(high) else {
        found.push(("lookup".into(), "must have a row for every raw score the items can add up to".into()));
        return;
    };
    if (low - scale.range.0).abs() > 1e-9 || (high - scale.range.1).abs() > 1e-9 {
        found.push((
            "range".into(),
            format!("is [{}, {}], but the items add up to [{low}, {high}]", scale.range.0, scale.range.1),
        ));
    }
    if let Transform::Lookup(table) = &scale.transform {
        if !crate::scoring::is_raw_whole(scale, items) {
            found.push(("lookup".into(), "needs raw scores that are always whole: set round = \"half-up\"".into()));
        }
        let keys: Vec<i64> = table.keys().copied().collect();
        if keys.windows(2).any(|pair| pair[1] != pair[0] + 1) {
            found.push(("lookup".into(), "leaves out a raw score".into()));
        }
    }
}

/// Bands must cover the range without gap or overlap.
fn band_faults(scale: &Scale, items: &[Item], found: &mut Found) {
    let Some((first, last)) = scale.bands.first().zip(scale.bands.last()) else { return };
    let whole = scale.transform == Transform::None
        && crate::scoring::is_raw_whole(scale, items)
        && scale.bands.iter().all(|band| band.min.fract() == 0.0 && band.max.fract() == 0.0);
    if (first.min - scale.range.0).abs() > 1e-9 {
        found.push(("bands[0].min".into(), format!("is {}, must be the least score {}", first.min, scale.range.0)));
    }
    if (last.max - scale.range.1).abs() > 1e-9 {
        let n = scale.bands.len() - 1;
        found.push((format!("bands[{n}].max"), format!("is {}, must be the greatest score {}", last.max, scale.range.1)));
    }
    let mut ids = BTreeSet::new();
    for (n, band) in scale.bands.iter().enumerate() {
        if !ids.insert(&band.id) {
            found.push((format!("bands[{n}].id"), format!("{:?} is there twice", band.id)));
        }
        if band.min > band.max {
            found.push((format!("bands[{n}].max"), "is below min".into()));
        }
    }
    for (n, pair) in scale.bands.windows(2).enumerate() {
        let next = if whole { pair[0].max + 1.0 } else { pair[0].max };
        if pair[1].min < next - 1e-9 {
            found.push((format!("bands[{}].min", n + 1), format!("is {}, overlaps the band before it; must be {next}", pair[1].min)));
        } else if pair[1].min > next + 1e-9 {
            found.push((format!("bands[{}].min", n + 1), format!("is {}, leaves a gap; must be {next}", pair[1].min)));
        }
    }
}

fn agenda(raw: &File, items: &[Item], faults: &mut Faults<'_>) {
    let Some(agenda) = &raw.agenda else { return };
    let is = |id: &str, want: fn(&ItemKind) -> bool| items.iter().any(|item| item.id == id && want(&item.kind));
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
