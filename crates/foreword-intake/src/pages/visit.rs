//! `/visit/{id}`: the conversation as pages, one question each.

mod question;

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use foreword_app::{Error, Visit, receive::Received};
use foreword_domain::{
    conversation::{Command, Input, Said, Say, State as Stands, script::Place},
    language::Lang,
    message::{Channel, Inbound, InboxKey},
    phrases::{self, t},
    private::Private,
    response::{ItemRef, Respondent, Value},
};
use serde::Deserialize;

use super::{Failure, Message, form::Fields, html, languages, session::Seen};
use crate::Web;
use question::Question;

/// What of a visit is looked at.
#[derive(Deserialize, Default)]
pub(crate) struct Look {
    /// The place of a question to look at again, from 1.
    question: Option<usize>,
    /// `answers`, `help`, or a question "are you sure".
    view: Option<String>,
}

/// A page with a list of answers: in between, and at the end.
#[derive(Template)]
#[template(path = "patient/answers.html")]
struct Answers<'a> {
    lang: &'a Lang,
    clinic: &'a str,
    id: String,
    title: String,
    lines: Vec<String>,
    list: Vec<(usize, String, String)>,
    done: bool,
}

/// A page that asks whether something is really meant.
#[derive(Template)]
#[template(path = "patient/sure.html")]
struct Sure<'a> {
    lang: &'a Lang,
    clinic: &'a str,
    id: String,
    wish: &'a str,
    title: String,
    yes: String,
}

/// A page with one way on.
#[derive(Template)]
#[template(path = "patient/begin.html")]
struct Begin<'a> {
    lang: &'a Lang,
    clinic: &'a str,
    id: String,
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
    lang: &'a Lang,
    clinic: &'a str,
    id: String,
    link: String,
}

pub(crate) async fn show(State(web): State<Web>, Query(look): Query<Look>, Seen(visit): Seen) -> Response {
    let lang = visit.standing.language.clone();
    if !visit.is_open(web.now()) {
        return Failure::gone(&web).in_language(&lang).into_response();
    }
    let say = |say: &Say| lines(say, &visit);
    if visit.standing.state == Stands::NotMe {
        // Whoever said so sees nothing that was answered.
        return message(&web, &visit, "page-not-me-title", say(&Say::NotMe));
    }
    match look.view.as_deref() {
        Some("answers") => return answers(&web, &visit),
        Some("help") => {
            // What can be typed belongs to the chat; here there are buttons.
            let texts = ["help", "greeting-free"].map(|key| t(key, &lang, &[]));
            return begin(&web, &visit, "page-help", texts.into(), "page-go-on").await;
        }
        Some("stopped") => return message(&web, &visit, "page-stopped-title", say(&Say::Stopped)),
        Some(wish @ ("stop" | "decline" | "not-me")) => return sure(&web, &visit, wish),
        _ => {}
    }
    match visit.standing.state {
        Stands::Invited => begin(&web, &visit, "page-begin-title", say(&Say::Greeting), "page-begin").await,
        Stands::Paused => begin(&web, &visit, "page-paused-title", say(&Say::Paused), "page-go-on").await,
        Stands::Declined => {
            begin(&web, &visit, "page-declined-title", say(&Say::Declined), "page-go-on").await
        }
        Stands::NotMe => message(&web, &visit, "page-not-me-title", say(&Say::NotMe)),
        Stands::Open | Stands::Completed => {
            let questions = visit.script.questions(&visit.ledger);
            let wanted = look.question.and_then(|n| questions.get(n.checked_sub(1)?)).copied();
            match wanted.or_else(|| visit.standing.at(&visit.script, &visit.ledger)) {
                Some(place) => question_page(&web, &visit, &place, None, None, StatusCode::OK).await,
                None => answers(&web, &visit),
            }
        }
    }
}

pub(crate) async fn answer(State(web): State<Web>, Seen(visit): Seen, fields: Fields) -> Response {
    let at = ItemRef::new(fields.get("ask"), fields.get("item"));
    // Browsers send line breaks in texts as CR LF; the patient typed one key.
    let given: Vec<String> = fields
        .all("value")
        .iter()
        .map(|value| value.replace("\r\n", "\n"))
        .filter(|v| !v.is_empty())
        .collect();
    let by_choice = visit.script.question(&visit.ledger, &at).is_some_and(|p| !p.item.choices().is_empty());
    let input = match fields.get("action") {
        "skip" => Input::Skip,
        _ if by_choice => Input::Codes(given.clone()),
        _ => Input::Typed(Private::new(given.first().cloned().unwrap_or_default())),
    };
    let said = Said::Give { at: at.clone(), input };
    let received = match say(&web, &visit, fields.get("nonce"), said.clone()).await {
        Ok(received) => received,
        Err(failed) => return failed,
    };
    let received = if received.repeated && is_other_than(&received, &at, &said) {
        // The form was sent before, then changed, and is now sent as it first was.
        match say(&web, &visit, "", said).await {
            Ok(received) => received,
            Err(failed) => return failed,
        }
    } else {
        received
    };
    if received.replies.contains(&Say::Stopped) {
        return Redirect::to(&format!("/visit/{}?view=stopped", visit.id)).into_response();
    }
    let trouble = received.replies.iter().find(|reply| matches!(reply, Say::Sorry { .. }));
    if let Some(sorry) = trouble {
        let text = lines(sorry, &received.visit).join(" ");
        let visit = &received.visit;
        if let Some(place) = visit.script.question(&visit.ledger, &at) {
            return question_page(
                &web,
                visit,
                &place,
                Some(text),
                Some(given),
                StatusCode::UNPROCESSABLE_ENTITY,
            )
            .await;
        }
    }
    Redirect::to(&format!("/visit/{}", visit.id)).into_response()
}

/// A page that was the answer to a form is opened again: the visit is what is meant.
pub(crate) async fn again(Path(id): Path<String>) -> Response {
    match id.parse::<foreword_domain::ids::ConversationId>() {
        Ok(id) => Redirect::to(&format!("/visit/{id}")).into_response(),
        Err(_) => StatusCode::NOT_FOUND.into_response(),
    }
}

pub(crate) async fn ask_for(State(web): State<Web>, Seen(visit): Seen, fields: Fields) -> Response {
    let said = match fields.get("wish") {
        "telegram" => return to_chat(&web, &visit).await,
        "begin" if visit.standing.state == Stands::Invited => Said::Here,
        "begin" => Said::Command(Command::Resume),
        "pause" => Said::Command(Command::Pause),
        "stop" => Said::Command(Command::Stop),
        "decline" => Said::Command(Command::Decline),
        "not-me" => Said::Command(Command::NotMe),
        "language" => Said::Command(Command::Language(fields.get("lang").to_owned())),
        _ => return Redirect::to(&format!("/visit/{}", visit.id)).into_response(),
    };
    let view = if fields.get("wish") == "stop" { "?view=stopped" } else { "" };
    match say(&web, &visit, fields.get("nonce"), said).await {
        Ok(_) => Redirect::to(&format!("/visit/{}{view}", visit.id)).into_response(),
        Err(failed) => failed,
    }
}

/// Whether what stands in the ledger is not what was said.
fn is_other_than(received: &Received, at: &ItemRef, said: &Said) -> bool {
    let Said::Give { input, .. } = said else { return false };
    let stands = received.visit.ledger.get(at).map(|answer| &answer.value);
    match (input, stands) {
        (Input::Skip, stands) => stands.is_some_and(|value| *value != Value::Skipped),
        (Input::Codes(codes), Some(value)) => codes.join(" ") != value.written(),
        (Input::Typed(text), Some(value)) => *text.reveal() != value.written(),
        (_, None) => false,
    }
}

/// Says something in the conversation. The nonce of the form makes sending it twice once; a form
/// that was changed and sent again is something new.
async fn say(web: &Web, visit: &Visit, nonce: &str, said: Said) -> Result<Received, Response> {
    let inbound = |id: String| Inbound {
        key: InboxKey { source: "web".to_owned(), id },
        conversation: visit.id,
        channel: Channel::Web,
        by: Respondent::Patient,
        at_once: 1,
        said: said.clone(),
    };
    let known = (8..=64).contains(&nonce.len())
        && nonce.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    let first = if known { format!("{}:{nonce}", visit.id) } else { foreword_app::access::nonce() };
    let received = match web.app.receive(inbound(first), web.now()).await {
        Err(Error::Conflict) => web.app.receive(inbound(foreword_app::access::nonce()), web.now()).await,
        received => received,
    };
    received.map_err(|error| Failure::from(web, &error).in_language(&visit.standing.language).into_response())
}

fn lines(say: &Say, visit: &Visit) -> Vec<String> {
    let bubble = phrases::bubble(say, &visit.script, &visit.ledger, &visit.standing.language);
    bubble.lines.into_iter().map(|line| line.text).collect()
}

async fn question_page(
    web: &Web,
    visit: &Visit,
    place: &Place<'_>,
    trouble: Option<String>,
    given: Option<Vec<String>>,
    status: StatusCode,
) -> Response {
    let page = Question::new(web, visit, place, trouble, given, has_bot(web).await);
    (status, html(&page)).into_response()
}

fn answers(web: &Web, visit: &Visit) -> Response {
    let lang = &visit.standing.language;
    let done = visit.standing.state == Stands::Completed;
    let questions = visit.script.questions(&visit.ledger);
    let list = visit
        .script
        .review(&visit.ledger, lang)
        .into_iter()
        .map(|(at, question, answer)| {
            let n = questions.iter().position(|place| place.at() == at).unwrap_or(0) + 1;
            (n, question, answer)
        })
        .collect();
    let (title, lines) = if done {
        let texts = ["completed", "page-completed-change", "not-watched"];
        ("page-completed-title", texts.map(|key| t(key, lang, &[])).into())
    } else {
        ("page-answers", Vec::new())
    };
    let page = Answers {
        lang,
        clinic: &web.app.options().clinic_name,
        id: visit.id.to_string(),
        title: t(title, lang, &[]),
        lines,
        list,
        done,
    };
    html(&page)
}

fn sure(web: &Web, visit: &Visit, wish: &str) -> Response {
    let lang = &visit.standing.language;
    let page = Sure {
        lang,
        clinic: &web.app.options().clinic_name,
        id: visit.id.to_string(),
        wish,
        title: t("page-sure", lang, &[]),
        yes: t(&format!("page-yes-{wish}"), lang, &[]),
    };
    html(&page)
}

async fn begin(web: &Web, visit: &Visit, title: &str, lines: Vec<String>, button: &str) -> Response {
    let lang = &visit.standing.language;
    let page = Begin {
        lang,
        clinic: &web.app.options().clinic_name,
        id: visit.id.to_string(),
        title: t(title, lang, &[]),
        lines,
        button: t(button, lang, &[]),
        languages: languages(),
        has_bot: has_bot(web).await,
    };
    html(&page)
}

/// Whether a chat can be offered. Without one, there is still the page.
async fn has_bot(web: &Web) -> bool {
    web.app.has_bot().await.unwrap_or_else(|error| {
        tracing::error!(error = %super::in_words(&error), "it cannot be told whether there is a bot");
        false
    })
}

/// A link to the chat, made because it was asked for: it is used once. It is a link and no redirect,
/// because forms of this page lead nowhere else.
async fn to_chat(web: &Web, visit: &Visit) -> Response {
    let lang = &visit.standing.language;
    if !visit.is_open(web.now()) {
        return Failure::gone(web).in_language(lang).into_response();
    }
    if visit.standing.state == Stands::NotMe {
        // Whoever said so is led nowhere.
        return Redirect::to(&format!("/visit/{}", visit.id)).into_response();
    }
    let link = match web.app.chat_link(visit.id, web.now()).await {
        Ok(link) => link,
        Err(error) => return Failure::from(web, &error).in_language(lang).into_response(),
    };
    match link {
        Some(link) => html(&ToChat {
            lang,
            clinic: &web.app.options().clinic_name,
            id: visit.id.to_string(),
            link: link.into_inner(),
        }),
        None => Redirect::to(&format!("/visit/{}", visit.id)).into_response(),
    }
}

fn message(web: &Web, visit: &Visit, title: &str, lines: Vec<String>) -> Response {
    let lang = &visit.standing.language;
    html(&Message { lang, clinic: &web.app.options().clinic_name, title: t(title, lang, &[]), lines })
}
