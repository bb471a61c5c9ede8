//! `/clinic/break-glass`: reading the record of another clinic's patient in an emergency, and the list of
//! those that were read so.

use askama::Template;
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use foreword_app::{
    Error,
    access::break_glass::{LEAST_REASON, MOST_REASON, OPEN_HOURS},
};
use foreword_summary::when;

use super::{Failure, form::Fields, html, session::SignedIn};
use crate::Web;

/// Lines of the list.
const MOST: u64 = 200;

#[derive(Template)]
#[template(path = "clinic/break_glass.html")]
struct Page<'a> {
    clinic: &'a str,
    who: &'a SignedIn,
    hours: i64,
    least: usize,
    most: usize,
    patient: &'a str,
    reason: &'a str,
    trouble: Option<String>,
    opened: Option<Opened>,
}

struct Opened {
    until: String,
    visits: Vec<Visit>,
}

struct Visit {
    id: String,
    start: String,
    about: String,
}

#[derive(Template)]
#[template(path = "clinic/broken_glass.html")]
struct Log<'a> {
    clinic: &'a str,
    who: &'a SignedIn,
    most: u64,
    rows: Vec<Row>,
}

struct Row {
    at: String,
    until: String,
    by: String,
    patient: String,
    reason: String,
}

pub(crate) async fn show(State(web): State<Web>, staff: SignedIn) -> Response {
    html(&page(&web, &staff))
}

pub(crate) async fn open(State(web): State<Web>, staff: SignedIn, fields: Fields) -> Response {
    let (patient, reason) = (fields.get("patient"), fields.get("reason"));
    match web.app.break_glass(staff.0.id, patient, reason, web.now()).await {
        Ok(Some(opened)) => {
            let visits = opened.visits.into_iter().map(|visit| Visit {
                id: visit.id.to_string(),
                start: when::moment(visit.start, &visit.zone()),
                about: format!("{}, {}", visit.kind, visit.clinic),
            });
            let until = when::moment(opened.until, &web.app.clinic_zone());
            html(&Page { opened: Some(Opened { until, visits: visits.collect() }), ..page(&web, &staff) })
        }
        Ok(None) => Failure::gone(&web).into_response(),
        Err(Error::Refused(why)) => {
            let again = Page { patient, reason, trouble: Some(why), ..page(&web, &staff) };
            (StatusCode::UNPROCESSABLE_ENTITY, html(&again)).into_response()
        }
        Err(error) => Failure::from(&web, &error).into_response(),
    }
}

pub(crate) async fn log(State(web): State<Web>, staff: SignedIn) -> Response {
    let zone = web.app.clinic_zone();
    let lines = match web.app.broken_glass(MOST, &staff.actor(), web.now()).await {
        Ok(lines) => lines,
        Err(error) => return Failure::from(&web, &error).into_response(),
    };
    let rows = lines.into_iter().map(|line| Row {
        at: when::moment(line.at, &zone),
        until: when::moment(line.until, &zone),
        by: line.by,
        patient: line.patient.to_string(),
        reason: line.reason.into_inner(),
    });
    html(&Log { clinic: &web.app.options().clinic_name, who: &staff, most: MOST, rows: rows.collect() })
}

fn page<'a>(web: &'a Web, staff: &'a SignedIn) -> Page<'a> {
    Page {
        clinic: &web.app.options().clinic_name,
        who: staff,
        hours: OPEN_HOURS,
        least: LEAST_REASON,
        most: MOST_REASON,
        patient: "",
        reason: "",
        trouble: None,
        opened: None,
    }
}
