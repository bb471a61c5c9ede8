//! A `QuestionnaireResponse` is taken in: checked against its `Questionnaire`, found the visit it belongs to, and
//! entered in the ledger in one step, as if it had come through any other door.

use std::sync::Arc;

use foreword_domain::{
    conversation::{
        State,
        script::{Ask, Why as Asked},
    },
    ids::{AppointmentId, ConversationId, PatientId, ResponseId},
    instrument::Instrument,
    language::Lang,
    message::InboxKey,
    scoring::Score,
};
use foreword_fhir::{
    Issue, Kind,
    header::Versions,
    resources::{ReadResponse, ResponseStatus, read_response},
    validate,
};
use foreword_store::{
    Txn,
    answers::{self, Administered},
    appointments, audit,
    conversations::{self, PinnedAsk},
    handed_in, instruments,
};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::{
    Fault, Why, refused,
    write::{Write, Written, same_version},
};
use crate::{App, Error, Result, Visit, filling::Form, new_uuid, receive::Received, visit::is_open};

/// Asks of a visit, at most: what is handed in beyond them is refused.
const MOST_ASKS: usize = 40;

/// The same response, word for word, is the same response if it comes again within this time.
const SAME_WITHIN: SignedDuration = SignedDuration::from_hours(24);

/// How far clocks of programs may be ahead of ours.
const AHEAD: SignedDuration = SignedDuration::from_hours(24);

/// A response that is written again, and the version it is based on.
#[derive(Clone, Debug)]
pub(super) struct Over {
    pub response: ResponseId,
    pub if_match: Option<Versions>,
}

/// Where answers were entered.
struct Given {
    conversation: ConversationId,
    ask: String,
    /// Whose they are.
    patient: PatientId,
    /// The language they were asked in.
    language: Lang,
    /// The scores as the answers now stand.
    scores: Vec<Score>,
    /// The response as it is now, where anything new was answered.
    settled: Option<Administered>,
}

/// Which visit and ask a response belongs to.
struct Place {
    visit: Visit,
    key: String,
    known: Option<Administered>,
}

impl App {
    /// Takes in a response: a new one, or over one that is known.
    pub(super) async fn hand_in(
        &self,
        txn: &Txn,
        write: &Write,
        over: Option<Over>,
        client: &str,
        now: Timestamp,
    ) -> Result<Written> {
        let resource = &write.resource;
        let instrument = self.asked_by(txn, resource).await?;
        let published = self.published(&instrument);
        let unreadable = |issue: &Issue| Fault::of(Why::Unprocessable, vec![issue.clone()]);
        let rules = published.rules.as_ref().map_err(unreadable)?;
        let issues = validate::response_by(resource, Some(rules));
        fail(Why::Unprocessable, issues)?;
        let read =
            read_response(resource, &instrument).map_err(|issues| Fault::of(Why::Unprocessable, issues))?;
        let is_done = is_done(read.status)?;
        if read.authored.is_some_and(|authored| authored > now + AHEAD) {
            let why = "lies in the future; send when it was answered";
            let at = "QuestionnaireResponse.authored";
            return Err(refused(Why::Unprocessable, Issue::error("business-rule", why).at(at)));
        }
        let patient = self.subject(txn, read.subject.as_ref()).await?;
        let place = if let Some(over) = over {
            self.over(txn, over, (&instrument, patient, read.status), now).await?
        } else {
            if let Some(same) = self.sent_before(txn, resource, patient, client, now).await? {
                return Ok(same);
            }
            self.place(txn, &instrument, (patient, &read), now).await?
        };
        let known = place.known.clone();
        let is_new = known.is_none();
        let (done, brought) = self.enter_filled(txn, place, &read, is_done, now).await?;
        let remarks = read.differs(&done.scores);
        let response = self.version_of(txn, done, &instrument, known, is_done, now).await?;
        let done = Written {
            kind: Kind::QuestionnaireResponse,
            id: response.id.0,
            version: response.version,
            at: now,
            is_new,
            remarks,
        };
        let mut with = txn.together();
        self.keep(&mut with, (write, &done), patient, brought, client).await?;
        let subject = format!("response:{}", response.id);
        audit::note_with(&mut with, now, &format!("api:{client}"), "response.handed-in", &subject);
        with.write().await?;
        Ok(done)
    }

    /// A response that a program sent before, word for word: whoever did not hear the answer sends once more.
    async fn sent_before(
        &self,
        txn: &Txn,
        resource: &Value,
        patient: PatientId,
        client: &str,
        now: Timestamp,
    ) -> Result<Option<Written>> {
        let kind = Kind::QuestionnaireResponse;
        for (id, body) in handed_in::since(txn, kind.as_str(), patient, client, now - SAME_WITHIN).await? {
            if serde_json::from_str::<Value>(body.reveal()).is_ok_and(|sent| sent == *resource) {
                return self.standing(txn, kind, id, now).await;
            }
        }
        Ok(None)
    }

    /// The instrument a response answers.
    pub(super) async fn asked_by(&self, txn: &Txn, resource: &Value) -> Result<Arc<Instrument>> {
        let at = "QuestionnaireResponse.questionnaire";
        let Some(canonical) = resource.get("questionnaire").and_then(Value::as_str) else {
            let why = "is missing; name the Questionnaire that was filled in by its canonical address";
            return Err(refused(Why::Unprocessable, Issue::error("required", why).at(at)));
        };
        self.instrument_of(txn, canonical).await?.ok_or_else(|| {
            let why = "is not known here in this version; GET /Questionnaire lists those that are";
            refused(Why::Unprocessable, Issue::error("not-found", why).at(at))
        })
    }

    /// The patient a response is of.
    async fn subject(
        &self,
        txn: &Txn,
        subject: Option<&foreword_fhir::resources::Reference>,
    ) -> Result<PatientId> {
        let at = "QuestionnaireResponse.subject";
        let Some(subject) = subject else {
            let why = "is missing; refer to the Patient (Patient/<id>)";
            return Err(refused(Why::Unprocessable, Issue::error("required", why).at(at)));
        };
        self.patient_meant(txn, subject).await?.ok_or_else(|| {
            let why = "is no Patient that is known here; create the Patient and an Appointment first";
            refused(Why::Unprocessable, Issue::error("not-found", why).at(at))
        })
    }

    /// The visit a new response belongs to: the one it names, or the next one that asks the same and is not
    /// answered, or the next one.
    async fn place(
        &self,
        txn: &Txn,
        instrument: &Arc<Instrument>,
        (patient, read): (PatientId, &ReadResponse),
        now: Timestamp,
    ) -> Result<Place> {
        let mut open: Vec<(Timestamp, AppointmentId)> = appointments::of_patient(txn, patient)
            .await?
            .into_iter()
            .filter(|visit| is_open(visit, now))
            .filter(|visit| read.appointment.is_none_or(|named| named == visit.id))
            .map(|visit| (visit.start, visit.id))
            .collect();
        open.sort_unstable();
        let mut first: Option<Visit> = None;
        for (_, about) in open {
            let Some(stored) = conversations::hold_about(txn, about).await? else { continue };
            if stored.standing.state == State::NotMe {
                continue;
            }
            let visit = self.revive(txn, stored).await?;
            if let Some((key, known)) = waiting(txn, &visit, instrument).await? {
                let mut visit = visit;
                if known.is_none() {
                    self.in_its_language(txn, &mut visit, &key, read).await?;
                }
                return Ok(Place { visit, key, known });
            }
            first.get_or_insert(visit);
        }
        let Some(mut visit) = first else {
            let why = "this patient has no visit that can be answered for now; create the Appointment first, and see \
                       that a pathway fits it";
            let at = "QuestionnaireResponse.subject";
            return Err(refused(Why::Unprocessable, Issue::error("business-rule", why).at(at)));
        };
        let key = self.add_ask(txn, &mut visit, instrument, read, now).await?;
        Ok(Place { visit, key, known: None })
    }

    /// Adds an instrument to what a visit asks.
    async fn add_ask(
        &self,
        txn: &Txn,
        visit: &mut Visit,
        instrument: &Arc<Instrument>,
        read: &ReadResponse,
        now: Timestamp,
    ) -> Result<String> {
        let asks = &visit.stored.script.asks;
        if asks.len() >= MOST_ASKS {
            let why = "this visit has as many responses as can be; update one of them";
            return Err(refused(Why::Unprocessable, Issue::error("too-costly", why)));
        }
        let is_free = |key: &String| asks.iter().all(|ask| ask.key != *key);
        let key = std::iter::once(instrument.id.clone())
            .chain((2..=MOST_ASKS + 1).map(|n| format!("{}.{n}", instrument.id)))
            .find(is_free)
            .unwrap_or_default();
        let language = spoken(instrument, read);
        let hash = self.catalog().hash(instrument);
        instruments::keep(txn, instrument, &hash, now).await?;
        let pinned = PinnedAsk {
            key: key.clone(),
            instrument: hash,
            language: language.to_string(),
            variant: instrument.variant_of.as_ref().map(|_| instrument.id.clone()),
            about: None,
        };
        visit.stored.script.asks.push(pinned);
        conversations::set_script(txn, visit.id, &visit.stored.script).await?;
        let ask = Ask { key: key.clone(), instrument: Arc::clone(instrument), language, why: Asked::Asked };
        Arc::make_mut(&mut visit.script).asks.push(ask);
        Ok(key)
    }

    /// Notes the language in which an ask was answered elsewhere, which need not be the one it would be asked in.
    async fn in_its_language(
        &self,
        txn: &Txn,
        visit: &mut Visit,
        key: &str,
        read: &ReadResponse,
    ) -> Result<()> {
        let Some(ask) = Arc::make_mut(&mut visit.script).asks.iter_mut().find(|ask| ask.key == key) else {
            return Ok(());
        };
        let language = spoken(&ask.instrument, read);
        if ask.language != language {
            ask.language = language.clone();
            for pinned in visit.stored.script.asks.iter_mut().filter(|pinned| pinned.key == key) {
                pinned.language = language.to_string();
            }
            conversations::set_script(txn, visit.id, &visit.stored.script).await?;
        }
        Ok(())
    }

    /// The visit of a response that is written again.
    async fn over(
        &self,
        txn: &Txn,
        over: Over,
        (instrument, patient, status): (&Arc<Instrument>, PatientId, ResponseStatus),
        now: Timestamp,
    ) -> Result<Place> {
        let missing = || {
            refused(
                Why::NotFound,
                Issue::error("not-found", "there is no QuestionnaireResponse with this id"),
            )
        };
        let known = answers::response(txn, over.response).await?.ok_or_else(missing)?;
        let visit = self.load(txn, known.conversation, true).await?;
        // Read again now that nobody else can change it.
        let known = answers::response(txn, over.response).await?.ok_or_else(missing)?;
        if let Some(based_on) = &over.if_match {
            same_version(based_on, known.version)?;
        }
        let rule = |at: &str, why: &str| {
            Err(refused(
                Why::Unprocessable,
                Issue::error("business-rule", why).at(format!("QuestionnaireResponse.{at}")),
            ))
        };
        if known.patient != patient {
            return rule("subject", "a response keeps its subject");
        }
        if known.instrument.0 != instrument.id || known.instrument.1 != instrument.version {
            return rule("questionnaire", "a response keeps its questionnaire, in the version it began with");
        }
        let goes_back = matches!(status, ResponseStatus::InProgress | ResponseStatus::Stopped);
        if known.completed_at.is_some() && goes_back {
            return rule(
                "status",
                "a completed response does not go back to in-progress; send it as amended",
            );
        }
        if !visit.is_open(now) {
            return rule("status", "the visit of this response is over; it can't be changed any more");
        }
        Ok(Place { visit, key: known.ask.clone(), known: Some(known) })
    }

    /// Enters the answers. Every one of them stands afterwards, or nothing was done.
    async fn enter_filled(
        &self,
        txn: &Txn,
        place: Place,
        read: &ReadResponse,
        is_done: bool,
        now: Timestamp,
    ) -> Result<(Given, bool)> {
        let Place { visit, key, .. } = place;
        let (id, patient) = (visit.id, visit.stored.patient);
        let form = Form {
            ask: key.clone(),
            values: read.values.clone().into_iter().collect(),
            by: read.by,
            is_done,
        };
        let delivery = InboxKey { source: "fhir".to_owned(), id: new_uuid(now).to_string() };
        let entered = match Box::pin(self.take_form(txn, visit, form, delivery, now)).await {
            Ok(entered) => entered,
            Err(Error::Refused(why)) => {
                let at = "QuestionnaireResponse.source";
                return Err(refused(Why::Unprocessable, Issue::error("business-rule", why).at(at)));
            }
            Err(error) => return Err(error),
        };
        let lost = entered.lost.iter().map(|item| {
            let why = format!(
                "the answer to {item:?} can't be taken: it is not asked here, given the other answers, or not one that is offered"
            );
            Issue::error("business-rule", why).at("QuestionnaireResponse.item")
        });
        fail(Why::Unprocessable, lost.collect())?;
        let Received { visit, answered, mut settled, .. } = entered.received;
        let ask = visit.script.ask(&key).ok_or(Error::NotFound("ask"))?;
        let given = Given {
            conversation: id,
            patient,
            language: ask.language.clone(),
            scores: visit.scores(ask),
            settled: settled.pop(),
            ask: key,
        };
        Ok((given, !answered.is_empty()))
    }

    /// The response as it is now, a version further whatever was handed in.
    async fn version_of(
        &self,
        txn: &Txn,
        Given { conversation, ask, patient, language, settled, .. }: Given,
        instrument: &Arc<Instrument>,
        stands: Option<Administered>,
        is_done: bool,
        now: Timestamp,
    ) -> Result<Administered> {
        if let Some(response) = settled {
            return Ok(response);
        }
        // Nothing new was answered, or nothing at all: it is a version all the same.
        let done = is_done.then_some(now);
        let of_before = |at: fn(&Administered) -> Option<Timestamp>| stands.as_ref().and_then(at);
        let next = Administered {
            id: stands.as_ref().map_or_else(|| new_uuid(now), |response| response.id),
            conversation,
            patient,
            ask,
            instrument: (instrument.id.clone(), instrument.version.clone()),
            language: language.to_string(),
            started_at: stands.as_ref().map_or(now, |response| response.started_at),
            completed_at: of_before(|response| response.completed_at).or(done),
            first_completed_at: of_before(|response| response.first_completed_at).or(done),
            version: stands.as_ref().map_or(1, |response| response.version + 1),
            changed_at: now,
        };
        let mut with = txn.together();
        answers::put_response(&mut with, &next);
        with.write().await?;
        Ok(next)
    }
}

/// The ask of a visit that waits for an instrument, and what there is of it already.
async fn waiting(
    txn: &Txn,
    visit: &Visit,
    instrument: &Instrument,
) -> Result<Option<(String, Option<Administered>)>> {
    let given = if visit.has_responses { answers::responses(txn, visit.id).await? } else { Vec::new() };
    for ask in visit.script.asks.iter().chain(&visit.script.held_back) {
        let is_it = ask.why == Asked::Asked
            && ask.instrument.id == instrument.id
            && ask.instrument.version == instrument.version;
        let known = given.iter().find(|response| response.ask == ask.key);
        if is_it && known.is_none_or(|known| known.completed_at.is_none()) {
            return Ok(Some((ask.key.clone(), known.cloned())));
        }
    }
    Ok(None)
}

/// The language in which a response was given: the one it names, or that of the questionnaire's own texts.
fn spoken(instrument: &Instrument, read: &ReadResponse) -> Lang {
    let said = read.language.as_ref().and_then(|said| instrument.language_for(said));
    let english = Lang::english();
    let main = || instrument.languages.contains_key(&english).then_some(&english);
    said.or_else(main).or_else(|| instrument.languages.keys().next()).unwrap_or(&english).clone()
}

/// Whether whoever answered is done.
fn is_done(status: ResponseStatus) -> Result<bool> {
    match status {
        ResponseStatus::InProgress => Ok(false),
        ResponseStatus::Completed | ResponseStatus::Amended | ResponseStatus::Stopped => Ok(true),
        ResponseStatus::EnteredInError => {
            let why = "answers are not taken back by programs; staff set them aside on the page of the visit";
            let at = "QuestionnaireResponse.status";
            Err(refused(Why::Unprocessable, Issue::error("business-rule", why).at(at)))
        }
    }
}

/// Fails where one of them is an error.
pub(super) fn fail(why: Why, issues: Vec<Issue>) -> Result<()> {
    if issues.iter().any(Issue::is_error) {
        return Err(Fault::of(why, issues));
    }
    Ok(())
}
