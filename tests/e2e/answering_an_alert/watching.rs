//! The guard over the loop: when nobody watches, nothing is asked that may need somebody at once, and staff see it.

use foreword_domain::conversation::{Say, State};
use jiff::SignedDuration;

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
