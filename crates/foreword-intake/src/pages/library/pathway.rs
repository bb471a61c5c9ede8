//! One pathway: for whom, what is asked and when, what for, and who does what with it.

use askama::Template;
use axum::{
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use foreword_app::{access::permission::Act, alerting::plans::Activation};
use foreword_domain::{
    message::Channel,
    pathway::{Mode, Pathway, Which},
};

use super::{budget, english, languages};
use crate::{
    Web,
    pages::{Failure, form::Fields, html, session::SignedIn, stands},
};

#[derive(Template)]
#[template(path = "clinic/pathway.html")]
struct Page<'a> {
    clinic: &'a str,
    who: &'a SignedIn,
    id: &'a str,
    title: &'a str,
    version: &'a str,
    purpose: Vec<(&'static str, &'a str)>,
    facts: Vec<(&'static str, String)>,
    asks: Vec<Asked>,
    timetable: Vec<(&'static str, String)>,
    in_use: Vec<(String, u64, u64, bool)>,
    warnings: Vec<String>,
    budget: String,
    spoken: Vec<(String, String)>,
    /// Whether it asks what may need somebody at once, and how it stands at each clinic then.
    needs_plan: bool,
    clinics: Vec<Activation>,
    may_activate: bool,
    /// What was missing when it was to be switched on, and where.
    refused: Option<(String, Vec<String>)>,
}

struct Asked {
    id: String,
    name: String,
    title: String,
    items: usize,
    languages: String,
    has_wish: bool,
}

pub(crate) async fn show(State(web): State<Web>, Path(id): Path<String>, staff: SignedIn) -> Response {
    page(&web, &id, &staff, None).await
}

/// Switches it on or off at a clinic. What is missing is said at once, all of it, with status 422: to people as a
/// page, to programs that ask for JSON as a problem (RFC 9457).
pub(crate) async fn activate(
    State(web): State<Web>,
    Path(id): Path<String>,
    staff: SignedIn,
    headers: HeaderMap,
    fields: Fields,
) -> Response {
    let clinic = fields.written("clinic");
    let is_on = fields.get("active") != "no";
    if clinic.is_empty() {
        let nowhere = ("no clinic".to_owned(), vec!["the clinic's name, as feeds say it".to_owned()]);
        return (StatusCode::UNPROCESSABLE_ENTITY, page(&web, &id, &staff, Some(nowhere)).await)
            .into_response();
    }
    match web.app.activate_pathway(&id, &clinic, is_on, &staff.actor(), web.now()).await {
        Ok(missing) if missing.is_empty() => {
            Redirect::to(&format!("/clinic/library/pathways/{id}")).into_response()
        }
        Ok(missing) if wants_json(&headers) => problem(&id, &clinic, &missing),
        Ok(missing) => {
            let page = page(&web, &id, &staff, Some((clinic, missing))).await;
            (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
        }
        Err(error) => Failure::from(&web, &error).into_response(),
    }
}

fn wants_json(headers: &HeaderMap) -> bool {
    headers.get(header::ACCEPT).and_then(|wanted| wanted.to_str().ok()).is_some_and(|wanted| {
        wanted.contains("application/json") || wanted.contains("application/problem+json")
    })
}

fn problem(id: &str, clinic: &str, missing: &[String]) -> Response {
    let problem = serde_json::json!({
        "type": "about:blank",
        "title": "The pathway cannot be switched on",
        "status": 422,
        "detail": format!("{id} asks what may need somebody at once, and {clinic:?} is not ready for that."),
        "missing": missing,
    });
    let kind = [(header::CONTENT_TYPE, "application/problem+json")];
    (StatusCode::UNPROCESSABLE_ENTITY, kind, problem.to_string()).into_response()
}

async fn page(web: &Web, id: &str, staff: &SignedIn, refused: Option<(String, Vec<String>)>) -> Response {
    let Some(pathway) = web.app.catalog().pathway(id).cloned() else {
        return Failure::gone(web).into_response();
    };
    let pathway = pathway.as_ref();
    let in_use = match web.app.pathways_in_use().await {
        Ok(in_use) => in_use,
        Err(error) => return Failure::from(web, &error).into_response(),
    };
    let needs_plan = web.app.may_need_somebody(pathway);
    let clinics = if needs_plan {
        web.app.activations(pathway, &staff.actor(), web.now()).await
    } else {
        Ok(Vec::new())
    };
    let clinics = match clinics {
        Ok(clinics) => clinics,
        Err(error) => return Failure::from(web, &error).into_response(),
    };
    let mut in_use: Vec<_> = in_use
        .into_iter()
        .filter(|line| line.pathway == pathway.id)
        .map(|line| (line.version.clone(), line.visits, line.completed, line.version == pathway.version))
        .collect();
    in_use.sort_by(|a, b| (b.3, &b.0).cmp(&(a.3, &a.0)));
    let catalog = web.app.catalog();
    let instruments = &catalog.instruments;
    let asked = |ask: &foreword_domain::pathway::PathwayAsk| {
        let instrument = instruments.get(&ask.instrument)?;
        Some(Asked {
            id: instrument.id.clone(),
            name: english(&instrument.plain_name),
            title: english(&instrument.title),
            items: instrument.most_items(),
            languages: languages(instrument),
            has_wish: ask.ask_wish,
        })
    };
    html(&Page {
        clinic: &web.app.options().clinic_name,
        who: staff,
        id: &pathway.id,
        title: &pathway.title,
        version: &pathway.version,
        purpose: vec![
            ("What it is for", &pathway.goal),
            ("Who reads the answers", &pathway.reader),
            ("What they do with them", &pathway.expected_action),
        ],
        facts: facts(pathway),
        asks: pathway.asks.iter().filter_map(asked).collect(),
        timetable: pathway
            .timetable
            .0
            .iter()
            .map(|(purpose, days)| (stands::message(Some(*purpose)), before(*days)))
            .collect(),
        in_use,
        warnings: pathway.warnings(instruments),
        budget: budget(web, pathway),
        needs_plan,
        clinics,
        may_activate: staff.may(Act::Activate),
        refused,
        spoken: crate::pages::languages().into_iter().map(|(lang, name)| (lang.to_string(), name)).collect(),
    })
}

fn facts(pathway: &Pathway) -> Vec<(&'static str, String)> {
    let trigger = &pathway.trigger;
    let any = |list: &[String], any: &str| if list.is_empty() { any.to_owned() } else { list.join(", ") };
    let channels: Vec<&str> = pathway.channels.iter().map(|channel: &Channel| channel.label()).collect();
    vec![
        ("Kinds of visit", trigger.types.join(", ")),
        ("Clinics", any(&trigger.clinics, "any")),
        (
            "Which visits",
            match trigger.visit {
                None => "first and later ones",
                Some(Which::First) => "the first in the clinic",
                Some(Which::FollowUp) => "those after the first",
            }
            .to_owned(),
        ),
        ("Conditions", any(&trigger.conditions, "any")),
        (
            "Channels",
            if channels.is_empty() { "a chat, else e-mail".to_owned() } else { channels.join(", then ") },
        ),
        (
            "Put together",
            match &pathway.mode {
                Mode::Chain => "the same for everybody (chain)".to_owned(),
                Mode::ChainEvery(days) => {
                    format!("the same for everybody, not again within {days} days (chain)")
                }
                Mode::Shop(offered) => {
                    format!("composed for one patient (shop); offered: {}", offered.join(", "))
                }
                Mode::Network(group) => format!("for the group {group} (network)"),
            },
        ),
    ]
}

fn before(days: u16) -> String {
    match days {
        0 => "on the day of the visit".to_owned(),
        1 => "1 day before the visit".to_owned(),
        days => format!("{days} days before the visit"),
    }
}
