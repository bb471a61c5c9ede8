//! `/clinic/library`: pathways and instruments, as far as staff need to know them. Files are read and proved when
//! the service starts; what stands here passed.

mod instrument;
mod pathway;

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use foreword_app::catalog::InUse;
use foreword_domain::{instrument::Instrument, language::Lang, pathway::Pathway};

pub(crate) use self::{
    instrument::show as instrument,
    pathway::{activate, show as pathway},
};
use super::{Failure, html, session::SignedIn};
use crate::Web;

#[derive(Template)]
#[template(path = "clinic/library.html")]
struct Page<'a> {
    clinic: &'a str,
    who: &'a SignedIn,
    pathways: Vec<PathwayLine>,
    instruments: Vec<InstrumentLine>,
}

struct PathwayLine {
    id: String,
    title: String,
    version: String,
    goal: String,
    kinds: String,
    asks: usize,
    budget: String,
    visits: u64,
    completed: u64,
}

struct InstrumentLine {
    id: String,
    name: String,
    title: String,
    version: String,
    items: usize,
    languages: String,
    is_active: bool,
    permission: &'static str,
    /// The pathways that ask it, with their names.
    used_in: Vec<(String, String)>,
}

pub(crate) async fn show(State(web): State<Web>, staff: SignedIn) -> Response {
    let in_use = match web.app.pathways_in_use().await {
        Ok(in_use) => in_use,
        Err(error) => return Failure::from(&web, &error).into_response(),
    };
    let catalog = web.app.catalog();
    let pathways = catalog.pathways.iter().map(|pathway| line(&web, pathway, &in_use)).collect();
    let instruments = catalog.instruments.values().map(|instrument| InstrumentLine {
        id: instrument.id.clone(),
        name: english(&instrument.plain_name),
        title: english(&instrument.title),
        version: instrument.version.clone(),
        items: instrument.questions().count(),
        languages: languages(instrument),
        is_active: instrument.licence.permission.may_ask(),
        permission: instrument.licence.permission.words(),
        used_in: asked_in(&web, instrument),
    });
    html(&Page {
        clinic: &web.app.options().clinic_name,
        who: &staff,
        pathways,
        instruments: instruments.collect(),
    })
}

fn line(web: &Web, pathway: &Arc<Pathway>, in_use: &[InUse]) -> PathwayLine {
    let of_it = || in_use.iter().filter(|line| line.pathway == pathway.id);
    PathwayLine {
        id: pathway.id.clone(),
        title: pathway.title.clone(),
        version: pathway.version.clone(),
        goal: pathway.goal.clone(),
        kinds: pathway.trigger.types.join(", "),
        asks: pathway.asks.len(),
        budget: budget(web, pathway),
        visits: of_it().map(|line| line.visits).sum(),
        completed: of_it().map(|line| line.completed).sum(),
    }
}

/// How much it asks, at most.
fn budget(web: &Web, pathway: &Pathway) -> String {
    let (items, minutes) = pathway.script(&Lang::english(), &web.app.catalog().instruments).budget();
    format!("up to {items} questions, about {minutes} min")
}

/// The pathways that ask an instrument.
fn asked_in(web: &Web, instrument: &Instrument) -> Vec<(String, String)> {
    let asks = |pathway: &&Arc<Pathway>| pathway.asks.iter().any(|ask| ask.instrument == instrument.id);
    let named = |pathway: &Arc<Pathway>| (pathway.id.clone(), pathway.title.clone());
    web.app.catalog().pathways.iter().filter(asks).map(named).collect()
}

fn languages(instrument: &Instrument) -> String {
    let all: Vec<&str> = instrument.languages.keys().map(Lang::as_str).collect();
    all.join(", ")
}

fn english(text: &foreword_domain::language::Text) -> String {
    text.best(&Lang::english()).to_owned()
}
