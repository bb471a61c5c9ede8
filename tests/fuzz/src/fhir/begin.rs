//! What changes to FHIR begin with.

use foreword_domain::response::{Answer, Respondent};
use foreword_fhir::{Kind, resources::ResponseStatus};
use serde_json::Value;

use super::{ASKED, answer, filled};
use crate::{
    input::{instruments, text},
    seeds,
};

pub fn resources_of_others() -> Vec<Vec<u8>> {
    let mut all = seeds::files("tests/data/fhir/r4-examples", ".json");
    all.extend(seeds::files("tests/data/fhir/hostile", ".json"));
    all
}

pub fn with_questionnaires() -> Vec<Vec<u8>> {
    seeds::pairs("tests/data/fhir/cases", "-qr.json", "-q.json")
}

pub fn questionnaires() -> Vec<Vec<u8>> {
    let mut all = seeds::files("tests/data/fhir/cases", "-q.json");
    all.extend(seeds::files("tests/data/fhir/hostile", "q.json"));
    all
}

pub fn responses() -> Vec<Vec<u8>> {
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
                Some(answer(instrument, &item.id, &value, Respondent::Patient))
            })
            .collect();
        let written = filled(instrument, ResponseStatus::Completed, &answers);
        let mut seed = vec![u8::try_from(which).unwrap_or(0)];
        seed.extend(written.to_string().into_bytes());
        all.push(seed);
    }
    all
}

pub fn patients() -> Vec<Vec<u8>> {
    let all = seeds::files("tests/data/fhir/r4-examples", ".json");
    all.into_iter().filter(|one| text(one).contains("\"Patient\"")).collect()
}

pub fn appointments() -> Vec<Vec<u8>> {
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

pub fn bundles() -> Vec<Vec<u8>> {
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

pub fn expressions() -> Vec<Vec<u8>> {
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

pub fn searches() -> Vec<Vec<u8>> {
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

pub fn header_lines() -> Vec<Vec<u8>> {
    seeds::texts(&[
        "return=representation; x=1, handling=strict\nrespond-async",
        "W/\"3\", \"4\",5\n*",
        "Mon, 23 Nov 2026 10:00:00 GMT\n23 Nov 2026 10:00:60 -0000\nMon, 23-Nov-26 10:00:00 GMT",
        "application/fhir+json;fhirVersion=4.0;q=0.9, */*;q=0.1\ntext/html\njson",
    ])
}
