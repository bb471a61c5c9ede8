//! `/clinic/audit`: who read and wrote what, newest first. Names are looked up for the page; the log holds ids.

use std::fmt::Write;

use askama::Template;
use axum::{
    extract::{Query, State},
    response::{IntoResponse, Response},
};
use foreword_app::auditing::{Filter, Line, Named};
use foreword_domain::ids::PatientId;
use foreword_summary::when;
use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use serde::Deserialize;

use super::{Failure, html, session::SignedIn};
use crate::Web;

/// Who acts besides staff and patients, as the log writes them.
const OTHERS: [(&str, &str); 7] = [
    ("service", "the service"),
    ("feed", "a feed"),
    ("operator", "the command line"),
    ("kiosk", "a tablet"),
    ("telegram", "Telegram"),
    ("api", "a program"),
    ("unknown", "somebody unknown"),
];
/// What can be done, by how it begins, in the words of the page.
const ACTIONS: [(&str, &str); 14] = [
    ("summary.", "Read the page of a visit"),
    ("day.", "Read the day list"),
    ("alerts.", "Red flags"),
    ("appointment.", "Visits: read, entered, changed"),
    ("patient.", "Patients: read, changed"),
    ("conversation.", "What patients said"),
    ("identity.", "Checks of who it is"),
    ("consent.", "Consents"),
    ("message", "Messages"),
    ("mail", "Mail"),
    ("question.", "Questions of the care team"),
    ("transcription.", "Paper forms"),
    ("sign-in", "Signing in"),
    ("audit.", "Read the audit log"),
];

#[derive(Template)]
#[template(path = "clinic/audit.html")]
struct Page<'a> {
    clinic: &'a str,
    who: &'a SignedIn,
    linked: String,
    actors: Vec<Choice>,
    actions: Vec<Choice>,
    since: String,
    /// Whose rows are shown, and the field that says so.
    about: Option<(String, String)>,
    is_filtered: bool,
    rows: Vec<Row>,
    more: Option<String>,
}

struct Choice {
    value: String,
    label: String,
    is_here: bool,
}

struct Row {
    id: i64,
    at: String,
    actor: Cell,
    action: String,
    subject: Cell,
    is_linked: bool,
}

struct Cell {
    /// What is read.
    words: String,
    /// The page of it.
    page: Option<String>,
    /// All rows about it.
    rows: Option<String>,
}

/// Which rows are looked at.
#[derive(Deserialize, Default)]
pub(crate) struct Wanted {
    actor: Option<String>,
    action: Option<String>,
    since: Option<String>,
    about: Option<String>,
    before: Option<i64>,
}

pub(crate) async fn show(State(web): State<Web>, Query(wanted): Query<Wanted>, staff: SignedIn) -> Response {
    let zone = web.app.clinic_zone();
    let given = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
    let (actor, action, about) = (given(&wanted.actor), given(&wanted.action), given(&wanted.about));
    let since: Option<Date> = wanted.since.as_deref().and_then(|day| day.parse().ok());
    let words = match &about {
        None => None,
        Some(about) => match words_of(&web, about).await {
            Ok(words) => Some(words),
            Err(error) => return Failure::from(&web, &error).into_response(),
        },
    };
    let filter = Filter {
        since: since.and_then(|day| Some(day.to_zoned(zone.clone()).ok()?.timestamp())),
        actor: actor.clone(),
        action: action.clone(),
        about: words,
        behind: wanted.before,
    };
    let page = match web.app.audit_page(filter, &staff.actor(), web.now()).await {
        Ok(page) => page,
        Err(error) => return Failure::from(&web, &error).into_response(),
    };
    let is = |value: &str, chosen: &Option<String>| chosen.as_deref() == Some(value);
    let members = page.staff.iter().map(|(id, name)| (format!("staff:{id}"), name.clone()));
    let others = OTHERS.iter().map(|(value, label)| ((*value).to_owned(), (*label).to_owned()));
    let choice = |chosen: &Option<String>, (value, label): (String, String)| Choice {
        is_here: is(&value, chosen),
        value,
        label,
    };
    let actions = ACTIONS.iter().map(|(value, label)| ((*value).to_owned(), (*label).to_owned()));
    let shown = about.as_ref().map(|about| {
        let named = page
            .lines
            .iter()
            .flat_map(|line| [(&line.entry.actor, &line.actor), (&line.entry.subject, &line.subject)]);
        let name = named
            .filter(|(word, named)| {
                *word == about || named.patient.is_some_and(|id| format!("patient:{id}") == *about)
            })
            .find_map(|(_, named)| named.name.as_ref());
        (about.clone(), name.map_or_else(|| about.clone(), |name| name.reveal().clone()))
    });
    let mut fields: Vec<(&str, String)> = Vec::new();
    fields.extend(actor.clone().map(|value| ("actor", value)));
    fields.extend(action.clone().map(|value| ("action", value)));
    fields.extend(since.map(|day| ("since", day.to_string())));
    fields.extend(about.clone().map(|value| ("about", value)));
    let more = page.more.map(|before| {
        let fields: Vec<String> =
            fields.iter().map(|(name, value)| format!("{name}={}", coded(value))).collect();
        format!("/clinic/audit?{}", [fields, vec![format!("before={before}")]].concat().join("&"))
    });
    html(&Page {
        clinic: &web.app.options().clinic_name,
        who: &staff,
        linked: match &page.last {
            Some(link) => format!(
                "Link {} of {} closes the log up to row {}.",
                link.id,
                when::moment(link.at, &zone),
                link.last
            ),
            None => "No link closes the log yet.".to_owned(),
        },
        actors: members.chain(others).map(|pair| choice(&actor, pair)).collect(),
        actions: actions.map(|pair| choice(&action, pair)).collect(),
        since: since.map(|day| day.to_string()).unwrap_or_default(),
        about: shown,
        is_filtered: !fields.is_empty() || wanted.before.is_some(),
        rows: page.lines.into_iter().map(|line| row(line, &zone)).collect(),
        more,
    })
}

/// A patient stands for all their visits.
async fn words_of(web: &Web, about: &str) -> Result<Vec<String>, foreword_app::Error> {
    match about.strip_prefix("patient:").and_then(|id| id.parse::<PatientId>().ok()) {
        Some(patient) => web.app.audit_words(patient).await,
        None => Ok(vec![about.to_owned()]),
    }
}

fn row(line: Line, zone: &TimeZone) -> Row {
    let Line { entry, actor, subject } = line;
    Row {
        id: entry.id,
        at: entry.at.to_zoned(zone.clone()).strftime("%-d %b %Y %H:%M:%S").to_string(),
        actor: cell(&entry.actor, actor, zone),
        action: entry.action,
        subject: cell(&entry.subject, subject, zone),
        is_linked: entry.link.is_some(),
    }
}

fn cell(id: &str, named: Named, zone: &TimeZone) -> Cell {
    let name = named.name.map(foreword_domain::private::Private::into_inner);
    let other = OTHERS.iter().find(|(value, _)| *value == id).map(|(_, label)| (*label).to_owned());
    let words = match (&name, &named.visit) {
        (Some(name), Some((_, start))) => format!("{name}, visit {}", when::moment(*start, zone)),
        (Some(name), None) => name.clone(),
        (None, _) => other.or_else(|| stretch(id, zone)).unwrap_or_else(|| id.to_owned()),
    };
    // Ids only: no name stands in an address.
    let rows = match named.patient {
        Some(patient) => Some(format!("patient:{patient}")),
        None => id.contains(':').then(|| id.to_owned()),
    };
    Cell {
        words,
        page: named.visit.map(|(visit, _)| format!("/clinic/appointments/{visit}")),
        rows: rows.filter(|_| name.is_some()).map(|about| format!("/clinic/audit?about={}", coded(&about))),
    }
}

/// The days of a stretch of time, of which the last is the one before its end.
fn stretch(id: &str, zone: &TimeZone) -> Option<String> {
    let (from, until) = id.split_once('/')?;
    let (from, until): (Timestamp, Timestamp) = (from.parse().ok()?, until.parse().ok()?);
    let day = |at: Timestamp| at.to_zoned(zone.clone()).strftime("%-d %b %Y").to_string();
    let last = until.checked_sub(SignedDuration::from_secs(1)).ok()?;
    Some(format!("{} to {}", day(from), day(last)))
}

/// A value as it stands in an address.
fn coded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, byte| {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b':' => out.push(char::from(byte)),
            _ => {
                // Writing to a text does not fail.
                let _ = write!(out, "%{byte:02X}");
            }
        }
        out
    })
}
