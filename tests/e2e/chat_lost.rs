//! Chats in which nobody can be reached any more, and chats that go on under another number: what was
//! planned takes another way, and whoever comes back is found again.

use std::collections::BTreeMap;

use foreword_domain::{
    chat::{Reply, Tell},
    consent::{Consent, Recorder},
    ids::{OutboxId, PatientId},
    language::Lang,
    message::{Channel, Owed},
    private::Private,
    response::Respondent,
};
use foreword_store::{
    outbox, patients,
    telegram::{self, Chat},
};
use jiff::Timestamp;

use super::chat_faults::{WISH, given, heard, outcomes, seconds, topic};
use crate::kit::{
    Messenger, World,
    telegram::{Order, Person},
    world::GRACE,
};

/// Grace, who has an e-mail address as well and has been invited by chat.
async fn grace(world: &World) -> (Messenger<'_>, Person, PatientId) {
    world.book(&[GRACE]).await;
    let messenger = world.messenger().await;
    let person = messenger.api.user("Grace", "en");
    messenger.bind(&person, "A1").await;
    person.start("").await;
    messenger.run().await;
    world.pass(seconds(5));
    let (_, patient) = world.visit_of("A1").await;
    (messenger, person, patient)
}

/// A patient's chats: the number, and why nobody can be reached there.
async fn chats(world: &World, patient: PatientId) -> Vec<(i64, Option<String>)> {
    let chats = world.store.read(move |txn| Box::pin(async move { telegram::chats_of(txn, patient).await }));
    chats.await.unwrap().into_iter().map(|(chat, _, lost)| (chat, lost.map(|(_, why)| why))).collect()
}

/// Ticks until the timetable owes nothing that is due, and tells by which channel what was sent.
async fn sent_by(messenger: &Messenger<'_>) -> Vec<String> {
    let done = messenger.tick().await;
    done.into_iter().filter(|done| done.outcome == "sent").map(|done| done.channel).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_blocks_the_bot_is_written_to_by_mail_and_found_again_when_they_write() {
    let world = World::new().await;
    let (messenger, grace, patient) = grace(&world).await;
    assert_eq!(sent_by(&messenger).await, ["telegram"]);
    messenger.run().await;
    grace.blocks_bot().await;
    messenger.run().await;
    assert_eq!(chats(&world, patient).await, [(grace.id(), Some("the bot was blocked".to_owned()))]);
    let from = messenger.api.calls().len();
    // The reminder, three days before the visit.
    world.pass_hours(26);
    assert_eq!(sent_by(&messenger).await, ["email"]);
    assert_eq!(heard(&messenger, &grace, from), []);
    assert_eq!(world.mails().len(), 1);

    grace.unblocks_bot().await;
    grace.says("My knees").await;
    messenger.goes_by(seconds(3)).await;
    assert_eq!(chats(&world, patient).await, [(grace.id(), None)]);
    assert!(grace.screen().ends_with("[Back] [More choices]"), "{}", grace.screen());
    let (visit, _) = world.visit_of("A1").await;
    assert_eq!(given(&world, visit).await, [topic("My knees")]);
    // What is planned from now on goes there again, but for the last reminder, which takes the other way.
    world.book(&[&GRACE.replace("A1", "A9").replace("11-24T09:30", "11-26T09:30")]).await;
    world.pass_hours(2);
    assert_eq!(sent_by(&messenger).await, ["telegram"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_block_that_is_only_noticed_when_sending_moves_the_message_to_mail_at_once() {
    let world = World::new().await;
    let (messenger, grace, patient) = grace(&world).await;
    messenger.api.holds_updates();
    grace.blocks_bot().await;
    assert_eq!(outcomes(&messenger.tick().await), ["retry", "sent"]);
    assert_eq!(world.mails().len(), 1, "in the same breath");
    assert_eq!(chats(&world, patient).await, [(grace.id(), Some("the bot is blocked there".to_owned()))]);
    messenger.api.lets_updates_go(Order::AsTheyHappened).await;
    messenger.run().await;
    assert_eq!(chats(&world, patient).await, [(grace.id(), Some("the bot was blocked".to_owned()))]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_answered_just_before_a_block_is_kept_and_nothing_more_is_tried() {
    let world = World::new().await;
    let (messenger, grace, patient) = grace(&world).await;
    messenger.tick().await;
    world.pass(seconds(2));
    messenger.api.holds_updates();
    grace.says("My knees").await;
    grace.says("answers").await;
    grace.blocks_bot().await;
    messenger.api.lets_updates_go(Order::AsTheyHappened).await;
    let from = messenger.api.calls().len();
    let done = messenger.run().await;
    assert_eq!(outcomes(&done), ["gave-up", "gave-up"]);
    assert_eq!(
        messenger.api.calls_of("sendMessage").len(),
        messenger.api.calls()[..from].iter().filter(|call| call.method == "sendMessage").count()
    );
    let (visit, _) = world.visit_of("A1").await;
    assert_eq!(given(&world, visit).await, [topic("My knees")]);
    assert_eq!(chats(&world, patient).await.len(), 1);
    // Back again, the question they stand at is asked.
    grace.unblocks_bot().await;
    grace.says("hello").await;
    messenger.goes_by(seconds(3)).await;
    assert!(grace.screen().contains(WISH), "{}", grace.screen());
    assert_eq!(given(&world, visit).await, [topic("My knees")], "a greeting is no answer to it");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_chat_of_an_account_that_was_deleted_is_left_alone() {
    let world = World::new().await;
    let (messenger, grace, patient) = grace(&world).await;
    grace.deletes_account();
    assert_eq!(outcomes(&messenger.tick().await), ["retry", "sent"]);
    assert_eq!(world.mails().len(), 1);
    assert_eq!(chats(&world, patient).await, [(grace.id(), Some("the account was deleted".to_owned()))]);
    let from = messenger.api.calls().len();
    world.pass_hours(26);
    assert_eq!(sent_by(&messenger).await, ["email"]);
    assert_eq!(messenger.api.calls_from(from).len(), 0, "it is not tried again");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_no_other_way_and_is_lost_is_given_up_and_staff_can_see_why() {
    let world = World::new().await;
    let row = GRACE.replace("grace@home.test", "");
    world.book(&[&row]).await;
    let messenger = world.messenger().await;
    let grace = messenger.api.user("Grace", "en");
    messenger.bind(&grace, "A1").await;
    grace.start("").await;
    messenger.run().await;
    grace.blocks_bot().await;
    messenger.run().await;
    world.pass_hours(24);
    assert!(sent_by(&messenger).await.is_empty());
    let (_, patient) = world.visit_of("A1").await;
    assert_eq!(chats(&world, patient).await[0].1.as_deref(), Some("the bot was blocked"));
}

/// A chat in which nothing was said.
fn fresh(chat: i64) -> Chat<BTreeMap<String, u8>> {
    let mut fresh: Chat<BTreeMap<String, u8>> = Chat::new(chat);
    fresh.standing.insert("v".to_owned(), 0);
    fresh
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_with_another_number_goes_on_under_it_with_what_is_owed_to_it() {
    for found_by in ["sending", "an update"] {
        let world = World::new().await;
        world.book(&[GRACE]).await;
        let messenger = world.messenger().await;
        let person = messenger.api.user("Grace", "en");
        let group = messenger.api.group("Grace and her son", &[&person]).await;
        let (_, patient) = world.visit_of("A1").await;
        let (old, now) = (group.id(), world.now());
        let bound = world.store.write(move |txn| {
            Box::pin(async move {
                let consent = Consent {
                    channel: Channel::Telegram,
                    text_version: "test".to_owned(),
                    language: Lang::english(),
                    given_at: now,
                    by: Recorder::Patient,
                    warning_shown: true,
                    withdrawn_at: None,
                };
                patients::give_consent(txn, patient, &consent).await?;
                telegram::bind(txn, patient, old, Respondent::Proxy, now).await?;
                telegram::put_chat(txn, &fresh(old), now).await?;
                for turn in [1, 2] {
                    outbox::owe(txn, &reply(patient, old, turn, now), now).await?;
                }
                Ok::<_, foreword_store::Error>(())
            })
        });
        bound.await.unwrap();
        messenger.api.holds_updates();
        let new = group.migrates(&person).await;
        if found_by == "an update" {
            messenger.api.lets_updates_go(Order::AsTheyHappened).await;
            messenger.take_in().await;
            messenger.heed().await;
        }
        let done = messenger.goes_by(seconds(5)).await;
        let sent = if found_by == "sending" { vec!["retry", "sent", "sent"] } else { vec!["sent", "sent"] };
        assert_eq!(outcomes(&done), sent, "{found_by}: {}", messenger.api.transcript());
        assert_eq!(group.screen().matches("nothing to answer").count(), 2, "{}", group.screen());
        assert_eq!(chats(&world, patient).await, [(new, None)], "{found_by}");
        assert_eq!(sent_by(&messenger).await, ["telegram"], "{found_by}: what is planned follows");
        if found_by == "sending" {
            // The update that says so comes late, and changes nothing.
            messenger.api.lets_updates_go(Order::Reversed).await;
            messenger.goes_by(seconds(5)).await;
            assert_eq!(chats(&world, patient).await, [(new, None)]);
        }
    }
}

fn reply(patient: PatientId, chat: i64, turn: i64, now: Timestamp) -> outbox::Row {
    let mut random = [0; 10];
    random[0] = u8::try_from(turn).unwrap();
    outbox::Row {
        id: OutboxId::mint(now, random),
        key: format!("telegram:test-{turn}"),
        patient: Some(patient),
        appointment: None,
        channel: Channel::Telegram,
        address: Private::new(chat.to_string()),
        owed: Owed::Reply(Box::new(Reply {
            v: 1,
            conversation: None,
            language: Lang::english(),
            query: None,
            edit: None,
            says: vec![Tell::NoVisit],
        })),
        not_before: now,
        state: outbox::state::QUEUED.to_owned(),
        attempts: 0,
        fence: 0,
        turn,
        parts: 0,
        finished_at: None,
        reason: None,
    }
}
