//! What comes as FHIR: resources, Bundles, searches, headers, expressions.

use std::sync::LazyLock;

use foreword_domain::{
    ids::{AppointmentId, PatientId, ResponseId},
    instrument::Instrument,
    language::Lang,
    message::Channel,
    patient::Person,
    response::{Answer, ItemRef},
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
    input::{choice, instrument, instruments, now, same, text, two, usual},
    seeds,
};

const BASE: &str = "https://clinic.test/fhir/R4";
const JSON: &[&str] = &[
    "\"resourceType\":",
    "\"extension\":[{\"url\":\"http://x\"",
    "\"contained\":[",
    "\"id\":",
    "\"meta\":",
    "null",
    "true",
    "[[[[[[[[",
    "{\"a\":{\"a\":{\"a\":",
    "\\u0000",
    "\\ud800",
    "\"_",
    "1e400",
    "\"#",
    "\"reference\":",
    "\"coding\":[{",
];
const ITEMS: &[&str] = &[
    "\"item\":[",
    "\"answer\":[",
    "\"linkId\":",
    "\"valueCoding\":{",
    "\"valueDecimal\":",
    "\"valueInteger\":",
    "\"valueDate\":",
    "\"valueString\":",
    "\"valueQuantity\":{",
    "\"valueReference\":{",
    "\"valueAttachment\":{",
    "\"enableWhen\":[{",
    "\"operator\":",
    "\"answerOption\":[{",
    "\"initial\":[{",
    "\"repeats\":true",
    "\"required\":true",
    "\"maxLength\":",
    "\"group\"",
    "\"choice\"",
    "\"status\":\"completed\"",
    "\"questionnaire\":",
    "\"expression\":",
    "\"answerConstraint\":",
    "\"authored\":",
    "\"subject\":{",
    "null",
    "[[[[",
    "\\u0000",
    "1e400",
];
const PATH: &[&str] = &[
    "%resource",
    "%context",
    "%questionnaire",
    "$this",
    "$index",
    "$total",
    ".where(",
    ".select(",
    ".repeat(",
    ".aggregate(",
    ".ofType(",
    ".is(",
    ".as(",
    ".matches('",
    ".replaceMatches('",
    ".replace(",
    ".substring(",
    ".indexOf(",
    ".toQuantity(",
    ".weight()",
    ".descendants()",
    ".children()",
    ".iif(",
    "iif(",
    ".combine(",
    ".union(",
    " | ",
    " div ",
    " mod ",
    " and ",
    " implies ",
    " xor ",
    " in ",
    " contains ",
    "@2026-11-24T09:30:00.000+14:00",
    "@T24",
    "1 'mg'",
    "4 days",
    "{}",
    "now()",
    "today()",
    ".power(",
    ".exp()",
    ".round(",
    ".sqrt()",
    ".repeat($this)",
    "9223372036854775807",
    "0.00000000000000000001",
    ".toString()",
    ".split(",
    ".join(",
    "item",
    "answer",
    "value",
    "name",
    "given",
    "`",
    "'\\u0000'",
    "((((((((",
];
const SEARCH: &[&str] = &[
    "&_id=",
    "&_lastUpdated=ge",
    "&_sort=-",
    "&_count=",
    "&_include=",
    "&_revinclude=",
    "&_include:iterate=",
    "&_summary=",
    "&_elements=",
    "&_total=",
    "&_cursor=",
    ":exact=",
    ":contains=",
    ":missing=",
    ":not=",
    ":identifier=",
    ":text=",
    "%7C",
    "|",
    "%5C%2C",
    "\\,",
    "\\$",
    "eq2026-11",
    "ap2026",
    "sa2026-11-24T09:30:00%2B01:00",
    "lt1e3",
    "identifier=",
    "birthdate=",
    "name=",
    "subject=",
    "patient=",
    "questionnaire=",
    "status=",
    "date=",
    "authored=",
    "value-quantity=",
    "code=",
    "url=",
    "Patient/",
    "Patient.",
    "*",
];

/// What is fed here.
pub const TARGETS: &[Target] = &[
    Target {
        name: "fhir-structure",
        feed: structure,
        seeds: resources_of_others,
        words: JSON,
        longest: 4096,
    },
    Target {
        name: "fhir-validate",
        feed: validated,
        seeds: with_questionnaires,
        words: ITEMS,
        longest: 8192,
    },
    Target {
        name: "fhir-questionnaire",
        feed: questionnaire,
        seeds: questionnaires,
        words: ITEMS,
        longest: 4096,
    },
    Target { name: "fhir-response", feed: response, seeds: responses, words: ITEMS, longest: 4096 },
    Target { name: "fhir-patient", feed: patient, seeds: patients, words: JSON, longest: 4096 },
    Target { name: "fhir-appointment", feed: booked, seeds: appointments, words: JSON, longest: 4096 },
    Target { name: "fhir-bundle", feed: bundled, seeds: bundles, words: JSON, longest: 4096 },
    Target { name: "fhirpath", feed: fhirpath, seeds: expressions, words: PATH, longest: 512 },
    Target { name: "fhir-search", feed: searched, seeds: searches, words: SEARCH, longest: 512 },
    Target { name: "fhir-headers", feed: headers, seeds: header_lines, words: HEADERS, longest: 512 },
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
    let given: Vec<Answer> = read
        .values
        .iter()
        .map(|(item, value)| Answer {
            at: ItemRef::new(&instrument.id, item),
            value: value.clone(),
            answered_at: now(),
            channel: Channel::Web,
            ui_language: Lang::english(),
            instrument_language: Lang::english(),
            by: read.by,
        })
        .collect();
    let given: Vec<&Answer> = given.iter().collect();
    let written = resources::response(
        &resources::Filled {
            id: ResponseId(uuid()),
            stamp: resources::Stamp { version: 1, at: now() },
            status: read.status,
            instrument,
            person: &Person::default(),
            patient: PatientId(uuid()),
            appointment: AppointmentId(uuid()),
            answers: &given,
            authored: now(),
        },
        BASE,
    );
    assert_eq!(validate::structure(&written.to_string()).err(), None, "what is written is not R4: {written}");
    let again = resources::read_response(&written, instrument);
    let again = again.unwrap_or_else(|issues| panic!("what is written can't be read: {issues:?}"));
    // What is hidden is not written.
    for (item, value) in &again.values {
        assert!(read.values.get(item) == Some(value), "the answer to {item} is another");
    }
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

const HEADERS: &[&str] = &[
    "return=minimal",
    "return=OperationOutcome",
    "handling=strict",
    "respond-async",
    "W/\"3\"",
    "\"",
    "*",
    ", ",
    ";q=0.5",
    "application/fhir+json",
    "fhirVersion=4.0",
    "*/*",
    "charset=utf-8",
    "Mon, 23 Nov 2026 10:00:00 GMT",
    "-0000",
    "60",
];

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

// --- What changes begin with -------------------------------------------------------------------

fn resources_of_others() -> Vec<Vec<u8>> {
    let mut all = seeds::files("tests/data/fhir/r4-examples", ".json");
    all.extend(seeds::files("tests/data/fhir/hostile", ".json"));
    all
}

fn with_questionnaires() -> Vec<Vec<u8>> {
    seeds::pairs("tests/data/fhir/cases", "-qr.json", "-q.json")
}

fn questionnaires() -> Vec<Vec<u8>> {
    let mut all = seeds::files("tests/data/fhir/cases", "-q.json");
    all.extend(seeds::files("tests/data/fhir/hostile", "q.json"));
    all
}

fn responses() -> Vec<Vec<u8>> {
    let mut all: Vec<Vec<u8>> = Vec::new();
    for (which, id) in ASKED.iter().enumerate() {
        let instrument = &instruments()[*id];
        let answers: Vec<Answer> = instrument
            .questions()
            .filter_map(|item| {
                let value = ["1", "0", "2", "yes", "2026-11-20", "words of mine"]
                    .iter()
                    .find_map(|said| {
                        item.choices().first().map_or(*said, |choice| choice.code.as_str()).into()
                    })
                    .and_then(|said: &str| item.read_code(said))?;
                Some(Answer {
                    at: ItemRef::new(*id, &item.id),
                    value,
                    answered_at: now(),
                    channel: Channel::Web,
                    ui_language: Lang::english(),
                    instrument_language: Lang::english(),
                    by: foreword_domain::response::Respondent::Patient,
                })
            })
            .collect();
        let answers: Vec<&Answer> = answers.iter().collect();
        let written = resources::response(
            &resources::Filled {
                id: ResponseId(uuid()),
                stamp: resources::Stamp { version: 1, at: now() },
                status: resources::ResponseStatus::Completed,
                instrument,
                person: &Person::default(),
                patient: PatientId(uuid()),
                appointment: AppointmentId(uuid()),
                answers: &answers,
                authored: now(),
            },
            BASE,
        );
        let mut seed = vec![u8::try_from(which).unwrap_or(0)];
        seed.extend(written.to_string().into_bytes());
        all.push(seed);
    }
    all
}

fn patients() -> Vec<Vec<u8>> {
    let all = seeds::files("tests/data/fhir/r4-examples", ".json");
    all.into_iter().filter(|one| text(one).contains("\"Patient\"")).collect()
}

fn appointments() -> Vec<Vec<u8>> {
    let all = seeds::files("tests/data/fhir/r4-examples", ".json");
    let patient = seeds::file("tests/data/fhir/r4-examples/Patient-example.json");
    let own = r#"{"resourceType":"Appointment","id":"a1","status":"booked","start":"2026-11-24T09:30:00+01:00","minutesDuration":20,
        "appointmentType":{"text":"GI follow-up"},"participant":[{"actor":{"reference":"Patient/example","display":"Ana"},"status":"accepted"},
        {"actor":{"reference":"Practitioner/1","display":"Dr Roe"},"status":"accepted"},{"actor":{"reference":"Location/1","display":"North"},"status":"accepted"}]}"#;
    let mut all: Vec<Vec<u8>> = all.into_iter().filter(|one| text(one).contains("\"Appointment\"")).collect();
    all.push(own.as_bytes().to_vec());
    all.push([own.as_bytes(), &patient].join(&0));
    all
}

fn bundles() -> Vec<Vec<u8>> {
    let mut all = seeds::files("tests/data/fhir/sdc-examples", ".json");
    all.retain(|one| text(one).contains("\"Bundle\""));
    all.extend(seeds::texts(&[
        r#"{"resourceType":"Bundle","type":"transaction","entry":[
            {"fullUrl":"urn:uuid:5f2a1c58-0000-4000-8000-000000000001","resource":{"resourceType":"Patient","name":[{"family":"Roe"}]},"request":{"method":"POST","url":"Patient","ifNoneExist":"identifier=a|1"}},
            {"fullUrl":"urn:uuid:5f2a1c58-0000-4000-8000-000000000002","resource":{"resourceType":"Appointment","participant":[{"actor":{"reference":"urn:uuid:5f2a1c58-0000-4000-8000-000000000001"}}]},"request":{"method":"PUT","url":"Appointment/1","ifMatch":"W/\"3\""}}]}"#,
        r#"{"resourceType":"Bundle","type":"batch","entry":[{"request":{"method":"GET","url":"Patient?name=Roe&_count=2"}},
            {"request":{"method":"DELETE","url":"https://clinic.test/fhir/R4/Patient/1"}},{"request":{"method":"POST","url":"Questionnaire/phq-9/$populate"},"resource":{"resourceType":"Parameters"}}]}"#,
    ]));
    all
}

fn expressions() -> Vec<Vec<u8>> {
    let tests =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../data/fhirpath/r4-tests.jsonl"));
    let tests = tests.expect("the official tests of FHIRPath");
    let mut all: Vec<Vec<u8>> = tests
        .lines()
        .filter_map(|line| {
            serde_json::from_str::<Value>(line).ok()?["expression"]
                .as_str()
                .map(|text| text.as_bytes().to_vec())
        })
        .collect();
    all.extend(seeds::texts(&[
        "%resource.repeat(item).answer.value.weight().sum()",
        "iif(item.where(linkId='1').answer.value.exists(), 1, 0)",
    ]));
    all
}

fn searches() -> Vec<Vec<u8>> {
    let queries = [
        "status=completed,in-progress&authored=ge2026-11-01&_sort=-authored&_count=20&_include=QuestionnaireResponse:subject",
        "name:contains=ana&birthdate=ap1951&identifier=http%3A%2F%2Fa%7C1&_summary=true",
        "_id=a,b&_lastUpdated=lt2026-11-24T09:30:00Z&_elements=id,status&_total=accurate",
        "patient.name=Roe&date=sa2026-11&_revinclude=QuestionnaireResponse:subject",
        "questionnaire=http://x/q|1&subject=Patient/1&value-quantity=gt10",
        "url=https://x/y&version=1&title:exact=A%5C%2CB&code=http://loinc.org|44249-1",
    ];
    let mut all = Vec::new();
    for (n, _) in Kind::ALL.iter().enumerate() {
        for query in queries {
            let mut seed = vec![u8::try_from(n).unwrap_or(0)];
            seed.extend(query.bytes());
            all.push(seed);
        }
    }
    all
}

fn header_lines() -> Vec<Vec<u8>> {
    seeds::texts(&[
        "return=representation; x=1, handling=strict\nrespond-async",
        "W/\"3\", \"4\",5\n*",
        "Mon, 23 Nov 2026 10:00:00 GMT\n23 Nov 2026 10:00:60 -0000\nMon, 23-Nov-26 10:00:00 GMT",
        "application/fhir+json;fhirVersion=4.0;q=0.9, */*;q=0.1\ntext/html\njson",
    ])
}
