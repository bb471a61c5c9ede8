//! Reading: what other programs read of visits, a page at a time. Each reading leaves its row in the audit log.

use foreword_domain::{
    appointment::Appointment,
    conversation::State,
    ids::{AlertId, AppointmentId, ResponseId},
    instrument::Instrument,
    language::Lang,
    message::Channel,
    patient::Patient,
    response::{Respondent, Value},
    scoring::Score,
};
use foreword_store::{Txn, alerts, answers, appointments, audit, conversations, many};
use jiff::Timestamp;

use crate::{
    App, Error, Result, Visit,
    access::{permission::Act, reach::reach},
    again,
    alerting::inbox::Plain,
};

/// One instrument as it was answered for a visit.
#[derive(Clone, Debug)]
pub struct Answered {
    /// The id of the response; none while nothing of it was answered.
    pub id: ResponseId,
    /// The key of the ask.
    pub ask: String,
    /// The instrument, in the version that was asked.
    pub instrument: std::sync::Arc<Instrument>,
    /// The language it was asked in.
    pub language: Lang,
    /// When the first answer came.
    pub started_at: Timestamp,
    /// When the last one did; none while some are missing.
    pub completed_at: Option<Timestamp>,
    /// The answers as they stand, in the order of the items. Items that are hidden are not there.
    pub answers: Vec<Given>,
    /// The scores as they stand.
    pub scores: Vec<Score>,
}

/// An answer as it stands.
#[derive(Clone, Debug)]
pub struct Given {
    /// The item.
    pub item: String,
    /// What was answered.
    pub value: Value,
    /// When.
    pub at: Timestamp,
    /// Through which door.
    pub channel: Channel,
    /// By whom.
    pub by: Respondent,
}

/// A place in a list of appointments: behind this one.
pub type Behind = (Timestamp, AppointmentId);

impl App {
    /// The appointments that begin in `[from, until)` and stand behind a place, earliest first, at most `limit`.
    pub async fn appointments_behind(
        &self,
        (from, until): (Timestamp, Timestamp),
        behind: Option<Behind>,
        limit: u64,
        reader: &str,
        now: Timestamp,
    ) -> Result<Vec<(Appointment, Patient)>> {
        let reader = reader.to_owned();
        self.store
            .write(move |txn| {
                again!(reader => {
                    let theirs = reach(txn, &reader, Act::ReadDay, now).await?;
                    let subject = format!("{from}/{until}");
                    audit::note(txn, now, &reader, "appointments.read", &subject).await?;
                    let found = appointments::behind(txn, (from, until), behind, &theirs.clinics, limit).await?;
                    let patients: Vec<_> = found.iter().map(|visit| visit.patient).collect();
                    let patients = many::patients(txn, &patients).await?;
                    let with = |visit: Appointment| Some((visit.clone(), patients.get(&visit.patient)?.clone()));
                    Ok::<_, Error>(found.into_iter().filter_map(with).collect())
                })
            })
            .await
    }

    /// What was answered for a visit, in the order it is asked; and how far the patient has come, where something is.
    pub async fn answered_for(
        &self,
        visit: AppointmentId,
        reader: &str,
        now: Timestamp,
    ) -> Result<(Option<State>, Vec<Answered>)> {
        let (app, reader) = (self.clone(), reader.to_owned());
        self.store
            .write(move |txn| {
                again!(app, reader => {
                    reach(txn, &reader, Act::ReadSummary, now).await?.visit(txn, visit).await?;
                    audit::note(txn, now, &reader, "responses.read", &audit::appointment(visit)).await?;
                    app.answered_for_in(txn, visit).await
                })
            })
            .await
    }

    async fn answered_for_in(&self, txn: &Txn, id: AppointmentId) -> Result<(Option<State>, Vec<Answered>)> {
        let Some(stored) = conversations::about(txn, id).await? else { return Ok((None, Vec::new())) };
        let visit = self.revive(txn, stored).await?;
        let responses = answers::responses(txn, visit.id).await?;
        let mut answered = Vec::new();
        for ask in &visit.script.asks {
            let Some(response) = responses.iter().find(|response| response.ask == ask.key) else { continue };
            let shown = visit.script.shown(ask, &visit.ledger);
            let given = ask.instrument.items.iter().filter(|item| shown.contains_key(item.id.as_str()));
            let given = given.filter_map(|item| given_at(&visit, &ask.key, &item.id)).collect();
            answered.push(Answered {
                id: response.id,
                ask: ask.key.clone(),
                instrument: std::sync::Arc::clone(&ask.instrument),
                language: ask.language.clone(),
                started_at: response.started_at,
                completed_at: response.completed_at,
                answers: given,
                scores: visit.scores(ask),
            });
        }
        Ok((Some(visit.standing.state), answered))
    }

    /// The alerts that come behind one, oldest first, at most `limit`; without `closed`, those that are not.
    pub async fn alerts_behind(
        &self,
        behind: Option<AlertId>,
        closed: bool,
        limit: u64,
        reader: &str,
        now: Timestamp,
    ) -> Result<Vec<Plain>> {
        let (app, reader) = (self.clone(), reader.to_owned());
        self.store
            .write(move |txn| {
                again!(app, reader => {
                    let theirs = reach(txn, &reader, Act::Alerts, now).await?;
                    audit::note(txn, now, &reader, "alerts.read", "all").await?;
                    let mut lines = Vec::new();
                    for alert in alerts::behind(txn, &theirs.clinics, behind, closed, limit).await? {
                        lines.push(app.line(txn, alert).await?.plain());
                    }
                    Ok::<_, Error>(lines)
                })
            })
            .await
    }
}

fn given_at(visit: &Visit, ask: &str, item: &str) -> Option<Given> {
    let answer = visit.ledger.get(&foreword_domain::response::ItemRef::new(ask, item))?;
    Some(Given {
        item: item.to_owned(),
        value: answer.value.clone(),
        at: answer.answered_at,
        channel: answer.channel,
        by: answer.by,
    })
}
