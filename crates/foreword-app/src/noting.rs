//! Noting: the care team writes a few lines to a patient before the visit, and the patient finds them behind
//! their link. Nothing of it is a question: what needs an answer is asked.

use foreword_domain::{
    appointment::Appointment,
    conversation::State,
    ids::{AppointmentId, ConversationId, NoteId, OutboxId, PatientId, StaffId},
    message::{Note as Owing, Noted, Owed},
    private::Private,
    topic,
};
use foreword_store::{Txn, appointments, audit, conversations, notes, outbox, pages};
use jiff::Timestamp;

use crate::{
    App, Error, Result,
    access::{permission::Act, reach::reach},
    again, mint,
    question::name_of,
    visit::is_open,
};

/// Notes to a patient about one visit, at most.
pub const MOST_NOTES: usize = 5;

/// A note as staff see it.
#[derive(Clone, Debug)]
pub struct Line {
    /// Its id.
    pub id: NoteId,
    /// Who wrote it, by name.
    pub by: String,
    /// The words.
    pub text: Private<String>,
    /// When it was written.
    pub written_at: Timestamp,
    /// What became of the message about it: one of [`outbox::state`], and when it ended; nothing where the
    /// patient can't be written to and finds it on their pages only.
    pub message: Option<(String, Option<Timestamp>)>,
}

/// The notes of a visit, and whether there can be another one.
#[derive(Clone, Debug)]
pub struct Notes {
    /// Oldest first.
    pub lines: Vec<Line>,
    /// Why there can be no other one.
    pub closed: Option<String>,
}

/// What a patient finds from their care team.
#[derive(Clone, Debug, Default)]
pub struct FromTeam {
    /// Who wrote, when, and the words, oldest first.
    pub notes: Vec<(String, Timestamp, Private<String>)>,
    /// When somebody of the team first read what they answered.
    pub read_at: Option<Timestamp>,
    /// Whether they want to be told when that happens.
    pub is_wished: bool,
}

impl FromTeam {
    /// Whether there is nothing yet.
    pub fn is_empty(&self) -> bool {
        self.notes.is_empty() && self.read_at.is_none()
    }
}

impl App {
    /// Writes to the patient of a visit. The same words twice are one note.
    ///
    /// # Errors
    /// [`Error::Refused`] with what is wrong and what would be right, without a name or an answer.
    pub async fn write_note(
        &self,
        staff: StaffId,
        visit: AppointmentId,
        text: &str,
        now: Timestamp,
    ) -> Result<NoteId> {
        let (app, text) = (self.clone(), text.to_owned());
        self.store
            .write(move |txn| {
                again!(app, text => {
                    let theirs = reach(txn, &format!("staff:{staff}"), Act::ReplyToPatient, now).await?;
                    let about = theirs.visit(txn, visit).await?;
                    topic::check_note(&text).map_err(Error::Refused)?;
                    // Held, so that notes side by side are counted one after the other.
                    let stored = conversations::hold_about(txn, visit).await?;
                    let known = notes::of_appointment(txn, visit).await?;
                    if let Some(same) = known.iter().find(|note| *note.text.reveal() == text) {
                        return Ok(same.id);
                    }
                    let state = stored.map(|stored| stored.standing.state);
                    let state = if is_nobody(txn, about.patient).await? { Some(State::NotMe) } else { state };
                    if let Some(why) = closed(&about, state, known.len(), now) {
                        return Err(Error::Refused(why));
                    }
                    let id = mint(NoteId::mint, now);
                    let new = notes::Note {
                        id,
                        appointment: visit,
                        patient: about.patient,
                        staff,
                        text: Private::new(text),
                        written_at: now,
                    };
                    notes::add(txn, &new).await?;
                    let actor = format!("staff:{staff}");
                    audit::note(txn, now, &actor, "note.written", &format!("note:{id}")).await?;
                    app.owe_note(txn, &about, Noted::Written(id), now).await?;
                    Ok::<_, Error>(id)
                })
            })
            .await
    }

    /// The notes of a visit. They stand on its page, whose reading is in the audit log.
    pub async fn notes(&self, visit: AppointmentId, now: Timestamp) -> Result<Notes> {
        self.store
            .read(move |txn| {
                Box::pin(async move {
                    let about = appointments::get(txn, visit).await?.ok_or(Error::NotFound("appointment"))?;
                    let rows = outbox::notes(txn, visit).await?;
                    let mut lines = Vec::new();
                    for note in notes::of_appointment(txn, visit).await? {
                        let is_its = |row: &&outbox::Row| {
                            matches!(&row.owed, Owed::Note(owing) if owing.note == Noted::Written(note.id))
                        };
                        let row = rows.iter().find(is_its);
                        lines.push(Line {
                            id: note.id,
                            by: name_of(txn, note.staff).await?,
                            text: note.text,
                            written_at: note.written_at,
                            message: row.map(|row| (row.state.clone(), row.finished_at)),
                        });
                    }
                    let stored = conversations::about(txn, visit).await?;
                    let state = stored.map(|stored| stored.standing.state);
                    let closed = closed(&about, state, lines.len(), now);
                    Ok::<_, Error>(Notes { lines, closed })
                })
            })
            .await
    }

    /// What the patient of a conversation finds from their care team.
    pub async fn from_team(&self, conversation: ConversationId, now: Timestamp) -> Result<FromTeam> {
        self.store
            .write(move |txn| {
                again!( => {
                    let stored = conversations::get(txn, conversation).await?;
                    let stored = stored.ok_or(Error::NotFound("conversation"))?;
                    let visit = stored.appointment;
                    let mut found = Vec::new();
                    for note in notes::of_appointment(txn, visit).await? {
                        found.push((name_of(txn, note.staff).await?, note.written_at, note.text));
                    }
                    if !found.is_empty() {
                        let subject = audit::appointment(visit);
                        audit::note(txn, now, "patient", "note.read", &subject).await?;
                    }
                    Ok::<_, Error>(FromTeam {
                        notes: found,
                        read_at: read_at(txn, &stored).await?,
                        is_wished: pages::is_wished(txn, visit).await?,
                    })
                })
            })
            .await
    }

    /// Notes that the patient of a conversation wants to be told when somebody of the team has read what they
    /// answered, or does not any more. Tells when it was read, if it was.
    pub async fn wish_to_be_told(
        &self,
        conversation: ConversationId,
        wanted: bool,
        now: Timestamp,
    ) -> Result<Option<Timestamp>> {
        self.store.write(move |txn| again!( => wish_in(txn, conversation, wanted, now).await)).await
    }

    /// Owes a patient the message that there is something from their care team, if they can be written to.
    pub(crate) async fn owe_note(
        &self,
        txn: &Txn,
        about: &Appointment,
        note: Noted,
        now: Timestamp,
    ) -> Result<()> {
        let stored = conversations::about(txn, about.id).await?;
        let pathway = match &stored {
            Some(stored) => self.pathway_in(txn, &stored.pathway.0, &stored.pathway.1).await?,
            None => None,
        };
        let channels = pathway.as_ref().map(|pathway| pathway.channels.as_slice()).unwrap_or_default();
        let Some((channel, address)) = self.ways(txn, about.patient, channels).await?.into_iter().next()
        else {
            return Ok(());
        };
        let key = match note {
            Noted::Read => format!("{}:read", about.id),
            Noted::Written(id) => format!("{}:note:{id}", about.id),
        };
        let row = outbox::Row {
            patient: Some(about.patient),
            appointment: Some(about.id),
            ..outbox::Row::queued(
                mint(OutboxId::mint, now),
                key,
                (channel, address),
                Owed::Note(Owing { v: 1, note, appointment: about.id }),
                now,
            )
        };
        outbox::owe(txn, &row, now).await?;
        Ok(())
    }
}

/// Whether somebody said for any visit of a patient that they are somebody else: then their address may be.
pub(crate) async fn is_nobody(txn: &Txn, patient: PatientId) -> Result<bool> {
    let all = conversations::of_patient(txn, patient).await?;
    Ok(all.iter().any(|stored| stored.standing.state == State::NotMe))
}

/// Notes the wish to be told, within a transaction.
pub(crate) async fn wish_in(
    txn: &Txn,
    conversation: ConversationId,
    wanted: bool,
    now: Timestamp,
) -> Result<Option<Timestamp>> {
    let stored = conversations::hold(txn, conversation).await?.ok_or(Error::NotFound("conversation"))?;
    if let Some(read) = read_at(txn, &stored).await? {
        return Ok(Some(read));
    }
    pages::wish(txn, stored.appointment, wanted, now).await?;
    let actor = audit::patient(stored.patient);
    let action = if wanted { "read-wish.given" } else { "read-wish.withdrawn" };
    audit::note(txn, now, &actor, action, &audit::appointment(stored.appointment)).await?;
    Ok(None)
}

/// When somebody of the team first read what a patient had answered to the end.
pub(crate) async fn read_at(txn: &Txn, stored: &conversations::Stored) -> Result<Option<Timestamp>> {
    let Some(completed) = stored.completed_at else { return Ok(None) };
    let openings = pages::openings(txn, stored.appointment).await?;
    Ok(openings.iter().map(|opening| opening.at).filter(|at| *at >= completed).min())
}

/// Why nothing more can be written before a visit.
fn closed(about: &Appointment, state: Option<State>, known: usize, now: Timestamp) -> Option<String> {
    let why = match state {
        _ if !is_open(about, now) || now >= about.start => {
            "This visit has begun, is over or was cancelled. Nothing can be written to the patient any more."
        }
        Some(State::NotMe) => {
            "Somebody said: this is not me. Check the patient's address before anything is written."
        }
        _ if known >= MOST_NOTES => {
            return Some(format!(
                "{MOST_NOTES} notes were written for this visit. Call the patient instead."
            ));
        }
        _ => return None,
    };
    Some(why.to_owned())
}
