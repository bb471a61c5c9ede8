//! How long a response takes to score, and a library to load.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use foreword_domain::{
    instrument::Instrument,
    patient::Person,
    response::Value,
    scoring::{self, Given, Scorer},
};

const PHQ_9: &str = include_str!("../../../config/instruments/phq-9.toml");
const RAND_36: &str = include_str!("../../../config/instruments/rand-36.toml");

fn read(file: &str, text: &str) -> Instrument {
    Instrument::parse(file, text).expect("a file that ships")
}

fn scoring(c: &mut Criterion) {
    let mut group = c.benchmark_group("score");
    group.throughput(Throughput::Elements(1));
    let person = Person::default();
    for (name, instrument) in
        [("phq-9", read("phq-9.toml", PHQ_9)), ("rand-36", read("rand-36.toml", RAND_36))]
    {
        let scorer = Scorer::new(&instrument);
        let least = |n: usize| instrument.items[n].number_range().map(|(least, _)| least);
        let numbers: Vec<Option<f64>> = (0..instrument.items.len()).map(least).collect();
        let hidden = vec![false; numbers.len()];
        group.bench_function(format!("{name} by numbers"), |b| {
            b.iter(|| {
                scorer.score(black_box(&Given { person: &person, numbers: &numbers, hidden: &hidden }))
            });
        });
        let answer = |id: &str| {
            let choice = instrument.item(id)?.choices().first()?;
            Some(Value::Choice(choice.code.clone()))
        };
        group.bench_function(format!("{name} by answers"), |b| {
            b.iter(|| scoring::all(black_box(&instrument), &person, answer));
        });
    }
    group.finish();
}

fn loading(c: &mut Criterion) {
    c.bench_function("prove phq-9.toml", |b| b.iter(|| read("phq-9.toml", black_box(PHQ_9))));
    c.bench_function("prove rand-36.toml", |b| b.iter(|| read("rand-36.toml", black_box(RAND_36))));
}

criterion_group!(benches, scoring, loading);
criterion_main!(benches);
