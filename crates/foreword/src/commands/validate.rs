//! `foreword validate`: a resource in, an `OperationOutcome` out.

use std::{io::Read, path::Path};

use foreword_fhir::{Issue, outcome, validate};

use super::say;
use crate::{cli::Validate, fail::wrong};

pub(super) fn run(args: &Validate) -> anyhow::Result<()> {
    let resource = read(&args.file)?;
    // A script that has none passes an empty name.
    let form = args.questionnaire.as_ref().filter(|file| !file.is_empty());
    let form = form.map(|file| text(Path::new(file))).transpose()?;
    let issues = validate::bytes(&resource, form.as_deref());
    say(&serde_json::to_string_pretty(&outcome(&issues))?)?;
    match issues.iter().filter(|issue| Issue::is_error(issue)).count() {
        0 => Ok(()),
        1 => Err(wrong(format!("{}: one error", shown(&args.file)))),
        count => Err(wrong(format!("{}: {count} errors", shown(&args.file)))),
    }
}

fn shown(file: &Path) -> String {
    if file.as_os_str() == "-" { "standard input".to_owned() } else { file.display().to_string() }
}

fn read(file: &Path) -> anyhow::Result<Vec<u8>> {
    let bytes = if file.as_os_str() == "-" {
        let mut bytes = Vec::new();
        std::io::stdin().read_to_end(&mut bytes).map(|_| bytes)
    } else {
        std::fs::read(file)
    };
    bytes.map_err(|error| wrong(format!("{}: {error}", shown(file))))
}

fn text(file: &Path) -> anyhow::Result<String> {
    String::from_utf8(read(file)?)
        .map_err(|_| wrong(format!("{}: is not UTF-8; save the file as UTF-8", shown(file))))
}
