//! No more messages: by a reply, by a mail to the address for it, or by one press of the mail program's own
//! button (RFC 8058).

use foreword_domain::{ids::ConversationId, language::Lang};
use foreword_store::{Txn, conversations, mails::Settled};
use jiff::Timestamp;

use super::{
    Desk,
    address::{Address, Found, Kind},
    refused,
};
use crate::{App, Result, again};

impl Desk<'_> {
    /// Ends all messages to the patient of a visit. Nothing is written in return: that would be one more.
    pub(super) async fn stop_about(&self, conversation: ConversationId) -> Result<Settled> {
        Ok(match stop(self.app, self.txn, conversation, self.now).await? {
            Some(_) => Settled::Applied,
            None => refused("it is about a visit that is gone"),
        })
    }
}

impl App {
    /// The language of whoever a link to end messages was sent to, if it is one of ours. Changes nothing.
    pub async fn is_stop_link(&self, token: &str) -> Result<Option<Lang>> {
        let token = token.to_owned();
        self.store
            .read(move |txn| {
                Box::pin(async move {
                    let Some(conversation) = named(txn, &token) else { return Ok(None) };
                    let stored = conversations::get(txn, conversation).await?;
                    Ok(stored.map(|stored| stored.standing.language))
                })
            })
            .await
    }

    /// Ends all messages to whoever a link was sent to. Tells their language; nothing, when it is not one of
    /// our links.
    pub async fn stop_by_link(&self, token: &str, now: Timestamp) -> Result<Option<Lang>> {
        let (app, token) = (self.clone(), token.to_owned());
        self.store
            .write(move |txn| {
                again!(app, token => match named(txn, &token) {
                    Some(conversation) => stop(&app, txn, conversation, now).await,
                    None => Ok(None),
                })
            })
            .await
    }
}

fn named(txn: &Txn, token: &str) -> Option<ConversationId> {
    match Address::of_token(txn, token) {
        Some(Found::Ours(address)) if address.kind == Kind::Stop => Some(address.conversation),
        _ => None,
    }
}

async fn stop(app: &App, txn: &Txn, conversation: ConversationId, now: Timestamp) -> Result<Option<Lang>> {
    let Some(stored) = conversations::hold(txn, conversation).await? else { return Ok(None) };
    let language = stored.standing.language;
    app.stop(txn, stored.patient, &language, now).await?;
    Ok(Some(language))
}
