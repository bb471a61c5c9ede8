//! `kill -9` while patients answer in chats: what they were told is there, is there once, and what was
//! said twice is what was on its way at that moment.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering},
    },
    time::Duration,
};

use foreword_domain::{
    ids::ConversationId,
    response::{ItemRef, Value},
};
use foreword_store::answers;
use jiff::Timestamp;
use sea_orm::{ConnectionTrait, Database, Statement};

use crate::kit::{
    Dice, World,
    process::{Server, free_port, nap},
    telegram::{BotApi, Call, Person},
};

/// What is pressed by who has no words.
const NOTHING: &str = "I have nothing to add";
/// Patients who answer at the same time.
const PATIENTS: usize = 5;

/// How often the service is killed; `FOREWORD_TEST_CHAT_KILLS` sets it. A patient answers once a second.
fn kills() -> usize {
    std::env::var("FOREWORD_TEST_CHAT_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(30)
}

/// A clinic whose patients are in chats, with Telegram on the machine's own clock.
struct Clinic {
    world: World,
    api: Arc<BotApi>,
    people: Vec<(Person, ConversationId)>,
    port: u16,
    ticking: tokio::task::JoinHandle<()>,
}

impl Clinic {
    async fn open(patients: usize) -> Self {
        let mut world = World::new().await;
        world.leave_things_lying();
        let clock = Arc::new(AtomicI64::new(now().as_microsecond()));
        let api = BotApi::start_on(Arc::clone(&clock)).await;
        world.clock.store(now().as_microsecond(), Ordering::SeqCst);
        let start = now().checked_add(jiff::SignedDuration::from_hours(24 * 5)).unwrap();
        let start = start.strftime("%Y-%m-%dT10:00:00Z").to_string();
        let rows: Vec<String> = (0..patients)
            .map(|n| format!("C{n},Q{n},Pat{n},Test,1960-01-01,en,Europe/London,,,{start},20,North,Dr Roe,Wellbeing check,booked"))
            .collect();
        world.book(&rows.iter().map(String::as_str).collect::<Vec<_>>()).await;
        let mut people = Vec::new();
        {
            let messenger = world.messenger().await;
            for n in 0..patients {
                let person = api.user(&format!("Pat{n}"), "en");
                let visit = messenger.bind(&person, &format!("C{n}")).await;
                people.push((person, visit));
            }
        }
        let ticking = tokio::spawn(async move {
            let mut tick = tokio::time::interval(Duration::from_millis(5));
            loop {
                tick.tick().await;
                clock.store(now().as_microsecond(), Ordering::SeqCst);
            }
        });
        Self { world, api: Arc::new(api), people, port: free_port(), ticking }
    }

    fn serve(&self, crash: Option<(&str, usize)>) -> Server {
        let mut more = vec![
            ("FOREWORD__TELEGRAM__TOKEN".to_owned(), self.api.token().to_owned()),
            ("FOREWORD__TELEGRAM__API_URL".to_owned(), self.api.url().to_owned()),
        ];
        if let Some((point, after)) = crash {
            more.push(("FOREWORD_CRASH_AT".to_owned(), point.to_owned()));
            more.push(("FOREWORD_CRASH_AFTER".to_owned(), after.to_string()));
        }
        Server::start_with(&self.world.url, &self.world.folder.0, self.port, &more)
    }

    /// What stands in the ledger, in the order it came there.
    async fn ledger(&self, visit: ConversationId) -> Vec<(ItemRef, Value)> {
        let held = self
            .world
            .store
            .read(move |txn| Box::pin(async move { answers::of_conversation(txn, visit).await }));
        held.await.unwrap().into_iter().map(|answer| (answer.at, answer.value)).collect()
    }

    /// The tries that a process did not live to see the end of.
    async fn interrupted(&self) -> usize {
        let connection = Database::connect(&self.world.url).await.unwrap();
        let sql = "SELECT COUNT(*) FROM deliveries WHERE ended_at IS NULL";
        let statement = Statement::from_string(connection.get_database_backend(), sql);
        let count: i64 =
            connection.query_one_raw(statement).await.unwrap().unwrap().try_get_by_index(0).unwrap();
        usize::try_from(count).unwrap()
    }

    /// The messages that went out again as they were, each with when it first did and when once more.
    fn doubles(&self) -> Vec<(Call, Call)> {
        let mut last: BTreeMap<i64, Call> = BTreeMap::new();
        let mut found = Vec::new();
        let sent = self.api.calls().into_iter();
        for call in sent.filter(|call| call.method == "sendMessage" && call.is_applied) {
            let chat = call.chat.unwrap();
            if let Some(before) = last.insert(chat, call.clone())
                && before.given == call.given
            {
                found.push((before, call));
            }
        }
        found
    }
}

impl Drop for Clinic {
    fn drop(&mut self) {
        self.ticking.abort();
    }
}

/// Somebody who answers whatever is asked last, by button or by typing, and knows what they said.
struct Patient {
    person: Person,
    number: usize,
    /// What they answered: to this question, this.
    said: BTreeMap<String, String>,
    /// The messages they have dealt with.
    dealt: BTreeSet<i64>,
}

impl Patient {
    /// Answers the question that stands on the screen, once; tells whether there was a new one.
    async fn answer(&mut self) -> bool {
        let Some((message, buttons)) = self.person.keyboards().pop() else { return false };
        let is_question = buttons.iter().any(|(_, data)| data.contains(".k."));
        if !is_question || Some(message) != self.person.newest_of_bot() {
            return false;
        }
        if !self.dealt.insert(message) {
            return false;
        }
        let question = question(&self.person, message);
        if let Some(said) = self.said.get(&question) {
            // It is asked once more, and the answer is the same.
            let label = match buttons.iter().find(|(_, data)| data == said) {
                Some((label, _)) => label.clone(),
                None if said.is_empty() => NOTHING.to_owned(),
                None => {
                    self.person.says(said).await;
                    return true;
                }
            };
            self.person.presses_on(message, &label).await;
            return true;
        }
        let n = self.said.len();
        if let Some((label, _)) = buttons.iter().find(|(label, _)| label == NOTHING) {
            // The patient's own words, another each time.
            let words = format!("Words {} of patient {}", n + 1, self.number);
            if n.is_multiple_of(2) || n > 4 {
                self.person.presses_on(message, label).await;
                self.said.insert(question, String::new());
            } else {
                self.person.says(&words).await;
                self.said.insert(question, words);
            }
            return true;
        }
        let choices: Vec<&(String, String)> =
            buttons.iter().filter(|(_, data)| data.contains(".c.")).collect();
        let (label, data) = choices[(n * 7 + self.number) % choices.len()];
        if n.is_multiple_of(3) {
            // A number's button says its number first.
            let number: String = label.chars().take_while(char::is_ascii_digit).collect();
            if !number.is_empty() {
                self.person.says(&number).await;
                self.said.insert(question, data.clone());
                return true;
            }
        }
        self.person.presses_on(message, label).await;
        self.said.insert(question, data.clone());
        true
    }
}

/// What a message asks: its buttons say which question of which visit it is.
fn question(person: &Person, message: i64) -> String {
    let all = person.keyboards();
    let (_, buttons) = all.iter().find(|(known, _)| *known == message).unwrap();
    buttons.iter().find(|(_, data)| data.contains(".k.")).expect("every question can be left out").1.clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_given_in_a_chat_survives_kills_and_is_there_once() {
    let clinic = Clinic::open(PATIENTS).await;
    for (person, _) in &clinic.people {
        person.start("").await;
    }
    let done = Arc::new(AtomicBool::new(false));
    let answered = Arc::new(AtomicUsize::new(0));
    let told: Arc<Mutex<Vec<Patient>>> = Arc::default();
    let mut workers = Vec::new();
    for (number, (person, _)) in clinic.people.iter().enumerate() {
        let mut patient =
            Patient { person: person.clone(), number, said: BTreeMap::new(), dealt: BTreeSet::new() };
        let (done, answered, told) = (Arc::clone(&done), Arc::clone(&answered), Arc::clone(&told));
        workers.push(tokio::spawn(async move {
            let mut tick = tokio::time::interval(Duration::from_millis(20));
            while !done.load(Ordering::SeqCst) {
                tick.tick().await;
                if patient.answer().await {
                    answered.fetch_add(1, Ordering::SeqCst);
                }
            }
            told.lock().unwrap().push(patient);
        }));
    }
    let seed = 11;
    let mut dice = Dice::new(seed);
    let mut deaths: Vec<Timestamp> = Vec::new();
    // Every point in turn, and in between whenever it happens.
    let points =
        ["update-applied", "claimed", "delivered", "before-commit", "after-commit", "answer-appended"];
    let mut server = clinic.serve(None);
    for kill in 0..kills() {
        tokio::task::block_in_place(|| {
            let before = answered.load(Ordering::SeqCst);
            if kill.is_multiple_of(2) {
                nap(100 + dice.roll(700));
                server.kill();
                deaths.push(now());
            } else {
                let mut rest = 500;
                while answered.load(Ordering::SeqCst) == before && !server.has_ended() && rest > 0 {
                    nap(5);
                    rest -= 1;
                }
                if server.wait_for_end(3_000) {
                    deaths.push(now());
                } else {
                    server.kill();
                    deaths.push(now());
                }
            }
            let crash = kill
                .is_multiple_of(2)
                .then(|| (points[kill / 2 % points.len()], 2 + usize::try_from(dice.roll(8)).unwrap()));
            server = clinic.serve(crash);
        });
    }
    tokio::task::block_in_place(|| {
        server.kill();
        deaths.push(now());
        server = clinic.serve(None);
    });
    // Until everybody has been asked everything, or nothing more happens: a reply that was on its way when its
    // sender died goes again when its lease is over, 20 s later.
    let all_done = || clinic.people.iter().all(|(person, _)| person.screen().contains("Thank you"));
    let mut quiet = 0;
    while quiet < 250 && !all_done() {
        let before = answered.load(Ordering::SeqCst);
        tokio::task::block_in_place(|| nap(100));
        quiet = if answered.load(Ordering::SeqCst) == before { quiet + 1 } else { 0 };
    }
    done.store(true, Ordering::SeqCst);
    for worker in workers {
        worker.await.unwrap();
    }
    drop(server);
    let patients = std::mem::take(&mut *told.lock().unwrap());
    let mut given = 0;
    for patient in &patients {
        let visit = clinic.people[patient.number].1;
        let ledger = clinic.ledger(visit).await;
        let screen = patient.person.screen();
        let mut items: Vec<&ItemRef> = ledger.iter().map(|(at, _)| at).collect();
        items.sort();
        items.dedup();
        assert_eq!(items.len(), ledger.len(), "an answer is there twice (seed {seed}):\n{screen}");
        assert_eq!(
            ledger.len(),
            patient.said.len(),
            "an answer is missing, or one was made up (seed {seed}):\n{screen}"
        );
        let visit = clinic.world.app.visit(visit).await.unwrap();
        let order: Vec<String> = visit.script.asks.iter().map(|ask| ask.key.clone()).collect();
        for (asked, answer) in &patient.said {
            let (at, expected) = meant(&visit, &order, asked, answer);
            let held = ledger.iter().find(|(known, _)| *known == at).map(|(_, value)| value);
            assert_eq!(held.map(words), Some(words(&expected)), "{at} (seed {seed}):\n{screen}");
        }
        given += ledger.len();
        assert!(screen.contains("Thank you"), "everybody is done (seed {seed}):\n{screen}");
    }
    let (doubles, interrupted) = (clinic.doubles(), clinic.interrupted().await);
    for (first, second) in &doubles {
        let why = deaths.iter().any(|at| *at >= first.at && *at <= second.at);
        assert!(why, "{} was said again at {} for no reason (seed {seed})", first.at, second.at);
    }
    assert!(doubles.len() <= interrupted, "{} doubles, {interrupted} tries cut short", doubles.len());
    println!(
        "{given} answers of {} patients, {} deaths, {interrupted} tries cut short, {} messages doubled",
        patients.len(),
        deaths.len(),
        doubles.len()
    );
}

/// The item that was asked about and the value that was meant, from what the buttons carry.
fn meant(visit: &foreword_app::Visit, order: &[String], asked: &str, answer: &str) -> (ItemRef, Value) {
    use foreword_domain::chat::{Press, Pressed};
    let Some(Pressed { press: Press::Skip(spot), .. }) = Pressed::read(asked) else { panic!("{asked}") };
    let at = visit.script.at_spot(order, spot).unwrap();
    let value = match Pressed::read(answer) {
        Some(Pressed { press: Press::Choose(_, n), .. }) => {
            let ask = visit.script.ask(&at.ask).unwrap();
            let item = ask.instrument.items.iter().find(|item| item.id == at.item).unwrap();
            match &item.kind {
                foreword_domain::instrument::ItemKind::Scale { .. } => Value::Scale(u8::try_from(n).unwrap()),
                _ => Value::Choice(item.choices()[usize::from(n)].code.clone()),
            }
        }
        _ if answer.is_empty() => Value::Skipped,
        _ => Value::Text(answer.to_owned()),
    };
    (at, value)
}

/// A value in words, for when it differs.
fn words(value: &Value) -> String {
    match value {
        Value::Choice(code) => code.clone(),
        Value::Scale(number) => number.to_string(),
        Value::Text(text) => format!("{text:?}"),
        other => format!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn at_each_point_a_crash_leaves_the_chat_where_it_should_be() {
    // At which point, whether a message is then said twice.
    for (point, is_doubled) in
        [("update-applied", false), ("answer-appended", false), ("claimed", false), ("delivered", true)]
    {
        let clinic = Clinic::open(1).await;
        let (person, visit) = &clinic.people[0];
        let mut server = clinic.serve(None);
        person.start("").await;
        until(|| person.newest_of_bot().is_some(), point);
        // That it was said is written down, too.
        tokio::task::block_in_place(|| nap(500));
        server.kill();
        person.says("My knees").await;
        let mut server = clinic.serve(Some((point, 0)));
        assert!(tokio::task::block_in_place(|| server.wait_for_end(20_000)), "{point}: it dies");
        let begun = now();
        let _server = clinic.serve(None);
        until(|| person.screen().contains("What would you like us to do with this?"), point);
        until(|| clinic.doubles().len() == usize::from(is_doubled), point);
        // On PostgreSQL others could be sending it, and its lease runs out first.
        let waited = now().duration_since(begun).as_secs();
        let patience = if clinic.world.url.starts_with("sqlite") { 8 } else { 30 };
        assert!(waited <= patience, "{point}: the patient waited {waited} s");
        assert_eq!(clinic.ledger(*visit).await.len(), 1, "{point}");
        person.presses("1 · Talk about it").await;
        until(|| person.screen().contains("Is there something else"), point);
        assert_eq!(clinic.ledger(*visit).await.len(), 2, "{point}");
        assert_eq!(clinic.doubles().len(), usize::from(is_doubled), "{point}: {}", person.transcript());
    }
}

/// Waits until something has happened in the other process.
fn until(happened: impl Fn() -> bool, what: &str) {
    tokio::task::block_in_place(|| {
        for _ in 0..4_000 {
            if happened() {
                return;
            }
            nap(10);
        }
        panic!("{what}: it does not happen");
    });
}

#[expect(clippy::disallowed_methods, reason = "the process under test runs on the real clock")]
fn now() -> Timestamp {
    Timestamp::now()
}
