//! Invitations and reminders by chat.

use super::Chat;
use crate::kit::{
    World,
    world::{GRACE, JOHN},
};

/// Words that no message may hold.
const PRIVATE: [&str; 16] = [
    "Gastro",
    "GI follow",
    "PHQ",
    "GAD",
    "K10",
    "Wellbeing",
    "mood",
    "Mood",
    "anxi",
    "stomach",
    "bowel",
    "Okafor",
    "Whitfield",
    "1958",
    "1949",
    "score",
];

#[tokio::test(flavor = "multi_thread")]
async fn a_joined_patient_is_invited_to_the_next_visit_in_the_chat() {
    let world = World::new().await;
    world.invite_grace().await;
    let telegram = world.messenger().await;
    let mut chat = Chat::joined(&telegram, "A1").await;
    chat.says(&["not this time"]).await;
    let mails = world.mails().len();
    world.pass_hours(24 * 5);
    world.book(&[&GRACE.replace("A1,", "A9,").replace("2026-11-24", "2026-12-01")]).await;
    chat.news();
    let done = telegram.tick().await;
    assert_eq!(done.iter().map(|done| done.channel.as_str()).collect::<Vec<_>>(), ["telegram"]);
    insta::assert_snapshot!(chat.news(), @r#"
    bot: You have a visit on 1 December 2026 at 09:30. Before you come, we would like to ask you a few questions. Your answers help you and your care team use the time for what matters to you.
      
      It takes about 6 minutes. You can answer right here.
      
      Nobody watches these answers around the clock. In an emergency call your local emergency number.
      
      For no more messages, type "stop".
      [Begin]
    "#);
    assert_eq!(world.mails().len(), mails);
    let invitation = chat.person.newest();
    chat.presses(&["Begin"]).await;
    insta::assert_snapshot!(chat.news(), @r"
    Grace presses [Begin]
    bot takes the buttons off message 9
    (editMessageReplyMarkup is refused: Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message)
    bot: Hello. Your care team would like to hear from you before your visit, so that you can spend your time together on what matters to you.
      
      There are up to 29 short questions. They take about 6 minutes.
      
      You can skip any question, stop at any time and come back later. Every answer is saved as you go.
      
      Nobody watches these answers around the clock. In an emergency call your local emergency number.
      
      1 of 29
      
      What matters most to you for this visit? What would you like to talk about?
      
      For example: something that worries you, a change you noticed, a medicine, a plan you have, or something you can't do any more.
      
      Use your own words, up to 500 characters.
      [I have nothing to add]
      [More choices]
    ");
    assert!(chat.person.buttons(invitation).is_empty());
    // Pressed once more on an old screen, it leads back to the question that waits.
    chat.person.presses_on(invitation, "Begin").await;
    telegram.run().await;
    assert!(chat.newest().contains("1 of 29"), "{}", chat.newest());
    // The reminder comes here, the last one by the other way.
    world.pass_hours(24 * 3 + 2);
    let reminded: Vec<_> = telegram.tick().await.into_iter().map(|done| (done.kind, done.channel)).collect();
    assert_eq!(reminded, [("reminder".to_owned(), "telegram".to_owned())]);
    chat.news();
    chat.presses(&["Begin"]).await;
    assert!(chat.newest().starts_with("Welcome back."), "{}", chat.newest());
    world.pass_hours(24 * 2);
    let last: Vec<_> = telegram.tick().await.into_iter().map(|done| (done.kind, done.channel)).collect();
    assert_eq!(last, [("last-reminder".to_owned(), "email".to_owned())]);
    for private in PRIVATE {
        for (_, mail) in world.mails() {
            assert!(!mail.contains(private), "{private} is in the mail:\n{mail}");
        }
    }
    for call in telegram.api.calls_of("sendMessage") {
        let text = call.given["text"].as_str().unwrap();
        for private in PRIVATE.iter().filter(|_| text.contains("You have a visit")) {
            assert!(!text.contains(private), "{private} is in the message:\n{text}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_that_is_answered_by_typing_begins_as_well() {
    let world = World::new().await;
    world.invite_grace().await;
    let telegram = world.messenger().await;
    let chat = Chat::joined(&telegram, "A1").await;
    chat.says(&["not this time"]).await;
    world.pass_hours(24 * 5);
    world.book(&[&GRACE.replace("A1,", "A9,").replace("2026-11-24", "2026-12-01")]).await;
    telegram.tick().await;
    chat.says(&["I can't sleep"]).await;
    assert!(chat.newest().starts_with("Hello. Your care team"), "{}", chat.newest());
    assert_eq!(super::answers(&world, "A9").await, "", "the first words answer no question");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_leads_to_the_chat_only_where_there_is_a_bot() {
    let world = World::new().await;
    world.book(&[GRACE]).await;
    world.tick().await;
    assert!(!world.mails()[0].1.contains("t.me"), "{}", world.mails()[0].1);
    let telegram = world.messenger().await;
    world.book(&[JOHN]).await;
    telegram.tick().await;
    let (_, mail) = world.mails().into_iter().find(|(_, mail)| mail.contains("john@home.test")).unwrap();
    let mail = mail.replace("=\r\n", "").replace("=3D", "=");
    let link = mail.split("https://t.me/foreword_test_bot?start=").nth(1).expect("a link").to_owned();
    let code: String =
        link.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')).collect();
    // The link in it works.
    let chat = Chat::of(&telegram, telegram.api.user("John", "en"));
    chat.says(&[&format!("/start {code}"), "1949", "1", "yes"]).await;
    assert!(chat.newest().contains("1 of 22"), "{}", chat.newest());
    // And is gone with the bot.
    world.app.set_bot(None).await.unwrap();
    assert!(world.app.chat_link(world.phone("A1").await.conversation, world.now()).await.unwrap().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_blocked_the_bot_is_reached_by_mail() {
    let world = World::new().await;
    world.invite_grace().await;
    let telegram = world.messenger().await;
    let mut chat = Chat::joined(&telegram, "A1").await;
    chat.person.blocks_bot().await;
    telegram.run().await;
    world.pass_hours(24 * 2);
    let done: Vec<_> = telegram.tick().await.into_iter().map(|done| done.channel).collect();
    assert_eq!(done, ["email"]);
    chat.person.unblocks_bot().await;
    chat.news();
    chat.says(&["hello"]).await;
    insta::assert_snapshot!(chat.news(), @r"
    Grace: hello
    bot takes the buttons off message 6
    bot: Welcome back. There are 21 questions left.
      
      1 of 29
      
      What matters most to you for this visit? What would you like to talk about?
      
      For example: something that worries you, a change you noticed, a medicine, a plan you have, or something you can't do any more.
      
      Use your own words, up to 500 characters.
      [I have nothing to add]
      [More choices]
    ");
}
