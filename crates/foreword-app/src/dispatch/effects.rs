//! What a delivery means: for its row, and for the chat it went to.

use std::time::Duration;

use foreword_domain::{
    chat::Prompt,
    event::Kind,
    message::{Channel, Delivery, Owed, Purpose},
};
use foreword_store::{
    Txn, audit,
    outbox::{self, Claimed, Outcome},
    patients, telegram,
};
use jiff::{SignedDuration, Timestamp};

use super::rest;
use crate::{App, Result, again, alerting::notices, events};

/// How often it is tried to write down what became of a message. It is known here and nowhere else: if it
/// can't be written, the message goes out again.
const TRIES: u32 = 8;
/// Messages in one chat are so far apart.
const A_SECOND: SignedDuration = SignedDuration::from_secs(1);

/// What a try changes besides its own row.
#[derive(Clone, Default)]
pub(crate) struct Effect {
    /// The channel it left by, where that was chosen when it was sent.
    pub channel: Option<Channel>,
    /// The chat it went to.
    pub chat: Option<i64>,
    /// Whether a message was sent there, and not only one changed.
    pub has_spoken: bool,
    /// The question that waits for an answer now.
    pub prompt: Option<Prompt>,
    /// Why nobody can be reached there any more.
    lost: Option<String>,
    /// The chat's new number.
    moved: Option<i64>,
    /// Until when Telegram asked to wait.
    wait: Option<Timestamp>,
}

/// What a delivery means for its row; `part` is how many parts will have been sent with it, when it is not
/// the last.
pub(super) fn outcome(
    delivery: Delivery,
    part: Option<u32>,
    claimed: &Claimed,
    effect: &mut Effect,
    now: Timestamp,
) -> Outcome {
    let is_reply = matches!(claimed.kind.0.as_str(), Owed::REPLY | Owed::ALERT);
    let tries = i64::from(claimed.attempts.saturating_mul(claimed.attempts)).clamp(1, 60);
    // 1, 4, 9, ... minutes, then hourly until it is too late: a mail server may be down for a day.
    // Somebody who waits for a reply is at their telephone, and an alert is urgent: seconds, then every minute.
    let pause = if is_reply {
        SignedDuration::from_secs(tries)
    } else {
        scattered(SignedDuration::from_mins(tries), claimed)
    };
    let after = |pause: SignedDuration| now.checked_add(pause).unwrap_or(now);
    match delivery {
        Delivery::Accepted(_) => match part {
            Some(part) => Outcome::Part(part, after(A_SECOND)),
            None => Outcome::Sent,
        },
        Delivery::Later(why) => Outcome::RetryAt(after(pause), why),
        // It carries the same Message-ID again, so that a double can be told as one.
        Delivery::Unknown(why) => Outcome::Unknown(after(pause), format!("{why}; it may have arrived")),
        Delivery::Wait(seconds) => {
            let until = after(SignedDuration::from_secs(i64::from(seconds.max(1))));
            effect.wait = Some(until);
            Outcome::RetryAt(until, format!("asked to wait for {seconds} s"))
        }
        Delivery::Never(why) => Outcome::GaveUp(why),
        Delivery::Unreachable(why) => {
            effect.lost = Some(why.clone());
            if is_reply || matches!(claimed.kind.0.as_str(), Owed::MAIL | Owed::DIGEST | Owed::EVENT) {
                Outcome::GaveUp(why)
            } else {
                Outcome::RetryAt(now, format!("{why}; by another channel"))
            }
        }
        Delivery::MovedTo(to) => {
            effect.moved = to.parse().ok();
            Outcome::RetryAt(now, "the chat has another number now".to_owned())
        }
    }
}

/// A pause of four fifths of it to all of it: those that failed together don't come back together. It follows
/// from message and try, so that what happens can be made to happen again.
fn scattered(pause: SignedDuration, claimed: &Claimed) -> SignedDuration {
    // The last bytes of an id are random.
    let [.., byte] = claimed.id.0.into_bytes();
    let spread =
        u32::from(byte.wrapping_add(u8::try_from(claimed.attempts % 251).unwrap_or(0).wrapping_mul(37)));
    pause - pause * i32::try_from(spread).unwrap_or(0) / (5 * 256)
}

impl App {
    /// Writes down what became of a try, and goes on trying to while the database can't be reached.
    pub(super) async fn settle(
        &self,
        claimed: &Claimed,
        outcome: &Outcome,
        effect: &Effect,
        now: Timestamp,
    ) -> Result<()> {
        let mut tried = 0;
        loop {
            tried += 1;
            match self.try_to_settle(claimed, outcome, effect, now).await {
                Err(error) if tried < TRIES && !error.is_lasting() => {
                    tracing::warn!(%error, "what became of a message could not be written down yet");
                    rest(Duration::from_millis(100 << tried)).await;
                }
                done => return done,
            }
        }
    }

    async fn try_to_settle(
        &self,
        claimed: &Claimed,
        outcome: &Outcome,
        effect: &Effect,
        now: Timestamp,
    ) -> Result<()> {
        let (claimed, outcome, effect) = (claimed.clone(), outcome.clone(), effect.clone());
        self.store
            .write(move |txn| {
                again!(claimed, outcome, effect => settle_in(txn, &claimed, &outcome, &effect, now).await)
            })
            .await
    }
}

/// Writes down what became of a try, if its fence still fits.
pub(crate) async fn settle_in(
    txn: &Txn,
    claimed: &Claimed,
    outcome: &Outcome,
    effect: &Effect,
    now: Timestamp,
) -> Result<()> {
    if !outbox::settle(txn, claimed, outcome, now).await? {
        return Ok(());
    }
    notices::follow(txn, claimed, outcome, now).await?;
    events::follow(txn, claimed, outcome, effect.lost.is_some(), now).await?;
    if let (Outcome::Sent, Some(appointment)) = (outcome, claimed.appointment)
        && claimed.kind.0 == Purpose::Invitation.as_str()
    {
        events::tell(txn, Kind::InvitationSent, appointment, now).await?;
    }
    if let Some(channel) = effect.channel
        && channel.as_str() != claimed.kind.1
    {
        outbox::set_channel(txn, claimed.id, claimed.attempts, channel).await?;
    }
    if let Some(chat) = effect.chat {
        follow_chat(txn, chat, outcome, effect, now).await?;
    }
    if let (Some(Channel::Email), Some(why)) = (effect.channel, &effect.lost)
        && let Some(patient) = outbox::get(txn, claimed.id).await?.and_then(|row| row.patient)
        && patients::set_failed(txn, patient, Channel::Email, Some((now, why))).await?
    {
        audit::note(txn, now, "service", "channel.lost", &audit::patient(patient)).await?;
    }
    // Replies are part of what was said; what was said is in the log.
    if let (Outcome::Sent, Some(appointment)) = (outcome, claimed.appointment) {
        let action = format!("message.sent.{}", claimed.kind.0);
        audit::note(txn, now, "service", &action, &audit::appointment(appointment)).await?;
    }
    Ok(())
}

/// What a try means for the chat it went to.
async fn follow_chat(txn: &Txn, chat: i64, outcome: &Outcome, effect: &Effect, now: Timestamp) -> Result<()> {
    if let Some(to) = effect.moved {
        return Ok(telegram::move_chat(txn, chat, to).await?);
    }
    if let Some(why) = &effect.lost {
        telegram::lose(txn, chat, why, now).await?;
        for (patient, _) in telegram::patients_of(txn, chat).await? {
            audit::note(txn, now, "service", "channel.lost", &audit::patient(patient)).await?;
        }
        return Ok(());
    }
    if let Some(prompt) = &effect.prompt {
        telegram::note_prompt(txn, chat, Some(prompt)).await?;
    }
    let has_spoken = matches!(outcome, Outcome::Sent | Outcome::Part(..)) && effect.has_spoken;
    // One message a second in a chat, and none while Telegram wants none: of the timetable neither.
    let pause = has_spoken.then(|| now.checked_add(A_SECOND).unwrap_or(now));
    if let Some(until) = pause.max(effect.wait) {
        telegram::pause(txn, chat, until).await?;
        outbox::pause_replies(txn, chat, until).await?;
    }
    Ok(())
}
