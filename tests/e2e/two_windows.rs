//! Two windows at one visit, the browser's Back, and the address of each question.

use axum::http::StatusCode;

use crate::kit::{Tab, World};

async fn begun(world: &World) -> Tab {
    let token = world.invite_grace().await.token.unwrap().into_inner();
    let mut tab = world.tab();
    tab.enter(&token, "1958").await;
    tab.ask_for("begin").await;
    tab
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_window_overwrites_nothing_before_the_patient_has_chosen() {
    let world = World::new().await;
    let mut first = begun(&world).await;
    let mut second = first.clone();
    second.open(&first.at.clone()).await;
    second.answer("From the second window").await;
    first.answer("From the <first>").await;
    assert_eq!((first.status, first.heading().as_str()), (StatusCode::CONFLICT, "Which answer is right?"));
    assert!(first.text().contains("From the second window") && first.text().contains("From the <first>"));
    assert!(world.page("A1").await.contains("1. From the second window\n"), "nothing was overwritten");

    let mut keeps = first.clone();
    keeps.open(&first.visit()).await;
    assert_eq!(keeps.heading(), "What would you like us to do with this?");
    assert!(world.page("A1").await.contains("1. From the second window\n"));

    let fields = ["ask", "item", "nonce", "seen"].map(|name| first.hidden(name));
    let [ask, item, nonce, seen] = &fields;
    let path = format!("{}/answer", first.visit());
    let chosen = [
        ("ask", ask.as_str()),
        ("item", item),
        ("nonce", nonce),
        ("seen", seen),
        ("value", "From the <first>"),
    ];
    // Meanwhile the second window has changed its mind: the choice is put again.
    second.open(&format!("{}?question=1", second.visit())).await;
    second.answer("Changed again").await;
    first.send(&path, &chosen).await;
    assert_eq!(first.status, StatusCode::CONFLICT);
    assert!(first.text().contains("Changed again"));
    let seen = first.hidden("seen");
    let nonce = first.hidden("nonce");
    let chosen = [
        ("ask", ask.as_str()),
        ("item", item),
        ("nonce", &nonce),
        ("seen", &seen),
        ("value", "From the <first>"),
    ];
    first.send(&path, &chosen).await;
    assert_eq!(first.heading(), "What would you like us to do with this?");
    assert!(world.page("A1").await.contains("1. From the <first>\n"), "{}", world.page("A1").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_answer_in_two_windows_and_an_answer_by_chat_are_told_apart() {
    let world = World::new().await;
    let mut first = begun(&world).await;
    let mut second = first.clone();
    second.open(&first.at.clone()).await;
    second.answer("The same").await;
    first.answer("The same").await;
    assert_eq!(first.heading(), "What would you like us to do with this?", "both say the same");
    let mut phone = world.phone("A1").await;
    phone.say_all(&["", "1"]).await;
    first.answer("inform").await;
    assert_eq!((first.status, first.heading().as_str()), (StatusCode::CONFLICT, "Which answer is right?"));
}

#[tokio::test(flavor = "multi_thread")]
async fn each_question_has_an_address_of_its_own_that_stays() {
    let world = World::new().await;
    let mut tab = begun(&world).await;
    let visit = tab.visit();
    let first = tab.at.clone();
    assert!(first.starts_with(&format!("{visit}/q/")), "{first}");
    tab.answer("One").await;
    let second = tab.at.clone();
    assert_ne!(first, second);
    assert!(!second.contains("agenda") && !second.contains("topic"), "it tells nothing: {second}");
    // The browser's Back.
    tab.open(&first).await;
    assert!(tab.heading().starts_with("What matters most") && tab.page.contains("One"));
    tab.skip().await;
    // What belonged to the answer that was taken back is not asked any more.
    tab.open(&second).await;
    assert_ne!(tab.at, second);
    assert_eq!(tab.status, StatusCode::OK);
    for nowhere in ["0-0", "1-99", "99-1", "x", "1", "-", "%2e%2e", "18446744073709551616-1"] {
        tab.open(&format!("{visit}/q/{nowhere}")).await;
        assert_eq!(tab.status, StatusCode::OK, "{nowhere}");
        assert!(
            tab.page.contains("form class=\"sheet question\""),
            "{nowhere} leads to the question that is next"
        );
    }
    tab.open(&format!("{visit}?question=1")).await;
    assert_eq!(tab.at, first, "old addresses lead to the new ones");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_answers_are_looked_over_before_the_end_and_can_be_changed() {
    let world = World::new().await;
    let mut tab = begun(&world).await;
    let mut pages = 0;
    while tab.page.contains("form class=\"sheet question\"") {
        pages += 1;
        assert!(pages < 40);
        tab.skip().await;
    }
    assert_eq!(tab.heading(), "Is everything right?");
    assert_eq!(tab.at, format!("{}/review", tab.visit()));
    let change = tab.page.split("<a href=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    tab.open(&change).await;
    tab.answer("One thing after all").await;
    while tab.page.contains("form class=\"sheet question\"") {
        tab.skip().await;
    }
    assert!(tab.heading() == "Is everything right?" && tab.page.contains("One thing after all"));
    tab.ask_for("finish").await;
    assert_eq!(tab.heading(), "Thank you");
    tab.open(&tab.visit()).await;
    assert_eq!(tab.heading(), "Thank you", "whoever comes back is not asked once more");
    let log = world
        .store
        .read(|txn| Box::pin(async move { foreword_store::audit::newest(txn, 50).await }))
        .await
        .unwrap();
    assert!(log.iter().any(|entry| entry.action == "conversation.confirmed"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_taken_back_easily_is_asked_twice() {
    let world = World::new().await;
    let mut tab = begun(&world).await;
    let visit = tab.visit();
    for wish in ["stop", "decline", "not-me"] {
        tab.send(&format!("{visit}/ask-for"), &[("wish", wish)]).await;
        assert_eq!(tab.heading(), "Are you sure?", "{wish}");
    }
    let conversation = world.app.conversation_of("P1", world.now()).await.unwrap();
    let state = world.app.visit(conversation).await.unwrap().standing.state;
    assert_eq!(state, foreword_domain::conversation::State::Open);
    let consents = world.page("A1").await;
    assert!(!consents.contains("not me"));
}
