//! How many filled-in forms a second are taken in for good, beside a loop that writes the same rows by plain SQL
//! in the same run: one PHQ-9 with its delivery, answers, response, score and audit row, each told as taken in only
//! once it is on disk.
//!
//! `cargo bench -p foreword-tests --bench intake`; `FORMS=3000` for so many each time, `DATABASE=postgres://...` for
//! PostgreSQL (a schema of its own is made there and dropped), `FOLDER=/var/tmp` for another disk.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a bench reads the clock and prints what it found"
)]

#[path = "shared/clinic.rs"]
mod clinic;
#[path = "shared/plain.rs"]
mod plain;
#[path = "shared/start.rs"]
mod start;

use std::{
    fmt::Write,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use clinic::{clinic, clinic_at};
use foreword_app::{App, access::roles::Held, catalog::File};
use foreword_domain::{
    conversation::{Said, State},
    ids::ConversationId,
    message::{Channel, Inbound, InboxKey},
    response::{Respondent, Value},
};
use foreword_intake::feeds;
use jiff::Timestamp;
use plain::{Plain, Row};
use sea_orm::{ConnectionTrait, Database};
use start::{number, start};

const CLINIC: &str = "North Clinic";
const NOW: &str = "2026-11-20T09:00:00Z";

/// Programs that hand in at the same time.
const CLIENTS: [usize; 3] = [1, 16, 64];

fn main() {
    start(run());
}

async fn run() {
    let forms = number("FORMS", 2000);
    let folder = std::env::var("FOLDER").map_or_else(|_| std::env::temp_dir(), PathBuf::from);
    let folder = folder.join(format!("foreword-bench-intake-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let server = std::env::var("DATABASE").ok();
    let schema = format!("bench_{}", std::process::id());
    let url = match &server {
        None => format!("sqlite://{}", folder.join("intake.db").display()),
        Some(server) => {
            execute(server, &format!("CREATE SCHEMA {schema}")).await;
            let mark = if server.contains('?') { '&' } else { '?' };
            format!("{server}{mark}options=-csearch_path%3D{schema}")
        }
    };
    let (app, store) = match server {
        None => clinic(&folder, "intake", &[pathway()]).await,
        Some(_) => clinic_at(&url, &folder, &[pathway()]).await,
    };
    watch_over(&app).await;
    let booked = book(&app, forms * CLIENTS.len() * 2).await;
    let plain = Arc::new(Plain::open(&url).await);
    let mut left = booked.chunks(forms);
    println!("{forms} forms each; milliseconds: median, 99th percentile, longest");
    for clients in CLIENTS {
        let (ours, theirs) = (left.next().unwrap().to_vec(), left.next().unwrap());
        let (before, asked) = (store.commits(), store.statements());
        let handing_in = app.clone();
        let hand_in = move |conversation| {
            let app = handing_in.clone();
            async move { hand_in(&app, conversation).await }
        };
        let a = measure("foreword", clients, ours.clone(), hand_in).await;
        println!("          {:.1} statements a form", as_f64_of(store.statements() - asked) / as_f64(forms));
        if let (Some(before), Some(after)) = (before, store.commits()) {
            println!("          {:.1} forms in a commit", as_f64(forms) / as_f64_of(after - before));
        }
        let rows = plain.rows(&ours, theirs).await;
        let writing = Arc::clone(&plain);
        let write = move |row: Row| {
            let plain = Arc::clone(&writing);
            async move { plain.write(&row).await }
        };
        let b = measure("plain SQL", clients, rows, write).await;
        println!("          {:.0} % of plain SQL", 100.0 * a / b);
    }
    plain.check(forms * CLIENTS.len() * 2).await;
    drop((app, store, plain));
    if let Some(server) = server {
        execute(&server, &format!("DROP SCHEMA {schema} CASCADE")).await;
    }
    std::fs::remove_dir_all(&folder).unwrap();
}

/// One form handed in. What is measured is this, whichever door it goes through.
async fn hand_in(app: &App, conversation: ConversationId) {
    // Nothing that has to be told anybody at once.
    let values = ["q1", "q2", "q3", "q4", "q5", "q6", "q7", "q8", "q9", "difficulty"]
        .into_iter()
        .map(|item| (item.to_owned(), Value::Choice(if item == "q9" { "0" } else { "1" }.to_owned())))
        .collect();
    let inbound = Inbound {
        key: InboxKey { source: "bench".to_owned(), id: conversation.to_string() },
        conversation,
        channel: Channel::Web,
        by: Respondent::Patient,
        at_once: 1,
        said: Said::Fill { ask: "phq-9".to_owned(), values, is_done: true },
    };
    let received = app.receive(inbound, now()).await.unwrap();
    assert_eq!((received.answered.len(), received.visit.standing.state), (10, State::Completed));
}

/// Does something with each of what there is to do, by so many clients at a time; tells how many a second.
async fn measure<T, F, D>(name: &str, clients: usize, all: Vec<T>, work: F) -> f64
where
    T: Clone + Send + Sync + 'static,
    F: Fn(T) -> D + Clone + Send + 'static,
    D: Future<Output = ()> + Send + 'static,
{
    let (all, next) = (Arc::new(all), Arc::new(AtomicUsize::new(0)));
    let begun = Instant::now();
    let clients_at_work: Vec<_> = (0..clients)
        .map(|_| {
            let (all, next, work) = (Arc::clone(&all), Arc::clone(&next), work.clone());
            tokio::spawn(async move {
                let mut took = Vec::new();
                while let Some(one) = all.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let begun = Instant::now();
                    work(one.clone()).await;
                    took.push(begun.elapsed());
                }
                took
            })
        })
        .collect();
    let mut took: Vec<Duration> = Vec::new();
    for client in clients_at_work {
        took.extend(client.await.unwrap());
    }
    let a_second = as_f64(all.len()) / begun.elapsed().as_secs_f64();
    took.sort_unstable();
    let at = |percent: usize| took[(took.len() - 1) * percent / 100].as_secs_f64() * 1e3;
    println!(
        "{name:>9}, {clients:>2} clients: {a_second:>6.0} a second; {:.1} / {:.1} / {:.1}",
        at(50),
        at(99),
        at(100)
    );
    a_second
}

/// Sees to it that the PHQ-9 may be asked: a safety plan, and somebody who looks.
async fn watch_over(app: &App) {
    for (login, name) in [("roe", "Dr Roe"), ("lee", "Nurse Lee"), ("okoro", "Dr Okoro")] {
        let held = [Held { role: "clinician".to_owned(), clinic: Some(CLINIC.to_owned()) }];
        app.put_staff_with(login, name, &held, "a long enough password", now()).await.unwrap();
    }
    let mut plan = format!(
        "clinic = \"{CLINIC}\"\nversion = \"1\"\nowner = \"okoro\"\ntime_zone = \"UTC\"\n\n[chain]\ndeputy = \"lee\"\n\
         safety_lead = \"okoro\"\n\n[[on_call]]\nperson = \"roe\"\n\n[deadlines]\nred_minutes = 30\n\
         step_minutes = 15\n\n[hours]\nfri = [\"08:30-17:30\"]\n"
    );
    for login in ["roe", "lee", "okoro"] {
        write!(
            plan,
            "\n[people.{login}]\nemail = \"{login}@staff.test\"\n\
             webhook = \"https://pager.test/{login}\"\n"
        )
        .unwrap();
    }
    for lang in ["en", "es", "de", "fr", "ar"] {
        write!(plan, "\n[crisis.{lang}]\nnumbers = [\"112\"]\n").unwrap();
    }
    let (_, checked) = app.set_safety_plan("plan.toml", &plan, "operator", now()).await.unwrap();
    assert_eq!((checked.faults, checked.missing), (vec![], vec![]));
    let missing = app.activate_pathway("form", CLINIC, true, "operator", now()).await.unwrap();
    assert_eq!(missing, Vec::<String>::new());
    app.watch(now()).await.unwrap();
}

/// Books visits that ask the PHQ-9 and nothing else.
async fn book(app: &App, count: usize) -> Vec<ConversationId> {
    let mut feed = format!("{}\n", feeds::csv::COLUMNS.join(","));
    for n in 0..count {
        let rest = "Ann,Example,1960-01-01,en,UTC,,,2026-11-24T09:30,20,North Clinic,Dr Roe,Form,booked";
        writeln!(feed, "A{n},P{n},{rest}").unwrap();
    }
    let rows = feeds::csv::read(feed.as_bytes()).unwrap();
    app.book("bench", rows, now(), |_| ()).await.unwrap();
    let mut booked = Vec::with_capacity(count);
    for n in 0..count {
        booked.push(app.conversation_of(&format!("P{n}"), now()).await.unwrap());
    }
    booked
}

fn pathway() -> File {
    let text = "id = \"form\"\nversion = \"1\"\ntitle = \"Form\"\ngoal = \"One form is taken in.\"\n\
        reader = \"The clinician who sees the patient\"\nexpected_action = \"Look at the score.\"\n\n\
        [trigger]\ntypes = [\"Form\"]\n\n[[ask]]\ninstrument = \"phq-9\"\n";
    File { name: "form.toml".to_owned(), text: text.to_owned() }
}

async fn execute(server: &str, sql: &str) {
    let connection = Database::connect(server).await.unwrap();
    connection.execute_unprepared(sql).await.unwrap();
    connection.close().await.unwrap();
}

fn now() -> Timestamp {
    NOW.parse().unwrap()
}

#[expect(clippy::cast_precision_loss, reason = "some thousands")]
fn as_f64(count: usize) -> f64 {
    count as f64
}

fn as_f64_of(count: u64) -> f64 {
    as_f64(usize::try_from(count).unwrap())
}
