//! Summarize: the clinician's page of a visit, and the audit row of whoever read it.

use std::collections::BTreeSet;

use foreword_domain::{
    conversation::{
        Conversation, State,
        script::{Script, Why},
    },
    ids::{AppointmentId, ConversationId, ResponseId},
    language::Lang,
    response::Ledger,
    topic::Mark,
};
use foreword_store::{Txn, alerts, answers, appointments, audit, conversations, many, notes, patients};
use foreword_summary::{Flag, Goal, Input, LeftOpen, Previous, Reply, Reused, Summary, compose};
use jiff::Timestamp;

use crate::{
    App, Error, Result, Visit,
    access::{permission::Act, reach::reach},
    again,
    alerting::NOT_ME_RULE,
    closing::Closing,
    opening,
    question::name_of,
};

impl App {
    /// An appointment's id, given ours or the feed's.
    pub async fn find_appointment(&self, given: &str) -> Result<Option<AppointmentId>> {
        let given = given.to_owned();
        self.store
            .write(move |txn| {
                again!(given => {
                    if let Ok(id) = given.parse::<AppointmentId>()
                        && appointments::get(txn, id).await?.is_some()
                    {
                        return Ok(Some(id));
                    }
                    Ok::<_, Error>(appointments::by_external_id(txn, &given).await?.map(|found| found.id))
                })
            })
            .await
    }

    /// The page of a visit, as it stands now. `reader` is who asked, for the audit log.
    pub async fn summary(&self, appointment: AppointmentId, reader: &str, now: Timestamp) -> Result<Summary> {
        let app = self.clone();
        let reader = reader.to_owned();
        self.store
            .write(move |txn| again!(app, reader => app.read_page(txn, appointment, &reader, now).await))
            .await
    }

    /// The page of a visit for whoever may read it: what it says is kept, and that it was read is noted.
    pub(crate) async fn read_page(
        &self,
        txn: &Txn,
        appointment: AppointmentId,
        reader: &str,
        now: Timestamp,
    ) -> Result<Summary> {
        reach(txn, reader, Act::ReadSummary, now).await?.visit(txn, appointment).await?;
        conversations::hold_about(txn, appointment).await?;
        let summary = self.summary_in(txn, appointment, now).await?;
        opening::keep(txn, appointment, &summary, now).await?;
        audit::note(txn, now, reader, "summary.read", &audit::appointment(appointment)).await?;
        Ok(summary)
    }

    pub(crate) async fn summary_in(&self, txn: &Txn, id: AppointmentId, now: Timestamp) -> Result<Summary> {
        let appointment = appointments::get(txn, id).await?.ok_or(Error::NotFound("appointment"))?;
        let patient = patients::get(txn, appointment.patient).await?.ok_or(Error::NotFound("patient"))?;
        let visit = match conversations::about(txn, id).await? {
            Some(stored) => Some(self.revive(txn, stored).await?),
            None => None,
        };
        let nothing = Script::new(Vec::new());
        let empty = Ledger::default();
        let standing =
            visit.as_ref().map_or_else(|| Conversation::new(Lang::english()), |v| v.standing.clone());
        let closing = self.closing_in(txn, id).await?;
        let catalog = self.catalog();
        let input = Input {
            patient: &patient,
            appointment: &appointment,
            script: visit.as_ref().map_or(&nothing, |visit| &visit.script),
            ledger: visit.as_ref().map_or(&empty, |visit| &visit.ledger),
            state: standing.state,
            completed_at: visit.as_ref().and_then(Visit::completed_at),
            asked_by: visit.as_ref().map(|visit| visit.stored.pathway.clone()),
            pathway: visit.as_ref().and_then(|v| catalog.pathway(&v.stored.pathway.0)).map(AsRef::as_ref),
            scores: visit.as_ref().map(scores).unwrap_or_default(),
            previous: match &visit {
                Some(visit) => self.previous(txn, visit).await?,
                None => Vec::new(),
            },
            reused: match &visit {
                Some(visit) => self.reused(txn, visit).await?,
                None => Reused::default(),
            },
            flags: self.flags(txn, id, visit.as_ref()).await?,
            reply: self.reply(txn, id).await?,
            goals: goals(&closing, &patient.language),
            open_topics: left_open(&closing, &patient.language),
            now,
        };
        Ok(compose(&input))
    }

    /// Earlier completed responses to the same instruments at the same clinic, oldest first.
    pub(crate) async fn previous(&self, txn: &Txn, visit: &Visit) -> Result<Vec<Previous>> {
        let reused = &visit.stored.script.reused;
        let asked =
            visit.script.asks.iter().filter(|ask| ask.why == Why::Asked && !ask.instrument.scales.is_empty());
        let asked = asked.map(|ask| ask.instrument.id.as_str());
        let instruments: Vec<&str> = asked.chain(reused.iter().map(|reused| reused.ask.as_str())).collect();
        let patient = visit.stored.patient;
        let mut responses = answers::history(txn, patient, &instruments).await?;
        // What counts for this visit is not what was before it.
        responses.retain(|response| {
            response.completed_at.is_some()
                && !reused
                    .iter()
                    .any(|reused| reused.ask == response.ask && reused.conversation == response.conversation)
        });
        if responses.is_empty() {
            return Ok(Vec::new());
        }
        let visits = appointments::of_patient(txn, patient).await?;
        let about = &visit.appointment;
        // What was answered for another clinic is that clinic's to show.
        let is_earlier = |id| {
            visits
                .iter()
                .any(|other| other.id == id && other.clinic == about.clinic && other.start < about.start)
        };
        let mut earlier = conversations::outlines_of(txn, patient).await?;
        earlier.retain(|(_, about, state)| *state != State::NotMe && is_earlier(*about));
        responses.retain(|response| earlier.iter().any(|(id, ..)| *id == response.conversation));
        let ids: Vec<ResponseId> = responses.iter().map(|response| response.id).collect();
        let held: BTreeSet<ConversationId> = responses.iter().map(|response| response.conversation).collect();
        let held: Vec<ConversationId> = held.into_iter().collect();
        let asks: BTreeSet<&str> = responses.iter().map(|response| response.ask.as_str()).collect();
        let asks: Vec<&str> = asks.into_iter().collect();
        let mut scores = many::scores_of(txn, &ids).await?;
        let came = many::came(txn, &held, &asks).await?;
        let mut previous = Vec::new();
        for response in responses {
            let Some(at) = response.completed_at else { continue };
            let came = came.get(&(response.conversation, response.ask.clone()));
            let came = came.cloned().unwrap_or_default();
            let mut by = came.by.iter().copied();
            let by = by.next().filter(|_| by.next().is_none());
            for score in scores.remove(&response.id).unwrap_or_default() {
                previous.push(Previous {
                    instrument: response.instrument.clone(),
                    score,
                    at,
                    by,
                    channels: came.channels.clone(),
                    language: Lang::parse(&response.language).unwrap_or_else(|_| Lang::english()),
                });
            }
        }
        previous.sort_by_key(|previous| previous.at);
        Ok(previous)
    }

    /// The newest note to the patient.
    async fn reply(&self, txn: &Txn, visit: AppointmentId) -> Result<Option<Reply>> {
        let Some(note) = notes::of_appointment(txn, visit).await?.pop() else { return Ok(None) };
        Ok(Some(Reply {
            words: note.text,
            lang: self.options.language.clone(),
            by: name_of(txn, note.staff).await?,
            at: note.written_at,
        }))
    }

    async fn flags(&self, txn: &Txn, appointment: AppointmentId, visit: Option<&Visit>) -> Result<Vec<Flag>> {
        let raised = alerts::of_appointment(txn, appointment).await?;
        let clinic = match visit {
            Some(visit) => visit.appointment.clinic.clone(),
            None => appointments::get(txn, appointment).await?.map(|visit| visit.clinic).unwrap_or_default(),
        };
        let mut words = Vec::with_capacity(raised.len());
        for alert in &raised {
            words.push(self.alert_in_words(txn, alert, &clinic).await?);
        }
        Ok(raised
            .into_iter()
            .zip(words)
            .filter(|(alert, _)| alert.rule != NOT_ME_RULE)
            .map(|(alert, mut text)| {
                // A changed answer takes nothing back, but whoever reads must know.
                if visit.is_some_and(|visit| !visit.still_fires(&alert.ask, &alert.rule)) {
                    text.push_str("; the patient changed this answer later");
                }
                // The rule as it was when the visit began.
                let rule = visit.and_then(|visit| visit.script.ask(&alert.ask)).and_then(|ask| {
                    let (_, id) = alert.rule.split_once('/')?;
                    let rule = ask.instrument.red_flags.iter().find(|rule| rule.id == id)?;
                    Some((ask.key.clone(), rule.clone()))
                });
                Flag { level: alert.level, text, at: alert.raised_at, rule }
            })
            .collect())
    }
}

/// The goals that stand.
fn goals(closing: &Closing, lang: &Lang) -> Vec<Goal> {
    let standing = closing.goals.iter().filter(|goal| goal.ended.is_none());
    standing.map(|goal| Goal { words: goal.words.clone(), lang: lang.clone(), set_on: goal.set_on }).collect()
}

/// What earlier visits left open.
fn left_open(closing: &Closing, lang: &Lang) -> Vec<LeftOpen> {
    let open = closing.open.iter().map(|topic| LeftOpen {
        words: topic.words.clone(),
        lang: lang.clone(),
        visit: topic.brought,
        mark: topic.mark.map_or("not marked", Mark::label).to_owned(),
    });
    open.collect()
}

fn scores(visit: &Visit) -> Vec<(String, Vec<foreword_domain::scoring::Score>)> {
    visit
        .script
        .asks
        .iter()
        .filter(|ask| visit.has_answers(ask))
        .map(|ask| (ask.key.clone(), visit.scores(ask)))
        .collect()
}
