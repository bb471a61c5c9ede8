//! The clock: the machine's, or one that stands still until it is moved.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use jiff::Timestamp;

/// Where a manual clock stands before it was ever moved: long before any visit, so that what is
/// imported then counts as booked early.
pub(crate) const MANUAL_START: &str = "2000-01-01T00:00:00Z";

/// Tells the time.
#[derive(Clone)]
pub(crate) enum Clock {
    /// The machine's.
    System,
    /// Microseconds since 1970, moved by `tick`.
    Manual(Arc<AtomicI64>),
}

impl Clock {
    pub(crate) fn manual(at: Timestamp) -> Self {
        Self::Manual(Arc::new(AtomicI64::new(at.as_microsecond())))
    }

    #[expect(clippy::disallowed_methods, reason = "this is the one place where the clock is read")]
    pub(crate) fn now(&self) -> Timestamp {
        match self {
            Self::System => Timestamp::now(),
            Self::Manual(at) => {
                Timestamp::from_microsecond(at.load(Ordering::Relaxed)).unwrap_or(Timestamp::UNIX_EPOCH)
            }
        }
    }

    pub(crate) fn set(&self, to: Timestamp) {
        if let Self::Manual(at) = self {
            at.store(to.as_microsecond(), Ordering::Relaxed);
        }
    }
}
