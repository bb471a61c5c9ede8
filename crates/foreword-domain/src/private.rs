//! Patient data that neither `Debug` nor a log line can print.

use serde::{Deserialize, Serialize};

/// Holds patient data. It has no `Display`, and its `Debug` says only that something is there.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Private<T>(T);

impl<T> Private<T> {
    /// Wraps patient data.
    pub fn new(data: T) -> Self {
        Self(data)
    }

    /// The data itself, for the page, the message or the sealed column it is meant for.
    pub fn reveal(&self) -> &T {
        &self.0
    }

    /// The data itself, by value.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> std::fmt::Debug for Private<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("(private)")
    }
}

impl<T> From<T> for Private<T> {
    fn from(data: T) -> Self {
        Self(data)
    }
}
