//! The addresses FHIR knows things by: extensions, code systems, and the few that are Foreword's own.

/// The weight of an answer option in R4.
pub(crate) const ORDINAL_VALUE: &str = "http://hl7.org/fhir/StructureDefinition/ordinalValue";
/// The weight of an answer option since R5, in use with R4, too.
pub(crate) const ITEM_WEIGHT: &str = "http://hl7.org/fhir/StructureDefinition/itemWeight";
pub(crate) const TRANSLATION: &str = "http://hl7.org/fhir/StructureDefinition/translation";
pub(crate) const MIN_VALUE: &str = "http://hl7.org/fhir/StructureDefinition/minValue";
pub(crate) const MAX_VALUE: &str = "http://hl7.org/fhir/StructureDefinition/maxValue";
pub(crate) const UNIT: &str = "http://hl7.org/fhir/StructureDefinition/questionnaire-unit";
pub(crate) const HIDDEN: &str = "http://hl7.org/fhir/StructureDefinition/questionnaire-hidden";
pub(crate) const ITEM_CONTROL: &str = "http://hl7.org/fhir/StructureDefinition/questionnaire-itemControl";
pub(crate) const ITEM_CONTROLS: &str = "http://hl7.org/fhir/questionnaire-item-control";
pub(crate) const CALCULATED: &str =
    "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-calculatedExpression";
pub(crate) const OPTIONS_TOGGLE: &str =
    "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-answerOptionsToggleExpression";
/// Which library holds a questionnaire's logic.
pub(crate) const CQF_LIBRARY: &str = "http://hl7.org/fhir/StructureDefinition/cqf-library";
pub(crate) const LIBRARY_TYPES: &str = "http://terminology.hl7.org/CodeSystem/library-type";
pub(crate) const LOINC: &str = "http://loinc.org";
pub(crate) const FHIRPATH: &str = "text/fhirpath";

pub(crate) const UCUM: &str = "http://unitsofmeasure.org";
/// Why there is no answer, on an item of a response.
pub(crate) const DATA_ABSENT: &str = "http://hl7.org/fhir/StructureDefinition/data-absent-reason";
/// The patient preferred not to answer.
pub(crate) const ASKED_DECLINED: &str = "asked-declined";

/// On a calculated score: `higher-worse` or `higher-better`. FHIR has no word for it.
pub(crate) const DIRECTION: &str = "https://foreword.example/fhir/StructureDefinition/score-direction";
/// The system of the ids of instruments and their variants.
pub(crate) const INSTRUMENTS: &str = "https://foreword.example/fhir/instruments";
/// The id of the contained library that is the instrument's own file.
pub(crate) const DEFINITION: &str = "definition";
/// The media type of that file.
pub(crate) const TOML: &str = "application/toml";
/// The system of the ids of scales: `gad-7.total`.
pub(crate) const SCALES: &str = "https://foreword.example/fhir/scales";
/// The system of the ids of a scale's bands: `gad-7.total.mild`.
pub(crate) const BANDS: &str = "https://foreword.example/fhir/bands";
/// Digits of a decimal that JSON programs lose: `7.50`.
pub(crate) const AS_WRITTEN: &str = "https://foreword.example/fhir/StructureDefinition/decimal-as-written";
/// The visit that something was answered for or is about.
pub(crate) const FOR_APPOINTMENT: &str = "https://foreword.example/fhir/StructureDefinition/for-appointment";
/// Who answered: `patient`, `helped`, `proxy` or `staff`.
pub(crate) const RESPONDENT: &str = "https://foreword.example/fhir/StructureDefinition/respondent";
/// The instrument and version of a score.
pub(crate) const OF_INSTRUMENT: &str = "https://foreword.example/fhir/StructureDefinition/of-instrument";
/// What a score or an answer that was taken out of a response is known by: the response, and its scale or item.
pub(crate) const DERIVED: &str = "https://foreword.example/fhir/derived-observations";
/// The rules behind red flags: `phq-9/self-harm`.
pub(crate) const RULES: &str = "https://foreword.example/fhir/rules";
