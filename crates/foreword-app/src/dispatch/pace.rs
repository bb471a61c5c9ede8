//! How many messages a channel takes, and when a chat takes the next one.

use foreword_domain::{message::Channel, private::Private};
use foreword_store::{Txn, outbox, telegram};
use jiff::{SignedDuration, Timestamp};

use crate::{App, Result};

/// Messages to a messenger in one second, below the 30 it takes (Bots FAQ, "My bot is hitting limits").
const A_SECOND: u64 = 25;

impl App {
    /// Whether another message would be more than a channel takes at once: so many a second in chats, and none
    /// at all while several were told to wait; so many mails a minute as the clinic's mail server is used to.
    pub(super) async fn is_too_fast(&self, channel: Channel, now: Timestamp) -> Result<bool> {
        let (most, pace) = match channel {
            Channel::Telegram => (A_SECOND, SignedDuration::from_secs(1)),
            Channel::Email => match self.options.mails_a_minute {
                Some(most) => (u64::from(most), SignedDuration::from_mins(1)),
                None => return Ok(false),
            },
            _ => return Ok(false),
        };
        let since = now.checked_sub(pace).unwrap_or(now);
        self.store
            .read(move |txn| {
                Box::pin(async move {
                    let told_to_wait =
                        channel == Channel::Telegram && outbox::asked_to_wait(txn, now).await?.is_some();
                    Ok(told_to_wait || outbox::sent_since(txn, channel, since).await? >= most)
                })
            })
            .await
    }
}

/// Before which instant nothing may be sent to a chat, if that is not now: Telegram said so, of it or of
/// several, or a message went there a moment ago.
pub(super) async fn not_before(
    txn: &Txn,
    address: &Private<String>,
    now: Timestamp,
) -> Result<Option<Timestamp>> {
    let own = match address.reveal().parse() {
        Ok(chat) => telegram::paused_until(txn, chat).await?,
        Err(_) => None,
    };
    let of_all = outbox::asked_to_wait(txn, now).await?;
    Ok(own.max(of_all).filter(|until| *until > now))
}
