//! How long the server takes for each page of a patient's, and for an answer, on SQLite.
//!
//! `cargo bench -p foreword-tests --bench pages`; `TIMES=1000` for more of each.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a bench reads the clock and prints what it found"
)]

#[path = "shared/clinic.rs"]
mod clinic;
#[path = "shared/requests.rs"]
mod requests;
#[path = "shared/start.rs"]
mod start;

use std::{sync::Arc, time::Instant};

use clinic::clinic;
use foreword_app::App;
use foreword_domain::{
    conversation::Said,
    message::{Channel, Inbound, InboxKey},
    private::Private,
    response::Respondent,
};
use foreword_intake::{MailHook, Web, feeds};
use jiff::Timestamp;
use requests::send;
use start::{number, start};

const NOW: &str = "2026-11-20T09:00:00Z";
const ROW: &str = "A1,P1,Ann,Example,1960-01-01,en,UTC,ann@home.test,,2026-11-24T09:30,20,North Clinic,Dr Roe,Wellbeing check,booked";

fn main() {
    start(run());
}

async fn run() {
    let times = number("TIMES", 300);
    let folder = std::env::temp_dir().join(format!("foreword-bench-pages-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let (app, _) = clinic(&folder, "pages", &[]).await;
    let now: Timestamp = NOW.parse().unwrap();
    let csv = format!("{}\n{ROW}\n", feeds::csv::COLUMNS.join(","));
    app.book("bench", feeds::csv::read(csv.as_bytes()).unwrap(), now, |_| ()).await.unwrap();
    let lines = app.day(Timestamp::MIN, Timestamp::MAX, "bench", now).await.unwrap();
    let token = lines[0].token.clone().unwrap().into_inner();
    let mail = MailHook { secret: None, read: foreword_bot::mail::read_mail, arrived: Arc::new(|| ()) };
    let fonts = foreword_summary::Fonts::embedded();
    a_full_day(&app, now).await;
    app.put_staff("bench", "Dr Bench", "clinician", "a long enough password", now).await.unwrap();
    let tls = foreword_bot::mail::inbox::trust("").unwrap();
    let programs = foreword_intake::Programs::new(foreword_intake::ProgramSettings::default(), tls).unwrap();
    let router = foreword_intake::router(Web {
        app,
        clock: Arc::new(move || now),
        hook: None,
        mail,
        fonts,
        provider: None,
        programs,
    });
    let link = format!("/v/{token}");
    let entered = send(&router, &link, "", Some("year=1960")).await;
    let cookie = entered.0.split(';').next().unwrap().to_owned();
    let visit = entered.1.split('?').next().unwrap().to_owned();
    send(&router, &format!("{visit}/ask-for"), &cookie, Some("wish=begin")).await;
    println!("{times} of each; milliseconds: median, 95th percentile, longest");
    for (name, path) in [
        ("link", link.clone()),
        ("question of words", format!("{visit}/q/1-1")),
        ("answers", format!("{visit}/review")),
        ("help", format!("{visit}?view=help")),
        ("copy", format!("{visit}/copy")),
        ("copy as PDF", format!("{visit}/copy.pdf")),
        ("kiosk", "/kiosk".to_owned()),
    ] {
        measure(name, times, async |_| drop(send(&router, &path, &cookie, None).await)).await;
    }
    let staff = "login=bench&password=a+long+enough+password";
    let staff = send(&router, "/clinic/sign-in", "", Some(staff)).await.0;
    let staff = staff.split(';').next().unwrap().to_owned();
    for (name, path) in [
        ("day list, 200", "/clinic?day=2026-11-25&days=1"),
        ("done of 200", "/clinic?day=2026-11-25&days=1&show=done"),
        ("board", "/clinic/board"),
        ("library", "/clinic/library"),
    ] {
        measure(name, times, async |_| drop(send(&router, path, &staff, None).await)).await;
    }
    measure("an answer, saved", times, async |n| {
        let body = format!("ask=visit-agenda&item=topic-1&nonce=nonce-{n:08}&value=words+{n}");
        let (_, to) = send(&router, &format!("{visit}/answer"), &cookie, Some(&body)).await;
        assert!(to.starts_with(&visit), "{to}");
    })
    .await;
    std::fs::remove_dir_all(&folder).unwrap();
}

/// A day of 200 visits: 80 of the patients have answered to the end, 20 have begun.
async fn a_full_day(app: &App, now: Timestamp) {
    let row = |n: usize| {
        let (hour, minute) = (8 + n / 20, 3 * (n % 20));
        format!(
            "B{n},Q{n},Ann,No{n},1960-01-01,en,UTC,ann{n}@home.test,,2026-11-25T{hour:02}:{minute:02},20,North Clinic,Dr Roe,Wellbeing check,booked"
        )
    };
    let rows: Vec<String> = (0..200).map(row).collect();
    let csv = format!("{}\n{}\n", feeds::csv::COLUMNS.join(","), rows.join("\n"));
    app.book("bench", feeds::csv::read(csv.as_bytes()).unwrap(), now, |_| ()).await.unwrap();
    for n in 0..100 {
        let conversation = app.conversation_of(&format!("Q{n}"), now).await.unwrap();
        let topics = ["My sleep", "1", "My work", "2", "no"];
        let rest = if n < 80 { 40 } else { 3 };
        for (at, text) in topics.into_iter().chain(std::iter::repeat_n("skip", rest)).enumerate() {
            let inbound = Inbound {
                key: InboxKey { source: "bench".to_owned(), id: format!("{n}-{at}") },
                conversation,
                channel: Channel::Web,
                by: Respondent::Patient,
                at_once: 1,
                said: Said::Text(Private::new(text.to_owned())),
            };
            app.receive(inbound, now).await.unwrap();
        }
    }
}

async fn measure(name: &str, times: usize, mut once: impl AsyncFnMut(usize)) {
    let mut took = Vec::with_capacity(times);
    for n in 0..times {
        let begun = Instant::now();
        once(n).await;
        took.push(begun.elapsed().as_secs_f64() * 1e3);
    }
    took.sort_by(f64::total_cmp);
    let (median, late, longest) = (took[times / 2], took[times * 95 / 100], took[times - 1]);
    println!("{name:>20}: {median:6.2} {late:6.2} {longest:6.2}");
}
