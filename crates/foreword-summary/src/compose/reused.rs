//! What was answered for another visit and is not asked again.

use std::collections::BTreeMap;

use foreword_domain::{conversation::script::Script, response::Ledger, scoring::Score};
use jiff::Timestamp;

use super::{Previous, Shown};
use crate::{ScoreLine, when};

/// Answers given for other visits that count for this one, because their recall period is not over.
#[derive(Clone, Debug, Default)]
pub struct Reused {
    /// The asks.
    pub script: Script,
    /// The answers.
    pub ledger: Ledger,
    /// Scores by ask.
    pub scores: Vec<(String, Vec<Score>)>,
    /// When each ask was answered.
    pub at: BTreeMap<String, Timestamp>,
}

impl Shown<'_> {
    /// The scores of answers given for another visit, each labelled with its date.
    pub(super) fn dated(&self, reused: &Reused, previous: &[Previous], ledger: &Ledger) -> Vec<ScoreLine> {
        let mut lines = self.scores(&reused.scores, previous);
        for line in &mut lines {
            // Whether to talk about it was asked for this visit.
            line.wish = foreword_domain::agenda::wish_about(ledger, &line.ask);
            let Some(at) = reused.at.get(&line.ask) else { continue };
            let label = format!(
                "answered on {} for another visit, not asked again so soon",
                when::day(*at, self.zone)
            );
            line.caveat = Some(match line.caveat.take() {
                Some(caveat) => format!("{label}; {caveat}"),
                None => label,
            });
        }
        lines
    }
}
