//! The page as a FHIR document: whole, well-formed, and with behind it what it was made from.

use foreword_domain::ids::ResponseId;
use foreword_fhir::resources::{ResponseStatus, read_response};
use serde_json::Value as Json;

use super::{
    sheets::{GERMAN, LETTER, fullest},
    *,
};
use crate::fhir::{Administered, Printed, Record, composition, document, document_reference};

const BASE: &str = "https://clinic.example/fhir/R4";

/// A visit with what it was made from, as the service hands it over.
fn record(visit: &Visit) -> Record {
    let ledger = Ledger::of(visit.given.clone());
    let scores = visit.scores(&ledger);
    let responses = visit.script.asks.iter().enumerate().filter_map(|(n, ask)| {
        let answers: Vec<Answer> = ledger.iter().filter(|answer| answer.at.ask == ask.key).cloned().collect();
        let authored = answers.iter().map(|answer| answer.answered_at).max()?;
        let n = u8::try_from(n).expect("few asks");
        Some(Administered {
            id: ResponseId::mint(at("2026-11-20T18:00:00Z"), [n; 10]),
            ask: ask.key.clone(),
            version: 1,
            status: ResponseStatus::Completed,
            instrument: Arc::clone(&ask.instrument),
            person: visit.script.person,
            answers,
            scores: scores
                .iter()
                .find(|(key, _)| *key == ask.key)
                .map(|(_, all)| all.clone())
                .unwrap_or_default(),
            authored,
        })
    });
    let responses = if visit.state == State::NotMe { Vec::new() } else { responses.collect() };
    Record {
        patient: patient(),
        appointment: appointment(),
        summary: visit.summary(),
        responses,
        is_complete: visit.state == State::Completed,
    }
}

fn bundle(visit: &Visit) -> Json {
    document(&record(visit), BASE, at("2026-11-23T16:05:00Z"))
}

/// The narrative of the composition: its own, and that of its sections in their order.
fn narratives(composition: &Json) -> Vec<String> {
    let sections = composition["section"].as_array().expect("sections");
    let texts = std::iter::once(composition).chain(sections);
    texts.map(|of| of["text"]["div"].as_str().expect("a narrative").to_owned()).collect()
}

/// What a reader sees of the document, up to what the page shows behind its end.
pub(super) fn narrated(visit: &Visit) -> String {
    let composition = composition(&record(visit), BASE, at("2026-11-23T16:05:00Z"));
    let sections = composition["section"].as_array().expect("sections");
    let page = sections.iter().take_while(|section| section["title"] != "All answers").count() + 1;
    let said: String = narratives(&composition)[..page].concat();
    let seen: String = said
        .split('<')
        .map(|part| part.split_once('>').map_or(part, |(_, words)| words))
        .collect::<Vec<_>>()
        .join(" ");
    [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&amp;", "&")]
        .iter()
        .fold(seen, |seen, (from, to)| seen.replace(from, to))
}

/// That every element is closed in its turn, and no bare mark stands in the words.
#[track_caller]
fn assert_well_formed(xhtml: &str) {
    let mut open: Vec<&str> = Vec::new();
    let mut parts = xhtml.split('<');
    assert_eq!(parts.next(), Some(""), "{xhtml}");
    for part in parts {
        let (tag, words) = part.split_once('>').unwrap_or_else(|| panic!("<{part} does not end: {xhtml}"));
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "{xhtml}");
        } else if !tag.ends_with('/') {
            open.push(tag.split(' ').next().expect("a name"));
        }
        assert!(
            ["div", "p", "ul", "li", "br"]
                .contains(&tag.trim_matches('/').split(' ').next().expect("a name"))
        );
        assert!(!words.contains('>'), "{xhtml}");
        for entity in words.split('&').skip(1) {
            assert!(["amp;", "lt;", "gt;", "quot;"].iter().any(|known| entity.starts_with(known)), "{xhtml}");
        }
        assert!(words.chars().all(|c| c >= ' '), "{xhtml}");
    }
    assert!(open.is_empty(), "{xhtml}");
}

fn visits() -> Vec<(&'static str, Visit)> {
    let hostile = Visit::new("gi-follow-up", "en")
        .topics(&["</div><script>alert(1)</script>", "a & b \u{1} \u{ffff} \"c\"\nnext 'line'"]);
    vec![
        ("full", super::page::full()),
        ("fullest", fullest(LETTER, "en")),
        ("german", fullest(GERMAN, "de")),
        ("hostile", hostile),
        ("nothing", Visit::new("wellbeing-check", "en").stands(State::Invited)),
        ("not-me", super::page::full().stands(State::NotMe)),
    ]
}

#[test]
fn every_narrative_is_well_formed_whatever_the_patient_wrote() {
    for (_, visit) in visits() {
        let bundle = bundle(&visit);
        for narrative in narratives(&bundle["entry"][0]["resource"]) {
            assert_well_formed(&narrative);
        }
    }
}

#[test]
fn a_document_holds_all_it_refers_to_and_nothing_twice() {
    for (name, visit) in visits() {
        let bundle = bundle(&visit);
        let entries = bundle["entry"].as_array().expect("entries");
        let mut urls: Vec<&str> =
            entries.iter().map(|entry| entry["fullUrl"].as_str().expect("an address")).collect();
        let composition = &entries[0]["resource"];
        assert_eq!(composition["resourceType"], "Composition");
        let mut named =
            vec![&composition["subject"]["reference"], &composition["event"][0]["detail"][0]["reference"]];
        for section in composition["section"].as_array().expect("sections") {
            named.extend(section["entry"].as_array().into_iter().flatten().map(|entry| &entry["reference"]));
        }
        // Besides the composition itself, all is named and all that is named is there.
        assert_eq!(named.len() + 1, urls.len(), "{name}");
        for reference in named {
            assert!(urls.contains(&reference.as_str().expect("a reference")), "{name}: {reference}");
        }
        let count = urls.len();
        urls.sort_unstable();
        urls.dedup();
        assert_eq!(urls.len(), count, "{name}");
    }
}

#[test]
fn the_numbers_behind_the_page_are_those_on_it() {
    let visit = super::page::full();
    let record = record(&visit);
    let bundle = bundle(&visit);
    let resources = || bundle["entry"].as_array().into_iter().flatten().map(|entry| &entry["resource"]);
    let numbers: Vec<Option<f64>> = resources()
        .filter(|resource| resource["resourceType"] == "Observation")
        .map(|resource| resource["valueQuantity"]["value"].as_f64())
        .collect();
    let shown: Vec<Option<f64>> = record.summary.scores.iter().map(|score| score.number).collect();
    assert_eq!(numbers, shown);
    let responses: Vec<&Json> =
        resources().filter(|resource| resource["resourceType"] == "QuestionnaireResponse").collect();
    assert_eq!(responses.len(), record.responses.len());
    for (resource, one) in responses.into_iter().zip(&record.responses) {
        let read = read_response(resource, &one.instrument).expect("a response");
        let given: BTreeMap<String, Value> =
            one.answers.iter().map(|answer| (answer.at.item.clone(), answer.value.clone())).collect();
        assert!(read.values == given, "{}", one.ask);
    }
}

#[test]
fn answers_that_were_set_aside_are_in_no_document() {
    let text = bundle(&super::page::full().stands(State::NotMe)).to_string();
    assert!(!text.contains("fly in March") && !text.contains("QuestionnaireResponse/"), "{text}");
    assert!(text.contains("preliminary"));
}

#[test]
fn a_document_reference_leads_to_the_print_and_to_the_document() {
    let record = record(&super::page::full());
    let printed = Printed {
        url: "https://clinic.example/clinic/appointments/7/summary.pdf",
        sha1: Some("2jmj7l5rSw0yVb/vlWAYkK/YBwk="),
        size: Some(40_000),
    };
    let resource = document_reference(&record, &printed, BASE, at("2026-11-23T16:05:00Z"));
    assert_eq!(resource["content"][0]["attachment"]["size"], 40_000);
    let composition = format!("{BASE}/Composition/{}/$document", appointment().id);
    assert_eq!(resource["content"][1]["attachment"]["url"], composition);
    assert_eq!(resource["docStatus"], "final");
    let name = patient().profile.into_inner().family_name;
    assert!(!resource.to_string().contains(&name), "lists of documents name nobody");
    let document = document(&record, BASE, at("2026-11-23T16:05:00Z"));
    assert_eq!(resource["masterIdentifier"], document["identifier"]);
}
