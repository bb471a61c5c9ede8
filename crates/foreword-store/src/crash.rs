//! Points at which a test may end the process, to prove that nothing is lost between any two steps.

/// Ends the process here, without any cleaning up, when the test build is told to by
/// `FOREWORD_CRASH_AT=name`. In every other build it is nothing.
#[inline]
pub fn crash_point(name: &str) {
    #[cfg(feature = "crash-points")]
    if std::env::var("FOREWORD_CRASH_AT").is_ok_and(|at| at == name) {
        std::process::abort();
    }
    #[cfg(not(feature = "crash-points"))]
    let _ = name;
}
