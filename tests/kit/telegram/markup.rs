//! Buttons: what may stand on them, and finding one by its label.

use serde_json::{Value, json};

use super::refusal::Refusal;

/// The most buttons below one message.
const MOST: usize = 100;

/// Takes the keyboard of a call as the message will have it.
pub fn inline(markup: Option<&Value>) -> Result<Option<Value>, Refusal> {
    let Some(keyboard) = markup.and_then(|markup| markup.get("inline_keyboard")) else { return Ok(None) };
    let buttons: Vec<&Value> =
        keyboard.as_array().into_iter().flatten().filter_map(Value::as_array).flatten().collect();
    if buttons.len() > MOST {
        return Err(Refusal::violation("reply markup is too long"));
    }
    for button in &buttons {
        check(button)?;
    }
    let rows: Vec<&Value> = keyboard
        .as_array()
        .into_iter()
        .flatten()
        .filter(|row| row.as_array().is_some_and(|row| !row.is_empty()))
        .collect();
    Ok((!rows.is_empty()).then(|| json!({ "inline_keyboard": rows })))
}

fn check(button: &Value) -> Result<(), Refusal> {
    let about = ["text", "style", "icon_custom_emoji_id"];
    let acts = button.as_object().into_iter().flatten().filter(|(name, _)| !about.contains(&name.as_str()));
    match acts.count() {
        0 => {
            return Err(Refusal::violation(
                "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
            ));
        }
        1 => {}
        _ => return Err(Refusal::violation("a button must do exactly one thing")),
    }
    if button["text"].as_str().is_none_or(|text| text.trim().is_empty()) {
        return Err(Refusal::violation("button text must be non-empty"));
    }
    if let Some(data) = button["callback_data"].as_str()
        && !(1..=64).contains(&data.len())
    {
        return Err(Refusal::violation("BUTTON_DATA_INVALID"));
    }
    if let Some(url) = button["url"].as_str()
        && !["http://", "https://", "tg://"].iter().any(|scheme| url.starts_with(scheme))
    {
        return Err(Refusal::violation("BUTTON_URL_INVALID"));
    }
    Ok(())
}

/// The button with this label.
pub fn find<'a>(markup: &'a Value, key: &str, label: &str) -> Option<&'a Value> {
    let mut buttons = markup[key].as_array()?.iter().filter_map(Value::as_array).flatten();
    buttons.find(|button| button["text"].as_str().or(button.as_str()) == Some(label))
}
