//! Planning: a visit ahead has its conversation, its link, and the messages that are still to go out.

use std::sync::Arc;

use foreword_domain::{
    appointment::{Appointment, Status},
    conversation::{Conversation, State},
    ids::{ConversationId, InvitationId, OutboxId, PatientId},
    message::{Channel, Owed, Planned, Purpose},
    pathway::{Mode, Occasion, Pathway},
    patient::Patient,
    private::Private,
    schedule::{self, Fate},
};
use foreword_store::{
    Txn, appointments,
    conversations::{self, Pinned, Stored},
    invitations::{self, Invitation},
    outbox, pathways, patients, telegram,
};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};

use crate::{App, Error, Result, mint, question, secret};

/// How long after its beginning a visit's link still works.
const LINK_AFTER_START: SignedDuration = SignedDuration::from_hours(24);
/// What stands in the record of a message that could not go out in time.
const TOO_LATE: &str = "too late: the visit begins before a message may go out";

/// A channel a patient may be written to on, and their address on it.
pub(crate) type Way = (Channel, Private<String>);

/// What is new about a visit that is planned, and so need not be looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fresh {
    /// Nothing.
    Nothing,
    /// Its date.
    Date,
    /// All of it.
    Visit,
    /// All of it, and its patient.
    Patient,
}

impl App {
    /// Makes sure a visit ahead has its conversation, its link and its timetable.
    pub(crate) async fn plan_visit(
        &self,
        txn: &Txn,
        appointment: &Appointment,
        patient: &Patient,
        fresh: Fresh,
        now: Timestamp,
    ) -> Result<()> {
        let is_new = fresh >= Fresh::Visit;
        let known = if is_new { None } else { conversations::hold_about(txn, appointment.id).await? };
        let pathway = self.pathway_of(txn, appointment, patient, known.as_ref()).await?;
        let questions = known.as_ref().map(|known| question::of(&known.script)).unwrap_or_default();
        if pathway.is_none() && questions.is_empty() {
            if known.is_some() {
                outbox::unplan(txn, appointment.id, fresh >= Fresh::Date, now).await?;
            }
            return Ok(());
        }
        if !appointment.status.is_ahead() {
            return Ok(());
        }
        let pathway = pathway.as_deref();
        let state = match &known {
            Some(known) if !is_untouched(known) => known.standing.state,
            // Nothing was said yet: the newest pathway, in the patient's present language.
            untouched => {
                let stored = Stored {
                    id: untouched.as_ref().map_or_else(|| mint(ConversationId::mint, now), |known| known.id),
                    appointment: appointment.id,
                    patient: patient.id,
                    pathway: pathway.map(|p| (p.id.clone(), p.version.clone())).unwrap_or_default(),
                    script: match pathway {
                        Some(pathway) => self.pin(txn, pathway, &patient.language, questions, now).await?,
                        None => Pinned { v: 1, asks: questions, not_asked: Vec::new(), reused: Vec::new() },
                    },
                    standing: Conversation::new(patient.language.clone()),
                    last_at: None,
                    completed_at: None,
                };
                match untouched {
                    None => conversations::add(txn, &stored, now).await?,
                    Some(_) => conversations::replace_script(txn, &stored).await?,
                }
                State::Invited
            }
        };
        if is_new {
            self.invite(txn, appointment, now).await?;
        } else {
            self.renew_invitation(txn, appointment, now).await?;
            outbox::unplan(txn, appointment.id, fresh >= Fresh::Date, now).await?;
        }
        if !state.wants_reminding() || patient.profile.reveal().deceased {
            return Ok(());
        }
        self.plan_messages(txn, appointment, patient, pathway, fresh, now).await
    }

    async fn plan_messages(
        &self,
        txn: &Txn,
        appointment: &Appointment,
        patient: &Patient,
        pathway: Option<&Pathway>,
        fresh: Fresh,
        now: Timestamp,
    ) -> Result<()> {
        let channels = pathway.map(|pathway| pathway.channels.as_slice()).unwrap_or_default();
        let ways = match &patient.profile.reveal().email {
            // Who is new has told no other address, and agreed to that one.
            Some(email) if fresh == Fresh::Patient => {
                ordered(vec![(Channel::Email, Private::new(email.clone()))], channels)
            }
            None if fresh == Fresh::Patient => Vec::new(),
            _ => self.ways(txn, patient.id, channels).await?,
        };
        if ways.is_empty() {
            return Ok(());
        }
        let zone = TimeZone::get(&patient.time_zone).unwrap_or_else(|_| appointment.zone());
        let rows = match fresh {
            Fresh::Visit | Fresh::Patient => Vec::new(),
            Fresh::Nothing | Fresh::Date => outbox::of_appointment(txn, appointment.id).await?,
        };
        let sent: Vec<schedule::Planned> = rows
            .iter()
            .filter_map(|row| Some(schedule::Planned { purpose: row.owed.purpose()?, at: row.finished_at? }))
            .collect();
        let timetable = pathway.map(|pathway| pathway.timetable.clone()).unwrap_or_default();
        let fates = schedule::fates(appointment.start, now, &zone, self.options.quiet, &timetable, &sent);
        let mut owed = Vec::with_capacity(fates.len());
        for (purpose, fate) in fates {
            let (not_before, dropped) = match fate {
                Fate::Due(at) => (at, None),
                // Dropped, and recorded as such.
                Fate::TooLate => (now, Some(TOO_LATE)),
                Fate::Overtaken | Fate::TooClose => continue,
            };
            let Some((channel, address)) = way(purpose, ways.clone()) else { continue };
            owed.push(outbox::Row {
                patient: Some(patient.id),
                appointment: Some(appointment.id),
                state: if dropped.is_some() { outbox::state::GAVE_UP } else { outbox::state::QUEUED }
                    .to_owned(),
                finished_at: dropped.map(|_| now),
                reason: dropped.map(str::to_owned),
                ..outbox::Row::queued(
                    mint(OutboxId::mint, now),
                    format!("{}:{}", appointment.id, purpose.as_str()),
                    (channel, address),
                    Owed::Planned(Planned { v: 1, purpose, appointment: appointment.id }),
                    not_before,
                )
            });
        }
        outbox::owe_all(txn, &owed, now).await?;
        Ok(())
    }

    /// Plans what is still to be sent for a visit, after its patient can be reached in another way.
    pub(crate) async fn plan_anew(&self, txn: &Txn, appointment: &Appointment, now: Timestamp) -> Result<()> {
        let patient = patients::hold(txn, appointment.patient).await?.ok_or(Error::NotFound("patient"))?;
        self.plan_visit(txn, appointment, &patient, Fresh::Nothing, now).await
    }

    /// The channels and addresses a patient may be written to now, in the order of a pathway's `channels`;
    /// where it names none, a chat comes first.
    pub(crate) async fn ways(&self, txn: &Txn, patient: PatientId, channels: &[Channel]) -> Result<Vec<Way>> {
        let consents = patients::consents(txn, patient).await?;
        let may = |channel: Channel| consents.iter().any(|c| c.channel == channel && c.is_active());
        let mut ways = Vec::new();
        if may(Channel::Telegram) {
            let chats = telegram::chats_of(txn, patient).await?;
            let chat = chats.into_iter().find(|(_, _, lost)| lost.is_none());
            ways.extend(chat.map(|(chat, ..)| (Channel::Telegram, Private::new(chat.to_string()))));
        }
        if may(Channel::Email) && patients::failed(txn, patient, Channel::Email).await?.is_none() {
            let address = patients::address(txn, patient, Channel::Email).await?;
            ways.extend(address.map(|address| (Channel::Email, address)));
        }
        Ok(ordered(ways, channels))
    }

    /// The pathway a visit is on: the one it began with, in the version it began with, or the one that fits
    /// it now.
    pub(crate) async fn pathway_of(
        &self,
        txn: &Txn,
        appointment: &Appointment,
        patient: &Patient,
        known: Option<&Stored>,
    ) -> Result<Option<Arc<Pathway>>> {
        if let Some(known) = known.filter(|known| !is_untouched(known)) {
            return self.pathway_in(txn, &known.pathway.0, &known.pathway.1).await;
        }
        let is_first = self.catalog().tells_first_visits() && self.is_first(txn, appointment).await?;
        let occasion = Occasion {
            kind: &appointment.kind,
            clinic: &appointment.clinic,
            is_first,
            conditions: &patient.profile.reveal().conditions,
        };
        let Some(pathway) = self.pathway_for(txn, &occasion).await? else { return Ok(None) };
        if let Mode::ChainEvery(days) = pathway.mode
            && self.was_asked_since(txn, appointment, &pathway.id, days).await?
        {
            return Ok(None);
        }
        Ok(Some(pathway))
    }

    /// Whether a patient completed a pathway for another visit within so many days before this one.
    pub(crate) async fn was_asked_since(
        &self,
        txn: &Txn,
        appointment: &Appointment,
        pathway: &str,
        days: u16,
    ) -> Result<bool> {
        let since = appointment.start.checked_sub(SignedDuration::from_hours(24 * i64::from(days)));
        let asked = conversations::of_patient(txn, appointment.patient).await?;
        Ok(asked.iter().any(|other| {
            other.appointment != appointment.id
                && other.pathway.0 == pathway
                && other.completed_at.is_some_and(|at| since.as_ref().is_ok_and(|since| at > *since))
        }))
    }

    /// A pathway in a version, from the library or as it was kept.
    pub(crate) async fn pathway_in(
        &self,
        txn: &Txn,
        id: &str,
        version: &str,
    ) -> Result<Option<Arc<Pathway>>> {
        let loaded = self.catalog().pathway(id).cloned();
        if loaded.as_ref().is_some_and(|loaded| loaded.version == version) {
            return Ok(loaded);
        }
        let kept = pathways::source(txn, id, version).await?;
        let kept = kept.and_then(|source| {
            Pathway::parse(&format!("{id}.toml"), &source, &self.catalog().instruments).ok()
        });
        Ok(kept.map(Arc::new).or(loaded))
    }

    /// Whether a patient has no earlier visit in the same clinic that took or takes place.
    async fn is_first(&self, txn: &Txn, appointment: &Appointment) -> Result<bool> {
        let all = appointments::of_patient(txn, appointment.patient).await?;
        Ok(!all.iter().any(|other| {
            other.start < appointment.start
                && other.clinic == appointment.clinic
                && !matches!(other.status, Status::Cancelled | Status::Noshow)
        }))
    }

    async fn renew_invitation(&self, txn: &Txn, appointment: &Appointment, now: Timestamp) -> Result<()> {
        let expires_at = link_ends(appointment)?;
        match invitations::newest(txn, appointment.id).await? {
            Some(known) if known.revoked_at.is_none() => {
                if known.expires_at != expires_at {
                    invitations::set_expiry(txn, known.id, expires_at).await?;
                }
            }
            _ => self.invite(txn, appointment, now).await?,
        }
        Ok(())
    }

    async fn invite(&self, txn: &Txn, appointment: &Appointment, now: Timestamp) -> Result<()> {
        let invitation = Invitation {
            id: mint(InvitationId::mint, now),
            appointment: appointment.id,
            patient: appointment.patient,
            token: Private::new(secret()),
            expires_at: link_ends(appointment)?,
            revoked_at: None,
            failed_checks: 0,
            locked_until: None,
        };
        Ok(invitations::add(txn, &invitation, now).await?)
    }
}

fn link_ends(appointment: &Appointment) -> Result<Timestamp> {
    let end = appointment.start.checked_add(LINK_AFTER_START);
    end.map_err(|_| Error::Refused("start: is too far in the future".to_owned()))
}

/// The way a message of the timetable takes, with its address.
pub(crate) fn way(purpose: Purpose, ways: Vec<Way>) -> Option<Way> {
    let channels: Vec<Channel> = ways.iter().map(|(channel, _)| *channel).collect();
    let taken = schedule::way(purpose, &channels)?;
    ways.into_iter().find(|(channel, _)| *channel == taken)
}

/// Whether nothing was said in a conversation yet.
pub(crate) fn is_untouched(known: &Stored) -> bool {
    known.standing.state == State::Invited && known.last_at.is_none()
}

/// The ways a pathway names, in its order; all of them as they are, where it names none.
fn ordered(ways: Vec<Way>, channels: &[Channel]) -> Vec<Way> {
    if channels.is_empty() {
        return ways;
    }
    let named = |channel: &Channel| ways.iter().find(|(other, _)| other == channel).cloned();
    channels.iter().filter_map(named).collect()
}
