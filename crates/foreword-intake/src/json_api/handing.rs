//! Answers that another program asked for, handed in for a visit.

use axum::{
    Json,
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderValue, Method, StatusCode},
    response::{IntoResponse, Response},
};
use foreword_app::filling::Filled;
use foreword_domain::{ids::AppointmentId, response::Respondent};
use utoipa::ToSchema;

use super::{
    answering::{self, Responses},
    body::{self, Given, text},
    caller::{Caller, Id},
    once::{self, Begun},
    problem::Problem,
};
use crate::Web;

/// Answers to one instrument of a visit.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it is what the document says of the body, which `read` reads")]
#[schema(as = FilledIn, example = json!({
    "instrument": "gad-7", "by": "patient",
    "answers": { "q1": "2", "q2": "1", "q3": "3", "q4": "0", "q5": "1", "q6": "2", "q7": "2" }
}))]
pub(super) struct FilledIn {
    /// The instrument, or the `ask` that stands for it in this visit.
    #[schema(max_length = 200)]
    instrument: String,
    /// By `link_id`: the code of a choice, a list of codes, a number, a date, a text. `null` is not answered.
    #[schema(value_type = Object, additional_properties = true)]
    answers: (),
    /// Who gave them: `patient` (where it is left out), `helped`, `proxy` or `staff`.
    #[schema(pattern = "^(patient|helped|proxy|staff)$")]
    by: Option<String>,
    /// Whether whoever answered is done, `true` where it is left out: then what has no answer is left out for good.
    complete: Option<bool>,
}

/// Hand in answers to one instrument of a visit
#[utoipa::path(
    post, path = "/api/v1/appointments/{id}/responses", tag = "answers", operation_id = "addResponse",
    params(
        ("id" = String, Path, description = "Our identifier of the appointment, or yours."),
        ("Idempotency-Key" = Option<String>, Header, max_length = 255, description = "A repeat with this key is answered and not done again."),
    ),
    request_body = FilledIn,
    responses((status = 201, description = "All answers of the visit as they stand.", body = Responses)),
    security(("token" = ["system/QuestionnaireResponse.c"]))
)]
pub(super) async fn add(
    State(web): State<Web>,
    headers: HeaderMap,
    Id(id): Id,
    body: Body,
) -> Result<Response, Problem> {
    let caller = Caller::of(&web, &headers, "QuestionnaireResponse", 'c').await?;
    let given = body::read(&headers, body).await?;
    let visit = answering::visit(&web, &id).await?;
    let path = format!("appointments/{visit}/responses");
    let bytes = given.bytes.clone();
    let once = match once::begin(&web, &caller, &headers, (&Method::POST, &path, &bytes)).await? {
        Begun::Before(..) => {
            let mut response = shown(&web, &caller, visit).await?;
            response.headers_mut().insert(once::REPLAYED, HeaderValue::from_static("true"));
            return Ok(response);
        }
        Begun::New(once) => once,
    };
    let done = fill_in(&web, &caller, &headers, visit, given).await;
    let name = visit.to_string();
    once.end(&web, done.as_ref().map(|()| (StatusCode::CREATED, name.as_str()))).await;
    done?;
    shown(&web, &caller, visit).await
}

async fn fill_in(
    web: &Web,
    caller: &Caller,
    headers: &HeaderMap,
    visit: AppointmentId,
    given: Given,
) -> Result<(), Problem> {
    let asks = web.app.asked_of(visit, &caller.reader(), web.now()).await;
    let asks = asks.map_err(|error| Problem::of(&error))?;
    let mut members = given.members(&["instrument", "answers", "by", "complete"]);
    let asked = members.needed("instrument", |value| {
        let name = text(value)?;
        let found = asks.iter().find(|(key, _)| key == name);
        let found = found.or_else(|| asks.iter().find(|(_, instrument)| instrument.id == name));
        let keys: Vec<&str> = asks.iter().map(|(key, _)| key.as_str()).collect();
        found.ok_or_else(|| format!("is not asked for this visit; it asks: {}", keys.join(", ")))
    });
    let by = members.maybe("by", |value| {
        text(value)?.parse::<Respondent>().map_err(|_| "must be patient, helped, proxy or staff".to_owned())
    });
    let is_done =
        members.maybe("complete", |value| value.as_bool().ok_or_else(|| "must be true or false".to_owned()));
    let values = asked.map(|(_, instrument)| answering::values(instrument, &mut members, "answers"));
    let (asked, values) = members.done(asked.zip(values))?;
    let filled = Filled {
        instrument: asked.0.clone(),
        values,
        by: by.unwrap_or_default(),
        is_done: is_done.unwrap_or(true),
    };
    // With a key, also a repeat after the request was forgotten is taken in once.
    let id = once::key(headers)?.map_or_else(foreword_app::access::nonce, str::to_owned);
    let done = web.app.take_answers(visit, filled, (&caller.reader(), &id), web.now()).await;
    done.map_err(|error| Problem::of(&error))
}

async fn shown(web: &Web, caller: &Caller, visit: AppointmentId) -> Result<Response, Problem> {
    let responses = answering::read_all(web, caller, &visit.to_string()).await?;
    Ok((StatusCode::CREATED, Json(responses)).into_response())
}
