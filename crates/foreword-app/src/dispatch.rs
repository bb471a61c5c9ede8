//! Dispatch: what is owed and due is put into words, handed to its channel, and settled.

use foreword_domain::{
    language::Lang,
    message::{Deliver, Delivery, Outbound, Purpose},
    phrases::{Arg, t},
};
use foreword_store::{
    Contention, Txn, appointments, audit, conversations, invitations,
    outbox::{self, Claimed, Outcome, Row},
    patients,
};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use serde::Serialize;

use crate::{App, Error, Result, again};

/// How long a claimed message may be on its way before it counts as neither sent nor not.
const LEASE: SignedDuration = SignedDuration::from_mins(10);
/// Messages about one visit are at least so far apart.
const LEAST_APART: SignedDuration = SignedDuration::from_hours(20);
/// A message later than this before the visit is of no use.
const TOO_LATE: SignedDuration = SignedDuration::from_mins(30);

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
    /// `sent`, `retry`, `gave-up` or `cancelled`.
    pub outcome: String,
    /// Why, when it was not sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

enum Ready {
    Send(Box<Outbound>),
    Not(Outcome),
}

impl App {
    /// Sends everything that is due, one message at a time. `clock` is read anew for each, and ends
    /// the work between two messages by telling no time any more.
    ///
    /// A message whose row can't be read is given up, so that it holds up no other.
    pub async fn dispatch(
        &self,
        clock: &(dyn Fn() -> Option<Timestamp> + Sync),
        doors: &[&dyn Deliver],
    ) -> Result<Vec<Done>> {
        let mut done = Vec::new();
        while let Some(now) = clock() {
            let Some(claimed) = self.claim(now).await? else { break };
            foreword_store::crash_point("claimed");
            let outcome = match self.make_ready(&claimed, now).await {
                Ok(Ready::Not(outcome)) => outcome,
                Ok(Ready::Send(message)) => match doors.iter().find(|door| door.channel() == message.channel)
                {
                    Some(door) => outcome(door.deliver(&message).await, claimed.attempts, now),
                    None => Outcome::GaveUp(format!("no way out by {} is set up", message.channel.as_str())),
                },
                Err(error) if error.is_contention() => {
                    outcome(Delivery::Later("the database is busy".to_owned()), 1, now)
                }
                Err(error) => {
                    tracing::error!(%error, outbox = %claimed.id, "a message cannot be put into words");
                    Outcome::GaveUp(format!("its row cannot be read: {error}"))
                }
            };
            foreword_store::crash_point("delivered");
            let now = clock().unwrap_or(now);
            self.settle(&claimed, &outcome, now).await?;
            done.push(report(&claimed, &outcome, now));
        }
        Ok(done)
    }

    async fn claim(&self, now: Timestamp) -> Result<Option<Claimed>> {
        let until = now.checked_add(LEASE).unwrap_or(now);
        self.store
            .write(move |txn| Box::pin(async move { Ok::<_, Error>(outbox::claim(txn, now, until).await?) }))
            .await
    }

    async fn make_ready(&self, claimed: &Claimed, now: Timestamp) -> Result<Ready> {
        let (app, id) = (self.clone(), claimed.id);
        self.store
            .read(move |txn| {
                Box::pin(async move {
                    let row = outbox::get(txn, id).await?.ok_or(Error::NotFound("message"))?;
                    app.ready(txn, &row, now).await
                })
            })
            .await
    }

    async fn settle(&self, claimed: &Claimed, outcome: &Outcome, now: Timestamp) -> Result<()> {
        let (claimed, outcome) = (claimed.clone(), outcome.clone());
        self.store
            .write(move |txn| {
                again!(claimed, outcome => {
                    if outbox::settle(txn, &claimed, &outcome, now).await? && outcome == Outcome::Sent {
                        let action = format!("message.sent.{}", claimed.kind.0);
                        audit::note(txn, now, "service", &action, &audit::appointment(claimed.appointment)).await?;
                    }
                    Ok::<_, Error>(())
                })
            })
            .await
    }

    /// Chooses the words, or finds that nothing should be said any more.
    async fn ready(&self, txn: &Txn, row: &Row, now: Timestamp) -> Result<Ready> {
        let cancelled = |why: &str| Ok(Ready::Not(Outcome::Cancelled(why.to_owned())));
        let Some(appointment) = appointments::get(txn, row.appointment).await? else {
            return cancelled("the appointment is gone");
        };
        let Some(patient) = patients::get(txn, row.patient).await? else {
            return cancelled("the patient is gone");
        };
        if !appointment.status.is_ahead() {
            return cancelled(appointment.status.as_str());
        }
        let Some(conversation) = conversations::about(txn, appointment.id).await? else {
            return cancelled("nothing is asked for this visit");
        };
        if !conversation.standing.state.wants_reminding() {
            return cancelled(conversation.standing.state.as_str());
        }
        // The address of now, not of when it was planned: the clinic may have corrected it.
        let Some(address) = self.reachable(txn, patient.id).await? else {
            return cancelled("there is no consent or no address any more");
        };
        if let Some(why) = self.crowded(txn, row, now).await? {
            return cancelled(why);
        }
        let Some(invitation) = invitations::newest(txn, appointment.id).await?.filter(|i| i.is_open(now))
        else {
            return cancelled("the link is revoked or out of date");
        };
        if now.checked_add(TOO_LATE).is_ok_and(|soon| soon >= appointment.start) {
            return Ok(Ready::Not(Outcome::GaveUp("too late before the visit".to_owned())));
        }
        let zone = TimeZone::get(&patient.time_zone).unwrap_or_else(|_| appointment.zone());
        let earliest = self.options.quiet.after(now, &zone);
        if earliest > now {
            return Ok(Ready::Not(Outcome::RetryAt(earliest, "quiet hours".to_owned())));
        }
        let visit = self.revive(txn, conversation).await?;
        let (_, minutes) = visit.script.budget();
        let words = Words {
            purpose: row.owed.purpose,
            lang: &visit.standing.language,
            start: appointment.start,
            zone: &appointment.zone(),
            minutes,
            clinic: &self.options.clinic_name,
            link: format!("{}/v/{}", self.options.public_url, invitation.token.reveal()),
        };
        Ok(Ready::Send(Box::new(words.message(row, address.into_inner()))))
    }

    /// Why a message would be one too many: after the worker stood still, a patient gets one of
    /// those that are due, not all of them at once.
    async fn crowded(&self, txn: &Txn, row: &Row, now: Timestamp) -> Result<Option<&'static str>> {
        for other in outbox::of_appointment(txn, row.appointment).await? {
            let later = other.owed.purpose > row.owed.purpose;
            if later && other.state == outbox::state::QUEUED && other.not_before <= now {
                return Ok(Some("a later message is due as well"));
            }
            let just_sent = other.state == outbox::state::SENT
                && other.finished_at.is_some_and(|at| now.duration_since(at) < LEAST_APART);
            if just_sent && other.owed.purpose != row.owed.purpose {
                return Ok(Some("another message went out shortly before"));
            }
        }
        Ok(None)
    }
}

/// What an invitation or reminder is worded from. It knows no specialty, instrument or score, so
/// none can be in the message.
struct Words<'a> {
    purpose: Purpose,
    lang: &'a Lang,
    start: Timestamp,
    zone: &'a TimeZone,
    minutes: usize,
    clinic: &'a str,
    link: String,
}

impl Words<'_> {
    fn message(&self, row: &Row, address: String) -> Outbound {
        let start = self.start.to_zoned(self.zone.clone());
        let date = foreword_domain::phrases::date(start.date(), self.lang);
        let time = start.strftime("%H:%M").to_string();
        let args =
            [("date", Arg::Text(&date)), ("time", Arg::Text(&time)), ("minutes", Arg::Number(self.minutes))];
        let say = |key: &str| t(key, self.lang, &args);
        let (subject, body) = match self.purpose {
            Purpose::Invitation => ("mail-subject", "mail-invitation"),
            Purpose::Reminder => ("mail-subject-reminder", "mail-reminder"),
            Purpose::LastReminder => ("mail-subject-reminder", "mail-last-reminder"),
        };
        let before = vec![say("mail-hello"), say(body), say("mail-about")];
        let after = vec![say("mail-private"), say("not-watched"), say("mail-stop"), self.clinic.to_owned()];
        let link_label = say("mail-button");
        let text =
            [before.join("\n\n"), format!("{}\n{}", say("mail-link-plain"), self.link), after.join("\n\n")]
                .join("\n\n");
        Outbound {
            key: row.key.clone(),
            channel: row.channel,
            address,
            language: self.lang.clone(),
            subject: say(subject),
            text,
            link: self.link.clone(),
            link_label,
            before,
            after,
        }
    }
}

fn outcome(delivery: Delivery, attempts: u32, now: Timestamp) -> Outcome {
    // 1, 4, 9, ... minutes, then hourly until it is too late: a mail server may be down for a day.
    let minutes = i64::from(attempts.saturating_mul(attempts)).clamp(1, 60);
    let again = |why: String| {
        Outcome::RetryAt(now.checked_add(SignedDuration::from_mins(minutes)).unwrap_or(now), why)
    };
    match delivery {
        Delivery::Accepted => Outcome::Sent,
        Delivery::Later(why) => again(why),
        // It carries the same Message-ID again, so that a double can be told as one.
        Delivery::Unknown(why) => again(format!("{why}; it may have arrived")),
        Delivery::Never(why) => Outcome::GaveUp(why),
    }
}

fn report(claimed: &Claimed, outcome: &Outcome, now: Timestamp) -> Done {
    let (outcome, reason) = match outcome {
        Outcome::Sent => ("sent", None),
        Outcome::RetryAt(_, why) => ("retry", Some(why.clone())),
        Outcome::GaveUp(why) => ("gave-up", Some(why.clone())),
        Outcome::Cancelled(why) => ("cancelled", Some(why.clone())),
    };
    let (kind, channel) = claimed.kind.clone();
    Done {
        at: now,
        kind,
        appointment: claimed.appointment.to_string(),
        channel,
        outcome: outcome.to_owned(),
        reason,
    }
}
