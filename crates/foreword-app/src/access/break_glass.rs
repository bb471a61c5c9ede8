//! Break-glass: in an emergency a clinician or nurse reads the record of another clinic's patient, for a
//! reason, for a few hours, and administrators see it.

use foreword_domain::{
    appointment::Appointment,
    ids::{AppointmentId, BreakGlassId, PatientId, StaffId},
    private::Private,
};
use foreword_store::{
    Txn, appointments, audit,
    break_glass::{self, Opening},
    staff,
};
use jiff::{SignedDuration, Timestamp};

use super::{permission::Act, reach::reach};
use crate::{App, Error, Result, again, mint, question::patient_named};

/// How long a record stays open.
pub const OPEN_HOURS: i64 = 4;
/// The shortest reason, in characters.
pub const LEAST_REASON: usize = 10;
/// The longest.
pub const MOST_REASON: usize = 500;

/// A record that was opened.
#[derive(Clone, Debug)]
pub struct Opened {
    /// Whose it is.
    pub patient: PatientId,
    /// Until when it can be read.
    pub until: Timestamp,
    /// The patient's visits, at all clinics, newest first.
    pub visits: Vec<Appointment>,
}

/// A line of the list that administrators see.
#[derive(Clone, Debug)]
pub struct Line {
    /// Who opened a record, by name.
    pub by: String,
    /// Whose record.
    pub patient: PatientId,
    /// Why.
    pub reason: Private<String>,
    /// When.
    pub at: Timestamp,
    /// Until when.
    pub until: Timestamp,
}

impl App {
    /// Opens the record of a patient, who is named by their number, by our id, or by one of their visits.
    /// Nothing is told, and the try is noted, where there is no such patient.
    ///
    /// # Errors
    /// [`Error::Refused`] with a sentence when the reason is too short or too long, whoever is named.
    pub async fn break_glass(
        &self,
        who: StaffId,
        named: &str,
        reason: &str,
        now: Timestamp,
    ) -> Result<Option<Opened>> {
        let (named, reason) = (named.trim().to_owned(), reason.trim().to_owned());
        if !(LEAST_REASON..=MOST_REASON).contains(&reason.chars().count()) {
            let why = format!("Please give a reason of {LEAST_REASON} to {MOST_REASON} characters.");
            return Err(Error::Refused(why));
        }
        self.store
            .write(move |txn| {
                again!(named, reason => {
                    let actor = format!("staff:{who}");
                    reach(txn, &actor, Act::BreakGlass, now).await?;
                    let Some(patient) = whose(txn, &named).await? else {
                        audit::note(txn, now, &actor, "break-glass.nobody", "unknown").await?;
                        return Ok(None);
                    };
                    let until = now.checked_add(SignedDuration::from_hours(OPEN_HOURS)).unwrap_or(now);
                    let id = mint(BreakGlassId::mint, now);
                    let opening =
                        Opening { id, staff: who, patient, reason: Private::new(reason), at: now, until };
                    break_glass::add(txn, &opening).await?;
                    audit::note(txn, now, &actor, "break-glass", &audit::patient(patient)).await?;
                    let mut visits = appointments::of_patient(txn, patient).await?;
                    visits.reverse();
                    Ok::<_, Error>(Some(Opened { patient, until, visits }))
                })
            })
            .await
    }

    /// The records that were opened, newest first, for administrators. `reader` is who asks.
    pub async fn broken_glass(&self, limit: u64, reader: &str, now: Timestamp) -> Result<Vec<Line>> {
        let reader = reader.to_owned();
        self.store
            .write(move |txn| {
                again!(reader => {
                    reach(txn, &reader, Act::Audit, now).await?;
                    let mut lines = Vec::new();
                    for opening in break_glass::newest(txn, limit).await? {
                        let by = staff::get(txn, opening.staff).await?;
                        lines.push(Line {
                            by: by.map_or_else(|| "somebody who is gone".to_owned(), |member| member.name),
                            patient: opening.patient,
                            reason: opening.reason,
                            at: opening.at,
                            until: opening.until,
                        });
                    }
                    audit::note(txn, now, &reader, "break-glass.read", "all").await?;
                    Ok::<_, Error>(lines)
                })
            })
            .await
    }
}

async fn whose(txn: &Txn, named: &str) -> Result<Option<PatientId>> {
    // PostgreSQL knows no text with a NUL in it, and nobody is called that.
    if named.is_empty() || named.contains('\0') {
        return Ok(None);
    }
    if let Some(patient) = patient_named(txn, named).await? {
        return Ok(Some(patient));
    }
    let visit = match named.parse::<AppointmentId>() {
        Ok(id) => appointments::get(txn, id).await?,
        Err(_) => appointments::by_external_id(txn, named).await?,
    };
    Ok(visit.map(|visit| visit.patient))
}
