//! The pages of a visit that are no question: welcome, answers, thanks, help, "are you sure".

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use foreword_app::Visit;
use foreword_domain::{
    conversation::{Say, State as Stands},
    language::Lang,
    phrases,
};

use super::{address, home};
use crate::{
    Web,
    pages::{Failure, Message, frame::Frame, html, languages, session::Seen},
};

/// A page with a list of answers: in between, before the end, and at the end.
#[derive(Template)]
#[template(path = "patient/answers.html")]
struct Answers<'a> {
    frame: Frame<'a>,
    home: String,
    title: String,
    lines: Vec<String>,
    list: Vec<Row>,
    stage: Stage,
}

struct Row {
    address: String,
    question: String,
    answer: String,
    lang: Lang,
}

/// Where the list stands.
#[derive(PartialEq, Eq)]
enum Stage {
    /// Questions are left.
    Between,
    /// The last one was answered: is everything right?
    Last,
    /// It is.
    Done,
}

/// A page that asks whether something is really meant.
#[derive(Template)]
#[template(path = "patient/sure.html")]
struct Sure<'a> {
    frame: Frame<'a>,
    home: String,
    wish: &'a str,
    title: String,
    what: String,
    yes: String,
}

/// A page with one way on.
#[derive(Template)]
#[template(path = "patient/begin.html")]
struct Begin<'a> {
    frame: Frame<'a>,
    home: String,
    title: String,
    lines: Vec<String>,
    button: String,
    languages: Vec<(&'static Lang, String)>,
    has_bot: bool,
}

/// A page with a link that leads to a chat.
#[derive(Template)]
#[template(path = "patient/telegram.html")]
struct ToChat<'a> {
    frame: Frame<'a>,
    home: String,
    link: String,
}

/// The frame of a page of this visit, at this door.
pub(in crate::pages) fn frame<'a>(web: &'a Web, seen: &'a Seen) -> Frame<'a> {
    let kiosk = seen.is_kiosk().then(|| seen.visit.id.to_string());
    Frame { kiosk, ..Frame::new(web, &seen.visit.standing.language) }
}

pub(super) fn lines(say: &Say, visit: &Visit) -> Vec<String> {
    let bubble = phrases::bubble(say, &visit.script, &visit.ledger, &visit.standing.language);
    bubble.lines.into_iter().map(|line| line.text).collect()
}

pub(super) async fn welcome(web: &Web, seen: &Seen) -> Response {
    let mut lines = lines(&Say::Greeting, &seen.visit);
    // It stands at the foot of every page.
    lines.pop();
    begin(web, seen, "page-begin-title", lines, "page-begin").await
}

/// A page to come back from.
pub(super) async fn come_back(web: &Web, seen: &Seen, title: &str, say: &Say) -> Response {
    begin(web, seen, title, lines(say, &seen.visit), "page-go-on").await
}

pub(super) async fn help(web: &Web, seen: &Seen) -> Response {
    // What can be typed belongs to the chat; here there are buttons.
    let frame = frame(web, seen);
    let leave = if seen.is_kiosk() { "greeting-free" } else { "page-help-leave" };
    let keys = ["page-help-how", "page-help-skip", leave, "page-help-keys"];
    let lines = keys.into_iter().map(|key| frame.t(key)).collect();
    begin(web, seen, "page-help", lines, "page-go-on").await
}

async fn begin(web: &Web, seen: &Seen, title: &str, lines: Vec<String>, button: &str) -> Response {
    let frame = frame(web, seen);
    let has_bot = has_bot(web, seen).await;
    let (title, button) = (frame.t(title), frame.t(button));
    let home = home(&seen.visit);
    html(&Begin { frame, home, title, lines, button, languages: languages(), has_bot })
}

/// Whether a chat can be offered. Without one, there is still the page.
pub(super) async fn has_bot(web: &Web, seen: &Seen) -> bool {
    if seen.is_kiosk() {
        return false;
    }
    web.app.has_bot().await.unwrap_or_else(|error| {
        tracing::error!(error = %crate::pages::in_words(&error), "it cannot be told whether there is a bot");
        false
    })
}

/// The answers, with a question whether they are right when all are there.
pub(super) fn review(web: &Web, seen: &Seen) -> Response {
    let is_last = seen.visit.standing.state == Stands::Completed;
    let stage = if is_last { Stage::Last } else { Stage::Between };
    answers(web, seen, stage)
}

/// The thanks, with the answers below.
pub(super) fn done(web: &Web, seen: &Seen) -> Response {
    answers(web, seen, Stage::Done)
}

fn answers(web: &Web, seen: &Seen, stage: Stage) -> Response {
    let (frame, visit) = (frame(web, seen), &seen.visit);
    let language = |ask: &str| visit.script.ask(ask).map_or_else(Lang::english, |ask| ask.language.clone());
    let list = visit
        .script
        .review(&visit.ledger, frame.lang)
        .into_iter()
        .map(|(at, question, answer)| Row {
            address: address(visit, &at),
            question,
            answer,
            lang: language(&at.ask),
        })
        .collect();
    let (title, keys): (_, &[&str]) = match stage {
        Stage::Between => ("page-answers", &[]),
        Stage::Last => ("page-review-title", &["page-review"]),
        Stage::Done => ("page-completed-title", &["completed", "page-completed-change"]),
    };
    let (title, lines) = (frame.t(title), keys.iter().map(|key| frame.t(key)).collect());
    html(&Answers { frame, home: home(visit), title, lines, list, stage })
}

/// What is left is asked at another door.
pub(super) fn elsewhere(web: &Web, seen: &Seen) -> Response {
    message(web, seen, "page-completed-title", &Say::Elsewhere)
}

pub(super) fn sure(web: &Web, seen: &Seen, wish: &str) -> Response {
    let frame = frame(web, seen);
    let (title, what) = (frame.t("page-sure"), frame.t(&format!("page-sure-{wish}")));
    let yes = frame.t(&format!("page-yes-{wish}"));
    html(&Sure { frame, home: home(&seen.visit), wish, title, what, yes })
}

/// A link to the chat, made because it was asked for: it is used once. It is a link and no redirect,
/// because forms of this page lead nowhere else.
pub(super) async fn to_chat(web: &Web, seen: &Seen) -> Response {
    let visit = &seen.visit;
    if !visit.is_open(web.now()) {
        return Failure::gone(web).in_language(&visit.standing.language).into_response();
    }
    if visit.standing.state == Stands::NotMe {
        // Whoever said so is led nowhere.
        return Redirect::to(&home(visit)).into_response();
    }
    match web.app.chat_link(visit.id, web.now()).await {
        Ok(Some(link)) => {
            html(&ToChat { frame: frame(web, seen), home: home(visit), link: link.into_inner() })
        }
        Ok(None) => Redirect::to(&home(visit)).into_response(),
        Err(error) => Failure::from(web, &error).in_language(&visit.standing.language).into_response(),
    }
}

pub(super) fn message(web: &Web, seen: &Seen, title: &str, say: &Say) -> Response {
    let frame = frame(web, seen);
    html(&Message { title: frame.t(title), frame, lines: lines(say, &seen.visit) })
}
