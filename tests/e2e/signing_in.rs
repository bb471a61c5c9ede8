//! Staff and their pages.

mod accounts;
pub mod codes;
mod passkeys;
mod provider;

use axum::http::StatusCode;
use foreword_app::access::roles::Held;
use jiff::SignedDuration;

use crate::kit::{Tab, World};

const PASSWORD: &str = "a long enough password";

/// A tab in which a member of staff is signed in.
pub async fn staff(world: &World) -> Tab {
    let roles = ["clinician", "administrator"].map(|role| Held { role: role.to_owned(), clinic: None });
    world.app.put_staff_with("roe", "Dr Roe", &roles, PASSWORD, world.now()).await.unwrap();
    let mut tab = world.tab();
    tab.send("/clinic/sign-in", &[("login", "roe"), ("password", PASSWORD), ("next", "/clinic")]).await;
    assert_eq!((tab.status, tab.at.as_str()), (StatusCode::OK, "/clinic"));
    tab
}

#[tokio::test(flavor = "multi_thread")]
async fn no_page_of_the_clinic_opens_without_signing_in() {
    let world = World::new().await;
    let line = world.invite_grace().await;
    world.tick().await;
    let mut tab = world.tab();
    for path in ["/clinic", "/clinic/alerts", &format!("/clinic/appointments/{}", line.appointment.id)] {
        tab.open(path).await;
        assert!(tab.at.starts_with("/clinic/sign-in?next="), "{path} leads to {}", tab.at);
        assert!(!tab.page.contains("Okafor"), "{path}");
    }
    let mut tab = staff(&world).await;
    tab.open("/clinic").await;
    assert!(tab.page.contains("Grace Okafor"));
    tab.open(&format!("/clinic/appointments/{}", line.appointment.id)).await;
    assert!(tab.page.contains("No answers yet."));
    tab.send("/clinic/sign-out", &[]).await;
    tab.open("/clinic").await;
    assert!(tab.at.starts_with("/clinic/sign-in"), "signed out");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_an_unknown_login_and_a_locked_account_look_alike() {
    let world = World::new().await;
    world.app.put_staff("roe", "Dr Roe", "clinician", PASSWORD, world.now()).await.unwrap();
    let mut tab = world.tab();
    let page = |tab: &Tab| tab.page.replace("value=\"roe\"", "").replace("value=\"doe\"", "");
    tab.send("/clinic/sign-in", &[("login", "doe"), ("password", PASSWORD)]).await;
    let unknown = page(&tab);
    for _ in 0..5 {
        tab.send("/clinic/sign-in", &[("login", "roe"), ("password", "wrong")]).await;
        assert_eq!((tab.status, page(&tab)), (StatusCode::UNAUTHORIZED, unknown.clone()));
    }
    tab.send("/clinic/sign-in", &[("login", "roe"), ("password", PASSWORD)]).await;
    assert_eq!(page(&tab), unknown, "locked");
    world.pass(SignedDuration::from_mins(16));
    tab.send("/clinic/sign-in", &[("login", "ROE "), ("password", PASSWORD)]).await;
    assert_eq!(tab.at, "/clinic");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_by_itself_and_with_a_new_password() {
    let world = World::new().await;
    let mut tab = staff(&world).await;
    for _ in 0..3 {
        world.pass(SignedDuration::from_mins(20));
        tab.open("/clinic").await;
        assert_eq!(tab.at, "/clinic", "in use, it stays");
    }
    world.pass(SignedDuration::from_mins(31));
    tab.open("/clinic").await;
    assert!(tab.at.starts_with("/clinic/sign-in"));
    let mut tab = staff(&world).await;
    world.app.put_staff("roe", "Dr Roe", "clinician", "another long password", world.now()).await.unwrap();
    tab.open("/clinic").await;
    assert!(tab.at.starts_with("/clinic/sign-in"));
    let short = world.app.put_staff("roe", "Dr Roe", "clinician", "short", world.now()).await.unwrap_err();
    assert!(short.to_string().contains("at least 15 characters"));
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_in_leads_to_our_own_pages_only() {
    let world = World::new().await;
    world.app.put_staff("roe", "Dr Roe", "clinician", PASSWORD, world.now()).await.unwrap();
    for next in
        ["https://evil.test", "//evil.test", "/clinic\\@evil.test", "/clinical", "javascript:alert(1)"]
    {
        let mut tab = world.tab();
        tab.send("/clinic/sign-in", &[("login", "roe"), ("password", PASSWORD), ("next", next)]).await;
        assert_eq!(tab.at, "/clinic", "{next}");
    }
}
