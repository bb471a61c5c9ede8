//! `/clinic/feeds`: what feeds said that was not taken in, and why.

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};

use super::{Failure, html, session::SignedIn};
use crate::Web;

/// Lines on the page.
const MOST: u64 = 200;

#[derive(Template)]
#[template(path = "clinic/feeds.html")]
struct Page<'a> {
    clinic: &'a str,
    who: &'a SignedIn,
    most: u64,
    rows: Vec<Row>,
}

struct Row {
    at: String,
    feed: String,
    place: u32,
    appointment: String,
    style: &'static str,
    outcome: String,
    reason: String,
}

pub(crate) async fn show(State(web): State<Web>, staff: SignedIn) -> Response {
    let zone = web.app.clinic_zone();
    let entries = match web.app.feed_log(MOST, &staff.actor(), web.now()).await {
        Ok(entries) => entries,
        Err(error) => return Failure::from(&web, &error).into_response(),
    };
    let rows = entries.into_iter().map(|entry| Row {
        at: foreword_summary::when::moment(entry.at, &zone),
        feed: entry.feed,
        place: entry.row,
        appointment: entry.appointment.unwrap_or_default(),
        style: if entry.outcome == "outdated" { "off" } else { "check" },
        outcome: entry.outcome,
        reason: entry.reason,
    });
    html(&Page { clinic: &web.app.options().clinic_name, who: &staff, most: MOST, rows: rows.collect() })
}
