//! The loop: the patient hears from their team before the visit, topics get an end, goals come back, and the
//! page is kept as it was read.

use axum::http::StatusCode;
use foreword_domain::{conversation::State, ids::StaffId};
use foreword_store::outbox;
use jiff::SignedDuration;

use crate::{
    kit::{Tab, World, mailbox::Mailbox, tab::unescape, world::GRACE},
    signing_in,
};

const INHALER: &str = "Please bring your inhaler & the <blue> box.";

/// The same patient, some weeks later.
const LATER: &str = "A2,P1,Grace,Okafor,1958-03-14,en,Europe/London,grace@home.test,,2027-01-12T09:30,20,North Clinic,Dr Roe,Wellbeing check,booked";

/// The page of a visit, at which a member of staff is signed in.
async fn at_the_page(world: &World, visit: &str) -> (Tab, String) {
    let mut tab = signing_in::staff(world).await;
    let id = world.line(visit).await.appointment.id;
    let path = format!("/clinic/appointments/{id}");
    tab.open(&path).await;
    (tab, path)
}

/// Brings topics, each in one message, and skips everything else.
async fn bring(world: &World, visit: &str, topics: &[&str]) {
    let mut phone = world.phone(visit).await;
    phone.say("").await;
    for topic in topics {
        phone.say(topic).await;
        // They want to talk about it.
        phone.say("1").await;
    }
    phone.say("no").await;
    for _ in 0..60 {
        if phone.state().await == State::Completed {
            return;
        }
        phone.say("skip").await;
    }
    panic!("{}", phone.transcript());
}

/// The states of what the team let the patient of a visit know.
async fn told(world: &World, visit: &str) -> Vec<(&'static str, String)> {
    let id = world.line(visit).await.appointment.id;
    let rows = world.store.read(move |txn| Box::pin(async move { outbox::notes(txn, id).await })).await;
    rows.unwrap().into_iter().map(|row| (row.owed.as_str(), row.state)).collect()
}

fn row(kind: &'static str, state: &str) -> (&'static str, String) {
    (kind, state.to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_note_goes_out_as_a_link_and_is_read_behind_it() {
    let world = World::new().await;
    let token = world.invite_grace().await.token.unwrap().into_inner();
    let (mut staff, path) = at_the_page(&world, "A1").await;
    staff.send(&format!("{path}/notes"), &[("note", INHALER)]).await;
    assert_eq!(staff.status, StatusCode::OK, "{}", staff.page);
    // Pressed twice, it is one note.
    staff.send(&format!("{path}/notes"), &[("note", INHALER)]).await;
    assert_eq!(told(&world, "A1").await, [row("note", "queued")]);
    world.tick().await;
    assert_eq!(told(&world, "A1").await, [row("note", "sent")]);
    let mail = Mailbox::of(&world, "grace@home.test").newest();
    assert_eq!(mail.header("Subject").unwrap(), "About your visit on 24 November 2026");
    assert!(!mail.raw.contains("inhaler") && !mail.words().contains("inhaler"), "{}", mail.raw);
    assert!(mail.words().contains("/v/") && mail.words().contains("?to=team"), "{}", mail.words());

    let mut tab = world.tab();
    tab.open(&format!("/v/{token}?to=team")).await;
    assert!(tab.page.contains(&format!("action=\"/v/{token}?lang=en&amp;to=team\"")), "{}", tab.page);
    tab.send(&format!("/v/{token}?lang=en&to=team"), &[("year", "1958")]).await;
    assert_eq!(tab.heading(), "From your care team");
    assert!(unescape(&tab.page).contains(INHALER), "{}", tab.page);
    assert!(tab.text().contains("has not opened your answers yet"), "{}", tab.text());

    staff.open(&path).await;
    assert!(unescape(&staff.page).contains(INHALER) && staff.page.contains("message sent"), "{}", staff.page);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_note_waits_for_the_morning_and_for_no_visit_that_is_over() {
    let world = World::new().await;
    world.invite_grace().await;
    let (_, path) = at_the_page(&world, "A1").await;
    // 22:30 in London.
    world.pass(SignedDuration::from_mins(13 * 60 + 30));
    let mut staff = signing_in::staff(&world).await;
    staff.send(&format!("{path}/notes"), &[("note", INHALER)]).await;
    world.tick().await;
    assert_eq!(told(&world, "A1").await, [row("note", "queued")], "nobody is written to at night");
    world.pass(SignedDuration::from_mins(9 * 60 + 29));
    world.tick().await;
    assert_eq!(told(&world, "A1").await, [row("note", "queued")]);
    world.pass(SignedDuration::from_mins(1));
    world.tick().await;
    assert_eq!(told(&world, "A1").await, [row("note", "sent")]);

    let mut staff = signing_in::staff(&world).await;
    staff.send(&format!("{path}/notes"), &[("note", "And your letters.")]).await;
    world.book(&[&GRACE.replace(",booked", ",cancelled")]).await;
    world.tick().await;
    assert_eq!(told(&world, "A1").await, [row("note", "sent"), row("note", "cancelled")]);
    staff.send(&format!("{path}/notes"), &[("note", "Too late.")]).await;
    assert_eq!(staff.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(staff.text().contains("Nothing can be written to the patient any more"), "{}", staff.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_note_is_said_and_its_words_are_kept() {
    let world = World::new().await;
    world.invite_grace().await;
    let (mut staff, path) = at_the_page(&world, "A1").await;
    let long = "x".repeat(501);
    staff.send(&format!("{path}/notes"), &[("note", &long)]).await;
    assert_eq!(staff.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(staff.text().contains("The note has 501 characters. There is room for 500."), "{}", staff.text());
    assert!(staff.page.contains(&long));
    assert_eq!(told(&world, "A1").await, []);
    for n in 1..=5 {
        staff.send(&format!("{path}/notes"), &[("note", &format!("Note {n}"))]).await;
        assert_eq!(staff.status, StatusCode::OK);
    }
    staff.send(&format!("{path}/notes"), &[("note", "Note 6")]).await;
    assert!(staff.text().contains("5 notes were written for this visit"), "{}", staff.text());
    world.tick().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn in_a_chat_the_patient_agreed_to_answer_in_the_note_itself_is_sent() {
    let world = World::new().await;
    world.invite_grace().await;
    let messenger = world.messenger().await;
    let grace = messenger.joined("Grace", "A1", "1958").await;
    let (mut staff, path) = at_the_page(&world, "A1").await;
    staff.send(&format!("{path}/notes"), &[("note", INHALER)]).await;
    messenger.goes_by(SignedDuration::from_mins(1)).await;
    messenger.tick().await;
    let screen = grace.screen();
    assert!(screen.contains("Your care team wrote to you about your visit on 24 November 2026:"), "{screen}");
    assert!(screen.contains(INHALER), "{screen}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_wishes_it_is_told_once_that_their_answers_were_read() {
    let world = World::new().await;
    let token = world.invite_grace().await.token.unwrap().into_inner();
    bring(&world, "A1", &["The stairs"]).await;
    let mut tab = world.tab();
    tab.enter(&token, "1958").await;
    let visit = tab.visit();
    tab.open(&format!("{visit}/team")).await;
    assert!(tab.text().contains("Tell me when they have read my answers"), "{}", tab.text());
    tab.ask_for("tell").await;
    assert!(tab.text().contains("We will send you a message"), "{}", tab.text());

    let (mut staff, path) = at_the_page(&world, "A1").await;
    assert_eq!(told(&world, "A1").await, [row("read", "queued")]);
    world.tick().await;
    let mail = Mailbox::of(&world, "grace@home.test").newest();
    assert!(mail.words().contains("has read what you answered for your visit on 24 November 2026"));
    staff.open(&path).await;
    world.tick().await;
    assert_eq!(told(&world, "A1").await, [row("read", "sent")], "once is enough");
    tab.open(&format!("{visit}/team")).await;
    assert!(tab.text().contains("Your care team opened your answers on 20 November 2026."), "{}", tab.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_wish_it_is_told_nothing() {
    let world = World::new().await;
    world.invite_grace().await;
    bring(&world, "A1", &["The stairs"]).await;
    at_the_page(&world, "A1").await;
    assert_eq!(told(&world, "A1").await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn in_a_chat_a_button_asks_to_be_told() {
    let world = World::new().await;
    world.invite_grace().await;
    let messenger = world.messenger().await;
    let grace = messenger.joined("Grace", "A1", "1958").await;
    bring(&world, "A1", &["The stairs"]).await;
    grace.says("The stairs once more").await;
    messenger.run().await;
    for _ in 0..80 {
        if grace.screen().contains("[Tell me when it was read]") {
            break;
        }
        grace.says("skip").await;
        messenger.run().await;
    }
    grace.presses("Tell me when it was read").await;
    messenger.run().await;
    assert!(grace.screen().contains("All right. We will tell you here"), "{}", grace.screen());
    at_the_page(&world, "A1").await;
    messenger.goes_by(SignedDuration::from_mins(1)).await;
    messenger.tick().await;
    assert!(grace.screen().contains("Your care team has read what you answered"), "{}", grace.screen());
}

#[tokio::test(flavor = "multi_thread")]
async fn each_topic_gets_an_end_and_what_is_left_open_comes_back_at_the_next_visit() {
    let world = World::new().await;
    world.invite_grace().await;
    bring(&world, "A1", &["The stairs", "My new pills"]).await;
    let (mut staff, path) = at_the_page(&world, "A1").await;
    let closing = async |visit: &str| {
        let id = world.line(visit).await.appointment.id;
        world.app.closing(id).await.unwrap()
    };
    let first = closing("A1").await;
    let words: Vec<&str> = first.topics.iter().map(|topic| topic.words.reveal().as_str()).collect();
    assert_eq!(words, ["The stairs", "My new pills"]);
    let topics: Vec<String> = first.topics.iter().map(|topic| topic.at.to_string()).collect();
    let visit = first.topics[0].visit.to_string();
    let mark = |topic: &str, mark: &str| {
        [("visit", visit.clone()), ("topic", topic.to_owned()), ("mark", mark.to_owned())]
    };
    for (topic, how) in topics.iter().zip(["talked-about", "next-time"]) {
        let fields = mark(topic, how);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        staff.send(&format!("{path}/topics"), &fields).await;
        assert_eq!(staff.status, StatusCode::OK);
    }
    staff.open(&path).await;
    assert_eq!(staff.page.matches("aria-pressed=\"true\"").count(), 2, "{}", staff.page);
    staff.send(&format!("{path}/goals"), &[("goal", "Walk to church by Christmas")]).await;
    assert_eq!(staff.status, StatusCode::OK);

    world.book(&[LATER]).await;
    world.pass(SignedDuration::from_hours(24 * 46));
    world.tick().await;
    let later = closing("A2").await;
    let open: Vec<&str> = later.open.iter().map(|topic| topic.words.reveal().as_str()).collect();
    assert_eq!(open, ["My new pills"]);
    assert_eq!(later.goals[0].words.reveal(), "Walk to church by Christmas");
    let (mut staff, path) = at_the_page(&world, "A2").await;
    let open = staff.text();
    assert!(open.contains("Still open from earlier visits") && open.contains("My new pills"), "{open}");
    let fields = mark(&topics[1], "talked-about");
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    staff.send(&format!("{path}/topics"), &fields).await;
    assert_eq!(closing("A2").await.open.len(), 0);
    let goal = later.goals[0].id;
    staff.send(&format!("{path}/goals/{goal}/end"), &[("how", "reached")]).await;
    assert_eq!(closing("A2").await.goals.len(), 0);
    // A topic of nobody's is none.
    let fields = [("visit", visit.as_str()), ("topic", "visit-agenda/nothing"), ("mark", "not-now")];
    staff.send(&format!("{path}/topics"), &fields).await;
    assert_eq!(staff.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_marked_is_asked_about_at_the_next_visit_alone() {
    let world = World::new().await;
    world.invite_grace().await;
    bring(&world, "A1", &["The stairs"]).await;
    world.book(&[LATER]).await;
    let open = async |visit: &str| {
        let id = world.line(visit).await.appointment.id;
        let closing = world.app.closing(id).await.unwrap();
        closing.open.into_iter().map(|topic| topic.words.into_inner()).collect::<Vec<String>>()
    };
    assert_eq!(open("A2").await, ["The stairs"]);
    world.pass(SignedDuration::from_hours(24 * 46));
    bring(&world, "A2", &["My sleep"]).await;
    world.book(&[&LATER.replace("A2,", "A3,").replace("2027-01-12", "2027-03-12")]).await;
    assert_eq!(open("A3").await, ["My sleep"]);
    world.tick().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_says_something_new_is_another_version_and_the_old_one_stays() {
    let world = World::new().await;
    let line = world.invite_grace().await;
    let staff =
        world.app.put_staff("roe", "Dr Roe", "clinician", "a long enough password", world.now()).await;
    let staff: StaffId = staff.unwrap();
    let open = async || world.app.open_page(line.appointment.id, staff, world.now()).await.unwrap();
    let first = open().await;
    world.pass_hours(1);
    assert_eq!(open().await.versions.len(), 1, "later is not other");
    bring(&world, "A1", &["The stairs"]).await;
    let versions = open().await.versions;
    assert_eq!(versions.len(), 2);
    assert_ne!(versions[0].digest, versions[1].digest);
    assert_eq!(versions[0].digest, first.versions[0].digest);
    let opened: Vec<(&str, bool)> =
        versions[1].opened.iter().map(|(by, _, before)| (by.as_str(), *before)).collect();
    assert_eq!(opened, [("Dr Roe", true)]);
    let old = world.app.page_version(line.appointment.id, 1, "test", world.now()).await.unwrap();
    assert!(!old.1.reveal().contains("The stairs") && old.1.reveal().contains("Grace Okafor"));

    let (mut tab, path) = at_the_page(&world, "A1").await;
    assert!(tab.text().contains("Versions of this page (2)"), "{}", tab.text());
    tab.open(&format!("{path}/versions/2")).await;
    assert!(tab.text().contains("The stairs"), "{}", tab.text());
    tab.open(&format!("{path}/versions/3")).await;
    assert_eq!(tab.status, StatusCode::NOT_FOUND);
    world.pass(SignedDuration::from_hours(24 * 4));
    let late = open().await.versions;
    assert!(late.iter().all(|version| version.opened.len() <= 2));
    world.tick().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_else_answered_is_set_aside_and_nothing_is_written_to_them() {
    let world = World::new().await;
    let token = world.invite_grace().await.token.unwrap().into_inner();
    bring(&world, "A1", &["canary of a stranger"]).await;
    world.book(&[LATER]).await;
    let id = world.line("A2").await.appointment.id;
    assert_eq!(world.app.closing(id).await.unwrap().open.len(), 1);
    let (mut staff, path) = at_the_page(&world, "A2").await;
    staff.send(&format!("{path}/notes"), &[("note", INHALER)]).await;
    assert_eq!(told(&world, "A2").await, [row("note", "queued")]);

    let mut tab = world.tab();
    tab.enter(&token, "1958").await;
    let ask_for = format!("{}/ask-for", tab.visit());
    tab.send(&ask_for, &[("wish", "not-me"), ("sure", "yes")]).await;
    assert_eq!(world.app.closing(id).await.unwrap().open.len(), 0);
    staff.open(&path).await;
    assert!(!staff.page.contains("canary"), "{}", staff.page);
    world.tick().await;
    assert_eq!(told(&world, "A2").await, [row("note", "cancelled")], "their address may be somebody else's");
    staff.send(&format!("{path}/notes"), &[("note", "Another one.")]).await;
    assert_eq!(staff.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(staff.text().contains("Somebody said: this is not me."), "{}", staff.text());
    let lines = world.app.day(jiff::Timestamp::MIN, jiff::Timestamp::MAX, "test", world.now()).await.unwrap();
    assert!(lines.iter().all(|line| line.topics == 0 && line.line.is_none()), "{lines:#?}");
}
