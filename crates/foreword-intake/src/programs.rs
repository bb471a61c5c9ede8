//! The doors for programs beside FHIR itself: how they get a token (SMART Backend Services), and what all of them
//! share: limits, and the way to their keys.

#[cfg(feature = "fuzz")]
pub(crate) mod parsing;
mod token;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    Router,
    routing::{get, post},
};
use foreword_app::access::jwt::{KeySet, Unchecked};
use jiff::{SignedDuration, Timestamp};

use crate::{
    Web,
    cds::CdsSettings,
    launch::LaunchSettings,
    limits::{Counts, Limits, TOKEN_PATH},
    outward::{Outward, Reach, Trouble},
};

/// Largest set of keys that is read, in bytes.
const LARGEST_SET: usize = 64 * 1024;
/// How long fetched keys are believed.
const BELIEVED: SignedDuration = SignedDuration::from_mins(10);
/// How long an address of keys is left alone after it was asked.
const LEFT_ALONE: SignedDuration = SignedDuration::from_secs(10);
/// Sets of keys that are kept.
const MOST_SETS: usize = 1000;

/// What is set up for programs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProgramSettings {
    /// How much they may ask.
    pub limits: Limits,
    /// Where the addresses of their keys may lead.
    pub reach: Reach,
    /// CDS Hooks.
    pub cds: CdsSettings,
    /// The EHR that may launch the page.
    pub launch: LaunchSettings,
}

/// What the doors for programs share.
#[derive(Clone)]
pub struct Programs(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    pub counts: Counts,
    pub cds: CdsSettings,
    pub launch: LaunchSettings,
    pub outward: Outward,
    keys: Mutex<HashMap<String, Fetched>>,
}

#[derive(Clone)]
struct Fetched {
    keys: Result<KeySet, String>,
    at: Timestamp,
}

impl Programs {
    /// The doors, with certificates of other programs' servers checked with these settings.
    ///
    /// # Errors
    /// Why no client can be made of them.
    pub fn new(settings: ProgramSettings, tls: rustls::ClientConfig) -> Result<Self, String> {
        let outward = Outward::new(tls, settings.reach)?;
        let counts = Counts::new(settings.limits);
        Ok(Self(Arc::new(Inner {
            counts,
            cds: settings.cds,
            launch: settings.launch,
            outward,
            keys: Mutex::new(HashMap::new()),
        })))
    }

    /// The keys at an address, for a statement that names one of them: what was fetched before, or afresh when it
    /// is old or does not have that key.
    ///
    /// # Errors
    /// Why there are none, for whoever asked.
    pub(crate) async fn keys_at(
        &self,
        address: &str,
        named: &Unchecked,
        now: Timestamp,
    ) -> Result<KeySet, String> {
        let known = self.lock().get(address).cloned();
        if let Some(known) = known {
            let age = now.duration_since(known.at);
            let has_it = known.keys.as_ref().is_ok_and(|keys| named.is_named_in(keys));
            if age < LEFT_ALONE || (has_it && age < BELIEVED) {
                return known.keys;
            }
        }
        let keys = match self.0.outward.get(address, LARGEST_SET).await {
            Ok(body) => read(&body),
            Err(trouble) => Err(trouble),
        };
        let keys = keys.map_err(|trouble| {
            tracing::warn!(%trouble, "the keys of a client could not be fetched");
            format!("the client's keys could not be fetched: {trouble}")
        });
        let mut sets = self.lock();
        if sets.len() >= MOST_SETS {
            sets.clear();
        }
        sets.insert(address.to_owned(), Fetched { keys: keys.clone(), at: now });
        keys
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, Fetched>> {
        self.0.keys.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn read(body: &[u8]) -> Result<KeySet, Trouble> {
    let text = std::str::from_utf8(body).map_err(|_| Trouble::Content("it is no text".to_owned()))?;
    KeySet::read(text).map_err(|why| Trouble::Content(why.0))
}

/// The routes.
pub(crate) fn router() -> Router<Web> {
    Router::new()
        .route("/.well-known/smart-configuration", get(token::about))
        .route("/fhir/R4/.well-known/smart-configuration", get(token::about))
        .route(TOKEN_PATH, post(token::give))
}
