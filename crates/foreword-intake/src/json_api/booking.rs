//! An appointment as a program tells it: the columns of the CSV feed as members of an object. What is left out stays
//! as it was; `null` takes away what may be taken away.

use foreword_domain::{
    appointment::Status,
    booking::{Notice, Version, field},
    language::Lang,
    private::Private,
};
use jiff::{
    Timestamp,
    civil::{Date, DateTime},
    tz::TimeZone,
};
use serde_json::Value;
use utoipa::ToSchema;

use super::{
    body::{Given, text},
    problem::Problem,
};
use crate::feeds::csv::{COLUMNS, OPTIONAL};

/// The members of the body: the columns of the CSV feed, also those it may have besides.
pub(super) fn members() -> Vec<&'static str> {
    COLUMNS.into_iter().chain(OPTIONAL).collect()
}

/// An appointment as it is told. A new one needs `patient_id`, `family_name`, `birth_date`, `start` and `type`; what is
/// left out of a known one stays as it was.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it is what the document says of the body, which `read` reads")]
#[schema(as = Booking, example = json!({
    "patient_id": "P-1001", "given_name": "Grace", "family_name": "Okafor", "birth_date": "1958-03-14",
    "language": "en", "time_zone": "Europe/London", "email": "grace@home.example",
    "start": "2026-11-24T09:30", "duration_min": 20, "clinic": "North Clinic", "clinician": "Dr Roe",
    "type": "Wellbeing check", "status": "booked"
}))]
pub(super) struct Booking {
    /// Your identifier of the appointment; with PUT it stands in the path.
    #[schema(max_length = 200)]
    appointment_id: Option<String>,
    /// Your identifier of the patient.
    #[schema(max_length = 200)]
    patient_id: Option<String>,
    #[schema(max_length = 200)]
    given_name: Option<String>,
    #[schema(max_length = 200)]
    family_name: Option<String>,
    #[schema(format = Date)]
    birth_date: Option<String>,
    /// The patient's language, such as `en` or `pt-BR`.
    language: Option<String>,
    /// IANA time zone the visit takes place in.
    #[schema(example = "Europe/London")]
    time_zone: Option<String>,
    /// `null`: there is none any more.
    email: Option<String>,
    /// `null`: there is none any more.
    phone: Option<String>,
    /// RFC 3339; or local time, and then `time_zone` must be there, too.
    #[schema(example = "2026-11-24T09:30")]
    start: Option<String>,
    #[schema(minimum = 0, maximum = 1440)]
    duration_min: Option<u16>,
    #[schema(max_length = 200)]
    clinic: Option<String>,
    #[schema(max_length = 200)]
    clinician: Option<String>,
    /// The kind of visit; pathways are chosen by it.
    #[serde(rename = "type")]
    #[schema(rename = "type", max_length = 200)]
    kind: Option<String>,
    /// `booked`, where it is left out.
    #[schema(example = "booked", pattern = "^(booked|cancelled|arrived|noshow|fulfilled)$")]
    status: Option<String>,
    /// IANA time zone the patient lives in, where it is another one.
    patient_time_zone: Option<String>,
    /// `female` or `male`.
    #[schema(pattern = "^(female|male)$")]
    sex: Option<String>,
    /// Codes of the patient's conditions.
    #[schema(max_items = 40)]
    conditions: Option<Vec<String>>,
    /// Whether the patient has died.
    deceased: Option<bool>,
    /// A number that grows with every change, or the time of the change: an older message is then refused with 409.
    #[schema(value_type = Option<String>)]
    version: Option<Value>,
}

/// Reads an appointment; `id` is the one in the path.
pub(super) fn read(given: Given, id: Option<String>) -> Result<Notice, Problem> {
    let mut body = given.members(&members());
    let own = |value: &Value| words(value).map(Private::new);
    let appointment_id = match &id {
        Some(_) => body.maybe("appointment_id", words),
        None => body.needed("appointment_id", words),
    };
    if let (Some(said), Some(id)) = (&appointment_id, &id)
        && said != id
    {
        body.fault("appointment_id", "is another one than in the path; leave it out");
    }
    let status = body.maybe("status", |value| {
        let all = Status::ALL.map(Status::as_str).join(", ");
        text(value)?.parse().map_err(|_| format!("must be one of {all}"))
    });
    let external = id.or(appointment_id).unwrap_or_default();
    let mut notice = Notice::new(external, status.unwrap_or(Status::Booked));
    notice.patient_id = body.maybe("patient_id", own);
    notice.given_name = body.maybe("given_name", |value| field::text(text(value)?).map(Private::new));
    notice.family_name = body.maybe("family_name", own);
    notice.birth_date = body.maybe("birth_date", |value| {
        let date: Date = text(value)?.parse().map_err(|_| "must be a date such as 1951-07-30".to_owned())?;
        field::birth_date(date).map(Private::new)
    });
    notice.language = body.maybe("language", |value| {
        Lang::parse(text(value)?).map_err(|_| "is not a language tag such as en or pt-BR".to_owned())
    });
    let zone = |value: &Value| {
        let name = text(value)?;
        field::zone(name).map(|_| name.to_owned())
    };
    notice.time_zone = body.maybe("time_zone", zone);
    notice.patient_time_zone = body.maybe("patient_time_zone", zone);
    notice.email = body.told("email", |value| field::email(&words(value)?).map(Private::new));
    notice.phone = body.told("phone", own);
    let here = notice.time_zone.clone();
    notice.start = body.maybe("start", |value| start(text(value)?, here.as_deref()));
    notice.duration_min = body.maybe("duration_min", |value| {
        let minutes = value.as_u64().ok_or_else(|| "must be minutes from 0 to 1440".to_owned())?;
        field::minutes(&minutes.to_string())
    });
    let plain = |value: &Value| field::text(text(value)?);
    notice.clinic = body.maybe("clinic", plain);
    notice.clinician = body.maybe("clinician", plain);
    notice.kind = body.maybe("type", words);
    notice.sex = body.maybe("sex", |value| {
        text(value)?.parse().map(Private::new).map_err(|_| "must be female or male".to_owned())
    });
    notice.conditions = body.maybe("conditions", |value| {
        let codes = value.as_array().ok_or_else(|| "must be a list of codes".to_owned())?;
        let codes = codes.iter().map(words).collect::<Result<Vec<_>, _>>()?;
        field::conditions(&codes.join(" ")).map(Private::new)
    });
    notice.deceased =
        body.maybe("deceased", |value| value.as_bool().ok_or_else(|| "must be true or false".to_owned()));
    notice.version = body.maybe("version", version).unwrap_or_default();
    body.done(Some(notice))
}

/// Text that says something.
fn words(value: &Value) -> Result<String, String> {
    let words = field::text(text(value)?)?;
    if words.is_empty() { Err("is empty".to_owned()) } else { Ok(words) }
}

fn version(value: &Value) -> Result<Version, String> {
    let number = value.as_i64();
    let at = value.as_str().and_then(|text| text.parse::<Timestamp>().ok());
    let number = number.or_else(|| value.as_str().and_then(|text| text.parse().ok()));
    match (number, at) {
        (None, None) => Err("must be a number that grows, or a time such as 2026-01-31T09:30:00Z".to_owned()),
        (sequence, at) => Ok(Version { sequence, at }),
    }
}

/// RFC 3339, or local time in the zone that is told beside it.
fn start(text: &str, zone: Option<&str>) -> Result<Timestamp, String> {
    let usual = "must be a time such as 2026-01-31T09:30 (local) or 2026-01-31T09:30:00+01:00";
    let known = zone.and_then(|zone| TimeZone::get(zone).ok());
    let zone = known.clone().unwrap_or(TimeZone::UTC);
    match text.parse::<Timestamp>() {
        Ok(at) => field::start(at, &zone),
        Err(_) if !text.contains(':') => Err(usual.to_owned()),
        Err(_) => {
            let local: DateTime = text.parse().map_err(|_| usual.to_owned())?;
            if known.is_none() {
                return Err("is local time; tell time_zone, too, or give it with its offset".to_owned());
            }
            field::local_start(local, &zone)
        }
    }
}
