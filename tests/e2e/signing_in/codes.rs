//! The second step: a code of an app, or a recovery code.

use axum::http::StatusCode;
use jiff::SignedDuration;

use super::{PASSWORD, staff};
use crate::kit::{Tab, World, log};

const FIRST_STEP: [(&str, &str); 3] = [("login", "roe"), ("password", PASSWORD), ("next", "/clinic/alerts")];

/// The code of an app that holds a secret, so many seconds from now.
pub fn code(world: &World, secret: &str, seconds: i64) -> String {
    let bytes: [u8; 20] = data_encoding::BASE32_NOPAD.decode(secret.as_bytes()).unwrap().try_into().unwrap();
    let at = u64::try_from(world.now().as_second() + seconds).unwrap();
    totp_rs::Builder::new().with_secret(bytes).build().unwrap().generate(at).to_string()
}

/// The secret that stands on the page.
pub fn secret(tab: &Tab) -> String {
    let rest = tab.page.split("class=\"secret\">").nth(1).unwrap_or_else(|| panic!("{}", tab.page));
    rest.split('<').next().unwrap().replace(' ', "")
}

/// The recovery codes that stand on the page.
fn recovery_codes(tab: &Tab) -> Vec<String> {
    let rest = tab.page.split("<li><code>").skip(1);
    rest.map(|code| code.split('<').next().unwrap().to_owned()).collect()
}

/// Sets up an app; its secret and the recovery codes.
pub async fn set_up(world: &World, tab: &mut Tab) -> (String, Vec<String>) {
    tab.send("/clinic/account/code", &[("present", PASSWORD)]).await;
    assert!(tab.page.contains("<svg"), "a picture for the camera");
    let secret = secret(tab);
    tab.send("/clinic/account/code/confirm", &[("code", &code(world, &secret, 0))]).await;
    let codes = recovery_codes(tab);
    assert_eq!((tab.status, codes.len()), (StatusCode::OK, 10));
    world.pass(SignedDuration::from_mins(2));
    (secret, codes)
}

/// A tab of somebody whose password was right.
async fn half(world: &World) -> Tab {
    let mut tab = world.tab();
    tab.send("/clinic/sign-in", &FIRST_STEP).await;
    assert_eq!(tab.at, "/clinic/sign-in/code?next=%2Fclinic%2Falerts");
    tab
}

async fn give(tab: &mut Tab, code: &str) -> StatusCode {
    tab.send_on("/clinic/sign-in/code", &[("code", code)]).await;
    tab.status
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_counts_once_and_leads_to_the_page_that_was_wanted() {
    let world = World::new().await;
    let (secret, _) = set_up(&world, &mut staff(&world).await).await;
    let now = code(&world, &secret, 0);
    let mut tab = half(&world).await;
    give(&mut tab, &format!(" {} {} ", &now[..3], &now[3..])).await;
    assert_eq!(tab.at, "/clinic/alerts");
    let mut again = half(&world).await;
    assert_eq!(give(&mut again, &now).await, StatusCode::UNAUTHORIZED, "a code that was used");
    let before = code(&world, &secret, -30);
    assert_eq!(give(&mut again, &before).await, StatusCode::UNAUTHORIZED, "one before a code that was used");
    let next = code(&world, &secret, 30);
    give(&mut again, &next).await;
    assert_eq!(again.at, "/clinic/alerts", "a clock that is a step ahead");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_of_the_step_before_or_after_is_accepted_and_none_further_off() {
    let world = World::new().await;
    let (secret, _) = set_up(&world, &mut staff(&world).await).await;
    for (seconds, fits) in [(-60, false), (-30, true), (60, false), (30, true)] {
        let mut tab = half(&world).await;
        give(&mut tab, &code(&world, &secret, seconds)).await;
        assert_eq!(tab.at == "/clinic/alerts", fits, "{seconds} s off");
        world.pass(SignedDuration::from_mins(3));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recovery_code_counts_once_however_it_is_typed_and_new_ones_replace_the_old() {
    let world = World::new().await;
    let mut at_home = staff(&world).await;
    let (_, codes) = set_up(&world, &mut at_home).await;
    let mut tab = half(&world).await;
    give(&mut tab, &codes[3].to_lowercase().replace('-', " ").replace('1', "l").replace('0', "o")).await;
    assert_eq!(tab.at, "/clinic/alerts");
    tab.open("/clinic/account").await;
    assert!(tab.page.contains("<strong>9</strong> of 10 left"), "{}", tab.page);
    let mut again = half(&world).await;
    assert_eq!(give(&mut again, &codes[3]).await, StatusCode::UNAUTHORIZED);
    tab.send("/clinic/account/recovery", &[("present", PASSWORD)]).await;
    let new = recovery_codes(&tab);
    assert_eq!(new.len(), 10);
    assert_eq!(give(&mut again, &codes[4]).await, StatusCode::UNAUTHORIZED, "one of the old ones");
    give(&mut again, &new[0]).await;
    assert_eq!(again.at, "/clinic/alerts");
}

#[tokio::test(flavor = "multi_thread")]
async fn between_password_and_code_no_page_opens_and_five_minutes_are_left() {
    let world = World::new().await;
    let line = world.invite_grace().await;
    let (secret, _) = set_up(&world, &mut staff(&world).await).await;
    let mut tab = half(&world).await;
    let visit = format!("/clinic/appointments/{}", line.appointment.id);
    for path in ["/clinic", "/clinic/alerts", "/clinic/account", visit.as_str()] {
        tab.open(path).await;
        assert!(tab.at.starts_with("/clinic/sign-in?next="), "{path} leads to {}", tab.at);
        tab.send("/clinic/account/code", &[("present", PASSWORD)]).await;
        assert!(tab.at.starts_with("/clinic/sign-in?next="));
    }
    tab.open("/clinic/sign-in/code").await;
    world.pass(SignedDuration::from_mins(4));
    tab.open("/clinic/sign-in/code").await;
    assert_eq!(tab.heading(), "One more step");
    world.pass(SignedDuration::from_secs(61));
    give(&mut tab, &code(&world, &secret, 0)).await;
    assert!(tab.at.starts_with("/clinic/sign-in?late=yes"), "{}", tab.at);
    assert!(tab.page.contains("longer than five minutes"));
    let mut stranger = world.tab();
    stranger.open("/clinic/sign-in/code").await;
    assert!(stranger.at.starts_with("/clinic/sign-in?late=yes"));
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_codes_lock_like_wrong_passwords_and_a_right_password_forgives_none() {
    let world = World::new().await;
    let (secret, codes) = set_up(&world, &mut staff(&world).await).await;
    for wrong in ["000000", "111111", "22222", "no code at all"] {
        let mut tab = half(&world).await;
        assert_eq!(give(&mut tab, wrong).await, StatusCode::UNAUTHORIZED, "{wrong}");
    }
    let mut tab = half(&world).await;
    assert_eq!(give(&mut tab, "").await, StatusCode::UNAUTHORIZED);
    let wrong = tab.page.clone();
    assert_eq!(give(&mut tab, &code(&world, &secret, 0)).await, StatusCode::UNAUTHORIZED, "locked");
    assert_eq!(tab.page, wrong, "and answered alike");
    assert_eq!(
        give(&mut tab, &codes[0]).await,
        StatusCode::UNAUTHORIZED,
        "a recovery code is locked out, too"
    );
    let mut door = world.tab();
    door.send("/clinic/sign-in", &FIRST_STEP).await;
    assert_eq!(door.status, StatusCode::UNAUTHORIZED, "and so is the password");
    world.pass(SignedDuration::from_mins(16));
    let mut tab = half(&world).await;
    give(&mut tab, &codes[0]).await;
    assert_eq!(tab.at, "/clinic/alerts", "the lock used no recovery code up");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_give_the_same_code_at_once_one_comes_in() {
    let world = World::new().await;
    let (secret, codes) = set_up(&world, &mut staff(&world).await).await;
    for code in [code(&world, &secret, 0), codes[0].clone()] {
        let (mut one, mut other) = (half(&world).await, half(&world).await);
        tokio::join!(give(&mut one, &code), give(&mut other, &code));
        let came_in = [&one, &other].iter().filter(|tab| tab.at == "/clinic/alerts").count();
        assert_eq!(came_in, 1, "{code}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_that_was_not_set_up_in_ten_minutes_is_begun_anew_with_the_password() {
    let world = World::new().await;
    let mut tab = staff(&world).await;
    tab.send("/clinic/account/code", &[("present", PASSWORD)]).await;
    let shown = secret(&tab);
    world.pass(SignedDuration::from_mins(11));
    // Whoever finds the session open learns nothing, and sets nothing up.
    tab.send("/clinic/account/code/confirm", &[("code", "000000")]).await;
    assert!(!tab.page.contains("class=\"secret\""), "{}", tab.page);
    tab.send("/clinic/account/code/confirm", &[("code", &code(&world, &shown, 0))]).await;
    let mut door = world.tab();
    door.send("/clinic/sign-in", &FIRST_STEP).await;
    assert_eq!(door.at, "/clinic/alerts", "no second factor was set up");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_counts_only_when_it_has_shown_a_code_and_turning_it_off_wants_the_password() {
    let world = World::new().await;
    let mut tab = staff(&world).await;
    tab.send("/clinic/account/code", &[("present", "not my password")]).await;
    assert_eq!(tab.status, StatusCode::UNPROCESSABLE_ENTITY);
    tab.send("/clinic/account/code", &[("present", PASSWORD)]).await;
    let shown = secret(&tab);
    let mut door = world.tab();
    door.send("/clinic/sign-in", &FIRST_STEP).await;
    assert_eq!(door.at, "/clinic/alerts", "an app that was not tried is not asked for");
    tab.send("/clinic/account/code/confirm", &[("code", "000000")]).await;
    assert_eq!((tab.status, secret(&tab)), (StatusCode::UNPROCESSABLE_ENTITY, shown.clone()));
    tab.send("/clinic/account/code/confirm", &[("code", &code(&world, &shown, 0))]).await;
    assert_eq!(tab.status, StatusCode::OK);
    let mut at_once = half(&world).await;
    let used = code(&world, &shown, 0);
    assert_eq!(give(&mut at_once, &used).await, StatusCode::UNAUTHORIZED, "the code that set it up was used");
    tab.send("/clinic/account/code", &[("present", PASSWORD)]).await;
    assert!(tab.page.contains("turn it off first"), "a thief of a session can't replace it");
    tab.send("/clinic/account/code/off", &[("present", "wrong")]).await;
    assert_eq!(tab.status, StatusCode::UNPROCESSABLE_ENTITY);
    half(&world).await;
    tab.send("/clinic/account/code/off", &[("present", PASSWORD)]).await;
    assert!(tab.page.contains("The app is turned off."));
    door.send("/clinic/sign-in", &FIRST_STEP).await;
    assert_eq!(door.at, "/clinic/alerts");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_of_signing_in_stands_in_the_database_or_in_the_log() {
    log::listen();
    let world = World::new().await;
    let (secret, codes) = set_up(&world, &mut staff(&world).await).await;
    let mut tab = half(&world).await;
    give(&mut tab, &code(&world, &secret, 0)).await;
    let dump = crate::keeping_secrets::dump(&world).await;
    assert!(dump.contains("sign-in.code"), "the dump is a dump");
    let log = log::heard();
    for hidden in [&secret, &codes[0], &codes[0].replace('-', ""), &PASSWORD.to_owned()] {
        assert!(!dump.contains(hidden.as_str()), "{hidden} can be read in the database");
        assert!(!log.contains(hidden.as_str()), "{hidden} stands in the log");
    }
}
