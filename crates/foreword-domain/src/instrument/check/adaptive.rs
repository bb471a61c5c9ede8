//! Adaptive testing: the settings by which a bank is asked item by item.
//! It refuses to know which item is chosen.

use super::{
    super::{
        Adaptive, Item, ItemKind, Method, Scale,
        file::{FileAdaptive, FileSelect},
    },
    perhaps,
};
use crate::{
    irt::{self, Area, Criterion, Stop},
    locate::Faults,
};

pub(super) fn read(
    raw: &FileAdaptive,
    items: &[Item],
    scales: &[Scale],
    faults: &mut Faults<'_>,
) -> Option<Adaptive> {
    let Some(scale) = scales.iter().find(|scale| scale.id == raw.scale) else {
        let hint = perhaps(&raw.scale, scales.iter().map(|scale| scale.id.as_str()));
        faults.add("adaptive.scale", format!("{:?} is not a scale{hint}", raw.scale));
        return None;
    };
    let Method::Irt(engine) = &scale.method else {
        faults.add("adaptive.scale", format!("{:?} is not of method = \"irt\"", raw.scale));
        return None;
    };
    for (n, item) in items.iter().enumerate() {
        let is_of_bank = scale.items.contains(&item.id);
        if is_of_bank && (!item.enable.when.is_empty() || item.only_for.is_some()) {
            faults.add(
                format!("item[{n}]"),
                "is chosen by the adaptive test, so it can't have conditions of its own",
            );
        }
        if !is_of_bank && item.kind != ItemKind::Display {
            faults.add(
                format!("item[{n}]"),
                "is not an item of the adaptive scale; ask it in a file of its own",
            );
        }
    }
    let settings = irt::Adaptive {
        criterion: match raw.select {
            FileSelect::Mfi => Criterion::Mfi,
            FileSelect::Mpwi => Criterion::Mpwi,
            FileSelect::Mei => Criterion::Mei,
            FileSelect::Mepv => Criterion::Mepv,
        },
        start: raw.start.clone(),
        stop: Stop {
            min_items: raw.min_items,
            max_items: raw.max_items,
            se: Some(raw.stop_se),
            delta_se: raw.stop_delta_se,
            best_health: raw.best_health,
        },
        areas: raw
            .content
            .iter()
            .map(|area| Area { name: area.area.clone(), min: area.min.unwrap_or(0), max: area.max })
            .collect(),
    };
    if raw.stop_se >= 1.0 {
        faults.add(
            "adaptive.stop_se",
            format!(
                "is {}, must be in standard deviations of the trait, below 1: 0.3 is 3 points of T",
                raw.stop_se
            ),
        );
    }
    if raw.max_items > engine.bank().items().len() {
        faults.add(
            "adaptive.max_items",
            format!("is {}, but the bank has {} items", raw.max_items, engine.bank().items().len()),
        );
    }
    for fault in settings.faults(engine.bank()) {
        let at = fault.at.split(' ').next().unwrap_or_default();
        let key = match at {
            "area" | "areas" => "content",
            other => other,
        };
        faults.add(format!("adaptive.{key}"), fault.what);
    }
    Some(Adaptive { scale: raw.scale.clone(), settings })
}
