//! Languages, and texts in several of them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A language by its BCP 47 tag, in lower case (`en`, `es`, `pt-br`).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Lang(String);

/// A text that is no language tag.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("{0:?} is not a language tag such as `en` or `pt-BR`")]
pub struct NotALanguage(pub String);

impl Lang {
    /// English, the language every sentence of the service exists in.
    pub fn english() -> Self {
        Self("en".into())
    }

    /// Reads a tag; `en_US` and `EN-us` are the same language as `en-us`.
    pub fn parse(tag: &str) -> Result<Self, NotALanguage> {
        let tag = tag.trim().to_ascii_lowercase().replace('_', "-");
        let mut parts = tag.split('-');
        let primary = parts.next().unwrap_or_default();
        let right = (2..=3).contains(&primary.len())
            && primary.bytes().all(|b| b.is_ascii_lowercase())
            && parts.all(|p| (1..=8).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_alphanumeric()));
        if right { Ok(Self(tag)) } else { Err(NotALanguage(tag)) }
    }

    /// The tag.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The language without its region: `es` of `es-mx`.
    pub fn primary(&self) -> &str {
        self.0.split('-').next().unwrap_or(&self.0)
    }

    /// Whether it is written from right to left.
    pub fn is_rtl(&self) -> bool {
        matches!(self.primary(), "ar" | "fa" | "he" | "ps" | "ur" | "yi")
    }

    /// The value of the HTML attribute `dir`.
    pub fn dir(&self) -> &'static str {
        if self.is_rtl() { "rtl" } else { "ltr" }
    }
}

impl TryFrom<String> for Lang {
    type Error = NotALanguage;
    fn try_from(tag: String) -> Result<Self, NotALanguage> {
        Self::parse(&tag)
    }
}

impl From<Lang> for String {
    fn from(lang: Lang) -> Self {
        lang.0
    }
}

impl std::fmt::Display for Lang {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// One text in one or more languages, as its owner published it.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Text(pub BTreeMap<Lang, String>);

impl Text {
    /// The text in exactly this language, or in the same language without the region.
    pub fn get(&self, lang: &Lang) -> Option<&str> {
        self.0
            .get(lang)
            .or_else(|| self.0.iter().find(|(l, _)| l.as_str() == lang.primary()).map(|(_, t)| t))
            .map(String::as_str)
    }

    /// The text in this language, else in English, else in the first language there is.
    ///
    /// For names of things on staff pages. An item is never asked by this rule.
    pub fn best(&self, lang: &Lang) -> &str {
        self.get(lang)
            .or_else(|| self.get(&Lang::english()))
            .or_else(|| self.0.values().next().map(String::as_str))
            .unwrap_or_default()
    }

    /// The languages the text is there in.
    pub fn languages(&self) -> impl Iterator<Item = &Lang> {
        self.0.keys()
    }
}
