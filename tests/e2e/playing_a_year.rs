//! A year of a clinic on the manual clock: whatever feeds say and patients do, no message is unwanted, quiet,
//! late, doubled or one too many, and nobody is forgotten.

use crate::kit::{
    World,
    year::{self, Stream},
};

/// Visits of the year; `FOREWORD_TEST_YEAR` sets it.
fn visits() -> usize {
    std::env::var("FOREWORD_TEST_YEAR").ok().and_then(|n| n.parse().ok()).unwrap_or(250)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_year_with_moves_cancellations_and_no_shows_sends_nothing_that_is_not_wanted() {
    let mut world = World::with(&[], &[year::pathway()]).await;
    world.leave_things_lying();
    let (visits, seed) = (visits(), 2026);
    let stream = Stream::new(seed, visits);
    let outcome = year::play(&world.app, &world.store, &stream, seed).await;
    assert_eq!(outcome.violations, Vec::<String>::new(), "seed {seed}: {outcome:?}");
    assert_eq!(outcome.forgotten, Vec::<String>::new(), "seed {seed}: {outcome:?}");
    assert_eq!(outcome.left, 0);
    // That what was looked at is there.
    let booked = |name: &str| outcome.booked.get(name).copied().unwrap_or(0);
    assert_eq!((booked("created"), booked("rejected")), (visits, 0));
    let by = |name: &str| outcome.by.get(name).copied().unwrap_or(0);
    for (what, count, of_hundred) in [
        ("sent", outcome.sent, 100),
        ("completed", outcome.completed, 25),
        ("by mail", by("email"), 40),
        ("in a chat", by("telegram"), 20),
        ("updated", booked("updated"), 60),
        ("cancelled", booked("cancelled"), 3),
        ("unchanged", booked("unchanged"), 3),
        ("outdated", booked("outdated"), 1),
    ] {
        assert!(count * 100 >= visits * of_hundred, "only {count} {what} of {visits}: {outcome:?}");
    }
}
