//! The rules of scales: direction, missing items, tables, reachable range and bands.
//! It refuses to know how an item is worded or asked.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    super::{
        Band, BandsFor, HiddenAnswers, Item, Method, Missing, Scale, Transform,
        file::{FileBand, FileMethod, FileMissing, FileScale},
    },
    Found, bands, below, complete, irt, is_link_id, loinc, perhaps,
};
use crate::{language::Lang, locate::Faults};

pub(super) fn read(raw: &[FileScale], items: &[Item], langs: &[Lang], faults: &mut Faults<'_>) -> Vec<Scale> {
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
                None => {
                    let hint = perhaps(id, items.iter().map(|item| item.id.as_str()));
                    found.push(("items".into(), format!("{id:?} is not an item{hint}")));
                }
                Some(item) if item.number_range().is_none() => {
                    found.push((
                        "items".into(),
                        format!("{id:?} counts no number: give every choice a weight"),
                    ));
                }
                Some(_) if !twice.insert(id) => {
                    found.push(("items".into(), format!("{id:?} is there twice")));
                }
                Some(_) => {}
            }
        }
        for (key, names) in
            [("reverse", scale.reverse.clone()), ("weights", scale.weights.keys().cloned().collect())]
        {
            for id in names.iter().filter(|id| !scale.items.contains(id)) {
                found.push((key.into(), format!("{id:?} is not an item of the scale")));
            }
        }
        let Some(direction) = scale.direction else {
            faults
                .add(format!("{key}.direction"), "is absent, must be \"higher-worse\" or \"higher-better\"");
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
                if (1..=scale.items.len()).contains(at_least) && scale.method == FileMethod::Mean =>
            {
                Missing::MeanOfAnswered { at_least: *at_least }
            }
            Some(FileMissing::Answered { at_least })
                if (1..=scale.items.len()).contains(at_least) && scale.method == FileMethod::Irt =>
            {
                Missing::Answered { at_least: *at_least }
            }
            Some(_) => {
                let items = scale.items.len();
                found.push((
                    "missing".into(),
                    format!("does not fit: prorate takes max up to {}, mean-of-answered (of method \"mean\") and answered (of \"irt\") at_least from 1 to {items}", items.saturating_sub(1)),
                ));
                Missing::AllNeeded
            }
        };
        let transform = transform(scale, &mut found);
        let method = match (scale.method, &scale.irt) {
            (FileMethod::Irt, _) => {
                for (key, there) in [
                    ("reverse", !scale.reverse.is_empty()),
                    ("weights", !scale.weights.is_empty()),
                    ("linear", scale.linear.is_some()),
                    ("lookup", scale.lookup.is_some()),
                ] {
                    if there {
                        found.push((key.into(), "does not belong to a scale of item response theory".into()));
                    }
                }
                let Some(engine) = irt::engine(scale, items, &mut found) else {
                    report(faults, &key, found);
                    continue;
                };
                Method::Irt(engine)
            }
            (_, Some(_)) => {
                found.push(("irt".into(), "belongs to method = \"irt\" only".into()));
                Method::Sum
            }
            (FileMethod::Sum, None) => Method::Sum,
            (FileMethod::Mean, None) => Method::Mean,
        };
        let read_bands = |raw: &[FileBand], sub: &str, faults: &mut Faults<'_>| -> Vec<Band> {
            for (n, band) in raw.iter().enumerate() {
                complete(faults, &format!("{key}.{sub}[{n}].name"), &band.name, langs);
            }
            raw.iter()
                .map(|b| Band { id: b.id.clone(), name: b.name.clone(), min: b.min, max: b.max })
                .collect()
        };
        let bands = read_bands(&scale.bands, "bands", faults);
        let mut bands_for = Vec::new();
        for (n, some) in scale.bands_for.iter().enumerate() {
            let sub = format!("bands_for[{n}]");
            let backwards = some.from_age.zip(some.to_age).is_some_and(|(from, to)| from > to);
            if some.sex.is_none() && some.from_age.is_none() && some.to_age.is_none() || backwards {
                found
                    .push((sub.clone(), "must say for whom: sex, from_age or to_age, from before to".into()));
            }
            if some.citation.trim().is_empty() {
                found
                    .push((format!("{sub}.citation"), "is empty, must say where they were published".into()));
            }
            bands_for.push(BandsFor {
                sex: some.sex,
                from_age: some.from_age,
                to_age: some.to_age,
                bands: read_bands(&some.bands, &format!("{sub}.bands"), faults),
                citation: some.citation.clone(),
            });
        }
        let change = scale.change.as_ref().map(|change| change.0.clone()).unwrap_or_default();
        for one in &change {
            let size = match (one.points, one.percent) {
                (Some(size), None) | (None, Some(size)) => size,
                _ => f64::NAN,
            };
            if size.is_nan()
                || size <= 0.0
                || one.citation.trim().is_empty()
                || one.population.trim().is_empty()
            {
                found.push((
                    "change".into(),
                    "needs points or percent above 0, a population and a citation".into(),
                ));
            }
        }
        loinc(scale.loinc.as_ref(), "", &mut found);
        if scale.hidden_answers == HiddenAnswers::Ignored && scale.hidden_counts.is_none() {
            found.push((
                "hidden_answers".into(),
                "needs hidden_counts, which says what counts instead".into(),
            ));
        }
        let scale = Scale {
            id: scale.id.clone(),
            name: scale.name.clone(),
            items: scale.items.clone(),
            method,
            reverse: scale.reverse.clone(),
            weights: scale.weights.clone(),
            missing,
            round: scale.round,
            transform,
            range: (scale.range[0], scale.range[1]),
            direction,
            bands,
            bands_for,
            change,
            hidden_counts: scale.hidden_counts,
            hidden_answers: scale.hidden_answers,
            loinc: scale.loinc.clone(),
        };
        if found.is_empty() {
            comparable(&scale, items, &mut found);
            reachable_range(&scale, items, &mut found);
            bands::check(&scale, items, &mut found);
        }
        report(faults, &key, found);
        scales.push(scale);
    }
    scales
}

fn report(faults: &mut Faults<'_>, key: &str, found: Found) {
    for (sub, what) in found {
        faults.add(below(key, &sub), what);
    }
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
    if scale.missing == Missing::AllNeeded && scale.method == Method::Sum
        || matches!(scale.method, Method::Irt(_))
    {
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
        found.push((
            "missing".into(),
            "lets items be missing, but they have different ranges and can't make up for each other".into(),
        ));
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
            found.push((
                "lookup".into(),
                "needs raw scores that are always whole: set round = \"half-up\"".into(),
            ));
        }
        let keys: Vec<i64> = table.keys().copied().collect();
        if keys.windows(2).any(|pair| pair[1] != pair[0] + 1) {
            found.push(("lookup".into(), "leaves out a raw score".into()));
        }
    }
}
