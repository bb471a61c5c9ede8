//! `foreword instruments`: the library.

mod import;

use std::{io::Read, path::Path, sync::Arc};

use foreword_app::catalog::Catalog;
use foreword_domain::{instrument::Instrument, language::Lang, locate};
use foreword_fhir::import::{self as questionnaires, Settings};
use serde_json::json;

use super::{print, say};
use crate::{
    cli::Instruments,
    config::Config,
    fail::{read_text, wrong},
    wiring,
};

pub(super) async fn run(config: &Config, args: &Instruments) -> anyhow::Result<()> {
    match args {
        Instruments::Check { file } => return check(&file.display().to_string()),
        Instruments::Import(args) => return import::run(config, args),
        _ => {}
    }
    let catalog = wiring::catalog(config)?;
    match args {
        Instruments::Check { .. } | Instruments::Import(_) => Ok(()),
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
            // As it is, whatever it holds: an imported one goes out byte for byte.
            let mut text = foreword_fhir::questionnaire_text(&*find(&catalog, id)?, &base);
            if !text.ends_with('\n') {
                text.push('\n');
            }
            print(text.as_bytes())
        }
    }
}

fn check(name: &str) -> anyhow::Result<()> {
    let (instrument, of_others) = read(name)?;
    let what = format!("{name}: {} version {}", instrument.id, instrument.version);
    let items = instrument.questions().count();
    let scales = instrument.scales.len();
    if of_others {
        return say(&format!("{what} can be asked: {items} items, {scales} scores by its own expressions"));
    }
    let vectors = instrument.vectors.len();
    say(&format!("{what} is right: {items} items, {scales} scales, {vectors} vectors agree"))
}

/// Whether a name is a file's, and not an id of the library.
pub(super) fn is_file(name: &str) -> bool {
    let is = |wanted: &str| {
        Path::new(name).extension().is_some_and(|extension| extension.eq_ignore_ascii_case(wanted))
    };
    is("toml") || is("json")
}

/// The instrument of a file: its own, an imported one, or a FHIR Questionnaire. Whether others wrote it.
pub(super) fn read(name: &str) -> anyhow::Result<(Instrument, bool)> {
    let text = text(Path::new(name))?;
    let instrument = if name.to_lowercase().ends_with(".json") {
        questionnaires::questionnaire(name, &text, &Settings::default()).map(|imported| imported.instrument)
    } else {
        questionnaires::load(name, &text)
    };
    let instrument = instrument.map_err(|refused| wrong(refused.to_string()))?;
    let of_others = instrument.questionnaire.is_some();
    Ok((instrument, of_others))
}

/// The text of a file; `-` is standard input.
fn text(file: &Path) -> anyhow::Result<String> {
    if file.as_os_str() != "-" {
        return read_text(file);
    }
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).map_err(|error| wrong(format!("standard input: {error}")))?;
    Ok(text)
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
