//! JSON as FHIR writes it: no member twice, nothing nested without end, faults with line and column.

use std::fmt;

use foreword_domain::locate::Fault;
use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Map, Number, Value};

/// Longest text that is read, in bytes.
const LONGEST: usize = 4 << 20;

/// Reads a text. Nesting is bounded by the reader of JSON itself, at 128.
pub(super) fn parse(text: &str) -> Result<Value, Fault> {
    let fault = |line, what| Fault { line, key: String::new(), what };
    if text.len() > LONGEST {
        let what = format!("is {} bytes long; a questionnaire has at most {LONGEST}", text.len());
        return Err(fault(None, what));
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    match serde_json::from_str(text) {
        Ok(Checked(value)) => Ok(value),
        Err(error) => {
            let said = error.to_string();
            let place = format!(" at line {} column {}", error.line(), error.column());
            let said = said.strip_suffix(place.as_str()).unwrap_or(&said);
            let what = format!("column {}: {said}; this is no JSON as FHIR has it", error.column());
            Err(fault(Some(error.line()), what))
        }
    }
}

/// A value in which no object names a member twice.
struct Checked(Value);

impl<'de> Deserialize<'de> for Checked {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Checked;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Checked, E> {
        Ok(Checked(Value::Null))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Checked, E> {
        Ok(Checked(Value::Bool(value)))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Checked, E> {
        Ok(Checked(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Checked, E> {
        Ok(Checked(value.into()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Checked, E> {
        let number = Number::from_f64(value).ok_or_else(|| E::custom("number out of range"))?;
        Ok(Checked(Value::Number(number)))
    }

    fn visit_str<E>(self, value: &str) -> Result<Checked, E> {
        Ok(Checked(value.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Checked, A::Error> {
        let mut values = Vec::new();
        while let Some(Checked(value)) = list.next_element()? {
            values.push(value);
        }
        Ok(Checked(Value::Array(values)))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Checked, A::Error> {
        let mut members = Map::new();
        while let Some(name) = map.next_key::<String>()? {
            if members.contains_key(&name) {
                return Err(A::Error::custom(format!("the member {name:?} stands twice in one object")));
            }
            let Checked(value) = map.next_value()?;
            members.insert(name, value);
        }
        Ok(Checked(Value::Object(members)))
    }
}
