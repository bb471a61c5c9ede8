//! What people were told, what the database holds, what the sinks received: they must agree.

use std::{collections::BTreeMap, path::Path};

use foreword_domain::{
    ids::ConversationId,
    response::{ItemRef, Value},
};
use foreword_store::{Store, answers, outbox};

/// What one patient's side knows: every answer that was confirmed to it, in order.
#[derive(Default)]
pub struct Told {
    pub answers: BTreeMap<ConversationId, Vec<(ItemRef, Value)>>,
}

impl Told {
    pub fn confirmed(&mut self, conversation: ConversationId, at: ItemRef, value: Value) {
        self.answers.entry(conversation).or_default().push((at, value));
    }
}

/// Every difference, in words; none when all agree.
pub async fn differences(store: &Store, told: &Told, mail: Option<&Path>) -> Vec<String> {
    let mut found = Vec::new();
    for (conversation, confirmed) in &told.answers {
        let id = *conversation;
        let held = store
            .read(move |txn| Box::pin(async move { answers::of_conversation(txn, id).await }))
            .await
            .expect("the ledger can be read");
        let held: Vec<(ItemRef, Value)> = held.into_iter().map(|answer| (answer.at, answer.value)).collect();
        if held != *confirmed {
            let first = held
                .iter()
                .zip(confirmed)
                .position(|(a, b)| a != b)
                .unwrap_or(held.len().min(confirmed.len()));
            found.push(format!(
                "conversation {conversation}: {} answers confirmed, {} held; they part at number {first}",
                confirmed.len(),
                held.len()
            ));
        }
    }
    if let Some(folder) = mail {
        found.extend(mails(store, folder).await);
    }
    found
}

/// Each message that counts as sent is in the mailbox once, and nothing else is.
async fn mails(store: &Store, folder: &Path) -> Vec<String> {
    let sent: Vec<String> = store
        .read(|txn| Box::pin(async move { outbox::in_state(txn, outbox::state::SENT).await }))
        .await
        .expect("the outbox can be read")
        .into_iter()
        .map(|row| row.key.replace(':', "."))
        .collect();
    let mut received: Vec<String> = std::fs::read_dir(folder)
        .map(|entries| {
            entries
                .flatten()
                .filter_map(|e| e.file_name().to_str()?.strip_suffix(".eml").map(str::to_owned))
                .collect()
        })
        .unwrap_or_default();
    received.sort();
    let mut found = Vec::new();
    for key in sent.iter().filter(|key| !received.contains(key)) {
        found.push(format!("message {key} counts as sent, but is in no mailbox"));
    }
    for key in received.iter().filter(|key| !sent.contains(key)) {
        // A second copy has a number before its ending, and so is no key that was sent.
        found.push(format!("message {key} is in the mailbox, but does not count as sent"));
    }
    found
}
