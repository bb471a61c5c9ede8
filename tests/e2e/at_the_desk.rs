//! The tablet at the desk: a code from staff, one visit, and nothing left behind.

use axum::http::StatusCode;
use foreword_domain::{conversation::State, message::Channel, response::Respondent};
use jiff::SignedDuration;

use crate::{
    kit::{Tab, World},
    signing_in,
};

/// A code that staff have made, in the digits as they read them out.
async fn code(world: &World, clinic: &mut Tab) -> String {
    let id = world.line("A1").await.appointment.id;
    clinic.send(&format!("/clinic/appointments/{id}/kiosk"), &[]).await;
    assert_eq!(clinic.status, StatusCode::OK);
    let digits = clinic.page.split("class=\"digits\"").nth(1).unwrap().split('>').nth(1).unwrap();
    digits.split('<').next().unwrap().to_owned()
}

async fn open(world: &World, code: &str) -> Tab {
    let mut tablet = world.tab();
    tablet.open("/kiosk").await;
    tablet.send("/kiosk?lang=en", &[("code", code)]).await;
    tablet
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_is_answered_on_the_tablet_and_the_answers_say_so() {
    let world = World::new().await;
    world.invite_grace().await;
    let _bot = world.messenger().await;
    let mut clinic = signing_in::staff(&world).await;
    let code = code(&world, &mut clinic).await;
    assert!(code.len() == 9 && code.replace(' ', "").bytes().all(|b| b.is_ascii_digit()), "{code}");
    let mut tablet = open(&world, &code).await;
    assert_eq!((tablet.status, tablet.heading().as_str()), (StatusCode::OK, "Welcome"));
    for never in ["telegram", "view=stop", "fw_visit"] {
        assert!(!tablet.page.contains(never), "{never} has no place on the tablet");
    }
    assert!(tablet.page.contains("class=\"kiosk\"") && tablet.page.contains("url=/kiosk/end"));
    tablet.ask_for("begin").await;
    for never in ["telegram", "view=stop"] {
        assert!(!tablet.page.contains(never), "{never} has no place on the tablet");
    }
    tablet.ask_for("stop").await;
    tablet.ask_for("telegram").await;
    assert!(!tablet.page.contains("t.me"));
    tablet.answer("My knee").await;
    while tablet.page.contains("form class=\"sheet question\"") {
        tablet.skip().await;
    }
    assert_eq!(tablet.heading(), "Is everything right?");
    let visit = tablet.visit();
    tablet.ask_for("finish").await;
    assert_eq!((tablet.at.as_str(), tablet.heading().as_str()), ("/kiosk/end?done=yes&lang=en", "Thank you"));
    assert!(tablet.page.contains("give the tablet back") && !tablet.page.contains("knee"));

    // The browser's Back, and every address of the visit: the tablet is nobody's.
    for path in [&visit, &format!("{visit}/review"), &format!("{visit}/q/1-1")] {
        tablet.open(path).await;
        assert_eq!(
            (tablet.at.as_str(), tablet.heading().as_str()),
            ("/kiosk", "Please type your code"),
            "{path}"
        );
    }
    tablet
        .send(&format!("{visit}/answer"), &[("ask", "visit-agenda"), ("item", "topic-1"), ("value", "x")])
        .await;
    assert_eq!(tablet.at, "/kiosk");

    let conversation = world.app.conversation_of("P1", world.now()).await.unwrap();
    let visit = world.app.visit(conversation).await.unwrap();
    assert_eq!(visit.standing.state, State::Completed);
    assert!(visit.ledger.iter().count() > 3);
    for answer in visit.ledger.iter() {
        assert_eq!((answer.channel, answer.by), (Channel::Kiosk, Respondent::Patient));
    }
    let consents = world.line("A1").await;
    assert!(!consents.channels.is_empty(), "messages were not stopped");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_works_once_for_ten_minutes_and_a_new_one_ends_the_old() {
    let world = World::new().await;
    world.invite_grace().await;
    let mut clinic = signing_in::staff(&world).await;
    let first = code(&world, &mut clinic).await;
    let second = code(&world, &mut clinic).await;
    assert_ne!(first, second);
    let wrong = open(&world, &first).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.page.contains("This code does not work"));
    assert_eq!(open(&world, &second).await.heading(), "Welcome");
    assert_eq!(open(&world, &second).await.status, StatusCode::UNPROCESSABLE_ENTITY, "used");
    let third = code(&world, &mut clinic).await;
    world.pass(SignedDuration::from_mins(10));
    assert_eq!(open(&world, &third).await.status, StatusCode::UNPROCESSABLE_ENTITY, "too old");
    let dump = crate::keeping_secrets::dump(&world).await;
    for code in [first, second, third] {
        assert!(!dump.contains(&code.replace(' ', "")), "codes are not kept in clear");
    }
    // Digits as another keyboard types them, and with whatever stands between them.
    let fourth = code(&world, &mut clinic).await;
    let arabic: String = fourth
        .chars()
        .map(|c| c.to_digit(10).map_or('-', |digit| char::from_u32(0x660 + digit).unwrap()))
        .collect();
    assert_eq!(open(&world, &arabic).await.heading(), "Welcome");
}

#[tokio::test(flavor = "multi_thread")]
async fn codes_cannot_be_guessed_in_numbers() {
    let world = World::new().await;
    world.invite_grace().await;
    let mut clinic = signing_in::staff(&world).await;
    let right = code(&world, &mut clinic).await;
    for n in 0..30 {
        let wrong = format!("{:08}", (n * 7_654_321) % 100_000_000);
        assert_eq!(open(&world, &wrong).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let refused = open(&world, &right).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(refused.page.contains("Too many codes"));
    world.pass(SignedDuration::from_mins(11));
    let right = code(&world, &mut clinic).await;
    assert_eq!(open(&world, &right).await.heading(), "Welcome");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tablet_closes_by_itself_and_stays_open_while_it_is_used() {
    let world = World::new().await;
    world.invite_grace().await;
    let mut clinic = signing_in::staff(&world).await;
    let code = code(&world, &mut clinic).await;
    let mut tablet = open(&world, &code).await;
    tablet.ask_for("begin").await;
    let visit = tablet.visit();
    for _ in 0..5 {
        world.pass(SignedDuration::from_secs(60));
        let here = tablet.once("POST", &format!("{visit}/here"), Some(String::new()), &[]).await;
        assert_eq!(here.status(), StatusCode::NO_CONTENT, "whoever reads and types is still there");
    }
    tablet.answer("First words").await;
    world.pass(SignedDuration::from_secs(76));
    let here = tablet.once("POST", &format!("{visit}/here"), Some(String::new()), &[]).await;
    assert_eq!(here.status(), StatusCode::UNAUTHORIZED);
    tablet.open(&visit).await;
    assert_eq!(tablet.at, "/kiosk");
    // What the page does by itself after a minute.
    tablet.open("/kiosk/end?lang=de").await;
    assert!(tablet.page.contains("Ihre Antworten sind gespeichert") && tablet.page.contains("url=/kiosk"));
    assert!(world.page("A1").await.contains("First words"), "what was answered is saved");
    // The same patient goes on with another code, where they were.
    let code = self::code(&world, &mut clinic).await;
    let tablet = open(&world, &code).await;
    assert_eq!(tablet.heading(), "What would you like us to do with this?");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_does_not_answer_gives_the_tablet_back() {
    let world = World::new().await;
    world.invite_grace().await;
    let mut clinic = signing_in::staff(&world).await;
    for wish in ["pause", "decline", "not-me"] {
        let code = code(&world, &mut clinic).await;
        let mut tablet = open(&world, &code).await;
        tablet.ask_for(wish).await;
        assert_eq!(tablet.at, "/kiosk/end?done=yes&lang=en", "{wish}");
    }
    let id = world.line("A1").await.appointment.id;
    clinic.send(&format!("/clinic/appointments/{id}/kiosk"), &[]).await;
    assert_eq!(clinic.status, StatusCode::CONFLICT, "after \"not me\" there is no code");
    assert!(clinic.page.contains("this is not me"), "{}", clinic.page);
    clinic.open(&format!("/clinic/appointments/{id}/kiosk")).await;
    assert_eq!(clinic.at, format!("/clinic/appointments/{id}"));
    let mut stranger = world.tab();
    stranger.send(&format!("/clinic/appointments/{id}/kiosk"), &[]).await;
    assert!(stranger.at.starts_with("/clinic/sign-in"));
}
