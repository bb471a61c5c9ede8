//! What may not be asked in a chat: it waits on the web, and the rest goes on here.

use foreword_app::{App, Options, catalog::File};
use foreword_domain::conversation::State;

use super::{Chat, answers};
use crate::kit::{World, world::GRACE};

/// A pathway that asks about mood among other things; the mood questions are shipped for the web only.
const MOOD: &str = r#"
id = "mood-check"
version = "1"
title = "Mood check"
goal = "Patient and clinician see how mood has been."
reader = "The clinician who sees the patient"
expected_action = "Begin with the first topic."

[trigger]
types = ["Mood check"]

[[ask]]
instrument = "visit-agenda"

[[ask]]
instrument = "phq-9"
ask_wish = true

[[ask]]
instrument = "gad-2"

[timetable]
invitation_days = 7
reminder_days = 3
last_reminder_days = 1
"#;

async fn with_mood() -> World {
    let file = File { name: "mood-check.toml".to_owned(), text: MOOD.to_owned() };
    let world = World::with(&[], &[file]).await;
    crate::kit::safety::make_ready(&world, "http://127.0.0.1:9", "mood-check").await;
    world.book(&[&GRACE.replace("Wellbeing check", "Mood check")]).await;
    world.tick().await;
    world
}

#[tokio::test(flavor = "multi_thread")]
async fn private_questions_wait_on_the_web_and_the_chat_hands_over_the_link() {
    let world = with_mood().await;
    let telegram = world.messenger().await;
    let mut chat = Chat::joined(&telegram, "A1").await;
    chat.says(&["Sleep", "1", "no", "9", "1"]).await;
    chat.news();
    chat.says(&["2"]).await;
    insta::assert_snapshot!(chat.news(), @r"
    Grace: 2
    bot edits message 16: 6 of 6
      
      Over the last 2 weeks, how often have you been bothered by the following problems?
      
      Not being able to stop or control worrying
      
      ✓ More than half the days
    bot: The next questions are private. Please answer them on the web page. What you answered here is saved, and the page goes on from there.
      
      http://clinic.test/v/TOKEN
    ");
    assert_eq!(world.phone("A1").await.state().await, State::Open, "it is not over");
    // Neither typing nor pressing leads past it, and the review does not read it out.
    chat.says(&["thank you", "1", "answers"]).await;
    assert!(!chat.person.transcript().contains("pleasure"), "{}", chat.person.transcript());
    chat.news();
    chat.says(&["hello"]).await;
    insta::assert_snapshot!(chat.news(), @r"
    Grace: hello
    bot: The next questions are private. Please answer them on the web page. What you answered here is saved, and the page goes on from there.
      
      http://clinic.test/v/TOKEN
    ");

    let mut tab = world.tab();
    tab.enter(world.line("A1").await.token.unwrap().reveal(), "1958").await;
    assert_eq!(tab.heading(), "Little interest or pleasure in doing things");
    for answer in ["1", "1", "1", "1", "1", "1", "1", "1", "0", "0"] {
        tab.answer(answer).await;
    }
    assert_eq!(world.phone("A1").await.state().await, State::Open);
    tab.answer("talk").await;
    assert_eq!(world.phone("A1").await.state().await, State::Completed);
    chat.news();
    chat.says(&["hello"]).await;
    insta::assert_snapshot!(chat.news(), @r#"
    Grace: hello
    bot: Thank you. That was everything. Your care team will see your answers before your visit.
      
      Until your visit you can still change an answer: type "answers" to see them and "change 3" to change answer 3.
      
      Nobody watches these answers around the clock. In an emergency call your local emergency number.
      [My answers]
      [Tell me when it was read]
    "#);
    // What was answered on the web is not read out here either.
    chat.says(&["answers"]).await;
    assert!(!chat.person.transcript().contains("pleasure"), "{}", chat.person.transcript());
    let page = world.page("A1").await;
    assert!(page.contains("Mood (PHQ-9): 8 (0-27") && page.contains("(GAD-2): 3 (0-6"), "{page}");
    assert!(answers(&world, "A1").await.contains("wish.phq-9/wish: talk (web, patient)"));
}

#[tokio::test(flavor = "multi_thread")]
async fn on_the_web_the_questions_keep_their_order() {
    let world = with_mood().await;
    let telegram = world.messenger().await;
    let chat = Chat::joined(&telegram, "A1").await;
    chat.says(&["nothing"]).await;
    let mut tab = world.tab();
    tab.enter(world.line("A1").await.token.unwrap().reveal(), "1958").await;
    tab.answer("9").await;
    assert_eq!(tab.heading(), "Feeling nervous, anxious or on edge");
    // The chat goes on with what is its own, and the web with what is left.
    chat.says(&["hello", "1", "2"]).await;
    assert!(chat.newest().starts_with("The next questions are private."), "{}", chat.newest());
    let visit = tab.visit();
    tab.open(&visit).await;
    assert_eq!(tab.heading(), "Little interest or pleasure in doing things");
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_page_can_be_opened_from_the_chat_there_is_a_button_for_it() {
    let mut world = with_mood().await;
    let options = Options { public_url: "https://clinic.test".to_owned(), ..world.app.options().clone() };
    let file = File { name: "mood-check.toml".to_owned(), text: MOOD.to_owned() };
    let catalog = foreword_app::Catalog::with(&[], &[file]).unwrap();
    world.app = App::new(world.store.clone(), catalog, options);
    let telegram = world.messenger().await;
    let mut chat = Chat::joined(&telegram, "A1").await;
    chat.says(&["nothing", "9", "1"]).await;
    chat.news();
    chat.says(&["2"]).await;
    insta::assert_snapshot!(chat.news(), @r"
    Grace: 2
    bot edits message 12: 4 of 4
      
      Over the last 2 weeks, how often have you been bothered by the following problems?
      
      Not being able to stop or control worrying
      
      ✓ More than half the days
    bot: The next questions are private. Please answer them on the web page. What you answered here is saved, and the page goes on from there.
      [Open the web page]
    ");
    let link = chat.person.presses("Open the web page").await.unwrap();
    let mut tab = world.tab();
    let token = link.strip_prefix("https://clinic.test/v/").unwrap();
    tab.enter(token, "1958").await;
    assert_eq!(tab.heading(), "Little interest or pleasure in doing things");
    // It is in the menu, too.
    chat.says(&["help"]).await;
    assert_eq!(chat.person.presses("Open the web page").await.unwrap(), link);
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_who_answers_for_the_patient_is_not_asked_what_only_the_patient_can_say() {
    let world = World::new().await;
    world.invite_grace().await;
    let telegram = world.messenger().await;
    let mut chat = Chat::of(&telegram, telegram.api.user("Peter", "en"));
    chat.joins("A1", "1958", "I answer for someone else").await;
    chat.says(&["She does not sleep.", "talk", "no"]).await;
    chat.news();
    chat.says(&["8"]).await;
    insta::assert_snapshot!(chat.news(), @r"
    Peter: 8
    bot edits message 12: 4 of 4
      
      How sure are you that you can manage your health from day to day?
      
      0 = not sure at all, 10 = very sure
      
      ✓ 8 / 10
    bot: Thank you. Only the person with the visit can answer the next questions. They can do so on the web page, with the link from the clinic. What you answered here is saved.
    ");
    insta::assert_snapshot!(answers(&world, "A1").await, @r"
    visit-agenda/confidence: 8 (telegram, proxy)
    visit-agenda/topic-1: She does not sleep. (telegram, proxy)
    visit-agenda/topic-1-wish: talk (telegram, proxy)
    visit-agenda/topic-2:  (telegram, proxy)
    ");
    let page = world.page("A1").await;
    assert!(page.contains("by someone for the patient"), "{page}");
    // The patient answers the others where they are.
    let mut tab = world.tab();
    tab.enter(world.line("A1").await.token.unwrap().reveal(), "1958").await;
    assert_eq!(tab.heading(), "Feeling nervous, anxious or on edge");
}
