//! An object of a resource that knows its path, and the notebook of what is wrong or left out in it.

use foreword_domain::locate::{Fault, nearest};
use serde_json::{Map, Value};

/// Something said of a place in a questionnaire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Where, as a path (`Questionnaire.item[3]`).
    pub path: String,
    /// What.
    pub what: String,
}

impl std::fmt::Display for Note {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.path, self.what)
    }
}

/// What is found while reading.
#[derive(Debug, Default)]
pub(super) struct Notebook {
    pub faults: Vec<Fault>,
    pub remarks: Vec<Note>,
    pub left_out: Vec<Note>,
}

impl Notebook {
    pub fn refuse(&mut self, path: impl Into<String>, what: impl Into<String>) {
        let fault = Fault { line: None, key: path.into(), what: what.into() };
        if !self.faults.contains(&fault) {
            self.faults.push(fault);
        }
    }

    pub fn remark(&mut self, path: impl Into<String>, what: impl Into<String>) {
        let note = Note { path: path.into(), what: what.into() };
        if !self.remarks.contains(&note) {
            self.remarks.push(note);
        }
    }

    pub fn leave_out(&mut self, path: impl Into<String>, what: impl Into<String>) {
        self.left_out.push(Note { path: path.into(), what: what.into() });
    }
}

/// An object and its path.
#[derive(Clone, Debug)]
pub(super) struct Node<'a> {
    pub path: String,
    pub members: &'a Map<String, Value>,
}

impl<'a> Node<'a> {
    pub fn at(&self, key: &str) -> String {
        format!("{}.{key}", self.path)
    }

    pub fn has(&self, key: &str) -> bool {
        self.members.contains_key(key)
    }

    fn read<T>(
        &self,
        key: &str,
        what: &str,
        book: &mut Notebook,
        read: impl Fn(&'a Value) -> Option<T>,
    ) -> Option<T> {
        let value = self.members.get(key)?;
        let found = read(value);
        if found.is_none() {
            book.refuse(self.at(key), format!("is {}, must be {what}", kind(value)));
        }
        found
    }

    pub fn text(&self, key: &str, book: &mut Notebook) -> Option<&'a str> {
        self.read(key, "a string", book, Value::as_str)
    }

    pub fn flag(&self, key: &str, book: &mut Notebook) -> bool {
        self.read(key, "true or false", book, Value::as_bool).unwrap_or_default()
    }

    pub fn whole(&self, key: &str, book: &mut Notebook) -> Option<i64> {
        self.read(key, "a whole number", book, Value::as_i64)
    }

    pub fn object(&self, key: &str, book: &mut Notebook) -> Option<Self> {
        let members = self.read(key, "an object", book, Value::as_object)?;
        Some(Self { path: self.at(key), members })
    }

    /// The objects of a list.
    pub fn list(&self, key: &str, book: &mut Notebook) -> Vec<Self> {
        let Some(values) = self.read(key, "a list", book, Value::as_array) else { return Vec::new() };
        let mut nodes = Vec::with_capacity(values.len());
        for (n, value) in values.iter().enumerate() {
            let path = format!("{}.{key}[{n}]", self.path);
            match value.as_object() {
                Some(members) => nodes.push(Self { path, members }),
                None => book.refuse(path, format!("is {}, must be an object", kind(value))),
            }
        }
        nodes
    }

    /// The strings of a list.
    pub fn texts(&self, key: &str, book: &mut Notebook) -> Vec<&'a str> {
        let Some(values) = self.read(key, "a list", book, Value::as_array) else { return Vec::new() };
        values.iter().filter_map(Value::as_str).collect()
    }

    /// The extensions, each with the last part of its address.
    pub fn extensions(&self) -> Vec<(&'a str, Self)> {
        let values = self.members.get("extension").and_then(Value::as_array);
        values
            .into_iter()
            .flatten()
            .enumerate()
            .filter_map(|(n, value)| {
                let members = value.as_object()?;
                let url = members.get("url")?.as_str()?;
                Some((url, Self { path: format!("{}.extension[{n}]", self.path), members }))
            })
            .collect()
    }

    /// The first extension with an address.
    pub fn extension(&self, url: &str) -> Option<Self> {
        self.extensions().into_iter().find(|(found, _)| *found == url).map(|(_, node)| node)
    }

    /// The value of a choice of types: `valueCoding` of `value`.
    pub fn choice(&self, stem: &str) -> Option<(&'a str, &'a Value)> {
        self.members.iter().map(|(key, value)| (key.as_str(), value)).find(|(key, _)| {
            key.strip_prefix(stem).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_uppercase()))
        })
    }

    /// Refuses members that R4 does not have here: what is not known can't be followed.
    pub fn only(&self, known: &[&str], book: &mut Notebook) {
        for key in self.members.keys().filter(|key| *key != "fhir_comments") {
            let name = key.strip_prefix('_').unwrap_or(key);
            if known.contains(&name) {
                continue;
            }
            let other = ELSEWHERE.iter().find(|(member, _)| *member == name);
            let what = match (other, nearest(name, known.iter().copied())) {
                (Some((_, version)), _) => {
                    format!("{key:?} is of FHIR {version}; save the questionnaire as R4 (4.0.1)")
                }
                (None, Some(near)) => format!("{key:?} is nothing R4 has here; did you mean {near:?}?"),
                (None, None) => format!("{key:?} is nothing R4 has here; remove it"),
            };
            book.refuse(&self.path, what);
        }
        if self.has("modifierExtension") {
            book.refuse(
                self.at("modifierExtension"),
                "changes the meaning in a way that is not known here; remove it, or say it otherwise",
            );
        }
    }
}

/// Members of other versions of FHIR.
const ELSEWHERE: &[(&str, &str)] = &[
    ("option", "STU3"),
    ("options", "STU3"),
    ("hasAnswer", "STU3"),
    ("answerConstraint", "R5"),
    ("disabledDisplay", "R5"),
    ("versionAlgorithmString", "R5"),
    ("versionAlgorithmCoding", "R5"),
    ("copyrightLabel", "R5"),
];

/// What a value is, for whoever expected another.
pub(super) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
