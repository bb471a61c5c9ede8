//! `/clinic/board`: the next 14 days in numbers, each of which leads to the list behind it, and whom no message
//! reaches.

use askama::Template;
use axum::{
    extract::{Query, State},
    response::{IntoResponse, Response},
};
use foreword_app::{
    board::{Board, By, Counts, DAYS, Unreached, WhyNot},
    stand::Stand,
};
use foreword_summary::when;
use jiff::{ToSpan, civil::Date};
use serde::Deserialize;

use super::{Failure, html, session::SignedIn, stands, wanted};
use crate::Web;

#[derive(Template)]
#[template(path = "clinic/board.html")]
struct Page<'a> {
    clinic: &'a str,
    who: &'a SignedIn,
    title: String,
    earlier: String,
    later: String,
    columns: Vec<&'static str>,
    days: Vec<Line>,
    all: Line,
    by_pathway: String,
    by_clinician: String,
    is_by_clinician: bool,
    groups: Vec<Line>,
    unreached: Vec<Person>,
    besides: usize,
}

/// A row of figures.
struct Line {
    name: String,
    to: String,
    /// How the row is set apart.
    style: &'static str,
    visits: usize,
    cells: Vec<Cell>,
    share: Share,
}

/// A figure, and the list behind it.
struct Cell {
    label: &'static str,
    count: usize,
    to: String,
    style: &'static str,
}

/// The states as parts of one bar, from left to right: done, answering, invited, and nobody reached.
struct Share {
    of: usize,
    parts: Vec<(&'static str, usize, usize)>,
}

struct Person {
    visit: String,
    at: String,
    patient: String,
    name: String,
    born: String,
    phone: Option<String>,
    clinician: String,
    why: String,
}

/// Which days are looked at.
#[derive(Deserialize, Default)]
pub(crate) struct Wanted {
    day: Option<String>,
    by: Option<String>,
}

/// The states that have a column.
const COLUMNS: [Stand; 7] = [
    Stand::ToInvite,
    Stand::Invited,
    Stand::Answering,
    Stand::Done,
    Stand::NotReached,
    Stand::Declined,
    Stand::NothingAsked,
];

pub(crate) async fn show(State(web): State<Web>, Query(wanted): Query<Wanted>, staff: SignedIn) -> Response {
    let now = web.now();
    let today = now.to_zoned(web.app.clinic_zone()).date();
    let from: Date = wanted.day.as_deref().and_then(|day| day.parse().ok()).unwrap_or(today);
    let by = if wanted.by.as_deref() == Some("clinician") { By::Clinician } else { By::Pathway };
    let board = match web.app.planning_board(from, by, &staff.actor(), now).await {
        Ok(board) => board,
        Err(error) => return Failure::from(&web, &error).into_response(),
    };
    let word = if by == By::Clinician { "clinician" } else { "" };
    let at = |day: Date, by: &str| {
        let day = if day == today { String::new() } else { day.to_string() };
        wanted::address("/clinic/board", &[("day", &day), ("by", by)], &[])
    };
    let last = from.saturating_add((DAYS - 1).days());
    html(&Page {
        clinic: &web.app.options().clinic_name,
        who: &staff,
        title: format!("{} to {}", when::date(from), when::date(last)),
        earlier: at(from.saturating_sub(DAYS.days()), word),
        later: at(from.saturating_add(DAYS.days()), word),
        columns: columns(),
        days: board.days.iter().map(|(date, counts)| day(*date, counts, today)).collect(),
        all: all(&board, from),
        by_pathway: at(from, ""),
        by_clinician: at(from, "clinician"),
        is_by_clinician: by == By::Clinician,
        groups: board.groups.iter().map(|(name, counts)| group(&web, by, name, counts, from)).collect(),
        unreached: board.unreached.iter().map(|one| person(one, &web)).collect(),
        besides: board.unreached_besides,
    })
}

fn columns() -> Vec<&'static str> {
    let stands = COLUMNS.into_iter().map(stands::label);
    stands.chain(["Overdue", "Flagged"]).collect()
}

fn day(date: Date, counts: &Counts, today: Date) -> Line {
    let words = date.strftime("%a %-d %b").to_string();
    let style = match date {
        date if date == today => "here",
        date if date.weekday() == jiff::civil::Weekday::Monday => "gap",
        _ => "",
    };
    let name = if date == today { format!("{words}, today") } else { words };
    Line {
        name,
        to: listed(date, 1, "", &[]),
        style,
        visits: counts.visits,
        cells: cells(counts, |show| listed(date, 1, show, &[])),
        share: share(counts),
    }
}

/// The list of so many days that is behind a figure.
fn listed(from: Date, days: i32, show: &str, group: &[(&str, &str)]) -> String {
    let (from, days) = (from.to_string(), days.to_string());
    let chosen = [("day", from.as_str()), ("days", days.as_str()), ("show", show)];
    let chosen: Vec<(&str, &str)> = chosen.into_iter().chain(group.iter().copied()).collect();
    wanted::address("/clinic", &chosen, &[])
}

fn all(board: &Board, from: Date) -> Line {
    let mut sum = Counts::default();
    for (_, counts) in &board.days {
        sum.visits += counts.visits;
        sum.overdue += counts.overdue;
        sum.flagged += counts.flagged;
        for (stand, count) in &counts.stands {
            *sum.stands.entry(*stand).or_default() += count;
        }
    }
    let cells = cells(&sum, |show| listed(from, DAYS, show, &[]));
    Line {
        name: "All".to_owned(),
        to: String::new(),
        style: "",
        visits: sum.visits,
        cells,
        share: share(&sum),
    }
}

/// A pathway or clinician.
fn group(web: &Web, by: By, name: &str, counts: &Counts, from: Date) -> Line {
    let (words, to) = match by {
        By::Clinician if name.is_empty() => ("Nobody named".to_owned(), String::new()),
        By::Clinician => (name.to_owned(), String::new()),
        By::Pathway => match web.app.catalog().pathway(name) {
            Some(pathway) => (pathway.title.clone(), format!("/clinic/library/pathways/{}", pathway.id)),
            None if name.is_empty() => ("Nothing asked".to_owned(), String::new()),
            None => (name.to_owned(), String::new()),
        },
    };
    let of = match by {
        By::Clinician => ("clinician", name),
        By::Pathway => ("pathway", if name.is_empty() { "none" } else { name }),
    };
    let cells = cells(counts, |show| match name {
        // There is no list of those who see nobody in particular.
        "" if by == By::Clinician => String::new(),
        _ => listed(from, DAYS, show, &[of]),
    });
    Line { name: words, to, style: "", visits: counts.visits, cells, share: share(counts) }
}

fn cells(counts: &Counts, to: impl Fn(&str) -> String) -> Vec<Cell> {
    let stands = COLUMNS.into_iter().map(|stand| {
        let style = if stand == Stand::NotReached { "loud" } else { "" };
        Cell { label: stands::label(stand), count: counts.of(stand), to: to(stand.as_str()), style }
    });
    let rest = [
        Cell { label: "Overdue", count: counts.overdue, to: to("overdue"), style: "loud" },
        Cell { label: "Flagged", count: counts.flagged, to: to("flagged"), style: "alarm" },
    ];
    stands.chain(rest).collect()
}

fn share(counts: &Counts) -> Share {
    let wide = [
        ("done", counts.of(Stand::Done)),
        ("going", counts.of(Stand::Answering)),
        ("waiting", counts.of(Stand::Invited)),
        ("check", counts.of(Stand::NotReached)),
    ];
    let mut from = 0;
    let mut parts = Vec::new();
    for (style, count) in wide.into_iter().filter(|(_, count)| *count > 0) {
        parts.push((style, from, count));
        from += count;
    }
    Share { of: counts.visits.max(1), parts }
}

fn person(one: &Unreached, web: &Web) -> Person {
    let profile = one.patient.profile.reveal();
    Person {
        visit: one.appointment.id.to_string(),
        at: when::moment(one.appointment.start, &web.app.clinic_zone()),
        patient: one.patient.id.to_string(),
        name: profile.full_name(),
        born: when::date(profile.birth_date),
        phone: profile.phone.clone().filter(|phone| !phone.trim().is_empty()),
        clinician: one.appointment.clinician.clone(),
        why: match &one.why {
            WhyNot::NoAddress => "no address".to_owned(),
            WhyNot::NoConsent => "has not agreed to be written to".to_owned(),
            WhyNot::Failed(why) => format!("the address takes nothing: {why}"),
            WhyNot::TooLate => "too late, or every try failed".to_owned(),
        },
    }
}
