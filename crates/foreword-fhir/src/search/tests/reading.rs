//! What is read of a query, what is refused, and what the store is told.

use super::{faults, is_found, pairs, query};
use crate::{
    Kind,
    search::{Query, Token, Total},
};
use serde_json::json;

#[test]
fn an_unknown_parameter_is_left_out_and_said_or_refused_when_strict() {
    let given = pairs("status=booked&colour=red&date=2026");
    let lenient = Query::parse(Kind::Appointment, &given, false).unwrap();
    assert_eq!(lenient.ignored(), ["colour"]);
    assert_eq!(
        lenient.self_url("https://a.example/fhir/"),
        "https://a.example/fhir/Appointment?status=booked&date=2026"
    );
    let said = faults(Kind::Appointment, "status=booked&colour=red&date=2026");
    assert_eq!(said.len(), 1);
    assert!(
        said[0].starts_with("not-supported: colour is no parameter of Appointment here; there are _id,"),
        "{said:?}"
    );
}

#[test]
fn everything_wrong_is_said_at_once_and_no_value_is_quoted() {
    let said = faults(Kind::Patient, "birthdate=secret&name=&identifier=a|b|c&phone=%5C&family:sounds=x");
    insta::assert_snapshot!(said.join("\n"), @r"
    value: birthdate: must be a date or time such as 2026, 2026-11, 2026-11-23 or 2026-11-23T10:00:00Z, with eq, ne, lt, gt, le, ge, sa, eb, ap or nothing before it.
    value: name: has no value; leave the parameter out or give it one.
    value: identifier: must be code, system|code, |code or system|, with a backslash before each comma, | and $ that is part of them.
    not-supported: family: the modifier :sounds is not supported; there are :missing, :exact and :contains.
    ");
    assert!(!said.join(" ").contains("secret"));
}

#[test]
fn what_would_find_too_many_is_refused_even_when_not_strict() {
    let cases = [
        ("patient.name=anna", "patient: chained parameters are not supported"),
        ("patient:Patient.name=anna", "patient: chained parameters are not supported"),
        ("_has:Observation:patient:code=1", "_has is not supported"),
        ("_text=x", "_text is not supported"),
        ("_filter=x", "_filter is not supported"),
        ("status:above=booked", "status: the modifier :above is not supported; there are :missing and :not."),
        ("status:in=booked", "status: the modifier :in is not supported"),
        ("status:text=booked", "status: the modifier :text is not supported"),
        ("date:exact=2026", "date: the modifier :exact is not supported; there are :missing."),
        ("date:missing=maybe", "date:missing: must be true or false."),
        ("patient:Group=Patient/1", "patient: names one type in its value and another one behind the colon."),
        ("patient=a/b/c", "patient: must be an id, Type/id or the address of a resource."),
        ("status=", "status: has no value"),
        ("status=a,,b", "status: has an empty value beside a comma"),
        ("status=|", "status: must be code, system|code"),
        ("_count=-1", "_count: must be a number, 0 or more."),
        ("_count=1&_count=2", "_count: stands twice; give it once."),
        ("_sort=colour", "_sort: must be names of parameters of Appointment"),
        ("_summary=yes", "_summary: must be true, text, data, count or false."),
        ("_total=some", "_total: must be none, estimate or accurate."),
        ("_elements=a;b", "_elements: must be names of elements with commas between them."),
        ("_elements=id&_summary=true", "_elements can't be used together with _summary"),
        ("_include=Appointment:status", "_include: must be Type:parameter or Type:parameter:Type"),
        ("_include=Encounter:patient", "_include: must be Type:parameter"),
        (
            "_include:iterate=Appointment:patient",
            "_include: goes one step and no further; leave out :iterate.",
        ),
        ("_revinclude=*", "_revinclude: must be Type:parameter"),
        ("_cursor=", "_cursor: must be taken from a next link as it is."),
    ];
    for (text, why) in cases {
        let issues = Query::parse(Kind::Appointment, &pairs(text), false).expect_err(text);
        assert!(issues[0].text.starts_with(why), "{text}: {}", issues[0].text);
    }
}

#[test]
fn a_search_has_its_limits() {
    let many: Vec<_> = (0..101).map(|n| ("_id".to_owned(), n.to_string())).collect();
    let issues = Query::parse(Kind::Patient, &many, false).unwrap_err();
    assert_eq!(issues[0].text, "The search has 101 parameters; at most 100 are read.");
    let said = faults(Kind::Patient, &format!("_id={}", vec!["1"; 1001].join(",")));
    assert_eq!(said, ["too-costly: The search has more than 1000 values; ask in several searches."]);
    let said = faults(Kind::Patient, &format!("name={}", "x".repeat(70_000)));
    assert_eq!(said, ["too-costly: name: is 70000 bytes long; at most 65536 are read."]);
    let said = faults(Kind::Patient, "<script>alert(1)</script>=1");
    assert!(
        said[0].starts_with("not-supported: (a name that is no parameter's) is no parameter"),
        "{said:?}"
    );
    assert_eq!(query(Kind::Patient, "_count=5000").count(), Some(1000));
}

#[test]
fn modifiers_change_what_is_compared() {
    let patient = json!({
        "resourceType": "Patient",
        "name": [{ "family": "Åström", "given": ["Eva"] }],
        "gender": "female",
        "identifier": [{ "value": "a,b" }, { "value": "a$b" }, { "value": "a\\b" }]
    });
    for (text, is) in [
        ("name:exact=Åström", true),
        ("name:exact=astrom", false),
        ("name:contains=STRO", true),
        ("name:contains=stra", false),
        ("gender:not=male", true),
        ("gender:not=female,male", false),
        ("birthdate:missing=true", true),
        ("birthdate:missing=false", false),
        ("active:not=true", true),
        ("identifier=a\\,b", true),
        ("identifier=a,b", false),
        ("identifier=a\\$b", true),
        ("identifier=a\\\\b", true),
        ("gender=male,female", true),
        ("gender=female&name=eva&name=astr", true),
        ("gender=female&name=eva&name=adam", false),
    ] {
        assert_eq!(is_found(&patient, text), is, "{text}");
    }
    let visit = json!({
        "resourceType": "Appointment",
        "participant": [{ "actor": { "type": "Patient", "identifier": { "system": "urn:mrn", "value": "7" } } }]
    });
    assert!(is_found(&visit, "patient:identifier=urn:mrn|7"));
    assert!(!is_found(&visit, "patient:identifier=urn:mrn|8"));
    assert!(!is_found(&visit, "practitioner:identifier=urn:mrn|7"));
    let task = json!({ "resourceType": "Task", "owner": { "reference": "Patient/1" } });
    assert!(is_found(&task, "owner:Patient=1"));
    assert!(!is_found(&task, "owner:Practitioner=1"));
}

#[test]
fn only_resources_of_the_kind_match() {
    let task = json!({ "resourceType": "Task", "id": "1" });
    assert!(query(Kind::Task, "_id=1").matches(&task));
    assert!(!query(Kind::Flag, "_id=1").matches(&task));
}

#[test]
fn the_store_is_told_ids_references_codes_and_addresses() {
    let visits = query(
        Kind::Appointment,
        "_id=a,b&_id=b,c&patient=Patient/1,https://a.example/fhir/Patient/2/_history/3,4&status=urn:x|booked,arrived",
    );
    assert_eq!(visits.ids().unwrap(), ["b"]);
    assert_eq!(visits.references("patient").unwrap(), ["1", "2", "4"]);
    let codes = visits.tokens("status").unwrap();
    assert!(
        codes
            == [
                Token { system: Some("urn:x".to_owned()), code: Some("booked".to_owned()) },
                Token { system: None, code: Some("arrived".to_owned()) }
            ]
    );
    assert_eq!(visits.references("practitioner"), None);
    let others = query(Kind::Appointment, "patient:missing=true&status:not=booked");
    assert_eq!(others.references("patient"), None);
    assert!(others.tokens("status").is_none());
    assert_eq!(others.ids(), None);
    let answers = query(Kind::QuestionnaireResponse, "questionnaire=https://a.example/Questionnaire/a|1,b");
    assert_eq!(answers.uris("questionnaire").unwrap(), ["https://a.example/Questionnaire/a|1", "b"]);
}

#[test]
fn links_hold_what_was_used_and_where_it_goes_on() {
    let given = [
        ("name".to_owned(), "Ann & Bob\\, Æ".to_owned()),
        ("_sort".to_owned(), "-birthdate,name".to_owned()),
        ("_count".to_owned(), "2".to_owned()),
        ("_format".to_owned(), "json".to_owned()),
        ("_total".to_owned(), "accurate".to_owned()),
        ("_cursor".to_owned(), "old".to_owned()),
    ];
    let query = Query::parse(Kind::Patient, &given, true).unwrap();
    assert_eq!(query.cursor(), Some("old"));
    assert_eq!(query.total(), Some(Total::Accurate));
    assert_eq!(
        query.next_url("https://a.example/fhir/R4", "a=b"),
        "https://a.example/fhir/R4/Patient?name=Ann%20%26%20Bob%5C,%20%C3%86&_sort=-birthdate,name&_count=2\
         &_total=accurate&_cursor=a%3Db"
    );
    assert!(query.self_url("https://a.example/fhir/R4").ends_with("&_cursor=old"));
    assert_eq!(format!("{query:?}"), "Query { kind: Patient, names: {\"name\"}, .. }");
}
