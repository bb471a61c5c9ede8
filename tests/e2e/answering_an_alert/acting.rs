//! What a person does: takes it, calls, writes down what came of it, closes it. On the page, in the chat, on the
//! command line.

use axum::http::StatusCode;
use foreword_app::{Error, alerting::acting::Deed};
use foreword_domain::{
    alert::{OutcomeKind, State},
    message::Channel,
    private::Private,
};
use jiff::SignedDuration;

use super::{PASSWORD, Ready, spoke};
use crate::kit::{Tab, pager::Pager};

async fn signed_in(ready: &Ready, login: &str) -> Tab {
    let mut tab = ready.world.tab();
    tab.send("/clinic/sign-in", &[("login", login), ("password", PASSWORD), ("next", "/clinic")]).await;
    assert_eq!(tab.at, "/clinic");
    tab
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_takes_it_tries_to_call_writes_down_what_came_of_it_and_only_then_closes_it() {
    let ready = Ready::new().await;
    let mut phone = ready.maya_up_to_item_nine().await;
    phone.say("1").await;
    ready.look().await;
    let mut tab = signed_in(&ready, "roe").await;
    tab.open("/clinic/alerts").await;
    assert!(
        tab.text().contains("Maya Stone") && tab.text().contains("told, and not taken"),
        "{}",
        tab.text()
    );
    let at = format!("/clinic/alerts/{}", ready.only().await.line.alert.id);
    tab.open(&at).await;
    assert!(tab.text().contains("If nobody takes it, the deputy is told"), "{}", tab.text());
    // Nothing can be left out.
    for deed in ["outcome", "close", "reached"] {
        tab.send(&at, &[("deed", deed), ("outcome", "spoke"), ("words", "")]).await;
        assert_eq!(tab.status, StatusCode::CONFLICT, "{deed}: {}", tab.text());
    }
    tab.send(&at, &[("deed", "take")]).await;
    assert!(tab.text().contains("taken by Dr Roe"), "{}", tab.text());
    tab.send(&at, &[("deed", "close")]).await;
    assert!(tab.text().contains("an outcome must be written down first"), "{}", tab.text());
    for _ in 0..2 {
        tab.send(&at, &[("deed", "not-reached")]).await;
    }
    assert!(tab.text().contains("Called 2 times, not reached."), "{}", tab.text());
    // She does not answer the telephone: it stays in sight, however long that takes.
    ready.world.pass(SignedDuration::from_hours(20));
    ready.look().await;
    let mut tab = signed_in(&ready, "roe").await;
    tab.open("/clinic/alerts").await;
    assert!(tab.text().contains("called 2 times, not reached"), "{}", tab.text());
    tab.send(&at, &[("deed", "reached")]).await;
    assert!(!tab.text().contains("not reached. It stays"), "{}", tab.text());
    tab.send(&at, &[("deed", "outcome"), ("words", "no kind")]).await;
    assert_eq!(tab.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(tab.page.contains("no kind"), "what was typed is kept");
    tab.send(&at, &[("deed", "outcome"), ("outcome", "spoke"), ("words", "Safe at home with her sister.")])
        .await;
    assert!(tab.page.contains("Safe at home with her sister."));
    assert_eq!(ready.only().await.line.alert.state, State::Outcome);
    tab.send(&at, &[("deed", "close")]).await;
    assert_eq!(tab.at, "/clinic/alerts");
    assert!(tab.text().contains("None is open."), "{}", tab.text());
    tab.open("/clinic/alerts?show=all").await;
    assert!(tab.text().contains("Maya Stone") && tab.text().contains("closed"));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_people_take_it_and_it_is_the_first_ones() {
    let ready = Ready::new().await;
    let mut phone = ready.maya_up_to_item_nine().await;
    phone.say("1").await;
    let id = ready.only().await.line.alert.id;
    ready.does(id, Deed::Take, ready.roe).await.unwrap();
    ready.does(id, Deed::Take, ready.roe).await.unwrap();
    let refused = ready.does(id, Deed::Take, ready.lee).await;
    assert!(
        matches!(&refused, Err(Error::Refused(why)) if why == "Dr Roe has taken it already"),
        "{refused:?}"
    );
    // Whoever has time writes down what came of it.
    ready.does(id, spoke("Called."), ready.lee).await.unwrap();
    let long = Deed::Outcome(OutcomeKind::Spoke, Private::new("x".repeat(2001)));
    assert!(matches!(ready.does(id, long, ready.lee).await, Err(Error::Refused(_))));
    ready.does(id, Deed::Close, ready.lee).await.unwrap();
    assert!(matches!(ready.does(id, spoke("Later."), ready.lee).await, Err(Error::Refused(_))));
    let page = ready.only().await;
    assert_eq!(page.line.alert.outcome.unwrap().2.words.reveal(), "Called.");
    // What was still to be said to Roe is not wanted any more.
    assert!(ready.look().await.iter().all(|one| one.outcome == "cancelled"));
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_of_another_clinic_sees_or_takes_it() {
    let ready = Ready::new().await;
    let mut phone = ready.maya_up_to_item_nine().await;
    phone.say("1").await;
    let id = ready.only().await.line.alert.id;
    let held = [foreword_app::access::roles::Held {
        role: "clinician".to_owned(),
        clinic: Some("South Clinic".to_owned()),
    }];
    let other =
        ready.world.app.put_staff_with("moss", "Dr Moss", &held, PASSWORD, ready.world.now()).await.unwrap();
    assert!(matches!(ready.does(id, Deed::Take, other).await, Err(Error::NotFound(_))));
    let mut tab = signed_in(&ready, "moss").await;
    tab.open(&format!("/clinic/alerts/{id}")).await;
    assert_eq!(tab.status, StatusCode::NOT_FOUND);
    tab.open("/clinic/alerts").await;
    assert!(!tab.page.contains("Maya"));
    ready.look().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_taken_in_the_chat_by_its_code() {
    let ready = Ready::new().await;
    let telegram = ready.world.messenger().await;
    let person = telegram.api.user("Roe", "en");
    let link = ready.world.app.staff_chat_link(ready.roe, ready.world.now()).await.unwrap().unwrap();
    person.start(link.reveal().split_once("?start=").unwrap().1).await;
    telegram.run().await;
    let text =
        super::plan("2", &ready.pager.url).replace("[people.roe]\n", "[people.roe]\ntelegram = true\n");
    ready.world.app.set_safety_plan("plan.toml", &text, "operator", ready.world.now()).await.unwrap();
    let mut phone = ready.maya_up_to_item_nine().await;
    phone.say("1").await;
    ready.world.pass(SignedDuration::from_secs(2));
    let (now, hook) = (ready.world.now(), Pager::door());
    let doors: [&dyn foreword_domain::message::Deliver; 3] = [&ready.world.mail, &hook, &telegram.door];
    ready.world.app.send_notices(&|| Some(now), &doors, &Channel::ALL).await.unwrap();
    let screen = person.screen();
    let code = screen.split("type here: take ").nth(1).unwrap_or_else(|| panic!("{screen}"));
    let code = code.split_whitespace().next().unwrap().to_owned();
    assert!(!screen.contains("Maya") && !screen.contains("harm"), "{screen}");
    person.says("take ZZZZZ").await;
    telegram.run().await;
    assert!(person.screen().contains("No red flag that is open has this code."), "{}", person.screen());
    person.says(&format!("take {}", code.to_lowercase())).await;
    telegram.run().await;
    assert!(person.screen().contains("It is yours now."), "{}", person.screen());
    let page = ready.only().await;
    assert_eq!(page.line.alert.acknowledged.unwrap().1, ready.roe);
    assert!(page.log.iter().any(|(_, what)| what == "Dr Roe took it by Telegram"), "{:?}", page.log);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_measures_say_how_well_the_loop_works() {
    let ready = Ready::new().await;
    let mut phone = ready.maya_up_to_item_nine().await;
    phone.say("1").await;
    let measures = async || ready.world.app.loop_measures(90, "test", ready.world.now()).await.unwrap();
    let first = measures().await;
    assert_eq!((first.alerts, first.red, first.in_time_percent), (1, 1, None));
    assert_eq!(first.oldest_open, Some(ready.world.now()));
    ready.world.pass(SignedDuration::from_mins(12));
    let id = ready.only().await.line.alert.id;
    ready.does(id, Deed::Take, ready.roe).await.unwrap();
    ready.does(id, spoke(""), ready.roe).await.unwrap();
    let after = measures().await;
    assert_eq!((after.in_time_percent, after.with_outcome_percent), (Some(100.0), Some(100.0)));
    assert_eq!((after.median_minutes, after.p95_minutes, after.oldest_open), (Some(12.0), Some(12.0), None));
    ready.look().await;
    // The agenda is one response, PHQ-9 the other.
    assert_eq!((after.responses, after.per_hundred), (1, Some(100.0)));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_inbox_is_ordered_by_level_deadline_and_the_patients_own_urgency() {
    let ready = Ready::new().await;
    ready
        .world
        .book(&[&super::MAYA.replace("M1,M1,Maya,Stone", "G1,G1,Gil,Amber").replace("Mood", "GI")])
        .await;
    ready.world.tick().await;
    ready.world.phone("G1").await.say_all(&["", "no", "6", "nothing", "3", "2", "yes"]).await;
    let mut phone = ready.maya_up_to_item_nine().await;
    phone.say("1").await;
    let row = super::MAYA.replace("M1,M1,Maya,Stone", "N1,N1,Nora,Late");
    ready.world.book(&[&row]).await;
    ready.world.tick().await;
    let mut nora = ready.world.phone("N1").await;
    nora.say_all(&["", "no", "6", "nothing"]).await;
    nora.say_all(&["1"; 9]).await;
    let names = async || {
        let lines = ready.world.app.inbox("test", false, ready.world.now()).await.unwrap();
        lines.into_iter().map(|line| line.name.into_inner()).collect::<Vec<_>>()
    };
    assert_eq!(names().await, ["Maya Stone", "Nora Late", "Gil Amber"]);
    ready.look().await;
}
