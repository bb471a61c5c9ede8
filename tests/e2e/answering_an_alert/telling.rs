//! Who is told when: exactly at its time, once, by every way, and the next person at once where one can't be told.

use foreword_domain::{alert::State, message::Channel};

use super::{MAYA, Ready};
use crate::kit::{
    pager::{Pager, SECRET},
    process::Worker,
};

#[tokio::test(flavor = "multi_thread")]
async fn item_nine_alerts_the_person_on_call_though_the_patient_stops_there_and_says_nothing_of_health() {
    let ready = Ready::new().await;
    let mut phone = ready.maya_up_to_item_nine().await;
    assert!(ready.world.alerts().await.is_empty());
    phone.say("1").await;
    // She closes the page. The worker looks every two seconds.
    let page = ready.only().await;
    assert_eq!((page.line.alert.rule.as_str(), page.line.alert.level.as_str()), ("phq-9/self-harm", "red"));
    assert_eq!(page.line.alert.raised_at, ready.world.now(), "with the answer");
    let done = ready.look().await;
    assert!(done.iter().all(|one| one.outcome == "sent") && done.len() == 2, "{done:?}");
    assert_eq!(ready.only().await.line.alert.state, State::Notified);
    let mail = &ready.notices()[0];
    assert_eq!((mail.to.as_str(), mail.subject.as_str()), ("roe@staff.test", "Somebody is needed now"));
    let call = &ready.pager.calls()[0];
    assert_eq!(call.to, "roe");
    for text in [&mail.raw, &call.body] {
        for secret in
            ["Maya", "Stone", "1984", "PHQ", "phq", "harm", "dead", "mood", "Mood", "answer", "item"]
        {
            assert!(!text.contains(secret), "{secret}: {text}");
        }
        assert!(text.contains(&format!("/clinic/alerts/{}", page.line.alert.id)), "{text}");
    }
    let said: serde_json::Value = serde_json::from_str(&call.body).unwrap();
    assert_eq!((said["event"].as_str(), said["rung"].as_str()), (Some("alert"), Some("on-call")));
    assert!(call.signature.starts_with("sha256=") && call.signature.len() == 71, "{}", call.signature);
    assert!(!call.body.contains(SECRET) && call.key.starts_with("alert:"));
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_answers_and_deputy_lead_and_alarm_follow_at_their_times_each_once() {
    let ready = Ready::with_errors().await;
    let mut phone = ready.maya_up_to_item_nine().await;
    phone.say("2").await;
    let raised = ready.world.now();
    ready.look().await;
    ready.until(raised, 200).await;
    insta::assert_snapshot!(ready.log().await, @r"
     0 raised
     0 to be told: the person on call
     0 Dr Roe was told by a call to their program
     0 Dr Roe was told by mail
    30 to be told: the deputy
    30 Nurse Lee was told by a call to their program
    30 Nurse Lee was told by mail
    45 to be told: the safety lead
    45 Dr Okoro was told by a call to their program
    45 Dr Okoro was told by mail
    60 to be told: the whole chain
    60 the chain is at its end, and nobody has taken it
    60 Dr Okoro was told by a call to their program
    60 Dr Okoro was told by mail
    60 Dr Roe was told by a call to their program
    60 Dr Roe was told by mail
    60 Nurse Lee was told by a call to their program
    60 Nurse Lee was told by mail
    ");
    let page = ready.only().await;
    assert_eq!((page.line.alert.state, page.next), (State::Notified, None), "it waits, whatever happens");
    let state = ready.world.app.loop_state("test", ready.world.now()).await.unwrap();
    assert_eq!((state.alarms, state.unwatched_since), (1, None));
    let subjects: Vec<String> = ready.notices().into_iter().map(|mail| mail.subject).collect();
    assert_eq!(subjects.iter().filter(|subject| subject.starts_with("Alarm")).count(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_mail_server_brings_the_deputy_in_at_once_by_the_other_way() {
    let ready = Ready::new().await;
    let mut phone = ready.maya_up_to_item_nine().await;
    phone.say("3").await;
    let raised = ready.world.now();
    // A way out by mail that leads nowhere.
    let dead = foreword_bot::Mail::new(&foreword_bot::Options {
        from: "North Clinic <visits@clinic.test>".to_owned(),
        smtp_url: format!("smtp://127.0.0.1:{}", crate::kit::process::free_port()),
        ..foreword_bot::Options::default()
    })
    .unwrap();
    let hook = Pager::door();
    let now = ready.world.now();
    ready.world.app.watch(now).await.unwrap();
    ready.world.app.send_notices(&|| Some(now), &[&dead, &hook], &Channel::ALL).await.unwrap();
    assert_eq!(ready.world.now(), raised, "no time has passed");
    let mut called = ready.pager.called();
    called.sort();
    assert_eq!(called, ["lee", "roe"], "and not the whole chain");
    let log = ready.log().await;
    assert!(
        log.contains("Dr Roe could not be told by mail") && log.contains("to be told: the deputy"),
        "{log}"
    );
    // The mails wait, and go when the server is back; each once.
    ready.until(raised, 10).await;
    let to: Vec<String> = ready.notices().into_iter().map(|mail| mail.to).collect();
    for who in ["roe@staff.test", "lee@staff.test"] {
        assert_eq!(to.iter().filter(|to| *to == who).count(), 1, "{to:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_cannot_be_told_in_any_way_is_passed_over_at_once() {
    let ready = Ready::new().await;
    let mut phone = ready.maya_up_to_item_nine().await;
    ready.world.app.disable_staff("roe", ready.world.now()).await.unwrap();
    phone.say("1").await;
    ready.look().await;
    let log = ready.log().await;
    assert!(
        log.contains("nobody could be told: the person on call")
            && log.contains("Nurse Lee was told by mail"),
        "{log}"
    );
    assert_eq!(ready.pager.called(), ["lee"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_taken_in_time_is_told_to_nobody_else() {
    let ready = Ready::new().await;
    let mut phone = ready.maya_up_to_item_nine().await;
    phone.say("1").await;
    let raised = ready.world.now();
    ready.until(raised, 29).await;
    let id = ready.only().await.line.alert.id;
    ready.does(id, foreword_app::alerting::acting::Deed::Take, ready.roe).await.unwrap();
    ready.until(raised, 300).await;
    assert_eq!(ready.pager.called(), ["roe"]);
    assert_eq!(ready.only().await.line.alert.state, State::Acknowledged, "taking it is no outcome");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_amber_flag_has_until_the_end_of_the_next_half_day_but_never_beyond_the_visit() {
    let ready = Ready::new().await;
    // Friday 09:00: the next half-day of work ends at 17:30.
    ready.world.book(&[&MAYA.replace("Mood follow-up", "GI follow-up")]).await;
    ready.world.tick().await;
    ready.world.phone("M1").await.say_all(&["", "no", "6", "nothing", "3", "2", "yes"]).await;
    let page = ready.only().await;
    assert_eq!((page.line.alert.level.as_str(), page.line.alert.crisis), ("amber", false));
    assert_eq!(page.line.alert.due_at.to_string(), "2026-11-20T17:30:00Z");
    ready.look().await;
    assert_eq!(ready.notices()[0].subject, "Somebody is needed today");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_server_that_hangs_keeps_neither_the_pager_nor_the_deputy_waiting() {
    let mut ready = Ready::new().await;
    ready.world.leave_things_lying();
    ready.maya_up_to_item_nine().await.say("1").await;
    // It takes connections and never says a word. Nobody has taken the alert in time by the worker's clock.
    let deaf = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("smtp://{}", deaf.local_addr().unwrap());
    let _worker = Worker::start_with(&ready.world.url, &ready.world.folder.0, None, &url);
    let mut tick = tokio::time::interval(std::time::Duration::from_millis(50));
    let mut called = Vec::new();
    // A mail is given up on after 20 s at the earliest.
    for _ in 0..200 {
        tick.tick().await;
        called = ready.pager.called();
        if called.len() == 2 {
            break;
        }
    }
    called.sort();
    assert_eq!(called, ["lee", "roe"], "within 10 s");
}
