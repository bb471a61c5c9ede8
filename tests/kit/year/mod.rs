//! A year of a clinic, played on the manual clock: what feeds say, what patients do, what is sent; and rules
//! that every message is looked at by, that know nothing of how it was planned.

mod door;
mod stream;
mod truth;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use foreword_app::{App, access, book::Booked, catalog::File};
use foreword_domain::{
    booking::Notice,
    consent::{Consent, Recorder},
    conversation::{Said, State},
    language::Lang,
    message::{Channel, Deliver, Inbound, InboxKey},
    private::Private,
    response::Respondent,
};
use foreword_store::{
    Store, conversations,
    outbox::{self, Lane},
    patients, telegram,
};
use jiff::{SignedDuration, Timestamp};

use super::dice::Dice;
use door::Door;
pub use stream::{Stream, Told};
use truth::Truth;

/// The pathway of its visits: two items.
pub const PATHWAY: &str = r#"id = "quick-check"
version = "1"
title = "Quick check"
goal = "Patient and nurse see together how worry has changed."
reader = "The nurse who sees the patient"
expected_action = "Begin with what has changed."

[trigger]
types = ["Quick check"]

[[ask]]
instrument = "gad-2"
"#;

/// The file it stands in.
pub fn pathway() -> File {
    File { name: "quick-check.toml".to_owned(), text: PATHWAY.to_owned() }
}

/// What came of a year.
#[derive(Debug, Default)]
pub struct Outcome {
    /// What feeds said, by what became of it.
    pub booked: BTreeMap<&'static str, usize>,
    /// Messages that a channel took.
    pub sent: usize,
    /// Of those, by which channel.
    pub by: BTreeMap<&'static str, usize>,
    /// Visits answered to the end, declined, and patients who stopped all messages.
    pub completed: usize,
    pub declined: usize,
    pub stopped: usize,
    /// What no message may do, and did.
    pub violations: Vec<String>,
    /// Visits of which nobody was told who should have been.
    pub forgotten: Vec<String>,
    /// Messages that were due at the end.
    pub left: usize,
}

/// What a patient did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Did {
    Completed,
    Begun,
    Declined,
    Stopped,
    Nothing,
}

/// What happens at an instant besides messages.
enum Act {
    /// A feed says something.
    Tell(usize),
    /// A patient answers, by the number of the visit.
    Answer(usize),
}

/// Plays a stream to its end.
pub async fn play(app: &App, store: &Store, stream: &Stream, seed: u64) -> Outcome {
    let mut dice = Dice::new(seed ^ 0x5eed);
    let truth = Arc::new(Mutex::new(Truth::of(stream)));
    let doors = [Door::new(Channel::Email, &truth, seed), Door::new(Channel::Telegram, &truth, seed)];
    let doors: Vec<&dyn Deliver> = doors.iter().map(|door| door as &dyn Deliver).collect();
    let mut outcome = Outcome::default();
    let mut acts: BTreeMap<(Timestamp, usize), Act> = BTreeMap::new();
    for (n, told) in stream.told.iter().enumerate() {
        acts.insert((told.at, n), Act::Tell(n));
    }
    let mut number = stream.told.len();
    let mut now = stream.told[0].at;
    loop {
        let next = acts.keys().next().map(|(at, _)| *at);
        let due = next_due(store, now).await;
        let (at, is_due) = match (next, due) {
            (None, None) => break,
            (Some(next), Some(due)) if due <= next => (due, true),
            (None, Some(due)) => (due, true),
            (Some(next), _) => (next, false),
        };
        now = now.max(at);
        truth.lock().unwrap().now = now;
        if is_due {
            if app.dispatch(&|| Some(now), &doors).await.unwrap().is_empty() {
                // As many went out in this second as a messenger takes.
                now += SignedDuration::from_secs(1);
            }
            let invited: Vec<usize> = truth.lock().unwrap().take_invited();
            for visit in invited {
                if let Some(later) = stream.visits[visit].answers(&mut dice, now) {
                    number += 1;
                    acts.insert((later, number), Act::Answer(visit));
                }
            }
            continue;
        }
        let (_, act) = acts.pop_first().expect("there is one");
        match act {
            Act::Tell(n) => {
                let told = &stream.told[n];
                let booked = tell(app, &told.notice, now).await;
                let name = booked.as_str();
                *outcome.booked.entry(name).or_default() += 1;
                let known = app.find_appointment(&told.notice.appointment_id).await.unwrap();
                let id = known.map(|id| id.to_string());
                let is_first = truth.lock().unwrap().tell(told, name, id);
                if is_first && let Some(chat) = stream.people[stream.visits[told.visit].person].chat {
                    join(store, &stream.people[stream.visits[told.visit].person].id, chat, now).await;
                }
            }
            Act::Answer(visit) => {
                let said = say(app, store, &stream.visits[visit].id, now, &mut dice).await;
                truth.lock().unwrap().said(visit, said);
                match said {
                    Did::Completed => outcome.completed += 1,
                    Did::Declined => outcome.declined += 1,
                    Did::Stopped => outcome.stopped += 1,
                    Did::Begun | Did::Nothing => {}
                }
            }
        }
    }
    let left = store.read(|txn| Box::pin(async move { outbox::due(txn, Timestamp::MAX).await })).await;
    outcome.left = left.unwrap().len();
    let truth = truth.lock().unwrap();
    outcome.sent = truth.sent;
    outcome.by.clone_from(&truth.by);
    outcome.violations.clone_from(&truth.violations);
    outcome.forgotten = truth.forgotten(stream);
    outcome
}

async fn next_due(store: &Store, now: Timestamp) -> Option<Timestamp> {
    store
        .read(move |txn| Box::pin(async move { outbox::next_due(txn, Lane::Planned, now).await }))
        .await
        .unwrap()
}

async fn tell(app: &App, notice: &Notice, now: Timestamp) -> Booked {
    let booked = app.book("year", vec![(1, Ok(notice.clone()))], now, |_| ()).await.unwrap();
    booked.into_iter().next().expect("one outcome for one message").1
}

/// A patient joins the bot, and agrees to be written to there.
pub async fn join(store: &Store, patient: &str, chat: i64, now: Timestamp) {
    let patient = patient.to_owned();
    store
        .write(move |txn| {
            let patient = patient.clone();
            Box::pin(async move {
                let patient = patients::by_external_id(txn, &patient).await?.expect("they are there").id;
                if !telegram::chats_of(txn, patient).await?.is_empty() {
                    return Ok(());
                }
                let consent = Consent {
                    channel: Channel::Telegram,
                    text_version: "year".to_owned(),
                    language: Lang::english(),
                    given_at: now,
                    by: Recorder::Patient,
                    warning_shown: true,
                    withdrawn_at: None,
                };
                patients::give_consent(txn, patient, &consent).await?;
                let row = telegram::Chat {
                    chat,
                    standing: (),
                    failed_checks: 0,
                    locked_until: None,
                    prompt: None,
                    pause_until: None,
                    heard_at: Some(now),
                    unreachable_at: None,
                    unreachable_why: None,
                };
                telegram::put_chat(txn, &row, now).await?;
                telegram::bind(txn, patient, chat, Respondent::Patient, now).await
            })
        })
        .await
        .unwrap();
}

/// A patient says what they have to say; not everybody gets to the end.
async fn say(app: &App, store: &Store, visit: &str, now: Timestamp, dice: &mut Dice) -> Did {
    let Ok(Some(appointment)) = app.find_appointment(visit).await else { return Did::Nothing };
    let known =
        store.read(move |txn| Box::pin(async move { conversations::about(txn, appointment).await })).await;
    let Some(conversation) = known.unwrap().map(|known| known.id) else { return Did::Nothing };
    let (words, ends): (&[&str], Did) = match dice.roll(100) {
        0..4 => (&["STOP"], Did::Stopped),
        4..10 => (&["decline", "yes"], Did::Declined),
        10..20 => (&["", "0"], Did::Begun),
        _ => (&["", "0", "1", "yes", "yes"], Did::Completed),
    };
    for word in words {
        let said = match *word {
            "" => Said::Here,
            word => Said::Text(Private::new(word.to_owned())),
        };
        let inbound = Inbound {
            key: InboxKey { source: "terminal".to_owned(), id: access::nonce() },
            conversation,
            channel: Channel::Terminal,
            by: Respondent::Patient,
            at_once: 1,
            said,
        };
        match app.receive(inbound, now).await {
            Ok(received) if received.visit.standing.state == State::Completed => return Did::Completed,
            Ok(received) if received.visit.standing.state == State::Declined => return Did::Declined,
            Ok(_) => {}
            // The visit is over or was cancelled in the meantime.
            Err(_) => return Did::Nothing,
        }
    }
    match ends {
        Did::Completed | Did::Declined => Did::Begun,
        ends => ends,
    }
}
