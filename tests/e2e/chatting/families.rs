//! Several people at one telephone, and one patient with several telephones.

use foreword_domain::{consent::Consent, conversation::State, message::Channel};

use super::{Chat, answers, consents};
use crate::kit::{Messenger, World};

const MIA: &str = "B1,P8,Mia,Okafor,2015-05-01,en,Europe/London,okafor@home.test,,2026-11-24T09:30,20,North Clinic,Dr Roe,GI follow-up,booked";
const BEN: &str = "B2,P9,Ben,Okafor,2018-07-09,en,Europe/London,okafor@home.test,,2026-11-25T14:00,20,North Clinic,Dr Roe,GI follow-up,booked";

async fn with_children() -> World {
    let world = World::new().await;
    world.book(&[MIA, BEN]).await;
    world.tick().await;
    world
}

/// A parent who has joined for both, and talks about the second.
async fn parent<'a>(telegram: &'a Messenger<'_>) -> Chat<'a> {
    let mut chat = Chat::of(telegram, telegram.api.user("Ada", "en"));
    chat.joins("B1", "2015", "I answer for someone else").await;
    chat.joins("B2", "2018", "I answer for someone else").await;
    chat.news();
    chat
}

#[tokio::test(flavor = "multi_thread")]
async fn a_parent_answers_for_two_children_in_one_chat() {
    let world = with_children().await;
    let telegram = world.messenger().await;
    let mut chat = Chat::of(&telegram, telegram.api.user("Ada", "en"));
    chat.joins("B1", "2015", "I answer for someone else").await;
    chat.says(&["Mia's belly hurts"]).await;
    chat.news();
    chat.joins("B2", "2018", "I answer for someone else").await;
    insta::assert_snapshot!(chat.news(), @r#"
    Ada: /start CODE
    bot: To keep the answers private, please type the year in which the person with the visit was born. Four digits. For example: 1960
    Ada: 2018
    bot: Thank you. Who will answer here?
      [I answer for myself]
      [I answer with some help]
      [I answer for someone else]
    Ada presses [I answer for someone else]
    bot takes the buttons off message 12
    bot: Please read this first. Telegram is a company outside your clinic. What you write here is kept on its computers, and anyone who can open this chat can read it. The questions are about your health. You can use the web page of your clinic instead at any time.
      
      Nobody watches these answers around the clock. In an emergency call your local emergency number.
      
      Do you want to answer here, in Telegram?
      [Yes, I agree]
      [No, not here]
    Ada presses [Yes, I agree]
    bot takes the buttons off message 13
    bot takes the buttons off message 8
    bot: Thank you. You can answer here from now on. To end this at any time, type "stop".
      
      Hello. Your care team would like to hear from you before your visit, so that you can spend your time together on what matters to you.
      
      There are up to 22 short questions. They take about 5 minutes.
      
      You can skip any question, stop at any time and come back later. Every answer is saved as you go.
      
      Nobody watches these answers around the clock. In an emergency call your local emergency number.
      
      Ben · 1 of 19
      
      What matters most to you for this visit? What would you like to talk about?
      
      For example: something that worries you, a change you noticed, a medicine, a plan you have, or something you can't do any more.
      
      Use your own words, up to 500 characters.
      [I have nothing to add]
      [More choices]
    "#);
    chat.says(&["Ben does not eat", "2"]).await;
    chat.news();
    chat.says(&["someone else"]).await;
    chat.presses(&["Mia, visit on 24 November 2026"]).await;
    insta::assert_snapshot!(chat.news(), @r"
    Ada: someone else
    bot: Who is this about?
      [Mia, visit on 24 November 2026]
      [Ben, visit on 25 November 2026]
    Ada presses [Mia, visit on 24 November 2026]
    bot takes the buttons off message 20
    bot takes the buttons off message 18
    bot: Welcome back. There are 9 questions left.
      
      Mia · 2 of 19
      
      “Mia's belly hurts”
      
      What would you like us to do with this?
      [1 · Talk about it]
      [2 · Just so you know]
      [3 · Not today]
      [I prefer not to answer]
      [Back] [More choices]
    ");
    chat.says(&["1"]).await;
    assert_eq!(
        answers(&world, "B1").await,
        "visit-agenda/topic-1: Mia's belly hurts (telegram, proxy)\nvisit-agenda/topic-1-wish: talk (telegram, proxy)"
    );
    assert_eq!(
        answers(&world, "B2").await,
        "visit-agenda/topic-1: Ben does not eat (telegram, proxy)\nvisit-agenda/topic-1-wish: know (telegram, proxy)"
    );
    // The menu offers it as well; and what is pressed below an old message is about its own child.
    chat.presses(&["More choices", "Someone else", "Ben, visit on 25 November 2026"]).await;
    let bens = chat.person.newest();
    chat.says(&["switch", "Mia"]).await;
    assert!(chat.newest().contains("Mia · 3 of "), "{}", chat.newest());
    chat.person.presses_on(bens, "I have nothing to add").await;
    telegram.run().await;
    assert!(chat.newest().contains("Ben · 4 of "), "{}", chat.newest());
    assert!(answers(&world, "B2").await.contains("topic-2:  (telegram, proxy)"));
    assert!(!answers(&world, "B1").await.contains("topic-2"));
}

#[tokio::test(flavor = "multi_thread")]
async fn after_one_child_is_finished_the_other_is_offered() {
    let world = with_children().await;
    let telegram = world.messenger().await;
    let mut chat = parent(&telegram).await;
    chat.says(&["nothing", "8", "5", "2", "no", "no", "6"]).await;
    chat.news();
    chat.says(&["0"]).await;
    insta::assert_snapshot!(chat.news(), @r"
    Ada: 0
    bot edits message 26: Ben · 8 of 8
      
      Are you taking your medicines the way we planned?
      
      ✓ Yes, always
    bot: Ben
      
      Thank you. Only the person with the visit can answer the next questions. They can do so on the web page, with the link from the clinic. What you answered here is saved.
      
      Who is this about?
      [Mia, visit on 24 November 2026]
      [Ben, visit on 25 November 2026]
    ");
    chat.presses(&["Mia, visit on 24 November 2026"]).await;
    assert!(chat.newest().contains("Mia · 1 of "), "{}", chat.newest());
}

#[tokio::test(flavor = "multi_thread")]
async fn declining_for_one_child_asks_about_the_other() {
    let world = with_children().await;
    let telegram = world.messenger().await;
    let mut chat = parent(&telegram).await;
    chat.says(&["not this time"]).await;
    insta::assert_snapshot!(chat.news(), @r"
    Ada: not this time
    bot takes the buttons off message 12
    bot: Ben
      
      That is fine. We will not ask again for this visit. If you change your mind, just come back.
      
      Who is this about?
      [Mia, visit on 24 November 2026]
    ");
    // With one left, nothing has to be asked.
    chat.says(&["Her belly"]).await;
    assert!(chat.newest().contains("Mia · 1 of "), "{}", chat.newest());
    chat.says(&["Her belly"]).await;
    assert_eq!(answers(&world, "B1").await, "visit-agenda/topic-1: Her belly (telegram, proxy)");
    assert_eq!(world.phone("B2").await.state().await, State::Declined);
}

#[tokio::test(flavor = "multi_thread")]
async fn not_me_is_about_one_child_only() {
    let world = with_children().await;
    let telegram = world.messenger().await;
    let mut chat = parent(&telegram).await;
    chat.says(&["not me"]).await;
    insta::assert_snapshot!(chat.news(), @r"
    Ada: not me
    bot takes the buttons off message 12
    bot: Thank you for telling us. We have set the answers aside and will let the clinic know. You will not be asked anything more here.
    ");
    assert_eq!(world.phone("B2").await.state().await, State::NotMe);
    assert_eq!(world.phone("B1").await.state().await, State::Open);
    chat.says(&["hello", "Her belly"]).await;
    assert!(chat.newest().contains("What would you like us to do"), "{}", chat.newest());
}

#[tokio::test(flavor = "multi_thread")]
async fn stop_is_for_all_of_them() {
    let world = with_children().await;
    let telegram = world.messenger().await;
    let mut chat = parent(&telegram).await;
    chat.says(&["someone else"]).await;
    chat.news();
    chat.says(&["stop"]).await;
    insta::assert_snapshot!(chat.news(), @r"
    Ada: stop
    bot takes the buttons off message 12
    bot: You will get no more messages from us. Your visit stays as planned.
    ");
    for child in ["B1", "B2"] {
        assert!(consents(&world, child).await.iter().all(|consent| !consent.is_active()), "{child}");
    }
    world.pass_hours(24 * 3);
    assert!(telegram.tick().await.is_empty());
    // Whoever agrees again does so for all of them, too.
    chat.says(&["hello"]).await;
    insta::assert_snapshot!(chat.news(), @r"
    Ada: hello
    bot: You asked us to send no more messages. If you agree below, we will write to you here again.
      
      Please read this first. Telegram is a company outside your clinic. What you write here is kept on its computers, and anyone who can open this chat can read it. The questions are about your health. You can use the web page of your clinic instead at any time.
      
      Nobody watches these answers around the clock. In an emergency call your local emergency number.
      
      Do you want to answer here, in Telegram?
      [Yes, I agree]
      [No, not here]
    ");
    chat.says(&["yes"]).await;
    for child in ["B1", "B2"] {
        let active = consents(&world, child).await.into_iter().filter(Consent::is_active);
        assert_eq!(active.map(|consent| consent.channel).collect::<Vec<_>>(), [Channel::Telegram], "{child}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn stop_while_joining_for_a_second_child_is_for_both() {
    let world = with_children().await;
    let telegram = world.messenger().await;
    let chat = Chat::of(&telegram, telegram.api.user("Ada", "en"));
    chat.joins("B1", "2015", "I answer for someone else").await;
    chat.says(&[&format!("/start {}", telegram.code("B2").await), "stop"]).await;
    assert_eq!(chat.newest(), "You will get no more messages from us. Your visit stays as planned.");
    assert!(consents(&world, "B1").await.iter().all(|consent| !consent.is_active()));
    assert!(consents(&world, "B2").await.iter().any(Consent::is_active), "of Ben nothing is known here");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reminder_says_whom_it_is_about() {
    let world = with_children().await;
    let telegram = world.messenger().await;
    let mut chat = parent(&telegram).await;
    world.pass_hours(24 * 2);
    telegram.tick().await;
    insta::assert_snapshot!(chat.news(), @r#"
    bot: Mia
      
      You have a visit on 24 November 2026 at 09:30. There is still time to answer a few questions before you come.
      
      It takes about 5 minutes. You can answer right here.
      
      Nobody watches these answers around the clock. In an emergency call your local emergency number.
      
      For no more messages, type "stop".
      [Begin]
    "#);
    chat.presses(&["Begin"]).await;
    assert!(chat.newest().contains(" · 1 of "), "{}", chat.newest());
}

#[tokio::test(flavor = "multi_thread")]
async fn one_patient_with_two_telephones() {
    let world = World::new().await;
    world.invite_grace().await;
    let telegram = world.messenger().await;
    let mut phone = Chat::joined(&telegram, "A1").await;
    let mut tablet = Chat::of(&telegram, telegram.api.user("Grace's tablet", "en"));
    tablet.joins("A1", "1958", "I answer with some help").await;
    tablet.news();
    phone.says(&["Sleep"]).await;
    // What is typed at the other is no answer to a question that was not shown there.
    tablet.says(&["Pills"]).await;
    insta::assert_snapshot!(tablet.news(), @r"
    Grace's tablet: Pills
    bot takes the buttons off message 6
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
    tablet.presses(&["1 · Talk about it"]).await;
    phone.news();
    phone.presses(&["3 · Not today"]).await;
    insta::assert_snapshot!(phone.news(), @r#"
    Grace presses [3 · Not today]
    bot edits message 8: 2 of 29
      
      “Sleep”
      
      What would you like us to do with this?
      
      ✓ Talk about it
    bot: You have answered this already. To change it, type "answers".
      
      3 of 29
      
      Is there something else you would like to talk about?
      
      Use your own words, up to 500 characters.
      [I have nothing to add]
      [Back] [More choices]
    "#);
    insta::assert_snapshot!(answers(&world, "A1").await, @r"
    visit-agenda/topic-1: Sleep (telegram, patient)
    visit-agenda/topic-1-wish: talk (telegram, helped)
    ");
    tablet.says(&["stop"]).await;
    phone.says(&["hello"]).await;
    assert!(phone.newest().starts_with("You asked us to send no more messages."), "{}", phone.newest());
}
