//! How bytes become what a parser takes, and what is given to it besides.

use std::{
    borrow::Cow,
    collections::BTreeMap,
    sync::{Arc, LazyLock},
};

use foreword_app::Catalog;
use foreword_domain::{booking::Usual, instrument::Instrument, language::Lang};
use jiff::Timestamp;
use serde_json::Value;

/// What parsers read that take text: what is no UTF-8 is put right.
pub fn text(data: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(data)
}

/// The first byte, to choose by, and the rest.
pub fn choice(data: &[u8]) -> (usize, &[u8]) {
    data.split_first().map_or((0, data), |(first, rest)| (usize::from(*first), rest))
}

/// Two inputs; a zero stands between them.
pub fn two(data: &[u8]) -> (&[u8], Option<&[u8]>) {
    match data.iter().position(|byte| *byte == 0) {
        Some(at) => (&data[..at], Some(&data[at + 1..])),
        None => (data, None),
    }
}

/// What holds where a feed says nothing.
pub fn usual() -> Usual {
    Usual { language: Lang::english(), time_zone: "Europe/Berlin".to_owned() }
}

/// The time it always is here.
pub fn now() -> Timestamp {
    Timestamp::from_second(1_795_000_000).expect("a time in 2026")
}

/// The instruments that ship.
pub fn instruments() -> &'static BTreeMap<String, Arc<Instrument>> {
    static READ: LazyLock<Catalog> =
        LazyLock::new(|| Catalog::shipped().expect("the instruments and pathways that ship can be read"));
    &READ.instruments
}

/// One of them, by its id.
pub fn instrument(id: &str) -> &'static Arc<Instrument> {
    instruments().get(id).expect("an instrument that ships")
}

/// Whether two values of JSON say the same. A number of more digits than a double has may differ in the last of them.
pub fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => {
            one == other
                || one.as_f64().zip(other.as_f64()).is_some_and(|(one, other)| {
                    (one - other).abs() <= f64::EPSILON * 2.0 * one.abs().max(other.abs())
                })
        }
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len()
                && one.iter().zip(other).all(|((a, one), (b, other))| a == b && same(one, other))
        }
        (one, other) => one == other,
    }
}
