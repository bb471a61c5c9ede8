//! A conversation as both sides see it.

use teloxide::{
    prelude::*,
    types::{
        BotCommand, KeyboardButton, KeyboardMarkup, MaybeInaccessibleMessage, Message, MessageId, ParseMode,
        Update, UpdateKind, UserId,
    },
};

use super::{BotApi, asked, buttons};

#[tokio::test(flavor = "multi_thread")]
async fn a_conversation_reads_as_a_transcript_and_shows_on_a_screen() {
    let api = BotApi::start().await;
    let anna = api.user("Anna", "en");
    anna.start("k3y").await;
    let bot = api.bot();
    let chat = UserId(7001);
    let question = bot
        .send_message(chat, "How often?\nThink of the last two weeks.")
        .reply_markup(buttons(&[&["Not at all", "Several days"], &["Stop"]]))
        .await
        .unwrap();
    assert_eq!(anna.presses("Several days").await, None);
    let updates = bot.get_updates().await.unwrap();
    let UpdateKind::CallbackQuery(press) = &updates[1].kind else { panic!("{updates:?}") };
    assert_eq!((press.data.as_deref(), press.from.id), (Some("Several days"), chat));
    bot.answer_callback_query(press.id.clone()).text("Noted").await.unwrap();
    bot.edit_message_text(chat, question.id, "How often? Several days").await.unwrap();
    let last = bot.send_message(chat, "Thank you").await.unwrap();
    let typed = anna.says("2").await;
    anna.edits(typed, "3").await;
    bot.delete_message(chat, last.id).await.unwrap();
    insta::assert_snapshot!(anna.screen(), @"
    Anna: /start k3y
    bot: How often? Several days
    Anna: 3 (edited)
    ");
    insta::assert_snapshot!(anna.transcript(), @"
    Anna: /start k3y
    bot: How often?
      Think of the last two weeks.
      [Not at all] [Several days]
      [Stop]
    Anna presses [Several days]
    bot shows for a moment: Noted
    bot edits message 2: How often? Several days
    bot: Thank you
    Anna: 2
    Anna edits message 4: 3
    bot deletes message 3
    ");
    assert_eq!(api.transcript(), anna.transcript());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_text_arrives_as_what_it_is() {
    let api = BotApi::start().await;
    let anna = api.user("Anna", "de");
    anna.sends_photo("my leg").await;
    anna.sends_voice().await;
    anna.sends_sticker("👍").await;
    anna.sends_contact("+44123").await;
    anna.sends_location().await;
    let updates = api.bot().get_updates().await.unwrap();
    let messages: Vec<&Message> = updates
        .iter()
        .map(|update| match &update.kind {
            UpdateKind::Message(message) => message,
            other => panic!("{other:?}"),
        })
        .collect();
    assert!(messages[0].photo().is_some() && messages[0].caption() == Some("my leg"));
    assert!(messages[1].text().is_none());
    assert!(messages[2].sticker().is_some());
    assert_eq!(messages[3].contact().unwrap().phone_number, "+44123");
    assert!(messages[4].location().is_some());
    assert_eq!(messages[4].from.as_ref().unwrap().language_code.as_deref(), Some("de"));
    insta::assert_snapshot!(anna.screen(), @"
    Anna: (photo) my leg
    Anna: (voice message)
    Anna: (sticker 👍)
    Anna: (contact +44123)
    Anna: (location)
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_are_numbered_in_each_chat() {
    let api = BotApi::start().await;
    let (anna, ben) = (api.user("Anna", "en"), api.user("Ben", "en"));
    assert_eq!((anna.start("a").await, anna.says("x").await, ben.start("b").await), (1, 2, 1));
    let sent = api.bot().send_message(UserId(7002), "Hello").await.unwrap();
    assert_eq!((sent.id, sent.chat.id.0), (MessageId(2), ben.id()));
    assert_eq!(ben.newest(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_screen_still_has_the_buttons_that_were_taken_off() {
    let api = BotApi::start().await;
    let anna = api.user("Anna", "en");
    anna.start("").await;
    let bot = api.bot();
    let chat = UserId(7001);
    let sent = bot.send_message(chat, "Ready?").reply_markup(buttons(&[&["Yes"]])).await.unwrap();
    let more = buttons(&[&["Yes"], &["No"]]);
    bot.edit_message_reply_markup(chat, sent.id).reply_markup(more).await.unwrap();
    bot.edit_message_reply_markup(chat, sent.id).await.unwrap();
    anna.presses_on(2, "No").await;
    bot.delete_message(chat, sent.id).await.unwrap();
    anna.presses_on(2, "Yes").await;
    let updates = bot.get_updates().await.unwrap();
    let is_there = |update: &Update| match &update.kind {
        UpdateKind::CallbackQuery(press) => {
            matches!(press.message, Some(MaybeInaccessibleMessage::Regular(_)))
        }
        other => panic!("{other:?}"),
    };
    assert_eq!((is_there(&updates[1]), is_there(&updates[2])), (true, false));
    insta::assert_snapshot!(anna.transcript(), @"
    Anna: /start
    bot: Ready?
      [Yes]
    bot edits message 2: Ready?
      [Yes]
      [No]
    bot takes the buttons off message 2
    Anna presses [No] on message 2
    bot deletes message 2
    Anna presses [Yes] on message 2
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_says_its_label_and_a_link_leads_out() {
    let api = BotApi::start().await;
    let anna = api.user("Anna", "en");
    anna.start("").await;
    let bot = api.bot();
    let chat = UserId(7001);
    let keys = KeyboardMarkup::new([[KeyboardButton::new("Yes"), KeyboardButton::new("No")]]);
    bot.send_message(chat, "Ready?").reply_markup(keys).await.unwrap();
    insta::assert_snapshot!(anna.screen(), @"
    Anna: /start
    bot: Ready?
    <Yes> <No>
    ");
    anna.presses("No").await;
    let link = serde_json::json!({ "inline_keyboard": [[{ "text": "Open", "url": "https://c.test/v/1" }]] });
    let body = serde_json::json!({ "chat_id": anna.id(), "text": "By web", "reply_markup": link });
    let path = format!("bot{}/sendMessage", api.token());
    assert_eq!(asked(&api, &path, "application/json", Some(&body.to_string())).0, 200);
    assert_eq!(anna.presses("Open").await.as_deref(), Some("https://c.test/v/1"));
    bot.send_message(chat, "Good").reply_markup(teloxide::types::KeyboardRemove::new()).await.unwrap();
    insta::assert_snapshot!(anna.screen(), @"
    Anna: /start
    bot: Ready?
    Anna: No
    bot: By web
      [Open]
    bot: Good
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_marks_of_html_become_entities() {
    let api = BotApi::start().await;
    let anna = api.user("Anna", "en");
    anna.start("").await;
    let html = "<b>Fish &amp; 🐟</b> <a href=\"https://c.test\">more</a>";
    let sent = api.bot().send_message(UserId(7001), html).parse_mode(ParseMode::Html).await.unwrap();
    assert_eq!(sent.text(), Some("Fish & 🐟 more"));
    let places: Vec<_> = sent.entities().unwrap().iter().map(|it| (it.offset, it.length)).collect();
    assert_eq!(places, [(0, 9), (10, 4)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_bot_knows_itself_types_and_offers_commands() {
    let api = BotApi::start().await;
    let anna = api.user("Anna", "en");
    anna.start("").await;
    let bot = api.bot();
    assert_eq!(bot.get_me().await.unwrap().username(), "foreword_test_bot");
    let typing = teloxide::types::ChatAction::Typing;
    bot.send_chat_action(UserId(7001), typing).await.unwrap();
    bot.set_my_commands([BotCommand::new("stop", "No more messages")]).language_code("en").await.unwrap();
    assert_eq!(api.commands("en").unwrap()[0]["command"], "stop");
    assert_eq!(api.commands(""), None);
}
