//! `/clinic/appointments/{id}/timeline`: what happened around a visit and what is still to come, in order.

use askama::Template;
use axum::{
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use foreword_app::{
    history::{Event, History, What},
    messages::Stage,
};
use foreword_domain::{alert::Level, ids::AppointmentId, message::Channel};
use foreword_summary::when;
use jiff::{Timestamp, tz::TimeZone};

use super::{Failure, html, session::SignedIn, stands};
use crate::Web;

#[derive(Template)]
#[template(path = "clinic/timeline.html")]
struct Page<'a> {
    clinic: &'a str,
    who: &'a SignedIn,
    id: AppointmentId,
    patient: String,
    name: String,
    born: String,
    visit: String,
    zone: &'a str,
    now: String,
    past: Vec<Row>,
    ahead: Vec<Row>,
    messages: Vec<Sent>,
}

struct Row {
    at: String,
    words: String,
    note: String,
    style: &'static str,
}

struct Sent {
    kind: &'static str,
    channel: &'static str,
    style: &'static str,
    words: &'static str,
    at: String,
    reason: String,
}

pub(crate) async fn show(State(web): State<Web>, Path(id): Path<String>, staff: SignedIn) -> Response {
    let Ok(id) = id.parse::<AppointmentId>() else { return Failure::gone(&web).into_response() };
    let now = web.now();
    match web.app.history(id, &staff.actor(), now).await {
        Ok(history) => page(&web, &staff, &history, now),
        Err(error) => Failure::from(&web, &error).into_response(),
    }
}

fn page(web: &Web, staff: &SignedIn, history: &History, now: Timestamp) -> Response {
    let zone = web.app.clinic_zone();
    let profile = history.patient.profile.reveal();
    let (past, ahead): (Vec<&Event>, Vec<&Event>) = history.events.iter().partition(|event| event.at <= now);
    let rows = |events: Vec<&Event>| events.into_iter().map(|event| row(event, &zone)).collect();
    let sent = |event: &Event| match &event.what {
        What::Message { purpose, channel, stage, reason } => Some(Sent {
            kind: stands::message(Some(*purpose)),
            channel: channel.label(),
            style: stands::stage(*stage).0,
            words: stands::stage(*stage).1,
            at: when::moment(event.at, &zone),
            reason: reason.clone().unwrap_or_default(),
        }),
        _ => None,
    };
    html(&Page {
        clinic: &web.app.options().clinic_name,
        who: staff,
        id: history.visit.id,
        patient: history.patient.id.to_string(),
        name: profile.full_name(),
        born: when::date(profile.birth_date),
        visit: format!("{}, {}", when::moment(history.visit.start, &zone), history.visit.kind),
        zone: &web.app.options().time_zone,
        now: when::moment(now, &zone),
        past: rows(past),
        ahead: rows(ahead),
        messages: history.events.iter().filter_map(sent).collect(),
    })
}

fn row(event: &Event, zone: &TimeZone) -> Row {
    let (words, style) = words(&event.what, zone);
    let note = match (&event.what, &event.by) {
        (What::Message { reason: Some(reason), .. }, _) => reason.clone(),
        (_, Some(by)) => format!("by {by}"),
        (What::Booked | What::Changed, None) => "by the feed".to_owned(),
        _ => String::new(),
    };
    Row { at: when::moment(event.at, zone), words, note, style }
}

fn words(what: &What, zone: &TimeZone) -> (String, &'static str) {
    let plain = |words: &str, style| (words.to_owned(), style);
    match what {
        What::Booked => plain("Visit booked", ""),
        What::Changed => plain("Visit moved, corrected or marked", ""),
        What::Message { purpose, channel, stage, .. } => {
            let (kind, channel) = (stands::message(Some(*purpose)), channel.label());
            match stage {
                Stage::Waiting => (format!("{kind} by {channel} is due"), ""),
                Stage::OnItsWay => (format!("{kind} by {channel} is on its way"), "going"),
                Stage::Sent => (format!("{kind} sent by {channel}"), "going"),
                Stage::GaveUp => (format!("{kind} by {channel} did not reach the patient"), "check"),
                Stage::Cancelled => (format!("{kind} no longer wanted"), ""),
            }
        }
        What::Opened(Channel::Kiosk) => plain("Opened on the clinic's tablet", "going"),
        What::Opened(_) => plain("Link opened, and the check of who it is passed", "going"),
        What::Answered { count, channel, until } => {
            let count = if *count == 1 { "1 question".to_owned() } else { format!("{count} questions") };
            let until = until.to_zoned(zone.clone()).strftime("%H:%M").to_string();
            (format!("{count} answered by {}, until {until}", channel.label()), "going")
        }
        What::Completed => plain("All answered", "done"),
        What::Flag(Level::Red) => plain("Red flag raised", "alarm"),
        What::Flag(Level::Amber) => plain("Amber flag raised", "check"),
        What::QuestionPut => plain("Question put to the patient", ""),
        What::QuestionWithdrawn => plain("Question taken back", ""),
        What::TabletCode => plain("Code for the tablet made", ""),
        What::Printed => plain("Form printed", ""),
        What::Paper { is_saved: false } => plain("Paper form entered once", ""),
        What::Paper { is_saved: true } => plain("Paper form put into the record", ""),
        What::Read(1) => plain("Page read", "done"),
        What::Read(times) => (format!("Page read, {times} times within half an hour"), "done"),
        What::NoteWritten => plain("Note to the patient written", ""),
        What::Told { is_read, channel, stage } => {
            let what = if *is_read { "Word that the answers were read" } else { "Word of a note" };
            let (style, words) = stands::stage(*stage);
            (format!("{what}, by {}: {}", channel.label(), words.to_lowercase()), style)
        }
        What::TopicMarked(mark) => (format!("A topic marked: {}", mark.label()), "done"),
        What::GoalSet => plain("A goal set", "done"),
        What::Begins => plain("The visit begins", ""),
    }
}
