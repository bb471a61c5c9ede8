//! `/stop/{token}`: no more messages, from the link in a mail. Opening it changes nothing, because mail
//! scanners open links; a press does, and so does the mail program's own button (RFC 8058).

use askama::Template;
use axum::{
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use foreword_domain::phrases::t;

use super::{Failure, Message, frame::Frame, html};
use crate::Web;

#[derive(Template)]
#[template(path = "patient/stop.html")]
struct Page<'a> {
    frame: Frame<'a>,
    token: &'a str,
}

pub(crate) async fn show(State(web): State<Web>, Path(token): Path<String>) -> Response {
    match web.app.is_stop_link(&token).await {
        Ok(Some(lang)) => html(&Page { frame: Frame::new(&web, &lang), token: &token }),
        Ok(None) => Failure::gone(&web).into_response(),
        Err(error) => Failure::from(&web, &error).into_response(),
    }
}

pub(crate) async fn stop(State(web): State<Web>, Path(token): Path<String>) -> Response {
    match web.app.stop_by_link(&token, web.now()).await {
        Ok(Some(lang)) => html(&Message {
            frame: Frame::new(&web, &lang),
            title: t("page-stopped-title", &lang, &[]),
            lines: vec![t("stopped", &lang, &[])],
        }),
        Ok(None) => Failure::gone(&web).into_response(),
        Err(error) => Failure::from(&web, &error).into_response(),
    }
}
