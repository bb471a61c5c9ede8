//! `foreword instruments import`: a FHIR Questionnaire in, a file of the library out, and a report of what
//! is asked, what is not and what is still to be said.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use foreword_app::catalog::INSTRUMENTS;
use foreword_domain::{
    instrument::{Direction, Instrument, Permission},
    language::{Lang, Text},
    phrases::english_name,
};
use foreword_fhir::import::{Form, Imported, Note, Settings, Terms, questionnaire, write};
use serde_json::json;

use super::{super::say, text};
use crate::{cli::TakeIn, config::Config, fail::wrong};

pub(super) fn run(config: &Config, args: &TakeIn) -> anyhow::Result<()> {
    let name =
        if args.file.as_os_str() == "-" { "standard input".into() } else { args.file.display().to_string() };
    let settings = settings(args)?;
    let text = text(&args.file)?;
    let mut imported =
        questionnaire(&name, &text, &settings).map_err(|refused| wrong(refused.to_string()))?;
    if imported.is_own && settings != Settings::default() {
        return Err(wrong(format!(
            "{name} brings an instrument's own file ({}), which says all this itself: import it without options, \
             and change the file",
            imported.instrument.id
        )));
    }
    let id = imported.instrument.variant_of.clone().unwrap_or_else(|| imported.instrument.id.clone());
    let file = format!("{id}.toml");
    if !imported.is_own && INSTRUMENTS.iter().any(|(shipped, _)| *shipped == file) {
        imported.remarks.push(Note {
            path: "id".to_owned(),
            what: format!(
                "is {id:?}, an instrument that ships: this one would replace it; --id gives it another"
            ),
        });
    }
    let content = write(&imported.instrument, &settings);
    let folder = args
        .out
        .clone()
        .or_else(|| Some(PathBuf::from(&config.instruments.dir)).filter(|dir| !dir.as_os_str().is_empty()));
    if let Some(folder) = folder.as_ref().filter(|folder| !folder.is_dir()) {
        return Err(wrong(format!("{}: there is no such folder; make it first", folder.display())));
    }
    let written = match &folder {
        Some(folder) => Some(put(&folder.join(&file), &content, args.replace)?),
        None => None,
    };
    if args.json {
        return say(&serde_json::to_string_pretty(&as_json(&imported, written.as_ref()))?);
    }
    report(&name, &imported)?;
    match written {
        Some(Written { path, changed: true }) => say(&format!("written to {}", path.display())),
        Some(Written { path, changed: false }) => say(&format!("{} is the same already", path.display())),
        None => say("not written: name a folder with --out or instruments.dir, and it is kept there"),
    }
}

fn settings(args: &TakeIn) -> anyhow::Result<Settings> {
    let mut directions = BTreeMap::new();
    let worse = args.higher_worse.iter().map(|id| (id, Direction::HigherWorse));
    let better = args.higher_better.iter().map(|id| (id, Direction::HigherBetter));
    for (link_id, direction) in worse.chain(better) {
        if directions.insert(link_id.clone(), direction).is_some_and(|before| before != direction) {
            return Err(wrong(format!("{link_id} is said to be better and worse; say one")));
        }
    }
    let granted = args.granted_by.as_ref().zip(args.granted_on).zip(args.scope.as_ref());
    let permission = granted.map(|((by, on), scope)| Permission::Granted {
        by: by.clone(),
        on: on.to_string(),
        scope: scope.clone(),
    });
    Ok(Settings {
        id: args.id.clone(),
        plain_name: args.plain_name.clone().map(|name| Text([(Lang::english(), name)].into())),
        terms: Terms { permission, ..Terms::default() },
        directions,
    })
}

struct Written {
    path: PathBuf,
    changed: bool,
}

fn put(path: &Path, content: &str, replace: bool) -> anyhow::Result<Written> {
    let name = path.display();
    let before = match std::fs::read_to_string(path) {
        Ok(before) => Some(before),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => return Err(wrong(format!("{name}: {error}"))),
    };
    let changed = before.as_deref() != Some(content);
    if changed && before.is_some() && !replace {
        return Err(wrong(format!(
            "{name} is there already and says something else; --replace it, or give another --id"
        )));
    }
    if changed {
        std::fs::write(path, content).map_err(|error| wrong(format!("{name}: {error}")))?;
    }
    Ok(Written { path: path.to_owned(), changed })
}

fn report(name: &str, imported: &Imported) -> anyhow::Result<()> {
    let Instrument { id, version, title, languages, licence, .. } = &imported.instrument;
    say(&format!("{name}: {id} version {version}, {}", title.best(&Lang::english())))?;
    if imported.is_own {
        say("own:       what Foreword wrote, unchanged; its own file scores it")?;
    }
    let spoken: Vec<String> =
        languages.keys().map(|lang| format!("{} ({lang})", english_name(lang))).collect();
    let spoken = if spoken.is_empty() { "no text yet".to_owned() } else { spoken.join(", ") };
    say(&format!("asked:     {} items; {spoken}", imported.instrument.questions().count()))?;
    list("left out:  ", imported.left_out.iter().map(ToString::to_string).collect())?;
    list("scores:    ", scores(imported))?;
    say(&format!("licence:   {}; {}", licence.kind, licence.permission.words()))?;
    if let Permission::ToConfirm { ask } | Permission::Needed { ask } = &licence.permission {
        say(&format!("           to ask: {ask}"))?;
    }
    list("remarks:   ", imported.remarks.iter().map(ToString::to_string).collect())
}

fn scores(imported: &Imported) -> Vec<String> {
    let link_ids = link_ids(imported);
    let scales = imported.instrument.scales.iter().zip(link_ids);
    let line = scales.map(|(scale, link_id)| {
        let named = format!("{link_id}: {}", scale.name.best(&Lang::english()));
        match scale.direction {
            Direction::Unstated => format!(
                "{named}; computed and not shown, because nobody said which way is worse: --higher-worse {link_id} or --higher-better {link_id}"
            ),
            stated => format!("{named}; {}", stated.words()),
        }
    });
    line.collect()
}

/// The linkIds of the scores, which the questionnaire knows them by.
fn link_ids(imported: &Imported) -> Vec<String> {
    let form = Form::of(&imported.instrument);
    let known = |id: &str| form.as_ref().and_then(|form| form.score(id)).unwrap_or(id).to_owned();
    imported.instrument.scales.iter().map(|scale| known(&scale.id)).collect()
}

fn list(head: &str, lines: Vec<String>) -> anyhow::Result<()> {
    if lines.is_empty() {
        return say(&format!("{head}none"));
    }
    let indent = " ".repeat(head.len());
    for (n, line) in lines.into_iter().enumerate() {
        say(&format!("{}{line}", if n == 0 { head } else { &indent }))?;
    }
    Ok(())
}

fn as_json(imported: &Imported, written: Option<&Written>) -> serde_json::Value {
    let Instrument { id, version, title, languages, licence, scales, .. } = &imported.instrument;
    let notes = |notes: &[Note]| {
        notes.iter().map(|note| json!({ "path": note.path, "what": note.what })).collect::<Vec<_>>()
    };
    let scores = scales.iter().zip(link_ids(imported)).map(|(scale, link_id)| {
        let direction = match scale.direction {
            Direction::HigherWorse => Some("higher-worse"),
            Direction::HigherBetter => Some("higher-better"),
            Direction::Unstated => None,
        };
        json!({
            "id": scale.id,
            "link_id": link_id,
            "name": scale.name.best(&Lang::english()),
            "items": scale.items,
            "direction": direction
        })
    });
    json!({
        "id": id,
        "version": version,
        "title": title.best(&Lang::english()),
        "own": imported.is_own,
        "items": imported.instrument.questions().map(|item| &item.id).collect::<Vec<_>>(),
        "languages": languages.keys().map(Lang::as_str).collect::<Vec<_>>(),
        "left_out": notes(&imported.left_out),
        "scores": scores.collect::<Vec<_>>(),
        "licence": licence.kind,
        "permission": licence.permission.words(),
        "active": licence.permission.may_ask(),
        "remarks": notes(&imported.remarks),
        "file": written.map(|written| written.path.display().to_string()),
    })
}
