//! The clinician's page of a visit: its parts as JSON, or the page itself as text, HTML or PDF.

use axum::{
    Json,
    extract::{RawQuery, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use foreword_domain::private::Private;
use foreword_summary::{DetailPages, ItemLine, Paper, ScoreLine, Summary, summary_pdf};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    answering,
    caller::{Caller, Id},
    problem::Problem,
    query::Query,
};
use crate::Web;

const JSON: &str = "application/json";
const TEXT: &str = "text/plain";
const HTML: &str = "text/html";
const PDF: &str = "application/pdf";

/// The page of a visit. Lists are in the order of the page.
#[derive(Serialize, ToSchema)]
#[schema(as = Summary)]
pub(super) struct View {
    /// Our identifier of the appointment.
    #[schema(format = "uuid")]
    appointment: String,
    /// SHA-256 of what the page says, without the time it was made.
    digest: String,
    /// The patient's name.
    name: String,
    birth_date: String,
    /// Your identifier of the patient.
    patient_id: String,
    /// When the visit begins, in words.
    visit: String,
    visit_kind: String,
    /// Completed when, or how far.
    answered: String,
    /// By whom, on which channel, in which language.
    how: String,
    /// What must be known before anything else is read.
    notice: Option<String>,
    /// Red flags, most urgent first.
    flags: Vec<FlagView>,
    /// What matters to the patient, in their order and words.
    topics: Vec<TopicView>,
    /// What the patient wants to reach.
    goals: Vec<String>,
    /// What earlier visits left open.
    open_topics: Vec<String>,
    scores: Vec<ScoreLineView>,
    /// Items that stand out, worst first.
    standing_out: Vec<ItemLineView>,
    /// What was not answered, and why.
    missing: Vec<String>,
    context: Vec<ItemLineView>,
    /// The pathway and its version.
    pathway: String,
    /// What it is for.
    goal: String,
    /// What the reader is expected to do.
    expected_action: String,
    /// What the page is not.
    limits: &'static str,
}

#[derive(Serialize, ToSchema)]
#[schema(as = SummaryFlag)]
pub(super) struct FlagView {
    /// `amber` or `red`.
    level: &'static str,
    text: String,
    when: String,
}

#[derive(Serialize, ToSchema)]
#[schema(as = SummaryTopic)]
pub(super) struct TopicView {
    rank: usize,
    /// The patient's words, byte for byte.
    words: String,
    language: String,
    /// What they want done with it.
    wish: Option<&'static str>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = SummaryScore)]
pub(super) struct ScoreLineView {
    ask: String,
    name: String,
    /// `scored`, `estimated` or `not-scored`.
    status: String,
    value: Option<f64>,
    /// Which way is worse.
    direction: &'static str,
    /// The band's name with its cut-off.
    band: Option<String>,
    /// Why there is no band or no score.
    caveat: Option<String>,
    /// The value before, with its date.
    previous: Option<String>,
    /// What has changed, in words.
    change: Option<String>,
    /// The rule and where it was published.
    source: String,
}

#[derive(Serialize, ToSchema)]
#[schema(as = SummaryItem)]
pub(super) struct ItemLineView {
    question: String,
    answer: String,
    language: String,
}

/// The page of a visit: as JSON, or as Accept asks for it
#[utoipa::path(
    get, path = "/api/v1/appointments/{id}/summary", tag = "answers", operation_id = "readSummary",
    params(
        ("id" = String, Path, description = "Our identifier of the appointment, or yours."),
        ("paper" = Option<String>, Query, description = "Sheets of the PDF: `a4` or `letter`."),
    ),
    responses((status = 200, description = "It.", content(
        (View = "application/json"),
        (String = "text/plain"),
        (String = "text/html"),
        (Vec<u8> = "application/pdf"),
    ))),
    security(("token" = ["system/Composition.r"]))
)]
pub(super) async fn read(
    State(web): State<Web>,
    headers: HeaderMap,
    Id(id): Id,
    RawQuery(raw): RawQuery,
) -> Result<Response, Problem> {
    let caller = Caller::of(&web, &headers, "Composition", 'r').await?;
    let query = Query::read(raw.as_deref(), &["paper"])?;
    let paper = match query.get("paper") {
        None => Paper::A4,
        Some(name) => name.parse().map_err(|_| Problem::parameter("paper", "must be a4 or letter"))?,
    };
    let form = wanted(&headers)?;
    let visit = answering::visit(&web, &id).await?;
    let summary = web.app.summary(visit, &caller.reader(), web.now()).await;
    let summary = summary.map_err(|error| Problem::of(&error))?;
    let mut response = match form {
        TEXT => typed("text/plain; charset=utf-8", foreword_summary::text::render(&summary).into_bytes()),
        HTML => match foreword_summary::html::page(&summary) {
            Ok(page) => typed("text/html; charset=utf-8", page.into_bytes()),
            Err(_) => return Err(failed("HTML")),
        },
        PDF => {
            let fonts = web.fonts.clone();
            let made =
                tokio::task::spawn_blocking(move || summary_pdf(&summary, paper, DetailPages::Some, &fonts));
            match made.await {
                Ok(Ok(bytes)) => typed(PDF, bytes),
                _ => return Err(failed("PDF")),
            }
        }
        _ => Json(View::of(visit.to_string(), &summary)).into_response(),
    };
    response.headers_mut().insert(header::VARY, header::HeaderValue::from_static("Accept"));
    Ok(response)
}

fn typed(kind: &'static str, body: Vec<u8>) -> Response {
    ([(header::CONTENT_TYPE, kind)], body).into_response()
}

fn failed(form: &str) -> Problem {
    tracing::error!(form, "a page could not be written for a program");
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "failed", "the service failed; try again")
}

/// The form that is asked for: of those with the same weight, the first of ours.
fn wanted(headers: &HeaderMap) -> Result<&'static str, Problem> {
    let accepts: Vec<&str> =
        headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok()).collect();
    let accepts = accepts.join(",");
    if accepts.trim().is_empty() {
        return Ok(JSON);
    }
    let mut best = (0.0, JSON);
    for form in [JSON, TEXT, HTML, PDF] {
        let weight = weight(&accepts, form);
        if weight > best.0 {
            best = (weight, form);
        }
    }
    let why = format!("this is offered as {JSON}, {TEXT}, {HTML} and {PDF}");
    if best.0 > 0.0 {
        Ok(best.1)
    } else {
        Err(Problem::new(StatusCode::NOT_ACCEPTABLE, "not-acceptable", &why))
    }
}

/// How much a form is wanted: what names it most closely decides (RFC 9110, 12.5.1).
fn weight(accepts: &str, form: &str) -> f64 {
    let (kind, _) = form.split_once('/').unwrap_or((form, ""));
    let mut found = (0, 0.0);
    for range in accepts.split(',') {
        let mut parts = range.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default().to_ascii_lowercase();
        let close = match name.strip_suffix("/*") {
            _ if name == form => 3,
            Some(wide) if wide == kind => 2,
            Some("*") => 1,
            _ => 0,
        };
        let q = parts.find_map(|part| part.strip_prefix("q=")?.trim().parse::<f64>().ok());
        if close > found.0 {
            found = (close, q.unwrap_or(1.0));
        }
    }
    found.1
}

impl View {
    fn of(appointment: String, summary: &Summary) -> Self {
        let header = &summary.header;
        let shown = |words: &Private<String>| words.reveal().clone();
        let scores = summary.scores.iter().chain(&summary.more_scores);
        Self {
            appointment,
            digest: summary.digest().iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}")),
            name: shown(&header.name),
            birth_date: shown(&header.birth_date),
            patient_id: shown(&header.identifier),
            visit: header.visit.clone(),
            visit_kind: header.visit_kind.clone(),
            answered: header.answered.clone(),
            how: header.how.clone(),
            notice: summary.notice.clone(),
            flags: summary
                .flags
                .iter()
                .map(|flag| FlagView {
                    level: flag.level.as_str(),
                    text: flag.text.clone(),
                    when: flag.when.clone(),
                })
                .collect(),
            topics: summary
                .topics
                .iter()
                .map(|topic| TopicView {
                    rank: topic.rank,
                    words: shown(&topic.words),
                    language: topic.lang.to_string(),
                    wish: topic.wish.map(foreword_domain::agenda::Wish::label),
                })
                .collect(),
            goals: summary.goals.iter().map(|goal| shown(&goal.words)).collect(),
            open_topics: summary.open_topics.iter().map(|topic| shown(&topic.words)).collect(),
            scores: scores.map(score).collect(),
            standing_out: summary.items.iter().map(item).collect(),
            missing: summary.missing.clone(),
            context: summary.context.iter().map(item).collect(),
            pathway: summary.footer.pathway.clone(),
            goal: summary.footer.goal.clone(),
            expected_action: summary.footer.expected_action.clone(),
            limits: summary.footer.limits,
        }
    }
}

fn score(line: &ScoreLine) -> ScoreLineView {
    ScoreLineView {
        ask: line.ask.clone(),
        name: line.name.clone(),
        status: line.status.to_string(),
        value: line.number,
        direction: line.direction.words(),
        band: line.band.clone(),
        caveat: line.caveat.clone(),
        previous: line.previous.clone(),
        change: line.change.clone(),
        source: line.source.clone(),
    }
}

fn item(line: &ItemLine) -> ItemLineView {
    ItemLineView {
        question: line.question.clone(),
        answer: line.answer.reveal().clone(),
        language: line.lang.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(accept: &str) -> Option<&'static str> {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, accept.parse().unwrap());
        wanted(&headers).ok()
    }

    #[test]
    fn the_form_that_is_wanted_most_is_sent() {
        for (accept, form) in [
            ("*/*", Some(JSON)),
            ("", Some(JSON)),
            ("application/json", Some(JSON)),
            ("text/*", Some(TEXT)),
            ("text/html, text/plain;q=0.5", Some(HTML)),
            ("text/html;q=0.4, application/pdf;q=0.9, */*;q=0.1", Some(PDF)),
            ("application/json;q=0, */*", Some(TEXT)),
            ("Application/PDF", Some(PDF)),
            ("image/png", None),
            ("text/html;q=0", None),
            ("q=;;,,//", None),
        ] {
            assert_eq!(asked(accept), form, "{accept}");
        }
        assert_eq!(wanted(&HeaderMap::new()).ok(), Some(JSON));
    }
}
