//! Signing in with an account of the house, by a provider that also does what none should.

use axum::http::StatusCode;
use foreword_app::{
    account::SecondFactor,
    provider::{Known, Vouched},
};
use foreword_intake::ProviderSettings;
use jiff::SignedDuration;
use serde_json::json;

use super::PASSWORD;
use crate::kit::{Tab, World, provider::House};

const SUBJECT: &str = "subject-1";

/// A world with one member of staff, and a provider that is set up there.
async fn house(set: impl FnOnce(&mut ProviderSettings)) -> (World, House, Tab) {
    let world = World::new().await;
    with(world, set).await
}

async fn with(world: World, set: impl FnOnce(&mut ProviderSettings)) -> (World, House, Tab) {
    world.app.put_staff("roe", "Dr Roe", "clinician", PASSWORD, world.now()).await.unwrap();
    let house = House::open().await;
    let tab = Tab::new(world.router_and(None, Some(house.known(set))));
    (world, house, tab)
}

async fn bind(world: &World, house: &House) {
    world.app.bind_identity("roe", &house.issuer, SUBJECT, world.now()).await.unwrap();
}

/// Whether nothing opens, and it says so.
async fn is_refused(tab: &mut Tab, house: &House) -> bool {
    house.pass(tab, "").await;
    let refused = tab.status == StatusCode::UNAUTHORIZED && tab.page.contains("role=\"alert\"");
    tab.open("/clinic").await;
    refused && tab.at.starts_with("/clinic/sign-in")
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_bound_to_the_house_comes_in_and_gets_where_they_wanted() {
    let (world, house, mut tab) = house(|_| ()).await;
    bind(&world, &house).await;
    tab.open("/clinic/sign-in?next=/clinic/board").await;
    assert!(tab.page.contains("Sign in with the house"), "{}", tab.page);
    assert!(tab.page.contains("/clinic/sign-in/provider?next=%2Fclinic%2Fboard"), "{}", tab.page);
    house.pass(&mut tab, "/clinic/board").await;
    assert_eq!((tab.status, tab.at.as_str()), (StatusCode::OK, "/clinic/board"), "{}", tab.page);
    let verifier = house.asked("code_verifier").unwrap();
    assert!(verifier.len() >= 43 && house.asked("code").as_deref() == Some("c0de"));
    assert_eq!(house.asked("redirect_uri").unwrap(), "http://localhost/clinic/sign-in/provider/back");
    let staff = world.app.staff_accounts().await.unwrap();
    assert!(staff[0].provider && staff[0].second_factor.is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_sent_there_is_new_each_time_and_says_nothing_of_where_somebody_wants_to_be() {
    let (_world, house, mut tab) = house(|settings| settings.acr = "two-factors".to_owned()).await;
    let one = house.leave(&mut tab, "/clinic/appointments/secret").await;
    let other = house.leave(&mut tab, "/clinic").await;
    for name in ["state", "nonce", "code_challenge"] {
        assert!(one[name].len() >= 43 && one[name] != other[name], "{name}");
    }
    assert_eq!(one["code_challenge_method"], "S256");
    assert_eq!(one["response_type"], "code");
    assert_eq!(one["scope"], "openid profile");
    assert_eq!(one["acr_values"], "two-factors");
    assert!(!format!("{one:?}").contains("secret"));
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_wrong_about_a_token_it_opens_nothing() {
    type Wrong = (&'static str, fn(&House));
    let wrong: [Wrong; 10] = [
        ("given to another client", |house| house.claim("azp", json!("somebody-else"))),
        ("of another issuer", |house| house.claim("iss", json!("http://127.0.0.1:1"))),
        ("for another client", |house| house.claim("aud", json!("somebody-else"))),
        ("for another client as well", |house| house.claim("aud", json!(["foreword", "somebody-else"]))),
        ("over", |house| house.claim("exp", json!(2))),
        ("without an end", |house| house.leave_out("exp")),
        ("of nobody", |house| house.leave_out("sub")),
        ("signed by another key", House::sign_with_a_key_of_somebody_else),
        ("not signed", House::sign_not_at_all),
        ("missing", House::say_not_who_it_is),
    ];
    for (what, make) in wrong {
        let (world, house, mut tab) = house(|_| ()).await;
        bind(&world, &house).await;
        make(&house);
        assert!(is_refused(&mut tab, &house).await, "a token that is {what} opened the clinic");
    }
    let (world, house, mut tab) = house(|_| ()).await;
    bind(&world, &house).await;
    house.refuse_the_code();
    assert!(is_refused(&mut tab, &house).await, "a code that the provider refuses");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_back_counts_in_the_browser_it_was_sent_from_and_once() {
    let (world, house, mut tab) = house(|_| ()).await;
    bind(&world, &house).await;
    let sent = house.leave(&mut tab, "").await;
    let back = format!("/clinic/sign-in/provider/back?code=c0de&state={}", sent["state"]);
    house.claim("nonce", json!("of-another-round"));
    tab.open(&back).await;
    assert_eq!(tab.status, StatusCode::UNAUTHORIZED, "a token of another round");

    let sent = house.leave(&mut tab, "").await;
    let back = format!("/clinic/sign-in/provider/back?code=c0de&state={}", sent["state"]);
    house.claim("nonce", json!(sent["nonce"]));
    let mut strange = Tab::new(world.router_and(None, Some(house.known(|_| ()))));
    strange.open(&back).await;
    assert_eq!(strange.status, StatusCode::UNAUTHORIZED, "a link that somebody was sent");
    tab.open("/clinic/sign-in/provider/back?code=c0de&state=another").await;
    assert_eq!(tab.status, StatusCode::UNAUTHORIZED, "another state");
    let mut copy = tab.clone();
    tab.open(&back).await;
    assert_eq!(tab.status, StatusCode::OK, "what another window said is not this one's: {}", tab.page);
    copy.open(&back).await;
    assert_eq!(copy.status, StatusCode::UNAUTHORIZED, "what was kept counts once, wherever it was copied to");

    let mut late = Tab::new(world.router_and(None, Some(house.known(|_| ()))));
    let sent = house.leave(&mut late, "").await;
    let back = format!("/clinic/sign-in/provider/back?code=c0de&state={}", sent["state"]);
    house.claim("nonce", json!(sent["nonce"]));
    let mut denied = late.clone();
    world.pass(SignedDuration::from_mins(11));
    late.open(&back).await;
    assert_eq!(late.status, StatusCode::UNAUTHORIZED, "after ten minutes");
    let sent = house.leave(&mut denied, "").await;
    denied.open(&format!("/clinic/sign-in/provider/back?error=access_denied&state={}", sent["state"])).await;
    assert_eq!(denied.status, StatusCode::UNAUTHORIZED, "the provider let nobody in");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_makes_up_what_the_browser_keeps_gets_nobody_asked() {
    let (_world, house, mut tab) = house(|_| ()).await;
    let made_up = format!("fw_away=9999999999~{0}~{0}.{0}~~AAAAAAAAAAAAAA", "s".repeat(43));
    let back = format!("/clinic/sign-in/provider/back?code=c0de&state={}", "s".repeat(43));
    let answer = tab.once("GET", &back, None, &[("cookie", &made_up)]).await;
    assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(house.asked("code"), None);
    let from_elsewhere = [("sec-fetch-site", "cross-site")];
    let answer = tab.once("GET", "/clinic/sign-in/provider?next=/clinic/board", None, &from_elsewhere).await;
    assert_eq!(answer.headers()["location"], "/clinic/sign-in?next=%2Fclinic%2Fboard");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_the_provider_has_changed_is_fetched() {
    let (world, house, mut tab) = house(|_| ()).await;
    bind(&world, &house).await;
    house.pass(&mut tab, "").await;
    assert_eq!(tab.status, StatusCode::OK, "{}", tab.page);
    house.change_keys();
    tab.send("/clinic/sign-out", &[]).await;
    house.pass(&mut tab, "").await;
    assert_eq!((tab.status, tab.at.as_str()), (StatusCode::OK, "/clinic"), "{}", tab.page);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_first_sign_ins_at_once_both_come_in() {
    for _ in 0..3 {
        let (world, house, _) = house(|_| ()).await;
        let vouched = Vouched {
            issuer: house.issuer.clone(),
            subject: SUBJECT.to_owned(),
            login: Some("roe".to_owned()),
        };
        let (one, other) = tokio::join!(
            world.app.sign_in_vouched(&vouched, "one", world.now()),
            world.app.sign_in_vouched(&vouched, "other", world.now())
        );
        assert!(matches!((one.unwrap(), other.unwrap()), (Known::In(_), Known::In(_))));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_bound_anew_puts_out_who_was_bound_before() {
    let (world, house, mut tab) = house(|_| ()).await;
    bind(&world, &house).await;
    house.pass(&mut tab, "").await;
    assert_eq!(tab.status, StatusCode::OK);
    world.app.bind_identity("roe", &house.issuer, "subject-2", world.now()).await.unwrap();
    tab.open("/clinic").await;
    assert!(tab.at.starts_with("/clinic/sign-in"), "{}", tab.at);
    house.pass(&mut tab, "").await;
    assert!(tab.text().contains("There you are called: subject-1"), "{}", tab.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_claim_binds_the_account_with_that_login_once() {
    let (world, house, mut tab) =
        house(|settings| "preferred_username".clone_into(&mut settings.login_claim)).await;
    house.claim("preferred_username", json!("Roe"));
    house.pass(&mut tab, "").await;
    assert_eq!(tab.status, StatusCode::OK, "{}", tab.page);
    // The name at the provider was given to somebody else: they are not who was here before.
    house.claim("sub", json!("subject-2"));
    let mut other = Tab::new(world.router_and(
        None,
        Some(house.known(|settings| "preferred_username".clone_into(&mut settings.login_claim))),
    ));
    assert!(is_refused(&mut other, &house).await);
    // Nor is somebody whose letters only look like it when they are made small.
    world.app.put_staff("kim", "Dr Kim", "clinician", PASSWORD, world.now()).await.unwrap();
    house.claim("preferred_username", json!("\u{212A}im"));
    assert!(is_refused(&mut other, &house).await);
    // And whoever was here is known by another name.
    house.claim("sub", json!(SUBJECT));
    house.claim("preferred_username", json!("dr.roe"));
    house.pass(&mut other, "").await;
    assert_eq!(other.status, StatusCode::OK, "{}", other.page);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_binds_only_when_the_provider_has_seen_that_it_is_theirs() {
    let (world, house, mut tab) = house(|settings| "email".clone_into(&mut settings.login_claim)).await;
    world.app.put_staff("doe@house.test", "Dr Doe", "clinician", PASSWORD, world.now()).await.unwrap();
    house.claim("email", json!("doe@house.test"));
    assert!(is_refused(&mut tab, &house).await, "nothing is said of it");
    house.claim("email_verified", json!(false));
    assert!(is_refused(&mut tab, &house).await, "not seen");
    house.claim("email_verified", json!(true));
    house.pass(&mut tab, "").await;
    assert_eq!(tab.status, StatusCode::OK, "{}", tab.page);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_comes_in_who_is_not_bound_or_shut_out_or_asked_otherwise() {
    let (world, house, mut tab) = house(|_| ()).await;
    assert!(is_refused(&mut tab, &house).await, "not bound");
    bind(&world, &house).await;
    world.app.disable_staff("roe", world.now()).await.unwrap();
    assert!(is_refused(&mut tab, &house).await, "shut out");
    world.app.enable_staff("roe", world.now()).await.unwrap();
    let strict = house.known(|settings| settings.acr = "two-factors".to_owned());
    let mut strict = Tab::new(world.router_and(None, Some(strict)));
    assert!(is_refused(&mut strict, &house).await, "asked with a password alone");
    house.claim("acr", json!("two-factors"));
    house.pass(&mut strict, "").await;
    assert_eq!(strict.status, StatusCode::OK, "{}", strict.page);
    // Unbound, every session is over.
    world.app.unbind_identity("roe", world.now()).await.unwrap();
    strict.open("/clinic").await;
    assert!(strict.at.starts_with("/clinic/sign-in"), "{}", strict.at);
    assert!(is_refused(&mut strict, &house).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_house_stands_for_the_second_factor_and_a_password_does_not() {
    let world = World::with_options(|options| options.second_factor = SecondFactor::Required).await;
    let (world, house, mut tab) = with(world, |_| ()).await;
    bind(&world, &house).await;
    house.pass(&mut tab, "").await;
    assert_eq!((tab.status, tab.at.as_str()), (StatusCode::OK, "/clinic"), "{}", tab.page);
    let mut other = world.tab();
    other.send("/clinic/sign-in", &[("login", "roe"), ("password", PASSWORD)]).await;
    other.open("/clinic").await;
    assert_eq!(other.at, "/clinic/account");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_subject_is_one_account_and_none_without_a_provider() {
    let (world, house, _tab) = house(|_| ()).await;
    bind(&world, &house).await;
    world.app.put_staff("doe", "Dr Doe", "clinician", PASSWORD, world.now()).await.unwrap();
    let taken = world.app.bind_identity("doe", &house.issuer, SUBJECT, world.now()).await.unwrap_err();
    assert_eq!(taken.to_string(), "that subject is another account's already");
    for wrong in ["", "a\nb", &"x".repeat(256)] {
        world.app.bind_identity("doe", &house.issuer, wrong, world.now()).await.unwrap_err();
    }
    let mut tab = world.tab();
    tab.open("/clinic/sign-in").await;
    assert!(!tab.page.contains("Sign in with"), "{}", tab.page);
    tab.open("/clinic/sign-in/provider").await;
    assert_eq!(tab.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_is_down_is_said_so_and_passwords_still_open() {
    let (world, house, _) = house(|_| ()).await;
    let gone = house.known(|settings| "http://127.0.0.1:9".clone_into(&mut settings.issuer));
    let mut tab = Tab::new(world.router_and(None, Some(gone)));
    tab.open("/clinic/sign-in/provider?next=/clinic/board").await;
    assert_eq!(tab.status, StatusCode::BAD_GATEWAY);
    assert!(tab.page.contains("does not answer"), "{}", tab.page);
    tab.send_on("/clinic/sign-in", &[("login", "roe"), ("password", PASSWORD)]).await;
    assert_eq!((tab.status, tab.at.as_str()), (StatusCode::OK, "/clinic/board"));
}
