//! The clinician's page, from the day list to the paper.

use foreword_app::access::roles::Held;

use crate::kit::{
    World,
    world::{GRACE, JOHN},
};

#[tokio::test(flavor = "multi_thread")]
async fn the_page_of_a_whole_visit_as_text() {
    let world = World::new().await;
    world.book(&[JOHN]).await;
    world.tick().await;
    let mut phone = world.phone("A2").await;
    phone
        .say_all(&[
            "",
            "I want to eat with my family again.",
            "1",
            "The tablets.",
            "2",
            "no",
            "2",
            "6",
            "A plan for bad days",
        ])
        .await;
    phone
        .say_all(&["7", "8 times", "yes", "2026-11-01", "no", "1, 4", "often not", "They make me dizzy."])
        .await;
    phone.say_all(&["2", "2", "3"]).await;
    insta::assert_snapshot!(world.page("A2").await, @r#"
    John Whitfield, born 2 Nov 1949, P2
    Visit: Wed 25 Nov 2026, 10:00 (Europe/London)
    GI follow-up · Dr Roe · North Clinic
    Answers: completed Fri 20 Nov 2026, 09:01 (by the patient, via terminal, in English); 19 of 19 answered

    RED FLAGS
    AMBER: Blood in the stool reported (Fri 20 Nov 2026, 09:01)

    WHAT MATTERS TO THE PATIENT
    1. The tablets. [just so you know]
    2. I want to eat with my family again. [wants to talk about it]

    SCORES
    Mood (PHQ-2): 4 (0-6, higher = worse); at or above the cut-off of 3; not today

    WHAT STANDS OUT
    - Did you see blood in your stool? → Yes
    - On your worst day, how many times did you have a bowel movement? → 8 times
    - How bad was your belly pain at its worst? → 7 / 10
    - Are you taking your medicines the way we planned? → Often not
    - Little interest or pleasure in doing things → More than half the days
    (and 1 more, among all answers on the page)

    CONTEXT
    - How sure are you that you can manage your health from day to day? → 6 / 10
    - What would make you feel more sure? → A plan for bad days

    Pathway: Gastroenterology follow-up (version 1). Patient and gastroenterologist begin the visit with what matters to the patient and with how the last week was.
    Expected: Begin with the first topic; look at what stands out; agree what to do about the wishes to talk.
    Instruments: gi-questions v1, phq-2 v1, visit-agenda v1
    Made Fri 20 Nov 2026, 09:01. Content <mark>. Answers as given by the patient and scores by published rules. No diagnosis, no advice on treatment, not watched around the clock.
    "#);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_earlier_visit_is_compared_like_for_like() {
    let world = World::new().await;
    world.book(&[&GRACE.replace("A1,", "A0,").replace("2026-11-24", "2026-11-21")]).await;
    world.tick().await;
    let mut phone = world.phone("A0").await;
    phone.say_all(&["", "no", "9"]).await;
    phone.say_all(&["1"; 7]).await;
    world.pass_hours(30);
    world
        .book(&[&GRACE
            .replace("A1,", "A0,")
            .replace("2026-11-24", "2026-11-21")
            .replace(",booked", ",fulfilled")])
        .await;
    // Longer ago than the instrument looks back: it is asked again.
    world.pass_hours(24 * 14);
    world.book(&[&GRACE.replace("2026-11-24", "2026-12-08")]).await;
    world.tick().await;
    let mut phone = world.phone("A1").await;
    phone.say_all(&["", "no", "9", "2", "2", "2", "2", "1", "1", "1"]).await;
    let page = world.page("A1").await;
    assert!(page.contains("(GAD-7): 11 (0-21, higher = worse); moderate (10-14); before: 7 on 20 Nov 2026; 4 points higher = worse; reaches the change of 4 that matters"), "{page}");
    assert!(page.contains("Strain in the past month: nothing answered"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_answered_for_another_clinic_is_nowhere_on_this_ones_pages() {
    let world = World::new().await;
    let south = GRACE.replace("A1,", "A0,").replace("2026-11-24", "2026-11-21").replace("North", "South");
    world.book(&[&south, GRACE]).await;
    world.tick().await;
    for (visit, answer) in [("A0", "3"), ("A1", "2")] {
        let mut phone = world.phone(visit).await;
        phone.say_all(&["", "no", "9"]).await;
        phone.say_all(&[answer; 7]).await;
    }
    let page = world.page("A1").await;
    assert!(page.contains("(GAD-7): 14 (0-21, higher = worse)"), "asked here as well: {page}");
    assert!(!page.contains("before:"), "{page}");
    let nurse = [Held { role: "nurse".to_owned(), clinic: Some("North Clinic".to_owned()) }];
    world.app.put_staff_with("ann", "Ann", &nurse, "a long enough password", world.now()).await.unwrap();
    let mut tab = world.tab();
    tab.send("/clinic/sign-in", &[("login", "ann"), ("password", "a long enough password")]).await;
    tab.open("/clinic").await;
    assert!(tab.page.contains("Grace Okafor") && !tab.page.contains("<td class=\"trend\">"), "{}", tab.page);
    tab.open(&format!("/clinic/patients/{}", world.line("A1").await.patient.id)).await;
    assert_eq!(tab.status, axum::http::StatusCode::OK);
    assert!(!tab.page.contains("South Clinic"), "{}", tab.text());
    let ann = world.app.staff().await.unwrap().into_iter().find(|member| member.login == "ann").unwrap();
    let patient = world.line("A1").await.patient.id;
    let about = world.app.about_patient(patient, &format!("staff:{}", ann.id), world.now()).await.unwrap();
    let values: Vec<f64> = about.trends[0].points.iter().map(|point| point.value).collect();
    assert_eq!(values, [14.0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_patient_whose_language_has_no_published_text_is_asked_the_agenda_only() {
    let world = World::new().await;
    world.book(&[&GRACE.replace(",en,", ",ar,")]).await;
    world.tick().await;
    let mut phone = world.phone("A1").await;
    phone.say_all(&["", "صداع كل يوم", "١", "لا", "٩"]).await;
    assert_eq!(phone.state().await, foreword_domain::conversation::State::Completed);
    let page = world.page("A1").await;
    assert!(page.contains("1. صداع كل يوم [wants to talk about it]"), "{page}");
    assert!(page.contains("Worry and nerves: not asked, there is no published text in Arabic"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_is_printed_for_staff_on_either_paper_and_its_name_says_nothing() {
    let world = World::new().await;
    let line = world.invite_grace().await;
    world.tick().await;
    let path = format!("/clinic/appointments/{}/summary.pdf", line.appointment.id);
    let mut stranger = world.tab();
    stranger.open(&path).await;
    assert!(stranger.at.starts_with("/clinic/sign-in"), "{}", stranger.at);
    let mut tab = crate::signing_in::staff(&world).await;
    tab.open(&format!("/clinic/appointments/{}", line.appointment.id)).await;
    assert!(tab.page.contains(&format!("href=\"{path}")), "the page leads to its print");
    for wanted in ["", "?paper=letter", "?details=none", "?paper=letter&details=none"] {
        let pdf = tab.once("GET", &format!("{path}{wanted}"), None, &[]).await;
        assert_eq!(pdf.status(), axum::http::StatusCode::OK, "{wanted}");
        assert_eq!(pdf.headers()["content-type"], "application/pdf");
        assert_eq!(pdf.headers()["cache-control"], "no-store");
        assert_eq!(pdf.headers()["content-disposition"], "inline; filename=\"before-the-visit.pdf\"");
        let bytes = axum::body::to_bytes(pdf.into_body(), 1 << 20).await.unwrap();
        assert!(bytes.starts_with(b"%PDF-") && bytes.len() > 8_000, "{wanted}");
    }
    let none = path.replace(&line.appointment.id.to_string(), "no-such-visit");
    assert_eq!(tab.open(&none).await.status, axum::http::StatusCode::NOT_FOUND);
}
