//! Previsit: where a patient whom another program has open stands before their next visit, and the page of it.
//!
//! Which patient it is must be sure: what another program calls them counts only where it can't be somebody else.

use foreword_domain::{
    alert::{Level, State},
    appointment::{Appointment, Status},
    ids::{AppointmentId, CardId, PatientId},
    private::Private,
};
use foreword_store::{Txn, alerts, appointments, audit, conversations, patients};
use foreword_summary::Summary;
use jiff::{SignedDuration, Timestamp, civil::Date};

use crate::{
    App, Error, Result,
    access::{permission::Act, reach::reach},
    again, mint,
};

/// How long after its beginning a visit is still the next one.
const STILL_NEXT: SignedDuration = SignedDuration::from_hours(4);

/// A patient as another program knows them.
#[derive(Clone, Debug)]
pub struct Named {
    /// Its id of the patient; it counts only if it is ours.
    pub id: Private<String>,
    /// What feeds call the patient, as far as it says.
    pub identifier: Option<Private<String>>,
    /// When it says they were born.
    pub born: Option<Private<Date>>,
    /// Whether that identifier is of the system that feeds take theirs from, so that it is nobody else's.
    pub is_of_feeds: bool,
}

/// What is known before a visit.
#[derive(Clone, Debug)]
pub struct Previsit {
    /// What it is called where it is shown.
    pub card: CardId,
    /// The visit.
    pub visit: AppointmentId,
    /// Its page.
    pub summary: Summary,
    /// Red flags that are not closed.
    pub red: usize,
    /// Amber ones.
    pub amber: usize,
}

impl App {
    /// What is known before the next visit of a patient: `None` when it can't be found out who it is,
    /// `Some(None)` when there is nothing to say. Whatever is told leaves a row in the audit log.
    pub async fn previsit(
        &self,
        named: &Named,
        reader: &str,
        now: Timestamp,
    ) -> Result<Option<Option<Previsit>>> {
        let (app, named, reader) = (self.clone(), named.clone(), reader.to_owned());
        self.store
            .write(move |txn| {
                again!(app, named, reader => {
                    let Some(patient) = found(txn, &named).await? else { return Ok(None) };
                    let told = app.previsit_in(txn, patient, &reader, now).await?;
                    if let Some(told) = &told {
                        let visit = audit::appointment(told.visit);
                        audit::note(txn, now, &reader, "card.served", &visit).await?;
                    }
                    Ok::<_, Error>(Some(told))
                })
            })
            .await
    }

    /// The next visit of a patient whom another program has open, if it can be found out who it is.
    pub async fn next_visit(
        &self,
        named: &Named,
        reader: &str,
        now: Timestamp,
    ) -> Result<Option<AppointmentId>> {
        let (named, reader) = (named.clone(), reader.to_owned());
        self.store
            .read(move |txn| {
                again!(named, reader => {
                    let Some(patient) = found(txn, &named).await? else { return Ok(None) };
                    Ok::<_, Error>(next(txn, patient, &reader, now).await?.map(|visit| visit.id))
                })
            })
            .await
    }

    async fn previsit_in(
        &self,
        txn: &Txn,
        patient: PatientId,
        reader: &str,
        now: Timestamp,
    ) -> Result<Option<Previsit>> {
        let Some(visit) = next(txn, patient, reader, now).await? else { return Ok(None) };
        let raised = alerts::of_appointment(txn, visit.id).await?;
        let open = |level| {
            raised.iter().filter(|alert| alert.level == level && alert.state != State::Closed).count()
        };
        let (red, amber) = (open(Level::Red), open(Level::Amber));
        let has_said = match conversations::about(txn, visit.id).await? {
            Some(stored) => !self.revive(txn, stored).await?.ledger.is_empty(),
            None => false,
        };
        if !has_said && red + amber == 0 {
            return Ok(None);
        }
        let summary = self.summary_in(txn, visit.id, now).await?;
        let card = mint(CardId::mint, now);
        Ok(Some(Previsit { card, visit: visit.id, summary, red, amber }))
    }
}

/// The patient, where it is sure who it is.
async fn found(txn: &Txn, named: &Named) -> Result<Option<PatientId>> {
    let born = named.born.as_ref().map(Private::reveal);
    let is_theirs = |birth_date: Date| born.is_none_or(|born| *born == birth_date);
    if let Ok(id) = named.id.reveal().parse::<PatientId>()
        && let Some(known) = patients::get(txn, id).await?
    {
        return Ok(is_theirs(known.profile.reveal().birth_date).then_some(known.id));
    }
    let Some(identifier) = &named.identifier else { return Ok(None) };
    // PostgreSQL knows no text with a NUL in it, and an identifier of whatever system may be another patient's.
    if identifier.reveal().contains('\0') || (born.is_none() && !named.is_of_feeds) {
        return Ok(None);
    }
    let known = patients::by_external_id(txn, identifier.reveal()).await?;
    Ok(known.filter(|known| is_theirs(known.profile.reveal().birth_date)).map(|known| known.id))
}

/// The next visit that takes place, among those `reader` may see.
async fn next(txn: &Txn, patient: PatientId, reader: &str, now: Timestamp) -> Result<Option<Appointment>> {
    let reach = reach(txn, reader, Act::ReadSummary, now).await?;
    let from = now.checked_sub(STILL_NEXT).unwrap_or(now);
    let mut visits = appointments::of_patient(txn, patient).await?.into_iter();
    Ok(visits.find(|visit| {
        matches!(visit.status, Status::Booked | Status::Arrived) && visit.start > from && reach.has(visit)
    }))
}
