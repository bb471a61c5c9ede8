//! What can be searched for: one table for each kind, which the capability statement and
//! `docs/fhir.md` list as well.

use crate::Kind;

/// How a parameter compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// A code, identifier or yes and no.
    Token,
    /// An address, number or mail address of somebody.
    Contact,
    /// A reference to a resource.
    Reference,
    /// A reference to something by its canonical address, with or without `|version`.
    Canonical,
    /// A date or time.
    Date,
    /// Words.
    Text,
    /// An address, compared as it is.
    Uri,
    /// A number with a unit.
    Quantity,
    /// A code and a value of one element, `code$value`.
    Composite,
}

impl Type {
    /// Its name in FHIR.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Token | Self::Contact => "token",
            Self::Reference | Self::Canonical => "reference",
            Self::Date => "date",
            Self::Text => "string",
            Self::Uri => "uri",
            Self::Quantity => "quantity",
            Self::Composite => "composite",
        }
    }
}

/// A parameter of a search.
#[derive(Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// How it compares.
    pub of: Type,
    /// Where in the resource it looks: elements, `[key=value]` behind one for those that have it.
    pub paths: &'static [&'static str],
    /// The one type of resource that a reference must lead to; empty where any will do.
    pub target: &'static str,
    /// The id of its definition among the search parameters of R4; empty where R4 has none.
    pub definition: &'static str,
    /// What it finds.
    pub text: &'static str,
}

impl Parameter {
    /// The parameters of a kind: those of all kinds first.
    pub fn all(kind: Kind) -> impl Iterator<Item = &'static Self> {
        COMMON.iter().chain(of(kind))
    }

    /// The parameter of a kind that has a name.
    pub fn find(kind: Kind, name: &str) -> Option<&'static Self> {
        Self::all(kind).find(|parameter| parameter.name == name)
    }

    /// Whether what it looks at has a beginning and an end.
    pub(super) fn is_period(&self) -> bool {
        self.paths.iter().all(|path| path.ends_with("eriod"))
    }
}

fn of(kind: Kind) -> &'static [Parameter] {
    match kind {
        Kind::Questionnaire => QUESTIONNAIRE,
        Kind::QuestionnaireResponse => QUESTIONNAIRE_RESPONSE,
        Kind::Patient => PATIENT,
        Kind::Appointment => APPOINTMENT,
        Kind::Observation => OBSERVATION,
        Kind::Composition => COMPOSITION,
        Kind::DocumentReference => DOCUMENT_REFERENCE,
        Kind::Task => TASK,
        Kind::Communication => COMMUNICATION,
        Kind::Flag => FLAG,
    }
}

const fn parameter(
    name: &'static str,
    of: Type,
    paths: &'static [&'static str],
    target: &'static str,
    definition: &'static str,
    text: &'static str,
) -> Parameter {
    Parameter { name, of, paths, target, definition, text }
}

const COMMON: &[Parameter] = &[
    parameter("_id", Type::Token, &["id"], "", "Resource-id", "The id"),
    parameter(
        "_lastUpdated",
        Type::Date,
        &["meta.lastUpdated"],
        "",
        "Resource-lastUpdated",
        "When the resource was last changed",
    ),
];

const QUESTIONNAIRE: &[Parameter] = &[
    parameter("url", Type::Uri, &["url"], "", "Questionnaire-url", "The canonical address, without version"),
    parameter("version", Type::Token, &["version"], "", "Questionnaire-version", "The version"),
    parameter("status", Type::Token, &["status"], "", "Questionnaire-status", "draft, active or retired"),
    parameter("title", Type::Text, &["title"], "", "Questionnaire-title", "The title"),
    parameter("name", Type::Text, &["name"], "", "Questionnaire-name", "The name for programs"),
    parameter(
        "code",
        Type::Token,
        &["code", "item.code"],
        "",
        "Questionnaire-code",
        "A code of the questionnaire or of one of its items at the top",
    ),
    parameter("identifier", Type::Token, &["identifier"], "", "Questionnaire-identifier", "An identifier"),
    parameter("date", Type::Date, &["date"], "", "Questionnaire-date", "When it was last changed"),
    parameter("publisher", Type::Text, &["publisher"], "", "Questionnaire-publisher", "Who published it"),
    parameter("description", Type::Text, &["description"], "", "Questionnaire-description", "What it is for"),
    parameter("experimental", Type::Token, &["experimental"], "", "", "Whether it is for tests only"),
    parameter(
        "effective",
        Type::Date,
        &["effectivePeriod"],
        "",
        "Questionnaire-effective",
        "When it is meant to be used",
    ),
    parameter(
        "subject-type",
        Type::Token,
        &["subjectType"],
        "",
        "Questionnaire-subject-type",
        "Whom it can be about",
    ),
    parameter(
        "context",
        Type::Token,
        &["useContext.valueCodeableConcept"],
        "",
        "Questionnaire-context",
        "A use it is meant for",
    ),
    parameter(
        "context-type",
        Type::Token,
        &["useContext.code"],
        "",
        "Questionnaire-context-type",
        "The kind of use it is meant for",
    ),
    parameter(
        "context-type-value",
        Type::Composite,
        &["useContext"],
        "",
        "Questionnaire-context-type-value",
        "The kind of use and its value, `kind$value`",
    ),
];

const QUESTIONNAIRE_RESPONSE: &[Parameter] = &[
    parameter(
        "questionnaire",
        Type::Canonical,
        &["questionnaire"],
        "",
        "QuestionnaireResponse-questionnaire",
        "The questionnaire, with or without its version",
    ),
    parameter(
        "status",
        Type::Token,
        &["status"],
        "",
        "QuestionnaireResponse-status",
        "in-progress, completed, amended, entered-in-error or stopped",
    ),
    parameter(
        "subject",
        Type::Reference,
        &["subject"],
        "",
        "QuestionnaireResponse-subject",
        "Whom it is about",
    ),
    parameter(
        "patient",
        Type::Reference,
        &["subject"],
        "Patient",
        "QuestionnaireResponse-patient",
        "The patient it is about",
    ),
    parameter(
        "authored",
        Type::Date,
        &["authored"],
        "",
        "QuestionnaireResponse-authored",
        "When the answers were given",
    ),
    parameter(
        "author",
        Type::Reference,
        &["author"],
        "",
        "QuestionnaireResponse-author",
        "Who wrote the answers down",
    ),
    parameter(
        "source",
        Type::Reference,
        &["source"],
        "",
        "QuestionnaireResponse-source",
        "Who gave the answers",
    ),
    parameter(
        "identifier",
        Type::Token,
        &["identifier"],
        "",
        "QuestionnaireResponse-identifier",
        "The identifier",
    ),
    parameter(
        "based-on",
        Type::Reference,
        &["basedOn"],
        "",
        "QuestionnaireResponse-based-on",
        "The request it fulfils",
    ),
    parameter(
        "encounter",
        Type::Reference,
        &["encounter"],
        "",
        "QuestionnaireResponse-encounter",
        "The encounter it belongs to",
    ),
    parameter(
        "part-of",
        Type::Reference,
        &["partOf"],
        "",
        "QuestionnaireResponse-part-of",
        "What it is a part of",
    ),
];

const PATIENT: &[Parameter] = &[
    parameter("identifier", Type::Token, &["identifier"], "", "Patient-identifier", "An identifier"),
    parameter("name", Type::Text, &["name"], "", "Patient-name", "Any part of a name"),
    parameter("family", Type::Text, &["name.family"], "", "individual-family", "The family name"),
    parameter("given", Type::Text, &["name.given"], "", "individual-given", "A given name"),
    parameter("birthdate", Type::Date, &["birthDate"], "", "individual-birthdate", "The date of birth"),
    parameter(
        "telecom",
        Type::Contact,
        &["telecom"],
        "",
        "individual-telecom",
        "Any address or number; digits are compared without what stands between them",
    ),
    parameter(
        "phone",
        Type::Contact,
        &["telecom[system=phone]"],
        "",
        "individual-phone",
        "A telephone number",
    ),
    parameter("email", Type::Contact, &["telecom[system=email]"], "", "individual-email", "A mail address"),
    parameter("gender", Type::Token, &["gender"], "", "individual-gender", "male, female, other or unknown"),
    parameter("active", Type::Token, &["active"], "", "Patient-active", "Whether the record is in use"),
    parameter("language", Type::Token, &["communication.language"], "", "Patient-language", "A language"),
];

const APPOINTMENT: &[Parameter] = &[
    parameter("date", Type::Date, &["start"], "", "Appointment-date", "When it begins"),
    parameter(
        "patient",
        Type::Reference,
        &["participant.actor"],
        "Patient",
        "Appointment-patient",
        "The patient",
    ),
    parameter(
        "practitioner",
        Type::Reference,
        &["participant.actor"],
        "Practitioner",
        "Appointment-practitioner",
        "The clinician",
    ),
    parameter(
        "location",
        Type::Reference,
        &["participant.actor"],
        "Location",
        "Appointment-location",
        "The place",
    ),
    parameter(
        "actor",
        Type::Reference,
        &["participant.actor"],
        "",
        "Appointment-actor",
        "Anyone or anything taking part",
    ),
    parameter(
        "status",
        Type::Token,
        &["status"],
        "",
        "Appointment-status",
        "booked, cancelled, arrived, noshow, fulfilled, ...",
    ),
    parameter("identifier", Type::Token, &["identifier"], "", "Appointment-identifier", "An identifier"),
    parameter(
        "service-type",
        Type::Token,
        &["serviceType"],
        "",
        "Appointment-service-type",
        "What is to be done",
    ),
    parameter(
        "appointment-type",
        Type::Token,
        &["appointmentType"],
        "",
        "Appointment-appointment-type",
        "The kind of visit",
    ),
    parameter(
        "specialty",
        Type::Token,
        &["specialty"],
        "",
        "Appointment-specialty",
        "The specialty of the clinician",
    ),
];

const OBSERVATION: &[Parameter] = &[
    parameter("code", Type::Token, &["code"], "", "clinical-code", "What was found out"),
    parameter(
        "date",
        Type::Date,
        &["effectiveDateTime", "effectiveInstant", "effectivePeriod"],
        "",
        "clinical-date",
        "The time it holds for",
    ),
    parameter("patient", Type::Reference, &["subject"], "Patient", "clinical-patient", "The patient"),
    parameter("subject", Type::Reference, &["subject"], "", "Observation-subject", "Whom it is about"),
    parameter("category", Type::Token, &["category"], "", "Observation-category", "The category"),
    parameter(
        "derived-from",
        Type::Reference,
        &["derivedFrom"],
        "",
        "Observation-derived-from",
        "The response it comes from",
    ),
    parameter("has-member", Type::Reference, &["hasMember"], "", "Observation-has-member", "A part of it"),
    parameter(
        "status",
        Type::Token,
        &["status"],
        "",
        "Observation-status",
        "final, amended, entered-in-error, ...",
    ),
    parameter(
        "value-quantity",
        Type::Quantity,
        &["valueQuantity"],
        "",
        "Observation-value-quantity",
        "The value, `number`, `number|system|code` or `number||code`",
    ),
    parameter("identifier", Type::Token, &["identifier"], "", "clinical-identifier", "An identifier"),
    parameter(
        "based-on",
        Type::Reference,
        &["basedOn"],
        "",
        "Observation-based-on",
        "The request it fulfils",
    ),
    parameter("part-of", Type::Reference, &["partOf"], "", "Observation-part-of", "What it is a part of"),
    parameter(
        "encounter",
        Type::Reference,
        &["encounter"],
        "",
        "clinical-encounter",
        "The encounter it belongs to",
    ),
    parameter("performer", Type::Reference, &["performer"], "", "Observation-performer", "Who found it out"),
];

const COMPOSITION: &[Parameter] = &[
    parameter("patient", Type::Reference, &["subject"], "Patient", "clinical-patient", "The patient"),
    parameter("subject", Type::Reference, &["subject"], "", "Composition-subject", "Whom it is about"),
    parameter("date", Type::Date, &["date"], "", "clinical-date", "When it was last changed"),
    parameter("type", Type::Token, &["type"], "", "clinical-type", "The kind of document"),
    parameter("category", Type::Token, &["category"], "", "Composition-category", "The category"),
    parameter(
        "status",
        Type::Token,
        &["status"],
        "",
        "Composition-status",
        "preliminary, final, amended or entered-in-error",
    ),
    parameter("title", Type::Text, &["title"], "", "Composition-title", "The title"),
    parameter("identifier", Type::Token, &["identifier"], "", "clinical-identifier", "The identifier"),
    parameter("author", Type::Reference, &["author"], "", "Composition-author", "Who or what wrote it"),
    parameter(
        "encounter",
        Type::Reference,
        &["encounter"],
        "",
        "clinical-encounter",
        "The encounter it belongs to",
    ),
];

const DOCUMENT_REFERENCE: &[Parameter] = &[
    parameter("patient", Type::Reference, &["subject"], "Patient", "clinical-patient", "The patient"),
    parameter("subject", Type::Reference, &["subject"], "", "DocumentReference-subject", "Whom it is about"),
    parameter("type", Type::Token, &["type"], "", "clinical-type", "The kind of document"),
    parameter("category", Type::Token, &["category"], "", "DocumentReference-category", "The category"),
    parameter("date", Type::Date, &["date"], "", "DocumentReference-date", "When the reference was made"),
    parameter(
        "period",
        Type::Date,
        &["context.period"],
        "",
        "DocumentReference-period",
        "The time the document is about",
    ),
    parameter(
        "status",
        Type::Token,
        &["status"],
        "",
        "DocumentReference-status",
        "current, superseded or entered-in-error",
    ),
    parameter(
        "identifier",
        Type::Token,
        &["masterIdentifier", "identifier"],
        "",
        "clinical-identifier",
        "An identifier",
    ),
    parameter(
        "related",
        Type::Reference,
        &["context.related"],
        "",
        "DocumentReference-related",
        "What it is about, such as the appointment",
    ),
    parameter("author", Type::Reference, &["author"], "", "DocumentReference-author", "Who or what wrote it"),
    parameter(
        "encounter",
        Type::Reference,
        &["context.encounter"],
        "",
        "clinical-encounter",
        "The encounter it belongs to",
    ),
    parameter(
        "contenttype",
        Type::Token,
        &["content.attachment.contentType"],
        "",
        "DocumentReference-contenttype",
        "The media type of a form it is to be had in",
    ),
];

const TASK: &[Parameter] = &[
    parameter("patient", Type::Reference, &["for"], "Patient", "Task-patient", "The patient"),
    parameter("subject", Type::Reference, &["for"], "", "Task-subject", "Whom it is about"),
    parameter("for", Type::Reference, &["for"], "", "", "The same as `subject`"),
    parameter("owner", Type::Reference, &["owner"], "", "Task-owner", "Who is to do it"),
    parameter("requester", Type::Reference, &["requester"], "", "Task-requester", "Who asked for it"),
    parameter(
        "status",
        Type::Token,
        &["status"],
        "",
        "Task-status",
        "requested, in-progress, completed, ...",
    ),
    parameter(
        "business-status",
        Type::Token,
        &["businessStatus"],
        "",
        "Task-business-status",
        "Where it stands, in the words of the clinic",
    ),
    parameter("intent", Type::Token, &["intent"], "", "Task-intent", "order, plan, ..."),
    parameter("code", Type::Token, &["code"], "", "Task-code", "What is to be done"),
    parameter("focus", Type::Reference, &["focus"], "", "Task-focus", "What is to be filled in"),
    parameter("based-on", Type::Reference, &["basedOn"], "", "Task-based-on", "The request it fulfils"),
    parameter("part-of", Type::Reference, &["partOf"], "", "Task-part-of", "What it is a part of"),
    parameter(
        "encounter",
        Type::Reference,
        &["encounter"],
        "",
        "Task-encounter",
        "The encounter it belongs to",
    ),
    parameter("authored-on", Type::Date, &["authoredOn"], "", "Task-authored-on", "When it was made"),
    parameter("modified", Type::Date, &["lastModified"], "", "Task-modified", "When it was last changed"),
    parameter("identifier", Type::Token, &["identifier"], "", "Task-identifier", "An identifier"),
];

const COMMUNICATION: &[Parameter] = &[
    parameter("patient", Type::Reference, &["subject"], "Patient", "Communication-patient", "The patient"),
    parameter("subject", Type::Reference, &["subject"], "", "Communication-subject", "Whom it is about"),
    parameter("sent", Type::Date, &["sent"], "", "Communication-sent", "When it was sent"),
    parameter("received", Type::Date, &["received"], "", "Communication-received", "When it arrived"),
    parameter(
        "status",
        Type::Token,
        &["status"],
        "",
        "Communication-status",
        "preparation, in-progress, completed, stopped, ...",
    ),
    parameter("medium", Type::Token, &["medium"], "", "Communication-medium", "The way it was sent"),
    parameter("category", Type::Token, &["category"], "", "Communication-category", "What it is about"),
    parameter("identifier", Type::Token, &["identifier"], "", "Communication-identifier", "An identifier"),
    parameter(
        "recipient",
        Type::Reference,
        &["recipient"],
        "",
        "Communication-recipient",
        "Whom it was sent to",
    ),
    parameter("sender", Type::Reference, &["sender"], "", "Communication-sender", "Who sent it"),
    parameter(
        "based-on",
        Type::Reference,
        &["basedOn"],
        "",
        "Communication-based-on",
        "The request it fulfils",
    ),
    parameter(
        "encounter",
        Type::Reference,
        &["encounter"],
        "",
        "Communication-encounter",
        "The encounter it belongs to",
    ),
];

const FLAG: &[Parameter] = &[
    parameter("patient", Type::Reference, &["subject"], "Patient", "clinical-patient", "The patient"),
    parameter("subject", Type::Reference, &["subject"], "", "Flag-subject", "Whom it is about"),
    parameter("date", Type::Date, &["period"], "", "clinical-date", "While it was raised"),
    parameter("status", Type::Token, &["status"], "", "", "active, inactive or entered-in-error"),
    parameter("identifier", Type::Token, &["identifier"], "", "Flag-identifier", "An identifier"),
    parameter("author", Type::Reference, &["author"], "", "Flag-author", "Who or what raised it"),
    parameter(
        "encounter",
        Type::Reference,
        &["encounter"],
        "",
        "clinical-encounter",
        "The encounter it belongs to",
    ),
];
