//! Rehearse: every message that will be sent, in the words it will have.
//!
//! What sends is what rehearses: for each patient the messages are dispatched in a transaction that is taken
//! back, on a clock that goes from one to the next. Whatever is said or booked in between changes the rest.

use std::collections::HashMap;

use foreword_domain::{
    ids::{AppointmentId, PatientId},
    message::{Body, Channel, Purpose},
    patient::Patient,
};
use foreword_store::{
    Txn, appointments, audit, many,
    outbox::{self, Outcome},
    patients,
};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use serde::Serialize;

use crate::{
    App, Error, Result,
    access::permission::Act,
    dispatch::{
        Ready,
        effects::{Effect, settle_in},
    },
};

/// A message as it will be sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Rehearsed {
    /// When.
    pub at: Timestamp,
    /// The same in the patient's zone, in RFC 3339.
    pub local: String,
    /// That zone.
    pub time_zone: String,
    /// The patient's id.
    pub patient: String,
    /// The visit's id.
    pub appointment: String,
    /// Which message.
    pub kind: String,
    /// By which channel.
    pub channel: String,
    /// In which language.
    pub language: String,
    /// The subject of a mail.
    pub subject: Option<String>,
    /// The words: of a mail its plain text, of a message in a chat the message.
    pub text: String,
}

/// What will be sent, with whose it is.
#[derive(Clone, Debug)]
pub struct Rehearsal {
    /// The messages, earliest first.
    pub messages: Vec<Rehearsed>,
    /// Whose they are.
    pub people: HashMap<PatientId, Patient>,
    /// How many other patients are written to.
    pub left_out: usize,
}

/// Tries of one patient's messages at which something is wrong.
const MOST_TRIES: usize = 500;
/// How long a message is on its way, in a rehearsal.
const LEASE: SignedDuration = SignedDuration::from_mins(10);

impl App {
    /// Every message that will be sent to a patient, or to all of them, until an instant; earliest first.
    pub async fn rehearse(
        &self,
        patient: Option<PatientId>,
        until: Option<Timestamp>,
        now: Timestamp,
        progress: impl Fn(usize, usize),
    ) -> Result<Vec<Rehearsed>> {
        let patients = match patient {
            Some(patient) => vec![patient],
            None => self.awaited(until).await?,
        };
        let mut messages = Vec::new();
        for (n, patient) in patients.iter().enumerate() {
            let (app, patient) = (self.clone(), *patient);
            let told: Vec<Rehearsed> = self
                .store
                .pretend(move |txn| Box::pin(async move { app.rehearse_one(txn, patient, until, now).await }))
                .await?;
            messages.extend(told);
            progress(n + 1, patients.len());
        }
        messages.sort_by_key(|message| message.at);
        Ok(messages)
    }

    /// What will be sent until an instant, with whose it is: of one patient, or of the first `most` who are
    /// written to. `reader` is who asked, for the audit log.
    pub async fn rehearsal(
        &self,
        patient: Option<PatientId>,
        until: Timestamp,
        most: usize,
        reader: &str,
        now: Timestamp,
    ) -> Result<Rehearsal> {
        let subject = patient.map_or_else(|| "all".to_owned(), audit::patient);
        self.note_read(reader, "rehearsal.read", &subject, now).await?;
        let theirs = self.reach(reader, Act::Rehearse, now).await?;
        let mut patients = match patient {
            Some(patient) => vec![patient],
            None => self.awaited(Some(until)).await?,
        };
        let within = theirs.clone();
        patients = self
            .store
            .read(move |txn| {
                let (within, patients) = (within.clone(), patients.clone());
                Box::pin(async move {
                    let mut kept = Vec::new();
                    for patient in patients {
                        if within.has_patient(txn, patient).await? {
                            kept.push(patient);
                        }
                    }
                    Ok::<_, Error>(kept)
                })
            })
            .await?;
        let left_out = patients.len().saturating_sub(most);
        patients.truncate(most);
        let mut messages = Vec::new();
        for patient in &patients {
            messages.extend(self.rehearse(Some(*patient), Some(until), now, |_, _| ()).await?);
        }
        messages.sort_by_key(|message| message.at);
        let (people, messages) = self
            .store
            .read(move |txn| {
                let (theirs, patients, messages) = (theirs.clone(), patients.clone(), messages.clone());
                Box::pin(async move {
                    let mut kept = Vec::new();
                    // A patient may come to other clinics, too.
                    for message in messages {
                        // Replies and notes hold what was answered or written: they are not for everybody
                        // who looks after the timetable.
                        if message.kind.parse::<Purpose>().is_err() {
                            continue;
                        }
                        let visit = message.appointment.parse::<AppointmentId>().ok();
                        let visit = match visit {
                            Some(id) => appointments::get(txn, id).await?,
                            None => None,
                        };
                        if visit.is_some_and(|visit| theirs.has(&visit)) {
                            kept.push(message);
                        }
                    }
                    Ok::<_, Error>((many::patients(txn, &patients).await?, kept))
                })
            })
            .await?;
        Ok(Rehearsal { messages, people, left_out })
    }

    async fn awaited(&self, until: Option<Timestamp>) -> Result<Vec<PatientId>> {
        self.store
            .read(move |txn| Box::pin(async move { Ok::<_, Error>(outbox::awaited(txn, until).await?) }))
            .await
    }

    async fn rehearse_one(
        &self,
        txn: &Txn,
        patient: PatientId,
        until: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<Vec<Rehearsed>> {
        let Some(known) = patients::get(txn, patient).await? else { return Ok(Vec::new()) };
        let zone = TimeZone::get(&known.time_zone).unwrap_or(TimeZone::UTC);
        let mut told = Vec::new();
        for _ in 0..MOST_TRIES {
            let Some(row) = outbox::queued_for(txn, patient).await?.into_iter().next() else { break };
            let at = row.not_before.max(now);
            if until.is_some_and(|until| at > until) {
                break;
            }
            let lease = at.checked_add(LEASE).unwrap_or(at);
            let Some(claimed) = outbox::claim_this(txn, row.id, at, lease).await? else { break };
            let mut effect = Effect::default();
            let outcome = match self.ready_row(txn, &row, at).await? {
                Ready::Not(outcome) => outcome,
                Ready::Send(sending) => {
                    effect.channel = Some(sending.channel);
                    if sending.channel == Channel::Telegram {
                        effect.chat = sending.address.parse().ok();
                    }
                    let (subject, text) = words(&sending.body);
                    effect.has_spoken = effect.chat.is_some();
                    told.push(Rehearsed {
                        at,
                        local: at.to_zoned(zone.clone()).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string(),
                        time_zone: known.time_zone.clone(),
                        patient: patient.to_string(),
                        appointment: row.appointment.map(|visit| visit.to_string()).unwrap_or_default(),
                        kind: row.owed.as_str().to_owned(),
                        channel: sending.channel.as_str().to_owned(),
                        language: sending.language.to_string(),
                        subject,
                        text,
                    });
                    Outcome::Sent
                }
            };
            settle_in(txn, &claimed, &outcome, &effect, at).await?;
        }
        Ok(told)
    }
}

/// Subject and words.
fn words(body: &Body) -> (Option<String>, String) {
    match body {
        Body::Letter(letter) => (Some(letter.subject.clone()), letter.text()),
        Body::Post(post) => {
            (None, post.message.as_ref().map(|message| message.text.clone()).unwrap_or_default())
        }
        Body::Call(call) => (None, call.clone()),
        Body::Event(event) => (None, event.body.clone()),
    }
}
