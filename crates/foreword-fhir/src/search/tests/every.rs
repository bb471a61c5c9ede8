//! Every parameter of every kind, with what finds a resource and what does not.

use serde_json::{Value, json};

use super::{super::Parameter, is_found};
use crate::Kind;

const META: &str = r#"{ "versionId": "1", "lastUpdated": "2026-11-23T10:00:00.250Z" }"#;
/// Parameters of all kinds: what finds, what does not.
const COMMON: &[(&str, &str, &str)] =
    &[("_id", "x,one", "One"), ("_lastUpdated", "ge2026-11-23", "lt2026-11-23T10:00:00Z")];

fn check(mut resource: Value, examples: &[(&str, &str, &str)]) {
    resource["id"] = json!("one");
    resource["meta"] = serde_json::from_str(META).unwrap();
    let kind: Kind = resource["resourceType"].as_str().unwrap().parse().unwrap();
    let examples: Vec<_> = COMMON.iter().chain(examples).collect();
    for parameter in Parameter::all(kind) {
        let name = parameter.name;
        let mut of_it = examples.iter().filter(|example| example.0 == name).peekable();
        assert!(of_it.peek().is_some(), "{kind} {name} has no example");
        for (_, found, missed) in of_it {
            assert!(is_found(&resource, &format!("{name}={found}")), "{kind}?{name}={found} does not find");
            assert!(!is_found(&resource, &format!("{name}={missed}")), "{kind}?{name}={missed} finds");
        }
        assert!(is_found(&resource, &format!("{name}:missing=false")), "{kind} {name} is missing");
        let bare = json!({ "resourceType": kind.as_str() });
        assert!(is_found(&bare, &format!("{name}:missing=true")), "{kind} {name} is not missing");
    }
    for (name, ..) in examples {
        assert!(Parameter::find(kind, name).is_some(), "{kind} has no {name}");
    }
}

#[test]
fn every_parameter_of_a_questionnaire_finds_what_it_says() {
    let resource = json!({
        "resourceType": "Questionnaire",
        "url": "https://a.example/fhir/Questionnaire/phq-9",
        "version": "1.0",
        "identifier": [{ "system": "https://a.example/ids", "value": "PHQ9" }],
        "name": "Phq9",
        "title": "Santé du patient",
        "status": "active",
        "experimental": false,
        "subjectType": ["Patient"],
        "date": "2026-11",
        "publisher": "Foreword Clinic",
        "description": "How low you felt",
        "effectivePeriod": { "start": "2026-01-01" },
        "useContext": [
            {
                "code": { "system": "http://terminology.hl7.org/CodeSystem/usage-context-type", "code": "focus" },
                "valueCodeableConcept": { "coding": [{ "system": "http://snomed.info/sct", "code": "35489007" }] }
            },
            {
                "code": { "system": "http://terminology.hl7.org/CodeSystem/usage-context-type", "code": "venue" },
                "valueCodeableConcept": { "coding": [{ "code": "home" }] }
            }
        ],
        "code": [{ "system": "http://loinc.org", "code": "44249-1" }],
        "item": [{ "linkId": "1", "code": [{ "system": "http://loinc.org", "code": "44250-9" }] }]
    });
    check(
        resource,
        &[
            ("url", "https://a.example/fhir/Questionnaire/phq-9", "https://a.example/fhir/Questionnaire/phq"),
            ("version", "1.0", "1"),
            ("status", "ACTIVE", "draft"),
            ("status", "http://hl7.org/fhir/publication-status|active", "http://loinc.org|active"),
            ("title", "sante", "patient"),
            ("name", "phq", "gad"),
            ("code", "http://loinc.org|44249-1", "http://snomed.info/sct|44249-1"),
            ("code", "44250-9", "|44250-9"),
            ("identifier", "https://a.example/ids|PHQ9", "https://a.example/ids|phq9"),
            ("identifier", "https://a.example/ids|", "|PHQ9"),
            ("date", "2026", "2026-11-23"),
            ("publisher", "FOREWORD  clinic", "clinic"),
            ("description", "how", "low"),
            ("experimental", "false", "true"),
            ("effective", "ge2026-11", "lt2026"),
            ("subject-type", "Patient", "Practitioner"),
            ("context", "http://snomed.info/sct|35489007", "http://snomed.info/sct|home"),
            ("context", "|home", "|35489007"),
            ("context-type", "focus,x", "workflow"),
            ("context-type-value", "focus$35489007", "venue$35489007"),
        ],
    );
}

#[test]
fn every_parameter_of_a_response_finds_what_it_says() {
    let resource = json!({
        "resourceType": "QuestionnaireResponse",
        "identifier": { "system": "https://a.example/ids", "value": "R,1" },
        "basedOn": [{ "reference": "ServiceRequest/s1" }],
        "partOf": [{ "reference": "Procedure/p1" }],
        "questionnaire": "https://a.example/fhir/Questionnaire/phq-9|1.0",
        "status": "completed",
        "subject": { "reference": "https://a.example/fhir/Patient/p1" },
        "encounter": { "reference": "Encounter/e1" },
        "authored": "2026-11-23T23:30:00-05:00",
        "author": { "reference": "Patient/p1" },
        "source": { "reference": "RelatedPerson/r1" }
    });
    check(
        resource,
        &[
            (
                "questionnaire",
                "https://a.example/fhir/Questionnaire/phq-9",
                "https://b.example/fhir/Questionnaire/phq-9",
            ),
            (
                "questionnaire",
                "https://a.example/fhir/Questionnaire/phq-9|1.0",
                "https://a.example/fhir/Questionnaire/phq-9|1",
            ),
            ("questionnaire", "Questionnaire/phq-9", "Questionnaire/phq-9|2"),
            ("questionnaire", "phq-9", "phq"),
            ("status", "completed,amended", "in-progress"),
            ("subject", "Patient/p1", "Group/p1"),
            ("subject", "p1", "P1"),
            ("patient", "p1", "p2"),
            ("patient", "https://a.example/fhir/Patient/p1", "https://b.example/fhir/Patient/p1"),
            ("authored", "2026-11-23", "2026-11-24"),
            ("authored", "2026-11-24T04:30:00Z", "2026-11-23T23:30:00Z"),
            ("author", "Patient/p1", "Practitioner/p1"),
            ("source", "RelatedPerson/r1", "Patient/p1"),
            ("identifier", "https://a.example/ids|R\\,1", "R,1"),
            ("based-on", "ServiceRequest/s1", "CarePlan/s1"),
            ("encounter", "e1", "e2"),
            ("part-of", "Procedure/p1", "Observation/p1"),
        ],
    );
}

#[test]
fn every_parameter_of_a_patient_finds_what_it_says() {
    let resource = json!({
        "resourceType": "Patient",
        "identifier": [{ "system": "urn:oid:1.2.36", "value": "A|1" }, { "value": "77" }],
        "active": true,
        "name": [{ "family": "Müller-Lüdenscheidt", "given": ["José", "Maria"] }, { "text": "Pepe" }],
        "telecom": [
            { "system": "phone", "use": "mobile", "value": "+49 (30) 123-456" },
            { "system": "email", "value": "Pepe@Mail.Example" }
        ],
        "gender": "male",
        "birthDate": "1974-12-25",
        "communication": [{ "language": { "coding": [{ "system": "urn:ietf:bcp:47", "code": "es-MX" }] } }]
    });
    check(
        resource,
        &[
            ("identifier", "urn:oid:1.2.36|A\\|1", "urn:oid:1.2.36|77"),
            ("identifier", "|77", "7"),
            ("name", "muller", "uller"),
            ("name", "jose maria m", "jose mar m"),
            ("name", "PEP", "pip"),
            ("family", "MULLER", "jose"),
            ("given", "maria", "muller"),
            ("birthdate", "1974-12", "1974-11"),
            ("birthdate", "gt1974-12-24", "gt1974-12-25"),
            ("telecom", "pepe@mail.example", "pepe@mail"),
            ("telecom", "mobile|+4930123456", "email|+4930123456"),
            ("phone", "+49 30 123456", "pepe@mail.example"),
            ("email", "PEPE@mail.example", "+4930123456"),
            ("gender", "male", "female"),
            ("active", "true", "false"),
            ("language", "es-mx", "es"),
        ],
    );
}

#[test]
fn every_parameter_of_an_appointment_finds_what_it_says() {
    let coded = |code: &str| json!({ "coding": [{ "system": "https://a.example/codes", "code": code }] });
    let resource = json!({
        "resourceType": "Appointment",
        "identifier": [{ "value": "A-1" }],
        "status": "booked",
        "serviceType": [coded("124")],
        "specialty": [coded("394")],
        "appointmentType": coded("FOLLOWUP"),
        "start": "2026-11-23T09:00:00+01:00",
        "end": "2026-11-23T09:30:00+01:00",
        "participant": [
            { "actor": { "reference": "Patient/p1" } },
            { "actor": { "reference": "Practitioner/d1" } },
            { "actor": { "reference": "Location/l1" } },
            { "actor": { "type": "Practitioner", "display": "Dr Two" } }
        ]
    });
    check(
        resource,
        &[
            ("date", "2026-11-23", "2026-11-22"),
            ("date", "eq2026-11-23T08:00Z", "eq2026-11-23T09:00Z"),
            ("patient", "Patient/p1", "d1"),
            ("practitioner", "d1", "p1"),
            ("location", "l1,l2", "Practitioner/l1"),
            ("actor", "Practitioner/d1", "Practitioner/p1"),
            ("status", "booked", "cancelled"),
            ("identifier", "A-1", "A"),
            ("service-type", "https://a.example/codes|124", "124x"),
            ("appointment-type", "followup", "CHECKUP"),
            ("specialty", "394", "395"),
        ],
    );
}

#[test]
fn every_parameter_of_an_observation_finds_what_it_says() {
    let resource = json!({
        "resourceType": "Observation",
        "identifier": [{ "value": "O-1" }],
        "basedOn": [{ "reference": "ServiceRequest/s1" }],
        "partOf": [{ "reference": "Procedure/x1" }],
        "status": "final",
        "category": [{ "coding": [{ "code": "survey" }] }],
        "code": { "coding": [{ "system": "http://loinc.org", "code": "44261-6" }] },
        "subject": { "reference": "Patient/p1" },
        "encounter": { "reference": "Encounter/e1" },
        "effectiveDateTime": "2026-11-23T09:00:00Z",
        "performer": [{ "reference": "Patient/p1" }],
        "valueQuantity": { "value": 12.5, "unit": "points", "system": "http://unitsofmeasure.org", "code": "{score}" },
        "hasMember": [{ "reference": "Observation/o2" }],
        "derivedFrom": [{ "reference": "QuestionnaireResponse/r1" }]
    });
    check(
        resource,
        &[
            ("code", "http://loinc.org|44261-6", "44261"),
            ("date", "le2026-11-23", "gt2026-11-23"),
            ("patient", "p1", "p2"),
            ("subject", "Patient/p1", "Device/p1"),
            ("category", "survey", "vital-signs"),
            ("derived-from", "QuestionnaireResponse/r1", "r2"),
            ("has-member", "o2", "o1"),
            ("status", "final", "amended"),
            ("value-quantity", "12.5", "12.4"),
            ("value-quantity", "13", "12.50001"),
            ("value-quantity", "ge12.5|http://unitsofmeasure.org|{score}", "gt12.5"),
            ("value-quantity", "12.5||points", "12.5||mg"),
            ("value-quantity", "lt1.3e1", "eb12.5"),
            ("value-quantity", "ap12", "ap20"),
            ("value-quantity", "ne12.4", "ne12.5"),
            ("identifier", "O-1", "O-2"),
            ("based-on", "s1", "s2"),
            ("part-of", "x1", "x2"),
            ("encounter", "Encounter/e1", "EpisodeOfCare/e1"),
            ("performer", "Patient/p1", "Practitioner/p1"),
        ],
    );
}

#[test]
fn every_parameter_of_a_document_finds_what_it_says() {
    let coded = |code: &str| json!({ "coding": [{ "system": "http://loinc.org", "code": code }] });
    let composition = json!({
        "resourceType": "Composition",
        "identifier": { "value": "C-1" },
        "status": "final",
        "type": coded("74465-6"),
        "category": [coded("LP173421-1")],
        "subject": { "reference": "Patient/p1" },
        "encounter": { "reference": "Encounter/e1" },
        "date": "2026-11-23T09:00:00Z",
        "author": [{ "reference": "Device/foreword" }],
        "title": "Before the visit"
    });
    check(
        composition,
        &[
            ("patient", "p1", "p2"),
            ("subject", "Patient/p1", "Group/p1"),
            ("date", "sa2026-11-22", "sa2026-11-23"),
            ("type", "74465-6", "74465-7"),
            ("category", "http://loinc.org|LP173421-1", "|LP173421-1"),
            ("status", "final", "amended"),
            ("title", "before", "visit"),
            ("identifier", "C-1", "C-2"),
            ("author", "Device/foreword", "Patient/foreword"),
            ("encounter", "e1", "e2"),
        ],
    );
    let reference = json!({
        "resourceType": "DocumentReference",
        "masterIdentifier": { "system": "urn:ietf:rfc:3986", "value": "urn:uuid:1" },
        "identifier": [{ "value": "D-1" }],
        "status": "current",
        "type": coded("74465-6"),
        "category": [coded("LP173421-1")],
        "subject": { "reference": "Patient/p1" },
        "date": "2026-11-23T09:00:00Z",
        "author": [{ "reference": "Device/foreword" }],
        "content": [{ "attachment": { "contentType": "application/pdf" } }],
        "context": {
            "encounter": [{ "reference": "Encounter/e1" }],
            "period": { "start": "2026-11-25T10:00:00Z", "end": "2026-11-25T10:30:00Z" },
            "related": [{ "reference": "Appointment/a1" }]
        }
    });
    check(
        reference,
        &[
            ("patient", "Patient/p1", "Patient/p2"),
            ("subject", "p1", "Practitioner/p1"),
            ("type", "74465-6", "1"),
            ("category", "lp173421-1", "LP"),
            ("date", "ge2026-11-23T09:00:00Z", "gt2026-11-23T09:00:00Z"),
            ("period", "2026-11-25", "2026-11-24"),
            ("period", "ge2026-11-25T10:15:00Z", "eb2026-11-25"),
            ("status", "current", "superseded"),
            ("identifier", "D-1", "D"),
            ("identifier", "urn:uuid:1", "urn:uuid:2"),
            ("related", "Appointment/a1", "Encounter/a1"),
            ("author", "foreword", "p1"),
            ("encounter", "e1", "e2"),
            ("contenttype", "application/pdf", "text/html"),
        ],
    );
}

#[test]
fn every_parameter_of_a_task_a_message_and_an_alert_finds_what_it_says() {
    let coded = |code: &str| json!({ "coding": [{ "code": code }] });
    let task = json!({
        "resourceType": "Task",
        "identifier": [{ "value": "T-1" }],
        "basedOn": [{ "reference": "ServiceRequest/s1" }],
        "partOf": [{ "reference": "Task/t0" }],
        "status": "requested",
        "businessStatus": coded("reminded"),
        "intent": "order",
        "code": coded("complete-questionnaire"),
        "focus": { "reference": "Questionnaire/phq-9" },
        "for": { "reference": "Patient/p1" },
        "encounter": { "reference": "Encounter/e1" },
        "authoredOn": "2026-11-23T09:00:00Z",
        "lastModified": "2026-11-24T09:00:00Z",
        "requester": { "reference": "Device/foreword" },
        "owner": { "reference": "Patient/p1" }
    });
    check(
        task,
        &[
            ("patient", "p1", "p2"),
            ("subject", "Patient/p1", "Group/p1"),
            ("for", "p1", "p2"),
            ("owner", "Patient/p1", "Practitioner/p1"),
            ("requester", "Device/foreword", "Patient/p1"),
            ("status", "requested,in-progress", "completed"),
            ("business-status", "reminded", "new"),
            ("intent", "order", "plan"),
            ("code", "complete-questionnaire", "approve"),
            ("focus", "Questionnaire/phq-9", "Questionnaire/gad-7"),
            ("based-on", "s1", "s2"),
            ("part-of", "t0", "t1"),
            ("encounter", "e1", "e2"),
            ("authored-on", "2026-11-23", "2026-11-24"),
            ("modified", "2026-11-24", "2026-11-23"),
            ("identifier", "T-1", "T"),
        ],
    );
    let message = json!({
        "resourceType": "Communication",
        "identifier": [{ "value": "M-1" }],
        "basedOn": [{ "reference": "Task/t1" }],
        "status": "completed",
        "category": [coded("reminder")],
        "medium": [coded("EMAILWRIT")],
        "subject": { "reference": "Patient/p1" },
        "encounter": { "reference": "Encounter/e1" },
        "sent": "2026-11-23T09:00:00Z",
        "received": "2026-11-23T09:01:00Z",
        "recipient": [{ "reference": "Patient/p1" }],
        "sender": { "reference": "Device/foreword" }
    });
    check(
        message,
        &[
            ("patient", "p1", "p2"),
            ("subject", "p1", "p2"),
            ("sent", "lt2026-11-24", "lt2026-11-23"),
            ("received", "gt2026-11-23T09:00:59Z", "eq2026-11-23T09:00:00Z"),
            ("status", "completed", "stopped"),
            ("medium", "emailwrit", "sms"),
            ("category", "reminder", "notification"),
            ("identifier", "M-1", "M-2"),
            ("recipient", "Patient/p1", "Practitioner/p1"),
            ("sender", "Device/foreword", "Patient/p1"),
            ("based-on", "Task/t1", "Task/t2"),
            ("encounter", "e1", "e2"),
        ],
    );
    let alert = json!({
        "resourceType": "Flag",
        "identifier": [{ "value": "F-1" }],
        "status": "active",
        "code": { "text": "red flag" },
        "subject": { "reference": "Patient/p1" },
        "period": { "start": "2026-11-23T09:00:00Z" },
        "encounter": { "reference": "Encounter/e1" },
        "author": { "reference": "Device/foreword" }
    });
    check(
        alert,
        &[
            ("patient", "p1", "p2"),
            ("subject", "Patient/p1", "Location/p1"),
            ("date", "ge2027", "2026-11-23"),
            ("status", "active", "inactive"),
            ("identifier", "F-1", "F"),
            ("author", "foreword", "other"),
            ("encounter", "e1", "e2"),
        ],
    );
}
