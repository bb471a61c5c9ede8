//! What a page weighs, and what it tells the browser.

use axum::http::StatusCode;

use crate::kit::{Tab, World, tab::unescape};

/// The most a page may weigh with its stylesheet and scripts, uncompressed, in bytes.
const MOST: usize = 60_000;

fn between<'a>(text: &'a str, from: &str, to: &str) -> Vec<&'a str> {
    text.split(from).skip(1).filter_map(|rest| rest.split(to).next()).collect()
}

/// Weighs the page of a tab with everything it asks for.
async fn weigh(tab: &Tab) -> usize {
    let mut sum = tab.page.len();
    for from in ["src=\"/assets/", "href=\"/assets/"] {
        for asset in between(&tab.page, from, "\"") {
            let mut other = tab.clone();
            other.open(&format!("/assets/{asset}")).await;
            assert_eq!(other.status, StatusCode::OK, "{asset}");
            sum += other.page.len();
        }
    }
    assert!(sum <= MOST, "{} weighs {sum} bytes", tab.at);
    sum
}

fn is_named_after_the_clinic(tab: &Tab) {
    let title =
        between(&tab.page, "<title>", "</title>").first().map(|title| unescape(title)).unwrap_or_default();
    assert!(title.ends_with(" · North Clinic") && title.chars().count() > 16, "{}: {title:?}", tab.at);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_page_of_a_patient_weighs_more_than_60_kilobytes_and_each_names_the_clinic() {
    let world = World::new().await;
    world.book(&[&crate::kit::world::JOHN.replace(",en,", ",ar,")]).await;
    world.tick().await;
    let token = world.line("A2").await.token.unwrap().into_inner();
    let mut tab = world.tab();
    let mut weights = Vec::new();
    let mut note = async |tab: &Tab| {
        is_named_after_the_clinic(tab);
        weights.push((weigh(tab).await, tab.at.clone()));
    };
    note(tab.open(&format!("/v/{token}")).await).await;
    note(tab.enter(&token, "1950").await).await;
    note(tab.enter(&token, "1949").await).await;
    note(tab.ask_for("begin").await).await;
    let long = "كلمة ".repeat(100);
    note(tab.answer(&"x".repeat(900)).await).await;
    note(tab.answer(long.trim()).await).await;
    while tab.page.contains("form class=\"sheet question\"") {
        note(tab.skip().await).await;
    }
    let visit = tab.visit();
    for view in ["/review", "?view=help", "?view=stop", ""] {
        note(tab.open(&format!("{visit}{view}")).await).await;
    }
    note(tab.open("/kiosk").await).await;
    note(tab.open("/kiosk/end").await).await;
    note(tab.open("/v/nothing").await).await;
    assert!(weights.len() > 15, "{}", weights.len());
    weights.sort();
    let (heaviest, at) = weights.last().unwrap();
    println!("the heaviest page weighs {heaviest} bytes: {at}");
}

#[tokio::test(flavor = "multi_thread")]
async fn over_tls_cookies_are_bound_to_the_host_and_pages_ask_for_it() {
    let world = World::with_options(|options| options.public_url = "https://clinic.test".to_owned()).await;
    let token = world.invite_grace().await.token.unwrap().into_inner();
    let mut clinic = crate::signing_in::staff(&world).await;
    let id = world.line("A1").await.appointment.id;
    clinic.open("/clinic").await;
    assert!(clinic.headers.contains_key("strict-transport-security"));
    let login = [("login", "roe"), ("password", "a long enough password")]
        .map(|(k, v)| format!("{k}={}", v.replace(' ', "+")));
    let set = |response: &axum::http::Response<axum::body::Body>| {
        let set = response.headers().get_all("set-cookie").iter();
        set.map(|value| value.to_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let mut tab = world.tab();
    let staff = set(&tab.once("POST", "/clinic/sign-in", Some(login.join("&")), &[]).await);
    let patient = set(&tab.once("POST", &format!("/v/{token}"), Some("year=1958".to_owned()), &[]).await);
    clinic.send(&format!("/clinic/appointments/{id}/kiosk"), &[]).await;
    let code: String = clinic
        .page
        .split("class=\"digits\"")
        .nth(1)
        .unwrap()
        .split('<')
        .next()
        .unwrap()
        .chars()
        .filter(char::is_ascii_digit)
        .collect();
    let kiosk = set(&tab.once("POST", "/kiosk", Some(format!("code={code}")), &[]).await);
    // The session, and the end of what was half of one.
    assert_eq!((staff.len(), patient.len(), kiosk.len()), (2, 2, 1), "{staff:?} {patient:?} {kiosk:?}");
    for cookie in staff.iter().chain(&kiosk) {
        assert!(cookie.starts_with("__Host-fw_") && cookie.contains("; Path=/;"), "{cookie}");
    }
    for cookie in &patient {
        assert!(cookie.starts_with("__Secure-fw_visit="), "{cookie}");
    }
    for cookie in staff.iter().chain(&patient).chain(&kiosk) {
        assert!(
            ["; HttpOnly", "; SameSite=Lax", "; Secure"].iter().all(|part| cookie.contains(part)),
            "{cookie}"
        );
    }
    tab.open(&format!("/v/{token}")).await;
    assert_eq!(tab.heading(), "Welcome", "a browser finds them again under their names");
}
