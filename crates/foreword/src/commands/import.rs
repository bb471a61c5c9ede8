//! `foreword import`: the feeds by hand.

use std::collections::BTreeMap;

use foreword_app::book::Booked;
use foreword_domain::booking::Usual;
use foreword_intake::feeds::{self, Format};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;

use super::say;
use crate::{
    cli::{Feed, Import},
    config::Config,
    fail::wrong,
    wiring,
};

pub(super) async fn run(config: &Config, args: &Import) -> anyhow::Result<()> {
    let Import::Appointments { file, format, json: as_json } = args;
    let shown = file.display().to_string();
    let bytes = std::fs::read(file).map_err(|error| wrong(format!("{shown}: cannot be read: {error}")))?;
    let format = match format {
        Some(Feed::Csv) => Format::Csv,
        Some(Feed::Ics) => Format::Ics,
        Some(Feed::Hl7) => Format::Hl7,
        Some(Feed::Fhir) => Format::Fhir,
        None => Format::of(&shown).unwrap_or(Format::Csv),
    };
    // Before a database is made: a file that can't be read is no reason to have one.
    let usual = Usual { language: config.language(), time_zone: config.clinic.time_zone.clone() };
    let rows = feeds::read(format, &bytes, &usual).map_err(|error| wrong(format!("{shown}: {error}")))?;
    let service = wiring::open_or_make(config).await?;
    let bar = ProgressBar::new(u64::try_from(rows.len())?);
    bar.set_style(ProgressStyle::with_template("{bar:40} {pos}/{len} rows, {eta} left")?);
    let booked = service
        .app
        .book(format.as_str(), rows, service.clock.now(), |done| {
            bar.set_position(u64::try_from(done).unwrap_or(0));
        })
        .await?;
    bar.finish_and_clear();

    let mut counts: BTreeMap<&str, usize> = Booked::ALL.map(|name| (name, 0)).into();
    let (mut rejected, mut overtaken) = (Vec::new(), Vec::new());
    for (line, outcome) in &booked {
        match outcome {
            Booked::Refused(reason) => rejected.push((*line, reason.as_str())),
            Booked::Outdated(reason) => overtaken.push((*line, reason.as_str())),
            _ => {}
        }
        *counts.entry(outcome.as_str()).or_default() += 1;
    }
    if *as_json {
        let reasons = |rows: &[(usize, &str)]| -> Vec<serde_json::Value> {
            rows.iter().map(|(line, reason)| json!({ "line": line, "reason": reason })).collect()
        };
        let mut report = json!(counts);
        report["rows"] = json!(reasons(&rejected));
        report["outdated_rows"] = json!(reasons(&overtaken));
        say(&serde_json::to_string_pretty(&report)?)?;
    } else {
        // Only feeds that tell versions know messages that were overtaken.
        for name in Booked::ALL.into_iter().filter(|name| *name != "outdated" || counts[name] > 0) {
            say(&format!("{name} {}", counts[name]))?;
        }
        for (line, reason) in rejected.iter().chain(&overtaken) {
            say(&format!("{shown}:{line}: {reason}"))?;
        }
    }
    match rejected.len() {
        0 => Ok(()),
        count => Err(wrong(format!("{shown}: {count} rows were rejected, the others are kept"))),
    }
}
