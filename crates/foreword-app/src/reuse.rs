//! Reuse: what a patient answered for another visit at the same clinic is not asked again while its recall period
//! lasts.
//!
//! It is decided when a message is sent and when the patient begins, and holds from then on.

use std::{collections::BTreeMap, sync::Arc};

use foreword_domain::{
    conversation::{
        State,
        script::{Ask, Script},
    },
    ids::AppointmentId,
    instrument::Instrument,
    response::{Answer, Ledger, Value},
};
use foreword_store::{
    Txn, answers, appointments,
    conversations::{self, PinnedAsk, PinnedReuse, Stored},
};
use foreword_summary::Reused;
use jiff::{SignedDuration, Timestamp};

use crate::{App, Result, Visit, planning::is_untouched};

impl App {
    /// Decides what need not be asked again in a conversation in which nothing was said yet. What `but` names
    /// is being answered, and is asked in any case.
    pub(crate) async fn decide_reuse(
        &self,
        txn: &Txn,
        stored: &mut Stored,
        but: Option<&str>,
        now: Timestamp,
    ) -> Result<()> {
        if !is_untouched(stored) {
            return Ok(());
        }
        let mut periods = Vec::new();
        for pinned in
            stored.script.asks.iter().filter(|ask| ask.about.is_none() && Some(ask.key.as_str()) != but)
        {
            let Some(instrument) = self.pinned_instrument(txn, pinned).await? else { continue };
            let days = instrument.recall.as_ref().map_or(0, |recall| recall.days);
            if days > 0 && instrument.agenda.is_none() {
                periods.push((
                    pinned.key.clone(),
                    instrument,
                    SignedDuration::from_hours(24 * i64::from(days)),
                ));
            }
        }
        let Some(longest) = periods.iter().map(|(.., period)| *period).max() else { return Ok(()) };
        let since = now.checked_sub(longest).unwrap_or(Timestamp::MIN);
        let given = answers::completed_after(txn, stored.patient, since).await?;
        let visits =
            if given.is_empty() { Vec::new() } else { appointments::of_patient(txn, stored.patient).await? };
        let clinic =
            |id: AppointmentId| visits.iter().find(|visit| visit.id == id).map(|visit| &visit.clinic);
        let mut reused = Vec::new();
        for (key, instrument, period) in periods {
            let fits = |response: &&answers::Administered| {
                response.conversation != stored.id
                    && response.ask == key
                    && response.instrument == (instrument.id.clone(), instrument.version.clone())
                    && response.completed_at.is_some_and(|at| at <= now && now.duration_since(at) < period)
            };
            let Some(response) = given.iter().rev().find(fits) else { continue };
            let other = conversations::get(txn, response.conversation).await?;
            let answers = answers::of_conversation(txn, response.conversation).await?;
            let is_answer = |answer: &Answer| answer.at.ask == key && answer.value != Value::Skipped;
            if let (Some(other), Some(at)) = (other, response.completed_at)
                && other.standing.state != State::NotMe
                // What was answered for another clinic is not shown here.
                && clinic(other.appointment) == clinic(stored.appointment)
                && answers.iter().any(is_answer)
            {
                reused.push(PinnedReuse { ask: key, conversation: response.conversation, at });
            }
        }
        if reused != stored.script.reused {
            stored.script.reused = reused;
            conversations::set_script(txn, stored.id, &stored.script).await?;
        }
        Ok(())
    }

    /// The instrument of an ask; none where it is a question of the care team's.
    async fn pinned_instrument(&self, txn: &Txn, pinned: &PinnedAsk) -> Result<Option<Arc<Instrument>>> {
        if pinned.instrument.starts_with(crate::question::PINNED) {
            return Ok(None);
        }
        self.instrument(txn, &pinned.instrument, pinned.variant.as_deref()).await.map(Some)
    }

    /// What was answered for other visits and counts for this one, for its page.
    pub(crate) async fn reused(&self, txn: &Txn, visit: &Visit) -> Result<Reused> {
        let mut asks: Vec<Ask> = Vec::new();
        let (mut given, mut at, mut person) = (Vec::new(), BTreeMap::new(), visit.script.person);
        for reused in &visit.stored.script.reused {
            let Some(other) = conversations::get(txn, reused.conversation).await? else { continue };
            let script = self.script(txn, &other.script, &visit.appointment).await?;
            let Some(ask) = script.ask(&reused.ask) else { continue };
            asks.push(ask.clone());
            // Known here only where an instrument tells people apart, and there it was asked.
            if ask.instrument.tells_people_apart() {
                person = script.person;
            }
            let answers = answers::of_conversation(txn, reused.conversation).await?;
            given.extend(answers.into_iter().filter(|answer| answer.at.ask == reused.ask));
            at.insert(reused.ask.clone(), reused.at);
        }
        let script = Script { person, ..Script::new(asks) };
        let ledger = Ledger::of(given);
        let scores = script
            .asks
            .iter()
            .map(|ask| {
                let shown = script.shown(ask, &ledger);
                let scores = foreword_domain::scoring::all(&ask.instrument, &script.person, |item| {
                    shown.get(item).copied().cloned()
                });
                (ask.key.clone(), scores)
            })
            .collect();
        Ok(Reused { script, ledger, scores, at })
    }
}
