use serde_json::json;

use super::*;

fn call() -> Value {
    json!({
        "hook": "patient-view",
        "hookInstance": "e9f6b9a0-366c-47af-b11b-f6d54797030a",
        "fhirServer": "https://ehr.example/fhir",
        "fhirAuthorization": { "access_token": "secret", "token_type": "Bearer" },
        "context": { "userId": "Practitioner/1", "patientId": "p1", "encounterId": "e1" },
        "prefetch": {
            "patient": {
                "resourceType": "Patient",
                "id": "p1",
                "identifier": [{ "system": "urn:mrn", "value": "P1" }, { "system": "urn:other", "value": "P2" }],
                "birthDate": "1958-03-14",
            },
            "other": null,
        },
    })
}

fn read_one(call: &Value) -> Result<Call, String> {
    read(call.to_string().as_bytes(), Hook::PatientView)
}

#[test]
fn a_call_says_who_the_patient_is_by_the_identifier_of_the_system_that_counts() {
    let call = read_one(&call()).unwrap_or_else(|why| panic!("{why}"));
    for (system, wanted) in
        [(Some("urn:mrn"), Some("P1")), (Some("urn:other"), Some("P2")), (Some("urn:x"), None)]
    {
        let named = call.named(system).unwrap();
        assert_eq!(named.identifier.as_ref().map(|found| found.reveal().as_str()), wanted);
        assert!(named.is_of_feeds);
        assert_eq!(named.born.unwrap().reveal().to_string(), "1958-03-14");
    }
    assert!(!call.named(None).unwrap().is_of_feeds);
}

#[test]
fn a_call_that_is_not_as_it_should_be_is_refused_with_the_member_that_is_wrong() {
    let with = |pointer: &str, value: Value| {
        let mut call = call();
        *call.pointer_mut(pointer).unwrap() = value;
        call
    };
    let without = |parent: &str, key: &str| {
        let mut call = call();
        call.pointer_mut(parent).unwrap().as_object_mut().unwrap().remove(key);
        call
    };
    for (call, why) in [
        (with("/hook", json!("order-sign")), "hook: "),
        (without("", "hook"), "hook: is missing"),
        (without("", "hookInstance"), "hookInstance: is missing"),
        (with("/hookInstance", json!("1")), "hookInstance: must be a UUID"),
        (with("/hookInstance", json!("e9f6b9a0366c47afb11bf6d54797030a")), "hookInstance: must be a UUID"),
        (without("", "context"), "context: is missing"),
        (with("/context", json!({})), "context: must be an object"),
        (without("/context", "userId"), "context.userId: is missing"),
        (with("/context/userId", json!("1")), "context.userId: "),
        (with("/context/userId", json!("Device/1")), "context.userId: "),
        (without("/context", "patientId"), "context.patientId: is missing"),
        (with("/context/patientId", json!("Patient/p1")), "context.patientId: "),
        (with("/context/patientId", json!(7)), "context.patientId: "),
        (with("/context/encounterId", json!("")), "context.encounterId: "),
        (with("/context/encounterId", Value::Null), "context.encounterId: "),
        (with("/fhirServer", json!("ehr")), "fhirServer: "),
        (without("", "fhirServer"), "fhirServer: is missing"),
        (with("/fhirAuthorization", json!({})), "fhirAuthorization: "),
        (with("/prefetch", json!([])), "prefetch: "),
        (with("/prefetch/other", json!({ "response": {}, "resource": {} })), "prefetch.other: "),
        (with("/prefetch/patient/resourceType", json!("Group")), "prefetch.patient: "),
        (with("/prefetch/patient/id", json!("p2")), "prefetch.patient.id: "),
        (json!([]), "JSON object"),
    ] {
        let refused = read_one(&call).err().unwrap_or_default();
        assert!(refused.contains(why), "{why}: {refused}");
        assert!(!refused.contains("1958"), "{refused}");
    }
    for body in ["", "{", "nonsense", "{\"hook\": \u{7f}"] {
        assert!(
            read(body.as_bytes(), Hook::PatientView).err().unwrap_or_default().contains("JSON"),
            "{body}"
        );
    }
}

#[test]
fn a_booking_brings_its_appointments() {
    let mut booking = call();
    booking["hook"] = json!("appointment-book");
    let read = |booking: &Value| read(booking.to_string().as_bytes(), Hook::AppointmentBook).err();
    assert!(read(&booking).unwrap().contains("context.appointments: is missing"));
    let entry = json!({ "resource": { "resourceType": "Appointment", "status": "proposed" } });
    booking["context"]["appointments"] =
        json!({ "resourceType": "Bundle", "type": "collection", "entry": [entry] });
    assert_eq!(read(&booking), None);
    booking["context"]["appointments"]["entry"][0]["resource"]["resourceType"] = json!("Task");
    assert!(read(&booking).unwrap().contains("Bundle of Appointments"));
}

#[test]
fn feedback_names_a_card_and_what_became_of_it() {
    let card = "f6b95768-b1c8-40dc-8385-bf3504b82ffb";
    let one = |card: &str, outcome: &str, at: &str| {
        json!({ "feedback": [{ "card": card, "outcome": outcome, "outcomeTimestamp": at }] }).to_string()
    };
    let read = |body: &str| feedback(body.as_bytes(), 2);
    let at = "2026-11-20T09:00:00Z";
    let heard = read(&one(card, "accepted", at)).unwrap();
    assert_eq!(heard, [Feedback { card: card.parse().unwrap(), is_accepted: true }]);
    assert!(!read(&one(card, "overridden", at)).unwrap()[0].is_accepted);
    for (body, why) in [
        (one("1", "accepted", at), "feedback[0].card"),
        (one(card, "ignored", at), "feedback[0].outcome"),
        (one(card, "accepted", "yesterday"), "feedback[0].outcomeTimestamp"),
        ("{\"feedback\":[]}".to_owned(), "1 to 2 entries"),
        ("{\"feedback\":[{}]}".to_owned(), "feedback[0]"),
        ("{}".to_owned(), "feedback: "),
    ] {
        let refused = read(&body).unwrap_err();
        assert!(refused.contains(why), "{why}: {refused}");
    }
}
