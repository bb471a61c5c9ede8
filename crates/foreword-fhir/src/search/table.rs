//! What can be searched for: one table for each kind, which the capability statement and
//! `docs/fhir.md` list as well.

mod forms;
mod people;
mod work;

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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
        Kind::Questionnaire => forms::QUESTIONNAIRE,
        Kind::QuestionnaireResponse => forms::QUESTIONNAIRE_RESPONSE,
        Kind::Patient => people::PATIENT,
        Kind::Appointment => people::APPOINTMENT,
        Kind::Observation => forms::OBSERVATION,
        Kind::Composition => people::COMPOSITION,
        Kind::DocumentReference => people::DOCUMENT_REFERENCE,
        Kind::Task => work::TASK,
        Kind::Communication => work::COMMUNICATION,
        Kind::Flag => work::FLAG,
    }
}

const COMMON: &[Parameter] = &[
    token("_id", &["id"], "Resource-id", "The id"),
    date("_lastUpdated", &["meta.lastUpdated"], "Resource-lastUpdated", "When the resource was last changed"),
];

type Words = &'static str;
type Paths = &'static [&'static str];

const fn plain(of: Type, name: Words, paths: Paths, definition: Words, text: Words) -> Parameter {
    Parameter { name, of, paths, target: "", definition, text }
}

const fn token(name: Words, paths: Paths, definition: Words, text: Words) -> Parameter {
    plain(Type::Token, name, paths, definition, text)
}

const fn contact(name: Words, paths: Paths, definition: Words, text: Words) -> Parameter {
    plain(Type::Contact, name, paths, definition, text)
}

const fn reference(name: Words, paths: Paths, definition: Words, text: Words) -> Parameter {
    plain(Type::Reference, name, paths, definition, text)
}

const fn canonical(name: Words, paths: Paths, definition: Words, text: Words) -> Parameter {
    plain(Type::Canonical, name, paths, definition, text)
}

const fn date(name: Words, paths: Paths, definition: Words, text: Words) -> Parameter {
    plain(Type::Date, name, paths, definition, text)
}

const fn words(name: Words, paths: Paths, definition: Words, text: Words) -> Parameter {
    plain(Type::Text, name, paths, definition, text)
}

const fn uri(name: Words, paths: Paths, definition: Words, text: Words) -> Parameter {
    plain(Type::Uri, name, paths, definition, text)
}

const fn quantity(name: Words, paths: Paths, definition: Words, text: Words) -> Parameter {
    plain(Type::Quantity, name, paths, definition, text)
}

const fn composite(name: Words, paths: Paths, definition: Words, text: Words) -> Parameter {
    plain(Type::Composite, name, paths, definition, text)
}

/// A reference that leads to one type of resource.
const fn one(parameter: Parameter, target: Words) -> Parameter {
    Parameter { target, ..parameter }
}

/// The patient something is about.
const fn patient(paths: Paths, definition: Words) -> Parameter {
    one(reference("patient", paths, definition, "The patient"), "Patient")
}
