//! Bodies: JSON that is what it says, within limits, and every fault of it told at once.

use std::{collections::BTreeSet, fmt};

use axum::{
    body::{Body, to_bytes},
    http::{HeaderMap, StatusCode, header},
};
use foreword_domain::{booking::Told, locate::nearest};
use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, SeqAccess, Visitor},
};
use serde_json::{Map, Value};

use super::problem::{Fault, Problem};

/// The largest body that is taken in, in bytes.
pub(super) const LARGEST: usize = 256 * 1024;
/// Faults told at most.
const MOST: usize = 50;

/// A body as it came, and what it says.
pub(super) struct Given {
    pub bytes: axum::body::Bytes,
    value: Value,
}

/// Reads a body as JSON.
pub(super) async fn read(headers: &HeaderMap, body: Body) -> Result<Given, Problem> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut parts = kind.split(';');
    let is_json = parts.next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"));
    let is_utf8 = parts.filter_map(|part| part.trim().split_once('=')).all(|(name, value)| {
        !name.eq_ignore_ascii_case("charset") || value.trim_matches('"').eq_ignore_ascii_case("utf-8")
    });
    if !is_json || !is_utf8 {
        let why = "send \"Content-Type: application/json\"";
        return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported-media-type", why)
            .with(header::ACCEPT, "application/json"));
    }
    let Ok(bytes) = to_bytes(body, LARGEST).await else {
        let why = format!("the body is larger than {LARGEST} bytes, or ended too early");
        return Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", &why));
    };
    parse(bytes)
}

/// Reads the bytes of a body.
pub(super) fn parse(bytes: axum::body::Bytes) -> Result<Given, Problem> {
    match serde_json::from_slice::<Strict>(&bytes) {
        Ok(Strict(value)) => Ok(Given { bytes, value }),
        Err(error) => {
            let why = format!("the body is not JSON: {error}");
            Err(Problem::new(StatusCode::BAD_REQUEST, "invalid-json", &why))
        }
    }
}

/// The members of an object, taken one by one; what is wrong with them is gathered.
pub(super) struct Members {
    object: Map<String, Value>,
    faults: Vec<Fault>,
}

impl Given {
    /// What it says: for the fuzz targets.
    #[cfg(feature = "fuzz")]
    pub(super) fn value(self) -> Value {
        self.value
    }

    /// The members of the body; those not `known` are faults.
    pub(super) fn members(self, known: &[&str]) -> Members {
        Members::new(self.value, known)
    }
}

impl Members {
    fn new(value: Value, known: &[&str]) -> Self {
        let mut members = Self { object: Map::new(), faults: Vec::new() };
        match value {
            Value::Object(object) => members.object = object,
            _ => {
                members.faults.push(Fault { pointer: String::new(), detail: "must be an object".to_owned() });
            }
        }
        let unknown: Vec<String> =
            members.object.keys().filter(|name| !known.contains(&name.as_str())).cloned().collect();
        for name in unknown {
            let near = nearest(&name, known.iter().copied());
            let near = near.map_or_else(String::new, |near| format!("; did you mean {near}?"));
            members.fault(&name, &format!("is not known here{near}"));
        }
        members
    }

    /// Notes a fault of a member.
    pub(super) fn fault(&mut self, name: &str, detail: &str) {
        self.faults.push(Fault { pointer: format!("/{}", escaped(name)), detail: detail.to_owned() });
    }

    /// Notes a fault of a member of a member.
    pub(super) fn fault_in(&mut self, name: &str, member: &str, detail: &str) {
        let pointer = format!("/{}/{}", escaped(name), escaped(member));
        self.faults.push(Fault { pointer, detail: detail.to_owned() });
    }

    /// A member that may be left out or taken away with `null`.
    pub(super) fn told<T>(&mut self, name: &str, read: impl FnOnce(&Value) -> Result<T, String>) -> Told<T> {
        match self.object.remove(name) {
            None => Told::Nothing,
            Some(Value::Null) => Told::Gone,
            Some(value) => match read(&value) {
                Ok(read) => Told::Is(read),
                Err(why) => {
                    self.fault(name, &why);
                    Told::Nothing
                }
            },
        }
    }

    /// A member that may be left out.
    pub(super) fn maybe<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(&Value) -> Result<T, String>,
    ) -> Option<T> {
        match self.told(name, read) {
            Told::Is(value) => Some(value),
            Told::Nothing => None,
            Told::Gone => {
                self.fault(name, "can't be null; leave it out where nothing is to be said");
                None
            }
        }
    }

    /// A member that must be there.
    pub(super) fn needed<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(&Value) -> Result<T, String>,
    ) -> Option<T> {
        if !self.object.contains_key(name) {
            self.fault(name, "is missing");
            return None;
        }
        self.maybe(name, read)
    }

    /// The members of a member that is an object, as they are.
    pub(super) fn object(&mut self, name: &str) -> Map<String, Value> {
        let read = |value: &Value| value.as_object().cloned().ok_or_else(|| "must be an object".to_owned());
        self.needed(name, read).unwrap_or_default()
    }

    /// What was made of the members, if none of them had a fault.
    pub(super) fn done<T>(mut self, made: Option<T>) -> Result<T, Problem> {
        self.faults.truncate(MOST);
        match made {
            Some(made) if self.faults.is_empty() => Ok(made),
            _ => Err(Problem::faults(self.faults)),
        }
    }
}

/// A name within a pointer (RFC 6901).
fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// Text.
pub(super) fn text(value: &Value) -> Result<&str, String> {
    value.as_str().ok_or_else(|| "must be a string".to_owned())
}

/// A value that is not there in two versions: of two members with one name, readers disagree which counts.
struct Strict(Value);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(StrictVisitor).map(Self)
    }
}

struct StrictVisitor;

impl<'de> Visitor<'de> for StrictVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(Strict(value)) = list.next_element()? {
            values.push(value);
        }
        Ok(values.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let (mut object, mut seen) = (Map::new(), BTreeSet::new());
        while let Some(name) = members.next_key::<String>()? {
            if !seen.insert(name.clone()) {
                return Err(serde::de::Error::custom("an object has two members of one name"));
            }
            let Strict(value) = members.next_value()?;
            object.insert(name, value);
        }
        Ok(object.into())
    }
}
