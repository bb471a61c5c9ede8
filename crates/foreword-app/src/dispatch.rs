//! Dispatch: what is owed and due is put into words, handed to its channel, and settled.

pub(crate) mod effects;
mod notes;
mod pace;
mod words;

use std::{convert::Infallible, time::Duration};

use foreword_domain::{
    chat::{Prompt, Reply, Tag},
    conversation::State,
    language::Lang,
    message::{Body, Channel, Deliver, Delivery, Outbound, Owed, Planned, Post},
    pathway::Mode,
    response::Respondent,
    schedule::{self, Moment, Other, Verdict},
};
use foreword_store::{
    Alone, Contention, Txn, appointments, conversations, invitations,
    outbox::{self, Lane, Outcome, Row},
    patients,
};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use serde::Serialize;

use crate::{
    App, Error, Result, again,
    chat::{code, people, telling},
};

pub use foreword_store::outbox::Claimed;

use effects::Effect;
use pace::not_before;
use words::Words;

/// How long a claimed message may be on its way before it counts as neither sent nor not. It is made longer
/// again and again while the message is on its way, so that it runs out only when the process that sends it is
/// gone.
const LEASE: SignedDuration = SignedDuration::from_mins(1);
/// The same for a reply: somebody waits for it.
const REPLY_LEASE: SignedDuration = SignedDuration::from_secs(20);
/// How often it is made longer.
const RENEW: Duration = Duration::from_secs(5);
/// What was done with one message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Done {
    /// When.
    pub at: Timestamp,
    /// Which message.
    pub kind: String,
    /// About which visit.
    pub appointment: String,
    /// By which channel.
    pub channel: String,
    /// `sent`, `part`, `retry`, `gave-up` or `cancelled`.
    pub outcome: String,
    /// Why, when it was not sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// What a row comes to when its words are chosen.
pub(crate) enum Ready {
    /// It is sent, as so many messages.
    Send(Box<Sending>),
    /// It is not.
    Not(Outcome),
}

impl Ready {
    /// It is sent, as one message that nobody has to answer.
    pub(crate) fn whole(channel: Channel, address: String, language: Lang, body: Body) -> Self {
        Self::Send(Box::new(Sending { channel, address, language, body, part: None, prompt: None }))
    }
}

/// A row in its final words.
pub(crate) struct Sending {
    pub channel: Channel,
    pub address: String,
    pub language: Lang,
    /// What is sent now.
    pub body: Body,
    /// How many parts of it will then have been sent, when it is not the last.
    pub part: Option<u32>,
    /// The question that waits for an answer when all of it was sent.
    pub prompt: Option<Prompt>,
}

impl App {
    /// Sends everything of the timetable that is due, one message at a time. `clock` is read anew for
    /// each, and ends the work between two messages by telling no time any more.
    ///
    /// A message whose row can't be read is given up, so that it holds up no other.
    pub async fn dispatch(
        &self,
        clock: &(dyn Fn() -> Option<Timestamp> + Sync),
        doors: &[&dyn Deliver],
    ) -> Result<Vec<Done>> {
        let mut done: Vec<Done> = Vec::new();
        let mut held = Vec::new();
        let mut used = vec![Channel::Telegram, Channel::Email];
        while let Some(now) = clock() {
            for channel in used.drain(..) {
                if !held.contains(&channel) && self.is_too_fast(channel, now).await? {
                    held.push(channel);
                }
            }
            let paid = match self.take_next(&held, now).await {
                Ok(None) => break,
                Ok(Some((claimed, Ready::Send(sending)))) => {
                    self.send_off(&claimed, Ok(Ready::Send(sending)), clock, doors).await?
                }
                Ok(Some((claimed, Ready::Not(outcome)))) => report(&claimed, None, &outcome, now),
                // Its row can't be read, or the database is in the way: alone, so that it is known which it is.
                Err(_) => match self.claim(Lane::Planned, &held, now).await? {
                    Some(claimed) => self.pay(&claimed, clock, doors).await?,
                    None => break,
                },
            };
            used.extend(paid.channel.parse::<Channel>());
            done.push(paid);
        }
        Ok(done)
    }

    /// Claims the next message of the timetable and puts it into words, in one transaction; what is not sent
    /// is settled in it, too.
    async fn take_next(&self, held: &[Channel], now: Timestamp) -> Result<Option<(Claimed, Ready)>> {
        let (app, held) = (self.clone(), held.to_vec());
        let until = now.checked_add(LEASE).unwrap_or(now);
        self.store
            .write(move |txn| {
                again!(app, held => {
                    let Some(claimed) = outbox::claim(txn, Lane::Planned, &held, now, until).await? else {
                        return Ok(None);
                    };
                    let row = outbox::get(txn, claimed.id).await?.ok_or(Error::NotFound("message"))?;
                    let ready = app.ready_row(txn, &row, now).await?;
                    if let Ready::Not(outcome) = &ready {
                        effects::settle_in(txn, &claimed, outcome, &Effect::default(), now).await?;
                    }
                    Ok::<_, Error>(Some((claimed, ready)))
                })
            })
            .await
    }

    /// Takes the next reply that is owed to a chat and may be sent now, for [`App::pay`]. Those of one
    /// chat come in order, each when the one before is settled.
    pub async fn next_reply(&self, now: Timestamp) -> Result<Option<Claimed>> {
        if self.is_too_fast(Channel::Telegram, now).await? {
            return Ok(None);
        }
        self.claim(Lane::Replies, &[], now).await
    }

    /// When the next reply may be due, as far as is known now.
    pub async fn next_reply_at(&self, now: Timestamp) -> Result<Option<Timestamp>> {
        self.store
            .read(move |txn| {
                Box::pin(async move {
                    let Some(due) = outbox::next_due(txn, Lane::Replies, now).await? else { return Ok(None) };
                    Ok(Some(outbox::asked_to_wait(txn, now).await?.map_or(due, |until| until.max(due))))
                })
            })
            .await
    }

    /// Begins to send replies to chats. Where this process is alone with the database, what was on its way
    /// when the one before it ended is tried again at once, and not when its lease runs out. What is handed
    /// out is to be kept for as long as replies are sent.
    pub async fn begin_replies(&self, now: Timestamp) -> Result<Option<Alone>> {
        self.begin(Lane::Replies, "sender", now).await
    }

    /// Begins to send everything else: in the same way.
    pub async fn begin_dispatch(&self, now: Timestamp) -> Result<Option<Alone>> {
        self.begin(Lane::Alerts, "alerts", now).await?;
        self.begin(Lane::Events, "events", now).await?;
        self.begin(Lane::Planned, "worker", now).await
    }

    async fn begin(&self, lane: Lane, work: &str, now: Timestamp) -> Result<Option<Alone>> {
        let Some(alone) = self.store.alone(work) else { return Ok(None) };
        self.store
            .write(move |txn| Box::pin(async move { Ok::<_, Error>(outbox::release(txn, lane, now).await?) }))
            .await?;
        Ok(Some(alone))
    }

    /// Puts a claimed message into words, hands it to its channel and settles it.
    pub async fn pay(
        &self,
        claimed: &Claimed,
        clock: &(dyn Fn() -> Option<Timestamp> + Sync),
        doors: &[&dyn Deliver],
    ) -> Result<Done> {
        let ready = self.make_ready(claimed, clock().unwrap_or(claimed.at)).await;
        self.send_off(claimed, ready, clock, doors).await
    }

    /// Hands a message in its words to its channel, and settles it.
    async fn send_off(
        &self,
        claimed: &Claimed,
        ready: Result<Ready>,
        clock: &(dyn Fn() -> Option<Timestamp> + Sync),
        doors: &[&dyn Deliver],
    ) -> Result<Done> {
        foreword_store::crash_point("claimed");
        let begun = clock().unwrap_or(claimed.at);
        let mut effect = Effect::default();
        let outcome = match ready {
            Ok(Ready::Not(outcome)) => outcome,
            Ok(Ready::Send(sending)) => {
                let part = sending.part;
                effect.channel = Some(sending.channel);
                if sending.channel == Channel::Telegram {
                    effect.chat = sending.address.parse().ok();
                }
                let delivery = self.send(claimed, *sending, &mut effect, clock, doors).await;
                effects::outcome(delivery, part, claimed, &mut effect, clock().unwrap_or(begun))
            }
            // It waits, and is put into words when the database can be read again.
            Err(error) if error.is_contention() || !error.is_lasting() => {
                let why = Delivery::Later("the database is busy".to_owned());
                effects::outcome(why, None, claimed, &mut effect, begun)
            }
            Err(error) => {
                tracing::error!(%error, outbox = %claimed.id, "a message cannot be put into words");
                Outcome::GaveUp(format!("its row cannot be read: {error}"))
            }
        };
        foreword_store::crash_point("delivered");
        let now = clock().unwrap_or(begun);
        self.settle(claimed, &outcome, &effect, now).await?;
        Ok(report(claimed, effect.channel, &outcome, now))
    }

    async fn send(
        &self,
        claimed: &Claimed,
        sending: Sending,
        effect: &mut Effect,
        clock: &(dyn Fn() -> Option<Timestamp> + Sync),
        doors: &[&dyn Deliver],
    ) -> Delivery {
        let Some(door) = doors.iter().find(|door| door.channel() == sending.channel) else {
            return Delivery::Never(format!("no way out by {} is set up", sending.channel.as_str()));
        };
        effect.has_spoken = matches!(&sending.body, Body::Post(post) if post.message.is_some());
        let message = Outbound {
            key: claimed.key.clone(),
            channel: sending.channel,
            address: sending.address,
            language: sending.language,
            body: sending.body,
        };
        // Whichever ends first, and only one of them does.
        let delivery = tokio::select! {
            delivery = door.deliver(&message) => delivery,
            never = self.keep_renewing(claimed, clock) => match never {},
        };
        if let (Delivery::Accepted(Some(number)), None) = (&delivery, sending.part) {
            effect.prompt = sending.prompt.map(|prompt| Prompt { message: *number, ..prompt });
        }
        delivery
    }

    /// Keeps others from a message for as long as this process sends it, however long the channel takes.
    async fn keep_renewing(
        &self,
        claimed: &Claimed,
        clock: &(dyn Fn() -> Option<Timestamp> + Sync),
    ) -> Infallible {
        let lease = if claimed.kind.0 == Owed::REPLY { REPLY_LEASE } else { LEASE };
        loop {
            rest(RENEW).await;
            let Some(until) = clock().and_then(|now| now.checked_add(lease).ok()) else { continue };
            let renewed = self.store.write(
                move |txn| again!(claimed => Ok::<_, Error>(outbox::renew(txn, &claimed, until).await?)),
            );
            if let Err(error) = renewed.await {
                tracing::warn!(%error, "a message takes long, and may be sent a second time");
            }
        }
    }

    pub(crate) async fn claim(
        &self,
        lane: Lane,
        held: &[Channel],
        now: Timestamp,
    ) -> Result<Option<Claimed>> {
        let lease = if lane == Lane::Replies { REPLY_LEASE } else { LEASE };
        let (until, held) = (now.checked_add(lease).unwrap_or(now), held.to_vec());
        self.store
            .write(
                move |txn| again!(held => Ok::<_, Error>(outbox::claim(txn, lane, &held, now, until).await?)),
            )
            .await
    }

    async fn make_ready(&self, claimed: &Claimed, now: Timestamp) -> Result<Ready> {
        let (app, id) = (self.clone(), claimed.id);
        // In a transaction that may write: a letter carries a code that is used once.
        self.store
            .write(move |txn| {
                again!(app => {
                    let row = outbox::get(txn, id).await?.ok_or(Error::NotFound("message"))?;
                    app.ready_row(txn, &row, now).await
                })
            })
            .await
    }

    pub(crate) async fn ready_row(&self, txn: &Txn, row: &Row, now: Timestamp) -> Result<Ready> {
        match &row.owed {
            Owed::Planned(planned) => self.ready(txn, row, planned, now).await,
            Owed::Note(note) => self.ready_note(txn, note, now).await,
            Owed::Digest(digest) => self.ready_digest(txn, digest, now).await,
            Owed::Alert(notice) => self.ready_notice(txn, row, notice, now).await,
            Owed::Event(event) => self.ready_event(txn, row, event, now).await,
            Owed::Mail(reply) => self.ready_mail(txn, row, reply, now).await,
            Owed::Reply(reply) => self.ready_reply(txn, row, reply, now).await,
        }
    }

    /// Chooses the words, or finds that nothing should be said any more.
    async fn ready(&self, txn: &Txn, row: &Row, planned: &Planned, now: Timestamp) -> Result<Ready> {
        let cancelled = |why: &str| Ok(Ready::Not(Outcome::Cancelled(why.to_owned())));
        let Some(appointment) = appointments::get(txn, planned.appointment).await? else {
            return cancelled("the appointment is gone");
        };
        let Some(patient) = patients::get(txn, appointment.patient).await? else {
            return cancelled("the patient is gone");
        };
        let Some(mut conversation) = conversations::hold_about(txn, appointment.id).await? else {
            return cancelled("nothing is asked for this visit");
        };
        let Some(invitation) = invitations::newest(txn, appointment.id).await?.filter(|i| i.is_open(now))
        else {
            return cancelled("the link is revoked or out of date");
        };
        let state = conversation.standing.state;
        let unwanted = match appointment.status {
            status if !status.is_ahead() => Some(status.as_str()),
            _ if patient.profile.reveal().deceased => Some("deceased"),
            _ => Some(state.as_str()).filter(|_| !state.wants_reminding()),
        };
        // Channel and address of now, not of when it was planned: they may have changed.
        let pathway = self.pathway_in(txn, &conversation.pathway.0, &conversation.pathway.1).await?;
        if let Some(Mode::ChainEvery(days)) = pathway.as_ref().map(|pathway| &pathway.mode)
            && self.was_asked_since(txn, &appointment, &conversation.pathway.0, *days).await?
        {
            return cancelled(
                "it was completed for another visit, and is not asked again within its interval",
            );
        }
        if state == State::Invited
            && let Some(pathway) = &pathway
            && !self.may_begin(txn, pathway, &appointment.clinic).await?
        {
            return cancelled(
                "it may not be asked there now: the safety plan is not whole, or it is switched off",
            );
        }
        let channels = pathway.as_ref().map(|pathway| pathway.channels.as_slice()).unwrap_or_default();
        let ways = self.ways(txn, patient.id, channels).await?;
        let zone = TimeZone::get(&patient.time_zone).unwrap_or_else(|_| appointment.zone());
        let verdict = schedule::decide(&Moment {
            purpose: planned.purpose,
            now,
            due: row.not_before,
            start: appointment.start,
            unwanted,
            ways: &ways.iter().map(|(channel, _)| *channel).collect::<Vec<_>>(),
            others: &others(txn, row, planned).await?,
            zone: &zone,
            quiet: self.options.quiet,
        });
        let channel = match verdict {
            Verdict::Send(channel) => channel,
            Verdict::Wait(until) => return Ok(Ready::Not(Outcome::RetryAt(until, "quiet hours".to_owned()))),
            Verdict::Cancel(why) => return cancelled(&why),
            Verdict::GiveUp(why) => return Ok(Ready::Not(Outcome::GaveUp(why.to_owned()))),
        };
        let Some((_, address)) = ways.into_iter().find(|(way, _)| *way == channel) else {
            return cancelled("there is no consent or no address any more");
        };
        if channel == Channel::Telegram
            && let Some(until) = not_before(txn, &address, now).await?
        {
            return Ok(Ready::Not(Outcome::RetryAt(until, "nothing is sent there before".to_owned())));
        }
        self.decide_reuse(txn, &mut conversation, None, now).await?;
        let mut visit = self.revive(txn, conversation).await?;
        if visit.script.asks.is_empty() {
            return cancelled(if visit.script.not_asked.is_empty() {
                "all of it was answered for another visit, and is not asked again so soon"
            } else {
                "nothing that is to be asked has a text in the patient's language"
            });
        }
        let (_, minutes) = visit.script.budget();
        if channel == Channel::Email {
            visit = visit.at_door(channel, Respondent::Patient, now);
        }
        let telegram = match channel {
            Channel::Email => code::link_in(txn, patient.id, &row.key, now, invitation.expires_at).await?,
            _ => None,
        };
        let lang = &visit.standing.language;
        let words = Words {
            purpose: planned.purpose,
            lang,
            start: appointment.start,
            zone: &appointment.zone(),
            minutes,
            clinic: &self.options.clinic_name,
            link: format!("{}/v/{}", self.options.public_url, invitation.token.reveal()),
            telegram,
        };
        let body = match channel {
            Channel::Telegram => {
                let chat = address.reveal().parse().unwrap_or_default();
                let about = people::heading(txn, chat, patient.id).await?;
                let message = words.post(Tag::of(visit.id), about.as_deref());
                Body::Post(Post { message: Some(message), ..Post::default() })
            }
            _ => Body::Letter(Box::new(self.letter(txn, &visit, &words, now).await?)),
        };
        Ok(Ready::whole(channel, address.into_inner(), lang.clone(), body))
    }

    async fn ready_reply(&self, txn: &Txn, row: &Row, reply: &Reply, now: Timestamp) -> Result<Ready> {
        let told = match self.tell(txn, row, reply, now).await? {
            Ok(told) => told,
            Err(not) => return Ok(not),
        };
        let since = if row.attempts > 1 { outbox::first_try(txn, row.id, now).await? } else { None };
        let mut rest = telling::parts(told.post).into_iter().skip(usize::try_from(row.parts).unwrap_or(0));
        let Some(post) = rest.next() else { return Ok(Ready::Not(Outcome::Sent)) };
        Ok(Ready::Send(Box::new(Sending {
            channel: row.channel,
            address: row.address.reveal().clone(),
            language: told.language,
            body: Body::Post(post),
            // One message at a time: the next part is claimed as a message of its own would be.
            part: rest.next().map(|_| row.parts + 1),
            prompt: told.prompt.map(|prompt| Prompt { since, ..prompt }),
        })))
    }
}

/// The other messages about the visit of one.
async fn others(txn: &Txn, row: &Row, planned: &Planned) -> Result<Vec<Other>> {
    let rows = outbox::of_appointment(txn, planned.appointment).await?;
    let other = |other: &Row| {
        let purpose = other.owed.purpose()?;
        match (other.state.as_str(), other.finished_at) {
            // What another worker has on its way counts as well: one of several that are due goes out.
            (outbox::state::QUEUED | outbox::state::SENDING, _) => {
                Some(Other::Queued(schedule::Planned { purpose, at: other.not_before }))
            }
            (outbox::state::SENT, Some(at)) => Some(Other::Sent(schedule::Planned { purpose, at })),
            _ => None,
        }
    };
    Ok(rows.iter().filter(|other| other.id != row.id).filter_map(other).collect())
}

#[expect(clippy::disallowed_methods, reason = "how long others take is a matter of the world outside")]
async fn rest(time: Duration) {
    tokio::time::sleep(time).await;
}

fn report(claimed: &Claimed, channel: Option<Channel>, outcome: &Outcome, now: Timestamp) -> Done {
    let (outcome, reason) = match outcome {
        Outcome::Sent => ("sent", None),
        Outcome::Part(..) => ("part", None),
        Outcome::RetryAt(_, why) | Outcome::Unknown(_, why) => ("retry", Some(why.clone())),
        Outcome::GaveUp(why) => ("gave-up", Some(why.clone())),
        Outcome::Cancelled(why) => ("cancelled", Some(why.clone())),
    };
    let (kind, planned) = claimed.kind.clone();
    Done {
        at: now,
        kind,
        appointment: claimed.appointment.map(|appointment| appointment.to_string()).unwrap_or_default(),
        channel: channel.map_or(planned, |channel| channel.as_str().to_owned()),
        outcome: outcome.to_owned(),
        reason,
    }
}
