//! `/clinic/rehearsal`: what will be sent in the next days, in its words, as if it were sent now.

use askama::Template;
use axum::{
    extract::{Query, State},
    response::{IntoResponse, Response},
};
use foreword_app::rehearse::{Rehearsal, Rehearsed};
use foreword_domain::{ids::PatientId, language::Lang, phrases::english_name};
use jiff::{ToSpan, civil::Date, tz::TimeZone};
use serde::Deserialize;

use super::{Failure, html, session::SignedIn, stands, wanted};
use crate::Web;

/// Days that are looked at, where nothing else is said.
const DAYS: i32 = 2;
/// Days that can be looked at.
const MOST_DAYS: i32 = 60;
/// Patients whose messages are rehearsed for one page: each takes a few milliseconds of the database.
const MOST_PATIENTS: usize = 60;

#[derive(Template)]
#[template(path = "clinic/rehearsal.html")]
struct Page<'a> {
    clinic: &'a str,
    who: &'a SignedIn,
    spans: Vec<Span>,
    /// The patient that is looked at alone.
    patient: Option<(String, String)>,
    others: String,
    days: Vec<Day>,
    count: usize,
    left_out: usize,
}

struct Span {
    label: &'static str,
    to: String,
    is_here: bool,
}

struct Day {
    title: String,
    rows: Vec<Row>,
}

struct Row {
    time: String,
    /// The time where the patient is, where it is another one.
    local: Option<String>,
    patient: String,
    name: String,
    visit: String,
    kind: &'static str,
    channel: String,
    language: String,
    lang: Lang,
    subject: Option<String>,
    text: String,
}

/// Which messages are looked at.
#[derive(Deserialize, Default)]
pub(crate) struct Wanted {
    patient: Option<String>,
    days: Option<String>,
}

pub(crate) async fn show(State(web): State<Web>, Query(wanted): Query<Wanted>, staff: SignedIn) -> Response {
    let now = web.now();
    let zone = web.app.clinic_zone();
    let today = now.to_zoned(zone.clone()).date();
    let given = wanted.days.as_deref().and_then(|days| days.parse().ok());
    let days = given.filter(|days| (1..=MOST_DAYS).contains(days)).unwrap_or(DAYS);
    let patient = wanted.patient.as_deref().filter(|id| !id.is_empty());
    let patient: Option<PatientId> = match patient.map(str::parse) {
        Some(Err(_)) => return Failure::gone(&web).into_response(),
        Some(Ok(id)) => Some(id),
        None => None,
    };
    let Ok(until) = today.saturating_add(days.days()).to_zoned(zone.clone()) else {
        return Failure::gone(&web).into_response();
    };
    let until = until.timestamp().checked_sub(1.nanosecond()).unwrap_or(until.timestamp());
    let found = web.app.rehearsal(patient, until, MOST_PATIENTS, &staff.actor(), now).await;
    let found = match found {
        Ok(found) => found,
        Err(error) => return Failure::from(&web, &error).into_response(),
    };
    let id = patient.map(|id| id.to_string()).unwrap_or_default();
    let span = |label: &'static str, span: i32| Span {
        label,
        to: wanted::address("/clinic/rehearsal", &[("patient", &id), ("days", &span.to_string())], &[]),
        is_here: span == days,
    };
    let person = patient.and_then(|id| Some((id, found.people.get(&id)?)));
    html(&Page {
        clinic: &web.app.options().clinic_name,
        who: &staff,
        spans: vec![
            span("Today", 1),
            span("2 days", 2),
            span("7 days", 7),
            span("14 days", 14),
            span("60 days", MOST_DAYS),
        ],
        patient: person.map(|(id, patient)| (id.to_string(), patient.profile.reveal().full_name())),
        others: wanted::address("/clinic/rehearsal", &[("days", &days.to_string())], &[]),
        count: found.messages.len(),
        left_out: found.left_out,
        days: by_day(&found, &zone, today),
    })
}

fn by_day(found: &Rehearsal, zone: &TimeZone, today: Date) -> Vec<Day> {
    let mut days: Vec<Day> = Vec::new();
    for message in &found.messages {
        let date = message.at.to_zoned(zone.clone()).date();
        let words = date.strftime("%A %-d %B").to_string();
        let title = if date == today { format!("Today, {words}") } else { words };
        if days.last().is_none_or(|day| day.title != title) {
            days.push(Day { title, rows: Vec::new() });
        }
        if let Some(day) = days.last_mut() {
            day.rows.push(row(message, found, zone));
        }
    }
    days
}

fn row(message: &Rehearsed, found: &Rehearsal, zone: &TimeZone) -> Row {
    let lang = Lang::parse(&message.language).unwrap_or_else(|_| Lang::english());
    let person = message.patient.parse().ok().and_then(|id: PatientId| found.people.get(&id));
    let theirs = TimeZone::get(&message.time_zone).unwrap_or(TimeZone::UTC);
    let time = |zone: &TimeZone| message.at.to_zoned(zone.clone()).strftime("%H:%M").to_string();
    Row {
        time: time(zone),
        local: (time(zone) != time(&theirs)).then(|| format!("{} in {}", time(&theirs), message.time_zone)),
        patient: message.patient.clone(),
        name: person.map_or_else(|| "nobody known".to_owned(), |known| known.profile.reveal().full_name()),
        visit: message.appointment.clone(),
        kind: stands::message(message.kind.parse().ok()),
        channel: message.channel.parse().map_or_else(|_| message.channel.clone(), in_words),
        language: english_name(&lang),
        lang,
        subject: message.subject.clone(),
        text: without_secrets(&message.text),
    }
}

fn in_words(channel: foreword_domain::message::Channel) -> String {
    channel.label().to_owned()
}

/// The words without what opens a visit: whoever has the link and knows the patient could answer for them.
fn without_secrets(text: &str) -> String {
    let mut told = String::with_capacity(text.len());
    for piece in text.split_inclusive(char::is_whitespace) {
        let secret = ["/v/", "/stop/", "?start="].into_iter().find_map(|mark| {
            let at = piece.find(mark)? + mark.len();
            piece.starts_with("http").then_some(at)
        });
        match secret {
            Some(at) => {
                told.push_str(&piece[..at]);
                told.push('…');
                told.push_str(&piece[piece.trim_end().len()..]);
            }
            None => told.push_str(piece),
        }
    }
    told
}

#[cfg(test)]
mod tests {
    use super::without_secrets;

    #[test]
    fn what_opens_a_visit_is_left_out_and_all_else_stays() {
        let text = "Hello,\n\nPlease open https://clinic.test/v/AbC_d-ef1234567890abcd\nor https://t.me/bot?start=XYZ  now";
        assert_eq!(
            without_secrets(text),
            "Hello,\n\nPlease open https://clinic.test/v/…\nor https://t.me/bot?start=…  now"
        );
    }
}
