//! What the patient is told in a crisis: at once, where the answer was given, and nowhere else.

use foreword_app::alerting::acting::Deed;
use foreword_domain::{
    alert::{Level, Urgency},
    conversation::Say,
    language::Lang,
};
use jiff::SignedDuration;

use super::{MAYA, PATHWAY, Ready};
use crate::kit::{Tab, World};

/// A tab at item nine of PHQ-9.
async fn at_item_nine(ready: &Ready, language: &str) -> Tab {
    ready.world.book(&[&MAYA.replace(",en,", &format!(",{language},"))]).await;
    ready.world.tick().await;
    let mut tab = ready.world.tab();
    tab.enter(ready.world.line("M1").await.token.unwrap().reveal(), "1984").await;
    tab.ask_for("begin").await;
    tab.skip().await;
    tab.answer("6").await;
    tab.skip().await;
    for _ in 0..8 {
        tab.answer("1").await;
    }
    tab
}

#[tokio::test(flavor = "multi_thread")]
async fn the_crisis_text_with_local_numbers_follows_the_answer_and_stands_nowhere_else() {
    let ready = Ready::new().await;
    let mut tab = at_item_nine(&ready, "en").await;
    assert!(tab.page.contains("Nobody watches these answers around the clock."), "before it is answered");
    tab.answer("1").await;
    let text = tab.text();
    assert_eq!(tab.heading(), "Please read this first");
    for part in [
        "Nobody watches these answers around the clock.",
        "999 in an emergency",
        "Helpline of the test, 0800 115",
        "I need help now",
        "I am safe for now",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!tab.at.contains("crisis") && !tab.at.contains("help"), "no address tells it: {}", tab.at);
    // It stays there, wherever in the visit she looks, until she has said how things are.
    let visit = tab.visit();
    for path in [visit.clone(), format!("{visit}/review"), format!("{visit}?view=help")] {
        tab.open(&path).await;
        assert_eq!(tab.heading(), "Please read this first", "{path}");
    }
    // At another door nothing of it stands.
    let mut phone = ready.world.phone("M1").await;
    assert!(!phone.say("").await.contains(&Say::Crisis));
    let outbox = ready.world.mails().into_iter().map(|(_, mail)| mail).collect::<String>();
    assert!(!outbox.contains("0800 115"));
    tab.open(&visit).await;
    tab.ask_for("safe").await;
    assert_ne!(tab.heading(), "Please read this first");
    let page = ready.only().await;
    assert_eq!(page.line.alert.urgency(), Some(Urgency::Safe));
    assert!(page.line.alert.state.is_waiting(), "being safe for now closes nothing");
    ready.look().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_needs_help_now_brings_the_next_person_in_at_once() {
    let ready = Ready::new().await;
    let mut tab = at_item_nine(&ready, "en").await;
    tab.answer("2").await;
    ready.look().await;
    assert_eq!(ready.pager.called(), ["roe"]);
    tab.ask_for("help-now").await;
    assert!(tab.text().contains("We are telling the person on call"), "{}", tab.text());
    assert!(tab.text().contains("999 in an emergency"));
    ready.look().await;
    assert_eq!(ready.pager.called(), ["roe", "lee"]);
    // Said twice, it is the same.
    tab.ask_for("help-now").await;
    ready.look().await;
    assert_eq!(ready.pager.called(), ["roe", "lee"]);
    // Somebody has taken it, and she says so once more after having been safe.
    let id = ready.only().await.line.alert.id;
    ready.does(id, Deed::Take, ready.lee).await.unwrap();
    tab.ask_for("safe").await;
    ready.world.pass(SignedDuration::from_mins(3));
    tab.ask_for("help-now").await;
    ready.look().await;
    // Whoever has taken it is told, and a new alert goes to whoever is on call.
    let mut called = ready.pager.called().split_off(2);
    called.sort();
    assert_eq!(called, ["lee", "roe"]);
    assert_eq!(ready.world.alerts().await.len(), 2);
    let said = ready.page(id).await.line.alert.said;
    assert_eq!(
        said.iter().map(|(_, said)| said.as_str()).collect::<Vec<_>>(),
        ["help", "help", "safe", "help"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_types_that_they_need_help_is_heard_in_every_language_without_any_questionnaire() {
    let ready = Ready::new().await;
    for (n, (language, words)) in [
        ("en", "I need help now!"),
        ("es", "Necesito ayuda ahora"),
        ("de", "Ich brauche jetzt Hilfe"),
        ("fr", "J'ai besoin d'aide maintenant"),
        ("ar", "أحتاج إلى مساعدة الآن"),
    ]
    .into_iter()
    .enumerate()
    {
        let row = MAYA.replace("M1,M1", &format!("H{n},H{n}")).replace(",en,", &format!(",{language},"));
        ready.world.book(&[&row]).await;
        ready.world.tick().await;
        let mut phone = ready.world.phone(&format!("H{n}")).await;
        phone.say("").await;
        let replies = phone.say(words).await;
        assert_eq!(replies[..2], [Say::HelpCalled, Say::Crisis], "{language}");
        let numbers = ["999 in an emergency", "112 en una", "112 im Notfall", "15 en cas", "112"];
        assert!(phone.transcript().contains(numbers[n]), "{}", phone.transcript());
        ready.look().await;
        assert_eq!(ready.world.alerts().await.len(), n + 1, "{language}");
    }
    assert!(
        ready
            .world
            .alerts()
            .await
            .iter()
            .all(|alert| alert.rule == "service/help-now" && alert.level == "red")
    );
    assert_eq!(ready.pager.called(), ["roe"; 5]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_crisis_text_is_in_the_patients_language_with_the_numbers_of_that_language() {
    let ready = Ready::new().await;
    let mut tab = at_item_nine(&ready, "de").await;
    tab.answer("3").await;
    let text = tab.text();
    assert!(text.contains("112 im Notfall") && text.contains("Ich brauche jetzt Hilfe"), "{text}");
    assert!(!text.contains("999"), "{text}");
    ready.look().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn item_nine_at_not_at_all_or_left_out_brings_nothing_and_reads_nowhere_as_no_risk() {
    for last in ["0", "skip"] {
        let ready = Ready::new().await;
        let mut phone = ready.maya_up_to_item_nine().await;
        let replies = phone.say(last).await;
        assert!(!replies.contains(&Say::Crisis), "{last}");
        assert!(ready.world.alerts().await.is_empty());
        let page = ready.world.page("M1").await;
        for words in ["no risk", "No risk", "no thoughts", "not at risk", "No red flags", "safe"] {
            assert!(!page.contains(words), "{last}: {page}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crisis_text_that_cannot_be_delivered_brings_the_next_person_in() {
    let ready = Ready::in_chats().await;
    let telegram = ready.world.messenger().await;
    ready.world.book(&[MAYA]).await;
    ready.world.tick().await;
    let person = telegram.joined("Maya", "M1", "1984").await;
    for words in ["no", "6", "nothing", "1", "1", "1", "1", "1", "1", "1", "1"] {
        person.says(words).await;
        telegram.run().await;
    }
    person.says("1").await;
    // She blocks the bot before it can answer.
    telegram.take_in().await;
    telegram.heed().await;
    person.blocks_bot().await;
    telegram.run().await;
    let log = ready.log().await;
    assert!(log.contains("what was said to the patient could not be delivered"), "{log}");
    assert!(log.contains("to be told: the deputy"), "{log}");
    assert_eq!(ready.only().await.line.alert.level, Level::Red);
    ready.look().await;
    let mut called = ready.pager.called();
    called.sort();
    assert_eq!(called, ["lee", "roe"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn in_the_chat_the_text_comes_with_its_two_buttons() {
    let ready = Ready::in_chats().await;
    let telegram = ready.world.messenger().await;
    ready.world.book(&[MAYA]).await;
    ready.world.tick().await;
    let person = telegram.joined("Maya", "M1", "1984").await;
    for words in ["no", "6", "nothing", "1", "1", "1", "1", "1", "1", "1", "1"] {
        person.says(words).await;
        telegram.run().await;
    }
    assert!(
        person.screen().contains("Nobody watches these answers around the clock."),
        "before: {}",
        person.screen()
    );
    person.says("2").await;
    telegram.run().await;
    let screen = person.screen();
    assert!(
        screen.contains("Helpline of the test, 0800 115") && screen.contains("I need help now"),
        "{screen}"
    );
    person.presses("I am safe for now").await;
    telegram.run().await;
    assert!(
        person.transcript().contains("We have noted that you are safe for now."),
        "{}",
        person.transcript()
    );
    let alert = ready.only().await.line.alert;
    assert_eq!(alert.urgency(), Some(Urgency::Safe));
    ready.look().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn that_nobody_watches_stands_in_the_invitation_before_the_item_in_the_help_and_at_the_end() {
    let ready = Ready::new().await;
    let english = Lang::english();
    let words = foreword_domain::phrases::t("not-watched", &english, &[]);
    let mut phone = ready.maya_up_to_item_nine().await;
    let mail = crate::kit::mailbox::Mail::parse(&ready.world.mails()[0].1);
    assert!(mail.text.contains(&words), "{}", mail.text);
    let transcript = phone.transcript();
    let asked = transcript.lines().filter(|line| line.contains("Nobody watches")).count();
    assert_eq!(asked, 2, "in the greeting and before item nine: {transcript}");
    phone.say_all(&["help", "0"]).await;
    phone.say_all(&["0", "talk", "yes"]).await;
    let transcript = phone.transcript();
    assert!(transcript.lines().filter(|line| line.contains("Nobody watches")).count() >= 4, "{transcript}");
    assert_eq!(ready.world.app.catalog().pathway(PATHWAY).unwrap().asks.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_for_help_after_everything_was_closed_or_over_is_an_alert_of_its_own() {
    let ready = Ready::new().await;
    let mut tab = at_item_nine(&ready, "en").await;
    tab.answer("2").await;
    let id = ready.only().await.line.alert.id;
    ready.does(id, Deed::Take, ready.roe).await.unwrap();
    ready.does(id, super::spoke("Safe."), ready.roe).await.unwrap();
    ready.does(id, Deed::Close, ready.roe).await.unwrap();
    // What staff have closed does not stand in her way.
    let visit = tab.visit();
    tab.open(&visit).await;
    assert_ne!(tab.heading(), "Please read this first");
    tab.ask_for("help-now").await;
    assert!(tab.text().contains("We are telling the person on call"), "{}", tab.text());
    let told = async |count| {
        ready.look().await;
        assert_eq!(ready.pager.called(), vec!["roe"; count]);
        assert_eq!(ready.world.alerts().await.len(), count + 1);
    };
    told(1).await;
    let open = ready.world.alerts().await[0].id.parse().unwrap();
    ready.does(open, Deed::Take, ready.lee).await.unwrap();
    ready.does(open, super::spoke(""), ready.lee).await.unwrap();
    ready.does(open, Deed::Close, ready.lee).await.unwrap();
    // The visit was four hours ago; the buttons are still on her telephone.
    ready.world.clock.store(
        "2026-11-24T13:30:00Z".parse::<jiff::Timestamp>().unwrap().as_microsecond(),
        std::sync::atomic::Ordering::SeqCst,
    );
    ready.world.app.watch(ready.world.now()).await.unwrap();
    let mut phone = ready.world.phone("M1").await;
    let replies = phone.say("I need help now").await;
    assert_eq!(replies, [Say::HelpCalled, Say::Crisis]);
    told(2).await;
    ready.world.tick().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nobody_would_be_told_nothing_is_promised() {
    let world = World::new().await;
    world.book(&[crate::kit::world::GRACE]).await;
    world.tick().await;
    let mut phone = world.phone("A1").await;
    phone.say("").await;
    assert_eq!(phone.say("help now").await[..2], [Say::HelpNotCalled, Say::Crisis]);
    let transcript = phone.transcript();
    assert!(transcript.contains("We cannot tell anybody at the clinic at once."), "{transcript}");
    assert!(!transcript.contains("Call now:") && !transcript.contains("person on call"), "{transcript}");
    assert_eq!(world.alerts().await[0].rule, "service/help-now", "staff see it all the same");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_given_anew_shows_the_text_anew_and_after_it_was_closed_is_another_alert() {
    let ready = Ready::new().await;
    let mut tab = at_item_nine(&ready, "en").await;
    let nine = tab.at.clone();
    tab.answer("1").await;
    tab.ask_for("safe").await;
    tab.open(&nine).await;
    tab.answer("3").await;
    assert_eq!(tab.heading(), "Please read this first", "worse than before, and said so again");
    assert_eq!(ready.world.alerts().await.len(), 1, "the same alert, as long as it is open");
    let id = ready.only().await.line.alert.id;
    ready.does(id, Deed::Take, ready.roe).await.unwrap();
    ready.does(id, super::spoke(""), ready.roe).await.unwrap();
    ready.does(id, Deed::Close, ready.roe).await.unwrap();
    tab.open(&nine).await;
    tab.answer("2").await;
    assert_eq!(tab.heading(), "Please read this first");
    assert_eq!(ready.world.alerts().await.len(), 2);
    ready.look().await;
    assert_eq!(ready.pager.called(), ["roe"]);
    // Another answer of the same questionnaire raises nothing anew.
    tab.ask_for("safe").await;
    tab.answer("1").await;
    assert_eq!(ready.world.alerts().await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_for_help_in_a_shared_chat_is_about_whom_was_talked_of_last() {
    let ready = Ready::new().await;
    let telegram = ready.world.messenger().await;
    let rows = [("A", "Ann", "1960"), ("B", "Ben", "1961")].map(|(id, name, born)| {
        MAYA.replace("M1,M1,Maya,Stone,1984", &format!("{id},{id},{name},Both,{born}")).replace("Mood", "GI")
    });
    ready.world.book(&rows.each_ref().map(String::as_str)).await;
    ready.world.tick().await;
    let person = telegram.joined("Ann", "A", "1960").await;
    telegram.bind(&person, "B").await;
    person.says("I need help now").await;
    telegram.run().await;
    let alerts = ready.world.alerts().await;
    assert_eq!(alerts.len(), 1, "{alerts:?}");
    assert_eq!(alerts[0].patient, ready.world.visit_of("A").await.1.to_string());
    assert!(person.transcript().contains("We are telling the person on call"), "{}", person.transcript());
    ready.look().await;
    assert_eq!(ready.pager.called(), ["roe"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_for_help_typed_into_a_field_of_a_page_is_no_answer() {
    let ready = Ready::new().await;
    ready.world.book(&[MAYA]).await;
    ready.world.tick().await;
    let mut tab = ready.world.tab();
    tab.enter(ready.world.line("M1").await.token.unwrap().reveal(), "1984").await;
    tab.ask_for("begin").await;
    tab.answer("I need help now").await;
    assert!(tab.text().contains("We are telling the person on call"), "{}", tab.text());
    assert_eq!(ready.only().await.line.alert.rule, "service/help-now");
    assert!(!ready.world.page("M1").await.contains("1. I need help now"));
    ready.look().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_for_help_is_heard_by_mail_when_the_visit_is_over_and_nothing_was_ever_answered() {
    let ready = Ready::of(World::with_mailbox().await).await;
    ready.world.book(&[crate::kit::world::GRACE]).await;
    ready.world.tick().await;
    let mut mailbox = crate::kit::Mailbox::of(&ready.world, "grace@home.test");
    let first = mailbox.newest();
    ready.world.pass(SignedDuration::from_hours(24 * 5));
    let replies = mailbox.reply_to(&first, "I need help now").await;
    assert_eq!(ready.only().await.line.alert.rule, "service/help-now");
    assert!(replies.last().unwrap().text.contains("999 in an emergency"), "{replies:?}");
    ready.look().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_for_help_is_heard_by_mail_from_whoever_is_somebody_else() {
    let ready = Ready::of(World::with_mailbox().await).await;
    ready.world.book(&[crate::kit::world::GRACE]).await;
    ready.world.tick().await;
    let mut mailbox = crate::kit::Mailbox::of(&ready.world, "grace@home.test");
    let first = mailbox.newest();
    let mut phone = ready.world.phone("A1").await;
    assert_eq!(phone.say("not me").await, [Say::NotMe]);
    mailbox.reply_to(&first, "I need help now").await;
    let rules: Vec<_> = ready.world.alerts().await.into_iter().map(|alert| alert.rule).collect();
    assert!(rules.iter().any(|rule| rule == "service/help-now"), "{rules:?}");
    ready.look().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_for_help_is_heard_by_mail_from_who_wanted_no_more_mail() {
    let ready = Ready::of(World::with_mailbox().await).await;
    ready.world.book(&[crate::kit::world::GRACE]).await;
    ready.world.tick().await;
    let mut mailbox = crate::kit::Mailbox::of(&ready.world, "grace@home.test");
    let first = mailbox.newest();
    mailbox.reply_to(&first, "STOP").await;
    mailbox.reply_to(&first, "I need help now").await;
    let rules: Vec<_> = ready.world.alerts().await.into_iter().map(|alert| alert.rule).collect();
    assert!(rules.iter().any(|rule| rule == "service/help-now"), "{rules:?}");
    ready.look().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_for_help_is_none_of_two_answers_to_choose_from() {
    let ready = Ready::new().await;
    ready.world.book(&[MAYA]).await;
    ready.world.tick().await;
    let mut tab = ready.world.tab();
    tab.enter(ready.world.line("M1").await.token.unwrap().reveal(), "1984").await;
    tab.ask_for("begin").await;
    // The same question is answered elsewhere meanwhile.
    ready.world.phone("M1").await.say_all(&["", "My sleep"]).await;
    tab.answer("I need help now").await;
    assert!(tab.text().contains("We are telling the person on call"), "{}", tab.text());
    assert_eq!(ready.only().await.line.alert.rule, "service/help-now");
    ready.look().await;
}
