//! `foreword instruments`: the library.

use std::sync::Arc;

use foreword_app::catalog::Catalog;
use foreword_domain::{instrument::Instrument, language::Lang, locate};
use serde_json::json;

use super::say;
use crate::{cli::Instruments, config::Config, fail::wrong, wiring};

pub(super) async fn run(config: &Config, args: &Instruments) -> anyhow::Result<()> {
    if let Instruments::Check { file } = args {
        let name = file.display().to_string();
        let text = std::fs::read_to_string(file).map_err(|error| wrong(format!("{name}: {error}")))?;
        let instrument = Instrument::parse(&name, &text).map_err(|refused| wrong(refused.to_string()))?;
        return say(&format!(
            "{name}: {} version {} is right: {} items, {} scales, {} vectors agree",
            instrument.id,
            instrument.version,
            instrument.questions().count(),
            instrument.scales.len(),
            instrument.vectors.len()
        ));
    }
    let catalog = wiring::catalog(config)?;
    match args {
        Instruments::Check { .. } => Ok(()),
        Instruments::Exposure { id, json } => {
            let instrument = find(&catalog, id)?;
            let exposure = wiring::open(config).await?.app.exposure(&instrument).await?;
            if *json {
                let items: Vec<_> = exposure
                    .items
                    .iter()
                    .map(|(item, asked)| json!({ "item": item, "asked": asked }))
                    .collect();
                return say(&serde_json::to_string_pretty(
                    &json!({ "instrument": id, "visits": exposure.visits, "items": items }),
                )?);
            }
            say(&format!("{id} was begun in {} visits", exposure.visits))?;
            for (item, asked) in &exposure.items {
                let percent = (asked * 100).checked_div(exposure.visits).unwrap_or(0);
                say(&format!("{item:24} asked in {asked:6} ({percent} %)"))?;
            }
            Ok(())
        }
        Instruments::List { json: true } => {
            let all: Vec<_> = catalog
                .instruments
                .values()
                .map(|i| {
                    json!({
                        "id": i.id, "version": i.version, "title": i.title.best(&Lang::english()),
                        "languages": i.languages.keys().map(Lang::as_str).collect::<Vec<_>>(),
                        "items": i.questions().count(),
                        "scales": i.scales.iter().map(|s| s.id.as_str()).collect::<Vec<_>>(),
                        "licence": i.licence.kind,
                        "permission": i.licence.permission.words(),
                        "active": i.licence.permission.may_ask(),
                        "variant_of": i.variant_of,
                        "adaptive": i.adaptive.is_some(),
                    })
                })
                .collect();
            say(&serde_json::to_string_pretty(&all)?)
        }
        Instruments::List { json: false } => {
            for i in catalog.instruments.values() {
                let languages: Vec<&str> = i.languages.keys().map(Lang::as_str).collect();
                say(&format!(
                    "{:16} v{:3} {:3} items  {:8} {:38} {}",
                    i.id,
                    i.version,
                    i.questions().count(),
                    languages.join(","),
                    i.licence.permission.words(),
                    i.title.best(&Lang::english())
                ))?;
            }
            Ok(())
        }
        Instruments::Show { id } => say(find(&catalog, id)?.source.trim_end()),
        Instruments::Fhir { id } => {
            let base = format!("{}/fhir/R4", config.public_url());
            say(&serde_json::to_string_pretty(&foreword_fhir::questionnaire(&*find(&catalog, id)?, &base))?)
        }
    }
}

/// An instrument of the library, or a variant of one, by its id.
pub(super) fn find(catalog: &Catalog, id: &str) -> anyhow::Result<Arc<Instrument>> {
    catalog.instruments.get(id).cloned().ok_or_else(|| {
        let all: Vec<&str> = catalog.instruments.keys().map(String::as_str).collect();
        let near = locate::nearest(id, all.iter().copied());
        let hint = near.map_or_else(String::new, |near| format!(", did you mean {near}?"));
        wrong(format!("there is no instrument {id:?}{hint}\nthere are {}", all.join(", ")))
    })
}
