//! Staff see what will be sent, in its words, before it is.

use axum::http::StatusCode;
use foreword_domain::message::Channel;
use foreword_store::outbox;
use jiff::SignedDuration;

use crate::{
    kit::{
        Mailbox, World,
        world::{GRACE, JOHN},
    },
    signing_in,
};

#[tokio::test(flavor = "multi_thread")]
async fn the_rehearsal_shows_the_words_by_day_and_sends_nothing() {
    let mut world = World::new().await;
    world.leave_things_lying();
    world.book(&[GRACE, &JOHN.replace(",en,", ",de,")]).await;
    let token = world.line("A1").await.token.unwrap().into_inner();
    let mut clinic = signing_in::staff(&world).await;
    clinic.open("/clinic/rehearsal?days=7").await;
    let page = clinic.text();
    for part in [
        "Today, Friday 20 November",
        "Grace Okafor",
        "John Whitfield",
        "Invitation by e-mail",
        "Last reminder by e-mail",
        "Saturday 21 November",
        "6 messages",
        "http://clinic.test/v/…",
        "lang=\"de\"",
    ] {
        assert!(page.contains(part), "{part} is not on\n{page}");
    }
    assert!(!page.contains(&token), "whoever reads this can't answer for the patient");
    let queued = world
        .store
        .read(|txn| Box::pin(async move { outbox::in_state(txn, outbox::state::QUEUED).await }))
        .await
        .unwrap();
    assert_eq!(queued.len(), 6, "nothing left");
    assert!(queued.iter().all(|row| row.channel == Channel::Email && row.attempts == 0));
    clinic.open("/clinic/rehearsal?days=1").await;
    assert!(clinic.page.contains("2 messages") && !clinic.page.contains("Reminder by"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rehearsal_can_be_of_one_patient_alone() {
    let mut world = World::new().await;
    world.leave_things_lying();
    world.book(&[GRACE, JOHN]).await;
    let id = world.line("A1").await.patient.id;
    let mut clinic = signing_in::staff(&world).await;
    clinic.open(&format!("/clinic/rehearsal?patient={id}&days=60")).await;
    assert!(clinic.page.contains("What will be sent to"));
    assert!(clinic.page.contains("3 messages") && !clinic.page.contains("John Whitfield"));
    for (odd, status) in [
        ("patient=nobody", StatusCode::NOT_FOUND),
        ("patient=01a1ffa1-68e9-70c9-8e13-640e4cfba9b1", StatusCode::OK),
        ("days=x", StatusCode::OK),
        ("days=100000", StatusCode::OK),
    ] {
        assert_eq!(clinic.open(&format!("/clinic/rehearsal?{odd}")).await.status, status, "{odd}");
    }
    let mut stranger = world.tab();
    stranger.open("/clinic/rehearsal").await;
    assert!(stranger.at.starts_with("/clinic/sign-in"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_patient_answered_is_in_no_rehearsal() {
    let world = World::with_mailbox().await;
    world.invite_grace().await;
    let mut mailbox = Mailbox::of(&world, "grace@home.test");
    let first = mailbox.newest();
    let raw = mailbox.write(&first, "canary-answer");
    world.pass(SignedDuration::from_mins(1));
    world.take_mail(&raw).await;
    let queued =
        world.store.read(|txn| Box::pin(async move { outbox::in_state(txn, outbox::state::QUEUED).await }));
    assert!(queued.await.unwrap().iter().any(|row| row.owed.as_str() == "mail"), "a confirmation waits");
    let mut clinic = signing_in::staff(&world).await;
    clinic.open("/clinic/rehearsal?days=60").await;
    assert!(clinic.page.contains("Last reminder") && !clinic.page.contains("canary"), "{}", clinic.text());
    world.tick().await;
}
