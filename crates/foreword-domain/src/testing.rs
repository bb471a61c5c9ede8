//! For tests only: the files that ship with the service, and what may be stored as an answer.

use std::{
    collections::BTreeMap,
    sync::{Arc, LazyLock, Mutex},
};

use crate::{
    conversation::script::{Ask, Script, Why},
    instrument::Instrument,
    language::Lang,
    pathway::Pathway,
};

/// Every instrument file that ships, by its name.
pub(crate) const INSTRUMENTS: [(&str, &str); 24] = [
    ("visit-agenda.toml", include_str!("../../../config/instruments/visit-agenda.toml")),
    ("gi-questions.toml", include_str!("../../../config/instruments/gi-questions.toml")),
    ("discussion-wish.toml", include_str!("../../../config/instruments/discussion-wish.toml")),
    ("phq-2.toml", include_str!("../../../config/instruments/phq-2.toml")),
    ("gad-7.toml", include_str!("../../../config/instruments/gad-7.toml")),
    ("k10.toml", include_str!("../../../config/instruments/k10.toml")),
    ("audit.toml", include_str!("../../../config/instruments/audit.toml")),
    ("audit-c.toml", include_str!("../../../config/instruments/audit-c.toml")),
    ("esas-r.toml", include_str!("../../../config/instruments/esas-r.toml")),
    ("gad-2.toml", include_str!("../../../config/instruments/gad-2.toml")),
    ("hoos-jr.toml", include_str!("../../../config/instruments/hoos-jr.toml")),
    ("k6.toml", include_str!("../../../config/instruments/k6.toml")),
    ("koos-jr.toml", include_str!("../../../config/instruments/koos-jr.toml")),
    ("mood-words.toml", include_str!("../../../config/instruments/mood-words.toml")),
    ("pc-ptsd-5.toml", include_str!("../../../config/instruments/pc-ptsd-5.toml")),
    ("pcl-5.toml", include_str!("../../../config/instruments/pcl-5.toml")),
    ("peg.toml", include_str!("../../../config/instruments/peg.toml")),
    ("phq-15.toml", include_str!("../../../config/instruments/phq-15.toml")),
    ("phq-4.toml", include_str!("../../../config/instruments/phq-4.toml")),
    ("phq-8.toml", include_str!("../../../config/instruments/phq-8.toml")),
    ("phq-9.toml", include_str!("../../../config/instruments/phq-9.toml")),
    ("promis-gh.toml", include_str!("../../../config/instruments/promis-gh.toml")),
    ("rand-36.toml", include_str!("../../../config/instruments/rand-36.toml")),
    ("who-5.toml", include_str!("../../../config/instruments/who-5.toml")),
];

/// Every pathway file that ships, by its name.
pub(crate) const PATHWAYS: [(&str, &str); 2] = [
    ("gi-follow-up.toml", include_str!("../../../config/pathways/gi-follow-up.toml")),
    ("wellbeing-check.toml", include_str!("../../../config/pathways/wellbeing-check.toml")),
];

/// The instruments that ship, by id. They are read once: a test asks for them some thousand times.
pub(crate) fn instruments() -> BTreeMap<String, Arc<Instrument>> {
    static READ: LazyLock<BTreeMap<String, Arc<Instrument>>> = LazyLock::new(|| {
        INSTRUMENTS.iter().map(|(file, _)| (id_of(file).to_owned(), read(id_of(file)))).collect()
    });
    READ.clone()
}

/// One instrument that ships.
pub(crate) fn instrument(id: &str) -> Arc<Instrument> {
    static READ: LazyLock<Mutex<BTreeMap<String, Arc<Instrument>>>> = LazyLock::new(Mutex::default);
    let mut known = READ.lock().expect("no test panics while it reads a file");
    Arc::clone(known.entry(id.to_owned()).or_insert_with(|| read(id)))
}

fn id_of(file: &str) -> &str {
    file.trim_end_matches(".toml")
}

fn read(id: &str) -> Arc<Instrument> {
    let (file, text) = INSTRUMENTS
        .iter()
        .find(|(file, _)| id_of(file) == id)
        .unwrap_or_else(|| panic!("no instrument {id}"));
    Arc::new(Instrument::parse(file, text).unwrap_or_else(|refused| panic!("{refused}")))
}

/// One pathway that ships.
pub(crate) fn pathway(id: &str) -> Pathway {
    let name = format!("{id}.toml");
    let (file, text) = PATHWAYS.iter().find(|(file, _)| *file == name).expect("a pathway that ships");
    Pathway::parse(file, text, &instruments()).unwrap_or_else(|refused| panic!("{refused}"))
}

/// What a pathway that ships asks a reader of a language.
pub(crate) fn script(pathway_id: &str, lang: &str) -> Script {
    pathway(pathway_id).script(&self::lang(lang), &instruments())
}

/// A script that asks one instrument, in English.
pub(crate) fn script_of(instrument: Instrument) -> Script {
    let key = instrument.id.clone();
    let ask = Ask { key, instrument: Arc::new(instrument), language: Lang::english(), why: Why::Asked };
    Script::new(vec![ask])
}

/// A language by its tag.
pub(crate) fn lang(tag: &str) -> Lang {
    Lang::parse(tag).expect("a language tag")
}

/// The head of an instrument file called `own`, to which a test adds items and scales.
pub(crate) const HEAD: &str = r#"
id = "own"
version = "1"
title = { en = "Own" }
plain_name = { en = "Own" }
citations = ["Written for a test"]

[licence]
kind = "own-words"
notice = "Ours"
evidence = "LICENSE"
electronic_use = true

[languages.en]
source = "Written for a test"
"#;

/// An instrument of a test's own.
pub(crate) fn own(rest: &str) -> Instrument {
    Instrument::parse("own.toml", &format!("{HEAD}{rest}")).unwrap_or_else(|refused| panic!("{refused}"))
}
