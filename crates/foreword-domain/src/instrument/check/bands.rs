//! Bands: every score lies in one and only one of them. It refuses to know how a score comes about.

use std::collections::BTreeSet;

use super::{
    super::{Band, Item, Missing, Round, Scale, Transform},
    Found,
};
use crate::language::Lang;

/// Bands must cover the range without gap or overlap.
pub(super) fn check(scale: &Scale, items: &[Item], found: &mut Found) {
    list(scale, &scale.bands, "bands", items, found);
    for (n, some) in scale.bands_for.iter().enumerate() {
        let key = format!("bands_for[{n}].bands");
        if some.bands.is_empty() {
            found.push((key.clone(), "is empty".into()));
        }
        list(scale, &some.bands, &key, items, found);
    }
}

fn list(scale: &Scale, bands: &[Band], key: &str, items: &[Item], found: &mut Found) {
    let Some((first, last)) = bands.first().zip(bands.last()) else { return };
    let whole = scale.transform == Transform::None
        && crate::scoring::is_raw_whole(scale, items)
        && bands.iter().all(|band| band.min.fract() == 0.0 && band.max.fract() == 0.0);
    if (first.min - scale.range.0).abs() > 1e-9 {
        found.push((
            format!("{key}[0].min"),
            format!("is {}, must be the least score {}", first.min, scale.range.0),
        ));
    }
    if (last.max - scale.range.1).abs() > 1e-9 {
        let n = bands.len() - 1;
        found.push((
            format!("{key}[{n}].max"),
            format!("is {}, must be the greatest score {}", last.max, scale.range.1),
        ));
    }
    let mut ids = BTreeSet::new();
    for (n, band) in bands.iter().enumerate() {
        if !ids.insert(&band.id) {
            found.push((format!("{key}[{n}].id"), format!("{:?} is there twice", band.id)));
        }
        if let Some((low, high)) = limits_in(band)
            && (low - band.min).abs().max((high - band.max).abs()) > 1e-9
        {
            found.push((
                format!("{key}[{n}].name"),
                format!("says ({low}-{high}), but the band goes from {} to {}", band.min, band.max),
            ));
        }
        if band.min > band.max {
            found.push((format!("{key}[{n}].max"), "is below min".into()));
        }
    }
    for (n, pair) in bands.windows(2).enumerate() {
        let next = if whole { pair[0].max + 1.0 } else { pair[0].max };
        if pair[1].min < next - 1e-9 {
            found.push((
                format!("{key}[{}].min", n + 1),
                format!("is {}, overlaps the band before it; must be {next}", pair[1].min),
            ));
        } else if pair[1].min > next + 1e-9 {
            found.push((format!("{key}[{}].min", n + 1), gap(scale, &pair[0], &pair[1], next)));
        }
    }
}

fn gap(scale: &Scale, lower: &Band, upper: &Band, next: f64) -> String {
    let plain = format!("is {}, leaves a gap; must be {next}", upper.min);
    let is_whole = [lower.max, upper.min].iter().all(|limit| limit.fract() == 0.0);
    if matches!(scale.missing, Missing::Prorate { .. }) && scale.round == Round::None && is_whole {
        return format!(
            "is {}, and a prorated score can lie between {} and {}: set round = \"half-up\" on the scale, or let the bands touch",
            upper.min, lower.max, upper.min
        );
    }
    plain
}

/// The limits a band's English name gives in parentheses: "mild (5-9)".
fn limits_in(band: &Band) -> Option<(f64, f64)> {
    let name = band.name.get(&Lang::english())?;
    let (_, rest) = name.split_once('(')?;
    let (low, high) = rest.split_once(')')?.0.split_once(['-', '\u{2013}'])?;
    Some((low.trim().parse().ok()?, high.trim().parse().ok()?))
}
