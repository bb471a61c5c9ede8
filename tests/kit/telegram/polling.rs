//! `getUpdates`, with the long poll.

use jiff::SignedDuration;
use serde_json::{Map, Value};

use super::{
    Shared,
    refusal::{Refusal, Reply},
    state::State,
};

/// The longest a poll may last, in seconds.
const LONGEST: i64 = 50;

/// Confirms what is below the offset and gives what follows; with a timeout it waits for something to
/// give, until the kit's clock has moved on by as much.
pub async fn get_updates(shared: &Shared, given: &Map<String, Value>) -> Reply {
    let number = |name: &str| given.get(name).and_then(Value::as_i64);
    let mut offset = number("offset").unwrap_or(0);
    let limit = number("limit").unwrap_or(100);
    let Some(limit) = usize::try_from(limit).ok().filter(|limit| (1..=100).contains(limit)) else {
        return Err(Refusal::violation("limit must be from 1 to 100"));
    };
    shared.change(|state, _| {
        if state.webhook.is_some() {
            return Err(Refusal::conflict(
                "can't use getUpdates method while webhook is active; use deleteWebhook to delete the \
                 webhook first",
            ));
        }
        remember_allowed(state, given)
    })?;
    let until = shared.now() + SignedDuration::from_secs(number("timeout").unwrap_or(0).clamp(0, LONGEST));
    let mut changed = shared.changed.subscribe();
    let mut waiting = None;
    // The clock may be moved by somebody who does not tell.
    let mut look_again = tokio::time::interval(std::time::Duration::from_millis(5));
    loop {
        changed.borrow_and_update();
        let given = {
            let now = shared.now();
            let mut state = shared.state();
            if waiting.is_some() && state.webhook.is_some() {
                return Err(Refusal::conflict("terminated by setWebhook request"));
            }
            if waiting.is_some_and(|number| number != state.polling) {
                return Err(Refusal::conflict(
                    "terminated by other getUpdates request; make sure that only one bot instance is running",
                ));
            }
            let batch = state.updates.get(offset, limit, now);
            if batch.is_empty() && now < until {
                if waiting.is_none() {
                    state.polling += 1;
                    waiting = Some(state.polling);
                    offset = offset.max(0);
                }
                None
            } else {
                Some(batch)
            }
        };
        if let Some(batch) = given {
            return Ok(batch.into());
        }
        tokio::select! {
            _ = changed.changed() => {}
            _ = look_again.tick() => {}
        }
    }
}

/// Remembers which kinds of updates the bot wants, if it says so.
pub fn remember_allowed(state: &mut State, given: &Map<String, Value>) -> Result<(), Refusal> {
    let Some(named) = given.get("allowed_updates").and_then(Value::as_array) else { return Ok(()) };
    let named: Vec<&str> = named.iter().filter_map(Value::as_str).collect();
    if let Some(unknown) = named.iter().find(|kind| !super::spec::SPEC.kinds().any(|known| known == **kind)) {
        return Err(Refusal::violation(&format!("there are no updates called {unknown}")));
    }
    state.updates.allow(&named);
    Ok(())
}
