//! Time per document: the form and the copy of the pathway that ships with most questions, a form of 300
//! questions, and the fonts that are read once.

use std::{collections::BTreeMap, hint::black_box, sync::Arc};

use criterion::{Criterion, criterion_group, criterion_main};
use foreword_domain::{
    conversation::script::{Ask, Script, Why},
    instrument::Instrument,
    language::Lang,
    pathway::Pathway,
    response::Ledger,
};
use foreword_summary::{Copy, Fonts, Paper, PaperForm, copy_pdf, paper};

const INSTRUMENTS: [(&str, &str); 4] = [
    ("visit-agenda.toml", include_str!("../../../config/instruments/visit-agenda.toml")),
    ("discussion-wish.toml", include_str!("../../../config/instruments/discussion-wish.toml")),
    ("gad-7.toml", include_str!("../../../config/instruments/gad-7.toml")),
    ("k10.toml", include_str!("../../../config/instruments/k10.toml")),
];
const PATHWAY: &str = include_str!("../../../config/pathways/wellbeing-check.toml");

fn instruments() -> BTreeMap<String, Arc<Instrument>> {
    INSTRUMENTS
        .iter()
        .map(|(file, text)| Instrument::parse(file, text).expect("it ships"))
        .map(|instrument| (instrument.id.clone(), Arc::new(instrument)))
        .collect()
}

/// The same instrument again and again, until there are so many questions.
fn long(instruments: &BTreeMap<String, Arc<Instrument>>, questions: usize) -> Script {
    let k10 = &instruments["k10"];
    let asks = (0..questions.div_ceil(10)).map(|n| Ask {
        key: format!("k10.{n}"),
        instrument: Arc::clone(k10),
        language: Lang::english(),
        why: Why::Asked,
    });
    Script::new(asks.collect())
}

fn documents(c: &mut Criterion) {
    let instruments = instruments();
    let pathway = Pathway::parse("wellbeing-check.toml", PATHWAY, &instruments).expect("it ships");
    let fonts = Fonts::embedded();
    let form = |script: &Script, lang: &Lang| {
        let form = PaperForm {
            script,
            lang,
            clinic: "Riverside Clinic",
            form: "wellbeing-check 1",
            patient: None,
            code: Some("K7M-4QX"),
            paper: Paper::A4,
            fonts: &fonts,
        };
        paper(&form).expect("a form")
    };
    c.bench_function("fonts, once", |b| b.iter(Fonts::embedded));
    for tag in ["en", "ar"] {
        let lang = Lang::parse(tag).expect("a tag");
        let script = pathway.script(&lang, &instruments);
        c.bench_function(&format!("form in {tag}"), |b| b.iter(|| form(black_box(&script), &lang)));
    }
    let english = Lang::english();
    let script = long(&instruments, 300);
    c.bench_function("form of 300 questions", |b| b.iter(|| form(black_box(&script), &english)));
    let copy =
        Copy::of(&pathway.script(&english, &instruments), &Ledger::default(), &english, "Riverside Clinic");
    c.bench_function("empty copy", |b| b.iter(|| copy_pdf(black_box(&copy), Paper::A4, &fonts)));
}

criterion_group!(benches, documents);
criterion_main!(benches);
