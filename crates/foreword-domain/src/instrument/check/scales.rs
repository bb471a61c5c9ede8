//! The rules of scales: direction, missing items, tables, reachable range and bands.
//! It refuses to know how an item is worded or asked.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    super::{
        Band, Item, Method, Missing, Scale, Transform,
        file::{FileMissing, FileScale},
    },
    Found, below, complete, is_link_id,
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
                None => found.push(("items".into(), format!("{id:?} is not an item"))),
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
                if *at_least >= 1 && *at_least <= scale.items.len() && scale.method == Method::Mean =>
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
            && (change.points.is_nan()
                || change.points <= 0.0
                || change.citation.trim().is_empty()
                || change.population.trim().is_empty())
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
    if scale.missing == Missing::AllNeeded && scale.method == Method::Sum {
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

/// Bands must cover the range without gap or overlap.
fn band_faults(scale: &Scale, items: &[Item], found: &mut Found) {
    let Some((first, last)) = scale.bands.first().zip(scale.bands.last()) else { return };
    let whole = scale.transform == Transform::None
        && crate::scoring::is_raw_whole(scale, items)
        && scale.bands.iter().all(|band| band.min.fract() == 0.0 && band.max.fract() == 0.0);
    if (first.min - scale.range.0).abs() > 1e-9 {
        found.push((
            "bands[0].min".into(),
            format!("is {}, must be the least score {}", first.min, scale.range.0),
        ));
    }
    if (last.max - scale.range.1).abs() > 1e-9 {
        let n = scale.bands.len() - 1;
        found.push((
            format!("bands[{n}].max"),
            format!("is {}, must be the greatest score {}", last.max, scale.range.1),
        ));
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
            found.push((
                format!("bands[{}].min", n + 1),
                format!("is {}, overlaps the band before it; must be {next}", pair[1].min),
            ));
        } else if pair[1].min > next + 1e-9 {
            found.push((
                format!("bands[{}].min", n + 1),
                format!("is {}, leaves a gap; must be {next}", pair[1].min),
            ));
        }
    }
}
