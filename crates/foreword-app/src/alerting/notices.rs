//! Notices of alerts: their words, which say nothing of health, and what it means when one can't be sent.

use foreword_domain::{
    alert::{Level, State},
    chat::Message,
    escalation::Rung,
    ids::AlertId,
    language::Lang,
    mail::{Letter, Part, Thread},
    message::{Body, Channel, Deliver, Notice, Owed, Post},
};
use foreword_store::{
    Txn,
    alerts::{
        self, Alert,
        log::{self, Entry, What},
    },
    appointments,
    outbox::{self, Claimed, Lane, Outcome, Row},
    staff, staff_chats,
};
use jiff::Timestamp;

use super::climb;
use crate::{
    App, Result,
    dispatch::{Done, Ready},
};

/// Letters of a code that is typed: none that looks like another.
const LETTERS: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
/// How long a code is.
const LENGTH: usize = 5;

/// What is typed in a chat to take an alert.
pub(crate) fn code(txn: &Txn, alert: AlertId) -> String {
    let bits = txn.derive("alert.code", alert.0.as_bytes());
    bits.iter().take(LENGTH).map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect()
}

impl App {
    /// Sends the notices of alerts that are due by some channels: before everything else, and at no pace. Each
    /// channel is to have a turn of its own, so that one that hangs holds up no other.
    pub async fn send_notices(
        &self,
        clock: &(dyn Fn() -> Option<Timestamp> + Sync),
        doors: &[&dyn Deliver],
        channels: &[Channel],
    ) -> Result<Vec<Done>> {
        let held: Vec<Channel> =
            Channel::ALL.into_iter().filter(|channel| !channels.contains(channel)).collect();
        let mut done = Vec::new();
        while let Some(now) = clock() {
            let Some(claimed) = self.claim(Lane::Alerts, &held, now).await? else { break };
            done.push(self.pay(&claimed, clock, doors).await?);
        }
        Ok(done)
    }

    /// The words of a notice, or that it is not wanted any more.
    pub(crate) async fn ready_notice(
        &self,
        txn: &Txn,
        row: &Row,
        notice: &Notice,
        now: Timestamp,
    ) -> Result<Ready> {
        let not = |why: &str| Ok(Ready::Not(Outcome::Cancelled(why.to_owned())));
        let Some(alert) = alerts::get(txn, notice.alert).await? else { return not("the alert is gone") };
        let is_wanted = alert.state.is_waiting() || (notice.help && alert.state != State::Closed);
        if !is_wanted {
            return not("somebody has taken it");
        }
        let member = staff::get(txn, notice.staff).await?.filter(|member| member.disabled_at.is_none());
        if member.is_none() {
            return Ok(Ready::Not(Outcome::GaveUp("whoever it was for may not sign in any more".to_owned())));
        }
        let visit = appointments::get(txn, alert.appointment).await?;
        let clinic = visit.map_or_else(|| self.options.clinic_name.clone(), |visit| visit.clinic);
        let words = Words { app: self, alert: &alert, notice, clinic: &clinic, code: code(txn, alert.id) };
        let lang = Lang::english();
        let body = match row.channel {
            Channel::Telegram => Body::Post(Post {
                message: Some(Message { text: words.chat(now), rows: Vec::new() }),
                ..Post::default()
            }),
            Channel::Webhook => Body::Call(words.call()),
            _ => Body::Letter(Box::new(words.letter(&lang, now))),
        };
        Ok(Ready::whole(row.channel, row.address.reveal().clone(), lang, body))
    }
}

/// What a notice says.
struct Words<'a> {
    app: &'a App,
    alert: &'a Alert,
    notice: &'a Notice,
    clinic: &'a str,
    code: String,
}

impl Words<'_> {
    fn subject(&self) -> &'static str {
        match (self.notice.rung, self.alert.level) {
            (Rung::Alarm, _) => "Alarm: nobody has taken a red flag",
            (_, Level::Red) => "Somebody is needed now",
            (_, Level::Amber) => "Somebody is needed today",
        }
    }

    fn link(&self) -> String {
        format!("{}/clinic/alerts/{}", self.app.options.public_url, self.alert.id)
    }

    fn lines(&self, now: Timestamp) -> Vec<String> {
        let clinic = self.clinic;
        let why = match self.notice.rung {
            _ if self.notice.help => "You have taken it. The patient has asked for help now.",
            Rung::OnCall => "You are on call.",
            Rung::Deputy => "You are the deputy: whoever is on call has not taken it, or could not be told.",
            Rung::SafetyLead => "You are the safety lead: neither on call nor deputy has taken it.",
            Rung::Alarm => "Everybody who was to be told was told, and nobody has taken it.",
        };
        let due = self.alert.due_at.to_zoned(self.app.clinic_zone());
        let by = if self.alert.due_at <= now {
            format!("It should have been taken by {}.", due.strftime("%-d %B, %H:%M"))
        } else {
            format!("Please take it by {}.", due.strftime("%-d %B, %H:%M"))
        };
        vec![format!("{clinic}: a red flag needs a person."), format!("{why} {by}")]
    }

    fn chat(&self, now: Timestamp) -> String {
        let mut lines = vec![self.subject().to_owned()];
        lines.extend(self.lines(now));
        lines.push(format!("To take it, type here: take {}", self.code));
        lines.push(format!("What it is about, after you sign in:\n{}", self.link()));
        lines.join("\n\n")
    }

    fn letter(&self, lang: &Lang, now: Timestamp) -> Letter {
        let mut parts: Vec<Part> = self.lines(now).into_iter().map(|line| Part::words(line, lang)).collect();
        parts.push(Part::Link {
            words: None,
            label: "Open it and take it".to_owned(),
            link: self.link(),
            is_main: true,
        });
        parts.push(Part::small(
            "This mail says nothing of what was reported, on purpose: the page does, after you sign in."
                .to_owned(),
            lang,
        ));
        parts.push(Part::small(self.app.options.clinic_name.clone(), lang));
        Letter {
            subject: self.subject().to_owned(),
            marker: None,
            parts,
            ways: None,
            thread: Thread::default(),
        }
    }

    /// What another program is told. Names are not changed; more may come.
    fn call(&self) -> String {
        serde_json::json!({
            "event": "alert",
            "alert": self.alert.id.to_string(),
            "clinic": self.clinic,
            "level": self.alert.level.as_str(),
            "rung": self.notice.rung.as_str(),
            "help": self.notice.help,
            "raised_at": self.alert.raised_at.to_string(),
            "due_at": self.alert.due_at.to_string(),
            "url": self.link(),
        })
        .to_string()
    }
}

/// What became of a message, where an alert depends on it: a notice, or the crisis text.
pub(crate) async fn follow(txn: &Txn, claimed: &Claimed, outcome: &Outcome, now: Timestamp) -> Result<()> {
    match claimed.kind.0.as_str() {
        Owed::ALERT => follow_notice(txn, claimed, outcome, now).await,
        Owed::REPLY | Owed::MAIL => match outcome {
            Outcome::GaveUp(why) | Outcome::Cancelled(why) => follow_crisis(txn, claimed, why, now).await,
            _ => Ok(()),
        },
        _ => Ok(()),
    }
}

/// A message's row, as far as it can be read: one that can't is settled all the same.
async fn row_of(txn: &Txn, claimed: &Claimed) -> Result<Option<Row>> {
    match outbox::get(txn, claimed.id).await {
        Err(error) if error.is_lasting() => {
            tracing::error!(%error, outbox = %claimed.id, "what a message was about cannot be read");
            Ok(None)
        }
        row => Ok(row?),
    }
}

async fn follow_notice(txn: &Txn, claimed: &Claimed, outcome: &Outcome, now: Timestamp) -> Result<()> {
    let Some(row) = row_of(txn, claimed).await? else {
        return climb_unread(txn, claimed, outcome, now).await;
    };
    let Owed::Alert(notice) = &row.owed else { return Ok(()) };
    let Some(mut alert) = alerts::hold(txn, notice.alert).await? else { return Ok(()) };
    let entry =
        |what| Entry::new(now, what).rung(notice.rung).staff(notice.staff).channel(row.channel.as_str());
    match outcome {
        Outcome::Sent => {
            log::add(txn, alert.id, &entry(What::Sent)).await?;
            if alert.state == State::Open {
                alert.state = State::Notified;
                alerts::put(txn, &alert).await?;
            }
        }
        Outcome::RetryAt(_, why) | Outcome::Unknown(_, why) | Outcome::GaveUp(why) => {
            // One that fails a hundred times is said once.
            if claimed.attempts == 1 || matches!(outcome, Outcome::GaveUp(_)) {
                log::add(txn, alert.id, &entry(What::Failed).detail(why)).await?;
            }
            if let (Outcome::GaveUp(_), Channel::Telegram) = (outcome, row.channel) {
                // Whoever has blocked the bot has no chat any more.
                let chat = row.address.reveal().parse().unwrap_or_default();
                staff_chats::remove(txn, notice.staff, chat).await?;
            }
            // Whoever can't be told is not waited for: the next person is told at once. This one goes on being
            // tried, by this way and the others.
            if alert.rung == Some(notice.rung) && !notice.help && is_lost(txn, notice).await? {
                climb(txn, &mut alert, now).await?;
                alerts::put(txn, &alert).await?;
            }
        }
        Outcome::Part(..) | Outcome::Cancelled(_) => {}
    }
    Ok(())
}

/// Whether a failed try is reason to tell the next person at once. Of whoever is on call it is in any case: a way
/// that is down is a loop that limps, and one more person is brought in. From then on it is when nobody on the rung
/// could be told in any way: one dead mail server must not set off the whole chain.
async fn is_lost(txn: &Txn, notice: &Notice) -> Result<bool> {
    if notice.rung == Rung::OnCall {
        return Ok(true);
    }
    let tried = outbox::tried(txn, &format!("alert:{}:{}:", notice.alert, notice.rung.as_str())).await?;
    let has_failed = |state: &str| ![outbox::state::SENT, outbox::state::SENDING].contains(&state);
    Ok(tried.iter().all(|(state, attempts)| *attempts > 0 && has_failed(state)))
}

/// The next person is told when a notice can't even be read; its key says which alert it is about.
async fn climb_unread(txn: &Txn, claimed: &Claimed, outcome: &Outcome, now: Timestamp) -> Result<()> {
    let id = claimed.key.split(':').nth(1).and_then(|id| id.parse().ok());
    let (Some(id), Outcome::GaveUp(_)) = (id, outcome) else { return Ok(()) };
    if let Some(mut alert) = alerts::hold(txn, id).await? {
        climb(txn, &mut alert, now).await?;
        alerts::put(txn, &alert).await?;
    }
    Ok(())
}

async fn follow_crisis(txn: &Txn, claimed: &Claimed, why: &str, now: Timestamp) -> Result<()> {
    use foreword_domain::{chat::Tell, conversation::Say};
    let Some(row) = row_of(txn, claimed).await? else { return Ok(()) };
    let (conversation, says) = match &row.owed {
        Owed::Reply(reply) => (reply.conversation, &reply.says),
        Owed::Mail(reply) => (reply.conversation, &reply.says),
        _ => return Ok(()),
    };
    match conversation.filter(|_| says.contains(&Tell::Say(Say::Crisis))) {
        Some(conversation) => super::crisis_undelivered(txn, conversation, why, now).await,
        None => Ok(()),
    }
}
