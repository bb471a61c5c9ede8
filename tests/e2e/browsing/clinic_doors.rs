//! The tablet at the desk and the paper form in a real browser.

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

async fn staff(world: &World) -> Browser {
    world.app.put_staff("roe", "Dr Roe", "clinician", PASSWORD, world.now()).await.unwrap();
    let clinic = Browser::open(world, 1000, 800).await;
    clinic.go("/clinic").await;
    clinic.type_into("#login", "roe").await;
    clinic.type_into("#password", PASSWORD).await;
    clinic.follow("button.main").await;
    clinic
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tablet_warns_closes_and_keeps_nothing() {
    let world = World::new().await;
    world.book(&[GRACE]).await;
    world.tick().await;
    let id = world.line("A1").await.appointment.id;
    let clinic = staff(&world).await;
    clinic.go(&format!("/clinic/appointments/{id}")).await;
    look(&clinic, "50-appointment").await;
    clinic.follow(".desk button").await;
    look(&clinic, "51-code").await;
    let code = clinic.text(".digits").await;
    clinic.close().await;

    let tablet = Browser::with(&world, 800, 1100, Way::default()).await;
    tablet.go("/kiosk").await;
    look(&tablet, "52-kiosk").await;
    tablet.type_into("#code", "1234").await;
    tablet.follow("button.main").await;
    look(&tablet, "53-kiosk-wrong").await;
    tablet.type_into("#code", &code).await;
    tablet.follow("button.main").await;
    look(&tablet, "54-kiosk-welcome").await;
    tablet.follow("button.main").await;
    tablet.type_into("textarea", "My knee").await;
    look(&tablet, "55-kiosk-question").await;
    tablet.follow("button.main").await;
    look(&tablet, "56-kiosk-choice").await;
    // 46 seconds without use, as the page counts them.
    let later = "const now = Date.now; Date.now = () => now() + 46000;";
    tablet.run(later).await;
    tablet.wait_for("#idle:not([hidden])").await;
    look(&tablet, "57-kiosk-idle").await;
    tablet.click("#stay").await;
    assert!(!tablet.has("#idle:not([hidden])").await, "whoever is still there goes on");
    tablet.run("window.isBefore = true; const now = Date.now; Date.now = () => now() + 61000;").await;
    tablet.arrive().await;
    tablet.wait_for("#over").await;
    assert_eq!(tablet.text("h1").await, "This page has closed");
    look(&tablet, "58-kiosk-closed").await;
    tablet.client.back().await.unwrap();
    tablet.wait_for("#code, #over").await;
    let page = tablet.client.source().await.unwrap();
    assert!(!page.contains("My knee") && !page.contains("/answer"), "{page}");
    assert!(world.page("A1").await.contains("My knee"));
    tablet.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paper_form_is_entered_without_barriers() {
    let world = World::new().await;
    world.book(&[JOHN]).await;
    world.tick().await;
    let id = world.line("A2").await.appointment.id;
    let clinic = staff(&world).await;
    clinic.go(&format!("/clinic/appointments/{id}/transcribe")).await;
    look(&clinic, "60-paper").await;
    let fill = "for (const set of document.querySelectorAll('fieldset.asked')) {
        const tick = set.querySelector('input[type=radio], input[type=checkbox]'); if (tick) tick.checked = true;
        const words = set.querySelector('textarea'); if (words) words.value = document.said ? '' : 'From paper'; if (words) document.said = true;
        const line = set.querySelector('input[type=text]'); if (line) line.value = VALUE; } document.said = false;";
    clinic.run(&fill.replace("VALUE", "'lots'")).await;
    clinic.follow("form button.main").await;
    look(&clinic, "61-paper-trouble").await;
    clinic.run(&fill.replace("VALUE", "''")).await;
    clinic.follow("form button.main").await;
    look(&clinic, "62-paper-kept").await;
    clinic.go(&format!("/clinic/appointments/{id}/transcribe")).await;
    look(&clinic, "63-paper-second").await;
    clinic.run(&fill.replace("VALUE", "''")).await;
    clinic.run("document.querySelector('.ticks').querySelectorAll('input')[1].checked = true;").await;
    clinic.follow("form button.main").await;
    look(&clinic, "64-paper-differs").await;
    clinic.click("input[value=second]").await;
    clinic.follow("form button.main").await;
    assert_eq!(clinic.text("h1").await, "The paper is in the record");
    look(&clinic, "65-paper-saved").await;
    clinic.close().await;
}
