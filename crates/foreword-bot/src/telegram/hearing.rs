//! What an update says.
//!
//! It is read field by field and not through teloxide's types: those take a whole message for nothing
//! where one part of it is newer than they are, and a patient's words would be lost for a mark on them.

use foreword_domain::{
    chat::{Heard, What},
    language::Lang,
    private::Private,
};
use jiff::Timestamp;

use super::look::Look;

/// Reads an update; nothing if it is none, or is from a bot, or is about nothing that matters here.
pub fn heard(raw: &str) -> Option<Heard> {
    let update = Look::at_text(raw)?;
    for (kind, hear) in KINDS {
        if let Some(it) = update.at(&[kind]) {
            return hear(it);
        }
    }
    // Of what nobody knows: what happened in a private chat was meant for the bot.
    let it = update.fields().into_values().find(|it| it.at(&["chat", "id"]).is_some())?;
    happened(it, |_| Some(What::Unreadable))
}

type Hear = fn(Look<'_>) -> Option<Heard>;

const KINDS: [(&str, Hear); 4] = [
    ("message", |it| match it.number(&["migrate_to_chat_id"]) {
        Some(to) => Some(Heard { chat: chat(it)?, language: None, what: What::MovedTo(to) }),
        None => happened(it, |it| Some(typed(it).unwrap_or(What::Unreadable))),
    }),
    // Only words are taken as an answer; of a position that is shared, every step is a change.
    ("edited_message", |it| happened(it, |it| it.text(&["text"]).map(|_| What::Edited))),
    ("callback_query", press),
    ("my_chat_member", membership),
];

/// What happened in a chat, if a person did it and it is a private one.
fn happened(it: Look<'_>, what: impl FnOnce(Look<'_>) -> Option<What>) -> Option<Heard> {
    if it.says(&["from", "is_bot"]) {
        return None;
    }
    let what = if is_private(it) { what(it)? } else { What::Group };
    Some(Heard { chat: chat(it)?, language: language(it), what })
}

fn chat(it: Look<'_>) -> Option<i64> {
    it.number(&["chat", "id"])
}

fn is_private(it: Look<'_>) -> bool {
    match it.text(&["chat", "type"]) {
        Some(kind) => kind == "private",
        // People's numbers are above zero, those of all else below (Bot API, "Chat").
        None => chat(it).is_none_or(|id| id > 0),
    }
}

fn language(it: Look<'_>) -> Option<Lang> {
    Lang::parse(&it.text(&["from", "language_code"])?).ok()
}

fn typed(it: Look<'_>) -> Option<What> {
    let text = without_name(it.text(&["text"])?);
    let mut words = text.split_whitespace();
    if words.next().is_some_and(|first| first.eq_ignore_ascii_case("/start")) {
        match (words.next(), words.next()) {
            (Some(code), None) if is_code(code) => return Some(What::Code(code.to_owned().into())),
            _ => {}
        }
    }
    let sent_at = Timestamp::from_second(it.number(&["date"])?).ok()?;
    Some(What::Text { message: it.number(&["message_id"])?, sent_at, text: Private::new(text) })
}

/// What a link to the bot can carry (<https://core.telegram.org/bots/features#deep-linking>).
fn is_code(word: &str) -> bool {
    word.len() <= 64 && word.bytes().all(|c| c.is_ascii_alphanumeric() || matches!(c, b'_' | b'-'))
}

/// A command as it would be without the bot's name, which some apps put behind it.
fn without_name(text: String) -> String {
    let end = text.find(char::is_whitespace).unwrap_or(text.len());
    match text[..end].find('@') {
        Some(at) if at > 1 && text.starts_with('/') => format!("{}{}", &text[..at], &text[end..]),
        _ => text,
    }
}

fn press(it: Look<'_>) -> Option<Heard> {
    let query = it.text(&["id"])?;
    if it.says(&["from", "is_bot"]) {
        return None;
    }
    // Below a message too old to be shown stands its number still; without any, it was the person's chat.
    let message = it.at(&["message"]).filter(|message| chat(*message).is_some());
    let what = match message {
        Some(message) if !is_private(message) => What::Group,
        _ => What::Pressed {
            query,
            message: message.and_then(|message| message.number(&["message_id"])),
            data: it.text(&["data"]).unwrap_or_default(),
        },
    };
    let chat = message.and_then(chat).or_else(|| it.number(&["from", "id"]))?;
    Some(Heard { chat, language: language(it), what })
}

fn membership(it: Look<'_>) -> Option<Heard> {
    let status = it.text(&["new_chat_member", "status"])?;
    let what = match status.as_str() {
        "kicked" => What::Blocked,
        // Put out of a group, there is nothing to answer; a person never puts a bot out but by blocking it.
        "left" => return None,
        _ if !is_private(it) => What::Group,
        "member" => What::Unblocked,
        _ => return None,
    };
    Some(Heard { chat: chat(it)?, language: language(it), what })
}
