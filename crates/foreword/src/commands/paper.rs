//! `foreword paper`: the form of a pathway, to be answered with a pen.

use anyhow::Context;
use foreword_domain::{language::Lang, phrases::Phrases};
use foreword_summary::{NoForm, PaperForm, not_on_paper, paper};

use super::print;
use crate::{cli::Paper, config::Config, fail::wrong, wiring};

pub(super) fn run(config: &Config, args: &Paper) -> anyhow::Result<()> {
    let lang = Lang::parse(&args.lang).map_err(|error| wrong(format!("--lang: {error}")))?;
    if !Phrases::get().speaks(&lang) {
        return Err(wrong(format!("--lang: {lang} is not spoken here; there are en, es, de, fr and ar")));
    }
    let catalog = wiring::catalog(config)?;
    let pathway = catalog.pathway(&args.pathway).ok_or_else(|| {
        let known: Vec<&str> = catalog.pathways.iter().map(|pathway| pathway.id.as_str()).collect();
        wrong(format!("there is no pathway {:?}; there are {}", args.pathway, known.join(", ")))
    })?;
    let script = pathway.script(&lang, &catalog.instruments);
    for left in not_on_paper(&script) {
        eprintln!("Left out: {} ({})", left.name.best(&lang), left.why);
    }
    let made = paper(&PaperForm {
        script: &script,
        lang: &lang,
        clinic: &config.clinic.name,
        form: &format!("{} {}, {lang}", pathway.id, pathway.version),
        patient: None,
        code: None,
        paper: args.sheets,
        fonts: &wiring::fonts(),
    });
    let bytes = match made {
        Ok(bytes) => bytes,
        Err(error @ NoForm::NothingToAsk(_)) => return Err(wrong(format!("{}: {error}", pathway.id))),
        Err(error) => return Err(error.into()),
    };
    match &args.out {
        Some(file) => std::fs::write(file, bytes).with_context(|| format!("cannot write {}", file.display())),
        None => print(&bytes),
    }
}
