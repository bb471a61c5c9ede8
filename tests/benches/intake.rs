//! How many filled-in forms a second are taken in for good, beside a loop that writes the same rows by plain SQL
//! in the same run: one PHQ-9 with its delivery, answers, response, score and audit row, each told as taken in only
//! once it is on disk.
//!
//! `cargo bench -p foreword-tests --bench intake`; `FORMS=3000` for so many each time, `DATABASE=postgres://...` for
//! PostgreSQL (a schema of its own is made there and dropped), `FOLDER=/var/tmp` for another disk. They come by
//! FHIR, as programs send them; with `DOOR=receive` without that, straight to the verb behind every door. Last, 64
//! clients send so many a second in all (`PACE=300`), whether what they sent before was answered or not.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a bench reads the clock and prints what it found"
)]

#[path = "shared/clinic.rs"]
mod clinic;
#[path = "shared/door.rs"]
mod door;
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
use door::Door;
use foreword_app::{App, access::roles::Held, catalog::File};
use foreword_domain::ids::ConversationId;
use foreword_intake::feeds;
use jiff::Timestamp;
use plain::{Plain, Row};
use sea_orm::{ConnectionTrait, Database, prelude::Uuid};
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
    let pace = number("PACE", 300);
    let booked = book(&app, forms * (CLIENTS.len() * 2 + 1)).await;
    let name = std::env::var("DOOR").unwrap_or_else(|_| "fhir".to_owned());
    let door = Door::open(&name, &app, now()).await;
    let plain = Arc::new(Plain::open(&url, door.is_for_programs()).await);
    let mut left = booked.chunks(forms);
    println!("{forms} forms each by {name}; milliseconds: median, 99th percentile, longest");
    for clients in CLIENTS {
        let (ours, theirs) = (left.next().unwrap().to_vec(), left.next().unwrap());
        let theirs_too = plain.patients(&ours).await;
        let (before, asked) = (store.commits(), store.statements());
        let a = measure("foreword", clients, theirs_too, hand_in(&door)).await;
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
    let sent = plain.patients(left.next().unwrap()).await;
    paced(64, pace, sent, hand_in(&door)).await;
    plain.check(forms * (CLIENTS.len() * 2 + 1)).await;
    drop((app, store, plain, door));
    if let Some(server) = server {
        execute(&server, &format!("DROP SCHEMA {schema} CASCADE")).await;
    }
    std::fs::remove_dir_all(&folder).unwrap();
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
    println!("{name:>9}, {clients:>2} clients: {a_second:>6.0} a second; {}", quantiles(took));
    a_second
}

/// Does something with each of what there is to do, by so many clients that send so many a second in all, each at its
/// time. How long one takes counts from when it was due.
async fn paced<T, F, D>(clients: usize, a_second: usize, all: Vec<T>, work: F)
where
    T: Send + 'static,
    F: Fn(T) -> D + Clone + Send + 'static,
    D: Future<Output = ()> + Send + 'static,
{
    let (begun, count) = (Instant::now(), all.len());
    let mut shares: Vec<Vec<(Instant, T)>> = (0..clients).map(|_| Vec::new()).collect();
    for (n, one) in all.into_iter().enumerate() {
        let due = begun + Duration::from_secs_f64(as_f64(n) / as_f64(a_second));
        shares[n % clients].push((due, one));
    }
    let clients_at_work: Vec<_> = shares
        .into_iter()
        .map(|share| {
            let work = work.clone();
            tokio::spawn(async move {
                let mut took = Vec::new();
                for (due, one) in share {
                    tokio::time::sleep_until(due.into()).await;
                    work(one).await;
                    took.push(due.elapsed());
                }
                took
            })
        })
        .collect();
    let mut took: Vec<Duration> = Vec::new();
    for client in clients_at_work {
        took.extend(client.await.unwrap());
    }
    let reached = as_f64(count) / begun.elapsed().as_secs_f64();
    println!(" foreword, {clients} clients, {a_second} a second: {reached:.0} reached; {}", quantiles(took));
}

fn quantiles(mut took: Vec<Duration>) -> String {
    took.sort_unstable();
    let at = |percent: usize| took[(took.len() - 1) * percent / 100].as_secs_f64() * 1e3;
    format!("{:.1} / {:.1} / {:.1}", at(50), at(99), at(100))
}

/// Handing in through a door.
fn hand_in(
    door: &Door,
) -> impl Fn((ConversationId, Uuid)) -> std::pin::Pin<Box<dyn Future<Output = ()> + Send>> + Clone + Send + 'static
{
    let door = door.clone();
    move |(conversation, patient)| {
        let door = door.clone();
        Box::pin(async move { door.hand_in(conversation, patient).await })
    }
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
