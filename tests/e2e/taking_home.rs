//! What patients and the desk can print: the patient's own copy, and forms on paper.

use axum::http::{StatusCode, header};
use foreword_domain::conversation::State;

use crate::kit::{
    World,
    process::{foreword, run, told},
};

const VISIT: [&str; 20] = [
    "My knees", "1", "no", "7", "nothing", "1", "2", "3", "3", "0", "2", "1", "1", "1", "2", "3", "4", "5",
    "1", "2",
];

#[tokio::test(flavor = "multi_thread")]
async fn a_patient_takes_a_copy_home_and_nobody_else_does() {
    let world = World::new().await;
    let line = world.invite_grace().await;
    let mut tab = world.tab();
    tab.enter(line.token.unwrap().reveal(), "1958").await;
    let mut phone = world.phone("A1").await;
    phone.say("").await;
    phone.say_all(&VISIT).await;
    phone.say_all(&["3", "4", "5", "1"]).await;
    assert_eq!(phone.state().await, State::Completed);

    let copy = format!("{}/copy", tab.visit());
    tab.open(&copy).await;
    assert_eq!(tab.status, StatusCode::OK);
    assert!(tab.page.contains("My knees") && tab.page.contains("Grace Okafor"), "{}", tab.page);
    for theirs in ["GAD", "K10", "moderate", "severe", "<script"] {
        assert!(!tab.page.contains(theirs), "{theirs} is nothing that was said by the patient");
    }
    let policy = tab.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap().to_owned();
    assert!(policy.starts_with("default-src 'none'"), "{policy}");
    let pdf = tab.once("GET", &format!("{copy}.pdf"), None, &[]).await;
    assert_eq!(pdf.headers()[header::CONTENT_TYPE], "application/pdf");
    assert_eq!(pdf.headers()[header::CACHE_CONTROL], "no-store");
    let bytes = axum::body::to_bytes(pdf.into_body(), 1 << 20).await.unwrap();
    assert!(bytes.starts_with(b"%PDF-") && bytes.len() > 5_000);

    let mut other = world.tab();
    assert_eq!(other.open(&copy).await.status, StatusCode::UNAUTHORIZED);
    assert!(!other.page.contains("My knees"));
    assert_eq!(other.open(&format!("{copy}.pdf")).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_desk_prints_a_form_for_a_patient_and_one_for_anybody() {
    let world = World::new().await;
    let line = world.invite_grace().await;
    let of_visit = format!("/clinic/appointments/{}/paper.pdf", line.appointment.id);
    let mut stranger = world.tab();
    stranger.open(&of_visit).await;
    assert!(stranger.at.starts_with("/clinic/sign-in"), "{}", stranger.at);
    let mut tab = crate::signing_in::staff(&world).await;
    for path in [of_visit.as_str(), "/clinic/pathways/gi-follow-up/paper.pdf?lang=es&paper=letter"] {
        let pdf = tab.once("GET", path, None, &[]).await;
        assert_eq!(pdf.status(), StatusCode::OK, "{path}");
        let bytes = axum::body::to_bytes(pdf.into_body(), 1 << 20).await.unwrap();
        assert!(bytes.starts_with(b"%PDF-") && bytes.len() > 20_000, "{path}");
    }
    assert_eq!(tab.open("/clinic/pathways/none/paper.pdf").await.status, StatusCode::NOT_FOUND);
}

#[test]
fn a_form_on_paper_comes_from_the_command_line_or_says_what_is_wrong() {
    let folder = crate::kit::Folder::new();
    let file = folder.path("form.pdf");
    let print = |args: &[&str]| told(&run(foreword().arg("paper").args(args), ""));
    let (code, _, err) = print(&["wellbeing-check", "--lang", "ar", "--out", file.to_str().unwrap()]);
    assert_eq!(code, Some(0), "{err}");
    assert!(std::fs::read(&file).unwrap().starts_with(b"%PDF-"));
    for (args, wanted) in [
        (&["wellbeing"][..], "there are"),
        (&["wellbeing-check", "--lang", "xx"], "en, es, de, fr and ar"),
        (&["wellbeing-check", "--paper", "a5"], "neither \"a4\" nor \"letter\""),
    ] {
        let (code, _, err) = print(args);
        assert_eq!(code, Some(2), "{err}");
        assert!(err.contains(wanted), "{err}");
    }
}
