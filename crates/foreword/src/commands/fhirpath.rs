//! `foreword fhirpath`: an expression and a resource in, values out.

use std::{collections::BTreeMap, io::Read, path::Path};

use foreword_fhir::fhirpath::{Document, Environment, Expression, Value};

use super::say;
use crate::{cli::Fhirpath, clock::Clock, fail::wrong};

pub(super) fn run(args: &Fhirpath) -> anyhow::Result<()> {
    let resource = read(&args.input)?;
    let questionnaire = args.questionnaire.as_deref().map(read).transpose()?.flatten();
    let environment = Environment {
        resource: resource.clone(),
        questionnaire,
        now: Clock::System.now().to_zoned(jiff::tz::TimeZone::system()),
        variables: BTreeMap::new(),
    };
    let context: Vec<Value> = resource.iter().map(|resource| resource.root().into()).collect();
    let values = Expression::parse(&args.expr)
        .and_then(|expression| expression.evaluate(&context, &environment))
        .map_err(|error| wrong(format!("--expr: {error}")))?;
    let values: Vec<String> = values.iter().map(Value::json).collect();
    say(&format!("[{}]", values.join(",")))
}

/// A resource; nothing for a file without content.
fn read(file: &Path) -> anyhow::Result<Option<Document>> {
    let (name, text) = if file.as_os_str() == "-" {
        let mut text = String::new();
        let done = std::io::stdin().read_to_string(&mut text);
        ("standard input".to_owned(), done.map(|_| text))
    } else {
        (file.display().to_string(), std::fs::read_to_string(file))
    };
    let text = text.map_err(|error| wrong(format!("{name}: {error}")))?;
    if text.trim().is_empty() {
        return Ok(None);
    }
    Document::parse(&text).map(Some).map_err(|error| wrong(format!("{name}: {error}")))
}
