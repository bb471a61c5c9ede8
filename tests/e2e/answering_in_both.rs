//! One conversation through two doors.

use foreword_domain::conversation::State;

use crate::kit::{Phone, World};

async fn wellbeing_by_phone(phone: &mut Phone<'_>) {
    phone.say_all(&["", "My knees 🦵", "1", "no", "7", "nothing"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn half_on_the_web_and_half_in_chat_is_one_response_with_one_score() {
    let world = World::new().await;
    let line = world.invite_grace().await;
    let token = line.token.clone().unwrap().into_inner();
    let mut tab = world.tab();
    tab.enter(&token, "1958").await;
    tab.ask_for("begin").await;
    tab.answer("ألم في الركبة 🦵🏽").await; // topic-1
    tab.answer("talk").await;
    tab.answer("Where do I find a walking group?").await; // topic-2
    tab.answer("know").await;
    tab.skip().await; // topic-3
    assert_eq!(tab.heading(), "Which of these should come first?");
    tab.answer("topic-2").await;
    tab.answer("8").await; // confidence
    for answer in ["1", "2", "3"] {
        tab.answer(answer).await; // gad-7 q1..q3
    }
    assert_eq!(tab.heading(), "Trouble relaxing");

    let mut phone = world.phone("A1").await;
    phone.say("").await;
    insta::assert_snapshot!(phone.transcript(), @r"
    bot: Welcome back. There are 16 questions left.
    bot: 11 of 26
    bot: Over the last 2 weeks, how often have you been bothered by the following problems?
    bot: Trouble relaxing
    bot:   0  Not at all
    bot:   1  Several days
    bot:   2  More than half the days
    bot:   3  Nearly every day
    ");
    phone.say_all(&["nearly every dya", "0", "②", "1 several days"]).await;
    phone.say("talk about it").await;
    phone.say_all(&["1", "2", "3", "4", "5", "1", "2", "3", "4", "5"]).await;
    phone.say("3").await;
    assert_eq!(phone.state().await, State::Completed);

    let page = world.page("A1").await;
    assert!(page.contains("1. Where do I find a walking group? [just so you know]\n2. ألم في الركبة 🦵🏽 [wants to talk about it]"), "{page}");
    assert!(page.contains("Worry and nerves (GAD-7): 12 (0-21, higher = worse); moderate (10-14)"), "{page}");
    assert!(page.contains("Strain in the past month (K10): 30 (10-50, higher = worse)"), "{page}");
    assert!(page.contains("via web and terminal"), "{page}");

    drop(world);
    // The same answers in one sitting come to the same scores.
    let other = World::new().await;
    other.invite_grace().await;
    let mut phone = other.phone("A1").await;
    wellbeing_by_phone(&mut phone).await;
    phone.say_all(&["1", "2", "3", "3", "0", "2", "1", "1"]).await;
    phone.say_all(&["1", "2", "3", "4", "5", "1", "2", "3", "4", "5", "3"]).await;
    assert_eq!(phone.state().await, State::Completed);
    let same = other.page("A1").await;
    assert!(same.contains("GAD-7): 12 (0-21") && same.contains("(K10): 30 (10-50"), "{same}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_item_answered_at_one_door_is_not_asked_at_the_other() {
    let world = World::new().await;
    let line = world.invite_grace().await;
    let mut tab = world.tab();
    tab.enter(line.token.unwrap().reveal(), "1958").await;
    tab.ask_for("begin").await;
    let stale = tab.clone();
    let mut phone = world.phone("A1").await;
    phone.say_all(&["", "By phone"]).await;
    let visit = tab.visit();
    tab.open(&visit).await;
    assert_eq!(tab.heading(), "What would you like us to do with this?");
    assert!(tab.text().contains("By phone"), "the patient's own words stand above the question");

    // The page that was still open answers its own question: a change of the answer, not another question's.
    let mut stale = stale;
    stale.answer("By web after all").await;
    assert_eq!(stale.heading(), "Which answer is right?", "and asks before it takes the newer one away");
    assert!(world.page("A1").await.contains("1. By phone\n"));
    stale.insist().await;
    assert_eq!(stale.heading(), "What would you like us to do with this?");
    assert!(world.page("A1").await.contains("1. By web after all\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn stop_in_the_chat_ends_all_messages_and_is_no_answer() {
    let world = World::new().await;
    world.invite_grace().await;
    let mut phone = world.phone("A1").await;
    phone.say("").await;
    phone.say("STOP").await;
    assert!(
        phone.transcript().ends_with("You will get no more messages from us. Your visit stays as planned.")
    );
    world.pass_hours(24 * 3);
    assert!(world.tick().await.is_empty(), "no reminder follows");
    assert!(world.page("A1").await.contains("No answers yet."));
    // The clinic sending the same address again does not bring the messages back.
    world.book(&[&crate::kit::world::GRACE.replace("09:30", "11:30")]).await;
    assert!(world.tick().await.is_empty(), "and a second time");
}

#[tokio::test(flavor = "multi_thread")]
async fn not_me_sets_the_answers_aside_and_staff_are_told() {
    let world = World::new().await;
    world.invite_grace().await;
    world.tick().await;
    let mut phone = world.phone("A1").await;
    phone.say_all(&["", "canary words", "not me"]).await;
    assert_eq!(phone.state().await, State::NotMe);
    let page = world.page("A1").await;
    assert!(page.contains("this is not me") && !page.contains("canary"), "{page}");
    let alerts = world.alerts().await;
    assert_eq!(alerts.len(), 1);
    assert_eq!((alerts[0].rule.as_str(), alerts[0].level), ("service/not-me", "amber"));
    // Neither does the page on which it was said show them again.
    let line = world.line("A1").await;
    let mut tab = world.tab();
    tab.enter(line.token.unwrap().reveal(), "1958").await;
    let visit = tab.visit();
    for view in ["", "?view=answers", "?question=1", "?view=help"] {
        tab.open(&format!("{visit}{view}")).await;
        assert_eq!(tab.heading(), "Thank you", "{view}");
        assert!(!tab.page.contains("canary"), "{view}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_red_flag_is_raised_with_the_answer_that_fires_it_and_only_once() {
    let world = World::new().await;
    world.book(&[crate::kit::world::JOHN]).await;
    world.tick().await;
    let mut phone = world.phone("A2").await;
    phone.say_all(&["", "no", "6", "nothing", "3", "2"]).await;
    assert!(world.alerts().await.is_empty());
    phone.say("yes").await;
    let alerts = world.alerts().await;
    assert_eq!(alerts.iter().map(|a| a.rule.as_str()).collect::<Vec<_>>(), ["gi-questions/blood-in-stool"]);
    // Taking the answer back takes nothing back: a person has to look.
    phone.say_all(&["back", "no", "back", "yes"]).await;
    assert_eq!(world.alerts().await.len(), 1);
    assert!(world.page("A2").await.contains("AMBER: Blood in the stool reported"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_answer_is_said_beside_the_red_flag_it_once_raised() {
    let world = World::new().await;
    world.book(&[crate::kit::world::JOHN]).await;
    world.tick().await;
    let mut phone = world.phone("A2").await;
    phone.say_all(&["", "no", "6", "nothing", "3", "2", "yes", "back", "no"]).await;
    let page = world.page("A2").await;
    assert!(
        page.contains("AMBER: Blood in the stool reported; the patient changed this answer later"),
        "{page}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn looking_in_does_not_take_a_refusal_back_and_saying_something_does() {
    let world = World::new().await;
    world.invite_grace().await;
    let mut phone = world.phone("A1").await;
    phone.say_all(&["", "not this time", ""]).await;
    assert_eq!(phone.state().await, State::Declined);
    phone.say("hello").await;
    assert_eq!(phone.state().await, State::Open);
}

#[tokio::test(flavor = "multi_thread")]
async fn changing_the_language_changes_the_questions_still_to_come() {
    let world = World::new().await;
    world.book(&[crate::kit::world::JOHN]).await;
    world.tick().await;
    let mut phone = world.phone("A2").await;
    phone.say("").await;
    phone.transcript();
    phone.say("language es").await;
    assert!(phone.transcript().contains("bot: ¿Qué es lo más importante para usted en esta visita?"));
    phone.say_all(&["no", "8", "3"]).await;
    assert!(phone.transcript().contains("bot: En su peor día, ¿cuántas veces evacuó?"));
    // What was begun goes on as it was begun: half an instrument in each language is neither.
    phone.say("idioma en").await;
    assert!(phone.transcript().contains("bot: En su peor día"));
}
