//! What people do with the service, one verb a file. It owns the transaction, and is the one door
//! for web, messenger, command line and tests.
//!
//! It refuses to know how messages travel and how pages look.

pub mod about_patient;
pub mod access;
pub mod account;
pub mod alerting;
pub mod auditing;
pub mod board;
pub mod book;
pub mod catalog;
pub mod chat;
pub mod closing;
pub mod copy;
pub mod day;
pub mod digest;
pub mod dispatch;
pub(crate) mod events;
pub mod fhir;
pub mod filling;
pub mod form;
pub mod history;
pub mod identity;
pub mod kiosk;
mod library;
pub mod mail;
pub mod manage;
pub mod messages;
pub mod noting;
pub mod opening;
pub mod passkey;
mod password;
mod planning;
pub mod previsit;
pub mod provider;
pub mod question;
pub mod reading;
pub mod receive;
pub mod record;
pub mod rehearse;
pub mod requests;
mod reuse;
pub mod sign_in;
pub mod stand;
pub mod summarize;
mod totp;
pub mod transcribe;
mod visit;
pub mod webhooks;

use std::sync::Arc;

use foreword_domain::{ids, language::Lang, locate::Refused, schedule::QuietHours};
use foreword_store::{Contention, Store};
use jiff::{Timestamp, tz::TimeZone};

pub use catalog::Catalog;
pub use visit::Visit;

/// The service.
#[derive(Clone)]
pub struct App {
    pub(crate) store: Store,
    library: Arc<library::Library>,
    pub(crate) options: Arc<Options>,
    published: Arc<fhir::Published>,
}

/// The setting that holds where a manual clock stands.
const NOW: &str = "now";

/// What the service needs to know of the clinic it runs for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// Where patients reach the web pages, without a slash at the end.
    pub public_url: String,
    /// The clinic's name, as patients know it.
    pub clinic_name: String,
    /// The language staff write to patients in.
    pub language: Lang,
    /// The clinic's IANA time zone.
    pub time_zone: String,
    /// When nobody is written to.
    pub quiet: QuietHours,
    /// What patients are asked for on the web, to be sure that it is they.
    pub check: identity::Asked,
    /// Where patients' mails are taken in, if they are.
    pub mailbox: Option<Mailbox>,
    /// Whether mail is sent at all.
    pub can_mail: bool,
    /// Mails sent in a minute, at most; any number, where there is none.
    pub mails_a_minute: Option<u32>,
    /// When staff who want it are told of the day, in the clinic's zone; never, where there is none.
    pub digest_at: Option<jiff::civil::Time>,
    /// Whether staff need a second factor.
    pub second_factor: account::SecondFactor,
    /// How long an export is kept, once it is done.
    pub exports_kept: jiff::SignedDuration,
    /// Whether programs that are told of events may be on this machine and in networks of the house's.
    pub private_webhooks: bool,
}

/// The mailbox that patients write to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mailbox {
    /// What stands before the `+` in its addresses.
    pub name: String,
    /// What stands behind the `@`.
    pub domain: String,
    /// How the mail server calls itself that checks senders (RFC 8601), where one does.
    pub checked_by: Option<String>,
}

/// What can go wrong, as far as callers branch on it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database.
    #[error(transparent)]
    Store(#[from] foreword_store::Error),
    /// There is no such thing, or it is not for whoever asked.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// The same delivery came before with other content.
    #[error("the same delivery came before with other content")]
    Conflict,
    /// Whoever asked holds no role that may do it.
    #[error("no role that may {} is held", .0.plain())]
    NotAllowed(access::permission::Act),
    /// The visit is over or cancelled.
    #[error("the visit is over or was cancelled")]
    Closed,
    /// What was asked cannot be done as it was asked; the message says why.
    #[error("{0}")]
    Refused(String),
    /// A file of the library.
    #[error(transparent)]
    File(#[from] Refused),
    /// What a program sent can't be taken, or what it asked for not given.
    #[error(transparent)]
    Fhir(#[from] Box<fhir::Fault>),
}

impl Contention for Error {
    fn is_contention(&self) -> bool {
        matches!(self, Self::Store(error) if error.is_contention())
    }
}

impl Error {
    /// Whether it lies in what was asked, so that another try fails like this one, and not in the database
    /// or in the way to it.
    pub fn is_lasting(&self) -> bool {
        match self {
            Self::Store(error) => error.is_lasting(),
            _ => true,
        }
    }
}

/// The result of doing something.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl App {
    /// The service over a store and a library.
    pub fn new(store: Store, catalog: Catalog, options: Options) -> Self {
        Self {
            store,
            library: Arc::new(library::Library::new(catalog)),
            options: Arc::new(options),
            published: Arc::default(),
        }
    }

    /// The library of instruments and pathways.
    pub fn catalog(&self) -> Arc<Catalog> {
        self.library.catalog()
    }

    /// What it was told of the clinic.
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// The zone of the staff pages.
    pub fn clinic_zone(&self) -> TimeZone {
        TimeZone::get(&self.options.time_zone).unwrap_or(TimeZone::UTC)
    }

    /// Whether the database answers.
    pub async fn is_ready(&self) -> bool {
        let asked = self.store.read(|txn| {
            Box::pin(async move { foreword_store::settings::get(txn, "clock").await.map_err(Error::from) })
        });
        asked.await.is_ok()
    }

    /// Where a manual clock was last moved to.
    pub async fn manual_now(&self) -> Result<Option<Timestamp>> {
        let stored = self
            .store
            .read(|txn| {
                Box::pin(async move { Ok::<_, Error>(foreword_store::settings::get(txn, NOW).await?) })
            })
            .await?;
        Ok(stored.and_then(|at| at.parse().ok()))
    }

    /// Moves a manual clock forward.
    ///
    /// # Errors
    /// [`Error::Refused`] when the database runs on the system's clock, or `to` is in its past.
    pub async fn move_clock(&self, to: Timestamp) -> Result<()> {
        self.store
            .write(move |txn| {
                Box::pin(async move {
                    use foreword_store::settings;
                    if settings::get(txn, "clock").await?.as_deref() != Some("manual") {
                        return Err(Error::Refused(
                            "this database runs on the system's clock; `tick --at` needs one made with clock = \"manual\"".to_owned(),
                        ));
                    }
                    let stands: Option<Timestamp> = settings::get(txn, NOW).await?.and_then(|at| at.parse().ok());
                    if let Some(stands) = stands.filter(|stands| *stands > to) {
                        return Err(Error::Refused(format!("--at: the clock stands at {stands}; it does not go back to {to}")));
                    }
                    Ok(settings::put(txn, NOW, &to.to_string()).await?)
                })
            })
            .await
    }

    /// Fixes which clock the database runs on when it is new; tells which it is.
    pub async fn claim_clock(&self, clock: &str) -> Result<String> {
        let clock = clock.to_owned();
        self.store
            .write(move |txn| {
                let clock = clock.clone();
                Box::pin(async move { Ok(foreword_store::settings::claim(txn, "clock", &clock).await?) })
            })
            .await
    }
}

/// Mints an id of any kind.
pub(crate) fn mint<T>(mint: impl Fn(Timestamp, [u8; 10]) -> T, now: Timestamp) -> T {
    mint(now, foreword_store::random())
}

/// A secret of 128 random bits in 22 characters that are safe in a link.
pub(crate) fn secret() -> String {
    encoded(&foreword_store::random())
}

/// 128 bits in 22 characters that are safe in a link.
pub(crate) fn encoded(bits: &[u8; 16]) -> String {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    URL_SAFE_NO_PAD.encode(bits)
}

pub(crate) fn new_uuid(now: Timestamp) -> foreword_domain::ids::ResponseId {
    mint(ids::ResponseId::mint, now)
}

/// Copies of what a transaction's work needs, so that it can be begun again.
macro_rules! again {
    ($($name:ident),* => $body:expr) => {{
        $(let $name = $name.clone();)*
        Box::pin(async move { $body })
    }};
}
pub(crate) use again;
