//! The library in plain JSON, and scoring of answers that are kept nowhere.

use std::sync::Arc;

use axum::{
    Json,
    body::Body,
    extract::{RawQuery, State},
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use foreword_domain::{
    instrument::{Band, Choice, Enable, Instrument, Item, ItemKind, Label, Scale, Stem},
    language::Lang,
    patient::Person,
    scoring::{self, Score},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    answering::{self, ScoreView},
    body,
    caller::{Caller, Id},
    page::Page,
    problem::Problem,
    query::Query,
};
use crate::Web;

/// An instrument of the library.
#[derive(Serialize, ToSchema)]
#[schema(as = InstrumentLine)]
pub(super) struct Line {
    #[schema(example = "gad-7")]
    id: String,
    version: String,
    title: String,
    /// What patients and clinicians call what it measures.
    name: String,
    /// The languages it may be asked in.
    languages: Vec<String>,
    /// How many questions it has.
    questions: usize,
    /// Whether it may be asked here, or only scored.
    active: bool,
}

/// An instrument with its items and scales.
#[derive(Serialize, ToSchema)]
#[schema(as = Instrument)]
pub(super) struct View {
    #[serde(flatten)]
    line: Line,
    /// The language of the texts below.
    language: String,
    /// The terms it is used under.
    licence: String,
    /// Where it was published.
    citations: Vec<String>,
    items: Vec<ItemView>,
    scales: Vec<ScaleView>,
}

/// One question, or a text shown between questions.
#[derive(Serialize, ToSchema)]
#[schema(as = Item)]
pub(super) struct ItemView {
    link_id: String,
    /// `choice`, `choices`, `integer`, `decimal`, `scale`, `date`, `text` or `display`.
    kind: &'static str,
    text: String,
    /// The words it continues.
    stem: Option<String>,
    /// Guidance below the question.
    help: Option<String>,
    /// What can be answered, of a choice.
    choices: Vec<ChoiceView>,
    /// Least number or date.
    min: Option<String>,
    /// Greatest number or date.
    max: Option<String>,
    /// The unit of a number.
    unit: Option<String>,
    /// Characters a text may have.
    max_chars: Option<usize>,
    /// Whether answers to other items decide if it is asked.
    conditional: bool,
    loinc: Option<String>,
}

/// One permitted answer.
#[derive(Serialize, ToSchema)]
#[schema(as = Choice)]
pub(super) struct ChoiceView {
    /// What is sent as the answer.
    code: String,
    /// Its wording; `null` where it is the patient's own answer to another item.
    label: Option<String>,
    /// What it counts.
    weight: Option<f64>,
}

/// What is computed from the answers.
#[derive(Serialize, ToSchema)]
#[schema(as = Scale)]
pub(super) struct ScaleView {
    id: String,
    name: String,
    items: Vec<String>,
    /// Least possible value; `null` where nobody stated it.
    min: Option<f64>,
    /// Greatest possible value; `null` where nobody stated it.
    max: Option<f64>,
    #[schema(example = "higher = worse")]
    direction: &'static str,
    bands: Vec<BandView>,
}

/// A range of scores with a name.
#[derive(Serialize, ToSchema)]
#[schema(as = Band)]
pub(super) struct BandView {
    id: String,
    name: String,
    min: f64,
    max: f64,
}

/// The scores of some answers.
#[derive(Serialize, ToSchema)]
#[schema(as = Scored)]
pub(super) struct Scored {
    instrument: String,
    version: String,
    scores: Vec<ScoreView>,
}

/// Answers to be scored.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it is what the document says of the body, which `score` reads")]
#[schema(as = ToScore, example = json!({ "answers": {
    "q1": "2", "q2": 1, "q3": "3", "q4": "0", "q5": "1", "q6": "2", "q7": "2"
} }))]
pub(super) struct ToScore {
    /// By `link_id`: the code of a choice, a list of codes, a number, a date, a text. `null` is not answered.
    #[schema(value_type = Object, additional_properties = true)]
    answers: (),
    /// `female` or `male`, where a published rule tells them apart.
    #[schema(pattern = "^(female|male)$")]
    sex: Option<String>,
    /// Whole years.
    #[schema(minimum = 0, maximum = 150)]
    age: Option<u16>,
}

/// The library
#[utoipa::path(
    get, path = "/api/v1/instruments", tag = "instruments", operation_id = "listInstruments",
    responses((status = 200, description = "All of them, on one page.", body = Page<Line>)),
    security(("token" = ["system/Questionnaire.r"]))
)]
pub(super) async fn list(
    State(web): State<Web>,
    headers: HeaderMap,
    RawQuery(raw): RawQuery,
) -> Result<Response, Problem> {
    Caller::of(&web, &headers, "Questionnaire", 'r').await?;
    Query::read(raw.as_deref(), &[])?;
    let items = web.app.catalog().instruments.values().map(|one| line(one, &Lang::english())).collect();
    Ok(Json(Page { items, next: None }).into_response())
}

/// An instrument
#[utoipa::path(
    get, path = "/api/v1/instruments/{id}", tag = "instruments", operation_id = "readInstrument",
    params(
        ("id" = String, Path, example = "gad-7"),
        ("language" = Option<String>, Query, description = "The language of the texts; English, where it is left out or there are none."),
    ),
    responses((status = 200, description = "It.", body = View)),
    security(("token" = ["system/Questionnaire.r"]))
)]
pub(super) async fn read(
    State(web): State<Web>,
    headers: HeaderMap,
    Id(id): Id,
    RawQuery(raw): RawQuery,
) -> Result<Response, Problem> {
    Caller::of(&web, &headers, "Questionnaire", 'r').await?;
    let query = Query::read(raw.as_deref(), &["language"])?;
    let language = match query.get("language") {
        None => Lang::english(),
        Some(tag) => Lang::parse(tag)
            .map_err(|_| Problem::parameter("language", "is not a language tag such as en or pt-BR"))?,
    };
    let found = find(&web, &id)?;
    let instrument = found.as_ref();
    let language = instrument.language_for(&language).cloned().unwrap_or_else(Lang::english);
    Ok(Json(view(instrument, &language)).into_response())
}

/// Score answers; nothing is kept
#[utoipa::path(
    post, path = "/api/v1/instruments/{id}/score", tag = "instruments", operation_id = "scoreAnswers",
    params(("id" = String, Path, example = "gad-7")),
    request_body = ToScore,
    responses((status = 200, description = "A score for every scale; one with too few answers says so.", body = Scored)),
    security(("token" = ["system/Questionnaire.r"]))
)]
pub(super) async fn score(
    State(web): State<Web>,
    headers: HeaderMap,
    Id(id): Id,
    body: Body,
) -> Result<Response, Problem> {
    Caller::of(&web, &headers, "Questionnaire", 'r').await?;
    let given = body::read(&headers, body).await?;
    let found = find(&web, &id)?;
    let instrument = found.as_ref();
    let mut members = given.members(&["answers", "sex", "age"]);
    let sex = members
        .maybe("sex", |value| body::text(value)?.parse().map_err(|_| "must be female or male".to_owned()));
    let age = members.maybe("age", |value| {
        let years = value.as_u64().and_then(|years| u16::try_from(years).ok()).filter(|years| *years <= 150);
        years.ok_or_else(|| "must be whole years from 0 to 150".to_owned())
    });
    let answers = answering::values(instrument, &mut members, "answers");
    let answers = members.done(Some(answers))?;
    let person = Person { sex, age };
    let value = |item: &str| answers.iter().find(|(id, _)| id == item).map(|(_, value)| value.clone());
    let scores: Vec<Score> = scoring::all(instrument, &person, value);
    let answer = Scored {
        instrument: instrument.id.clone(),
        version: instrument.version.clone(),
        scores: scores.iter().map(ScoreView::of).collect(),
    };
    Ok(Json(answer).into_response())
}

fn find(web: &Web, id: &str) -> Result<Arc<Instrument>, Problem> {
    let found = web.app.catalog().instruments.get(id).cloned();
    found.ok_or_else(|| Problem::not_found("there is no instrument with this id"))
}

fn line(instrument: &Instrument, lang: &Lang) -> Line {
    Line {
        id: instrument.id.clone(),
        version: instrument.version.clone(),
        title: instrument.title.best(lang).to_owned(),
        name: instrument.plain_name.best(lang).to_owned(),
        languages: instrument.languages.keys().map(ToString::to_string).collect(),
        questions: instrument.questions().count(),
        active: instrument.licence.permission.may_ask(),
    }
}

fn view(instrument: &Instrument, lang: &Lang) -> View {
    View {
        line: line(instrument, lang),
        language: lang.to_string(),
        licence: instrument.licence.notice.clone(),
        citations: instrument.citations.clone(),
        items: instrument.items.iter().map(|item| item_view(item, lang)).collect(),
        scales: instrument.scales.iter().map(|scale| scale_view(scale, lang)).collect(),
    }
}

fn item_view(item: &Item, lang: &Lang) -> ItemView {
    let mut view = ItemView {
        link_id: item.id.clone(),
        kind: "display",
        text: item.text.best(lang).to_owned(),
        stem: item.stem.as_ref().map(|Stem { text, .. }| text.best(lang).to_owned()),
        help: item.help.as_ref().map(|help| help.best(lang).to_owned()),
        choices: item.choices().iter().map(|choice| choice_view(choice, lang)).collect(),
        min: None,
        max: None,
        unit: None,
        max_chars: None,
        conditional: is_conditional(&item.enable) || item.only_for.is_some(),
        loinc: item.loinc.clone(),
    };
    let mut bounds = |min: String, max: String, unit: &str| {
        (view.min, view.max) = (Some(min), Some(max));
        view.unit = Some(unit.to_owned()).filter(|unit| !unit.is_empty());
    };
    view.kind = match &item.kind {
        ItemKind::Choice(_) => "choice",
        ItemKind::MultipleChoice(_) => "choices",
        ItemKind::Integer(limits) => {
            bounds(limits.min.to_string(), limits.max.to_string(), limits.unit.best(lang));
            "integer"
        }
        ItemKind::Decimal(limits) => {
            bounds(limits.min.to_string(), limits.max.to_string(), limits.unit.best(lang));
            "decimal"
        }
        ItemKind::Scale { .. } => {
            bounds("0".to_owned(), "10".to_owned(), "");
            "scale"
        }
        ItemKind::Date(limits) => {
            bounds(limits.min.to_string(), limits.max.to_string(), "");
            "date"
        }
        ItemKind::Text { max_chars } => {
            view.max_chars = Some(*max_chars);
            "text"
        }
        ItemKind::Display => "display",
    };
    view
}

fn is_conditional(enable: &Enable) -> bool {
    !enable.when.is_empty()
}

fn choice_view(choice: &Choice, lang: &Lang) -> ChoiceView {
    ChoiceView {
        code: choice.code.clone(),
        label: match &choice.label {
            Label::Text(text) => Some(text.best(lang).to_owned()),
            Label::AnswerTo(_) => None,
        },
        weight: choice.weight,
    }
}

fn scale_view(scale: &Scale, lang: &Lang) -> ScaleView {
    let finite = |number: f64| Some(number).filter(|number| number.is_finite());
    let band = |band: &Band| BandView {
        id: band.id.clone(),
        name: band.name.best(lang).to_owned(),
        min: band.min,
        max: band.max,
    };
    ScaleView {
        id: scale.id.clone(),
        name: scale.name.best(lang).to_owned(),
        items: scale.items.clone(),
        min: finite(scale.range.0),
        max: finite(scale.range.1),
        direction: scale.direction.words(),
        bands: scale.bands.iter().map(band).collect(),
    }
}
