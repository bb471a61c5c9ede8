//! An instrument file as it is written: only what serde sees, nothing is believed yet.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{
    AgendaItems, Behavior, ChangeThreshold, Direction, HiddenAnswers, ItemParameters, Licence, Operator,
    Round, Source,
};
use crate::{alert::RedFlag, language::Text, message::Channel, patient::Sex};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    pub id: String,
    pub version: String,
    pub title: Text,
    pub plain_name: Text,
    #[serde(default)]
    pub languages: BTreeMap<String, Source>,
    pub recall: Option<FileRecall>,
    #[serde(default)]
    pub sensitive: bool,
    #[serde(default)]
    pub proxy: bool,
    pub channels: Option<Vec<Channel>>,
    pub loinc: Option<String>,
    pub licence: Option<Licence>,
    #[serde(default)]
    pub citations: Vec<String>,
    #[serde(default)]
    pub options: BTreeMap<String, Vec<FileChoice>>,
    #[serde(default)]
    pub stems: BTreeMap<String, Text>,
    #[serde(default)]
    pub item: Vec<FileItem>,
    #[serde(default)]
    pub scale: Vec<FileScale>,
    pub agenda: Option<AgendaItems>,
    pub adaptive: Option<FileAdaptive>,
    #[serde(default)]
    pub red_flag: Vec<RedFlag>,
    #[serde(default)]
    pub vector: Vec<FileVector>,
    /// Read apart, as changes to the file itself.
    #[serde(default, rename = "variant")]
    pub _variant: Vec<toml::Table>,
}

/// The recall period; its words alone is how files said it once.
pub(super) enum FileRecall {
    Words(String),
    Period { days: u16, text: Text },
}

impl<'de> Deserialize<'de> for FileRecall {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Period {
            days: u16,
            text: Text,
        }
        match toml::Value::deserialize(deserializer)? {
            toml::Value::String(words) => Ok(Self::Words(words)),
            other => {
                let Period { days, text } = other.try_into().map_err(serde::de::Error::custom)?;
                Ok(Self::Period { days, text })
            }
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FileAdaptive {
    pub scale: String,
    pub select: FileSelect,
    pub start: Option<String>,
    pub min_items: usize,
    pub max_items: usize,
    pub stop_se: f64,
    pub stop_delta_se: Option<f64>,
    pub best_health: Option<usize>,
    #[serde(default)]
    pub content: Vec<FileContent>,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "lowercase")]
pub(super) enum FileSelect {
    Mfi,
    Mpwi,
    Mei,
    Mepv,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FileContent {
    pub area: String,
    pub max: Option<usize>,
    pub min: Option<usize>,
}

#[derive(Deserialize, Clone)]
#[serde(deny_unknown_fields)]
pub(super) struct FileChoice {
    pub code: String,
    pub weight: Option<f64>,
    pub text: Option<Text>,
    pub answer_to: Option<String>,
    pub loinc: Option<String>,
    #[serde(default)]
    pub enable_behavior: Behavior,
    #[serde(default)]
    pub enable_when: Vec<FileCondition>,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub(super) enum FileKind {
    Choice,
    MultipleChoice,
    Integer,
    Decimal,
    Scale,
    Date,
    Text,
    Display,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FileItem {
    pub id: String,
    pub kind: FileKind,
    #[serde(default)]
    pub text: Text,
    pub stem: Option<String>,
    pub help: Option<Text>,
    pub loinc: Option<String>,
    pub options: Option<String>,
    #[serde(default)]
    pub choices: Vec<FileChoice>,
    pub min: Option<toml::Value>,
    pub max: Option<toml::Value>,
    #[serde(default)]
    pub unit: Text,
    pub low: Option<Text>,
    pub high: Option<Text>,
    pub max_chars: Option<usize>,
    #[serde(default)]
    pub nothing_is_an_answer: bool,
    pub quotes: Option<String>,
    pub stands_out_from: Option<f64>,
    pub stands_out_to: Option<f64>,
    pub only_for: Option<Sex>,
    pub area: Option<String>,
    pub irt: Option<ItemParameters>,
    #[serde(default)]
    pub enable_behavior: Behavior,
    #[serde(default)]
    pub enable_when: Vec<FileCondition>,
}

#[derive(Deserialize, Clone)]
#[serde(deny_unknown_fields)]
pub(super) struct FileCondition {
    pub item: String,
    pub operator: Operator,
    pub value: toml::Value,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FileScale {
    pub id: String,
    pub name: Text,
    pub items: Vec<String>,
    pub method: FileMethod,
    pub irt: Option<FileIrt>,
    pub hidden_counts: Option<f64>,
    #[serde(default)]
    pub hidden_answers: HiddenAnswers,
    #[serde(default)]
    pub reverse: Vec<String>,
    #[serde(default)]
    pub weights: BTreeMap<String, f64>,
    pub missing: Option<FileMissing>,
    #[serde(default)]
    pub round: Round,
    pub linear: Option<FileLinear>,
    pub lookup: Option<BTreeMap<String, f64>>,
    pub range: [f64; 2],
    pub direction: Option<Direction>,
    #[serde(default)]
    pub bands: Vec<FileBand>,
    #[serde(default)]
    pub bands_for: Vec<FileBandsFor>,
    pub change: Option<FileChange>,
    pub loinc: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", tag = "rule", deny_unknown_fields)]
pub(super) enum FileMissing {
    AllNeeded {},
    Prorate { max: usize },
    MeanOfAnswered { at_least: usize },
    Answered { at_least: usize },
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(super) enum FileMethod {
    Sum,
    Mean,
    Irt,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FileIrt {
    pub d: f64,
    pub grid: Option<FileGrid>,
    pub prior: Option<FileNormal>,
    pub metric: FileNormal,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FileGrid {
    pub min: f64,
    pub max: f64,
    pub nodes: usize,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(deny_unknown_fields)]
pub(super) struct FileNormal {
    pub mean: f64,
    pub sd: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FileBandsFor {
    pub sex: Option<Sex>,
    pub from_age: Option<u16>,
    pub to_age: Option<u16>,
    pub bands: Vec<FileBand>,
    pub citation: String,
}

/// One published threshold, or several.
pub(super) struct FileChange(pub Vec<ChangeThreshold>);

impl<'de> Deserialize<'de> for FileChange {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Read by hand: an untagged enum would say of any error only that nothing fits.
        let value = toml::Value::deserialize(deserializer)?;
        let read = |value: toml::Value| value.try_into().map_err(serde::de::Error::custom);
        match value {
            toml::Value::Array(list) => list.into_iter().map(read).collect::<Result<_, _>>().map(Self),
            one => read(one).map(|one| Self(vec![one])),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FileLinear {
    pub factor: f64,
    pub add: f64,
}

#[derive(Deserialize, Clone)]
#[serde(deny_unknown_fields)]
pub(super) struct FileBand {
    pub id: String,
    pub name: Text,
    pub min: f64,
    pub max: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FileVector {
    pub sex: Option<Sex>,
    pub age: Option<u16>,
    #[serde(default)]
    pub before: BTreeMap<String, f64>,
    pub asked: Option<Vec<String>>,
    #[serde(default)]
    pub refused: BTreeMap<String, Vec<toml::Value>>,
    pub stands_out: Option<Vec<String>>,
    pub red_flags: Option<Vec<String>>,
    #[serde(default)]
    pub answers: BTreeMap<String, toml::Value>,
    #[serde(default)]
    pub expect: BTreeMap<String, FileExpect>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FileExpect {
    pub status: crate::scoring::Status,
    pub value: Option<f64>,
    pub se: Option<f64>,
    pub band: Option<String>,
    pub change: Option<super::vectors::Change>,
}
