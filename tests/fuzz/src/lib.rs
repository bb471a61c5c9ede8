//! Every parser of what comes from outside, as a function that takes any bytes and looks at what came of them.
//!
//! A target ends in a panic when a parser panics, or when what it read can't be so: what is written again reads
//! otherwise, or a refusal says nothing. `tests/run fuzz` sends each a million inputs; one test sends each a thousand
//! with every change.

mod feeds;
mod fhir;
mod files;
mod heard;
mod input;
mod programs;
pub mod seeds;
mod web;

/// A parser, and what it is fed with.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// Its name.
    pub name: &'static str,
    /// Feeds it.
    pub feed: fn(&[u8]),
    /// What changes begin with.
    pub seeds: fn() -> Vec<Vec<u8>>,
    /// Words that mean something to it.
    pub words: &'static [&'static str],
    /// Bytes of the longest input that is made.
    pub longest: usize,
}

/// All of them.
pub const TARGETS: &[&[Target]] =
    &[fhir::TARGETS, feeds::TARGETS, heard::TARGETS, files::TARGETS, programs::TARGETS, web::TARGETS];

/// All of them, one after the other.
pub fn targets() -> impl Iterator<Item = &'static Target> {
    TARGETS.iter().copied().flatten()
}

#[cfg(test)]
mod tests;
