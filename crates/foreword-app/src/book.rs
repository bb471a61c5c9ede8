//! Book: what a feed says about an appointment becomes one row, one conversation and a timetable.

use foreword_domain::{
    appointment::{Appointment, Booking, Status},
    consent::{Consent, Recorder},
    conversation::{Conversation, State},
    ids::{AppointmentId, ConversationId, InvitationId, OutboxId, PatientId},
    message::{Channel, Owed, Planned, Purpose},
    patient::{Patient, Profile},
    private::Private,
    schedule,
};
use foreword_store::{
    Txn, appointments, audit,
    conversations::{self, Pinned, Stored},
    invitations::{self, Invitation},
    outbox, patients, telegram,
};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};

use crate::{App, Error, Result, again, mint, question, secret};

/// What became of one row of a feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Booked {
    /// It was new.
    Created,
    /// It was known, and something about it has changed.
    Updated,
    /// It was known, and will not take place.
    Cancelled,
    /// It said nothing new.
    Unchanged,
    /// It was refused, for this reason.
    Refused(String),
}

/// The version of the wording under which clinics collect addresses.
const FEED_CONSENT: &str = "clinic-feed-1";
/// How long after its beginning a visit's link still works.
const LINK_AFTER_START: SignedDuration = SignedDuration::from_hours(24);
/// Rows written together.
const TOGETHER: usize = 200;

impl App {
    /// Takes in the rows of a feed, in order; `row` is the place of each in its source.
    ///
    /// `progress` is told how many are done. A refused row is logged with its reason, and the
    /// others are kept.
    pub async fn book(
        &self,
        feed: &str,
        rows: Vec<(usize, Result<Booking, String>)>,
        now: Timestamp,
        progress: impl Fn(usize),
    ) -> Result<Vec<(usize, Booked)>> {
        let mut done = Vec::with_capacity(rows.len());
        let feed = feed.to_owned();
        for together in rows.chunks(TOGETHER) {
            let app = self.clone();
            let together = together.to_vec();
            let feed = feed.clone();
            let booked: Vec<(usize, Booked)> = self
                .store
                .write(move |txn| {
                    again!(app, together, feed => {
                        let mut booked = Vec::with_capacity(together.len());
                        for (row, booking) in together {
                            let outcome = match booking {
                                Ok(booking) => app.book_one(txn, &booking, now).await?,
                                Err(reason) => Booked::Refused(reason),
                            };
                            if let Booked::Refused(reason) = &outcome {
                                appointments::note_refused(txn, now, &feed, row, reason).await?;
                            }
                            booked.push((row, outcome));
                        }
                        Ok::<_, Error>(booked)
                    })
                })
                .await?;
            done.extend(booked);
            progress(done.len());
        }
        Ok(done)
    }

    async fn book_one(&self, txn: &Txn, booking: &Booking, now: Timestamp) -> Result<Booked> {
        let known = appointments::by_external_id(txn, &booking.appointment_id).await?;
        if let Some(known) = &known {
            let named = patients::by_external_id(txn, booking.patient_id.reveal()).await?;
            // Before anything is written: a refused row changes nobody's address.
            if named.is_none_or(|named| named.id != known.patient) {
                return Ok(Booked::Refused(
                    "appointment_id: is already there for another patient_id; an appointment keeps its patient"
                        .to_owned(),
                ));
            }
        }
        let (patient, patient_changed) = self.patient(txn, booking, now).await?;
        let Some(known) = known else {
            let appointment = Appointment {
                id: mint(AppointmentId::mint, now),
                patient: patient.id,
                external_id: booking.appointment_id.clone(),
                revision: 1,
                ..of(booking, &patient)
            };
            appointments::add(txn, &appointment, now).await?;
            audit::note(txn, now, "feed", "appointment.created", &audit::appointment(appointment.id)).await?;
            self.prepare(txn, &appointment, &patient, true, now).await?;
            return Ok(Booked::Created);
        };
        let told = Appointment {
            id: known.id,
            external_id: known.external_id.clone(),
            revision: known.revision,
            ..of(booking, &patient)
        };
        if told == known {
            if patient_changed && known.status.is_ahead() {
                self.prepare(txn, &known, &patient, false, now).await?;
            }
            return Ok(if patient_changed { Booked::Updated } else { Booked::Unchanged });
        }
        let changed = Appointment { revision: known.revision + 1, ..told };
        appointments::update(txn, &changed, now).await?;
        audit::note(txn, now, "feed", "appointment.changed", &audit::appointment(changed.id)).await?;
        if changed.status.is_ahead() {
            let moved = changed.start != known.start || !known.status.is_ahead();
            self.prepare(txn, &changed, &patient, moved, now).await?;
        } else {
            outbox::cancel(txn, changed.id, changed.status.as_str(), now).await?;
        }
        let cancelled = changed.status == Status::Cancelled && known.status != Status::Cancelled;
        Ok(if cancelled { Booked::Cancelled } else { Booked::Updated })
    }

    /// The patient of a booking, added or brought up to date.
    async fn patient(&self, txn: &Txn, booking: &Booking, now: Timestamp) -> Result<(Patient, bool)> {
        let profile = Profile {
            external_id: booking.patient_id.reveal().clone(),
            given_name: booking.given_name.reveal().clone(),
            family_name: booking.family_name.reveal().clone(),
            birth_date: *booking.birth_date.reveal(),
            email: booking.email.as_ref().map(|email| email.reveal().clone()),
            phone: booking.phone.as_ref().map(|phone| phone.reveal().clone()),
            sex: booking.sex.as_ref().map(|sex| *sex.reveal()),
        };
        let known = patients::by_external_id(txn, booking.patient_id.reveal()).await?;
        let told = Patient {
            id: known.as_ref().map_or_else(|| mint(PatientId::mint, now), |patient| patient.id),
            language: booking.language.clone(),
            time_zone: booking.time_zone.clone(),
            profile: Private::new(profile),
        };
        let mut changed = false;
        match &known {
            None => patients::add(txn, &told, now).await?,
            Some(known) if *known != told => {
                patients::update(txn, &told).await?;
                changed = true;
            }
            Some(_) => {}
        }
        let email = booking.email.as_ref().map(|email| email.reveal().as_str());
        let moved = patients::set_address(txn, told.id, Channel::Email, email, now).await?;
        let ever =
            patients::consents(txn, told.id).await?.iter().any(|consent| consent.channel == Channel::Email);
        // A patient who withdrew is not written to again because the clinic sent the address once more.
        if email.is_some() && !ever {
            let consent = Consent {
                channel: Channel::Email,
                text_version: FEED_CONSENT.to_owned(),
                language: told.language.clone(),
                given_at: now,
                by: Recorder::ClinicFeed,
                warning_shown: false,
                withdrawn_at: None,
            };
            patients::give_consent(txn, told.id, &consent).await?;
        }
        Ok((told, changed || (moved && known.is_some())))
    }

    /// Makes sure a visit ahead has its conversation, its link and its timetable.
    async fn prepare(
        &self,
        txn: &Txn,
        appointment: &Appointment,
        patient: &Patient,
        moved: bool,
        now: Timestamp,
    ) -> Result<()> {
        let known = conversations::hold_about(txn, appointment.id).await?;
        let pathway = self.catalog.pathway_for(&appointment.kind, &appointment.clinic);
        let questions = known.as_ref().map(|known| question::of(&known.script)).unwrap_or_default();
        if pathway.is_none() && questions.is_empty() {
            if known.is_none() {
                return Ok(());
            }
            outbox::unplan(txn, appointment.id, moved, now).await?;
            return Ok(());
        }
        if !appointment.status.is_ahead() {
            return Ok(());
        }
        let fresh = Stored {
            id: known.as_ref().map_or_else(|| mint(ConversationId::mint, now), |known| known.id),
            appointment: appointment.id,
            patient: patient.id,
            pathway: pathway.map(|p| (p.id.clone(), p.version.clone())).unwrap_or_default(),
            script: match pathway {
                Some(pathway) => self.pin(txn, pathway, &patient.language, questions, now).await?,
                None => Pinned { v: 1, asks: questions, not_asked: Vec::new() },
            },
            standing: Conversation::new(patient.language.clone()),
            last_at: None,
            completed_at: None,
        };
        let state = match &known {
            None => {
                conversations::add(txn, &fresh, now).await?;
                State::Invited
            }
            // Nothing was said yet: the newest pathway, in the patient's present language.
            Some(known) if known.standing.state == State::Invited && known.last_at.is_none() => {
                conversations::replace_script(txn, &fresh).await?;
                State::Invited
            }
            Some(known) => known.standing.state,
        };
        self.renew_invitation(txn, appointment, now).await?;
        outbox::unplan(txn, appointment.id, moved, now).await?;
        if !state.wants_reminding() {
            return Ok(());
        }
        let Some((channel, address)) = self.reachable(txn, patient.id, Purpose::Invitation).await? else {
            return Ok(());
        };
        let zone = TimeZone::get(&patient.time_zone).unwrap_or_else(|_| appointment.zone());
        let sent = outbox::of_appointment(txn, appointment.id).await?;
        let invited = |row: &&outbox::Row| row.owed.purpose() == Some(Purpose::Invitation);
        // What goes out next keeps its distance from the invitation that went out, not from one that will not.
        let invited_at = sent.iter().find(invited).and_then(|row| row.finished_at);
        let timetable = pathway.map(|pathway| pathway.timetable.clone()).unwrap_or_default();
        let known_at = invited_at.unwrap_or(now);
        let planned = schedule::plan(appointment.start, known_at, &zone, self.options.quiet, &timetable);
        let mut owed: Vec<(Purpose, Timestamp, Option<&str>)> = planned
            .iter()
            .filter(|planned| invited_at.is_none() || planned.at >= now)
            .map(|planned| (planned.purpose, planned.at, None))
            .collect();
        if owed.is_empty() && invited_at.is_none() {
            // Dropped, and recorded as such.
            owed.push((
                Purpose::Invitation,
                now,
                Some("too late: the visit begins before a message may go out"),
            ));
        }
        for (purpose, not_before, dropped) in owed {
            let row = outbox::Row {
                id: mint(OutboxId::mint, now),
                key: format!("{}:{}", appointment.id, purpose.as_str()),
                patient: Some(patient.id),
                appointment: Some(appointment.id),
                channel,
                address: address.clone(),
                owed: Owed::Planned(Planned { v: 1, purpose, appointment: appointment.id }),
                not_before,
                state: if dropped.is_some() { outbox::state::GAVE_UP } else { outbox::state::QUEUED }
                    .to_owned(),
                attempts: 0,
                fence: 0,
                turn: 0,
                parts: 0,
                finished_at: dropped.map(|_| now),
                reason: dropped.map(str::to_owned),
            };
            outbox::owe(txn, &row, now).await?;
        }
        Ok(())
    }

    /// Plans what is still to be sent for a visit, after its patient can be reached in another way.
    pub(crate) async fn plan_anew(&self, txn: &Txn, appointment: &Appointment, now: Timestamp) -> Result<()> {
        let patient = patients::get(txn, appointment.patient).await?.ok_or(Error::NotFound("patient"))?;
        self.prepare(txn, appointment, &patient, false, now).await
    }

    /// The channel and address a patient may be written to now. The last reminder takes the second
    /// way, where there are two.
    pub(crate) async fn reachable(
        &self,
        txn: &Txn,
        patient: PatientId,
        purpose: Purpose,
    ) -> Result<Option<(Channel, Private<String>)>> {
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
        if purpose == Purpose::LastReminder && ways.len() > 1 {
            ways.swap(0, 1);
        }
        Ok(ways.into_iter().next())
    }

    async fn renew_invitation(&self, txn: &Txn, appointment: &Appointment, now: Timestamp) -> Result<()> {
        let expires_at = appointment
            .start
            .checked_add(LINK_AFTER_START)
            .map_err(|_| Error::Refused("start: is too far in the future".to_owned()))?;
        match invitations::newest(txn, appointment.id).await? {
            Some(known) if known.revoked_at.is_none() => {
                if known.expires_at != expires_at {
                    invitations::set_expiry(txn, known.id, expires_at).await?;
                }
            }
            _ => {
                let invitation = Invitation {
                    id: mint(InvitationId::mint, now),
                    appointment: appointment.id,
                    patient: appointment.patient,
                    token: Private::new(secret()),
                    expires_at,
                    revoked_at: None,
                    failed_checks: 0,
                    locked_until: None,
                };
                invitations::add(txn, &invitation, now).await?;
            }
        }
        Ok(())
    }
}

/// The appointment a booking describes; ids and revision are the caller's to fill in.
fn of(booking: &Booking, patient: &Patient) -> Appointment {
    Appointment {
        id: AppointmentId(uuid::Uuid::default()),
        patient: patient.id,
        external_id: booking.appointment_id.clone(),
        start: booking.start,
        time_zone: booking.time_zone.clone(),
        duration_min: booking.duration_min,
        clinic: booking.clinic.clone(),
        clinician: booking.clinician.clone(),
        kind: booking.kind.clone(),
        status: booking.status,
        revision: 0,
    }
}
