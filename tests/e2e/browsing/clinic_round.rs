//! A clinician's minute before and after a visit, in a real browser: in with a code, the day, the page in one
//! click, on one sheet, a note to the patient, and each topic with its end.

use foreword_app::access::roles::Held;
use foreword_domain::conversation::State;
use jiff::SignedDuration;

use super::{PASSWORD, no_barriers};
use crate::{
    kit::{Mailbox, World, browser::Browser, world::GRACE},
    signing_in::codes::code,
};

/// Sets up an app for codes, and leaves. Tells its secret.
async fn with_codes(world: &World, clinic: &Browser) -> String {
    let roles = [Held { role: "clinician".to_owned(), clinic: Some("North Clinic".to_owned()) }];
    world.app.put_staff_with("roe", "Dr Roe", &roles, PASSWORD, world.now()).await.unwrap();
    first_step(clinic).await;
    clinic.follow("a[href='/clinic/account']").await;
    clinic.type_into("#code-present", PASSWORD).await;
    clinic.follow("form[action$='/code'] button").await;
    let secret = clinic.text(".secret").await.replace(' ', "");
    clinic.type_into("#code", &code(world, &secret, 0)).await;
    clinic.follow("button.main").await;
    clinic.follow("header.bar form button").await;
    world.pass(SignedDuration::from_mins(2));
    secret
}

async fn first_step(clinic: &Browser) {
    clinic.go("/clinic").await;
    clinic.type_into("#login", "roe").await;
    clinic.type_into("#password", PASSWORD).await;
    clinic.follow("button.main").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clinician_signs_in_with_a_code_reads_prints_answers_and_closes() {
    let world = World::new().await;
    world.book(&[GRACE]).await;
    world.tick().await;
    let mut phone = world.phone("A1").await;
    phone.say_all(&["", "The stairs take my breath", "1", "May I fly at Christmas?", "1", "no"]).await;
    for _ in 0..60 {
        if phone.state().await == State::Completed {
            break;
        }
        phone.say("2").await;
    }
    assert_eq!(phone.state().await, State::Completed, "{}", phone.transcript());

    let clinic = Browser::open(&world, 1200, 1000).await;
    let secret = with_codes(&world, &clinic).await;
    first_step(&clinic).await;
    clinic.type_into("#code", &code(&world, &secret, 0)).await;
    clinic.follow("button.main").await;
    assert_eq!(clinic.run("return location.pathname;").await, "/clinic");
    clinic.shot("96-day").await;
    no_barriers(&clinic, "the day").await;

    // One click.
    clinic.follow(".whom a").await;
    assert_eq!(clinic.text("h1").await, "Grace Okafor");
    // The second is what they put first.
    assert_eq!(clinic.text(".topics blockquote").await, "May I fly at Christmas?");
    clinic.shot("97-page").await;
    no_barriers(&clinic, "the page").await;
    assert_eq!(clinic.sheets().await, 1, "what is printed is the page and nothing else");

    clinic.type_into("#note", "Please bring your inhaler.").await;
    clinic.follow("#notes button.main").await;
    for (topic, mark) in [("#t1", "talked-about"), ("#t2", "next-time")] {
        let form = format!("li:has({topic})");
        clinic.follow(&format!("{form} button[value={mark}]")).await;
        assert!(clinic.has(&format!("{form} button[value={mark}][aria-pressed=true]")).await, "{topic}");
    }
    clinic.type_into("#goal", "Walk to church on Sundays").await;
    clinic.follow("form[action$='/goals'] button").await;
    assert_eq!(clinic.text("#g1").await, "Walk to church on Sundays");
    clinic.shot("98-closed").await;
    no_barriers(&clinic, "the page, closed").await;
    let shown = clinic.text("article.summary").await;
    assert!(
        shown.contains("Walk to church on Sundays") && shown.contains("Please bring your inhaler."),
        "{shown}"
    );
    assert_eq!(clinic.sheets().await, 1);
    clinic.go("/clinic").await;
    assert_eq!(clinic.text(".read").await, "read");
    clinic.close().await;

    world.tick().await;
    let mail = Mailbox::of(&world, "grace@home.test").newest();
    assert_eq!(mail.subject, "About your visit on 24 November 2026");
}
