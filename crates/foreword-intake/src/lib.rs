//! The web: the only place that knows axum. Patients' pages, staff pages, feeds and FHIR.
//!
//! It parses what comes in, asks [`foreword_app::App`], and lays out what comes back. It refuses
//! to know the database.

mod access;
mod api;
mod assets;
mod cds;
pub mod feeds;
mod fhir;
mod guard;
mod hooks;
mod json_api;
mod launch;
mod limits;
mod outward;
mod pages;
#[cfg(feature = "fuzz")]
pub mod parsers;
mod programs;
mod provider;
pub mod staff;

pub use cds::CdsSettings;
pub use hooks::{Hook, MailHook};
pub use launch::LaunchSettings;
pub use limits::Limits;
pub use outward::Reach;
pub use programs::{ProgramSettings, Programs};
pub use provider::{Provider, Settings as ProviderSettings};

use std::sync::Arc;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    middleware,
    routing::{any, get, post},
};
use foreword_app::App;
use foreword_summary::Fonts;
use jiff::Timestamp;

/// The largest body of a form, in bytes.
const LARGEST_FORM: usize = 64 * 1024;

/// What every handler is given.
#[derive(Clone)]
pub struct Web {
    /// The service.
    pub app: App,
    /// Reads the clock.
    pub clock: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    /// Where a messenger delivers, if it does.
    pub hook: Option<Hook>,
    /// How mail is read, and where a provider delivers it, if one does.
    pub mail: MailHook,
    /// The letters PDF files are written in.
    pub fonts: Fonts,
    /// Who vouches for accounts of the house, if somebody does.
    pub provider: Option<Provider>,
    /// What the doors for programs share.
    pub programs: Programs,
}

impl Web {
    pub(crate) fn now(&self) -> Timestamp {
        (self.clock)()
    }

    /// Whether pages are served over TLS, as browsers see them.
    pub(crate) fn is_secure(&self) -> bool {
        self.app.options().public_url.starts_with("https://")
    }
}

/// All routes.
pub fn router(web: Web) -> Router {
    Router::new()
        .route("/", get(pages::front))
        .route("/healthz", get(api::healthz))
        .route("/readyz", get(api::readyz))
        .route("/assets/{name}", get(assets::asset))
        .route("/v/{token}", get(pages::entry::show).post(pages::entry::check))
        .route("/visit/{id}", get(pages::visit::show))
        .route("/visit/{id}/team", get(pages::from_team::show))
        .route("/visit/{id}/copy", get(pages::copy::show))
        .route("/visit/{id}/copy.pdf", get(pages::copy::pdf))
        .route("/visit/{id}/q/{spot}", get(pages::visit::one))
        .route("/visit/{id}/review", get(pages::visit::review))
        .route("/visit/{id}/check", post(pages::again::check).get(pages::visit::again))
        .route("/visit/{id}/here", post(pages::visit::here))
        .route("/visit/{id}/answer", post(pages::visit::answer).get(pages::visit::again))
        .route("/visit/{id}/ask-for", post(pages::visit::ask_for).get(pages::visit::again))
        .route("/kiosk", get(pages::kiosk::show).post(pages::kiosk::open))
        .route("/kiosk/end", get(pages::kiosk::end))
        .merge(staff::router(&web))
        .route("/hooks/telegram", post(hooks::telegram).layer(DefaultBodyLimit::max(hooks::LARGEST_UPDATE)))
        .route("/hooks/mail", post(hooks::mail))
        .route("/stop/{token}", get(pages::stopping::show).post(pages::stopping::stop))
        .route("/fhir/R4", any(fhir::handle).layer(DefaultBodyLimit::disable()))
        .route("/fhir/R4/", any(fhir::handle).layer(DefaultBodyLimit::disable()))
        .route("/fhir/R4/{*rest}", any(fhir::handle).layer(DefaultBodyLimit::disable()))
        .merge(json_api::router())
        .merge(programs::router())
        .merge(cds::router())
        .merge(launch::router())
        .fallback(pages::not_found)
        .layer(DefaultBodyLimit::max(LARGEST_FORM))
        .layer(middleware::from_fn(guard::same_site))
        .layer(middleware::from_fn_with_state(web.clone(), cds::across))
        .layer(middleware::from_fn_with_state(web.clone(), limits::hold))
        .layer(middleware::from_fn_with_state(web.clone(), guard::headers))
        .with_state(web)
}
