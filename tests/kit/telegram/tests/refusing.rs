//! What Telegram refuses, and what no sound bot asks for.

use serde_json::json;
use teloxide::{
    ApiError, Bot, RequestError,
    prelude::*,
    types::{ChatId, InlineKeyboardButton, InlineKeyboardMarkup, MessageId, ReplyParameters, UserId},
};

use super::{BotApi, asked, buttons, seconds};

const ANNA: UserId = UserId(7001);

#[track_caller]
fn refused<T: std::fmt::Debug>(outcome: Result<T, RequestError>) -> ApiError {
    match outcome.unwrap_err() {
        RequestError::Api(error) => error,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bot_can_only_write_to_those_who_want_to_hear_from_it() {
    let api = BotApi::start().await;
    let anna = api.user("Anna", "en");
    let bot = api.bot();
    assert_eq!(refused(bot.send_message(ANNA, "Hello").await), ApiError::ChatNotFound);
    api.group("Family", &[&anna]).await;
    let unknown = refused(bot.send_message(ANNA, "Hello").await).to_string();
    assert!(unknown.contains("Forbidden: bot can't initiate conversation with a user"), "{unknown}");
    anna.start("").await;
    bot.send_message(ANNA, "Hello").await.unwrap();
    anna.blocks_bot().await;
    assert_eq!(refused(bot.send_message(ANNA, "Hello?").await), ApiError::BotBlocked);
    anna.unblocks_bot().await;
    bot.send_message(ANNA, "Welcome back").await.unwrap();
    anna.deletes_account();
    assert_eq!(refused(bot.send_message(ANNA, "Hello?").await), ApiError::UserDeactivated);
    insta::assert_snapshot!(anna.transcript(), @"
    (sendMessage is refused: Bad Request: chat not found)
    (sendMessage is refused: Forbidden: bot can't initiate conversation with a user)
    Anna: /start
    bot: Hello
    Anna blocks the bot
    (sendMessage is refused: Forbidden: bot was blocked by the user)
    Anna unblocks the bot
    bot: Welcome back
    Anna deletes the account
    (sendMessage is refused: Forbidden: user is deactivated)
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_that_has_moved_says_where_to() {
    let api = BotApi::start().await;
    let anna = api.user("Anna", "en");
    let family = api.group("Family", &[&anna]).await;
    family.hears(&anna, "hello bot").await;
    let old = ChatId(family.id());
    let new = family.migrates(&anna).await;
    match api.bot().send_message(old, "Hello").await.unwrap_err() {
        RequestError::MigrateToChatId(to) => assert_eq!(to.0, new),
        other => panic!("{other:?}"),
    }
    api.bot().send_message(ChatId(new), "Hello").await.unwrap();
    insta::assert_snapshot!(family.screen(), @"
    Anna: (the group has become a supergroup)
    bot: Hello
    ");
    assert_eq!(api.bot().get_updates().await.unwrap().len(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_be_edited_and_deleted() {
    let api = BotApi::start().await;
    let anna = api.user("Anna", "en");
    anna.start("").await;
    let bot = api.bot();
    let sent = bot.send_message(ANNA, "Ready?").reply_markup(buttons(&[&["Yes"]])).await.unwrap();
    let same = bot.edit_message_text(ANNA, sent.id, "Ready?").reply_markup(buttons(&[&["Yes"]])).await;
    assert_eq!(refused(same), ApiError::MessageNotModified);
    let nowhere = bot.edit_message_text(ANNA, MessageId(99), "?").await;
    assert_eq!(refused(nowhere), ApiError::MessageToEditNotFound);
    let hers = bot.edit_message_text(ANNA, MessageId(1), "?").await;
    assert_eq!(refused(hers), ApiError::MessageCantBeEdited);
    assert_eq!(refused(bot.delete_message(ANNA, MessageId(99)).await), ApiError::MessageToDeleteNotFound);
    let reply = bot.send_message(ANNA, "?").reply_parameters(ReplyParameters::new(MessageId(99)));
    assert_eq!(refused(reply.await), ApiError::MessageToReplyNotFound);
    api.pass(seconds(48 * 3600 + 1));
    assert_eq!(refused(bot.delete_message(ANNA, sent.id).await), ApiError::MessageCantBeDeleted);
    bot.edit_message_text(ANNA, sent.id, "Ready").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_press_can_be_answered_once_and_not_for_long() {
    let api = BotApi::start().await;
    let anna = api.user("Anna", "en");
    anna.start("").await;
    let bot = api.bot();
    bot.send_message(ANNA, "Ready?").reply_markup(buttons(&[&["Yes"]])).await.unwrap();
    anna.presses("Yes").await;
    anna.presses("Yes").await;
    let answer = |bot: &Bot, id: &str| bot.answer_callback_query(id.to_owned().into());
    answer(&bot, "9000001").text("Really?").show_alert(true).await.unwrap();
    // Telegram writes "query ID" where teloxide 0.13 looks for "query id", and so does not know it.
    let text = "Bad Request: query is too old and response timeout expired or query ID is invalid";
    let too_old = ApiError::Unknown(text.to_owned());
    assert_eq!(refused(answer(&bot, "9000001").await), too_old);
    assert_eq!(refused(answer(&bot, "1").await), too_old);
    api.pass(seconds(151));
    assert_eq!(refused(answer(&bot, "9000002").await), too_old);
    assert!(anna.transcript().contains("bot shows in a window: Really?"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_has_1_to_4096_units_of_utf_16_after_its_marks() {
    let api = BotApi::start().await;
    let anna = api.user("Anna", "en");
    anna.start("").await;
    let bot = api.bot();
    let marked = format!("<b>{}</b>", "é".repeat(4096));
    let html = teloxide::types::ParseMode::Html;
    let long_enough = bot.send_message(ANNA, marked).parse_mode(html).await.unwrap();
    let long = "🐟".repeat(2049);
    assert_eq!(refused(bot.send_message(ANNA, &long).await), ApiError::MessageIsTooLong);
    assert_eq!(
        refused(bot.edit_message_text(ANNA, long_enough.id, &long).await),
        ApiError::EditedMessageIsTooLong
    );
    assert_eq!(refused(bot.send_message(ANNA, "").await), ApiError::MessageTextIsEmpty);
    for (text, mode) in
        [(" \n", None), ("<b>x", Some(html)), ("<h1>x</h1>", Some(html)), ("</b>", Some(html))]
    {
        let mut send = bot.send_message(ANNA, text);
        send.parse_mode = mode;
        refused(send.await);
    }
    assert_eq!(api.violations().len(), 7);
}

#[tokio::test(flavor = "multi_thread")]
async fn buttons_have_limits() {
    let api = BotApi::start().await;
    let anna = api.user("Anna", "en");
    anna.start("").await;
    let bot = api.bot();
    let with_button = |data: &str, count: usize| {
        let row = [InlineKeyboardButton::callback("x", data)];
        let keyboard = InlineKeyboardMarkup::new(std::iter::repeat_n(row, count));
        bot.send_message(ANNA, "?").reply_markup(keyboard)
    };
    with_button(&"é".repeat(32), 100).await.unwrap();
    assert_eq!(refused(with_button(&"é".repeat(33), 1).await), ApiError::ButtonDataInvalid);
    assert_eq!(refused(with_button("", 1).await), ApiError::ButtonDataInvalid);
    assert!(refused(with_button("x", 101).await).to_string().contains("reply markup is too long"));
    let path = format!("bot{}/sendMessage", api.token());
    for button in [
        json!({ "text": "x" }),
        json!({ "text": "x", "url": "https://a.test", "callback_data": "x" }),
        json!({ "text": " ", "callback_data": "x" }),
        json!({ "text": "x", "url": "a.test" }),
    ] {
        let body = json!({ "chat_id": 7001, "text": "?", "reply_markup": { "inline_keyboard": [[button]] } });
        assert_eq!(asked(&api, &path, "application/json", Some(&body.to_string())).0, 400);
    }
    assert_eq!(api.violations().len(), 7);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_call_is_checked_against_the_published_api() {
    let api = BotApi::start().await;
    let anna = api.user("Anna", "en");
    anna.start("").await;
    let send = format!("bot{}/sendMessage", api.token());
    for (body, fault) in [
        (json!({ "chat_id": 7001, "txt": "x" }), "there is no parameter txt; the parameter text is missing"),
        (json!({ "chat_id": 7001, "text": 5 }), "text is no String"),
        (json!({ "chat_id": true, "text": "x" }), "chat_id is no Integer, or chat_id is no String"),
        (
            json!({ "chat_id": 7001, "text": "x", "entities": [{ "type": "bold", "offset": 0 }] }),
            "entities[0]: MessageEntity needs length",
        ),
        (
            json!({ "chat_id": 7001, "text": "x", "reply_parameters": { "message": 1 } }),
            "reply_parameters: ReplyParameters has no field message",
        ),
    ] {
        let (status, answer) = asked(&api, &send, "application/json", Some(&body.to_string()));
        assert_eq!((status, &answer["description"]), (400, &format!("Bad Request: {fault}").into()));
    }
    let markup = json!({ "chat_id": 7001, "text": "x", "reply_markup": { "inline_keyboard": ["x"] } });
    let (_, answer) = asked(&api, &send, "application/json", Some(&markup.to_string()));
    let why = answer["description"].as_str().unwrap();
    assert!(why.contains("reply_markup.inline_keyboard[0] is no Array of InlineKeyboardButton"), "{why}");
    assert_eq!(asked(&api, &send, "application/json", Some("{")).0, 400);
    assert_eq!(asked(&api, &send, "text/plain", Some("x")).0, 400);
    for (method, code) in [("sendMesage", 404), ("sendPoll", 400), ("logOut", 400), ("close", 429)] {
        let body = if method == "sendPoll" {
            json!({ "chat_id": 7001, "question": "?", "options": [{ "text": "a" }] })
        } else {
            json!({})
        };
        let path = format!("bot{}/{method}", api.token());
        assert_eq!(asked(&api, &path, "application/json", Some(&body.to_string())).0, code, "{method}");
    }
    assert_eq!(api.violations().len(), 12);
    assert_eq!(anna.screen(), "Anna: /start");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_way_to_make_a_call_is_understood() {
    let api = BotApi::start().await;
    let anna = api.user("Anna", "en");
    anna.start("").await;
    let path = format!("bot{}/SENDmessage", api.token());
    let form = "application/x-www-form-urlencoded";
    let markup = "{\"inline_keyboard\":[[{\"text\":\"A\",\"callback_data\":\"a\"}]]}";
    let parts = format!(
        "--b\r\nContent-Disposition: form-data; name=\"chat_id\"\r\n\r\n7001\r\n--b\r\nContent-Disposition: \
         form-data; name=\"text\"\r\n\r\nin parts\r\n--b\r\nContent-Disposition: form-data; \
         name=\"reply_markup\"\r\n\r\n{markup}\r\n--b--\r\n"
    );
    let json = json!({ "chat_id": "7001", "text": "as JSON", "reply_markup": markup }).to_string();
    for (path, kind, body) in [
        (format!("{path}?chat_id=7001&text=by%20GET&protect_content=true"), "", None),
        (path.clone(), form, Some("chat_id=7001&text=as+a+form%21&disable_notification=1")),
        (path.clone(), "application/json", Some(json.as_str())),
        (path.clone(), "multipart/form-data; boundary=b", Some(parts.as_str())),
    ] {
        let (status, answer) = asked(&api, &path, kind, body);
        assert_eq!(status, 200, "{answer}");
    }
    insta::assert_snapshot!(anna.screen(), @"
    Anna: /start
    bot: by GET
    bot: as a form!
    bot: as JSON
      [A]
    bot: in parts
      [A]
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_token_opens_nothing() {
    let api = BotApi::start().await;
    let bot = api.bot();
    let stranger = Bot::new("6000001:wrong").set_api_url(bot.api_url());
    assert_eq!(refused(stranger.get_me().await), ApiError::InvalidToken);
}
