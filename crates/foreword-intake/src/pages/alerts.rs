//! Red flags: the inbox, and one of them with what people do about it.

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use foreword_app::{
    Error,
    access::permission::Act,
    alerting::{
        acting::{Deed, LONGEST_OUTCOME},
        inbox::{Line, Page},
        measures::Measures,
    },
};
use foreword_domain::{
    alert::{Level, OutcomeKind, State as Stands, Urgency},
    ids::AlertId,
    private::Private,
};
use foreword_summary::when;
use jiff::{Timestamp, tz::TimeZone};
use serde::Deserialize;

use super::{Failure, form::Fields, html, session::SignedIn};
use crate::Web;

/// Days the measures look back.
const DAYS: i64 = 90;

#[derive(Template)]
#[template(path = "clinic/alerts.html")]
struct Inbox<'a> {
    clinic: &'a str,
    who: &'a SignedIn,
    rows: Vec<Row>,
    closed: bool,
    may_try: bool,
    measures: Vec<(&'static str, String)>,
}

struct Row {
    id: AlertId,
    name: String,
    visit: String,
    level: &'static str,
    text: String,
    /// The class of its state, and the state in words.
    state: (&'static str, String),
    raised: String,
    due: String,
    is_late: bool,
    urgency: Option<&'static str>,
    is_help: bool,
    in_vain: usize,
}

#[derive(Template)]
#[template(path = "clinic/alert.html")]
struct One<'a> {
    clinic: &'a str,
    who: &'a SignedIn,
    row: Row,
    appointment: String,
    at: String,
    facts: Vec<(&'static str, String)>,
    next: Option<String>,
    log: Vec<(String, String)>,
    /// What can be done next.
    can_take: bool,
    can_write: bool,
    can_close: bool,
    kinds: Vec<(&'static str, &'static str, bool)>,
    words: String,
    most: usize,
    trouble: Option<String>,
}

#[derive(Deserialize)]
pub(crate) struct Wanted {
    #[serde(default)]
    show: String,
}

pub(crate) async fn show(State(web): State<Web>, Query(wanted): Query<Wanted>, staff: SignedIn) -> Response {
    let (zone, now) = (web.app.clinic_zone(), web.now());
    let closed = wanted.show == "all";
    let found = async {
        let lines = web.app.inbox(&staff.actor(), closed, now).await?;
        Ok::<_, Error>((lines, web.app.loop_measures(DAYS, &staff.actor(), now).await?))
    };
    let (lines, counted) = match found.await {
        Ok(found) => found,
        Err(error) => return Failure::from(&web, &error).into_response(),
    };
    let rows = lines.iter().map(|line| row(line, &zone, now)).collect();
    html(&Inbox {
        clinic: &web.app.options().clinic_name,
        rows,
        closed,
        may_try: staff.may(Act::Activate),
        measures: measures(&counted, &zone),
        who: &staff,
    })
}

pub(crate) async fn one(State(web): State<Web>, Path(id): Path<String>, staff: SignedIn) -> Response {
    page(&web, &id, &staff, None, StatusCode::OK).await
}

pub(crate) async fn act(
    State(web): State<Web>,
    Path(id): Path<String>,
    staff: SignedIn,
    fields: Fields,
) -> Response {
    let words = fields.get("words");
    let deed = match (fields.get("deed"), fields.get("outcome").parse::<OutcomeKind>()) {
        ("take", _) => Deed::Take,
        ("reached", _) => Deed::Call { reached: true },
        ("not-reached", _) => Deed::Call { reached: false },
        ("outcome", Ok(kind)) => Deed::Outcome(kind, Private::new(words.to_owned())),
        ("outcome", Err(_)) => {
            let trouble = Some(("Choose what came of it.".to_owned(), words));
            return page(&web, &id, &staff, trouble, StatusCode::UNPROCESSABLE_ENTITY).await;
        }
        ("close", _) => Deed::Close,
        _ => return page(&web, &id, &staff, None, StatusCode::UNPROCESSABLE_ENTITY).await,
    };
    let Ok(alert) = id.parse::<AlertId>() else { return Failure::gone(&web).into_response() };
    let is_close = matches!(deed, Deed::Close);
    match web.app.act_on_alert(alert, deed, staff.0.id, "page", web.now()).await {
        Ok(()) if is_close => Redirect::to("/clinic/alerts").into_response(),
        Ok(()) => Redirect::to(&format!("/clinic/alerts/{alert}")).into_response(),
        Err(Error::Refused(why)) => {
            let trouble = Some((format!("This could not be done: {why}."), words));
            page(&web, &id, &staff, trouble, StatusCode::CONFLICT).await
        }
        Err(error) => Failure::from(&web, &error).into_response(),
    }
}

async fn page(
    web: &Web,
    id: &str,
    staff: &SignedIn,
    trouble: Option<(String, &str)>,
    status: StatusCode,
) -> Response {
    let (zone, now) = (web.app.clinic_zone(), web.now());
    let Ok(id) = id.parse::<AlertId>() else { return Failure::gone(web).into_response() };
    let found = match web.app.alert(id, &staff.actor(), now).await {
        Ok(found) => found,
        Err(error) => return Failure::from(web, &error).into_response(),
    };
    let Page { line, patient, log, outcome_by, closed_by, next } = &found;
    let alert = &line.alert;
    let said = |at: Timestamp, by: &Option<String>| {
        let by = by.as_deref().unwrap_or("somebody");
        format!("{by}, {}", when::moment(at, &zone))
    };
    let profile = patient.profile.reveal();
    let mut facts = vec![
        ("Patient", profile.full_name()),
        ("Born", when::date(profile.birth_date)),
        ("Telephone", profile.phone.clone().unwrap_or_else(|| "none is known".to_owned())),
        ("Visit", format!("{}, {}", when::moment(line.visit.start, &zone), line.visit.clinic)),
        ("Answered", alert.channel.map_or_else(|| "not said".to_owned(), |c| format!("by {}", c.label()))),
    ];
    for (at, urgency) in &alert.said {
        facts.push(("Patient's own words", format!("{}, {}", urgent(*urgency), when::moment(*at, &zone))));
    }
    if let Some((at, _)) = alert.acknowledged {
        facts.push(("Taken by", said(at, &line.taken_by)));
    }
    if let Some((at, _, outcome)) = &alert.outcome {
        facts.push(("Outcome", format!("{}; {}", outcome.kind.label(), said(*at, outcome_by))));
    }
    if let Some((at, _)) = alert.closed {
        facts.push(("Closed by", said(at, closed_by)));
    }
    facts.retain(|(_, words)| !words.is_empty());
    let chosen = alert.outcome.as_ref().map(|(.., outcome)| outcome);
    let kinds = OutcomeKind::ALL
        .map(|kind| (kind.as_str(), kind.label(), chosen.is_some_and(|outcome| outcome.kind == kind)));
    let words = match &trouble {
        Some((_, words)) => (*words).to_owned(),
        None => chosen.map(|outcome| outcome.words.reveal().clone()).unwrap_or_default(),
    };
    let one = One {
        clinic: &web.app.options().clinic_name,
        who: staff,
        appointment: alert.appointment.to_string(),
        at: when::moment(alert.raised_at, &zone),
        facts,
        next: next.filter(|_| alert.state.is_waiting()).map(|(rung, at)| {
            format!("If nobody takes it, the {} is told {}.", rung.label(), when::moment(at, &zone))
        }),
        log: log.iter().map(|(at, what)| (when::moment(*at, &zone), what.clone())).collect(),
        can_take: alert.state.is_waiting(),
        can_write: matches!(alert.state, Stands::Acknowledged | Stands::Outcome),
        can_close: alert.state == Stands::Outcome,
        kinds: kinds.into(),
        words,
        most: LONGEST_OUTCOME,
        trouble: trouble.map(|(why, _)| why),
        row: row(line, &zone, now),
    };
    (status, html(&one)).into_response()
}

fn row(line: &Line, zone: &TimeZone, now: Timestamp) -> Row {
    let alert = &line.alert;
    let by = line.taken_by.as_deref().unwrap_or("somebody");
    let state = match alert.state {
        Stands::Open => ("check", "nobody was reached yet".to_owned()),
        Stands::Notified => ("check", "told, and not taken".to_owned()),
        Stands::Acknowledged => ("going", format!("taken by {by}")),
        Stands::Outcome => ("going", format!("outcome by {by}, not closed")),
        Stands::Closed => ("done", "closed".to_owned()),
    };
    Row {
        id: alert.id,
        name: line.name.reveal().clone(),
        visit: when::moment(line.visit.start, zone),
        level: alert.level.as_str(),
        text: line.text.clone(),
        state,
        raised: when::moment(alert.raised_at, zone),
        due: when::moment(alert.due_at, zone),
        is_late: alert.state.is_waiting() && alert.due_at <= now,
        urgency: alert.urgency().map(urgent),
        is_help: alert.urgency() == Some(Urgency::Help),
        in_vain: if alert.state < Stands::Outcome { line.in_vain } else { 0 },
    }
}

fn urgent(urgency: Urgency) -> &'static str {
    match urgency {
        Urgency::Help => "I need help now",
        Urgency::Safe => "I am safe for now",
        Urgency::Again => "(gave such an answer once more)",
    }
}

fn measures(counted: &Measures, zone: &TimeZone) -> Vec<(&'static str, String)> {
    let percent =
        |part: Option<f64>| part.map_or_else(|| "none yet".to_owned(), |part| format!("{part:.0} %"));
    let minutes =
        |part: Option<f64>| part.map_or_else(|| "none yet".to_owned(), |part| format!("{part:.0} min"));
    let per_hundred =
        counted.per_hundred.map_or_else(|| "none yet".to_owned(), |share| format!("{share:.1}"));
    let oldest = counted.oldest_open.map_or_else(|| "none".to_owned(), |at| when::moment(at, zone));
    vec![
        ("Red flags", format!("{} ({} red)", counted.alerts, counted.red)),
        ("Per 100 responses", per_hundred),
        ("Taken in time", percent(counted.in_time_percent)),
        ("With an outcome", percent(counted.with_outcome_percent)),
        ("Taken after, median", minutes(counted.median_minutes)),
        ("Taken after, 95th percentile", minutes(counted.p95_minutes)),
        ("Oldest that nobody has taken", oldest),
    ]
}

impl Row {
    /// Whether it is red: then it is said in words, too.
    fn is_red(&self) -> bool {
        self.level == Level::Red.as_str()
    }
}
