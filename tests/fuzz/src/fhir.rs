//! What comes as FHIR: resources, Bundles, searches, headers, expressions.

mod begin;
mod words;

use std::sync::LazyLock;

use foreword_domain::{
    ids::{AppointmentId, PatientId, ResponseId},
    instrument::Instrument,
    language::Lang,
    message::Channel,
    patient::Person,
    response::{Answer, ItemRef, Respondent, Value as Given},
};
use foreword_fhir::{
    Issue, Kind, appointment,
    bundle::{self, Bundle},
    fhirpath::{Document, Environment, Expression},
    header::{self, Prefer, Versions},
    outcome, resources,
    search::{self, Query},
    validate,
};
use jiff::{Zoned, tz::TimeZone};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    Target,
    input::{choice, instrument, now, same, text, two, usual},
    seeds,
};

const BASE: &str = "https://clinic.test/fhir/R4";

/// What is fed here.
pub const TARGETS: &[Target] = &[
    Target {
        name: "fhir-structure",
        feed: structure,
        seeds: begin::resources_of_others,
        words: words::JSON,
        longest: 4096,
    },
    Target {
        name: "fhir-validate",
        feed: validated,
        seeds: begin::with_questionnaires,
        words: words::ITEMS,
        longest: 8192,
    },
    Target {
        name: "fhir-questionnaire",
        feed: questionnaire,
        seeds: begin::questionnaires,
        words: words::ITEMS,
        longest: 4096,
    },
    Target {
        name: "fhir-response",
        feed: response,
        seeds: begin::responses,
        words: words::ITEMS,
        longest: 4096,
    },
    Target { name: "fhir-patient", feed: patient, seeds: begin::patients, words: words::JSON, longest: 4096 },
    Target {
        name: "fhir-appointment",
        feed: booked,
        seeds: begin::appointments,
        words: words::JSON,
        longest: 4096,
    },
    Target { name: "fhir-bundle", feed: bundled, seeds: begin::bundles, words: words::JSON, longest: 4096 },
    Target { name: "fhirpath", feed: fhirpath, seeds: begin::expressions, words: words::PATH, longest: 512 },
    Target {
        name: "fhir-search",
        feed: searched,
        seeds: begin::searches,
        words: words::SEARCH,
        longest: 512,
    },
    Target {
        name: "fhir-headers",
        feed: headers,
        seeds: begin::header_lines,
        words: words::HEADERS,
        longest: 512,
    },
];

/// Whatever is refused says why, in a form that R4 knows itself.
fn told(issues: &[Issue]) {
    assert!(issues.len() <= validate::MAX_ISSUES + 1, "{} issues", issues.len());
    assert!(issues.iter().all(|issue| !issue.text.is_empty()), "an issue says nothing");
    if !issues.is_empty() {
        let written = outcome(issues).to_string();
        assert_eq!(validate::structure(&written).err(), None, "what is told is not R4: {written}");
    }
}

fn structure(data: &[u8]) {
    match validate::structure_of_bytes(data) {
        Ok(resource) => {
            assert!(resource["resourceType"].is_string(), "a resource of no type");
            let written = resource.to_string();
            let again = validate::structure(&written);
            let again = again.unwrap_or_else(|issues| panic!("refused when it is written again: {issues:?}"));
            assert!(same(&again, &resource), "it is another when it is written again");
            let document = Document::parse(&written).expect("what is right can be looked at");
            assert_eq!(
                document.root().type_name(),
                serde_json::from_str::<Value>(&written).unwrap_or_default()["resourceType"]
            );
        }
        Err(issues) => {
            assert!(issues.iter().any(Issue::is_error), "refused without an error");
            told(&issues);
        }
    }
}

fn validated(data: &[u8]) {
    let (resource, questionnaire) = two(data);
    let questionnaire = questionnaire.map(text);
    told(&validate::bytes(resource, questionnaire.as_deref()));
}

fn questionnaire(data: &[u8]) {
    if let Ok(resource) = serde_json::from_slice::<Value>(data) {
        told(&validate::questionnaire(&resource));
    }
}

/// Instruments whose responses are read: choices, numbers; words and wishes; a bank; several kinds of items.
const ASKED: [&str; 4] = ["phq-9", "visit-agenda", "peg", "audit"];

fn form(which: usize) -> (&'static Instrument, &'static Value) {
    static FORMS: LazyLock<Vec<Value>> =
        LazyLock::new(|| ASKED.iter().map(|id| resources::questionnaire(instrument(id), BASE)).collect());
    let which = which % ASKED.len();
    (instrument(ASKED[which]), &FORMS[which])
}

fn response(data: &[u8]) {
    let (which, data) = choice(data);
    let (instrument, form) = form(which);
    let Ok(sent) = serde_json::from_slice::<Value>(data) else { return };
    let read = resources::read_response(&sent, instrument);
    let is_right = validate::structure_of_bytes(data).is_ok();
    let issues = validate::response(&sent, Some(form));
    told(&issues);
    let read = match read {
        Ok(read) => read,
        Err(issues) => {
            assert!(!issues.is_empty(), "refused without an error");
            return told(&issues);
        }
    };
    if let Err(issues) = resources::extract(&sent, instrument, &Person::default(), BASE) {
        told(&issues);
    }
    if !is_right || issues.iter().any(Issue::is_error) {
        return;
    }
    // What was read is written and read again.
    let given: Vec<Answer> =
        read.values.iter().map(|(item, value)| answer(instrument, item, value, read.by)).collect();
    let written = filled(instrument, read.status, &given);
    assert_eq!(validate::structure(&written.to_string()).err(), None, "what is written is not R4: {written}");
    let again = resources::read_response(&written, instrument);
    let again = again.unwrap_or_else(|issues| panic!("what is written can't be read: {issues:?}"));
    // What is hidden is not written.
    for (item, value) in &again.values {
        assert!(read.values.get(item) == Some(value), "the answer to {item} is another");
    }
}

fn answer(instrument: &Instrument, item: &str, value: &Given, by: Respondent) -> Answer {
    Answer {
        at: ItemRef::new(&instrument.id, item),
        value: value.clone(),
        answered_at: now(),
        channel: Channel::Web,
        ui_language: Lang::english(),
        instrument_language: Lang::english(),
        by,
    }
}

/// Answers as a `QuestionnaireResponse`.
fn filled(instrument: &Instrument, status: resources::ResponseStatus, answers: &[Answer]) -> Value {
    let answers: Vec<&Answer> = answers.iter().collect();
    let filled = resources::Filled {
        id: ResponseId(uuid()),
        stamp: resources::Stamp { version: 1, at: now() },
        status,
        instrument,
        person: &Person::default(),
        patient: PatientId(uuid()),
        appointment: AppointmentId(uuid()),
        answers: &answers,
        authored: now(),
    };
    resources::response(&filled, BASE)
}

fn uuid() -> Uuid {
    Uuid::from_u128(0x0194_0000_0000_7000_8000_0000_0000_0001)
}

fn patient(data: &[u8]) {
    let Ok(resource) = serde_json::from_slice::<Value>(data) else { return };
    for fault in [
        resources::read_patient(&resource).err(),
        appointment::who(&resource, None).err(),
        appointment::who(&resource, Some("urn:oid:1.2.36.146.595.217.0.1")).err(),
    ]
    .into_iter()
    .flatten()
    {
        assert!(fault.expression.starts_with("Patient") && !fault.why.is_empty(), "{fault}");
    }
}

fn booked(data: &[u8]) {
    let (data, patient) = two(data);
    let Ok(resource) = serde_json::from_slice::<Value>(data) else { return };
    let patient: Option<Value> = patient.and_then(|patient| serde_json::from_slice(patient).ok());
    match appointment::notice(&resource, patient.as_ref(), &usual()) {
        Ok(notice) => assert!(!notice.appointment_id.is_empty(), "an appointment of no name"),
        Err(fault) => assert!(!fault.expression.is_empty() && !fault.why.is_empty(), "{fault}"),
    }
}

fn bundled(data: &[u8]) {
    let Ok(resource) = serde_json::from_slice::<Value>(data) else { return };
    let bundle = match Bundle::parse(resource, BASE) {
        Ok(bundle) => bundle,
        Err(issues) => {
            assert!(!issues.is_empty(), "refused without an error");
            return told(&issues);
        }
    };
    for issues in bundle.entries.iter().filter_map(|entry| entry.as_ref().err()) {
        assert!(!issues.is_empty(), "refused without an error");
        told(issues);
    }
    for entry in bundle.order() {
        let find = |url: &str| url.starts_with("urn:").then(|| "Patient/1".to_owned());
        if let Some(mut resource) = entry.resource.clone()
            && let Err(issues) = bundle::resolve(&mut resource, &find)
        {
            told(&issues);
        }
    }
}

fn fhirpath(data: &[u8]) {
    static ABOUT: LazyLock<Vec<Document>> = LazyLock::new(|| {
        [
            "tests/data/fhirpath/input/patient-example.json",
            "tests/data/fhir/hostile/qr.json",
            "tests/data/fhir/hostile/q.json",
        ]
        .iter()
        .map(|name| Document::parse(&text(&seeds::file(name))).expect("an example of R4"))
        .collect()
    });
    let written = text(data);
    let expression = match Expression::parse(&written) {
        Ok(expression) => expression,
        Err(why) => {
            assert!(!why.to_string().is_empty(), "refused without a reason");
            return;
        }
    };
    assert_eq!(expression.text(), written);
    for about in ABOUT.iter().take(2) {
        let zoned = Zoned::new(now(), TimeZone::UTC);
        let environment =
            Environment { questionnaire: ABOUT.get(2).cloned(), ..Environment::new(about.clone(), zoned) };
        match expression.evaluate(&[about.root().into()], &environment) {
            Ok(values) => {
                for value in values {
                    assert!(!value.type_name().is_empty(), "a value of no type");
                    let _ = value.json();
                }
            }
            Err(why) => assert!(!why.to_string().is_empty(), "refused without a reason"),
        }
    }
}

fn searched(data: &[u8]) {
    static SAMPLES: LazyLock<Vec<Value>> = LazyLock::new(|| {
        [
            "hostile/q.json",
            "hostile/qr.json",
            "r4-examples/Patient-example.json",
            "r4-examples/Appointment-example.json",
        ]
        .iter()
        .filter_map(|name| serde_json::from_slice(&seeds::file(&format!("tests/data/fhir/{name}"))).ok())
        .collect()
    });
    let (which, query) = choice(data);
    let kind = Kind::ALL[which % Kind::ALL.len()];
    let is_strict = which & 0x80 == 0;
    let query = match Query::parse(kind, &bundle::pairs(&text(query)), is_strict) {
        Ok(query) => query,
        Err(issues) => {
            assert!(!issues.is_empty(), "refused without an error");
            return told(&issues);
        }
    };
    let _ = query.ids();
    for name in query.names() {
        let _ = (
            query.references(name),
            query.tokens(name),
            query.uris(name),
            query.texts(name),
            query.range(name),
        );
    }
    for sample in SAMPLES.iter() {
        let _ = query.matches(sample);
        let _ = search::included(sample, &query);
        for include in query.revincludes() {
            let _ = search::refers(sample, include);
        }
        let _ = search::compare(sample, &SAMPLES[0], &query);
        let shaped = search::shape(sample.clone(), &query);
        assert!(shaped.is_object(), "a resource lost its form");
    }
    // What is said of the search is the search.
    let address = query.self_url(BASE);
    let pairs = bundle::pairs(address.split_once('?').map_or("", |(_, query)| query));
    let again = Query::parse(kind, &pairs, true);
    let again = again.unwrap_or_else(|issues| panic!("{address} is refused: {issues:?}"));
    assert_eq!(again.self_url(BASE), address);
    for sample in SAMPLES.iter() {
        assert_eq!(again.matches(sample), query.matches(sample), "{address} finds something else");
    }
}

fn headers(data: &[u8]) {
    let all = text(data);
    let _ = Prefer::parse(all.lines());
    let _ = header::is_acceptable(all.lines(), all.lines().last());
    for line in all.lines() {
        let _ = header::is_json(line);
        if let Some(Versions::Listed(versions)) = Versions::parse(line) {
            for version in versions {
                let tag = header::etag(&version);
                let again = Versions::parse(&tag);
                assert_eq!(again, Some(Versions::Listed(vec![version])), "{tag} is another version");
            }
        }
        if let Some(at) = header::parse_http_date(line) {
            let written = header::http_date(at);
            let again = written.as_deref().and_then(header::parse_http_date);
            assert_eq!(again, Some(at).filter(|_| written.is_some()), "{written:?} is another time");
        }
    }
}
