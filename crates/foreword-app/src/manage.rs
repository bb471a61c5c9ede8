//! Manage: what staff enter and change by hand. It is booked as what feeds say is, and noted by whom.

use foreword_domain::{appointment::Appointment, booking::Notice, ids::AppointmentId, patient::Patient};
use foreword_store::{appointments, audit, patients};
use jiff::Timestamp;

use crate::{App, Error, Result, again, book::Booked};

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
                    let known = appointments::get(txn, id).await?.ok_or(Error::NotFound("appointment"))?;
                    let patient = patients::get(txn, known.patient).await?.ok_or(Error::NotFound("patient"))?;
                    audit::note(txn, now, &reader, "appointment.read", &audit::appointment(id)).await?;
                    Ok::<_, Error>((known, patient))
                })
            })
            .await
    }

    /// The patient of a number, where it is known.
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
                    let known = patients::by_external_id(txn, &number).await?;
                    if let Some(known) = &known {
                        audit::note(txn, now, &reader, "patient.read", &audit::patient(known.id)).await?;
                    }
                    Ok::<_, Error>(known)
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
}
