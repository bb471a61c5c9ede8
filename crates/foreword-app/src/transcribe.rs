//! Transcribe: staff enter the answers of a paper form, twice. The first entry is kept sealed; what both
//! entries say goes into the ledger, and what they do not agree on is settled by looking at the paper.

use foreword_domain::{
    conversation::{self, Conversation, Input, Said, Say, State, script::Place},
    ids::{AppointmentId, StaffId, TranscriptionId},
    instrument::ItemKind,
    message::{Channel, Inbound, InboxKey},
    patient::Patient,
    private::Private,
    reply::Trouble,
    response::{Answer, ItemRef, Ledger, Respondent, Value},
};
use foreword_store::{
    Txn, audit, conversations, patients, staff as members,
    transcriptions::{self, End, Transcription},
};
use jiff::Timestamp;

use crate::{
    App, Error, Result, Visit,
    access::{permission::Act, reach::reach},
    again, mint,
};

/// What is to be copied for a visit.
#[derive(Clone, Debug)]
pub struct Paper {
    /// The visit, as staff may answer for it.
    pub visit: Visit,
    /// The patient.
    pub patient: Patient,
    /// The first entry, when there is one.
    pub first: Option<First>,
}

/// A first entry that waits for its check.
#[derive(Clone, Debug)]
pub struct First {
    /// Its id.
    pub id: TranscriptionId,
    /// Who made it, by name.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// What it says.
    pub entry: Vec<(ItemRef, Value)>,
}

/// What an entry came to.
#[derive(Clone, Debug, Default)]
pub struct Copied {
    /// The answers that can stand, in the order of the questions.
    pub entry: Vec<(ItemRef, Value)>,
    /// What can't be an answer, and why.
    pub troubles: Vec<(ItemRef, Trouble)>,
    /// Answers to questions that are not asked, given the other answers: they are left out.
    pub not_asked: Vec<ItemRef>,
}

impl Paper {
    /// The questions on the paper: those without an answer yet. An adaptive test is none for paper.
    pub fn questions(&self) -> Vec<Place<'_>> {
        let script = &self.visit.script;
        let asks = script.asks.iter().filter(|ask| ask.instrument.adaptive.is_none());
        asks.flat_map(|ask| ask.instrument.items.iter().map(move |item| Place { ask, item }))
            .filter(|place| place.item.kind != ItemKind::Display)
            .filter(|place| self.visit.ledger.get(&place.at()).is_none())
            .collect()
    }

    /// How many questions have an answer already.
    pub fn answered(&self) -> usize {
        let questions = self.visit.script.questions(&self.visit.ledger);
        questions.iter().filter(|place| self.visit.ledger.get(&place.at()).is_some()).count()
    }

    /// Reads an entry, in the order of the questions, with the skip logic applied.
    pub fn read(&self, given: &[(ItemRef, Input)]) -> Copied {
        let mut copied = Copied::default();
        let mut ledger = self.visit.ledger.clone();
        let mut stands = Conversation::new(self.visit.standing.language.clone());
        stands.state = State::Open;
        for place in self.questions() {
            let at = place.at();
            let Some((_, input)) = given.iter().find(|(other, _)| *other == at) else { continue };
            let said = Said::Give { at: at.clone(), input: input.clone() };
            let step = conversation::step(&self.visit.script, &ledger, &stands, &said, 1);
            let sorry = step.replies.iter().find_map(|reply| match reply {
                Say::Sorry { trouble, .. } => Some(trouble.clone()),
                _ => None,
            });
            match (step.answers.into_iter().next(), sorry) {
                (Some((at, value)), _) => {
                    ledger.enter(scratch(&at, &value, &stands));
                    copied.entry.push((at, value));
                }
                (None, Some(trouble)) => copied.troubles.push((at, trouble)),
                // A word that would end all messages is not taken for an answer.
                (None, None) if step.stop => copied.troubles.push((at, Trouble::Unclear)),
                (None, None) => copied.not_asked.push(at),
            }
        }
        copied
    }

    /// The ledger as it would be with an entry.
    pub fn with(&self, entry: &[(ItemRef, Value)]) -> Ledger {
        let mut ledger = self.visit.ledger.clone();
        for (at, value) in entry {
            ledger.enter(scratch(at, value, &self.visit.standing));
        }
        ledger
    }

    /// What two entries do not agree on. The patient's own words are looked over, not typed twice.
    pub fn differences(&self, first: &[(ItemRef, Value)], second: &[(ItemRef, Value)]) -> Vec<ItemRef> {
        let value = |entry: &[(ItemRef, Value)], at: &ItemRef| {
            entry.iter().find(|(other, _)| other == at).map(|(_, value)| value.clone())
        };
        let questions = self.questions();
        let copied = questions.iter().filter(|place| !matches!(place.item.kind, ItemKind::Text { .. }));
        copied.map(Place::at).filter(|at| value(first, at) != value(second, at)).collect()
    }
}

impl App {
    /// The paper form of a visit. `staff` is who asks, for the audit log.
    ///
    /// # Errors
    /// [`Error::Refused`] when nothing is asked for the visit, or not any more.
    pub async fn paper(&self, staff: StaffId, about: AppointmentId, now: Timestamp) -> Result<Paper> {
        let app = self.clone();
        self.store
            .write(move |txn| {
                again!(app => {
                    let paper = app.paper_in(txn, staff, about, now).await?;
                    let subject = audit::appointment(about);
                    audit::note(txn, now, &format!("staff:{staff}"), "transcription.read", &subject).await?;
                    Ok(paper)
                })
            })
            .await
    }

    /// Keeps a first entry. Tells whether it did: not when another one came before.
    pub async fn copy_first(
        &self,
        staff: StaffId,
        about: AppointmentId,
        entry: Vec<(ItemRef, Value)>,
        now: Timestamp,
    ) -> Result<bool> {
        let app = self.clone();
        self.store
            .write(move |txn| {
                again!(app, entry => {
                    let paper = app.paper_in(txn, staff, about, now).await?;
                    if paper.first.is_some() {
                        return Ok(false);
                    }
                    let new = Transcription {
                        id: mint(TranscriptionId::mint, now),
                        conversation: paper.visit.id,
                        patient: paper.visit.stored.patient,
                        staff,
                        entry,
                        entered_at: now,
                    };
                    transcriptions::add(txn, &new).await?;
                    let subject = audit::appointment(about);
                    audit::note(txn, now, &format!("staff:{staff}"), "transcription.entered", &subject).await?;
                    Ok(true)
                })
            })
            .await
    }

    /// Takes the answers in on which both entries agree, or that were settled. Tells how many there are.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the first entry is gone: somebody else has finished it, or thrown it away.
    pub async fn save_copied(
        &self,
        staff: StaffId,
        about: AppointmentId,
        first: TranscriptionId,
        entry: Vec<(ItemRef, Value)>,
        now: Timestamp,
    ) -> Result<usize> {
        let app = self.clone();
        self.store
            .write(move |txn| {
                again!(app, entry => {
                    let paper = app.paper_in(txn, staff, about, now).await?;
                    paper.first.as_ref().filter(|it| it.id == first).ok_or(Error::NotFound("first entry"))?;
                    let count = entry.len();
                    let mut visit = app.load(txn, paper.visit.id, true).await?;
                    for (at, value) in entry {
                        let inbound = Inbound {
                            key: InboxKey { source: "paper".to_owned(), id: format!("{first}:{at}") },
                            conversation: visit.id,
                            channel: Channel::Staff,
                            by: Respondent::Staff,
                            at_once: 1,
                            said: Said::Give { at, input: as_input(value) },
                        };
                        visit = app.receive_at(txn, visit, &inbound, now).await?.visit;
                    }
                    transcriptions::end(txn, first, End::Saved, staff, now).await?;
                    let subject = audit::appointment(about);
                    audit::note(txn, now, &format!("staff:{staff}"), "transcription.saved", &subject).await?;
                    Ok(count)
                })
            })
            .await
    }

    /// Throws a first entry away.
    pub async fn discard_copied(&self, staff: StaffId, about: AppointmentId, now: Timestamp) -> Result<()> {
        let app = self.clone();
        self.store
            .write(move |txn| {
                again!(app => {
                    let paper = app.paper_in(txn, staff, about, now).await?;
                    if let Some(first) = paper.first {
                        transcriptions::end(txn, first.id, End::Discarded, staff, now).await?;
                        let subject = audit::appointment(about);
                        audit::note(txn, now, &format!("staff:{staff}"), "transcription.discarded", &subject).await?;
                    }
                    Ok::<_, Error>(())
                })
            })
            .await
    }

    async fn paper_in(
        &self,
        txn: &Txn,
        staff: StaffId,
        about: AppointmentId,
        now: Timestamp,
    ) -> Result<Paper> {
        let theirs = reach(txn, &format!("staff:{staff}"), Act::Transcribe, now).await?;
        theirs.visit(txn, about).await?;
        let refused = |why: &str| Error::Refused(why.to_owned());
        let stored = conversations::about(txn, about).await?;
        let id = stored.ok_or_else(|| refused("Nothing is asked for this visit."))?.id;
        let visit = self.load(txn, id, true).await?;
        if !visit.is_open(now) {
            return Err(refused("This visit can no longer be answered for."));
        }
        if visit.standing.state == State::NotMe {
            return Err(refused("Somebody said of this visit: this is not me. Please clear that up first."));
        }
        let patient = patients::get(txn, visit.stored.patient).await?.ok_or(Error::NotFound("patient"))?;
        let first = match transcriptions::waiting(txn, id).await? {
            None => None,
            Some(waiting) => {
                let by =
                    members::get(txn, waiting.staff).await?.map(|member| member.name).unwrap_or_default();
                Some(First { id: waiting.id, by, at: waiting.entered_at, entry: waiting.entry })
            }
        };
        Ok(Paper { visit: visit.at_door(Channel::Staff, Respondent::Staff, now), patient, first })
    }
}

/// An answer in a ledger that is thrown away.
fn scratch(at: &ItemRef, value: &Value, stands: &Conversation) -> Answer {
    Answer {
        at: at.clone(),
        value: value.clone(),
        answered_at: Timestamp::UNIX_EPOCH,
        channel: Channel::Staff,
        ui_language: stands.language.clone(),
        instrument_language: stands.language.clone(),
        by: Respondent::Staff,
    }
}

/// An answer as it would be given.
fn as_input(value: Value) -> Input {
    match value {
        Value::Skipped => Input::Skip,
        Value::Choices(codes) => Input::Codes(codes),
        Value::Text(words) => Input::Typed(Private::new(words)),
        other => Input::Codes(vec![other.written()]),
    }
}
