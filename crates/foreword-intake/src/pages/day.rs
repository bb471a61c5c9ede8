//! The day list: who comes, and who is prepared.

use askama::Template;
use axum::{
    extract::{Query, State},
    response::{IntoResponse, Response},
};
use foreword_app::{
    access::permission::Act,
    day::{Line, Messages},
};
use foreword_domain::{appointment::Status, conversation::State as Stands, message::Channel};
use jiff::{ToSpan, civil::Date, tz::TimeZone};
use serde::Deserialize;

use super::{Failure, html, session::SignedIn};
use crate::Web;

/// Days shown on one page.
const DAYS: i32 = 7;

#[derive(Template)]
#[template(path = "clinic/day.html")]
struct Days<'a> {
    clinic: &'a str,
    who: &'a str,
    from: String,
    until: String,
    earlier: String,
    later: String,
    list: Vec<Day>,
    /// Mails that were not taken in.
    mails: u64,
    shows_flags: bool,
    may_break_glass: bool,
}

struct Day {
    title: String,
    rows: Vec<Row>,
}

struct Row {
    id: String,
    time: String,
    name: String,
    born: String,
    kind: String,
    clinician: String,
    state: &'static str,
    state_words: String,
    progress: String,
    /// By which doors messages went, in words.
    by: String,
    /// Until when the link takes no tries.
    locked: Option<String>,
    /// Since when and why a chat reaches nobody, in words.
    lost: Option<String>,
    flag: Option<&'static str>,
    /// Whether the patient may be given the tablet: they come today, and something is asked.
    is_for_tablet: bool,
}

#[derive(Deserialize)]
pub(crate) struct Wanted {
    day: Option<String>,
}

pub(crate) async fn show(State(web): State<Web>, Query(wanted): Query<Wanted>, staff: SignedIn) -> Response {
    let now = web.now();
    let zone = web.app.clinic_zone();
    let today = now.to_zoned(zone.clone()).date();
    let from: Date = wanted.day.and_then(|day| day.parse().ok()).unwrap_or(today);
    let until = from.saturating_add(DAYS.days());
    let (Ok(begin), Ok(end)) = (from.to_zoned(zone.clone()), until.to_zoned(zone.clone())) else {
        return Failure::gone(&web).into_response();
    };
    let lines = match web.app.day(begin.timestamp(), end.timestamp(), &staff.actor(), now).await {
        Ok(lines) => lines,
        Err(error) => return Failure::from(&web, &error).into_response(),
    };
    let mails = match web.app.count_mails_to_see(&staff.actor(), now).await {
        Ok(mails) => mails,
        Err(error) => return Failure::from(&web, &error).into_response(),
    };
    let mut days: Vec<Day> = Vec::new();
    for line in &lines {
        let date = line.appointment.start.to_zoned(line.appointment.zone()).date();
        let title = title(date, today);
        if days.last().is_none_or(|day| day.title != title) {
            days.push(Day { title, rows: Vec::new() });
        }
        if let Some(day) = days.last_mut() {
            day.rows.push(row(line, &zone, date == today));
        }
    }
    let shown = |date: Date| date.strftime("%-d %b %Y").to_string();
    html(&Days {
        clinic: &web.app.options().clinic_name,
        who: &staff.0.name,
        from: shown(from),
        until: shown(until.saturating_sub(1.days())),
        earlier: from.saturating_sub(DAYS.days()).to_string(),
        later: until.to_string(),
        list: days,
        mails,
        shows_flags: staff.may(Act::Alerts),
        may_break_glass: staff.may(Act::BreakGlass),
    })
}

fn title(date: Date, today: Date) -> String {
    let words = date.strftime("%A %-d %B").to_string();
    if date == today { format!("Today, {words}") } else { words }
}

fn row(line: &Line, zone: &TimeZone, is_today: bool) -> Row {
    let profile = line.patient.profile.reveal();
    let (state, words) = state(line);
    let (done, of) = line.progress;
    Row {
        id: line.appointment.id.to_string(),
        time: line.appointment.start.to_zoned(line.appointment.zone()).strftime("%H:%M").to_string(),
        name: profile.full_name(),
        born: profile.birth_date.strftime("%-d %b %Y").to_string(),
        kind: line.appointment.kind.clone(),
        clinician: line.appointment.clinician.clone(),
        state,
        state_words: words.to_owned(),
        progress: if of == 0 { String::new() } else { format!("{done} of {of}") },
        by: by(&line.channels),
        locked: line.locked_until.map(|until| until.to_zoned(zone.clone()).strftime("%H:%M").to_string()),
        lost: line.lost.as_ref().map(|lost| {
            let channel = match lost.channel {
                Channel::Telegram => "Telegram",
                _ => "E-mail",
            };
            format!("{channel}: {}, since {}", lost.why, foreword_summary::when::moment(lost.since, zone))
        }),
        flag: line.flag.map(foreword_domain::alert::Level::as_str),
        is_for_tablet: is_today
            && matches!(line.appointment.status, Status::Booked | Status::Arrived)
            && line.state.is_some_and(|state| state != Stands::NotMe),
    }
}

fn by(channels: &[Channel]) -> String {
    let names: Vec<&str> = channels.iter().map(|channel| channel.label()).collect();
    if names.is_empty() { String::new() } else { format!("messages by {}", names.join(" and ")) }
}

fn state(line: &Line) -> (&'static str, &'static str) {
    match line.appointment.status {
        Status::Cancelled => return ("off", "visit cancelled"),
        Status::Noshow => return ("off", "did not come"),
        Status::Booked | Status::Arrived | Status::Fulfilled => {}
    }
    if line.is_unreadable {
        return ("check", "cannot be read");
    }
    match line.state {
        None => ("off", "nothing asked"),
        Some(Stands::Invited) => match line.messages {
            Messages::Sent => ("waiting", "invited"),
            Messages::Planned => ("waiting", "to be invited"),
            Messages::None => ("check", "not invited"),
        },
        Some(Stands::Open) => ("going", "answering"),
        Some(Stands::Paused) => ("going", "paused"),
        Some(Stands::Completed) => ("done", "done"),
        Some(Stands::Declined) => ("off", "declined"),
        Some(Stands::NotMe) => ("check", "“not me”"),
    }
}
