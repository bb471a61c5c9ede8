//! No more messages: by a reply, by the mail program's button, by the link.

use super::whole_visits::invited;
use crate::kit::{Mailbox, World};

async fn goes_on(world: &World) -> bool {
    world.pass_hours(72);
    world.tick().await.iter().any(|done| done.outcome == "sent")
}

#[tokio::test(flavor = "multi_thread")]
async fn stop_is_never_an_answer_and_ends_all_messages() {
    let world = World::with_mailbox().await;
    let mut grace = invited(&world).await;
    let told = grace.reply("Stop.").await;
    assert!(told[0].text.contains("You will get no more messages from us"), "{}", told[0].text);
    assert_eq!(world.line("A1").await.progress.0, 0);
    let first = grace.mails[0].clone();
    // What is written afterwards is kept for staff, and not answered.
    assert_eq!(grace.reply_to(&first, "thanks").await.len(), 0);
    assert_eq!(world.refused_mails().await, ["the patient wanted no more messages, and wrote this"]);
    assert!(!goes_on(&world).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_holds_a_mail_of_ours_may_end_the_mails() {
    let world = World::with_mailbox().await;
    let mut grace = invited(&world).await;
    let first = grace.newest();
    // Forwarded to another address of theirs.
    assert_eq!(Mailbox::of(&world, "grace@work.test").reply_to(&first, "STOP").await.len(), 0);
    assert!(!goes_on(&world).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_to_the_address_of_the_unsubscribe_line_ends_the_mails() {
    let world = World::with_mailbox().await;
    let mut grace = invited(&world).await;
    let first = grace.newest();
    let line = first.header("List-Unsubscribe").unwrap();
    let to = line.split("<mailto:").nth(1).unwrap().trim_end_matches('>').to_owned();
    let raw = grace.write(&first, "").replace(first.reply_to.as_deref().unwrap(), &to);
    assert_eq!(grace.send(&raw).await.len(), 0);
    assert!(!goes_on(&world).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_unsubscribe_link_changes_nothing_when_it_is_opened_and_all_when_it_is_pressed() {
    use axum::{body::Body, http::Request};
    use tower::ServiceExt;
    let world = World::with_mailbox().await;
    let mut grace = invited(&world).await;
    let header = grace.newest().header("List-Unsubscribe").unwrap();
    let link = header.split(['<', '>']).nth(1).unwrap().to_owned();
    let path = link.strip_prefix("http://clinic.test").unwrap().to_owned();
    let mut tab = world.tab();
    for _ in 0..3 {
        tab.open(&path).await;
        assert_eq!(tab.heading(), "Stop all messages?");
    }
    assert!(!tab.page.contains("Grace"), "it says nothing about anybody");
    assert_eq!(tab.open("/stop/snothing").await.status, 404);
    let wrong = path.replace("/stop/s", "/stop/a");
    assert_eq!(tab.open(&wrong).await.status, 404, "an address for answers is no link");
    // As mail programs press it (RFC 8058): from elsewhere, without a cookie.
    let request = Request::post(&path).header("content-type", "application/x-www-form-urlencoded");
    let request = request.body(Body::from("List-Unsubscribe=One-Click")).unwrap();
    let said = world.router().oneshot(request).await.unwrap();
    assert_eq!(said.status().as_u16(), 200);
    assert!(!goes_on(&world).await);
}
