//! Copy: what a patient may take home of their own answers, and the form of a visit on paper.

use std::sync::Arc;

use foreword_domain::{
    conversation::script::{Ask, Script, Why},
    ids::{AppointmentId, ConversationId},
    language::Lang,
    response::{ItemRef, Ledger},
    scoring::{Score, Status},
};
use foreword_store::{audit, conversations, patients};
use foreword_summary::{Chart, Copy, PatientHeader, Point, Previous};
use jiff::{Timestamp, tz::TimeZone};

use crate::{
    App, Error, Result, Visit,
    access::{permission::Act, reach::reach},
    again,
};

/// What a form on paper is made of.
#[derive(Clone, Debug)]
pub struct Form {
    /// What is asked.
    pub script: Arc<Script>,
    /// The language of the service's sentences.
    pub lang: Lang,
    /// Which form it is.
    pub name: String,
    /// Whose it is, if it is somebody's.
    pub patient: Option<PatientHeader>,
}

impl App {
    /// The patient's own copy of a visit, with their own scores so far. `reader` is who asked.
    pub async fn copy(&self, conversation: ConversationId, reader: &str, now: Timestamp) -> Result<Copy> {
        let (app, reader) = (self.clone(), reader.to_owned());
        self.store
            .write(move |txn| {
                again!(app, reader => {
                    let visit = app.load(txn, conversation, false).await?;
                    let patient =
                        patients::get(txn, visit.stored.patient).await?.ok_or(Error::NotFound("patient"))?;
                    let previous = app.previous(txn, &visit).await?;
                    audit::note(txn, now, &reader, "copy.read", &format!("conversation:{conversation}")).await?;
                    let lang = &visit.standing.language;
                    let zone = visit.appointment.zone();
                    let clinic = &app.options.clinic_name;
                    Ok::<_, Error>(Copy {
                        name: Some(patient.profile.reveal().full_name().into()),
                        visit: Some(visit.appointment.start.to_zoned(zone.clone()).date()),
                        charts: charts(&visit, &previous, &zone),
                        ..Copy::of(&visit.script, &visit.ledger, lang, clinic)
                    })
                })
            })
            .await
    }

    /// The form of a visit on paper, for its patient. `reader` is who asked.
    pub async fn form_of(&self, appointment: AppointmentId, reader: &str, now: Timestamp) -> Result<Form> {
        let (app, reader) = (self.clone(), reader.to_owned());
        self.store
            .write(move |txn| {
                again!(app, reader => {
                    let known =
                        reach(txn, &reader, Act::PrintForms, now).await?.visit(txn, appointment).await?;
                    let stored = conversations::about(txn, appointment).await?;
                    let visit = app.revive(txn, stored.ok_or(Error::NotFound("conversation"))?).await?;
                    let patient =
                        patients::get(txn, known.patient).await?.ok_or(Error::NotFound("patient"))?;
                    let profile = patient.profile.reveal();
                    audit::note(txn, now, &reader, "form.read", &audit::appointment(appointment)).await?;
                    let lang = visit.standing.language.clone();
                    let (id, version) = &visit.stored.pathway;
                    Ok::<_, Error>(Form {
                        name: format!("{id} {version}, {lang}"),
                        patient: Some(PatientHeader {
                            name: profile.full_name().into(),
                            birth_date: profile.birth_date.into(),
                            visit: Some(known.start.to_zoned(known.zone()).datetime()),
                        }),
                        script: visit.script,
                        lang,
                    })
                })
            })
            .await
    }

    /// The form of a pathway on paper, for anybody, in a language.
    pub fn form(&self, pathway: &str, lang: &Lang) -> Option<Form> {
        let pathway = self.catalog().pathway(pathway).cloned()?;
        Some(Form {
            script: Arc::new(pathway.script(lang, &self.catalog().instruments)),
            lang: lang.clone(),
            name: format!("{} {}, {lang}", pathway.id, pathway.version),
            patient: None,
        })
    }
}

/// A line for each scale of which there are two scores or more, like with like: the same instrument in the
/// same version.
fn charts(visit: &Visit, previous: &[Previous], zone: &TimeZone) -> Vec<Chart> {
    let lang = &visit.standing.language;
    let mut charts = Vec::new();
    for ask in visit.script.asks.iter().filter(|ask| ask.why == Why::Asked) {
        let today = if visit.has_answers(ask) { visit.scores(ask) } else { Vec::new() };
        for scale in &ask.instrument.scales {
            let Some(direction) = Chart::direction_words(scale.direction, lang) else { continue };
            let value = |score: &Score| {
                score.value.filter(|_| score.scale == scale.id && score.status == Status::Scored)
            };
            let mut points: Vec<Point> = previous
                .iter()
                .filter(|p| p.instrument.0 == ask.instrument.id && p.instrument.1 == ask.instrument.version)
                .filter_map(|p| {
                    Some(Point { on: p.at.to_zoned(zone.clone()).date(), value: value(&p.score)? })
                })
                .collect();
            let answered_at = answered_at(&visit.ledger, ask);
            if let (Some(value), Some(at)) = (today.iter().find_map(value), answered_at) {
                points.push(Point { on: at.to_zoned(zone.clone()).date(), value });
            }
            if points.len() < 2 {
                continue;
            }
            let names =
                if ask.instrument.scales.len() == 1 { &ask.instrument.plain_name } else { &scale.name };
            let is_spoken = names.get(lang).is_some();
            charts.push(Chart {
                name: names.best(lang).to_owned(),
                name_lang: if is_spoken { lang.clone() } else { Lang::english() },
                direction,
                range: scale.range,
                points,
            });
        }
    }
    charts
}

/// When the last question of an ask was answered.
fn answered_at(ledger: &Ledger, ask: &Ask) -> Option<Timestamp> {
    let of = |item: &str| ledger.get(&ItemRef::new(&ask.key, item)).map(|answer| answer.answered_at);
    ask.instrument.items.iter().filter_map(|item| of(&item.id)).max()
}
