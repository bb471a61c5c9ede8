//! The audit log in a real browser: wide and small, light and dark, by keyboard.

use foreword_app::access::roles::Held;
use jiff::SignedDuration;

use super::{PASSWORD, no_barriers};
use crate::kit::{
    World,
    browser::{Browser, Way},
    world::{GRACE, JOHN},
};

async fn walk(width: u32, way: Way) {
    let world = World::new().await;
    world.book(&[GRACE, JOHN]).await;
    world.tick().await;
    let roles = ["clinician", "administrator"].map(|role| Held { role: role.to_owned(), clinic: None });
    world.app.put_staff_with("roe", "Dr Roe", &roles, PASSWORD, world.now()).await.unwrap();
    for visit in ["A1", "A2"] {
        world.page(visit).await;
        world.pass(SignedDuration::from_mins(3));
    }
    world.app.seal_audit(world.now()).await.unwrap();
    let clinic = Browser::with(&world, width, 800, way).await;
    clinic.go("/clinic/audit").await;
    clinic.type_into("#login", "roe").await;
    clinic.type_into("#password", PASSWORD).await;
    clinic.follow("button.main").await;
    clinic.shot(&format!("90-audit-{width}")).await;
    no_barriers(&clinic, "audit").await;
    clinic.run("document.querySelector('#action').value = 'summary.';").await;
    clinic.follow("form.card button").await;
    assert!(clinic.text("tbody").await.contains("John Whitfield, visit"));
    clinic.follow("tbody td:nth-child(4) small a").await;
    assert!(clinic.text("form.card").await.contains("Only rows about John Whitfield"));
    assert!(!clinic.text("tbody").await.contains("Grace"));
    clinic.shot(&format!("91-audit-of-one-{width}")).await;
    no_barriers(&clinic, "audit of one").await;
    clinic.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_audit_log_has_no_barriers_wide_and_in_the_light() {
    walk(1200, Way::default()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_audit_log_has_no_barriers_small_and_in_the_dark() {
    walk(360, Way { is_dark: true, ..Way::default() }).await;
}
