//! The library as it is now: what was loaded at the start, and what programs have added since, whichever process
//! they asked.

use std::sync::{Arc, Mutex, PoisonError};

use foreword_domain::{instrument::Instrument, locate::Refused};
use foreword_fhir::{
    Issue,
    import::{self, Settings},
};
use foreword_store::{Txn, audit, library};
use jiff::Timestamp;

use crate::{
    App, Error, Result, again,
    catalog::{Catalog, File},
    fhir::{Fault, Why},
};

/// What is in use.
#[derive(Debug)]
pub(crate) struct Library {
    /// What was loaded at the start.
    first: Arc<Catalog>,
    /// The same with what was added, and up to which addition.
    now: Mutex<(i64, Arc<Catalog>)>,
}

impl Library {
    pub fn new(catalog: Catalog) -> Self {
        let first = Arc::new(catalog);
        Self { now: Mutex::new((0, Arc::clone(&first))), first }
    }

    pub fn catalog(&self) -> Arc<Catalog> {
        Arc::clone(&self.now.lock().unwrap_or_else(PoisonError::into_inner).1)
    }

    fn generation(&self) -> i64 {
        self.now.lock().unwrap_or_else(PoisonError::into_inner).0
    }

    fn put(&self, generation: i64, catalog: Catalog) {
        let mut now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        if now.0 < generation {
            *now = (generation, Arc::new(catalog));
        }
    }
}

impl App {
    /// Brings what programs have added into use; elsewhere it may have been added since this was looked at.
    ///
    /// # Errors
    /// When the database does not answer, or holds an instrument that this version refuses.
    pub async fn refresh_library(&self) -> Result<()> {
        let app = self.clone();
        self.store.read(move |txn| Box::pin(async move { app.refresh_in(txn).await })).await
    }

    /// The same within a transaction.
    pub(crate) async fn refresh_in(&self, txn: &Txn) -> Result<()> {
        let generation = library::generation(txn).await?;
        if generation > self.library.generation() {
            let files = library::newest(txn).await?.into_iter().map(file).collect::<Vec<_>>();
            let catalog = self.library.first.and(&files).map_err(first_of)?;
            self.library.put(generation, catalog);
        }
        Ok(())
    }

    /// Adds a `Questionnaire` to the library, or a version of one that was added before. `id` is the id it must
    /// have, where it must. Tells whether it was not there before, and what is left out or worth knowing.
    ///
    /// # Errors
    /// [`Error::Fhir`] with everything in it that can't be asked faithfully, each with its place.
    pub async fn add_questionnaire(
        &self,
        text: &str,
        id: Option<&str>,
        client: &str,
        now: Timestamp,
    ) -> Result<(Arc<Instrument>, bool, Vec<Issue>)> {
        let settings = Settings { id: id.map(str::to_owned), ..Settings::default() };
        let imported = import::questionnaire("Questionnaire", text, &settings)
            .map_err(|refused| Fault::of(Why::Unprocessable, issues(&refused)))?;
        let instrument = &imported.instrument;
        let known = instrument.variant_of.as_ref().unwrap_or(&instrument.id).clone();
        if id.is_some_and(|id| id != known) {
            let why = format!("brings the file of the instrument {known:?}; put it there");
            return Err(Fault::of(
                Why::Unprocessable,
                vec![Issue::error("business-rule", why).at("Questionnaire.id")],
            ));
        }
        if self.library.first.is_fixed(&known) {
            let why = format!(
                "{known:?} ships with the service or is the clinic's own file; give this one another id"
            );
            return Err(Fault::of(Why::Conflict, vec![Issue::error("conflict", why).at("Questionnaire.id")]));
        }
        let is_new = !self.catalog().instruments.contains_key(&known);
        if id.is_none() && !is_new {
            let why = format!("there is a Questionnaire with the id {known:?} already; update it with PUT");
            return Err(Fault::of(
                Why::Conflict,
                vec![Issue::error("duplicate", why).at("Questionnaire.id")],
            ));
        }
        let source = import::write(instrument, &settings);
        // With the others it must be right, too.
        let added = File { name: format!("{known}.toml"), text: source.clone() };
        self.library
            .first
            .and(&[added])
            .map_err(|refused| Fault::of(Why::Unprocessable, refused.iter().flat_map(issues).collect()))?;
        let (client, name) = (client.to_owned(), known.clone());
        self.store
            .write(move |txn| {
                again!(client, name, source => {
                    let is_same = library::newest(txn).await?.iter().any(|(id, old)| *id == name && *old == source);
                    if !is_same {
                        library::add(txn, &name, &source, &client, now).await?;
                        let subject = format!("instrument:{name}");
                        audit::note(txn, now, &format!("api:{client}"), "questionnaire.added", &subject).await?;
                    }
                    Ok::<_, Error>(())
                })
            })
            .await?;
        self.refresh_library().await?;
        let remarks = imported.left_out.iter().chain(&imported.remarks);
        let remarks =
            remarks.map(|note| Issue::warning("informational", note.what.clone()).at(note.path.clone()));
        let remarks = remarks.collect();
        let added = self.catalog().instruments.get(&known).cloned();
        Ok((added.ok_or(Error::NotFound("instrument"))?, is_new, remarks))
    }
}

fn file((id, text): (String, String)) -> File {
    File { name: format!("{id}.toml"), text }
}

fn first_of(refused: Vec<Refused>) -> Error {
    refused.into_iter().next().map_or(Error::NotFound("instrument"), Error::File)
}

fn issues(refused: &Refused) -> Vec<Issue> {
    refused
        .faults
        .iter()
        .map(|fault| {
            let issue = Issue::error("not-supported", fault.what.clone());
            if fault.key.is_empty() { issue } else { issue.at(format!("Questionnaire.{}", fault.key)) }
        })
        .collect()
}
