//! The guard over the loop: when nobody watches, nothing is asked that may need somebody at once, and staff see it.

use foreword_domain::{
    conversation::{Say, State},
    escalation::Rung,
};
use jiff::SignedDuration;
use sea_orm::ConnectionTrait;

use super::{MAYA, PASSWORD, Ready};

#[tokio::test(flavor = "multi_thread")]
async fn without_a_sign_of_life_for_five_minutes_nothing_is_asked_that_may_need_somebody_and_staff_see_it() {
    let ready = Ready::new().await;
    ready.world.book(&[MAYA]).await;
    ready.world.tick().await;
    ready.world.app.watch(ready.world.now()).await.unwrap();
    let mut phone = ready.world.phone("M1").await;
    phone.say_all(&["", "no", "6"]).await;
    ready.world.pass(SignedDuration::from_mins(5));
    // Her agenda goes on, and ends with a sentence instead of the next questionnaire.
    let replies = phone.say("nothing").await;
    assert_eq!(replies, [Say::NotNow]);
    assert_eq!(phone.state().await, State::Open, "the visit waits, and so do its reminders");
    let mut tab = ready.world.tab();
    tab.enter(ready.world.line("M1").await.token.unwrap().reveal(), "1984").await;
    assert!(tab.text().contains("cannot be asked right now"), "{}", tab.text());
    let mut staff = ready.world.tab();
    staff.send("/clinic/sign-in", &[("login", "roe"), ("password", PASSWORD), ("next", "/clinic")]).await;
    assert!(
        staff.text().contains("Nobody watches over red flags: the worker was last seen"),
        "{}",
        staff.text()
    );
    // At its own address no such question is shown either.
    let visit = tab.visit();
    tab.open(&format!("{visit}/q/2-9")).await;
    assert!(tab.text().contains("cannot be asked right now"), "{}", tab.text());
    // The worker is back.
    ready.look().await;
    staff.open("/clinic").await;
    assert!(!staff.text().contains("Nobody watches over red flags"));
    let replies = phone.say("").await;
    assert!(matches!(replies.last(), Some(Say::Ask(at)) if at.ask == "phq-9"), "{replies:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_to_what_was_asked_before_is_taken_in_and_raises_its_alert() {
    let ready = Ready::new().await;
    let mut phone = ready.maya_up_to_item_nine().await;
    ready.world.pass(SignedDuration::from_mins(20));
    let replies = phone.say("1").await;
    assert!(replies.contains(&Say::Crisis), "{replies:?}");
    assert_eq!(ready.only().await.line.alert.rule, "phq-9/self-harm");
    ready.look().await;
    assert_eq!(ready.pager.called(), ["roe"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn alerts_that_came_due_while_nobody_watched_climb_when_somebody_does_each_once() {
    let ready = Ready::new().await;
    let mut phone = ready.maya_up_to_item_nine().await;
    phone.say("1").await;
    ready.look().await;
    // Two hours without a worker.
    ready.world.pass(SignedDuration::from_hours(2));
    ready.look().await;
    ready.look().await;
    assert_eq!(ready.pager.called(), ["roe", "lee"], "the deputy now, and time to answer");
    ready.world.pass(SignedDuration::from_mins(15));
    ready.look().await;
    assert_eq!(ready.pager.called(), ["roe", "lee", "okoro"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_that_goes_to_a_clinic_without_a_plan_sounds_the_alarm_and_is_not_forgotten() {
    let ready = Ready::with_errors().await;
    let mut phone = ready.maya_up_to_item_nine().await;
    phone.say("1").await;
    ready.look().await;
    ready.world.book(&[&MAYA.replace("North Clinic", "East Clinic")]).await;
    ready.until(ready.world.now(), 31).await;
    let page = ready.only().await;
    assert_eq!((page.line.alert.rung, page.line.alert.next_at), (Some(Rung::Alarm), None));
    assert_eq!(ready.world.app.loop_state("test", ready.world.now()).await.unwrap().alarms, 1);
    ready.world.tick().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_alert_that_cannot_be_read_holds_up_none_of_the_others() {
    let ready = Ready::with_errors().await;
    let mut phone = ready.maya_up_to_item_nine().await;
    phone.say("1").await;
    ready.world.pass(SignedDuration::from_mins(1));
    ready.world.book(&[&MAYA.replace("M1,M1,Maya", "N1,N1,Nora")]).await;
    ready.world.tick().await;
    let mut nora = ready.world.phone("N1").await;
    nora.say_all(&["", "no", "6", "nothing"]).await;
    nora.say_all(&["1"; 9]).await;
    ready.look().await;
    let single = sea_orm::Database::connect(&ready.world.url).await.unwrap();
    let spoil =
        "UPDATE alerts SET rung = 'spoilt' WHERE id = (SELECT id FROM alerts ORDER BY raised_at LIMIT 1)";
    single.execute_unprepared(spoil).await.unwrap();
    ready.world.pass(SignedDuration::from_mins(31));
    ready.look().await;
    assert_eq!(ready.pager.called().iter().filter(|who| *who == "lee").count(), 1, "Nora's deputy is told");
    let state = ready.world.app.loop_state("test", ready.world.now()).await.unwrap();
    assert_eq!(state.unwatched_since, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_switched_off_is_neither_invited_nor_begun() {
    let ready = Ready::new().await;
    ready.world.book(&[MAYA]).await;
    let now = ready.world.now();
    ready.world.app.activate_pathway(super::PATHWAY, super::CLINIC, false, "operator", now).await.unwrap();
    let done = ready.world.tick().await;
    assert!(done.iter().all(|one| one.outcome != "sent"), "{done:?}");
    let mut tab = ready.world.tab();
    tab.enter(ready.world.line("M1").await.token.unwrap().reveal(), "1984").await;
    tab.ask_for("begin").await;
    tab.skip().await;
    tab.answer("6").await;
    tab.skip().await;
    assert!(tab.text().contains("cannot be asked right now"), "{}", tab.text());
}
