//! `/visit/{id}`: the conversation as pages, one question each, at an address of its own.

mod crisis;
pub(super) mod layout;
mod question;
mod stale;

use axum::{
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode, Uri},
    response::{IntoResponse, Redirect, Response},
};
use foreword_app::{
    Visit,
    form::{Filled, Taken},
};
use foreword_domain::{
    alert::Urgency,
    conversation::{Command, Input, Said, Say, State as Stands, script::Place},
    ids::ConversationId,
    message::{Inbound, InboxKey},
    private::Private,
    response::{ItemRef, Respondent},
};
use jiff::Timestamp;
use serde::Deserialize;

use super::{
    Failure, again,
    form::Fields,
    kiosk,
    session::{Knock, Seen},
};
use crate::Web;

/// What of a visit is looked at.
#[derive(Deserialize, Default)]
pub(crate) struct Look {
    /// The place of a question, from 1: an address of earlier versions.
    question: Option<usize>,
    /// `answers`, `help`, or a question "are you sure".
    view: Option<String>,
}

/// What is asked "are you sure" first.
const GRAVE: [&str; 3] = ["stop", "decline", "not-me"];

pub(crate) async fn show(
    State(web): State<Web>,
    Query(look): Query<Look>,
    uri: Uri,
    knock: Knock,
    headers: HeaderMap,
) -> Response {
    let to = uri.path_and_query().map(ToString::to_string).unwrap_or_default();
    let seen = match again::let_in(&web, knock, &headers, &to, &Fields::default()).await {
        Ok(seen) => seen,
        Err(page) => return page,
    };
    if let Some(page) = closed(&web, &seen) {
        return page;
    }
    let visit = &seen.visit;
    if let Some(n) = look.question {
        let questions = visit.script.questions(&visit.ledger);
        let at = n.checked_sub(1).and_then(|n| questions.get(n)).map(Place::at);
        return at.map_or_else(|| Redirect::to(&home(visit)).into_response(), |at| to_question(visit, &at));
    }
    match look.view.as_deref() {
        Some("answers") => return layout::review(&web, &seen),
        Some("help") => return layout::help(&web, &seen).await,
        Some("stopped") => return layout::message(&web, &seen, "page-stopped-title", &Say::Stopped),
        Some(wish) if GRAVE.contains(&wish) => return layout::sure(&web, &seen, wish),
        _ => {}
    }
    match visit.standing.state {
        Stands::Invited => layout::welcome(&web, &seen).await,
        Stands::Paused => layout::come_back(&web, &seen, "page-paused-title", &Say::Paused).await,
        Stands::Declined => layout::come_back(&web, &seen, "page-declined-title", &Say::Declined).await,
        Stands::NotMe => layout::message(&web, &seen, "page-not-me-title", &Say::NotMe),
        Stands::Open => match visit.standing.at(&visit.script, &visit.ledger) {
            Some(place) => to_question(visit, &place.at()),
            None if visit.script.waits_for_watch(&visit.ledger) => {
                layout::message(&web, &seen, "page-paused-title", &Say::NotNow)
            }
            None => layout::elsewhere(&web, &seen),
        },
        Stands::Completed => layout::done(&web, &seen),
    }
}

/// One question, at its own address.
pub(crate) async fn one(
    State(web): State<Web>,
    Path((_, spot)): Path<(String, String)>,
    uri: Uri,
    knock: Knock,
    headers: HeaderMap,
) -> Response {
    let seen = match again::let_in(&web, knock, &headers, uri.path(), &Fields::default()).await {
        Ok(seen) => seen,
        Err(page) => return page,
    };
    if let Some(page) = closed(&web, &seen) {
        return page;
    }
    let visit = &seen.visit;
    let at = visit.at_spot(&spot).filter(|_| visit.standing.state != Stands::Invited);
    match at.and_then(|at| visit.script.question(&visit.ledger, &at)) {
        // While nobody watches, it is not shown at its own address either.
        Some(place) if visit.script.is_held_back(&visit.ledger, &place) => {
            layout::message(&web, &seen, "page-paused-title", &Say::NotNow)
        }
        Some(place) => question::page(&web, &seen, &place, None, None, StatusCode::OK).await,
        // It is not asked, or not any more.
        None => Redirect::to(&home(visit)).into_response(),
    }
}

pub(crate) async fn review(State(web): State<Web>, uri: Uri, knock: Knock, headers: HeaderMap) -> Response {
    match again::let_in(&web, knock, &headers, uri.path(), &Fields::default()).await {
        Ok(seen) => closed(&web, &seen).unwrap_or_else(|| layout::review(&web, &seen)),
        Err(page) => page,
    }
}

pub(crate) async fn answer(
    State(web): State<Web>,
    knock: Knock,
    headers: HeaderMap,
    fields: Fields,
) -> Response {
    match again::let_in(&web, knock, &headers, "answer", &fields).await {
        Ok(seen) => take(&web, seen, &fields).await,
        Err(page) => page,
    }
}

/// A page that was the answer to a form is opened again: the visit is what is meant.
pub(crate) async fn again(Path(id): Path<String>) -> Response {
    match id.parse::<ConversationId>() {
        Ok(id) => Redirect::to(&format!("/visit/{id}")).into_response(),
        Err(_) => StatusCode::NOT_FOUND.into_response(),
    }
}

pub(crate) async fn ask_for(
    State(web): State<Web>,
    knock: Knock,
    headers: HeaderMap,
    fields: Fields,
) -> Response {
    match again::let_in(&web, knock, &headers, "ask-for", &fields).await {
        Ok(seen) => grant(&web, seen, &fields).await,
        Err(page) => page,
    }
}

/// Somebody is at the page: a script says so while they read and type on a tablet of the clinic's.
pub(crate) async fn here(knock: Knock) -> StatusCode {
    match knock {
        Knock::Seen(_) => StatusCode::NO_CONTENT,
        _ => StatusCode::UNAUTHORIZED,
    }
}

/// Takes in an answer.
pub(super) async fn take(web: &Web, seen: Seen, fields: &Fields) -> Response {
    let at = ItemRef::new(fields.get("ask"), fields.get("item"));
    let given = fields.given("value");
    let visit = &seen.visit;
    let by_choice = visit.script.question(&visit.ledger, &at).is_some_and(|p| !p.item.choices().is_empty());
    let input = match fields.get("action") {
        "skip" => Input::Skip,
        _ if by_choice => Input::Codes(given.clone()),
        _ => Input::Typed(Private::new(given.first().cloned().unwrap_or_default())),
    };
    let filled = Filled {
        conversation: visit.id,
        channel: seen.channel,
        at: at.clone(),
        input,
        form: fields.get("nonce").to_owned(),
        seen: fields.has("seen").then(|| fields.get("seen").to_owned()),
    };
    let received = match web.app.fill(filled, web.now()).await {
        Ok(Taken::In(received)) => received,
        Ok(Taken::Stale(visit)) => return stale::page(web, &seen.at(*visit, web.now()), &at, fields),
        Err(error) => {
            let lang = &visit.standing.language;
            return Failure::from(web, &error).in_language(lang).into_response();
        }
    };
    if received.replies.iter().any(|say| matches!(say, Say::HelpCalled | Say::HelpNotCalled)) {
        return crisis::called(web, &seen.at(received.visit, web.now()));
    }
    if received.replies.contains(&Say::Stopped) {
        return Redirect::to(&format!("{}?view=stopped", home(visit))).into_response();
    }
    let seen = seen.at(received.visit, web.now());
    let visit = &seen.visit;
    let trouble = received.replies.iter().find(|reply| matches!(reply, Say::Sorry { .. }));
    if let Some(sorry) = trouble
        && let Some(place) = visit.script.question(&visit.ledger, &at)
    {
        let text = layout::lines(sorry, visit).join(" ");
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return question::page(web, &seen, &place, Some(text), Some(given), status).await;
    }
    next(visit)
}

/// Does what was asked for.
pub(super) async fn grant(web: &Web, seen: Seen, fields: &Fields) -> Response {
    let (wish, visit) = (fields.get("wish"), &seen.visit);
    if GRAVE.contains(&wish) && !fields.has("sure") {
        return Redirect::to(&format!("{}?view={wish}", home(visit))).into_response();
    }
    let said = match wish {
        "finish" => return finish(web, seen).await,
        // A tablet of the clinic's is no place for the patient's own chats and messages.
        "telegram" | "stop" | "tell" | "tell-not" if seen.is_kiosk() => {
            return Redirect::to(&home(visit)).into_response();
        }
        "telegram" => return layout::to_chat(web, &seen).await,
        "tell" | "tell-not" => {
            return match web.app.wish_to_be_told(visit.id, wish == "tell", web.now()).await {
                Ok(_) => Redirect::to(&format!("{}/team", home(visit))).into_response(),
                Err(error) => {
                    Failure::from(web, &error).in_language(&visit.standing.language).into_response()
                }
            };
        }
        "begin" if visit.standing.state == Stands::Invited => Said::Here,
        "begin" => Said::Command(Command::Resume),
        "pause" => Said::Command(Command::Pause),
        "stop" => Said::Command(Command::Stop),
        "decline" => Said::Command(Command::Decline),
        "not-me" => Said::Command(Command::NotMe),
        "help-now" => Said::Command(Command::Urgent(Urgency::Help)),
        "safe" => Said::Command(Command::Urgent(Urgency::Safe)),
        "language" => Said::Command(Command::Language(fields.get("lang").to_owned())),
        _ => return Redirect::to(&home(visit)).into_response(),
    };
    let inbound = Inbound {
        key: InboxKey { source: "web".to_owned(), id: foreword_app::access::nonce() },
        conversation: visit.id,
        channel: seen.channel,
        by: Respondent::Patient,
        at_once: 1,
        said,
    };
    let received = match web.app.receive(inbound, web.now()).await {
        Ok(received) => received,
        Err(error) => {
            return Failure::from(web, &error).in_language(&visit.standing.language).into_response();
        }
    };
    if wish == "help-now" {
        return crisis::called(web, &seen.at(received.visit, web.now()));
    }
    if seen.is_kiosk() && matches!(wish, "pause" | "decline" | "not-me") {
        // Whoever is not answering now gives the tablet back.
        return Redirect::to(&kiosk::over(&visit.standing.language)).into_response();
    }
    match wish {
        "stop" => Redirect::to(&format!("{}?view=stopped", home(visit))).into_response(),
        // The page on which the language was chosen, in that language.
        "language" => match visit.at_spot(fields.get("spot")) {
            Some(at) => to_question(visit, &at),
            None => Redirect::to(&home(visit)).into_response(),
        },
        _ => Redirect::to(&home(visit)).into_response(),
    }
}

/// The patient has looked over their answers.
async fn finish(web: &Web, seen: Seen) -> Response {
    if seen.visit.standing.state == Stands::Completed
        && let Err(error) = web.app.confirm(&seen.visit, web.now()).await
    {
        return Failure::from(web, &error).into_response();
    }
    let home = home(&seen.visit);
    let to = if seen.is_kiosk() { kiosk::over(&seen.visit.standing.language) } else { home };
    Redirect::to(&to).into_response()
}

/// The page for a visit that nothing can be said about any more.
pub(super) fn closed(web: &Web, seen: &Seen) -> Option<Response> {
    if !seen.visit.is_open(web.now()) {
        return Some(Failure::gone(web).in_language(&seen.visit.standing.language).into_response());
    }
    // Whoever said "this is not me" sees nothing that was answered.
    if seen.visit.standing.state == Stands::NotMe {
        return Some(layout::message(web, seen, "page-not-me-title", &Say::NotMe));
    }
    seen.visit.is_in_need_at(seen.channel).then(|| crisis::page(web, seen))
}

/// What follows an answer: the next question, or a look at all of them.
fn next(visit: &Visit) -> Response {
    match visit.standing.at(&visit.script, &visit.ledger) {
        Some(place) => to_question(visit, &place.at()),
        None if visit.standing.state == Stands::Completed => {
            Redirect::to(&format!("{}/review", home(visit))).into_response()
        }
        None => Redirect::to(&home(visit)).into_response(),
    }
}

fn to_question(visit: &Visit, at: &ItemRef) -> Response {
    Redirect::to(&address(visit, at)).into_response()
}

/// The address of a question.
fn address(visit: &Visit, at: &ItemRef) -> String {
    visit.spot(at).map_or_else(|| home(visit), |spot| format!("{}/q/{spot}", home(visit)))
}

pub(super) fn home(visit: &Visit) -> String {
    format!("/visit/{}", visit.id)
}

impl Seen {
    /// The same door, at the visit as it is now.
    fn at(&self, visit: Visit, now: Timestamp) -> Self {
        Self { visit: visit.at_door(self.channel, Respondent::Patient, now), channel: self.channel }
    }
}
