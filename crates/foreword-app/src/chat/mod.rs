//! Chat: updates of a messenger are kept before they are confirmed, and each is applied once, in one
//! transaction with what it changes and what is said in return.
//!
//! It refuses to know which messenger it is: somebody hands in how an update is read.

pub(crate) mod code;
mod helping;
mod joining;
pub(crate) mod people;
mod pressing;
mod staff;
mod stopping;
mod talking;
pub(crate) mod telling;

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use foreword_domain::{
    chat::{Edit, Heard, Reply, Tell, Update, What},
    ids::{ConversationId, OutboxId, PatientId, StaffId},
    language::Lang,
    message::{Channel, Owed},
    phrases::Phrases,
    private::Private,
    response::{ItemRef, Respondent},
};
use foreword_store::{
    Txn, audit, outbox,
    telegram::{self, Chat, Waiting},
};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{App, Error, Result, again, mint};

/// Updates applied in one transaction: waiting for the disk once for all of them.
const TOGETHER: usize = 25;
/// How long the number of an update is remembered: the messenger repeats none that is older.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(48);
/// How long an update is kept that could not be applied, for whoever looks into why.
const REFUSED_KEPT: SignedDuration = SignedDuration::from_hours(7 * 24);

/// The number of no update.
const NONE: i64 = -1;

/// How an update is read.
pub type Read = fn(&str) -> Option<Heard>;

/// Where a chat stands. Kept sealed: it may hold picked answers.
#[derive(Clone, PartialEq, Serialize, Deserialize, Default)]
pub(crate) struct Standing {
    /// Version of this form.
    v: u8,
    /// Whom it is being joined to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    joining: Option<Joining>,
    /// The visit that is talked about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    about: Option<ConversationId>,
    /// The choices picked so far of a question that takes several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    picked: Option<Picked>,
    /// The member of staff whose chat it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    staff: Option<StaffId>,
    /// The language of whoever was led here by a link, or chose one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    language: Option<Lang>,
}

/// A chat that is being joined to a patient, and what was asked last.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Joining {
    patient: PatientId,
    step: Step,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Step {
    /// The year of birth.
    Year,
    /// Who will answer.
    Who,
    /// Whether they agree to this channel.
    Consent(Respondent),
    /// The same, after they wanted no more messages.
    ConsentAgain(Respondent),
}

/// Choices picked so far.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Picked {
    pub conversation: ConversationId,
    pub at: ItemRef,
    pub codes: Vec<String>,
}

/// What was done with the updates that waited.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Heeded {
    /// Applied.
    pub applied: usize,
    /// Could not be applied; the log says why.
    pub refused: usize,
}

impl App {
    /// Takes updates in. When this returns `Ok`, they are on disk and may be confirmed; the same update
    /// is taken in once. Tells how many are new.
    pub async fn take_updates(&self, updates: Vec<Update>, now: Timestamp) -> Result<usize> {
        if updates.is_empty() {
            return Ok(0);
        }
        self.store
            .write(move |txn| {
                again!(updates => {
                    let mut new = 0;
                    for update in &updates {
                        new += usize::from(telegram::take_in(txn, update, now).await?);
                    }
                    Ok::<_, Error>(new)
                })
            })
            .await
    }

    /// Applies the updates that wait, those of one chat in their order. An update that can't be applied
    /// is set aside and holds up no other.
    ///
    /// # Errors
    /// When the database can't be reached, or others are in the way: then all of them wait.
    pub async fn heed(&self, read: Read, clock: &(dyn Fn() -> Option<Timestamp> + Sync)) -> Result<Heeded> {
        let mut done = Heeded::default();
        // How many are still to be applied one by one, because one of them failed.
        let mut singly = 0;
        while let Some(now) = clock() {
            let together = if singly > 0 { 1 } else { TOGETHER };
            let at = Arc::new(AtomicI64::new(NONE));
            match self.heed_some(read, together, now, &at).await {
                Ok(0) => break,
                Ok(applied) => {
                    done.applied += applied;
                    singly = usize::saturating_sub(singly, applied);
                }
                // One of them is at fault: find it.
                Err(_) if together > 1 => singly = TOGETHER,
                Err(error) if !error.is_lasting() => return Err(error),
                Err(error) => {
                    tracing::error!(%error, "an update of a chat cannot be applied; it is set aside");
                    let id = Some(at.load(Ordering::SeqCst)).filter(|id| *id != NONE);
                    // What failed may have been its reading, and fail again.
                    let is_aside = match self.set_aside(Some(read), id, now).await {
                        Err(error) if error.is_lasting() => self.set_aside(None, id, now).await?,
                        done => done?,
                    };
                    done.refused += usize::from(is_aside);
                }
            }
        }
        Ok(done)
    }

    /// Forgets updates that the messenger will not repeat any more.
    pub async fn forget_updates(&self, now: Timestamp) -> Result<u64> {
        let before = now.checked_sub(REMEMBERED).unwrap_or(now);
        let refused = now.checked_sub(REFUSED_KEPT).unwrap_or(now);
        self.store
            .write(move |txn| Box::pin(async move { Ok(telegram::forget(txn, before, refused).await?) }))
            .await
    }

    /// Applies so many updates in one transaction; `at` tells which one it is at.
    async fn heed_some(&self, read: Read, most: usize, now: Timestamp, at: &Arc<AtomicI64>) -> Result<usize> {
        let (app, at) = (self.clone(), Arc::clone(at));
        let work = async move {
            let store = app.store.clone();
            let heeding = store.write(move |txn| {
                again!(app, at => {
                    let mut applied = 0;
                    while applied < most {
                        at.store(NONE, Ordering::SeqCst);
                        let Some(waiting) = telegram::next(txn).await? else { break };
                        at.store(waiting.id, Ordering::SeqCst);
                        if let Some(heard) = read(waiting.raw.reveal()) {
                            let ear = Ear::open(&app, txn, &waiting, &heard, now).await?;
                            Box::pin(ear.take(heard.what)).await?;
                        }
                        foreword_store::crash_point("update-applied");
                        telegram::settle(txn, waiting.id, now).await?;
                        applied += 1;
                    }
                    Ok::<_, Error>(applied)
                })
            });
            heeding.await
        };
        apart(work).await
    }

    /// Sets an update aside, and asks for it once more where that is possible. Without an id it is the one
    /// that waits longest and can't be opened. Tells whether it was there to be set aside.
    async fn set_aside(&self, read: Option<Read>, id: Option<i64>, now: Timestamp) -> Result<bool> {
        let store = self.store.clone();
        let work = async move {
            let aside = store.write(move |txn| {
                Box::pin(async move {
                    let Some(id) = id else {
                        return Ok(telegram::refuse_unreadable(txn, "it can't be read", now)
                            .await?
                            .is_some());
                    };
                    // Another process may have got it meanwhile, or the one that failed still holds it.
                    let Some(waiting) = telegram::hold(txn, id).await? else { return Ok(false) };
                    telegram::refuse(txn, id, "it can't be applied; the log says why", now).await?;
                    let Some(heard) = read.and_then(|read| read(waiting.raw.reveal())) else {
                        return Ok(true);
                    };
                    let reply = Reply {
                        v: 1,
                        conversation: None,
                        language: spoken(heard.language.as_ref()),
                        query: None,
                        edit: None,
                        says: vec![Tell::Trouble],
                    };
                    owe(txn, heard.chat, waiting.id, None, None, reply, now).await?;
                    Ok(true)
                })
            });
            aside.await
        };
        apart(work).await
    }
}

/// Does something as a task of its own, so that a panic in it is an error and not the end of everything.
async fn apart<T: Send + 'static>(work: impl Future<Output = Result<T>> + Send + 'static) -> Result<T> {
    match tokio::spawn(work).await {
        Ok(done) => done,
        Err(_) => Err(Error::Refused("it ended in the middle; the log says where".to_owned())),
    }
}

/// One update being listened to.
struct Ear<'a> {
    app: &'a App,
    txn: &'a Txn,
    now: Timestamp,
    /// The update's row: what is said in return is ordered by it.
    turn: i64,
    chat: Chat<Standing>,
    before: Chat<Standing>,
    is_new: bool,
    /// The press that is to be told that it arrived.
    query: Option<String>,
    /// The message whose button was pressed.
    pressed_on: Option<i64>,
    /// The language the sender reads the messenger in: for whoever is not known.
    reads: Option<Lang>,
}

impl<'a> Ear<'a> {
    async fn open(
        app: &'a App,
        txn: &'a Txn,
        waiting: &Waiting,
        heard: &Heard,
        now: Timestamp,
    ) -> Result<Ear<'a>> {
        let known = telegram::chat::<Standing>(txn, heard.chat).await?;
        let is_new = known.is_none();
        let chat = known.unwrap_or_else(|| Chat::new(heard.chat));
        Ok(Self {
            app,
            txn,
            now,
            turn: waiting.id,
            before: chat.clone(),
            chat,
            is_new,
            query: None,
            pressed_on: None,
            reads: heard.language.clone(),
        })
    }

    /// Takes it in, writes what has changed of the chat, and answers a press nothing was said about.
    async fn take(mut self, what: What) -> Result<()> {
        self.hear(what).await?;
        if self.query.is_some() {
            self.owe(None, None, None, Vec::new()).await?;
        }
        if self.is_new || self.chat != self.before {
            telegram::put_chat(self.txn, &self.chat, self.now).await?;
        }
        Ok(())
    }

    async fn hear(&mut self, what: What) -> Result<()> {
        let is_person = !matches!(what, What::Blocked | What::MovedTo(_) | What::Group);
        if is_person && self.chat.unreachable_at.is_some() {
            self.chat.unreachable_at = None;
            self.chat.unreachable_why = None;
        }
        match what {
            // In a group others read along: nothing is said there but why.
            What::Group | What::Unblocked => Ok(()),
            What::Blocked => {
                self.chat.unreachable_at = Some(self.now);
                self.chat.unreachable_why = Some("the bot was blocked".to_owned());
                self.note_lost().await
            }
            What::MovedTo(to) => {
                telegram::move_chat(self.txn, self.chat.chat, to).await?;
                self.chat = self.before.clone();
                Ok(())
            }
            What::Code(code) => self.join(&code).await,
            What::Text { message, sent_at, text } => self.hear_text(message, sent_at, text).await,
            What::Pressed { query, message, data } => {
                self.query = Some(query);
                self.pressed_on = message;
                self.hear_press(message, &data).await
            }
            What::Edited => self.hear_aside(Tell::Edited).await,
            What::Unreadable => self.hear_aside(Tell::Unreadable).await,
        }
    }

    /// Owes the chat something about nobody.
    async fn say(&mut self, tell: Tell) -> Result<()> {
        self.owe(None, None, None, vec![tell]).await
    }

    async fn owe(
        &mut self,
        patient: Option<PatientId>,
        conversation: Option<ConversationId>,
        edit: Option<Edit>,
        says: Vec<Tell>,
    ) -> Result<()> {
        let language = self.language();
        // A button that was pressed has done its work, and so have those beside it.
        let edit = edit.or_else(|| self.pressed_on.map(|message| Edit::Closed { message }));
        let reply = Reply { v: 1, conversation, language, query: self.query.take(), edit, says };
        owe(self.txn, self.chat.chat, self.turn, patient, self.chat.pause_until, reply, self.now).await
    }

    /// The language to speak where no visit decides it.
    fn language(&self) -> Lang {
        spoken(self.chat.standing.language.as_ref().or(self.reads.as_ref()))
    }

    async fn note_lost(&self) -> Result<()> {
        for (patient, _) in telegram::patients_of(self.txn, self.chat.chat).await? {
            audit::note(self.txn, self.now, "telegram", "channel.lost", &audit::patient(patient)).await?;
        }
        Ok(())
    }
}

async fn owe(
    txn: &Txn,
    chat: i64,
    turn: i64,
    patient: Option<PatientId>,
    not_before: Option<Timestamp>,
    reply: Reply,
    now: Timestamp,
) -> Result<()> {
    let row = outbox::Row {
        patient,
        turn,
        ..outbox::Row::queued(
            mint(OutboxId::mint, now),
            format!("telegram:{turn}"),
            (Channel::Telegram, Private::new(chat.to_string())),
            Owed::Reply(Box::new(reply)),
            not_before.map_or(now, |at| at.max(now)),
        )
    };
    outbox::owe(txn, &row, now).await?;
    Ok(())
}

/// A language the service speaks, English where the wanted one is none.
fn spoken(wanted: Option<&Lang>) -> Lang {
    wanted.filter(|lang| Phrases::get().speaks(lang)).cloned().unwrap_or_else(Lang::english)
}
