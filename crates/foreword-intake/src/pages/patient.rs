//! `/clinic/patients/{id}`: who somebody is, how they can be reached, and their visits so far and ahead.

use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use foreword_app::{
    about_patient::{About, Contact, Trend},
    day::Line,
};
use foreword_domain::{
    consent::{Consent, Recorder},
    ids::{AppointmentId, PatientId},
    instrument::Direction,
    language::Lang,
    message::Channel,
    patient::Sex,
    phrases::english_name,
};
use foreword_summary::{Chart, Point, chart_svg, when};
use jiff::{Timestamp, tz::TimeZone};

use super::{Failure, form::Fields, html, session::SignedIn, stands};
use crate::Web;

#[derive(Template)]
#[template(path = "clinic/patient.html")]
struct Page<'a> {
    clinic: &'a str,
    who: &'a SignedIn,
    id: String,
    name: String,
    born: String,
    age: Option<u16>,
    number: String,
    has_died: bool,
    facts: Vec<(&'static str, String)>,
    phone: Option<String>,
    ways: Vec<Way>,
    consents: Vec<Agreed>,
    ahead: Vec<Visit>,
    past: Vec<Visit>,
    charts: Vec<Drawn>,
    messages: Vec<Sent>,
    has_more_messages: bool,
}

/// An address, and what is known of it.
struct Way {
    channel: &'static str,
    address: String,
    since: String,
    style: &'static str,
    words: String,
}

/// What was agreed to.
struct Agreed {
    channel: &'static str,
    style: &'static str,
    words: &'static str,
    given: String,
    by: &'static str,
    withdrawn: Option<String>,
    text: String,
}

struct Visit {
    id: String,
    at: String,
    kind: String,
    clinician: String,
    status: &'static str,
    style: &'static str,
    words: &'static str,
    topics: usize,
    flag: Option<&'static str>,
}

/// A score over time, drawn and in words.
struct Drawn {
    name: String,
    direction: &'static str,
    instrument: String,
    id: String,
    svg: Option<String>,
    points: Vec<(String, String, String)>,
}

struct Sent {
    at: String,
    kind: &'static str,
    channel: &'static str,
    style: &'static str,
    words: &'static str,
    reason: String,
    visit: Option<(String, String)>,
}

pub(crate) async fn show(State(web): State<Web>, Path(id): Path<String>, staff: SignedIn) -> Response {
    let Ok(id) = id.parse::<PatientId>() else { return Failure::gone(&web).into_response() };
    let now = web.now();
    match web.app.about_patient(id, &staff.actor(), now).await {
        Ok(about) => page(&web, &staff, about, now),
        Err(error) => Failure::from(&web, &error).into_response(),
    }
}

/// The patient of a visit.
pub(crate) async fn of_visit(State(web): State<Web>, Path(id): Path<String>, staff: SignedIn) -> Response {
    let Ok(id) = id.parse::<AppointmentId>() else { return Failure::gone(&web).into_response() };
    match web.app.visit_to_change(id, &staff.actor(), web.now()).await {
        Ok((_, patient)) => Redirect::to(&format!("/clinic/patients/{}", patient.id)).into_response(),
        Err(error) => Failure::from(&web, &error).into_response(),
    }
}

#[derive(Template)]
#[template(path = "clinic/find_patient.html")]
struct Find<'a> {
    clinic: &'a str,
    who: &'a SignedIn,
    number: &'a str,
    is_unknown: bool,
}

/// Finds a patient by the clinic's number: names are sealed, and nobody can be found by them.
pub(crate) async fn find(State(web): State<Web>, staff: SignedIn, fields: Fields) -> Response {
    let number = fields.get("number").trim();
    match web.app.patient_of_number(number, &staff.actor(), web.now()).await {
        Ok(Some(patient)) => Redirect::to(&format!("/clinic/patients/{}", patient.id)).into_response(),
        Ok(None) => (StatusCode::NOT_FOUND, searching(&web, &staff, number, true)).into_response(),
        Err(error) => Failure::from(&web, &error).into_response(),
    }
}

pub(crate) async fn ask(State(web): State<Web>, staff: SignedIn) -> Response {
    searching(&web, &staff, "", false)
}

fn searching(web: &Web, staff: &SignedIn, number: &str, is_unknown: bool) -> Response {
    let clinic = &web.app.options().clinic_name;
    html(&Find { clinic, who: staff, number, is_unknown })
}

fn page(web: &Web, staff: &SignedIn, about: About, now: Timestamp) -> Response {
    let zone = web.app.clinic_zone();
    let profile = about.patient.profile.reveal();
    let today = now.to_zoned(zone.clone()).date();
    let sex = profile.sex.map_or("not told", |sex| match sex {
        Sex::Female => "female",
        Sex::Male => "male",
    });
    let conditions =
        if profile.conditions.is_empty() { "none told".to_owned() } else { profile.conditions.join(", ") };
    let (ahead, mut past): (Vec<&Line>, Vec<&Line>) =
        about.visits.iter().partition(|line| line.appointment.start >= now);
    past.reverse();
    let rows = |lines: Vec<&Line>| lines.into_iter().map(|line| visit(line, now)).collect();
    html(&Page {
        clinic: &web.app.options().clinic_name,
        who: staff,
        id: about.patient.id.to_string(),
        name: profile.full_name(),
        born: when::date(profile.birth_date),
        age: profile.person(today).age,
        number: profile.external_id.clone(),
        has_died: profile.deceased,
        facts: vec![
            ("Language", english_name(&about.patient.language)),
            ("Time zone", about.patient.time_zone.clone()),
            ("Sex", sex.to_owned()),
            ("Conditions", conditions),
        ],
        phone: profile.phone.clone().filter(|phone| !phone.trim().is_empty()),
        ways: about.contacts.iter().rev().map(|contact| way(contact, &about.consents, &zone)).collect(),
        consents: about.consents.iter().rev().map(|consent| given(consent, &zone)).collect(),
        ahead: rows(ahead),
        past: rows(past),
        charts: about.trends.iter().map(|trend| drawn(trend, &zone)).collect(),
        has_more_messages: about.messages.lines.len() >= 40,
        messages: about
            .messages
            .lines
            .into_iter()
            .map(|line| Sent {
                at: when::moment(line.at, &zone),
                kind: stands::message(line.purpose),
                channel: line.channel.label(),
                style: stands::stage(line.stage).0,
                words: stands::stage(line.stage).1,
                reason: line.reason.unwrap_or_default(),
                visit: line
                    .visit
                    .map(|visit| (visit.id.to_string(), when::moment(visit.start, &visit.zone()))),
            })
            .collect(),
    })
}

fn way(contact: &Contact, consents: &[Consent], zone: &TimeZone) -> Way {
    let has_agreed = consents.iter().any(|consent| consent.channel == contact.channel && consent.is_active());
    let (style, words) = match (&contact.removed_at, &contact.failed) {
        (Some(at), _) => ("off", format!("not used since {}", when::day(*at, zone))),
        (None, Some((at, why))) => ("check", format!("takes nothing since {}: {why}", when::day(*at, zone))),
        (None, None) if has_agreed => ("done", "in use".to_owned()),
        (None, None) => ("check", "not agreed to".to_owned()),
    };
    let address = contact.address.reveal();
    Way {
        channel: contact.channel.label(),
        address: match contact.channel {
            Channel::Telegram => format!("chat {address}"),
            _ => address.clone(),
        },
        since: when::day(contact.added_at, zone),
        style,
        words,
    }
}

fn given(consent: &Consent, zone: &TimeZone) -> Agreed {
    let is_active = consent.is_active();
    Agreed {
        channel: consent.channel.label(),
        style: if is_active { "done" } else { "off" },
        words: if is_active { "agreed" } else { "withdrawn" },
        given: when::moment(consent.given_at, zone),
        by: match consent.by {
            Recorder::ClinicFeed => "recorded by the clinic",
            Recorder::Patient => "by the patient",
            Recorder::Proxy => "by somebody for the patient",
        },
        withdrawn: consent.withdrawn_at.map(|at| when::moment(at, zone)),
        text: format!("wording {}, {}", consent.text_version, english_name(&consent.language)),
    }
}

fn visit(line: &Line, now: Timestamp) -> Visit {
    let (style, words) = stands::words(line, now);
    Visit {
        id: line.appointment.id.to_string(),
        at: when::moment(line.appointment.start, &line.appointment.zone()),
        kind: line.appointment.kind.clone(),
        clinician: line.appointment.clinician.clone(),
        status: stands::of_visit(line.appointment.status),
        style,
        words,
        topics: line.topics,
        flag: line.flag.map(foreword_domain::alert::Level::as_str),
    }
}

fn drawn(trend: &Trend, zone: &TimeZone) -> Drawn {
    let english = Lang::english();
    let name = match &trend.scale {
        Some(scale) => format!("{}: {scale}", trend.name),
        None => trend.name.clone(),
    };
    let direction = match trend.direction {
        Direction::HigherWorse => "higher = worse",
        Direction::HigherBetter => "higher = better",
        Direction::Unstated => "",
    };
    let on = |at: Timestamp| at.to_zoned(zone.clone()).date();
    let chart = Chart {
        name: name.clone(),
        name_lang: english.clone(),
        direction: direction.to_owned(),
        range: trend.range,
        points: trend.points.iter().map(|p| Point { on: on(p.at), value: p.value }).collect(),
    };
    let points = trend.points.iter().rev().map(|point| {
        let band = point.band.clone().unwrap_or_default();
        let note = if point.is_estimated { format!("{band} (some items missing)") } else { band };
        (when::date(on(point.at)), number(point.value), note.trim().to_owned())
    });
    Drawn {
        name,
        direction,
        instrument: format!("{} version {}", trend.instrument.0, trend.instrument.1),
        id: trend.instrument.0.clone(),
        svg: (trend.points.len() > 1).then(|| chart_svg(&chart, &english)),
        points: points.collect(),
    }
}

/// A number as a person would write it.
pub(super) fn number(value: f64) -> String {
    let text = format!("{value:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
