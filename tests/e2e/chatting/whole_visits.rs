//! Whole visits: typed, pressed, and half on the web.

use foreword_domain::conversation::State;

use super::{Chat, answers};
use crate::kit::{
    World,
    world::{GRACE, JOHN},
};

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_is_answered_by_typing_only() {
    let world = World::new().await;
    world.book(&[JOHN]).await;
    let telegram = world.messenger().await;
    telegram.tick().await;
    let mut chat = Chat::of(&telegram, telegram.api.user("John", "en"));
    let code = telegram.code("A2").await;
    chat.says(&[&format!("/start {code}"), "2 November 1949", "for myself", "Yes"]).await;
    insta::assert_snapshot!(chat.news(), @r#"
    John: /start CODE
    bot: To keep the answers private, please type the year in which the person with the visit was born. Four digits. For example: 1960
    John: 2 November 1949
    bot: Thank you. Who will answer here?
      [I answer for myself]
      [I answer with some help]
      [I answer for someone else]
    John: for myself
    bot: Please read this first. Telegram is a company outside your clinic. What you write here is kept on its computers, and anyone who can open this chat can read it. The questions are about your health. You can use the web page of your clinic instead at any time.
      
      Nobody watches these answers around the clock. In an emergency call your local emergency number.
      
      Do you want to answer here, in Telegram?
      [Yes, I agree]
      [No, not here]
    John: Yes
    bot: Thank you. You can answer here from now on. To end this at any time, type "stop".
      
      Hello. Your care team would like to hear from you before your visit, so that you can spend your time together on what matters to you.
      
      There are up to 22 short questions. They take about 5 minutes.
      
      You can skip any question, stop at any time and come back later. Every answer is saved as you go.
      
      Nobody watches these answers around the clock. In an emergency call your local emergency number.
      
      1 of 22
      
      What matters most to you for this visit? What would you like to talk about?
      
      For example: something that worries you, a change you noticed, a medicine, a plan you have, or something you can't do any more.
      
      Use your own words, up to 500 characters.
      [I have nothing to add]
      [More choices]
    "#);
    chat.says(&["My belly hurts after meals.", "talk about it", "no"]).await;
    insta::assert_snapshot!(chat.news(), @r"
    John: My belly hurts after meals.
    bot edits message 8: Hello. Your care team would like to hear from you before your visit, so that you can spend your time together on what matters to you.
      
      There are up to 22 short questions. They take about 5 minutes.
      
      You can skip any question, stop at any time and come back later. Every answer is saved as you go.
      
      Nobody watches these answers around the clock. In an emergency call your local emergency number.
      
      1 of 22
      
      What matters most to you for this visit? What would you like to talk about?
      
      For example: something that worries you, a change you noticed, a medicine, a plan you have, or something you can't do any more.
      
      ✓ My belly hurts after meals.
    bot: 2 of 22
      
      “My belly hurts after meals.”
      
      What would you like us to do with this?
      [1 · Talk about it]
      [2 · Just so you know]
      [3 · Not today]
      [I prefer not to answer]
      [Back] [More choices]
    John: talk about it
    bot edits message 10: 2 of 22
      
      “My belly hurts after meals.”
      
      What would you like us to do with this?
      
      ✓ Talk about it
    bot: 3 of 22
      
      Is there something else you would like to talk about?
      
      Use your own words, up to 500 characters.
      [I have nothing to add]
      [Back] [More choices]
    John: no
    bot edits message 12: 3 of 17
      
      Is there something else you would like to talk about?
      
      ✓ nothing
    bot: 4 of 17
      
      How sure are you that you can manage your health from day to day?
      
      0 = not sure at all, 10 = very sure
      
      Type a number from 0 to 10.
      [0] [1] [2] [3] [4] [5]
      [6] [7] [8] [9] [10]
      [I prefer not to answer]
      [Back] [More choices]
    ");
    chat.says(&["6", "nothing", "seven", "3 times", "yes", "2026-11-01", "No", "1, 3", "mostly"]).await;
    chat.says(&["sevral days", "②"]).await;
    chat.news();
    chat.says(&["just so you know"]).await;
    insta::assert_snapshot!(chat.news(), @r#"
    John: just so you know
    bot edits message 36: 15 of 15
      
      You have just answered questions about: Mood. What would you like to do with this at your visit?
      
      ✓ Just so you know
    bot: Thank you. That was everything. Your care team will see your answers before your visit.
      
      Until your visit you can still change an answer: type "answers" to see them and "change 3" to change answer 3.
      
      Nobody watches these answers around the clock. In an emergency call your local emergency number.
      [My answers]
      [Tell me when it was read]
    "#);
    insta::assert_snapshot!(answers(&world, "A2").await, @r"
    gi-questions/blood: 1 (telegram, patient)
    gi-questions/blood-since: 2026-11-01 (telegram, patient)
    gi-questions/in-the-way: 1 3 (telegram, patient)
    gi-questions/medicines: 1 (telegram, patient)
    gi-questions/pain: 7 (telegram, patient)
    gi-questions/stools: 3 (telegram, patient)
    gi-questions/weight-loss: 0 (telegram, patient)
    phq-2/q1: 1 (telegram, patient)
    phq-2/q2: 2 (telegram, patient)
    visit-agenda/confidence: 6 (telegram, patient)
    visit-agenda/confidence-help:  (telegram, patient)
    visit-agenda/topic-1: My belly hurts after meals. (telegram, patient)
    visit-agenda/topic-1-wish: talk (telegram, patient)
    visit-agenda/topic-2:  (telegram, patient)
    wish.phq-2/wish: know (telegram, patient)
    ");
    assert_eq!(world.phone("A2").await.state().await, State::Completed);
    let page = world.page("A2").await;
    assert!(page.contains("(by the patient, via Telegram, in English); 15 of 15 answered"), "{page}");
    assert!(page.contains("1. My belly hurts after meals. [wants to talk about it]"), "{page}");
    assert!(page.contains("Mood (PHQ-2): 3 (0-6, higher = worse)"), "{page}");
    assert!(page.contains("AMBER: Blood in the stool reported"), "{page}");
    // One message for each thing said: its question stays with its answer, and its buttons go.
    assert_eq!(telegram.api.calls_of("sendMessage").len(), 19);
    assert!(telegram.api.haste().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_is_answered_by_pressing_only() {
    let world = World::new().await;
    world.book(&[GRACE]).await;
    let telegram = world.messenger().await;
    telegram.tick().await;
    let mut chat = Chat::joined(&telegram, "A1").await;
    chat.presses(&["I have nothing to add", "8"]).await;
    insta::assert_snapshot!(chat.news(), @r"
    Grace presses [I have nothing to add]
    bot edits message 6: Hello. Your care team would like to hear from you before your visit, so that you can spend your time together on what matters to you.
      
      There are up to 29 short questions. They take about 6 minutes.
      
      You can skip any question, stop at any time and come back later. Every answer is saved as you go.
      
      Nobody watches these answers around the clock. In an emergency call your local emergency number.
      
      1 of 22
      
      What matters most to you for this visit? What would you like to talk about?
      
      For example: something that worries you, a change you noticed, a medicine, a plan you have, or something you can't do any more.
      
      ✓ nothing
    bot: 2 of 22
      
      How sure are you that you can manage your health from day to day?
      
      0 = not sure at all, 10 = very sure
      
      Type a number from 0 to 10.
      [0] [1] [2] [3] [4] [5]
      [6] [7] [8] [9] [10]
      [I prefer not to answer]
      [Back] [More choices]
    Grace presses [8]
    bot edits message 7: 2 of 21
      
      How sure are you that you can manage your health from day to day?
      
      0 = not sure at all, 10 = very sure
      
      ✓ 8 / 10
    bot: 3 of 21
      
      Over the last 2 weeks, how often have you been bothered by the following problems?
      
      Feeling nervous, anxious or on edge
      [0 · Not at all]
      [1 · Several days]
      [2 · More than half the days]
      [3 · Nearly every day]
      [I prefer not to answer]
      [Back] [More choices]
    ");
    chat.presses(&["1 · Several days"; 3]).await;
    chat.presses(&["3 · Nearly every day"; 4]).await;
    chat.presses(&["1 · Talk about it"]).await;
    for answer in ["1", "2", "3", "4", "5"] {
        let label = button(&chat, answer);
        chat.presses(&[&label, &label]).await;
    }
    chat.presses(&["3 · Not today"]).await;
    assert!(chat.newest().starts_with("Thank you. That was everything."), "{}", chat.newest());
    assert_eq!(world.phone("A1").await.state().await, State::Completed);
    let page = world.page("A1").await;
    assert!(page.contains("Worry and nerves (GAD-7): 15 (0-21, higher = worse)"), "{page}");
    assert!(page.contains("Strain in the past month (K10): 30 (10-50, higher = worse)"), "{page}");
    assert!(page.contains("via Telegram"), "{page}");
}

/// The button below the newest message that begins with a number.
fn button(chat: &Chat<'_>, number: &str) -> String {
    let buttons = chat.person.buttons(chat.person.newest()).concat();
    let is_it = |label: &&String| label.split(' ').next() == Some(number);
    buttons.iter().find(is_it).unwrap_or_else(|| panic!("no {number} in {buttons:?}")).clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn half_in_the_chat_and_half_on_the_web_is_one_response_with_one_score() {
    let world = World::new().await;
    let line = world.invite_grace().await;
    let telegram = world.messenger().await;
    let mut chat = Chat::joined(&telegram, "A1").await;
    chat.says(&["My knees 🦵", "1", "no", "7"]).await;

    let mut tab = world.tab();
    tab.enter(line.token.unwrap().reveal(), "1958").await;
    assert_eq!(tab.heading(), "What would make you feel more sure?");
    tab.skip().await;
    for answer in ["1", "2", "3"] {
        tab.answer(answer).await;
    }

    // The chat has not heard of it: what is typed there answers no question that it has not shown.
    chat.news();
    chat.says(&["I would like to walk more"]).await;
    insta::assert_snapshot!(chat.news(), @r"
    Grace: I would like to walk more
    bot takes the buttons off message 14
    bot: You wrote that before I asked this question. Please answer it now:
      
      9 of 24
      
      Over the last 2 weeks, how often have you been bothered by the following problems?
      
      Trouble relaxing
      [0 · Not at all]
      [1 · Several days]
      [2 · More than half the days]
      [3 · Nearly every day]
      [I prefer not to answer]
      [Back] [More choices]
    ");
    chat.says(&["3", "0", "②", "1 several days", "1"]).await;
    let visit = tab.visit();
    tab.open(&visit).await;
    for answer in ["1", "2", "3", "4", "5"] {
        tab.answer(answer).await;
    }
    // Or an old button is pressed.
    chat.news();
    let old = chat.person.newest();
    let first = button(&chat, "1");
    chat.presses(&[&first]).await;
    insta::assert_snapshot!(chat.news(), @r#"
    Grace presses [1 · None of the time]
    bot edits message 26: 14 of 24
      
      During the past 30 days, about how often did you feel …
      
      … tired out for no good reason?
      
      ✓ None of the time
    bot: You have answered this already. To change it, type "answers".
      
      19 of 24
      
      During the past 30 days, about how often did you feel …
      
      … so restless you could not sit still?
      [1 · None of the time]
      [2 · A little of the time]
      [3 · Some of the time]
      [4 · Most of the time]
      [5 · All of the time]
      [I prefer not to answer]
      [Back] [More choices]
    "#);
    assert!(chat.person.buttons(old).is_empty());
    chat.says(&["1", "2", "3", "4", "5", "3"]).await;

    assert_eq!(world.phone("A1").await.state().await, State::Completed);
    let page = world.page("A1").await;
    assert!(page.contains("GAD-7): 12 (0-21") && page.contains("(K10): 30 (10-50"), "{page}");
    assert!(page.contains("via web and Telegram") || page.contains("via Telegram and web"), "{page}");
}
