//! Which method does what; the short ones do it here.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::{
    Shared, polling,
    refusal::{Refusal, Reply},
    sending,
    state::State,
    updates::A_PRESS,
    webhook,
};

/// Does what a call asks for, in one go.
pub async fn apply(shared: &Shared, method: &str, given: &Map<String, Value>) -> Reply {
    if method == "getUpdates" {
        return polling::get_updates(shared, given).await;
    }
    shared.change(|state, now| match method {
        "getMe" => Ok(me(state)),
        "sendMessage" => sending::send(state, given, now),
        "editMessageText" => sending::edit_text(state, given, now),
        "editMessageReplyMarkup" => sending::edit_markup(state, given, now),
        "deleteMessage" => sending::delete(state, given, now),
        "sendChatAction" => state.reach(&given["chat_id"]).map(|_| Value::Bool(true)),
        "answerCallbackQuery" => answer_press(state, given, now),
        "setMyCommands" => set_commands(state, given),
        "setWebhook" => webhook::set(state, given),
        "deleteWebhook" => Ok(webhook::delete(state, given)),
        "getWebhookInfo" => Ok(webhook::info(state, now)),
        "logOut" => Err(Refusal::violation("a bot that logs out is shut out for ten minutes")),
        "close" => Err(Refusal { is_violation: true, ..Refusal::too_many(600) }),
        other => Err(Refusal::violation(&format!("the test kit does not do {other}"))),
    })
}

fn me(state: &State) -> Value {
    let mut me = state.user_json(None);
    for (ability, has) in [
        ("can_join_groups", true),
        ("can_read_all_group_messages", false),
        ("supports_inline_queries", false),
        ("can_connect_to_business", false),
        ("has_main_web_app", false),
    ] {
        me[ability] = has.into();
    }
    me
}

fn answer_press(state: &mut State, given: &Map<String, Value>, now: Timestamp) -> Reply {
    let text = given.get("text").and_then(Value::as_str).unwrap_or_default();
    if text.chars().count() > 200 {
        return Err(Refusal::violation("MESSAGE_TOO_LONG"));
    }
    let id = given["callback_query_id"].as_str().unwrap_or_default();
    let press = state
        .presses
        .get_mut(id)
        .filter(|press| !press.is_answered && now.duration_since(press.at).as_secs() <= A_PRESS)
        .ok_or_else(|| {
            Refusal::bad("query is too old and response timeout expired or query ID is invalid")
        })?;
    press.is_answered = true;
    if !text.is_empty() {
        let chat = press.chat;
        let is_alert = given.get("show_alert") == Some(&json!(true));
        let how = if is_alert { "in a window" } else { "for a moment" };
        state.note(chat, format!("bot shows {how}: {text}"));
    }
    Ok(true.into())
}

fn set_commands(state: &mut State, given: &Map<String, Value>) -> Reply {
    let commands = given["commands"].as_array().map(Vec::as_slice).unwrap_or_default();
    for command in commands {
        let (name, about) = (&command["command"], &command["description"]);
        let (name, about) = (name.as_str().unwrap_or_default(), about.as_str().unwrap_or_default());
        let is_sound = (1..=32).contains(&name.len())
            && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
        if !is_sound || !(1..=256).contains(&about.chars().count()) {
            return Err(Refusal::violation("BOT_COMMAND_INVALID"));
        }
    }
    if commands.len() > 100 {
        return Err(Refusal::violation("BOT_COMMANDS_TOO_MUCH"));
    }
    let language = given.get("language_code").and_then(Value::as_str).unwrap_or_default();
    state.commands.insert(language.to_owned(), given["commands"].clone());
    Ok(true.into())
}
