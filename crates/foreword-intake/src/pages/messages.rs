//! `/clinic/messages`: what is owed to patients and what became of it, and owing once more what was given up.

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use foreword_app::{
    Error,
    messages::{Line, List, Place, Stage},
};
use foreword_domain::ids::OutboxId;
use foreword_summary::when;
use jiff::{Timestamp, tz::TimeZone};
use serde::Deserialize;

use super::{Failure, html, session::SignedIn, stands};
use crate::Web;

#[derive(Template)]
#[template(path = "clinic/messages.html")]
struct Page<'a> {
    clinic: &'a str,
    who: &'a SignedIn,
    filters: Vec<Filter>,
    /// The one that is looked at; none for the first page.
    stage: Option<&'static str>,
    trouble: Option<String>,
    was_retried: bool,
    tables: Vec<Table>,
}

struct Filter {
    word: &'static str,
    label: &'static str,
    count: u64,
    is_here: bool,
}

struct Table {
    title: &'static str,
    hint: &'static str,
    rows: Vec<Row>,
    /// What leads to those behind the last one.
    more: Option<(String, &'static str)>,
}

struct Row {
    id: String,
    at: String,
    name: String,
    /// Address and start of the visit.
    visit: Option<(String, String)>,
    kind: &'static str,
    channel: &'static str,
    style: &'static str,
    words: &'static str,
    tries: String,
    reason: String,
    may_retry: bool,
}

/// Which messages are looked at.
#[derive(Deserialize, Default)]
pub(crate) struct Wanted {
    state: Option<String>,
    after: Option<String>,
    done: Option<String>,
}

pub(crate) async fn show(State(web): State<Web>, Query(wanted): Query<Wanted>, staff: SignedIn) -> Response {
    page(&web, &wanted, &staff, None).await
}

pub(crate) async fn retry(State(web): State<Web>, Path(id): Path<String>, staff: SignedIn) -> Response {
    let Ok(id) = id.parse::<OutboxId>() else { return Failure::gone(&web).into_response() };
    match web.app.retry_message(id, &staff.actor(), web.now()).await {
        Ok(()) => Redirect::to("/clinic/messages?done=retried").into_response(),
        Err(Error::Refused(why)) => {
            (StatusCode::CONFLICT, page(&web, &Wanted::default(), &staff, Some(why)).await).into_response()
        }
        Err(error) => Failure::from(&web, &error).into_response(),
    }
}

/// The page that was the answer to a form is opened again.
pub(crate) async fn again() -> Redirect {
    Redirect::to("/clinic/messages")
}

async fn page(web: &Web, wanted: &Wanted, staff: &SignedIn, trouble: Option<String>) -> Response {
    let stage = wanted.state.as_deref().and_then(Stage::of);
    let tables = match stage {
        Some(stage) => one_stage(web, stage, wanted.after.as_deref().and_then(place), staff).await,
        None => overview(web, staff).await,
    };
    let counts = web.app.count_messages(&staff.actor(), web.now()).await;
    let (tables, counts) = match (tables, counts) {
        (Ok(tables), Ok(counts)) => (tables, counts),
        (Err(error), _) | (_, Err(error)) => return Failure::from(web, &error).into_response(),
    };
    let filters = counts.into_iter().map(|(other, count)| Filter {
        word: other.as_str(),
        label: label(other),
        count,
        is_here: stage == Some(other),
    });
    html(&Page {
        clinic: &web.app.options().clinic_name,
        who: staff,
        filters: filters.collect(),
        stage: stage.map(label),
        trouble,
        was_retried: wanted.done.as_deref() == Some("retried"),
        tables,
    })
}

async fn overview(web: &Web, staff: &SignedIn) -> Result<Vec<Table>, Error> {
    let overview = web.app.messages(&staff.actor(), web.now()).await?;
    let zone = web.app.clinic_zone();
    let behind = |stage: Stage, list: &List| list.more.map(|place| address(stage, place));
    let gave_up = Table {
        title: "Given up",
        hint: "These did not reach the patient. Correct the address, or tell the patient in another way; while the visit is ahead a message can be sent again.",
        more: behind(Stage::GaveUp, &overview.gave_up).map(|to| (to, "Older ones")),
        rows: rows(overview.gave_up, &zone),
    };
    let soon = Table {
        title: "Due in the next 7 days",
        hint: "Whether and by which channel one goes out is decided at that moment.",
        more: behind(Stage::Waiting, &overview.soon).map(|to| (to, "Later ones")),
        rows: rows(overview.soon, &zone),
    };
    Ok(vec![gave_up, soon])
}

async fn one_stage(
    web: &Web,
    stage: Stage,
    behind: Option<Place>,
    staff: &SignedIn,
) -> Result<Vec<Table>, Error> {
    let list = web.app.messages_in(stage, behind, &staff.actor(), web.now()).await?;
    let is_to_come = matches!(stage, Stage::Waiting | Stage::OnItsWay);
    let (hint, more) =
        if is_to_come { ("The next one first.", "Later ones") } else { ("The newest first.", "Older ones") };
    Ok(vec![Table {
        title: label(stage),
        hint,
        more: list.more.map(|place| (address(stage, place), more)),
        rows: rows(list, &web.app.clinic_zone()),
    }])
}

fn rows(list: List, zone: &TimeZone) -> Vec<Row> {
    list.lines.into_iter().map(|line| row(line, zone)).collect()
}

fn row(line: Line, zone: &TimeZone) -> Row {
    let nobody = if line.is_digest { "staff" } else { "nobody known" };
    Row {
        id: line.id.to_string(),
        at: when::moment(line.at, zone),
        name: line.name.map_or_else(|| nobody.to_owned(), foreword_domain::private::Private::into_inner),
        visit: line.visit.map(|visit| {
            (format!("/clinic/appointments/{}", visit.id), when::moment(visit.start, &visit.zone()))
        }),
        kind: if line.is_digest { "Daily digest" } else { stands::message(line.purpose) },
        channel: line.channel.label(),
        style: stands::stage(line.stage).0,
        words: label(line.stage),
        tries: match line.attempts {
            0 => "not tried".to_owned(),
            1 => "1 try".to_owned(),
            tries => format!("{tries} tries"),
        },
        reason: line.reason.unwrap_or_default(),
        may_retry: line.may_retry,
    }
}

fn label(stage: Stage) -> &'static str {
    stands::stage(stage).1
}

/// The address of the page behind a place.
fn address(stage: Stage, place: Place) -> String {
    format!("/clinic/messages?state={}&after={}.{}", stage.as_str(), place.at.as_microsecond(), place.id)
}

fn place(text: &str) -> Option<Place> {
    let (at, id) = text.split_once('.')?;
    Some(Place { at: Timestamp::from_microsecond(at.parse().ok()?).ok()?, id: id.parse().ok()? })
}
