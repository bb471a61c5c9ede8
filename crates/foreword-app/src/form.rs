//! Form: one answer from a form of a page. A form says what answer it was shown: when another one has
//! come since, by another window or another door, nothing is overwritten before somebody has chosen.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use foreword_domain::{
    conversation::{Input, Said},
    ids::ConversationId,
    message::{Channel, Inbound, InboxKey},
    response::{ItemRef, Respondent, Value},
};
use foreword_store::{Txn, answers, audit, inbox};
use jiff::Timestamp;

use crate::{
    App, Result, Visit,
    access::nonce,
    again,
    receive::{Received, calls_for_help, content},
};

/// Where what forms send comes from, in the inbox.
const SOURCE: &str = "web";

/// A form that was sent.
#[derive(Clone, Debug)]
pub struct Filled {
    /// The conversation.
    pub conversation: ConversationId,
    /// The door: the web or the kiosk.
    pub channel: Channel,
    /// The question.
    pub at: ItemRef,
    /// What was given.
    pub input: Input,
    /// The form's own name: sent twice, it counts once. Empty where it has none.
    pub form: String,
    /// The mark of the answer it was shown; nothing where it does not say.
    pub seen: Option<String>,
}

/// What became of it.
#[derive(Clone, Debug)]
pub enum Taken {
    /// It was taken in.
    In(Box<Received>),
    /// Another answer has come since the form was shown; nothing was changed.
    Stale(Box<Visit>),
}

/// A short mark of an answer, to notice that it has changed.
pub fn mark(value: Option<&Value>) -> String {
    let written = match value {
        None => return "none".to_owned(),
        Some(Value::Skipped) => "skipped".to_owned(),
        Some(value) => format!("given\0{}", value.written()),
    };
    URL_SAFE_NO_PAD.encode(&foreword_store::digest(written.as_bytes())[..9])
}

impl App {
    /// Takes in one answer from a form.
    ///
    /// # Errors
    /// [`crate::Error::Closed`] when the visit is over.
    pub async fn fill(&self, filled: Filled, now: Timestamp) -> Result<Taken> {
        let app = self.clone();
        self.store.write(move |txn| again!(app, filled => app.fill_in(txn, filled, now).await)).await
    }

    /// Notes that the patient has looked over their answers and is finished.
    pub async fn confirm(&self, visit: &Visit, now: Timestamp) -> Result<()> {
        let (id, patient) = (visit.id, visit.stored.patient);
        self.store
            .write(move |txn| {
                Box::pin(async move {
                    let (actor, subject) = (audit::patient(patient), format!("conversation:{id}"));
                    Ok(audit::note(txn, now, &actor, "conversation.confirmed", &subject).await?)
                })
            })
            .await
    }

    async fn fill_in(&self, txn: &Txn, filled: Filled, now: Timestamp) -> Result<Taken> {
        let visit = self.load(txn, filled.conversation, true).await?;
        let said = Said::Give { at: filled.at.clone(), input: filled.input.clone() };
        let form = form_name(&filled);
        let stands = visit.ledger.get(&filled.at).map(|answer| &answer.value);
        // A call for help is none of two answers to choose from.
        let is_help = calls_for_help(&said, &visit.standing.language);
        let is_other = !is_help && differs(&filled.input, stands);
        let key = |id: String| InboxKey { source: SOURCE.to_owned(), id };
        let receipt = match &form {
            Some(form) => inbox::receipt(txn, &key(form.clone())).await?,
            None => None,
        };
        let id = match (receipt, form) {
            (Some(receipt), Some(form)) => {
                let is_same = receipt.content_hash == inbox::content_hash(txn, &content(&said));
                if is_same && !(is_other && stands.is_some()) {
                    form
                } else if stands.is_some() && is_other && !brought_by(txn, &filled, &form).await? {
                    return Ok(Taken::Stale(Box::new(visit)));
                } else {
                    // The form was sent before, and is sent again with something else in it.
                    format!("{form}.{}", nonce())
                }
            }
            (_, form) => {
                let is_stale = filled.seen.as_ref().is_some_and(|seen| *seen != mark(stands));
                if is_stale && stands.is_some() && is_other {
                    return Ok(Taken::Stale(Box::new(visit)));
                }
                form.unwrap_or_else(nonce)
            }
        };
        let inbound = Inbound {
            key: key(id),
            conversation: filled.conversation,
            channel: filled.channel,
            by: Respondent::Patient,
            at_once: 1,
            said,
        };
        Ok(Taken::In(Box::new(self.receive_at(txn, visit, &inbound, now).await?)))
    }
}

/// The name of the form in the inbox, where it has one that can be a name.
fn form_name(filled: &Filled) -> Option<String> {
    let name = &filled.form;
    let known = (8..=64).contains(&name.len())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    known.then(|| format!("{}:{name}", filled.conversation))
}

/// Whether the answer that stands was brought by this very form.
async fn brought_by(txn: &Txn, filled: &Filled, form: &str) -> Result<bool> {
    let key = answers::brought_by(txn, filled.conversation, &filled.at).await?;
    Ok(key.is_some_and(|key| {
        let rest = key.id.strip_prefix(form);
        key.source == SOURCE && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    }))
}

/// Whether what is given is not what stands.
fn differs(input: &Input, stands: Option<&Value>) -> bool {
    match (input, stands) {
        (Input::Skip, Some(value)) => *value != Value::Skipped,
        (_, None | Some(Value::Skipped)) => true,
        (Input::Codes(codes), Some(value)) => codes.join(" ") != value.written(),
        (Input::Typed(text), Some(value)) => *text.reveal() != value.written(),
    }
}
