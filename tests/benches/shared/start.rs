//! How a bench begins, and the numbers it is told.

/// Runs a bench; `cargo test --benches` only looks whether it builds.
pub fn start(bench: impl Future<Output = ()>) {
    if !std::env::args().any(|arg| arg == "--bench") {
        return;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(bench);
}

/// What the environment says, or else what is usual.
pub fn number(name: &str, default: usize) -> usize {
    std::env::var(name).ok().and_then(|n| n.parse().ok()).unwrap_or(default)
}
