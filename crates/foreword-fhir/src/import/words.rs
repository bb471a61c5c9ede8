//! Texts with their translations, and the languages a questionnaire can be asked in.

use std::collections::BTreeSet;

use foreword_domain::{
    language::{Lang, Text},
    phrases,
};
use serde_json::Value;

use super::node::{Node, Notebook};
use crate::names::TRANSLATION;

/// Longest text of an item, in characters.
const LONGEST: usize = 4000;

/// The languages of a questionnaire.
pub(super) struct Words {
    /// The one its texts are in.
    pub main: Lang,
    /// That and those of its translations.
    pub all: BTreeSet<Lang>,
}

impl Words {
    pub fn of(root: &Node<'_>, book: &mut Notebook) -> Self {
        let main = match root.text("language", book) {
            None => {
                book.remark("Questionnaire.language", "is not stated; the texts are taken to be English");
                Lang::english()
            }
            Some(tag) => Lang::parse(tag).unwrap_or_else(|error| {
                book.refuse("Questionnaire.language", error.to_string());
                Lang::english()
            }),
        };
        let mut all = BTreeSet::from([main.clone()]);
        for value in root.members.values() {
            translations(value, &mut all);
        }
        Self { main, all }
    }

    /// The text at a key, if there is one.
    pub fn text(&self, node: &Node<'_>, key: &str, book: &mut Notebook) -> Option<Text> {
        let main = node.text(key, book)?;
        let mut text = Text([(self.main.clone(), main.to_owned())].into());
        if let Some(beside) = node.object(&format!("_{key}"), book) {
            for (url, extension) in beside.extensions() {
                if url == TRANSLATION {
                    if let Some((lang, words)) = translation(&extension) {
                        text.0.entry(lang).or_insert(words);
                    }
                } else if url.ends_with("cqf-expression") || url.ends_with("cqf-calculatedValue") {
                    book.refuse(&extension.path, "is a text that is computed; write the text itself");
                } else if url.ends_with("rendering-xhtml") && shows_picture(&extension) {
                    book.refuse(&extension.path, "shows a picture, which is not shown here");
                }
            }
        }
        self.check(&node.at(key), &text, book);
        Some(text)
    }

    fn check(&self, path: &str, text: &Text, book: &mut Notebook) {
        for (lang, words) in &text.0 {
            let chars = words.chars().count();
            if chars > LONGEST {
                book.refuse(path, format!("has {chars} characters in {lang}; there is room for {LONGEST}"));
            }
            if words.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
                book.refuse(path, format!("holds a control character in {lang}; remove it"));
            }
        }
        if text.0.get(&self.main).is_some_and(|words| words.trim().is_empty()) {
            book.refuse(path, "is empty; write the text");
        }
    }

    /// The same words in every language: a number, a date.
    pub fn everywhere(&self, words: &str) -> Text {
        Text(self.all.iter().map(|lang| (lang.clone(), words.to_owned())).collect())
    }

    /// A phrase of the service in those of the languages that it speaks.
    pub fn phrase(&self, key: &str) -> Text {
        let spoken = self.all.iter().filter(|lang| phrases::Phrases::get().speaks(lang));
        Text(spoken.map(|lang| (lang.clone(), phrases::t(key, lang, &[]))).collect())
    }
}

/// Two texts as one, in the languages both are in.
pub(super) fn joined(first: &Text, second: &Text, between: &str) -> Text {
    let both = first.0.iter().filter_map(|(lang, words)| {
        let more = second.0.get(lang)?;
        Some((lang.clone(), format!("{words}{between}{more}")))
    });
    Text(both.collect())
}

fn shows_picture(extension: &Node<'_>) -> bool {
    extension.choice("value").and_then(|(_, value)| value.as_str()).is_some_and(|html| html.contains("<img"))
}

fn translation(extension: &Node<'_>) -> Option<(Lang, String)> {
    let parts = extension.extensions();
    let part = |name: &str| {
        let (_, node) = parts.iter().find(|(url, _)| *url == name)?;
        node.choice("value")?.1.as_str()
    };
    Some((Lang::parse(part("lang")?).ok()?, part("content")?.to_owned()))
}

/// All languages that something is translated into.
fn translations(value: &Value, all: &mut BTreeSet<Lang>) {
    match value {
        Value::Array(values) => values.iter().for_each(|value| translations(value, all)),
        Value::Object(members) => {
            let node = Node { path: String::new(), members };
            if members.get("url").and_then(Value::as_str) == Some(TRANSLATION)
                && let Some((lang, _)) = translation(&node)
            {
                all.insert(lang);
            }
            // In a value set, translations are designations.
            let designated = members.get("designation").and_then(Value::as_array);
            for one in designated.into_iter().flatten() {
                if let Some(lang) = one.get("language").and_then(Value::as_str)
                    && let Ok(lang) = Lang::parse(lang)
                {
                    all.insert(lang);
                }
            }
            members.values().for_each(|value| translations(value, all));
        }
        _ => {}
    }
}
