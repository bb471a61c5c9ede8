//! A question that the care team puts to one patient for one visit: an instrument of one item, made
//! when it is asked and kept in no file.

use std::{collections::BTreeMap, sync::Arc};

use crate::{
    conversation::script::{Ask, Why},
    instrument::{Enable, Instrument, Item, ItemKind, Licence, Permission, Source},
    language::{Lang, Text},
    message::Channel,
    topic,
};

/// The most characters of a question.
pub const MOST_CHARS: usize = 300;
/// The most characters of its answer.
pub const ANSWER_CHARS: usize = 500;
/// Questions that are asked at one visit, at most.
pub const MOST_AT_ONCE: usize = 3;
/// The one item of a question.
pub const ITEM: &str = "answer";

/// What the key of a question's ask begins with; its number follows.
const KEY: &str = "team.";

/// The key of the ask of a visit's question with this number.
pub fn key(number: usize) -> String {
    format!("{KEY}{number}")
}

/// The number of the question whose ask has this key.
pub fn number(key: &str) -> Option<usize> {
    key.strip_prefix(KEY)?.parse().ok()
}

/// The keys of a script's asks, in places that stay when a question is put or taken back: buttons that
/// were sent before name what they named.
pub fn places<'a>(keys: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut places = Vec::new();
    let mut highest = 0;
    for asked in keys {
        match number(asked) {
            Some(number) => highest = highest.max(number),
            None => places.push(asked.to_owned()),
        }
    }
    places.extend((1..=highest).map(key));
    places
}

/// The ask of a question, as it was written in a language; `id` names it, and `by` who asks.
pub fn ask(key: &str, id: &str, text: &str, language: &Lang, by: &str) -> Ask {
    let words = |words: &str| Text([(language.clone(), words.to_owned())].into());
    let name = Text([(Lang::english(), "Question from the care team".to_owned())].into());
    let item = Item {
        id: ITEM.to_owned(),
        kind: ItemKind::Text { max_chars: ANSWER_CHARS },
        text: words(text),
        stem: None,
        help: None,
        loinc: None,
        enable: Enable::default(),
        // "No" is what somebody says who was asked yes or no.
        nothing_is_an_answer: false,
        quotes: None,
        stands_out: None,
        only_for: None,
        area: None,
        irt: None,
    };
    let instrument = Instrument {
        id: id.to_owned(),
        version: "1".to_owned(),
        title: name.clone(),
        plain_name: name,
        languages: BTreeMap::from([(language.clone(), Source { source: "The care team".to_owned() })]),
        variant_of: None,
        variants: Vec::new(),
        recall: None,
        proxy: true,
        channels: Channel::ALL.into(),
        sensitive: false,
        loinc: None,
        licence: Licence {
            kind: "own-words".to_owned(),
            notice: "The care team's own words".to_owned(),
            evidence: String::new(),
            electronic_use: true,
            permission: Permission::default(),
        },
        citations: Vec::new(),
        items: vec![item],
        scales: Vec::new(),
        agenda: None,
        adaptive: None,
        red_flags: Vec::new(),
        formulas: None,
        questionnaire: None,
        vectors: Vec::new(),
        source: String::new(),
    };
    Ask {
        key: key.to_owned(),
        instrument: Arc::new(instrument),
        language: language.clone(),
        why: Why::FromTeam { by: by.to_owned() },
    }
}

/// What is wrong with the text of a question, and what would be right.
///
/// # Errors
/// The sentence says nothing of what the text says.
pub fn check(text: &str) -> Result<(), String> {
    topic::check("The question", text, MOST_CHARS)
}

#[cfg(test)]
mod tests;
