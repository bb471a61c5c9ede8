//! Record: the page of a visit with the answers and scores it was made from, for who passes it on as FHIR.

use foreword_domain::{conversation::State, ids::AppointmentId, response::Answer};
use foreword_fhir::resources::ResponseStatus;
use foreword_store::{Txn, answers, appointments, conversations, patients};
use foreword_summary::{
    Summary,
    fhir::{Administered, Record},
};
use jiff::Timestamp;

use crate::{App, Error, Result, Visit, again};

impl App {
    /// The page of a visit as it stands now, and what is behind it. `reader` is who asked, for the audit log.
    pub async fn record(&self, appointment: AppointmentId, reader: &str, now: Timestamp) -> Result<Record> {
        let app = self.clone();
        let reader = reader.to_owned();
        self.store
            .write(move |txn| {
                again!(app, reader => {
                    let summary = app.read_page(txn, appointment, &reader, now).await?;
                    app.record_in(txn, appointment, summary).await
                })
            })
            .await
    }

    pub(crate) async fn record_in(&self, txn: &Txn, id: AppointmentId, summary: Summary) -> Result<Record> {
        let appointment = appointments::get(txn, id).await?.ok_or(Error::NotFound("appointment"))?;
        let patient = patients::get(txn, appointment.patient).await?.ok_or(Error::NotFound("patient"))?;
        let visit = match conversations::about(txn, id).await? {
            Some(stored) => Some(self.revive(txn, stored).await?),
            None => None,
        };
        let responses = match &visit {
            // What somebody else answered is shown nowhere.
            Some(visit) if visit.standing.state != State::NotMe => administered(txn, visit).await?,
            _ => Vec::new(),
        };
        let is_complete = visit.is_some_and(|visit| visit.standing.state == State::Completed);
        Ok(Record { patient, appointment, summary, responses, is_complete })
    }
}

/// What was answered for a visit, in the order of asking.
async fn administered(txn: &Txn, visit: &Visit) -> Result<Vec<Administered>> {
    let stored = answers::responses(txn, visit.id).await?;
    let mut all = Vec::new();
    for ask in &visit.script.asks {
        let Some(row) = stored.iter().find(|row| row.ask == ask.key) else { continue };
        let given = answers::of_asks(txn, visit.id, &[&ask.key]).await?;
        let standing: Vec<Answer> =
            visit.ledger.iter().filter(|answer| answer.at.ask == ask.key).cloned().collect();
        let authored = given.iter().map(|answer| answer.answered_at).max().unwrap_or(row.started_at);
        let status = match (row.completed_at, visit.standing.state) {
            (Some(at), _) if authored > at => ResponseStatus::Amended,
            (Some(_), _) => ResponseStatus::Completed,
            (None, State::Declined) => ResponseStatus::Stopped,
            (None, _) => ResponseStatus::InProgress,
        };
        all.push(Administered {
            id: row.id,
            ask: ask.key.clone(),
            // Every answer that was ever given makes a version.
            version: u32::try_from(given.len()).unwrap_or(u32::MAX).max(1),
            status,
            instrument: ask.instrument.clone(),
            person: visit.script.person,
            answers: standing,
            scores: visit.scores(ask),
            authored,
        });
    }
    Ok(all)
}
