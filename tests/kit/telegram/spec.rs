//! The published Bot API, and whether a value is what it says.

use std::{collections::BTreeMap, sync::LazyLock};

use serde_json::{Map, Value};

/// The published Bot API, read once.
pub static SPEC: LazyLock<Spec> = LazyLock::new(Spec::read);

/// A method or a type.
#[derive(Default)]
pub struct Shape {
    pub fields: BTreeMap<String, Vec<String>>,
    pub required: Vec<String>,
    pub returns: Vec<String>,
    subtypes: Vec<String>,
}

/// All methods and types.
pub struct Spec {
    methods: BTreeMap<String, Shape>,
    types: BTreeMap<String, Shape>,
}

impl Spec {
    fn read() -> Self {
        let published: Value = serde_json::from_str(include_str!("../../data/telegram/bot-api-10.1.json"))
            .expect("the published description is JSON");
        let shapes = |key: &str| {
            let all = published[key].as_object().expect("it has methods and types");
            all.iter().map(|(name, shape)| (name.clone(), Shape::of(shape))).collect()
        };
        Self { methods: shapes("methods"), types: shapes("types") }
    }

    /// A method by its name in whatever case, as Telegram finds it.
    pub fn method(&self, name: &str) -> Option<(&str, &Shape)> {
        self.methods
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(known, shape)| (known.as_str(), shape))
    }

    /// The kinds of updates there are.
    pub fn kinds(&self) -> impl Iterator<Item = &str> {
        self.types["Update"].fields.keys().map(String::as_str).filter(|name| *name != "update_id")
    }

    /// What is wrong with the parameters of a call.
    pub fn faults(&self, shape: &Shape, given: &Map<String, Value>) -> Vec<String> {
        let mut faults = Vec::new();
        for (name, value) in given {
            match shape.fields.get(name) {
                None => faults.push(format!("there is no parameter {name}")),
                Some(types) => faults.extend(self.any(types, value, name).err()),
            }
        }
        let missing = shape.required.iter().filter(|name| !given.contains_key(*name));
        faults.extend(missing.map(|name| format!("the parameter {name} is missing")));
        faults
    }

    /// Whether a value is of one of these types; else what is wrong.
    pub fn any(&self, types: &[String], value: &Value, at: &str) -> Result<(), String> {
        let mut faults = Vec::new();
        for kind in types {
            match self.check(kind, value, at) {
                Ok(()) => return Ok(()),
                Err(fault) => faults.push(fault),
            }
        }
        faults.dedup();
        Err(faults.join(", or "))
    }

    /// Whether a value is of this type.
    pub fn check(&self, kind: &str, value: &Value, at: &str) -> Result<(), String> {
        if let Some(inner) = kind.strip_prefix("Array of ") {
            let Value::Array(all) = value else { return Err(format!("{at} is no {kind}")) };
            return all
                .iter()
                .enumerate()
                .try_for_each(|(place, one)| self.check(inner, one, &format!("{at}[{place}]")));
        }
        let holds = match kind {
            "Integer" => value.is_i64() || value.is_u64(),
            "Float" => value.is_number(),
            "Boolean" => value.is_boolean(),
            "String" | "InputFile" => value.is_string(),
            _ => return self.check_object(kind, value, at),
        };
        if holds { Ok(()) } else { Err(format!("{at} is no {kind}")) }
    }

    fn check_object(&self, kind: &str, value: &Value, at: &str) -> Result<(), String> {
        let Some(shape) = self.types.get(kind) else { return Err(format!("{at}: there is no type {kind}")) };
        if !shape.subtypes.is_empty() {
            return self.any(&shape.subtypes, value, at);
        }
        let Value::Object(fields) = value else { return Err(format!("{at} is no {kind}")) };
        for (name, value) in fields {
            let Some(types) = shape.fields.get(name) else {
                return Err(format!("{at}: {kind} has no field {name}"));
            };
            self.any(types, value, &format!("{at}.{name}"))?;
        }
        match shape.required.iter().find(|name| !fields.contains_key(*name)) {
            Some(missing) => Err(format!("{at}: {kind} needs {missing}")),
            None => Ok(()),
        }
    }
}

impl Shape {
    fn of(shape: &Value) -> Self {
        let words = |list: &Value| -> Vec<String> {
            list.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
        };
        let fields = shape["fields"].as_object().into_iter().flatten();
        Self {
            fields: fields.map(|(name, types)| (name.clone(), words(types))).collect(),
            required: words(&shape["required"]),
            returns: words(&shape["returns"]),
            subtypes: words(&shape["subtypes"]),
        }
    }
}
