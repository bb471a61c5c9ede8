//! FHIR R4 as tables: which elements a type has, how often, of what type, and which codes a value set holds.

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

/// A type of FHIR, or the part of one that has no name of its own (`Patient.contact`).
pub(crate) struct Kind {
    pub name: &'static str,
    pub base: &'static str,
    /// Its own elements and those of its bases, which may stand twice.
    fields: Vec<Field>,
    by_name: HashMap<&'static str, usize>,
}

/// An element of a type.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    /// Its name, without `[x]`.
    pub name: &'static str,
    /// Whether its name in JSON ends with its type.
    pub is_choice: bool,
    /// The types it may have; one, unless it is a choice.
    pub types: Vec<&'static str>,
    /// Whether it must be there.
    pub is_required: bool,
    /// Whether it is a list.
    pub is_list: bool,
    /// The value set its code must be of.
    pub codes: Option<&'static str>,
}

/// A value set: its code systems, and their codes that are in it.
#[derive(Default)]
pub(crate) struct CodeSet {
    pub systems: Vec<System>,
}

/// The codes of one system.
pub(crate) struct System {
    pub uri: &'static str,
    pub codes: HashSet<&'static str>,
    /// In the order of their definition.
    pub listed: Vec<&'static str>,
    /// Whether these are all.
    pub is_whole: bool,
}

static KINDS: LazyLock<HashMap<&'static str, Kind>> = LazyLock::new(|| {
    let lines = include_str!("r4/elements.txt").lines().filter(|line| !line.starts_with('#'));
    let own: HashMap<&str, (&str, Vec<Field>)> = lines
        .filter_map(|line| {
            let mut words = line.split(' ');
            let (name, base) = (words.next()?, words.next()?);
            Some((name, (base, words.filter_map(Field::read).collect())))
        })
        .collect();
    own.iter().map(|(name, (base, _))| (*name, Kind::of(name, base, &own))).collect()
});

static SETS: LazyLock<HashMap<&'static str, CodeSet>> = LazyLock::new(|| {
    let mut sets: HashMap<&str, CodeSet> = HashMap::new();
    for line in include_str!("r4/codes.txt").lines().filter(|line| !line.starts_with('#')) {
        let mut words = line.split(' ');
        let (Some(name), Some(uri)) = (words.next(), words.next()) else { continue };
        let listed: Vec<&str> = words.collect();
        sets.entry(name).or_default().systems.push(System {
            uri: uri.trim_start_matches('~'),
            codes: listed.iter().copied().collect(),
            listed,
            is_whole: !uri.starts_with('~'),
        });
    }
    sets
});

/// Where the value sets of R4 are.
const VALUE_SETS: &str = "http://hl7.org/fhir/ValueSet/";

/// A type by its name.
pub(crate) fn kind(name: &str) -> Option<&'static Kind> {
    KINDS.get(name)
}

/// Whether a resource may be of this type.
pub(crate) fn is_resource(name: &str) -> bool {
    !name.contains('.')
        && name != "DomainResource"
        && kind(name).is_some_and(|kind| matches!(kind.base, "Resource" | "DomainResource"))
}

/// The names of all types of resources.
pub(crate) fn resources() -> impl Iterator<Item = &'static str> {
    KINDS.keys().copied().filter(|name| is_resource(name))
}

/// The types whose values are written as plain strings, numbers and booleans.
pub(crate) fn is_primitive(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
}

/// A value set of a required binding.
pub(crate) fn codes(name: &str) -> Option<&'static CodeSet> {
    SETS.get(name)
}

/// A value set of R4 by its address, with or without a version.
pub(crate) fn value_set(url: &str) -> Option<&'static CodeSet> {
    codes(url.split('|').next()?.strip_prefix(VALUE_SETS)?)
}

impl Kind {
    fn of(
        name: &'static str,
        base: &'static str,
        own: &HashMap<&'static str, (&'static str, Vec<Field>)>,
    ) -> Self {
        let mut fields: Vec<Field> = Vec::new();
        let mut next = Some(name);
        while let Some((above, listed)) = next.and_then(|name| own.get(name)) {
            fields.extend(listed.iter().cloned());
            next = Some(above);
        }
        let mut by_name = HashMap::with_capacity(fields.len());
        for (n, field) in fields.iter().enumerate() {
            by_name.entry(field.name).or_insert(n);
        }
        Self { name, base, fields, by_name }
    }

    /// Its elements, each once.
    pub(crate) fn fields(&self) -> impl Iterator<Item = &Field> {
        let is_first = |(n, field): &(usize, &Field)| self.by_name.get(field.name) == Some(n);
        self.fields.iter().enumerate().filter(is_first).map(|(_, field)| field)
    }

    /// The element that a member of this name is, and its type.
    pub(crate) fn member(&self, key: &str) -> Option<(&Field, &'static str)> {
        if let Some(field) = self.by_name.get(key).map(|n| &self.fields[*n])
            && !field.is_choice
        {
            return Some((field, field.types.first()?));
        }
        self.fields.iter().filter(|field| field.is_choice).find_map(|field| {
            let suffix = key.strip_prefix(field.name)?;
            Some((field, field.type_named(suffix)?))
        })
    }

    /// Whether values of this type are resources.
    pub(crate) fn is_resource(&self) -> bool {
        matches!(self.name, "Resource" | "DomainResource") || is_resource(self.name)
    }
}

impl Field {
    /// `gender:code=administrative-gender`
    fn read(word: &'static str) -> Option<Self> {
        let (name, rest) = word.split_once(':')?;
        let (rest, codes) = rest.split_once('=').map_or((rest, None), |(rest, codes)| (rest, Some(codes)));
        let plain = if rest == "*" { rest } else { rest.trim_end_matches(['!', '*', '+']) };
        let plain = if plain.is_empty() { "*" } else { plain };
        let count = &rest[plain.len()..];
        Some(Self {
            name: name.trim_end_matches("[x]"),
            is_choice: name.ends_with("[x]"),
            types: plain.split('|').collect(),
            is_required: matches!(count, "!" | "+"),
            is_list: matches!(count, "*" | "+"),
            codes,
        })
    }

    /// The type of a choice by how the member's name ends: `Quantity`, `DateTime`.
    fn type_named(&self, suffix: &str) -> Option<&'static str> {
        if !suffix.starts_with(|c: char| c.is_ascii_uppercase()) {
            return None;
        }
        let matches = |kind: &str| {
            kind.len() == suffix.len()
                && kind[1..] == suffix[1..]
                && kind[..1].eq_ignore_ascii_case(&suffix[..1])
        };
        if self.types != ["*"] {
            return self.types.iter().copied().find(|kind| matches(kind));
        }
        let lower = format!("{}{}", suffix[..1].to_ascii_lowercase(), &suffix[1..]);
        let found = KINDS.get_key_value(suffix).or_else(|| KINDS.get_key_value(lower.as_str()))?;
        let (name, kind) = found;
        let is_part = name.contains('.') || kind.is_resource() || ABSTRACT.contains(name);
        (!is_part).then_some(*name)
    }
}

/// Types that no value has, or none in an extension.
const ABSTRACT: &[&str] = &["Element", "BackboneElement", "Narrative", "xhtml", "ElementDefinition"];

impl CodeSet {
    /// Whether a code is one of those listed, whatever its system.
    pub(crate) fn lists(&self, code: &str) -> bool {
        self.systems.iter().any(|system| system.codes.contains(code))
    }

    /// The codes, when they are few enough to be said; how many there are otherwise.
    pub(crate) fn in_words(&self) -> String {
        let listed: Vec<&str> =
            self.systems.iter().flat_map(|system| system.listed.iter().copied()).collect();
        if listed.len() <= 30 { listed.join(", ") } else { format!("{} codes", listed.len()) }
    }
}
