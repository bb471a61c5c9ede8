use foreword_domain::{
    chat::{Heard, What},
    language::Lang,
    mail::{Letter, Thread},
    message::{Body, Channel, Deliver, Delivery, Outbound, Post},
};
use serde_json::{Value, json};

use super::*;

/// A bot that knows nobody, at an address at which nobody is.
fn nowhere() -> Telegram {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    Telegram::new(&options("123:secret", &format!("http://127.0.0.1:{port}"))).unwrap()
}

fn options(token: &str, api_url: &str) -> Options {
    Options { token: token.to_owned(), api_url: api_url.to_owned() }
}

/// An update about a message from Anna, with these fields more or instead.
fn message(fields: &Value) -> String {
    let mut message = json!({
        "message_id": 12,
        "date": 1_767_225_600,
        "chat": { "id": 7001, "type": "private", "first_name": "Anna" },
        "from": { "id": 7001, "is_bot": false, "first_name": "Anna", "language_code": "pt-BR" },
    });
    for (name, value) in fields.as_object().unwrap() {
        message[name] = value.clone();
    }
    json!({ "update_id": 100, "message": message }).to_string()
}

fn what(raw: &str) -> Option<What> {
    heard(raw).map(|heard| heard.what)
}

fn text(text: &str) -> What {
    let sent_at = "2026-01-01T00:00:00Z".parse().unwrap();
    What::Text { message: 12, sent_at, text: text.to_owned().into() }
}

#[test]
fn a_wrong_setting_says_what_would_be_right_and_tells_no_secret() {
    let good = Options::default().api_url;
    for token in ["", "s3cret", "12:", ":s3cret", "12 :s3cret", "12:s3cret/x", "bot12:s3cret", "12:s3cret\n"]
    {
        let refused = Telegram::new(&options(token, &good)).err().unwrap().to_string();
        assert!(refused.contains("telegram.token") && refused.contains("@BotFather"), "{token}: {refused}");
        assert!(!refused.contains("s3cret"), "{refused}");
    }
    for url in
        ["", "api.telegram.org", "ftp://a.test", "https://", "https://a b", "http://a.test?bot12:s3cret"]
    {
        let refused = Telegram::new(&options("12:s3cret", url)).err().unwrap().to_string();
        assert!(refused.contains("telegram.api_url") && refused.contains("https://"), "{url}: {refused}");
        assert!(!refused.contains("s3cret"), "{refused}");
    }
    for url in [good.as_str(), "http://127.0.0.1:8081/", "http://[::1]:8081", "https://a.test/telegram//"] {
        let telegram = Telegram::new(&options("12:s3cret_-", url)).unwrap();
        let shown = format!("{telegram:?} {:?}", options("12:s3cret_-", url));
        assert!(!shown.contains("s3cret"), "{shown}");
    }
}

#[test]
fn what_is_typed_is_heard_word_for_word() {
    for typed in [
        "2",
        " \n ",
        "",
        "ten\nlines",
        "/start",
        "/START ",
        "/start two words",
        "/start é",
        "a@b.test",
        "/@x",
    ] {
        assert_eq!(what(&message(&json!({ "text": typed }))), Some(text(typed)), "{typed:?}");
    }
    let heard = heard(&message(&json!({ "text": "2" }))).unwrap();
    assert_eq!((heard.chat, heard.language), (7001, Lang::parse("pt-br").ok()));
    // A mark on the words, or what they reply to, may be newer than anything known here.
    let newer = json!({ "text": "2", "entities": [{ "type": "new", "offset": 0 }], "reply_to_message": { "new": 1 } });
    assert_eq!(what(&message(&newer)), Some(text("2")));
}

#[test]
fn commands_lose_the_name_of_the_bot_and_start_gives_its_code() {
    for (typed, expected) in [
        ("/help@foreword_bot", "/help"),
        ("/language@foreword_bot de", "/language de"),
        ("/start@foreword_bot", "/start"),
    ] {
        assert_eq!(what(&message(&json!({ "text": typed }))), Some(text(expected)), "{typed}");
    }
    for typed in ["/start aB_-9", "/start@foreword_bot aB_-9", "/Start  aB_-9\n"] {
        let code = Some(What::Code("aB_-9".to_owned().into()));
        assert_eq!(what(&message(&json!({ "text": typed }))), code, "{typed}");
    }
    let long = format!("/start {}", "a".repeat(65));
    assert_eq!(what(&message(&json!({ "text": long }))), Some(text(&long)));
}

#[test]
fn whatever_is_not_plain_text_is_unreadable() {
    for fields in [
        json!({ "photo": [{ "file_id": "p", "file_unique_id": "u", "width": 1, "height": 1 }], "caption": "2" }),
        json!({ "voice": { "file_id": "v", "file_unique_id": "u", "duration": 3 } }),
        json!({ "something": "new" }),
        json!({}),
        json!({ "text": 2 }),
        json!({ "text": "2", "date": "today" }),
        json!({ "text": "2", "message_id": "12" }),
        json!({ "text": "2", "date": i64::MAX }),
        json!({ "text": null, "from": null }),
    ] {
        assert_eq!(what(&message(&fields)), Some(What::Unreadable), "{fields}");
    }
    assert_eq!(
        what(&message(&json!({ "text": "2" })).replace("\"2\"", r#""\ud83d""#)),
        Some(What::Unreadable)
    );
    let deep =
        message(&json!({ "deep": "x" })).replace("\"x\"", &format!("{}{}", "[".repeat(500), "]".repeat(500)));
    assert_eq!(what(&deep), Some(What::Unreadable));
    let text_and_deep = deep.replace("\"deep\"", "\"text\":\"2\",\"deep\"");
    assert_eq!(what(&text_and_deep), Some(text("2")));
    assert_eq!(what(r#"{"update_id":1,"news":{"chat":{"id":5,"type":"private"}}}"#), Some(What::Unreadable));
}

#[test]
fn groups_bots_and_moves_are_told_apart() {
    for kind in ["group", "supergroup", "channel", "a new kind"] {
        let raw = message(&json!({ "text": "2", "chat": { "id": -5, "type": kind } }));
        assert_eq!(what(&raw), Some(What::Group));
        assert_eq!(what(&raw.replace("\"message\"", "\"edited_message\"")), Some(What::Group));
        assert_eq!(what(&raw.replace("\"message\"", "\"channel_post\"")), Some(What::Group));
    }
    assert_eq!(what(&message(&json!({ "text": "2", "chat": { "id": -5 } }))), Some(What::Group));
    assert_eq!(what(&message(&json!({ "text": "2", "from": { "id": 1, "is_bot": true } }))), None);
    let moved = message(&json!({ "chat": { "id": -5, "type": "group" }, "migrate_to_chat_id": -1_005 }));
    assert_eq!(heard(&moved), Some(Heard { chat: -5, language: None, what: What::MovedTo(-1_005) }));
    let edited =
        message(&json!({ "text": "3", "edit_date": 5 })).replace("\"message\"", "\"edited_message\"");
    assert_eq!(what(&edited), Some(What::Edited));
    // Where somebody is changes with every step; that is no change of what they said.
    let moving = json!({ "location": { "latitude": 51.5, "longitude": -0.1 }, "edit_date": 5 });
    assert_eq!(what(&message(&moving).replace("\"message\"", "\"edited_message\"")), None);
}

#[test]
fn a_press_is_heard_with_and_without_its_message() {
    let press = |fields: Value| {
        let mut query =
            json!({ "id": "900", "from": { "id": 7001, "is_bot": false, "language_code": "de" } });
        for (name, value) in fields.as_object().unwrap() {
            query[name] = value.clone();
        }
        heard(&json!({ "update_id": 1, "callback_query": query }).to_string())
    };
    let private = json!({ "id": 7001, "type": "private" });
    let pressed = |message, data: &str| {
        let what = What::Pressed { query: "900".to_owned(), message, data: data.to_owned() };
        Some(Heard { chat: 7001, language: Lang::parse("de").ok(), what })
    };
    let shown = json!({ "message_id": 4, "date": 1_767_225_600, "chat": private, "text": "?" });
    assert_eq!(press(json!({ "data": "1.a", "message": shown })), pressed(Some(4), "1.a"));
    let too_old = json!({ "message_id": 4, "date": 0, "chat": private });
    assert_eq!(press(json!({ "data": "1.a", "message": too_old })), pressed(Some(4), "1.a"));
    assert_eq!(press(json!({ "data": "1.a", "inline_message_id": "x" })), pressed(None, "1.a"));
    assert_eq!(press(json!({ "message": shown })), pressed(Some(4), ""));
    assert_eq!(press(json!({ "data": 5, "message": null })), pressed(None, ""));
    assert_eq!(press(json!({ "id": 5 })), None);
    let group = json!({ "message_id": 4, "chat": { "id": -5, "type": "group" } });
    assert_eq!(press(json!({ "message": group })).unwrap().what, What::Group);
}

#[test]
fn being_blocked_is_heard() {
    let member = |kind: &str, status: &str| {
        let change = json!({
            "chat": { "id": 7001, "type": kind },
            "from": { "id": 7001, "is_bot": false, "first_name": "Anna", "language_code": "!" },
            "date": 5,
            "new_chat_member": { "status": status },
        });
        heard(&json!({ "update_id": 1, "my_chat_member": change }).to_string())
    };
    let said = |what| Some(Heard { chat: 7001, language: None, what });
    assert_eq!(member("private", "kicked"), said(What::Blocked));
    assert_eq!(member("private", "member"), said(What::Unblocked));
    assert_eq!(member("private", "restricted"), None);
    assert_eq!(member("group", "administrator"), said(What::Group));
    assert_eq!(member("group", "left"), None);
}

#[test]
fn nonsense_says_nothing() {
    for raw in [
        "",
        "no JSON",
        "{",
        "[]",
        "5",
        "null",
        r#"{"update_id":1}"#,
        r#"{"update_id":1,"message":5}"#,
        r#"{"update_id":1,"message":{"text":"2"}}"#,
        r#"{"update_id":1,"message":{"chat":{"id":"7001"},"text":"2"}}"#,
        r#"{"update_id":1,"message":{"chat":{"id":1e99},"text":"2"}}"#,
        r#"{"update_id":1,"message":{"chat":{"id":99999999999999999999},"text":"2"}}"#,
        r#"{"update_id":1,"poll":{"id":"5","question":"?"}}"#,
        r#"{"update_id":1,"callback_query":{"id":"5","data":"1.a"}}"#,
        r#"{"update_id":1,"my_chat_member":{"chat":{"id":5}}}"#,
        &"[".repeat(100_000),
        "\u{0}",
    ] {
        assert_eq!(heard(raw), None, "{raw}");
    }
}

#[test]
fn an_update_is_kept_if_it_has_a_number() {
    let kept = |raw: &str| {
        let update = read_update(raw)?;
        let again: Value = serde_json::from_str(update.raw.reveal()).unwrap();
        assert_eq!(again, serde_json::from_str::<Value>(raw).unwrap(), "all of it");
        Some((update.number, update.chat))
    };
    for (raw, expected) in [
        (r#"{"update_id":1,  "message":{"chat":{"id":5}}}"#, Some((1, Some(5)))),
        (
            r#"{"edited_message":{"chat":{"id":-5}},"update_id":9007199254740993}"#,
            Some((9_007_199_254_740_993, Some(-5))),
        ),
        (
            r#"{"update_id":1,"callback_query":{"message":{"chat":{"id":5}},"from":{"id":6}}}"#,
            Some((1, Some(5))),
        ),
        (r#"{"update_id":1,"callback_query":{"from":{"id":6}}}"#, Some((1, Some(6)))),
        (r#"{"update_id":1,"my_chat_member":{"chat":{"id":5}}}"#, Some((1, Some(5)))),
        (r#"{"update_id":1,"news":{"chat":{"id":5}}}"#, Some((1, Some(5)))),
        (r#"{"update_id":1,"message":{"chat":"x"}}"#, Some((1, None))),
        (r#"{"update_id":1}"#, Some((1, None))),
        (r#"{"update_id":"1"}"#, None),
        (r#"{"update_id":99999999999999999999}"#, None),
        ("[]", None),
        ("", None),
    ] {
        assert_eq!(kept(raw), expected, "{raw}");
    }
}

#[tokio::test]
async fn where_nobody_listens_nothing_has_arrived() {
    let telegram = nowhere();
    assert_eq!(telegram.updates(0, Duration::ZERO).await, Err(Trouble::Unreachable));
    assert_eq!(telegram.introduce().await, Err(Trouble::Unreachable));
    let post = |address: &str, post: Post| Outbound {
        key: "0190:reply".to_owned(),
        channel: Channel::Telegram,
        address: address.to_owned(),
        language: Lang::english(),
        body: Body::Post(post),
    };
    let hello = foreword_domain::chat::Message { text: "Hello".to_owned(), rows: Vec::new() };
    let hello = Post { query: Some(("1".to_owned(), None)), edits: Vec::new(), message: Some(hello) };
    let later = Delivery::Later("telegram cannot be reached".to_owned());
    assert_eq!(telegram.deliver(&post("7001", hello.clone())).await, later);
    // Nothing is owed any more where only a press was to be told that it arrived.
    let query = Post { message: None, ..hello };
    assert_eq!(telegram.deliver(&post("7001", query.clone())).await, Delivery::Accepted(None));
    assert!(matches!(telegram.deliver(&post("anna@home.example", query)).await, Delivery::Never(_)));
    let letter = Letter {
        subject: String::new(),
        marker: None,
        parts: Vec::new(),
        ways: None,
        thread: Thread::default(),
    };
    let letter = Box::new(letter);
    let letter = Outbound { body: Body::Letter(letter), ..post("7001", Post::default()) };
    assert!(matches!(telegram.deliver(&letter).await, Delivery::Never(_)));
}
