//! How long the server takes for the pages of a clinic that has a million responses, on SQLite or PostgreSQL.
//!
//! `cargo bench -p foreword-tests --bench clinic`; `RESPONSES=1000000 TIMES=1000` for so many, and
//! `DATABASE=postgres://...` for a schema of its own on that server. With `KEEP=folder` the data stay in that
//! folder (or in that schema), and are measured again the next time.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a bench reads the clock and prints what it found"
)]

#[path = "shared/clinic.rs"]
mod clinic;
#[path = "../kit/dice.rs"]
mod dice;
#[path = "shared/mass.rs"]
mod mass;
#[path = "shared/people.rs"]
mod people;
#[path = "shared/requests.rs"]
mod requests;
#[path = "shared/start.rs"]
mod start;
#[path = "shared/taken.rs"]
mod taken;

use std::{path::Path, sync::Arc, time::Instant};

use clinic::{clinic, clinic_at};
use dice::Dice;
use foreword_app::App;
use foreword_intake::{MailHook, Web};
use jiff::{
    ToSpan,
    civil::{Date, date},
};
use people::{FULLEST, People, USUAL, at, pathways};
use requests::send;
use sea_orm::{ConnectionTrait, Database, DatabaseConnection};
use start::{number, start};

/// The day whose visits are looked at, on the evening before.
const DAY: Date = date(2026, 11, 25);
/// Visits of that day.
const PATIENTS: usize = 200;
/// Days between the visits of one patient, and how many lie behind.
const APART: i32 = 60;
const EARLIER: i32 = 4;
/// Visits of the fullest patient, month for month.
const MONTHS: i32 = 24;

fn main() {
    start(run());
}

async fn run() {
    let kept = std::env::var("KEEP").ok().map(std::path::PathBuf::from);
    let own = std::env::temp_dir().join(format!("foreword-bench-clinic-{}", std::process::id()));
    let folder = kept.clone().unwrap_or(own);
    std::fs::create_dir_all(&folder).unwrap();
    let schema =
        if kept.is_some() { "bench_kept".to_owned() } else { format!("bench_{}", std::process::id()) };
    let server = std::env::var("DATABASE").ok();
    let url = match &server {
        Some(server) => {
            let admin = Database::connect(server).await.unwrap();
            admin.execute_unprepared(&format!("CREATE SCHEMA IF NOT EXISTS {schema}")).await.unwrap();
            let mark = if server.contains('?') { '&' } else { '?' };
            format!("{server}{mark}options=-csearch_path%3D{schema}")
        }
        None => format!("sqlite://{}", folder.join("clinic.db").display()),
    };
    // In a task, so that what was made is cleaned up when it fails.
    let (at, there) = (url.clone(), folder.clone());
    let done = tokio::spawn(async move { measured(&at, &there).await }).await;
    if kept.is_none() {
        if let Some(server) = server {
            let admin = Database::connect(server).await.unwrap();
            admin.execute_unprepared(&format!("DROP SCHEMA {schema} CASCADE")).await.unwrap();
        }
        std::fs::remove_dir_all(&folder).unwrap();
    }
    done.unwrap();
}

async fn measured(url: &str, folder: &Path) {
    let (app, _) = if url.starts_with("sqlite") {
        clinic(folder, "clinic", &pathways()).await
    } else {
        clinic_at(url, folder, &pathways()).await
    };
    let evening = at(DAY, -14);
    let staff =
        app.put_staff("bench", "Dr Bench", "clinician", "a long enough password", evening).await.unwrap();
    let options = foreword_store::Options { url: url.parse().unwrap() };
    let single = foreword_store::connect_single(&options).await.unwrap();
    let made = folder.join("made");
    if !made.exists() {
        let people = People { app: &app, staff, dice: Dice::new(20_261_125) };
        make(people, &single).await;
        std::fs::write(&made, "").unwrap();
    }
    for (table, count) in mass::rows(&single).await {
        println!("{table:>20}: {count:>9} rows");
    }
    println!("{:>20}: {:>9} MB", "on disk", mass::bytes(&single).await / 1_000_000);
    single.close().await.unwrap();
    measure_all(app).await;
}

/// The patients who are read, in full; between them a mass of rows like theirs.
async fn make(mut people: People<'_>, single: &DatabaseConnection) {
    let begun = Instant::now();
    let told = |what: &str| eprintln!("{what} after {:.0} s", begun.elapsed().as_secs_f64());
    let who: Vec<String> = (0..PATIENTS).map(|n| format!("Q{n}")).collect();
    for n in (1..=EARLIER).rev() {
        people.come(&who, USUAL, DAY.saturating_sub((n * APART).days())).await;
        told("visits through the service");
    }
    let responses = u64::try_from(number("RESPONSES", 100_000)).unwrap();
    let copies = mass::copy_until(single, responses).await;
    told(&format!("{copies} copies"));
    let fullest = ["F0".to_owned()];
    for n in (1..=MONTHS).rev() {
        let day = DAY.saturating_sub((n * 30).days());
        people.come(&fullest, FULLEST, day).await;
        let visit = people.see("F0", day).await;
        if n > MONTHS - 3 {
            let words = format!("Walk to the shop and back, {n} times a week");
            people.app.set_goal(people.staff, visit, &words, at(day, 2)).await.unwrap();
        }
    }
    told("the fullest patient");
    for n in 0..14 {
        let day = DAY.saturating_add((n - 1).days());
        let others: Vec<String> = (0..PATIENTS).map(|other| format!("B{n}-{other}")).collect();
        people.book(if day == DAY { &who } else { &others }, USUAL, day).await;
    }
    people.book(&fullest, FULLEST, DAY.saturating_add(1.days())).await;
    people.send(at(DAY, -4 * 24)).await;
    people.answer("F0", DAY.saturating_add(1.days()), None).await;
    for (n, patient) in who.iter().enumerate().take(PATIENTS * 9 / 10) {
        people.answer(patient, DAY, (n >= PATIENTS * 8 / 10).then_some(9)).await;
    }
    told("the days to come");
}

async fn measure_all(app: App) {
    let (times, evening) = (number("TIMES", 300), at(DAY, -14));
    let lines = app.day(at(DAY, -7), at(DAY, 17), "bench", evening).await.unwrap();
    assert_eq!(lines.len(), PATIENTS);
    let page = |what: &str, id: &dyn std::fmt::Display| format!("/clinic/{what}/{id}");
    let visits: Vec<String> = lines.iter().map(|l| page("appointments", &l.appointment.id)).collect();
    let patients: Vec<String> = lines.iter().map(|l| page("patients", &l.patient.id)).collect();
    let printed: Vec<String> = visits.iter().map(|visit| format!("{visit}/summary.pdf")).collect();
    let timelines: Vec<String> = visits.iter().map(|visit| format!("{visit}/timeline")).collect();
    let next = DAY.saturating_add(1.days());
    let fullest = app.find_appointment(&format!("F0-{next}")).await.unwrap().unwrap();
    let fullest_visit = page("appointments", &fullest);
    let lines = app.day(at(next, -7), at(next, 17), "bench", evening).await.unwrap();
    let fullest = lines.iter().find(|line| line.appointment.id == fullest).unwrap();
    let fullest_patient = page("patients", &fullest.patient.id);
    let mail = MailHook { secret: None, read: foreword_bot::mail::read_mail, arrived: Arc::new(|| ()) };
    let fonts = foreword_summary::Fonts::embedded();
    let tls = foreword_bot::mail::inbox::trust("").unwrap();
    let programs = foreword_intake::Programs::new(foreword_intake::ProgramSettings::default(), tls).unwrap();
    let router = foreword_intake::router(Web {
        app,
        clock: Arc::new(move || evening),
        hook: None,
        mail,
        fonts,
        provider: None,
        programs,
    });
    let form = "login=bench&password=a+long+enough+password";
    let (cookie, to) = send(&router, "/clinic/sign-in", "", Some(form)).await;
    assert!(!to.is_empty(), "signed in");
    let cookie = cookie.split(';').next().unwrap().to_owned();
    println!(
        "milliseconds: median, 99th percentile, longest, of how many; processor time of one, without the server's"
    );
    let one = |path: &str| vec![path.to_owned()];
    for (name, paths, times) in [
        ("first PDF", one(&printed[0]), 1),
        ("visits, opened first", visits[1..].to_vec(), PATIENTS - 1),
        ("visits", visits, times),
        ("fullest visit", one(&fullest_visit), times),
        ("summary.pdf", printed, times),
        ("fullest summary.pdf", one(&format!("{fullest_visit}/summary.pdf")), times),
        ("timelines", timelines, times),
        ("patients", patients, times),
        ("fullest patient", one(&fullest_patient), times),
        ("day list, 200 visits", one(&format!("/clinic?day={DAY}&days=1")), times),
        ("board, 2,800 visits", one("/clinic/board"), times),
    ] {
        let (mut took, before) = (Vec::with_capacity(times), processor_time());
        for n in 0..times {
            let begun = Instant::now();
            let path = &paths[n % paths.len()];
            let (_, to) = send(&router, path, &cookie, None).await;
            assert!(to.is_empty(), "{path} leads to {to}");
            took.push(begun.elapsed().as_secs_f64() * 1e3);
        }
        took.sort_by(f64::total_cmp);
        let (median, late, longest) = (took[times / 2], took[times * 99 / 100], took[times - 1]);
        #[expect(clippy::cast_precision_loss, reason = "some thousands")]
        let own = (processor_time() - before) / times as f64;
        println!("{name:>20}: {median:7.2} {late:7.2} {longest:7.2} {times:6} {own:7.2}");
    }
}

/// What all threads of this process have used, in milliseconds, where Linux says it: a hundredth of a second is
/// a tick.
fn processor_time() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    fields.skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() * 10.0
}
