//! When a question was answered elsewhere while its form stood open: both answers are shown, and the
//! patient chooses. Nothing typed is lost, and nothing newer overwritten.

use askama::Template;
use axum::{
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use foreword_app::form::mark;
use foreword_domain::{phrases, response::ItemRef};

use super::{home, layout};
use crate::{
    Web,
    pages::{form::Fields, frame::Frame, html, session::Seen},
};

#[derive(Template)]
#[template(path = "patient/stale.html")]
struct Stale<'a> {
    frame: Frame<'a>,
    home: String,
    question: String,
    spoken: String,
    dir: &'static str,
    there: String,
    here: String,
    ask: &'a str,
    item: &'a str,
    action: &'a str,
    values: Vec<String>,
    nonce: String,
    seen: String,
}

pub(super) fn page(web: &Web, seen: &Seen, at: &ItemRef, fields: &Fields) -> Response {
    let (visit, frame) = (&seen.visit, layout::frame(web, seen));
    let Some(place) = visit.script.question(&visit.ledger, at) else {
        return Redirect::to(&home(visit)).into_response();
    };
    let values = fields.given("value");
    let offers = visit.script.offers(&visit.ledger, &place);
    let label = |value: &String| {
        let offer = offers.iter().find(|offer| offer.code == value);
        offer.and_then(|offer| offer.labels.first().cloned()).unwrap_or_else(|| value.clone())
    };
    let here = match fields.get("action") {
        "skip" if place.may_be_nothing() => frame.t("nothing"),
        "skip" => frame.t("skipped"),
        _ => values.iter().map(label).collect::<Vec<_>>().join(", "),
    };
    let page = Stale {
        home: home(visit),
        question: phrases::wording(&place),
        spoken: place.ask.language.to_string(),
        dir: place.ask.language.dir(),
        there: visit.script.answer_words(&visit.ledger, at, frame.lang).unwrap_or_default(),
        here,
        ask: &at.ask,
        item: &at.item,
        action: fields.get("action"),
        values,
        nonce: foreword_app::access::nonce(),
        seen: mark(visit.ledger.get(at).map(|answer| &answer.value)),
        frame,
    };
    (StatusCode::CONFLICT, html(&page)).into_response()
}
