//! How far somebody reaches: at which clinics they may do something, and whose record they have opened in an
//! emergency. It is asked for in the transaction that reads or writes, so a role that is taken away counts at once.

use std::collections::BTreeSet;

use foreword_domain::{
    appointment::Appointment,
    ids::{AppointmentId, PatientId, StaffId},
};
use foreword_store::{
    Txn, appointments, break_glass,
    clinics::Clinics,
    staff,
    staff_roles::{self, Held},
};
use jiff::Timestamp;

use super::permission::{Act, Role, allows};
use crate::{App, Error, Result};

/// What a member of staff is written as in the audit log begins with this; their id follows.
const STAFF: &str = "staff:";

/// Where somebody may do something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reach {
    /// At these clinics.
    pub clinics: Clinics,
    /// And for these patients, wherever they come.
    opened: Vec<PatientId>,
}

impl Reach {
    /// Where the roles somebody holds let them do something; nothing where they may nowhere.
    fn of(held: &[Held], act: Act) -> Option<Self> {
        // A word this version does not know gives nothing.
        let may = |held: &&Held| Role::of(&held.role).is_some_and(|role| allows(role, act));
        let held: Vec<&Held> = held.iter().filter(may).collect();
        if held.is_empty() || (act.is_of_the_house() && held.iter().all(|held| held.clinic.is_some())) {
            return None;
        }
        let names: Option<BTreeSet<String>> = held.into_iter().map(|held| held.clinic.clone()).collect();
        Some(Self { clinics: names.map_or(Clinics::All, Clinics::Only), opened: Vec::new() })
    }

    /// Whether a visit is within it.
    pub fn has(&self, visit: &Appointment) -> bool {
        self.clinics.has(&visit.clinic) || self.opened.contains(&visit.patient)
    }

    /// Whether a patient is within it: they have a visit that is.
    pub(crate) async fn has_patient(&self, txn: &Txn, patient: PatientId) -> Result<bool> {
        if self.clinics == Clinics::All || self.opened.contains(&patient) {
            return Ok(true);
        }
        Ok(appointments::of_patient(txn, patient).await?.iter().any(|visit| self.has(visit)))
    }

    /// A visit, if it is within it. One that is not is answered like one that is not there.
    pub(crate) async fn visit(&self, txn: &Txn, id: AppointmentId) -> Result<Appointment> {
        let known = appointments::get(txn, id).await?;
        known.filter(|visit| self.has(visit)).ok_or(Error::NotFound("appointment"))
    }
}

/// Where `reader` may do something. Whoever is no member of staff is the service itself or holds its master
/// key, and reaches everything.
///
/// # Errors
/// [`Error::NotAllowed`] when they may nowhere.
pub(crate) async fn reach(txn: &Txn, reader: &str, act: Act, now: Timestamp) -> Result<Reach> {
    let Some(id) = reader.strip_prefix(STAFF) else {
        return Ok(Reach { clinics: Clinics::All, opened: Vec::new() });
    };
    let not_allowed = || Error::NotAllowed(act);
    let id: StaffId = id.parse().map_err(|_| not_allowed())?;
    let member = staff::get(txn, id).await?.filter(|member| member.disabled_at.is_none());
    member.ok_or_else(not_allowed)?;
    let mut reach = Reach::of(&staff_roles::of(txn, id).await?, act).ok_or_else(not_allowed)?;
    if act.is_opened_by_break_glass() {
        reach.opened = break_glass::open(txn, id, now).await?;
    }
    Ok(reach)
}

/// What somebody may do at all, wherever.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Permits(Vec<Held>);

impl Permits {
    /// Whether they may do something somewhere.
    pub fn may(&self, act: Act) -> bool {
        Reach::of(&self.0, act).is_some()
    }

    /// The roles they hold, in words.
    pub fn in_words(&self) -> String {
        let held = self.0.iter().map(|held| {
            let role = Role::of(&held.role).map_or_else(|| held.role.as_str(), |role| role.label());
            let at = held.clinic.as_deref().map_or_else(|| "all clinics".to_owned(), str::to_owned);
            format!("{role} at {at}")
        });
        held.collect::<Vec<_>>().join(", ")
    }
}

impl App {
    /// Where `reader` may do something. For what is asked for in a transaction of its own, ask there.
    ///
    /// # Errors
    /// [`Error::NotAllowed`] when they may nowhere.
    pub async fn reach(&self, reader: &str, act: Act, now: Timestamp) -> Result<Reach> {
        let reader = reader.to_owned();
        self.store.read(move |txn| Box::pin(async move { reach(txn, &reader, act, now).await })).await
    }

    /// What a member of staff may do at all.
    pub async fn permits(&self, member: StaffId) -> Result<Permits> {
        self.store
            .read(move |txn| Box::pin(async move { Ok(Permits(staff_roles::of(txn, member).await?)) }))
            .await
    }
}
