//! `foreword score`: rows of answers in, one line per row and scale out.

use std::{collections::BTreeMap, io::Read};

use foreword_domain::{
    instrument::{Instrument, Item},
    response::Value,
    scoring::{self, Score as Scored},
};
use serde::Serialize;

use super::say;
use crate::{cli::Score, config::Config, fail::wrong, wiring};

/// Columns that are no item and still welcome.
const BESIDE: [&str; 3] = ["id", "sex", "age"];

#[derive(Serialize)]
struct Line {
    row: usize,
    scale: String,
    status: String,
    value: Option<f64>,
    se: Option<f64>,
    answered: usize,
    of: usize,
    band: Option<String>,
}

pub(super) fn run(config: &Config, args: &Score) -> anyhow::Result<()> {
    let catalog = wiring::catalog(config)?;
    let instrument = catalog.instruments.get(&args.instrument).ok_or_else(|| {
        let all: Vec<&str> =
            catalog.instruments.values().filter(|i| !i.scales.is_empty()).map(|i| i.id.as_str()).collect();
        wrong(format!("there is no instrument {:?}; there are {}", args.instrument, all.join(", ")))
    })?;
    if instrument.scales.is_empty() {
        return Err(wrong(format!("{} has no scale, there is nothing to score", instrument.id)));
    }
    let (name, text) = if args.csv.as_os_str() == "-" {
        let mut text = String::new();
        std::io::stdin()
            .read_to_string(&mut text)
            .map_err(|error| wrong(format!("standard input: {error}")))?;
        ("standard input".to_owned(), text)
    } else {
        let name = args.csv.display().to_string();
        let text = std::fs::read_to_string(&args.csv).map_err(|error| wrong(format!("{name}: {error}")))?;
        (name, text)
    };
    let rows = read(instrument, &name, &text)?;
    let lines: Vec<Line> = rows
        .iter()
        .enumerate()
        .flat_map(|(n, row)| {
            scoring::all(instrument, |item| row.get(item).cloned())
                .into_iter()
                .map(move |score| line(n + 1, score))
        })
        .collect();
    if args.json {
        return say(&serde_json::to_string_pretty(&lines)?);
    }
    let mut out = csv::Writer::from_writer(Vec::new());
    for line in &lines {
        out.serialize(line)?;
    }
    if lines.is_empty() {
        out.write_record(["row", "scale", "status", "value", "se", "answered", "of", "band"])?;
    }
    say(String::from_utf8(out.into_inner()?)?.trim_end())
}

fn line(row: usize, score: Scored) -> Line {
    Line {
        row,
        scale: score.scale,
        status: score.status.to_string(),
        // Four decimals are what published tables agree to.
        value: score.value.map(|value| (value * 10_000.0).round() / 10_000.0),
        se: None,
        answered: score.answered,
        of: score.of,
        band: score.band,
    }
}

/// Reads all rows, or says everything that is wrong with them.
fn read(instrument: &Instrument, name: &str, text: &str) -> anyhow::Result<Vec<BTreeMap<String, Value>>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let header = text.lines().find(|line| !line.starts_with('#')).unwrap_or_default();
    let delimiter = if header.matches(';').count() > header.matches(',').count() { b';' } else { b',' };
    let mut reader = csv::ReaderBuilder::new()
        .comment(Some(b'#'))
        .delimiter(delimiter)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let columns: Vec<String> = reader
        .headers()
        .map_err(|error| wrong(format!("{name}: {error}")))?
        .iter()
        .map(str::to_owned)
        .collect();
    let needed: Vec<&str> = instrument
        .items
        .iter()
        .filter(|item| instrument.scales.iter().any(|scale| scale.items.contains(&item.id)))
        .map(|item| item.id.as_str())
        .collect();
    let missing: Vec<&str> = needed.iter().copied().filter(|id| !columns.iter().any(|c| c == id)).collect();
    if !missing.is_empty() {
        return Err(wrong(format!(
            "{name}: the header lacks {}; it must name {}",
            missing.join(", "),
            needed.join(",")
        )));
    }
    let unknown: Vec<&str> = columns
        .iter()
        .map(String::as_str)
        .filter(|c| instrument.item(c).is_none() && !BESIDE.contains(c))
        .collect();
    if !unknown.is_empty() {
        tracing::warn!("{name}: no item of {}, left out: {}", instrument.id, unknown.join(", "));
    }
    let (mut rows, mut faults) = (Vec::new(), Vec::new());
    for (n, record) in reader.records().enumerate() {
        let record = record.map_err(|error| wrong(format!("{name}: {error}")))?;
        let line = record.position().map_or(0, csv::Position::line);
        let mut row = BTreeMap::new();
        for (column, written) in columns.iter().zip(record.iter()).filter(|(_, written)| !written.is_empty())
        {
            let Some(item) = instrument.item(column) else { continue };
            match value(item, written) {
                Some(value) => {
                    row.insert(column.clone(), value);
                }
                None => faults.push(format!(
                    "{name}:{line}: row {}: {column}: is {written:?}, {}",
                    n + 1,
                    permitted(item)
                )),
            }
        }
        rows.push(row);
    }
    if faults.is_empty() { Ok(rows) } else { Err(wrong(faults.join("\n"))) }
}

/// An answer by its code, or by the number its choice counts ("2.0").
fn value(item: &Item, written: &str) -> Option<Value> {
    item.read_code(written).or_else(|| {
        let number: f64 = written.parse().ok()?;
        let mut same = item.choices().iter().filter(|c| c.weight.is_some_and(|w| (w - number).abs() < 1e-9));
        match (same.next(), same.next()) {
            (Some(choice), None) => Some(Value::Choice(choice.code.clone())),
            _ => None,
        }
    })
}

fn permitted(item: &Item) -> String {
    let codes: Vec<&str> = item.choices().iter().map(|choice| choice.code.as_str()).collect();
    match item.number_range() {
        _ if !codes.is_empty() => format!("must be one of {}", codes.join(", ")),
        Some((low, high)) => format!("must be a number from {low} to {high}"),
        None => "is no permitted answer".to_owned(),
    }
}
