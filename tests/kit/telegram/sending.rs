//! Messages of the bot: sent, edited, deleted.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value};

use super::{
    markup,
    refusal::{Refusal, Reply},
    screen,
    state::{Message, State},
    text,
};

/// How long a message can be deleted.
const DELETABLE: SignedDuration = SignedDuration::from_hours(48);

/// `sendMessage`
pub fn send(state: &mut State, given: &Map<String, Value>, now: Timestamp) -> Reply {
    let mut content = content(given, "message is too long")?;
    let chat = state.reach(&given["chat_id"])?;
    if let Some(reply) = given.get("reply_parameters") {
        let to = reply["message_id"].as_i64().unwrap_or_default();
        let is_optional = reply["allow_sending_without_reply"] == Value::Bool(true);
        if state.message(chat, to).is_none() && !is_optional {
            return Err(Refusal::bad("message to be replied not found"));
        }
    }
    let keyboard = given.get("reply_markup");
    let inline = markup::inline(keyboard)?;
    if given.get("protect_content") == Some(&Value::Bool(true)) {
        content.insert("has_protected_content".to_owned(), true.into());
    }
    if let Some(keyboard) = keyboard {
        if keyboard.get("keyboard").is_some() {
            state.chat(chat).keyboard = Some(keyboard.clone());
        } else if keyboard.get("remove_keyboard").is_some() {
            state.chat(chat).keyboard = None;
        }
    }
    let id = state.post(chat, None, content, inline, now);
    Ok(state.message_json(chat, id).expect("it has just been posted"))
}

/// `editMessageText`
pub fn edit_text(state: &mut State, given: &Map<String, Value>, now: Timestamp) -> Reply {
    let content = content(given, "MESSAGE_TOO_LONG")?;
    let markup = markup::inline(given.get("reply_markup"))?;
    edit(state, given, now, |_| (content, markup))
}

/// `editMessageReplyMarkup`
pub fn edit_markup(state: &mut State, given: &Map<String, Value>, now: Timestamp) -> Reply {
    let markup = markup::inline(given.get("reply_markup"))?;
    edit(state, given, now, |message| (message.content.clone(), markup))
}

/// `deleteMessage`
pub fn delete(state: &mut State, given: &Map<String, Value>, now: Timestamp) -> Reply {
    let chat = state.find(&given["chat_id"])?;
    let id = given["message_id"].as_i64().unwrap_or_default();
    let message = state.message(chat, id).ok_or_else(|| Refusal::bad("message to delete not found"))?;
    if now.duration_since(message.date) > DELETABLE {
        return Err(Refusal::bad("message can't be deleted"));
    }
    message.is_deleted = true;
    state.note(chat, format!("bot deletes message {id}"));
    Ok(true.into())
}

fn content(given: &Map<String, Value>, too_long: &str) -> Result<Map<String, Value>, Refusal> {
    let mode = given.get("parse_mode").and_then(Value::as_str);
    let text = given.get("text").and_then(Value::as_str).unwrap_or_default();
    let (text, entities) = text::read(text, mode, given.get("entities"))?;
    let length = text::units(&text);
    if length > text::LONGEST {
        return Err(Refusal::violation(too_long));
    }
    let end = |entity: &Value| {
        entity["offset"].as_u64().unwrap_or_default() + entity["length"].as_u64().unwrap_or_default()
    };
    if entities.iter().any(|entity| usize::try_from(end(entity)).is_ok_and(|end| end > length)) {
        return Err(Refusal::violation("an entity ends after the end of the text"));
    }
    let mut content = Map::from_iter([("text".to_owned(), text.into())]);
    if !entities.is_empty() {
        content.insert("entities".to_owned(), entities.into());
    }
    Ok(content)
}

fn edit(
    state: &mut State,
    given: &Map<String, Value>,
    now: Timestamp,
    change: impl FnOnce(&Message) -> (Map<String, Value>, Option<Value>),
) -> Reply {
    let (Some(chat), Some(id)) = (given.get("chat_id"), given.get("message_id").and_then(Value::as_i64))
    else {
        return Err(Refusal::violation("message identifier is not specified"));
    };
    let chat = state.find(chat)?;
    let message = state.message(chat, id).ok_or_else(|| Refusal::bad("message to edit not found"))?;
    if message.from.is_some() {
        return Err(Refusal::bad("message can't be edited"));
    }
    let (mut content, markup) = change(message);
    if let Some(protected) = message.content.get("has_protected_content") {
        content.insert("has_protected_content".to_owned(), protected.clone());
    }
    if content == message.content && markup == message.markup {
        return Err(Refusal::bad(
            "message is not modified: specified new message content and reply markup are exactly the same as \
             a current content and reply markup of the message",
        ));
    }
    let is_same_text = content == message.content;
    message.content = content;
    message.once.extend(markup.clone());
    message.markup = markup;
    message.edited = Some(now);
    let line = if is_same_text && message.markup.is_none() {
        format!("bot takes the buttons off message {id}")
    } else {
        screen::said(&format!("bot edits message {id}"), &screen::message(message))
    };
    state.note(chat, line);
    Ok(state.message_json(chat, id).expect("it has just been edited"))
}
