//! From the web page and from a letter to the chat, and what staff see of a chat that is lost.

use axum::http::StatusCode;
use foreword_app::day::Messages;
use jiff::SignedDuration;

use crate::{
    kit::{World, world::GRACE},
    signing_in,
};

fn links(page: &str) -> Vec<String> {
    page.split("href=\"https://t.me/")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap().to_owned())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_patient_goes_on_in_telegram_by_a_link_made_when_it_is_asked_for() {
    let world = World::new().await;
    world.book(&[&GRACE.replace(",en,", ",ar,")]).await;
    world.tick().await;
    let token = world.line("A1").await.token.unwrap().into_inner();
    let mut tab = world.tab();
    tab.enter(&token, "1958").await;
    let button = "name=\"wish\" value=\"telegram\"";
    assert!(!tab.page.contains(button), "there is no bot");
    tab.ask_for("telegram").await;
    assert!(!tab.page.contains("t.me") && tab.status == StatusCode::OK, "{}", tab.page);

    let telegram = world.messenger().await;
    let visit = tab.visit();
    tab.open(&visit).await;
    assert!(tab.page.contains(button) && links(&tab.page).is_empty(), "nothing is made by looking");
    tab.ask_for("telegram").await;
    assert_eq!(tab.status, StatusCode::OK);
    assert!(tab.page.contains("<html lang=\"ar\" dir=\"rtl\">") && tab.heading() == "الإجابة في تيليجرام");
    assert!(tab.page.contains("rel=\"noreferrer\"") && tab.page.contains("مرة واحدة"));
    let [link] = links(&tab.page).try_into().unwrap();
    assert!(tab.headers["content-security-policy"].to_str().unwrap().contains("form-action 'self'"));
    tab.open(&format!("{visit}/ask-for")).await;
    assert!(tab.at == visit && links(&tab.page).is_empty(), "opened again, the visit is what is meant");
    tab.ask_for("begin").await;
    assert!(tab.page.contains(button), "on the page of a question, too");
    tab.ask_for("telegram").await;
    let [second] = links(&tab.page).try_into().unwrap();
    assert_ne!(link, second);

    let grace = telegram.api.user("Grace", "ar");
    let code = link.split_once("?start=").unwrap().1;
    grace.start(code).await;
    telegram.run().await;
    let asked = grace.screen();
    let mallory = telegram.api.user("Mallory", "en");
    mallory.start(code).await;
    telegram.run().await;
    assert!(mallory.screen().contains("This link was used before"), "{}", mallory.screen());
    assert!(!asked.is_empty() && !asked.contains("used before"));
    // Who said "not me" is led nowhere.
    tab.ask_for("not-me").await;
    tab.ask_for("telegram").await;
    assert!(links(&tab.page).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_leads_to_the_chat_by_a_link_of_its_own_where_there_is_a_bot() {
    let world = World::new().await;
    world.book(&[GRACE, &GRACE.replace("A1,P1,", "A2,P2,").replace("2026-11-24", "2026-11-30")]).await;
    world.tick().await;
    assert_eq!(world.mails().len(), 1);
    assert!(!world.mails()[0].1.contains("t.me"), "there is no bot");
    let telegram = world.messenger().await;
    world.pass_hours(4 * 24);
    telegram.tick().await;
    let mails: Vec<String> = world.mails().into_iter().map(|(_, mail)| mail.replace("=\r\n", "")).collect();
    let mail = mails.iter().find(|mail| mail.contains("t.me")).expect("a letter with two doors");
    let (text, html) = mail.split_once("text/html").unwrap();
    let text = text.replace("=3D", "=");
    assert!(
        text.contains("Would you rather answer in Telegram? Then open this link:\r\nhttps://t.me/"),
        "{text}"
    );
    let html = html.replace("=3D", "=");
    let [link] = links(&html).try_into().unwrap();
    assert!(html.contains("rel=\"noreferrer\">Answer in Telegram</a>"), "{html}");
    let person = telegram.api.user("Grace", "en");
    person.start(link.split_once("?start=").unwrap().1).await;
    telegram.run().await;
    assert!(person.screen().contains("type the year"), "{}", person.screen());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_day_list_says_by_which_door_messages_went_and_when_a_chat_is_lost() {
    let world = World::new().await;
    world.book(&[GRACE]).await;
    let telegram = world.messenger().await;
    let grace = telegram.joined("Grace", "A1", "1958").await;
    // What the chat was told is none of the messages about the visit.
    assert_eq!(world.line("A1").await.messages, Messages::Planned);
    assert!(world.line("A1").await.channels.is_empty());
    telegram.tick().await;
    assert_eq!(world.line("A1").await.messages, Messages::Sent);
    let mut tab = signing_in::staff(&world).await;
    assert!(
        tab.page.contains("<small class=\"by\">messages by Telegram</small>")
            && !tab.page.contains("class=\"lost\""),
        "{}",
        tab.page
    );
    world.pass(SignedDuration::from_hours(1));
    grace.blocks_bot().await;
    telegram.run().await;
    tab.send("/clinic/sign-in", &[("login", "roe"), ("password", "a long enough password")]).await;
    tab.open("/clinic").await;
    assert!(
        tab.page.contains("<p class=\"lost\">Telegram: the bot was blocked, since Fri 20 Nov 2026, 10:"),
        "{}",
        tab.page
    );
    world.pass_hours(24);
    telegram.tick().await;
    tab.send("/clinic/sign-in", &[("login", "roe"), ("password", "a long enough password")]).await;
    tab.open("/clinic").await;
    assert!(tab.page.contains("messages by Telegram and e-mail"), "{}", tab.page);
    grace.unblocks_bot().await;
    grace.says("hello").await;
    telegram.run().await;
    tab.open("/clinic").await;
    assert!(!tab.page.contains("class=\"lost\""), "{}", tab.page);
    assert_eq!(world.line("A1").await.lost, None);
}
