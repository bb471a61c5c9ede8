//! Below the page of a visit: what becomes of topics, goals, notes to the patient, and the page's versions.

use askama::Template;
use axum::{
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use foreword_app::{
    Error,
    closing::{self, Closing},
    noting, opening,
};
use foreword_domain::{
    ids::{AppointmentId, GoalId},
    language::Lang,
    phrases,
    response::ItemRef,
    topic::{GOAL_CHARS, GoalEnd, Mark, NOTE_CHARS},
};
use foreword_summary::when;
use jiff::tz::TimeZone;

use super::{
    Failure,
    form::Fields,
    html,
    session::SignedIn,
    summary::{self, Draft, Unsaid},
};
use crate::Web;

#[derive(Template)]
#[template(path = "clinic/closing.html")]
struct Section<'a> {
    id: AppointmentId,
    topics: Vec<Topic>,
    open: Vec<Topic>,
    goals: Vec<Goal>,
    goal: &'a Unsaid,
    goal_chars: usize,
    notes: Vec<Note>,
    note: &'a Unsaid,
    note_chars: usize,
    closed: Option<String>,
    spoken: &'a Lang,
    spoken_name: String,
}

struct Topic {
    visit: AppointmentId,
    at: ItemRef,
    words: String,
    /// When it was brought, for one of an earlier visit.
    brought: String,
    mark: Option<Mark>,
}

struct Choice {
    word: &'static str,
    label: &'static str,
    is_set: bool,
}

impl Topic {
    fn of(topic: closing::Topic, brought: String) -> Self {
        Self { visit: topic.visit, at: topic.at, words: topic.words.into_inner(), brought, mark: topic.mark }
    }

    fn marks(&self) -> [Choice; 3] {
        Mark::ALL.map(|mark| Choice {
            word: mark.as_str(),
            label: match mark {
                Mark::TalkedAbout => "Talked about",
                Mark::NextTime => "Next time",
                Mark::NotNow => "Not now",
            },
            is_set: self.mark == Some(mark),
        })
    }
}

struct Goal {
    id: GoalId,
    words: String,
    set: String,
    ended: Option<String>,
}

struct Note {
    by: String,
    text: String,
    written: String,
    /// The class of its state.
    state: &'static str,
    told: String,
}

#[derive(Template)]
#[template(path = "clinic/versions.html")]
struct Versions {
    id: AppointmentId,
    versions: Vec<Version>,
}

struct Version {
    number: u32,
    made: String,
    digest: String,
    opened: Vec<String>,
}

#[derive(Template)]
#[template(path = "clinic/version.html")]
struct Old<'a> {
    clinic: &'a str,
    who: &'a SignedIn,
    id: AppointmentId,
    number: u32,
    made: String,
    digest: String,
    content: String,
}

/// What stands below the page, with what is being written.
pub(super) async fn section(web: &Web, id: AppointmentId, draft: &Draft) -> Result<String, Response> {
    let (now, zone, options) = (web.now(), web.app.clinic_zone(), web.app.options());
    let failed = |error: Error| Failure::from(web, &error).into_response();
    let Closing { topics, open, goals } = web.app.closing(id).await.map_err(failed)?;
    let noting::Notes { lines, closed } = web.app.notes(id, now).await.map_err(failed)?;
    let section = Section {
        id,
        topics: topics.into_iter().map(|topic| Topic::of(topic, String::new())).collect(),
        open: open
            .into_iter()
            .map(|topic| {
                let brought = when::day(topic.brought, &zone);
                Topic::of(topic, brought)
            })
            .collect(),
        goals: goals.into_iter().map(|goal| shown(goal, &zone)).collect(),
        goal: &draft.goal,
        goal_chars: GOAL_CHARS,
        notes: lines.into_iter().map(|line| told(line, &zone)).collect(),
        note: &draft.note,
        note_chars: NOTE_CHARS,
        closed,
        spoken: &options.language,
        spoken_name: phrases::english_name(&options.language),
    };
    section.render().map_err(|_| Failure::ours(web).into_response())
}

fn shown(goal: closing::Goal, zone: &TimeZone) -> Goal {
    Goal {
        id: goal.id,
        words: goal.words.into_inner(),
        set: when::date(goal.set_on),
        ended: goal.ended.map(|(at, how)| {
            let how = match how {
                GoalEnd::Reached => "reached",
                GoalEnd::LetGo => "let go",
            };
            format!("{how} {}", when::day(at, zone))
        }),
    }
}

fn told(line: noting::Line, zone: &TimeZone) -> Note {
    let at =
        |at: Option<jiff::Timestamp>| at.map(|at| format!(" {}", when::moment(at, zone))).unwrap_or_default();
    let (state, told) = match &line.message {
        None => ("off", "on the patient's page only: no way to write to them".to_owned()),
        Some((state, finished)) => match state.as_str() {
            "sent" => ("done", format!("message sent{}", at(*finished))),
            "queued" | "sending" => ("waiting", "message waits to be sent".to_owned()),
            "cancelled" => ("off", "message not sent".to_owned()),
            _ => ("check", "message could not be sent".to_owned()),
        },
    };
    Note {
        by: line.by,
        text: line.text.into_inner(),
        written: when::moment(line.written_at, zone),
        state,
        told,
    }
}

/// The versions of the page, newest first.
pub(super) fn versions(web: &Web, id: AppointmentId, versions: Vec<opening::Version>) -> String {
    let zone = web.app.clinic_zone();
    let opened = |(by, at, before): (String, jiff::Timestamp, bool)| {
        let before = if before { ", before the visit" } else { ", after the visit began" };
        format!("opened by {by}, {}{before}", when::moment(at, &zone))
    };
    let versions = versions.into_iter().rev().map(|version| Version {
        number: version.number,
        made: when::moment(version.made_at, &zone),
        digest: version.digest.chars().take(12).collect(),
        opened: version.opened.into_iter().map(opened).collect(),
    });
    Versions { id, versions: versions.collect() }.render().unwrap_or_default()
}

/// An earlier version, as it was.
pub(crate) async fn version(
    State(web): State<Web>,
    Path((id, number)): Path<(String, String)>,
    staff: SignedIn,
) -> Response {
    let (Ok(id), Ok(number)) = (id.parse::<AppointmentId>(), number.parse::<u32>()) else {
        return Failure::gone(&web).into_response();
    };
    match web.app.page_version(id, number, &staff.actor(), web.now()).await {
        Ok((version, content)) => html(&Old {
            clinic: &web.app.options().clinic_name,
            who: &staff,
            id,
            number,
            made: when::moment(version.made_at, &web.app.clinic_zone()),
            digest: version.digest,
            content: content.into_inner(),
        }),
        Err(error) => Failure::from(&web, &error).into_response(),
    }
}

/// Writes a note to the patient.
pub(crate) async fn write(
    State(web): State<Web>,
    Path(id): Path<String>,
    staff: SignedIn,
    fields: Fields,
) -> Response {
    let Ok(id) = id.parse::<AppointmentId>() else { return Failure::gone(&web).into_response() };
    let given = fields.written("note");
    let done = web.app.write_note(staff.0.id, id, &given, web.now()).await;
    let unsaid = |why| Draft { note: Unsaid { given, trouble: Some(why) }, ..Draft::default() };
    summary::after(&web, id, &staff, done, "notes", unsaid).await
}

/// Says what became of a topic.
pub(crate) async fn mark(
    State(web): State<Web>,
    Path(id): Path<String>,
    staff: SignedIn,
    fields: Fields,
) -> Response {
    let parsed = (id.parse::<AppointmentId>(), fields.get("visit").parse::<AppointmentId>());
    let (Ok(id), Ok(brought_to)) = parsed else { return Failure::gone(&web).into_response() };
    let (Ok(at), Ok(mark)) = (fields.get("topic").parse::<ItemRef>(), fields.get("mark").parse::<Mark>())
    else {
        return Failure::gone(&web).into_response();
    };
    let done = web.app.mark_topic(staff.0.id, id, brought_to, at, mark, web.now()).await;
    summary::after(&web, id, &staff, done, "visit", |_| Draft::default()).await
}

/// Writes a goal down.
pub(crate) async fn set_goal(
    State(web): State<Web>,
    Path(id): Path<String>,
    staff: SignedIn,
    fields: Fields,
) -> Response {
    let Ok(id) = id.parse::<AppointmentId>() else { return Failure::gone(&web).into_response() };
    let given = fields.written("goal");
    let done = web.app.set_goal(staff.0.id, id, &given, web.now()).await;
    let unsaid = |why| Draft { goal: Unsaid { given, trouble: Some(why) }, ..Draft::default() };
    summary::after(&web, id, &staff, done, "goals", unsaid).await
}

/// Ends a goal.
pub(crate) async fn end_goal(
    State(web): State<Web>,
    Path((id, goal)): Path<(String, String)>,
    staff: SignedIn,
    fields: Fields,
) -> Response {
    let (Ok(id), Ok(goal)) = (id.parse::<AppointmentId>(), goal.parse::<GoalId>()) else {
        return Failure::gone(&web).into_response();
    };
    let Ok(how) = fields.get("how").parse::<GoalEnd>() else { return Failure::gone(&web).into_response() };
    let done = web.app.end_goal(staff.0.id, id, goal, how, web.now()).await;
    summary::after(&web, id, &staff, done, "goals", |_| Draft::default()).await
}
