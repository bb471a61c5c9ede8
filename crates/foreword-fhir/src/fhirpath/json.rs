//! One level of JSON at a time: numbers as they are written, all members of an object, even those twice.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::{Error, document::Scalar};

/// A JSON value; what it holds is not opened yet.
pub(crate) enum Json<'t> {
    Null,
    Scalar(Scalar),
    Array(Vec<&'t RawValue>),
    Object(Vec<(String, &'t RawValue)>),
}

/// Opens a value by one level.
pub(crate) fn open(raw: &RawValue) -> Result<Json<'_>, Error> {
    let text = raw.get();
    let wrong = |fault: serde_json::Error| Error::Document(format!("{fault}, in {}", excerpt(text)));
    Ok(match text.as_bytes().first() {
        Some(b'{') => Json::Object(serde_json::from_str::<Members<'_>>(text).map_err(wrong)?.0),
        Some(b'[') => Json::Array(serde_json::from_str(text).map_err(wrong)?),
        Some(b'"') => Json::Scalar(Scalar::Text(serde_json::from_str::<String>(text).map_err(wrong)?.into())),
        Some(b't') => Json::Scalar(Scalar::Boolean(true)),
        Some(b'f') => Json::Scalar(Scalar::Boolean(false)),
        Some(b'n') | None => Json::Null,
        Some(_) => Json::Scalar(Scalar::Number(text.into())),
    })
}

/// The beginning of what can't be read.
fn excerpt(text: &str) -> String {
    text.chars().take(20).collect()
}

struct Members<'t>(Vec<(String, &'t RawValue)>);

impl<'de: 't, 't> Deserialize<'de> for Members<'t> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Vec<(String, &'de RawValue)>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(members)
            }
        }
        deserializer.deserialize_map(Reader).map(Members)
    }
}
