//! The patient's pages, without a script.

use axum::http::StatusCode;
use foreword_domain::conversation::State;
use jiff::SignedDuration;

use crate::kit::{World, world::GRACE};

#[tokio::test(flavor = "multi_thread")]
async fn opening_a_link_spends_nothing_and_shows_nothing_private() {
    let world = World::new().await;
    let token = world.invite_grace().await.token.unwrap().into_inner();
    let path = format!("/v/{token}");
    let mut scanner = world.tab();
    for method in ["HEAD", "GET", "GET", "GET"] {
        let response = scanner.once(method, &path, None, &[]).await;
        assert_eq!(response.status(), StatusCode::OK);
    }
    // Some scanners press the button they find.
    scanner.open(&path).await;
    assert_eq!(scanner.heading(), "Is it you?");
    for private in ["Grace", "Okafor", "1958", "Wellbeing", "GAD", "24 November"] {
        assert!(!scanner.page.contains(private), "{private} is on the page");
    }
    scanner.send(&path, &[("year", "")]).await;
    assert_eq!(scanner.status, StatusCode::UNPROCESSABLE_ENTITY);

    let mut tab = world.tab();
    tab.enter(&token, "1958").await;
    assert_eq!((tab.status, tab.heading().as_str()), (StatusCode::OK, "Welcome"));
}

#[tokio::test(flavor = "multi_thread")]
async fn five_wrong_years_lock_the_link_for_a_quarter_of_an_hour() {
    let world = World::new().await;
    let token = world.invite_grace().await.token.unwrap().into_inner();
    world.tick().await;
    let mut tab = world.tab();
    for year in ["1957", "1959", "1960", "1961"] {
        tab.enter(&token, year).await;
        assert_eq!(tab.status, StatusCode::UNPROCESSABLE_ENTITY, "{year}");
    }
    for nothing in ["", "abc", "99999", "1", "1066", "3000", "1957", "1957 1958"] {
        tab.enter(&token, nothing).await;
        assert_eq!(tab.status, StatusCode::UNPROCESSABLE_ENTITY, "{nothing:?} is no other try");
    }
    tab.enter(&token, "1962").await;
    assert_eq!(tab.status, StatusCode::TOO_MANY_REQUESTS);
    tab.enter(&token, "1958").await;
    assert_eq!(tab.status, StatusCode::TOO_MANY_REQUESTS, "the right year does not open a locked link");
    let mut clinic = crate::signing_in::staff(&world).await;
    assert!(clinic.page.contains("link locked until 09:15"), "staff see it: {}", clinic.page);
    world.pass(SignedDuration::from_mins(16));
    tab.enter(&token, "١٩٥٨").await;
    assert_eq!(tab.heading(), "Welcome", "digits of other scripts are digits");
    clinic.open("/clinic").await;
    assert!(!clinic.page.contains("link locked"));
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_old_and_cancelled_links_all_look_the_same() {
    let world = World::new().await;
    let token = world.invite_grace().await.token.unwrap().into_inner();
    world.tick().await;
    let mut tab = world.tab();
    let unknown = tab.open("/v/AAAAAAAAAAAAAAAAAAAAAA").await.page.clone();
    assert_eq!(tab.status, StatusCode::NOT_FOUND);
    world.book(&[&GRACE.replace(",booked", ",cancelled")]).await;
    assert_eq!(tab.open(&format!("/v/{token}")).await.page, unknown);
    world.book(&[GRACE]).await;
    world.tick().await;
    assert_ne!(tab.open(&format!("/v/{token}")).await.page, unknown, "booked again, it works again");
    world.pass_hours(24 * 7);
    world.tick().await;
    assert_eq!(tab.open(&format!("/v/{token}")).await.page, unknown, "after the visit it is over");
    tab.enter(&token, "1958").await;
    assert_eq!(tab.page, unknown);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_sent_twice_counts_once_and_a_changed_one_counts_anew() {
    let world = World::new().await;
    let token = world.invite_grace().await.token.unwrap().into_inner();
    let mut tab = world.tab();
    tab.enter(&token, "1958").await;
    tab.ask_for("begin").await;
    let first = tab.clone();
    let mut again = first.clone();
    tab.answer("One").await;
    again.answer("One").await;
    assert_eq!(again.status, StatusCode::OK);
    let held = |world: &World, conversation| {
        let store = world.store.clone();
        async move {
            store
                .read(move |txn| {
                    Box::pin(async move { foreword_store::answers::of_conversation(txn, conversation).await })
                })
                .await
                .unwrap()
                .len()
        }
    };
    let conversation = world.app.conversation_of("P1", world.now()).await.unwrap();
    assert_eq!(held(&world, conversation).await, 1, "the second press changed nothing");
    let mut changed = first.clone();
    changed.answer("Another").await;
    assert_eq!(held(&world, conversation).await, 2);
    assert!(world.page("A1").await.contains("1. Another\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn five_hundred_characters_fit_and_more_are_asked_for_again_without_loss() {
    let world = World::new().await;
    let token = world.invite_grace().await.token.unwrap().into_inner();
    let mut tab = world.tab();
    tab.enter(&token, "1958").await;
    tab.ask_for("begin").await;
    let long: String = "😀ألم<b>é ".chars().cycle().take(501).collect();
    tab.answer(&long).await;
    assert_eq!(tab.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(tab.text().contains(long.trim_end()), "what was typed stands there still");
    assert!(tab.page.contains("500") && tab.page.contains("501"));
    let fits: String = long.chars().take(500).collect();
    tab.answer(&fits).await;
    assert_eq!(tab.heading(), "What would you like us to do with this?");
    assert!(world.page("A1").await.contains(&format!("1. {fits}\n")), "byte for byte");
    let mut staff = crate::signing_in::staff(&world).await;
    staff.open(&format!("/clinic/appointments/{}", world.line("A1").await.appointment.id)).await;
    assert!(staff.text().contains(&fits), "byte for byte in the clinic");
    assert!(!staff.page.contains("ألم<b>"), "and never as markup");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_offered_is_never_stored() {
    let world = World::new().await;
    let token = world.invite_grace().await.token.unwrap().into_inner();
    let mut tab = world.tab();
    tab.enter(&token, "1958").await;
    tab.ask_for("begin").await;
    tab.skip().await; // topic-1, so that confidence is next
    let path = format!("{}/answer", tab.visit());
    let nonce = tab.hidden("nonce");
    for (ask, item, value) in [
        ("visit-agenda", "confidence", "11"),
        ("visit-agenda", "confidence", "-1"),
        ("visit-agenda", "topic-2", "hidden item"),
        ("gad-7", "q1", "4"),
        ("gad-7", "q99", "1"),
        ("gad-7", "total", "1"),
        ("k10", "q1", "0"),
        ("nothing", "q1", "1"),
        ("wish.gad-7", "wish", "maybe"),
        ("", "", ""),
    ] {
        let mut hostile = tab.clone();
        hostile
            .send(
                &path,
                &[
                    ("ask", ask),
                    ("item", item),
                    ("nonce", &format!("{nonce}{item}{value}")),
                    ("value", value),
                ],
            )
            .await;
        assert!(
            hostile.status.is_success() || hostile.status == StatusCode::UNPROCESSABLE_ENTITY,
            "{ask}/{item}={value}: {}",
            hostile.status
        );
    }
    let conversation = world.app.conversation_of("P1", world.now()).await.unwrap();
    let visit = world.app.visit(conversation).await.unwrap();
    assert_eq!(visit.ledger.iter().count(), 1, "only the skipped topic is in the ledger");
}

#[tokio::test(flavor = "multi_thread")]
async fn back_change_skip_pause_language_and_help_work_without_a_script() {
    let world = World::new().await;
    let token = world.invite_grace().await.token.unwrap().into_inner();
    let mut tab = world.tab();
    tab.enter(&token, "1958").await;
    tab.ask_for("begin").await;
    tab.answer("First thought").await;
    let visit = tab.visit();
    tab.open(&format!("{visit}?question=1")).await;
    assert!(tab.page.contains("First thought"), "the earlier answer stands there");
    tab.answer("Second thought").await;
    tab.open(&format!("{visit}?view=answers")).await;
    assert!(tab.page.contains("Second thought") && !tab.page.contains("First thought"));
    tab.open(&visit).await;
    tab.ask_for("pause").await;
    assert_eq!(tab.heading(), "See you later");
    tab.ask_for("begin").await;
    assert_eq!(tab.heading(), "What would you like us to do with this?");
    tab.send(&format!("{visit}/ask-for"), &[("wish", "language"), ("lang", "ar")]).await;
    assert!(tab.page.contains("<html lang=\"ar\" dir=\"rtl\">"));
    tab.open(&format!("{visit}?view=help")).await;
    assert_eq!(tab.status, StatusCode::OK);
    for wish in ["stop", "decline", "not-me"] {
        tab.open(&format!("{visit}?view={wish}")).await;
        assert!(tab.page.contains(&format!("name=\"wish\" value=\"{wish}\"")), "asked before it is done");
    }
    let conversation = world.app.conversation_of("P1", world.now()).await.unwrap();
    assert_eq!(
        world.app.visit(conversation).await.unwrap().standing.state,
        State::Open,
        "looking changed nothing"
    );
    tab.ask_for("decline").await;
    assert_eq!(world.app.visit(conversation).await.unwrap().standing.state, State::Declined);
    world.pass_hours(24);
    assert!(world.tick().await.is_empty(), "who declined is not reminded");
}

#[tokio::test(flavor = "multi_thread")]
async fn forms_from_other_sites_and_oversized_ones_are_refused() {
    let world = World::new().await;
    let token = world.invite_grace().await.token.unwrap().into_inner();
    let path = format!("/v/{token}");
    let mut tab = world.tab();
    for extra in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "https://evil.test"),
        ("origin", "null"),
    ] {
        let response = tab.once("POST", &path, Some("year=1958".to_owned()), &[extra]).await;
        assert_eq!(response.status(), StatusCode::FORBIDDEN, "{extra:?}");
    }
    for extra in [("sec-fetch-site", "same-origin"), ("origin", "http://clinic.test")] {
        let response = tab.once("POST", &path, Some("year=1958".to_owned()), &[extra]).await;
        assert_eq!(response.status(), StatusCode::SEE_OTHER, "{extra:?}");
    }
    let response = tab.once("POST", &path, Some(format!("year={}", "9".repeat(70_000))), &[]).await;
    assert_eq!(response.status(), StatusCode::PAYLOAD_TOO_LARGE);
    world.tick().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_tells_the_browser_what_to_refuse() {
    let world = World::new().await;
    let token = world.invite_grace().await.token.unwrap().into_inner();
    let mut tab = world.tab();
    for path in [
        &format!("/v/{token}"),
        "/v/x",
        "/visit/x",
        "/clinic/sign-in",
        "/nowhere",
        "/fhir/R4/metadata",
        "/fhir/R4/Patient",
    ] {
        tab.open(path).await;
        let policy = tab.headers["content-security-policy"].to_str().unwrap();
        assert!(
            policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
            "{path}: {policy}"
        );
        assert_eq!(tab.headers["x-content-type-options"], "nosniff", "{path}");
        assert_eq!(tab.headers["cache-control"], "no-store", "{path}");
        assert!(!tab.page.contains("style=\"") && !tab.page.contains("onclick"), "{path}: nothing inline");
    }
    world.tick().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_delivery_a_hundred_times_at_once_is_one_answer() {
    use foreword_domain::{
        conversation::{Input, Said},
        message::{Channel, Inbound, InboxKey},
        private::Private,
        response::{ItemRef, Respondent},
    };
    let world = World::new().await;
    world.invite_grace().await;
    world.tick().await;
    let conversation = world.app.conversation_of("P1", world.now()).await.unwrap();
    let inbound = |text: &str| Inbound {
        key: InboxKey { source: "web".to_owned(), id: "the-same".to_owned() },
        conversation,
        channel: Channel::Web,
        by: Respondent::Patient,
        at_once: 1,
        said: Said::Give {
            at: ItemRef::new("visit-agenda", "topic-1"),
            input: Input::Typed(Private::new(text.to_owned())),
        },
    };
    let tasks: Vec<_> = (0..100)
        .map(|_| {
            let (app, inbound, now) = (world.app.clone(), inbound("One"), world.now());
            tokio::spawn(async move { app.receive(inbound, now).await })
        })
        .collect();
    let mut receipts = Vec::new();
    for task in tasks {
        receipts.push(task.await.unwrap().unwrap());
    }
    assert_eq!(receipts.iter().filter(|r| !r.repeated).count(), 1);
    assert!(receipts.iter().all(|r| r.replies == receipts[0].replies), "every one got the same receipt");
    let other = world.app.receive(inbound("Two"), world.now()).await.unwrap_err();
    assert!(matches!(other, foreword_app::Error::Conflict), "other content under the same key is refused");
    let held = world
        .store
        .read(move |txn| {
            Box::pin(async move { foreword_store::answers::of_conversation(txn, conversation).await })
        })
        .await
        .unwrap();
    assert_eq!(held.len(), 1);
}
