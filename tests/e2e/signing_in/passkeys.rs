//! Passkeys: made on the account page, used instead of password and code, and refused where they are wrong.

use axum::http::StatusCode;
use foreword_app::account::SecondFactor;
use jiff::SignedDuration;

use super::PASSWORD;
use crate::kit::{
    Tab, World,
    authenticator::{Authenticator, Fields, coded},
};

const ORIGIN: &str = "https://clinic.test";

async fn world() -> World {
    let world = World::with_options(|options| ORIGIN.clone_into(&mut options.public_url)).await;
    world.app.put_staff("roe", "Dr Roe", "clinician", PASSWORD, world.now()).await.unwrap();
    world
}

async fn signed_in(world: &World) -> Tab {
    let mut tab = world.tab();
    tab.send("/clinic/sign-in", &[("login", "roe"), ("password", PASSWORD)]).await;
    assert!(!tab.at.starts_with("/clinic/sign-in"), "{}", tab.at);
    tab
}

async fn send(tab: &mut Tab, path: &str, fields: &Fields) -> StatusCode {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    tab.send(path, &fields).await.status
}

/// Makes a passkey and adds it to the account that is signed in.
async fn add(tab: &mut Tab) -> Authenticator {
    let mut passkey = Authenticator::new(ORIGIN);
    tab.send("/clinic/account/passkeys/new", &[("present", PASSWORD)]).await;
    assert_eq!(tab.status, StatusCode::OK, "{}", tab.page);
    let fields = passkey.make(&tab.page.clone());
    assert_eq!(send(tab, "/clinic/account/passkeys", &fields).await, StatusCode::OK, "{}", tab.page);
    passkey
}

async fn wanted(world: &World) -> String {
    let mut tab = world.tab();
    tab.open("/clinic/sign-in/passkey").await;
    tab.page
}

/// Where somebody gets to with what they hand over.
async fn enter(world: &World, fields: &Fields) -> Tab {
    let mut tab = world.tab();
    send(&mut tab, "/clinic/sign-in/passkey", fields).await;
    tab
}

async fn is_refused(world: &World, fields: &Fields) -> bool {
    let mut tab = enter(world, fields).await;
    let refused = tab.status == StatusCode::UNAUTHORIZED;
    tab.open("/clinic").await;
    refused && tab.at.starts_with("/clinic/sign-in")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_signs_in_without_password_and_code() {
    let world = world().await;
    let mut tab = signed_in(&world).await;
    let mut passkey = add(&mut tab).await;
    assert_eq!(tab.page.matches("<li><code>").count(), 10, "recovery codes come with the first one");
    let mut fields = passkey.sign(&wanted(&world).await);
    fields.push(("next", "/clinic/alerts".to_owned()));
    let mut came = enter(&world, &fields).await;
    assert_eq!(came.at, "/clinic/alerts");
    came.open("/clinic/account").await;
    assert!(came.page.contains("Another browser"), "{}", came.page);
    // Once more, with one more use counted; and by one that does not say whose it is.
    passkey.user = String::new();
    assert_eq!(enter(&world, &passkey.sign(&wanted(&world).await)).await.at, "/clinic");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_is_a_second_factor_and_is_removed_with_the_password() {
    let world = world().await;
    let mut tab = signed_in(&world).await;
    let passkey = add(&mut tab).await;
    let mut door = world.tab();
    door.send("/clinic/sign-in", &[("login", "roe"), ("password", PASSWORD)]).await;
    assert!(door.at.starts_with("/clinic/sign-in/code"), "a password alone does not do any more");
    assert!(door.page.contains("action=\"/clinic/sign-in/passkey\""));
    let id = coded(&passkey.id);
    tab.send("/clinic/account/passkeys/remove", &[("passkey", &id), ("present", "wrong")]).await;
    assert_eq!(tab.status, StatusCode::UNPROCESSABLE_ENTITY);
    tab.send("/clinic/account/passkeys/remove", &[("passkey", &id), ("present", PASSWORD)]).await;
    assert!(tab.page.contains("The passkey is removed."));
    signed_in(&world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_is_enough_where_a_second_factor_is_required() {
    let world = World::with_options(|options| {
        ORIGIN.clone_into(&mut options.public_url);
        options.second_factor = SecondFactor::Required;
    })
    .await;
    world.app.put_staff("roe", "Dr Roe", "clinician", PASSWORD, world.now()).await.unwrap();
    let mut tab = signed_in(&world).await;
    assert_eq!(tab.at, "/clinic/account");
    add(&mut tab).await;
    tab.open("/clinic").await;
    assert_eq!(tab.at, "/clinic");
    assert_eq!(world.app.staff_accounts().await.unwrap()[0].second_factor, Some("passkey"));
    world.app.reset_staff("roe", world.now()).await.unwrap();
    assert_eq!(world.app.staff_accounts().await.unwrap()[0].second_factor, None, "a reset takes it away");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_passkey_signed_counts_once_and_for_five_minutes() {
    let world = world().await;
    let mut passkey = add(&mut signed_in(&world).await).await;
    let signed = passkey.sign(&wanted(&world).await);
    assert_eq!(enter(&world, &signed).await.at, "/clinic");
    assert!(is_refused(&world, &signed).await, "the same once more");
    // One that does not count is told apart by its challenge alone.
    let mut uncounted = add(&mut enter(&world, &passkey.sign(&wanted(&world).await)).await).await;
    uncounted.counts = false;
    let signed = uncounted.sign(&wanted(&world).await);
    assert_eq!(enter(&world, &signed).await.at, "/clinic");
    assert!(is_refused(&world, &signed).await, "the same once more, uncounted");
    assert_eq!(enter(&world, &uncounted.sign(&wanted(&world).await)).await.at, "/clinic");
    let asked = wanted(&world).await;
    let late = passkey.sign(&asked);
    world.pass(SignedDuration::from_secs(301));
    assert!(is_refused(&world, &late).await, "after five minutes");
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_wrong_about_a_passkey_it_is_refused() {
    let world = world().await;
    let mut tab = signed_in(&world).await;
    let mut passkey = add(&mut tab).await;
    let asked = wanted(&world).await;
    for (what, change) in [
        (
            "another site",
            Box::new(|p: &mut Authenticator| "https://evil.test".clone_into(&mut p.origin))
                as Box<dyn Fn(&mut Authenticator)>,
        ),
        ("another port", Box::new(|p| "https://clinic.test:8443".clone_into(&mut p.origin))),
        ("bound to another name", Box::new(|p| "evil.test".clone_into(&mut p.site))),
        ("nobody was there", Box::new(|p| p.flags = 4)),
        ("nobody was verified", Box::new(|p| p.flags = 1)),
        ("a copy that may not be one", Box::new(|p| p.flags = 0x15)),
        ("somebody else's", Box::new(|p| p.user = coded(&[7; 16]))),
    ] {
        let (origin, site, user) = (passkey.origin.clone(), passkey.site.clone(), passkey.user.clone());
        change(&mut passkey);
        let signed = passkey.sign(&asked);
        assert!(is_refused(&world, &signed).await, "{what}");
        (passkey.origin, passkey.site, passkey.user, passkey.flags) = (origin, site, user, 5);
    }
    // A challenge that was made up, or made for something else.
    let made_up = format!(r#"{{"challenge":"{}"}}"#, coded(&[9; 34]));
    assert!(is_refused(&world, &passkey.sign(&made_up)).await);
    tab.send("/clinic/account/passkeys/new", &[("present", PASSWORD)]).await;
    assert!(is_refused(&world, &passkey.sign(&tab.page.clone())).await, "one for a new passkey");
    // Another key under the same name, another name, a changed byte, and nothing at all.
    let mut other = Authenticator::new(ORIGIN);
    (other.id, other.user, other.counter) = (passkey.id.clone(), passkey.user.clone(), 100);
    assert!(is_refused(&world, &other.sign(&asked)).await, "another key");
    let mut unknown = passkey.sign(&asked);
    unknown[0].1 = coded(b"unknown");
    assert!(is_refused(&world, &unknown).await);
    for field in 1..4 {
        let mut changed = passkey.sign(&asked);
        let other = if &changed[field].1[20..21] == "A" { "B" } else { "A" };
        changed[field].1.replace_range(20..21, other);
        assert!(is_refused(&world, &changed).await, "{} changed", changed[field].0);
        changed[field].1 = "\u{0}".to_owned();
        assert!(is_refused(&world, &changed).await);
    }
    assert!(is_refused(&world, &Vec::new()).await);
    // The right one after all that, and then an older count: there is a copy.
    assert_eq!(enter(&world, &passkey.sign(&asked)).await.at, "/clinic");
    passkey.counter -= 1;
    assert!(is_refused(&world, &passkey.sign(&wanted(&world).await)).await, "the count did not go up");
    world.app.disable_staff("roe", world.now()).await.unwrap();
    assert!(is_refused(&world, &passkey.sign(&wanted(&world).await)).await, "a disabled account");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_passkey_wants_the_password_and_is_made_here_for_this_account_and_once() {
    let world = world().await;
    let mut tab = signed_in(&world).await;
    tab.send("/clinic/account/passkeys/new", &[("present", "not my password")]).await;
    assert_eq!(tab.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(tab.page.starts_with("The present password is not right"));
    // With a challenge for signing in, which needs no password.
    let mut passkey = Authenticator::new(ORIGIN);
    let open = wanted(&world).await.replace('}', r#","user":{"id":""}}"#);
    assert_eq!(
        send(&mut tab, "/clinic/account/passkeys", &passkey.make(&open)).await,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    tab.send("/clinic/account/passkeys/new", &[("present", PASSWORD)]).await;
    let asked = tab.page.clone();
    let mut foreign = Authenticator::new("https://evil.test");
    let fields = foreign.make(&asked);
    assert_eq!(send(&mut tab, "/clinic/account/passkeys", &fields).await, StatusCode::UNPROCESSABLE_ENTITY);
    passkey.flags = 1;
    let fields = passkey.make(&asked);
    assert_eq!(
        send(&mut tab, "/clinic/account/passkeys", &fields).await,
        StatusCode::UNPROCESSABLE_ENTITY,
        "unverified"
    );
    passkey.flags = 5;
    // Another account can't keep what this one was asked for.
    world.app.put_staff("ann", "Ann Poe", "clinician", PASSWORD, world.now()).await.unwrap();
    let mut ann = world.tab();
    ann.send("/clinic/sign-in", &[("login", "ann"), ("password", PASSWORD)]).await;
    let fields = passkey.make(&asked);
    assert_eq!(send(&mut ann, "/clinic/account/passkeys", &fields).await, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(send(&mut tab, "/clinic/account/passkeys", &fields).await, StatusCode::OK);
    assert_eq!(
        send(&mut tab, "/clinic/account/passkeys", &fields).await,
        StatusCode::UNPROCESSABLE_ENTITY,
        "once"
    );
    assert_eq!(tab.open("/clinic/account").await.page.matches("name=\"passkey\"").count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_that_are_reached_by_a_number_offer_no_passkeys() {
    let world =
        World::with_options(|options| "http://127.0.0.1:8080".clone_into(&mut options.public_url)).await;
    world.app.put_staff("roe", "Dr Roe", "clinician", PASSWORD, world.now()).await.unwrap();
    let mut tab = world.tab();
    tab.open("/clinic/sign-in").await;
    assert!(!tab.page.contains("passkey"));
    assert_eq!(tab.open("/clinic/sign-in/passkey").await.status, StatusCode::NOT_FOUND);
    let mut tab = signed_in(&world).await;
    assert!(!tab.open("/clinic/account").await.page.contains("class=\"passkey\""));
}
