//! Day: the visits of a stretch of time, and how their conversations stand.

use foreword_domain::{alert::Level, conversation::State, message::Channel, private::Private};
use foreword_store::{
    Contention, alerts, appointments, audit, conversations, invitations, outbox, patients, telegram,
};
use jiff::Timestamp;
use serde::Serialize;

use crate::{
    App, Error, Result,
    access::{permission::Act, reach::reach},
    again,
};

/// One line of the day list.
#[derive(Clone, Debug)]
pub struct Line {
    /// The appointment.
    pub appointment: foreword_domain::appointment::Appointment,
    /// The patient.
    pub patient: foreword_domain::patient::Patient,
    /// Where the conversation stands; none where nothing is asked.
    pub state: Option<State>,
    /// Questions answered or skipped, of those asked.
    pub progress: (usize, usize),
    /// What has become of the messages about it.
    pub messages: Messages,
    /// The doors by which messages about it went out, in that order.
    pub channels: Vec<Channel>,
    /// The channel by which the patient can't be reached any more, if there is one.
    pub lost: Option<Lost>,
    /// Until when the link takes no tries: too many were wrong.
    pub locked_until: Option<Timestamp>,
    /// Whether its answers can't be read; the reason is in the log.
    pub is_unreadable: bool,
    /// The most urgent red flag, for whoever may see red flags there.
    pub flag: Option<Level>,
    /// The link the patient was sent.
    pub token: Option<Private<String>>,
}

/// A channel by which a patient can't be reached any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lost {
    /// The channel.
    pub channel: Channel,
    /// Since when.
    pub since: Timestamp,
    /// Why, in short.
    pub why: String,
}

/// What has become of the messages about a visit. What a chat was told in return is none of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Messages {
    /// At least one was sent.
    Sent,
    /// One is planned or on its way.
    Planned,
    /// None was sent and none will be: there is no address or consent, it is too late, or it failed.
    None,
}

/// An alert as others script against it.
#[derive(Clone, Debug, Serialize)]
pub struct AlertLine {
    /// Its id.
    pub id: String,
    /// The patient's id.
    pub patient: String,
    /// The appointment's id.
    pub appointment: String,
    /// The patient's name, for pages.
    #[serde(skip)]
    pub name: Private<String>,
    /// `amber` or `red`.
    pub level: &'static str,
    /// Its state.
    pub state: String,
    /// The rule that raised it.
    pub rule: String,
    /// When it was raised.
    pub raised_at: Timestamp,
    /// Until when it should be seen.
    pub due_at: Timestamp,
}

impl App {
    /// The visits they may see that begin in `[from, until)`. `reader` is who asked, for the audit log.
    pub async fn day(
        &self,
        from: Timestamp,
        until: Timestamp,
        reader: &str,
        now: Timestamp,
    ) -> Result<Vec<Line>> {
        let app = self.clone();
        let reader = reader.to_owned();
        self.store
            .write(move |txn| {
                again!(app, reader => {
                    let theirs = reach(txn, &reader, Act::ReadDay, now).await?;
                    // Whoever may not read answers is not told that one of them is a red flag.
                    let flagged = match reach(txn, &reader, Act::Alerts, now).await {
                        Err(Error::NotAllowed(_)) => None,
                        flagged => Some(flagged?),
                    };
                    let mut lines = Vec::new();
                    for appointment in appointments::between_at(txn, from, until, &theirs.clinics).await? {
                        let patient =
                            patients::get(txn, appointment.patient).await?.ok_or(Error::NotFound("patient"))?;
                        let visit = match conversations::about(txn, appointment.id).await? {
                            Some(stored) => Some(app.revive(txn, stored).await),
                            None => None,
                        };
                        let mut is_unreadable = false;
                        // One visit that can't be read must not hide all others.
                        let visit = match visit {
                            Some(Ok(visit)) => Some(visit),
                            Some(Err(error)) if !error.is_contention() => {
                                tracing::error!(%error, appointment = %appointment.id, "a visit cannot be read");
                                is_unreadable = true;
                                None
                            }
                            Some(Err(error)) => return Err(error),
                            None => None,
                        };
                        let states = outbox::states(txn, appointment.id).await?;
                        let is = |state: &str| states.iter().any(|(s, _)| s == state);
                        let mut channels: Vec<Channel> = Vec::new();
                        for (_, channel) in states.iter().filter(|(s, _)| s == outbox::state::SENT) {
                            if !channels.contains(channel) {
                                channels.push(*channel);
                            }
                        }
                        // As long as one chat is left, they can be reached there.
                        let chats = telegram::chats_of(txn, appointment.patient).await?;
                        let is_lost = chats.iter().all(|(_, _, lost)| lost.is_some());
                        let lost = chats.into_iter().next().and_then(|(_, _, lost)| lost).filter(|_| is_lost);
                        let lost = match lost {
                            Some(lost) => Some((Channel::Telegram, lost)),
                            None => patients::failed(txn, appointment.patient, Channel::Email)
                                .await?
                                .map(|failed| (Channel::Email, failed)),
                        }
                        .map(|(channel, (since, why))| Lost { channel, since, why });
                        let messages = if is(outbox::state::SENT) {
                            Messages::Sent
                        } else if is(outbox::state::QUEUED) || is(outbox::state::SENDING) {
                            Messages::Planned
                        } else {
                            Messages::None
                        };
                        let progress = visit.as_ref().map_or((0, 0), |visit| {
                            let questions = visit.script.questions(&visit.ledger);
                            let answered = questions.iter().filter(|q| visit.ledger.get(&q.at()).is_some()).count();
                            (answered, questions.len())
                        });
                        let raised = match &flagged {
                            Some(flagged) if flagged.has(&appointment) => {
                                alerts::of_appointment(txn, appointment.id).await?
                            }
                            _ => Vec::new(),
                        };
                        let invitation = invitations::newest(txn, appointment.id).await?;
                        lines.push(Line {
                            state: visit.as_ref().map(|visit| visit.standing.state),
                            progress,
                            messages,
                            channels,
                            lost,
                            is_unreadable,
                            flag: raised.iter().map(|alert| alert.level).max(),
                            locked_until: invitation.as_ref().and_then(|i| i.locked_until).filter(|until| now < *until),
                            token: invitation.map(|i| i.token),
                            appointment,
                            patient,
                        });
                    }
                    audit::note(txn, now, &reader, "day.read", &format!("{from}/{until}")).await?;
                    Ok::<_, Error>(lines)
                })
            })
            .await
    }

    /// All alerts they may see, newest first. `reader` is who asked, for the audit log.
    pub async fn alerts(&self, reader: &str, now: Timestamp) -> Result<Vec<AlertLine>> {
        let reader = reader.to_owned();
        self.store
            .write(move |txn| {
                let reader = reader.clone();
                Box::pin(async move {
                    let theirs = reach(txn, &reader, Act::Alerts, now).await?;
                    let mut lines = Vec::new();
                    for alert in alerts::all(txn, &theirs.clinics).await? {
                        let patient =
                            patients::get(txn, alert.patient).await?.ok_or(Error::NotFound("patient"))?;
                        lines.push(AlertLine {
                            id: alert.id.to_string(),
                            patient: alert.patient.to_string(),
                            appointment: alert.appointment.to_string(),
                            name: Private::new(patient.profile.reveal().full_name()),
                            level: alert.level.as_str(),
                            state: alert.state,
                            rule: alert.rule,
                            raised_at: alert.raised_at,
                            due_at: alert.due_at,
                        });
                    }
                    audit::note(txn, now, &reader, "alerts.read", "all").await?;
                    Ok::<_, Error>(lines)
                })
            })
            .await
    }
}
