//! Updates that the webhook is sent.

use std::sync::{Arc, Mutex};

use axum::{
    Router,
    http::{HeaderMap, StatusCode},
    routing::post,
};
use serde_json::Value;
use teloxide::{prelude::*, types::AllowedUpdate};

use super::{super::Delivered, BotApi, asked, seconds};

/// A bot behind a webhook, which answers with the statuses it is told, and then with 200.
#[derive(Clone, Default)]
struct Hook {
    answers: Arc<Mutex<Vec<(u16, &'static str)>>>,
    heard: Arc<Mutex<Vec<(i64, String)>>>,
}

impl Hook {
    async fn listen(&self) -> String {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let hook = self.clone();
        let hear = move |headers: HeaderMap, body: String| async move {
            let update: Value = serde_json::from_str(&body).unwrap();
            let secret = headers.get("x-telegram-bot-api-secret-token").map_or("", |it| it.to_str().unwrap());
            hook.heard.lock().unwrap().push((update["update_id"].as_i64().unwrap(), secret.to_owned()));
            let (status, after) = hook.answers.lock().unwrap().pop().unwrap_or((200, ""));
            (StatusCode::from_u16(status).unwrap(), [("retry-after", after)])
        };
        let router = Router::new().route("/hook", post(hear));
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        url
    }

    fn answers(&self, statuses: &[(u16, &'static str)]) {
        *self.answers.lock().unwrap() = statuses.iter().rev().copied().collect();
    }

    fn heard(&self) -> Vec<i64> {
        self.heard.lock().unwrap().drain(..).map(|(id, _)| id).collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_webhook_is_sent_each_update_with_the_secret() {
    let api = BotApi::start().await;
    let anna = api.user("Anna", "en");
    anna.start("").await;
    let hook = Hook::default();
    let url = hook.listen().await;
    let bot = api.bot();
    bot.set_webhook(url.parse().unwrap()).secret_token("s3cret_-").max_connections(1).await.unwrap();
    anna.says("1").await;
    let heard = hook.heard.lock().unwrap().clone();
    assert_eq!(heard, [(100_001, "s3cret_-".to_owned()), (100_002, "s3cret_-".to_owned())]);
    let info = bot.get_webhook_info().await.unwrap();
    assert_eq!((info.url.unwrap().as_str(), info.pending_update_count), (url.as_str(), 0));
    bot.set_webhook(url.parse().unwrap()).allowed_updates([AllowedUpdate::Message]).await.unwrap();
    anna.blocks_bot().await;
    anna.unblocks_bot().await;
    let info = bot.get_webhook_info().await.unwrap();
    assert_eq!((info.pending_update_count, info.allowed_updates.unwrap().len()), (0, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_that_fails_is_tried_again_after_growing_pauses() {
    let api = BotApi::start().await;
    let anna = api.user("Anna", "en");
    let hook = Hook::default();
    api.bot().set_webhook(hook.listen().await.parse().unwrap()).await.unwrap();
    hook.answers(&[(503, ""); 9]);
    anna.start("").await;
    assert_eq!(hook.heard(), [100_001; 2], "the first time it is tried again at once");
    let error = api.bot().get_webhook_info().await.unwrap().last_error_message.unwrap();
    assert_eq!(error, "Wrong response from the webhook: 503");
    for pause in [2, 4, 8, 16, 32, 60, 60] {
        api.pass(seconds(pause - 1));
        assert_eq!(api.deliver().await, []);
        api.pass(seconds(1));
        assert_eq!(api.deliver().await, [Delivered { update: 100_001, status: Some(503) }]);
    }
    api.pass(seconds(60));
    assert_eq!(api.deliver().await, [Delivered { update: 100_001, status: Some(200) }]);
    assert_eq!(api.pending_updates(), 0);
    hook.answers(&[(429, "7")]);
    anna.says("busy").await;
    api.pass(seconds(6));
    assert_eq!(api.deliver().await, []);
    api.pass(seconds(1));
    assert_eq!(api.deliver().await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_chat_waits_for_its_first_update_and_no_other_chat_does() {
    let api = BotApi::start().await;
    let (anna, ben) = (api.user("Anna", "en"), api.user("Ben", "en"));
    let hook = Hook::default();
    api.bot().set_webhook(hook.listen().await.parse().unwrap()).await.unwrap();
    hook.answers(&[(500, ""); 2]);
    anna.start("").await;
    anna.says("after it").await;
    ben.start("").await;
    assert_eq!(hook.heard(), [100_001, 100_001, 100_003]);
    api.pass(seconds(2));
    api.deliver().await;
    assert_eq!(hook.heard(), [100_001, 100_002]);
}

#[tokio::test(flavor = "multi_thread")]
async fn updates_wait_while_nobody_listens_and_may_come_twice() {
    let api = BotApi::start().await;
    let anna = api.user("Anna", "en");
    let hook = Hook::default();
    let url = hook.listen().await;
    let nowhere = format!("http://127.0.0.1:{}/hook", super::super::super::process::free_port());
    api.bot().set_webhook(nowhere.parse().unwrap()).await.unwrap();
    anna.start("").await;
    assert_eq!(api.pending_updates(), 1);
    api.bot().set_webhook(url.parse().unwrap()).await.unwrap();
    api.pass(seconds(2));
    api.delivers_again(1);
    api.deliver().await;
    assert_eq!(hook.heard(), [100_001; 2]);
    api.bot().set_webhook(nowhere.parse().unwrap()).await.unwrap();
    anna.says("lost").await;
    api.bot().delete_webhook().drop_pending_updates(true).await.unwrap();
    assert_eq!(api.pending_updates(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_must_be_one_that_telegram_would_take() {
    let api = BotApi::start().await;
    let path = format!("bot{}/setWebhook", api.token());
    let long = format!("url=https://a.test&secret_token={}", "x".repeat(257));
    for (form, why) in [
        ("url=http://a.test", "bad webhook: HTTPS url must be provided for webhook"),
        ("url=https://a.test:444/x", "bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443"),
        ("url=https://a.test&secret_token=a.b", "secret token contains unallowed characters"),
        (&long, "secret token is too long"),
        ("url=https://a.test&max_connections=101", "max_connections must be from 1 to 100"),
        ("url=https://a.test&allowed_updates=[\"news\"]", "there are no updates called news"),
    ] {
        let (status, answer) = asked(&api, &path, "application/x-www-form-urlencoded", Some(form));
        assert_eq!((status, &answer["description"]), (400, &format!("Bad Request: {why}").into()));
    }
    assert_eq!(api.violations().len(), 6);
    assert_eq!(asked(&api, &path, "application/x-www-form-urlencoded", Some("url=")).0, 200);
}
