//! Mail: what patients write is kept before the mailbox is told that it was read, and each mail is applied
//! once, in one transaction with what it changes and what is written in return.
//!
//! It refuses to know how mail is written: somebody hands in how it is read.

pub(crate) mod address;
mod answering;
mod returned;
mod seeing;
mod stopping;
pub(crate) mod writing;

use std::{panic::AssertUnwindSafe, sync::Arc};

use foreword_domain::{
    chat::Tell,
    ids::{ConversationId, OutboxId, PatientId},
    language::Lang,
    mail::{Heard, Reply, What},
    message::{Channel, Owed},
    private::Private,
};
use foreword_store::{
    Txn,
    mails::{self, Settled, Taken},
    outbox,
};
use jiff::Timestamp;

use crate::{App, Error, Mailbox, Result, again, mint};
use address::{Found, Kind};

pub use seeing::ToSee;

/// How a mail is read.
pub type Read = fn(&[u8]) -> Option<Heard>;

/// What was done with the mails that waited.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Heeded {
    /// Applied, or of no use.
    pub settled: usize,
    /// Could not be applied; the log says why.
    pub failed: usize,
}

impl App {
    /// Takes a mail in. When this returns `Ok`, it is on disk and the mailbox may be told; the same mail is
    /// taken in once. Tells whether it is new.
    pub async fn take_mail(&self, raw: Vec<u8>, read: Read, now: Timestamp) -> Result<bool> {
        let taken = Arc::new(Taken {
            message_id: read_safely(read, &raw).and_then(|heard| heard.message_id),
            raw: raw.into(),
        });
        self.store
            .write(move |txn| again!(taken => Ok::<_, Error>(mails::take_in(txn, &taken, now).await?)))
            .await
    }

    /// Applies the mails that wait, in their order. One that can't be applied is put before staff, and
    /// holds up no other.
    ///
    /// # Errors
    /// When the database can't be reached, or others are in the way: then all of them wait.
    pub async fn heed_mails(
        &self,
        read: Read,
        clock: &(dyn Fn() -> Option<Timestamp> + Sync),
    ) -> Result<Heeded> {
        let mut done = Heeded::default();
        while let Some(now) = clock() {
            match self.heed_next(read, now).await {
                Ok(false) => break,
                Ok(true) => done.settled += 1,
                Err(error) if !error.is_lasting() => return Err(error),
                Err(error) => {
                    tracing::error!(%error, "a mail cannot be applied; staff will see it");
                    if !self.set_mail_aside(now).await? {
                        break;
                    }
                    done.failed += 1;
                }
            }
        }
        Ok(done)
    }

    async fn heed_next(&self, read: Read, now: Timestamp) -> Result<bool> {
        let app = self.clone();
        self.store
            .write(move |txn| {
                again!(app => {
                    let Some(id) = mails::next(txn).await? else { return Ok(false) };
                    let waiting = mails::open(txn, id).await?;
                    let heard = read_safely(read, waiting.raw.reveal());
                    let desk = Desk { app: &app, txn, mail: id, now };
                    let (conversation, settled) = desk.deal(heard).await?;
                    foreword_store::crash_point("mail-applied");
                    mails::settle(txn, id, conversation, &settled, now).await?;
                    Ok::<_, Error>(true)
                })
            })
            .await
    }

    async fn set_mail_aside(&self, now: Timestamp) -> Result<bool> {
        self.store
            .write(move |txn| {
                Box::pin(async move {
                    let Some(id) = mails::next(txn).await? else { return Ok(false) };
                    let why = Settled::Refused("it could not be applied; the log says why".to_owned());
                    mails::settle(txn, id, None, &why, now).await?;
                    Ok::<_, Error>(true)
                })
            })
            .await
    }
}

/// Reads a mail; a fault in reading one must not end everything.
pub fn read_safely(read: Read, raw: &[u8]) -> Option<Heard> {
    std::panic::catch_unwind(AssertUnwindSafe(|| read(raw))).ok().flatten()
}

/// One mail being dealt with.
struct Desk<'a> {
    app: &'a App,
    txn: &'a Txn,
    /// Its row.
    mail: i64,
    now: Timestamp,
}

type Dealt = (Option<ConversationId>, Settled);

impl Desk<'_> {
    async fn deal(&self, heard: Option<Heard>) -> Result<Dealt> {
        let Some(heard) = heard else {
            return Ok((None, refused("it is no mail that can be read")));
        };
        let to = heard.to.iter().map(|to| to.reveal().as_str());
        let found = Mailbox::find(self.txn, to);
        let ours = match found {
            Some(Found::Ours(ours)) => Some(ours),
            Some(Found::Forged) | None => None,
        };
        let conversation = ours.map(|ours| ours.conversation);
        let settled = match (&heard.what, ours) {
            (What::Automatic(why), _) => Settled::Ignored((*why).to_owned()),
            (What::Bounce(bounce), Some(ours)) => self.came_back(&ours, bounce).await?,
            (What::Complaint, Some(ours)) => self.stop_about(ours.conversation).await?,
            (What::Bounce(_) | What::Complaint, None) => {
                Settled::Ignored("it is about no mail of ours".to_owned())
            }
            (What::Reply { .. }, Some(ours)) if ours.kind == Kind::Stop => {
                self.stop_about(ours.conversation).await?
            }
            (What::Reply { text, has_attachments }, Some(ours)) if ours.kind == Kind::Answer => {
                self.answer(&ours, &heard, text, *has_attachments).await?
            }
            (What::Reply { .. }, _) => {
                self.turn_away(&heard, "").await?;
                refused(match found {
                    Some(Found::Forged) => "its address was made up or changed",
                    _ => "it went to an address that belongs to no visit",
                })
            }
        };
        Ok((conversation, settled))
    }

    /// Answers somebody whose mail is of no use with one sentence about nobody: once for each sender and
    /// address, however often they write.
    async fn turn_away(&self, heard: &Heard, to: &str) -> Result<()> {
        let [from] = heard.from.as_slice() else { return Ok(()) };
        let once =
            self.txn.sign("mail.stranger", format!("{}\0{to}", from.reveal().to_lowercase()).as_bytes());
        let key = format!("mail-stranger:{}", data_encoding::HEXLOWER.encode(&once));
        let reply = Reply {
            v: 1,
            mail: self.mail,
            conversation: None,
            language: self.app.options.language.clone(),
            says: vec![Tell::Stranger],
        };
        self.owe(key, None, from.clone(), reply).await
    }

    async fn owe(
        &self,
        key: String,
        patient: Option<PatientId>,
        address: Private<String>,
        reply: Reply,
    ) -> Result<()> {
        let row = outbox::Row {
            patient,
            turn: self.mail,
            ..outbox::Row::queued(
                mint(OutboxId::mint, self.now),
                key,
                (Channel::Email, address),
                Owed::Mail(Box::new(reply)),
                self.now,
            )
        };
        outbox::owe(self.txn, &row, self.now).await?;
        Ok(())
    }

    fn say(&self, conversation: ConversationId, language: Lang, says: Vec<Tell>) -> Reply {
        Reply { v: 1, mail: self.mail, conversation: Some(conversation), language, says }
    }
}

fn refused(why: &str) -> Settled {
    Settled::Refused(why.to_owned())
}
