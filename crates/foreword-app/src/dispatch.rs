//! Dispatch: what is owed and due is put into words, handed to its channel, and settled.

use foreword_domain::{
    language::Lang,
    message::{Deliver, Delivery, Outbound, Purpose},
    phrases::{Arg, t},
};
use foreword_store::{
    Txn, appointments, audit, conversations, invitations,
    outbox::{self, Outcome, Row},
    patients,
};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use serde::Serialize;

use crate::{App, Error, Result, again};

/// How long a claimed message may be on its way before it counts as neither sent nor not.
const LEASE: SignedDuration = SignedDuration::from_mins(10);
/// Tries before a message is given up.
const MOST_TRIES: u32 = 8;
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
    /// Sends everything that is due at `now`, one message at a time.
    pub async fn dispatch(&self, now: Timestamp, doors: &[&dyn Deliver]) -> Result<Vec<Done>> {
        let mut done = Vec::new();
        while let Some((row, ready)) = self.claim(now).await? {
            foreword_store::crash_point("claimed");
            let outcome = match ready {
                Ready::Not(outcome) => outcome,
                Ready::Send(message) => match doors.iter().find(|door| door.channel() == row.channel) {
                    Some(door) => settle(door.deliver(&message).await, &row, now),
                    None => Outcome::GaveUp(format!("no way out by {} is set up", row.channel.as_str())),
                },
            };
            foreword_store::crash_point("delivered");
            self.settle(&row, &outcome, now).await?;
            done.push(report(&row, &outcome, now));
        }
        Ok(done)
    }

    async fn claim(&self, now: Timestamp) -> Result<Option<(Row, Ready)>> {
        let app = self.clone();
        let until = now.checked_add(LEASE).unwrap_or(now);
        self.store
            .write(move |txn| {
                again!(app => {
                    let Some(row) = outbox::claim(txn, now, until).await? else { return Ok(None) };
                    let ready = app.ready(txn, &row, now).await?;
                    Ok::<_, Error>(Some((row, ready)))
                })
            })
            .await
    }

    async fn settle(&self, row: &Row, outcome: &Outcome, now: Timestamp) -> Result<()> {
        let (row, outcome) = (row.clone(), outcome.clone());
        self.store
            .write(move |txn| {
                again!(row, outcome => {
                    if outbox::settle(txn, &row, &outcome, now).await? && outcome == Outcome::Sent {
                        let action = format!("message.sent.{}", row.owed.purpose.as_str());
                        audit::note(txn, now, "service", &action, &audit::appointment(row.appointment)).await?;
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
        if self.reachable(txn, patient.id).await?.is_none() {
            return cancelled("there is no consent or no address any more");
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
        Ok(Ready::Send(Box::new(words.message(row))))
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
    fn message(&self, row: &Row) -> Outbound {
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
            address: row.address.reveal().clone(),
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

fn settle(delivery: Delivery, row: &Row, now: Timestamp) -> Outcome {
    let again = |why: String| {
        if row.attempts >= MOST_TRIES {
            return Outcome::GaveUp(format!("{why} (after {} tries)", row.attempts));
        }
        // 1, 4, 9, ... minutes, an hour at most.
        let minutes = i64::from(row.attempts * row.attempts).min(60);
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

fn report(row: &Row, outcome: &Outcome, now: Timestamp) -> Done {
    let (outcome, reason) = match outcome {
        Outcome::Sent => ("sent", None),
        Outcome::RetryAt(_, why) => ("retry", Some(why.clone())),
        Outcome::GaveUp(why) => ("gave-up", Some(why.clone())),
        Outcome::Cancelled(why) => ("cancelled", Some(why.clone())),
    };
    Done {
        at: now,
        kind: row.owed.purpose.as_str().to_owned(),
        appointment: row.appointment.to_string(),
        channel: row.channel.as_str().to_owned(),
        outcome: outcome.to_owned(),
        reason,
    }
}
