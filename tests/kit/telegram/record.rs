//! Every call, when it came and what became of it, and whether they came too fast.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value};

/// A call of the bot.
#[derive(Clone, Debug)]
pub struct Call {
    pub at: Timestamp,
    /// As it is published: `sendMessage`.
    pub method: String,
    pub chat: Option<i64>,
    pub given: Map<String, Value>,
    /// Whether it took effect.
    pub is_applied: bool,
    /// The status it was answered with; nothing when the connection was closed.
    pub status: Option<u16>,
    /// What was said when it was refused.
    pub refusal: Option<String>,
}

/// Where a bot sent more than Telegram wants: one message a second to a chat, twenty a minute to a
/// group, thirty a second in all (<https://core.telegram.org/bots/faq>).
pub fn haste(calls: &[Call]) -> Vec<String> {
    let sent: Vec<&Call> = calls.iter().filter(|call| call.method.starts_with("sendMessage")).collect();
    let mut found = Vec::new();
    for (place, call) in sent.iter().enumerate() {
        let within = |span: SignedDuration, chat: Option<i64>| {
            let before = sent[..=place].iter().rev().take_while(|it| it.at > call.at - span);
            before.filter(|it| chat.is_none() || it.chat == chat).count()
        };
        let (second, minute) = (SignedDuration::from_secs(1), SignedDuration::from_mins(1));
        let mut complain = |count: usize, most: usize, about: String| {
            if count > most {
                found.push(format!("{}: {count} messages {about}", call.at));
            }
        };
        complain(within(second, None), 30, "within a second".to_owned());
        if let Some(chat) = call.chat {
            complain(within(second, call.chat), 1, format!("to chat {chat} within a second"));
            if chat < 0 {
                complain(within(minute, call.chat), 20, format!("to group {chat} within a minute"));
            }
        }
    }
    found
}
