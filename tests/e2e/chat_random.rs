//! Three patients at two telephones answer by buttons, by typing and on the web, all mixed up, while
//! updates come late, twice and in another order and replies get lost: in the end each answer is there
//! once, it is the one they gave, and no question was asked once it was answered.

use std::collections::BTreeMap;

use foreword_app::{Visit, access, catalog::File};
use foreword_domain::{
    chat::{Press, Pressed, Spot, Tag, Wish},
    conversation::{Input, Said, State},
    ids::ConversationId,
    message::{Channel, Inbound, InboxKey},
    response::{Answer, ItemRef, Ledger, Respondent, Value},
};
use foreword_store::answers;
use jiff::SignedDuration;

use crate::kit::{
    Dice, Messenger, World,
    telegram::{Order, Person},
};

/// How many seeds are tried; `FOREWORD_TEST_SEEDS` sets it.
fn seeds() -> u64 {
    std::env::var("FOREWORD_TEST_SEEDS").ok().and_then(|n| n.parse().ok()).unwrap_or(100)
}

/// The one seed to be tried, where `FOREWORD_TEST_SEED` names one.
fn one() -> Option<u64> {
    std::env::var("FOREWORD_TEST_SEED").ok().and_then(|n| n.parse().ok())
}

const QUESTIONS: &str = r#"
id = "day-questions"
version = "1"
title = { en = "Questions about the day" }
plain_name = { en = "The day" }
citations = ["Written for a test; not scored"]
[licence]
kind = "own-words"
notice = "Part of Foreword, Apache-2.0."
evidence = "LICENSE"
electronic_use = true
[languages.en]
source = "Written for Foreword"
[[item]]
id = "parts"
kind = "multiple-choice"
text = { en = "When was it good?" }
choices = [
  { code = "am", text = { en = "In the morning" } },
  { code = "pm", text = { en = "In the afternoon" } },
  { code = "night", text = { en = "At night" } },
]
[[item]]
id = "level"
kind = "scale"
text = { en = "How good was it?" }
low = { en = "not at all" }
high = { en = "very" }
"#;

const PATHWAY: &str = r#"
id = "short"
version = "1"
title = "Short"
goal = "A few questions, so that many visits can be tried."
reader = "Nobody"
expected_action = "None"
[trigger]
types = ["Short"]
[[ask]]
instrument = "day-questions"
[[ask]]
instrument = "phq-2"
[timetable]
invitation_days = 7
reminder_days = 3
last_reminder_days = 1
"#;

/// What one patient means to answer.
struct Patient {
    visit: ConversationId,
    /// Which telephone is theirs.
    phone: usize,
    plan: BTreeMap<ItemRef, Value>,
}

/// A question on a screen: below which message, and what can be pressed.
struct Asked {
    message: i64,
    patient: usize,
    at: ItemRef,
    buttons: Vec<(String, Press)>,
}

struct Run<'w> {
    messenger: &'w Messenger<'w>,
    dice: Dice,
    patients: Vec<Patient>,
    phones: Vec<Person>,
    /// The calls that were looked at.
    seen: usize,
    /// What is asked, by its place.
    spots: Vec<(Spot, ItemRef)>,
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_order_things_happen_in_each_answer_is_there_once_and_is_the_one_that_was_given() {
    try_seeds(1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_else_happens_each_answer_is_there_once_and_is_the_one_that_was_given() {
    try_seeds(2).await;
}

/// Every second seed from one on: two processors are kept busy.
async fn try_seeds(first: u64) {
    let file = |name: &str, text: &str| File { name: name.to_owned(), text: text.to_owned() };
    let world = World::with(&[file("day-questions.toml", QUESTIONS)], &[file("short.toml", PATHWAY)]).await;
    let messenger = world.messenger().await;
    let tried = one().map_or(first..=seeds(), |seed| seed..=seed);
    for seed in tried.step_by(2) {
        let found = Run::prepare(&messenger, seed).await.go().await;
        assert!(
            found.is_ok(),
            "seed {seed}: {}\nalone: FOREWORD_TEST_SEED={seed} cargo nextest run -p foreword-tests --test e2e chat_random",
            found.unwrap_err()
        );
    }
}

impl<'w> Run<'w> {
    async fn prepare(messenger: &'w Messenger<'w>, seed: u64) -> Self {
        let world = messenger.world;
        let mut dice = Dice::new(seed);
        let start = world.now() + SignedDuration::from_hours(24 * 20);
        let start = start.strftime("%Y-%m-%dT10:00:00Z").to_string();
        let rows: Vec<String> = (0..3)
            .map(|n| {
                format!(
                    "R{seed}-{n},RP{seed}-{n},Pat{n},Test,1960-01-01,en,Europe/London,,,{start},20,North,Dr Roe,Short,booked"
                )
            })
            .collect();
        world.book(&rows.iter().map(String::as_str).collect::<Vec<_>>()).await;
        let phones = vec![
            messenger.api.user(&format!("Two{seed}"), "en"),
            messenger.api.user(&format!("One{seed}"), "en"),
        ];
        let mut patients = Vec::new();
        for n in 0..3 {
            let phone = usize::from(n == 2);
            let visit = messenger.bind(&phones[phone], &format!("R{seed}-{n}")).await;
            patients.push(Patient { visit, phone, plan: plan(&mut dice) });
        }
        for phone in &phones {
            phone.start("").await;
        }
        let looked_at = messenger.api.calls().len();
        let script = world.app.visit(patients[0].visit).await.unwrap().script;
        let order: Vec<String> = script.asks.iter().map(|ask| ask.key.clone()).collect();
        let spots =
            patients[0].plan.keys().map(|at| (script.spot(&order, at).unwrap(), at.clone())).collect();
        Self { messenger, dice, patients, phones, seen: looked_at, spots }
    }

    async fn go(mut self) -> Result<(), String> {
        for _ in 0..14 {
            self.something_goes_wrong();
            self.somebody_acts().await;
            if self.dice.roll(3) > 0 {
                self.messenger.api.lets_updates_go(Order::Mixed(self.dice.roll(1 << 30))).await;
                self.work().await?;
            }
            self.messenger.world.pass(SignedDuration::from_millis(300 + 200 * self.roll(8)));
        }
        // From here on nothing goes wrong, and everybody answers what they are asked.
        self.messenger.api.forgives();
        self.messenger.api.lets_updates_go(Order::Mixed(self.dice.roll(1 << 30))).await;
        for _ in 0..40 {
            // Nobody says anything while more is to come.
            self.work().await?;
            let world = self.messenger.world;
            while world.app.next_reply_at(world.now()).await.unwrap().is_some() {
                world.pass(SignedDuration::from_secs(1));
                self.work().await?;
            }
            world.pass(SignedDuration::from_secs(2));
            let mut waiting = Vec::new();
            for (n, patient) in self.patients.iter().enumerate() {
                if self.held(patient.visit).await.len() < patient.plan.len() {
                    waiting.push(n);
                }
            }
            let Some(n) = waiting.first() else { return self.compare().await };
            let phone = self.patients[*n].phone;
            self.answers_what_is_asked(phone).await;
        }
        Err(format!("somebody is never done:\n{}", self.screens()))
    }

    fn roll(&mut self, limit: u64) -> i64 {
        i64::try_from(self.dice.roll(limit)).unwrap()
    }

    fn something_goes_wrong(&mut self) {
        let api = &self.messenger.api;
        let (what, times) = (self.dice.roll(12), 1 + usize::try_from(self.dice.roll(2)).unwrap());
        let phone = usize::try_from(self.dice.roll(2)).unwrap();
        match what {
            0 => api.holds_updates(),
            1 => api.delivers_again(times),
            2 => api.on("sendMessage").in_chat(self.phones[phone].id()).too_many(2),
            3 => api.on("sendMessage").in_chat(self.phones[phone].id()).times(times).hangs_up(),
            4 | 5 => {
                api.on("sendMessage").in_chat(self.phones[phone].id()).times(times).once_applied().hangs_up();
            }
            6 => api.on("sendMessage").once_applied().garbage(),
            7 => api.on("editMessageText").once_applied().hangs_up(),
            8 => api.on("answerCallbackQuery").hangs_up(),
            _ => {}
        }
    }

    async fn somebody_acts(&mut self) {
        let phone = usize::try_from(self.dice.roll(2)).unwrap();
        match self.dice.roll(10) {
            0..=4 => self.answers_what_is_asked(phone).await,
            5 => {
                // Twice, because nothing seems to happen.
                self.answers_what_is_asked(phone).await;
                self.answers_what_is_asked(phone).await;
            }
            6 => self.presses_something_old(phone).await,
            7..=8 => {
                let n = usize::try_from(self.dice.roll(3)).unwrap();
                self.answers_on_the_web(n).await;
            }
            _ => {
                let words = ["hello", "2", "answers", "someone else"];
                let word = words[usize::try_from(self.dice.roll(3)).unwrap()];
                // A bare number is said only where no question stands: it would be its answer, with its
                // buttons or, for a moment, without them.
                let asks_whom = self.whom(phone).await.map(|(message, _)| message);
                if word != "2" || asks_whom.is_some_and(|it| Some(it) == self.phones[phone].newest_of_bot()) {
                    self.phones[phone].says(word).await;
                }
            }
        }
    }

    /// Somebody reads the newest message and does what it asks for.
    async fn answers_what_is_asked(&mut self, phone: usize) {
        let person = self.phones[phone].clone();
        let Some(asked) = self.newest(phone) else {
            if let Some((message, label)) = self.whom(phone).await {
                person.presses_on(message, &label).await;
            } else {
                person.says("hello").await;
            }
            return;
        };
        let planned = self.patients[asked.patient].plan[&asked.at].clone();
        if self.dice.roll(2) == 0 {
            person.says(&typed(&planned)).await;
            return;
        }
        for label in pressed(&planned, &asked.buttons) {
            person.presses_on(asked.message, &label).await;
        }
    }

    /// Somebody scrolls up and presses what they would have pressed there.
    async fn presses_something_old(&mut self, phone: usize) {
        let all = self.questions(phone);
        if all.is_empty() {
            return;
        }
        let asked = &all[usize::try_from(self.dice.roll(all.len() as u64)).unwrap()];
        let planned = self.patients[asked.patient].plan[&asked.at].clone();
        for label in pressed(&planned, &asked.buttons) {
            self.phones[phone].presses_on(asked.message, &label).await;
        }
    }

    async fn answers_on_the_web(&mut self, n: usize) {
        let (world, patient) = (self.messenger.world, &self.patients[n]);
        let visit = self.visit(patient).await;
        let Some(place) = visit.standing.at(&visit.script, &visit.ledger) else { return };
        let at = place.at();
        let input = match &patient.plan[&at] {
            Value::Choice(code) => Input::Codes(vec![code.clone()]),
            Value::Choices(codes) => Input::Codes(codes.clone()),
            Value::Scale(number) => Input::Codes(vec![number.to_string()]),
            other => panic!("{other:?} is in no plan"),
        };
        let inbound = Inbound {
            key: InboxKey { source: "web".to_owned(), id: access::nonce() },
            conversation: patient.visit,
            channel: Channel::Web,
            by: Respondent::Patient,
            at_once: 1,
            said: Said::Give { at, input },
        };
        world.app.receive(inbound, world.now()).await.unwrap();
    }

    /// Lets the service do what it can do now, and looks at every question that it asks.
    async fn work(&mut self) -> Result<(), String> {
        let world = self.messenger.world;
        for _ in 0..60 {
            let came = self.messenger.take_in().await;
            if came > 0 {
                self.messenger.heed().await;
            }
            let Some(claimed) = world.app.next_reply(world.now()).await.unwrap() else {
                if came == 0 {
                    return Ok(());
                }
                continue;
            };
            let now = world.now();
            world.app.pay(&claimed, &|| Some(now), &[&self.messenger.door]).await.unwrap();
            self.look().await?;
        }
        Err(format!("the chats do not come to rest:\n{}", self.screens()))
    }

    /// No question is asked that was answered.
    async fn look(&mut self) -> Result<(), String> {
        let calls = self.messenger.api.calls_from(self.seen);
        self.seen += calls.len();
        for call in calls.iter().filter(|call| call.method == "sendMessage" && call.is_applied) {
            let rows = call.given.get("reply_markup").and_then(|markup| markup["inline_keyboard"].as_array());
            let datas = rows.into_iter().flatten().flat_map(|row| row.as_array().into_iter().flatten());
            for data in datas.filter_map(|button| button["callback_data"].as_str()) {
                let Some(Pressed { visit: Some(tag), press: Press::Skip(spot) }) = Pressed::read(data) else {
                    continue;
                };
                let patient = self.patients.iter().find(|patient| Tag::of(patient.visit) == tag).unwrap();
                let at = self.at(spot);
                if self.held(patient.visit).await.iter().any(|answer| answer.at == at) {
                    return Err(format!("{at} is asked and was answered:\n{}", self.screens()));
                }
            }
        }
        Ok(())
    }

    async fn compare(&self) -> Result<(), String> {
        let world = self.messenger.world;
        for patient in &self.patients {
            let id = patient.visit;
            let (held, scores) = world
                .store
                .read(move |txn| {
                    Box::pin(async move {
                        let mut scores = Vec::new();
                        for response in answers::responses(txn, id).await? {
                            scores.extend(answers::scores(txn, &response).await?);
                        }
                        Ok::<_, foreword_store::Error>((answers::of_conversation(txn, id).await?, scores))
                    })
                })
                .await
                .unwrap();
            let mut given: Vec<(ItemRef, Value)> =
                held.iter().map(|answer| (answer.at.clone(), answer.value.clone())).collect();
            given.sort_by(|a, b| a.0.cmp(&b.0));
            let planned: Vec<(ItemRef, Value)> =
                patient.plan.iter().map(|(at, value)| (at.clone(), value.clone())).collect();
            if given != planned {
                let words = |all: &[(ItemRef, Value)]| {
                    let words = all.iter().map(|(at, value)| format!("{at} {}", typed(value)));
                    words.collect::<Vec<_>>().join(", ")
                };
                let (given, planned) = (words(&given), words(&planned));
                return Err(format!("{given} instead of {planned}:\n{}", self.screens()));
            }
            let clean = clean(self.visit(patient).await, patient, &held);
            let expected: Vec<_> = clean.script.asks.iter().flat_map(|ask| clean.scores(ask)).collect();
            if scores != expected {
                return Err(format!("{scores:?} instead of {expected:?}:\n{}", self.screens()));
            }
        }
        let haste = self.messenger.api.haste_from(self.seen.saturating_sub(200));
        if haste.is_empty() { Ok(()) } else { Err(haste.join("\n")) }
    }

    async fn visit(&self, patient: &Patient) -> Visit {
        self.messenger.world.app.visit(patient.visit).await.unwrap()
    }

    /// What stands in the ledger.
    async fn held(&self, visit: ConversationId) -> Vec<Answer> {
        let store = &self.messenger.world.store;
        store
            .read(move |txn| Box::pin(async move { answers::of_conversation(txn, visit).await }))
            .await
            .unwrap()
    }

    /// What is asked at a place.
    fn at(&self, spot: Spot) -> ItemRef {
        self.spots.iter().find(|(known, _)| *known == spot).expect("it is asked").1.clone()
    }

    /// The questions on a screen whose buttons are there, oldest first.
    fn questions(&self, phone: usize) -> Vec<Asked> {
        let mut found = Vec::new();
        for (message, buttons) in self.phones[phone].keyboards() {
            let read: Vec<_> = buttons
                .into_iter()
                .filter_map(|(label, data)| Some((label, Pressed::read(&data)?)))
                .collect();
            let spot = read.iter().find_map(|(_, pressed)| match pressed {
                Pressed { visit: Some(tag), press: Press::Skip(spot) } => Some((*tag, *spot)),
                _ => None,
            });
            let Some((tag, spot)) = spot else { continue };
            let patient = self.patients.iter().position(|patient| Tag::of(patient.visit) == tag).unwrap();
            let at = self.at(spot);
            let buttons = read.into_iter().map(|(label, pressed)| (label, pressed.press)).collect();
            found.push(Asked { message, patient, at, buttons });
        }
        found
    }

    /// The question in the newest message of the bot, if there is one.
    fn newest(&self, phone: usize) -> Option<Asked> {
        let newest = self.phones[phone].newest_of_bot()?;
        self.questions(phone).pop().filter(|asked| asked.message == newest)
    }

    /// "Whom is it about?": the first who is not done.
    async fn whom(&self, phone: usize) -> Option<(i64, String)> {
        let (message, buttons) = self.phones[phone].keyboards().pop()?;
        for (label, data) in buttons {
            let Some(Pressed { visit: Some(tag), press }) = Pressed::read(&data) else { continue };
            let patient = self.patients.iter().find(|patient| Tag::of(patient.visit) == tag).unwrap();
            let goes_on = matches!(press, Press::About | Press::Wish(Wish::Go));
            if goes_on && self.visit(patient).await.standing.state != State::Completed {
                return Some((message, label));
            }
        }
        None
    }

    fn screens(&self) -> String {
        self.phones.iter().map(Person::transcript).collect::<Vec<_>>().join("\n\n--------\n\n")
    }
}

/// Neighbours have different answers, so that one in another's place is noticed.
fn plan(dice: &mut Dice) -> BTreeMap<ItemRef, Value> {
    let parts: Vec<Vec<&str>> = vec![vec!["am"], vec!["pm"], vec!["am", "night"], vec!["pm", "night"]];
    let parts = &parts[usize::try_from(dice.roll(4)).unwrap()];
    let first = dice.roll(4);
    let second = (first + 1 + dice.roll(3)) % 4;
    let level = 4 + u8::try_from(dice.roll(7)).unwrap();
    BTreeMap::from([
        (
            ItemRef::new("day-questions", "parts"),
            Value::Choices(parts.iter().map(|code| (*code).to_owned()).collect()),
        ),
        (ItemRef::new("day-questions", "level"), Value::Scale(level)),
        (ItemRef::new("phq-2", "q1"), Value::Choice(first.to_string())),
        (ItemRef::new("phq-2", "q2"), Value::Choice(second.to_string())),
    ])
}

/// An answer as it is typed.
fn typed(value: &Value) -> String {
    let words = [("am", "In the morning"), ("pm", "In the afternoon"), ("night", "At night")];
    match value {
        Value::Choices(codes) => {
            let named = codes.iter().map(|code| words.iter().find(|(known, _)| known == code).unwrap().1);
            named.collect::<Vec<_>>().join(", ")
        }
        Value::Choice(code) => code.clone(),
        Value::Scale(number) => number.to_string(),
        other => panic!("{other:?} is in no plan"),
    }
}

/// The labels that are pressed for an answer, one after the other: picks that are not picked yet and
/// those that are too many, and then that it is all.
fn pressed(value: &Value, buttons: &[(String, Press)]) -> Vec<String> {
    let codes = ["am", "pm", "night"];
    let mut labels = Vec::new();
    for (label, press) in buttons {
        let is_meant = match (press, value) {
            (Press::Choose(_, n), Value::Choice(code)) => n.to_string() == *code,
            (Press::Choose(_, n), Value::Scale(number)) => *n == u16::from(*number),
            (Press::Pick(_, n), Value::Choices(picked)) => {
                let is_picked = label.contains('✓');
                picked.iter().any(|code| code == codes[usize::from(*n)]) != is_picked
            }
            (Press::Done(_), Value::Choices(_)) => true,
            _ => false,
        };
        if is_meant {
            labels.push(label.clone());
        }
    }
    labels
}

/// The visit as it would be after the planned answers and nothing else.
fn clean(mut visit: Visit, patient: &Patient, held: &[Answer]) -> Visit {
    let planned =
        held.iter().map(|answer| Answer { value: patient.plan[&answer.at].clone(), ..answer.clone() });
    visit.ledger = Ledger::of(planned);
    visit
}
