//! The pages in a real browser: on a small phone, with axe, by keyboard, in the dark, right to left.

mod clinic_account;
mod clinic_answers_an_alert;
mod clinic_audits;
mod clinic_doors;
mod clinic_manages;
mod clinic_pages;
mod clinic_provider;
mod clinic_round;
mod states;

use crate::kit::{
    World,
    browser::Browser,
    world::{GRACE, JOHN},
};

const PASSWORD: &str = "a long enough password";

async fn no_barriers(browser: &Browser, page: &str) {
    assert_eq!(browser.barriers().await, Vec::<String>::new(), "on the page {page:?}");
}

async fn enter(browser: &Browser, token: &str, year: &str) {
    browser.go(&format!("/v/{token}")).await;
    no_barriers(browser, "is it you").await;
    browser.type_into("#year", year).await;
    browser.follow("button.main").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_visit_on_a_small_phone_has_no_barriers() {
    let world = World::new().await;
    world.book(&[JOHN]).await;
    world.tick().await;
    let token = world.line("A2").await.token.unwrap().into_inner();
    let browser = Browser::open(&world, 320, 640).await;
    enter(&browser, &token, "1950").await;
    assert!(browser.text(".trouble").await.contains("does not match"));
    no_barriers(&browser, "wrong year").await;
    enter(&browser, &token, "1949").await;
    no_barriers(&browser, "welcome").await;
    browser.follow("button.main").await;
    let mut pages = 0;
    while browser.has("form.question").await {
        pages += 1;
        assert!(pages < 40, "the questions come to an end");
        no_barriers(&browser, &browser.text("h1").await).await;
        if browser.has("textarea").await {
            browser.type_into("textarea", "Ein Wunsch: wieder tanzen").await;
        } else if browser.has("input[type=date]").await {
            browser.run("document.querySelector('input[type=date]').value = '2026-11-01';").await;
        } else if browser.has(".mark").await {
            browser.click(".mark:nth-of-type(8)").await;
        } else if browser.has(".choice").await {
            browser.click(".choice").await;
        } else {
            browser.type_into("#value", "3").await;
        }
        browser.follow("button.main").await;
    }
    assert!(pages >= 15, "{pages} pages");
    assert_eq!(browser.text("h1").await, "Is everything right?");
    no_barriers(&browser, "is everything right").await;
    browser.follow("button[value=finish]").await;
    assert_eq!(browser.text("h1").await, "Thank you");
    no_barriers(&browser, "thank you").await;
    let page = world.page("A2").await;
    assert!(page.contains("1. Ein Wunsch: wieder tanzen"), "{page}");
    assert!(page.contains("7 / 10"), "{page}");
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_keyboard_is_enough() {
    use fantoccini::key::Key;
    let world = World::new().await;
    world.book(&[GRACE]).await;
    world.tick().await;
    let token = world.line("A1").await.token.unwrap().into_inner();
    let browser = Browser::open(&world, 390, 844).await;
    browser.go(&format!("/v/{token}")).await;
    let press = async |keys: &str| {
        let leads_on = keys.contains(char::from(Key::Enter));
        if leads_on {
            browser.run("window.isBefore = true;").await;
        }
        browser.client.active_element().await.unwrap().send_keys(keys).await.unwrap();
        if leads_on {
            browser.arrive().await;
        }
    };
    let tab = char::from(Key::Tab).to_string();
    press(&tab).await;
    press(&format!("1958{}", char::from(Key::Enter))).await;
    press(&tab).await;
    press(&char::from(Key::Enter).to_string()).await;
    assert!(browser.text("h1").await.starts_with("What matters most"));
    press(&tab).await;
    press("By keyboard").await;
    press(&tab).await;
    press(&char::from(Key::Enter).to_string()).await;
    assert_eq!(browser.text("h1").await, "What would you like us to do with this?");
    press(&tab).await;
    press(" ").await;
    press(&char::from(Key::Enter).to_string()).await;
    assert!(browser.text("h1").await.starts_with("Is there something else"));
    assert!(world.page("A1").await.contains("1. By keyboard [wants to talk about it]"));
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn right_to_left_large_text_and_dark_have_no_barriers() {
    let world = World::new().await;
    world.book(&[&GRACE.replace(",en,", ",ar,")]).await;
    world.tick().await;
    let token = world.line("A1").await.token.unwrap().into_inner();
    let browser = Browser::open(&world, 360, 740).await;
    enter(&browser, &token, "1958").await;
    assert_eq!(browser.run("return document.documentElement.dir;").await, "rtl");
    browser.follow("button.main").await;
    no_barriers(&browser, "Arabic").await;
    // 200% text: everything still fits the window.
    browser.run("document.documentElement.style.fontSize = '36px';").await;
    no_barriers(&browser, "Arabic at 200%").await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_clinic_pages_have_no_barriers_and_words_are_never_markup() {
    let world = World::new().await;
    world.book(&[GRACE, JOHN]).await;
    world.tick().await;
    world.app.put_staff("roe", "Dr Roe", "clinician", PASSWORD, world.now()).await.unwrap();
    let hostile = "<img src=x onerror=\"document.title='broken'\"> & \"quoted\" </textarea><script>document.title='broken'</script>";
    let mut phone = world.phone("A2").await;
    phone.say_all(&["", hostile, "1", "no", "4", hostile, "9", "12", "yes"]).await;
    let browser = Browser::open(&world, 1100, 800).await;
    browser.go("/clinic").await;
    no_barriers(&browser, "sign in").await;
    browser.type_into("#login", "roe").await;
    browser.type_into("#password", PASSWORD).await;
    browser.follow("button.main").await;
    no_barriers(&browser, "day list").await;
    browser.go("/clinic/alerts").await;
    no_barriers(&browser, "red flags").await;
    for external in ["A2", "A1"] {
        let line = world.line(external).await;
        browser.go(&format!("/clinic/appointments/{}", line.appointment.id)).await;
        no_barriers(&browser, external).await;
        assert_eq!(browser.client.title().await.unwrap(), "Before the visit · North Clinic");
    }
    let id = world.line("A2").await.appointment.id;
    browser.go(&format!("/clinic/appointments/{id}")).await;
    assert_eq!(browser.text("blockquote").await, hostile);
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_that_lead_to_a_chat_and_ask_a_question_have_no_barriers() {
    let world = World::new().await;
    world.book(&[&GRACE.replace(",en,", ",ar,"), JOHN]).await;
    let telegram = world.messenger().await;
    telegram.tick().await;
    let john = telegram.joined("John", "A2", "1949").await;
    john.blocks_bot().await;
    telegram.run().await;
    world.app.put_staff("roe", "Dr Roe", "clinician", PASSWORD, world.now()).await.unwrap();
    let clinic = Browser::open(&world, 320, 640).await;
    clinic.go("/clinic").await;
    clinic.type_into("#login", "roe").await;
    clinic.type_into("#password", PASSWORD).await;
    clinic.follow("button.main").await;
    assert!(clinic.text(".lost").await.starts_with("Telegram: the bot was blocked, since"));
    no_barriers(&clinic, "day list on a phone").await;
    clinic.go("/clinic/telegram").await;
    no_barriers(&clinic, "connect Telegram").await;
    clinic.follow("main button.main").await;
    assert!(clinic.has("a.main[href^='https://t.me/'][rel=noreferrer]").await);
    no_barriers(&clinic, "a link for staff").await;
    let id = world.line("A1").await.appointment.id;
    clinic.go(&format!("/clinic/appointments/{id}")).await;
    clinic.type_into("#question", &"x".repeat(301)).await;
    clinic.follow("#team button.main").await;
    assert!(clinic.text("#trouble").await.contains("There is room for 300."));
    no_barriers(&clinic, "a question that is too long").await;
    clinic.run("document.querySelector('#question').value = '';").await;
    clinic.type_into("#question", "<b>Did</b> it hurt?").await;
    clinic.follow("#team button.main").await;
    assert_eq!(clinic.text("#team blockquote").await, "<b>Did</b> it hurt?");
    no_barriers(&clinic, "a question that was put").await;
    clinic.type_into("#note", "Please bring your inhaler.").await;
    clinic.follow("#notes button.main").await;
    clinic.type_into("#goal", "Walk to church").await;
    clinic.follow("form[action$='/goals'] button").await;
    assert_eq!(clinic.text("#g1").await, "Walk to church");
    no_barriers(&clinic, "a note that was sent and a goal that was set").await;
    clinic.follow("#notes button.main").await;
    assert!(clinic.text("#note-trouble").await.contains("The note is empty."));
    no_barriers(&clinic, "a note without words").await;
    clinic.go(&format!("/clinic/appointments/{id}/versions/1")).await;
    no_barriers(&clinic, "a version of the page").await;
    clinic.close().await;
    telegram.tick().await;

    let token = world.line("A1").await.token.unwrap().into_inner();
    let patient = Browser::open(&world, 320, 640).await;
    enter(&patient, &token, "1958").await;
    no_barriers(&patient, "welcome, with a chat").await;
    patient.follow("button[value=telegram]").await;
    assert_eq!(patient.run("return document.documentElement.dir;").await, "rtl");
    assert!(patient.has("a.main[href^='https://t.me/'][rel=noreferrer]").await);
    no_barriers(&patient, "a link for a patient").await;
    patient.follow("a.quiet").await;
    patient.follow("button[value=begin]").await;
    while !patient.has("#heading").await {
        patient.follow("button[value=skip]").await;
    }
    assert_eq!(patient.text("h1").await, "<b>Did</b> it hurt?");
    patient.click("details.more summary").await;
    no_barriers(&patient, "a question of the care team's").await;
    patient.type_into("textarea", "لا").await;
    patient.follow("button.main").await;
    assert!(world.page("A1").await.contains("Asked by Dr Roe: <b>Did</b> it hurt? → لا"));
    patient.go(&format!("/v/{token}?to=team")).await;
    assert_eq!(patient.text("blockquote.note").await, "Please bring your inhaler.");
    no_barriers(&patient, "what the care team wrote").await;
    patient.close().await;
}
