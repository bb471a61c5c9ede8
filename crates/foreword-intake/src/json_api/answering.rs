//! What was answered for a visit, with its scores; and answers as programs write them.

use axum::{
    Json,
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use foreword_app::reading::{Answered, Given};
use foreword_domain::{
    instrument::{Instrument, Item, ItemKind},
    response::Value,
    scoring::Score,
};
use serde::Serialize;
use serde_json::Value as Json_;
use utoipa::ToSchema;

use super::{
    body::Members,
    caller::{Caller, Id},
    problem::Problem,
};
use crate::Web;

/// The number a scale came to.
#[derive(Serialize, ToSchema)]
#[schema(as = Score)]
pub(super) struct ScoreView {
    scale: String,
    /// `scored`, `estimated` (some items were missing and made up for by the published rule) or `not-scored`.
    #[schema(example = "scored")]
    status: String,
    value: Option<f64>,
    /// The standard error, for scales of item response theory.
    se: Option<f64>,
    /// Items answered.
    answered: usize,
    /// Items of the scale.
    of: usize,
    /// The band's id.
    band: Option<String>,
}

impl ScoreView {
    pub(super) fn of(score: &Score) -> Self {
        Self {
            scale: score.scale.clone(),
            status: score.status.to_string(),
            value: score.value,
            se: score.se,
            answered: score.answered,
            of: score.of,
            band: score.band.clone(),
        }
    }
}

/// What was answered for a visit.
#[derive(Serialize, ToSchema)]
#[schema(as = Responses)]
pub(super) struct Responses {
    /// How far the patient has come: `invited`, `open`, `paused`, `completed`, `declined`, `not-me`; `null` where
    /// nothing is asked.
    state: Option<&'static str>,
    responses: Vec<ResponseView>,
}

/// One instrument as it was answered.
#[derive(Serialize, ToSchema)]
#[schema(as = Response)]
pub(super) struct ResponseView {
    #[schema(format = "uuid")]
    id: String,
    /// What it stands for in this visit; mostly the instrument.
    ask: String,
    instrument: String,
    version: String,
    language: String,
    #[schema(format = DateTime)]
    started_at: String,
    /// `null` while some are missing.
    #[schema(format = DateTime)]
    completed_at: Option<String>,
    answers: Vec<AnswerView>,
}

/// An answer as it stands.
#[derive(Serialize, ToSchema)]
#[schema(as = Answer)]
pub(super) struct AnswerView {
    link_id: String,
    /// The code of a choice, a list of codes, a number, a date, a text; `null` where the patient would not say.
    #[schema(value_type = Value)]
    value: Json_,
    /// Whether the patient would not say.
    skipped: bool,
    #[schema(format = DateTime)]
    answered_at: String,
    /// The door it came through.
    channel: &'static str,
    /// Who gave it: `patient`, `helped`, `proxy` or `staff`.
    by: &'static str,
}

/// The scores of a visit.
#[derive(Serialize, ToSchema)]
#[schema(as = Scores)]
pub(super) struct Scores {
    state: Option<&'static str>,
    instruments: Vec<Scored>,
}

/// The scores of one instrument.
#[derive(Serialize, ToSchema)]
#[schema(as = InstrumentScores)]
pub(super) struct Scored {
    ask: String,
    instrument: String,
    version: String,
    /// `null` while some answers are missing: then the scores may still change.
    #[schema(format = DateTime)]
    completed_at: Option<String>,
    scores: Vec<ScoreView>,
}

/// What was answered for a visit
#[utoipa::path(
    get, path = "/api/v1/appointments/{id}/responses", tag = "answers", operation_id = "readResponses",
    params(("id" = String, Path, description = "Our identifier of the appointment, or yours.")),
    responses((status = 200, description = "The answers as they stand.", body = Responses)),
    security(("token" = ["system/QuestionnaireResponse.r"]))
)]
pub(super) async fn responses(
    State(web): State<Web>,
    headers: HeaderMap,
    Id(id): Id,
) -> Result<Response, Problem> {
    let caller = Caller::of(&web, &headers, "QuestionnaireResponse", 'r').await?;
    Ok(Json(read_all(&web, &caller, &id).await?).into_response())
}

/// The scores of a visit
#[utoipa::path(
    get, path = "/api/v1/appointments/{id}/scores", tag = "answers", operation_id = "readScores",
    params(("id" = String, Path, description = "Our identifier of the appointment, or yours.")),
    responses((status = 200, description = "The scores as the answers stand.", body = Scores)),
    security(("token" = ["system/Observation.r"]))
)]
pub(super) async fn scores(
    State(web): State<Web>,
    headers: HeaderMap,
    Id(id): Id,
) -> Result<Response, Problem> {
    let caller = Caller::of(&web, &headers, "Observation", 'r').await?;
    let (state, answered) = read(&web, &caller, &id).await?;
    let scored = answered.iter().filter(|one| !one.scores.is_empty()).map(|one| Scored {
        ask: one.ask.clone(),
        instrument: one.instrument.id.clone(),
        version: one.instrument.version.clone(),
        completed_at: one.completed_at.map(|at| at.to_string()),
        scores: one.scores.iter().map(ScoreView::of).collect(),
    });
    Ok(Json(Scores { state, instruments: scored.collect() }).into_response())
}

/// Our identifier of a visit, whichever stands in the path.
pub(super) async fn visit(web: &Web, id: &str) -> Result<foreword_domain::ids::AppointmentId, Problem> {
    let found = web.app.find_appointment(id).await.map_err(|error| Problem::of(&error))?;
    found.ok_or_else(|| Problem::not_found("there is no appointment with this id"))
}

/// All that was answered for a visit.
pub(super) async fn read_all(web: &Web, caller: &Caller, id: &str) -> Result<Responses, Problem> {
    let (state, answered) = read(web, caller, id).await?;
    Ok(Responses { state, responses: answered.iter().map(response).collect() })
}

async fn read(
    web: &Web,
    caller: &Caller,
    id: &str,
) -> Result<(Option<&'static str>, Vec<Answered>), Problem> {
    let visit = visit(web, id).await?;
    let read = web.app.answered_for(visit, &caller.reader(), web.now()).await;
    let (state, answered) = read.map_err(|error| Problem::of(&error))?;
    Ok((state.map(foreword_domain::conversation::State::as_str), answered))
}

fn response(one: &Answered) -> ResponseView {
    ResponseView {
        id: one.id.to_string(),
        ask: one.ask.clone(),
        instrument: one.instrument.id.clone(),
        version: one.instrument.version.clone(),
        language: one.language.to_string(),
        started_at: one.started_at.to_string(),
        completed_at: one.completed_at.map(|at| at.to_string()),
        answers: one.answers.iter().map(answer).collect(),
    }
}

fn answer(given: &Given) -> AnswerView {
    AnswerView {
        link_id: given.item.clone(),
        value: match &given.value {
            Value::Choice(code) => code.as_str().into(),
            Value::Choices(codes) => codes.clone().into(),
            Value::Integer(number) => (*number).into(),
            // As it was written: a number of JSON would lose its digits.
            Value::Decimal(written) => written.as_str().into(),
            Value::Scale(mark) => (*mark).into(),
            Value::Date(date) => date.to_string().into(),
            Value::Text(words) => words.as_str().into(),
            Value::Skipped => Json_::Null,
        },
        skipped: given.value == Value::Skipped,
        answered_at: given.at.to_string(),
        channel: given.channel.as_str(),
        by: given.by.as_str(),
    }
}

/// Reads answers to an instrument from a member that is an object, by linkId. `null` is not answered.
pub(super) fn values(instrument: &Instrument, body: &mut Members, name: &str) -> Vec<(String, Value)> {
    let mut values = Vec::new();
    for (id, json) in body.object(name) {
        match instrument.item(&id).filter(|item| item.kind != ItemKind::Display) {
            None => {
                let known = instrument.questions().map(|item| item.id.as_str());
                let near = foreword_domain::locate::nearest(&id, known);
                let near = near.map_or_else(String::new, |near| format!("; did you mean {near}?"));
                body.fault_in(name, &id, &format!("is no question of {}{near}", instrument.id));
            }
            Some(_) if json.is_null() => {}
            Some(item) => match value(item, &json) {
                Ok(value) => values.push((id, value)),
                Err(why) => body.fault_in(name, &id, &why),
            },
        }
    }
    values
}

/// An answer to an item.
fn value(item: &Item, json: &Json_) -> Result<Value, String> {
    match &item.kind {
        ItemKind::Choice(_) => code(item, json).map(Value::Choice),
        ItemKind::MultipleChoice(choices) => {
            let codes = json.as_array().filter(|codes| !codes.is_empty());
            let codes = codes.ok_or_else(|| format!("must be a list of codes: {}", permitted(item)))?;
            let codes = codes.iter().map(|json| code(item, json)).collect::<Result<Vec<_>, _>>()?;
            let in_order = choices.iter().filter(|choice| codes.contains(&choice.code));
            Ok(Value::Choices(in_order.map(|choice| choice.code.clone()).collect()))
        }
        ItemKind::Integer(limits) => {
            let number = json.as_i64().filter(|number| (limits.min..=limits.max).contains(number));
            let why = || format!("must be a whole number from {} to {}", limits.min, limits.max);
            number.map(Value::Integer).ok_or_else(why)
        }
        ItemKind::Decimal(limits) => {
            let written = match json {
                Json_::String(written) => written.clone(),
                Json_::Number(number) => number.to_string(),
                _ => String::new(),
            };
            let plain =
                !written.is_empty() && written.chars().all(|c| c.is_ascii_digit() || "+-.".contains(c));
            let number = written.parse::<f64>().ok().filter(|_| plain && written.len() <= 40);
            let fits = number.is_some_and(|number| (limits.min..=limits.max).contains(&number));
            let why = format!("must be a number from {} to {}", limits.min, limits.max);
            if fits { Ok(Value::Decimal(written)) } else { Err(why) }
        }
        ItemKind::Scale { .. } => {
            let mark = json.as_u64().and_then(|mark| u8::try_from(mark).ok()).filter(|mark| *mark <= 10);
            mark.map(Value::Scale).ok_or_else(|| "must be a whole number from 0 to 10".to_owned())
        }
        ItemKind::Date(limits) => {
            let date = json.as_str().and_then(|text| text.parse::<jiff::civil::Date>().ok());
            let date = date.filter(|date| (limits.min..=limits.max).contains(date));
            date.map(Value::Date)
                .ok_or_else(|| format!("must be a date from {} to {}", limits.min, limits.max))
        }
        ItemKind::Text { max_chars } => {
            let words = json.as_str().filter(|words| {
                !words.trim().is_empty() && words.chars().count() <= *max_chars && !words.contains('\0')
            });
            let why = || format!("must be a text of 1 to {max_chars} characters");
            words.map(|words| Value::Text(words.to_owned())).ok_or_else(why)
        }
        ItemKind::Display => Err("is only shown".to_owned()),
    }
}

/// The code of a choice; `2` and `2.0` are the code "2".
fn code(item: &Item, json: &Json_) -> Result<String, String> {
    let choice = match json {
        Json_::String(code) => item.choice(code),
        Json_::Number(number) => number.as_f64().and_then(|number| {
            let is_same = |code: &str| code.parse::<f64>().is_ok_and(|code| (code - number).abs() < 1e-9);
            item.choices().iter().find(|choice| is_same(&choice.code))
        }),
        _ => None,
    };
    choice.map(|choice| choice.code.clone()).ok_or_else(|| format!("must be one of {}", permitted(item)))
}

fn permitted(item: &Item) -> String {
    let codes: Vec<&str> = item.choices().iter().map(|choice| choice.code.as_str()).collect();
    codes.join(", ")
}
