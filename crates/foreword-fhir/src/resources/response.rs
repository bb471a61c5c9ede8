//! One administration of one instrument as a `QuestionnaireResponse`.

use std::{collections::BTreeSet, str::FromStr};

use foreword_domain::{
    ids::{AppointmentId, PatientId, ResponseId},
    instrument::Instrument,
    language::Lang,
    message::Channel,
    patient::Person,
    response::{Answer, Respondent, Value as Given},
};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    Stamp, for_appointment, instant, reference,
    shape::{Wording, form},
};
use crate::names::RESPONDENT;

const COMPLETION_MODE: &str = "http://hl7.org/fhir/StructureDefinition/questionnaireresponse-completionMode";
const MODES: &str = "http://terminology.hl7.org/CodeSystem/v3-ParticipationMode";

/// Where a response stands, in R4's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ResponseStatus {
    /// Answers are still to come.
    InProgress,
    /// All is answered.
    Completed,
    /// All was answered, and an answer was changed since.
    Amended,
    /// It was given up.
    Stopped,
    /// It was not the patient who answered, or it is no answer at all.
    EnteredInError,
}

impl ResponseStatus {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::InProgress, Self::Completed, Self::Amended, Self::Stopped, Self::EnteredInError];

    /// The code for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InProgress => "in-progress",
            Self::Completed => "completed",
            Self::Amended => "amended",
            Self::Stopped => "stopped",
            Self::EnteredInError => "entered-in-error",
        }
    }
}

impl FromStr for ResponseStatus {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|status| status.as_str() == text).ok_or_else(|| {
            let all = Self::ALL.map(Self::as_str).join(", ");
            format!("must be one of {all}")
        })
    }
}

/// A response with what it needs to be understood elsewhere.
#[derive(Clone, Copy, Debug)]
pub struct Filled<'a> {
    /// Its id.
    pub id: ResponseId,
    /// Its version.
    pub stamp: Stamp,
    /// Where it stands.
    pub status: ResponseStatus,
    /// What was asked.
    pub instrument: &'a Instrument,
    /// What skip logic may know of the patient.
    pub person: &'a Person,
    /// Whose it is.
    pub patient: PatientId,
    /// The visit it was asked for.
    pub appointment: AppointmentId,
    /// The answers to this ask as they stand, and to no other.
    pub answers: &'a [&'a Answer],
    /// When it was answered last.
    pub authored: Timestamp,
}

impl<'a> Filled<'a> {
    /// The answer to an item, whether it is there or hidden.
    fn given(&self, item: &str) -> Option<&'a Answer> {
        self.answers.iter().find(|answer| answer.at.item == item).copied()
    }

    /// The answers to the items that are there, in their order.
    fn there(&self) -> Vec<&'a Answer> {
        let value = |item: &str| self.given(item).map(|answer| &answer.value);
        let visible = self.instrument.visible(self.person, value);
        visible.into_iter().filter_map(|item| self.given(&item.id)).collect()
    }
}

/// The `QuestionnaireResponse`. What is hidden by skip logic is left out; what the patient preferred not to answer
/// is there without an answer.
pub fn response(filled: &Filled<'_>, base: &str) -> Value {
    let there = filled.there();
    let value = |item: &str| there.iter().find(|answer| answer.at.item == item).map(|answer| &answer.value);
    // The language of the last answer: what is in another was answered before somebody changed it.
    let last = there.iter().max_by_key(|answer| answer.answered_at);
    let english = Lang::english();
    let language = last.map_or(&english, |answer| &answer.instrument_language);
    let form = form(filled.instrument, base, &Wording { language, answer: &value });
    let patient = json!({ "reference": reference(base, "Patient", &filled.patient), "type": "Patient" });
    let mut out = json!({
        "resourceType": "QuestionnaireResponse",
        "id": filled.id.to_string(),
        "meta": filled.stamp.meta(),
        "language": language.as_str(),
        "questionnaire": form.canonical,
        "status": filled.status.as_str(),
        "subject": patient,
        "authored": instant(filled.authored),
    });
    let mut extensions = vec![for_appointment(base, &filled.appointment)];
    extensions.extend(mode(&there));
    let by: BTreeSet<Respondent> = there.iter().map(|answer| answer.by).collect();
    extensions.extend(by.iter().map(|by| json!({ "url": RESPONDENT, "valueCode": by.as_str() })));
    out["extension"] = Value::Array(extensions);
    if let Some((source, author)) = people(&by, &patient) {
        out["source"] = source;
        out["author"] = author;
    }
    let items = form.items(&|item| value(item).map(carried));
    if !items.is_empty() {
        out["item"] = Value::Array(items);
    }
    out
}

/// Who answered and who wrote it down; nothing where several did, because one of them would be wrong.
fn people(by: &BTreeSet<Respondent>, patient: &Value) -> Option<(Value, Value)> {
    let proxy = || json!({ "type": "RelatedPerson", "display": Respondent::Proxy.label() });
    let staff = || json!({ "type": "Practitioner", "display": Respondent::Staff.label() });
    let is_patient = |by: &Respondent| matches!(by, Respondent::Patient | Respondent::Helped);
    match by.first()? {
        _ if by.iter().all(is_patient) => Some((patient.clone(), patient.clone())),
        Respondent::Proxy if by.len() == 1 => Some((proxy(), proxy())),
        // Staff copy what the patient said.
        Respondent::Staff if by.len() == 1 => Some((patient.clone(), staff())),
        _ => None,
    }
}

/// The doors the answers came through.
fn mode(answers: &[&Answer]) -> Option<Value> {
    let doors: BTreeSet<Channel> = answers.iter().map(|answer| answer.channel).collect();
    if doors.is_empty() {
        return None;
    }
    let names: Vec<&str> = doors.iter().map(|door| door.label()).collect();
    let mut concept = json!({ "text": names.join(", ") });
    // Staff copy from paper and write down what is said on the telephone: which of the two is not known.
    if doors.iter().any(|door| *door != Channel::Staff) {
        concept["coding"] = json!([{ "system": MODES, "code": "ELECTRONIC", "display": "electronic data" }]);
    }
    Some(json!({ "url": COMPLETION_MODE, "valueCodeableConcept": concept }))
}

/// A value as FHIR can carry it: it has no control characters but tabulator and line ends.
fn carried(value: &Given) -> Given {
    match value {
        Given::Text(words) => {
            let is_carried = |c: char| c >= ' ' || matches!(c, '\t' | '\n' | '\r');
            Given::Text(words.chars().map(|c| if is_carried(c) { c } else { '\u{fffd}' }).collect())
        }
        other => other.clone(),
    }
}
