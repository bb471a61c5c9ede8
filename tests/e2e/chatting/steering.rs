//! What can be asked for besides answering, by a word and by a button.

use foreword_domain::conversation::State;

use super::{Chat, answers, consents};
use crate::kit::{
    World,
    world::{GRACE, JOHN},
};

#[tokio::test(flavor = "multi_thread")]
async fn back_skip_and_change_by_words() {
    let world = World::new().await;
    world.invite_grace().await;
    let telegram = world.messenger().await;
    let mut chat = Chat::joined(&telegram, "A1").await;
    chat.says(&["back"]).await;
    insta::assert_snapshot!(chat.news(), @r"
    Grace: back
    bot takes the buttons off message 6
    bot: This is the first question.
      
      1 of 29
      
      What matters most to you for this visit? What would you like to talk about?
      
      For example: something that worries you, a change you noticed, a medicine, a plan you have, or something you can't do any more.
      
      Use your own words, up to 500 characters.
      [I have nothing to add]
      [More choices]
    ");
    chat.says(&["Sleep", "talk", "no", "skip", "back"]).await;
    assert!(answers(&world, "A1").await.contains("visit-agenda/confidence:  (telegram, patient)"));
    chat.says(&["5", "nothing"]).await;
    chat.news();
    chat.says(&["change 9", "change 2", "3"]).await;
    insta::assert_snapshot!(chat.news(), @r"
    Grace: change 9
    bot takes the buttons off message 22
    bot: There is no answer number 9 yet.
      
      6 of 24
      
      Over the last 2 weeks, how often have you been bothered by the following problems?
      
      Feeling nervous, anxious or on edge
      [0 · Not at all]
      [1 · Several days]
      [2 · More than half the days]
      [3 · Nearly every day]
      [I prefer not to answer]
      [Back] [More choices]
    Grace: change 2
    bot takes the buttons off message 24
    bot: 2 of 24
      
      “Sleep”
      
      What would you like us to do with this?
      [1 · Talk about it]
      [2 · Just so you know]
      [3 · Not today]
      [I prefer not to answer]
      [Back] [More choices]
    Grace: 3
    bot edits message 26: 2 of 24
      
      “Sleep”
      
      What would you like us to do with this?
      
      ✓ Not today
    bot: 6 of 24
      
      Over the last 2 weeks, how often have you been bothered by the following problems?
      
      Feeling nervous, anxious or on edge
      [0 · Not at all]
      [1 · Several days]
      [2 · More than half the days]
      [3 · Nearly every day]
      [I prefer not to answer]
      [Back] [More choices]
    ");
    insta::assert_snapshot!(answers(&world, "A1").await, @r"
    visit-agenda/confidence: 5 (telegram, patient)
    visit-agenda/confidence-help:  (telegram, patient)
    visit-agenda/topic-1: Sleep (telegram, patient)
    visit-agenda/topic-1-wish: not-today (telegram, patient)
    visit-agenda/topic-2:  (telegram, patient)
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn back_skip_and_change_by_buttons() {
    let world = World::new().await;
    world.invite_grace().await;
    let telegram = world.messenger().await;
    let mut chat = Chat::joined(&telegram, "A1").await;
    chat.says(&["Sleep"]).await;
    chat.presses(&["2 · Just so you know", "Back", "1 · Talk about it", "I have nothing to add"]).await;
    chat.presses(&["I prefer not to answer", "Back", "9"]).await;
    chat.news();
    chat.presses(&["More choices", "My answers"]).await;
    insta::assert_snapshot!(chat.news(), @r#"
    Grace presses [More choices]
    bot takes the buttons off message 15
    bot: You can answer with a number or with words. No answer is wrong.
      
      You can also type: "back" for the question before, "skip" to leave one out, "answers" to see what you said, "change 3" to change answer 3, "pause" to go on later, "language es" for Spanish, "not this time" if you don't want to answer for this visit, "not me" if this is not for you, "stop" for no more messages.
      
      Nobody watches these answers around the clock. In an emergency call your local emergency number.
      
      5 of 23
      
      Over the last 2 weeks, how often have you been bothered by the following problems?
      
      Feeling nervous, anxious or on edge
      [0 · Not at all]
      [1 · Several days]
      [2 · More than half the days]
      [3 · Nearly every day]
      [I prefer not to answer]
      [Back] [More choices]
      [My answers] [Go on later]
      [Language]
      [I don't want to answer for this visit]
      [This is not me] [Stop all messages]
    Grace presses [My answers]
    bot takes the buttons off message 16
    bot: Your answers so far:
      
      1. What matters most to you for this visit? What would you like to talk about? → Sleep
      
      2. What would you like us to do with this? → Talk about it
      
      3. Is there something else you would like to talk about? → nothing
      
      4. How sure are you that you can manage your health from day to day? → 9 / 10
      
      To change an answer, press the pencil with its number, or type "change 3".
      
      5 of 23
      
      Over the last 2 weeks, how often have you been bothered by the following problems?
      
      Feeling nervous, anxious or on edge
      [0 · Not at all]
      [1 · Several days]
      [2 · More than half the days]
      [3 · Nearly every day]
      [I prefer not to answer]
      [Back] [More choices]
      [✏️ 1] [✏️ 2] [✏️ 3] [✏️ 4]
    "#);
    chat.presses(&["✏️ 2", "3 · Not today"]).await;
    insta::assert_snapshot!(chat.news(), @r"
    Grace presses [✏️ 2]
    bot takes the buttons off message 17
    bot: 2 of 23
      
      “Sleep”
      
      What would you like us to do with this?
      [1 · Talk about it]
      [2 · Just so you know]
      [3 · Not today]
      [I prefer not to answer]
      [Back] [More choices]
    Grace presses [3 · Not today]
    bot edits message 18: 2 of 23
      
      “Sleep”
      
      What would you like us to do with this?
      
      ✓ Not today
    bot: 5 of 23
      
      Over the last 2 weeks, how often have you been bothered by the following problems?
      
      Feeling nervous, anxious or on edge
      [0 · Not at all]
      [1 · Several days]
      [2 · More than half the days]
      [3 · Nearly every day]
      [I prefer not to answer]
      [Back] [More choices]
    ");
    insta::assert_snapshot!(answers(&world, "A1").await, @r"
    visit-agenda/confidence: 9 (telegram, patient)
    visit-agenda/topic-1: Sleep (telegram, patient)
    visit-agenda/topic-1-wish: not-today (telegram, patient)
    visit-agenda/topic-2:  (telegram, patient)
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_review_comes_in_pieces_with_the_buttons_below_the_last() {
    let world = World::new().await;
    world.invite_grace().await;
    let telegram = world.messenger().await;
    let chat = Chat::joined(&telegram, "A1").await;
    let words = "🦵🏽 ".repeat(166);
    chat.says(&[&words, "1", &words, "1", &words, "1", "1", "2", "7", &words, "1", "1"]).await;
    let before = chat.person.newest();
    let sent = telegram.api.calls_of("sendMessage").len();
    chat.says(&["answers"]).await;
    let last = chat.person.newest();
    let pieces = telegram.api.calls_of("sendMessage").split_off(sent);
    assert!(pieces.len() >= 2, "{}", pieces.len());
    let buttons: Vec<usize> = (before + 2..=last).map(|id| chat.person.buttons(id).len()).collect();
    let (without, with) = buttons.split_at(buttons.len() - 1);
    assert!(without.iter().all(|rows| *rows == 0) && with[0] > 5, "{buttons:?}");
    assert!(chat.person.buttons(before).is_empty());
    // The review read, the question below it is answered, and so is one from the list.
    chat.says(&["2"]).await;
    chat.presses(&["Back", "3 · Nearly every day"]).await;
    assert!(answers(&world, "A1").await.contains("gad-7/q3: 3 (telegram, patient)"));
}

#[tokio::test(flavor = "multi_thread")]
async fn pause_and_go_on() {
    let world = World::new().await;
    world.invite_grace().await;
    let telegram = world.messenger().await;
    let mut chat = Chat::joined(&telegram, "A1").await;
    chat.says(&["Sleep"]).await;
    chat.news();
    chat.says(&["later"]).await;
    assert_eq!(world.phone("A1").await.state().await, State::Paused);
    chat.says(&["Good morning!"]).await;
    insta::assert_snapshot!(chat.news(), @r"
    Grace: later
    bot: All right. Your answers are saved. Come back at any time before your visit.
      [Go on]
    Grace: Good morning!
    bot takes the buttons off message 8
    bot: Welcome back. There are 22 questions left.
      
      2 of 29
      
      “Sleep”
      
      What would you like us to do with this?
      [1 · Talk about it]
      [2 · Just so you know]
      [3 · Not today]
      [I prefer not to answer]
      [Back] [More choices]
    ");
    chat.presses(&["More choices", "Go on later", "Go on", "1 · Talk about it"]).await;
    assert!(answers(&world, "A1").await.contains("topic-1-wish: talk"));
    // The buttons of the question that was left open answer it still.
    chat.says(&["pause"]).await;
    let question = chat.person.newest() - 2;
    chat.person.presses_on(question, "I have nothing to add").await;
    telegram.run().await;
    assert_eq!(world.phone("A1").await.state().await, State::Open);
    assert!(answers(&world, "A1").await.contains("topic-2:  (telegram"));
}

#[tokio::test(flavor = "multi_thread")]
async fn another_language_typed_pressed_and_by_the_menu_of_the_messenger() {
    let world = World::new().await;
    world.book(&[JOHN]).await;
    world.tick().await;
    let telegram = world.messenger().await;
    let mut chat = Chat::joined(&telegram, "A2").await;
    chat.says(&["/language"]).await;
    insta::assert_snapshot!(chat.news(), @r"
    John: /language
    bot takes the buttons off message 6
    bot: Which language would you like?
      
      1 of 22
      
      What matters most to you for this visit? What would you like to talk about?
      
      For example: something that worries you, a change you noticed, a medicine, a plan you have, or something you can't do any more.
      
      Use your own words, up to 500 characters.
      [I have nothing to add]
      [More choices]
      [العربية]
      [Deutsch]
      [English]
      [Español]
      [Français]
    ");
    chat.presses(&["Español"]).await;
    insta::assert_snapshot!(chat.news(), @r"
    John presses [Español]
    bot takes the buttons off message 8
    bot: A partir de ahora, en español.
      
      1 de 22
      
      ¿Qué es lo más importante para usted en esta visita? ¿De qué le gustaría hablar?
      
      Por ejemplo: algo que le preocupa, un cambio que notó, un medicamento, un plan que tiene o algo que ya no puede hacer.
      
      Use sus propias palabras, hasta 500 caracteres.
      [No tengo nada que añadir]
      [Más opciones]
    ");
    for (typed, first) in [
        ("idioma en", "From now on in English."),
        ("language Deutsch", "Ab jetzt auf Deutsch."),
        ("/language ar", "\u{200F}من الآن فصاعدًا باللغة العربية."),
        ("language en", "From now on in English."),
    ] {
        chat.says(&[typed]).await;
        assert!(chat.newest().starts_with(first), "{typed}: {}", chat.newest());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_menu_leads_everywhere() {
    let world = World::new().await;
    world.invite_grace().await;
    let telegram = world.messenger().await;
    let mut chat = Chat::joined(&telegram, "A1").await;
    chat.says(&["/help"]).await;
    insta::assert_snapshot!(chat.news(), @r#"
    Grace: /help
    bot takes the buttons off message 6
    bot: You can answer with a number or with words. No answer is wrong.
      
      You can also type: "back" for the question before, "skip" to leave one out, "answers" to see what you said, "change 3" to change answer 3, "pause" to go on later, "language es" for Spanish, "not this time" if you don't want to answer for this visit, "not me" if this is not for you, "stop" for no more messages.
      
      Nobody watches these answers around the clock. In an emergency call your local emergency number.
      
      1 of 29
      
      What matters most to you for this visit? What would you like to talk about?
      
      For example: something that worries you, a change you noticed, a medicine, a plan you have, or something you can't do any more.
      
      Use your own words, up to 500 characters.
      [I have nothing to add]
      [More choices]
      [My answers] [Go on later]
      [Language]
      [I don't want to answer for this visit]
      [This is not me] [Stop all messages]
    "#);
    // Twice not understood, it comes by itself.
    chat.says(&["Sleep"]).await;
    chat.news();
    chat.says(&["maybe", "perhaps"]).await;
    insta::assert_snapshot!(chat.news(), @r#"
    Grace: maybe
    bot takes the buttons off message 10
    bot: Sorry, I did not understand that. Please choose one of the answers below. You can type its number or its words.
      
      2 of 29
      
      “Sleep”
      
      What would you like us to do with this?
      [1 · Talk about it]
      [2 · Just so you know]
      [3 · Not today]
      [I prefer not to answer]
      [Back] [More choices]
    Grace: perhaps
    bot takes the buttons off message 12
    bot: Sorry, I still did not understand. You can type just the number of the answer, or "skip" to leave this question out.
      
      You can answer with a number or with words. No answer is wrong.
      
      You can also type: "back" for the question before, "skip" to leave one out, "answers" to see what you said, "change 3" to change answer 3, "pause" to go on later, "language es" for Spanish, "not this time" if you don't want to answer for this visit, "not me" if this is not for you, "stop" for no more messages.
      
      Nobody watches these answers around the clock. In an emergency call your local emergency number.
      
      2 of 29
      
      “Sleep”
      
      What would you like us to do with this?
      [1 · Talk about it]
      [2 · Just so you know]
      [3 · Not today]
      [I prefer not to answer]
      [Back] [More choices]
      [My answers] [Go on later]
      [Language]
      [I don't want to answer for this visit]
      [This is not me] [Stop all messages]
    "#);
    assert_eq!(answers(&world, "A1").await, "visit-agenda/topic-1: Sleep (telegram, patient)");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_ends_something_is_asked_about_first_when_it_was_pressed() {
    let world = World::new().await;
    world.invite_grace().await;
    let telegram = world.messenger().await;
    let mut chat = Chat::joined(&telegram, "A1").await;
    for wish in ["I don't want to answer for this visit", "This is not me", "Stop all messages"] {
        chat.presses(&["More choices"]).await;
        chat.news();
        chat.presses(&[wish, "No, go back"]).await;
        assert_eq!(world.phone("A1").await.state().await, State::Open);
    }
    insta::assert_snapshot!(chat.news(), @r"
    Grace presses [Stop all messages]
    bot takes the buttons off message 13
    bot: Are you sure?
      [Yes, stop all messages]
      [No, go back]
    Grace presses [No, go back]
    bot takes the buttons off message 14
    (editMessageReplyMarkup is refused: Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message)
    bot: 1 of 29
      
      What matters most to you for this visit? What would you like to talk about?
      
      For example: something that worries you, a change you noticed, a medicine, a plan you have, or something you can't do any more.
      
      Use your own words, up to 500 characters.
      [I have nothing to add]
      [More choices]
    ");
    chat.says(&["Sleep"]).await;
    assert!(answers(&world, "A1").await.contains("topic-1: Sleep"));

    chat.presses(&["More choices", "I don't want to answer for this visit"]).await;
    chat.news();
    chat.presses(&["Yes, not for this visit"]).await;
    insta::assert_snapshot!(chat.news(), @r"
    Grace presses [Yes, not for this visit]
    bot takes the buttons off message 19
    (editMessageReplyMarkup is refused: Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message)
    bot: That is fine. We will not ask again for this visit. If you change your mind, just come back.
      [Go on]
    ");
    assert_eq!(world.phone("A1").await.state().await, State::Declined);
    chat.presses(&["Go on", "More choices", "This is not me"]).await;
    chat.news();
    chat.presses(&["Yes, this is not me"]).await;
    chat.says(&["Hello?"]).await;
    insta::assert_snapshot!(chat.news(), @r"
    Grace presses [Yes, this is not me]
    bot takes the buttons off message 23
    (editMessageReplyMarkup is refused: Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message)
    bot: Thank you for telling us. We have set the answers aside and will let the clinic know. You will not be asked anything more here.
    Grace: Hello?
    bot: Hello. I can only help people who come with a link from their clinic. Please open the link in the message from your clinic.
    ");
    assert_eq!(world.phone("A1").await.state().await, State::NotMe);
    let page = world.page("A1").await;
    assert!(page.contains("this is not me") && !page.contains("Sleep"), "{page}");
    let alerts = world.alerts().await;
    assert_eq!(alerts.iter().map(|alert| alert.rule.as_str()).collect::<Vec<_>>(), ["service/not-me"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn decline_and_not_me_by_words() {
    let world = World::new().await;
    world.invite_grace().await;
    let telegram = world.messenger().await;
    let chat = Chat::joined(&telegram, "A1").await;
    chat.says(&["Sleep"]).await;
    let question = chat.person.newest();
    chat.says(&["not this time"]).await;
    assert_eq!(world.phone("A1").await.state().await, State::Declined);
    assert!(chat.person.buttons(question).is_empty());
    world.pass_hours(24 * 3);
    assert!(telegram.tick().await.is_empty(), "nobody is reminded");
    chat.says(&["I do after all"]).await;
    assert_eq!(world.phone("A1").await.state().await, State::Open);
    assert!(chat.newest().starts_with("Welcome back."), "{}", chat.newest());
    chat.says(&["wrong person"]).await;
    assert_eq!(world.phone("A1").await.state().await, State::NotMe);
    chat.says(&["answers"]).await;
    assert!(chat.newest().starts_with("Hello. I can only help"), "{}", chat.newest());
}

const AGAIN: &str = "You asked us to send no more messages.";
const STOPPED: &str = "You will get no more messages from us. Your visit stays as planned.";

#[tokio::test(flavor = "multi_thread")]
async fn stop_ends_everything_and_writing_again_asks_for_consent_again() {
    let world = World::new().await;
    world.invite_grace().await;
    let telegram = world.messenger().await;
    let mut chat = Chat::joined(&telegram, "A1").await;
    chat.says(&["Sleep"]).await;
    let question = chat.person.newest();
    chat.news();
    chat.says(&["STOP!"]).await;
    insta::assert_snapshot!(chat.news(), @r"
    Grace: STOP!
    bot takes the buttons off message 8
    bot: You will get no more messages from us. Your visit stays as planned.
    ");
    assert!(consents(&world, "A1").await.iter().all(|consent| !consent.is_active()));
    assert!(chat.person.buttons(question).is_empty());
    world.pass_hours(24 * 3);
    assert!(telegram.tick().await.is_empty());
    assert!(telegram.run().await.is_empty());

    chat.says(&["Thank you"]).await;
    insta::assert_snapshot!(chat.news(), @r"
    Grace: Thank you
    bot: You asked us to send no more messages. If you agree below, we will write to you here again.
      
      Please read this first. Telegram is a company outside your clinic. What you write here is kept on its computers, and anyone who can open this chat can read it. The questions are about your health. You can use the web page of your clinic instead at any time.
      
      Nobody watches these answers around the clock. In an emergency call your local emergency number.
      
      Do you want to answer here, in Telegram?
      [Yes, I agree]
      [No, not here]
    ");
    // What was meant for the question on an old screen is no answer, and neither is a photo.
    chat.person.presses_on(question, "1 · Talk about it").await;
    telegram.run().await;
    assert!(chat.newest().starts_with(AGAIN), "{}", chat.newest());
    chat.person.sends_photo("").await;
    telegram.run().await;
    assert_eq!(answers(&world, "A1").await, "visit-agenda/topic-1: Sleep (telegram, patient)");
    chat.says(&["no"]).await;
    assert!(chat.newest().starts_with("That is fine. Nothing more will be sent"), "{}", chat.newest());
    chat.says(&["hello"]).await;
    assert!(chat.newest().starts_with("Hello. I can only help"), "{}", chat.newest());
}

#[tokio::test(flavor = "multi_thread")]
async fn after_stop_somebody_may_agree_again() {
    let world = World::new().await;
    world.invite_grace().await;
    let telegram = world.messenger().await;
    let mut chat = Chat::joined(&telegram, "A1").await;
    chat.says(&["stop", "stop"]).await;
    assert_eq!(chat.newest(), STOPPED);
    chat.says(&["/start"]).await;
    assert!(chat.newest().starts_with(AGAIN), "{}", chat.newest());
    chat.news();
    chat.says(&["yes"]).await;
    insta::assert_snapshot!(chat.news(), @r#"
    Grace: yes
    (editMessageReplyMarkup is refused: Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message)
    bot: Thank you. You can answer here from now on. To end this at any time, type "stop".
      
      Welcome back. There are 21 questions left.
      
      1 of 29
      
      What matters most to you for this visit? What would you like to talk about?
      
      For example: something that worries you, a change you noticed, a medicine, a plan you have, or something you can't do any more.
      
      Use your own words, up to 500 characters.
      [I have nothing to add]
      [More choices]
    "#);
    let consents = consents(&world, "A1").await;
    let active: Vec<_> = consents.iter().filter(|consent| consent.is_active()).collect();
    assert_eq!(active.len(), 1, "mail stays stopped: {consents:?}");
    world.pass_hours(24 * 3 + 2);
    let done = telegram.tick().await;
    let sent = done.iter().filter(|done| done.outcome == "sent");
    assert_eq!(sent.map(|done| done.channel.as_str()).collect::<Vec<_>>(), ["telegram"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn stop_is_understood_wherever_a_chat_stands() {
    let world = World::new().await;
    world.invite_grace().await;
    let telegram = world.messenger().await;
    let stopped = async |chat: &Chat<'_>, word: &str| {
        chat.says(&[word]).await;
        assert_eq!(chat.newest(), STOPPED, "{word}");
        assert!(consents(&world, "A1").await.iter().all(|consent| !consent.is_active()), "{word}");
        chat.says(&["hello", "yes"]).await;
        chat.newest()
    };
    let chat = Chat::joined(&telegram, "A1").await;
    stopped(&chat, "/stop").await;
    chat.says(&["pause"]).await;
    stopped(&chat, "unsubscribe").await;
    chat.says(&["not this time"]).await;
    stopped(&chat, "detener").await;
    chat.says(&["Sleep", "what?", "what?"]).await;
    stopped(&chat, "arrêter").await;
    chat.presses(&["More choices", "Stop all messages"]).await;
    stopped(&chat, "توقف").await;
    chat.says(&["no", "nothing", "8"]).await;
    while world.phone("A1").await.state().await == State::Open {
        chat.says(&["skip"]).await;
    }
    assert_eq!(world.phone("A1").await.state().await, State::Completed);
    let after = stopped(&chat, "stopp").await;
    assert!(after.contains("Thank you. That was everything."), "{after}");
    // Between two visits as well.
    world.pass_hours(24 * 5);
    let after = stopped(&chat, "Stop").await;
    assert!(
        after.ends_with("There is nothing to answer right now. We will write to you before your next visit."),
        "{after}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_cancelled_visit_stop_is_understood_too() {
    let world = World::new().await;
    world.invite_grace().await;
    let telegram = world.messenger().await;
    let chat = Chat::joined(&telegram, "A1").await;
    world.book(&[&GRACE.replace(",booked", ",cancelled")]).await;
    chat.says(&["Sleep"]).await;
    assert!(
        chat.newest().starts_with("Thank you. There is nothing to answer right now."),
        "{}",
        chat.newest()
    );
    chat.says(&["stop"]).await;
    assert_eq!(chat.newest(), STOPPED);
    assert!(consents(&world, "A1").await.iter().all(|consent| !consent.is_active()));
    chat.says(&["hello"]).await;
    assert!(chat.newest().starts_with(AGAIN), "{}", chat.newest());
}
