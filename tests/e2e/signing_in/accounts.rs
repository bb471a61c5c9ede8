//! One's own account, and what administrators do with accounts.

use axum::http::StatusCode;
use foreword_app::account::SecondFactor;
use jiff::SignedDuration;

use super::{
    PASSWORD,
    codes::{code, secret, set_up},
    staff,
};
use crate::kit::{Tab, World};

const NEW: &str = "copper tuesday violin";

async fn is_in(tab: &mut Tab) -> bool {
    tab.open("/clinic").await;
    tab.at == "/clinic"
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_wants_the_old_one_is_hard_to_guess_and_ends_other_sessions() {
    let world = World::new().await;
    let (mut here, mut elsewhere) = (staff(&world).await, staff(&world).await);
    here.send("/clinic/sign-in", &[("login", "roe"), ("password", PASSWORD)]).await;
    elsewhere.send("/clinic/sign-in", &[("login", "roe"), ("password", PASSWORD)]).await;
    let change = |present: &'static str, new: &'static str, again: &'static str| {
        [("present", present), ("new", new), ("again", again)]
    };
    for (fields, why) in [
        (change("wrong password here", NEW, NEW), "The present password is not right"),
        (change(PASSWORD, "short", "short"), "A password needs at least 15 characters."),
        (change(PASSWORD, "passwordpassword", "passwordpassword"), "This password is easy to guess"),
        (change(PASSWORD, "north clinic roe", "north clinic roe"), "This password is easy to guess"),
        (change(PASSWORD, PASSWORD, PASSWORD), "The new password is the present one."),
        (change(PASSWORD, NEW, "copper tuesday violas"), "not typed the same twice"),
    ] {
        here.send("/clinic/account/password", &fields).await;
        assert_eq!(here.status, StatusCode::UNPROCESSABLE_ENTITY, "{why}");
        assert!(here.text().contains(why), "{why}: {}", here.page);
    }
    assert!(is_in(&mut elsewhere).await);
    here.send("/clinic/account/password", &change(PASSWORD, NEW, NEW)).await;
    assert!(here.page.contains("Your password is changed."));
    assert!(is_in(&mut here).await);
    assert!(!is_in(&mut elsewhere).await, "it was ended");
    elsewhere.send("/clinic/sign-in", &[("login", "roe"), ("password", PASSWORD)]).await;
    assert_eq!(elsewhere.status, StatusCode::UNAUTHORIZED);
    elsewhere.send("/clinic/sign-in", &[("login", "roe"), ("password", NEW)]).await;
    assert_eq!(elsewhere.at, "/clinic");
}

#[tokio::test(flavor = "multi_thread")]
async fn guessing_the_present_password_on_the_account_page_locks_the_account() {
    let world = World::new().await;
    let mut tab = staff(&world).await;
    for _ in 0..5 {
        tab.send("/clinic/account/code", &[("present", "a wrong guess of it")]).await;
    }
    tab.send("/clinic/account/code", &[("present", PASSWORD)]).await;
    assert_eq!(tab.status, StatusCode::UNPROCESSABLE_ENTITY, "locked");
    world.pass(SignedDuration::from_mins(16));
    tab.send("/clinic/account/code", &[("present", PASSWORD)]).await;
    assert_eq!(tab.status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_are_seen_and_ended_one_by_one_and_all_at_once() {
    let world = World::new().await;
    let mut here = staff(&world).await;
    let sign_in = "login=roe&password=a%20long%20enough%20password".to_owned();
    let mut others = vec![world.tab(), world.tab(), world.tab()];
    for tab in &mut others {
        let agent = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";
        tab.request("POST", "/clinic/sign-in", Some(sign_in.clone()), &[("user-agent", agent)]).await;
    }
    others[0].open("/clinic/account").await;
    assert_eq!(others[0].page.matches("Firefox on Linux</strong>").count(), 3);
    let before = here.open("/clinic/account").await.page.clone();
    let ids: Vec<&str> = before.split("name=\"session\" value=\"").skip(1).map(|r| &r[..16]).collect();
    assert_eq!(ids.len(), 3, "this one has no button");
    here.send("/clinic/account/sessions", &[("session", ids[0])]).await;
    let mut left = 0;
    for tab in &mut others {
        left += usize::from(is_in(tab).await);
    }
    assert_eq!(left, 2);
    here.send("/clinic/account/sessions", &[]).await;
    for tab in &mut others {
        assert!(!is_in(tab).await);
    }
    assert!(is_in(&mut here).await);
    // Somebody else's session is not theirs to end.
    world.app.put_staff("ann", "Ann Poe", "clinician", NEW, world.now()).await.unwrap();
    let mut ann = world.tab();
    ann.send("/clinic/sign-in", &[("login", "ann"), ("password", NEW)]).await;
    let page = here.open("/clinic/account").await.page.clone();
    assert!(!page.contains("End all others"));
    let roes = others[0].send("/clinic/sign-in", &[("login", "roe"), ("password", PASSWORD)]).await.clone();
    let mut roes = roes;
    let page = here.open("/clinic/account").await.page.clone();
    let id = &page.split("name=\"session\" value=\"").nth(1).unwrap()[..16];
    ann.send("/clinic/account/sessions", &[("session", id)]).await;
    assert!(is_in(&mut roes).await && is_in(&mut ann).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_after_twelve_hours_however_busy() {
    let world = World::new().await;
    let mut tab = staff(&world).await;
    for _ in 0..35 {
        world.pass(SignedDuration::from_mins(20));
        assert!(is_in(&mut tab).await);
    }
    world.pass(SignedDuration::from_mins(20));
    assert!(!is_in(&mut tab).await, "twelve hours are over");
}

#[tokio::test(flavor = "multi_thread")]
async fn where_a_second_factor_is_required_nothing_else_opens_before_it_is_set_up() {
    let world = World::with_options(|options| options.second_factor = SecondFactor::Required).await;
    world.app.put_staff("roe", "Dr Roe", "clinician", PASSWORD, world.now()).await.unwrap();
    let line = world.invite_grace().await;
    let mut tab = world.tab();
    tab.send("/clinic/sign-in", &[("login", "roe"), ("password", PASSWORD)]).await;
    assert_eq!(tab.at, "/clinic/account");
    assert!(tab.page.contains("Please set up a second factor first."));
    for path in ["/clinic", "/clinic/messages", &format!("/clinic/appointments/{}", line.appointment.id)] {
        tab.open(path).await;
        assert_eq!(tab.at, "/clinic/account", "{path}");
        assert!(!tab.page.contains("Okafor"));
    }
    let (secret, _) = set_up(&world, &mut tab).await;
    assert!(is_in(&mut tab).await);
    tab.send("/clinic/account/code/off", &[("present", PASSWORD)]).await;
    assert!(!is_in(&mut tab).await, "without one, the door is shut again");
    assert_eq!(secret.len(), 32);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reset_gives_a_new_password_takes_the_second_factor_away_and_ends_every_session() {
    let world = World::new().await;
    let mut tab = staff(&world).await;
    set_up(&world, &mut tab).await;
    let password = world.app.reset_staff("ROE", world.now()).await.unwrap().into_inner();
    assert!(!is_in(&mut tab).await);
    tab.send("/clinic/sign-in", &[("login", "roe"), ("password", PASSWORD)]).await;
    assert_eq!(tab.status, StatusCode::UNAUTHORIZED);
    tab.send("/clinic/sign-in", &[("login", "roe"), ("password", &password)]).await;
    assert_eq!(tab.at, "/clinic", "and no code is asked for");
    tab.open("/clinic/account").await;
    assert!(tab.page.contains("Only a password protects this account."));
    assert!(world.app.reset_staff("nobody", world.now()).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disabled_account_is_out_at_once_and_answered_like_a_wrong_password() {
    let world = World::new().await;
    let mut tab = staff(&world).await;
    tab.send("/clinic/account/code", &[("present", PASSWORD)]).await;
    let shown = secret(&tab);
    tab.send("/clinic/account/code/confirm", &[("code", &code(&world, &shown, 0))]).await;
    world.pass(SignedDuration::from_mins(2));
    let mut half = world.tab();
    half.send("/clinic/sign-in", &[("login", "roe"), ("password", PASSWORD)]).await;
    world.app.disable_staff("roe", world.now()).await.unwrap();
    assert!(!is_in(&mut tab).await);
    half.send("/clinic/sign-in/code", &[("code", &code(&world, &shown, 0))]).await;
    assert!(half.at.starts_with("/clinic/sign-in"), "{}", half.at);
    assert!(!is_in(&mut half).await);
    let mut door = world.tab();
    door.send("/clinic/sign-in", &[("login", "roe"), ("password", PASSWORD)]).await;
    assert_eq!(door.status, StatusCode::UNAUTHORIZED);
    world.app.enable_staff("roe", world.now()).await.unwrap();
    door.send("/clinic/sign-in", &[("login", "roe"), ("password", PASSWORD)]).await;
    assert!(door.at.starts_with("/clinic/sign-in/code"), "with its second factor");
}
