//! The elements of a resource, with the path that a fault names.

use foreword_domain::booking::field;
use jiff::Timestamp;
use serde_json::Value;

use super::Fault;

/// What a resource is; empty where it does not say.
pub(super) fn kind(resource: &Value) -> &str {
    resource.get("resourceType").and_then(Value::as_str).unwrap_or_default()
}

/// An element and where it stands.
#[derive(Clone)]
pub(super) struct Element<'a> {
    /// Its value.
    pub value: &'a Value,
    /// Its path.
    pub path: String,
}

impl<'a> Element<'a> {
    /// A resource.
    pub fn resource(value: &'a Value, kind: &str) -> Result<Self, Fault> {
        if self::kind(value) == kind {
            Ok(Self { value, path: kind.to_owned() })
        } else {
            Err(Fault::new(kind, format!("must be a resource of the type {kind}")))
        }
    }

    /// Says what is wrong with it.
    pub fn fault(&self, why: impl Into<String>) -> Fault {
        Fault::new(self.path.clone(), why)
    }

    /// An element within it.
    pub fn get(&self, key: &str) -> Option<Self> {
        let value = self.value.get(key)?;
        Some(Self { value, path: format!("{}.{key}", self.path) })
    }

    /// An object within it.
    pub fn object(&self, key: &str) -> Result<Option<Self>, Fault> {
        match self.get(key) {
            Some(found) if !found.value.is_object() => Err(found.fault("must be an object")),
            found => Ok(found),
        }
    }

    /// The elements of a list within it; `None` where there is no list.
    pub fn list(&self, key: &str) -> Result<Option<Vec<Self>>, Fault> {
        let Some(found) = self.get(key) else { return Ok(None) };
        let list = found.value.as_array().ok_or_else(|| found.fault("must be a list"))?;
        let element = |(n, value)| Self { value, path: format!("{}[{n}]", found.path) };
        Ok(Some(list.iter().enumerate().map(element).collect()))
    }

    /// The same, where nothing is as good as an empty list.
    pub fn each(&self, key: &str) -> Result<Vec<Self>, Fault> {
        Ok(self.list(key)?.unwrap_or_default())
    }

    /// A text that is not empty, checked like every text of a feed.
    pub fn text(&self, key: &str) -> Result<Option<String>, Fault> {
        let Some(found) = self.get(key) else { return Ok(None) };
        let text = found.value.as_str().ok_or_else(|| found.fault("must be a string"))?;
        let text = field::text(text).map_err(|why| found.fault(why))?;
        Ok(Some(text).filter(|text| !text.is_empty()))
    }

    /// A code, where one that is no string is as good as none.
    pub fn code(&self, key: &str) -> &'a str {
        self.value.get(key).and_then(Value::as_str).unwrap_or_default().trim()
    }

    /// Truth.
    pub fn truth(&self, key: &str) -> Result<Option<bool>, Fault> {
        let Some(found) = self.get(key) else { return Ok(None) };
        found.value.as_bool().map(Some).ok_or_else(|| found.fault("must be true or false"))
    }

    /// An instant.
    pub fn instant(&self, key: &str) -> Result<Option<Timestamp>, Fault> {
        let Some(found) = self.get(key) else { return Ok(None) };
        let at = found.value.as_str().and_then(|text| text.parse().ok());
        at.map(Some).ok_or_else(|| found.fault("must be an instant such as 2026-01-31T09:30:00+01:00"))
    }

    /// What a `CodeableConcept` is called: its text, else how a coding is displayed, else a code.
    pub fn called(&self) -> Result<Option<String>, Fault> {
        if let Some(text) = self.text("text")? {
            return Ok(Some(text));
        }
        let codings = self.each("coding")?;
        for key in ["display", "code"] {
            for coding in &codings {
                if let Some(text) = coding.text(key)? {
                    return Ok(Some(text));
                }
            }
        }
        Ok(None)
    }

    /// The value of an identifier: of those in use one of the kind asked for, an official one, a usual one,
    /// any, in this order.
    pub fn identifier(&self, kind: Option<&str>) -> Result<Option<String>, Fault> {
        let is_kind = |of: &Self| {
            let codings = of.value.get("type").and_then(|of| of.get("coding")).and_then(Value::as_array);
            codings.into_iter().flatten().any(|coding| coding.get("code").and_then(Value::as_str) == kind)
        };
        let mut best: Option<(u8, String)> = None;
        for identifier in self.each("identifier")? {
            let rank = match identifier.code("use") {
                "old" => continue,
                _ if kind.is_some() && is_kind(&identifier) => 0,
                "official" => 1,
                "usual" => 2,
                _ => 3,
            };
            if let Some(value) = identifier.text("value")?
                && best.as_ref().is_none_or(|(before, _)| rank < *before)
            {
                best = Some((rank, value));
            }
        }
        Ok(best.map(|(_, value)| value))
    }

    /// The time zone of an extension that all elements may carry.
    pub fn zone(&self) -> Result<Option<String>, Fault> {
        for extension in self.each("extension")? {
            if extension.code("url") != super::write::TIME_ZONE {
                continue;
            }
            for key in ["valueCode", "valueString"] {
                if let Some(name) = extension.text(key)? {
                    let zone = field::zone(&name)
                        .map_err(|why| Fault::new(format!("{}.{key}", extension.path), why))?;
                    return Ok(Some(zone.iana_name().map_or(name, str::to_owned)));
                }
            }
        }
        Ok(None)
    }
}
