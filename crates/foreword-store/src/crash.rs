//! Points at which a test may end the process, to prove that nothing is lost between any two steps.

/// Ends the process here, without any cleaning up, when a test build is told to by
/// `FOREWORD_CRASH_AT=name`, the `FOREWORD_CRASH_AFTER`-th time it passes (0 is the first). In
/// every other build it is nothing.
#[cfg(feature = "crash-points")]
pub fn crash_point(name: &str) {
    use std::sync::atomic::{AtomicUsize, Ordering};
    static PASSED: AtomicUsize = AtomicUsize::new(0);
    if std::env::var("FOREWORD_CRASH_AT").is_ok_and(|at| at == name) {
        let after = std::env::var("FOREWORD_CRASH_AFTER").ok().and_then(|n| n.parse().ok()).unwrap_or(0);
        if PASSED.fetch_add(1, Ordering::SeqCst) >= after {
            std::process::abort();
        }
    }
}

/// Nothing: this build has no crash points.
#[cfg(not(feature = "crash-points"))]
#[inline]
pub fn crash_point(_name: &str) {}
