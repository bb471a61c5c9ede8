//! Pages that were left open: a session is over, and nothing that was written is lost.

use axum::http::StatusCode;
use jiff::SignedDuration;

use crate::kit::{Tab, World, world::GRACE};

/// A tab in which the patient is at the first question.
async fn begun(world: &World) -> (Tab, String) {
    let token = world.invite_grace().await.token.unwrap().into_inner();
    let mut tab = world.tab();
    tab.enter(&token, "1958").await;
    tab.ask_for("begin").await;
    (tab, token)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_sent_after_the_session_is_over_is_kept_until_the_check_is_passed() {
    let world = World::new().await;
    let (mut tab, _) = begun(&world).await;
    let words = "Sleep & <b>stairs</b>\nand \"dancing\"";
    world.pass(SignedDuration::from_mins(61));
    tab.answer(words).await;
    assert_eq!((tab.status, tab.heading().as_str()), (StatusCode::UNAUTHORIZED, "Is it still you?"));
    assert!(!tab.at.contains("Sleep"), "nothing that was written stands in an address");
    let visit = tab.visit();
    let check = format!("{visit}/check");
    for (year, says) in [("", "four digits"), ("1959", "does not match")] {
        tab.send_on(&check, &[("year", year)]).await;
        assert_eq!(tab.status, StatusCode::UNPROCESSABLE_ENTITY, "{year}");
        assert!(tab.page.contains(says), "{}", tab.page);
    }
    assert!(!world.page("A1").await.contains("Sleep"), "nothing is taken in before");
    tab.send_on(&check, &[("year", "1958")]).await;
    assert_eq!(tab.heading(), "What would you like us to do with this?");
    assert!(world.page("A1").await.contains(words), "{}", world.page("A1").await);
    tab.answer("talk").await;
    assert!(tab.heading().starts_with("Is there something else"), "the session is a whole one");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wish_and_an_address_are_gone_on_with_after_the_check() {
    let world = World::new().await;
    let (mut tab, _) = begun(&world).await;
    let (visit, first) = (tab.visit(), tab.at.clone());
    tab.answer("One").await;
    world.pass(SignedDuration::from_mins(61));
    tab.open(&first).await;
    assert_eq!(tab.heading(), "Is it still you?");
    tab.send_on(&format!("{visit}/check"), &[("year", "1958")]).await;
    assert_eq!(tab.at, first);
    assert!(tab.page.contains("One"), "the question that was asked for, with its answer");
    world.pass(SignedDuration::from_mins(61));
    tab.ask_for("pause").await;
    tab.send_on(&format!("{visit}/check"), &[("year", "1958")]).await;
    assert_eq!(tab.heading(), "See you later");
    world.pass(SignedDuration::from_mins(61));
    let elsewhere = [("to", "//evil.test"), ("year", "1958")];
    tab.send(&format!("{visit}/check"), &elsewhere).await;
    assert_eq!(tab.at, visit, "the check leads nowhere else");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_address_of_a_visit_alone_opens_nothing_and_gives_what_was_typed_back() {
    let world = World::new().await;
    let (mut tab, token) = begun(&world).await;
    let visit = tab.visit();
    tab.lose_cookies();
    tab.answer("My words").await;
    assert_eq!(
        (tab.status, tab.heading().as_str()),
        (StatusCode::UNAUTHORIZED, "Please open your link again")
    );
    assert!(tab.page.contains("My words</textarea>") && tab.page.contains("cookie"), "{}", tab.page);
    tab.send(&format!("{visit}/check"), &[("year", "1958")]).await;
    assert_eq!(tab.status, StatusCode::UNAUTHORIZED, "who never had a session is not asked");
    tab.enter(&token, "1958").await;
    assert!(tab.heading().starts_with("What matters most"), "{}", tab.heading());
    // A link that is revoked or over asks nobody again.
    world.pass(SignedDuration::from_mins(61));
    world.book(&[&GRACE.replace(",booked", ",cancelled")]).await;
    tab.open(&visit).await;
    assert!(!tab.page.contains("name=\"year\""), "{}", tab.page);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_without_cookies_is_told_what_is_missing() {
    let world = World::new().await;
    let token = world.invite_grace().await.token.unwrap().into_inner();
    let mut tab = world.tab();
    let passed = tab.once("POST", &format!("/v/{token}"), Some("year=1958".to_owned()), &[]).await;
    let to = passed.headers()["location"].to_str().unwrap().to_owned();
    tab.lose_cookies();
    tab.open(&to).await;
    assert_eq!((tab.status, tab.heading().as_str()), (StatusCode::UNAUTHORIZED, "We need one small cookie"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_that_was_in_is_not_asked_again_and_has_tries_of_its_own() {
    let world = World::new().await;
    let (mut tab, token) = begun(&world).await;
    let link = format!("/v/{token}");
    tab.open(&link).await;
    assert!(tab.heading().starts_with("What matters most"), "the link leads straight in: {}", tab.heading());
    world.pass(SignedDuration::from_mins(61));
    // Somebody else tries until the link is locked.
    let mut stranger = world.tab();
    for year in ["1957", "1959", "1960", "1961", "1962"] {
        stranger.enter(&token, year).await;
    }
    assert_eq!(stranger.status, StatusCode::TOO_MANY_REQUESTS);
    tab.enter(&token, "1959").await;
    assert_eq!(tab.status, StatusCode::UNPROCESSABLE_ENTITY);
    tab.enter(&token, "1958").await;
    assert_eq!(tab.status, StatusCode::OK, "the patient is not kept out by others");
    stranger.enter(&token, "1958").await;
    assert_eq!(stranger.status, StatusCode::TOO_MANY_REQUESTS, "and opens it for nobody else");
    // Their own tries are limited as well.
    world.pass(SignedDuration::from_mins(61));
    for year in ["1957", "1959", "1960", "1961", "1962"] {
        tab.enter(&token, year).await;
    }
    assert_eq!(tab.status, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_whole_date_of_birth_is_asked_for_where_the_clinic_wants_it() {
    let world = World::with_options(|options| options.check = foreword_app::identity::Asked::Date).await;
    let token = world.invite_grace().await.token.unwrap().into_inner();
    let link = format!("/v/{token}");
    let mut tab = world.tab();
    tab.open(&link).await;
    assert!(tab.page.contains("Date of birth") && tab.page.contains("name=\"month\""), "{}", tab.page);
    let date = |day, month, year| [("day", day), ("month", month), ("year", year)];
    for (born, says) in [
        (date("", "", "1958"), "Please fill in day, month and year"),
        (date("31", "2", "1958"), "Please fill in day, month and year"),
        (date("3", "14", "1958"), "Please fill in day, month and year"),
        (date("15", "3", "1958"), "does not match"),
    ] {
        tab.send(&link, &born).await;
        assert_eq!(tab.status, StatusCode::UNPROCESSABLE_ENTITY, "{born:?}");
        assert!(tab.page.contains(says), "{born:?}: {}", tab.page);
    }
    tab.send(&link, &date("14", "٠٣", "1958")).await;
    assert_eq!(tab.heading(), "Welcome");
}
