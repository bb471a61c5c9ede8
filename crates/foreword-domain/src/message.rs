//! What comes in through a door and what we owe people through one.

use std::{future::Future, pin::Pin, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{
    chat::{Button, Message, Reply},
    conversation::Said,
    escalation::Rung,
    event::Event,
    ids::{AlertId, AppointmentId, ConversationId, NoteId, StaffId},
    language::Lang,
    mail::{self, Letter},
    private::Private,
    response::Respondent,
};

/// A door through which patient and service speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Channel {
    /// Telegram chat.
    Telegram,
    /// E-mail.
    Email,
    /// The patient's pages.
    Web,
    /// A tablet at the clinic's desk.
    Kiosk,
    /// `foreword chat`.
    Terminal,
    /// A member of staff transcribing.
    Staff,
    /// Another program of the clinic's: it is told of alerts, and says nothing.
    Webhook,
    /// The intake API: another program asked, and hands in what was answered there.
    Api,
}

impl Channel {
    /// All doors.
    pub const ALL: [Self; 8] = [
        Self::Telegram,
        Self::Email,
        Self::Web,
        Self::Kiosk,
        Self::Terminal,
        Self::Staff,
        Self::Webhook,
        Self::Api,
    ];

    /// The word for it in files and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Telegram => "telegram",
            Self::Email => "email",
            Self::Web => "web",
            Self::Kiosk => "kiosk",
            Self::Terminal => "terminal",
            Self::Staff => "staff",
            Self::Webhook => "webhook",
            Self::Api => "api",
        }
    }

    /// The word for it on a page.
    pub fn label(self) -> &'static str {
        match self {
            Self::Telegram => "Telegram",
            Self::Email => "e-mail",
            Self::Web => "web",
            Self::Kiosk => "kiosk",
            Self::Terminal => "terminal",
            Self::Staff => "staff entry",
            Self::Webhook => "webhook",
            Self::Api => "another program",
        }
    }
}

impl FromStr for Channel {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|channel| channel.as_str() == text)
            .ok_or_else(|| format!("{text:?} is not a channel"))
    }
}

/// One thing a patient sent, whatever the door.
#[derive(Clone, PartialEq, Debug)]
pub struct Inbound {
    /// Identifies the delivery: the same key is applied once.
    pub key: InboxKey,
    /// The conversation it belongs to.
    pub conversation: ConversationId,
    /// The door it came through.
    pub channel: Channel,
    /// Who answers.
    pub by: Respondent,
    /// How many items the door can offer in one message.
    pub at_once: usize,
    /// What was said.
    pub said: Said,
}

/// Source and identifier of a delivery; unique together.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct InboxKey {
    /// The source (`web`, `terminal`, `telegram:<bot>`).
    pub source: String,
    /// The source's own identifier of the delivery.
    pub id: String,
}

/// Which message of the timetable an outbox row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// The first message for a visit.
    Invitation,
    /// The second.
    Reminder,
    /// The last.
    LastReminder,
}

impl Purpose {
    /// The timetable's messages, in order.
    pub const ALL: [Self; 3] = [Self::Invitation, Self::Reminder, Self::LastReminder];

    /// The word for it in files and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Invitation => "invitation",
            Self::Reminder => "reminder",
            Self::LastReminder => "last-reminder",
        }
    }
}

impl FromStr for Purpose {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|purpose| purpose.as_str() == text)
            .ok_or_else(|| format!("{text:?} is not a purpose of a message"))
    }
}

/// What we owe, as data: the words are chosen when it is delivered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Owed {
    /// A message of the timetable.
    Planned(Planned),
    /// What the care team lets a patient know before a visit.
    Note(Note),
    /// What a member of staff is told of a day.
    Digest(Digest),
    /// That somebody is needed, for a member of staff.
    Alert(Notice),
    /// That something has happened, for another program.
    Event(Event),
    /// What is written in return for a mail.
    Mail(Box<mail::Reply>),
    /// What a chat is told in return for something.
    Reply(Box<Reply>),
}

impl Owed {
    /// The word for replies by mail in the database, beside those of [`Purpose`].
    pub const MAIL: &str = "mail";
    /// The word for what staff are told of a day.
    pub const DIGEST: &str = "digest";
    /// The word for notices of alerts.
    pub const ALERT: &str = "alert";
    /// The word for events.
    pub const EVENT: &str = "event";
    /// The word for replies in a chat.
    pub const REPLY: &'static str = "reply";

    /// The word for what it is, in the database.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Planned(planned) => planned.purpose.as_str(),
            Self::Note(note) => note.note.as_str(),
            Self::Digest(_) => Self::DIGEST,
            Self::Alert(_) => Self::ALERT,
            Self::Event(_) => Self::EVENT,
            Self::Mail(_) => Self::MAIL,
            Self::Reply(_) => Self::REPLY,
        }
    }

    /// Which message of the timetable it is.
    pub fn purpose(&self) -> Option<Purpose> {
        match self {
            Self::Planned(planned) => Some(planned.purpose),
            Self::Note(_)
            | Self::Digest(_)
            | Self::Alert(_)
            | Self::Event(_)
            | Self::Mail(_)
            | Self::Reply(_) => None,
        }
    }
}

/// A message of the timetable, owed to a patient.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Planned {
    /// Version of this payload.
    pub v: u8,
    /// Which message it is.
    pub purpose: Purpose,
    /// The visit it is about.
    pub appointment: AppointmentId,
}

/// What the care team lets a patient know, outside the timetable and its cap.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Version of this payload.
    pub v: u8,
    /// What it is.
    pub note: Noted,
    /// The visit it is about.
    pub appointment: AppointmentId,
}

/// What a patient is let know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Noted {
    /// Somebody of the team has read what they answered.
    Read,
    /// Somebody of the team wrote to them.
    Written(NoteId),
}

impl Noted {
    /// The words for them in the database.
    pub const WORDS: [&'static str; 2] = ["read", "note"];

    /// The word for it in the database.
    pub fn as_str(self) -> &'static str {
        let [read, written] = Self::WORDS;
        match self {
            Self::Read => read,
            Self::Written(_) => written,
        }
    }
}

/// The counts of a day, owed to a member of staff. They are counted when it is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Digest {
    /// Version of this payload.
    pub v: u8,
    /// Which day, in the clinic's zone.
    pub digest: jiff::civil::Date,
    /// To whom.
    pub staff: StaffId,
}

/// That an alert waits for somebody, owed to a member of staff by one way. It says nothing of what was reported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// Version of this payload.
    pub v: u8,
    /// Which alert.
    pub alert: AlertId,
    /// To whom.
    pub staff: StaffId,
    /// The rung of the chain they stand on.
    pub rung: Rung,
    /// Whether the patient has asked for help after they had taken it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub help: bool,
}

/// A message in its final words, on its way to one address.
#[derive(Clone, PartialEq, Eq)]
pub struct Outbound {
    /// Stable identifier: a second try carries the same.
    pub key: String,
    /// The door it leaves by.
    pub channel: Channel,
    /// Where to.
    pub address: String,
    /// Language of the words.
    pub language: Lang,
    /// The message.
    pub body: Body,
}

/// A message in the form of its channel.
#[derive(Clone, PartialEq, Eq)]
pub enum Body {
    /// A letter, for mail.
    Letter(Box<Letter>),
    /// What happens in a chat.
    Post(Post),
    /// What another program is told, as JSON.
    Call(String),
    /// What a program that subscribed is told.
    Event(Signed),
}

/// What a program that subscribed is told, and what it knows us by.
#[derive(Clone, PartialEq, Eq)]
pub struct Signed {
    /// The same on every try.
    pub id: String,
    /// When this try begins.
    pub at: jiff::Timestamp,
    /// `whsec_` and base64.
    pub secret: Private<String>,
    /// What it is told, as JSON.
    pub body: String,
}

/// What happens in a chat at once, in this order. All of it but the message may be done again without
/// anybody noticing.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Post {
    /// The press that is told that it arrived, with a few words or without.
    pub query: Option<(String, Option<String>)>,
    /// The messages that are changed, with what is to stand there.
    pub edits: Vec<Edited>,
    /// The message that is sent.
    pub message: Option<Message>,
}

/// A message that was sent before, as it is to be.
#[derive(Clone, PartialEq, Eq)]
pub struct Edited {
    /// The messenger's number of it.
    pub message: i64,
    /// Its words; as they are, when there are none.
    pub text: Option<String>,
    /// Its buttons.
    pub rows: Vec<Vec<Button>>,
}

impl std::fmt::Debug for Outbound {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Outbound({} by {})", self.key, self.channel.as_str())
    }
}

/// What became of handing a message to its channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// The channel took it; a messenger's number of the message.
    Accepted(Option<i64>),
    /// Not now; the reason holds no patient data.
    Later(String),
    /// Not before so many seconds have passed: the channel said so.
    Wait(u32),
    /// Never, to this address.
    Never(String),
    /// Nobody can be reached at this address any more.
    Unreachable(String),
    /// The address is another one now.
    MovedTo(String),
    /// It may or may not have been taken: the connection ended before the answer came.
    Unknown(String),
}

/// A way out to patients. The only asynchronous trait: there is one for each channel.
pub trait Deliver: Send + Sync {
    /// The channel it serves.
    fn channel(&self) -> Channel;

    /// Hands over one message.
    fn deliver<'a>(&'a self, message: &'a Outbound) -> Pin<Box<dyn Future<Output = Delivery> + Send + 'a>>;
}
