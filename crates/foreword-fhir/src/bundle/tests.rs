//! Bundles in, references between their entries, and bundles out.

use super::*;
use crate::Kind;
use proptest::prelude::*;
use serde_json::json;

const BASE: &str = "https://a.example/fhir/R4";

fn parsed(bundle: Value) -> Bundle {
    Bundle::parse(bundle, BASE).unwrap_or_else(|issues| panic!("{issues:?}"))
}

fn with(kind: &str, entries: impl Into<Value>) -> Value {
    json!({ "resourceType": "Bundle", "type": kind, "entry": entries.into() })
}

/// What is wrong with a transaction of one entry: where and why.
fn fault(entry: &Value) -> String {
    let issues = Bundle::parse(with("transaction", json!([entry])), BASE).expect_err("there is a fault");
    let said: Vec<String> = issues
        .iter()
        .map(|issue| format!("{} {}: {}", issue.code, issue.expression.as_deref().unwrap(), issue.text))
        .collect();
    said.join("\n")
}

fn target(url: &str) -> Target {
    Target::parse(url, BASE).unwrap_or_else(|why| panic!("{url}: {why:?}"))
}

#[test]
fn a_transaction_is_read_and_put_in_order() {
    let bundle = parsed(with(
        "transaction",
        json!([
            { "request": { "method": "GET", "url": "Appointment?date=2026-11-23&patient=1" } },
            {
                "fullUrl": "urn:uuid:b",
                "resource": { "resourceType": "Appointment" },
                "request": { "method": "PUT", "url": "Appointment?identifier=urn%3Ax%7C7" }
            },
            {
                "fullUrl": "urn:uuid:a",
                "resource": { "resourceType": "Patient" },
                "request": { "method": "POST", "url": "Patient", "ifNoneExist": "identifier=urn:x|1" }
            },
            { "request": { "method": "DELETE", "url": "QuestionnaireResponse/9", "ifMatch": "W/\"3\"" } }
        ]),
    ));
    let order: Vec<usize> = bundle.order().iter().map(|entry| entry.index).collect();
    assert_eq!(order, [3, 2, 1, 0]);
    let entry = |n: usize| bundle.entries[n].as_ref().unwrap();
    assert_eq!(entry(0).target.query.len(), 2);
    assert_eq!(entry(1).target.query, [("identifier".to_owned(), "urn:x|7".to_owned())]);
    assert_eq!(entry(2).if_none_exist, Some(vec![("identifier".to_owned(), "urn:x|1".to_owned())]));
    assert_eq!(entry(2).full_url.as_deref(), Some("urn:uuid:a"));
    assert_eq!(entry(3).target.id.as_deref(), Some("9"));
    assert!(entry(3).if_match.as_ref().unwrap().holds(Some("3")));
    assert_eq!(format!("{:?}", entry(1)), "Entry { index: 1, method: Put, kind: Some(Appointment), .. }");
}

#[test]
fn addresses_are_taken_apart() {
    let patient = Target { kind: Some(Kind::Patient), ..Target::default() };
    let one = Target { id: Some("1".to_owned()), ..patient.clone() };
    let named = |name: &str| Some(name.to_owned());
    for (url, expected) in [
        ("Patient", patient.clone()),
        ("/Patient/", patient.clone()),
        ("Patient/1", one.clone()),
        ("https://a.example/fhir/R4/Patient/1", one.clone()),
        ("Patient/1/_history/2", Target { version: named("2"), ..one.clone() }),
        ("Patient/1/_history", Target { is_history: true, ..one.clone() }),
        ("Patient/1/$everything", Target { operation: named("$everything"), ..one }),
        (
            "Patient/_search?name=a+b%C3%A9",
            Target { query: vec![("name".to_owned(), "a bé".to_owned())], ..patient },
        ),
        ("$export", Target { operation: named("$export"), ..Target::default() }),
        ("metadata", Target { operation: named("metadata"), ..Target::default() }),
    ] {
        assert_eq!(target(url), expected, "{url}");
    }
    for (url, code) in [
        ("", "value"),
        ("https://b.example/fhir/R4/Patient/1", "value"),
        ("https://a.example/fhir/R44/Patient/1", "value"),
        ("Encounter/1", "not-supported"),
        ("Patient/a_b", "value"),
        ("Patient/1/2", "value"),
        ("Patient/1/_history/2/3", "value"),
        ("../Patient", "not-supported"),
    ] {
        assert_eq!(Target::parse(url, BASE).unwrap_err().0, code, "{url}");
    }
}

#[test]
fn what_is_wrong_with_an_entry_is_said_with_its_place() {
    let patient = json!({ "resourceType": "Patient", "id": "2" });
    for (entry, said) in [
        (json!(1), "structure Bundle.entry[0]: An entry must be an object."),
        (
            json!({}),
            "required Bundle.entry[0].request: The request is missing: an object with method and url.",
        ),
        (
            json!({ "request": {} }),
            "required Bundle.entry[0].request.method: The method is missing.\n\
             required Bundle.entry[0].request.url: The url is missing.",
        ),
        (
            json!({ "request": { "method": "get", "url": 1 } }),
            "structure Bundle.entry[0].request.url: This must be a text.\n\
             value Bundle.entry[0].request.method: The method must be GET, HEAD, POST, PUT, PATCH or DELETE.\n\
             required Bundle.entry[0].request.url: The url is missing.",
        ),
        (
            json!({ "request": { "method": "POST", "url": "Patient" } }),
            "required Bundle.entry[0].resource: The resource is missing: a Patient.",
        ),
        (
            json!({ "request": { "method": "POST", "url": "Task" }, "resource": patient }),
            "structure Bundle.entry[0].resource.resourceType: The address is that of a Task, and the resource must be one.",
        ),
        (
            json!({ "request": { "method": "PUT", "url": "Patient/1" }, "resource": patient }),
            "value Bundle.entry[0].resource.id: The id must be that of the address.",
        ),
        (
            json!({ "request": { "method": "PUT", "url": "Patient" }, "resource": patient }),
            "value Bundle.entry[0].request.url: The address must name one resource: Patient/id, or Patient? and a search.",
        ),
        (
            json!({ "request": { "method": "DELETE", "url": "Patient/1/_history/1" } }),
            "not-supported Bundle.entry[0].request.url: A version can be read, and not changed.",
        ),
        (
            json!({ "request": { "method": "GET", "url": "Patient/1", "ifNoneMatch": "W/\"" } }),
            "value Bundle.entry[0].request.ifNoneMatch: This must be the tag of a version, such as W/\"1\".",
        ),
        (
            json!({ "request": { "method": "GET", "url": "Patient/1", "ifModifiedSince": "today" } }),
            "value Bundle.entry[0].request.ifModifiedSince: This must be an instant, such as 2026-11-23T10:00:00Z.",
        ),
        (
            json!({ "fullUrl": "", "request": { "method": "GET", "url": "Patient/1" } }),
            "structure Bundle.entry[0].fullUrl: A fullUrl must be a text that is not empty.",
        ),
        (
            json!({ "request": { "method": "POST", "url": "Patient/2" }, "resource": patient }),
            "value Bundle.entry[0].request.url: What is created has no id and no search in its address; use PUT, or ifNoneExist.",
        ),
    ] {
        assert_eq!(fault(&entry), said, "{entry}");
    }
}

#[test]
fn a_batch_keeps_what_is_right() {
    let bundle = parsed(with(
        "batch",
        json!([
            { "request": { "method": "GET", "url": "Encounter/1" } },
            { "request": { "method": "GET", "url": "Patient/1" } }
        ]),
    ));
    assert!(bundle.entries[0].is_err());
    assert_eq!(bundle.order().len(), 1);
}

#[test]
fn what_is_no_bundle_or_too_large_is_refused() {
    let many: Vec<Value> = (0..=MAX_ENTRIES).map(|_| json!({})).collect();
    for (bundle, at) in [
        (json!([]), "Bundle"),
        (json!({ "resourceType": "Patient" }), "Bundle.resourceType"),
        (json!({ "resourceType": "Bundle" }), "Bundle.type"),
        (json!({ "resourceType": "Bundle", "type": "searchset" }), "Bundle.type"),
        (with("batch", json!([])), "Bundle.entry"),
        (with("batch", json!({})), "Bundle.entry"),
        (with("batch", json!(many)), "Bundle.entry"),
    ] {
        let issues = Bundle::parse(bundle, BASE).unwrap_err();
        assert_eq!(issues[0].expression.as_deref(), Some(at));
    }
    assert!(parsed(json!({ "resourceType": "Bundle", "type": "transaction" })).entries.is_empty());
}

#[test]
fn nothing_is_named_or_changed_twice() {
    let put = |id: &str, url: &str| {
        json!({
            "fullUrl": url,
            "resource": { "resourceType": "Patient", "id": id },
            "request": { "method": "PUT", "url": format!("Patient/{id}") }
        })
    };
    let issues =
        Bundle::parse(with("transaction", json!([put("1", "urn:uuid:a"), put("2", "urn:uuid:a")])), BASE);
    assert_eq!(issues.unwrap_err()[0].expression.as_deref(), Some("Bundle.entry[1].fullUrl"));
    let delete = json!({ "request": { "method": "DELETE", "url": "Patient/1" } });
    let issues =
        Bundle::parse(with("transaction", json!([put("1", "urn:uuid:a"), delete])), BASE).unwrap_err();
    assert_eq!(issues[0].text, "Entry 0 changes the same resource; a transaction changes each once.");
    let read = json!({ "request": { "method": "GET", "url": "Patient/1" } });
    parsed(with("transaction", json!([put("1", "urn:uuid:a"), read.clone(), read])));
}

#[test]
fn references_become_those_of_what_was_made() {
    let mut visit = json!({
        "resourceType": "Appointment",
        "identifier": [{ "value": "urn:uuid:a" }],
        "participant": [
            { "actor": { "reference": "urn:uuid:a" } },
            { "actor": { "reference": "Patient?identifier=urn:x|1" } },
            { "actor": { "reference": "Practitioner/1" } },
            { "actor": { "reference": "#p" } }
        ]
    });
    let find = |reference: &str| match reference {
        "urn:uuid:a" => Some("Patient/7".to_owned()),
        "Patient?identifier=urn:x|1" => Some("Patient/8".to_owned()),
        _ => None,
    };
    resolve(&mut visit, &find).unwrap();
    let actors: Vec<&str> = visit["participant"]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| p["actor"]["reference"].as_str().unwrap())
        .collect();
    assert_eq!(actors, ["Patient/7", "Patient/8", "Practitioner/1", "#p"]);
    assert_eq!(visit["identifier"][0]["value"], "urn:uuid:a");
    let mut task = json!({
        "resourceType": "Task",
        "for": { "reference": "urn:uuid:b" },
        "basedOn": [{ "reference": "Patient?identifier=2" }]
    });
    let issues = resolve(&mut task, &find).unwrap_err();
    let places: Vec<&str> = issues.iter().map(|issue| issue.expression.as_deref().unwrap()).collect();
    assert_eq!(places, ["Task.basedOn[0].reference", "Task.for.reference"]);
}

#[test]
fn answers_come_with_status_place_and_version() {
    let done = vec![
        Done {
            status: 201,
            location: Some("Patient/1/_history/1".to_owned()),
            version: Some("1".to_owned()),
            last_modified: Some("2026-11-23T10:00:00.1234Z".parse().unwrap()),
            ..Done::default()
        },
        Done {
            status: 404,
            outcome: Some(crate::outcome(&[Issue::error("not-found", "No.")])),
            ..Done::default()
        },
    ];
    let sent = response(Mode::Batch, done);
    assert_eq!(sent["type"], "batch-response");
    assert_eq!(
        sent["entry"][0],
        json!({ "response": {
            "status": "201 Created",
            "location": "Patient/1/_history/1",
            "etag": "W/\"1\"",
            "lastModified": "2026-11-23T10:00:00.123Z"
        } })
    );
    assert_eq!(sent["entry"][1]["response"]["status"], "404 Not Found");
    assert_eq!(sent["entry"][1]["response"]["outcome"]["issue"][0]["code"], "not-found");
    assert_eq!(
        response(Mode::Transaction, Vec::new()),
        json!({ "resourceType": "Bundle", "type": "transaction-response" })
    );
}

#[test]
fn results_come_with_links_modes_and_total() {
    let links = Links {
        this: "https://a.example/fhir/R4/Task",
        next: Some("https://a.example/fhir/R4/Task?_cursor=2"),
    };
    let task = json!({ "resourceType": "Task", "id": "1" });
    let patient = json!({ "resourceType": "Patient", "id": "2" });
    let sent = searchset(
        "https://a.example/fhir/R4/",
        links,
        Some(5),
        vec![task],
        vec![patient],
        Some(crate::outcome(&[])),
    );
    assert_eq!(sent["total"], 5);
    assert_eq!(sent["link"][1]["relation"], "next");
    assert_eq!(sent["entry"][0]["fullUrl"], "https://a.example/fhir/R4/Task/1");
    let modes: Vec<&str> = sent["entry"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["search"]["mode"].as_str().unwrap())
        .collect();
    assert_eq!(modes, ["match", "include", "outcome"]);
    let none = searchset(BASE, Links { this: BASE, next: None }, Some(0), Vec::new(), Vec::new(), None);
    assert_eq!(none["link"].as_array().unwrap().len(), 1);
    assert!(none.get("entry").is_none());
}

#[test]
fn versions_come_with_what_was_done() {
    let version = |version: &str, method, resource| Version {
        kind: Kind::QuestionnaireResponse,
        id: "1".to_owned(),
        version: version.to_owned(),
        method,
        at: "2026-11-23T10:00:00Z".parse().unwrap(),
        resource,
    };
    let resource = json!({ "resourceType": "QuestionnaireResponse", "id": "1" });
    let versions =
        vec![version("2", Method::Delete, None), version("1", Method::Post, Some(resource.clone()))];
    let sent = history(BASE, Links { this: BASE, next: None }, Some(2), versions);
    assert_eq!(sent["entry"][0]["request"], json!({ "method": "DELETE", "url": "QuestionnaireResponse/1" }));
    assert!(sent["entry"][0].get("resource").is_none());
    assert_eq!(sent["entry"][1]["response"]["status"], "201 Created");
    assert_eq!(sent["entry"][1]["response"]["lastModified"], "2026-11-23T10:00:00.000Z");
    assert_eq!(sent["entry"][1]["resource"], resource);
}

proptest! {
    #[test]
    fn no_address_and_no_request_makes_it_panic(
        url in prop_oneof!["\\PC{0,40}", "(https://a.example/fhir/R4)?/?(Patient|Task)?/?[a-c1$_]{0,4}/?(_history)?/?[0-9]?\\??[a-z=&%]{0,9}"],
        method in "GET|PUT|POST|DELETE|\\PC{0,5}",
        tag in "\\PC{0,8}",
        is_transaction: bool,
    ) {
        let request = json!({ "method": method, "url": url, "ifMatch": tag, "ifNoneExist": tag, "ifModifiedSince": tag });
        let kind = if is_transaction { "transaction" } else { "batch" };
        if let Ok(bundle) = Bundle::parse(with(kind, json!([{ "request": request }])), BASE) {
            prop_assert_eq!(bundle.entries.len(), 1);
        }
    }
}
