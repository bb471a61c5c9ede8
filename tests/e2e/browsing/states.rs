//! Every page and state a patient can meet, looked at with axe and pictured; whole visits without a
//! script, and by keys alone.

use fantoccini::key::Key;

use super::no_barriers;
use crate::kit::{
    World,
    browser::{Browser, Way},
    world::{GRACE, JOHN},
};

/// Looks at the page in the window: with axe, and as a picture.
async fn look(browser: &Browser, name: &str) {
    browser.shot(name).await;
    no_barriers(browser, name).await;
}

async fn with_link(world: &World, row: &str) -> String {
    world.book(&[row]).await;
    world.tick().await;
    world.line(row.split(',').next().unwrap()).await.token.unwrap().into_inner()
}

async fn say(browser: &Browser, year: &str) {
    browser.type_into("#year", year).await;
    browser.follow("button.main").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_state_of_a_visit_has_no_barriers_at_320_pixels() {
    let world = World::new().await;
    let token = with_link(&world, JOHN).await;
    let browser = Browser::open(&world, 320, 640).await;
    browser.go(&format!("/v/{token}")).await;
    look(&browser, "01-entry").await;
    say(&browser, "abc").await;
    look(&browser, "02-unclear-year").await;
    browser.run("document.querySelector('#year').value = '';").await;
    say(&browser, "1950").await;
    look(&browser, "03-wrong-year").await;
    say(&browser, "1949").await;
    look(&browser, "04-welcome").await;
    browser.follow("button.main").await;
    look(&browser, "05-words").await;
    let home: String = browser
        .run("return location.pathname.split('/').slice(0, 3).join('/');")
        .await
        .as_str()
        .unwrap()
        .to_owned();
    let first = browser.run("return location.pathname;").await.as_str().unwrap().to_owned();
    browser.follow("button.main").await;
    look(&browser, "06-trouble").await;
    browser.run("document.querySelector('textarea').value = 'x'.repeat(520);").await;
    browser.type_into("textarea", "y").await;
    look(&browser, "07-too-long").await;
    browser.run("document.querySelector('textarea').value = '';").await;
    browser.type_into("textarea", "To climb the stairs without a rest").await;
    browser.follow("button.main").await;
    look(&browser, "08-choice").await;
    browser.click("details.more summary").await;
    look(&browser, "09-more").await;
    for (view, name) in [
        ("?view=help", "10-help"),
        ("?view=decline", "11-decline"),
        ("?view=not-me", "12-not-me"),
        ("?view=stop", "13-stop"),
        ("/review", "14-answers"),
    ] {
        browser.go(&format!("{home}{view}")).await;
        look(&browser, name).await;
    }
    // An older window.
    browser.go(&first).await;
    let mut phone = world.phone("A2").await;
    phone.say_all(&["", "back", "Written in another place"]).await;
    browser.type_into("textarea", ", and to dance").await;
    browser.follow("button.main").await;
    assert_eq!(browser.text("h1").await, "Which answer is right?");
    look(&browser, "15-stale").await;
    browser.follow("a.main").await;
    // A page left open.
    browser.go(&first).await;
    world.pass(jiff::SignedDuration::from_mins(61));
    browser.type_into("textarea", " - typed over the time").await;
    browser.follow("button.main").await;
    assert_eq!(browser.text("h1").await, "Is it still you?");
    look(&browser, "16-again").await;
    say(&browser, "1949").await;
    assert!(world.page("A2").await.contains("typed over the time"));
    let mut n = 0;
    while browser.has("form.question").await {
        n += 1;
        assert!(n < 40);
        look(&browser, &format!("17-question-{n:02}")).await;
        browser.follow("button[value=skip]").await;
    }
    look(&browser, "18-review").await;
    browser.follow("button[value=finish]").await;
    look(&browser, "19-done").await;
    browser.go(&format!("{home}?view=stop")).await;
    browser.follow("button.main").await;
    look(&browser, "20-stopped").await;
    browser.go(&format!("{home}?view=not-me")).await;
    browser.follow("button.main").await;
    look(&browser, "21-not-me").await;
    browser.go("/v/nothing").await;
    look(&browser, "22-gone").await;
    browser.go("/visit/01a1ffa1-68e9-70c9-8e13-640e4cfba9a9").await;
    look(&browser, "23-shut").await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn paused_declined_and_locked_have_no_barriers_in_the_dark_and_in_arabic() {
    let world = World::with_options(|options| options.check = foreword_app::identity::Asked::Date).await;
    let token = with_link(&world, &GRACE.replace(",en,", ",ar,")).await;
    let browser = Browser::with(&world, 360, 740, Way { is_dark: true, ..Way::default() }).await;
    browser.go(&format!("/v/{token}")).await;
    assert_eq!(browser.run("return matchMedia('(prefers-color-scheme: dark)').matches;").await, true);
    look(&browser, "30-date-dark-arabic").await;
    let born = async |day: &str, month: &str, year: &str| {
        for (field, text) in [("#day", day), ("#month", month), ("#year", year)] {
            browser.run(&format!("document.querySelector('{field}').value = '';")).await;
            browser.type_into(field, text).await;
        }
        browser.follow("button.main").await;
    };
    born("31", "2", "1958").await;
    look(&browser, "31-date-unclear").await;
    born("14", "3", "1958").await;
    look(&browser, "32-welcome-dark").await;
    browser.follow("button.main").await;
    browser.type_into("textarea", "الركبة").await;
    browser.follow("button.main").await;
    look(&browser, "33-choice-dark").await;
    browser.run("document.documentElement.style.fontSize = '36px';").await;
    look(&browser, "34-choice-200").await;
    browser.follow("button[value=skip]").await;
    while !browser.has(".marks").await {
        browser.follow("button[value=skip]").await;
    }
    browser.click(".mark:nth-of-type(8)").await;
    look(&browser, "35-marks-dark").await;
    browser.run("document.documentElement.style.fontSize = '36px';").await;
    look(&browser, "36-marks-200").await;
    browser.click("details.more summary").await;
    browser.follow("button[value=pause]").await;
    look(&browser, "37-paused").await;
    let home = browser.run("return location.pathname;").await.as_str().unwrap().to_owned();
    browser.go(&format!("{home}?view=decline")).await;
    browser.follow("button.main").await;
    look(&browser, "38-declined").await;
    // Somebody else, until the link is locked.
    let other = Browser::with(&world, 360, 740, Way::default()).await;
    other.go(&format!("/v/{token}?lang=en")).await;
    for day in ["1", "2", "3", "4", "5"] {
        for (field, text) in [("#day", day), ("#month", "3"), ("#year", "1958")] {
            other.run(&format!("document.querySelector('{field}').value = '';")).await;
            other.type_into(field, text).await;
        }
        other.follow("button.main").await;
    }
    assert!(other.text(".trouble").await.contains("wait 15 minutes"));
    look(&other, "39-locked").await;
    other.close().await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_visit_works_without_a_script() {
    let world = World::new().await;
    let token = with_link(&world, JOHN).await;
    let browser = Browser::with(&world, 320, 640, Way { has_no_scripts: true, ..Way::default() }).await;
    browser.go(&format!("/v/{token}")).await;
    browser.type_into("#year", "1949").await;
    browser.click("button.main").await;
    browser.wait_for("button[value=begin]").await;
    browser.click("button[value=begin]").await;
    let mut pages = 0;
    loop {
        browser.wait_for("form.question, button[value=finish]").await;
        if browser.has("button[value=finish]").await {
            break;
        }
        pages += 1;
        assert!(pages < 40, "the questions come to an end");
        let at = browser.client.current_url().await.unwrap().to_string();
        if browser.has("textarea").await {
            browser.type_into("textarea", "Without a script").await;
            browser.click("button.main").await;
        } else if browser.has(".choice").await {
            browser.click(".choice").await;
            browser.click("button.main").await;
        } else {
            browser.click("button[value=skip]").await;
        }
        browser.leave(&at).await;
    }
    assert!(pages >= 12, "{pages}");
    browser.shot("40-review-without-script").await;
    browser.client.back().await.unwrap();
    browser.wait_for("form.question").await;
    browser.client.forward().await.unwrap();
    browser.wait_for("button[value=finish]").await;
    browser.click("button[value=finish]").await;
    browser.wait_for("nav.more").await;
    assert_eq!(browser.text("h1").await, "Thank you");
    assert!(world.page("A2").await.contains("1. Without a script"));
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_choose_enter_goes_on_and_back_goes_back() {
    let world = World::new().await;
    let token = with_link(&world, GRACE).await;
    let browser = Browser::open(&world, 390, 844).await;
    browser.go(&format!("/v/{token}")).await;
    say(&browser, "1958").await;
    browser.follow("button.main").await;
    browser.type_into("textarea", "1 2 3 are words here").await;
    browser.follow("button.main").await;
    let keys = async |keys: &str| {
        browser.client.active_element().await.unwrap().send_keys(keys).await.unwrap();
    };
    let enter = char::from(Key::Enter).to_string();
    keys("2").await;
    assert_eq!(browser.run("return document.querySelectorAll('.choice input:checked').length;").await, 1);
    browser.run("window.isBefore = true;").await;
    keys(&enter).await;
    browser.arrive().await;
    assert!(browser.text("h1").await.starts_with("Is there something else"));
    browser.follow("button[value=skip]").await;
    while !browser.has(".marks").await {
        browser.follow("button[value=skip]").await;
    }
    keys("1").await;
    keys("0").await;
    let marked = "return document.querySelector('.mark input:checked').value;";
    assert_eq!(browser.run(marked).await, "10", "two digits are one number");
    browser.run("window.isBefore = true;").await;
    keys(&enter).await;
    browser.arrive().await;
    // The phone's Back shows the question before with its answer, and no older page.
    browser.client.back().await.unwrap();
    browser.wait_for(".marks").await;
    assert_eq!(browser.run(marked).await, "10");
    browser.close().await;
}
