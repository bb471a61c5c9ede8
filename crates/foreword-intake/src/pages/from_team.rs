//! `/visit/{id}/team`: what the care team wrote to the patient, and whether it has read what they answered.

use askama::Template;
use axum::{
    extract::State,
    http::{HeaderMap, Uri},
    response::{IntoResponse, Response},
};
use foreword_domain::{
    language::Lang,
    phrases::{Arg, date, t},
};
use jiff::tz::TimeZone;

use super::{
    Failure, again,
    form::Fields,
    frame::Frame,
    html,
    session::Knock,
    visit::{closed, home, layout::frame},
};
use crate::Web;

#[derive(Template)]
#[template(path = "patient/team.html")]
struct Page<'a> {
    frame: Frame<'a>,
    home: String,
    /// The language staff write to patients in.
    written_in: &'a Lang,
    notes: Vec<Note>,
    /// When their answers were read, in words.
    read: Option<String>,
    is_wished: bool,
}

struct Note {
    by: String,
    on: String,
    text: String,
}

pub(crate) async fn show(State(web): State<Web>, uri: Uri, knock: Knock, headers: HeaderMap) -> Response {
    let seen = match again::let_in(&web, knock, &headers, uri.path(), &Fields::default()).await {
        Ok(seen) => seen,
        Err(page) => return page,
    };
    if let Some(page) = closed(&web, &seen) {
        return page;
    }
    let lang = &seen.visit.standing.language;
    // A tablet of the clinic's is no place for letters.
    if seen.is_kiosk() {
        return Failure::gone(&web).in_language(lang).into_response();
    }
    let found = match web.app.from_team(seen.visit.id, web.now()).await {
        Ok(found) => found,
        Err(error) => return Failure::from(&web, &error).in_language(lang).into_response(),
    };
    let zone: TimeZone = seen.visit.appointment.zone();
    let day = |at: jiff::Timestamp| date(at.to_zoned(zone.clone()).date(), lang);
    html(&Page {
        frame: frame(&web, &seen),
        home: home(&seen.visit),
        written_in: &web.app.options().language,
        notes: found
            .notes
            .into_iter()
            .map(|(by, at, text)| Note { by, on: day(at), text: text.into_inner() })
            .collect(),
        read: found.read_at.map(|at| t("page-team-read", lang, &[("date", Arg::Text(&day(at)))])),
        is_wished: found.is_wished,
    })
}
