//! What matters to the patient: topics in their own words, in their own order.

use serde::{Deserialize, Serialize};

use crate::{
    conversation::script::Script,
    pathway::wish_key,
    private::Private,
    response::{ItemRef, Ledger, Value},
};

/// Whether the patient wants to talk about something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Wish {
    /// Talk about it.
    Talk,
    /// Just so you know.
    Know,
    /// Not today.
    NotToday,
}

impl Wish {
    /// Reads the code of a wish item.
    pub fn from_code(code: &str) -> Option<Self> {
        match code {
            "talk" => Some(Self::Talk),
            "know" => Some(Self::Know),
            "not-today" => Some(Self::NotToday),
            _ => None,
        }
    }

    /// The words on the page.
    pub fn label(self) -> &'static str {
        match self {
            Self::Talk => "wants to talk about it",
            Self::Know => "just so you know",
            Self::NotToday => "not today",
        }
    }
}

/// Something the patient wants to talk about, byte for byte as they wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Topic {
    /// The answer it is.
    pub at: ItemRef,
    /// Their words.
    pub words: Private<String>,
    /// What they want done with it, if they said.
    pub wish: Option<Wish>,
}

/// The topics of a visit, first the one the patient put first.
pub fn topics(script: &Script, ledger: &Ledger) -> Vec<Topic> {
    let mut topics = Vec::new();
    for ask in &script.asks {
        let Some(agenda) = &ask.instrument.agenda else { continue };
        let shown = script.shown(ask, ledger);
        let value = |item: &str| shown.get(item).copied();
        let mut order: Vec<&str> = agenda
            .rank
            .iter()
            .filter_map(|rank| match value(rank) {
                Some(Value::Choice(code)) => Some(code.as_str()),
                _ => None,
            })
            .collect();
        order.extend(agenda.topics.iter().map(|topic| topic.item.as_str()));
        let mut taken: Vec<&str> = Vec::new();
        for item in order {
            let Some(topic) = agenda.topics.iter().find(|topic| topic.item == item) else { continue };
            if taken.contains(&item) {
                continue;
            }
            taken.push(item);
            if let Some(Value::Text(words)) = value(item) {
                let wish = match value(&topic.wish) {
                    Some(Value::Choice(code)) => Wish::from_code(code),
                    _ => None,
                };
                let at = ItemRef::new(&ask.key, item);
                topics.push(Topic { at, words: Private::new(words.clone()), wish });
            }
        }
    }
    topics
}

/// Whether the patient wants to talk about what an ask measured.
pub fn wish_about(ledger: &Ledger, ask: &str) -> Option<Wish> {
    ledger.iter().find_map(|answer| match &answer.value {
        Value::Choice(code) if answer.at.ask == wish_key(ask) => Wish::from_code(code),
        _ => None,
    })
}
