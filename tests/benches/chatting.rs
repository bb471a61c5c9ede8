//! What one update of a chat costs, and how many a second are taken in and applied on SQLite: patients
//! press their way through a visit, each update kept, applied and answered in the outbox.
//!
//! `cargo bench -p foreword-tests --bench chatting`; `PATIENTS=2000` for more of them.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a bench reads the clock and prints what it found"
)]

#[path = "shared/clinic.rs"]
mod clinic;

use std::{fmt::Write, time::Instant};

use clinic::clinic;
use foreword_app::App;
use foreword_domain::{
    chat::{Press, Pressed, Tag, Update},
    consent::{Consent, Recorder},
    ids::ConversationId,
    instrument::ItemKind,
    language::Lang,
    message::Channel,
    private::Private,
    response::Respondent,
};
use foreword_intake::feeds;
use foreword_store::{Store, patients, telegram};
use jiff::Timestamp;

const NOW: &str = "2026-11-20T09:00:00Z";

fn main() {
    // `cargo test --benches` only looks whether it builds.
    if !std::env::args().any(|arg| arg == "--bench") {
        return;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(run());
}

async fn run() {
    let count: usize = std::env::var("PATIENTS").ok().and_then(|n| n.parse().ok()).unwrap_or(300);
    let folder = std::env::temp_dir().join(format!("foreword-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let app = clinic(&folder, "chatting", &[]).await;
    let patients = enter(&app, count).await;
    let presses = walk(&app, patients[0].1).await;
    let others = &patients[1..];
    let mut number = 1_000_000;
    let mut all = Vec::new();
    // As they would come: everybody's first answer, everybody's second.
    for press in &presses {
        for (chat, conversation) in others {
            number += 1;
            all.push(pressed(number, *chat, *conversation, press));
        }
    }
    println!("{} patients, {} answers each, {} updates", others.len(), presses.len(), all.len());
    let (begun, before) = (Instant::now(), Cpu::so_far());
    for batch in all.chunks(100) {
        app.0.take_updates(batch.to_vec(), now()).await.unwrap();
        let done = app.0.heed(foreword_bot::telegram::heard, &|| Some(now())).await.unwrap();
        assert_eq!((done.applied, done.refused), (batch.len(), 0));
    }
    let (wall, after) = (begun.elapsed().as_secs_f64(), Cpu::so_far());
    #[expect(clippy::cast_precision_loss, reason = "some thousands")]
    let updates = all.len() as f64;
    println!("taken in and applied: {:.0} updates a second", updates / wall);
    let each = |all: f64| all / updates * 1e3;
    println!("processor time of one update in our code: {:.3} ms", each(after.ours - before.ours));
    println!("processor time of one update in SQLite: {:.3} ms", each(after.database - before.database));
    let visit = app.0.visit(others[0].1).await.unwrap();
    assert_eq!(visit.standing.state, foreword_domain::conversation::State::Completed, "they are through");
    let parsed = all.iter().map(|update| update.raw.reveal().as_str()).collect::<Vec<_>>();
    let begun = Instant::now();
    let heard = parsed.iter().filter(|raw| foreword_bot::telegram::heard(raw).is_some()).count();
    println!("reading one update: {:.1} µs", begun.elapsed().as_secs_f64() / updates * 1e6);
    assert_eq!(heard, all.len());
    std::fs::remove_dir_all(&folder).unwrap();
}

fn now() -> Timestamp {
    NOW.parse().unwrap()
}

/// Books patients and joins a chat to each, as if they had consented.
async fn enter((app, store): &(App, Store), count: usize) -> Vec<(i64, ConversationId)> {
    let mut feed = format!("{}\n", feeds::csv::COLUMNS.join(","));
    for n in 0..count {
        let rest =
            "Ann,Example,1960-01-01,en,UTC,,,2026-11-24T09:30,20,North Clinic,Dr Roe,Wellbeing check,booked";
        writeln!(feed, "A{n},P{n},{rest}").unwrap();
    }
    let rows = feeds::csv::read(feed.as_bytes()).unwrap();
    app.book("bench", rows, now(), |_| ()).await.unwrap();
    let mut joined = Vec::new();
    for n in 0..count {
        let chat = 5_000_000 + i64::try_from(n).unwrap();
        let conversation = app.conversation_of(&format!("P{n}"), now()).await.unwrap();
        let patient = format!("P{n}");
        store
            .write(move |txn| {
                let patient = patient.clone();
                Box::pin(async move {
                    let patient = patients::by_external_id(txn, &patient).await?.unwrap().id;
                    let consent = Consent {
                        channel: Channel::Telegram,
                        text_version: "bench".to_owned(),
                        language: Lang::english(),
                        given_at: now(),
                        by: Recorder::Patient,
                        warning_shown: true,
                        withdrawn_at: None,
                    };
                    patients::give_consent(txn, patient, &consent).await?;
                    telegram::bind(txn, patient, chat, Respondent::Patient, now()).await
                })
            })
            .await
            .unwrap();
        joined.push((chat, conversation));
    }
    joined
}

/// Goes through the visit once, and tells what was pressed.
async fn walk((app, _): &(App, Store), conversation: ConversationId) -> Vec<Press> {
    use foreword_domain::{
        conversation::{Input, Said},
        message::{Inbound, InboxKey},
    };
    let mut presses = vec![Press::Wish(foreword_domain::chat::Wish::Go)];
    let whole = app.visit(conversation).await.unwrap();
    let order: Vec<String> = whole.script.asks.iter().map(|ask| ask.key.clone()).collect();
    for n in 0.. {
        let visit =
            app.visit(conversation).await.unwrap().at_door(Channel::Telegram, Respondent::Patient, now());
        let Some(place) = visit.script.next(&visit.ledger) else { break };
        let (at, spot) = (place.at(), visit.script.spot(&order, &place.at()).unwrap());
        let (press, input) = match &place.item.kind {
            ItemKind::Choice(choices) => {
                let offered = visit.script.offers(&visit.ledger, &place)[0].code.to_owned();
                let n = choices.iter().position(|choice| choice.code == offered).unwrap();
                (Press::Choose(spot, u16::try_from(n).unwrap()), Input::Codes(vec![offered]))
            }
            ItemKind::Scale { .. } => (Press::Choose(spot, 7), Input::Codes(vec!["7".to_owned()])),
            _ => (Press::Skip(spot), Input::Skip),
        };
        presses.push(press);
        let inbound = Inbound {
            key: InboxKey { source: "bench".to_owned(), id: n.to_string() },
            conversation,
            channel: Channel::Telegram,
            by: Respondent::Patient,
            at_once: 1,
            said: Said::Give { at, input },
        };
        app.receive(inbound, now()).await.unwrap();
    }
    presses
}

fn pressed(number: i64, chat: i64, conversation: ConversationId, press: &Press) -> Update {
    let data = Pressed::of(Tag::of(conversation), press.clone()).data();
    let raw = format!(
        r#"{{"update_id":{number},"callback_query":{{"id":"{number}","from":{{"id":{chat},"is_bot":false,"first_name":"Ann","language_code":"en"}},"message":{{"message_id":7,"date":1795000000,"chat":{{"id":{chat},"type":"private","first_name":"Ann"}},"text":"?"}},"chat_instance":"1","data":"{data}"}}}}"#
    );
    foreword_bot::telegram::read_update(&raw).unwrap_or(Update {
        number,
        chat: Some(chat),
        raw: Private::new(raw),
    })
}

/// Processor time so far, in seconds.
struct Cpu {
    /// The threads that run our code, with SeaORM and all other crates in it.
    ours: f64,
    /// The threads that run SQLite, one for each connection.
    database: f64,
}

impl Cpu {
    fn so_far() -> Self {
        let mut cpu = Self { ours: 0.0, database: 0.0 };
        for thread in std::fs::read_dir("/proc/self/task").unwrap().flatten() {
            let stat = std::fs::read_to_string(thread.path().join("stat")).unwrap();
            let (name, after) = stat.rsplit_once(')').unwrap();
            let fields: Vec<&str> = after.split_whitespace().collect();
            // utime and stime, in the 100 ticks a second that Linux shows to programs.
            let seconds = (fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap()) / 100.0;
            if name.contains("(sqlx-sqlite") { cpu.database += seconds } else { cpu.ours += seconds }
        }
        cpu
    }
}
