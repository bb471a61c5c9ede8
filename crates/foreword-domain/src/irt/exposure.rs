//! How often each item of a bank is asked, over many sittings: an item asked of all is worn out, one
//! asked of none is of no use.

use super::{bank::Bank, path::Path};

/// Counts of how often each item was asked; skipped items were asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exposure {
    paths: u32,
    times: Vec<u32>,
}

impl Exposure {
    /// Nothing counted yet, for the items of a bank.
    pub fn new(bank: &Bank) -> Self {
        Self { paths: 0, times: vec![0; bank.items().len()] }
    }

    /// Counts one sitting of this bank.
    pub fn count(&mut self, path: &Path) {
        self.paths = self.paths.saturating_add(1);
        for step in &path.steps {
            if let Some(times) = self.times.get_mut(step.item) {
                *times = times.saturating_add(1);
            }
        }
    }

    /// How many sittings were counted.
    pub fn paths(&self) -> u32 {
        self.paths
    }

    /// The share of sittings each item was asked in, 0 to 1, in the order of the bank; all 0 before the
    /// first sitting.
    pub fn rates(&self) -> Vec<f64> {
        let of = f64::from(self.paths.max(1));
        self.times.iter().map(|times| f64::from(*times) / of).collect()
    }
}
