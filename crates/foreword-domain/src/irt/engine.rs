//! A bank in its frame, with every curve computed once, and the estimate from any set of answers.
//! Knows nothing of what is asked next.

use serde::{Deserialize, Serialize};

use super::{
    bank::{Answered, Bank, Fault},
    model::{Curves, Model},
};

/// Where a patient stands, and how surely.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// The mean of the posterior, in standard deviations of the reference population.
    pub theta: f64,
    /// The standard deviation of the posterior, which is the standard error of `theta`.
    pub se: f64,
    /// `theta` on the metric, by default a T-score.
    pub t: f64,
    /// `se` in points of the metric.
    pub t_se: f64,
}

/// What is known of the trait after some answers: a weight for every node of the grid, and the estimate
/// they come to.
#[derive(Clone, Debug, PartialEq)]
pub struct Posterior {
    weights: Vec<f64>,
    estimate: Estimate,
}

impl Posterior {
    /// The weights of the nodes, from the lowest node up; they sum to 1.
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// Its mean and standard deviation.
    pub fn estimate(&self) -> Estimate {
        self.estimate
    }
}

/// The curves of one item at every node.
#[derive(Clone, Debug)]
pub(super) struct Traced {
    /// By category, then node: the logarithm of the probability.
    log: Vec<Vec<f64>>,
    /// By category, then node: the probability.
    pub(super) plain: Vec<Vec<f64>>,
    /// By node: Fisher's information.
    pub(super) information: Vec<f64>,
}

/// A bank in its frame, ready to score and to choose.
#[derive(Clone, Debug)]
pub struct Engine {
    bank: Bank,
    model: Model,
    pub(super) nodes: Vec<f64>,
    log_prior: Vec<f64>,
    pub(super) traced: Vec<Traced>,
}

/// The curves follow from bank and frame.
impl PartialEq for Engine {
    fn eq(&self, other: &Self) -> bool {
        self.bank == other.bank && self.model == other.model
    }
}

impl Engine {
    /// Computes every curve of the bank on the grid; or every fault of the frame.
    pub fn new(bank: Bank, model: Model) -> Result<Self, Vec<Fault>> {
        let faults = model.faults();
        if !faults.is_empty() {
            return Err(faults);
        }
        let nodes = model.grid.nodes();
        let log_prior =
            nodes.iter().map(|node| -0.5 * ((node - model.prior.mean) / model.prior.sd).powi(2)).collect();
        let traced = bank
            .items()
            .iter()
            .map(|item| {
                let at = |node: &f64| Curves::new(item, model.d, *node);
                let log: Vec<Vec<f64>> = (0..=item.thresholds.len())
                    .map(|category| nodes.iter().map(|node| at(node).log_probability(category)).collect())
                    .collect();
                let plain = log.iter().map(|logs| logs.iter().map(|log| log.exp()).collect()).collect();
                let information = nodes.iter().map(|node| at(node).information()).collect();
                Traced { log, plain, information }
            })
            .collect();
        Ok(Self { bank, model, nodes, log_prior, traced })
    }

    /// The bank.
    pub fn bank(&self) -> &Bank {
        &self.bank
    }

    /// The frame.
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// The probability of each category of an item at a value of the trait; they sum to 1.
    pub fn probabilities(&self, item: usize, theta: f64) -> Option<Vec<f64>> {
        let curves = self.curves(item, theta)?;
        Some((0..curves.categories()).map(|category| curves.probability(category)).collect())
    }

    /// Fisher's information of an item at a value of the trait, per squared standard deviation: about
    /// this much the answer adds to `1 / se²`.
    pub fn information(&self, item: usize, theta: f64) -> Option<f64> {
        Some(self.curves(item, theta)?.information())
    }

    fn curves(&self, item: usize, theta: f64) -> Option<Curves<'_>> {
        Some(Curves::new(self.bank.items().get(item)?, self.model.d, theta))
    }

    /// Scores any set of answers, in any order: expected a posteriori on the grid, by the rectangle rule
    /// (Bock RD, Mislevy RJ. Appl Psychol Meas 1982;6:431-444).
    ///
    /// Without answers it is the prior as the grid cuts it off: 0 with .9995591 on the default grid. An
    /// item answered twice counts once, as last answered.
    pub fn estimate(&self, answers: &[Answered]) -> Estimate {
        self.posterior(answers).estimate
    }

    /// What is known of the trait after these answers, in any order.
    pub fn posterior(&self, answers: &[Answered]) -> Posterior {
        self.posterior_of(&self.sheet(answers))
    }

    /// The answers by the place of their items; an answer this bank has no place for is left out.
    pub(super) fn sheet(&self, answers: &[Answered]) -> Vec<Option<usize>> {
        let mut sheet = vec![None; self.traced.len()];
        for answer in answers {
            if let Ok(known) = self.bank.answered_at(answer.item(), answer.category()) {
                sheet[known.item()] = Some(known.category());
            }
        }
        sheet
    }

    /// What is known after the answers of a sheet, summed in the order of the bank.
    pub(super) fn posterior_of(&self, sheet: &[Option<usize>]) -> Posterior {
        let mut weights = self.log_prior.clone();
        for (traced, category) in self.traced.iter().zip(sheet) {
            if let Some(logs) = category.and_then(|category| traced.log.get(category)) {
                for (weight, log) in weights.iter_mut().zip(logs) {
                    *weight += log;
                }
            }
        }
        // Only the differences count; with the greatest at 0 the sum can't come to nothing.
        let greatest = weights.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        for weight in &mut weights {
            *weight = (*weight - greatest).exp();
        }
        let sum: f64 = weights.iter().sum();
        for weight in &mut weights {
            *weight /= sum;
        }

        let theta: f64 = weights.iter().zip(&self.nodes).map(|(weight, node)| weight * node).sum();
        let variance: f64 =
            weights.iter().zip(&self.nodes).map(|(weight, node)| weight * (node - theta).powi(2)).sum();
        let se = variance.sqrt();
        let metric = self.model.metric;
        let estimate = Estimate { theta, se, t: metric.mean + metric.sd * theta, t_se: metric.sd * se };
        Posterior { weights, estimate }
    }
}
