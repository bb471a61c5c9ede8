//! Day: the visits of a stretch of time, and how their conversations stand.

use foreword_domain::{alert::Level, conversation::State, private::Private};
use foreword_store::{alerts, appointments, audit, conversations, invitations, patients};
use jiff::Timestamp;
use serde::Serialize;

use crate::{App, Error, Result, again};

/// One line of the day list.
#[derive(Clone, Debug)]
pub struct Line {
    /// The appointment.
    pub appointment: foreword_domain::appointment::Appointment,
    /// The patient.
    pub patient: foreword_domain::patient::Patient,
    /// Where the conversation stands; none where nothing is asked.
    pub state: Option<State>,
    /// Questions answered or skipped, of those asked.
    pub progress: (usize, usize),
    /// The most urgent red flag.
    pub flag: Option<Level>,
    /// The link the patient was sent.
    pub token: Option<Private<String>>,
}

/// An alert as others script against it.
#[derive(Clone, Debug, Serialize)]
pub struct AlertLine {
    /// Its id.
    pub id: String,
    /// The patient's id.
    pub patient: String,
    /// The appointment's id.
    pub appointment: String,
    /// `amber` or `red`.
    pub level: &'static str,
    /// Its state.
    pub state: String,
    /// The rule that raised it.
    pub rule: String,
    /// When it was raised.
    pub raised_at: Timestamp,
    /// Until when it should be seen.
    pub due_at: Timestamp,
}

impl App {
    /// The visits that begin in `[from, until)`. `reader` is who asked, for the audit log.
    pub async fn day(
        &self,
        from: Timestamp,
        until: Timestamp,
        reader: &str,
        now: Timestamp,
    ) -> Result<Vec<Line>> {
        let app = self.clone();
        let reader = reader.to_owned();
        self.store
            .write(move |txn| {
                again!(app, reader => {
                    let mut lines = Vec::new();
                    for appointment in appointments::between(txn, from, until).await? {
                        let patient =
                            patients::get(txn, appointment.patient).await?.ok_or(Error::NotFound("patient"))?;
                        let visit = match conversations::about(txn, appointment.id).await? {
                            Some(stored) => Some(app.revive(txn, stored).await?),
                            None => None,
                        };
                        let progress = visit.as_ref().map_or((0, 0), |visit| {
                            let questions = visit.script.questions(&visit.ledger);
                            let answered = questions.iter().filter(|q| visit.ledger.get(&q.at()).is_some()).count();
                            (answered, questions.len())
                        });
                        let raised = alerts::of_appointment(txn, appointment.id).await?;
                        let token = invitations::newest(txn, appointment.id).await?.map(|i| i.token);
                        lines.push(Line {
                            state: visit.as_ref().map(|visit| visit.standing.state),
                            progress,
                            flag: raised.iter().map(|alert| alert.level).max(),
                            token,
                            appointment,
                            patient,
                        });
                    }
                    audit::note(txn, now, &reader, "day.read", &format!("{from}/{until}")).await?;
                    Ok::<_, Error>(lines)
                })
            })
            .await
    }

    /// All alerts, newest first.
    pub async fn alerts(&self) -> Result<Vec<AlertLine>> {
        self.store
            .read(|txn| {
                Box::pin(async move {
                    let raised = alerts::all(txn).await?;
                    Ok(raised
                        .into_iter()
                        .map(|alert| AlertLine {
                            id: alert.id.to_string(),
                            patient: alert.patient.to_string(),
                            appointment: alert.appointment.to_string(),
                            level: alert.level.as_str(),
                            state: alert.state,
                            rule: alert.rule,
                            raised_at: alert.raised_at,
                            due_at: alert.due_at,
                        })
                        .collect())
                })
            })
            .await
    }
}
