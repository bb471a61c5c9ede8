//! What a patient can ask for besides answering, and the words that ask for it.

use crate::{alert::Urgency, language::Lang, phrases::Phrases, reply::normalize};

/// Something a patient asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// The question before.
    Back,
    /// "I prefer not to answer" this question.
    Skip,
    /// Go on later.
    Pause,
    /// Go on now.
    Resume,
    /// What can be done here.
    Help,
    /// The answers so far.
    Review,
    /// No more messages at all.
    Stop,
    /// Nothing for this visit.
    Decline,
    /// This is not me.
    NotMe,
    /// Another language, by its tag.
    Language(String),
    /// Another language, whichever there are.
    Languages,
    /// To talk about somebody else, where one chat is used for several people.
    Whom,
    /// Change the answer with this number.
    Change(usize),
    /// How urgent it is for themselves: "I need help now", "I am safe for now".
    Urgent(Urgency),
}

impl Command {
    /// Reads a whole message as a command, with or without a leading slash.
    ///
    /// STOP and a call for help are understood in every language the service speaks, everything else in the patient's
    /// own and in English. "My back hurts" is no command: the message must be the word alone.
    pub fn read(text: &str, lang: &Lang) -> Option<Self> {
        let plain = normalize(text);
        let phrases = Phrases::get();
        let says = |key: &str, lang: &Lang| phrases.list(key, lang).contains(&plain);
        if phrases.languages().any(|lang| says("command-stop", lang)) {
            return Some(Self::Stop);
        }
        // Help is called for in whatever language comes first.
        if phrases.languages().any(|lang| says("command-help-now", lang)) {
            return Some(Self::Urgent(Urgency::Help));
        }
        let english = Lang::english();
        let said = |key: &str| says(key, lang) || says(key, &english);
        for (key, command) in [
            ("command-back", Self::Back),
            ("command-skip", Self::Skip),
            ("command-pause", Self::Pause),
            ("command-resume", Self::Resume),
            ("command-help", Self::Help),
            ("command-review", Self::Review),
            ("command-decline", Self::Decline),
            ("command-not-me", Self::NotMe),
            ("command-languages", Self::Languages),
            ("command-whom", Self::Whom),
            ("command-safe-for-now", Self::Urgent(Urgency::Safe)),
        ] {
            if said(key) {
                return Some(command);
            }
        }
        let (word, rest) = plain.split_once(' ')?;
        let is = |key: &str| {
            phrases.list(key, lang).iter().chain(phrases.list(key, &english)).any(|name| name == word)
        };
        if is("command-change") {
            return rest.parse().ok().map(Self::Change);
        }
        if is("command-language") {
            return phrases.language_named(rest).map(|lang| Self::Language(lang.to_string()));
        }
        None
    }
}
