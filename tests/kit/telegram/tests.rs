//! The server itself, with the real teloxide as its client.

mod failing;
mod polling;
mod pushing;
mod refusing;
mod talking;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use teloxide::types::{InlineKeyboardButton, InlineKeyboardMarkup, Update};

use super::BotApi;

/// Rows of buttons whose data is their label.
fn buttons(rows: &[&[&str]]) -> InlineKeyboardMarkup {
    let button = |label: &&str| InlineKeyboardButton::callback(*label, *label);
    InlineKeyboardMarkup::new(rows.iter().map(|row| row.iter().map(button)))
}

fn seconds(seconds: i64) -> SignedDuration {
    SignedDuration::from_secs(seconds)
}

fn ids(updates: &[Update]) -> Vec<u32> {
    updates.iter().map(|update| update.id.0).collect()
}

/// What the kit can be asked without teloxide: the status and the body.
fn asked(api: &BotApi, path: &str, content_type: &str, body: Option<&str>) -> (u16, Value) {
    let url = format!("{}/{path}", api.url());
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    tokio::task::block_in_place(|| {
        let response = match body {
            None => agent.get(url).call(),
            Some(body) => agent.post(url).content_type(content_type).send(body),
        };
        let mut response = response.unwrap();
        let text = response.body_mut().read_to_string().unwrap();
        (response.status().as_u16(), serde_json::from_str(&text).unwrap_or(Value::String(text)))
    })
}

/// Waits for what happens in another task.
async fn until(mut holds: impl FnMut() -> bool) {
    let mut tick = tokio::time::interval(std::time::Duration::from_millis(2));
    for _ in 0..2500 {
        if holds() {
            return;
        }
        tick.tick().await;
    }
    panic!("it does not happen");
}

fn instant(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}
