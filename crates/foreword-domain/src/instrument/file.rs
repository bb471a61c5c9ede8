//! An instrument file as it is written: only what serde sees, nothing is believed yet.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{AgendaItems, Behavior, ChangeThreshold, Direction, Licence, Method, Operator, Round, Source};
use crate::{alert::RedFlag, language::Text};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    pub id: String,
    pub version: String,
    pub title: Text,
    pub plain_name: Text,
    pub languages: BTreeMap<String, Source>,
    pub recall: Option<String>,
    #[serde(default)]
    pub sensitive: bool,
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
    #[serde(default)]
    pub red_flag: Vec<RedFlag>,
    #[serde(default)]
    pub vector: Vec<FileVector>,
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
    pub method: Method,
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
    pub change: Option<ChangeThreshold>,
    pub loinc: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", tag = "rule", deny_unknown_fields)]
pub(super) enum FileMissing {
    AllNeeded {},
    Prorate { max: usize },
    MeanOfAnswered { at_least: usize },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FileLinear {
    pub factor: f64,
    pub add: f64,
}

#[derive(Deserialize)]
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
    pub answers: BTreeMap<String, toml::Value>,
    pub expect: BTreeMap<String, FileExpect>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FileExpect {
    pub status: crate::scoring::Status,
    pub value: Option<f64>,
    pub band: Option<String>,
}
