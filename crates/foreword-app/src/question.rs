//! Question: the care team asks one patient something before one visit, and may take it back while it
//! has no answer.
//!
//! What is asked is kept sealed, and nowhere but in its own row: the script of the visit names the row.

use foreword_domain::{
    appointment::Appointment,
    conversation::{
        Conversation, State,
        script::{Ask, Why},
    },
    ids::{AppointmentId, ConversationId, PatientId, QuestionId, StaffId},
    language::Lang,
    private::Private,
    question,
};
use foreword_store::{
    Txn, appointments, audit,
    conversations::{self, Pinned, PinnedAsk, Stored},
    outbox, patients, questions, staff,
};
use jiff::{Timestamp, civil::Date};

use crate::{
    App, Error, Result,
    access::{
        permission::Act,
        reach::{Reach, reach},
    },
    again, mint,
    visit::is_open,
};

/// What the instrument of a pinned question begins with; the id of its row follows.
pub(crate) const PINNED: &str = "question:";

/// A question that was put.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Put {
    /// Its id.
    pub id: QuestionId,
    /// The visit it is asked before.
    pub appointment: AppointmentId,
}

/// The questions of a visit, and whether there can be another one.
#[derive(Clone, Debug)]
pub struct Board {
    /// Those that stand, oldest first.
    pub questions: Vec<Line>,
    /// Why there can be no other one.
    pub closed: Option<String>,
    /// When the next message goes out to the patient; none is left otherwise.
    pub next_message: Option<Timestamp>,
}

/// A question on the board.
#[derive(Clone, Debug)]
pub struct Line {
    /// Its id.
    pub id: QuestionId,
    /// Who asks, by name.
    pub by: String,
    /// What they ask.
    pub text: Private<String>,
    /// Since when.
    pub asked_at: Timestamp,
    /// Whether it was answered: then it can't be taken back.
    pub is_answered: bool,
}

/// Why something is not done. It says nothing about anybody.
type Refusal = String;

impl App {
    /// Asks a patient something before a visit. The patient is named by our id or the feed's; the visit
    /// by our id or the feed's, by its date (`2026-11-24`) or by `next`.
    ///
    /// # Errors
    /// [`Error::Refused`] with what is wrong and what would be right, without a name or an answer.
    pub async fn put_question(
        &self,
        asker: StaffId,
        patient: &str,
        visit: &str,
        text: &str,
        now: Timestamp,
    ) -> Result<Put> {
        let app = self.clone();
        let (patient, visit, text) = (patient.to_owned(), visit.to_owned(), text.to_owned());
        self.store
            .write(move |txn| {
                again!(app, patient, visit, text => {
                    app.put_named(txn, asker, &patient, &visit, &text, now).await?.map_err(Error::Refused)
                })
            })
            .await
    }

    /// The same for a visit that is known by our id.
    ///
    /// # Errors
    /// As [`App::put_question`].
    pub async fn put_question_at(
        &self,
        asker: StaffId,
        visit: AppointmentId,
        text: &str,
        now: Timestamp,
    ) -> Result<Put> {
        let (app, text) = (self.clone(), text.to_owned());
        self.store
            .write(move |txn| {
                again!(app, text => {
                    let theirs = reach(txn, &format!("staff:{asker}"), Act::AskPatient, now).await?;
                    let known = theirs.visit(txn, visit).await?;
                    app.put(txn, asker, &known, &text, now).await?.map_err(Error::Refused)
                })
            })
            .await
    }

    /// Takes a question back.
    ///
    /// # Errors
    /// [`Error::Refused`] when it was answered.
    pub async fn withdraw_question(&self, staff: StaffId, id: QuestionId, now: Timestamp) -> Result<()> {
        let app = self.clone();
        self.store
            .write(
                move |txn| again!(app => app.withdraw_in(txn, staff, id, now).await?.map_err(Error::Refused)),
            )
            .await
    }

    /// The questions of a visit. They stand on its page, whose reading is noted by [`App::summary`].
    pub async fn questions(&self, visit: AppointmentId, now: Timestamp) -> Result<Board> {
        let app = self.clone();
        self.store
            .read(move |txn| {
                Box::pin(async move {
                    let known = appointments::get(txn, visit).await?.ok_or(Error::NotFound("appointment"))?;
                    app.board(txn, &known, now).await
                })
            })
            .await
    }

    async fn board(&self, txn: &Txn, about: &Appointment, now: Timestamp) -> Result<Board> {
        let Some(stored) = conversations::about(txn, about.id).await? else {
            let closed = closed(about, None, 0, now);
            return Ok(Board { questions: Vec::new(), closed, next_message: None });
        };
        let state = stored.standing.state;
        let visit = self.revive(txn, stored).await?;
        let mut lines = Vec::new();
        for pinned in &visit.stored.script.asks {
            let Some(id) = id_of(pinned) else { continue };
            let known = questions::get(txn, id).await?.ok_or(Error::NotFound("question"))?;
            lines.push(Line {
                id,
                by: name_of(txn, known.staff).await?,
                text: known.text,
                asked_at: known.asked_at,
                is_answered: visit.ledger.iter().any(|answer| answer.at.ask == pinned.key),
            });
        }
        let closed = closed(about, Some(state), lines.len(), now);
        Ok(Board { questions: lines, closed, next_message: next_message(txn, about.id).await? })
    }

    /// Asks a patient something, within a transaction.
    pub(crate) async fn put_named(
        &self,
        txn: &Txn,
        asker: StaffId,
        patient: &str,
        visit: &str,
        text: &str,
        now: Timestamp,
    ) -> Result<Result<Put, Refusal>> {
        let theirs = reach(txn, &format!("staff:{asker}"), Act::AskPatient, now).await?;
        let patient = match patient_named(txn, patient).await? {
            // A patient of another clinic is answered like one that is not there.
            Some(patient) if theirs.has_patient(txn, patient).await? => patient,
            _ => return Ok(Err("There is no patient with this id.".to_owned())),
        };
        match visit_named(txn, patient, visit, &theirs, now).await? {
            Ok(about) => self.put(txn, asker, &about, text, now).await,
            Err(refusal) => Ok(Err(refusal)),
        }
    }

    async fn put(
        &self,
        txn: &Txn,
        asker: StaffId,
        about: &Appointment,
        text: &str,
        now: Timestamp,
    ) -> Result<Result<Put, Refusal>> {
        if let Err(refusal) = question::check(text) {
            return Ok(Err(refusal));
        }
        // Held, so that questions and bookings for it come one after the other; a conversation may not be
        // there yet.
        let about = appointments::by_external_id(txn, &about.external_id)
            .await?
            .ok_or(Error::NotFound("appointment"))?;
        let mut stored = conversations::hold_about(txn, about.id).await?;
        let put = match &stored {
            Some(stored) => questions::of_conversation(txn, stored.id).await?,
            None => Vec::new(),
        };
        let stands: Vec<&questions::Question> = put.iter().filter(|q| q.withdrawn_at.is_none()).collect();
        // Sent once more, it is the same question.
        if let Some(same) = stands.iter().find(|known| known.text.reveal() == text) {
            return Ok(Ok(Put { id: same.id, appointment: about.id }));
        }
        let state = stored.as_ref().map(|stored| stored.standing.state);
        if let Some(refusal) = closed(&about, state, stands.len(), now) {
            return Ok(Err(refusal));
        }
        if stored.is_none() {
            // There may be a pathway by now.
            self.plan_anew(txn, &about, now).await?;
            stored = conversations::hold_about(txn, about.id).await?;
        }
        let id = mint(QuestionId::mint, now);
        let pinned = PinnedAsk {
            key: question::key(put.len() + 1),
            instrument: format!("{PINNED}{id}"),
            language: self.options.language.to_string(),
            variant: None,
            about: None,
        };
        let conversation = match stored {
            None => self.begin_with(txn, &about, pinned.clone(), now).await?,
            Some(ref stored) => stored.id,
        };
        let new = questions::Question {
            id,
            conversation,
            patient: about.patient,
            staff: asker,
            text: Private::new(text.to_owned()),
            asked_at: now,
            withdrawn_at: None,
        };
        questions::add(txn, &new).await?;
        if let Some(stored) = stored {
            self.pin_question(txn, stored, pinned).await?;
        }
        audit::note(txn, now, &format!("staff:{asker}"), "question.put", &format!("question:{id}")).await?;
        // Reminders were called off when the last question before it was answered.
        self.plan_anew(txn, &about, now).await?;
        Ok(Ok(Put { id, appointment: about.id }))
    }

    /// Begins the conversation of a visit nothing else is asked for.
    async fn begin_with(
        &self,
        txn: &Txn,
        about: &Appointment,
        pinned: PinnedAsk,
        now: Timestamp,
    ) -> Result<ConversationId> {
        let patient = patients::get(txn, about.patient).await?.ok_or(Error::NotFound("patient"))?;
        let fresh = Stored {
            id: mint(ConversationId::mint, now),
            appointment: about.id,
            patient: about.patient,
            pathway: Default::default(),
            script: Pinned { v: 1, asks: vec![pinned], not_asked: Vec::new(), reused: Vec::new() },
            standing: Conversation::new(patient.language),
            last_at: None,
            completed_at: None,
        };
        conversations::add(txn, &fresh, now).await?;
        Ok(fresh.id)
    }

    /// Puts a question into a conversation: after the patient's own agenda, before everything else.
    async fn pin_question(&self, txn: &Txn, stored: Stored, pinned: PinnedAsk) -> Result<()> {
        let mut visit = self.revive(txn, stored).await?;
        let comes_first =
            |ask: &&Ask| ask.instrument.agenda.is_some() || matches!(ask.why, Why::FromTeam { .. });
        let place = visit.script.asks.iter().take_while(comes_first).count();
        visit.stored.script.asks.insert(place, pinned);
        conversations::set_script(txn, visit.id, &visit.stored.script).await?;
        let standing = &mut visit.standing;
        match (standing.state, standing.offered.as_slice()) {
            (State::Completed, _) => standing.state = State::Open,
            // What was asked last is what the next words answer.
            (State::Open, [asked]) if standing.cursor.is_none() && visit.ledger.get(asked).is_none() => {
                standing.cursor = Some(asked.clone());
            }
            _ => return Ok(()),
        }
        Ok(conversations::stand(txn, visit.id, standing, None).await?)
    }

    async fn withdraw_in(
        &self,
        txn: &Txn,
        staff: StaffId,
        id: QuestionId,
        now: Timestamp,
    ) -> Result<Result<(), Refusal>> {
        let theirs = reach(txn, &format!("staff:{staff}"), Act::AskPatient, now).await?;
        let known = questions::get(txn, id).await?.ok_or(Error::NotFound("question"))?;
        let mut visit = self.load(txn, known.conversation, true).await?;
        if !theirs.has(&visit.appointment) {
            return Err(Error::NotFound("question"));
        }
        let asks = &mut visit.stored.script.asks;
        let Some(place) = asks.iter().position(|pinned| id_of(pinned) == Some(id)) else { return Ok(Ok(())) };
        if visit.ledger.iter().any(|answer| answer.at.ask == asks[place].key) {
            return Ok(Err("The question was answered, so it stays on the page.".to_owned()));
        }
        let gone = asks.remove(place).key;
        questions::withdraw(txn, id, now).await?;
        conversations::set_script(txn, visit.id, &visit.stored.script).await?;
        visit.standing.offered.retain(|at| at.ask != gone);
        visit.standing.cursor.take_if(|at| at.ask == gone);
        let script = self.script(txn, &visit.stored.script, &visit.appointment).await?;
        let mut completed_at = visit.stored.completed_at;
        if script.asks.is_empty() {
            outbox::cancel(txn, visit.appointment.id, "nothing is asked any more", now).await?;
        } else if visit.standing.state.wants_reminding()
            && !visit.ledger.is_empty()
            && script.next(&visit.ledger).is_none()
        {
            // It was the last that waited.
            visit.standing.state = State::Completed;
            completed_at = visit.ledger.last_at();
            outbox::cancel(txn, visit.appointment.id, State::Completed.as_str(), now).await?;
        }
        conversations::stand(txn, visit.id, &visit.standing, completed_at).await?;
        audit::note(txn, now, &format!("staff:{staff}"), "question.withdrawn", &format!("question:{id}"))
            .await?;
        Ok(Ok(()))
    }

    /// The ask of a pinned question; nothing for what is none.
    pub(crate) async fn asked(&self, txn: &Txn, pinned: &PinnedAsk, language: &Lang) -> Result<Option<Ask>> {
        let Some(id) = id_of(pinned) else { return Ok(None) };
        let known = questions::get(txn, id).await?.ok_or(Error::NotFound("question"))?;
        let by = name_of(txn, known.staff).await?;
        Ok(Some(question::ask(&pinned.key, &pinned.instrument, known.text.reveal(), language, &by)))
    }
}

/// The questions among what a script asks.
pub(crate) fn of(script: &Pinned) -> Vec<PinnedAsk> {
    script.asks.iter().filter(|pinned| id_of(pinned).is_some()).cloned().collect()
}

fn id_of(pinned: &PinnedAsk) -> Option<QuestionId> {
    pinned.instrument.strip_prefix(PINNED)?.parse().ok()
}

/// When the next message about a visit goes out, as it is planned.
pub(crate) async fn next_message(txn: &Txn, about: AppointmentId) -> Result<Option<Timestamp>> {
    let planned = outbox::of_appointment(txn, about).await?;
    let queued = planned.iter().filter(|row| row.state == outbox::state::QUEUED);
    Ok(queued.map(|row| row.not_before).min())
}

pub(crate) async fn name_of(txn: &Txn, id: StaffId) -> Result<String> {
    let member = staff::get(txn, id).await?;
    Ok(member.map_or_else(|| "the care team".to_owned(), |member| member.name))
}

/// Why nothing more can be asked before a visit.
fn closed(about: &Appointment, state: Option<State>, questions: usize, now: Timestamp) -> Option<Refusal> {
    let most = question::MOST_AT_ONCE;
    let why = match state {
        _ if !is_open(about, now) => "This visit is over or was cancelled. Nothing can be asked any more.",
        Some(State::Declined) => "The patient does not want to be asked anything for this visit.",
        Some(State::NotMe) => {
            "Somebody said: this is not me. Check the patient's address before anything is asked."
        }
        _ if questions >= most => {
            return Some(format!(
                "This visit has {most} questions already. Take one back that has no answer yet."
            ));
        }
        _ => return None,
    };
    Some(why.to_owned())
}

pub(crate) async fn patient_named(txn: &Txn, given: &str) -> Result<Option<PatientId>> {
    if let Ok(id) = given.parse::<PatientId>()
        && patients::get(txn, id).await?.is_some()
    {
        return Ok(Some(id));
    }
    Ok(patients::by_external_id(txn, given).await?.map(|patient| patient.id))
}

async fn visit_named(
    txn: &Txn,
    patient: PatientId,
    given: &str,
    reach: &Reach,
    now: Timestamp,
) -> Result<Result<Appointment, Refusal>> {
    let no = |refusal: &str| Ok(Err(refusal.to_owned()));
    let mut theirs = appointments::of_patient(txn, patient).await?;
    theirs.retain(|visit| reach.has(visit));
    if given.eq_ignore_ascii_case("next") {
        let next = theirs.into_iter().find(|known| known.status.is_ahead() && known.start > now);
        return next.map_or_else(|| no("The patient has no visit ahead."), |next| Ok(Ok(next)));
    }
    let id = given.parse::<AppointmentId>().ok();
    if let Some(known) = theirs.iter().find(|known| Some(known.id) == id || known.external_id == given) {
        return Ok(Ok(known.clone()));
    }
    let date: Option<Date> = given.parse().ok().filter(|_| given.len() == "2026-01-31".len());
    if let Some(date) = date {
        let on_it = |known: &&Appointment| known.start.to_zoned(known.zone()).date() == date;
        let that_day: Vec<&Appointment> = theirs.iter().filter(on_it).collect();
        let open: Vec<&Appointment> = that_day.iter().copied().filter(|known| is_open(known, now)).collect();
        return match (open.as_slice(), that_day.first()) {
            ([only], _) => Ok(Ok((*only).clone())),
            // It is said what is the matter with it.
            ([], Some(over)) => Ok(Ok((*over).clone())),
            ([], None) => no("The patient has no visit on that day."),
            (several, _) => Ok(Err(format!(
                "The patient has {} visits on that day. Give the id of the one you mean.",
                several.len()
            ))),
        };
    }
    // PostgreSQL knows no text with a NUL in it, and no visit is called that.
    let mut known =
        if given.contains('\0') { None } else { appointments::by_external_id(txn, given).await? };
    if let Some(id) = id.filter(|_| known.is_none()) {
        known = appointments::get(txn, id).await?;
    }
    if known.is_some_and(|visit| reach.has(&visit)) {
        return no("This visit is another patient's.");
    }
    no("There is no such visit. Give its id, its date (2026-01-31) or \"next\".")
}
