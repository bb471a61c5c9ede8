//! The conversation: where a dialogue stands, and what follows from one thing said.
//!
//! [`step`] is pure and total. A reply it can't read yields another question, never an error, and
//! nothing outside an item's permitted answers ever leaves it as an answer.

mod command;
pub mod script;
mod turn;

use serde::{Deserialize, Serialize};

pub use command::Command;
use script::{Place, Script};
use turn::Turn;

use crate::{
    alert::Urgency,
    language::Lang,
    reply::Trouble,
    response::{ItemRef, Ledger, Value},
};

/// Where the dialogue about a visit stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conversation {
    /// Its state.
    pub state: State,
    /// The item the patient went back to; else the first one without an answer is next.
    pub cursor: Option<ItemRef>,
    /// The items last offered together, for a message with several answers.
    #[serde(default)]
    pub offered: Vec<ItemRef>,
    /// How often in a row a reply was not understood.
    pub misses: u8,
    /// The language of the service's sentences.
    pub language: Lang,
}

/// The states of a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Invited; nothing was said yet.
    Invited,
    /// Going on.
    Open,
    /// The patient wants to go on later.
    Paused,
    /// Every question has an answer or was skipped.
    Completed,
    /// The patient does not want to answer for this visit.
    Declined,
    /// Somebody said: this is not me. What was answered is set aside.
    NotMe,
}

impl State {
    /// All states.
    pub const ALL: [Self; 6] =
        [Self::Invited, Self::Open, Self::Paused, Self::Completed, Self::Declined, Self::NotMe];

    /// The word for it in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Invited => "invited",
            Self::Open => "open",
            Self::Paused => "paused",
            Self::Completed => "completed",
            Self::Declined => "declined",
            Self::NotMe => "not-me",
        }
    }

    /// Whether a reminder still makes sense.
    pub fn wants_reminding(self) -> bool {
        matches!(self, Self::Invited | Self::Open | Self::Paused)
    }
}

/// One thing said by the patient.
#[derive(Clone, PartialEq, Debug)]
pub enum Said {
    /// They are there and want to know where things stand.
    Here,
    /// They typed something.
    Text(crate::private::Private<String>),
    /// They answered a certain item with a button or a form.
    Give {
        /// The item.
        at: ItemRef,
        /// What they gave.
        input: Input,
    },
    /// A form was handed in: answers to the items of one ask, read already.
    Fill {
        /// The ask's key.
        ask: String,
        /// What stands at which item; what was answered before and is not here is left out from now on.
        values: Vec<(String, Value)>,
        /// Whether whoever answered is done: what is there and has no answer is left out.
        is_done: bool,
    },
    /// They asked for something.
    Command(Command),
}

/// What a button or a form field holds.
#[derive(Clone, PartialEq, Debug)]
pub enum Input {
    /// Codes of choices.
    Codes(Vec<String>),
    /// Typed into a field.
    Typed(crate::private::Private<String>),
    /// "I prefer not to answer."
    Skip,
}

/// What the service says, as data; the words are chosen when it is said.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Say {
    /// Welcome, what this is, how long it takes, and that nobody watches it.
    Greeting,
    /// Good to have you back.
    WelcomeBack {
        /// Questions left.
        left: usize,
    },
    /// A question.
    Ask(ItemRef),
    /// What to do in a crisis, with local numbers: at once, where the answer was given.
    Crisis,
    /// The clinic was told that help is needed now.
    HelpCalled,
    /// Nobody can be told at once that help is needed.
    HelpNotCalled,
    /// It was noted that they are safe for now.
    SafeForNow,
    /// Several questions at once, answered by one message.
    AskSeveral(Vec<ItemRef>),
    /// What was understood of one message with several answers.
    Understood(Vec<ItemRef>),
    /// A reply was not taken.
    Sorry {
        /// To which question.
        at: ItemRef,
        /// Why.
        trouble: Trouble,
        /// How often in a row.
        misses: u8,
    },
    /// There is nothing before this question.
    NothingBefore,
    /// There is no answer with this number.
    NoSuchAnswer {
        /// The number asked for.
        number: usize,
    },
    /// The list of answers so far, numbered.
    Review,
    /// What can be done here.
    Help,
    /// Paused.
    Paused,
    /// Nothing will be asked for this visit.
    Declined,
    /// No more messages.
    Stopped,
    /// Set aside; staff are told.
    NotMe,
    /// All done.
    Completed,
    /// The questions that are left are asked at another door.
    Elsewhere,
    /// The questions that are left can't be asked now.
    NotNow,
    /// Which language?
    Languages,
    /// The language is not one the service speaks.
    LanguageUnknown,
    /// From now on in this language.
    LanguageSet,
}

/// What follows from one thing said.
#[derive(Clone, PartialEq, Debug)]
pub struct Step {
    /// Where the dialogue stands now.
    pub conversation: Conversation,
    /// Answers to enter into the ledger, each to an item that is there.
    pub answers: Vec<(ItemRef, Value)>,
    /// Whether the patient wants no more messages at all.
    pub stop: bool,
    /// What they said of their own urgency, if they did.
    pub urgency: Option<Urgency>,
    /// What is said in return.
    pub replies: Vec<Say>,
}

impl Conversation {
    /// A conversation nobody has said anything in yet.
    pub fn new(language: Lang) -> Self {
        Self { state: State::Invited, cursor: None, offered: Vec::new(), misses: 0, language }
    }

    /// The question it stands at.
    pub fn at<'a>(&self, script: &'a Script, ledger: &'a Ledger) -> Option<Place<'a>> {
        self.cursor
            .as_ref()
            .and_then(|cursor| script.question(ledger, cursor))
            .or_else(|| script.next(ledger))
    }
}

/// What follows from one thing said, given the script and the answers so far.
///
/// `at_once` is how many questions the door can offer in one message (1 for most).
pub fn step(
    script: &Script,
    ledger: &Ledger,
    conversation: &Conversation,
    said: &Said,
    at_once: usize,
) -> Step {
    let mut turn = Turn::new(script, ledger, conversation, at_once);
    turn.take(said);
    turn.finish()
}

#[cfg(test)]
mod tests;
