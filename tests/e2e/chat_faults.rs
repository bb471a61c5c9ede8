//! What goes wrong between the service and Telegram while patients are told something: nothing is lost,
//! nothing is said too soon, and what is said twice is said for a reason.

use std::collections::BTreeMap;

use foreword_app::dispatch::Done;
use foreword_domain::{
    ids::ConversationId,
    response::{Answer, Value},
};
use foreword_store::answers;
use jiff::{SignedDuration, Timestamp};

use crate::kit::{Messenger, World, telegram::Person};

/// A second, and more of them.
pub const fn seconds(n: i64) -> SignedDuration {
    SignedDuration::from_secs(n)
}

/// A world with so many patients, `F0` and on, each booked for the same morning.
pub async fn world_of(patients: usize) -> World {
    let world = World::new().await;
    let rows: Vec<String> = (0..patients)
        .map(|n| {
            format!(
                "F{n},FP{n},Pat{n},Test,1960-01-01,en,Europe/London,,,2026-11-24T09:30,20,North Clinic,\
                 Dr Roe,Wellbeing check,booked"
            )
        })
        .collect();
    world.book(&rows.iter().map(String::as_str).collect::<Vec<_>>()).await;
    world
}

/// Patients who have read the first question.
pub async fn patients(messenger: &Messenger<'_>, n: usize) -> (Vec<Person>, Vec<ConversationId>) {
    let (mut people, mut visits) = (Vec::new(), Vec::new());
    for n in 0..n {
        let person = messenger.api.user(&format!("Pat{n}"), "en");
        visits.push(messenger.bind(&person, &format!("F{n}")).await);
        person.start("").await;
        messenger.run().await;
        messenger.world.pass(seconds(2));
        people.push(person);
    }
    (people, visits)
}

/// Every answer of a visit in the order it was given.
pub async fn given(world: &World, visit: ConversationId) -> Vec<(String, Value)> {
    let held =
        world.store.read(move |txn| Box::pin(async move { answers::of_conversation(txn, visit).await }));
    let held: Vec<Answer> = held.await.unwrap();
    held.into_iter().map(|answer| (answer.at.item, answer.value)).collect()
}

pub fn topic(text: &str) -> (String, Value) {
    ("topic-1".to_owned(), Value::Text(text.to_owned()))
}

pub fn wish(code: &str) -> (String, Value) {
    ("topic-1-wish".to_owned(), Value::Choice(code.to_owned()))
}

/// The texts that were sent to a chat and arrived, from a call on, and when.
pub fn heard(messenger: &Messenger<'_>, person: &Person, from: usize) -> Vec<(Timestamp, String)> {
    let calls = messenger.api.calls_from(from).into_iter();
    calls
        .filter(|call| call.method == "sendMessage" && call.chat == Some(person.id()) && call.is_applied)
        .map(|call| (call.at, call.given["text"].as_str().unwrap().to_owned()))
        .collect()
}

pub fn outcomes(done: &[Done]) -> Vec<&str> {
    done.iter().map(|done| done.outcome.as_str()).collect()
}

pub const WISH: &str = "What would you like us to do with this?";
const SECOND_TOPIC: &str = "Is there something else you would like to talk about?";

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_that_is_told_to_wait_waits_and_the_others_go_on() {
    let world = world_of(2).await;
    let messenger = world.messenger().await;
    let (people, visits) = patients(&messenger, 2).await;
    let [anna, ben] = people.as_slice() else { unreachable!() };
    let (begin, from) = (world.now(), messenger.api.calls().len());
    messenger.api.on("sendMessage").in_chat(anna.id()).too_many(30);
    anna.says("My knees").await;
    messenger.run().await;
    ben.says("My back").await;
    anna.says("answers").await;
    messenger.goes_by(seconds(29)).await;
    assert_eq!(heard(&messenger, ben, from).len(), 1, "{}", ben.transcript());
    assert_eq!(heard(&messenger, anna, from), [], "nothing before the time");
    let tries = messenger.api.calls_from(from).iter().filter(|call| call.chat == Some(anna.id())).count();
    assert!(tries <= 2, "one edit and one message were tried, and nothing else: {tries}");
    messenger.goes_by(seconds(5)).await;
    let told = heard(&messenger, anna, from);
    assert_eq!(told.len(), 2, "{}", anna.transcript());
    assert!(told[0].1.contains(WISH) && told[1].1.contains("1. "), "in their order: {told:?}");
    assert!(told[0].0 >= begin + seconds(30) && told[1].0 >= told[0].0 + seconds(1), "{told:?}");
    assert_eq!(given(&world, visits[0]).await, [topic("My knees")]);
    assert_eq!(given(&world, visits[1]).await, [topic("My back")]);
    assert_eq!(messenger.api.haste(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_timetable_owes_waits_as_well_while_a_chat_is_told_to_wait() {
    let world = world_of(1).await;
    let messenger = world.messenger().await;
    let (people, _) = patients(&messenger, 1).await;
    messenger.tick().await;
    world.pass_hours(1);
    messenger.api.on("sendMessage").too_many(600);
    people[0].says("My knees").await;
    messenger.run().await;
    let from = messenger.api.calls().len();
    // A second visit, whose invitation is due at once.
    world
        .book(&["G0,FP0,Pat0,Test,1960-01-01,en,Europe/London,,,2026-11-25T09:30,20,North Clinic,Dr Roe,GI follow-up,booked"])
        .await;
    assert_eq!(outcomes(&messenger.tick().await), ["retry"]);
    messenger.goes_by(seconds(500)).await;
    assert_eq!(messenger.tick().await, []);
    assert_eq!(heard(&messenger, &people[0], from), []);
    messenger.goes_by(seconds(102)).await;
    assert_eq!(heard(&messenger, &people[0], from).len(), 1, "the reply");
    assert_eq!(outcomes(&messenger.tick().await), ["sent"]);
    assert_eq!(heard(&messenger, &people[0], from).len(), 2);
    assert_eq!(messenger.api.haste(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn when_several_chats_are_told_to_wait_nothing_is_sent_to_any() {
    let world = world_of(4).await;
    let messenger = world.messenger().await;
    let (people, visits) = patients(&messenger, 4).await;
    for (person, pause) in people.iter().zip([20, 25, 30]) {
        messenger.api.on("sendMessage").in_chat(person.id()).too_many(pause);
        person.says("My knees").await;
    }
    messenger.run().await;
    let from = messenger.api.calls().len();
    people[3].says("My back").await;
    messenger.goes_by(seconds(19)).await;
    let sent = messenger.api.calls_from(from).into_iter().filter(|call| call.chat.is_some()).count();
    assert_eq!(sent, 0, "it is about all of them");
    messenger.goes_by(seconds(20)).await;
    for (person, visit) in people.iter().zip(visits) {
        assert_eq!(heard(&messenger, person, from).len(), 1, "{}", person.transcript());
        assert_eq!(given(&world, visit).await.len(), 1);
    }
    assert_eq!(messenger.api.haste(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn sixty_patients_at_once_are_answered_as_fast_as_telegram_takes_it() {
    let world = world_of(60).await;
    let messenger = world.messenger().await;
    let mut people = Vec::new();
    for n in 0..60 {
        let person = messenger.api.user(&format!("Pat{n}"), "en");
        messenger.bind(&person, &format!("F{n}")).await;
        person.start("").await;
        people.push(person);
    }
    let begin = world.now();
    messenger.run().await;
    for person in &people {
        person.says("My knees").await;
    }
    messenger.run().await;
    assert_eq!(messenger.api.haste(), Vec::<String>::new());
    let mut seconds_used: BTreeMap<i64, usize> = BTreeMap::new();
    for person in &people {
        let told = heard(&messenger, person, 0);
        assert_eq!(told.len(), 2, "{}", person.transcript());
        assert!(told[1].1.contains(WISH));
        for (at, _) in told {
            *seconds_used.entry(at.duration_since(begin).as_secs()).or_default() += 1;
        }
    }
    assert_eq!(seconds_used.values().sum::<usize>(), 120);
    assert!(world.now().duration_since(begin) <= seconds(7), "25 a second: {seconds_used:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn several_senders_send_each_message_once_and_those_of_a_chat_in_their_order() {
    const PATIENTS: usize = 6;
    let world = world_of(PATIENTS).await;
    let messenger = world.messenger().await;
    let (people, _) = patients(&messenger, PATIENTS).await;
    let from = messenger.api.calls().len();
    for person in &people {
        person.says("My knees").await;
        person.says("answers").await;
        person.says("help").await;
    }
    messenger.take_in().await;
    messenger.heed().await;
    for _ in 0..4 {
        let senders: Vec<_> = (0..4)
            .map(|_| {
                let (app, door, now) = (world.app.clone(), messenger.door.clone(), world.now());
                tokio::spawn(async move {
                    while let Some(claimed) = app.next_reply(now).await.unwrap() {
                        app.pay(&claimed, &|| Some(now), &[&door]).await.unwrap();
                    }
                })
            })
            .collect();
        for sender in senders {
            sender.await.unwrap();
        }
        world.pass(seconds(1));
    }
    for person in &people {
        let told = heard(&messenger, person, from);
        assert_eq!(told.len(), 3, "{}", person.transcript());
        assert!(told[0].1.contains(WISH) && told[1].1.starts_with("Your answers"), "{told:?}");
        assert!(told[2].1.starts_with("You can"), "{told:?}");
    }
    assert_eq!(messenger.api.haste(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_lost_before_telegram_took_the_message_doubles_nothing() {
    let world = world_of(1).await;
    let messenger = world.messenger().await;
    let (people, visits) = patients(&messenger, 1).await;
    let anna = &people[0];
    for fault in ["hangs up", "garbage"] {
        let from = messenger.api.calls().len();
        let order = messenger.api.on("sendMessage").times(2);
        if fault == "garbage" {
            order.garbage();
        } else {
            order.hangs_up();
        }
        anna.says(if fault == "garbage" { "talk" } else { "My knees" }).await;
        messenger.goes_by(seconds(20)).await;
        assert_eq!(heard(&messenger, anna, from).len(), 1, "{fault}: {}", anna.transcript());
    }
    assert!(anna.screen().contains(SECOND_TOPIC), "{}", anna.screen());
    assert_eq!(given(&world, visits[0]).await, [topic("My knees"), wish("talk")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_lost_after_telegram_took_the_message_doubles_that_one_and_either_copy_works() {
    for (fault, copy) in [("hangs up", 0), ("hangs up", 1), ("garbage", 0), ("garbage", 1)] {
        let world = world_of(1).await;
        let messenger = world.messenger().await;
        let (people, visits) = patients(&messenger, 1).await;
        let anna = &people[0];
        let from = messenger.api.calls().len();
        let order = messenger.api.on("sendMessage").once_applied();
        if fault == "garbage" {
            order.garbage();
        } else {
            order.hangs_up();
        }
        anna.says("My knees").await;
        messenger.goes_by(seconds(5)).await;
        let told = heard(&messenger, anna, from);
        assert_eq!(told.len(), 2, "{fault}: {}", anna.transcript());
        assert!(told.iter().all(|(_, text)| text.contains(WISH)), "the one question, twice");
        let copies = [anna.newest() - 1, anna.newest()];
        anna.presses_on(copies[copy], "1 · Talk about it").await;
        messenger.run().await;
        let expected = [topic("My knees"), wish("talk")];
        assert_eq!(given(&world, visits[0]).await, expected);
        assert!(anna.screen().contains("✓ Talk about it"), "{}", anna.screen());
        // The other copy, from a screen that still shows its buttons: no second answer, no other answer.
        anna.presses_on(copies[1 - copy], "3 · Not today").await;
        messenger.goes_by(seconds(5)).await;
        assert_eq!(given(&world, visits[0]).await, expected);
        let open: Vec<i64> = anna.keyboards().into_iter().map(|(message, _)| message).collect();
        assert_eq!(open, [anna.newest()], "only the next question waits:\n{}", anna.screen());
        assert_eq!(heard(&messenger, anna, from).len(), 3, "{}", anna.transcript());
    }
}

/// The patient sees it, and the service can't know that they do: what they type may as well be a second
/// reply to the question before.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_typed_while_nobody_knows_which_question_is_on_the_screen_is_asked_for_once_more() {
    for is_there in [true, false] {
        let world = world_of(1).await;
        let messenger = world.messenger().await;
        let (people, visits) = patients(&messenger, 1).await;
        let from = messenger.api.calls().len();
        let order = messenger.api.on("sendMessage");
        if is_there {
            order.once_applied().hangs_up();
        } else {
            order.hangs_up();
        }
        people[0].says("My knees").await;
        messenger.take_in().await;
        messenger.heed().await;
        messenger.reply().await;
        people[0].says("talk").await;
        messenger.goes_by(seconds(30)).await;
        assert_eq!(given(&world, visits[0]).await, [topic("My knees")], "{is_there}");
        let told = heard(&messenger, &people[0], from);
        assert_eq!(told.len(), if is_there { 3 } else { 2 }, "{}", people[0].transcript());
        let last = &told.last().unwrap().1;
        assert!(last.starts_with("Something went wrong") && last.contains(WISH), "{last}");
        people[0].says("talk").await;
        messenger.goes_by(seconds(3)).await;
        assert_eq!(given(&world, visits[0]).await, [topic("My knees"), wish("talk")], "{is_there}");
    }
}

/// A button says which question it answers, whether or not anybody knows that it is there.
#[tokio::test(flavor = "multi_thread")]
async fn a_button_below_a_message_nobody_knows_of_is_an_answer() {
    let world = world_of(1).await;
    let messenger = world.messenger().await;
    let (people, visits) = patients(&messenger, 1).await;
    let from = messenger.api.calls().len();
    messenger.api.on("sendMessage").times(3).once_applied().hangs_up();
    people[0].says("My knees").await;
    messenger.take_in().await;
    messenger.heed().await;
    messenger.reply().await;
    people[0].presses("1 · Talk about it").await;
    messenger.goes_by(seconds(30)).await;
    assert_eq!(given(&world, visits[0]).await, [topic("My knees"), wish("talk")]);
    let told = heard(&messenger, &people[0], from);
    let wishes = told.iter().filter(|(_, text)| text.contains(WISH)).count();
    assert_eq!(wishes, 1, "no copy goes out once it is answered: {}", people[0].transcript());
    assert!(told.last().unwrap().1.contains(SECOND_TOPIC), "{}", people[0].transcript());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_typed_before_a_message_that_was_refused_is_not_its_answer() {
    let world = world_of(1).await;
    let messenger = world.messenger().await;
    let (people, visits) = patients(&messenger, 1).await;
    messenger.api.on("sendMessage").too_many(20);
    people[0].says("My knees").await;
    messenger.run().await;
    world.pass(seconds(5));
    // Meant as a correction of what they wrote, and it happens to be the word of an answer nobody has seen.
    people[0].says("talk").await;
    messenger.goes_by(seconds(40)).await;
    assert_eq!(given(&world, visits[0]).await, [topic("My knees")], "{}", people[0].transcript());
    people[0].says("just so you know").await;
    messenger.goes_by(seconds(5)).await;
    assert_eq!(given(&world, visits[0]).await, [topic("My knees"), wish("know")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_hangs_holds_up_no_other_chat_and_its_late_result_counts_no_more() {
    let world = world_of(2).await;
    let messenger = world.messenger().await;
    let (people, visits) = patients(&messenger, 2).await;
    let [anna, ben] = people.as_slice() else { unreachable!() };
    let from = messenger.api.calls().len();
    let gate = messenger.api.on("sendMessage").in_chat(anna.id()).waits();
    anna.says("My knees").await;
    messenger.take_in().await;
    messenger.heed().await;
    let claimed = world.app.next_reply(world.now()).await.unwrap().unwrap();
    let paying = tokio::spawn({
        let (app, door, clock) = (world.app.clone(), messenger.door.clone(), world.clock.clone());
        async move {
            let now = || Timestamp::from_microsecond(clock.load(std::sync::atomic::Ordering::SeqCst)).ok();
            app.pay(&claimed, &now, &[&door]).await.unwrap()
        }
    });
    gate.arrived().await;
    ben.says("My back").await;
    anna.says("answers").await;
    messenger.run().await;
    assert_eq!(heard(&messenger, ben, from).len(), 1, "{}", ben.transcript());
    assert_eq!(heard(&messenger, anna, from), [], "what comes after it waits for it");
    // Whoever sends it is taken for gone: it is sent again.
    messenger.goes_by(seconds(21)).await;
    assert_eq!(heard(&messenger, anna, from).len(), 2, "{}", anna.transcript());
    let waits = anna.keyboards();
    gate.open();
    paying.await.unwrap();
    assert_eq!(heard(&messenger, anna, from).len(), 3, "the first copy after all");
    // Nothing is sent a third time, and both copies are the same question.
    messenger.goes_by(seconds(60)).await;
    assert_eq!(heard(&messenger, anna, from).len(), 3, "{}", anna.transcript());
    assert!(!waits.is_empty());
    anna.presses_on(anna.newest(), "2 · Just so you know").await;
    messenger.goes_by(seconds(5)).await;
    assert_eq!(given(&world, visits[0]).await, [topic("My knees"), wish("know")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_takes_long_belongs_to_whoever_sends_it_as_long_as_they_are_there() {
    let world = world_of(1).await;
    let messenger = world.messenger().await;
    let (people, _) = patients(&messenger, 1).await;
    let from = messenger.api.calls().len();
    let gate = messenger.api.on("sendMessage").waits();
    people[0].says("My knees").await;
    messenger.take_in().await;
    messenger.heed().await;
    let claimed = world.app.next_reply(world.now()).await.unwrap().unwrap();
    let paying = tokio::spawn({
        let (app, door, clock) = (world.app.clone(), messenger.door.clone(), world.clock.clone());
        async move {
            let now = || Timestamp::from_microsecond(clock.load(std::sync::atomic::Ordering::SeqCst)).ok();
            app.pay(&claimed, &now, &[&door]).await.unwrap()
        }
    });
    gate.arrived().await;
    world.pass(seconds(15));
    // Renewed every five real seconds.
    let mut tick = tokio::time::interval(std::time::Duration::from_millis(5500));
    tick.tick().await;
    tick.tick().await;
    world.pass(seconds(15));
    assert_eq!(world.app.next_reply(world.now()).await.unwrap(), None, "half a minute after it was claimed");
    gate.open();
    assert_eq!(paying.await.unwrap().outcome, "sent");
    messenger.goes_by(seconds(60)).await;
    assert_eq!(heard(&messenger, &people[0], from).len(), 1, "{}", people[0].transcript());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_is_alone_does_not_wait_for_the_lease_of_the_one_before_it() {
    let world = world_of(1).await;
    let messenger = world.messenger().await;
    let (people, _) = patients(&messenger, 1).await;
    people[0].says("My knees").await;
    messenger.take_in().await;
    messenger.heed().await;
    world.app.next_reply(world.now()).await.unwrap().unwrap();
    let alone = world.app.begin_replies(world.now()).await.unwrap();
    if world.url.starts_with("sqlite") {
        assert!(alone.is_some());
        assert!(world.app.begin_replies(world.now()).await.unwrap().is_none(), "a second one is not alone");
    } else {
        // Of several processes on one PostgreSQL, nobody can know.
        assert!(alone.is_none());
        assert_eq!(world.app.next_reply(world.now()).await.unwrap(), None);
        world.pass(seconds(20));
    }
    assert_eq!(outcomes(&messenger.reply().await), ["sent"], "{}", people[0].transcript());
}

/// All at once: teloxide waits for ten seconds after each of these.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_fails_is_tried_again_and_nothing_is_doubled() {
    let world = world_of(3).await;
    let messenger = world.messenger().await;
    let (people, visits) = patients(&messenger, 3).await;
    let from = messenger.api.calls().len();
    for (person, status) in people.iter().zip([500, 502, 504]) {
        messenger.api.on("sendMessage").in_chat(person.id()).status(status);
        person.says("My knees").await;
    }
    messenger.take_in().await;
    messenger.heed().await;
    let mut paying = Vec::new();
    while let Some(claimed) = world.app.next_reply(world.now()).await.unwrap() {
        let (app, door, now) = (world.app.clone(), messenger.door.clone(), world.now());
        paying.push(tokio::spawn(async move { app.pay(&claimed, &|| Some(now), &[&door]).await.unwrap() }));
    }
    assert_eq!(paying.len(), 3, "none waits for another");
    for paying in paying {
        assert_eq!(paying.await.unwrap().outcome, "retry");
    }
    messenger.goes_by(seconds(5)).await;
    for (person, visit) in people.iter().zip(visits) {
        assert_eq!(heard(&messenger, person, from).len(), 1, "{}", person.transcript());
        assert_eq!(given(&world, visit).await, [topic("My knees")]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn after_an_hour_without_telegram_every_answer_is_there_and_every_chat_is_answered_in_order() {
    let world = world_of(3).await;
    let messenger = world.messenger().await;
    let (people, visits) = patients(&messenger, 3).await;
    let from = messenger.api.calls().len();
    // One reply is on its way when it begins.
    people[0].says("My knees").await;
    messenger.take_in().await;
    messenger.heed().await;
    messenger.api.goes_down_for(SignedDuration::from_hours(1));
    messenger.goes_by(SignedDuration::from_mins(10)).await;
    people[1].says("My back").await;
    messenger.goes_by(SignedDuration::from_mins(10)).await;
    people[2].presses("I have nothing to add").await;
    people[1].says("And my hip").await;
    messenger.goes_by(SignedDuration::from_mins(38)).await;
    assert!(people.iter().all(|person| heard(&messenger, person, from).is_empty()));
    people[2].says("help").await;
    messenger.goes_by(SignedDuration::from_mins(4)).await;
    assert_eq!(given(&world, visits[0]).await, [topic("My knees")]);
    assert_eq!(given(&world, visits[1]).await, [topic("My back")], "the second was typed too soon");
    let told: Vec<Vec<String>> = people
        .iter()
        .map(|person| heard(&messenger, person, from).into_iter().map(|(_, text)| text).collect())
        .collect();
    assert!(told[0].len() == 1 && told[0][0].contains(WISH), "{}", people[0].transcript());
    assert!(told[1].len() == 2 && told[1][0].contains(WISH), "{}", people[1].transcript());
    assert!(told[1][1].contains("before I asked") && told[1][1].contains(WISH), "{}", people[1].transcript());
    assert!(told[2].last().unwrap().contains("You can"), "{}", people[2].transcript());
    assert_eq!(messenger.api.haste(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_long_text_the_pieces_that_arrived_are_not_sent_again() {
    let world = world_of(1).await;
    let messenger = world.messenger().await;
    let (people, visits) = patients(&messenger, 1).await;
    let anna = &people[0];
    for (topic, wish) in [("a", "talk"), ("b", "2"), ("c", "talk")] {
        anna.says(&format!("{} {topic}", "My knee hurts when I walk. ".repeat(18))).await;
        messenger.goes_by(seconds(2)).await;
        anna.says(wish).await;
        messenger.goes_by(seconds(2)).await;
    }
    while let Some((message, buttons)) = anna.keyboards().pop() {
        // Every question can be left out; what comes when all are answered has other buttons.
        if !buttons.iter().any(|(_, data)| data.contains(".k.")) {
            break;
        }
        match buttons.iter().find(|(_, data)| data.contains(".c.")) {
            Some((label, _)) => {
                anna.presses_on(message, label).await;
            }
            None => {
                anna.says(&"Somebody to walk with me. ".repeat(19)).await;
            }
        }
        messenger.goes_by(seconds(2)).await;
    }
    let answers = given(&world, visits[0]).await.len();
    assert!(answers > 20, "{answers}: {}", anna.screen());
    for fault in ["hangs up", "too many"] {
        let from = messenger.api.calls().len();
        anna.says("answers").await;
        messenger.take_in().await;
        messenger.heed().await;
        assert_eq!(outcomes(&messenger.reply().await), ["part"], "{}", anna.transcript());
        let order = messenger.api.on("sendMessage");
        if fault == "too many" {
            order.too_many(5);
        } else {
            order.hangs_up();
        }
        let done = messenger.goes_by(seconds(20)).await;
        assert_eq!(outcomes(&done)[0], "retry", "{fault}");
        let told = heard(&messenger, anna, from);
        assert!(told.len() >= 2, "{fault}: {told:?}");
        let mut texts: Vec<&String> = told.iter().map(|(_, text)| text).collect();
        texts.sort();
        texts.dedup();
        assert_eq!(texts.len(), told.len(), "{fault}: no piece twice");
        assert!(told.windows(2).all(|pair| pair[1].0 >= pair[0].0 + seconds(1)), "{fault}: a second apart");
    }
    assert_eq!(messenger.api.haste(), Vec::<String>::new());
}
