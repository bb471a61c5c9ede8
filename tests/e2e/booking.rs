//! An appointment comes in, moves, is cancelled.

use foreword_app::book::Booked;

use crate::kit::{
    World,
    world::{GRACE, JOHN},
};

#[tokio::test(flavor = "multi_thread")]
async fn one_appointment_is_one_row_whatever_is_sent() {
    let world = World::new().await;
    assert_eq!(world.book(&[GRACE, GRACE]).await, [Booked::Created, Booked::Unchanged]);
    assert_eq!(world.book(&[&GRACE.replace("09:30", "10:30")]).await, [Booked::Updated]);
    assert_eq!(
        world.book(&[&GRACE.replace("grace@", "g.okafor@")]).await,
        [Booked::Updated],
        "the time goes back, the address changes"
    );
    assert_eq!(world.book(&[&GRACE.replace(",booked", ",cancelled")]).await, [Booked::Cancelled]);
    assert_eq!(world.book(&[&GRACE.replace(",booked", ",cancelled")]).await, [Booked::Unchanged]);
    let stolen = world.book(&[&GRACE.replace("P1", "P9")]).await;
    assert!(
        matches!(&stolen[..], [Booked::Refused(why)] if why.contains("another patient_id")),
        "{stolen:?}"
    );
    assert!(world.app.conversation_of("P9", world.now()).await.is_err(), "a refused row makes no patient");
    let (from, until) = (jiff::Timestamp::MIN, jiff::Timestamp::MAX);
    assert!(world.tick().await.is_empty(), "a cancelled visit invites nobody");
    assert_eq!(world.app.day(from, until, "test", world.now()).await.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_moved_visit_moves_its_messages_and_a_cancelled_one_stops_them() {
    let world = World::new().await;
    world.book(&[&GRACE.replace("2026-11-24", "2026-12-15")]).await;
    assert!(world.tick().await.is_empty(), "three weeks ahead nothing is due");
    world.pass_hours(24 * 18 + 1);
    let sent = world.tick().await;
    assert_eq!(
        sent.iter().map(|d| (d.kind.as_str(), d.outcome.as_str())).collect::<Vec<_>>(),
        [("invitation", "sent")]
    );
    world.book(&[&GRACE.replace("2026-11-24", "2026-12-29")]).await;
    world.pass_hours(24 * 8);
    assert!(world.tick().await.is_empty(), "the old dates are forgotten, the invitation is not sent again");
    world.pass_hours(24 * 11);
    let sent = world.tick().await;
    assert_eq!(sent.iter().map(|d| d.kind.as_str()).collect::<Vec<_>>(), ["reminder"]);
    world.book(&[&GRACE.replace("2026-11-24", "2026-12-29").replace(",booked", ",cancelled")]).await;
    world.pass_hours(48);
    assert!(world.tick().await.is_empty(), "no message for a dead visit");
    assert_eq!(world.mails().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_survive_cancelling_and_rebooking() {
    let world = World::new().await;
    world.invite_grace().await;
    world.tick().await;
    let mut phone = world.phone("A1").await;
    phone.say_all(&["", "Keep this"]).await;
    world.book(&[&GRACE.replace(",booked", ",cancelled")]).await;
    world.book(&[&GRACE.replace("2026-11-24", "2026-11-26")]).await;
    assert!(world.page("A1").await.contains("1. Keep this"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_without_a_pathway_is_kept_and_asks_nothing() {
    let world = World::new().await;
    assert_eq!(world.book(&[&JOHN.replace("GI follow-up", "Vaccination")]).await, [Booked::Created]);
    assert!(world.tick().await.is_empty());
    assert!(world.page("A2").await.contains("No pathway is set up for this kind of visit"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_response_stays_on_the_version_it_began_with() {
    const V1: &str = include_str!("../../config/instruments/gad-7.toml");
    let world = World::new().await;
    world.invite_grace().await;
    world.tick().await;
    let mut phone = world.phone("A1").await;
    phone.say_all(&["", "no", "7", "nothing", "2"]).await;
    // The clinic replaces the instrument; the service starts anew on the same database.
    let changed =
        V1.replace("version = \"1\"", "version = \"2\"").replace("Trouble relaxing", "Hard to relax");
    let file = foreword_app::catalog::File { name: "gad-7.toml".to_owned(), text: changed };
    let catalog = foreword_app::Catalog::with(&[file], &[]).unwrap();
    let app = foreword_app::App::new(world.store.clone(), catalog, world.app.options().clone());
    let conversation = app.conversation_of("P1", world.now()).await.unwrap();
    let visit = app.visit(conversation).await.unwrap();
    let gad7 = visit.script.ask("gad-7").unwrap();
    assert_eq!(gad7.instrument.version, "1");
    assert!(gad7.instrument.item("q4").unwrap().text.0.values().any(|t| t == "Trouble relaxing"));
}
