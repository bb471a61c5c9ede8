//! An `Appointment` as a notice.

use foreword_domain::{
    appointment::Status,
    booking::{Notice, Usual, Version, field},
    private::Private,
};
use jiff::tz::TimeZone;
use serde_json::Value;

use super::{
    Fault,
    element::{Element, kind},
    found::{Found, actors},
    patient,
};

/// Reads one. Where `patient` is not given, it is looked for in the appointment and in what came with it.
pub(super) fn notice(
    appointment: &Value,
    patient: Option<&Value>,
    found: &Found,
    usual: &Usual,
) -> Result<Notice, Fault> {
    let whole = Element::resource(appointment, "Appointment")?;
    let missing = || Fault::new("Appointment.identifier", "is missing, and there is no id");
    let id = whole.identifier(None)?.or(whole.text("id")?).ok_or_else(missing)?;
    let status = status(&whole)?;
    let notice = Notice { version: version(&whole)?, ..Notice::new(id, status) };
    let read = || {
        let notice = with_patient(notice.clone(), appointment, patient, found)?;
        details(notice, &whole, found, usual)
    };
    if matches!(status, Status::Cancelled | Status::Noshow | Status::Fulfilled) {
        // No message for a dead visit: it counts, whatever else of it can't be read.
        return Ok(read().unwrap_or(notice));
    }
    read()
}

fn status(whole: &Element) -> Result<Status, Fault> {
    Ok(match whole.code("status") {
        // Tentative is how calendars say proposed.
        "proposed" | "pending" | "booked" | "waitlist" | "tentative" => Status::Booked,
        "arrived" | "checked-in" => Status::Arrived,
        "fulfilled" => Status::Fulfilled,
        "noshow" => Status::Noshow,
        // What was entered in error was never to take place.
        "cancelled" | "entered-in-error" => Status::Cancelled,
        _ => {
            return Err(Fault::new(
                "Appointment.status",
                "must be one of proposed, pending, booked, arrived, fulfilled, cancelled, noshow, \
                 entered-in-error, checked-in, waitlist",
            ));
        }
    })
}

fn version(whole: &Element) -> Result<Version, Fault> {
    let Some(meta) = whole.object("meta")? else { return Ok(Version::default()) };
    let sequence = meta.code("versionId").parse().ok().filter(|number: &i64| *number >= 0);
    Ok(Version { sequence, at: meta.instant("lastUpdated")? })
}

/// Adds what is said of the patient.
fn with_patient(
    notice: Notice,
    appointment: &Value,
    given: Option<&Value>,
    found: &Found,
) -> Result<Notice, Fault> {
    let actor = found.patient_actor(appointment)?;
    let resolved = given.or_else(|| actor.and_then(|actor| found.resolve(appointment, actor)));
    let is_contained = given.is_none()
        && actor.is_some_and(|actor| {
            actor.get("reference").and_then(Value::as_str).is_some_and(|r| r.starts_with('#'))
        });
    if let Some(resolved) = resolved {
        return patient::read(notice, resolved, is_contained);
    }
    let Some(actor) = actor else { return Ok(notice) };
    // The patient is not there, but may be named by an identifier.
    let actor = Element { value: actor, path: "Appointment.participant.actor".to_owned() };
    let patient_id = match actor.object("identifier")? {
        None => None,
        Some(identifier) => identifier.text("value")?.map(Private::new),
    };
    Ok(Notice { patient_id, ..notice })
}

fn details(notice: Notice, whole: &Element, found: &Found, usual: &Usual) -> Result<Notice, Fault> {
    let of_start = match whole.object("_start")? {
        Some(start) => start.zone()?,
        None => None,
    };
    let time_zone = of_start.or(whole.zone()?);
    let zone = field::zone(time_zone.as_ref().unwrap_or(&usual.time_zone)).unwrap_or(TimeZone::UTC);
    let start = match whole.instant("start")? {
        None => None,
        Some(at) => Some(field::start(at, &zone).map_err(|why| Fault::new("Appointment.start", why))?),
    };
    Ok(Notice {
        start,
        duration_min: minutes(whole, start)?,
        time_zone,
        kind: kind_of_visit(whole)?,
        conditions: conditions(whole)?.or(notice.conditions),
        clinician: actor(whole, found, &["Practitioner", "PractitionerRole"])?,
        clinic: match actor(whole, found, &["Location"])? {
            None => actor(whole, found, &["HealthcareService"])?,
            clinic => clinic,
        },
        ..notice
    })
}

fn minutes(whole: &Element, start: Option<jiff::Timestamp>) -> Result<Option<u16>, Fault> {
    let end = whole.instant("end")?;
    if let (Some(start), Some(end)) = (start, end)
        && end < start
    {
        return Err(Fault::new("Appointment.end", "is before the start"));
    }
    if let Some(told) = whole.get("minutesDuration") {
        let minutes = told.value.as_u64().ok_or_else(|| told.fault("must be a whole number"))?;
        return field::minutes(&minutes.to_string()).map(Some).map_err(|why| told.fault(why));
    }
    let (Some(start), Some(end)) = (start, end) else { return Ok(None) };
    let minutes = (end.as_second() - start.as_second()) / 60;
    field::minutes(&minutes.to_string()).map(Some).map_err(|why| Fault::new("Appointment.end", why))
}

fn kind_of_visit(whole: &Element) -> Result<Option<String>, Fault> {
    if let Some(of) = whole.object("appointmentType")?
        && let Some(called) = of.called()?
    {
        return Ok(Some(called));
    }
    for of in whole.each("serviceType")? {
        if let Some(called) = of.called()? {
            return Ok(Some(called));
        }
    }
    Ok(None)
}

/// The codes of the reasons for the visit; `None` where no reason has a code.
fn conditions(whole: &Element) -> Result<Option<Private<Vec<String>>>, Fault> {
    let mut codes: Vec<String> = Vec::new();
    for reason in whole.each("reasonCode")? {
        for coding in reason.each("coding")? {
            codes.extend(coding.text("code")?.filter(|code| !codes.contains(code)));
        }
    }
    if codes.is_empty() {
        return Ok(None);
    }
    let codes = field::conditions(&codes.join("|"));
    codes.map(|codes| Some(Private::new(codes))).map_err(|why| Fault::new("Appointment.reasonCode", why))
}

/// How the first actor of one of these kinds is called.
fn actor(whole: &Element, found: &Found, kinds: &[&str]) -> Result<Option<String>, Fault> {
    for actor in actors(whole.value).filter(|actor| kinds.contains(&found.kind_of(whole.value, actor))) {
        let element = Element { value: actor, path: "Appointment.participant.actor".to_owned() };
        if let Some(display) = element.text("display")? {
            return Ok(Some(display));
        }
        if let Some(resource) = found.resolve(whole.value, actor) {
            let resource = Element { value: resource, path: kind(resource).to_owned() };
            let name = if kind(resource.value) == "Practitioner" {
                patient::name(&resource)?.map(|(given, family)| format!("{given} {family}").trim().to_owned())
            } else {
                // Roles have no name of their own.
                resource.get("name").filter(|name| name.value.is_string()).and(resource.text("name")?)
            };
            if name.is_some() {
                return Ok(name);
            }
        }
    }
    Ok(None)
}
