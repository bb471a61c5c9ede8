//! What was answered for another visit is not asked again while its recall period lasts; it is shown with its
//! date.

use foreword_domain::conversation::State;
use jiff::SignedDuration;

use crate::kit::{World, world::GRACE};

/// The same patient, some days later.
fn next(days: &str) -> String {
    GRACE.replace("A1,P1,", "A2,P1,").replace("2026-11-24T09:30", days)
}

/// Answers everything with the first choice; returns all that was said.
async fn answer_all(world: &World, visit: &str) -> Vec<String> {
    let mut phone = world.phone(visit).await;
    phone.say_all(&["", "skip"]).await;
    for _ in 0..60 {
        if phone.state().await == State::Completed {
            break;
        }
        phone.say("1").await;
    }
    let state = phone.state().await;
    assert_eq!(state, State::Completed, "{}", phone.transcript());
    phone.transcript().lines().map(str::to_owned).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_within_the_recall_period_is_reused_and_labelled_with_its_date() {
    let world = World::new().await;
    world.invite_grace().await;
    let first = answer_all(&world, "A1").await;
    assert!(first.iter().any(|line| line.contains("nervous, anxious")), "{first:#?}");
    world.pass(SignedDuration::from_hours(24 * 5));
    world.book(&[&next("2026-12-01T09:30")]).await;
    world.tick().await;
    let page = world.page("A2").await;
    assert!(page.contains("answered on 20 Nov 2026 for another visit, not asked again so soon"), "{page}");
    let second = answer_all(&world, "A2").await;
    assert!(!second.iter().any(|line| line.contains("nervous, anxious")), "{second:#?}");
    assert!(second.iter().any(|line| line.contains("talk about")), "the wish is asked afresh: {second:#?}");
    let page = world.page("A2").await;
    assert!(page.contains("answered on 20 Nov 2026 for another visit"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn after_its_recall_period_an_instrument_is_asked_afresh() {
    let world = World::new().await;
    world.invite_grace().await;
    answer_all(&world, "A1").await;
    // GAD-7 looks back 14 days, K10 30.
    world.pass(SignedDuration::from_hours(24 * 15));
    world.book(&[&next("2026-12-10T09:30")]).await;
    world.tick().await;
    let second = answer_all(&world, "A2").await;
    assert!(second.iter().any(|line| line.contains("nervous, anxious")), "{second:#?}");
    let page = world.page("A2").await;
    let strain = page.lines().find(|line| line.starts_with("Strain")).unwrap();
    assert!(strain.contains("not asked again so soon"), "{page}");
    assert_eq!(page.matches("not asked again so soon").count(), 1, "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_begun_elsewhere_or_was_not_the_patients_is_asked() {
    let world = World::new().await;
    world.invite_grace().await;
    answer_all(&world, "A1").await;
    let mut phone = world.phone("A1").await;
    phone.say_all(&["this is not me", "yes"]).await;
    world.pass(SignedDuration::from_hours(24));
    world.book(&[&next("2026-12-01T09:30")]).await;
    world.tick().await;
    let second = answer_all(&world, "A2").await;
    assert!(second.iter().any(|line| line.contains("nervous, anxious")), "{second:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_only_skipped_is_no_answer_and_is_asked() {
    let world = World::new().await;
    world.invite_grace().await;
    let mut phone = world.phone("A1").await;
    phone.say("").await;
    for _ in 0..60 {
        if phone.state().await == State::Completed {
            break;
        }
        phone.say("skip").await;
    }
    world.pass(SignedDuration::from_hours(24 * 5));
    world.book(&[&next("2026-12-01T09:30")]).await;
    world.tick().await;
    let second = answer_all(&world, "A2").await;
    assert!(second.iter().any(|line| line.contains("nervous, anxious")), "{second:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_begun_in_words_before_any_message_was_sent_reuses_as_well() {
    let mut world = World::new().await;
    world.leave_things_lying();
    world.book(&[GRACE, &next("2026-12-01T09:30")]).await;
    answer_all(&world, "A1").await;
    let mut phone = world.phone("A2").await;
    phone.say_all(&["skip"]).await;
    for _ in 0..60 {
        if phone.state().await == State::Completed {
            break;
        }
        phone.say("1").await;
    }
    let said = phone.transcript();
    assert!(!said.contains("nervous, anxious"), "{said}");
    assert!(world.page("A2").await.contains("not asked again so soon"));
}
