//! How fast appointments are taken in from one large file, and how fast messages that are due go out, with
//! channels that take everything at once, on SQLite.
//!
//! `cargo bench -p foreword-tests --bench timetable`; `VISITS=100000 DUE=10000` for so many. With `YEAR=20000`
//! a year of a clinic with so many visits is played besides.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a bench reads the clock and prints what it found"
)]

#[path = "shared/clinic.rs"]
mod clinic;
#[path = "../kit/dice.rs"]
mod dice;
#[path = "shared/start.rs"]
mod start;
#[path = "shared/taken.rs"]
mod taken;
#[path = "../kit/year/mod.rs"]
mod year;

use std::{fmt::Write, time::Instant};

use clinic::clinic;
use foreword_app::App;
use foreword_intake::feeds;
use jiff::Timestamp;
use start::{number, start};
use taken::Taken;

const NOW: &str = "2026-11-20T09:00:00Z";

fn main() {
    start(run());
}

fn now() -> Timestamp {
    NOW.parse().unwrap()
}

async fn run() {
    let folder = std::env::temp_dir().join(format!("foreword-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let (app, _) = clinic(&folder, "import", &[year::pathway()]).await;
    let visits = number("VISITS", 20_000);
    // Far ahead: nothing of it is due.
    took("taken in", visits, Box::pin(book(&app, visits, "2027-03-02T09:30"))).await;
    took("taken in again", visits, Box::pin(book(&app, visits, "2027-03-02T09:30"))).await;
    let (app, _) = clinic(&folder, "due", &[year::pathway()]).await;
    let due = number("DUE", 2_000);
    Box::pin(book(&app, due, "2026-11-25T09:30")).await;
    let sending = async {
        let done = app.dispatch(&|| Some(now()), &[&Taken]).await.unwrap();
        assert_eq!(done.iter().filter(|done| done.outcome == "sent").count(), due);
    };
    took("sent", due, Box::pin(sending)).await;
    let visits = number("YEAR", 0);
    if visits > 0 {
        let (app, store) = clinic(&folder, "year", &[year::pathway()]).await;
        let stream = year::Stream::new(2026, visits);
        let begun = Instant::now();
        let outcome = Box::pin(year::play(&app, &store, &stream, 2026)).await;
        println!("a year of {visits} visits: {:.0} s", begun.elapsed().as_secs_f64());
        println!("{:?}, {} sent by {:?}", outcome.booked, outcome.sent, outcome.by);
        println!(
            "{} completed, {} declined, {} stopped; {} violations, {} forgotten, {} left",
            outcome.completed,
            outcome.declined,
            outcome.stopped,
            outcome.violations.len(),
            outcome.forgotten.len(),
            outcome.left
        );
    }
    std::fs::remove_dir_all(&folder).unwrap();
}

async fn took(what: &str, count: usize, work: impl Future<Output = ()>) {
    let begun = Instant::now();
    work.await;
    let seconds = begun.elapsed().as_secs_f64();
    #[expect(clippy::cast_precision_loss, reason = "some thousands")]
    let each = count as f64 / seconds;
    println!("{count} {what}: {seconds:.1} s, {each:.0} a second, {:.0} a minute", each * 60.0);
}

async fn book(app: &App, count: usize, start: &str) {
    let mut feed = format!("{}\n", feeds::csv::COLUMNS.join(","));
    for n in 0..count {
        writeln!(feed, "A{n},P{n},Ann,Example,1960-01-01,en,UTC,p{n}@home.test,,{start},20,North Clinic,Dr Roe,Wellbeing check,booked").unwrap();
    }
    let rows = feeds::csv::read(feed.as_bytes()).unwrap();
    app.book("bench", rows, now(), |_| ()).await.unwrap();
}
