//! Signing in and one's own account in a real browser.

use jiff::SignedDuration;

use super::{PASSWORD, no_barriers};
use crate::{
    kit::{
        World,
        browser::{Browser, Way},
    },
    signing_in::codes::code,
};

async fn look(browser: &Browser, name: &str) {
    browser.shot(name).await;
    no_barriers(browser, name).await;
}

/// Types login and password.
async fn first_step(clinic: &Browser) {
    clinic.go("/clinic").await;
    clinic.type_into("#login", "roe").await;
    clinic.type_into("#password", PASSWORD).await;
    clinic.follow("button.main").await;
}

/// Walks the pages in a window of a width.
async fn walk(width: u32, way: Way) {
    let world = World::new().await;
    world.app.put_staff("roe", "Dr Roe", "clinician", PASSWORD, world.now()).await.unwrap();
    let clinic = Browser::with(&world, width, 900, way).await;
    clinic.go("/clinic").await;
    look(&clinic, &format!("80-sign-in-{width}")).await;
    first_step(&clinic).await;
    clinic.follow("a[href='/clinic/account']").await;
    look(&clinic, &format!("81-account-{width}")).await;
    clinic.type_into("#code-present", "wrong").await;
    clinic.follow("form[action$='/code'] button").await;
    look(&clinic, &format!("82-account-trouble-{width}")).await;
    clinic.type_into("#code-present", PASSWORD).await;
    clinic.follow("form[action$='/code'] button").await;
    let secret = clinic.text(".secret").await.replace(' ', "");
    look(&clinic, &format!("83-set-up-{width}")).await;
    clinic.type_into("#code", &code(&world, &secret, 0)).await;
    clinic.follow("button.main").await;
    look(&clinic, &format!("84-recovery-{width}")).await;
    clinic.follow("a.main").await;
    look(&clinic, &format!("85-account-on-{width}")).await;
    clinic.follow("header.bar form button").await;
    world.pass(SignedDuration::from_mins(2));
    first_step(&clinic).await;
    look(&clinic, &format!("86-code-{width}")).await;
    clinic.type_into("#code", "000000").await;
    clinic.follow("button.main").await;
    look(&clinic, &format!("87-code-wrong-{width}")).await;
    clinic.type_into("#code", &code(&world, &secret, 0)).await;
    clinic.follow("button.main").await;
    assert_eq!(clinic.run("return location.pathname;").await, "/clinic");
    clinic.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_in_and_the_account_have_no_barriers() {
    walk(1100, Way::default()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_in_and_the_account_have_no_barriers_on_a_phone_in_the_dark() {
    walk(360, Way { is_dark: true, ..Way::default() }).await;
}

/// Makes a passkey, signs in with it, and removes it, in a window of a width.
async fn walk_with_passkey(width: u32, way: Way) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let here = format!("http://localhost:{}", listener.local_addr().unwrap().port());
    let world = World::with_options(|options| options.public_url = here).await;
    world.app.put_staff("roe", "Dr Roe", "clinician", PASSWORD, world.now()).await.unwrap();
    let clinic = Browser::on(&world, listener, "localhost", width, 900, way).await;
    clinic.give_authenticator().await;
    first_step(&clinic).await;
    clinic.go("/clinic/account").await;
    look(&clinic, &format!("90-account-{width}")).await;
    clinic.type_into("#passkey-present", "wrong").await;
    clinic.click("form.passkey button").await;
    clinic.wait_for("form.passkey .trouble:not([hidden])").await;
    assert!(clinic.text("form.passkey .trouble").await.starts_with("The present password is not right"));
    clinic.run("document.querySelector('#passkey-present').value = '';").await;
    clinic.type_into("#passkey-present", PASSWORD).await;
    clinic.follow("form.passkey button").await;
    assert_eq!(clinic.text("h1").await, "Your recovery codes");
    look(&clinic, &format!("91-recovery-{width}")).await;
    clinic.follow("a.main").await;
    look(&clinic, &format!("92-account-with-passkey-{width}")).await;
    // The same device has one already.
    clinic.type_into("#passkey-present", PASSWORD).await;
    clinic.click("form.passkey button").await;
    clinic.wait_for("form.passkey .trouble:not([hidden])").await;
    assert!(clinic.text("form.passkey .trouble").await.starts_with("No passkey was made."));
    for _ in 0..2 {
        clinic.follow("header.bar form button").await;
        clinic.go("/clinic/messages").await;
        look(&clinic, &format!("93-sign-in-{width}")).await;
        clinic.follow("form.passkey button").await;
        assert_eq!(clinic.run("return location.pathname;").await, "/clinic/messages");
    }
    clinic.follow("header.bar form button").await;
    first_step(&clinic).await;
    look(&clinic, &format!("94-second-step-{width}")).await;
    clinic.follow("form.passkey button").await;
    assert_eq!(clinic.run("return location.pathname;").await, "/clinic");
    clinic.go("/clinic/account").await;
    clinic.click(".sessions .record summary").await;
    clinic.type_into("#remove-1", PASSWORD).await;
    look(&clinic, &format!("95-removing-{width}")).await;
    clinic.follow(".sessions .record button").await;
    assert!(clinic.text(".notice").await.contains("The passkey is removed."));
    clinic.follow("header.bar form button").await;
    clinic.click("form.passkey button").await;
    clinic.wait_for(".trouble:not([hidden])").await;
    clinic.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_of_a_real_browser_is_made_used_and_removed() {
    walk_with_passkey(1100, Way::default()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn passkeys_have_no_barriers_on_a_phone_in_the_dark() {
    walk_with_passkey(360, Way { is_dark: true, ..Way::default() }).await;
}
