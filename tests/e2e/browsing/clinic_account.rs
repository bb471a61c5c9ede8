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
