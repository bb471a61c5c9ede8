//! `/visit/{id}/copy` and `/visit/{id}/copy.pdf`: the patient's own copy, theirs to keep and to show.

use axum::{
    extract::State,
    http::{HeaderMap, Uri, header},
    response::{Html, IntoResponse, Response},
};
use foreword_domain::conversation::State as Stands;
use foreword_summary::{Copy, Paper, copy_html, copy_pdf};

use super::{Failure, again, form::Fields, session::Knock};
use crate::Web;

/// The page is whole in itself, to be kept: its style stands in it, and nothing else is loaded or run.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

pub(crate) async fn show(State(web): State<Web>, uri: Uri, knock: Knock, headers: HeaderMap) -> Response {
    match copy(&web, &uri, knock, &headers).await {
        Ok(copy) => ([(header::CONTENT_SECURITY_POLICY, POLICY)], Html(copy_html(&copy))).into_response(),
        Err(failed) => failed,
    }
}

pub(crate) async fn pdf(State(web): State<Web>, uri: Uri, knock: Knock, headers: HeaderMap) -> Response {
    let copy = match copy(&web, &uri, knock, &headers).await {
        Ok(copy) => copy,
        Err(failed) => return failed,
    };
    let fonts = web.fonts.clone();
    let made = tokio::task::spawn_blocking(move || copy_pdf(&copy, Paper::A4, &fonts)).await;
    match made {
        Ok(bytes) if !bytes.is_empty() => as_pdf("my-answers.pdf", bytes),
        _ => {
            tracing::error!("a patient's copy could not be written as PDF");
            Failure::ours(&web).into_response()
        }
    }
}

/// A file to keep.
pub(crate) fn as_pdf(name: &str, bytes: Vec<u8>) -> Response {
    let shown = format!("inline; filename=\"{name}\"");
    ([(header::CONTENT_TYPE, "application/pdf".to_owned()), (header::CONTENT_DISPOSITION, shown)], bytes)
        .into_response()
}

async fn copy(web: &Web, uri: &Uri, knock: Knock, headers: &HeaderMap) -> Result<Copy, Response> {
    let seen = again::let_in(web, knock, headers, uri.path(), &Fields::default()).await?;
    let visit = &seen.visit;
    let lang = &visit.standing.language;
    // Nothing is left on a tablet of the clinic's.
    if seen.is_kiosk() || visit.standing.state == Stands::NotMe || !visit.is_open(web.now()) {
        return Err(Failure::gone(web).in_language(lang).into_response());
    }
    web.app
        .copy(visit.id, "patient", web.now())
        .await
        .map_err(|error| Failure::from(web, &error).in_language(lang).into_response())
}
