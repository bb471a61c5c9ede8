//! Receive: one thing a patient said is taken in, answered and committed, once.

use std::collections::BTreeSet;

use foreword_domain::{
    alert::{Level, RedFlag, Urgency},
    consent::{Consent, Recorder},
    conversation::{self, Command, Input, Said, Say, State, script::Ask},
    ids::{ConversationId, PatientId},
    instrument::ItemKind,
    language::Lang,
    message::{Channel, Inbound},
    response::{Answer, ItemRef, Respondent, Value},
    scoring,
};
use foreword_store::{
    Together, Txn, answers, answers::Administered, audit, conversations, inbox, outbox, patients,
};
use jiff::Timestamp;

use crate::{
    App, Error, Result, Visit, again,
    alerting::{self, Fired, NOT_ME_RULE, trying::previous_scores},
    events, new_uuid,
};

/// What the patient is told, and how the visit stands after it.
#[derive(Clone, Debug)]
pub struct Received {
    /// What is said in return.
    pub replies: Vec<Say>,
    /// The visit.
    pub visit: Visit,
    /// The questions that were answered by it.
    pub answered: Vec<ItemRef>,
    /// The responses that it brought answers to, as they are now.
    pub(crate) settled: Vec<Administered>,
    /// Whether the same delivery had come before; then nothing was changed.
    pub repeated: bool,
}

impl App {
    /// Takes in one thing said. When this returns `Ok`, it is on disk.
    ///
    /// # Errors
    /// [`Error::Closed`] when the visit is over, [`Error::Conflict`] when the same delivery came
    /// before with other content.
    pub async fn receive(&self, inbound: Inbound, now: Timestamp) -> Result<Received> {
        let app = self.clone();
        self.store.write(move |txn| again!(app, inbound => app.receive_in(txn, &inbound, now).await)).await
    }

    /// How a visit stands, without anything being said.
    pub async fn visit(&self, conversation: ConversationId) -> Result<Visit> {
        let app = self.clone();
        self.store.read(move |txn| Box::pin(async move { app.load(txn, conversation, false).await })).await
    }

    async fn receive_in(&self, txn: &Txn, inbound: &Inbound, now: Timestamp) -> Result<Received> {
        let visit = self.load(txn, inbound.conversation, true).await?;
        self.receive_at(txn, visit, inbound, now).await
    }

    /// Takes in one thing said about a visit that is held.
    pub(crate) async fn receive_at(
        &self,
        txn: &Txn,
        mut visit: Visit,
        inbound: &Inbound,
        now: Timestamp,
    ) -> Result<Received> {
        let content_hash = inbox::content_hash(txn, &content(&inbound.said));
        if !visit.is_open(now) {
            if let Some(receipt) = inbox::receipt(txn, &inbound.key).await? {
                return repeated(receipt, &content_hash, visit);
            }
            // A call for help is heard whenever it comes.
            if !calls_for_help(&inbound.said, &visit.standing.language) {
                return Err(Error::Closed);
            }
            return Box::pin(self.hear_help(txn, visit, inbound, content_hash, now)).await;
        }

        visit = Box::pin(self.with_reuse(txn, visit, inbound, now)).await?.at_door(
            inbound.channel,
            inbound.by,
            now,
        );
        let step =
            conversation::step(&visit.script, &visit.ledger, &visit.standing, &inbound.said, inbound.at_once);
        let delivery = new_uuid(now).0;
        let receipt = inbox::Receipt { content_hash, replies: step.replies.clone() };
        // Most of what comes is new: only where it is not, what was said to it before is looked up.
        if !inbox::accept(txn, delivery, &inbound.key, visit.id, &receipt, now).await? {
            let before = inbox::receipt(txn, &inbound.key).await?.ok_or(Error::Conflict)?;
            return repeated(before, &receipt.content_hash, visit);
        }

        let patient = visit.stored.patient;
        let (mut touched, mut given) = (BTreeSet::new(), Vec::with_capacity(step.answers.len()));
        for (at, value) in &step.answers {
            let Some(ask) = visit.script.ask(&at.ask) else { continue };
            touched.insert(at.ask.clone());
            let answer = Answer {
                at: at.clone(),
                value: value.clone(),
                answered_at: now,
                channel: inbound.channel,
                ui_language: step.conversation.language.clone(),
                instrument_language: ask.language.clone(),
                by: inbound.by,
            };
            given.push(answer.clone());
            visit.ledger.enter(answer);
        }
        let mut with = txn.together();
        answers::append(&mut with, visit.id, patient, delivery, &given).await?;
        let mut settled = Vec::with_capacity(touched.len());
        for key in &touched {
            settled.extend(self.settle_response(txn, &mut with, &visit, key, now).await?);
        }
        visit.has_responses |= !settled.is_empty();
        conversations::move_to(&mut with, &mut visit.stored, &step.conversation, now)?;
        let actor = match inbound.by {
            Respondent::Staff => "staff".to_owned(),
            _ => audit::patient(patient),
        };
        let action = if step.answers.is_empty() { "conversation.said" } else { "conversation.answered" };
        audit::note_with(&mut with, now, &actor, action, &format!("conversation:{}", visit.id));
        with.write().await?;
        if !given.is_empty() {
            foreword_store::crash_point("answer-appended");
        }

        for response in &settled {
            Box::pin(self.raise_flags(txn, &visit, response, &step.answers, inbound.channel, now)).await?;
        }
        if let Some(urgency) = step.urgency {
            Box::pin(alerting::say_urgency(txn, &visit, urgency, inbound.channel, now)).await?;
        }
        let before = visit.standing.state;
        let spoken = std::mem::replace(&mut visit.standing, step.conversation).language;
        if visit.standing.language != spoken {
            self.respeak(txn, &mut visit).await?;
            visit = visit.at_door(inbound.channel, inbound.by, now);
        }
        Box::pin(self.follow(txn, &visit, before, step.stop, inbound.channel, now)).await?;
        let states = (before, visit.standing.state);
        if visit.has_webhooks {
            events::answered(txn, visit.appointment.id, states, !step.answers.is_empty(), now).await?;
        }
        let answered = step.answers.into_iter().map(|(at, _)| at).collect();
        Ok(Received { replies: step.replies, visit, answered, settled, repeated: false })
    }

    /// Takes in a call for help about a visit that is over: nothing else of it is touched.
    async fn hear_help(
        &self,
        txn: &Txn,
        visit: Visit,
        inbound: &Inbound,
        content_hash: Vec<u8>,
        now: Timestamp,
    ) -> Result<Received> {
        let visit = visit.at_door(inbound.channel, inbound.by, now);
        let called = if visit.script.is_answered_for { Say::HelpCalled } else { Say::HelpNotCalled };
        let replies = vec![called, Say::Crisis];
        let receipt = inbox::Receipt { content_hash, replies: replies.clone() };
        if !inbox::accept(txn, new_uuid(now).0, &inbound.key, visit.id, &receipt, now).await? {
            return Err(Error::Conflict);
        }
        alerting::say_urgency(txn, &visit, Urgency::Help, inbound.channel, now).await?;
        let actor = audit::patient(visit.stored.patient);
        audit::note(txn, now, &actor, "conversation.said", &format!("conversation:{}", visit.id)).await?;
        Ok(Received { replies, visit, answered: Vec::new(), settled: Vec::new(), repeated: false })
    }

    /// Decides with the first thing said what need not be asked again. What is being answered is asked, and so is
    /// all of it on paper.
    async fn with_reuse(&self, txn: &Txn, visit: Visit, inbound: &Inbound, now: Timestamp) -> Result<Visit> {
        let first = visit.script.asks.first().map(|ask| ask.key.as_str());
        let answering = match &inbound.said {
            Said::Give { at, .. } => Some(at.ask.as_str()),
            Said::Text(_) => first,
            Said::Fill { ask, .. } => Some(ask.as_str()),
            Said::Here | Said::Command(_) => None,
        };
        let mut stored = visit.stored.clone();
        if inbound.channel != Channel::Staff {
            self.decide_reuse(txn, &mut stored, answering, now).await?;
        }
        if stored.script == visit.stored.script { Ok(visit) } else { self.revive(txn, stored).await }
    }

    /// Brings the response and the scores of one ask up to date with the ledger.
    async fn settle_response(
        &self,
        txn: &Txn,
        with: &mut Together<'_>,
        visit: &Visit,
        key: &str,
        now: Timestamp,
    ) -> Result<Option<Administered>> {
        let Some(ask) = visit.script.ask(key) else { return Ok(None) };
        let visible = visit.script.visible(ask, &visit.ledger);
        let done = visible
            .iter()
            .filter(|item| item.kind != ItemKind::Display)
            .all(|item| visit.ledger.value(key, &item.id).is_some());
        let all = if visit.has_responses { answers::responses(txn, visit.id).await? } else { Vec::new() };
        let known = all.into_iter().find(|response| response.ask == *key);
        let response = Administered {
            id: known.as_ref().map_or_else(|| new_uuid(now), |response| response.id),
            conversation: visit.id,
            patient: visit.stored.patient,
            ask: key.to_owned(),
            instrument: (ask.instrument.id.clone(), ask.instrument.version.clone()),
            language: ask.language.to_string(),
            started_at: known.as_ref().map_or(now, |response| response.started_at),
            completed_at: done.then_some(now),
            first_completed_at: known
                .as_ref()
                .and_then(|response| response.first_completed_at)
                .or(done.then_some(now)),
            version: known.as_ref().map_or(1, |response| response.version + 1),
            changed_at: now,
        };
        answers::put_response(with, &response);
        if done {
            answers::add_scores(with, &response, &visit.scores(ask), now).await?;
        }
        Ok(Some(response))
    }

    /// Raises what a response as it now is asks for.
    async fn raise_flags(
        &self,
        txn: &Txn,
        visit: &Visit,
        response: &Administered,
        given: &[(ItemRef, Value)],
        channel: Channel,
        now: Timestamp,
    ) -> Result<()> {
        let key = response.ask.as_str();
        let Some(ask) = visit.script.ask(key) else { return Ok(()) };
        let done = response.completed_at.is_some();
        // Rules on answers fire as soon as the answer is saved; rules on scores once there is one.
        let scores = if done { visit.scores(ask) } else { Vec::new() };
        let own = visit
            .plan
            .iter()
            .flat_map(|plan| &plan.rules)
            .filter(|rule| rule.instrument == ask.instrument.id);
        let rules: Vec<&RedFlag> =
            ask.instrument.red_flags.iter().chain(own.map(|rule| &rule.flag)).collect();
        let compares = done && rules.iter().any(|rule| rule.worse_by.is_some());
        let before =
            if compares { previous_scores(txn, visit, &ask.instrument.id).await? } else { Vec::new() };
        for flag in rules {
            let shown = visit.script.shown(ask, &visit.ledger);
            let known = |scale: &str| before.iter().find(|(id, _)| id == scale).map(|(_, value)| *value);
            if flag.fires(&ask.instrument, |item| shown.get(item).copied(), &scores, &known) {
                let fired = Fired {
                    ask: key.to_owned(),
                    rule: format!("{}/{}", ask.instrument.id, flag.id),
                    level: flag.level,
                    crisis: flag.is_crisis() && ask.instrument.red_flags.contains(flag),
                    channel,
                    is_new: given.iter().any(|(at, _)| at.ask == key && flag.item.as_ref() == Some(&at.item)),
                };
                alerting::raise(txn, visit, fired, now).await?;
            }
        }
        Ok(())
    }

    /// Ends every message to a patient, whichever visit it is about. Where there was no consent, that there
    /// is to be none is kept.
    pub(crate) async fn stop(
        &self,
        txn: &Txn,
        patient: PatientId,
        language: &Lang,
        now: Timestamp,
    ) -> Result<()> {
        if patients::consents(txn, patient).await?.is_empty() {
            let never = Consent {
                channel: Channel::Email,
                text_version: "stop".to_owned(),
                language: language.clone(),
                given_at: now,
                by: Recorder::Patient,
                warning_shown: false,
                withdrawn_at: Some(now),
            };
            patients::give_consent(txn, patient, &never).await?;
        }
        patients::withdraw_consents(txn, patient, now).await?;
        outbox::cancel_all(txn, patient, "the patient wants no messages", now).await?;
        let actor = audit::patient(patient);
        Ok(audit::note(txn, now, &actor, "consent.withdrawn", "all channels").await?)
    }

    /// Asks what is still to come in the language the patient has changed to, where there is a text in
    /// it. An instrument that was begun goes on in its language; our own questions change at once.
    async fn respeak(&self, txn: &Txn, visit: &mut Visit) -> Result<()> {
        for pinned in &mut visit.stored.script.asks {
            let Some(ask) = visit.script.ask(&pinned.key) else { continue };
            let begun = visit.ledger.iter().any(|answer| answer.at.ask == pinned.key);
            let language = ask.instrument.language_for(&visit.standing.language);
            if let Some(language) = language.filter(|_| !begun || ask.instrument.agenda.is_some()) {
                pinned.language = language.to_string();
            }
        }
        conversations::set_script(txn, visit.id, &visit.stored.script).await?;
        visit.script = std::sync::Arc::new(self.script(txn, &visit.stored.script, &visit.appointment).await?);
        Ok(())
    }

    /// What a change of state brings with it.
    async fn follow(
        &self,
        txn: &Txn,
        visit: &Visit,
        before: State,
        stop: bool,
        channel: Channel,
        now: Timestamp,
    ) -> Result<()> {
        if stop {
            self.stop(txn, visit.stored.patient, &visit.standing.language, now).await?;
        }
        let state = visit.standing.state;
        if state == before {
            return Ok(());
        }
        if !state.wants_reminding() && visit.has_queued {
            outbox::cancel(txn, visit.appointment.id, state.as_str(), now).await?;
        }
        if state == State::NotMe {
            // Whatever goes to this address reaches somebody else, whichever visit it is about.
            outbox::cancel_all(txn, visit.stored.patient, "somebody said: this is not me", now).await?;
            let fired = Fired {
                ask: String::new(),
                rule: NOT_ME_RULE.to_owned(),
                level: Level::Amber,
                crisis: false,
                channel,
                is_new: true,
            };
            alerting::raise(txn, visit, fired, now).await?;
        }
        Ok(())
    }
}

/// What was said to a delivery that comes once more.
fn repeated(receipt: inbox::Receipt, content_hash: &[u8], visit: Visit) -> Result<Received> {
    if receipt.content_hash != content_hash {
        return Err(Error::Conflict);
    }
    let (answered, settled) = (Vec::new(), Vec::new());
    Ok(Received { replies: receipt.replies, visit, answered, settled, repeated: true })
}

impl Visit {
    /// The scores of an ask as its answers stand.
    pub fn scores(&self, ask: &Ask) -> Vec<scoring::Score> {
        let shown = self.script.shown(ask, &self.ledger);
        scoring::all(&ask.instrument, &self.script.person, |item| shown.get(item).copied().cloned())
    }

    /// Whether a rule that fired once would still do so.
    pub(crate) fn still_fires(&self, ask: &str, rule: &str) -> bool {
        let Some(ask) = self.script.ask(ask) else { return true };
        let flag =
            rule.split_once('/').and_then(|(_, id)| ask.instrument.red_flags.iter().find(|f| f.id == id));
        let Some(flag) = flag else { return true };
        let shown = self.script.shown(ask, &self.ledger);
        // What became worse is worse than another time, which no answer here changes.
        flag.worse_by.is_some()
            || flag.fires(&ask.instrument, |item| shown.get(item).copied(), &self.scores(ask), &|_| None)
    }

    /// Whether anything of an ask was answered, skipped items aside.
    pub fn has_answers(&self, ask: &Ask) -> bool {
        self.ledger.iter().any(|answer| answer.at.ask == ask.key && answer.value != Value::Skipped)
    }
}

/// Whether what was said is a call for help, by a button or in words.
pub(crate) fn calls_for_help(said: &Said, lang: &Lang) -> bool {
    let help = Command::Urgent(Urgency::Help);
    match said {
        Said::Command(command) => *command == help,
        Said::Text(text) | Said::Give { input: Input::Typed(text), .. } => {
            Command::read(text.reveal(), lang) == Some(help)
        }
        Said::Here | Said::Give { .. } | Said::Fill { .. } => false,
    }
}

/// What was said, as one text to tell deliveries apart by.
pub(crate) fn content(said: &Said) -> String {
    match said {
        Said::Here => "here".to_owned(),
        Said::Text(text) => format!("text\0{}", text.reveal()),
        Said::Command(command) => format!("command\0{command:?}"),
        Said::Fill { ask, values, is_done } => {
            let written = values.iter().map(|(item, value)| format!("{item}\0{}", value.written()));
            format!("fill\0{ask}\0{is_done}\0{}", written.collect::<Vec<_>>().join("\0"))
        }
        Said::Give { at, input } => match input {
            Input::Codes(codes) => format!("codes\0{at}\0{}", codes.join("\0")),
            Input::Typed(text) => format!("typed\0{at}\0{}", text.reveal()),
            Input::Skip => format!("skip\0{at}"),
        },
    }
}
