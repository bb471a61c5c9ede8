//! Connecting a member of staff's account with a chat: a link that is made when it is asked for, and
//! works once.

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};

use super::{Failure, html, session::SignedIn};
use crate::Web;

#[derive(Template)]
#[template(path = "clinic/telegram.html")]
struct Page<'a> {
    clinic: &'a str,
    who: &'a SignedIn,
    offer: Offer,
}

/// What can be done.
enum Offer {
    /// Nothing: there is no bot.
    NoBot,
    /// Ask for a link.
    Ask,
    /// Open it, here or on another device.
    Open { link: String, place: String, code: String },
}

pub(crate) async fn show(State(web): State<Web>, staff: SignedIn) -> Response {
    match web.app.has_bot().await {
        Ok(true) => page(&web, &staff, Offer::Ask),
        Ok(false) => page(&web, &staff, Offer::NoBot),
        Err(error) => Failure::from(&web, &error).into_response(),
    }
}

pub(crate) async fn connect(State(web): State<Web>, staff: SignedIn) -> Response {
    let offer = match web.app.staff_chat_link(staff.0.id, web.now()).await {
        Ok(Some(link)) => {
            let link = link.into_inner();
            let (place, code) = link.split_once("?start=").unwrap_or((&link, ""));
            let place = place.trim_start_matches("https://").to_owned();
            Offer::Open { place, code: code.to_owned(), link }
        }
        Ok(None) => Offer::NoBot,
        Err(error) => return Failure::from(&web, &error).into_response(),
    };
    page(&web, &staff, offer)
}

fn page(web: &Web, staff: &SignedIn, offer: Offer) -> Response {
    html(&Page { clinic: &web.app.options().clinic_name, who: staff, offer })
}
