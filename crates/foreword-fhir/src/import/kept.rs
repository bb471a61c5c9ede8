//! An imported questionnaire as it is kept: one TOML file with the original text in it, and what the
//! questionnaire does not say of itself.

use std::{collections::BTreeMap, fmt::Write};

use foreword_domain::{
    instrument::{Direction, Instrument, Licence, Permission},
    language::{Lang, Text},
    locate::{self, Fault, Faults, Refused},
};
use serde::Deserialize;

use super::{Settings, Terms};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    id: String,
    plain_name: Option<Text>,
    #[serde(default)]
    licence: Terms,
    #[serde(default)]
    directions: BTreeMap<String, Direction>,
    questionnaire: String,
}

/// Whether a text is an imported questionnaire as it is kept, and no instrument's own file.
pub fn is_kept(text: &str) -> bool {
    #[derive(Deserialize)]
    struct Mark {
        questionnaire: Option<String>,
    }
    // A file that can't be read is some other file with a fault in it, unless it says otherwise.
    match locate::read::<Mark>(text) {
        Ok(mark) => mark.questionnaire.is_some(),
        Err(_) => text.lines().any(|line| line.trim_start().starts_with("questionnaire =")),
    }
}

/// Reads an imported questionnaire as it is kept.
///
/// # Errors
/// Everything that is wrong with it; faults of the questionnaire itself name their path in it.
pub fn kept(file: &str, text: &str) -> Result<Instrument, Refused> {
    let refused = |faults| Refused { file: file.to_owned(), faults };
    let read: File = locate::read(text).map_err(|fault| refused(vec![fault]))?;
    let stem = file.rsplit(['/', '\\']).next().unwrap_or(file).trim_end_matches(".toml");
    if read.id != stem {
        let mut faults = Faults::new(text);
        faults.add("id", format!("is {:?}, must be the file's name {stem:?}", read.id));
        return Err(refused(faults.finish()));
    }
    let settings = Settings {
        id: Some(read.id),
        plain_name: read.plain_name,
        terms: read.licence,
        directions: read.directions,
    };
    let line = locate::line_of(text, "questionnaire");
    // Written as it stands, the JSON begins on the line after its key; escaped, it has that one line.
    let stands = line.and_then(|line| text.lines().nth(line - 1)).is_some_and(|line| line.ends_with("'''"));
    let compiled = super::compile(&read.questionnaire, &settings).map_err(|faults| {
        let within = |fault: Fault| Fault {
            line: line.map(|line| line + fault.line.filter(|_| stands).unwrap_or_default()),
            ..fault
        };
        refused(faults.into_iter().map(within).collect())
    })?;
    Ok(Instrument { source: text.to_owned(), ..compiled.instrument })
}

/// The file that an imported instrument is kept as: its own, or the questionnaire with what was said of it.
///
/// The `Instrument` must be the result of [`questionnaire`](super::questionnaire) with these settings.
pub fn write(instrument: &Instrument, settings: &Settings) -> String {
    let Some(questionnaire) = &instrument.questionnaire else { return instrument.source.clone() };
    let Instrument { id, licence, .. } = instrument;
    let title = instrument.title.best(&Lang::english()).replace(char::is_control, " ");
    let mut out = format!("# Imported from the FHIR Questionnaire \"{title}\"\nid = {}\n", quoted(id));
    if let Some(name) = &settings.plain_name {
        let names: Vec<String> = name
            .0
            .iter()
            .map(|(lang, words)| format!("{} = {}", key(lang.as_str()), quoted(words)))
            .collect();
        let _ = writeln!(out, "plain_name = {{ {} }}", names.join(", "));
    }
    let _ = writeln!(out, "licence = {}", terms(licence));
    if !settings.directions.is_empty() {
        let all: Vec<String> = settings
            .directions
            .iter()
            .filter_map(|(link_id, direction)| {
                let word = match direction {
                    Direction::HigherWorse => "higher-worse",
                    Direction::HigherBetter => "higher-better",
                    Direction::Unstated => return None,
                };
                Some(format!("{} = \"{word}\"", key(link_id)))
            })
            .collect();
        let _ = writeln!(out, "directions = {{ {} }}", all.join(", "));
    }
    let _ = writeln!(out, "questionnaire = {}", verbatim(questionnaire));
    out
}

fn terms(licence: &Licence) -> String {
    let permission = match &licence.permission {
        Permission::NotNeeded {} => "{ status = \"not-needed\" }".to_owned(),
        Permission::Granted { by, on, scope } => format!(
            "{{ status = \"granted\", by = {}, on = {}, scope = {} }}",
            quoted(by),
            quoted(on),
            quoted(scope)
        ),
        Permission::ToConfirm { ask } => format!("{{ status = \"to-confirm\", ask = {} }}", quoted(ask)),
        Permission::Needed { ask } => format!("{{ status = \"needed\", ask = {} }}", quoted(ask)),
    };
    format!(
        "{{ kind = {}, notice = {}, evidence = {}, electronic_use = {}, permission = {permission} }}",
        quoted(&licence.kind),
        quoted(&licence.notice),
        quoted(&licence.evidence),
        licence.electronic_use
    )
}

fn key(name: &str) -> String {
    let is_bare = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if !name.is_empty() && name.chars().all(is_bare) { name.to_owned() } else { quoted(name) }
}

/// The text as it stands, where TOML can hold it so; else escaped. Either way it is read back byte for byte.
fn verbatim(text: &str) -> String {
    let is_plain = |c: char| matches!(c, '\n' | '\t') || !c.is_control();
    let literal = format!("'''\n{text}'''");
    let stands = text.chars().all(is_plain) && !text.contains("'''") && !text.ends_with('\'');
    if stands { literal } else { quoted(text) }
}

/// A basic string.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
