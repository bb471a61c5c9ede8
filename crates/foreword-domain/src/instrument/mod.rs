//! An instrument: a versioned questionnaire with its items, scales, bands and red flags.
//!
//! Built only by [`Instrument::parse`], which refuses a file that is not right in every part.

mod check;
mod codes;
mod file;
mod item;
mod merge;
mod scale;
mod vectors;
mod visible;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    alert::{Level, RedFlag},
    language::{Lang, Text},
    locate::Refused,
    message::Channel,
    response::Respondent,
    scoring::Formulas,
};

pub use item::{
    Behavior, Bounds, Choice, Condition, Enable, Item, ItemKind, ItemParameters, Label, Operator, StandsOut,
    Stem,
};
pub use scale::{
    Adaptive, Band, BandsFor, ChangeThreshold, Direction, HiddenAnswers, Method, Missing, Round, Scale,
    Transform,
};
pub use vectors::{Change, Expect, Vector};

/// A questionnaire, valid by construction.
#[derive(Clone, Debug, PartialEq)]
pub struct Instrument {
    /// The file's stem: `gad-7`.
    pub id: String,
    /// Its version; a running response stays on the one it began with.
    pub version: String,
    /// Its full name.
    pub title: Text,
    /// What patients and clinicians call what it measures.
    pub plain_name: Text,
    /// The languages it may be asked in, each with its source.
    pub languages: BTreeMap<Lang, Source>,
    /// The id of the instrument it is a variant of (`k10` of `k10.0-40`).
    pub variant_of: Option<String>,
    /// Its own variants, each an instrument of its own.
    pub variants: Vec<Self>,
    /// The period its items look back on.
    pub recall: Option<Recall>,
    /// Whether somebody may answer for the patient.
    pub proxy: bool,
    /// The doors it may be answered at.
    pub channels: Vec<Channel>,
    /// Whether it is asked last and only where nobody looks over a shoulder.
    pub sensitive: bool,
    /// LOINC code of the panel.
    pub loinc: Option<String>,
    /// The terms it is used under.
    pub licence: Licence,
    /// Where it was published.
    pub citations: Vec<String>,
    /// Its items, in the order they are asked.
    pub items: Vec<Item>,
    /// What is computed from them.
    pub scales: Vec<Scale>,
    /// Which items hold the patient's topics, for an agenda.
    pub agenda: Option<AgendaItems>,
    /// How it is asked item by item, for a bank.
    pub adaptive: Option<Adaptive>,
    /// Answers and scores a human must see.
    pub red_flags: Vec<RedFlag>,
    /// How it computes its scores, when it was imported and brings its own way.
    pub formulas: Option<Formulas>,
    /// The FHIR `Questionnaire` it was imported from, byte for byte. Opaque: only `foreword-fhir` reads it.
    pub questionnaire: Option<String>,
    /// The examples its scoring is proved by.
    pub vectors: Vec<Vector>,
    /// The file it was read from, byte for byte.
    pub source: String,
}

/// Where a translation comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// The publication the wording was taken from.
    pub source: String,
}

/// Terms of use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Licence {
    /// The kind of terms, in a word (`no-permission-required`, `own-words`).
    pub kind: String,
    /// The notice that must go with the text.
    pub notice: String,
    /// Where the terms are written.
    pub evidence: String,
    /// Whether electronic use is covered.
    pub electronic_use: bool,
    /// Whether it may be asked here.
    #[serde(default)]
    pub permission: Permission,
}

/// How far the permission to use an instrument's text has got.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Permission {
    /// Nobody needs to be asked.
    NotNeeded {},
    /// Its owner gave it to this site.
    Granted {
        /// Who gave it.
        by: String,
        /// When.
        on: String,
        /// For what.
        scope: String,
    },
    /// Thought to be free; its owner is to confirm. It is scored, and not asked.
    ToConfirm {
        /// Who must confirm what.
        ask: String,
    },
    /// Its owner must be asked: there is no text here, only the scoring.
    Needed {
        /// Where to ask.
        ask: String,
    },
}

impl Default for Permission {
    fn default() -> Self {
        Self::NotNeeded {}
    }
}

impl Permission {
    /// Whether patients may be asked.
    pub fn may_ask(&self) -> bool {
        matches!(self, Self::NotNeeded {} | Self::Granted { .. })
    }

    /// The words for it in lists.
    pub fn words(&self) -> &'static str {
        match self {
            Self::NotNeeded {} => "active",
            Self::Granted { .. } => "active, permission granted",
            Self::ToConfirm { .. } => "inactive, permission to confirm",
            Self::Needed { .. } => "scoring only, text needs a permission",
        }
    }
}

/// The period items look back on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recall {
    /// Its length in days; 0 for "now", or when only its words are known.
    pub days: u16,
    /// Its words.
    pub text: Text,
}

/// Which items of an agenda hold what.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgendaItems {
    /// Topics, in the order asked, each with the item that holds the wish about it.
    pub topics: Vec<TopicItems>,
    /// Items whose answer is the linkId of the topic that comes first, second, ...
    #[serde(default)]
    pub rank: Vec<String>,
    /// Items shown on the summary as context (confidence, decisions, help wanted).
    #[serde(default)]
    pub context: Vec<String>,
}

/// The items of one topic.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TopicItems {
    /// The text item with the patient's words.
    pub item: String,
    /// The choice item with `talk`, `know` or `not-today`.
    pub wish: String,
}

impl Instrument {
    /// Reads an instrument from the text of its file, and proves it.
    ///
    /// `file` is the name that faults are reported under; its stem must be the instrument's id.
    ///
    /// # Errors
    /// Everything that is wrong with the file, each with line and key.
    pub fn parse(file: &str, text: &str) -> Result<Self, Refused> {
        check::instrument(file, text).map_err(|faults| Refused { file: file.to_owned(), faults })
    }

    /// Whether it may be asked at a door, of somebody who answers. What another program hands in was asked there.
    pub fn is_for(&self, channel: Channel, by: Respondent) -> bool {
        (channel == Channel::Api || self.channels.contains(&channel))
            && (by != Respondent::Proxy || self.proxy)
    }

    /// The instrument itself, or one of its variants, by id.
    pub fn variant(&self, id: &str) -> Option<&Self> {
        if self.id == id { Some(self) } else { self.variants.iter().find(|variant| variant.id == id) }
    }

    /// Reads an instrument that was proved when it was taken into use: a rule that has been added since
    /// takes no running response away from its patient.
    ///
    /// # Errors
    /// What makes the text no instrument at all.
    pub fn parse_kept(file: &str, text: &str) -> Result<Self, Refused> {
        check::kept(file, text).map_err(|faults| Refused { file: file.to_owned(), faults })
    }

    /// An item by its linkId.
    pub fn item(&self, id: &str) -> Option<&Item> {
        self.items.iter().find(|item| item.id == id)
    }

    /// A scale by its id.
    pub fn scale(&self, id: &str) -> Option<&Scale> {
        self.scales.iter().find(|scale| scale.id == id)
    }

    /// Items that can be answered.
    pub fn questions(&self) -> impl Iterator<Item = &Item> {
        self.items.iter().filter(|item| item.kind != ItemKind::Display)
    }

    /// Whether it asks or scores one person otherwise than another.
    pub fn tells_people_apart(&self) -> bool {
        self.items.iter().any(|item| item.only_for.is_some())
            || self.scales.iter().any(|scale| !scale.bands_for.is_empty())
    }

    /// Whether an answer to it may need somebody at once.
    pub fn may_need_somebody(&self) -> bool {
        self.red_flags.iter().any(|flag| flag.level == Level::Red || flag.crisis)
    }

    /// Whether an answer to an item of it may bring the crisis text.
    pub fn is_delicate(&self, item: &str) -> bool {
        self.red_flags.iter().any(|flag| flag.is_crisis() && flag.item.as_deref() == Some(item))
    }

    /// How many questions are asked at most: of a bank, as many as its adaptive test may take.
    pub fn most_items(&self) -> usize {
        let all = self.questions().count();
        self.adaptive.as_ref().map_or(all, |adaptive| all.min(adaptive.settings.stop.max_items))
    }

    /// The language to ask it in for somebody who reads `lang`; none when there is no such text.
    pub fn language_for(&self, lang: &Lang) -> Option<&Lang> {
        self.languages
            .keys()
            .find(|l| *l == lang)
            .or_else(|| self.languages.keys().find(|l| l.primary() == lang.primary()))
    }
}

#[cfg(test)]
mod tests;
