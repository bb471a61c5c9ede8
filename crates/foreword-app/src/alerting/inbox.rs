//! The inbox: what waits for somebody, the most urgent first, and one alert with all that happened to it.

use std::cmp::Reverse;

use foreword_domain::{
    alert::{Level, State, Urgency},
    appointment::Appointment,
    escalation::Rung,
    ids::AlertId,
    language::Lang,
    patient::Patient,
    private::Private,
};
use foreword_store::{
    Txn,
    alerts::{
        self, Alert,
        log::{self, Entry, What},
    },
    appointments, audit, patients,
};
use jiff::Timestamp;
use serde::Serialize;

use super::{HELP_RULE, NOT_ME_RULE, acting::calls_in_vain, plan_of};
use crate::{
    App, Error, Result,
    access::{permission::Act, reach::reach},
    again,
    question::name_of,
};

/// An alert as staff see it.
#[derive(Clone, Debug)]
pub struct Line {
    /// The alert.
    pub alert: Alert,
    /// The visit it is about.
    pub visit: Appointment,
    /// The patient's name.
    pub name: Private<String>,
    /// What was reported, in words for staff.
    pub text: String,
    /// Who has taken it, by name.
    pub taken_by: Option<String>,
    /// How often the patient was called in vain since they were reached last.
    pub in_vain: usize,
}

/// An alert as others script against it.
#[derive(Clone, Debug, Serialize)]
pub struct Plain {
    /// Its id.
    pub id: String,
    /// The patient's id.
    pub patient: String,
    /// The appointment's id.
    pub appointment: String,
    /// `amber` or `red`.
    pub level: &'static str,
    /// How far it has come.
    pub state: &'static str,
    /// The rule that raised it.
    pub rule: String,
    /// When it was raised.
    pub raised_at: Timestamp,
    /// Until when somebody should have taken it.
    pub due_at: Timestamp,
    /// Who has taken it, by name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub taken_by: Option<String>,
}

impl Line {
    /// The same for scripts: no name, no answer but what the rule tells.
    pub fn plain(&self) -> Plain {
        let alert = &self.alert;
        Plain {
            id: alert.id.to_string(),
            patient: alert.patient.to_string(),
            appointment: alert.appointment.to_string(),
            level: alert.level.as_str(),
            state: alert.state.as_str(),
            rule: alert.rule.clone(),
            raised_at: alert.raised_at,
            due_at: alert.due_at,
            taken_by: self.taken_by.clone(),
        }
    }
}

/// One alert, whole.
#[derive(Clone, Debug)]
pub struct Page {
    /// What stands in the inbox.
    pub line: Line,
    /// The patient's date of birth and telephone numbers, to call them.
    pub patient: Patient,
    /// What happened, oldest first, in words for staff.
    pub log: Vec<(Timestamp, String)>,
    /// Who wrote down what came of it, by name.
    pub outcome_by: Option<String>,
    /// Who closed it, by name.
    pub closed_by: Option<String>,
    /// Who of the plan is told next, if nobody takes it.
    pub next: Option<(Rung, Timestamp)>,
}

impl App {
    /// The alerts that are not closed, at the clinics of whoever asks: by level, then by deadline, then by what the
    /// patient said of their own urgency. With `closed`, those too, the newest of them first.
    pub async fn inbox(&self, reader: &str, closed: bool, now: Timestamp) -> Result<Vec<Line>> {
        self.note_read(reader, "alerts.read", "all", now).await?;
        let (app, reader) = (self.clone(), reader.to_owned());
        self.store
            .read(move |txn| {
                again!(app, reader => {
                    let theirs = reach(txn, &reader, Act::Alerts, now).await?;
                    let mut found = alerts::not_closed(txn, &theirs.clinics).await?;
                    if closed {
                        let all = alerts::all(txn, &theirs.clinics).await?;
                        found.extend(all.into_iter().filter(|alert| alert.state == State::Closed));
                    }
                    let mut lines = Vec::with_capacity(found.len());
                    for alert in found {
                        lines.push(app.line(txn, alert).await?);
                    }
                    lines.sort_by_key(|line| order(&line.alert));
                    Ok::<_, Error>(lines)
                })
            })
            .await
    }

    /// One alert with all that happened to it.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it is not there, or not for whoever asks.
    pub async fn alert(&self, id: AlertId, reader: &str, now: Timestamp) -> Result<Page> {
        let (app, reader) = (self.clone(), reader.to_owned());
        self.store
            .write(move |txn| {
                again!(app, reader => {
                    let theirs = reach(txn, &reader, Act::Alerts, now).await?;
                    let alert = alerts::get(txn, id).await?.ok_or(Error::NotFound("alert"))?;
                    if theirs.visit(txn, alert.appointment).await.is_err() {
                        return Err(Error::NotFound("alert"));
                    }
                    let patient =
                        patients::get(txn, alert.patient).await?.ok_or(Error::NotFound("patient"))?;
                    let mut happened = Vec::new();
                    for entry in log::of(txn, id).await? {
                        let who = match entry.staff {
                            Some(staff) => Some(name_of(txn, staff).await?),
                            None => None,
                        };
                        happened.push((entry.at, in_words(&entry, who.as_deref())));
                    }
                    let by = async |staff| match staff {
                        Some(staff) => name_of(txn, staff).await.map(Some),
                        None => Ok(None),
                    };
                    let outcome_by = by(alert.outcome.as_ref().map(|(_, by, _)| *by)).await?;
                    let closed_by = by(alert.closed.map(|(_, by)| by)).await?;
                    let next = alert.rung.and_then(Rung::next).zip(alert.next_at);
                    audit::note(txn, now, &reader, "alert.read", &format!("alert:{id}")).await?;
                    let line = app.line(txn, alert).await?;
                    Ok::<_, Error>(Page { line, patient, log: happened, outcome_by, closed_by, next })
                })
            })
            .await
    }

    pub(crate) async fn line(&self, txn: &Txn, alert: Alert) -> Result<Line> {
        let visit = appointments::get(txn, alert.appointment).await?.ok_or(Error::NotFound("appointment"))?;
        let patient = patients::get(txn, alert.patient).await?.ok_or(Error::NotFound("patient"))?;
        let taken_by = match alert.acknowledged {
            Some((_, by)) => Some(name_of(txn, by).await?),
            None => None,
        };
        Ok(Line {
            name: Private::new(patient.profile.reveal().full_name()),
            text: self.alert_in_words(txn, &alert, &visit.clinic).await?,
            // Nobody is called before it is taken, or after that.
            in_vain: match alert.state {
                State::Acknowledged => calls_in_vain(&log::of(txn, alert.id).await?),
                _ => 0,
            },
            taken_by,
            visit,
            alert,
        })
    }

    /// What an alert reports, in words for staff.
    pub(crate) async fn alert_in_words(&self, txn: &Txn, alert: &Alert, clinic: &str) -> Result<String> {
        if let Some(words) = self.rule_in_words(&alert.rule) {
            return Ok(words);
        }
        // A rule of the clinic's own.
        let plan = plan_of(txn, clinic).await?;
        let own = plan.as_ref().and_then(|plan| {
            let (instrument, id) = alert.rule.split_once('/')?;
            plan.rules.iter().find(|rule| rule.instrument == instrument && rule.flag.id == id)
        });
        Ok(own.map_or_else(|| alert.rule.clone(), |rule| rule.flag.text.best(&Lang::english()).to_owned()))
    }

    /// What a rule of the service's or of an instrument reports, in words for staff.
    pub fn rule_in_words(&self, rule: &str) -> Option<String> {
        match rule {
            NOT_ME_RULE => return Some("Somebody said: this is not me".to_owned()),
            HELP_RULE => return Some("The patient said: I need help now".to_owned()),
            _ => {}
        }
        let (instrument, id) = rule.split_once('/')?;
        let instrument = self.catalog().instruments.get(instrument).cloned()?;
        let flag = instrument.red_flags.iter().find(|flag| flag.id == id)?;
        Some(flag.text.best(&Lang::english()).to_owned())
    }
}

/// What happened, in words for staff.
fn in_words(entry: &Entry, who: Option<&str>) -> String {
    let who = who.unwrap_or("somebody");
    let way = match entry.channel.as_deref() {
        Some("email") => "by mail",
        Some("telegram") => "by Telegram",
        Some("webhook") => "by a call to their program",
        Some("command-line") => "on the command line",
        _ => "on this page",
    };
    let rung = entry.rung.map_or("somebody", Rung::label);
    let why = entry.detail.as_deref().map(|why| format!(": {why}")).unwrap_or_default();
    match entry.what {
        What::Raised => "raised".to_owned(),
        What::Told => format!("to be told: the {rung}"),
        What::Sent => format!("{who} was told {way}"),
        What::Failed => format!("{who} could not be told {way}{why}"),
        What::Nobody => format!("nobody could be told: the {rung}"),
        What::Alarm => "the chain is at its end, and nobody has taken it".to_owned(),
        What::ToRed => "red from now on".to_owned(),
        What::Urgency => "the patient said how things are".to_owned(),
        What::Undelivered => format!("what was said to the patient could not be delivered{why}"),
        What::Acknowledged => format!("{who} took it {way}"),
        What::Reached => format!("{who} called, and reached the patient"),
        What::NotReached => format!("{who} called, and did not reach the patient"),
        What::Outcome => format!("{who} wrote down what came of it"),
        What::Closed => format!("{who} closed it"),
    }
}

/// Where an alert stands in the inbox.
fn order(alert: &Alert) -> (bool, Reverse<Level>, Timestamp, u8, Reverse<AlertId>) {
    let urgency = match alert.urgency() {
        Some(Urgency::Help) => 0,
        None | Some(Urgency::Again) => 1,
        Some(Urgency::Safe) => 2,
    };
    let is_closed = alert.state == State::Closed;
    // What is closed has no deadline any more.
    let (level, due) = if is_closed { (Level::Amber, Timestamp::MIN) } else { (alert.level, alert.due_at) };
    (is_closed, Reverse(level), due, urgency, Reverse(alert.id))
}
