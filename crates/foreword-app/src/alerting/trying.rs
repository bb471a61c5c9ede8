//! Trying rules out: how often each would have fired on what was answered so far. Nothing is raised.

use foreword_domain::{instrument::ItemKind, safety::Rule, scoring::Status};
use foreword_store::{Txn, answers, appointments, conversations, many};
use jiff::Timestamp;
use serde::Serialize;

use crate::{App, Error, Result, Visit, access::permission::Act, again};

/// Above so many in 100 responses a rule tells little from much: the service's own warning, not a clinical limit.
pub const MANY_PERCENT: f64 = 10.0;

/// How often a rule would have fired.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Tried {
    /// The rule, as `instrument/rule`.
    pub rule: String,
    /// How urgent it would be.
    pub level: &'static str,
    /// Responses to the instrument that were looked at.
    pub responses: usize,
    /// Those in which it would have fired.
    pub fired: usize,
    /// The same in percent; none without responses.
    pub percent: Option<f64>,
    /// Whether that is more than [`MANY_PERCENT`].
    pub is_many: bool,
}

impl App {
    /// Tries rules out on the newest `most` visits with such responses at the clinics of whoever asks. `progress` is told how many
    /// visits were looked at, of how many.
    pub async fn try_rules(
        &self,
        rules: Vec<Rule>,
        reader: &str,
        now: Timestamp,
        most: usize,
        progress: impl Fn(usize, usize) + Send + Sync,
    ) -> Result<Vec<Tried>> {
        let mut tried: Vec<Tried> = rules
            .iter()
            .map(|rule| Tried {
                rule: format!("{}/{}", rule.instrument, rule.flag.id),
                level: rule.flag.level.as_str(),
                responses: 0,
                fired: 0,
                percent: None,
                is_many: false,
            })
            .collect();
        let theirs = self.reach(reader, Act::Activate, now).await?;
        let names: Vec<String> = rules.iter().map(|rule| rule.instrument.clone()).collect();
        let clinics = theirs.clinics;
        let all = self
            .store
            .read(move |txn| {
                again!(names, clinics => {
                    Ok::<_, Error>(answers::conversations_with(txn, &names, &clinics, most).await?)
                })
            })
            .await?;
        for (n, conversations) in all.chunks(CHUNK).enumerate() {
            let (app, chunk, trial) = (self.clone(), conversations.to_vec(), rules.clone());
            let found = self
                .store
                .read(move |txn| {
                    again!(app, chunk, trial => {
                        let mut found = vec![(0, 0); trial.len()];
                        for id in chunk {
                            let visit = app.load(txn, id, false).await?;
                            for (count, rule) in found.iter_mut().zip(&trial) {
                                let (looked_at, fired) = app.try_in(txn, &visit, rule).await?;
                                *count = (count.0 + looked_at, count.1 + fired);
                            }
                        }
                        Ok::<_, Error>(found)
                    })
                })
                .await?;
            for (tried, (looked_at, fired)) in tried.iter_mut().zip(found) {
                tried.responses += looked_at;
                tried.fired += fired;
            }
            progress((n * CHUNK + conversations.len()).min(all.len()), all.len());
        }
        for tried in &mut tried {
            let number = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
            tried.percent =
                (tried.responses > 0).then(|| 100.0 * number(tried.fired) / number(tried.responses));
            tried.is_many = tried.percent.is_some_and(|percent| percent > MANY_PERCENT);
        }
        Ok(tried)
    }

    /// In how many asks of a visit a rule could have fired, and in how many it would have.
    async fn try_in(&self, txn: &Txn, visit: &Visit, rule: &Rule) -> Result<(usize, usize)> {
        let asks = visit.script.asks.iter().filter(|ask| ask.instrument.id == rule.instrument);
        let (mut looked_at, mut fired) = (0, 0);
        for ask in asks.filter(|ask| visit.has_answers(ask)) {
            looked_at += 1;
            let before = previous_scores(txn, visit, &rule.instrument).await?;
            let known = |scale: &str| before.iter().find(|(id, _)| id == scale).map(|(_, value)| *value);
            let shown = visit.script.shown(ask, &visit.ledger);
            let answer = |item: &str| shown.get(item).copied();
            // As when it is answered: a score counts once the questionnaire is complete.
            let is_done = visit.script.visible(ask, &visit.ledger).iter().all(|item| {
                item.kind == ItemKind::Display || visit.ledger.value(&ask.key, &item.id).is_some()
            });
            let scores = if is_done { visit.scores(ask) } else { Vec::new() };
            fired += usize::from(rule.flag.fires(&ask.instrument, answer, &scores, &known));
        }
        Ok((looked_at, fired))
    }
}

/// Conversations read in one transaction.
const CHUNK: usize = 200;

/// The scores of an instrument in the response that was completed last before this visit's, by the same patient at
/// the same clinic.
pub(crate) async fn previous_scores(
    txn: &Txn,
    visit: &Visit,
    instrument: &str,
) -> Result<Vec<(String, f64)>> {
    let mut earlier = answers::history(txn, visit.stored.patient, &[instrument]).await?;
    let begun = answers::responses(txn, visit.id).await?.into_iter().map(|r| r.started_at).min();
    earlier.retain(|other| {
        other.conversation != visit.id
            && other.completed_at.is_some_and(|at| begun.is_none_or(|begun| at <= begun))
    });
    earlier.sort_by_key(|other| other.completed_at);
    while let Some(last) = earlier.pop() {
        let Some(other) = conversations::get(txn, last.conversation).await? else { continue };
        let about = appointments::get(txn, other.appointment).await?;
        if about.is_none_or(|about| about.clinic != visit.appointment.clinic) {
            continue;
        }
        let scores = many::scores_of(txn, &[last.id]).await?.remove(&last.id).unwrap_or_default();
        let counted = scores.into_iter().filter(|score| score.status != Status::NotScored);
        return Ok(counted.filter_map(|score| Some((score.scale, score.value?))).collect());
    }
    Ok(Vec::new())
}
