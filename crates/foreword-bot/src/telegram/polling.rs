//! Fetching updates, each as it came: they are kept before they are confirmed, and read later.

use std::time::Duration;

use foreword_domain::{chat::Update, private::Private};
use serde::{Deserialize, Serialize};
use serde_json::{Value, value::RawValue};
use teloxide::{
    RequestError,
    requests::{JsonRequest, Payload},
    types::AllowedUpdate,
};

use super::{Telegram, Trouble, WANTED, look::Look};

/// The longest Telegram is asked to hold a call open while there is nothing to tell, in seconds.
const LONGEST_WAIT: u8 = 30;
/// How long the client waits for the answer: longer, or it would give up what is about to come.
pub(super) const PATIENCE: Duration = Duration::from_secs(40);
/// The most updates of one call; the most there can be.
const BATCH: u8 = 100;

impl Telegram {
    /// Waits for updates, for at most half a minute. It confirms all below `offset`: Telegram forgets them.
    pub async fn updates(&self, offset: i64, wait: Duration) -> Result<Vec<Update>, Trouble> {
        let timeout = u8::try_from(wait.as_secs()).unwrap_or(LONGEST_WAIT).min(LONGEST_WAIT);
        let call = GetUpdates { offset, limit: BATCH, timeout, allowed_updates: WANTED };
        let came = match JsonRequest::new(self.poller.clone(), call).await {
            Ok(values) => values.iter().map(Value::to_string).collect(),
            // One update that teloxide cannot take must not be in the way of the others for ever.
            Err(RequestError::InvalidJson { raw, .. }) => one_by_one(&raw).ok_or(Trouble::Garbled)?,
            Err(error) => return Err(error.into()),
        };
        let updates: Vec<_> = came.iter().filter_map(|raw| read_update(raw)).collect();
        let lost = came.len() - updates.len();
        if lost > 0 {
            tracing::warn!(lost, "telegram sent updates without a number; they are passed over");
        }
        // Nothing can confirm them, and they would come again at once, and again.
        if updates.is_empty() && lost > 0 { Err(Trouble::Garbled) } else { Ok(updates) }
    }
}

/// Reads as much of an update as is needed to keep it: its number and its chat. It is kept in a form that
/// is the same however it came: an update that was fetched and is then pushed as well is told by its
/// content.
pub fn read_update(raw: &str) -> Option<Update> {
    let update = Look::at_text(raw)?;
    let number = update.number(&["update_id"])?;
    let known = [
        ["message", "chat", "id"].as_slice(),
        &["edited_message", "chat", "id"],
        &["callback_query", "message", "chat", "id"],
        &["callback_query", "from", "id"],
        &["my_chat_member", "chat", "id"],
    ];
    let chat = known
        .iter()
        .find_map(|path| update.number(path))
        .or_else(|| update.fields().values().find_map(|kind| kind.number(&["chat", "id"])));
    let form: Option<Value> = serde_json::from_str(raw).ok();
    let raw = form.map_or_else(|| raw.to_owned(), |value| value.to_string());
    Some(Update { number, chat, raw: Private::new(raw) })
}

/// The updates of an answer that is sound as a whole.
fn one_by_one(answer: &str) -> Option<Vec<String>> {
    #[derive(Deserialize)]
    struct Answer<'a> {
        #[serde(borrow)]
        result: Vec<&'a RawValue>,
    }
    let answer: Answer<'_> = serde_json::from_str(answer).ok()?;
    Some(answer.result.into_iter().map(|raw| raw.get().to_owned()).collect())
}

/// `getUpdates` as teloxide has it, but for what it answers.
#[derive(Serialize)]
struct GetUpdates {
    offset: i64,
    limit: u8,
    timeout: u8,
    allowed_updates: [AllowedUpdate; 4],
}

impl Payload for GetUpdates {
    // Not raw values: teloxide reads an answer in a way that does not keep them.
    type Output = Vec<Value>;
    const NAME: &'static str = "GetUpdates";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_update_that_cannot_be_read_is_in_nobodys_way() {
        let deep = format!("{}{}", "[".repeat(300), "]".repeat(300));
        let answer = format!(
            r#"{{"ok":true,"result":[{{"update_id":7,"b":1,"a":{deep}}},{{"update_id":8, "b":1,"a":2}}]}}"#
        );
        let came = one_by_one(&answer).unwrap();
        assert_eq!(
            came.iter().filter_map(|raw| read_update(raw)).map(|it| it.number).collect::<Vec<_>>(),
            [7, 8]
        );
        let sound: Value = serde_json::from_str(r#"{"update_id":8,"b":1,"a":2}"#).unwrap();
        let kept = read_update(&came[1]).unwrap();
        assert_eq!(kept.raw.reveal(), &sound.to_string(), "in the form in which it comes otherwise");
        assert_eq!(one_by_one(r#"{"ok":true,"result":[{"update_id":8"#), None);
    }
}
