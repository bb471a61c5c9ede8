//! Filling: answers to one instrument of a visit that another program asked, taken in at one step as if they had come
//! through any other door.

use std::sync::Arc;

use foreword_domain::{
    conversation::{Said, Say, State, script::Ask},
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
    again, alerting,
    receive::Received,
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
        let form = Form {
            ask: asked(&visit, &filled.instrument)?.key.clone(),
            values: filled.values,
            by: filled.by,
            is_done: filled.is_done,
        };
        let key = InboxKey { source: program.to_owned(), id };
        let entered = Box::pin(self.take_form(txn, visit, form, key, now)).await?;
        if !entered.lost.is_empty() {
            let lost = entered.lost.join(", ");
            let why =
                format!("these are not asked, given the other answers, or can't be answered so: {lost}");
            return Err(Error::Refused(why));
        }
        let subject = audit::appointment(about);
        Ok(audit::note(txn, now, program, "response.handed-in", &subject).await?)
    }

    /// Enters a form that was filled in elsewhere. Whoever hands it in takes all of it back where something is lost.
    ///
    /// # Errors
    /// [`Error::Refused`] when the instrument is not asked of whoever answered; else as [`App::receive`].
    pub(crate) async fn take_form(
        &self,
        txn: &Txn,
        visit: Visit,
        form: Form,
        key: InboxKey,
        now: Timestamp,
    ) -> Result<Entered> {
        let Form { ask, values, by, is_done } = form;
        let mut known = visit.script.asks.iter().chain(&visit.script.held_back);
        let is_theirs = |known: &Ask| known.key != ask || known.instrument.is_for(Channel::Api, by);
        if !known.all(is_theirs) {
            let why = "this questionnaire is answered by the patient alone; nobody else's answers are taken";
            return Err(Error::Refused(why.to_owned()));
        }
        let conversation = visit.id;
        let inbound = Inbound {
            key,
            conversation,
            channel: Channel::Api,
            by,
            at_once: 1,
            said: Said::Fill { ask: ask.clone(), values: values.clone(), is_done },
        };
        let received = self.receive_at(txn, visit, &inbound, now).await?;
        if received.repeated {
            return Ok(Entered { received, lost: Vec::new() });
        }
        if received.replies.contains(&Say::Crisis) {
            // Whoever answered there is not here: the text can be shown by nobody of ours.
            let why = "another program handed the answer in";
            alerting::crisis_undelivered(txn, conversation, why, now).await?;
        }
        let lost =
            values.into_iter().filter(|(item, value)| received.visit.ledger.value(&ask, item) != Some(value));
        let lost = lost.map(|(item, _)| item).collect();
        Ok(Entered { received, lost })
    }
}

/// A form as it was filled in elsewhere, for one ask of a visit.
pub(crate) struct Form {
    /// The ask's key.
    pub ask: String,
    /// What stands at which item.
    pub values: Vec<(String, Value)>,
    /// Who answered.
    pub by: Respondent,
    /// Whether whoever answered is done.
    pub is_done: bool,
}

/// What came of a form.
pub(crate) struct Entered {
    /// How the visit stands after it.
    pub received: Received,
    /// The items whose answers do not stand: they are not there, given the other answers, or don't permit them.
    pub lost: Vec<String>,
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
