//! Filling: answers to one instrument of a visit that another program asked, taken in at one step as if they had come
//! through any other door.

use std::sync::Arc;

use foreword_domain::{
    conversation::{Said, State, script::Ask},
    ids::AppointmentId,
    instrument::Instrument,
    message::{Channel, Inbound, InboxKey},
    response::{Respondent, Value},
};
use foreword_store::{Txn, appointments, audit, conversations};
use jiff::Timestamp;

use crate::{
    App, Error, Result, Visit,
    access::{permission::Act, reach::reach},
    again,
};

/// What a program hands in.
#[derive(Clone)]
pub struct Filled {
    /// The instrument, or the key of what is asked of it in this visit.
    pub instrument: String,
    /// The answers by linkId, read already.
    pub values: Vec<(String, Value)>,
    /// Who gave them.
    pub by: Respondent,
    /// Whether whoever answered is done: what has no answer is left out.
    pub is_done: bool,
}

impl App {
    /// Takes in what a program hands in for a visit. `id` names the delivery: the same one is taken in once.
    ///
    /// # Errors
    /// [`Error::Refused`] when the visit does not ask it, or it can't be asked of whoever answered;
    /// [`Error::Closed`] when the visit is over.
    pub async fn take_answers(
        &self,
        visit: AppointmentId,
        filled: Filled,
        (program, id): (&str, &str),
        now: Timestamp,
    ) -> Result<()> {
        let app = self.clone();
        let (program, id) = (program.to_owned(), id.to_owned());
        self.store
            .write(move |txn| {
                again!(app, filled, program, id => {
                    reach(txn, &program, Act::Transcribe, now).await?.visit(txn, visit).await?;
                    app.take_answers_in(txn, visit, filled, (&program, id), now).await
                })
            })
            .await
    }

    /// What a visit asks, by its keys; `program` is who wants to know.
    ///
    /// # Errors
    /// [`Error::Refused`] when nothing is asked.
    pub async fn asked_of(
        &self,
        visit: AppointmentId,
        program: &str,
        now: Timestamp,
    ) -> Result<Vec<(String, Arc<Instrument>)>> {
        let (app, program) = (self.clone(), program.to_owned());
        self.store
            .read(move |txn| {
                again!(app, program => {
                    reach(txn, &program, Act::Transcribe, now).await?.visit(txn, visit).await?;
                    let stored = conversations::about(txn, visit).await?.ok_or_else(nothing)?;
                    let known = app.revive(txn, stored).await?;
                    let asks = known.script.asks.iter();
                    let asks = asks.map(|ask| (ask.key.clone(), Arc::clone(&ask.instrument)));
                    Ok::<_, Error>(asks.collect())
                })
            })
            .await
    }

    async fn take_answers_in(
        &self,
        txn: &Txn,
        about: AppointmentId,
        filled: Filled,
        (program, id): (&str, String),
        now: Timestamp,
    ) -> Result<()> {
        appointments::get(txn, about).await?.ok_or(Error::NotFound("appointment"))?;
        let stored = conversations::hold_about(txn, about).await?.ok_or_else(nothing)?;
        if stored.standing.state == State::NotMe {
            let why = "somebody said that this reaches the wrong person; the clinic must look at it first";
            return Err(Error::Refused(why.to_owned()));
        }
        let visit = self.revive(txn, stored).await?;
        let ask = asked(&visit, &filled.instrument)?;
        if filled.by == Respondent::Proxy && !ask.instrument.proxy {
            return Err(Error::Refused(format!(
                "{} is not asked of anybody but the patient",
                ask.instrument.id
            )));
        }
        let said = Said::Fill { ask: ask.key.clone(), values: filled.values, is_done: filled.is_done };
        let inbound = Inbound {
            key: InboxKey { source: program.to_owned(), id },
            conversation: visit.id,
            channel: Channel::Api,
            by: filled.by,
            at_once: 1,
            said,
        };
        Box::pin(self.receive_at(txn, visit, &inbound, now)).await?;
        let subject = audit::appointment(about);
        Ok(audit::note(txn, now, program, "response.handed-in", &subject).await?)
    }
}

fn nothing() -> Error {
    Error::Refused("nothing is asked for this visit".to_owned())
}

/// What a visit asks of an instrument.
fn asked<'a>(visit: &'a Visit, named: &str) -> Result<&'a Ask> {
    let asks = &visit.script.asks;
    let by_key = asks.iter().find(|ask| ask.key == named);
    by_key.or_else(|| asks.iter().find(|ask| ask.instrument.id == named)).ok_or_else(|| {
        let keys: Vec<&str> = asks.iter().map(|ask| ask.key.as_str()).collect();
        Error::Refused(format!("{named} is not asked for this visit; it asks {}", keys.join(", ")))
    })
}
