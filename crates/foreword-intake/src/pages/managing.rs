//! Visits that staff enter and change by hand: booked, moved, cancelled, and how they went.

mod layout;
#[cfg(feature = "fuzz")]
pub(crate) mod parsing;
mod reading;
mod values;

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use foreword_app::{App, Error, access::permission::Act, book::Booked};
use foreword_domain::{
    appointment::{Appointment, Status},
    booking::Notice,
    ids::AppointmentId,
    patient::{Patient, Profile},
};
use foreword_summary::when;
use serde::Deserialize;

use self::{
    layout::{Group, Input},
    reading::{Before, Setting, Troubles},
    values::Values,
};
use super::{Failure, form::Fields, html, session::SignedIn};
use crate::Web;

#[derive(Template)]
#[template(path = "clinic/new_visit.html")]
struct Blank<'a> {
    clinic: &'a str,
    who: &'a SignedIn,
    /// The number the visit is going to have: the same form sent twice is one visit.
    number: String,
    /// The patient number whose owner is named on the page: sent on, it was seen.
    seen: Option<String>,
    trouble: Option<String>,
    groups: Vec<Group>,
}

#[derive(Template)]
#[template(path = "clinic/edit_visit.html")]
struct Edit<'a> {
    clinic: &'a str,
    who: &'a SignedIn,
    id: AppointmentId,
    name: String,
    born: String,
    patient_number: String,
    start: String,
    /// Whether a feed tells of this visit, too.
    is_of_feed: bool,
    status: &'static str,
    /// What else it may be, with the words on the button.
    steps: Vec<(&'static str, &'static str)>,
    has_died: bool,
    done: Option<String>,
    /// Whether the page of the visit is for them.
    may_read: bool,
    trouble: Option<String>,
    death_trouble: Option<&'static str>,
    groups: Vec<Group>,
}

/// What was done before.
#[derive(Deserialize, Default)]
pub(crate) struct Done {
    done: Option<String>,
}

/// What stands above a form that can't be taken in as it is.
const LOOK_AGAIN: &str = "Nothing was saved yet. Please look at the marked fields.";

pub(crate) async fn blank(State(web): State<Web>, staff: SignedIn) -> Response {
    let options = web.app.options();
    let mut values = Values::default();
    values.set("time_zone", &options.time_zone);
    values.set("clinic", &options.clinic_name);
    new_page(&web, &staff, App::new_visit_number(), &values, None, (&Troubles::default(), None))
}

pub(crate) async fn enter(State(web): State<Web>, staff: SignedIn, fields: Fields) -> Response {
    match try_to_enter(&web, &staff, &fields).await {
        Ok(response) => response,
        Err(error) => Failure::from(&web, &error).into_response(),
    }
}

pub(crate) async fn edit(
    State(web): State<Web>,
    Path(id): Path<String>,
    Query(done): Query<Done>,
    staff: SignedIn,
) -> Response {
    let Ok(id) = id.parse::<AppointmentId>() else { return Failure::gone(&web).into_response() };
    match try_to_edit(&web, &staff, id, done.done.as_deref()).await {
        Ok(response) => response,
        Err(error) => Failure::from(&web, &error).into_response(),
    }
}

pub(crate) async fn change(
    State(web): State<Web>,
    Path(id): Path<String>,
    staff: SignedIn,
    fields: Fields,
) -> Response {
    let Ok(id) = id.parse::<AppointmentId>() else { return Failure::gone(&web).into_response() };
    match try_to_change(&web, &staff, id, &fields).await {
        Ok(response) => response,
        Err(error) => Failure::from(&web, &error).into_response(),
    }
}

async fn try_to_edit(
    web: &Web,
    staff: &SignedIn,
    id: AppointmentId,
    done: Option<&str>,
) -> Result<Response, Error> {
    let (actor, now) = (staff.actor(), web.now());
    let (visit, patient) = web.app.visit_to_change(id, &actor, now).await?;
    let mut said = Told::default();
    if let Some(done) = done {
        let next = web.app.next_message(id, &actor, now).await?;
        let next = next.map(|at| when::moment(at, &web.app.clinic_zone()));
        said.done = told(done, next.as_deref());
    }
    let known = Values::known(&visit, &patient);
    Ok(edit_page(web, staff, (&visit, &patient), &known, &said))
}

async fn try_to_enter(web: &Web, staff: &SignedIn, fields: &Fields) -> Result<Response, Error> {
    let (actor, now) = (staff.actor(), web.now());
    let values = Values::typed(fields);
    let patient = match values.get("patient_id") {
        "" => None,
        number => web.app.patient_of_number(number, &actor, now).await?,
    };
    let number = match fields.get("number") {
        number if App::is_own_number(number) => number.to_owned(),
        _ => App::new_visit_number(),
    };
    let again = |troubles: &Troubles, trouble: Option<String>, number: String| {
        let page = new_page(web, staff, number, &values, patient.as_ref(), (troubles, trouble));
        (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
    };
    let before = if patient.is_some() { Before::Patient } else { Before::Nothing };
    let mut troubles = Troubles::default();
    if let Some(why) = patient.as_ref().and_then(|patient| why_not(patient, &values)) {
        troubles.add("patient_id", why);
    }
    let read = reading::notice(&values, &before, (&number, Status::Booked), &setting(web));
    let notice = match read {
        Ok(notice) if troubles.is_empty() => notice,
        Ok(_) => return Ok(again(&troubles, Some(LOOK_AGAIN.to_owned()), number)),
        Err(mut more) => {
            if let Some(why) = troubles.get("patient_id") {
                more.add("patient_id", why.clone());
            }
            return Ok(again(&more, Some(LOOK_AGAIN.to_owned()), number));
        }
    };
    if let Some(patient) = patient.as_ref().filter(|_| is_bare(&values))
        && fields.get("seen") != values.get("patient_id")
    {
        // One wrong digit would invite somebody else.
        let who = who_is(patient.profile.reveal());
        let why = format!(
            "Not booked yet. This is the number of {who}. Is it the right patient? Then book once more."
        );
        return Ok(again(&troubles, Some(why), number));
    }
    // The form was sent twice, or used again with the browser's Back for another visit.
    let notice = match web.app.find_appointment(&number).await? {
        None => notice,
        Some(id) => {
            let (visit, whose) = web.app.visit_to_change(id, &actor, now).await?;
            let is_whose = Some(whose.id) == patient.as_ref().map(|patient| patient.id);
            if is_whose && Some(visit.start) == notice.start && Some(&visit.kind) == notice.kind.as_ref() {
                return Ok(to_visit(id, "known"));
            }
            Notice { appointment_id: App::new_visit_number(), ..notice }
        }
    };
    match web.app.enter(notice, &actor, now).await {
        Ok((Booked::Refused(why) | Booked::Outdated(why), _)) | Err(Error::Refused(why)) => {
            let trouble = troubles.place(why).map_or_else(|| LOOK_AGAIN.to_owned(), |why| in_full(&why));
            Ok(again(&troubles, Some(trouble), number))
        }
        Ok((_, Some(id))) => Ok(to_visit(id, "booked")),
        Ok((_, None)) => Err(Error::NotFound("appointment")),
        Err(error) => Err(error),
    }
}

async fn try_to_change(
    web: &Web,
    staff: &SignedIn,
    id: AppointmentId,
    fields: &Fields,
) -> Result<Response, Error> {
    let (actor, now) = (staff.actor(), web.now());
    let (visit, patient) = web.app.visit_to_change(id, &actor, now).await?;
    let of = (&visit, &patient);
    let known = Values::known(&visit, &patient);
    let (values, both) = Values::merged(fields, &known);
    let page =
        |status: StatusCode, told: &Told| (status, edit_page(web, staff, of, &values, told)).into_response();
    let wish = fields.get("action");
    let plain = Notice::new(visit.external_id.clone(), visit.status);
    let (notice, done) = match (wish, wish.parse::<Status>()) {
        (_, Ok(status)) => (Notice { status, ..plain }, status.as_str()),
        ("died", _) if fields.get("sure") != "yes" => {
            let told = Told {
                death_trouble: Some("Nothing was recorded. Please tick the box if it is so."),
                ..Told::default()
            };
            return Ok(page(StatusCode::UNPROCESSABLE_ENTITY, &told));
        }
        ("died", _) => (Notice { deceased: Some(true), ..plain }, "died"),
        ("alive", _) => (Notice { deceased: Some(false), ..plain }, "alive"),
        _ => {
            let mut told = Told::default();
            for name in &both {
                let (mine, theirs) = (layout::label(name), known.get(name));
                let is = if theirs.is_empty() { "nothing".to_owned() } else { format!("“{theirs}”") };
                let why = format!(
                    "{mine} was changed by somebody else meanwhile, to {is}. Save again to put yours there."
                );
                told.troubles.add(name, why);
            }
            if !both.is_empty() {
                told.trouble = Some(LOOK_AGAIN.to_owned());
                return Ok(page(StatusCode::CONFLICT, &told));
            }
            let before = Before::Visit(&known);
            match reading::notice(&values, &before, (&visit.external_id, visit.status), &setting(web)) {
                Ok(notice) => (notice, "changed"),
                Err(troubles) => {
                    let told = Told { trouble: Some(LOOK_AGAIN.to_owned()), troubles, ..Told::default() };
                    return Ok(page(StatusCode::UNPROCESSABLE_ENTITY, &told));
                }
            }
        }
    };
    match web.app.enter(notice, &actor, now).await {
        Ok((Booked::Refused(why) | Booked::Outdated(why), _)) | Err(Error::Refused(why)) => {
            let mut told = Told::default();
            told.trouble =
                Some(told.troubles.place(why).map_or_else(|| LOOK_AGAIN.to_owned(), |why| in_full(&why)));
            Ok(page(StatusCode::UNPROCESSABLE_ENTITY, &told))
        }
        Ok((Booked::Unchanged, _)) => Ok(to_visit(id, "unchanged")),
        Ok(_) => Ok(to_visit(id, done)),
        Err(error) => Err(error),
    }
}

/// What is said on the page of a visit that is changed.
#[derive(Default)]
struct Told {
    /// What came of what was done with it.
    done: Option<String>,
    trouble: Option<String>,
    death_trouble: Option<&'static str>,
    troubles: Troubles,
}

fn new_page(
    web: &Web,
    staff: &SignedIn,
    number: String,
    values: &Values,
    patient: Option<&Patient>,
    (troubles, trouble): (&Troubles, Option<String>),
) -> Response {
    let who = patient.map(|patient| who_is(patient.profile.reveal()));
    html(&Blank {
        clinic: &web.app.options().clinic_name,
        who: staff,
        number,
        seen: patient.map(|patient| patient.profile.reveal().external_id.clone()),
        trouble,
        groups: layout::groups(web, values, None, who.as_deref(), troubles),
    })
}

fn edit_page(
    web: &Web,
    staff: &SignedIn,
    (visit, patient): (&Appointment, &Patient),
    values: &Values,
    told: &Told,
) -> Response {
    let profile = patient.profile.reveal();
    let known = Values::known(visit, patient);
    html(&Edit {
        clinic: &web.app.options().clinic_name,
        who: staff,
        id: visit.id,
        name: profile.full_name(),
        born: when::date(profile.birth_date),
        patient_number: profile.external_id.clone(),
        start: when::moment(visit.start, &visit.zone()),
        is_of_feed: !App::is_own_number(&visit.external_id),
        status: words(visit.status),
        steps: Status::ALL
            .into_iter()
            .filter(|status| *status != visit.status)
            .map(|status| (status.as_str(), step(status)))
            .collect(),
        has_died: profile.deceased,
        done: told.done.clone(),
        may_read: staff.may(Act::ReadSummary),
        trouble: told.trouble.clone(),
        death_trouble: told.death_trouble,
        groups: layout::groups(web, values, Some(&known), None, &told.troubles),
    })
}

/// What is said above the page of a visit after something was done with it.
pub(super) fn told(done: &str, next_message: Option<&str>) -> Option<String> {
    let next = next_message.map_or_else(
        || "No message to the patient is planned.".to_owned(),
        |at| format!("The next message to the patient goes out {at}."),
    );
    Some(match done {
        "booked" => format!("The visit is booked. {next}"),
        "changed" => format!("Saved. {next}"),
        "known" => "This visit was booked already; nothing was changed.".to_owned(),
        "unchanged" => "Nothing was changed.".to_owned(),
        "cancelled" => {
            "The visit is cancelled. No message goes out about it any more; the answers are kept.".to_owned()
        }
        "arrived" => "The patient is marked as arrived.".to_owned(),
        "noshow" => "It is noted that the patient did not come.".to_owned(),
        "fulfilled" => "It is noted that the visit took place.".to_owned(),
        "died" => {
            "It is recorded that the patient has died. No message goes out to them any more.".to_owned()
        }
        "alive" => format!("It is recorded that the patient is alive. {next}"),
        _ => return None,
    })
}

fn words(status: Status) -> &'static str {
    match status {
        Status::Booked => "booked",
        Status::Cancelled => "cancelled",
        Status::Arrived => "arrived",
        Status::Noshow => "did not come",
        Status::Fulfilled => "took place",
    }
}

fn step(status: Status) -> &'static str {
    match status {
        Status::Booked => "Book it again",
        Status::Cancelled => "Cancel the visit",
        Status::Arrived => "The patient has arrived",
        Status::Noshow => "The patient did not come",
        Status::Fulfilled => "The visit took place",
    }
}

/// Whether nothing but the number says who the patient is.
fn is_bare(values: &Values) -> bool {
    ["given_name", "family_name", "birth_date"].into_iter().all(|name| values.get(name).is_empty())
}

/// Why no visit is booked for the patient of a number: they are another one than who is described, or have
/// died.
fn why_not(patient: &Patient, values: &Values) -> Option<String> {
    let profile = patient.profile.reveal();
    let differs = |name: &str, known: &str| {
        let typed = values.get(name);
        !typed.is_empty() && typed.to_lowercase() != known.trim().to_lowercase()
    };
    let is_other = differs("family_name", &profile.family_name)
        || differs("given_name", &profile.given_name)
        || differs("birth_date", &profile.birth_date.to_string());
    let who = who_is(profile);
    if is_other {
        return Some(format!(
            "This number belongs to {who}. If that is who you mean, empty the fields for name and date of birth; they can be corrected at one of the patient's visits.",
        ));
    }
    profile.deceased.then(|| format!("This is {who}, who is recorded as having died."))
}

fn who_is(profile: &Profile) -> String {
    format!("{}, born {}", profile.full_name(), when::date(profile.birth_date))
}

fn setting(web: &Web) -> Setting<'_> {
    let today = web.now().to_zoned(web.app.clinic_zone()).date();
    Setting { today, zone: &web.app.options().time_zone }
}

fn in_full(why: &str) -> String {
    format!("Nothing was saved: {why}.")
}

fn to_visit(id: AppointmentId, done: &str) -> Response {
    Redirect::to(&format!("/clinic/appointments/{id}?done={done}")).into_response()
}
