//! What is typed before its question was shown, what was changed afterwards, and what cannot be read.

use super::{Chat, answers};
use crate::kit::World;

const FIRST: &str = "visit-agenda/topic-1: Sleep (telegram, patient)";

async fn with_grace() -> World {
    let world = World::new().await;
    world.invite_grace().await;
    world
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_typed_ahead_answers_no_question_that_was_not_shown() {
    let world = with_grace().await;
    let telegram = world.messenger().await;
    let mut chat = Chat::joined(&telegram, "A1").await;
    for text in ["Sleep", "talk", "no"] {
        chat.person.says(text).await;
    }
    telegram.run().await;
    insta::assert_snapshot!(chat.news(), @r"
    Grace: Sleep
    Grace: talk
    Grace: no
    bot edits message 6: Hello. Your care team would like to hear from you before your visit, so that you can spend your time together on what matters to you.
      
      There are up to 29 short questions. They take about 6 minutes.
      
      You can skip any question, stop at any time and come back later. Every answer is saved as you go.
      
      Nobody watches these answers around the clock. In an emergency call your local emergency number.
      
      1 of 29
      
      What matters most to you for this visit? What would you like to talk about?
      
      For example: something that worries you, a change you noticed, a medicine, a plan you have, or something you can't do any more.
      
      ✓ Sleep
    bot: 2 of 29
      
      “Sleep”
      
      What would you like us to do with this?
      [1 · Talk about it]
      [2 · Just so you know]
      [3 · Not today]
      [I prefer not to answer]
      [Back] [More choices]
    bot takes the buttons off message 10
    bot: You wrote that before I asked this question. Please answer it now:
      
      2 of 29
      
      “Sleep”
      
      What would you like us to do with this?
      [1 · Talk about it]
      [2 · Just so you know]
      [3 · Not today]
      [I prefer not to answer]
      [Back] [More choices]
    ");
    assert_eq!(answers(&world, "A1").await, FIRST);
    chat.says(&["talk"]).await;
    assert_eq!(
        answers(&world, "A1").await,
        format!("{FIRST}\nvisit-agenda/topic-1-wish: talk (telegram, patient)")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_and_skip_in_one_breath_leave_out_nothing_unseen() {
    let world = with_grace().await;
    let telegram = world.messenger().await;
    let chat = Chat::joined(&telegram, "A1").await;
    chat.person.says("Sleep").await;
    chat.person.says("skip").await;
    chat.person.says("back").await;
    telegram.run().await;
    assert_eq!(answers(&world, "A1").await, FIRST);
}

#[tokio::test(flavor = "multi_thread")]
async fn stop_typed_ahead_stops() {
    let world = with_grace().await;
    let telegram = world.messenger().await;
    let mut chat = Chat::joined(&telegram, "A1").await;
    chat.person.says("Sleep").await;
    chat.person.says("stop").await;
    telegram.run().await;
    insta::assert_snapshot!(chat.news(), @r"
    Grace: Sleep
    Grace: stop
    bot takes the buttons off message 6
    bot: You will get no more messages from us. Your visit stays as planned.
    ");
    assert_eq!(answers(&world, "A1").await, FIRST);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edited_message_changes_no_answer() {
    let world = with_grace().await;
    let telegram = world.messenger().await;
    let mut chat = Chat::joined(&telegram, "A1").await;
    let sleep = chat.person.says("Sleep").await;
    telegram.run().await;
    chat.news();
    chat.person.edits(sleep, "Sleep and work").await;
    telegram.run().await;
    insta::assert_snapshot!(chat.news(), @r#"
    Grace edits message 7: Sleep and work
    bot: You changed a message that you had sent. That does not change your answer. To change an answer, type "answers".
    "#);
    assert_eq!(answers(&world, "A1").await, FIRST);
    chat.says(&["talk"]).await;
    assert!(answers(&world, "A1").await.contains("topic-1-wish: talk"), "the question still waits");
    // After "stop" not even that is said.
    chat.says(&["stop"]).await;
    chat.news();
    chat.person.edits(sleep, "Sleep?").await;
    telegram.run().await;
    assert_eq!(chat.news().lines().count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_gets_a_sentence_and_the_question_again() {
    let world = with_grace().await;
    let telegram = world.messenger().await;
    let mut chat = Chat::joined(&telegram, "A1").await;
    chat.says(&["Sleep"]).await;
    chat.news();
    chat.person.sends_photo("my knee").await;
    telegram.run().await;
    insta::assert_snapshot!(chat.news(), @r"
    Grace: (photo) my knee
    bot takes the buttons off message 8
    bot: Thank you, but I can only read text. Please type your answer or press a button.
      
      2 of 29
      
      “Sleep”
      
      What would you like us to do with this?
      [1 · Talk about it]
      [2 · Just so you know]
      [3 · Not today]
      [I prefer not to answer]
      [Back] [More choices]
    ");
    for n in 0..4 {
        match n {
            0 => chat.person.sends_voice().await,
            1 => chat.person.sends_sticker("👍").await,
            2 => chat.person.sends_contact("+44 20 7946 0000").await,
            _ => chat.person.sends_location().await,
        };
        telegram.run().await;
        assert!(chat.newest().starts_with("Thank you, but I can only read text."), "{}", chat.newest());
        assert!(chat.newest().ends_with("[Back] [More choices]"), "{}", chat.newest());
    }
    assert_eq!(answers(&world, "A1").await, FIRST);
    chat.says(&["talk"]).await;
    assert!(answers(&world, "A1").await.contains("topic-1-wish: talk"));
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_photos_at_once_get_one_sentence() {
    let world = with_grace().await;
    let telegram = world.messenger().await;
    let mut chat = Chat::joined(&telegram, "A1").await;
    for _ in 0..10 {
        chat.person.sends_photo("").await;
    }
    telegram.run().await;
    assert_eq!(chat.news().matches("I can only read text").count(), 1);
    // With an answer among them, the answer counts, and its question is the last that is said.
    for n in 0..10 {
        if n == 5 {
            chat.person.says("Sleep").await;
        }
        chat.person.sends_photo("").await;
    }
    telegram.run().await;
    let news = chat.news();
    assert_eq!(news.matches("\nbot: ").count(), 2, "{news}");
    assert!(chat.newest().contains("What would you like us to do with this?"), "{}", chat.newest());
    assert_eq!(answers(&world, "A1").await, FIRST);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_gets_silence() {
    let world = with_grace().await;
    let telegram = world.messenger().await;
    let chat = Chat::joined(&telegram, "A1").await;
    let group = telegram.api.group("Family", &[&chat.person]).await;
    let code = telegram.code("A1").await;
    let calls = telegram.api.calls_of("sendMessage").len();
    for text in ["hello", &format!("/start {code}"), "/start@foreword_test_bot", "1958", "stop", "/help"] {
        group.hears(&chat.person, text).await;
        telegram.run().await;
    }
    assert_eq!(telegram.api.calls_of("sendMessage").len(), calls, "{}", group.screen());
    // The code was not used up by it.
    let phone = Chat::of(&telegram, telegram.api.user("Grace", "en"));
    phone.says(&[&format!("/start {code}")]).await;
    assert!(phone.newest().contains("the year in which"), "{}", phone.newest());
}
