//! Break-glass: a record of another clinic, for a reason, for four hours, seen by administrators.

use axum::http::StatusCode;
use foreword_store::audit;

use super::{NORTH, Two, main_of, member, signed_in};

const REASON: &str = "Collapsed in our waiting room";

#[tokio::test(flavor = "multi_thread")]
async fn a_record_is_opened_for_a_reason_for_four_hours_and_administrators_see_it() {
    let two = Two::new().await;
    let world = &two.world;
    member(world, "roe", &[("clinician", Some(NORTH))]).await;
    member(world, "kim", &[("nurse", Some(NORTH))]).await;
    member(world, "boss", &[("administrator", None)]).await;
    let mut roe = signed_in(world, "roe").await;
    let visit = format!("/clinic/appointments/{}", two.south.appointment);
    assert_eq!(roe.open(&visit).await.status, StatusCode::NOT_FOUND);
    roe.open("/clinic/break-glass").await;
    assert!(main_of(&roe).contains("for 4 hours") && main_of(&roe).contains("The administrators see"));
    // Too short a reason opens nothing, and says the same of whoever is named.
    let mut pages = Vec::new();
    for patient in ["P8", "P404"] {
        roe.send("/clinic/break-glass", &[("patient", patient), ("reason", " short    ")]).await;
        assert_eq!(roe.status, StatusCode::UNPROCESSABLE_ENTITY);
        pages.push(roe.page.replace(patient, ""));
    }
    assert_eq!(pages[0], pages[1]);
    for patient in ["P404", "", "no\0body", &two.south.appointment.replace('0', "1")] {
        roe.send("/clinic/break-glass", &[("patient", patient), ("reason", REASON)]).await;
        assert_eq!(roe.status, StatusCode::NOT_FOUND, "{patient}");
    }
    assert_eq!(roe.open(&visit).await.status, StatusCode::NOT_FOUND);

    roe.send("/clinic/break-glass", &[("patient", "P8"), ("reason", REASON)]).await;
    assert_eq!(roe.status, StatusCode::OK);
    assert!(main_of(&roe).contains(&visit) && main_of(&roe).contains("South Clinic"), "{}", roe.page);
    roe.open(&visit).await;
    assert!(roe.status == StatusCode::OK && roe.page.contains("southerly"), "{}", roe.page);
    // Reading is all of it, and only this patient's.
    for (path, field) in
        [("/questions", ("question", "How?")), ("/edit", ("action", "cancelled")), ("/kiosk", ("", ""))]
    {
        roe.send(&format!("{visit}{path}"), &[field]).await;
        assert_eq!(roe.status, StatusCode::NOT_FOUND, "{path}");
    }
    roe.open("/clinic?day=2026-11-23").await;
    assert!(!roe.page.contains("Southwell"), "it is in no list");
    let mut kim = signed_in(world, "kim").await;
    assert_eq!(kim.open(&visit).await.status, StatusCode::NOT_FOUND, "for whoever opened it alone");

    let mut boss = signed_in(world, "boss").await;
    boss.open("/clinic/break-glass/log").await;
    assert!(main_of(&boss).contains(REASON) && main_of(&boss).contains("<td>roe</td>"), "{}", boss.page);
    assert!(!boss.page.contains("Southwell"));
    let entries =
        world.store.read(|txn| Box::pin(async move { audit::newest(txn, 300).await })).await.unwrap();
    let count = |action: &str| entries.iter().filter(|entry| entry.action == action).count();
    assert_eq!((count("break-glass"), count("break-glass.nobody"), count("break-glass.read")), (1, 4, 1));
    assert!(entries.iter().any(|e| e.action == "break-glass" && e.subject.starts_with("patient:")));

    for _ in 0..13 {
        world.pass(jiff::SignedDuration::from_mins(18));
        roe.open("/clinic").await;
    }
    assert_eq!(roe.open(&visit).await.status, StatusCode::OK, "3 hours 54 minutes later");
    world.pass(jiff::SignedDuration::from_mins(7));
    assert_eq!(roe.open(&visit).await.status, StatusCode::NOT_FOUND, "after 4 hours");
    world.tick().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_is_gone_closes_what_was_opened() {
    let two = Two::new().await;
    let id = member(&two.world, "roe", &[("clinician", Some(NORTH))]).await;
    let mut roe = signed_in(&two.world, "roe").await;
    roe.send("/clinic/break-glass", &[("patient", "B2"), ("reason", REASON)]).await;
    assert_eq!(roe.status, StatusCode::OK, "named by the number of a visit");
    let visit = format!("/clinic/appointments/{}", two.south.appointment);
    assert_eq!(roe.open(&visit).await.status, StatusCode::OK);
    let desk = super::held(&[("front-desk", Some(NORTH))]);
    two.world.app.set_roles(id, &desk, "operator", two.world.now()).await.unwrap();
    roe.open(&visit).await;
    assert_eq!((roe.status, roe.page.contains("southerly")), (StatusCode::NOT_FOUND, false));
    two.world.tick().await;
}
