//! A messenger's chat: what comes in from one, what its buttons carry, and what is said in it.
//!
//! It refuses to know which messenger it is, and how its messages travel.

mod layout;
mod order;
mod pieces;
mod press;
mod tell;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use layout::{Button, Does, LIMIT, Message, View, Visit, answered, apart, lay_out};
pub use order::{ASK, Asking, Order, Unclear};
pub use pieces::split;
pub use press::{Press, Pressed, Spot, Tag, Wish};
pub use tell::{Edit, Reply, StaffTell, Tell};

use crate::{
    conversation::script::Script, ids::ConversationId, language::Lang, private::Private, response::ItemRef,
};

/// An update as the messenger sent it: kept before it is confirmed, and read when its turn comes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Update {
    /// The messenger's number of it.
    pub number: i64,
    /// The chat it belongs to, as far as that can be told: those of one chat are dealt with in order.
    pub chat: Option<i64>,
    /// What came, to the byte.
    pub raw: Private<String>,
}

/// What an update says.
#[derive(Clone, Debug, PartialEq)]
pub struct Heard {
    /// The chat.
    pub chat: i64,
    /// The language the sender reads the messenger in.
    pub language: Option<Lang>,
    /// What happened.
    pub what: What,
}

/// What happened in a chat.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// It was opened by a link that carries a code.
    Code(Private<String>),
    /// Something was typed.
    Text {
        /// The messenger's number of the message; it grows within a chat.
        message: i64,
        /// When it was sent, to the second.
        sent_at: Timestamp,
        /// What was typed.
        text: Private<String>,
    },
    /// A button was pressed.
    Pressed {
        /// What the messenger knows the press by, to be told that it arrived.
        query: String,
        /// The message below which the button is.
        message: Option<i64>,
        /// What the button carries. It came from outside: anything may stand here.
        data: String,
    },
    /// A message that was sent before was changed.
    Edited,
    /// A photo, a voice message, a sticker: nothing that can be read as an answer.
    Unreadable,
    /// The bot may not write here any more.
    Blocked,
    /// It may again.
    Unblocked,
    /// The chat goes on under another number.
    MovedTo(i64),
    /// It is no private chat.
    Group,
}

/// The message whose question waits for an answer in a chat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prompt {
    /// The messenger's number of the message.
    pub message: i64,
    /// Whose question it is.
    pub conversation: ConversationId,
    /// The question.
    pub at: ItemRef,
    /// Whether the message also says hello.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub greets: bool,
    /// When it was first tried to send it, where nobody knows whether that arrived: what was typed since may
    /// be to the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
}

impl Script {
    /// Where a question stands in the whole script, in numbers that stay as long as the script does.
    pub fn spot(&self, order: &[String], at: &ItemRef) -> Option<Spot> {
        let ask = order.iter().position(|key| *key == at.ask)?;
        let item = self.ask(&at.ask)?.instrument.items.iter().position(|item| item.id == at.item)?;
        Some(Spot { ask: u16::try_from(ask).ok()?, item: u16::try_from(item).ok()? })
    }

    /// The question at a spot, if it is asked at this door.
    pub fn at_spot(&self, order: &[String], spot: Spot) -> Option<ItemRef> {
        let ask = self.ask(order.get(usize::from(spot.ask))?)?;
        let item = ask.instrument.items.get(usize::from(spot.item))?;
        Some(ItemRef::new(&ask.key, &item.id))
    }
}

#[cfg(test)]
mod tests;
