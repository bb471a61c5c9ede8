//! What a patient said goes out in no mail that they did not ask for.

use jiff::SignedDuration;

use crate::kit::{Mailbox, World};

#[tokio::test(flavor = "multi_thread")]
async fn what_was_said_on_the_web_is_in_no_reminder() {
    let world = World::with_mailbox().await;
    let token = world.invite_grace().await.token.unwrap().into_inner();
    let mut mailbox = Mailbox::of(&world, "grace@home.test");
    let first = mailbox.newest();
    assert!(first.text.contains("The first question is below"), "{}", first.text);
    let mut tab = world.tab();
    tab.enter(&token, "1958").await;
    tab.ask_for("begin").await;
    tab.answer("canary of my own words").await;
    assert!(tab.page.contains("canary"), "the next question is about it: {}", tab.page);
    world.pass(SignedDuration::from_hours(30));
    world.tick().await;
    let reminder = mailbox.newest();
    assert!(reminder.subject.starts_with("A reminder"), "{}", reminder.subject);
    assert!(!reminder.raw.contains("canary") && !reminder.text.contains("canary"), "{}", reminder.text);
    assert!(!reminder.text.contains("The first question is below"), "{}", reminder.text);
}
