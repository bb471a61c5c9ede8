//! Staff look a patient up: who they are, how they can be reached, their visits and scores.

use axum::http::StatusCode;
use foreword_store::audit;

use crate::{
    kit::{
        World,
        world::{GRACE, JOHN},
    },
    signing_in,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_patient_is_found_by_number_and_shown_with_all_that_is_known() {
    let world = World::new().await;
    let earlier = GRACE.replace("A1,", "A0,").replace("2026-11-24T09:30", "2026-11-20T15:00");
    world.book(&[GRACE, &earlier, JOHN]).await;
    world.tick().await;
    let mut phone = world.phone("A0").await;
    phone.say_all(&["", "My <b>sleep</b>", "1", "no", "4", "A walk", "5"]).await;
    phone.say_all(&["1", "2", "1", "2", "1", "2", "1", "1"]).await;
    let mut clinic = signing_in::staff(&world).await;
    clinic.send("/clinic/patients", &[("number", " P1 ")]).await;
    let id = world.line("A1").await.patient.id;
    assert_eq!((clinic.status, clinic.at.clone()), (StatusCode::OK, format!("/clinic/patients/{id}")));
    let page = clinic.text();
    for part in [
        "Grace Okafor",
        "14 Mar 1958",
        "(68 years)",
        "patient number <strong>P1</strong>",
        "English",
        "Europe/London",
        "grace@home.test",
        ">in use<",
        ">agreed<",
        "recorded by the clinic",
        "Tue 24 Nov 2026, 09:30",
        "Fri 20 Nov 2026, 15:00",
        "higher = worse",
        "/clinic/library/instruments/gad-7",
        "Invitation <small>by e-mail",
        "1 topic",
    ] {
        assert!(page.contains(part), "{part} is not on\n{page}");
    }
    assert!(!page.contains("John Whitfield") && !page.contains("sleep"), "nothing of others, and no words");
    let entries =
        world.store.read(|txn| Box::pin(async move { audit::newest(txn, 50).await })).await.unwrap();
    let read = entries.iter().filter(|e| e.action == "patient.read" && e.subject == audit::patient(id));
    assert!(read.count() >= 2, "finding and reading are noted");
    clinic.open(&format!("/clinic/appointments/{}/patient", world.line("A1").await.appointment.id)).await;
    assert_eq!(clinic.at, format!("/clinic/patients/{id}"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_withdrawn_and_declined_stays_visible() {
    let world = World::new().await;
    let line = world.invite_grace().await;
    let mut phone = world.tab();
    phone.enter(line.token.unwrap().reveal(), "1958").await;
    phone.ask_for("decline").await;
    let (id, now) = (line.patient.id, world.now());
    world
        .store
        .write(move |txn| {
            Box::pin(async move { foreword_store::patients::withdraw_consents(txn, id, now).await })
        })
        .await
        .unwrap();
    let mut clinic = signing_in::staff(&world).await;
    clinic.open(&format!("/clinic/patients/{id}")).await;
    for part in [">declined<", ">withdrawn<", "withdrawn Fri 20 Nov 2026, 09:00", ">not agreed to<"] {
        assert!(clinic.page.contains(part), "{part} is not on\n{}", clinic.page);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_found_by_a_number_that_is_not_known() {
    let world = World::new().await;
    world.invite_grace().await;
    let mut clinic = signing_in::staff(&world).await;
    for number in ["P99", "", "Grace Okafor", "'; --"] {
        clinic.send("/clinic/patients", &[("number", number)]).await;
        assert_eq!(clinic.status, StatusCode::NOT_FOUND, "{number}");
        assert!(clinic.page.contains("No patient has this number here."));
    }
    assert_eq!(clinic.open("/clinic/patients").await.status, StatusCode::OK);
    assert_eq!(clinic.open("/clinic/patients/P1").await.status, StatusCode::NOT_FOUND);
    let mut stranger = world.tab();
    for path in ["/clinic/patients", &format!("/clinic/patients/{}", world.line("A1").await.patient.id)] {
        stranger.open(path).await;
        assert!(stranger.at.starts_with("/clinic/sign-in"), "{path}");
        assert!(!stranger.page.contains("Okafor"));
    }
}
