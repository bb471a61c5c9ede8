//! One pathway: for whom, what is asked and when, what for, and who does what with it.

use askama::Template;
use axum::{
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use foreword_domain::{
    message::Channel,
    pathway::{Mode, Pathway, Which},
};

use super::{budget, english, languages};
use crate::{
    Web,
    pages::{Failure, html, session::SignedIn, stands},
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
    let Some(pathway) = web.app.catalog().pathway(&id) else { return Failure::gone(&web).into_response() };
    let in_use = match web.app.pathways_in_use().await {
        Ok(in_use) => in_use,
        Err(error) => return Failure::from(&web, &error).into_response(),
    };
    let mut in_use: Vec<_> = in_use
        .into_iter()
        .filter(|line| line.pathway == pathway.id)
        .map(|line| (line.version.clone(), line.visits, line.completed, line.version == pathway.version))
        .collect();
    in_use.sort_by(|a, b| (b.3, &b.0).cmp(&(a.3, &a.0)));
    let instruments = &web.app.catalog().instruments;
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
        who: &staff,
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
        budget: budget(&web, pathway),
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
