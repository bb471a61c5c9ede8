//! When enough has been asked. Knows counts and standard errors, not items.

use serde::{Deserialize, Serialize};

use super::bank::Fault;

/// When to stop. The rules are joined by "or"; those about precision wait for `min_items`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stop {
    /// How many items must be answered before the rules about precision count.
    pub min_items: usize,
    /// How many items are asked at most, the skipped ones included.
    pub max_items: usize,
    /// Stop when the standard error is below this, in standard deviations of the trait.
    pub se: Option<f64>,
    /// Stop when the last answer made the standard error smaller, but by less than this.
    pub delta_se: Option<f64>,
    /// Stop when at least this many items are answered, all with the lowest category. This rule does not
    /// wait for `min_items`.
    pub best_health: Option<usize>,
}

impl Default for Stop {
    /// As PROMIS tests adults: 4 to 12 items, until the standard error is below 0.3 (3 points of T).
    fn default() -> Self {
        Self { min_items: 4, max_items: 12, se: Some(0.3), delta_se: None, best_health: None }
    }
}

/// Why nothing more is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// Every answer so far is the lowest category.
    BestHealth,
    /// The standard error is below the threshold.
    Precise,
    /// The last answer hardly made the standard error smaller.
    Settled,
    /// As many items as permitted were asked.
    Longest,
    /// No item is left that may be asked.
    Exhausted,
}

impl std::fmt::Display for Reason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::BestHealth => "all answers are the lowest category",
            Self::Precise => "the standard error is below the threshold",
            Self::Settled => "the last answer hardly changed the standard error",
            Self::Longest => "as many items as permitted were asked",
            Self::Exhausted => "no item is left that may be asked",
        })
    }
}

/// How far a sitting has come.
#[derive(Clone, Copy, Debug)]
pub(super) struct Progress {
    pub(super) answered: usize,
    /// The skipped ones included.
    pub(super) asked: usize,
    pub(super) are_all_lowest: bool,
    /// Whether a content area still lacks items that it must have and can get.
    pub(super) lacks_content: bool,
    pub(super) se: f64,
    /// The standard error before the last answer; nothing before the first.
    pub(super) se_before: Option<f64>,
}

impl Stop {
    /// The first rule that says stop, in the order of [`Reason`].
    pub(super) fn reason(&self, progress: &Progress) -> Option<Reason> {
        let Progress { answered, asked, se, .. } = *progress;
        if progress.are_all_lowest && answered > 0 && self.best_health.is_some_and(|at| answered >= at) {
            return Some(Reason::BestHealth);
        }
        if answered >= self.min_items && !progress.lacks_content {
            if self.se.is_some_and(|below| se < below) {
                return Some(Reason::Precise);
            }
            let gain = progress.se_before.map_or(0.0, |before| before - se);
            if self.delta_se.is_some_and(|below| gain > 0.0 && gain < below) {
                return Some(Reason::Settled);
            }
        }
        (asked >= self.max_items).then_some(Reason::Longest)
    }

    pub(super) fn faults(&self) -> Vec<Fault> {
        let Self { min_items, max_items, se, delta_se, best_health } = self;
        let is_positive = |value: &Option<f64>| value.is_none_or(|value| value.is_finite() && value > 0.0);
        let rules = [
            ("max_items", *max_items > 0, "is 0, must be at least 1".to_owned()),
            (
                "min_items",
                min_items <= max_items,
                format!("is {min_items}, must be at most max_items, which is {max_items}"),
            ),
            ("stop_se", is_positive(se), "must be a number above 0".to_owned()),
            ("stop_delta_se", is_positive(delta_se), "must be a number above 0".to_owned()),
            ("best_health", *best_health != Some(0), "is 0, must be at least 1".to_owned()),
        ];
        rules.into_iter().filter(|(_, holds, _)| !holds).map(|(at, _, what)| Fault::new(at, what)).collect()
    }
}
