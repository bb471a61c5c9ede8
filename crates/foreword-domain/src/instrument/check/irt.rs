//! Scales of item response theory: the bank their items make, in the frame the file gives.
//! It refuses to know how an estimate is made.

use std::sync::Arc;

use super::{
    super::{
        Item, ItemKind,
        file::{FileIrt, FileScale},
    },
    Found,
};
use crate::irt::{self, Bank, Engine, Grid, Metric, Model, Prior};

/// The engine of a scale, or everything that is wrong with it.
pub(super) fn engine(scale: &FileScale, items: &[Item], found: &mut Found) -> Option<Arc<Engine>> {
    let Some(frame) = &scale.irt else {
        found.push((
            "irt".into(),
            "is absent, must say at least { d = 1.0, metric = { mean = 50.0, sd = 10.0 } }".into(),
        ));
        return None;
    };
    let before = found.len();
    let mut bank = Vec::new();
    for item in scale.items.iter().filter_map(|id| items.iter().find(|item| item.id == *id)) {
        let Some(parameters) = &item.irt else {
            found.push((
                "items".into(),
                format!("{:?} has no parameters: give it irt = {{ a = ..., b = [...] }}", item.id),
            ));
            continue;
        };
        // A category is what a choice counts: 0 for the lowest and so on, without a gap.
        let weights: Vec<f64> = match &item.kind {
            ItemKind::Choice(choices) => choices.iter().filter_map(|choice| choice.weight).collect(),
            _ => Vec::new(),
        };
        let mut sorted = weights.clone();
        sorted.sort_by(f64::total_cmp);
        let is_counted = sorted.len() == parameters.b.len() + 1
            && (0_u32..).zip(&sorted).all(|(n, weight)| (f64::from(n) - weight).abs() < 1e-9);
        if !is_counted {
            found.push((
                "items".into(),
                format!(
                    "{:?} has {} thresholds, so its choices must have the weights 0 to {}, each once; they have {weights:?}",
                    item.id, parameters.b.len(), parameters.b.len()
                ),
            ));
        }
        bank.push(irt::Item {
            id: item.id.clone(),
            slope: parameters.a,
            thresholds: parameters.b.clone(),
            area: item.area.clone(),
        });
    }
    if found.len() > before {
        return None;
    }
    let model = model(frame);
    let made = Bank::new(bank).and_then(|bank| Engine::new(bank, model));
    match made {
        Ok(engine) => Some(Arc::new(engine)),
        Err(faults) => {
            found.extend(faults.into_iter().map(|fault| ("irt".to_owned(), fault.to_string())));
            None
        }
    }
}

fn model(frame: &FileIrt) -> Model {
    let usual = Model::default();
    Model {
        d: frame.d,
        grid: frame.grid.as_ref().map_or(usual.grid, |grid| Grid {
            min: grid.min,
            max: grid.max,
            nodes: u32::try_from(grid.nodes).unwrap_or(u32::MAX),
        }),
        prior: frame.prior.map_or(usual.prior, |prior| Prior { mean: prior.mean, sd: prior.sd }),
        metric: Metric { mean: frame.metric.mean, sd: frame.metric.sd },
    }
}
