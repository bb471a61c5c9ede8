//! `foreword cat`: one step of an adaptive test, from the answers given so far.

use std::path::Path;

use foreword_domain::{
    instrument::{Instrument, Method},
    irt::{self, Adaptive, Bank, Criterion, Engine, Item, Model, Next, Reason, Stop},
};
use serde::Serialize;

use super::{instruments, print, say};
use crate::{
    cli::Cat,
    config::Config,
    fail::{read_text, wrong},
    wiring,
};

#[derive(Serialize)]
struct Step {
    theta: f64,
    se: f64,
    t: f64,
    t_se: f64,
    answered: usize,
    stop: Option<Reason>,
    next: Option<NextItem>,
}

#[derive(Serialize)]
struct NextItem {
    item: String,
    /// The criterion's value, as the item was chosen by it.
    information: f64,
    fisher_information: f64,
}

/// A bank with the settings of its test, and how answers to it are written.
struct Sitting {
    engine: Engine,
    settings: Adaptive,
    instrument: Option<Instrument>,
}

pub(super) fn run(config: &Config, args: &Cat) -> anyhow::Result<()> {
    let mut sitting = bank(config, &args.bank)?;
    if let Some(criterion) = args.select {
        sitting.settings.criterion = criterion.into();
    }
    let stop = &mut sitting.settings.stop;
    stop.min_items = args.min_items.unwrap_or(stop.min_items);
    stop.max_items = args.max_items.unwrap_or(stop.max_items);
    stop.se = args.stop_se.or(stop.se);
    let faults = sitting.settings.faults(sitting.engine.bank());
    if !faults.is_empty() {
        let said: Vec<String> = faults.iter().map(ToString::to_string).collect();
        return Err(wrong(said.join("\n")));
    }
    let (mut answers, mut skipped) = (Vec::new(), Vec::new());
    for written in args.answers.iter().map(String::as_str).flat_map(|list| list.split(',')) {
        let written = written.trim();
        if written.is_empty() {
            continue;
        }
        let (id, value) = written.split_once('=').ok_or_else(|| {
            wrong(format!("--answers: {written:?} must be ITEM=VALUE, such as {}", example(&sitting)))
        })?;
        match sitting.read(id.trim(), value.trim())? {
            Some(answer) => {
                if answers.iter().any(|other: &irt::Answered| other.item() == answer.item()) {
                    return Err(wrong(format!("--answers: {id} is answered twice")));
                }
                answers.push(answer);
            }
            None => skipped.extend(sitting.engine.bank().place(id.trim())),
        }
    }
    let result = step(&sitting, &answers, &skipped);
    if args.json {
        return print(serde_json::to_string(&result)?.as_bytes()).and_then(|()| say(""));
    }
    say(&format!(
        "theta {:.4}, standard error {:.4}; T {:.1} ± {:.1} from {} answers",
        result.theta, result.se, result.t, result.t_se, result.answered
    ))?;
    match (&result.next, result.stop) {
        (Some(next), _) => say(&format!("next: {} (information {:.4})", next.item, next.information)),
        (None, Some(reason)) => say(&format!("stop: {reason}")),
        (None, None) => Ok(()),
    }
}

fn step(sitting: &Sitting, answers: &[irt::Answered], skipped: &[usize]) -> Step {
    let engine = &sitting.engine;
    let posterior = engine.posterior(answers);
    let estimate = posterior.estimate();
    let (stop, next) = match irt::next(engine, &sitting.settings, answers, skipped) {
        Next::Stop(reason) => (Some(reason), None),
        Next::Ask { item, information } => {
            let value = engine.value(sitting.settings.criterion, &posterior, item).unwrap_or(information);
            let id = engine.bank().items()[item].id.clone();
            (None, Some(NextItem { item: id, information: value, fisher_information: information }))
        }
    };
    Step {
        theta: estimate.theta,
        se: estimate.se,
        t: estimate.t,
        t_se: estimate.t_se,
        answered: answers.len(),
        stop,
        next,
    }
}

/// A bank of the library, of an instrument file, or of a table of parameters.
fn bank(config: &Config, named: &str) -> anyhow::Result<Sitting> {
    let path = Path::new(named);
    let is = |wanted: &str| path.extension().is_some_and(|found| found.eq_ignore_ascii_case(wanted));
    let read = || read_text(path);
    if is("csv") {
        return parameters(named, &read()?);
    }
    let instrument = if instruments::is_file(named) {
        instruments::read(named)?.0
    } else {
        (*instruments::find(&wiring::catalog(config)?, named)?).clone()
    };
    let of_bank = instrument.scales.iter().find_map(|scale| match &scale.method {
        Method::Irt(engine) => Some((**engine).clone()),
        _ => None,
    });
    let engine = of_bank.ok_or_else(|| {
        wrong(format!("{named} has no scale of item response theory; `foreword score` scores it"))
    })?;
    let settings = instrument.adaptive.as_ref().map(|adaptive| adaptive.settings.clone()).unwrap_or_default();
    Ok(Sitting { engine, settings, instrument: Some(instrument) })
}

/// A table with the columns `item_id,a,b1,b2,...`; `#` begins a comment.
fn parameters(name: &str, text: &str) -> anyhow::Result<Sitting> {
    let mut reader = csv::ReaderBuilder::new()
        .comment(Some(b'#'))
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let header = reader.headers().map_err(|error| wrong(format!("{name}: {error}")))?.clone();
    let is_right = header.len() >= 3
        && header.get(1) == Some("a")
        && header.iter().skip(2).zip(1..).all(|(column, n)| column == format!("b{n}"));
    if !is_right {
        return Err(wrong(format!("{name}: the header must be item_id,a,b1,b2,... in this order")));
    }
    let mut items = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| wrong(format!("{name}: {error}")))?;
        let line = record.position().map_or(0, csv::Position::line);
        let number = |n: usize| {
            let written = record.get(n).unwrap_or_default();
            let column = header.get(n).unwrap_or_default();
            written
                .parse::<f64>()
                .map_err(|_| wrong(format!("{name}:{line}: {column}: is {written:?}, must be a number")))
        };
        items.push(Item {
            id: record.get(0).unwrap_or_default().to_owned(),
            slope: number(1)?,
            thresholds: (2..record.len())
                .filter(|n| record.get(*n).is_some_and(|written| !written.is_empty()))
                .map(number)
                .collect::<anyhow::Result<_>>()?,
            area: None,
        });
    }
    let engine = Bank::new(items).and_then(|bank| Engine::new(bank, Model::default())).map_err(|faults| {
        let said: Vec<String> = faults.iter().map(|fault| format!("{name}: {fault}")).collect();
        wrong(said.join("\n"))
    })?;
    Ok(Sitting {
        engine,
        settings: Adaptive { stop: Stop::default(), ..Adaptive::default() },
        instrument: None,
    })
}

impl Sitting {
    /// An answer, or nothing for one that was left out (`-`).
    fn read(&self, id: &str, written: &str) -> anyhow::Result<Option<irt::Answered>> {
        if written == "-" {
            return match self.engine.bank().place(id) {
                Some(_) => Ok(None),
                None => Err(wrong(format!("--answers: the bank has no item {id:?}"))),
            };
        }
        let item = self.instrument.as_ref().and_then(|instrument| instrument.item(id));
        let category = match item {
            // As the file writes it: the code of a choice, which counts its category.
            Some(item) => {
                item.choice(written).and_then(|choice| choice.weight).map(|weight| weight.to_string())
            }
            None => Some(written.to_owned()),
        };
        let category = category.and_then(|number| number.parse::<usize>().ok()).ok_or_else(|| {
            let codes: Vec<&str> =
                item.map_or_else(Vec::new, |item| item.choices().iter().map(|c| c.code.as_str()).collect());
            let right = if codes.is_empty() {
                "must be a category, 0 for the lowest".to_owned()
            } else {
                format!("must be one of {}", codes.join(", "))
            };
            wrong(format!("--answers: {id} is {written:?}, {right}"))
        })?;
        self.engine
            .bank()
            .answered(id, category)
            .map(Some)
            .map_err(|error| wrong(format!("--answers: {error}")))
    }
}

fn example(sitting: &Sitting) -> String {
    sitting.engine.bank().items().first().map_or_else(String::new, |item| format!("{}=1", item.id))
}

impl From<crate::cli::Select> for Criterion {
    fn from(select: crate::cli::Select) -> Self {
        use crate::cli::Select;
        match select {
            Select::Mfi => Self::Mfi,
            Select::Mpwi => Self::Mpwi,
            Select::Mei => Self::Mei,
            Select::Mepv => Self::Mepv,
        }
    }
}
