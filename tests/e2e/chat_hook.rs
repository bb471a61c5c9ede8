//! The webhook: what Telegram pushes is on disk before it is told that it arrived, and is refused
//! without the secret.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use foreword_bot::telegram;
use foreword_domain::private::Private;
use foreword_intake::Hook;
use sea_orm::{ConnectionTrait, Database, Statement};
use tower::ServiceExt;

use super::chat_faults::{WISH, given, heard, patients, seconds, topic, wish, world_of};
use crate::kit::{Messenger, World};

const SECRET: &str = "a-secret_of-the-clinic";

fn hook() -> (Hook, Arc<AtomicUsize>) {
    let came = Arc::new(AtomicUsize::new(0));
    let told = Arc::clone(&came);
    let arrived = Arc::new(move || {
        told.fetch_add(1, Ordering::SeqCst);
    });
    let secret = Private::new(SECRET.to_owned());
    (Hook { secret, read: telegram::read_update, arrived }, came)
}

/// Serves the real pages on a port of their own and lets Telegram deliver there.
async fn pushed_to(messenger: &Messenger<'_>, secret: &str) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hooks/telegram", listener.local_addr().unwrap());
    let router = messenger.world.router_with(Some(hook().0));
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    messenger.door.use_webhook(&url, secret).await.unwrap();
    url
}

async fn stored(world: &World) -> i64 {
    let connection = Database::connect(&world.url).await.unwrap();
    let statement =
        Statement::from_string(connection.get_database_backend(), "SELECT COUNT(*) FROM telegram_updates");
    connection.query_one_raw(statement).await.unwrap().unwrap().try_get_by_index(0).unwrap()
}

async fn meddle(world: &World, sql: &str) {
    let connection = Database::connect(&world.url).await.unwrap();
    connection.execute_unprepared(sql).await.unwrap();
    connection.close().await.unwrap();
}

/// What the door answers to a delivery.
async fn post(router: &axum::Router, secret: Option<&str>, body: impl Into<Body>) -> StatusCode {
    let mut request = Request::post("/hooks/telegram").header("content-type", "application/json");
    if let Some(secret) = secret {
        request = request.header("x-telegram-bot-api-secret-token", secret);
    }
    router.clone().oneshot(request.body(body.into()).unwrap()).await.unwrap().status()
}

const UPDATE: &str = r#"{"update_id":7,"message":{"message_id":1,"date":1,"chat":{"id":7001,"type":"private"},"from":{"id":7001,"is_bot":false,"first_name":"A"},"text":"hello"}}"#;

#[tokio::test(flavor = "multi_thread")]
async fn only_a_delivery_with_the_secret_is_taken_in() {
    let world = World::new().await;
    let (hook, came) = hook();
    let router = world.router_with(Some(hook));
    for wrong in [None, Some(""), Some("a"), Some("A-secret_of-the-clinic"), Some("a-secret_of-the-clinic ")]
    {
        let expected = if wrong == Some("a-secret_of-the-clinic ") {
            // Space around a header's value is none of it.
            continue;
        } else {
            StatusCode::UNAUTHORIZED
        };
        assert_eq!(post(&router, wrong, UPDATE).await, expected, "{wrong:?}");
    }
    assert_eq!((stored(&world).await, came.load(Ordering::SeqCst)), (0, 0));
    assert_eq!(post(&router, Some(SECRET), UPDATE).await, StatusCode::OK);
    assert_eq!((stored(&world).await, came.load(Ordering::SeqCst)), (1, 1));
    assert_eq!(post(&router, Some(SECRET), UPDATE).await, StatusCode::OK);
    // The same, as a poll would have brought it: in another order, with other spaces.
    let value: serde_json::Value = serde_json::from_str(UPDATE).unwrap();
    assert_eq!(
        post(&router, Some(SECRET), serde_json::to_string_pretty(&value).unwrap()).await,
        StatusCode::OK
    );
    assert_eq!(stored(&world).await, 1, "it is known");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_update_is_neither_kept_nor_asked_for_again_and_nothing_huge_is_read() {
    let world = World::new().await;
    let router = world.router_with(Some(hook().0));
    for nothing in ["", "hello", "[]", "{}", "{\"update_id\":\"x\"}", "{\"update_id\":7"] {
        assert_eq!(post(&router, Some(SECRET), nothing).await, StatusCode::OK, "{nothing:?}");
    }
    assert!(post(&router, Some(SECRET), vec![0xFF, 0xFE]).await.is_client_error());
    let huge = format!("{{\"update_id\":7,\"message\":{:?}}}", "x".repeat(600 * 1024));
    assert_eq!(post(&router, Some(SECRET), huge.clone()).await, StatusCode::PAYLOAD_TOO_LARGE);
    let large = format!("{{\"update_id\":7,\"message\":{:?}}}", "x".repeat(400 * 1024));
    assert_eq!(post(&router, Some(SECRET), large).await, StatusCode::OK);
    assert_eq!(stored(&world).await, 1);
    let closed = world.router();
    assert_eq!(post(&closed, Some(SECRET), UPDATE).await, StatusCode::NOT_FOUND, "no webhook is set");
    assert_eq!(stored(&world).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conversation_by_webhook_is_the_same() {
    let world = world_of(1).await;
    let messenger = world.messenger().await;
    let (people, visits) = patients(&messenger, 1).await;
    pushed_to(&messenger, SECRET).await;
    people[0].says("My knees").await;
    assert_eq!(messenger.api.pending_updates(), 0, "it was taken at once");
    messenger.goes_by(seconds(3)).await;
    people[0].presses("1 · Talk about it").await;
    messenger.goes_by(seconds(3)).await;
    assert_eq!(given(&world, visits[0]).await, [topic("My knees"), wish("talk")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn with_another_secret_everything_waits_at_telegram() {
    let world = world_of(1).await;
    let messenger = world.messenger().await;
    let (people, visits) = patients(&messenger, 1).await;
    pushed_to(&messenger, "another").await;
    people[0].says("My knees").await;
    assert_eq!(messenger.api.pending_updates(), 1);
    let before = stored(&world).await;
    world.pass(seconds(120));
    let tried = messenger.api.deliver().await;
    assert!(tried.iter().all(|tried| tried.status == Some(401)), "{tried:?}");
    assert_eq!(stored(&world).await, before);
    pushed_to(&messenger, SECRET).await;
    world.pass(seconds(120));
    messenger.api.deliver().await;
    messenger.run().await;
    assert_eq!(given(&world, visits[0]).await, [topic("My knees")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_database_fails_telegram_is_asked_to_repeat_and_the_order_is_kept() {
    let world = World::with_errors().await;
    let rows = ["F0", "F1"].map(|id| {
        format!("{id},P{id},Pat,Test,1960-01-01,en,Europe/London,,,2026-11-24T09:30,20,North Clinic,Dr Roe,Wellbeing check,booked")
    });
    world.book(&rows.each_ref().map(String::as_str)).await;
    let messenger = world.messenger().await;
    let (people, visits) = patients(&messenger, 2).await;
    pushed_to(&messenger, SECRET).await;
    let from = messenger.api.calls().len();
    meddle(&world, "ALTER TABLE telegram_updates RENAME TO telegram_updates_away").await;
    people[0].says("My knees").await;
    people[0].says("talk").await;
    people[1].says("My back").await;
    world.pass(seconds(5));
    let tried = messenger.api.deliver().await;
    assert!(!tried.is_empty() && tried.iter().all(|tried| tried.status == Some(503)), "{tried:?}");
    assert_eq!(messenger.api.pending_updates(), 3);
    meddle(&world, "ALTER TABLE telegram_updates_away RENAME TO telegram_updates").await;
    world.pass(seconds(120));
    let tried = messenger.api.deliver().await;
    assert!(tried.iter().all(|tried| tried.status == Some(200)), "{tried:?}");
    assert_eq!(messenger.api.pending_updates(), 0);
    messenger.goes_by(seconds(10)).await;
    assert_eq!(given(&world, visits[0]).await, [topic("My knees")], "{}", people[0].transcript());
    assert_eq!(given(&world, visits[1]).await, [topic("My back")]);
    let told = heard(&messenger, &people[0], from);
    assert!(told[0].1.contains(WISH) && told[1].1.contains("before I asked"), "{told:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_poll_brought_and_the_webhook_brings_again_counts_once() {
    let world = world_of(1).await;
    let messenger = world.messenger().await;
    let (people, visits) = patients(&messenger, 1).await;
    people[0].says("My knees").await;
    // It is on disk, and the process ends before it confirms it; the next one is delivered to.
    let updates = messenger.door.updates(0, std::time::Duration::ZERO).await.unwrap();
    let count = updates.len();
    world.app.take_updates(updates, world.now()).await.unwrap();
    let before = stored(&world).await;
    pushed_to(&messenger, SECRET).await;
    world.pass(seconds(120));
    assert_eq!(messenger.api.deliver().await.len() + messenger.api.pending_updates(), count);
    assert_eq!(stored(&world).await, before);
    messenger.goes_by(seconds(5)).await;
    assert_eq!(given(&world, visits[0]).await, [topic("My knees")]);
}
