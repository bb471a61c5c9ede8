//! The graded response model as arithmetic: curves of one item, and the frame they are read in (grid,
//! prior, metric). Knows neither answers nor banks.

use super::bank::{Fault, Item};

/// The nodes the trait is integrated over, evenly spaced.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Grid {
    /// The lowest node, in standard deviations; -20 at least.
    pub min: f64,
    /// The highest node, in standard deviations; 20 at most.
    pub max: f64,
    /// How many nodes; 2 to 4001.
    pub nodes: u32,
}

impl Default for Grid {
    /// -4 to 4 in steps of 0.1, as PROMIS scores.
    fn default() -> Self {
        Self { min: -4.0, max: 4.0, nodes: 81 }
    }
}

impl Grid {
    pub(super) fn nodes(self) -> Vec<f64> {
        let step = (self.max - self.min) / f64::from(self.nodes - 1);
        (0..self.nodes).map(|node| self.min + f64::from(node) * step).collect()
    }
}

/// What is believed before the first answer: a normal distribution.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Prior {
    /// Its mean, in standard deviations of the reference population; within the grid.
    pub mean: f64,
    /// Its standard deviation, 0.01 to 100.
    pub sd: f64,
}

impl Default for Prior {
    /// The reference population: mean 0, standard deviation 1.
    fn default() -> Self {
        Self { mean: 0.0, sd: 1.0 }
    }
}

/// The scale an estimate is reported on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Metric {
    /// What the mean of the reference population is called.
    pub mean: f64,
    /// How many points its standard deviation is; above 0.
    pub sd: f64,
}

impl Default for Metric {
    /// The T-score: mean 50, standard deviation 10.
    fn default() -> Self {
        Self { mean: 50.0, sd: 10.0 }
    }
}

/// The frame a bank is scored in.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Model {
    /// The constant before the slope: 1 for slopes of the logistic metric (PROMIS), 1.7 for slopes of the
    /// normal metric; 1 to 2.
    pub d: f64,
    /// What is integrated over.
    pub grid: Grid,
    /// What is believed before the first answer.
    pub prior: Prior,
    /// What is reported.
    pub metric: Metric,
}

impl Default for Model {
    /// As PROMIS scores: D = 1, 81 nodes from -4 to 4, standard normal prior, T-scores.
    fn default() -> Self {
        Self { d: 1.0, grid: Grid::default(), prior: Prior::default(), metric: Metric::default() }
    }
}

impl Model {
    pub(super) fn faults(&self) -> Vec<Fault> {
        let Self { d, grid, prior, metric } = self;
        let rules = [
            ("d", (1.0..=2.0).contains(d), format!("is {d}, must be within 1 and 2")),
            (
                "grid",
                grid.min >= -20.0 && grid.min < grid.max && grid.max <= 20.0,
                format!("goes from {} to {}, must rise within -20 and 20", grid.min, grid.max),
            ),
            (
                "grid",
                (2..=4001).contains(&grid.nodes),
                format!("has {} nodes, must have 2 to 4001", grid.nodes),
            ),
            (
                "prior",
                (grid.min..=grid.max).contains(&prior.mean),
                format!("has the mean {}, must have it within the grid", prior.mean),
            ),
            (
                "prior",
                (0.01..=100.0).contains(&prior.sd),
                format!("has the standard deviation {}, must have one within 0.01 and 100", prior.sd),
            ),
            (
                "metric",
                metric.mean.is_finite() && metric.sd.is_finite() && metric.sd > 0.0,
                format!(
                    "has mean {} and standard deviation {}, must be numbers, the latter above 0",
                    metric.mean, metric.sd
                ),
            ),
        ];
        rules.into_iter().filter(|(_, holds, _)| !holds).map(|(at, _, what)| Fault::new(at, what)).collect()
    }
}

/// The curves of one item at one value of the trait.
pub(super) struct Curves<'a> {
    /// `D a`.
    slope: f64,
    thresholds: &'a [f64],
    theta: f64,
}

impl<'a> Curves<'a> {
    pub(super) fn new(item: &'a Item, d: f64, theta: f64) -> Self {
        Self { slope: d * item.slope, thresholds: &item.thresholds, theta }
    }

    pub(super) fn categories(&self) -> usize {
        self.thresholds.len() + 1
    }

    /// The logit of reaching the category; nothing for the lowest, which all reach, and above the last.
    fn logit(&self, category: usize) -> Option<f64> {
        let threshold = self.thresholds.get(category.checked_sub(1)?)?;
        Some(self.slope * (self.theta - threshold))
    }

    /// The natural logarithm of a category's probability; at most 0 and never infinite.
    ///
    /// With `x` and `y` the logits of reaching this category and the next, the difference of the curves is
    /// `(e^x - e^y) / ((1 + e^x) (1 + e^y))`; the logarithm of that loses no digits where the curves are
    /// both near 0 or both near 1.
    pub(super) fn log_probability(&self, category: usize) -> f64 {
        let reached = self.logit(category).map_or(0.0, |x| -softplus(-x));
        let not_next = self.logit(category + 1).map_or(0.0, |y| -softplus(y));
        let between = match (category.checked_sub(1), self.thresholds.get(category)) {
            (Some(below), Some(upper)) => log_one_minus_exp(self.slope * (upper - self.thresholds[below])),
            _ => 0.0,
        };
        reached + not_next + between
    }

    /// The probability of a category.
    pub(super) fn probability(&self, category: usize) -> f64 {
        self.log_probability(category).exp()
    }

    /// Fisher's information about the trait, per squared standard deviation.
    ///
    /// `sum of P'[k]^2 / P[k]` (Samejima 1969); as the slope of a logistic curve is `p (1 - p)`,
    /// `P'[k] = D a P[k] (1 - p[k] - p[k + 1])`, so that nothing is divided by what may be 0.
    pub(super) fn information(&self) -> f64 {
        let sum: f64 = (0..self.categories())
            .map(|category| {
                let short_of = self.logit(category).map_or(0.0, |x| logistic(-x));
                let beyond = self.logit(category + 1).map_or(0.0, logistic);
                self.probability(category) * (short_of - beyond).powi(2)
            })
            .sum();
        self.slope * self.slope * sum
    }
}

fn logistic(x: f64) -> f64 {
    (-softplus(-x)).exp()
}

/// `ln(1 + e^x)`, without overflow.
fn softplus(x: f64) -> f64 {
    x.max(0.0) + (-x.abs()).exp().ln_1p()
}

/// `ln(1 - e^-x)` for `x` above 0; finite even where `x` is too small to be told from 0.
fn log_one_minus_exp(x: f64) -> f64 {
    (-(-x.max(f64::MIN_POSITIVE)).exp_m1()).ln()
}
