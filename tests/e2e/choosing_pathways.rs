//! Which pathway a visit is on, and what stays as it began.

use foreword_app::{App, Catalog, catalog::File};
use jiff::SignedDuration;

use crate::kit::{
    World,
    world::GRACE,
    year::{self, PATHWAY},
};

/// A pathway for first visits, one for those after it.
fn pathways() -> Vec<File> {
    ["first", "follow-up"]
        .map(|which| File {
            name: format!("{which}.toml"),
            text: PATHWAY
                .replace("quick-check", which)
                .replace("types = ", &format!("visit = \"{which}\"\ntypes = ")),
        })
        .to_vec()
}

fn visit(id: &str, start: &str) -> String {
    GRACE.replace("A1,", &format!("{id},")).replace("2026-11-24T09:30", start).replace("Wellbeing", "Quick")
}

async fn pathway(world: &World, visit: &str) -> String {
    let id = world.app.find_appointment(visit).await.unwrap().unwrap();
    let known = world
        .store
        .read(move |txn| Box::pin(async move { foreword_store::conversations::about(txn, id).await }));
    known.await.unwrap().map(|known| known.pathway.0).unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn first_visits_are_told_apart_whatever_the_order_they_are_booked_in() {
    let mut world = World::with(&[], &pathways()).await;
    world.leave_things_lying();
    let (early, late) = (visit("A1", "2026-12-01T09:30"), visit("A2", "2026-12-15T09:30"));
    world.book(&[&late]).await;
    assert_eq!(pathway(&world, "A2").await, "first");
    world.book(&[&early]).await;
    assert_eq!(pathway(&world, "A1").await, "first");
    assert_eq!(pathway(&world, "A2").await, "follow-up");
    world.book(&[&early.replace(",booked", ",cancelled")]).await;
    assert_eq!(pathway(&world, "A2").await, "first", "the earlier one does not take place");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chain_with_an_interval_asks_nothing_again_within_it() {
    let chain =
        File { text: PATHWAY.replace("[trigger]", "interval_days = 60\n[trigger]"), ..year::pathway() };
    let mut world = World::with(&[], &[chain]).await;
    world.leave_things_lying();
    world.book(&[&visit("A1", "2026-11-24T09:30")]).await;
    world.phone("A1").await.say_all(&["", "1", "1", "yes", "yes"]).await;
    world.pass_hours(24 * 20);
    world.book(&[&visit("A2", "2026-12-20T09:30"), &visit("A3", "2027-01-25T09:30")]).await;
    assert_eq!(pathway(&world, "A2").await, "", "30 days later");
    assert_eq!(pathway(&world, "A3").await, "quick-check", "66 days later");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_booked_before_the_first_was_completed_is_within_the_interval_as_well() {
    let chain =
        File { text: PATHWAY.replace("[trigger]", "interval_days = 60\n[trigger]"), ..year::pathway() };
    let mut world = World::with(&[], &[chain]).await;
    world.leave_things_lying();
    world.book(&[&visit("A1", "2026-11-24T09:30"), &visit("A2", "2026-12-20T09:30")]).await;
    world.phone("A1").await.say_all(&["", "1", "1", "yes", "yes"]).await;
    world.pass_hours(24 * 24);
    let done = world.tick().await;
    let of: Vec<_> = done.iter().filter(|done| done.kind == "invitation").collect();
    assert!(of.iter().all(|done| done.outcome == "cancelled"), "{done:?}");
    assert!(
        of.iter().any(|done| done.reason.as_deref().unwrap().contains("within its interval")),
        "{done:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_not_the_patient_is_not_written_to_again_because_something_else_has_changed() {
    let mut world = World::new().await;
    world.leave_things_lying();
    world.book(&[GRACE, &visit("A2", "2026-12-15T09:30").replace("Quick", "Wellbeing")]).await;
    world.phone("A1").await.say_all(&["", "this is not me", "yes"]).await;
    let said = async || world.app.rehearse(None, None, world.now(), |_, _| ()).await.unwrap();
    assert_eq!(said().await, []);
    // The clinic's nightly feed brings a telephone number.
    world.book(&[&GRACE.replace(",grace@home.test,,", ",grace@home.test,+44 20 7946 0000,")]).await;
    assert_eq!(said().await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_visit_keeps_its_version_and_a_version_its_words() {
    let mut world = World::with(&[], &[year::pathway()]).await;
    world.leave_things_lying();
    world.app.keep_pathways(world.now()).await.unwrap();
    let (begun, waiting) =
        (visit("A1", "2026-12-10T09:30"), visit("A2", "2026-12-10T11:30").replace("P1,", "P2,"));
    world.book(&[&begun, &waiting]).await;
    world.phone("A1").await.say_all(&["", "1"]).await;
    let changed = |version: &str| {
        let text = PATHWAY.replace("version = \"1\"", &format!("version = \"{version}\""));
        let text = format!("{text}\n[timetable]\ninvitation_days = 2\n");
        let catalog = Catalog::with(&[], &[File { text, ..year::pathway() }]).unwrap();
        App::new(world.store.clone(), catalog, world.app.options().clone())
    };
    let refused = changed("1").keep_pathways(world.now()).await.unwrap_err().to_string();
    assert!(refused.contains("version \"1\" was in use with other words"), "{refused}");
    let app = changed("2");
    app.keep_pathways(world.now()).await.unwrap();
    // Both are moved by a week: who has begun keeps three messages, who has not gets one.
    let moved = |row: &str| row.replace("2026-12-10", "2026-12-17");
    world.app = app;
    world.book(&[&moved(&begun), &moved(&waiting)]).await;
    let said = world.app.rehearse(None, None, world.now(), |_, _| ()).await.unwrap();
    let of = async |visit: &str| {
        let id = world.app.find_appointment(visit).await.unwrap().unwrap().to_string();
        said.iter().filter(|message| message.appointment == id).map(|message| message.at).collect::<Vec<_>>()
    };
    assert_eq!(of("A1").await.len(), 3);
    assert_eq!(of("A2").await, ["2026-12-15T11:30:00Z".parse().unwrap()]);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_sent_to_who_has_died() {
    let mut world = World::new().await;
    world.leave_things_lying();
    world.invite_grace().await;
    let mut notices = foreword_intake::feeds::csv::read(
        format!("{}\n{GRACE}\n", foreword_intake::feeds::csv::COLUMNS.join(",")).as_bytes(),
    )
    .unwrap();
    notices[0].1.as_mut().unwrap().deceased = Some(true);
    world.app.book("test", notices.clone(), world.now(), |_| ()).await.unwrap();
    assert_eq!(world.app.rehearse(None, None, world.now(), |_, _| ()).await.unwrap(), []);
    world.pass(SignedDuration::from_hours(72));
    assert_eq!(world.tick().await, []);
    // Another visit, booked by a part of the clinic that has not heard of it, tells nobody either.
    world.book(&[&visit("A9", "2026-12-03T09:30").replace("Quick", "Wellbeing")]).await;
    world.pass(SignedDuration::from_hours(72));
    assert_eq!(world.tick().await, []);
    // It was a mistake.
    notices[0].1.as_mut().unwrap().deceased = Some(false);
    notices[0].1.as_mut().unwrap().appointment_id = "A9".to_owned();
    notices[0].1.as_mut().unwrap().start = Some("2026-12-03T09:30:00Z".parse().unwrap());
    world.app.book("test", notices, world.now(), |_| ()).await.unwrap();
    assert!(!world.app.rehearse(None, None, world.now(), |_, _| ()).await.unwrap().is_empty());
}
