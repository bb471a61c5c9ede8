//! What is said in a chat, as data: what the conversation says, and what only a chat has to say.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{conversation::Say, ids::ConversationId, language::Lang, response::ItemRef};

/// Something said in a chat. The words are chosen when it is sent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tell {
    /// What the conversation about a visit says.
    Say(Say),
    /// To somebody the clinic does not know: a sentence that says nothing about anybody.
    Stranger,
    /// The code of the link was used before, or is too old.
    CodeUnknown,
    /// Which year was the patient born in?
    AskYear,
    /// Not in this one.
    WrongYear,
    /// Tried too often.
    Locked,
    /// Who will answer here: the patient, or somebody for them?
    WhoAnswers,
    /// The warning about this channel, and whether to go on.
    AskConsent,
    /// The same after messages were stopped.
    AskConsentAgain,
    /// From now on here.
    Joined,
    /// Nothing will be sent here.
    Refused,
    /// Nothing will be sent here about this one of several people.
    RefusedFor,
    /// Whom is it about?
    Whom,
    /// Nothing waits for an answer.
    NoVisit,
    /// A photo or a voice message can't be read.
    Unreadable,
    /// A changed message changes no answer.
    Edited,
    /// What was typed came before the question.
    Ahead,
    /// What was pressed was answered before.
    Stale,
    /// What was pressed does nothing any more.
    Gone,
    /// Are you sure? By the word of the wish.
    Sure(String),
    /// It will be told when the team has read the answers.
    WillTell,
    /// The team has read them already.
    WasRead,
    /// Something went wrong that is our fault.
    Trouble,
    /// To a member of staff.
    Staff(StaffTell),
}

/// Something said to a member of staff. Counts and links only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StaffTell {
    /// The chat is theirs now.
    Joined,
    /// What can be asked here.
    Help,
    /// The chat is theirs no longer.
    Left,
    /// The visits of a day: counts and links.
    Day(Date),
    /// The question will be put; the appointment's id, for a link.
    Asked(String),
    /// Why it will not.
    NotAsked(String),
    /// An alert is theirs now; its id, for a link.
    Taken(String),
    /// Why it is not.
    NotTaken(String),
}

/// What is owed to a chat in return for one thing heard: one message, and what goes with it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reply {
    /// Version of this form.
    pub v: u8,
    /// Whose visit it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conversation: Option<ConversationId>,
    /// The language where no visit decides it.
    pub language: Lang,
    /// The press that is to be told that it arrived.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub query: Option<String>,
    /// What becomes of an earlier message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edit: Option<Edit>,
    /// What is said; of several, the last has the buttons.
    pub says: Vec<Tell>,
}

/// What becomes of an earlier message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Edit {
    /// It shows what was answered, and loses its buttons.
    Answered {
        /// The question.
        at: ItemRef,
        /// The message; else the one whose question waits.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        message: Option<i64>,
    },
    /// It shows which choices are picked so far.
    Picked {
        /// The question.
        at: ItemRef,
        /// The message.
        message: i64,
    },
    /// It loses its buttons.
    Closed {
        /// The message.
        message: i64,
    },
}
