//! The door to Telegram alone, with nothing behind it: what becomes of a message, and how updates come in.

use foreword_bot::{
    Telegram,
    telegram::{Options, Trouble, heard, read_update},
};
use foreword_domain::{
    chat::{Button, Does, Message, Update, What},
    language::Lang,
    message::{Body, Channel, Deliver, Delivery, Edited, Outbound, Post},
};
use jiff::SignedDuration;

use crate::kit::telegram::{BotApi, Order, Person};

async fn with_anna() -> (BotApi, Telegram, Person) {
    let api = BotApi::start().await;
    let telegram = door(&api, api.token());
    let anna = api.user("Anna", "en");
    anna.start("").await;
    (api, telegram, anna)
}

fn door(api: &BotApi, token: &str) -> Telegram {
    Telegram::new(&Options { token: token.to_owned(), api_url: api.url().to_owned() }).unwrap()
}

async fn deliver(telegram: &Telegram, chat: i64, post: Post) -> Delivery {
    let outbound = Outbound {
        key: "0190:reply".to_owned(),
        channel: Channel::Telegram,
        address: chat.to_string(),
        language: Lang::english(),
        body: Body::Post(post),
    };
    telegram.deliver(&outbound).await
}

fn says(text: &str, rows: Vec<Vec<Button>>) -> Post {
    Post { message: Some(Message { text: text.to_owned(), rows }), ..Post::default() }
}

fn changes(message: i64, text: Option<&str>, rows: Vec<Vec<Button>>) -> Post {
    Post { edits: vec![Edited { message, text: text.map(str::to_owned), rows }], ..Post::default() }
}

fn yes() -> Vec<Vec<Button>> {
    vec![vec![Button { label: "Yes".to_owned(), does: Does::Press("1.a".to_owned()) }]]
}

fn numbers(updates: &[Update]) -> Vec<i64> {
    updates.iter().map(|update| update.number).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_press_is_answered_then_messages_are_changed_then_one_is_sent() {
    let (api, telegram, anna) = with_anna().await;
    let page =
        Button { label: "Page".to_owned(), does: Does::Open("https://clinic.example/v/abc".to_owned()) };
    let rows = vec![yes()[0].clone(), Vec::new(), vec![page]];
    let Delivery::Accepted(Some(ready)) = deliver(&telegram, anna.id(), says("Ready? <b> _", rows)).await
    else {
        panic!("it is not taken")
    };
    assert_eq!(ready, anna.newest());
    assert_eq!(anna.presses("Page").await.as_deref(), Some("https://clinic.example/v/abc"));
    anna.presses("Yes").await;
    let all = Post {
        query: Some(("9000001".to_owned(), Some("Saved".to_owned()))),
        message: says("Next", yes()).message,
        ..changes(ready, Some("Ready? ✓ Yes"), Vec::new())
    };
    // Twice, as after a crash: only the message is there twice.
    for _ in 0..2 {
        assert!(matches!(deliver(&telegram, anna.id(), all.clone()).await, Delivery::Accepted(Some(_))));
    }
    assert_eq!(
        deliver(&telegram, anna.id(), changes(anna.newest(), None, Vec::new())).await,
        Delivery::Accepted(None)
    );
    assert_eq!(
        anna.screen(),
        "Anna: /start\nbot: Ready? ✓ Yes\nbot: Next\n  [Yes]\nbot: Next",
        "{}",
        anna.transcript()
    );
    let sent = &api.calls_of("sendMessage")[0].given;
    assert_eq!(sent["protect_content"], true);
    assert_eq!(sent["link_preview_options"]["is_disabled"], true);
    assert!(!sent.contains_key("parse_mode"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_goes_wrong_decides_what_becomes_of_a_message() {
    let (api, telegram, anna) = with_anna().await;
    let send = async || deliver(&telegram, anna.id(), says("Hello", Vec::new())).await;
    api.on("sendMessage").too_many(5);
    assert_eq!(send().await, Delivery::Wait(5));
    for is_applied in [false, true] {
        let order = || {
            let order = api.on("sendMessage");
            if is_applied { order.once_applied() } else { order }
        };
        order().hangs_up();
        assert_eq!(send().await, Delivery::Unknown("the connection to telegram broke".to_owned()));
        order().garbage();
        assert_eq!(send().await, Delivery::Unknown("telegram's answer cannot be read".to_owned()));
    }
    let long = deliver(&telegram, anna.id(), says(&"x".repeat(4097), Vec::new())).await;
    assert_eq!(long, Delivery::Never("telegram refuses: Bad Request: message is too long".to_owned()));
    assert_eq!(api.violations().len(), 1);
    let stranger = deliver(&telegram, 99, says("Hello", Vec::new())).await;
    assert!(matches!(stranger, Delivery::Unreachable(_)), "{stranger:?}");
    let refused = deliver(&door(&api, "6000001:wrong"), anna.id(), says("Hello", Vec::new())).await;
    assert!(matches!(&refused, Delivery::Later(why) if why.contains("telegram.token")), "{refused:?}");
    anna.blocks_bot().await;
    assert_eq!(send().await, Delivery::Unreachable("the bot is blocked there".to_owned()));
    anna.unblocks_bot().await;
    anna.deletes_account();
    assert_eq!(send().await, Delivery::Unreachable("the account was deleted".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_never_opened_the_chat_and_where_a_group_went() {
    let (api, telegram, anna) = with_anna().await;
    let ben = api.user("Ben", "en");
    let family = api.group("Family", &[&anna, &ben]).await;
    let unheard_of = deliver(&telegram, ben.id(), says("Hello", Vec::new())).await;
    assert_eq!(unheard_of, Delivery::Unreachable("the bot may not write there".to_owned()));
    let old = family.id();
    let new = family.migrates(&anna).await;
    assert_eq!(deliver(&telegram, old, says("Hello", Vec::new())).await, Delivery::MovedTo(new.to_string()));
    let heard: Vec<_> = telegram
        .updates(0, std::time::Duration::ZERO)
        .await
        .unwrap()
        .iter()
        .filter_map(|update| heard(update.raw.reveal()))
        .collect();
    let what: Vec<_> = heard.iter().skip(1).map(|heard| (heard.chat, heard.what.clone())).collect();
    assert_eq!(what, [(old, What::Group), (old, What::MovedTo(new)), (new, What::Group)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_cannot_be_made_holds_up_nothing_and_one_that_can_later_is_made() {
    let (api, telegram, anna) = with_anna().await;
    deliver(&telegram, anna.id(), says("Ready?", yes())).await;
    let ready = anna.newest();
    for (message, text) in
        [(ready, Some("Ready?")), (ready, None), (99, Some("?")), (1, None), (i64::MAX, None)]
    {
        let same = changes(message, text, yes());
        assert_eq!(deliver(&telegram, anna.id(), same).await, Delivery::Accepted(None), "{message}");
    }
    let changed =
        || Post { message: says("Next", Vec::new()).message, ..changes(ready, Some("Done"), Vec::new()) };
    api.on("editMessageText").too_many(7);
    assert_eq!(deliver(&telegram, anna.id(), changed()).await, Delivery::Wait(7));
    api.on("editMessageText").once_applied().hangs_up();
    assert!(matches!(deliver(&telegram, anna.id(), changed()).await, Delivery::Later(_)));
    api.on("editMessageText").garbage();
    assert!(matches!(deliver(&telegram, anna.id(), changed()).await, Delivery::Later(_)));
    assert_eq!(anna.screen(), "Anna: /start\nbot: Done", "nothing was sent yet");
    assert!(matches!(deliver(&telegram, anna.id(), changed()).await, Delivery::Accepted(Some(_))));
    assert_eq!(anna.screen(), "Anna: /start\nbot: Done\nbot: Next");
}

/// All at once: teloxide waits for ten seconds after each of these.
#[tokio::test(flavor = "multi_thread")]
async fn what_telegram_fails_at_is_tried_later() {
    let (api, telegram, anna) = with_anna().await;
    let (ben, carl) = (api.user("Ben", "en"), api.user("Carl", "en"));
    ben.start("").await;
    carl.start("").await;
    deliver(&telegram, carl.id(), says("Ready?", yes())).await;
    api.on("sendMessage").in_chat(anna.id()).status(502);
    api.on("sendMessage").in_chat(ben.id()).status(500);
    api.on("editMessageReplyMarkup").in_chat(carl.id()).status(504);
    let close =
        Post { message: says("Next", Vec::new()).message, ..changes(carl.newest(), None, Vec::new()) };
    let (gateway, server, change) = tokio::join!(
        deliver(&telegram, anna.id(), says("Hello", Vec::new())),
        deliver(&telegram, ben.id(), says("Hello", Vec::new())),
        deliver(&telegram, carl.id(), close),
    );
    let later = Delivery::Later("telegram has trouble of its own".to_owned());
    assert_eq!([gateway, server, change], [later.clone(), later.clone(), later]);
    assert_eq!(carl.screen(), "Carl: /start\nbot: Ready?\n  [Yes]");
}

#[tokio::test(flavor = "multi_thread")]
async fn updates_come_in_order_and_again_until_they_are_confirmed() {
    let (api, telegram, anna) = with_anna().await;
    anna.says("one").await;
    anna.sends_voice().await;
    let first = telegram.updates(0, std::time::Duration::ZERO).await.unwrap();
    assert_eq!(numbers(&first), [100_001, 100_002, 100_003]);
    assert!(first.iter().all(|update| update.chat == Some(anna.id())));
    assert_eq!(
        telegram.updates(0, std::time::Duration::ZERO).await.unwrap(),
        first,
        "the same again, to the byte"
    );
    assert_eq!(telegram.updates(100_002, std::time::Duration::ZERO).await.unwrap(), first[1..]);
    assert_eq!(api.pending_updates(), 2);
    assert_eq!(read_update(first[2].raw.reveal()).as_ref(), Some(&first[2]));
    let what: Vec<_> = first.iter().map(|update| heard(update.raw.reveal()).unwrap().what).collect();
    assert!(matches!(&what[1], What::Text { text, .. } if text.reveal() == "one"));
    assert_eq!(what[2], What::Unreadable);
    api.delivers_again(2);
    assert_eq!(telegram.updates(100_004, std::time::Duration::ZERO).await.unwrap(), first[1..]);
    api.holds_updates();
    anna.says("two").await;
    anna.says("three").await;
    api.lets_updates_go(Order::Reversed).await;
    let late = telegram.updates(100_004, std::time::Duration::ZERO).await.unwrap();
    assert_eq!(numbers(&late), [100_004, 100_005]);
    assert!(late[0].raw.reveal().contains("three"), "in the order in which Telegram has them");
    assert_eq!(telegram.updates(100_005, std::time::Duration::ZERO).await.unwrap(), late[1..]);
}

#[tokio::test(flavor = "multi_thread")]
async fn presses_edits_and_blocking_come_in() {
    let (_api, telegram, anna) = with_anna().await;
    deliver(&telegram, anna.id(), says("Ready?", yes())).await;
    anna.presses("Yes").await;
    let typed = anna.says("2").await;
    anna.edits(typed, "3").await;
    anna.blocks_bot().await;
    anna.unblocks_bot().await;
    let updates = telegram.updates(0, std::time::Duration::ZERO).await.unwrap();
    let what: Vec<_> = updates.iter().map(|update| heard(update.raw.reveal()).unwrap().what).collect();
    let pressed = What::Pressed { query: "9000001".to_owned(), message: Some(2), data: "1.a".to_owned() };
    assert_eq!(what[1], pressed);
    assert_eq!(what[3..], [What::Edited, What::Blocked, What::Unblocked]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_fetching_is_told() {
    let (api, telegram, anna) = with_anna().await;
    assert_eq!(door(&api, "6000001:wrong").updates(0, std::time::Duration::ZERO).await, Err(Trouble::Token));
    api.on("getUpdates").too_many(3);
    assert_eq!(telegram.updates(0, std::time::Duration::ZERO).await, Err(Trouble::Wait(3)));
    api.on("getUpdates").hangs_up();
    assert_eq!(telegram.updates(0, std::time::Duration::ZERO).await, Err(Trouble::Broken));
    api.on("getUpdates").garbage();
    assert_eq!(telegram.updates(0, std::time::Duration::ZERO).await, Err(Trouble::Garbled));
    telegram.use_webhook("https://clinic.example/telegram", "s3cret").await.unwrap();
    assert_eq!(telegram.updates(0, std::time::Duration::ZERO).await, Err(Trouble::Conflict));
    telegram.use_polling().await.unwrap();
    assert_eq!(
        telegram.updates(0, std::time::Duration::ZERO).await.unwrap().len(),
        1,
        "what waited is still there"
    );
    assert!(matches!(telegram.use_webhook("nowhere", "s3cret").await, Err(Trouble::Refused(_))));
    let poll = tokio::spawn({
        let telegram = telegram.clone();
        async move { telegram.updates(100_002, std::time::Duration::ZERO).await }
    });
    let mut tick = tokio::time::interval(std::time::Duration::from_millis(2));
    while !poll.is_finished() {
        tick.tick().await;
        api.pass(SignedDuration::from_secs(1));
    }
    assert_eq!(poll.await.unwrap(), Ok(Vec::new()));
    anna.says("still here").await;
    assert_eq!(telegram.updates(100_002, std::time::Duration::ZERO).await.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_bot_says_who_it_is_and_what_it_can_do() {
    let (api, telegram, _) = with_anna().await;
    assert!(telegram.introduce().await.unwrap().ends_with("bot"));
    telegram.offer_commands().await.unwrap();
    let about_back = |language: &str| api.commands(language).unwrap()[0]["description"].clone();
    assert_eq!(about_back(""), "The question before");
    for language in ["es", "de", "fr", "ar"] {
        assert_ne!(about_back(language), "The question before");
        assert_eq!(api.commands(language).unwrap().as_array().unwrap().len(), 7);
    }
    let scope = |call: &crate::kit::telegram::Call| call.given["scope"]["type"].clone();
    assert!(api.calls_of("setMyCommands").iter().all(|call| scope(call) == "all_private_chats"));
}
