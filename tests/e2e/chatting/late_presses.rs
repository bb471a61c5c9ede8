//! Buttons that are pressed too late, twice, or by somebody who makes up what they carry: there is a kind
//! word, nothing wrong is stored, and the message loses its buttons.

use foreword_domain::conversation::State;
use jiff::SignedDuration;

use super::{Chat, answers};
use crate::kit::{
    World,
    world::{GRACE, JOHN},
};

const WISH: &str =
    "visit-agenda/topic-1: Sleep (telegram, patient)\nvisit-agenda/topic-1-wish: talk (telegram, patient)";

async fn with_grace() -> World {
    let world = World::new().await;
    world.invite_grace().await;
    world
}

#[tokio::test(flavor = "multi_thread")]
async fn a_button_pressed_twice_before_the_bot_has_answered() {
    let world = with_grace().await;
    let telegram = world.messenger().await;
    let mut chat = Chat::joined(&telegram, "A1").await;
    chat.says(&["Sleep"]).await;
    chat.news();
    let question = chat.person.newest();
    for button in ["1 · Talk about it", "1 · Talk about it", "2 · Just so you know", "Back"] {
        chat.person.presses_on(question, button).await;
    }
    telegram.run().await;
    insta::assert_snapshot!(chat.news(), @r#"
    Grace presses [1 · Talk about it] on message 8
    Grace presses [1 · Talk about it] on message 8
    Grace presses [2 · Just so you know] on message 8
    Grace presses [Back] on message 8
    bot edits message 8: 2 of 29
      
      “Sleep”
      
      What would you like us to do with this?
      
      ✓ Talk about it
    bot: 3 of 29
      
      Is there something else you would like to talk about?
      
      Use your own words, up to 500 characters.
      [I have nothing to add]
      [Back] [More choices]
    bot shows for a moment: You have answered this already. To change it, type "answers".
    (editMessageText is refused: Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message)
    bot shows for a moment: You have answered this already. To change it, type "answers".
    (editMessageText is refused: Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message)
    bot shows for a moment: You have answered this already. To change it, type "answers".
    (editMessageText is refused: Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message)
    "#);
    assert_eq!(answers(&world, "A1").await, WISH);
    // "Back" twice is back once: what was shown when it was pressed was the same question.
    let question = chat.person.newest();
    for _ in 0..2 {
        chat.person.presses_on(question, "Back").await;
    }
    telegram.run().await;
    insta::assert_snapshot!(chat.news(), @r"
    Grace presses [Back] on message 9
    Grace presses [Back] on message 9
    bot takes the buttons off message 9
    bot: 2 of 29
      
      “Sleep”
      
      What would you like us to do with this?
      [1 · Talk about it]
      [2 · Just so you know]
      [3 · Not today]
      [I prefer not to answer]
      [Back] [More choices]
    bot shows for a moment: This button does nothing any more. Please answer the newest question.
    (editMessageReplyMarkup is refused: Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message)
    ");
    chat.says(&["3"]).await;
    assert!(answers(&world, "A1").await.contains("topic-1-wish: not-today"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_button_pressed_after_the_answer_was_typed() {
    let world = with_grace().await;
    let telegram = world.messenger().await;
    let mut chat = Chat::joined(&telegram, "A1").await;
    chat.says(&["Sleep"]).await;
    let question = chat.person.newest();
    chat.says(&["talk"]).await;
    chat.news();
    for button in ["3 · Not today", "I prefer not to answer", "Back", "More choices"] {
        chat.person.presses_on(question, button).await;
        telegram.run().await;
    }
    insta::assert_snapshot!(chat.news(), @r#"
    Grace presses [3 · Not today] on message 8
    bot shows for a moment: You have answered this already. To change it, type "answers".
    (editMessageText is refused: Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message)
    Grace presses [I prefer not to answer] on message 8
    bot shows for a moment: You have answered this already. To change it, type "answers".
    (editMessageText is refused: Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message)
    Grace presses [Back] on message 8
    bot shows for a moment: You have answered this already. To change it, type "answers".
    (editMessageText is refused: Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message)
    Grace presses [More choices] on message 8
    (editMessageReplyMarkup is refused: Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message)
    bot takes the buttons off message 10
    bot: You can answer with a number or with words. No answer is wrong.
      
      You can also type: "back" for the question before, "skip" to leave one out, "answers" to see what you said, "change 3" to change answer 3, "pause" to go on later, "language es" for Spanish, "not this time" if you don't want to answer for this visit, "not me" if this is not for you, "stop" for no more messages.
      
      Nobody watches these answers around the clock. In an emergency call your local emergency number.
      
      3 of 29
      
      Is there something else you would like to talk about?
      
      Use your own words, up to 500 characters.
      [I have nothing to add]
      [Back] [More choices]
      [My answers] [Go on later]
      [Language]
      [I don't want to answer for this visit]
      [This is not me] [Stop all messages]
    "#);
    assert_eq!(answers(&world, "A1").await, WISH);
    assert!(chat.person.buttons(question).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_button_pressed_after_the_answer_was_changed_on_the_web() {
    let world = with_grace().await;
    let telegram = world.messenger().await;
    let mut chat = Chat::joined(&telegram, "A1").await;
    chat.says(&["Sleep"]).await;
    let mut tab = world.tab();
    tab.enter(world.line("A1").await.token.unwrap().reveal(), "1958").await;
    tab.answer("know").await;
    chat.news();
    chat.presses(&["1 · Talk about it"]).await;
    insta::assert_snapshot!(chat.news(), @r#"
    Grace presses [1 · Talk about it]
    bot edits message 8: 2 of 29
      
      “Sleep”
      
      What would you like us to do with this?
      
      ✓ Just so you know
    bot: You have answered this already. To change it, type "answers".
      
      3 of 29
      
      Is there something else you would like to talk about?
      
      Use your own words, up to 500 characters.
      [I have nothing to add]
      [Back] [More choices]
    "#);
    assert!(answers(&world, "A1").await.contains("topic-1-wish: know (web, patient)"));
    chat.presses(&["I have nothing to add"]).await;
    assert!(answers(&world, "A1").await.contains("topic-2:  (telegram, patient)"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_button_of_a_question_that_is_asked_no_more() {
    let world = with_grace().await;
    let telegram = world.messenger().await;
    let mut chat = Chat::joined(&telegram, "A1").await;
    chat.says(&["Sleep"]).await;
    let wish = chat.person.newest();
    chat.says(&["change 1"]).await;
    chat.presses(&["I have nothing to add"]).await;
    chat.news();
    chat.person.presses_on(wish, "1 · Talk about it").await;
    telegram.run().await;
    insta::assert_snapshot!(chat.news(), @r"
    Grace presses [1 · Talk about it] on message 8
    bot shows for a moment: This button does nothing any more. Please answer the newest question.
    (editMessageReplyMarkup is refused: Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message)
    ");
    assert_eq!(answers(&world, "A1").await, "visit-agenda/topic-1:  (telegram, patient)");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_button_pressed_after_the_visit_was_moved_cancelled_or_is_over() {
    let world = with_grace().await;
    let telegram = world.messenger().await;
    let mut chat = Chat::joined(&telegram, "A1").await;
    chat.says(&["Sleep"]).await;
    world.book(&[&GRACE.replace("2026-11-24", "2026-11-26")]).await;
    chat.presses(&["1 · Talk about it"]).await;
    assert_eq!(answers(&world, "A1").await, WISH, "a visit that has moved is the same visit");

    world.book(&[&GRACE.replace("2026-11-24", "2026-11-26").replace(",booked", ",cancelled")]).await;
    let question = chat.person.newest();
    chat.news();
    chat.presses(&["I have nothing to add"]).await;
    insta::assert_snapshot!(chat.news(), @r"
    Grace presses [I have nothing to add]
    bot takes the buttons off message 9
    bot: Thank you. There is nothing to answer right now. We will write to you before your next visit.
    ");
    assert!(chat.person.buttons(question).is_empty());

    world.book(&[&GRACE.replace("2026-11-24", "2026-11-26")]).await;
    chat.says(&["Hello"]).await;
    assert!(chat.newest().contains("Is there something else"), "{}", chat.newest());
    world.pass_hours(24 * 7);
    chat.presses(&["I have nothing to add"]).await;
    assert!(chat.newest().starts_with("Thank you. There is nothing to answer right now."));
    assert_eq!(answers(&world, "A1").await, WISH);
    telegram.tick().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_button_of_the_visit_before() {
    let world = with_grace().await;
    let telegram = world.messenger().await;
    let mut chat = Chat::joined(&telegram, "A1").await;
    chat.says(&["Sleep"]).await;
    let old = chat.person.newest();
    world.pass_hours(24 * 5);
    world.book(&[&GRACE.replace("A1,", "A9,").replace("2026-11-24", "2026-11-30")]).await;
    telegram.tick().await;
    chat.news();
    chat.person.presses_on(old, "1 · Talk about it").await;
    telegram.run().await;
    insta::assert_snapshot!(chat.news(), @r"
    Grace presses [1 · Talk about it] on message 8
    bot shows for a moment: This button does nothing any more. Please answer the newest question.
    bot takes the buttons off message 8
    ");
    assert_eq!(answers(&world, "A9").await, "");
    chat.presses(&["Begin"]).await;
    assert!(chat.newest().starts_with("Hello. Your care team"), "{}", chat.newest());
}

#[tokio::test(flavor = "multi_thread")]
async fn data_that_somebody_has_made_up() {
    let world = World::new().await;
    world.book(&[GRACE, JOHN]).await;
    world.tick().await;
    let telegram = world.messenger().await;
    let mut grace = Chat::joined(&telegram, "A1").await;
    let john = Chat::joined(&telegram, "A2").await;
    john.says(&["Pills"]).await;
    grace.says(&["Sleep"]).await;
    let question = grace.person.newest();
    let data = grace.person.data(question, "1 · Talk about it");
    let tag = data.split('.').nth(1).unwrap().to_owned();
    let of_john = john.person.data(john.person.newest(), "1 · Talk about it");
    let long = format!("1.{tag}.{}", "c".repeat(60));
    let before = answers(&world, "A1").await;
    grace.news();
    for made_up in [
        of_john.as_str(),
        "1.00000000.w.answers",
        "nonsense",
        "",
        "1.-.y.1",
        "1.-.r.staff",
        &long,
        // Of her own visit: choices and questions that there are not, and one of a kind that has no button.
        &format!("1.{tag}.c.0.1.3"),
        &format!("1.{tag}.c.0.1.65535"),
        &format!("1.{tag}.c.0.999.0"),
        &format!("1.{tag}.c.999.0.0"),
        &format!("1.{tag}.c.0.0.0"),
        &format!("1.{tag}.p.0.1.7"),
        &format!("1.{tag}.e.0.9"),
        &format!("1.{tag}.l.xx"),
        &format!("1.{tag}.r.staff"),
        &format!("1.{tag}.y.0"),
        &format!("2.{tag}.w.stop"),
    ] {
        grace.person.sends_press(question, made_up).await;
        telegram.run().await;
        assert_eq!(answers(&world, "A1").await, before, "{made_up}");
    }
    insta::assert_snapshot!(grace.news().replace(&tag, "GRACE").replace(&of_john, "JOHN"), @r#"
    Grace presses [JOHN] (made up) on message 8
    bot shows for a moment: This button does nothing any more. Please answer the newest question.
    bot takes the buttons off message 8
    Grace presses [1.00000000.w.answers] (made up) on message 8
    bot shows for a moment: This button does nothing any more. Please answer the newest question.
    (editMessageReplyMarkup is refused: Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message)
    Grace presses [nonsense] (made up) on message 8
    bot shows for a moment: This button does nothing any more. Please answer the newest question.
    (editMessageReplyMarkup is refused: Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message)
    Grace presses [] (made up) on message 8
    bot shows for a moment: This button does nothing any more. Please answer the newest question.
    (editMessageReplyMarkup is refused: Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message)
    Grace presses [1.-.y.1] (made up) on message 8
    bot shows for a moment: This button does nothing any more. Please answer the newest question.
    (editMessageReplyMarkup is refused: Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message)
    Grace presses [1.-.r.staff] (made up) on message 8
    bot shows for a moment: This button does nothing any more. Please answer the newest question.
    (editMessageReplyMarkup is refused: Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message)
    Grace presses [1.GRACE.cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc] (made up) on message 8
    bot shows for a moment: This button does nothing any more. Please answer the newest question.
    (editMessageReplyMarkup is refused: Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message)
    Grace presses [1.GRACE.c.0.1.3] (made up) on message 8
    (editMessageReplyMarkup is refused: Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message)
    bot: This button does nothing any more. Please answer the newest question.
      
      2 of 29
      
      “Sleep”
      
      What would you like us to do with this?
      [1 · Talk about it]
      [2 · Just so you know]
      [3 · Not today]
      [I prefer not to answer]
      [Back] [More choices]
    Grace presses [1.GRACE.c.0.1.65535] (made up) on message 8
    bot shows for a moment: This button does nothing any more. Please answer the newest question.
    (editMessageReplyMarkup is refused: Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message)
    Grace presses [1.GRACE.c.0.999.0] (made up) on message 8
    bot shows for a moment: This button does nothing any more. Please answer the newest question.
    (editMessageReplyMarkup is refused: Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message)
    Grace presses [1.GRACE.c.999.0.0] (made up) on message 8
    bot shows for a moment: This button does nothing any more. Please answer the newest question.
    (editMessageReplyMarkup is refused: Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message)
    Grace presses [1.GRACE.c.0.0.0] (made up) on message 8
    bot shows for a moment: You have answered this already. To change it, type "answers".
    bot edits message 8: 1 of 29
      
      What matters most to you for this visit? What would you like to talk about?
      
      For example: something that worries you, a change you noticed, a medicine, a plan you have, or something you can't do any more.
      
      ✓ Sleep
    Grace presses [1.GRACE.p.0.1.7] (made up) on message 8
    bot shows for a moment: This button does nothing any more. Please answer the newest question.
    (editMessageReplyMarkup is refused: Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message)
    Grace presses [1.GRACE.e.0.9] (made up) on message 8
    bot shows for a moment: This button does nothing any more. Please answer the newest question.
    (editMessageReplyMarkup is refused: Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message)
    Grace presses [1.GRACE.l.xx] (made up) on message 8
    (editMessageReplyMarkup is refused: Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message)
    bot takes the buttons off message 9
    bot: I speak English, Spanish, German, French and Arabic.
      
      2 of 29
      
      “Sleep”
      
      What would you like us to do with this?
      [1 · Talk about it]
      [2 · Just so you know]
      [3 · Not today]
      [I prefer not to answer]
      [Back] [More choices]
      [العربية]
      [Deutsch]
      [English]
      [Español]
      [Français]
    Grace presses [1.GRACE.r.staff] (made up) on message 8
    bot shows for a moment: This button does nothing any more. Please answer the newest question.
    (editMessageReplyMarkup is refused: Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message)
    Grace presses [1.GRACE.y.0] (made up) on message 8
    bot shows for a moment: This button does nothing any more. Please answer the newest question.
    (editMessageReplyMarkup is refused: Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message)
    Grace presses [2.GRACE.w.stop] (made up) on message 8
    bot shows for a moment: This button does nothing any more. Please answer the newest question.
    (editMessageReplyMarkup is refused: Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message)
    "#);
    assert_eq!(answers(&world, "A2").await, "visit-agenda/topic-1: Pills (telegram, patient)");
    // A question that there is, out of its turn: it is answered, and the others are still asked.
    grace.person.sends_press(question, &format!("1.{tag}.c.1.0.2")).await;
    telegram.run().await;
    assert!(answers(&world, "A1").await.contains("gad-7/q1: 2"));
    assert!(grace.newest().contains("What would you like us to do with this?"), "{}", grace.newest());
    // Whoever is nobody here gets the same sentence as for everything.
    let eve = Chat::of(&telegram, telegram.api.user("Eve", "en"));
    eve.says(&["hello"]).await;
    eve.person.sends_press(eve.person.newest(), &data).await;
    telegram.run().await;
    assert!(
        eve.newest().starts_with("Hello. I can only help people who come with a link"),
        "{}",
        eve.newest()
    );
    assert!(!answers(&world, "A1").await.contains("topic-1-wish"));
}

#[tokio::test(flavor = "multi_thread")]
async fn buttons_that_led_to_other_messages_do_no_harm_later() {
    let world = with_grace().await;
    let telegram = world.messenger().await;
    let mut chat = Chat::of(&telegram, telegram.api.user("Grace", "en"));
    chat.says(&[&format!("/start {}", telegram.code("A1").await), "1958"]).await;
    let who = chat.person.newest();
    chat.says(&["2"]).await;
    let consent = chat.person.newest();
    chat.says(&["yes", "Sleep"]).await;
    chat.news();
    chat.person.presses_on(who, "I answer for someone else").await;
    chat.person.presses_on(consent, "No, not here").await;
    telegram.run().await;
    insta::assert_snapshot!(chat.news(), @r"
    Grace presses [I answer for someone else] on message 4
    Grace presses [No, not here] on message 6
    bot shows for a moment: This button does nothing any more. Please answer the newest question.
    bot takes the buttons off message 4
    bot shows for a moment: This button does nothing any more. Please answer the newest question.
    bot takes the buttons off message 6
    ");
    chat.says(&["pause"]).await;
    let paused = chat.person.newest();
    chat.says(&["hello"]).await;
    world.pass(SignedDuration::from_mins(1));
    chat.person.presses_on(paused, "Go on").await;
    telegram.run().await;
    chat.says(&["1"]).await;
    assert_eq!(answers(&world, "A1").await, WISH.replace("patient", "helped"));
    assert_eq!(world.phone("A1").await.state().await, State::Open);
}
