//! The care team asks one patient something before one visit.

use foreword_app::Error;
use foreword_domain::{
    conversation::State,
    ids::StaffId,
    message::Channel,
    response::{ItemRef, Respondent},
};
use foreword_store::{audit, outbox};

use crate::kit::{
    World,
    world::{GRACE, JOHN},
};

const PASSWORD: &str = "a long enough password";
const TABLETS: &str = "Did the new  tablets upset your stomach?\nWhen & how <often>?";

async fn roe(world: &World) -> StaffId {
    world.app.put_staff("roe", "Dr Roe", "clinician", PASSWORD, world.now()).await.unwrap()
}

async fn put(world: &World, staff: StaffId, patient: &str, visit: &str, text: &str) -> Result<(), String> {
    match world.app.put_question(staff, patient, visit, text, world.now()).await {
        Ok(_) => Ok(()),
        Err(Error::Refused(why)) => Err(why),
        Err(error) => panic!("{error}"),
    }
}

/// The keys of what is asked, in order.
async fn asked(world: &World, external: &str) -> Vec<String> {
    let visit = world.phone(external).await.conversation;
    world.app.visit(visit).await.unwrap().script.asks.iter().map(|ask| ask.key.clone()).collect()
}

/// The messages of the timetable about a visit: which, and what became of each.
async fn messages(world: &World, external: &str) -> Vec<(&'static str, String)> {
    let id = world.line(external).await.appointment.id;
    let rows = world
        .store
        .read(move |txn| Box::pin(async move { outbox::of_appointment(txn, id).await }))
        .await
        .unwrap();
    rows.into_iter().map(|row| (row.owed.as_str(), row.state)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_is_asked_after_the_agenda_in_the_words_it_was_written_at_every_door() {
    let world = World::new().await;
    world.book(&[&GRACE.replace(",en,", ",de,")]).await;
    world.tick().await;
    let roe = roe(&world).await;
    put(&world, roe, "P1", "next", TABLETS).await.unwrap();
    put(&world, roe, "P1", "A1", "Do you still take them?").await.unwrap();
    assert_eq!(asked(&world, "A1").await, ["visit-agenda", "team.1", "team.2"]);
    assert!(world.page("A1").await.contains("often>? → not answered yet"));

    let mut phone = world.phone("A1").await;
    phone.say_all(&["", "Schlaf", "1", "nein", "9"]).await;
    let said = phone.transcript();
    assert!(
        said.contains(&format!(
            "bot: Eine Frage von Ihrem Behandlungsteam:\nbot: {TABLETS}\nbot: Sie ist in"
        )),
        "{said}"
    );
    // "No" is what somebody says who was asked yes or no.
    phone.say("no").await;
    let mut tab = world.tab();
    let token = world.line("A1").await.token.unwrap().into_inner();
    tab.enter(&token, "1958").await;
    assert_eq!(tab.heading(), "Do you still take them?");
    assert!(tab.page.contains("<p class=\"stem\" id=\"heading\">Eine Frage von Ihrem Behandlungsteam:</p>"));
    assert!(tab.page.contains("<div lang=\"en\" dir=\"ltr\">"), "{}", tab.page);
    tab.skip().await;
    assert_eq!(tab.heading(), "Ist alles richtig?");
    tab.ask_for("finish").await;
    assert_eq!(tab.heading(), "Vielen Dank");

    let page = world.page("A1").await;
    assert!(page.contains(&format!("CONTEXT\n- Asked by Dr Roe: {TABLETS} → no\n")), "{page}");
    assert!(page.contains("- Asked by Dr Roe: Do you still take them? → nothing to add\n"), "{page}");
    let id = world.line("A1").await.appointment.id;
    let summary = world.app.summary(id, "test", world.now()).await.unwrap();
    let all = summary.answers.iter().find(|group| group.ask == "team.1").unwrap();
    assert_eq!((all.name.as_str(), all.lines.len()), ("Question from the care team", 1));
    let html = foreword_summary::html::article(&summary).unwrap();
    assert!(html.contains("Asked by Dr Roe:") && html.contains("&#60;often&#62;?"), "{html}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_pathway_a_changed_booking_and_another_language_keep_the_question() {
    let world = World::new().await;
    world.book(&[GRACE]).await;
    world.tick().await;
    let roe = roe(&world).await;
    put(&world, roe, "P1", "2026-11-24", TABLETS).await.unwrap();
    // Nothing was said yet: what is asked is chosen anew, for another kind of visit and language.
    world.book(&[&GRACE.replace(",en,", ",es,").replace("Wellbeing check", "GI follow-up")]).await;
    assert_eq!(asked(&world, "A1").await[..3], ["visit-agenda", "team.1", "gi-questions"]);
    world.book(&[&GRACE.replace("Wellbeing check", "Vaccination")]).await;
    assert_eq!(asked(&world, "A1").await, ["team.1"], "what is left when nothing else is asked");
    world.book(&[&GRACE.replace("2026-11-24T09:30", "2026-11-26T11:00")]).await;
    let mut phone = world.phone("A1").await;
    phone.say_all(&["", "language de", "Schlaf", "1", "nein", "9"]).await;
    assert!(phone.transcript().contains(TABLETS));
    phone.say_all(&["language ar", "Yes, at night"]).await;
    world.book(&[&GRACE.replace(",booked", ",cancelled")]).await;
    world.book(&[GRACE]).await;
    assert!(asked(&world, "A1").await.contains(&"team.1".to_owned()));
    assert!(world.page("A1").await.contains(&format!("{TABLETS} → Yes, at night")));
    world.tick().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_completed_visit_opens_again_and_no_message_is_one_too_many() {
    let world = World::new().await;
    world.book(&[JOHN]).await;
    world.tick().await;
    let roe = roe(&world).await;
    let mut phone = world.phone("A2").await;
    while phone.state().await != State::Completed {
        phone.say("").await;
        phone.say("skip").await;
    }
    let completed_at = world.app.visit(phone.conversation).await.unwrap().completed_at();
    let row = |kind, state: &str| (kind, state.to_owned());
    assert_eq!(
        messages(&world, "A2").await,
        [row("invitation", "sent"), row("reminder", "cancelled"), row("last-reminder", "cancelled")]
    );
    world.pass_hours(1);
    put(&world, roe, "P2", "next", TABLETS).await.unwrap();
    assert_eq!(phone.state().await, State::Open);
    assert_eq!(
        messages(&world, "A2").await,
        [row("invitation", "sent"), row("reminder", "queued"), row("last-reminder", "queued")]
    );
    assert!(world.page("A2").await.contains("not finished; last answer"));

    // Taken back, the visit is as complete as it was, and so is the timetable.
    let board = world.app.questions(world.line("A2").await.appointment.id, world.now()).await.unwrap();
    world.app.withdraw_question(roe, board.questions[0].id, world.now()).await.unwrap();
    assert_eq!(phone.state().await, State::Completed);
    let again = world.app.visit(phone.conversation).await.unwrap().completed_at();
    assert!(again.is_some() && again <= completed_at);
    assert!(messages(&world, "A2").await[1..].iter().all(|(_, state)| state == "cancelled"));

    // The evening before the last reminder, only that one is left, and it is not lost.
    world.pass_hours(3 * 24 + 8);
    put(&world, roe, "P2", "next", "Do you still take them?").await.unwrap();
    assert_eq!(messages(&world, "A2").await, [row("invitation", "sent"), row("last-reminder", "queued")]);
    for _ in 0..30 {
        world.pass_hours(1);
        world.tick().await;
    }
    assert_eq!(messages(&world, "A2").await, [row("invitation", "sent"), row("last-reminder", "sent")]);
    assert_eq!(world.mails().len(), 2);
    assert_eq!(phone.say("").await.len(), 2, "welcome back, and the question");
    phone.say("Only in the evening").await;
    assert_eq!(phone.state().await, State::Completed);
    assert!(world.page("A2").await.contains("→ Only in the evening"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_no_pathway_asks_for_brings_its_own_conversation_and_messages() {
    let world = World::new().await;
    world.book(&[&GRACE.replace("Wellbeing check", "Vaccination")]).await;
    assert!(world.tick().await.is_empty());
    let roe = roe(&world).await;
    put(&world, roe, "P1", "next", "Are you allergic to eggs?").await.unwrap();
    assert_eq!(world.tick().await.len(), 1, "an invitation");
    assert_eq!(asked(&world, "A1").await, ["team.1"]);
    let mut tab = world.tab();
    let token = world.line("A1").await.token.unwrap().into_inner();
    tab.enter(&token, "1958").await;
    tab.ask_for("begin").await;
    assert_eq!(tab.heading(), "Are you allergic to eggs?");
    tab.answer("No.").await;
    assert_eq!(tab.heading(), "Is everything right?");
    let page = world.page("A1").await;
    assert!(
        page.contains("Asked by Dr Roe: Are you allergic to eggs? → No.") && !page.contains("Pathway"),
        "{page}"
    );
    world.book(&[&GRACE.replace("Wellbeing check", "Vaccination").replace("09:30", "10:30")]).await;
    assert_eq!(asked(&world, "A1").await, ["team.1"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_question_is_said_and_names_nobody() {
    let world = World::new().await;
    let second = GRACE.replace("A1,", "A3,").replace("T09:30", "T15:00");
    let over = GRACE.replace("A1,", "A4,").replace("2026-11-24", "2026-11-19");
    let off = JOHN.replace("A2,", "A5,").replace("11-25", "11-27").replace(",booked", ",cancelled");
    world.book(&[GRACE, JOHN, &second, &over, &off]).await;
    world.tick().await;
    let roe = roe(&world).await;
    let patient = world.line("A1").await.patient.id.to_string();
    let visit = world.line("A1").await.appointment.id.to_string();
    let long = "x".repeat(301);
    for (patient, visit, text, why) in [
        ("P9", "next", "How?", "no patient with this id"),
        ("grace", "next", "How?", "no patient with this id"),
        ("P1\0", "next", "How?", "no patient with this id"),
        ("P1", "A2", "How?", "another patient's"),
        ("P1", "A9", "How?", "no such visit"),
        ("P1", "A1\0", "How?", "no such visit"),
        ("P1", "tomorrow", "How?", "no such visit. Give its id, its date (2026-01-31) or \"next\""),
        ("P1", "24.11.2026", "How?", "no such visit"),
        ("P1", "2026-11-24", "How?", "has 2 visits on that day"),
        ("P1", "2026-11-25", "How?", "no visit on that day"),
        ("P1", "2026-11-19", "How?", "over or was cancelled"),
        ("P1", "A4", "How?", "over or was cancelled"),
        ("P2", "A5", "How?", "over or was cancelled"),
        ("P1", "A1", " \n", "empty"),
        ("P1", "A1", long.as_str(), "has 301 characters. There is room for 300"),
        ("P1", "A1", "How\u{7}?", "plain text"),
    ] {
        let refused = put(&world, roe, patient, visit, text).await.unwrap_err();
        assert!(refused.contains(why), "{patient:?} {visit:?}: {refused}");
        assert!(!["Grace", "Okafor", "P1", "How"].iter().any(|word| refused.contains(word)), "{refused}");
    }
    put(&world, roe, &patient, &visit, "One?").await.unwrap();
    put(&world, roe, "P1", "NEXT", &"ä".repeat(300)).await.unwrap();
    put(&world, roe, "P1", "A1", "One?").await.expect("sent once more, it is the same question");
    put(&world, roe, "P1", "A1", "Three?").await.unwrap();
    assert!(put(&world, roe, "P1", "A1", "Four?").await.unwrap_err().contains("3 questions already"));
    let mut phone = world.phone("A3").await;
    phone.say_all(&["", "not this time"]).await;
    assert!(put(&world, roe, "P1", "A3", "How?").await.unwrap_err().contains("does not want"));
    world.phone("A2").await.say("not me").await;
    assert!(put(&world, roe, "P2", "A2", "How?").await.unwrap_err().contains("this is not me"));
    world.tick().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn questions_put_at_the_same_time_are_never_more_than_three() {
    let world = World::new().await;
    // One has a conversation already, the other has none before the first question.
    world.book(&[GRACE, &JOHN.replace("GI follow-up", "Vaccination")]).await;
    world.tick().await;
    let roe = roe(&world).await;
    for (patient, visit) in [("P1", "A1"), ("P2", "A2")] {
        let puts = (0..8).map(|n| {
            let (app, now) = (world.app.clone(), world.now());
            tokio::spawn(async move {
                app.put_question(roe, patient, visit, &format!("Question {n}?"), now).await
            })
        });
        let mut refused = Vec::new();
        for put in puts.collect::<Vec<_>>() {
            refused.extend(put.await.unwrap().err());
        }
        assert_eq!(refused.len(), 5);
        assert!(refused.iter().all(|error| matches!(error, Error::Refused(_))), "{refused:?}");
    }
    assert_eq!(asked(&world, "A1").await[..4], ["visit-agenda", "team.1", "team.2", "team.3"]);
    assert_eq!(asked(&world, "A2").await, ["team.1", "team.2", "team.3"]);
    world.tick().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_can_be_taken_back_until_it_is_answered_and_both_are_in_the_audit_log() {
    let world = World::new().await;
    world.book(&[GRACE]).await;
    world.tick().await;
    let roe = roe(&world).await;
    let id = world.line("A1").await.appointment.id;
    put(&world, roe, "P1", "A1", "One?").await.unwrap();
    put(&world, roe, "P1", "A1", "Two?").await.unwrap();
    let board = world.app.questions(id, world.now()).await.unwrap();
    let [one, two] = [board.questions[0].id, board.questions[1].id];
    let mut phone = world.phone("A1").await;
    phone.say_all(&["", "skip", "skip"]).await;
    assert!(phone.transcript().contains("bot: One?"));
    world.app.withdraw_question(roe, one, world.now()).await.unwrap();
    world.app.withdraw_question(roe, one, world.now()).await.expect("it is gone already");
    // What was typed for the one that is gone answers no other.
    phone.say("My answer to the first").await;
    assert!(phone.transcript().contains("bot: Two?"));
    phone.say("Second").await;
    let refused = world.app.withdraw_question(roe, two, world.now()).await.unwrap_err();
    assert!(matches!(refused, Error::Refused(_)), "{refused}");
    put(&world, roe, "P1", "A1", "Three?").await.unwrap();
    assert_eq!(
        asked(&world, "A1").await[..4],
        ["visit-agenda", "team.2", "team.3", "gad-7"],
        "numbers are not given twice"
    );
    let page = world.page("A1").await;
    assert!(
        page.contains("Two? → Second") && !page.contains("One?") && !page.contains("My answer"),
        "{page}"
    );

    let rows = world.store.read(|txn| Box::pin(async move { audit::newest(txn, 100).await })).await.unwrap();
    let told: Vec<String> = rows
        .iter()
        .rev()
        .filter(|row| row.action.starts_with("question."))
        .map(|row| format!("{} {} {}", row.actor, row.action, row.subject))
        .collect();
    let who = format!("staff:{roe}");
    assert_eq!(
        told[..2],
        [format!("{who} question.put question:{one}"), format!("{who} question.put question:{two}")]
    );
    assert_eq!(told.iter().filter(|row| row.contains("question.withdrawn")).count(), 1);
    assert!(told.contains(&format!("{who} question.withdrawn question:{one}")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_button_pressed_after_a_question_came_between_answers_what_it_asked() {
    let world = World::new().await;
    world.book(&[GRACE]).await;
    let telegram = world.messenger().await;
    telegram.tick().await;
    let grace = telegram.joined("Grace", "A1", "1958").await;
    for said in ["no", "9"] {
        grace.says(said).await;
        telegram.run().await;
    }
    let visit = world.phone("A1").await.conversation;
    let first = ItemRef::new("gad-7", "q1");
    let value = async |at: &ItemRef| {
        let visit = world.app.visit(visit).await.unwrap();
        visit.ledger.get(at).map(|answer| answer.value.written())
    };
    let gad = grace.newest();
    let roe = roe(&world).await;
    put(&world, roe, "P1", "next", TABLETS).await.unwrap();
    // Nobody is written to for it, and what was asked last is still what is answered.
    assert!(telegram.run().await.is_empty());
    grace.presses_on(gad, "1 · Several days").await;
    telegram.run().await;
    assert_eq!(value(&first).await.as_deref(), Some("1"));
    assert!(grace.screen().contains("A question from your care team:"), "{}", grace.screen());
    assert!(grace.screen().contains("Did the new  tablets upset your stomach?"), "{}", grace.screen());
    grace.says("Every morning").await;
    telegram.run().await;
    assert_eq!(value(&ItemRef::new("team.1", "answer")).await.as_deref(), Some("Every morning"));

    // The same with words: those typed for the second item of GAD-7 are no answer to a new question.
    put(&world, roe, "P1", "next", "Do you still take them?").await.unwrap();
    grace.says("2").await;
    telegram.run().await;
    assert_eq!(value(&ItemRef::new("gad-7", "q2")).await.as_deref(), Some("2"));
    assert_eq!(value(&ItemRef::new("team.2", "answer")).await, None);
    grace.presses("I have nothing to add").await;
    telegram.run().await;
    assert!(world.page("A1").await.contains("Do you still take them? → nothing to add"));
    let visit = world.app.visit(visit).await.unwrap();
    assert!(visit.at_door(Channel::Telegram, Respondent::Proxy, world.now()).script.ask("team.1").is_some());
}
