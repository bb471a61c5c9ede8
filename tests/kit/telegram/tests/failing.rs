//! What goes wrong on order.

use teloxide::{RequestError, prelude::*, types::UserId};

use super::{BotApi, asked, instant, seconds, until};

const ANNA: UserId = UserId(7001);

#[tokio::test(flavor = "multi_thread")]
async fn a_call_can_be_put_off_in_one_chat_so_many_times() {
    let api = BotApi::start().await;
    let (anna, ben) = (api.user("Anna", "en"), api.user("Ben", "en"));
    anna.start("").await;
    ben.start("").await;
    let bot = api.bot();
    api.on("sendMessage").in_chat(anna.id()).times(2).too_many(5);
    bot.send_message(UserId(7002), "Hello").await.unwrap();
    bot.send_chat_action(ANNA, teloxide::types::ChatAction::Typing).await.unwrap();
    for _ in 0..2 {
        match bot.send_message(ANNA, "Hello").await.unwrap_err() {
            RequestError::RetryAfter(pause) => assert_eq!(pause.seconds(), 5),
            other => panic!("{other:?}"),
        }
    }
    bot.send_message(ANNA, "Hello").await.unwrap();
    assert_eq!(anna.screen(), "Anna: /start\nbot: Hello");
    let statuses: Vec<_> = api.calls_of("sendMessage").iter().map(|call| call.status).collect();
    assert_eq!(statuses, [Some(200), Some(429), Some(429), Some(200)]);
    assert_eq!(api.calls_of("sendMessage")[3].given["text"], "Hello");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_can_fail_before_and_after() {
    let api = BotApi::start().await;
    let anna = api.user("Anna", "en");
    anna.start("").await;
    let path = format!("bot{}/sendMessage?chat_id=7001&text=Hello", api.token());
    api.on("sendMessage").times(2).status(502);
    api.on("sendMessage").once_applied().status(504);
    api.on_any().status(500);
    let statuses: Vec<u16> = (0..5).map(|_| asked(&api, &path, "", None).0).collect();
    assert_eq!(statuses, [502, 502, 504, 500, 200]);
    assert_eq!(anna.screen(), "Anna: /start\nbot: Hello\nbot: Hello");
    let applied: Vec<bool> = api.calls().iter().map(|call| call.is_applied).collect();
    assert_eq!(applied, [false, false, true, false, true]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_can_be_closed_before_and_after_a_message_is_sent() {
    let api = BotApi::start().await;
    let anna = api.user("Anna", "en");
    anna.start("").await;
    let bot = api.bot();
    bot.get_me().await.unwrap();
    api.on("sendMessage").hangs_up();
    let lost = bot.send_message(ANNA, "never sent").await.unwrap_err();
    assert!(matches!(lost, RequestError::Network(_)), "{lost:?}");
    api.on("sendMessage").once_applied().hangs_up();
    let lost = bot.send_message(ANNA, "sent, and never heard of").await.unwrap_err();
    assert!(matches!(lost, RequestError::Network(_)), "{lost:?}");
    assert_eq!(anna.screen(), "Anna: /start\nbot: sent, and never heard of");
    let calls = api.calls_of("sendMessage");
    assert_eq!(calls.iter().map(|call| call.is_applied).collect::<Vec<_>>(), [false, true]);
    assert!(calls.iter().all(|call| call.status.is_none()));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_can_be_garbage_or_late() {
    let api = BotApi::start().await;
    let anna = api.user("Anna", "en");
    anna.start("").await;
    let bot = api.bot();
    api.on("sendMessage").once_applied().garbage();
    let garbage = bot.send_message(ANNA, "one").await.unwrap_err();
    assert!(matches!(garbage, RequestError::InvalidJson { .. }), "{garbage:?}");
    for is_applied in [false, true] {
        let order = api.on("sendMessage");
        let gate = if is_applied { order.once_applied() } else { order }.waits();
        let before = anna.screen();
        let late = tokio::spawn({
            let bot = bot.clone();
            async move { bot.send_message(ANNA, "late").await }
        });
        gate.arrived().await;
        assert_eq!(anna.screen() != before, is_applied);
        assert!(!late.is_finished());
        gate.open();
        late.await.unwrap().unwrap();
    }
    assert_eq!(anna.screen(), "Anna: /start\nbot: one\nbot: late\nbot: late");
}

#[tokio::test(flavor = "multi_thread")]
async fn telegram_can_be_down_for_a_while() {
    let api = BotApi::start().await;
    let anna = api.user("Anna", "en");
    let bot = api.bot();
    api.goes_down_for(seconds(60));
    assert!(matches!(bot.get_updates().await, Err(RequestError::Network(_))));
    anna.start("").await;
    api.pass(seconds(60));
    assert_eq!(bot.get_updates().await.unwrap().len(), 1);
    api.goes_down();
    assert!(bot.get_me().await.is_err());
    api.comes_back();
    bot.get_me().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bot_that_is_too_fast_is_found_out() {
    let clock = std::sync::Arc::default();
    let api = BotApi::start_on(clock).await;
    assert_eq!(api.now(), instant(0));
    let bot = api.bot();
    for number in 0..31 {
        api.user(&format!("P{number}"), "en").start("").await;
        bot.send_message(UserId(7001 + number), "Hello").await.unwrap();
    }
    assert_eq!(api.haste(), ["1970-01-01T00:00:00Z: 31 messages within a second"]);
    api.pass(seconds(1));
    bot.send_message(ANNA, "Hello").await.unwrap();
    assert_eq!(api.haste().len(), 1);
    bot.send_message(ANNA, "Hello").await.unwrap();
    assert_eq!(api.haste()[1], "1970-01-01T00:00:01Z: 2 messages to chat 7001 within a second");
    assert_eq!(api.calls_of("sendMessage")[32].chat, Some(7001));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_real_client_waits_ten_seconds_after_a_server_error() {
    let api = BotApi::start().await;
    api.on("getMe").status(502);
    let bot = api.bot();
    let call = tokio::spawn(async move { bot.get_me().await });
    until(|| api.calls().first().is_some_and(|call| call.status == Some(502))).await;
    assert!(!call.is_finished());
    call.abort();
}
