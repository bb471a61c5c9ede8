//! What was said in a chat stands nowhere in plain: not in the database, not in what is logged.

use super::{Chat, answers};
use crate::{
    keeping_secrets::dump,
    kit::{World, log, world::JOHN},
};

const CANARIES: [&str; 12] = [
    "canary-first",
    "canary-photo",
    "canary-edit",
    "canary-ahead",
    "canary-data",
    "canary-choice",
    "canary-stranger",
    "Whitfield",
    "john@home.test",
    "1949-11-02",
    "Telegram-Canary",
    "7001",
];

/// Three choices whose codes would be seen if they stood somewhere.
fn with_telling_codes() -> foreword_app::catalog::File {
    let text = include_str!("../../../config/instruments/gi-questions.toml");
    let text = text.replace(
        "code = \"2\", text = { en = \"Sleep\"",
        "code = \"canary-choice\", text = { en = \"Sleep\"",
    );
    let text = text.replace("in-the-way = \"1 2 3 4 5 6\"", "in-the-way = \"1 canary-choice 3 4 5 6\"");
    foreword_app::catalog::File { name: "gi-questions.toml".to_owned(), text }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_was_said_in_a_chat_can_be_read_in_the_database_or_the_log() {
    log::listen();
    let world = World::with(&[with_telling_codes()], &[]).await;
    world.book(&[JOHN]).await;
    let telegram = world.messenger().await;
    telegram.tick().await;
    let code = telegram.code("A2").await;
    let stranger = Chat::of(&telegram, telegram.api.user("Telegram-Canary", "en"));
    stranger.says(&["canary-stranger"]).await;
    let chat = Chat::of(&telegram, telegram.api.user("Telegram-Canary", "en"));
    chat.says(&[&format!("/start {code}"), "1950", "1949", "1", "yes"]).await;
    let first = chat.person.says("canary-first").await;
    chat.person.says("canary-ahead").await;
    telegram.run().await;
    chat.person.sends_photo("canary-photo").await;
    telegram.run().await;
    chat.person.edits(first, "canary-edit").await;
    telegram.run().await;
    chat.person.sends_press(chat.person.newest(), "1.canary-data").await;
    telegram.run().await;
    chat.says(&["talk", "no", "8", "7", "3", "no", "no"]).await;
    chat.presses(&["2"]).await;
    assert!(chat.newest().contains("✓ 2"), "{}", chat.newest());
    // Taken in and not yet applied: it waits sealed.
    chat.person.says("canary-ahead").await;
    telegram.take_in().await;

    let (logged, held) = (log::heard(), without_the_instrument(&dump(&world).await));
    assert!(held.contains("visit-agenda") && logged.contains("hyper"), "there is something to look at");
    let token = telegram.api.token().to_owned();
    let link = world.line("A2").await.token.unwrap().into_inner();
    for canary in CANARIES.into_iter().chain([code.as_str(), token.as_str(), link.as_str()]) {
        assert!(!held.contains(canary), "{canary} can be read in the database");
        assert!(!logged.contains(canary), "{canary} can be read in the log:\n{}", around(&logged, canary));
    }
    telegram.run().await;
    assert!(!answers(&world, "A2").await.contains("in-the-way"));
    // Done, it is an answer, and as sealed as the others.
    chat.presses(&["Done"]).await;
    assert!(answers(&world, "A2").await.contains("in-the-way: canary-choice"));
    assert!(!without_the_instrument(&dump(&world).await).contains("canary"));
}

/// The code stands in the instrument's own file, which is no secret.
fn without_the_instrument(dump: &str) -> String {
    // PostgreSQL writes a quotation mark within a row twice.
    let dump = dump.replace("\"\"", "\"");
    dump.replace("code = \"canary-choice\"", "").replace("1 canary-choice 3", "")
}

fn around<'a>(text: &'a str, word: &str) -> &'a str {
    text.lines().find(|line| line.contains(word)).unwrap_or_default()
}
