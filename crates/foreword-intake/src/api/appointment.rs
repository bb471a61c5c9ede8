//! `Appointment` by FHIR: taken in as every feed is, and read as it stands.

use axum::{
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use foreword_app::book::Booked;
use foreword_fhir::appointment;
use serde_json::Value;

use super::{fhir, refuse};
use crate::{Web, access::allowed, pages};

/// The largest resource that is taken in, in bytes.
pub(crate) const LARGEST: usize = 1024 * 1024;

/// Creates an appointment, or brings it up to date: its identifier decides, and a repeat changes nothing.
pub(crate) async fn put(State(web): State<Web>, headers: HeaderMap, body: Bytes) -> Response {
    if let Err(refused) = allowed(&web, &headers, "Appointment", 'u').await {
        return refused;
    }
    let not_one = "is not one Appointment; send one at a time, its Patient contained";
    let rows = match appointment::notices(&body, &web.app.usual()) {
        Ok(rows) => rows,
        Err(why) => return refuse(StatusCode::BAD_REQUEST, "structure", &why),
    };
    let is_one = serde_json::from_slice::<Value>(&body).is_ok_and(|v| v["resourceType"] == "Appointment");
    let [(_, Ok(notice))] = rows.as_slice() else {
        return match rows.as_slice() {
            [(_, Err(why))] if is_one => refuse(StatusCode::UNPROCESSABLE_ENTITY, "invalid", why),
            _ => refuse(StatusCode::BAD_REQUEST, "structure", not_one),
        };
    };
    if !is_one {
        return refuse(StatusCode::BAD_REQUEST, "structure", not_one);
    }
    let external = notice.appointment_id.clone();
    let booked = match web.app.book("fhir", rows, web.now(), |_| ()).await {
        Ok(booked) => booked.into_iter().next().map(|(_, outcome)| outcome),
        Err(error) => return failed(&error),
    };
    let status = match booked {
        Some(Booked::Created) => StatusCode::CREATED,
        Some(Booked::Refused(why)) => return refuse(StatusCode::UNPROCESSABLE_ENTITY, "business-rule", &why),
        Some(Booked::Outdated(why)) => return refuse(StatusCode::CONFLICT, "conflict", &why),
        _ => StatusCode::OK,
    };
    show(&web, &external, status).await
}

/// An appointment as it stands, by our id or the feed's.
pub(crate) async fn read(State(web): State<Web>, headers: HeaderMap, Path(id): Path<String>) -> Response {
    match allowed(&web, &headers, "Appointment", 'r').await {
        Ok(_) => show(&web, &id, StatusCode::OK).await,
        Err(refused) => refused,
    }
}

async fn show(web: &Web, id: &str, status: StatusCode) -> Response {
    let base = format!("{}/fhir/R4", web.app.options().public_url);
    match web.app.appointment(id, "api", web.now()).await {
        Ok(Some((visit, patient))) => {
            let place = format!("{base}/Appointment/{}", visit.id);
            let mut response = fhir(status, &appointment::appointment(&visit, &patient, &base));
            if let (StatusCode::CREATED, Ok(place)) = (status, place.parse()) {
                response.headers_mut().insert(header::LOCATION, place);
            }
            response
        }
        Ok(None) => refuse(StatusCode::NOT_FOUND, "not-found", "there is no Appointment with this id"),
        Err(error) => failed(&error),
    }
}

fn failed(error: &foreword_app::Error) -> Response {
    tracing::error!(error = %pages::in_words(error), "an appointment could not be dealt with");
    refuse(StatusCode::INTERNAL_SERVER_ERROR, "exception", "the service failed; try again").into_response()
}
