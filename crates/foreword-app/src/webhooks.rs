//! Webhooks: which programs of the clinic's are told of what.

use data_encoding::BASE64;
use foreword_domain::{
    event::{Kind, check_target},
    ids::WebhookId,
    private::Private,
};
pub use foreword_store::webhooks::Webhook;
use foreword_store::{audit, webhooks};
use jiff::Timestamp;

use crate::{App, Error, Result, again, mint};

/// Programs that may subscribe, at most: each is told of everything, one after the other.
const MOST: usize = 50;

impl App {
    /// Subscribes a program. Its secret is in what comes back, and shown once. `by` is who does it, for the audit
    /// log.
    ///
    /// # Errors
    /// [`Error::Refused`] when it may not be called, wants to hear of nothing, or there are too many.
    pub async fn add_webhook(&self, url: &str, events: &[Kind], by: &str, now: Timestamp) -> Result<Webhook> {
        check_target(url, self.options.private_webhooks)
            .map_err(|why| Error::Refused(format!("url: {why}")))?;
        if events.is_empty() {
            return Err(Error::Refused("events: name at least one".to_owned()));
        }
        let mut events = events.to_vec();
        events.sort_unstable();
        events.dedup();
        let new = Webhook {
            id: mint(WebhookId::mint, now),
            url: Private::new(url.to_owned()),
            secret: Private::new(format!("whsec_{}", BASE64.encode(&foreword_store::random::<24>()))),
            events,
            created_at: now,
            created_by: by.to_owned(),
        };
        self.store
            .write(move |txn| {
                again!(new => {
                    if webhooks::all(txn).await?.len() >= MOST {
                        return Err(Error::Refused(format!("there are {MOST} webhooks, no more fit; remove one")));
                    }
                    webhooks::add(txn, &new).await?;
                    let subject = format!("webhook:{}", new.id);
                    audit::note(txn, now, &new.created_by, "webhook.added", &subject).await?;
                    Ok::<_, Error>(new)
                })
            })
            .await
    }

    /// All programs that subscribed, oldest first.
    pub async fn webhooks(&self) -> Result<Vec<Webhook>> {
        self.store.read(|txn| Box::pin(async move { Ok(webhooks::all(txn).await?) })).await
    }

    /// A program that subscribed.
    pub async fn webhook(&self, id: WebhookId) -> Result<Option<Webhook>> {
        self.store.read(move |txn| Box::pin(async move { Ok(webhooks::get(txn, id).await?) })).await
    }

    /// Forgets a program: what is still owed to it is not sent. Tells whether there was one.
    pub async fn remove_webhook(&self, id: WebhookId, by: &str, now: Timestamp) -> Result<bool> {
        let by = by.to_owned();
        self.store
            .write(move |txn| {
                again!(by => {
                    let was_there = webhooks::remove(txn, id).await?;
                    if was_there {
                        audit::note(txn, now, &by, "webhook.removed", &format!("webhook:{id}")).await?;
                    }
                    Ok::<_, Error>(was_there)
                })
            })
            .await
    }
}
