//! Two workers on one database, killed at any moment: every message goes out, and none goes out twice that was
//! known to have gone.

use std::collections::BTreeMap;

use foreword_store::outbox::{self, state};
use jiff::{SignedDuration, Timestamp};

use crate::kit::{
    Dice, World,
    process::{Worker, nap},
};

/// How often a worker is killed; `FOREWORD_TEST_WORKER_KILLS` sets it.
fn kills() -> usize {
    std::env::var("FOREWORD_TEST_WORKER_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(100)
}

/// Where a worker dies of itself: on both sides of every step.
const POINTS: [&str; 4] = ["before-commit", "after-commit", "claimed", "delivered"];

#[tokio::test(flavor = "multi_thread")]
async fn two_workers_that_are_killed_at_every_step_lose_no_message_and_double_none() {
    // No hour is quiet: the real clock may stand at night.
    let mut world = World::with_options(|options| options.quiet.to = options.quiet.from).await;
    world.leave_things_lying();
    let kills = kills();
    let (visits, seed) = (kills * 6, 23);
    // Messages that are due now: their visits are in three days, by the real clock.
    let now = real_now();
    world.clock.store(now.as_microsecond(), std::sync::atomic::Ordering::SeqCst);
    let start = (now + SignedDuration::from_hours(60)).strftime("%Y-%m-%dT%H:%M:00Z").to_string();
    let rows: Vec<String> = (0..visits)
        .map(|n| format!("W{n},P{n},Pat,Test,1960-01-01,en,UTC,p{n}@home.test,,{start},20,North,Dr Roe,Wellbeing check,booked"))
        .collect();
    world.book(&rows.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let owed = in_state(&world, state::QUEUED).await.into_iter().filter(|row| row.not_before <= now).count();
    assert_eq!(owed, visits);

    let mut dice = Dice::new(seed);
    let mut workers = [None, None];
    for n in 0..kills {
        tokio::task::block_in_place(|| {
            let slot = &mut workers[n % 2];
            if let Some(mut worker) = slot.take() {
                let worker: &mut Worker = &mut worker;
                worker.kill();
            }
            // Half of them die at a point, the others of a signal at any moment.
            let point = POINTS[usize::try_from(dice.roll(4)).unwrap()];
            let crash = (dice.roll(2) == 0).then(|| (point, dice.roll(12)));
            let before = written(&world);
            *slot = Some(Worker::start(&world.url, &world.folder.0, crash));
            // A kill that hits nothing proves nothing: wait until messages flow again.
            for _ in 0..300 {
                if written(&world) > before + 1 {
                    break;
                }
                nap(10);
            }
            nap(dice.roll(30));
        });
    }
    for slot in &mut workers {
        tokio::task::block_in_place(|| slot.take().unwrap().kill());
    }
    // What was on its way waits for its lease, a minute.
    let mut last = Worker::start(&world.url, &world.folder.0, None);
    for _ in 0..1200 {
        tokio::task::block_in_place(|| nap(100));
        if due(&world).await == 0 {
            break;
        }
    }
    last.kill();
    assert_eq!(due(&world).await, 0, "every message was dealt with");
    let sent = in_state(&world, state::SENT).await;
    assert_eq!(sent.len(), visits, "seed {seed}");
    let mut copies: BTreeMap<String, usize> = BTreeMap::new();
    for (_, mail) in world.mails() {
        let id = mail.lines().find(|line| line.starts_with("Message-ID")).unwrap();
        *copies.entry(id.to_owned()).or_default() += 1;
    }
    assert_eq!(copies.len(), visits, "each message is there");
    let mut doubled = 0;
    for row in &sent {
        let id = row.key.replace(':', ".");
        let copies = copies.iter().find(|(line, _)| line.contains(&id)).map_or(0, |(_, copies)| *copies);
        // Nobody can know whether a message arrived when its worker died before it wrote that down.
        let tries = usize::try_from(row.attempts).unwrap();
        assert!((1..=tries).contains(&copies), "{copies} copies after {tries} tries");
        doubled += copies - 1;
    }
    // A worker has one message on its way at a time: its death doubles one at most.
    assert!(doubled <= kills, "{doubled} of {visits} were doubled by {kills} kills");
    println!("{kills} kills, {visits} messages, {doubled} doubled");
}

/// Mails written so far.
fn written(world: &World) -> usize {
    std::fs::read_dir(world.folder.path("mail")).map_or(0, Iterator::count)
}

async fn in_state(world: &World, state: &'static str) -> Vec<outbox::Row> {
    world.store.read(move |txn| Box::pin(async move { outbox::in_state(txn, state).await })).await.unwrap()
}

async fn due(world: &World) -> usize {
    let now = world.now();
    world.store.read(move |txn| Box::pin(async move { outbox::due(txn, now).await })).await.unwrap().len()
}

#[expect(clippy::disallowed_methods, reason = "the process under test runs on the real clock")]
fn real_now() -> Timestamp {
    Timestamp::now()
}
