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

/// On a calculated score: `higher-worse` or `higher-better`. FHIR has no word for it.
pub(crate) const DIRECTION: &str = "https://foreword.example/fhir/StructureDefinition/score-direction";
/// The system of the ids of instruments and their variants.
pub(crate) const INSTRUMENTS: &str = "https://foreword.example/fhir/instruments";
/// The id of the contained library that is the instrument's own file.
pub(crate) const DEFINITION: &str = "definition";
/// The media type of that file.
pub(crate) const TOML: &str = "application/toml";
