//! Updates that come twice, in another order, late, broken or not at all: each is applied once, and one
//! that can't be holds up no other.

use foreword_bot::telegram;
use foreword_domain::{
    chat::{Heard, Update},
    ids::ConversationId,
};
use jiff::SignedDuration;
use sea_orm::{ConnectionTrait, Database};

use super::chat_faults::{WISH, given, heard, patients, seconds, topic, wish, world_of};
use crate::kit::{
    Messenger, World,
    telegram::{Order, Person},
};

async fn two(world: &World) -> (Messenger<'_>, Vec<Person>, Vec<ConversationId>) {
    let messenger = world.messenger().await;
    let (people, visits) = patients(&messenger, 2).await;
    (messenger, people, visits)
}

/// Does something to the rows behind the service's back.
async fn meddle(world: &World, sql: &str) {
    let connection = Database::connect(&world.url).await.unwrap();
    connection.execute_unprepared(sql).await.unwrap();
    connection.close().await.unwrap();
}

/// What was said of updates that were set aside.
async fn refused(world: &World) -> i64 {
    let connection = Database::connect(&world.url).await.unwrap();
    let sql = "SELECT COUNT(*) FROM telegram_updates WHERE state = 'refused'";
    let statement = sea_orm::Statement::from_string(connection.get_database_backend(), sql);
    connection.query_one_raw(statement).await.unwrap().unwrap().try_get_by_index(0).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_update_that_comes_twice_counts_once() {
    let world = world_of(2).await;
    let (messenger, people, visits) = two(&world).await;
    let from = messenger.api.calls().len();
    people[0].says("My knees").await;
    messenger.api.delivers_again(3);
    messenger.goes_by(seconds(5)).await;
    people[0].presses("1 · Talk about it").await;
    messenger.api.delivers_again(2);
    messenger.goes_by(seconds(5)).await;
    // A second process that begins at the beginning gets them all again.
    let again = messenger.door.updates(0, std::time::Duration::ZERO).await.unwrap();
    world.app.take_updates(again, world.now()).await.unwrap();
    messenger.goes_by(seconds(5)).await;
    assert_eq!(given(&world, visits[0]).await, [topic("My knees"), wish("talk")]);
    assert_eq!(heard(&messenger, &people[0], from).len(), 2, "{}", people[0].transcript());
}

#[tokio::test(flavor = "multi_thread")]
async fn updates_of_several_chats_may_come_in_any_order_and_a_press_after_what_was_typed_later() {
    for order in [Order::Reversed, Order::Mixed(1), Order::Mixed(2), Order::Mixed(3)] {
        let world = world_of(2).await;
        let (messenger, people, visits) = two(&world).await;
        messenger.api.holds_updates();
        people[0].presses("I have nothing to add").await;
        people[1].says("My back").await;
        world.pass(seconds(1));
        people[0].says("thank you").await;
        messenger.api.lets_updates_go(order).await;
        messenger.goes_by(seconds(10)).await;
        assert_eq!(given(&world, visits[1]).await, [topic("My back")]);
        // What came first of the two is the answer to the question on the screen; the other changes nothing.
        let of_both = given(&world, visits[0]).await;
        let topics: Vec<_> = of_both.iter().filter(|(item, _)| item == "topic-1").collect();
        assert_eq!((topics.len(), of_both.len()), (1, 1), "{of_both:?}: {}", people[0].transcript());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_quiet_week_the_numbers_begin_anew_and_nothing_is_passed_over() {
    let world = world_of(2).await;
    world
        .book(&["L1,LP1,Late,Test,1960-01-01,en,Europe/London,,,2026-12-15T09:30,20,North Clinic,Dr Roe,Wellbeing check,booked"])
        .await;
    let messenger = world.messenger().await;
    let late = messenger.api.user("Late", "en");
    let visit = messenger.bind(&late, "L1").await;
    late.start("").await;
    messenger.run().await;
    for (next, text, expected) in
        [(7, "My knees", 1), (3_000_000_000, "talk", 2), (9, "My back", 3), (100_001, "2", 4)]
    {
        world.pass(SignedDuration::from_hours(24));
        messenger.api.jumps_to(next);
        late.says(text).await;
        messenger.goes_by(seconds(5)).await;
        assert_eq!(given(&world, visit).await.len(), expected, "{next}: {}", late.transcript());
    }
    world.pass(SignedDuration::from_hours(24 * 8));
    late.says("No").await;
    messenger.goes_by(seconds(5)).await;
    assert_eq!(given(&world, visit).await.len(), 5, "{}", late.transcript());
}

#[tokio::test(flavor = "multi_thread")]
async fn something_that_is_no_message_is_passed_over_in_the_middle_of_others() {
    let world = world_of(2).await;
    let (messenger, people, visits) = two(&world).await;
    let numbered = |number: i64, rest: &str| {
        telegram::read_update(&format!("{{\"update_id\":{number},{rest}}}")).unwrap()
    };
    let mut updates: Vec<Update> = [
        "\"poll\":{\"id\":\"1\"}",
        "\"message\":null",
        "\"message\":{\"message_id\":\"x\",\"chat\":{\"id\":7001},\"text\":7}",
        "\"callback_query\":{\"id\":4}",
        "\"something_new\":{\"chat\":{\"id\":7001,\"type\":\"private\"},\"deep\":[[[[[[]]]]]]}",
    ]
    .into_iter()
    .zip(1..)
    .map(|(rest, number)| numbered(number, rest))
    .collect();
    for person in &people {
        person.says("My knees").await;
    }
    let real = messenger.door.updates(0, std::time::Duration::ZERO).await.unwrap();
    updates.splice(2..2, real);
    world.app.take_updates(updates, world.now()).await.unwrap();
    messenger.goes_by(seconds(10)).await;
    for visit in visits {
        assert_eq!(given(&world, visit).await, [topic("My knees")]);
    }
    assert_eq!(refused(&world).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_update_whose_row_is_broken_is_set_aside_and_holds_up_no_other() {
    let world = World::with_errors().await;
    let rows = ["F0", "F1"].map(|id| {
        format!("{id},P{id},Pat,Test,1960-01-01,en,Europe/London,,,2026-11-24T09:30,20,North Clinic,Dr Roe,Wellbeing check,booked")
    });
    world.book(&rows.each_ref().map(String::as_str)).await;
    let (messenger, people, visits) = two(&world).await;
    people[0].says("My knees").await;
    people[1].says("My back").await;
    messenger.take_in().await;
    meddle(&world, "UPDATE telegram_updates SET raw = NULL WHERE id = (SELECT MIN(id) FROM telegram_updates WHERE state = 'new')").await;
    messenger.goes_by(seconds(5)).await;
    assert_eq!(given(&world, visits[0]).await, []);
    assert_eq!(given(&world, visits[1]).await, [topic("My back")]);
    assert_eq!(refused(&world).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_update_that_cannot_be_applied_is_set_aside_and_the_patient_is_asked_to_send_it_again() {
    let world = World::with_errors().await;
    let rows = ["F0", "F1"].map(|id| {
        format!("{id},P{id},Pat,Test,1960-01-01,en,Europe/London,,,2026-11-24T09:30,20,North Clinic,Dr Roe,Wellbeing check,booked")
    });
    world.book(&rows.each_ref().map(String::as_str)).await;
    let (messenger, people, visits) = two(&world).await;
    let broken = "UPDATE conversations SET standing = '{' || standing \
        WHERE id = (SELECT id FROM conversations ORDER BY id LIMIT 1)";
    let first = usize::from(visits[0] > visits[1]);
    let other = 1 - first;
    meddle(&world, broken).await;
    // The two that fail are found among the others.
    people[first].says("My knees").await;
    people[other].says("My back").await;
    people[first].says("help").await;
    messenger.goes_by(seconds(5)).await;
    assert_eq!(refused(&world).await, 2);
    assert_eq!(given(&world, visits[other]).await, [topic("My back")]);
    let screen = people[first].screen();
    assert_eq!(screen.matches("Something went wrong").count(), 2, "{screen}");
    assert!(people[other].screen().contains(WISH));
    meddle(&world, "UPDATE conversations SET standing = substr(standing, 2) WHERE standing LIKE '{{%'").await;
    people[first].says("My knees").await;
    messenger.goes_by(seconds(5)).await;
    assert_eq!(given(&world, visits[first]).await, [topic("My knees")], "{}", people[first].transcript());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_stands_in_a_chat_whose_row_is_broken_is_told_so() {
    let world = World::with_errors().await;
    world.book(&["F0,FP0,Pat,Test,1960-01-01,en,Europe/London,,,2026-11-24T09:30,20,North Clinic,Dr Roe,Wellbeing check,booked"]).await;
    let messenger = world.messenger().await;
    let (people, _) = patients(&messenger, 1).await;
    meddle(&world, "UPDATE telegram_chats SET standing = chat").await;
    people[0].says("My knees").await;
    messenger.goes_by(seconds(5)).await;
    assert!(people[0].screen().ends_with("Please try once more."), "{}", people[0].screen());
}

/// Reads as the door does, and stumbles over one word.
fn stumbles(raw: &str) -> Option<Heard> {
    assert!(!raw.contains("boom"), "a fault in the program");
    telegram::heard(raw)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_over_one_update_ends_neither_the_service_nor_the_other_chats() {
    let world = World::with_errors().await;
    let rows = ["F0", "F1"].map(|id| {
        format!("{id},P{id},Pat,Test,1960-01-01,en,Europe/London,,,2026-11-24T09:30,20,North Clinic,Dr Roe,Wellbeing check,booked")
    });
    world.book(&rows.each_ref().map(String::as_str)).await;
    let (messenger, people, visits) = two(&world).await;
    people[0].says("boom").await;
    people[1].says("My back").await;
    people[0].says("My knees").await;
    messenger.take_in().await;
    let clock = || Some(world.now());
    let mut done = (0, 0);
    // A connection that was in use when it panicked is given back, and its locks with it, some time later.
    let mut tick = tokio::time::interval(std::time::Duration::from_millis(20));
    for _ in 0..500 {
        let heeded = world.app.heed(stumbles, &clock).await.unwrap();
        done = (done.0 + heeded.applied, done.1 + heeded.refused);
        if done.0 + done.1 >= 3 {
            break;
        }
        tick.tick().await;
    }
    assert_eq!(done, (2, 1));
    messenger.goes_by(seconds(5)).await;
    assert_eq!(given(&world, visits[0]).await, [topic("My knees")]);
    assert_eq!(given(&world, visits[1]).await, [topic("My back")]);
    assert_eq!(refused(&world).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_database_fails_updates_wait_and_none_is_set_aside() {
    let world = world_of(2).await;
    let (messenger, people, visits) = two(&world).await;
    people[0].says("My knees").await;
    people[1].says("My back").await;
    messenger.take_in().await;
    meddle(&world, "ALTER TABLE inbox RENAME TO inbox_away").await;
    let clock = || Some(world.now());
    assert!(world.app.heed(telegram::heard, &clock).await.is_err());
    meddle(&world, "ALTER TABLE inbox_away RENAME TO inbox").await;
    assert_eq!(refused(&world).await, 0);
    messenger.goes_by(seconds(5)).await;
    assert_eq!(given(&world, visits[0]).await, [topic("My knees")]);
    assert_eq!(given(&world, visits[1]).await, [topic("My back")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn several_workers_apply_each_update_once_and_those_of_a_chat_in_their_order() {
    const PATIENTS: usize = 8;
    let world = world_of(PATIENTS).await;
    let messenger = world.messenger().await;
    let (people, visits) = patients(&messenger, PATIENTS).await;
    for (n, person) in people.iter().enumerate() {
        person.says(&format!("Topic {n}")).await;
        // Too soon, whoever deals with it: it must not get before the first.
        person.says("talk").await;
        person.says("help").await;
    }
    messenger.take_in().await;
    let workers: Vec<_> = (0..4)
        .map(|_| {
            let (app, now) = (world.app.clone(), world.now());
            tokio::spawn(async move { app.heed(telegram::heard, &|| Some(now)).await.unwrap().applied })
        })
        .collect();
    let mut applied = 0;
    for worker in workers {
        applied += worker.await.unwrap();
    }
    applied += messenger.heed().await;
    assert_eq!(applied, 3 * PATIENTS);
    let from = messenger.api.calls().len();
    messenger.goes_by(seconds(20)).await;
    for (n, (person, visit)) in people.iter().zip(visits).enumerate() {
        assert_eq!(given(&world, visit).await, [topic(&format!("Topic {n}"))], "{}", person.transcript());
        let told = heard(&messenger, person, from);
        assert!(told[0].1.contains(WISH) && told[1].1.contains("before I asked"), "{told:?}");
    }
    assert_eq!(refused(&world).await, 0);
}
