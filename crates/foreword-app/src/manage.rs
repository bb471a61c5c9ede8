//! Manage: what staff enter and change by hand. It is booked as what feeds say is, and noted by whom.

use foreword_domain::{appointment::Appointment, booking::Notice, ids::AppointmentId, patient::Patient};
use foreword_store::{appointments, audit, clinics::Clinics, patients};
use jiff::Timestamp;

use crate::{
    App, Error, Result,
    access::{permission::Act, reach::reach},
    again,
    book::Booked,
    question,
};

/// The name of what staff enter, among the feeds.
pub const FEED: &str = "staff";
/// What numbers begin with that staff entry gives to visits.
const OWN: &str = "S-";
/// How many random bytes follow, in letters and digits.
const RANDOM: usize = 5;

impl App {
    /// A number for a visit that no feed has numbered.
    pub fn new_visit_number() -> String {
        format!("{OWN}{}", data_encoding::BASE32_NOPAD.encode(&foreword_store::random::<RANDOM>()))
    }

    /// Whether a number is one that staff entry gives.
    pub fn is_own_number(number: &str) -> bool {
        let rest = number.strip_prefix(OWN).map(|rest| data_encoding::BASE32_NOPAD.decode(rest.as_bytes()));
        matches!(rest, Some(Ok(bytes)) if bytes.len() == RANDOM)
    }

    /// What is known of a visit and of its patient. `reader` is who asked, for the audit log.
    pub async fn visit_to_change(
        &self,
        id: AppointmentId,
        reader: &str,
        now: Timestamp,
    ) -> Result<(Appointment, Patient)> {
        let reader = reader.to_owned();
        self.store
            .write(move |txn| {
                again!(reader => {
                    let known =
                        reach(txn, &reader, Act::ManageVisits, now).await?.visit(txn, id).await?;
                    let patient = patients::get(txn, known.patient).await?.ok_or(Error::NotFound("patient"))?;
                    audit::note(txn, now, &reader, "appointment.read", &audit::appointment(id)).await?;
                    Ok::<_, Error>((known, patient))
                })
            })
            .await
    }

    /// The patient of a number, where it is known at a clinic of the reader's.
    pub async fn patient_of_number(
        &self,
        number: &str,
        reader: &str,
        now: Timestamp,
    ) -> Result<Option<Patient>> {
        let (number, reader) = (number.to_owned(), reader.to_owned());
        self.store
            .write(move |txn| {
                again!(number, reader => {
                    let theirs = reach(txn, &reader, Act::ManageVisits, now).await?;
                    let known = patients::by_external_id(txn, &number).await?;
                    let Some(known) = known else { return Ok(None) };
                    if !theirs.has_patient(txn, known.id).await? {
                        return Ok(None);
                    }
                    audit::note(txn, now, &reader, "patient.read", &audit::patient(known.id)).await?;
                    Ok::<_, Error>(Some(known))
                })
            })
            .await
    }

    /// When the next message about a visit goes out to the patient; none is left otherwise.
    pub async fn next_message(
        &self,
        id: AppointmentId,
        reader: &str,
        now: Timestamp,
    ) -> Result<Option<Timestamp>> {
        let reader = reader.to_owned();
        self.store
            .read(move |txn| {
                Box::pin(async move {
                    reach(txn, &reader, Act::ManageVisits, now).await?.visit(txn, id).await?;
                    question::next_message(txn, id).await
                })
            })
            .await
    }

    /// Takes in what staff entered about one visit, and tells which one it is.
    pub async fn enter(
        &self,
        notice: Notice,
        staff: &str,
        now: Timestamp,
    ) -> Result<(Booked, Option<AppointmentId>)> {
        let number = notice.appointment_id.clone();
        if let Err(why) = self.may_enter(&notice, staff, now).await? {
            return Ok((Booked::Refused(why), None));
        }
        let booked = self.book(FEED, vec![(1, Ok(notice))], now, |_| ()).await?;
        let outcome = booked.into_iter().next().map_or(Booked::Unchanged, |(_, outcome)| outcome);
        let action = match outcome {
            Booked::Created => Some("appointment.entered"),
            Booked::Updated | Booked::Cancelled => Some("appointment.changed-by-hand"),
            Booked::Unchanged | Booked::Outdated(_) | Booked::Refused(_) => None,
        };
        let staff = staff.to_owned();
        let id = self
            .store
            .write(move |txn| {
                again!(number, staff => {
                    let found = appointments::by_external_id(txn, &number).await?.map(|found| found.id);
                    if let (Some(action), Some(id)) = (action, found) {
                        audit::note(txn, now, &staff, action, &audit::appointment(id)).await?;
                    }
                    Ok::<_, Error>(found)
                })
            })
            .await?;
        Ok((outcome, id))
    }

    /// Whether staff may book what a notice says: the visit is and stays at a clinic of theirs, and so is its
    /// patient, unless they are new.
    async fn may_enter(&self, notice: &Notice, staff: &str, now: Timestamp) -> Result<Result<(), String>> {
        let (notice, staff) = (notice.clone(), staff.to_owned());
        self.store
            .write(move |txn| {
                again!(notice, staff => {
                    let theirs = reach(txn, &staff, Act::ManageVisits, now).await?;
                    if theirs.clinics == Clinics::All {
                        return Ok(Ok(()));
                    }
                    let known = appointments::by_external_id(txn, &notice.appointment_id).await?;
                    if known.as_ref().is_some_and(|visit| !theirs.has(visit)) {
                        return Err(Error::NotFound("appointment"));
                    }
                    let clinic = match &notice.clinic {
                        Some(clinic) => clinic.as_str(),
                        None => known.as_ref().map_or("", |visit| visit.clinic.as_str()),
                    };
                    if !theirs.clinics.has(clinic) {
                        return Ok(Err("clinic: is not one that you book visits for".to_owned()));
                    }
                    let number = notice.patient_id.as_ref().map(|id| id.reveal().as_str()).unwrap_or_default();
                    let patient = match known {
                        Some(visit) => Some(visit.patient),
                        None => patients::by_external_id(txn, number).await?.map(|patient| patient.id),
                    };
                    if let Some(patient) = patient
                        && !theirs.has_patient(txn, patient).await?
                    {
                        return Ok(Err(
                            "patient_id: cannot be booked for here: it is in use at another clinic".to_owned()
                        ));
                    }
                    Ok::<_, Error>(Ok(()))
                })
            })
            .await
    }
}
