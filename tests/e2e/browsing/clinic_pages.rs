//! Every page on which staff plan and look things up, in a real browser: wide and on a phone, light and dark.

use super::{PASSWORD, no_barriers};
use crate::{
    kit::{
        World,
        browser::{Browser, Way},
        world::{GRACE, JOHN},
    },
    planning_the_day::MARY,
};

async fn look(browser: &Browser, name: &str) {
    browser.shot(name).await;
    no_barriers(browser, name).await;
}

/// Walks the pages in a window of a width.
async fn walk(width: u32, is_dark: bool) {
    let world = World::new().await;
    let earlier = GRACE.replace("A1,", "A0,").replace("2026-11-24T09:30", "2026-11-20T15:00");
    world.book(&[GRACE, &earlier, JOHN, MARY, &JOHN.replace("john@home.test", "john")]).await;
    world.tick().await;
    let mut phone = world.phone("A0").await;
    phone
        .say_all(&["", "My sleep", "1", "no", "4", "A walk", "5", "1", "2", "1", "2", "1", "2", "1", "1"])
        .await;
    let mut phone = world.phone("A2").await;
    phone.say_all(&["", "I want to eat again.", "1", "no", "4", "A plan", "7", "8", "yes"]).await;
    world.app.put_staff("roe", "Dr Roe", "clinician", PASSWORD, world.now()).await.unwrap();
    let clinic = Browser::with(&world, width, 900, Way { is_dark, ..Way::default() }).await;
    clinic.go("/clinic").await;
    clinic.type_into("#login", "roe").await;
    clinic.type_into("#password", PASSWORD).await;
    clinic.follow("button.main").await;
    let line = world.line("A0").await;
    let (visit, patient) = (line.appointment.id, line.patient.id);
    for (name, path) in [
        ("80-day", "/clinic".to_owned()),
        ("81-day-chosen", "/clinic?show=flagged&clinician=Dr+Roe".to_owned()),
        ("82-board", "/clinic/board".to_owned()),
        ("83-board-clinicians", "/clinic/board?by=clinician".to_owned()),
        ("84-alerts", "/clinic/alerts".to_owned()),
        ("85-messages", "/clinic/messages".to_owned()),
        ("86-mail", "/clinic/mail".to_owned()),
        ("87-rehearsal", "/clinic/rehearsal?days=7".to_owned()),
        ("88-library", "/clinic/library".to_owned()),
        ("89-pathway", "/clinic/library/pathways/wellbeing-check".to_owned()),
        ("90-instrument", "/clinic/library/instruments/gad-7".to_owned()),
        ("91-instrument-bands", "/clinic/library/instruments/audit".to_owned()),
        ("92-instrument-scales", "/clinic/library/instruments/rand-36".to_owned()),
        ("93-feeds", "/clinic/feeds".to_owned()),
        ("94-telegram", "/clinic/telegram".to_owned()),
        ("95-patient", format!("/clinic/patients/{patient}")),
        ("96-find", "/clinic/patients".to_owned()),
        ("97-timeline", format!("/clinic/appointments/{visit}/timeline")),
        ("98-page", format!("/clinic/appointments/{visit}")),
    ] {
        clinic.go(&path).await;
        let shade = if is_dark { "dark" } else { "light" };
        look(&clinic, &format!("{name}-{width}-{shade}")).await;
    }
    clinic.go("/clinic/rehearsal?days=7").await;
    clinic.click("summary").await;
    look(&clinic, &format!("99-rehearsal-open-{width}")).await;
    clinic.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn planning_and_looking_up_has_no_barriers() {
    walk(1440, false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn planning_and_looking_up_has_no_barriers_in_the_dark() {
    walk(1440, true).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn planning_and_looking_up_has_no_barriers_on_a_phone() {
    walk(360, false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn planning_and_looking_up_has_no_barriers_on_a_phone_in_the_dark() {
    walk(360, true).await;
}
