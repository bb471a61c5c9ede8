//! How long an adaptive test thinks: one estimate, one choice, and the replay of a whole sitting, on a
//! made-up bank of 120 items with 5 categories.

use std::hint::black_box;

use criterion::{Criterion as Bench, criterion_group, criterion_main};
use foreword_domain::irt::{
    Adaptive, Answered, Bank, Criterion, Engine, Item, Model, Next, Stop, next, path,
};

const ITEMS: u32 = 120;

fn engine() -> Engine {
    // Spread without a pattern, the same every time: multiples of the golden ratio's fraction.
    let spread = |place: u32, times: f64| (f64::from(place + 1) * 0.618_033_988_75 * times).fract();
    let items = (0..ITEMS).map(|place| {
        let lowest = -2.5 + 3.0 * spread(place, 1.0);
        let gap = 0.4 + 0.5 * spread(place, 3.0);
        Item {
            id: format!("i{place}"),
            slope: 1.0 + 2.5 * spread(place, 2.0),
            thresholds: (0..4).map(|k| lowest + gap * f64::from(k)).collect(),
            area: None,
        }
    });
    let bank = Bank::new(items.collect()).expect("the bank keeps the rules");
    Engine::new(bank, Model::default()).expect("the frame is the default one")
}

/// Twelve answers, as the test asks for them.
fn twelve(engine: &Engine, settings: &Adaptive) -> Vec<Answered> {
    let mut given = Vec::new();
    while let Next::Ask { item, .. } = next(engine, settings, &given, &[]) {
        given
            .push(engine.bank().answered_at(item, (item + given.len()) % 5).expect("it has five categories"));
    }
    given
}

fn irt(bench: &mut Bench) {
    bench.bench_function("irt: all curves of the bank", |b| b.iter(|| black_box(engine())));
    let engine = engine();
    let settings = Adaptive {
        stop: Stop { min_items: 12, max_items: 12, se: None, ..Stop::default() },
        ..Adaptive::default()
    };
    let given = twelve(&engine, &settings);
    assert_eq!(given.len(), 12);
    bench.bench_function("irt: estimate from 12 answers", |b| b.iter(|| engine.estimate(black_box(&given))));
    let posterior = engine.posterior(&given[..6]);
    for (criterion, name) in [
        (Criterion::Mpwi, "mpwi"),
        (Criterion::Mfi, "mfi"),
        (Criterion::Mei, "mei"),
        (Criterion::Mepv, "mepv"),
    ] {
        bench.bench_function(&format!("irt: one choice by {name}"), |b| {
            b.iter(|| engine.best(criterion, black_box(&posterior), 0..120));
        });
    }
    bench.bench_function("irt: next after 11 answers", |b| {
        b.iter(|| next(&engine, &settings, black_box(&given[..11]), &[]));
    });
    bench.bench_function("irt: replay of 12 answers", |b| {
        b.iter(|| path(&engine, &settings, black_box(&given), &[]));
    });
}

criterion_group!(benches, irt);
criterion_main!(benches);
