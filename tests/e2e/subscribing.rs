//! Another program of the clinic's is told what happens: by ids and times, signed, again until it answers.

use axum::http::StatusCode;
use foreword_app::{alerting::acting::Deed, dispatch::Done};
use foreword_bot::Webhook;
use foreword_domain::{alert::OutcomeKind, conversation::State, event::Kind, private::Private};
use jiff::SignedDuration;

use crate::kit::{World, pager::Pager, safety, subscriber::Subscriber, world::GRACE};

const MAYA: &str = "M1,M1,Maya,Stone,1984-05-02,en,Europe/London,maya@home.test,,2026-11-24T09:30,20,North Clinic,Dr Roe,Mood follow-up,booked";

async fn world() -> World {
    World::with_options(|options| options.private_webhooks = true).await
}

/// A program that wants to hear of everything.
async fn subscribed(world: &World) -> Subscriber {
    let program = Subscriber::start().await;
    let added = world.app.add_webhook(&program.url, &Kind::ALL, "test", world.now()).await.unwrap();
    program.knows(added.secret.reveal());
    program
}

/// The worker tells what is due.
async fn tell(world: &World) -> Vec<Done> {
    let tls = foreword_bot::mail::inbox::trust("").unwrap();
    let door = Webhook::new("", tls).unwrap().with_private_programs();
    world.app.send_events(&|| Some(world.now()), &[&door]).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_hears_of_a_visit_from_the_invitation_to_the_page() {
    let world = world().await;
    let program = subscribed(&world).await;
    world.book(&[GRACE]).await;
    world.tick().await;
    tell(&world).await;
    assert_eq!(program.heard(), ["invitation.sent"]);
    let mut phone = world.phone("A1").await;
    phone.say_all(&["", "canary-words", "1", "no", "3", "3"]).await;
    for _ in 0..60 {
        if phone.state().await == State::Completed {
            break;
        }
        phone.say("1").await;
    }
    assert_eq!(phone.state().await, State::Completed);
    tell(&world).await;
    assert_eq!(program.heard(), ["invitation.sent", "visit.completed"]);
    // What changes within a minute is one event.
    world.pass(SignedDuration::from_mins(2));
    tell(&world).await;
    assert_eq!(program.heard().iter().filter(|kind| *kind == "summary.changed").count(), 1);

    let id = world.app.find_appointment("A1").await.unwrap().unwrap().to_string();
    for call in program.calls() {
        assert!(call.id.starts_with("msg_"));
        assert_eq!(call.body["data"]["appointment"], id.as_str());
        assert_eq!(call.body["data"]["url"], format!("http://clinic.test/api/v1/appointments/{id}"));
        assert!(call.at <= world.now().as_second() && call.body["timestamp"].is_string());
        for canary in ["Grace", "Okafor", "1958", "grace@home", "canary", "A1", "P1", "gad", "Wellbeing"] {
            assert!(!call.raw.contains(canary), "{canary} in {}", call.raw);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_hears_of_an_alert_that_is_raised_taken_and_closed() {
    let world = world().await;
    let pager = Pager::start().await;
    let (roe, _) = safety::make_ready(&world, &pager.url, "mood-follow-up").await;
    let program = subscribed(&world).await;
    world.book(&[MAYA]).await;
    world.tick().await;
    let mut phone = world.phone("M1").await;
    phone.say_all(&["", "no", "6", "nothing"]).await;
    phone.say_all(&["1"; 9]).await;
    let alert = world.alerts().await.remove(0).id;
    let id = alert.parse().unwrap();
    let now = world.now();
    world
        .app
        .send_notices(&|| Some(now), &[&world.mail, &Pager::door()], &foreword_domain::message::Channel::ALL)
        .await
        .unwrap();
    for deed in [
        Deed::Take,
        Deed::Outcome(OutcomeKind::Spoke, Private::new("canary-outcome".to_owned())),
        Deed::Close,
    ] {
        world.app.act_on_alert(id, deed, roe, "page", world.now()).await.unwrap();
    }
    tell(&world).await;
    let heard = program.heard();
    for kind in ["alert.raised", "alert.acknowledged", "alert.closed"] {
        assert_eq!(heard.iter().filter(|heard| *heard == kind).count(), 1, "{kind} in {heard:?}");
    }
    for call in
        program.calls().iter().filter(|call| call.body["type"].as_str().unwrap().starts_with("alert."))
    {
        assert_eq!(call.body["data"]["alert"], alert.as_str());
        assert!(!call.raw.contains("canary") && !call.raw.contains("phq"), "{}", call.raw);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_fails_is_called_again_with_the_same_id_and_its_next_event_waits() {
    let world = world().await;
    let program = subscribed(&world).await;
    program.answers(StatusCode::INTERNAL_SERVER_ERROR);
    world.book(&[GRACE, &GRACE.replace("A1,P1", "A2,P2").replace("grace@", "ada@")]).await;
    world.tick().await;
    let tried = tell(&world).await;
    assert_eq!(tried.len(), 1, "the second waits with the first: {tried:?}");
    assert_eq!(
        (tried[0].outcome.as_str(), tried[0].reason.as_deref()),
        ("retry", Some("the program answered 500"))
    );
    assert_eq!(tell(&world).await, []);
    program.answers(StatusCode::NO_CONTENT);
    world.pass(SignedDuration::from_mins(1));
    assert_eq!(tell(&world).await.len(), 2);
    let calls = program.calls();
    assert_eq!(calls.len(), 3);
    assert_eq!(calls.iter().filter(|call| call.id == calls[0].id).count(), 2, "the same id again");
    assert_ne!(calls[0].at, calls[2].at, "signed at its own time");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_is_gone_is_forgotten_and_one_that_never_answers_is_given_up_after_three_days() {
    let mut world = world().await;
    world.leave_things_lying();
    let gone = subscribed(&world).await;
    let dead = subscribed(&world).await;
    gone.answers(StatusCode::GONE);
    dead.answers(StatusCode::BAD_GATEWAY);
    world.book(&[GRACE]).await;
    world.tick().await;
    tell(&world).await;
    let left: Vec<String> =
        world.app.webhooks().await.unwrap().iter().map(|one| one.url.reveal().clone()).collect();
    assert_eq!(left, std::slice::from_ref(&dead.url));
    world.pass_hours(73);
    let done = tell(&world).await;
    assert_eq!(done.iter().map(|done| done.outcome.as_str()).collect::<Vec<_>>(), ["gave-up"]);
    assert!(dead.calls().len() == 1 && gone.calls().len() == 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_still_owed_to_a_program_that_was_removed_is_not_sent() {
    let world = world().await;
    let program = subscribed(&world).await;
    world.book(&[GRACE]).await;
    world.tick().await;
    let id = world.app.webhooks().await.unwrap()[0].id;
    assert!(world.app.remove_webhook(id, "test", world.now()).await.unwrap());
    assert!(!world.app.remove_webhook(id, "test", world.now()).await.unwrap());
    let done = tell(&world).await;
    assert_eq!(done.iter().map(|done| done.outcome.as_str()).collect::<Vec<_>>(), ["cancelled"]);
    assert_eq!(program.calls().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_inside_the_house_may_subscribe_unless_it_is_allowed() {
    let world = World::new().await;
    for url in [
        "http://127.0.0.1:9/x",
        "https://10.0.0.1/x",
        "https://localhost/x",
        "http://ehr.example/x",
        "nonsense",
    ] {
        let refused = world.app.add_webhook(url, &Kind::ALL, "test", world.now()).await;
        assert!(matches!(refused, Err(foreword_app::Error::Refused(_))), "{url}");
    }
    assert!(world.app.add_webhook("https://ehr.example/x", &[], "test", world.now()).await.is_err());
    assert_eq!(world.app.webhooks().await.unwrap(), []);
}
