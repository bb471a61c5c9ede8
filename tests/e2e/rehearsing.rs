//! What a rehearsal says is what is then sent, byte for byte.

use std::{
    collections::BTreeSet,
    future::Future,
    path::{Path, PathBuf},
    pin::Pin,
    process::Stdio,
    sync::{Arc, Mutex},
};

use foreword_app::{book::Booked, rehearse::Rehearsed};
use foreword_domain::message::{Body, Channel, Deliver, Delivery, Outbound};
use foreword_store::{Keys, Options, Store, settings, telegram};
use jiff::{SignedDuration, Timestamp};

use crate::kit::{
    Folder, World,
    process::{clinic_in, foreword, free_port, nap, run, told},
    world::GRACE,
    year::{self, Stream},
};

/// A message as it left: channel, subject, words.
type Left = (String, Option<String>, String);

/// A way out that keeps what leaves.
struct Kept {
    channel: Channel,
    left: Arc<Mutex<Vec<Left>>>,
}

impl Deliver for Kept {
    fn channel(&self) -> Channel {
        self.channel
    }

    fn deliver<'a>(&'a self, message: &'a Outbound) -> Pin<Box<dyn Future<Output = Delivery> + Send + 'a>> {
        let (subject, text) = match &message.body {
            Body::Letter(letter) => (Some(letter.subject.clone()), letter.text()),
            Body::Post(post) => (None, post.message.as_ref().unwrap().text.clone()),
            Body::Call(call) => (None, call.clone()),
            Body::Event(event) => (None, event.body.clone()),
        };
        self.left.lock().unwrap().push((self.channel.as_str().to_owned(), subject, text));
        Box::pin(async move { Delivery::Accepted(Some(7)) })
    }
}

/// Sends what is rehearsed, instant by instant, and compares.
async fn compare(world: &World, rehearsed: &[Rehearsed]) {
    let left = Arc::new(Mutex::new(Vec::new()));
    let doors = [Channel::Email, Channel::Telegram].map(|channel| Kept { channel, left: Arc::clone(&left) });
    let doors: Vec<&dyn Deliver> = doors.iter().map(|door| door as &dyn Deliver).collect();
    let instants: BTreeSet<Timestamp> = rehearsed.iter().map(|message| message.at).collect();
    for at in instants {
        world.app.dispatch(&|| Some(at), &doors).await.unwrap();
        let mut expected: Vec<Left> = rehearsed
            .iter()
            .filter(|message| message.at == at)
            .map(|message| (message.channel.clone(), message.subject.clone(), message.text.clone()))
            .collect();
        let mut sent = std::mem::take(&mut *left.lock().unwrap());
        expected.sort();
        sent.sort();
        assert_eq!(sent, expected, "at {at}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_rehearsed_for_random_visits_is_what_is_sent() {
    let mut world = World::with(&[], &[year::pathway()]).await;
    world.leave_things_lying();
    world.app.set_bot(Some("north_bot")).await.unwrap();
    let stream = Stream::new(11, 150);
    let middle = stream.told[stream.told.len() / 2].at;
    for (n, told) in stream.told.iter().filter(|told| told.at <= middle).enumerate() {
        let row = vec![(n, Ok(told.notice.clone()))];
        let booked = world.app.book("test", row, told.at, |_| ()).await.unwrap();
        assert!(!matches!(booked[0].1, Booked::Refused(_)));
        if n % 2 == 0 {
            let person = &stream.people[stream.visits[told.visit].person];
            let chat = 9_000_000 + i64::try_from(told.visit).unwrap();
            year::join(&world.store, &person.id, chat, told.at).await;
        }
    }
    let rehearsed = world.app.rehearse(None, None, middle, |_, _| ()).await.unwrap();
    assert!(rehearsed.len() > 20, "{} messages", rehearsed.len());
    let channels: BTreeSet<&str> = rehearsed.iter().map(|message| message.channel.as_str()).collect();
    assert_eq!(channels, BTreeSet::from(["email", "telegram"]));
    // It changed nothing.
    assert_eq!(world.app.rehearse(None, None, middle, |_, _| ()).await.unwrap(), rehearsed);
    compare(&world, &rehearsed).await;
    let end = rehearsed.last().unwrap().at + SignedDuration::from_hours(1);
    let rest = world.app.rehearse(None, None, end, |_, _| ()).await.unwrap();
    assert_eq!(rest, [], "nothing else was owed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rehearsal_is_for_one_patient_or_until_a_day_and_in_their_own_time() {
    let mut world = World::new().await;
    world.leave_things_lying();
    let far = GRACE.replace("A1,P1,", "A2,P2,").replace("Europe/London", "America/New_York");
    world.book(&[GRACE, &far]).await;
    let (patient, now) = (world.app.find_patient("P2").await.unwrap(), world.now());
    assert!(patient.is_some());
    let all = world.app.rehearse(patient, None, now, |_, _| ()).await.unwrap();
    let when: Vec<(&str, &str)> = all.iter().map(|m| (m.kind.as_str(), m.local.as_str())).collect();
    assert_eq!(
        when,
        [
            ("invitation", "2026-11-20T08:00:00-05:00"),
            ("reminder", "2026-11-21T09:30:00-05:00"),
            ("last-reminder", "2026-11-23T09:30:00-05:00")
        ]
    );
    assert_eq!(all[0].time_zone, "America/New_York");
    let until = "2026-11-22T00:00:00Z".parse().unwrap();
    let some = world.app.rehearse(patient, Some(until), now, |_, _| ()).await.unwrap();
    assert_eq!(some, all[..2]);
    let both = world.app.rehearse(None, Some(until), now, |_, _| ()).await.unwrap();
    assert_eq!(both.len(), 4);
}

#[test]
fn the_command_tells_every_message_and_tick_sends_the_same() {
    let folder = Folder::new();
    let header = foreword_intake::feeds::csv::COLUMNS.join(",");
    let rows = [
        "A1,P1,Grace,Okafor,1958-03-14,en,Europe/London,grace@home.test,,2027-03-30T09:30,20,North,Dr Roe,Wellbeing check,booked",
        "A2,P2,João,Silva,1949-11-02,es,America/New_York,joao@home.test,,2027-03-15T19:30,20,North,Dr Roe,GI follow-up,booked",
    ];
    folder.write("feed.csv", &format!("{header}\n{}\n", rows.join("\n")));
    let foreword = |args: &[&str]| {
        let (code, out, err) = told(&run(clinic_in(&folder.0).args(args), ""));
        assert_eq!(code, Some(0), "{args:?}: {err}");
        out
    };
    foreword(&["import", "appointments", "feed.csv"]);
    assert_eq!(compare_with_tick(&foreword, &folder.path("mail")), 6);
    assert_eq!(foreword(&["rehearse"]).trim(), "No message will be sent.");
}

#[test]
fn what_the_demo_rehearses_is_what_is_sent() {
    let folder = Folder::new();
    let port = free_port();
    let mut demo = foreword()
        .current_dir(&folder.0)
        .args(["demo", "--port", &port.to_string()])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    while ureq::get(format!("http://127.0.0.1:{port}/readyz")).call().is_err() {
        nap(50);
    }
    demo.kill().unwrap();
    demo.wait().unwrap();
    // Its clock is put into the tester's hands; everything else stays as it is.
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let url = format!("sqlite://{}", folder.path("foreword-demo/foreword.db").display());
        let keys = Keys::open(&folder.path("foreword-demo/master.key")).unwrap();
        let store = Store::open(&Options { url: url.parse().unwrap() }, keys).await.unwrap();
        let now = now().to_string();
        store
            .write(move |txn| {
                let now = now.clone();
                Box::pin(async move {
                    settings::put(txn, "clock", "manual").await?;
                    settings::put(txn, "now", &now).await
                })
            })
            .await
            .unwrap();
    });
    let foreword = |args: &[&str]| {
        let (code, out, err) = told(&run(foreword().current_dir(&folder.0).args(args), ""));
        assert_eq!(code, Some(0), "{args:?}: {err}");
        out
    };
    let said = foreword(&["rehearse"]);
    assert!(
        said.contains("Riverside Clinic") && said.contains(&format!("http://127.0.0.1:{port}/v/")),
        "{said}"
    );
    let count = compare_with_tick(&foreword, &folder.path("foreword-demo/mail"));
    assert!(count > 5, "{count} messages");
}

/// Ticks at every instant of a rehearsal, and compares what is then in the folder of mails; tells how many.
fn compare_with_tick(foreword: &dyn Fn(&[&str]) -> String, folder: &Path) -> usize {
    let rehearsed: Vec<serde_json::Value> = serde_json::from_str(&foreword(&["rehearse", "--json"])).unwrap();
    let field = |message: &serde_json::Value, name: &str| message[name].as_str().unwrap().to_owned();
    let instants: BTreeSet<String> = rehearsed.iter().map(|message| field(message, "at")).collect();
    for at in instants {
        let before = mails(folder);
        foreword(&["tick", "--at", &at]);
        let mut sent: Vec<(String, String)> = mails(folder)
            .difference(&before)
            .map(|file| {
                let bytes = std::fs::read(file).unwrap();
                let mail = mail_parser::MessageParser::default().parse(&bytes).unwrap();
                let text = mail.body_text(0).unwrap().replace("\r\n", "\n");
                (mail.subject().unwrap().to_owned(), text.trim_end().to_owned())
            })
            .collect();
        let mut expected: Vec<(String, String)> = rehearsed
            .iter()
            .filter(|message| field(message, "at") == at)
            .map(|message| (field(message, "subject"), field(message, "text").trim_end().to_owned()))
            .collect();
        sent.sort();
        expected.sort();
        assert_eq!(sent, expected, "at {at}");
    }
    for name in ["local", "time_zone", "patient", "appointment", "kind", "channel", "language"] {
        assert!(rehearsed.iter().all(|message| !field(message, name).is_empty()), "{name}");
    }
    rehearsed.len()
}

#[expect(clippy::disallowed_methods, reason = "the demo runs on the real clock")]
fn now() -> Timestamp {
    Timestamp::now()
}

fn mails(folder: &Path) -> BTreeSet<PathBuf> {
    let Ok(mails) = std::fs::read_dir(folder) else { return BTreeSet::new() };
    let is_mail = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "eml");
    mails.flatten().map(|mail| mail.path()).filter(is_mail).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_leads_to_the_chat_with_the_same_code_each_time_and_the_code_is_used_once() {
    let mut world = World::new().await;
    world.leave_things_lying();
    world.app.set_bot(Some("north_bot")).await.unwrap();
    world.book(&[GRACE]).await;
    let now = world.now();
    let said = world.app.rehearse(None, Some(now), now, |_, _| ()).await.unwrap();
    let code = said[0].text.split("start=").nth(1).unwrap().split_whitespace().next().unwrap().to_owned();
    assert_eq!(use_code(&world, &code).await, None, "a rehearsed code opens nothing");
    world.tick().await;
    assert_ne!(use_code(&world, &code).await, None);
    assert_eq!(use_code(&world, &code).await, None);
}

async fn use_code(world: &World, code: &str) -> Option<telegram::Subject> {
    let (code, now) = (code.to_owned(), world.now());
    let used = world.store.write(move |txn| {
        let code = code.clone();
        Box::pin(async move { telegram::use_code(txn, &code, now).await })
    });
    used.await.unwrap()
}
