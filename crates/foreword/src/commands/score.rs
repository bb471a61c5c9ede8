//! `foreword score`: rows of answers in, one line per row and scale out.

use std::{collections::BTreeMap, io::Read, sync::Arc};

use foreword_domain::{
    instrument::{Instrument, Item},
    patient::Person,
    response::Value,
    scoring::{self, Given, Score as Scored, Scorer},
};
use foreword_fhir::import::{Computer, Form};
use serde::Serialize;

use super::{instruments, print};
use crate::{
    cli::Score,
    config::Config,
    fail::{read_text, wrong},
    wiring,
};

/// The columns of the table, and the keys of the JSON.
const HEADER: [&str; 8] = ["row", "scale", "status", "value", "se", "answered", "of", "band"];
/// Faults told one by one; the rest is counted.
const MOST_FAULTS: usize = 50;

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
    let instrument = find(config, args)?;
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
        let text = read_text(&args.csv)?;
        (name, text)
    };
    let mut table = Table::new(&instrument, &name);
    if args.json {
        let mut lines = Vec::new();
        table.each(&text, |row, score| lines.push(line(row, score)))?;
        return print(serde_json::to_string_pretty(&lines)?.as_bytes());
    }
    let mut out = csv::WriterBuilder::new().has_headers(false).from_writer(Vec::new());
    out.write_record(HEADER)?;
    let mut failed = None;
    table.each(&text, |row, score| {
        if let Err(error) = out.serialize(line(row, score)) {
            failed = Some(error);
        }
    })?;
    match failed {
        Some(error) => Err(error.into()),
        None => print(&out.into_inner()?),
    }
}

/// The instrument of the library or of a file, or the variant of it that is asked for.
fn find(config: &Config, args: &Score) -> anyhow::Result<Arc<Instrument>> {
    let named = &args.instrument;
    if !instruments::is_file(named) {
        let catalog = wiring::catalog(config)?;
        return match &args.variant {
            Some(variant) => instruments::find(&catalog, &format!("{named}.{variant}")),
            None => instruments::find(&catalog, named),
        };
    }
    let (instrument, _) = instruments::read(named)?;
    let Some(variant) = &args.variant else { return Ok(Arc::new(instrument)) };
    let id = format!("{}.{variant}", instrument.id);
    let found = instrument.variants.into_iter().find(|other| other.id == id);
    found.map(Arc::new).ok_or_else(|| wrong(format!("{named} has no variant {variant:?}")))
}

fn line(row: usize, score: Scored) -> Line {
    // Four decimals are what published tables agree to; what is computed from parameters has more.
    let round = |value: f64| {
        let places = if score.se.is_some() { 1e8 } else { 1e4 };
        (value * places).round() / places
    };
    Line {
        row,
        status: score.status.to_string(),
        value: score.value.map(round),
        se: score.se.map(round),
        scale: score.scale,
        answered: score.answered,
        of: score.of,
        band: score.band,
    }
}

/// What a column holds.
enum Column {
    Item(usize),
    Sex,
    Age,
    Other,
}

/// A table of answers to one instrument.
struct Table<'a> {
    instrument: &'a Instrument,
    name: &'a str,
    scorer: Scorer<'a>,
    /// Says why an expression of an imported questionnaire came to nothing.
    computer: Option<Arc<Computer>>,
    /// Knows the linkIds of an imported questionnaire.
    form: Option<Form>,
    faults: Vec<String>,
}

impl<'a> Table<'a> {
    fn new(instrument: &'a Instrument, name: &'a str) -> Self {
        let (computer, form) = (Computer::of(instrument), Form::of(instrument));
        Self { instrument, name, scorer: Scorer::new(instrument), computer, form, faults: Vec::new() }
    }

    /// Scores every row, or says everything that is wrong with them.
    fn each(&mut self, text: &str, mut take: impl FnMut(usize, Scored)) -> anyhow::Result<()> {
        let name = self.name;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let header = text.lines().find(|line| !line.starts_with('#')).unwrap_or_default();
        let delimiter = if header.matches(';').count() > header.matches(',').count() { b';' } else { b',' };
        let mut reader = csv::ReaderBuilder::new()
            .comment(Some(b'#'))
            .delimiter(delimiter)
            .trim(csv::Trim::All)
            .from_reader(text.as_bytes());
        let columns = self.columns(reader.headers().map_err(|error| wrong(format!("{name}: {error}")))?)?;
        // Most instruments need the numbers alone; skip logic and formulas need the answers themselves.
        let by_numbers = self.instrument.formulas.is_none() && !self.scorer.needs_hidden();
        let hidden = vec![false; self.instrument.items.len()];
        let mut numbers = vec![None; self.instrument.items.len()];
        let mut record = csv::StringRecord::new();
        let mut remarks: BTreeMap<String, usize> = BTreeMap::new();
        let mut row = 0;
        while reader.read_record(&mut record).map_err(|error| wrong(unreadable(name, &error)))? {
            row += 1;
            let line = record.position().map_or(0, csv::Position::line);
            let person = self.person(&columns, &record, row, line);
            if by_numbers {
                self.numbers(&columns, &record, (row, line), &mut numbers);
                for score in self.scorer.score(&Given { person: &person, numbers: &numbers, hidden: &hidden })
                {
                    take(row, score);
                }
            } else {
                let values = self.values(&columns, &record, (row, line));
                for note in self.computer.iter().flat_map(|one| one.faults(&|item| values.get(item).cloned()))
                {
                    remarks.entry(note.to_string()).or_insert(row);
                }
                for score in scoring::all(self.instrument, &person, |item| values.get(item).cloned()) {
                    take(row, score);
                }
            }
        }
        for (what, first) in remarks {
            tracing::warn!("{}: row {first}: {what}", self.name);
        }
        let more = self.faults.len().saturating_sub(MOST_FAULTS);
        if self.faults.is_empty() {
            return Ok(());
        }
        self.faults.truncate(MOST_FAULTS);
        let more = if more > 0 { format!("\n... and {more} more like these") } else { String::new() };
        Err(wrong(format!("{}{more}", self.faults.join("\n"))))
    }

    fn columns(&self, header: &csv::StringRecord) -> anyhow::Result<Vec<Column>> {
        let items = &self.instrument.items;
        let needed: Vec<&str> = items
            .iter()
            .filter(|item| self.instrument.scales.iter().any(|scale| scale.items.contains(&item.id)))
            .map(|item| item.id.as_str())
            .collect();
        // A column may go by the original linkId, too.
        let named = |column| self.form.as_ref().and_then(|form| form.item(column)).unwrap_or(column);
        let missing: Vec<&str> =
            needed.iter().copied().filter(|id| !header.iter().any(|column| named(column) == *id)).collect();
        if !missing.is_empty() {
            return Err(wrong(format!(
                "{}: the header lacks {}; it must name {}",
                self.name,
                missing.join(", "),
                needed.join(",")
            )));
        }
        let twice = header.iter().enumerate().find(|(n, column)| {
            !column.is_empty() && header.iter().take(*n).any(|other| named(other) == named(column))
        });
        if let Some((_, column)) = twice {
            return Err(wrong(format!("{}: the header names {column} twice; which one counts?", self.name)));
        }
        let mut unknown = Vec::new();
        let columns = header
            .iter()
            .map(|column| match (items.iter().position(|item| item.id == named(column)), column) {
                (Some(place), _) => Column::Item(place),
                (None, "sex") => Column::Sex,
                (None, "age") => Column::Age,
                (None, other) => {
                    if other != "id" {
                        unknown.push(other);
                    }
                    Column::Other
                }
            })
            .collect();
        if !unknown.is_empty() {
            tracing::warn!(
                "{}: no item of {}, left out: {}",
                self.name,
                self.instrument.id,
                unknown.join(", ")
            );
        }
        Ok(columns)
    }

    fn person(&mut self, columns: &[Column], record: &csv::StringRecord, row: usize, line: u64) -> Person {
        let mut person = Person::default();
        for (column, written) in columns.iter().zip(record).filter(|(_, written)| !written.is_empty()) {
            match column {
                Column::Sex => match written.parse() {
                    Ok(sex) => person.sex = Some(sex),
                    Err(_) => self.fault(row, line, "sex", written, "must be female, male or empty"),
                },
                Column::Age => match written.parse() {
                    Ok(age) => person.age = Some(age),
                    Err(_) => self.fault(row, line, "age", written, "must be whole years"),
                },
                Column::Item(_) | Column::Other => {}
            }
        }
        person
    }

    fn numbers(
        &mut self,
        columns: &[Column],
        record: &csv::StringRecord,
        (row, line): (usize, u64),
        numbers: &mut [Option<f64>],
    ) {
        numbers.fill(None);
        let instrument = self.instrument;
        for (column, written) in columns.iter().zip(record).filter(|(_, written)| !written.is_empty()) {
            let Column::Item(place) = column else { continue };
            let item = &instrument.items[*place];
            // The common case first: a code as it stands, without a value being made of it.
            if let Some(choice) = item.choices().iter().find(|choice| choice.code == written) {
                numbers[*place] = choice.weight;
                continue;
            }
            match value(item, written) {
                Some(value) => numbers[*place] = item.number(&value),
                None => self.fault(row, line, &item.id, written, &permitted(item)),
            }
        }
    }

    fn values(
        &mut self,
        columns: &[Column],
        record: &csv::StringRecord,
        (row, line): (usize, u64),
    ) -> BTreeMap<&'a str, Value> {
        let mut values = BTreeMap::new();
        let instrument = self.instrument;
        for (column, written) in columns.iter().zip(record).filter(|(_, written)| !written.is_empty()) {
            let Column::Item(place) = column else { continue };
            let item = &instrument.items[*place];
            match value(item, written) {
                Some(value) => {
                    values.insert(item.id.as_str(), value);
                }
                None => self.fault(row, line, &item.id, written, &permitted(item)),
            }
        }
        values
    }

    fn fault(&mut self, row: usize, line: u64, column: &str, written: &str, what: &str) {
        self.faults.push(format!("{}:{line}: row {row}: {column}: is {written:?}, {what}", self.name));
    }
}

/// What is wrong with a row that is no row of the table.
fn unreadable(name: &str, error: &csv::Error) -> String {
    match error.kind() {
        csv::ErrorKind::UnequalLengths { pos, expected_len, len } => {
            let line = pos.as_ref().map_or(0, csv::Position::line);
            format!("{name}:{line}: has {len} cells, the header has {expected_len}")
        }
        _ => format!("{name}: {error}"),
    }
}

/// An answer by its code; "2.0" is the code 2.
fn value(item: &Item, written: &str) -> Option<Value> {
    item.read_code(written).or_else(|| {
        let number: f64 = written.parse().ok()?;
        let is_same = |code: &str| code.parse::<f64>().is_ok_and(|code| (code - number).abs() < 1e-9);
        let mut same = item.choices().iter().filter(|choice| is_same(&choice.code));
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
