//! Alerts: what a human must see, and how far it has come.

use axum::{
    Json,
    extract::{RawQuery, State},
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use foreword_app::alerting::inbox::Plain;
use foreword_domain::ids::AlertId;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    caller::{Caller, Id},
    page::Page,
    problem::Problem,
    query::Query,
};
use crate::Web;

/// An alert.
#[derive(Serialize, ToSchema)]
#[schema(as = Alert)]
pub(super) struct View {
    #[schema(format = "uuid")]
    id: String,
    /// Our identifier of the patient.
    #[schema(format = "uuid")]
    patient: String,
    /// Our identifier of the appointment.
    #[schema(format = "uuid")]
    appointment: String,
    /// `amber` or `red`.
    level: &'static str,
    /// `open`, `notified`, `acknowledged`, `outcome` or `closed`.
    state: &'static str,
    /// The rule that raised it.
    #[schema(example = "phq-9/item-9")]
    rule: String,
    #[schema(format = DateTime)]
    raised_at: String,
    /// Until when somebody should have taken it.
    #[schema(format = DateTime)]
    due_at: String,
    /// Who has taken it, by name.
    taken_by: Option<String>,
}

impl From<Plain> for View {
    fn from(plain: Plain) -> Self {
        Self {
            id: plain.id,
            patient: plain.patient,
            appointment: plain.appointment,
            level: plain.level,
            state: plain.state,
            rule: plain.rule,
            raised_at: plain.raised_at.to_string(),
            due_at: plain.due_at.to_string(),
            taken_by: plain.taken_by,
        }
    }
}

/// Alerts, oldest first
#[utoipa::path(
    get, path = "/api/v1/alerts", tag = "alerts", operation_id = "listAlerts",
    params(
        ("closed" = Option<bool>, Query, description = "`true`: those that are closed, too."),
        ("cursor" = Option<String>, Query, description = "`next` of the page before."),
        ("limit" = Option<u64>, Query, minimum = 1, maximum = 500, description = "Lines on a page; 100, where it is left out."),
    ),
    responses((status = 200, description = "A page of them.", body = Page<View>)),
    security(("token" = ["system/Flag.r"]))
)]
pub(super) async fn list(
    State(web): State<Web>,
    headers: HeaderMap,
    RawQuery(raw): RawQuery,
) -> Result<Response, Problem> {
    let caller = Caller::of(&web, &headers, "Flag", 'r').await?;
    let query = Query::read(raw.as_deref(), &["closed", "cursor", "limit"])?;
    let limit = query.limit()?;
    let closed = match query.get("closed") {
        None | Some("false") => false,
        Some("true") => true,
        Some(_) => return Err(Problem::parameter("closed", "must be true or false")),
    };
    let behind = query.cursor(|place| place.parse().ok())?;
    let found = web.app.alerts_behind(behind, closed, limit + 1, &caller.reader(), web.now()).await;
    let found = found.map_err(|error| Problem::of(&error))?;
    let page = Page::of(found, limit, |alert| alert.id.clone());
    let items = page.items.into_iter().map(View::from).collect();
    Ok(Json(Page { items, next: page.next }).into_response())
}

/// An alert
#[utoipa::path(
    get, path = "/api/v1/alerts/{id}", tag = "alerts", operation_id = "readAlert",
    params(("id" = String, Path)),
    responses((status = 200, description = "It.", body = View)),
    security(("token" = ["system/Flag.r"]))
)]
pub(super) async fn read(
    State(web): State<Web>,
    headers: HeaderMap,
    Id(id): Id,
) -> Result<Response, Problem> {
    let caller = Caller::of(&web, &headers, "Flag", 'r').await?;
    let id: AlertId = id.parse().map_err(|_| Problem::not_found("there is no alert with this id"))?;
    let page = web.app.alert(id, &caller.reader(), web.now()).await;
    let page = page.map_err(|error| Problem::of(&error))?;
    Ok(Json(View::from(page.line.plain())).into_response())
}
