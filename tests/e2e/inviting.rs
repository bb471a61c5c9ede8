//! The invitation as it is received.

use crate::kit::{
    World, reconcile,
    world::{GRACE, JOHN},
};

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_names_no_diagnosis_specialty_instrument_or_score() {
    let world = World::new().await;
    world.book(&[GRACE, JOHN]).await;
    world.tick().await;
    let mails = world.mails();
    assert_eq!(mails.len(), 2);
    for (_, mail) in &mails {
        for private in [
            "GI",
            "Gastro",
            "PHQ",
            "GAD",
            "K10",
            "Wellbeing",
            "mood",
            "anxiety",
            "Okafor",
            "Whitfield",
            "1958",
        ] {
            assert!(!mail.contains(private), "{private} is in the mail:\n{mail}");
        }
        assert!(mail.contains("Auto-Submitted: auto-generated"));
        assert!(mail.contains("Nobody watches these answers around the clock."));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_is_worded_in_the_patients_language_and_reads_well() {
    let world = World::new().await;
    let line = world.invite_grace().await;
    world.tick().await;
    let token = line.token.unwrap().into_inner();
    let (_, mail) = world.mails().remove(0);
    let text = mail.split("Content-Transfer-Encoding").nth(1).unwrap_or_default();
    let text = text
        .split("\r\n--")
        .next()
        .unwrap_or_default()
        .replace("=\r\n", "")
        .replace(&token, "TOKEN")
        .replace("\r\n", "\n");
    insta::assert_snapshot!(text.split_once("\n\n").map_or("", |(_, body)| body), @r#"
    Hello,

    You have a visit on 24 November 2026 at 09:30. Before you come, we would like to ask you a few questions. Your answers help you and your care team use the time for what matters to you.

    It takes about 6 minutes. You need no account. To be sure it is you, we will ask for your year of birth.

    Open this link:
    http://clinic.test/v/TOKEN

    This link is for you alone. Please do not pass it on.

    Nobody watches these answers around the clock. In an emergency call your local emergency number.

    To get no more messages, open the link and choose "Stop all messages".

    North Clinic
    "#);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_written_to_in_quiet_hours() {
    let world = World::new().await;
    world.pass_hours(12); // nine in the evening
    world.book(&[GRACE]).await;
    assert!(world.tick().await.is_empty(), "it waits for the morning");
    world.pass_hours(10); // seven in the morning
    assert!(world.tick().await.is_empty());
    world.pass_hours(1);
    assert_eq!(world.tick().await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn reminders_stop_when_everything_is_answered() {
    let world = World::new().await;
    world.invite_grace().await;
    world.tick().await;
    let mut phone = world.phone("A1").await;
    phone.say_all(&["", "no", "9"]).await;
    phone.say_all(&["0"; 7]).await;
    phone.say("3").await;
    phone.say_all(&["1"; 10]).await;
    phone.say("3").await;
    assert_eq!(phone.state().await, foreword_domain::conversation::State::Completed);
    world.pass_hours(24 * 3);
    assert!(world.tick().await.is_empty());
    let told = reconcile::Told::default();
    let mail = world.folder.path("mail");
    assert_eq!(reconcile::differences(&world.store, &told, Some(&mail)).await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_cannot_be_delivered_is_tried_again_and_then_given_up_with_a_reason() {
    use foreword_domain::message::{Channel, Deliver, Delivery, Outbound};
    struct Down;
    impl Deliver for Down {
        fn channel(&self) -> Channel {
            Channel::Email
        }
        fn deliver<'a>(
            &'a self,
            _: &'a Outbound,
        ) -> std::pin::Pin<Box<dyn Future<Output = Delivery> + Send + 'a>> {
            Box::pin(async { Delivery::Later("the mail server cannot be reached".to_owned()) })
        }
    }
    let world = World::new().await;
    world.book(&[GRACE]).await;
    let mut outcomes = Vec::new();
    for _ in 0..40 {
        let done = world.app.dispatch(world.now(), &[&Down]).await.unwrap();
        outcomes.extend(done.into_iter().filter(|d| d.kind == "invitation").map(|d| d.outcome));
        world.pass(jiff::SignedDuration::from_mins(10));
        if outcomes.last().is_some_and(|o| o == "gave-up") {
            break;
        }
    }
    assert_eq!(outcomes.iter().filter(|o| *o == "retry").count(), 7, "{outcomes:?}");
    assert_eq!(outcomes.last().map(String::as_str), Some("gave-up"));
}
