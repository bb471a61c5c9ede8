//! Entering a paper form: all questions on one page, twice, and what the two entries do not agree on.

use std::collections::BTreeMap;

use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use foreword_app::{
    Error,
    transcribe::{Copied, First, Paper},
};
use foreword_domain::{
    conversation::{Input, Say, script::Place},
    ids::AppointmentId,
    instrument::ItemKind,
    language::Lang,
    phrases,
    private::Private,
    response::{ItemRef, Value},
};
use foreword_summary::when;

use super::{Failure, form::Fields, html, session::SignedIn};
use crate::Web;

#[derive(Template)]
#[template(path = "clinic/transcribe.html")]
struct Page<'a> {
    clinic: &'a str,
    who: &'a SignedIn,
    id: AppointmentId,
    name: String,
    born: String,
    visit: String,
    /// Who made the first entry, and when.
    first: Option<(String, String)>,
    answered: usize,
    rows: Vec<Row>,
    troubles: usize,
}

#[derive(Template)]
#[template(path = "clinic/settle.html")]
struct Settle<'a> {
    clinic: &'a str,
    who: &'a SignedIn,
    id: AppointmentId,
    name: String,
    rows: Vec<Differs>,
    /// What needs no settling, as it was entered.
    carried: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "clinic/notice.html")]
struct Notice<'a> {
    clinic: &'a str,
    who: &'a SignedIn,
    id: AppointmentId,
    title: &'a str,
    text: String,
}

/// A question as on the paper.
struct Row {
    n: usize,
    /// Name of its field: it tells no instrument.
    name: String,
    heading: Option<String>,
    text: String,
    spoken: Lang,
    is_conditional: bool,
    trouble: Option<String>,
    field: Field,
}

enum Field {
    Choices { many: bool, choices: Vec<(String, String, bool)> },
    Words(String),
    Line { given: String, hint: String },
}

/// A question that was entered in two ways.
struct Differs {
    n: usize,
    name: String,
    text: String,
    spoken: Lang,
    first: String,
    second: String,
}

/// Whose paper, for which page.
struct Desk<'a> {
    web: &'a Web,
    staff: &'a SignedIn,
    id: AppointmentId,
    paper: &'a Paper,
}

pub(crate) async fn show(State(web): State<Web>, Path(id): Path<String>, staff: SignedIn) -> Response {
    match paper(&web, &id, &staff).await {
        Ok((id, paper)) => Desk { web: &web, staff: &staff, id, paper: &paper }.blank(),
        Err(page) => page,
    }
}

pub(crate) async fn enter(
    State(web): State<Web>,
    Path(id): Path<String>,
    staff: SignedIn,
    fields: Fields,
) -> Response {
    let (id, paper) = match paper(&web, &id, &staff).await {
        Ok(found) => found,
        Err(page) => return page,
    };
    let desk = Desk { web: &web, staff: &staff, id, paper: &paper };
    if fields.get("action") == "discard" {
        return match web.app.discard_copied(staff.0.id, id, web.now()).await {
            Ok(()) => Redirect::to(&format!("/clinic/appointments/{id}/transcribe")).into_response(),
            Err(error) => Failure::from(&web, &error).into_response(),
        };
    }
    let copied = paper.read(&desk.given(&fields));
    if !copied.troubles.is_empty() {
        return desk.form(&copied, &fields);
    }
    match &paper.first {
        None => desk.keep(copied).await,
        Some(first) => desk.compare(first, copied, &fields).await,
    }
}

async fn paper(web: &Web, id: &str, staff: &SignedIn) -> Result<(AppointmentId, Paper), Response> {
    let id = id.parse::<AppointmentId>().map_err(|_| Failure::gone(web).into_response())?;
    match web.app.paper(staff.0.id, id, web.now()).await {
        Ok(paper) => Ok((id, paper)),
        Err(Error::Refused(why)) => {
            Err((StatusCode::CONFLICT, notice(web, staff, id, "Nothing to enter", why)).into_response())
        }
        Err(error) => Err(Failure::from(web, &error).into_response()),
    }
}

fn notice(web: &Web, staff: &SignedIn, id: AppointmentId, title: &str, text: String) -> Response {
    html(&Notice { clinic: &web.app.options().clinic_name, who: staff, id, title, text })
}

impl Desk<'_> {
    /// What the fields of a page give to each question. Where entries differ, one of them was chosen.
    fn given(&self, fields: &Fields) -> Vec<(ItemRef, Input)> {
        let mut given = Vec::new();
        for place in self.paper.questions() {
            let (at, name) = (place.at(), self.name(&place));
            let values = match (fields.get(&format!("settle.{name}")), self.first(&at)) {
                ("first", Some(value)) => written(value),
                ("first", None) => Vec::new(),
                _ => fields.given(&name),
            };
            if values.iter().all(|value| value.trim().is_empty()) {
                continue;
            }
            let by_choice = !place.item.choices().is_empty();
            let input = match &values[..] {
                values if by_choice => Input::Codes(values.to_vec()),
                values => Input::Typed(Private::new(values[0].clone())),
            };
            given.push((at, input));
        }
        given
    }

    fn first(&self, at: &ItemRef) -> Option<&Value> {
        let first = self.paper.first.as_ref()?;
        first.entry.iter().find(|(other, _)| other == at).map(|(_, value)| value)
    }

    async fn keep(&self, copied: Copied) -> Response {
        let (app, staff) = (&self.web.app, self.staff.0.id);
        match app.copy_first(staff, self.id, copied.entry, self.web.now()).await {
            Ok(true) => {
                let text = "The first entry is kept. Now the paper is entered a second time, by you or by somebody else; nothing stands in the record before both agree.";
                notice(self.web, self.staff, self.id, "Once more, please", text.to_owned())
            }
            Ok(false) => {
                let text = "Somebody else has made a first entry meanwhile. Yours was not kept: please enter the paper once more, as the second entry.";
                (
                    StatusCode::CONFLICT,
                    notice(self.web, self.staff, self.id, "There is a first entry", text.to_owned()),
                )
                    .into_response()
            }
            Err(error) => Failure::from(self.web, &error).into_response(),
        }
    }

    async fn compare(&self, first: &First, copied: Copied, fields: &Fields) -> Response {
        let differences = self.paper.differences(&first.entry, &copied.entry);
        let names = self.names();
        let is_settled = |at: &ItemRef| {
            let chosen = names.get(at).map(|name| fields.get(&format!("settle.{name}")));
            matches!(chosen, Some("first" | "second"))
        };
        if !differences.iter().all(is_settled) {
            return self.settle(first, &copied, &differences);
        }
        let (app, staff) = (&self.web.app, self.staff.0.id);
        match app.save_copied(staff, self.id, first.id, copied.entry, self.web.now()).await {
            Ok(count) => {
                let text = format!(
                    "{count} answers stand in the record now, as entered by staff from paper. What the skip rules leave out was not taken."
                );
                notice(self.web, self.staff, self.id, "The paper is in the record", text)
            }
            Err(Error::NotFound(_)) => {
                let text = "Somebody else has finished this paper, or thrown its first entry away.";
                (StatusCode::CONFLICT, notice(self.web, self.staff, self.id, "Already done", text.to_owned()))
                    .into_response()
            }
            Err(error) => Failure::from(self.web, &error).into_response(),
        }
    }

    fn blank(&self) -> Response {
        self.form(&Copied::default(), &Fields::default())
    }

    /// All questions, with what was entered where something is wrong with it.
    fn form(&self, copied: &Copied, fields: &Fields) -> Response {
        let (web, paper) = (self.web, self.paper);
        let mut rows: Vec<Row> = Vec::new();
        let mut heading = None;
        for (n, place) in paper.questions().iter().enumerate() {
            let mut row = self.row(n + 1, place, copied, fields);
            // One heading above all questions it stands over.
            if row.heading == heading {
                row.heading = None;
            } else {
                heading.clone_from(&row.heading);
            }
            rows.push(row);
        }
        let profile = paper.patient.profile.reveal();
        let zone = web.app.clinic_zone();
        let page = Page {
            clinic: &web.app.options().clinic_name,
            who: self.staff,
            id: self.id,
            name: profile.full_name(),
            born: profile.birth_date.strftime("%-d %b %Y").to_string(),
            visit: when::moment(paper.visit.appointment.start, &paper.visit.appointment.zone()),
            first: paper.first.as_ref().map(|first| (first.by.clone(), when::moment(first.at, &zone))),
            answered: paper.answered(),
            rows,
            troubles: copied.troubles.len(),
        };
        let status = if page.troubles == 0 { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
        (status, html(&page)).into_response()
    }

    fn row(&self, n: usize, place: &Place<'_>, copied: &Copied, fields: &Fields) -> Row {
        let (at, name, spoken) = (place.at(), self.name(place), place.ask.language.clone());
        let mut given = fields.given(&name);
        let is_text = matches!(place.item.kind, ItemKind::Text { .. });
        if is_text && given.is_empty() && !fields.has(&name) {
            // The patient's own words are typed once, and looked over.
            given = self.first(&at).map(written).unwrap_or_default();
        }
        let typed = given.first().cloned().unwrap_or_default();
        let is = |code: &str| given.iter().any(|value| value == code);
        let english = Lang::english();
        let field = match &place.item.kind {
            ItemKind::Scale { .. } => Field::Choices {
                many: false,
                choices: (0..=10u8)
                    .map(|mark| mark.to_string())
                    .map(|mark| (mark.clone(), mark.clone(), is(&mark)))
                    .collect(),
            },
            ItemKind::Text { .. } => Field::Words(typed),
            kind if !place.item.choices().is_empty() => Field::Choices {
                many: matches!(kind, ItemKind::MultipleChoice(_)),
                choices: self.offers(place).into_iter().map(|(c, l)| (c.clone(), l, is(&c))).collect(),
            },
            _ => Field::Line { given: typed, hint: phrases::hint(place, &english).unwrap_or_default() },
        };
        let trouble = copied.troubles.iter().find(|(other, _)| *other == at).map(|(at, trouble)| {
            let sorry = Say::Sorry { at: at.clone(), trouble: trouble.clone(), misses: 1 };
            let bubble =
                phrases::bubble(&sorry, &self.paper.visit.script, &self.paper.visit.ledger, &english);
            bubble.lines.into_iter().map(|line| line.text).collect::<Vec<_>>().join(" ")
        });
        let of = |text: &foreword_domain::language::Text| text.get(&spoken).map(str::to_owned);
        Row {
            n,
            name,
            heading: place.item.stem.as_ref().and_then(|stem| of(&stem.text)),
            text: phrases::wording(place),
            is_conditional: !place.item.enable.when.is_empty(),
            trouble,
            field,
            spoken,
        }
    }

    fn settle(&self, first: &First, copied: &Copied, differences: &[ItemRef]) -> Response {
        let value = |entry: &[(ItemRef, Value)], at: &ItemRef| {
            entry.iter().find(|(other, _)| other == at).map(|(_, value)| value.clone())
        };
        let (mut rows, mut carried) = (Vec::new(), Vec::new());
        for (n, place) in self.paper.questions().iter().enumerate() {
            let (at, name) = (place.at(), self.name(place));
            let second = value(&copied.entry, &at);
            for written in second.as_ref().map(written).unwrap_or_default() {
                carried.push((name.clone(), written));
            }
            if differences.contains(&at) {
                rows.push(Differs {
                    n: n + 1,
                    name,
                    text: phrases::wording(place),
                    spoken: place.ask.language.clone(),
                    first: self.in_words(place, value(&first.entry, &at)),
                    second: self.in_words(place, second),
                });
            }
        }
        let page = Settle {
            clinic: &self.web.app.options().clinic_name,
            who: self.staff,
            id: self.id,
            name: self.paper.patient.profile.reveal().full_name(),
            rows,
            carried,
        };
        (StatusCode::CONFLICT, html(&page)).into_response()
    }

    fn in_words(&self, place: &Place<'_>, value: Option<Value>) -> String {
        let Some(value) = value else { return "left blank".to_owned() };
        let offers = self.offers(place);
        let label = |code: &String| {
            let offer = offers.iter().find(|(other, _)| other == code);
            offer.map_or_else(|| code.clone(), |(_, label)| label.clone())
        };
        written(&value).iter().map(label).collect::<Vec<_>>().join(", ")
    }

    /// The choices of a question, whatever was answered: paper shows them all.
    fn offers(&self, place: &Place<'_>) -> Vec<(String, String)> {
        let ledger = self.paper.with(self.paper.first.as_ref().map_or(&[][..], |first| &first.entry[..]));
        let choices = place.item.choices().iter();
        let offers = self.paper.visit.script.offers(&ledger, place);
        choices
            .filter_map(|choice| {
                let own = offers.iter().find(|offer| offer.code == choice.code);
                let own = own.and_then(|offer| offer.labels.first().cloned());
                let label = match &choice.label {
                    foreword_domain::instrument::Label::Text(text) => {
                        text.get(&place.ask.language).map(str::to_owned)
                    }
                    foreword_domain::instrument::Label::AnswerTo(item) => {
                        Some(format!("the answer to {item}"))
                    }
                };
                Some((choice.code.clone(), own.or(label)?))
            })
            .collect()
    }

    fn name(&self, place: &Place<'_>) -> String {
        self.paper.visit.spot(&place.at()).unwrap_or_default()
    }

    fn names(&self) -> BTreeMap<ItemRef, String> {
        self.paper.questions().iter().map(|place| (place.at(), self.name(place))).collect()
    }
}

/// The values of the field for an answer.
fn written(value: &Value) -> Vec<String> {
    match value {
        Value::Choices(codes) => codes.clone(),
        Value::Skipped => Vec::new(),
        value => vec![value.written()],
    }
}
