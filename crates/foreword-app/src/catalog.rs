//! The library: instruments and pathways, shipped with the service or added by the clinic.

use std::{collections::BTreeMap, sync::Arc};

use foreword_domain::{
    conversation::State,
    instrument::Instrument,
    locate::Refused,
    pathway::{Occasion, Pathway},
};
use foreword_fhir::import;
use foreword_store::{answers, conversations, instruments, pathways};
use jiff::Timestamp;

use crate::again;

macro_rules! shipped {
    ($folder:literal: $($name:literal),+ $(,)?) => {
        &[$(($name, include_str!(concat!("../../../config/", $folder, "/", $name)))),+]
    };
}

/// The instrument files that are part of the service.
pub const INSTRUMENTS: &[(&str, &str)] = shipped!(
    "instruments": "audit.toml", "audit-c.toml", "discussion-wish.toml", "esas-r.toml", "gad-2.toml",
    "gad-7.toml", "gi-questions.toml", "hoos-jr.toml", "k10.toml", "k6.toml", "koos-jr.toml",
    "mood-words.toml", "pc-ptsd-5.toml", "pcl-5.toml", "peg.toml", "phq-15.toml", "phq-2.toml",
    "phq-4.toml", "phq-8.toml", "phq-9.toml", "promis-gh.toml", "rand-36.toml", "visit-agenda.toml",
    "who-5.toml",
);

/// The pathway files that are part of the service.
pub const PATHWAYS: &[(&str, &str)] =
    shipped!("pathways": "gi-follow-up.toml", "mood-follow-up.toml", "wellbeing-check.toml");

/// A file of the library: its name and its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// The name faults are reported under.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// Instruments and pathways that are in use.
#[derive(Debug)]
pub struct Catalog {
    /// Instruments by id.
    pub instruments: BTreeMap<String, Arc<Instrument>>,
    /// Pathways; the first that fits an appointment is used.
    pub pathways: Vec<Arc<Pathway>>,
    by_hash: BTreeMap<(String, Option<String>), Arc<Instrument>>,
    /// The digest of each instrument's file, by the instrument's id.
    hashes: BTreeMap<String, String>,
    /// The clinic's own files.
    files: (Vec<File>, Vec<File>),
}

/// How many visits are on a pathway in one version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InUse {
    /// The pathway's id.
    pub pathway: String,
    /// Its version.
    pub version: String,
    /// Visits on it.
    pub visits: u64,
    /// Those of them that were answered to the end.
    pub completed: u64,
}

/// How often the items of an instrument were asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exposure {
    /// Visits in which it was begun.
    pub visits: u64,
    /// Each item, and the visits it was asked in; of a bank, some are asked more often than others.
    pub items: Vec<(String, u64)>,
}

impl crate::App {
    /// Keeps the text of every pathway that is in use, so that a visit that has begun keeps its version.
    ///
    /// # Errors
    /// [`crate::Error::Refused`] names the pathways that say something else than they did before, under the
    /// same version.
    pub async fn keep_pathways(&self, now: Timestamp) -> crate::Result<()> {
        let app = self.clone();
        let are_kept = self
            .store
            .read(|txn| {
                again!(app => {
                    for pathway in &app.catalog().pathways {
                        if pathways::source(txn, &pathway.id, &pathway.version).await?.as_ref() != Some(&pathway.source) {
                            return Ok(false);
                        }
                    }
                    Ok::<_, crate::Error>(true)
                })
            })
            .await?;
        if are_kept {
            return Ok(());
        }
        let changed = self
            .store
            .write(move |txn| {
                again!(app => {
                    let mut changed = Vec::new();
                    for pathway in &app.catalog().pathways {
                        if !pathways::keep(txn, pathway, now).await? {
                            changed.push(format!(
                                "pathway {:?}: version {:?} was in use with other words; give the changed file another version",
                                pathway.id, pathway.version
                            ));
                        }
                    }
                    Ok::<_, crate::Error>(changed)
                })
            })
            .await?;
        if changed.is_empty() { Ok(()) } else { Err(crate::Error::Refused(changed.join("\n"))) }
    }

    /// How many visits are and were on each pathway, by version.
    pub async fn pathways_in_use(&self) -> crate::Result<Vec<InUse>> {
        let counted = self
            .store
            .read(|txn| {
                Box::pin(async move { Ok::<_, crate::Error>(conversations::on_pathways(txn).await?) })
            })
            .await?;
        let mut all: Vec<InUse> = Vec::new();
        for (pathway, version, state, visits) in counted {
            let completed = if state == State::Completed.as_str() { visits } else { 0 };
            match all.iter_mut().find(|other| other.pathway == pathway && other.version == version) {
                Some(known) => {
                    known.visits += visits;
                    known.completed += completed;
                }
                None => all.push(InUse { pathway, version, visits, completed }),
            }
        }
        Ok(all)
    }

    /// The versions of an instrument that visits were asked in, each with the day it was first used.
    pub async fn instrument_versions(&self, id: &str) -> crate::Result<Vec<(String, Timestamp)>> {
        let id = id.to_owned();
        self.store
            .read(move |txn| {
                Box::pin(async move { Ok::<_, crate::Error>(instruments::versions(txn, &id).await?) })
            })
            .await
    }

    /// How often each item of an instrument was asked, in its order.
    pub async fn exposure(&self, instrument: &Arc<Instrument>) -> crate::Result<Exposure> {
        let id = instrument.id.clone();
        let (visits, counted) = self
            .store
            .read(move |txn| {
                let id = id.clone();
                Box::pin(async move { Ok::<_, crate::Error>(answers::exposure(txn, &id).await?) })
            })
            .await?;
        let asked = |item: &str| counted.iter().find(|(other, _)| other == item).map_or(0, |(_, n)| *n);
        let items = instrument.questions().map(|item| (item.id.clone(), asked(&item.id))).collect();
        Ok(Exposure { visits, items })
    }
}

impl Catalog {
    /// The library that ships with the service.
    ///
    /// # Errors
    /// As [`Catalog::with`]; a test proves there are none.
    pub fn shipped() -> Result<Self, Vec<Refused>> {
        Self::with(&[], &[])
    }

    /// The shipped library with a clinic's own files; a file with the id of a shipped one replaces it.
    ///
    /// # Errors
    /// Every file that is refused, with all that is wrong with it.
    pub fn with(instruments: &[File], pathways: &[File]) -> Result<Self, Vec<Refused>> {
        let mut refused = Vec::new();
        let mut loaded = BTreeMap::new();
        let shipped =
            |(name, text): &(&str, &str)| File { name: (*name).to_owned(), text: (*text).to_owned() };
        for file in INSTRUMENTS.iter().map(shipped).chain(instruments.iter().cloned()) {
            match import::load(&file.name, &file.text) {
                Ok(instrument) => {
                    // A file that replaces another one replaces its variants, too.
                    loaded.retain(|_, other: &mut Arc<Instrument>| {
                        other.variant_of.as_ref() != Some(&instrument.id)
                    });
                    for variant in &instrument.variants {
                        loaded.insert(variant.id.clone(), Arc::new(variant.clone()));
                    }
                    loaded.insert(instrument.id.clone(), Arc::new(instrument));
                }
                Err(error) => refused.push(error),
            }
        }
        let mut ways: Vec<Arc<Pathway>> = Vec::new();
        // The clinic's own come first, so that they win where both fit.
        for file in pathways.iter().cloned().chain(PATHWAYS.iter().map(shipped)) {
            match Pathway::parse(&file.name, &file.text, &loaded) {
                Ok(pathway) if ways.iter().any(|other| other.id == pathway.id) => {}
                Ok(pathway) => ways.push(Arc::new(pathway)),
                Err(error) => refused.push(error),
            }
        }
        if !refused.is_empty() {
            return Err(refused);
        }
        let by_hash = loaded
            .values()
            .map(|i| {
                ((instruments::hash(&i.source), i.variant_of.as_ref().map(|_| i.id.clone())), Arc::clone(i))
            })
            .collect();
        let hashes = loaded.iter().map(|(id, i)| (id.clone(), instruments::hash(&i.source))).collect();
        let files = (instruments.to_vec(), pathways.to_vec());
        Ok(Self { instruments: loaded, pathways: ways, by_hash, hashes, files })
    }

    /// The same with more instruments.
    ///
    /// # Errors
    /// As [`Catalog::with`].
    pub fn and(&self, more: &[File]) -> Result<Self, Vec<Refused>> {
        let (instruments, pathways) = &self.files;
        let all: Vec<File> = instruments.iter().chain(more).cloned().collect();
        Ok(Self { files: self.files.clone(), ..Self::with(&all, pathways)? })
    }

    /// Whether an instrument is the clinic's own or ships with the service, and was not added by a program.
    pub fn is_fixed(&self, id: &str) -> bool {
        let file = format!("{id}.toml");
        INSTRUMENTS.iter().any(|(shipped, _)| *shipped == file)
            || self.files.0.iter().any(|own| own.name.rsplit('/').next() == Some(&file))
    }

    /// The pathways that fit a visit, the one that is meant first.
    pub fn pathways_for(&self, occasion: &Occasion<'_>) -> impl Iterator<Item = &Arc<Pathway>> {
        self.pathways.iter().filter(|pathway| pathway.is_for(occasion))
    }

    /// Whether any pathway tells first visits from others.
    pub fn tells_first_visits(&self) -> bool {
        self.pathways.iter().any(|pathway| pathway.trigger.visit.is_some())
    }

    /// A pathway by its id.
    pub fn pathway(&self, id: &str) -> Option<&Arc<Pathway>> {
        self.pathways.iter().find(|pathway| pathway.id == id)
    }

    /// The digest of the file of an instrument of the library.
    pub(crate) fn hash(&self, instrument: &Instrument) -> String {
        // An older version than the library's has a file of its own.
        let is_newest =
            self.instruments.get(&instrument.id).is_some_and(|newest| newest.source == instrument.source);
        let known = self.hashes.get(&instrument.id).filter(|_| is_newest);
        known.cloned().unwrap_or_else(|| instruments::hash(&instrument.source))
    }

    pub(crate) fn by_hash(&self, hash: &str, variant: Option<&str>) -> Option<&Arc<Instrument>> {
        self.by_hash.get(&(hash.to_owned(), variant.map(str::to_owned)))
    }
}
