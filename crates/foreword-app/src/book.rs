//! Book: what a feed says about an appointment becomes one row, one conversation and a timetable.
//!
//! One appointment is one row, whatever the feed, the order and the repeats: the feed's identifier says which,
//! the version of a message whether it is overtaken.

use std::collections::HashSet;

use foreword_domain::{
    appointment::{Appointment, Status},
    booking::{Booking, Notice, Usual},
    consent::{Consent, Recorder},
    conversation::State,
    ids::{AppointmentId, PatientId},
    message::Channel,
    patient::{Patient, Profile},
    private::Private,
};
use foreword_store::{Txn, appointments, audit, conversations, feeds, outbox, patients};
use jiff::Timestamp;

use crate::{
    App, Error, Result,
    access::{permission::Act, reach::reach},
    again, mint,
    planning::Fresh,
};

/// What became of one message of a feed.
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
    /// It was overtaken by what is known: for this reason it changed nothing.
    Outdated(String),
    /// It was refused, for this reason.
    Refused(String),
}

impl Booked {
    /// The words for all of them, in the order they are reported.
    pub const ALL: [&str; 6] = ["created", "updated", "cancelled", "unchanged", "outdated", "rejected"];

    /// The word for it in reports.
    pub fn as_str(&self) -> &'static str {
        let [created, updated, cancelled, unchanged, outdated, rejected] = Self::ALL;
        match self {
            Self::Created => created,
            Self::Updated => updated,
            Self::Cancelled => cancelled,
            Self::Unchanged => unchanged,
            Self::Outdated(_) => outdated,
            Self::Refused(_) => rejected,
        }
    }
}

/// The version of the wording under which clinics collect addresses.
const FEED_CONSENT: &str = "clinic-feed-1";
/// Messages written together.
const TOGETHER: usize = 500;

/// Which messages are the first about their appointment and their patient.
struct Firsts {
    appointments: HashSet<String>,
    patients: HashSet<String>,
}

impl Firsts {
    async fn of(txn: &Txn, rows: &[(usize, Result<Notice, String>)]) -> Result<Self> {
        let told = || rows.iter().filter_map(|(_, notice)| notice.as_ref().ok());
        let ids: Vec<String> = told().map(|notice| notice.appointment_id.clone()).collect();
        let of: Vec<&str> =
            told().filter_map(|notice| Some(notice.patient_id.as_ref()?.reveal().as_str())).collect();
        let known = appointments::known(txn, &ids).await?;
        let patients = patients::unknown(txn, &of).await?.into_iter().map(str::to_owned).collect();
        Ok(Self { appointments: ids.into_iter().filter(|id| !known.contains(id)).collect(), patients })
    }

    /// Whether a message is; the next one about either is not.
    fn is_first(&mut self, notice: &Notice) -> bool {
        let is_new = self.appointments.remove(&notice.appointment_id);
        let patient = notice.patient_id.as_ref().map(|id| id.reveal().as_str());
        let is_of_new = patient.is_some_and(|patient| self.patients.remove(patient));
        // What tells a version is compared with what was told before it was booked.
        is_new && is_of_new && notice.version.is_empty()
    }
}

impl App {
    /// Takes in what a feed says, in order; the number is the place of each message in its source.
    ///
    /// `progress` is told how many are done. What is refused or overtaken is logged with its reason, and the
    /// others are kept.
    pub async fn book(
        &self,
        feed: &str,
        rows: Vec<(usize, Result<Notice, String>)>,
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
                .write_long(move |txn| {
                    again!(app, together, feed => {
                        let mut booked = Vec::with_capacity(together.len());
                        let mut first = Firsts::of(txn, &together).await?;
                        for (row, notice) in together {
                            let about = notice.as_ref().ok().map(|notice| notice.appointment_id.clone());
                            let outcome = match notice {
                                // Nothing of it is there yet: what it adds is written with the others.
                                Ok(notice) if first.is_first(&notice) => {
                                    txn.gather(true).await;
                                    let booked = app.take_first(txn, notice, now).await?;
                                    txn.gather(false).await;
                                    booked
                                }
                                Ok(notice) => {
                                    txn.flush().await?;
                                    app.take_notice(txn, notice, now).await?
                                }
                                Err(reason) => Booked::Refused(reason),
                            };
                            if let Booked::Refused(reason) | Booked::Outdated(reason) = &outcome {
                                let entry = feeds::Entry {
                                    at: now,
                                    feed: feed.clone(),
                                    row: u32::try_from(row).unwrap_or(u32::MAX),
                                    outcome: outcome.as_str().to_owned(),
                                    reason: reason.clone(),
                                    appointment: about,
                                };
                                feeds::note(txn, &entry).await?;
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

    /// What holds where a feed says nothing, and nothing is known from before.
    pub fn usual(&self) -> Usual {
        Usual { language: self.options.language.clone(), time_zone: self.options.time_zone.clone() }
    }

    /// An appointment as it stands, by our id or the feed's, and whose it is. That it was read is noted.
    pub async fn appointment(
        &self,
        given: &str,
        reader: &str,
        now: Timestamp,
    ) -> Result<Option<(Appointment, Patient)>> {
        let Some(id) = self.find_appointment(given).await? else { return Ok(None) };
        let reader = reader.to_owned();
        self.store
            .write(move |txn| {
                again!(reader => {
                    let Some(visit) = appointments::get(txn, id).await? else { return Ok(None) };
                    let Some(patient) = patients::get(txn, visit.patient).await? else { return Ok(None) };
                    audit::note(txn, now, &reader, "appointment.read", &audit::appointment(id)).await?;
                    Ok::<_, Error>(Some((visit, patient)))
                })
            })
            .await
    }

    /// What the log of feeds says, newest first. `reader` is who asked, for the audit log.
    pub async fn feed_log(&self, limit: u64, reader: &str, now: Timestamp) -> Result<Vec<feeds::Entry>> {
        let reader = reader.to_owned();
        self.store
            .write(move |txn| {
                again!(reader => {
                    let theirs = reach(txn, &reader, Act::Feeds, now).await?;
                    audit::note(txn, now, &reader, "feeds.read", "all").await?;
                    Ok::<_, Error>(feeds::newest(txn, &theirs.clinics, limit).await?)
                })
            })
            .await
    }

    /// Takes in what one message says of an appointment and a patient nobody has heard of.
    async fn take_first(&self, txn: &Txn, notice: Notice, now: Timestamp) -> Result<Booked> {
        match notice.complete(None, None, &self.usual()) {
            Ok(booking) => self.book_one(txn, &booking, None, None, now).await,
            Err(reason) => Ok(Booked::Refused(reason)),
        }
    }

    /// Takes in what one message says.
    pub(crate) async fn take_notice(&self, txn: &Txn, notice: Notice, now: Timestamp) -> Result<Booked> {
        let external_id = notice.appointment_id.clone();
        let told = notice.version;
        if told.is_empty() {
            return self.take_newest(txn, notice, now).await;
        }
        let known = feeds::hold_version(txn, &external_id).await?;
        if told.is_older_than(known) {
            return Ok(Booked::Outdated("a newer message about this appointment came before".to_owned()));
        }
        let booked = self.take_newest(txn, notice, now).await?;
        if !matches!(booked, Booked::Refused(_)) && told.after(known) != known {
            feeds::set_version(txn, &external_id, told.after(known)).await?;
        }
        Ok(booked)
    }

    async fn take_newest(&self, txn: &Txn, notice: Notice, now: Timestamp) -> Result<Booked> {
        let external_id = notice.appointment_id.clone();
        let has_version = !notice.version.is_empty();
        let appointment = appointments::by_external_id(txn, &external_id).await?;
        let named = match &notice.patient_id {
            Some(id) => match patients::by_external_id(txn, id.reveal()).await? {
                Some(named) => patients::hold(txn, named.id).await?,
                None => None,
            },
            None => None,
        };
        let patient = match (&appointment, named) {
            (Some(known), named) => {
                let is_named = notice.patient_id.is_some();
                // Before anything is written: a refused message changes nobody's address.
                if is_named && named.as_ref().is_none_or(|named| named.id != known.patient) {
                    return Ok(Booked::Refused(
                        "appointment_id: is already there for another patient_id; an appointment keeps its patient"
                            .to_owned(),
                    ));
                }
                match named {
                    Some(named) => Some(named),
                    None => patients::hold(txn, known.patient).await?,
                }
            }
            (None, named) => named,
        };
        let status = notice.status;
        let booking = match notice.complete(appointment.as_ref(), patient.as_ref(), &self.usual()) {
            Ok(booking) => booking,
            // Its version is noted: when the message that books it comes late, it is overtaken.
            Err(_) if appointment.is_none() && status != Status::Booked && has_version => {
                return Ok(Booked::Outdated(format!(
                    "is {}, and was never booked here; an older booking that comes later is not taken in",
                    status.as_str()
                )));
            }
            Err(reason) => return Ok(Booked::Refused(reason)),
        };
        self.book_one(txn, &booking, appointment, patient, now).await
    }

    async fn book_one(
        &self,
        txn: &Txn,
        booking: &Booking,
        known: Option<Appointment>,
        patient: Option<Patient>,
        now: Timestamp,
    ) -> Result<Booked> {
        let is_new = patient.is_none();
        let (patient, patient_changed) = self.patient(txn, booking, patient, now).await?;
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
            let fresh = if is_new { Fresh::Patient } else { Fresh::Visit };
            self.plan_visit(txn, &appointment, &patient, fresh, now).await?;
            if !is_new {
                self.plan_others(txn, &patient, appointment.id, patient_changed, now).await?;
            }
            return Ok(Booked::Created);
        };
        let told = Appointment {
            id: known.id,
            external_id: known.external_id.clone(),
            revision: known.revision,
            ..of(booking, &patient)
        };
        if told == known {
            if patient_changed {
                self.plan_visit(txn, &known, &patient, Fresh::Nothing, now).await?;
                self.plan_others(txn, &patient, known.id, true, now).await?;
            }
            return Ok(if patient_changed { Booked::Updated } else { Booked::Unchanged });
        }
        let changed = Appointment { revision: known.revision + 1, ..told };
        appointments::update(txn, &changed, now).await?;
        audit::note(txn, now, "feed", "appointment.changed", &audit::appointment(changed.id)).await?;
        if changed.status.is_ahead() {
            let moved = changed.start != known.start || !known.status.is_ahead();
            let fresh = if moved { Fresh::Date } else { Fresh::Nothing };
            self.plan_visit(txn, &changed, &patient, fresh, now).await?;
        } else {
            outbox::cancel(txn, changed.id, changed.status.as_str(), now).await?;
        }
        self.plan_others(txn, &patient, changed.id, patient_changed, now).await?;
        let cancelled = changed.status == Status::Cancelled && known.status != Status::Cancelled;
        Ok(if cancelled { Booked::Cancelled } else { Booked::Updated })
    }

    /// Brings a patient's other visits up to date in which nothing was said yet: what is asked depends on the
    /// language, the conditions and on which visit is the first.
    async fn plan_others(
        &self,
        txn: &Txn,
        patient: &Patient,
        but: AppointmentId,
        patient_changed: bool,
        now: Timestamp,
    ) -> Result<()> {
        if !patient_changed && !self.catalog().tells_first_visits() {
            return Ok(());
        }
        // Whoever said "this is not me" sits at the patient's address: nothing that was stopped begins again.
        let all = conversations::of_patient(txn, patient.id).await?;
        if all.iter().any(|known| known.standing.state == State::NotMe) {
            return Ok(());
        }
        for other in appointments::of_patient(txn, patient.id).await? {
            if other.id == but || !other.status.is_ahead() || other.start <= now {
                continue;
            }
            let known = conversations::about(txn, other.id).await?;
            if known.is_none_or(|known| known.standing.state == State::Invited && known.last_at.is_none()) {
                self.plan_visit(txn, &other, patient, Fresh::Nothing, now).await?;
            }
        }
        Ok(())
    }

    /// Takes in what is said of a patient without a visit; the reason where it can't be.
    pub(crate) async fn take_patient(
        &self,
        txn: &Txn,
        notice: Notice,
        known: Option<Patient>,
        now: Timestamp,
    ) -> Result<Result<Patient, String>> {
        // A visit that is never booked: who somebody is is said in the same words.
        let unsaid = || Some(String::from("-"));
        let notice = Notice {
            status: Status::Booked,
            start: Some(now),
            clinic: unsaid(),
            clinician: unsaid(),
            kind: unsaid(),
            ..notice
        };
        let booking = match notice.complete(None, known.as_ref(), &self.usual()) {
            Ok(booking) => booking,
            Err(why) => return Ok(Err(why)),
        };
        let (patient, changed) = self.patient(txn, &booking, known, now).await?;
        if changed {
            self.plan_others(txn, &patient, AppointmentId(uuid::Uuid::nil()), true, now).await?;
        }
        Ok(Ok(patient))
    }

    /// The patient of a booking, added or brought up to date; tells whether anything about them has changed.
    async fn patient(
        &self,
        txn: &Txn,
        booking: &Booking,
        known: Option<Patient>,
        now: Timestamp,
    ) -> Result<(Patient, bool)> {
        let profile = Profile {
            external_id: booking.patient_id.reveal().clone(),
            given_name: booking.given_name.reveal().clone(),
            family_name: booking.family_name.reveal().clone(),
            birth_date: *booking.birth_date.reveal(),
            email: booking.email.as_ref().map(|email| email.reveal().clone()),
            phone: booking.phone.as_ref().map(|phone| phone.reveal().clone()),
            sex: booking.sex.as_ref().map(|sex| *sex.reveal()),
            conditions: booking.conditions.reveal().clone(),
            deceased: booking.deceased,
        };
        let told = Patient {
            id: known.as_ref().map_or_else(|| mint(PatientId::mint, now), |patient| patient.id),
            language: booking.language.clone(),
            time_zone: booking.patient_time_zone.clone(),
            profile: Private::new(profile),
        };
        let email = booking.email.as_ref().map(|email| email.reveal().as_str());
        let Some(known) = known else {
            patients::add(txn, &told, now).await?;
            if let Some(email) = email {
                patients::add_address(txn, told.id, Channel::Email, email, now).await?;
                self.consent_by_feed(txn, &told, now).await?;
            }
            return Ok((told, false));
        };
        let mut changed = false;
        if known != told {
            patients::update(txn, &told, now).await?;
            changed = true;
            if told.profile.reveal().deceased && !known.profile.reveal().deceased {
                outbox::cancel_all(txn, told.id, "deceased", now).await?;
                audit::note(txn, now, "feed", "patient.deceased", &audit::patient(told.id)).await?;
            }
        }
        let moved = patients::set_address(txn, told.id, Channel::Email, email, now).await?;
        if changed || moved {
            audit::note(txn, now, "feed", "patient.changed", &audit::patient(told.id)).await?;
        }
        // A patient who withdrew is not written to again because the clinic sent the address once more.
        if email.is_some()
            && !patients::consents(txn, told.id)
                .await?
                .iter()
                .any(|consent| consent.channel == Channel::Email)
        {
            self.consent_by_feed(txn, &told, now).await?;
        }
        Ok((told, changed || moved))
    }

    async fn consent_by_feed(&self, txn: &Txn, patient: &Patient, now: Timestamp) -> Result<()> {
        let consent = Consent {
            channel: Channel::Email,
            text_version: FEED_CONSENT.to_owned(),
            language: patient.language.clone(),
            given_at: now,
            by: Recorder::ClinicFeed,
            warning_shown: false,
            withdrawn_at: None,
        };
        Ok(patients::give_consent(txn, patient.id, &consent).await?)
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
