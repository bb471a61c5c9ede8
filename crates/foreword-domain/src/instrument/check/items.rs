//! The rules of single items: texts, kinds, limits, choices and conditions, which look back only.
//! It refuses to know what is computed from them.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::{
    super::{
        Behavior, Bounds, Choice, Condition, Enable, Item, ItemKind, Label, Operator, Scale, StandsOut, Stem,
        file::{File, FileChoice, FileCondition, FileItem, FileKind},
    },
    Found, below, complete, is_link_id, loinc, perhaps, plain,
};
use crate::{
    language::{Lang, Text},
    locate::Faults,
};

/// Longest free text a patient can be offered, in characters.
const LONGEST_TEXT: usize = 4000;

pub(super) fn read(raw: &File, langs: &[Lang], faults: &mut Faults<'_>) -> Vec<Item> {
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
                let hint = perhaps(id, raw.stems.keys().map(String::as_str));
                faults.add(format!("{key}.stem"), format!("{id:?} is not one of [stems]{hint}"));
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
        loinc(item.loinc.as_ref(), "", &mut found);
        if item.stands_out_from.is_some() && item.stands_out_to.is_some() {
            found.push(("stands_out_to".into(), "and stands_out_from are both given; keep one".into()));
        }
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
                stands_out: item
                    .stands_out_from
                    .map(StandsOut::From)
                    .or(item.stands_out_to.map(StandsOut::To)),
                only_for: item.only_for,
                area: item.area.clone(),
                irt: item.irt.clone(),
            });
        }
    }
    for item in &items {
        let n = raw.item.iter().position(|other| other.id == item.id).unwrap_or_default();
        if let Some(StandsOut::From(mark) | StandsOut::To(mark)) = item.stands_out
            && let Some(weights) =
                item.choices().iter().map(|choice| choice.weight).collect::<Option<Vec<f64>>>()
            && !weights.is_empty()
            && !weights.iter().any(|weight| (weight - mark).abs() < 1e-9)
        {
            let key = if matches!(item.stands_out, Some(StandsOut::To(_))) { "to" } else { "from" };
            faults.add(
                format!("item[{n}].stands_out_{key}"),
                format!("is {mark}, must be what one of the choices counts: {weights:?}"),
            );
        }
        if item.stands_out.is_some() && item.number_range().is_none() {
            let key = if matches!(item.stands_out, Some(StandsOut::To(_))) { "to" } else { "from" };
            faults.add(format!("item[{n}].stands_out_{key}"), "is set, but the item counts no number");
        }
    }
    items
}

/// The weights of an item no example can prove, because no scale counts it, must at least be in order.
pub(super) fn weights(items: &[Item], scales: &[Scale], faults: &mut Faults<'_>) {
    for (n, item) in items.iter().enumerate() {
        let weights: Vec<f64> = item.choices().iter().filter_map(|choice| choice.weight).collect();
        let rise = weights.windows(2).all(|pair| pair[0] < pair[1]);
        let fall = weights.windows(2).all(|pair| pair[0] > pair[1]);
        if !rise && !fall && !scales.iter().any(|scale| scale.items.contains(&item.id)) {
            faults.add(
                format!("item[{n}]"),
                format!("has the weights {weights:?}; where no scale counts them they must rise or fall from choice to choice"),
            );
        }
    }
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
        (
            "min",
            item.min.is_some(),
            matches!(item.kind, FileKind::Integer | FileKind::Decimal | FileKind::Date),
        ),
        (
            "max",
            item.max.is_some(),
            matches!(item.kind, FileKind::Integer | FileKind::Decimal | FileKind::Date),
        ),
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
        FileKind::Integer => {
            ItemKind::Integer(bounds(item, found, toml::Value::as_integer, "a whole number")?)
        }
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
                let hint = perhaps(list, raw.options.keys().map(String::as_str));
                found.push(("options".into(), format!("{list:?} is not one of [options]{hint}")));
                return Vec::new();
            }
        },
        None => &item.choices,
    };
    if written.len() < 2 {
        found.push((String::new(), "needs at least two choices (choices, or options naming a list)".into()));
    }
    // Where the choice is written: in the item, or in the list it shares with others.
    let list =
        item.options.as_ref().map_or_else(|| format!("{key}.choices"), |list| format!("options.{list}"));
    let weighted = written.iter().filter(|choice| choice.weight.is_some()).count();
    let mut codes = BTreeSet::new();
    let mut choices: Vec<Choice> = Vec::new();
    for (n, choice) in written.iter().enumerate() {
        let here = format!("{list}[{n}]");
        if choice.code.is_empty() || choice.code.len() > 32 || choice.code.contains(char::is_whitespace) {
            faults.add(
                format!("{here}.code"),
                format!("is {:?}, must be 1 to 32 characters without spaces", choice.code),
            );
        }
        if !codes.insert(&choice.code) {
            faults.add(format!("{here}.code"), format!("{:?} is there twice", choice.code));
        }
        if choice.weight.is_none() && weighted > 0 {
            faults.add(
                format!("{here}.weight"),
                "is absent, but other choices have a weight; give all one, or none",
            );
        }
        let label = match (&choice.text, &choice.answer_to) {
            (Some(text), None) => {
                if item.options.is_none() {
                    complete(faults, &format!("{here}.text"), text, langs);
                }
                for lang in langs {
                    let same = |other: &Choice| matches!(&other.label, Label::Text(other) if other.get(lang) == text.get(lang));
                    if text.get(lang).is_some() && choices.iter().any(same) {
                        faults.add(
                            format!("{here}.text.{lang}"),
                            format!("{:?} is there twice", text.get(lang).unwrap_or_default()),
                        );
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
            (None, None) if langs.is_empty() => Label::Text(Text::default()),
            _ => {
                faults.add(here, "needs either text or answer_to");
                continue;
            }
        };
        let mut within = Found::new();
        loinc(choice.loinc.as_ref(), "", &mut within);
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

fn enable(behavior: Behavior, when: &[FileCondition], before: &[Item], found: &mut Found) -> Enable {
    let mut conditions = Vec::new();
    for (n, condition) in when.iter().enumerate() {
        let key = format!("enable_when[{n}]");
        let Some(item) = before.iter().find(|item| item.id == condition.item) else {
            let hint = perhaps(&condition.item, before.iter().map(|item| item.id.as_str()));
            found.push((format!("{key}.item"), format!("{:?} is not an earlier item{hint}", condition.item)));
            continue;
        };
        let value = plain(&condition.value);
        let right = match (condition.operator, &item.kind) {
            (_, ItemKind::Display) => Err("a display item has no answer".to_owned()),
            (Operator::Exists, _) => {
                if value == "true" || value == "false" {
                    Ok(())
                } else {
                    Err("must be true or false".to_owned())
                }
            }
            (_, ItemKind::Choice(choices) | ItemKind::MultipleChoice(choices)) => {
                if choices.iter().any(|choice| choice.code == value) {
                    Ok(())
                } else {
                    Err(format!("{value:?} is no code of {:?}", item.id))
                }
            }
            (_, ItemKind::Date(_)) => {
                value.parse::<Date>().map(|_| ()).map_err(|_| "must be a date".to_owned())
            }
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
