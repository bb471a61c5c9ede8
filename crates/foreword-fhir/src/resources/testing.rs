//! For tests only: every instrument that ships, and answers nobody thought of.

use std::fs;

use foreword_domain::{
    ids::{AppointmentId, PatientId, ResponseId},
    instrument::{Instrument, Item, ItemKind},
    language::Lang,
    message::Channel,
    patient::{Patient, Person, Profile},
    private::Private,
    response::{Answer, ItemRef, Respondent, Value as Given},
};
use jiff::{SignedDuration, Timestamp, civil::date};
use serde_json::Value;

use super::{Filled, Stamp, response};

pub const BASE: &str = "https://clinic.example/fhir/R4";

/// A file of the repository.
pub fn file(path: &str) -> String {
    fs::read_to_string(format!("{}/../../{path}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// One that ships.
pub fn shipped(id: &str) -> Instrument {
    let path = format!("config/instruments/{id}.toml");
    Instrument::parse(&path, &file(&path)).unwrap()
}

/// Every instrument that ships with its variants, and one that was imported.
pub fn all() -> Vec<Instrument> {
    let folder = format!("{}/../../config/instruments", env!("CARGO_MANIFEST_DIR"));
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let instrument = shipped(path.file_stem().unwrap().to_str().unwrap());
        all.extend(instrument.variants.iter().cloned());
        all.push(instrument);
    }
    assert!(all.len() > 20);
    all.push(imported(&file("tests/data/fhir/phq-2.questionnaire.json")));
    all.push(imported(&file("tests/data/fhir/framingham-hchd-lhc.json")));
    all
}

/// A questionnaire of others.
pub fn imported(text: &str) -> Instrument {
    crate::import::questionnaire("x.json", text, &crate::import::Settings::default()).unwrap().instrument
}

pub fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub fn stamp() -> Stamp {
    Stamp { version: 3, at: at("2026-11-20T18:40:00.125Z") }
}

pub fn response_id() -> ResponseId {
    ResponseId::mint(at("2026-11-20T18:00:00Z"), [3; 10])
}

pub fn patient_id() -> PatientId {
    PatientId::mint(at("2026-01-01T00:00:00Z"), [1; 10])
}

pub fn appointment_id() -> AppointmentId {
    AppointmentId::mint(at("2026-01-01T00:00:00Z"), [2; 10])
}

pub fn ada() -> Patient {
    Patient {
        id: patient_id(),
        language: Lang::parse("pt-BR").unwrap(),
        time_zone: "Europe/Berlin".into(),
        profile: Private::new(Profile {
            external_id: "MRN-0042".into(),
            given_name: "Ada".into(),
            family_name: "Moreno & Söhne".into(),
            birth_date: date(1961, 3, 9),
            email: Some("ada@example.org".into()),
            phone: Some("+49 30 901820".into()),
            sex: Some(foreword_domain::patient::Sex::Female),
            conditions: Vec::new(),
            deceased: false,
        }),
    }
}

/// An answer to an item, `n` minutes in.
pub fn answer(instrument: &Instrument, language: &Lang, item: &str, n: usize, value: Given) -> Answer {
    Answer {
        at: ItemRef::new(&instrument.id, item),
        value,
        answered_at: at("2026-11-20T18:00:00Z") + SignedDuration::from_mins(i64::try_from(n).unwrap()),
        channel: Channel::Web,
        ui_language: language.clone(),
        instrument_language: language.clone(),
        by: Respondent::Patient,
    }
}

/// How items are answered.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Way {
    /// All, with random values.
    All,
    /// Some, some skipped, some not at all.
    Some,
    /// Each is skipped.
    Skipped,
    /// Nothing is answered.
    Nothing,
}

/// Random numbers that are the same each time (xorshift64*).
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let drawn = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33;
        usize::try_from(drawn).unwrap() % n
    }

    /// Answers to an instrument in a language it has, or in English.
    pub fn answers(&mut self, instrument: &Instrument, way: Way) -> Vec<Answer> {
        let languages: Vec<&Lang> = instrument.languages.keys().collect();
        let english = Lang::english();
        let language = if languages.is_empty() { &english } else { languages[self.below(languages.len())] };
        let mut given = Vec::new();
        for (n, item) in instrument.questions().enumerate() {
            let value = match way {
                Way::Nothing => None,
                Way::Skipped => Some(Given::Skipped),
                Way::Some if self.below(4) == 0 => None,
                Way::Some if self.below(4) == 0 => Some(Given::Skipped),
                Way::All | Way::Some => self.value(item),
            };
            given.extend(value.map(|value| answer(instrument, language, &item.id, n, value)));
        }
        given
    }

    /// A permitted answer.
    fn value(&mut self, item: &Item) -> Option<Given> {
        Some(match &item.kind {
            ItemKind::Choice(choices) => Given::Choice(choices[self.below(choices.len())].code.clone()),
            ItemKind::MultipleChoice(choices) => {
                let mut codes: Vec<String> =
                    choices.iter().filter(|_| self.below(2) == 0).map(|choice| choice.code.clone()).collect();
                if codes.is_empty() {
                    codes.push(choices[0].code.clone());
                }
                Given::Choices(codes)
            }
            ItemKind::Integer(bounds) => {
                let span = usize::try_from(bounds.max - bounds.min).unwrap() + 1;
                Given::Integer(bounds.min + i64::try_from(self.below(span.min(1 << 30))).unwrap())
            }
            ItemKind::Decimal(bounds) => {
                let written = ["7.50", "7", "0.1", "12.25", "100"];
                let fits = |text: &&&str| {
                    let number: f64 = text.parse().unwrap();
                    number >= bounds.min && number <= bounds.max
                };
                let fitting: Vec<&&str> = written.iter().filter(fits).collect();
                if fitting.is_empty() {
                    return Some(Given::Decimal(bounds.min.to_string()));
                }
                Given::Decimal((*fitting[self.below(fitting.len())]).to_owned())
            }
            ItemKind::Scale { .. } => Given::Scale(u8::try_from(self.below(11)).unwrap()),
            ItemKind::Date(bounds) => Given::Date(bounds.max),
            ItemKind::Text { .. } => {
                let words = ["Ich bin müde <b>&amp;</b> \"so\"", "痛い 🙂", "two\nlines\tand more", " x "];
                Given::Text(words[self.below(words.len())].to_owned())
            }
            ItemKind::Display => return None,
        })
    }
}

/// A response to an instrument as it is written.
pub fn written(instrument: &Instrument, answers: &[Answer], status: &str) -> Value {
    let answers: Vec<&Answer> = answers.iter().collect();
    let filled = Filled {
        id: response_id(),
        stamp: stamp(),
        status: status.parse().unwrap(),
        instrument,
        person: &Person::default(),
        patient: patient_id(),
        appointment: appointment_id(),
        answers: &answers,
        authored: at("2026-11-20T18:40:00Z"),
    };
    response(&filled, BASE)
}
