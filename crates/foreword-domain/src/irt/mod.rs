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
//! rest needs once per bank; [`Engine::estimate`] scores any set of answers, [`next()`] says what to ask
//! after given answers, and [`path()`] replays a sitting that was paused, resumed or changed.
//!
//! Ties are decided by the lowest place in the bank, sums run in the order of the bank: the same answers
//! give the same bits, in whatever order they came.

mod adaptive;
mod bank;
mod engine;
mod exposure;
mod model;
mod path;
mod select;
mod stop;

pub use adaptive::{Adaptive, Area, Next, next};
pub use bank::{Answered, Bank, Fault, Item, NoSuchAnswer};
pub use engine::{Engine, Estimate, Posterior};
pub use exposure::Exposure;
pub use model::{Grid, Metric, Model, Prior};
pub use path::{Path, Step, path};
pub use select::{Choice, Criterion};
pub use stop::{Reason, Stop};

#[cfg(test)]
mod tests;
