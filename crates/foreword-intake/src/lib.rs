//! The web: the only place that knows axum. Patients' pages, staff pages, feeds and FHIR.
//!
//! It parses what comes in, asks [`foreword_app::App`], and lays out what comes back. It refuses
//! to know the database.

mod api;
mod assets;
pub mod feeds;
mod guard;
mod hooks;
mod pages;

pub use hooks::{Hook, MailHook};

use std::sync::Arc;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    middleware,
    routing::{get, post},
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
        .route("/clinic", get(pages::day::show))
        .route("/clinic/sign-in", get(pages::sign_in::show).post(pages::sign_in::sign_in))
        .route("/clinic/sign-in/code", get(pages::sign_in::ask).post(pages::sign_in::answer))
        .route("/clinic/sign-in/passkey", get(pages::passkeys::wanted).post(pages::passkeys::sign_in))
        .route("/clinic/account", get(pages::account::show))
        .route("/clinic/account/password", post(pages::account::password).get(pages::account::again))
        .route("/clinic/account/code", post(pages::account::begin_code).get(pages::account::again))
        .route("/clinic/account/code/confirm", post(pages::account::confirm_code).get(pages::account::again))
        .route("/clinic/account/code/off", post(pages::account::remove_code).get(pages::account::again))
        .route("/clinic/account/recovery", post(pages::account::renew_recovery).get(pages::account::again))
        .route("/clinic/account/passkeys", post(pages::passkeys::keep).get(pages::account::again))
        .route("/clinic/account/passkeys/new", post(pages::passkeys::new_wanted).get(pages::account::again))
        .route("/clinic/account/passkeys/remove", post(pages::passkeys::remove).get(pages::account::again))
        .route("/clinic/account/sessions", post(pages::account::end_sessions).get(pages::account::again))
        .route("/clinic/sign-out", post(pages::sign_in::sign_out))
        .route("/clinic/appointments/new", get(pages::managing::blank).post(pages::managing::enter))
        .route("/clinic/appointments/{id}", get(pages::summary::show))
        .route("/clinic/appointments/{id}/summary.pdf", get(pages::summary::pdf))
        .route("/clinic/appointments/{id}/edit", get(pages::managing::edit).post(pages::managing::change))
        .route("/clinic/appointments/{id}/questions", post(pages::asking::put).get(pages::asking::again))
        .route("/clinic/appointments/{id}/notes", post(pages::closing::write).get(pages::asking::again))
        .route("/clinic/appointments/{id}/topics", post(pages::closing::mark).get(pages::asking::again))
        .route("/clinic/appointments/{id}/goals", post(pages::closing::set_goal).get(pages::asking::again))
        .route(
            "/clinic/appointments/{id}/goals/{goal}/end",
            post(pages::closing::end_goal).get(pages::asking::again),
        )
        .route("/clinic/appointments/{id}/versions/{number}", get(pages::closing::version))
        .route(
            "/clinic/appointments/{id}/questions/{question}/withdraw",
            post(pages::asking::withdraw).get(pages::asking::again),
        )
        .route("/clinic/appointments/{id}/paper.pdf", get(pages::paper::of_visit))
        .route("/clinic/pathways/{id}/paper.pdf", get(pages::paper::of_pathway))
        .route("/clinic/appointments/{id}/kiosk", post(pages::desk::code).get(pages::desk::again))
        .route(
            "/clinic/appointments/{id}/transcribe",
            get(pages::transcribe::show).post(pages::transcribe::enter),
        )
        .route("/clinic/appointments/{id}/timeline", get(pages::timeline::show))
        .route("/clinic/appointments/{id}/patient", get(pages::patient::of_visit))
        .route("/clinic/patients", get(pages::patient::ask).post(pages::patient::find))
        .route("/clinic/patients/{id}", get(pages::patient::show))
        .route("/clinic/board", get(pages::board::show))
        .route("/clinic/rehearsal", get(pages::rehearsal::show))
        .route("/clinic/library", get(pages::library::show))
        .route("/clinic/library/pathways/{id}", get(pages::library::pathway))
        .route("/clinic/library/instruments/{id}", get(pages::library::instrument))
        .route("/clinic/alerts", get(pages::alerts::show))
        .route("/clinic/messages", get(pages::messages::show))
        .route("/clinic/messages/{id}/retry", post(pages::messages::retry).get(pages::messages::again))
        .route("/clinic/audit", get(pages::audit::show))
        .route("/clinic/feeds", get(pages::feed_log::show))
        .route("/clinic/telegram", get(pages::telegram::show).post(pages::telegram::connect))
        .route("/hooks/telegram", post(hooks::telegram).layer(DefaultBodyLimit::max(hooks::LARGEST_UPDATE)))
        .route("/hooks/mail", post(hooks::mail))
        .route("/stop/{token}", get(pages::stopping::show).post(pages::stopping::stop))
        .route("/clinic/mail", get(pages::mails::show))
        .route("/clinic/mail/{id}/seen", post(pages::mails::seen).get(pages::mails::again))
        .route("/fhir/R4/metadata", get(api::metadata))
        .route("/fhir/R4/Questionnaire/{id}", get(api::questionnaire))
        .route(
            "/fhir/R4/Appointment",
            post(api::appointment::put)
                .put(api::appointment::put)
                .layer(DefaultBodyLimit::max(api::appointment::LARGEST)),
        )
        .route("/fhir/R4/Appointment/{id}", get(api::appointment::read))
        .fallback(pages::not_found)
        .layer(DefaultBodyLimit::max(LARGEST_FORM))
        .layer(middleware::from_fn(guard::same_site))
        .layer(middleware::from_fn_with_state(web.clone(), guard::headers))
        .with_state(web)
}
