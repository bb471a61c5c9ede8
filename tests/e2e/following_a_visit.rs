//! Staff follow what happened around a visit: booked, written, opened, answered, read.

use axum::http::StatusCode;
use jiff::SignedDuration;

use crate::{
    kit::{World, tab::unescape, world::GRACE},
    signing_in,
};

/// What happened, in the words and order of the page.
fn told(page: &str) -> Vec<String> {
    let list = page.split("<ol class=\"events\">").nth(1).unwrap().split("</ol>").next().unwrap();
    let events = list.split("<div>").skip(1);
    events.map(|event| unescape(event.split('<').next().unwrap()).trim().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_timeline_tells_what_happened_in_order_and_nothing_that_was_said() {
    let world = World::new().await;
    let line = world.invite_grace().await;
    world.pass(SignedDuration::from_mins(40));
    let mut phone = world.tab();
    phone.enter(line.token.unwrap().reveal(), "1958").await;
    phone.ask_for("begin").await;
    world.pass(SignedDuration::from_mins(2));
    phone.answer("canary-topic").await;
    world.pass(SignedDuration::from_mins(50));
    world.book(&[&GRACE.replace("T09:30", "T10:30")]).await;
    let mut clinic = signing_in::staff(&world).await;
    let path = format!("/clinic/appointments/{}", line.appointment.id);
    clinic.open(&path).await;
    clinic.open(&path).await;
    world.pass(SignedDuration::from_mins(1));
    clinic.open(&format!("{path}/timeline")).await;
    assert_eq!(
        told(&clinic.page),
        [
            "Visit booked",
            "Invitation sent by e-mail",
            "Link opened, and the check of who it is passed",
            "1 question answered by web, until 09:42",
            "Visit moved, corrected or marked",
            "Page read, 2 times within half an hour",
            "Now",
            "Reminder by e-mail is due",
            "Last reminder by e-mail is due",
            "The visit begins",
        ]
    );
    assert!(clinic.page.contains("by Dr Roe") && clinic.page.contains("by the feed"));
    assert!(clinic.page.contains("Fri 20 Nov 2026, 09:40") && clinic.page.contains("Times in Europe/London"));
    assert!(!clinic.page.contains("canary"), "no words of the patient's");
    assert!(!clinic.page.contains("grace@home.test"), "and no address");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_timeline_says_what_did_not_arrive_and_what_was_done_by_hand() {
    let world = World::new().await;
    world.book(&[GRACE]).await;
    world.app.dispatch(&|| Some(world.now()), &[]).await.unwrap();
    let id = world.line("A1").await.appointment.id;
    let mut clinic = signing_in::staff(&world).await;
    clinic.open(&format!("/clinic/appointments/{id}/timeline")).await;
    let events = told(&clinic.page);
    assert!(events.contains(&"Invitation by e-mail did not reach the patient".to_owned()), "{events:?}");
    assert!(clinic.page.contains("no way out by email is set up"));
    clinic.send(&format!("/clinic/appointments/{id}/kiosk"), &[]).await;
    clinic.send(&format!("/clinic/appointments/{id}/questions"), &[("question", "Did it hurt?")]).await;
    world.pass(SignedDuration::from_mins(1));
    clinic.send(&format!("/clinic/appointments/{id}/edit"), &[("action", "cancelled")]).await;
    clinic.open(&format!("/clinic/appointments/{id}/timeline")).await;
    let events = told(&clinic.page);
    for part in [
        "Code for the tablet made",
        "Question put to the patient",
        "Visit moved, corrected or marked",
        "Reminder no longer wanted",
    ] {
        assert!(events.iter().any(|event| event == part), "{part} is not among {events:?}");
    }
    let changed = events.iter().filter(|event| *event == "Visit moved, corrected or marked").count();
    assert_eq!(changed, 1, "what staff do by hand is told once: {events:?}");
    assert!(!clinic.page.contains("Did it hurt?"));
    let unknown = "/clinic/appointments/01a1ffa1-68e9-70c9-8e13-640e4cfba9b1/timeline";
    assert_eq!(clinic.open(unknown).await.status, StatusCode::NOT_FOUND);
    let mut stranger = world.tab();
    stranger.open(&format!("/clinic/appointments/{id}/timeline")).await;
    assert!(stranger.at.starts_with("/clinic/sign-in"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_timeline_tells_of_notes_topics_and_goals() {
    let world = World::new().await;
    let line = world.invite_grace().await;
    let mut phone = world.phone("A1").await;
    phone.say_all(&["", "canary-topic", "1"]).await;
    let mut clinic = signing_in::staff(&world).await;
    let path = format!("/clinic/appointments/{}", line.appointment.id);
    world.pass(SignedDuration::from_mins(1));
    clinic.send(&format!("{path}/notes"), &[("note", "canary-note")]).await;
    world.tick().await;
    world.pass(SignedDuration::from_mins(1));
    let topic = world.app.closing(line.appointment.id).await.unwrap().topics[0].at.to_string();
    let visit = line.appointment.id.to_string();
    let marked = [("visit", visit.as_str()), ("topic", topic.as_str()), ("mark", "next-time")];
    clinic.send(&format!("{path}/topics"), &marked).await;
    world.pass(SignedDuration::from_mins(1));
    clinic.send(&format!("{path}/goals"), &[("goal", "canary-goal")]).await;
    clinic.open(&format!("{path}/timeline")).await;
    let told = told(&clinic.page);
    let place =
        |words: &str| told.iter().position(|line| line == words).unwrap_or_else(|| panic!("{told:#?}"));
    let order = ["Note to the patient written", "A topic marked: next time", "A goal set", "Now"].map(place);
    assert!(order.is_sorted(), "{told:#?}");
    place("Word of a note, by e-mail: sent");
    assert!(!clinic.page.contains("canary"), "{}", clinic.page);
}
