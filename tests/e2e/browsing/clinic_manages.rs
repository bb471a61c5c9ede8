//! Messages, feeds and visits entered by hand, in a real browser.

use super::{PASSWORD, no_barriers};
use crate::kit::{
    World,
    browser::{Browser, Way},
    world::{GRACE, JOHN},
};

async fn look(browser: &Browser, name: &str) {
    browser.shot(name).await;
    no_barriers(browser, name).await;
}

/// Walks the pages in a window of a width.
async fn walk(width: u32, way: Way) {
    let world = World::new().await;
    world.book(&[GRACE, JOHN, &JOHN.replace("john@home.test", "john")]).await;
    let done = world.app.dispatch(&|| Some(world.now()), &[]).await.unwrap();
    assert_eq!(done.len(), 2, "nothing can be sent");
    world.app.put_staff("roe", "Dr Roe", "clinician", PASSWORD, world.now()).await.unwrap();
    let clinic = Browser::with(&world, width, 800, way).await;
    clinic.go("/clinic/messages").await;
    clinic.type_into("#login", "roe").await;
    clinic.type_into("#password", PASSWORD).await;
    clinic.follow("button.main").await;
    look(&clinic, &format!("70-messages-{width}")).await;
    clinic.follow("td form button").await;
    assert!(clinic.text(".notice").await.contains("owed once more"));
    look(&clinic, &format!("71-sent-again-{width}")).await;
    world.tick().await;
    clinic.go("/clinic/messages?state=sent").await;
    look(&clinic, &format!("72-sent-{width}")).await;
    clinic.go("/clinic/feeds").await;
    look(&clinic, &format!("73-feeds-{width}")).await;

    clinic.go("/clinic").await;
    look(&clinic, &format!("74-day-{width}")).await;
    clinic.follow("a[href='/clinic/appointments/new']").await;
    look(&clinic, &format!("75-new-{width}")).await;
    clinic.type_into("#f-patient_id", "P7").await;
    clinic.type_into("#f-type", "Wellbeing check").await;
    clinic.run("document.querySelector('#f-start').value = '2026-11-24T11:00';").await;
    clinic.follow("button.main").await;
    assert!(clinic.text("#x-family_name").await.contains("not known here yet"));
    look(&clinic, &format!("76-new-trouble-{width}")).await;
    clinic.type_into("#f-family_name", "Ashe").await;
    clinic.run("document.querySelector('#f-birth_date').value = '1990-05-17';").await;
    clinic.follow("button.main").await;
    assert!(clinic.text(".notice").await.contains("The visit is booked."));
    look(&clinic, &format!("77-booked-{width}")).await;
    clinic.follow(".desk a[href$='/edit']").await;
    look(&clinic, &format!("78-edit-{width}")).await;
    clinic.follow("button[value=died]").await;
    look(&clinic, &format!("79-edit-trouble-{width}")).await;
    clinic.follow("button[value=cancelled]").await;
    assert!(clinic.text(".notice").await.contains("The visit is cancelled."));
    clinic.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn managing_messages_and_visits_has_no_barriers() {
    walk(1200, Way::default()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn managing_messages_and_visits_has_no_barriers_on_a_phone_in_the_dark() {
    walk(360, Way { is_dark: true, ..Way::default() }).await;
}
