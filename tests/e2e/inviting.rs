//! The invitation as it is received.

use foreword_domain::message::{Channel, Deliver, Delivery, Outbound};

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
        for private in
            ["Gastro", "PHQ", "GAD", "K10", "Wellbeing", "mood", "anxiety", "Okafor", "Whitfield", "1958"]
        {
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

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_server_that_is_down_for_a_day_loses_no_message_and_sends_none_twice() {
    let world = World::new().await;
    world.book(&[GRACE]).await;
    let mut tries = 0;
    for _ in 0..(23 * 6) {
        let done = world.app.dispatch(&|| Some(world.now()), &[&Down]).await.unwrap();
        assert!(
            done.iter().all(|d| d.outcome == "retry" || d.reason.as_deref() == Some("quiet hours")),
            "{done:?}"
        );
        tries += done.len();
        world.pass(jiff::SignedDuration::from_mins(10));
    }
    assert!((10..60).contains(&tries), "{tries} tries in a day");
    world.pass_hours(2);
    let sent: Vec<String> =
        world.tick().await.into_iter().map(|d| format!("{} {}", d.kind, d.outcome)).collect();
    assert_eq!(sent.iter().filter(|s| s.ends_with(" sent")).count(), 1, "{sent:?}");
    world.pass_hours(24 * 2);
    world.tick().await;
    let told = reconcile::Told::default();
    let mail = world.folder.path("mail");
    assert_eq!(reconcile::differences(&world.store, &told, Some(&mail)).await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn after_the_worker_stood_still_a_patient_gets_one_message_not_three() {
    let world = World::new().await;
    world.book(&[&GRACE.replace("2026-11-24", "2026-11-30")]).await;
    world.pass_hours(24 * 9 + 2);
    let done: Vec<String> =
        world.tick().await.into_iter().map(|d| format!("{} {}", d.kind, d.outcome)).collect();
    assert_eq!(done, ["invitation cancelled", "reminder cancelled", "last-reminder sent"]);
    assert_eq!(world.mails().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_corrected_address_reaches_every_visit_of_the_patient() {
    let world = World::new().await;
    let later = GRACE.replace("A1,", "A3,").replace("2026-11-24", "2026-12-20");
    world.book(&[GRACE, &later]).await;
    world.tick().await;
    world.book(&[&GRACE.replace("grace@home.test", "right@home.test")]).await;
    world.pass_hours(24 * 24);
    world.tick().await;
    let mails = world.mails();
    let to =
        |address: &str| mails.iter().filter(|(_, mail)| mail.contains(&format!("To: {address}"))).count();
    assert_eq!(
        (to("grace@home.test"), to("right@home.test")),
        (1, 1),
        "only the first went to the old address"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn stop_is_kept_even_where_there_was_no_address_to_stop() {
    let world = World::new().await;
    world.book(&[&GRACE.replace("grace@home.test", "")]).await;
    let mut phone = world.phone("A1").await;
    phone.say_all(&["", "stop"]).await;
    world.book(&[GRACE]).await;
    assert!(
        world.tick().await.is_empty(),
        "the clinic learns an address, and the patient still wants no message"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_too_soon_for_any_message_says_so() {
    let world = World::new().await;
    world.pass_hours(11); // eight in the evening; the visit is at half past eight
    world.book(&[&GRACE.replace("2026-11-24T09:30", "2026-11-21T08:30")]).await;
    assert!(world.tick().await.is_empty());
    let line = world.line("A1").await;
    assert_eq!(line.messages, foreword_app::day::Messages::None);
    let dropped = world
        .store
        .read(|txn| Box::pin(async move { foreword_store::outbox::in_state(txn, "gave-up").await }))
        .await
        .unwrap();
    assert!(dropped[0].reason.as_deref().is_some_and(|why| why.starts_with("too late")), "{dropped:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_cannot_be_read_holds_up_no_other() {
    use sea_orm::ConnectionTrait;
    let world = World::with_errors().await;
    world.book(&[GRACE, JOHN]).await;
    let first = world.line("A1").await.appointment.id;
    let connection = sea_orm::Database::connect(&world.url).await.unwrap();
    let broken = format!("UPDATE outbox SET payload = '{{\"v\":9}}' WHERE key LIKE '{first}%'");
    connection.execute_unprepared(&broken).await.unwrap();
    let done: Vec<String> =
        world.tick().await.into_iter().map(|d| format!("{} {}", d.kind, d.outcome)).collect();
    assert!(
        done.contains(&"invitation sent".to_owned()) && done.contains(&"invitation gave-up".to_owned()),
        "{done:?}"
    );
    assert_eq!(world.mails().len(), 1);
}
