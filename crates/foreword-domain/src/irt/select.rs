//! Which item tells most: the criteria of selection as numbers. Knows nothing of limits or of stopping.

use serde::{Deserialize, Serialize};

use super::engine::{Engine, Posterior};

/// What makes an item the one to ask.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Criterion {
    /// Maximum Fisher information at the estimate.
    Mfi,
    /// Maximum information weighted by the posterior (van der Linden WJ. Psychometrika 1998;63:201-216;
    /// Choi SW, Swartz RJ. Appl Psychol Meas 2009;33:419-440): what PROMIS uses.
    #[default]
    Mpwi,
    /// Maximum expected information: Fisher's at the estimate each answer would lead to, the answers
    /// weighted by their probability at the estimate of now (Choi and Swartz 2009).
    Mei,
    /// Minimum expected posterior variance, the answers weighted by their probability under the posterior
    /// (van der Linden 1998).
    Mepv,
}

/// The item a criterion prefers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Choice {
    /// The item's place in the bank.
    pub item: usize,
    /// The criterion's value: information per squared standard deviation, for [`Criterion::Mepv`] a
    /// variance in squared standard deviations.
    pub value: f64,
}

impl Engine {
    /// The item the criterion prefers among these, the lowest place of equals; nothing among none.
    pub fn best(
        &self,
        criterion: Criterion,
        posterior: &Posterior,
        among: impl IntoIterator<Item = usize>,
    ) -> Option<Choice> {
        among
            .into_iter()
            .filter_map(|item| Some(Choice { item, value: self.value(criterion, posterior, item)? }))
            .min_by(|one, other| {
                let by_value = one.value.total_cmp(&other.value);
                let best_first = if criterion == Criterion::Mepv { by_value } else { by_value.reverse() };
                best_first.then(one.item.cmp(&other.item))
            })
    }

    /// What a criterion makes of an item; nothing if the bank has no such item.
    pub fn value(&self, criterion: Criterion, posterior: &Posterior, item: usize) -> Option<f64> {
        let theta = posterior.estimate().theta;
        let weights = posterior.weights();
        let traced = self.traced.get(item)?;
        match criterion {
            Criterion::Mfi => self.information(item, theta),
            Criterion::Mpwi => Some(dot(weights, &traced.information)),
            Criterion::Mei => {
                let now = self.probabilities(item, theta)?;
                let expected = now.iter().zip(&traced.plain).map(|(probability, curve)| {
                    let then = self.after(weights, curve).map_or(theta, |after| after.theta);
                    probability * self.information(item, then).unwrap_or_default()
                });
                Some(expected.sum())
            }
            Criterion::Mepv => Some(
                traced.plain.iter().filter_map(|curve| self.after(weights, curve)).map(|a| a.variance).sum(),
            ),
        }
    }

    /// Where one more answer would lead; nothing if the answer is all but impossible.
    fn after(&self, weights: &[f64], curve: &[f64]) -> Option<After> {
        let (mut probability, mut theta) = (0.0, 0.0);
        for ((weight, at_node), node) in weights.iter().zip(curve).zip(&self.nodes) {
            probability += weight * at_node;
            theta += weight * at_node * node;
        }
        if probability < f64::MIN_POSITIVE {
            return None;
        }
        theta /= probability;
        let nodes = weights.iter().zip(curve).zip(&self.nodes);
        let variance = nodes.map(|((weight, at_node), node)| weight * at_node * (node - theta).powi(2)).sum();
        Some(After { theta, variance })
    }
}

/// The estimate after a possible answer.
struct After {
    theta: f64,
    /// The variance, times the probability of the answer.
    variance: f64,
}

fn dot(one: &[f64], other: &[f64]) -> f64 {
    one.iter().zip(other).map(|(one, other)| one * other).sum()
}
