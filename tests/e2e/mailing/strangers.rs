//! Mails from others than the patient, from machines, and to addresses that are not ours.

use foreword_domain::message::Channel;

use super::whole_visits::invited;
use crate::kit::{Mailbox, World, world::HOOK_SECRET};

async fn is_untouched(world: &World) -> bool {
    world.line("A1").await.progress.0 == 0
}

#[tokio::test(flavor = "multi_thread")]
async fn another_sender_changes_nothing_staff_see_it_and_the_sender_is_told_once() {
    let world = World::with_mailbox().await;
    let mut grace = invited(&world).await;
    let first = grace.newest();
    let mut eve = Mailbox::of(&world, "eve@home.test");
    let told = eve.reply_to(&first, "2").await;
    assert_eq!(told.len(), 1);
    insta::assert_snapshot!(told[0].text, @r"
    Thank you for your mail. We could not use it. Please reply from the address that our mail came to, or open the link in that mail. If you need help, call the clinic.

    North Clinic
    ");
    assert!(told[0].reply_to.is_none() && !told[0].raw.contains("/v/"), "it says nothing about anybody");
    assert_eq!(eve.reply_to(&first, "3").await.len(), 0, "once, however often they write");
    assert!(is_untouched(&world).await);
    assert_eq!(world.refused_mails().await, ["it is from another sender than the patient"; 2]);
    assert_eq!(grace.look().len(), 0, "the patient hears nothing of it");
    // Two senders in one mail are none.
    let both = grace
        .write(&first, "2")
        .replace("From: Grace Okafor <grace@home.test>", "From: grace@home.test, eve@home.test");
    grace.send(&both).await;
    assert!(is_untouched(&world).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_was_changed_or_made_up_changes_nothing() {
    let world = World::with_mailbox().await;
    let mut grace = invited(&world).await;
    let first = grace.newest();
    let address = first.reply_to.clone().unwrap();
    assert!(address.split('@').next().unwrap().len() <= 64, "RFC 5321 has room for it");
    let token = address.split(['+', '@']).nth(1).unwrap().to_owned();
    let turned = |at: usize| {
        let mut letters: Vec<char> = token.chars().collect();
        letters[at] = if letters[at] == 'a' { 'b' } else { 'a' };
        letters.into_iter().collect::<String>()
    };
    let mut forged: Vec<String> = (0..token.len()).map(turned).collect();
    forged.push(token.replacen('a', "b", 1));
    forged.extend(["a".to_owned(), String::new(), "a".repeat(46), format!("{token}a")]);
    for (n, forged) in forged.iter().enumerate() {
        let raw = grace.write(&first, "2").replace(&token, forged);
        grace.send(&raw.replace("reply.", &format!("forged.{n}."))).await;
        assert!(is_untouched(&world).await, "{forged}");
    }
    assert_eq!(world.refused_mails().await.len(), forged.len());
    // Letters have no case in mail addresses of many providers.
    let loud = grace.write(&first, "My knees").replace(&token, &token.to_uppercase());
    grace.send(&loud).await;
    assert!(!is_untouched(&world).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn after_the_visit_a_reply_is_kept_for_staff_and_changes_nothing() {
    let world = World::with_mailbox().await;
    let mut grace = invited(&world).await;
    let first = grace.newest();
    world.pass_hours(24 * 6);
    grace.reply_to(&first, "My knees").await;
    assert!(is_untouched(&world).await);
    assert_eq!(world.refused_mails().await, ["it came after the visit, or the visit was cancelled"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_is_never_answered_and_answers_nothing() {
    let world = World::with_mailbox().await;
    let mut grace = invited(&world).await;
    let first = grace.newest();
    let robots = [
        "Auto-Submitted: auto-replied",
        "X-Autoreply: yes",
        "Precedence: bulk",
        "List-Id: <knees.example>",
        "X-Foreword: 1",
    ];
    for robot in robots {
        let raw = grace.write(&first, "2");
        assert_eq!(grace.send(&format!("{robot}\r\n{raw}")).await.len(), 0, "{robot}");
        assert!(is_untouched(&world).await, "{robot}");
    }
    assert_eq!(world.refused_mails().await, Vec::<String>::new(), "and nobody need look at it");
}

fn bounce(first: &crate::kit::mailbox::Mail, to: &str, status: &str, action: &str) -> String {
    format!(
        "Return-Path: <>\r\nDelivered-To: {to}\r\nFrom: MAILER-DAEMON@mx.home.test\r\nTo: {to}\r\nSubject: Undelivered Mail Returned to Sender\r\nMessage-ID: <dsn.{status}.{action}@mx.home.test>\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.home.test\r\n\r\nFinal-Recipient: rfc822; grace@home.test\r\nAction: {action}\r\nStatus: {status}\r\nDiagnostic-Code: smtp; 550 {status} no\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: <{id}>\r\nSubject: x\r\n\r\nx\r\n--b--\r\n",
        id = first.message_id,
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_came_back_moves_the_patient_to_the_next_channel_and_staff_see_it() {
    let world = World::with_mailbox().await;
    let mut grace = invited(&world).await;
    let first = grace.newest();
    let to = first.header("Return-Path").unwrap().trim_matches(&['<', '>'][..]).to_owned();
    world.take_mail(&bounce(&first, &to, "4.4.1", "delayed")).await;
    assert_eq!(world.line("A1").await.lost, None, "late is not lost");
    world.take_mail(&bounce(&first, &to, "5.7.1", "failed")).await;
    assert_eq!(world.line("A1").await.lost, None, "what a server does not allow says nothing of the address");
    assert_eq!(
        world.refused_mails().await,
        ["a mail to the patient was refused by their mail server (5.7.1)"]
    );
    world.take_mail(&bounce(&first, &to, "5.1.1", "failed")).await;
    let lost = world.line("A1").await.lost.unwrap();
    assert_eq!((lost.channel, lost.why.as_str()), (Channel::Email, "a mail came back (5.1.1)"));
    world.pass_hours(30);
    let done = world.tick().await;
    assert!(done.iter().all(|done| done.outcome != "sent"), "nothing more goes there: {done:?}");
    // They write from it after all: it is in use.
    grace.reply_to(&first, "My knees").await;
    assert_eq!(world.line("A1").await.lost, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_delivers_with_the_secret_and_only_mail() {
    use axum::{body::Body, http::Request};
    use tower::ServiceExt;
    let world = World::with_mailbox().await;
    let mut grace = invited(&world).await;
    let first = grace.newest();
    let raw = grace.write(&first, "My knees");
    let deliver = async |secret: &str, body: String| {
        let request = Request::post("/hooks/mail").header("authorization", format!("Bearer {secret}"));
        let request = request.body(Body::from(body)).unwrap();
        world.router().oneshot(request).await.unwrap().status().as_u16()
    };
    assert_eq!(deliver("wrong", raw.clone()).await, 401);
    assert_eq!(deliver(HOOK_SECRET, "{\"not\": \"mail\"}".to_owned()).await, 422);
    assert_eq!(deliver(HOOK_SECRET, raw.clone()).await, 200);
    assert_eq!(deliver(HOOK_SECRET, raw).await, 200, "again, as providers do");
    world.app.heed_mails(foreword_bot::mail::read_mail, &|| Some(world.now())).await.unwrap();
    world.tick().await;
    assert_eq!(world.line("A1").await.progress.0, 1);
    assert_eq!(grace.look().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_read_what_was_not_taken_in_and_mark_it_as_seen() {
    let world = World::with_mailbox().await;
    let mut grace = invited(&world).await;
    let first = grace.newest();
    Mailbox::of(&world, "eve@home.test").reply_to(&first, "I am her <b>daughter</b>").await;
    let mut tab = crate::signing_in::staff(&world).await;
    let page = tab.open("/clinic/mail").await.page.clone();
    assert!(page.contains("eve@home.test") && page.contains("I am her &#60;b&#62;daughter"), "{page}");
    assert!(page.contains("Grace Okafor"), "{page}");
    let id = page.split("/clinic/mail/").nth(1).unwrap().split('/').next().unwrap().to_owned();
    tab.send(&format!("/clinic/mail/{id}/seen"), &[]).await;
    assert!(tab.page.contains("There are none."), "{}", tab.page);
}
