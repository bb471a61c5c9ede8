//! What a rehearsal says is what is then sent, byte for byte.

use std::{
    collections::BTreeSet,
    future::Future,
    path::PathBuf,
    pin::Pin,
    sync::{Arc, Mutex},
};

use foreword_app::{book::Booked, rehearse::Rehearsed};
use foreword_domain::message::{Body, Channel, Deliver, Delivery, Outbound};
use foreword_store::telegram;
use jiff::{SignedDuration, Timestamp};

use crate::kit::{
    Folder, World,
    process::{clinic_in, run, told},
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
    let rehearsed: Vec<serde_json::Value> = serde_json::from_str(&foreword(&["rehearse", "--json"])).unwrap();
    assert_eq!(rehearsed.len(), 6);
    for message in &rehearsed {
        let field = |name: &str| message[name].as_str().unwrap().to_owned();
        for name in ["at", "local", "time_zone", "patient", "appointment", "kind", "channel", "language"] {
            assert!(!field(name).is_empty(), "{name}");
        }
        let before = mails(&folder);
        foreword(&["tick", "--at", &field("at")]);
        let new: Vec<_> = mails(&folder).difference(&before).cloned().collect();
        assert_eq!(new.len(), 1, "{} {}", field("kind"), field("at"));
        let bytes = std::fs::read(&new[0]).unwrap();
        let mail = mail_parser::MessageParser::default().parse(&bytes).unwrap();
        assert_eq!(mail.subject().unwrap(), field("subject"));
        assert_eq!(mail.body_text(0).unwrap().replace("\r\n", "\n").trim_end(), field("text").trim_end());
    }
    assert_eq!(foreword(&["rehearse"]).trim(), "No message will be sent.");
}

fn mails(folder: &Folder) -> BTreeSet<PathBuf> {
    let Ok(mails) = std::fs::read_dir(folder.path("mail")) else { return BTreeSet::new() };
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
