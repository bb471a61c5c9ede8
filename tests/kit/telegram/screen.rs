//! A chat as a person sees it, and as a transcript tells it.

use serde_json::Value;

use super::state::{Chat, Message, State};

/// What a message shows: its text or what stands for it, and a line for each row of buttons.
pub fn message(message: &Message) -> String {
    let content = &message.content;
    let text = |key: &str, field: &str| content[key][field].as_str().unwrap_or_default().to_owned();
    let mut shown = if let Some(text) = content.get("text").and_then(Value::as_str) {
        text.to_owned()
    } else if content.contains_key("photo") {
        "(photo)".to_owned()
    } else if content.contains_key("voice") {
        "(voice message)".to_owned()
    } else if content.contains_key("sticker") {
        format!("(sticker {})", text("sticker", "emoji"))
    } else if content.contains_key("contact") {
        format!("(contact {})", text("contact", "phone_number"))
    } else if content.contains_key("location") {
        "(location)".to_owned()
    } else {
        "(the group has become a supergroup)".to_owned()
    };
    if let Some(caption) = content.get("caption").and_then(Value::as_str) {
        shown = format!("{shown} {caption}");
    }
    for row in rows(message.markup.as_ref(), "inline_keyboard") {
        let labels: Vec<String> = row.iter().map(|label| format!("[{label}]")).collect();
        shown = format!("{shown}\n{}", labels.join(" "));
    }
    shown
}

/// What somebody said; further lines are indented.
pub fn said(who: &str, shown: &str) -> String {
    format!("{who}: {}", shown.replace('\n', "\n  "))
}

/// The labels of the buttons, row by row.
pub fn rows(markup: Option<&Value>, key: &str) -> Vec<Vec<String>> {
    let rows = markup.and_then(|markup| markup[key].as_array()).into_iter().flatten();
    let label = |button: &Value| button["text"].as_str().or(button.as_str()).unwrap_or_default().to_owned();
    rows.map(|row| row.as_array().into_iter().flatten().map(label).collect()).collect()
}

/// The chat as it stands now.
pub fn chat(state: &State, chat: &Chat) -> String {
    let mut lines: Vec<String> = chat
        .messages
        .values()
        .filter(|one| !one.is_deleted)
        .map(|one| {
            let edited = if one.edited.is_some() && one.from.is_some() { " (edited)" } else { "" };
            said(&state.name(one.from), &format!("{}{edited}", message(one)))
        })
        .collect();
    for row in rows(chat.keyboard.as_ref(), "keyboard") {
        let keys: Vec<String> = row.iter().map(|key| format!("<{key}>")).collect();
        lines.push(keys.join(" "));
    }
    lines.join("\n")
}
