//! Updates that the bot fetches.

use teloxide::{
    ApiError, RequestError,
    prelude::*,
    types::{AllowedUpdate, Update, UpdateKind, UserId},
};

use super::{
    super::{Order, Person},
    BotApi, buttons, ids, seconds, until,
};

async fn with_anna() -> (BotApi, Person) {
    let api = BotApi::start().await;
    let anna = api.user("Anna", "en");
    (api, anna)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_offset_confirms_what_is_below_it_and_nothing_else() {
    let (api, anna) = with_anna().await;
    anna.start("").await;
    anna.says("1").await;
    anna.says("2").await;
    let bot = api.bot();
    let first = bot.get_updates().limit(2).await.unwrap();
    assert_eq!(ids(&first), [100_001, 100_002]);
    assert_eq!(ids(&bot.get_updates().await.unwrap()), [100_001, 100_002, 100_003]);
    assert_eq!(ids(&bot.get_updates().offset(100_003).await.unwrap()), [100_003]);
    assert_eq!(api.pending_updates(), 1);
    anna.says("3").await;
    assert_eq!(ids(&bot.get_updates().offset(-1).await.unwrap()), [100_004]);
    assert_eq!(ids(&bot.get_updates().offset(100_005).await.unwrap()), [] as [u32; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_poll_ends_with_the_first_update_or_when_the_time_is_over() {
    let (api, anna) = with_anna().await;
    let waits = |api: &BotApi| {
        let bot = api.bot();
        tokio::spawn(async move { bot.get_updates().timeout(20).await.unwrap().len() })
    };
    let poll = waits(&api);
    until(|| api.calls().len() == 1).await;
    anna.start("").await;
    assert_eq!(poll.await.unwrap(), 1);
    assert_eq!(api.bot().get_updates().offset(100_002).await.unwrap().len(), 0);
    let poll = waits(&api);
    until(|| api.calls().len() == 3).await;
    api.pass(seconds(19));
    assert_eq!(api.calls()[2].status, None);
    api.pass(seconds(1));
    assert_eq!(poll.await.unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_poll_ends_the_first_and_a_webhook_ends_both() {
    let (api, anna) = with_anna().await;
    let poll = || {
        let bot = api.bot();
        tokio::spawn(async move { bot.get_updates().timeout(20).await.map(|updates| updates.len()) })
    };
    let first = poll();
    until(|| api.shared.state().polling == 1).await;
    let second = poll();
    let conflict = first.await.unwrap().unwrap_err();
    assert!(matches!(conflict, RequestError::Api(ApiError::TerminatedByOtherGetUpdates)), "{conflict:?}");
    let url = "http://127.0.0.1:9/hook".parse().unwrap();
    api.bot().set_webhook(url).await.unwrap();
    let conflict = second.await.unwrap().unwrap_err().to_string();
    assert!(conflict.contains("terminated by setWebhook request"), "{conflict}");
    let conflict = api.bot().get_updates().await.unwrap_err().to_string();
    assert!(conflict.contains("can't use getUpdates method while webhook is active"), "{conflict}");
    api.bot().delete_webhook().await.unwrap();
    anna.start("").await;
    assert_eq!(api.bot().get_updates().await.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_bot_wants_to_hear_of_is_remembered() {
    let (api, anna) = with_anna().await;
    let bot = api.bot();
    bot.get_updates().allowed_updates([AllowedUpdate::Message]).await.unwrap();
    bot.get_updates().await.unwrap();
    let typed = anna.start("").await;
    anna.edits(typed, "oh").await;
    assert_eq!(api.pending_updates(), 1);
    bot.get_updates().allowed_updates([]).await.unwrap();
    anna.edits(typed, "no").await;
    let updates = bot.get_updates().await.unwrap();
    assert!(matches!(updates[1].kind, UpdateKind::EditedMessage(_)), "{updates:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn updates_are_kept_for_a_day_and_presses_for_two_and_a_half_minutes() {
    let (api, anna) = with_anna().await;
    anna.start("").await;
    let bot = api.bot();
    let ready = bot.send_message(UserId(7001), "Ready?").reply_markup(buttons(&[&["Yes"]]));
    ready.await.unwrap();
    anna.presses("Yes").await;
    api.pass(seconds(149));
    assert_eq!(bot.get_updates().await.unwrap().len(), 2);
    api.pass(seconds(1));
    assert_eq!(bot.get_updates().await.unwrap().len(), 1);
    api.pass(seconds(24 * 3600 - 150));
    assert_eq!(bot.get_updates().await.unwrap().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn update_ids_jump_after_a_quiet_week_and_an_old_offset_loses_nothing() {
    let (api, anna) = with_anna().await;
    anna.start("").await;
    let bot = api.bot();
    assert_eq!(bot.get_updates().offset(100_002).await.unwrap().len(), 0);
    api.jumps_to(50);
    anna.says("lower").await;
    assert_eq!(ids(&bot.get_updates().offset(100_002).await.unwrap()), [50]);
    bot.get_updates().offset(51).await.unwrap();
    api.pass(seconds(7 * 24 * 3600));
    anna.says("at random").await;
    let random = ids(&bot.get_updates().await.unwrap())[0];
    assert_ne!(random, 51);
    anna.says("and one").await;
    assert_eq!(ids(&bot.get_updates().await.unwrap()), [random, random + 1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn updates_can_be_late_out_of_order_and_come_twice() {
    let (api, anna) = with_anna().await;
    let bot = api.bot();
    anna.start("").await;
    api.holds_updates();
    anna.says("one").await;
    anna.says("two").await;
    anna.says("three").await;
    assert_eq!(bot.get_updates().await.unwrap().len(), 1);
    api.lets_updates_go(Order::Reversed).await;
    let texts = |updates: &[Update]| -> Vec<String> {
        let text = |update: &Update| match &update.kind {
            UpdateKind::Message(message) => message.text().unwrap().to_owned(),
            other => panic!("{other:?}"),
        };
        updates.iter().map(text).collect()
    };
    let updates = bot.get_updates().await.unwrap();
    assert_eq!(texts(&updates), ["/start", "three", "two", "one"]);
    api.delivers_again(4);
    assert_eq!(bot.get_updates().offset(100_005).await.unwrap(), updates);
    assert_eq!(bot.get_updates().offset(100_005).await.unwrap(), []);
    for (order, expected) in [(Order::AsTheyHappened, ["a", "b", "c"]), (Order::Shuffled(6), ["c", "a", "b"])]
    {
        api.holds_updates();
        for text in ["a", "b", "c"] {
            anna.says(text).await;
        }
        api.lets_updates_go(order).await;
        let updates = bot.get_updates().await.unwrap();
        assert_eq!(texts(&updates), expected);
        bot.get_updates().offset(updates[2].id.as_offset()).await.unwrap();
    }
}
