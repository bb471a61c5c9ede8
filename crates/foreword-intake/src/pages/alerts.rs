//! Red flags that are open.

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};

use super::{Failure, html, session::SignedIn};
use crate::Web;

#[derive(Template)]
#[template(path = "clinic/alerts.html")]
struct Page<'a> {
    clinic: &'a str,
    who: &'a SignedIn,
    alerts: Vec<Row>,
}

struct Row {
    appointment: String,
    name: String,
    level: &'static str,
    text: String,
    state: String,
    raised: String,
    due: String,
}

pub(crate) async fn show(State(web): State<Web>, staff: SignedIn) -> Response {
    let zone = web.app.clinic_zone();
    let alerts = match web.app.alerts(&staff.actor(), web.now()).await {
        Ok(alerts) => alerts,
        Err(error) => return Failure::from(&web, &error).into_response(),
    };
    let alerts = alerts
        .into_iter()
        .map(|alert| Row {
            text: web.app.rule_in_words(&alert.rule),
            appointment: alert.appointment,
            name: alert.name.into_inner(),
            level: alert.level,
            state: alert.state,
            raised: foreword_summary::when::moment(alert.raised_at, &zone),
            due: foreword_summary::when::moment(alert.due_at, &zone),
        })
        .collect();
    html(&Page { clinic: &web.app.options().clinic_name, who: &staff, alerts })
}
