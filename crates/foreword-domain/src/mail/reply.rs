//! What is written in return for a mail, put in order: what was understood first, then what is asked, then
//! how to answer and where else one can.

use serde::{Deserialize, Serialize};

use super::Part;
use crate::{
    chat::Tell,
    conversation::{Say, script::Script},
    ids::ConversationId,
    language::Lang,
    phrases::{bubble, t},
    response::Ledger,
};

/// What is owed in return for a mail.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Reply {
    /// Version of this form.
    pub v: u8,
    /// The mail it answers, by its row.
    pub mail: i64,
    /// Whose visit it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conversation: Option<ConversationId>,
    /// The language where no visit decides it.
    pub language: Lang,
    /// What is said.
    pub says: Vec<Tell>,
}

/// What a reply is put into words from.
#[derive(Clone, Copy)]
pub struct Surroundings<'a> {
    /// What is asked, and what was answered.
    pub visit: Option<(&'a Script, &'a Ledger)>,
    /// The language.
    pub lang: &'a Lang,
    /// The visit's web page.
    pub link: Option<&'a str>,
    /// The clinic's name.
    pub clinic: &'a str,
}

/// The parts of a reply.
pub fn lay_out(says: &[Tell], around: &Surroundings<'_>) -> Vec<Part> {
    let lang = around.lang;
    let mut parts: Vec<Part> = says.iter().flat_map(|tell| told(tell, around)).collect();
    let is_asked = says.iter().any(|tell| matches!(tell, Tell::Say(say) if asks(say)));
    let is_elsewhere = says.contains(&Tell::Say(Say::Elsewhere));
    if is_asked {
        parts.push(Part::words(t("mail-how", lang, &[]), lang));
    }
    if let Some(link) = around.link {
        let words = (!is_elsewhere).then(|| t("mail-page", lang, &[]));
        let label = t("chat-page", lang, &[]);
        parts.push(Part::Link { words, label, link: link.to_owned(), is_main: is_elsewhere });
    }
    if is_asked {
        parts.push(Part::small(t("mail-change", lang, &[]), lang));
        parts.push(Part::small(t("not-watched", lang, &[]), lang));
    }
    if around.visit.is_some() && !says.iter().any(ends) {
        parts.push(Part::small(t("mail-end", lang, &[]), lang));
    }
    parts.push(Part::small(around.clinic.to_owned(), lang));
    parts
}

/// The question a letter stands with, for the first letter of all.
pub fn question(say: &Say, script: &Script, ledger: &Ledger, lang: &Lang) -> Part {
    Part::Question(bubble(say, script, ledger, lang))
}

fn told(tell: &Tell, around: &Surroundings<'_>) -> Vec<Part> {
    let lang = around.lang;
    let key = match tell {
        Tell::Say(Say::Elsewhere) => "chat-elsewhere",
        Tell::Say(say) => {
            let Some((script, ledger)) = around.visit else { return Vec::new() };
            let bubble = bubble(say, script, ledger, lang);
            if asks(say) || matches!(say, Say::Understood(_) | Say::Review) {
                return vec![Part::Question(bubble)];
            }
            return bubble.lines.into_iter().map(Part::Words).collect();
        }
        Tell::Stale => "mail-stale",
        Tell::Ahead => "mail-ahead",
        Tell::Unreadable => "mail-unreadable",
        Tell::Trouble => "chat-trouble",
        // Everybody else who writes gets the same sentence, which says nothing about anybody.
        _ => "mail-stranger",
    };
    vec![Part::words(t(key, lang, &[]), lang)]
}

fn asks(say: &Say) -> bool {
    matches!(say, Say::Ask(_) | Say::AskSeveral(_))
}

fn ends(tell: &Tell) -> bool {
    matches!(tell, Tell::Say(Say::Stopped | Say::NotMe))
}
