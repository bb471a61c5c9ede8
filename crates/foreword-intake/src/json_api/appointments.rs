//! Appointments: told as every feed tells them, read as they stand.

use axum::{
    Json,
    body::Body,
    extract::{RawQuery, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use foreword_app::book::Booked;
use foreword_domain::{
    appointment::{Appointment, Status},
    booking::{Notice, field},
    patient::Patient,
};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    body,
    booking::{self, Booking},
    caller::{Caller, Id},
    once::{self, Begun},
    page::Page,
    problem::Problem,
    query::Query,
};
use crate::Web;

/// The feed's name in the log.
const FEED: &str = "api";

/// An appointment as it stands.
#[derive(Serialize, ToSchema)]
#[schema(as = Appointment)]
pub(super) struct View {
    /// Our identifier.
    #[schema(format = "uuid")]
    id: String,
    /// Your identifier of the appointment.
    appointment_id: String,
    /// Our identifier of the patient.
    #[schema(format = "uuid")]
    patient: String,
    /// Your identifier of the patient.
    patient_id: String,
    given_name: String,
    family_name: String,
    #[schema(format = Date)]
    birth_date: String,
    language: String,
    time_zone: String,
    patient_time_zone: String,
    email: Option<String>,
    phone: Option<String>,
    /// In UTC.
    #[schema(format = DateTime)]
    start: String,
    /// The same with the offset of `time_zone`.
    #[schema(format = DateTime)]
    local_start: String,
    duration_min: u16,
    clinic: String,
    clinician: String,
    #[serde(rename = "type")]
    #[schema(rename = "type")]
    kind: String,
    #[schema(example = "booked")]
    status: &'static str,
    /// Counts the changes.
    revision: i32,
}

impl View {
    fn of(visit: &Appointment, patient: &Patient) -> Self {
        let profile = patient.profile.reveal();
        Self {
            id: visit.id.to_string(),
            appointment_id: visit.external_id.clone(),
            patient: patient.id.to_string(),
            patient_id: profile.external_id.clone(),
            given_name: profile.given_name.clone(),
            family_name: profile.family_name.clone(),
            birth_date: profile.birth_date.to_string(),
            language: patient.language.to_string(),
            time_zone: visit.time_zone.clone(),
            patient_time_zone: patient.time_zone.clone(),
            email: profile.email.clone(),
            phone: profile.phone.clone(),
            start: visit.start.to_string(),
            local_start: visit.start.to_zoned(visit.zone()).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string(),
            duration_min: visit.duration_min,
            clinic: visit.clinic.clone(),
            clinician: visit.clinician.clone(),
            kind: visit.kind.clone(),
            status: visit.status.as_str(),
            revision: visit.revision,
        }
    }
}

/// Appointments, earliest first
#[utoipa::path(
    get, path = "/api/v1/appointments", tag = "appointments", operation_id = "listAppointments",
    params(
        ("from" = Option<String>, Query, format = DateTime, description = "Those that begin at this instant or later."),
        ("until" = Option<String>, Query, format = DateTime, description = "Those that begin before this instant."),
        ("cursor" = Option<String>, Query, description = "`next` of the page before."),
        ("limit" = Option<u64>, Query, minimum = 1, maximum = 500, description = "Lines on a page; 100, where it is left out."),
    ),
    responses((status = 200, description = "A page of them.", body = Page<View>)),
    security(("token" = ["system/Appointment.r"]))
)]
pub(super) async fn list(
    State(web): State<Web>,
    headers: HeaderMap,
    RawQuery(raw): RawQuery,
) -> Result<Response, Problem> {
    let caller = Caller::of(&web, &headers, "Appointment", 'r').await?;
    let query = Query::read(raw.as_deref(), &["from", "until", "cursor", "limit"])?;
    let limit = query.limit()?;
    let from = query.instant("from")?.unwrap_or(Timestamp::MIN);
    let until = query.instant("until")?.unwrap_or(Timestamp::MAX);
    let behind = query.cursor(|place| {
        let (at, id) = place.split_once('/')?;
        Some((Timestamp::from_microsecond(at.parse().ok()?).ok()?, id.parse().ok()?))
    })?;
    let found =
        web.app.appointments_behind((from, until), behind, limit + 1, &caller.reader(), web.now()).await;
    let found = found.map_err(|error| Problem::of(&error))?;
    let page = Page::of(found, limit, |(visit, _)| format!("{}/{}", visit.start.as_microsecond(), visit.id));
    let items = page.items.iter().map(|(visit, patient)| View::of(visit, patient)).collect();
    Ok(Json(Page { items, next: page.next }).into_response())
}

/// Tell a new appointment, or what has changed of a known one
#[utoipa::path(
    post, path = "/api/v1/appointments", tag = "appointments", operation_id = "createAppointment",
    params(("Idempotency-Key" = Option<String>, Header, max_length = 255, description = "A repeat with this key is answered and not done again.")),
    request_body(content = Booking, description = "With `appointment_id`."),
    responses(
        (status = 200, description = "It was known.", body = View),
        (status = 201, description = "It is new.", body = View,
            headers(("Location" = String, description = "Where it is read."))),
    ),
    security(("token" = ["system/Appointment.c"]))
)]
pub(super) async fn create(
    State(web): State<Web>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let caller = Caller::of(&web, &headers, "Appointment", 'c').await?;
    let given = body::read(&headers, body).await?;
    let bytes = given.bytes.clone();
    let request = (&Method::POST, "appointments", bytes.as_ref());
    told(&web, &caller, &headers, request, || booking::read(given, None)).await
}

/// Tell an appointment by your identifier: it is made, or brought up to date
#[utoipa::path(
    put, path = "/api/v1/appointments/{id}", tag = "appointments", operation_id = "putAppointment",
    params(
        ("id" = String, Path, max_length = 200, description = "Your identifier of the appointment, or ours of a known one."),
        ("Idempotency-Key" = Option<String>, Header, max_length = 255, description = "A repeat with this key is answered and not done again."),
    ),
    request_body = Booking,
    responses(
        (status = 200, description = "It was known.", body = View),
        (status = 201, description = "It is new.", body = View,
            headers(("Location" = String, description = "Where it is read."))),
    ),
    security(("token" = ["system/Appointment.u"]))
)]
pub(super) async fn put(
    State(web): State<Web>,
    headers: HeaderMap,
    Id(id): Id,
    body: Body,
) -> Result<Response, Problem> {
    let caller = Caller::of(&web, &headers, "Appointment", 'u').await?;
    let given = body::read(&headers, body).await?;
    let external = external(&web, &id).await?;
    let bytes = given.bytes.clone();
    let path = format!("appointments/{id}");
    let request = (&Method::PUT, path.as_str(), bytes.as_ref());
    told(&web, &caller, &headers, request, || booking::read(given, Some(external))).await
}

/// Your identifier of an appointment, whichever stands in the path.
async fn external(web: &Web, id: &str) -> Result<String, Problem> {
    if id.parse::<foreword_domain::ids::AppointmentId>().is_ok()
        && let Some((known, _)) =
            web.app.appointment(id, FEED, web.now()).await.map_err(|error| Problem::of(&error))?
    {
        return Ok(known.external_id);
    }
    match field::text(id) {
        Ok(text) if text == id && !text.is_empty() => Ok(text),
        _ => Err(Problem::parameter("id", "must be text without blanks around it")),
    }
}

async fn told(
    web: &Web,
    caller: &Caller,
    headers: &HeaderMap,
    request: (&Method, &str, &[u8]),
    read: impl FnOnce() -> Result<Notice, Problem>,
) -> Result<Response, Problem> {
    let once = match once::begin(web, caller, headers, request).await? {
        Begun::Before(status, id) => {
            let mut response = show(web, caller, &id, status).await?;
            response.headers_mut().insert(once::REPLAYED, HeaderValue::from_static("true"));
            return Ok(response);
        }
        Begun::New(once) => once,
    };
    let done = match read() {
        Ok(notice) => book(web, notice).await,
        Err(problem) => Err(problem),
    };
    once.end(web, done.as_ref().map(|(status, id)| (*status, id.as_str()))).await;
    let (status, id) = done?;
    show(web, caller, &id, status).await
}

/// Takes a notice in as every feed does.
async fn book(web: &Web, notice: Notice) -> Result<(StatusCode, String), Problem> {
    let id = notice.appointment_id.clone();
    let booked = web.app.book(FEED, vec![(1, Ok(notice))], web.now(), |_| ()).await;
    match booked.map_err(|error| Problem::of(&error))?.into_iter().next() {
        Some((_, Booked::Created)) => Ok((StatusCode::CREATED, id)),
        Some((_, Booked::Refused(why))) => Err(Problem::refused(&why)),
        Some((_, Booked::Outdated(why))) => Err(Problem::new(StatusCode::CONFLICT, "outdated", &why)),
        _ => Ok((StatusCode::OK, id)),
    }
}

/// An appointment as it stands
#[utoipa::path(
    get, path = "/api/v1/appointments/{id}", tag = "appointments", operation_id = "readAppointment",
    params(("id" = String, Path, description = "Our identifier, or yours.")),
    responses((status = 200, description = "It.", body = View)),
    security(("token" = ["system/Appointment.r"]))
)]
pub(super) async fn read(
    State(web): State<Web>,
    headers: HeaderMap,
    Id(id): Id,
) -> Result<Response, Problem> {
    let caller = Caller::of(&web, &headers, "Appointment", 'r').await?;
    show(&web, &caller, &id, StatusCode::OK).await
}

/// Cancel an appointment: no message is sent about it any more
#[utoipa::path(
    delete, path = "/api/v1/appointments/{id}", tag = "appointments", operation_id = "cancelAppointment",
    params(("id" = String, Path, description = "Our identifier, or yours.")),
    responses((status = 200, description = "It, cancelled. It can still be read.", body = View)),
    security(("token" = ["system/Appointment.d"]))
)]
pub(super) async fn cancel(
    State(web): State<Web>,
    headers: HeaderMap,
    Id(id): Id,
) -> Result<Response, Problem> {
    let caller = Caller::of(&web, &headers, "Appointment", 'd').await?;
    let (known, _) = found(&web, &caller, &id).await?;
    book(&web, Notice::new(known.external_id, Status::Cancelled)).await?;
    show(&web, &caller, &known.id.to_string(), StatusCode::OK).await
}

async fn found(web: &Web, caller: &Caller, id: &str) -> Result<(Appointment, Patient), Problem> {
    let found = web.app.appointment(id, &caller.reader(), web.now()).await;
    found
        .map_err(|error| Problem::of(&error))?
        .ok_or_else(|| Problem::not_found("there is no appointment with this id"))
}

async fn show(web: &Web, caller: &Caller, id: &str, status: StatusCode) -> Result<Response, Problem> {
    let (visit, patient) = found(web, caller, id).await?;
    let place = format!("{}/api/v1/appointments/{}", web.app.options().public_url, visit.id);
    let mut response = (status, Json(View::of(&visit, &patient))).into_response();
    if let (StatusCode::CREATED, Ok(place)) = (status, place.parse()) {
        response.headers_mut().insert(header::LOCATION, place);
    }
    Ok(response)
}
