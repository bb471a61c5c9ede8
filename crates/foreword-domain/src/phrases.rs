//! Every sentence a patient reads, other than instruments, in every language of the service.
//!
//! The words stand in `config/phrases/`, one Fluent file per language.

mod render;

use std::{collections::BTreeMap, sync::LazyLock};

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use unic_langid::LanguageIdentifier;

pub(crate) use render::upright;
pub use render::{Bubble, Choosable, Line, bubble, foreign, heading, hint, plain, wording};

use crate::{
    language::Lang,
    reply::{Words, normalize},
};

const SOURCES: [(&str, &str); 5] = [
    ("en", include_str!("../../../config/phrases/en.ftl")),
    ("es", include_str!("../../../config/phrases/es.ftl")),
    ("de", include_str!("../../../config/phrases/de.ftl")),
    ("fr", include_str!("../../../config/phrases/fr.ftl")),
    ("ar", include_str!("../../../config/phrases/ar.ftl")),
];

/// The phrases of all languages.
pub struct Phrases {
    bundles: BTreeMap<Lang, FluentBundle<FluentResource>>,
    lists: BTreeMap<(Lang, &'static str), Vec<String>>,
    words: Words,
}

/// Phrases that are comma-separated lists of words people type.
const LISTS: [&str; 17] = [
    "command-stop",
    "command-back",
    "command-skip",
    "command-pause",
    "command-resume",
    "command-help",
    "command-review",
    "command-decline",
    "command-not-me",
    "command-change",
    "command-language",
    "command-languages",
    "command-whom",
    "command-help-now",
    "command-safe-for-now",
    "word-filler",
    "word-nothing",
];

impl Phrases {
    /// The phrases that ship with the service.
    pub fn get() -> &'static Self {
        static SHIPPED: LazyLock<Phrases> = LazyLock::new(Phrases::load);
        &SHIPPED
    }

    fn load() -> Self {
        let mut bundles = BTreeMap::new();
        for (tag, source) in SOURCES {
            let lang = Lang::parse(tag).expect("the shipped languages are language tags");
            let id: LanguageIdentifier = tag.parse().expect("the shipped languages are language tags");
            let resource = FluentResource::try_new(source.to_owned()).unwrap_or_else(|(_, errors)| {
                panic!("{tag}.ftl is part of the program and must parse: {errors:?}")
            });
            let mut bundle = FluentBundle::new_concurrent(vec![id]);
            // Isolation marks would end up in e-mails and terminals; `dir` attributes do it on pages.
            bundle.set_use_isolating(false);
            bundle
                .add_resource(resource)
                .unwrap_or_else(|errors| panic!("{tag}.ftl names a message twice: {errors:?}"));
            bundles.insert(lang, bundle);
        }
        let mut phrases = Self { bundles, lists: BTreeMap::new(), words: Words::default() };
        let langs: Vec<Lang> = phrases.bundles.keys().cloned().collect();
        for lang in langs {
            for key in LISTS {
                let list = phrases
                    .text(key, &lang, &[])
                    .split(',')
                    .map(normalize)
                    .filter(|w| !w.is_empty())
                    .collect();
                phrases.lists.insert((lang.clone(), key), list);
            }
            let numbers = phrases.text("word-numbers", &lang, &[]).split(',').map(normalize).collect();
            phrases.words.numbers.push(numbers);
            phrases.words.filler.extend(phrases.list("word-filler", &lang).to_vec());
            phrases.words.nothing.extend(phrases.list("word-nothing", &lang).to_vec());
        }
        phrases
    }

    /// The languages there are.
    pub fn languages(&self) -> impl Iterator<Item = &Lang> {
        self.bundles.keys()
    }

    /// Whether the service speaks a language (its region aside).
    pub fn speaks(&self, lang: &Lang) -> bool {
        self.bundles.keys().any(|known| known.primary() == lang.primary())
    }

    /// A language by its tag or by its name in any language of the service.
    pub fn language_named(&self, name: &str) -> Option<&Lang> {
        let name = normalize(name);
        self.bundles.keys().find(|lang| {
            lang.as_str() == name
                || normalize(&self.text("language-name", lang, &[])) == name
                || ENGLISH_NAMES.iter().any(|(tag, english)| *tag == lang.as_str() && *english == name)
        })
    }

    /// One phrase in a language; in English where the service does not speak the language.
    pub fn text(&self, key: &str, lang: &Lang, args: &[(&str, Arg<'_>)]) -> String {
        let english = Lang::english();
        let bundle = self
            .bundles
            .iter()
            .find(|(known, _)| known.primary() == lang.primary())
            .or_else(|| self.bundles.iter().find(|(known, _)| **known == english))
            .map(|(_, bundle)| bundle);
        let Some((bundle, pattern)) =
            bundle.and_then(|bundle| Some((bundle, bundle.get_message(key)?.value()?)))
        else {
            return key.to_owned();
        };
        let mut fluent = FluentArgs::new();
        for (name, value) in args {
            match value {
                Arg::Text(text) => fluent.set(*name, FluentValue::from((*text).to_owned())),
                Arg::Number(number) => fluent.set(*name, FluentValue::from(*number)),
            }
        }
        bundle.format_pattern(pattern, Some(&fluent), &mut Vec::new()).into_owned()
    }

    /// A list of words people type, normalised.
    pub fn list(&self, key: &str, lang: &Lang) -> &[String] {
        self.lists
            .iter()
            .find(|((known, name), _)| *name == key && known.primary() == lang.primary())
            .map(|(_, list)| list.as_slice())
            .unwrap_or_default()
    }

    /// The words that carry numbers and nothing, of all languages.
    pub fn words(&self) -> &Words {
        &self.words
    }
}

/// What a language is called on staff pages.
pub fn english_name(lang: &Lang) -> String {
    let known = ENGLISH_NAMES.iter().find(|(tag, _)| *tag == lang.primary());
    let name = known.map_or_else(|| lang.to_string(), |(_, name)| (*name).to_owned());
    let mut letters = name.chars();
    match letters.next() {
        Some(first) if known.is_some() => first.to_uppercase().chain(letters).collect(),
        _ => name,
    }
}

const ENGLISH_NAMES: [(&str, &str); 5] =
    [("en", "english"), ("es", "spanish"), ("de", "german"), ("fr", "french"), ("ar", "arabic")];

/// A value put into a phrase.
#[derive(Clone, Copy, Debug)]
pub enum Arg<'a> {
    /// A text.
    Text(&'a str),
    /// A number, by which the phrase may choose its plural.
    Number(usize),
}

/// A phrase in a language.
pub fn t(key: &str, lang: &Lang, args: &[(&str, Arg<'_>)]) -> String {
    Phrases::get().text(key, lang, args)
}

/// A date in words, as the language writes it ("24 November 2026").
pub fn date(date: jiff::civil::Date, lang: &Lang) -> String {
    let month = t("months", lang, &[]);
    let month = month
        .split(',')
        .nth(usize::try_from(date.month() - 1).unwrap_or(0))
        .unwrap_or_default()
        .trim()
        .to_owned();
    t(
        "date",
        lang,
        &[
            ("day", Arg::Text(&date.day().to_string())),
            ("month", Arg::Text(&month)),
            ("year", Arg::Text(&date.year().to_string())),
        ],
    )
}

#[cfg(test)]
mod tests;
