//! From an answer at the telephone to the recorded outcome, in a real browser: the patient's crisis text, the inbox,
//! the alert, its outcome; wide and on a phone, light and dark, from right to left.

use super::{PASSWORD, no_barriers};
use foreword_domain::message::Channel;

use crate::{
    answering_an_alert::MAYA,
    kit::{
        World,
        browser::{Browser, Way},
        pager::Pager,
        safety::make_ready,
    },
};

async fn look(browser: &Browser, name: &str) {
    browser.shot(name).await;
    no_barriers(browser, name).await;
}

/// Maya, at item nine in her browser.
async fn at_item_nine(world: &World, width: u32, is_dark: bool) -> Browser {
    world.book(&[MAYA]).await;
    world.tick().await;
    let mut phone = world.phone("M1").await;
    phone.say_all(&["", "I sleep badly.", "1", "no", "4", "Somebody to call"]).await;
    phone.say_all(&["2"; 8]).await;
    let token = world.line("M1").await.token.unwrap().into_inner();
    let patient = Browser::with(world, width, 800, Way { is_dark, ..Way::default() }).await;
    patient.go(&format!("/v/{token}")).await;
    patient.type_into("input[name=year]", "1984").await;
    patient.follow("button.main").await;
    patient
}

async fn walk(width: u32, is_dark: bool) {
    let shade = if is_dark { "dark" } else { "light" };
    let world = World::new().await;
    let pager = Pager::start().await;
    make_ready(&world, &pager.url, "mood-follow-up").await;
    let patient = at_item_nine(&world, 390, is_dark).await;
    look(&patient, &format!("a0-item-nine-{shade}")).await;
    patient.click("label.choice:nth-of-type(3)").await;
    patient.follow("button.main").await;
    look(&patient, &format!("a1-crisis-{shade}")).await;
    assert!(patient.text("main").await.contains("Helpline of the test, 0800 115"));
    patient.follow("button[value=help-now]").await;
    look(&patient, &format!("a2-help-called-{shade}")).await;
    patient.follow("a.main").await;
    look(&patient, &format!("a3-goes-on-{shade}")).await;
    patient.close().await;
    let (now, hook) = (world.now(), Pager::door());
    world.app.watch(now).await.unwrap();
    world.app.send_notices(&|| Some(now), &[&world.mail, &hook], &Channel::ALL).await.unwrap();

    let clinic = Browser::with(&world, width, 900, Way { is_dark, ..Way::default() }).await;
    clinic.go("/clinic").await;
    clinic.type_into("#login", "roe").await;
    clinic.type_into("#password", PASSWORD).await;
    clinic.follow("button.main").await;
    clinic.go("/clinic/alerts").await;
    look(&clinic, &format!("b0-inbox-{width}-{shade}")).await;
    clinic.follow("tbody th a").await;
    look(&clinic, &format!("b1-alert-{width}-{shade}")).await;
    clinic.follow("button[value=take]").await;
    clinic.follow("button[value=not-reached]").await;
    look(&clinic, &format!("b2-not-reached-{width}-{shade}")).await;
    clinic.follow("button[value=reached]").await;
    clinic.click("input[value=spoke]").await;
    clinic.type_into("#words", "Spoke at 09:20. Safe with her sister; seen today at 11.").await;
    clinic.follow("button[value=outcome]").await;
    look(&clinic, &format!("b3-outcome-{width}-{shade}")).await;
    clinic.follow("button[value=close]").await;
    clinic.go("/clinic/alerts?show=all").await;
    look(&clinic, &format!("b4-closed-{width}-{shade}")).await;
    assert!(clinic.text("main").await.contains("closed"));
    clinic.go("/clinic/alerts/rules").await;
    clinic.follow("main form button").await;
    look(&clinic, &format!("b5-rules-{width}-{shade}")).await;
    clinic.go("/clinic/library/pathways/mood-follow-up").await;
    look(&clinic, &format!("b6-pathway-{width}-{shade}")).await;
    // The worker has stopped: every page says so.
    world.pass(jiff::SignedDuration::from_mins(6));
    clinic.go("/clinic").await;
    look(&clinic, &format!("b7-unwatched-{width}-{shade}")).await;
    assert!(clinic.text(".alarm").await.contains("Nobody watches over red flags"));
    clinic.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn from_the_answer_to_the_outcome_there_are_no_barriers() {
    walk(1280, false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn from_the_answer_to_the_outcome_there_are_no_barriers_on_a_phone_in_the_dark() {
    walk(390, true).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_crisis_text_has_no_barriers_from_right_to_left() {
    let world = World::new().await;
    let pager = Pager::start().await;
    make_ready(&world, &pager.url, "mood-follow-up").await;
    world.book(&[&MAYA.replace(",en,", ",ar,").replace("Mood follow-up", "Wellbeing check")]).await;
    world.tick().await;
    let token = world.line("M1").await.token.unwrap().into_inner();
    // Whoever types that they need help now is heard at any question.
    let mut phone = world.phone("M1").await;
    phone.say_all(&["", "أحتاج إلى مساعدة الآن"]).await;
    let patient = Browser::with(&world, 390, 800, Way::default()).await;
    patient.go(&format!("/v/{token}")).await;
    patient.type_into("input[name=year]", "1984").await;
    patient.follow("button.main").await;
    look(&patient, "a5-arabic").await;
    patient.close().await;
    let (now, hook) = (world.now(), Pager::door());
    world.app.send_notices(&|| Some(now), &[&world.mail, &hook], &Channel::ALL).await.unwrap();
}
