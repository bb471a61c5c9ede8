//! What programs do by FHIR R4: resources are read, looked for and written. A write is one transaction with all
//! that follows from it, and goes the way that every other door goes.

mod asking;
mod booking;
pub mod export;
mod fault;
mod find;
mod hand_in;
mod operations;
mod pages;
mod past;
mod person;
mod reading;
mod views;
mod write;

pub use fault::{Fault, Why};
pub use find::Page;
pub use past::Entry;
pub use write::{Mode, Write, Written};

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use foreword_domain::instrument::Instrument;
use foreword_fhir::{Issue, resources, validate::Rules};
use foreword_store::{Txn, instruments};

use crate::{App, Error, Result};

impl App {
    /// The address of the FHIR endpoint, without a slash at the end.
    pub fn fhir_base(&self) -> String {
        format!("{}/fhir/R4", self.options.public_url)
    }

    /// The instrument a canonical address means (`.../Questionnaire/phq-9|2`), in that version; in the newest
    /// where none is named.
    async fn instrument_of(&self, txn: &Txn, canonical: &str) -> Result<Option<Arc<Instrument>>> {
        let (url, version) = match canonical.split_once('|') {
            Some((url, version)) => (url, Some(version)),
            None => (canonical, None),
        };
        let url = url.split('#').next().unwrap_or_default();
        let base = self.fhir_base();
        let is_it = |instrument: &Arc<Instrument>| match resources::canonical_url(instrument, &base) {
            Some(own) => own == url || url == format!("Questionnaire/{}", instrument.id),
            None => url == format!("Questionnaire/{}", instrument.id),
        };
        let mut known = self.catalog().instruments.values().find(|known| is_it(known)).cloned();
        if known.is_none() {
            // Another process may have taken it in.
            self.refresh_in(txn).await?;
            known = self.catalog().instruments.values().find(|known| is_it(known)).cloned();
        }
        let Some(known) = known else { return Ok(None) };
        let version = version.filter(|version| !version.is_empty() && *version != known.version);
        let Some(version) = version else { return Ok(Some(known)) };
        match instruments::of_version(txn, &known.id, version).await? {
            Some(hash) => Ok(Some(self.instrument(txn, &hash, None).await?)),
            None => Ok(None),
        }
    }
}

/// The questionnaires that were asked for, as they are published, by the digest of the instrument's file.
#[derive(Debug, Default)]
pub(crate) struct Published(Mutex<BTreeMap<(String, String), Arc<Form>>>);

/// An instrument as it is published.
#[derive(Debug)]
struct Form {
    /// The `Questionnaire`.
    resource: serde_json::Value,
    /// What it demands of its responses.
    rules: Result<Rules, Issue>,
}

impl App {
    /// The `Questionnaire` of an instrument: it takes longer to write than a response takes to check.
    fn published(&self, instrument: &Arc<Instrument>) -> Arc<Form> {
        let name = (instrument.id.clone(), self.catalog().hash(instrument));
        let mut known = self.published.0.lock().unwrap_or_else(PoisonError::into_inner);
        let written = || {
            let resource = resources::questionnaire(instrument, &self.fhir_base());
            let rules = Rules::of(&resource);
            Arc::new(Form { resource, rules })
        };
        Arc::clone(known.entry(name).or_insert_with(written))
    }
}

/// That something can't be taken, for one reason.
fn refused(why: Why, issue: Issue) -> Error {
    Fault::of(why, vec![issue])
}
