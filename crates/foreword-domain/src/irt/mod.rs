//! Item response theory for banks of patient-reported outcomes: how a few answers, chosen one after the
//! other, become an estimate with its error. Knows items by their parameters alone, not their words.
//!
//! The model is the graded response model (Samejima F. Estimation of latent ability using a response
//! pattern of graded scores. Psychometrika Monograph 17, 1969). An item has a slope `a` and rising
//! thresholds `b[1] < b[2] < ...`; with `theta` the trait in standard deviations of the reference
//! population,
//!
//! ```text
//! P(category >= k | theta) = 1 / (1 + exp(-D a (theta - b[k])))
//! ```
//!
//! and the probability of a category is the difference of two such curves. [`Engine`] computes what the
//! rest needs once per bank; [`Engine::estimate`] scores any set of answers, [`Engine::best`] says which
//! item would tell most.
//!
//! Ties are decided by the lowest place in the bank, sums run in the order of the bank: the same answers
//! give the same bits, in whatever order they came.

mod bank;
mod engine;
mod model;
mod select;

pub use bank::{Answered, Bank, Fault, Item, NoSuchAnswer};
pub use engine::{Engine, Estimate, Posterior};
pub use model::{Grid, Metric, Model, Prior};
pub use select::{Choice, Criterion};

#[cfg(test)]
mod tests;
