use foreword_domain::{
    appointment::{Appointment, Status},
    booking::{Told, Version},
    ids::{AppointmentId, PatientId},
    language::Lang,
    patient::{Patient, Profile, Sex},
    private::Private,
};
use serde_json::json;

use super::*;

fn usual() -> Usual {
    Usual { language: Lang::english(), time_zone: "Europe/Berlin".into() }
}

fn visit() -> Value {
    json!({
        "resourceType": "Appointment",
        "id": "a1",
        "meta": { "versionId": "4", "lastUpdated": "2026-11-01T08:00:00.123+01:00" },
        "identifier": [
            { "use": "old", "value": "OLD" },
            { "use": "secondary", "value": "SECOND" },
            { "use": "official", "system": "urn:feed", "value": "A1" }
        ],
        "status": "booked",
        "appointmentType": { "coding": [{ "code": "FOLLOWUP", "display": "GI follow-up" }] },
        "serviceType": [{ "text": "Gastroenterology" }],
        "reasonCode": [
            { "coding": [{ "code": "K50.9" }, { "code": "34000006" }] },
            { "text": "pain" },
            { "coding": [{ "code": "K50.9" }] }
        ],
        "start": "2026-11-24T09:30:00+01:00",
        "_start": { "extension": [{ "url": write::TIME_ZONE, "valueCode": "europe/madrid" }] },
        "end": "2026-11-24T08:50:00Z",
        "participant": [
            { "actor": { "reference": "Patient/p1", "display": "Ana" }, "status": "accepted" },
            { "actor": { "reference": "https://ehr.example/fhir/Practitioner/d1", "display": "Dr Roe" }, "status": "accepted" },
            { "actor": { "reference": "HealthcareService/h1", "display": "Gastroenterology" }, "status": "accepted" },
            { "actor": { "reference": "Location/l1", "display": "North" }, "status": "accepted" }
        ]
    })
}

fn person() -> Value {
    json!({
        "resourceType": "Patient",
        "id": "p1",
        "extension": [{ "url": write::TIME_ZONE, "valueCode": "Atlantic/Canary" }],
        "identifier": [
            { "use": "official", "system": "urn:insurance", "value": "INS" },
            { "use": "usual", "system": "urn:mrn", "type": { "coding": [{ "code": "MR" }] }, "value": "P1" }
        ],
        "name": [
            { "use": "old", "family": "Ruiz" },
            { "use": "nickname", "given": ["Anita"] },
            { "use": "official", "family": "Núñez", "given": ["Ana", "María"] }
        ],
        "telecom": [
            { "system": "phone", "use": "home", "value": "+34 911" },
            { "system": "phone", "use": "mobile", "value": "+34 600" },
            { "system": "email", "use": "old", "value": "gone@home.example" },
            { "system": "email", "rank": 2, "value": "second@home.example" },
            { "system": "email", "rank": 1, "value": "ana@home.example" }
        ],
        "gender": "female",
        "birthDate": "1951-07-30",
        "deceasedBoolean": false,
        "communication": [
            { "language": { "coding": [{ "code": "en" }] } },
            { "language": { "coding": [{ "system": "urn:ietf:bcp:47", "code": "es-ES" }] }, "preferred": true }
        ]
    })
}

/// A resource with another value at a place, or without it.
fn with(mut resource: Value, pointer: &str, value: Value) -> Value {
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    let parent = resource.pointer_mut(parent).unwrap();
    match (parent, value) {
        (Value::Object(parent), Value::Null) => drop(parent.remove(key)),
        (Value::Object(parent), value) => drop(parent.insert(key.to_owned(), value)),
        (Value::Array(parent), value) => parent[key.parse::<usize>().unwrap()] = value,
        _ => panic!("{pointer}"),
    }
    resource
}

fn both(appointment: &Value, patient: &Value) -> Result<Notice, Fault> {
    notice(appointment, Some(patient), &usual())
}

fn read(resource: &Value) -> Vec<Row> {
    notices(resource.to_string().as_bytes(), &usual()).unwrap()
}

fn bundle(of: &str, entries: &[(&str, Value)]) -> Value {
    let entry = |(url, resource): &(&str, Value)| json!({ "fullUrl": url, "resource": resource });
    json!({ "resourceType": "Bundle", "type": of, "entry": entries.iter().map(entry).collect::<Vec<_>>() })
}

fn text(private: Option<&Private<String>>) -> &str {
    private.map_or("", |text| text.reveal())
}

#[test]
fn an_appointment_and_its_patient_tell_all_there_is_to_a_visit() {
    let notice = both(&visit(), &person()).unwrap();
    assert_eq!(notice.appointment_id, "A1");
    assert_eq!(notice.status, Status::Booked);
    let at = "2026-11-01T07:00:00.123Z".parse().unwrap();
    assert_eq!(notice.version, Version { sequence: Some(4), at: Some(at) });
    assert_eq!(text(notice.patient_id.as_ref()), "P1");
    assert_eq!((text(notice.given_name.as_ref()), text(notice.family_name.as_ref())), ("Ana María", "Núñez"));
    assert_eq!(notice.birth_date.unwrap().reveal().to_string(), "1951-07-30");
    assert_eq!(notice.language.unwrap().as_str(), "es-es");
    assert_eq!(notice.time_zone.as_deref(), Some("Europe/Madrid"));
    assert_eq!(notice.patient_time_zone.as_deref(), Some("Atlantic/Canary"));
    assert_eq!(notice.email, Told::Is("ana@home.example".to_owned().into()));
    assert_eq!(notice.phone, Told::Is("+34 600".to_owned().into()));
    assert_eq!(notice.sex, Some(Sex::Female.into()));
    assert_eq!(notice.conditions.unwrap().reveal(), &["K50.9", "34000006"]);
    assert_eq!(notice.deceased, Some(false));
    assert_eq!(notice.start.unwrap().to_string(), "2026-11-24T08:30:00Z");
    assert_eq!(notice.duration_min, Some(20));
    assert_eq!(notice.clinic.as_deref(), Some("North"));
    assert_eq!(notice.clinician.as_deref(), Some("Dr Roe"));
    assert_eq!(notice.kind.as_deref(), Some("GI follow-up"));
}

#[test]
fn the_bundle_in_the_documentation_is_read() {
    let docs = include_str!("../../../../docs/feeds.md");
    let json = docs.split_once("```json\n").unwrap().1.split_once("```").unwrap().0;
    let notice = notices(json.as_bytes(), &usual()).unwrap().remove(0).1.unwrap();
    let booking = notice.complete(None, None, &usual()).unwrap();
    assert_eq!((booking.family_name.reveal().as_str(), booking.kind.as_str()), ("Doe", "GI follow-up"));
    assert_eq!(booking.start.to_string(), "2026-11-25T08:30:00Z");
}

#[test]
fn what_a_resource_does_not_say_stays_unsaid() {
    let little = json!({ "resourceType": "Appointment", "id": "a1", "status": "proposed" });
    let nothing = Notice::new("a1".into(), Status::Booked);
    assert_eq!(notice(&little, None, &usual()), Ok(nothing.clone()));
    let patient = json!({ "resourceType": "Patient", "id": "p1", "gender": "other" });
    let expected = Notice { patient_id: Some("p1".to_owned().into()), ..nothing };
    let for_patient = with(little, "/participant", visit()["participant"].clone());
    let told = both(&for_patient, &patient).unwrap();
    assert_eq!((told.patient_id, told.email, told.sex), (expected.patient_id, Told::Nothing, None));
    // A list of contacts without an address says that there is none.
    let without = with(person(), "/telecom", json!([{ "system": "phone", "value": "+34 600" }]));
    let told = both(&visit(), &without).unwrap();
    assert_eq!((told.email, told.phone), (Told::Gone, Told::Is("+34 600".to_owned().into())));
}

#[test]
fn every_status_of_r4_says_where_a_visit_stands() {
    for (code, status) in [
        ("proposed", Status::Booked),
        ("pending", Status::Booked),
        ("booked", Status::Booked),
        ("waitlist", Status::Booked),
        ("arrived", Status::Arrived),
        ("checked-in", Status::Arrived),
        ("fulfilled", Status::Fulfilled),
        ("cancelled", Status::Cancelled),
        ("entered-in-error", Status::Cancelled),
        ("noshow", Status::Noshow),
    ] {
        assert_eq!(both(&with(visit(), "/status", json!(code)), &person()).unwrap().status, status, "{code}");
    }
    // What is over counts even where nothing else of it can be read.
    for (code, status) in
        [("cancelled", Status::Cancelled), ("noshow", Status::Noshow), ("fulfilled", Status::Fulfilled)]
    {
        let over = with(with(visit(), "/status", json!(code)), "/start", json!("soon"));
        assert_eq!(both(&over, &person()).unwrap().status, status);
    }
    let arrived = with(with(visit(), "/status", json!("arrived")), "/start", json!("soon"));
    assert!(both(&arrived, &person()).is_err());
}

#[test]
fn the_patient_is_found_wherever_the_bundle_keeps_them() {
    let plain = with(visit(), "/participant/0/actor", json!({ "reference": "Patient/p1" }));
    let actor = |actor: Value| with(visit(), "/participant/0/actor", actor);
    let by_reference = |reference: &str| actor(json!({ "reference": reference }));
    let bare = with(person(), "/id", Value::Null);
    let urn = "urn:uuid:61ebe359-bfdc-4613-8bf2-c5e300945f0a";
    for (what, appointment, url, patient) in [
        ("relative", plain.clone(), "https://ehr.example/fhir/Patient/p1", person()),
        (
            "absolute",
            by_reference("https://ehr.example/fhir/Patient/p1"),
            "https://ehr.example/fhir/Patient/p1",
            person(),
        ),
        ("another base", by_reference("https://other.example/Patient/p1"), "", person()),
        ("a version", by_reference("Patient/p1/_history/3"), "", person()),
        ("urn", by_reference(urn), urn, bare.clone()),
        ("conditional", by_reference("Patient?identifier=urn:mrn|P1"), urn, bare.clone()),
        ("escaped", by_reference("Patient?identifier=urn:mrn%7CP1"), urn, bare.clone()),
        (
            "identifier",
            actor(json!({ "identifier": { "system": "urn:mrn", "value": "P1" } })),
            urn,
            bare.clone(),
        ),
    ] {
        for of in ["transaction", "batch", "collection", "searchset"] {
            for first in [true, false] {
                let mut entries = vec![(url, patient.clone()), ("", appointment.clone())];
                if first {
                    entries.reverse();
                }
                let rows = read(&bundle(of, &entries));
                assert_eq!(rows.len(), 1, "{what}");
                assert_eq!(rows[0].0, if first { 1 } else { 2 }, "the place in the bundle");
                assert_eq!(rows[0].1, Ok(both(&visit(), &person()).unwrap()), "{what}");
            }
        }
    }
}

#[test]
fn of_two_patients_of_one_name_none_is_taken() {
    let other = with(person(), "/name/2/family", json!("Other"));
    let patients = [("https://a.example/Patient/p1", person()), ("https://b.example/Patient/p1", other)];
    let with_actor = |actor: Value| {
        let mut entries = patients.to_vec();
        entries.push(("", with(visit(), "/participant/0/actor", actor)));
        read(&bundle("collection", &entries)).remove(0).1.unwrap()
    };
    assert_eq!(with_actor(json!({ "reference": "Patient/p1" })).family_name, None);
    assert_eq!(with_actor(json!({ "reference": "https://c.example/Patient/p1" })).family_name, None);
    let named =
        with_actor(json!({ "type": "Patient", "identifier": { "system": "urn:mrn", "value": "P1" } }));
    assert_eq!((named.family_name, text(named.patient_id.as_ref())), (None, "P1"));
    assert_eq!(
        text(with_actor(json!({ "reference": "https://b.example/Patient/p1" })).family_name.as_ref()),
        "Other"
    );
}

#[test]
fn a_contained_patient_is_known_by_an_identifier_alone() {
    let contained = with(by_contained(), "/contained", json!([with(person(), "/id", json!("p"))]));
    assert_eq!(read(&contained)[0].1, Ok(both(&visit(), &person()).unwrap()));
    let nameless = with(contained, "/contained/0/identifier", Value::Null);
    assert_eq!(notice(&nameless, None, &usual()).unwrap().patient_id, None);
    // Who is not there may still be named.
    let named = with(
        by_contained(),
        "/participant/0/actor",
        json!({ "type": "Patient", "identifier": { "value": "P9" } }),
    );
    assert_eq!(text(notice(&named, None, &usual()).unwrap().patient_id.as_ref()), "P9");
}

fn by_contained() -> Value {
    with(visit(), "/participant/0/actor", json!({ "reference": "#p" }))
}

#[test]
fn lines_are_read_one_by_one_and_a_bad_one_spoils_no_other() {
    let second = with(visit(), "/identifier", json!([{ "value": "A2" }]));
    let batch = bundle("batch", &[("", with(second.clone(), "/identifier/0/value", json!("A3")))]);
    let file =
        format!("\u{feff}{}\r\n\n{}\n{{\"resourceType\":\n{batch}\n{second}\n{{}}\n", person(), visit());
    let rows = notices(file.as_bytes(), &usual()).unwrap();
    let read: Vec<_> = rows
        .iter()
        .map(|(line, row)| {
            (
                *line,
                row.as_ref().map(|notice| (notice.appointment_id.as_str(), text(notice.patient_id.as_ref()))),
            )
        })
        .collect();
    assert_eq!(
        read,
        [
            (3, Ok(("A1", "P1"))),
            (4, Err(&"is not JSON".to_owned())),
            (5, Ok(("A3", "P1"))),
            (6, Ok(("A2", "P1"))),
            (7, Err(&"resourceType: is missing".to_owned())),
        ]
    );
}

#[test]
fn what_holds_no_appointments_is_refused_whole() {
    for (source, wanted) in [
        ("", "line 1, column 0: is not JSON"),
        ("{\"resourceType\": \"Appoint", "is not JSON"),
        ("{\n\"resourceType\": \"Appointment\",,\n}", "line 2, column 31: is not JSON"),
        ("[]", "resourceType: must be Appointment or Bundle"),
        ("{\"resourceType\": \"Patient\"}", "resourceType: must be Appointment or Bundle"),
        ("{\"resourceType\": \"Bundle\", \"type\": \"history\"}", "Bundle.type: must be transaction"),
        (
            "{\"resourceType\": \"Bundle\", \"type\": \"batch\", \"entry\": {}}",
            "Bundle.entry: must be a list",
        ),
    ] {
        let why = notices(source.as_bytes(), &usual()).unwrap_err();
        assert!(why.contains(wanted), "{source}: {why}");
    }
    assert!(notices(b"\xff\xfe", &usual()).is_err());
    assert!(notices("[".repeat(100_000).as_bytes(), &usual()).is_err());
    assert_eq!(read(&bundle("searchset", &[("", person())])), []);
}

#[test]
fn a_deletion_is_not_passed_over_in_silence() {
    let mut batch = bundle("batch", &[("", visit())]);
    let gone = json!({ "request": { "method": "DELETE", "url": "Appointment/a9" } });
    batch["entry"].as_array_mut().unwrap().push(gone);
    let rows = read(&batch);
    assert!(rows[0].1.is_ok());
    assert!(rows[1].1.as_ref().unwrap_err().contains("send the Appointment with the status cancelled"));
}

#[test]
fn people_and_places_are_called_by_what_came_with_them() {
    let doctor =
        json!({ "resourceType": "Practitioner", "id": "d", "name": [{ "family": "Roe", "given": ["Ann"] }] });
    let place = json!({ "resourceType": "Location", "name": "South" });
    let actors = json!([
        { "actor": { "reference": "Patient/p1" } },
        { "actor": { "reference": "Practitioner/d" } },
        { "actor": { "reference": "urn:uuid:1" } }
    ]);
    let entries = [("", with(visit(), "/participant", actors)), ("", doctor), ("urn:uuid:1", place)];
    let read = read(&bundle("transaction", &entries)).remove(0).1.unwrap();
    assert_eq!((read.clinician.as_deref(), read.clinic.as_deref()), (Some("Ann Roe"), Some("South")));
    let without_place = with(visit(), "/participant/3", json!({ "status": "accepted" }));
    assert_eq!(both(&without_place, &person()).unwrap().clinic.as_deref(), Some("Gastroenterology"));
}

#[test]
fn the_kind_is_the_type_of_appointment_else_of_service() {
    for (pointer, value, kind) in [
        ("/appointmentType", json!({ "text": "First", "coding": [{ "display": "other" }] }), Some("First")),
        ("/appointmentType", json!({ "coding": [{ "code": "ROUTINE" }] }), Some("ROUTINE")),
        ("/appointmentType", Value::Null, Some("Gastroenterology")),
    ] {
        assert_eq!(both(&with(visit(), pointer, value), &person()).unwrap().kind.as_deref(), kind);
    }
}

#[test]
fn a_resource_that_cannot_be_read_names_its_element_and_quotes_no_patient() {
    let zone = json!([{ "url": write::TIME_ZONE, "valueCode": "Nowhere/Secret" }]);
    for (pointer, value, expression) in [
        ("/status", json!("secret"), "Appointment.status"),
        ("/status", Value::Null, "Appointment.status"),
        ("/start", json!("secret"), "Appointment.start"),
        ("/start", json!("2026-11-24"), "Appointment.start"),
        ("/start", json!("2026-11-24T09:30:00"), "Appointment.start"),
        ("/start", json!("9998-11-24T09:30:00Z"), "Appointment.start"),
        ("/start", json!(5), "Appointment.start"),
        ("/end", json!("2026-11-24T08:00:00Z"), "Appointment.end"),
        ("/end", json!("2026-11-26T08:00:00Z"), "Appointment.end"),
        ("/minutesDuration", json!("secret"), "Appointment.minutesDuration"),
        ("/minutesDuration", json!(99_999), "Appointment.minutesDuration"),
        ("/meta/lastUpdated", json!("secret"), "Appointment.meta.lastUpdated"),
        ("/meta", json!("secret"), "Appointment.meta"),
        ("/identifier", json!("secret"), "Appointment.identifier"),
        ("/identifier/2/value", json!(["secret"]), "Appointment.identifier[2].value"),
        ("/appointmentType", json!({ "text": "x".repeat(201) }), "Appointment.appointmentType.text"),
        ("/reasonCode/1", json!({ "coding": "secret" }), "Appointment.reasonCode[1].coding"),
        ("/_start/extension", zone.clone(), "Appointment._start.extension[0].valueCode"),
        ("/extension", zone.clone(), "Appointment.extension[0].valueCode"),
        ("/participant/1/actor", json!({ "reference": "Patient/secret" }), "Appointment.participant"),
        ("/resourceType", json!("Secret"), "Appointment"),
    ] {
        let appointment = match pointer {
            "/extension" => with(with(visit(), "/_start", Value::Null), pointer, value),
            _ => with(visit(), pointer, value),
        };
        let fault = both(&appointment, &person()).unwrap_err();
        assert_eq!(fault.expression, expression, "{fault}");
        assert!(!fault.to_string().to_lowercase().contains("secret"), "{fault}");
    }
    for (pointer, value, expression) in [
        ("/birthDate", json!("1951"), "Patient.birthDate"),
        ("/birthDate", json!("1951-07"), "Patient.birthDate"),
        ("/birthDate", json!("1851-07-30"), "Patient.birthDate"),
        ("/birthDate", json!("secret"), "Patient.birthDate"),
        ("/telecom", json!("secret"), "Patient.telecom"),
        ("/telecom/4/value", json!("secret"), "Patient.telecom[4].value"),
        ("/telecom/1/value", json!("sec\u{1}ret"), "Patient.telecom[1].value"),
        ("/communication/1/language", json!({ "text": "secret!" }), "Patient.communication[1].language"),
        ("/name/2/family", json!(["secret"]), "Patient.name[2].family"),
        ("/name/2/given/1", json!("sec\nret"), "Patient.name[2].given[1]"),
        ("/name", json!({}), "Patient.name"),
        ("/deceasedBoolean", json!("secret"), "Patient.deceasedBoolean"),
        ("/extension", zone, "Patient.extension[0].valueCode"),
        ("/resourceType", json!("Secret"), "Patient"),
    ] {
        let fault = both(&visit(), &with(person(), pointer, value)).unwrap_err();
        assert_eq!(fault.expression, expression, "{fault}");
        assert!(!fault.to_string().to_lowercase().contains("secret"), "{fault}");
    }
    let nameless = with(with(visit(), "/identifier", Value::Null), "/id", Value::Null);
    assert_eq!(both(&nameless, &person()).unwrap_err().expression, "Appointment.identifier");
}

#[test]
fn the_dead_are_known_by_a_date_as_well() {
    let dead = with(with(person(), "/deceasedBoolean", Value::Null), "/deceasedDateTime", json!("2026-10"));
    assert_eq!(both(&visit(), &dead).unwrap().deceased, Some(true));
}

fn stored() -> (Appointment, Patient) {
    let at = "2026-01-01T00:00:00Z".parse().unwrap();
    let patient = Patient {
        id: PatientId::mint(at, [1; 10]),
        language: Lang::english(),
        time_zone: "Europe/Berlin".into(),
        profile: Private::new(Profile {
            external_id: "P1".into(),
            given_name: "Ana".into(),
            family_name: "Núñez".into(),
            birth_date: "1951-07-30".parse().unwrap(),
            email: None,
            phone: None,
            sex: None,
            conditions: Vec::new(),
            deceased: false,
        }),
    };
    let visit = Appointment {
        id: AppointmentId::mint(at, [2; 10]),
        patient: patient.id,
        external_id: "A1".into(),
        start: "2026-11-24T08:30:00Z".parse().unwrap(),
        time_zone: "Europe/Madrid".into(),
        duration_min: 20,
        clinic: "North".into(),
        clinician: "Dr Roe".into(),
        kind: "GI follow-up".into(),
        status: Status::Booked,
        revision: 1,
    };
    (visit, patient)
}

#[test]
fn what_is_written_reads_back_as_it_was() {
    let (visit, patient) = stored();
    for status in Status::ALL {
        for duration_min in [0, 20] {
            let visit = Appointment { status, duration_min, ..visit.clone() };
            let written = appointment(&visit, &patient, "https://clinic.example/fhir/R4/");
            let read = read(&written).remove(0).1.unwrap();
            let expected = Notice {
                patient_id: Some("P1".to_owned().into()),
                start: Some(visit.start),
                time_zone: Some("Europe/Madrid".into()),
                duration_min: Some(duration_min),
                clinic: Some("North".into()),
                clinician: Some("Dr Roe".into()),
                kind: Some("GI follow-up".into()),
                ..Notice::new("A1".into(), status)
            };
            assert_eq!(read, expected);
        }
    }
}

#[test]
fn an_appointment_is_written_in_the_time_of_its_zone() {
    let (visit, patient) = stored();
    let written = appointment(&visit, &patient, "https://clinic.example/fhir/R4");
    assert_eq!(written["start"], "2026-11-24T09:30:00+01:00");
    assert_eq!(written["end"], "2026-11-24T09:50:00+01:00");
    let actor = &written["participant"][0]["actor"];
    assert_eq!(actor["reference"], format!("https://clinic.example/fhir/R4/Patient/{}", patient.id));
    // Nothing is written that is empty.
    let bare = Appointment {
        clinic: String::new(),
        clinician: " ".into(),
        kind: String::new(),
        duration_min: 0,
        ..visit
    };
    let written = appointment(&bare, &patient, "");
    assert_eq!(written["participant"].as_array().unwrap().len(), 1);
    assert_eq!(written["participant"][0]["actor"]["reference"], format!("Patient/{}", patient.id));
    assert_eq!(written["end"], written["start"]);
    assert!(written.get("minutesDuration").is_none() && written.get("appointmentType").is_none());
}

/// A small generator of its own, so that a failure can be had again.
struct Dice(u64);

impl Dice {
    fn up_to(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(end.max(1)).unwrap()).unwrap()
    }
}

/// The places of a resource, as pointers.
fn places(value: &Value, at: &str, into: &mut Vec<String>) {
    let mut add = |key: &str, value: &Value| {
        let at = format!("{at}/{key}");
        into.push(at.clone());
        places(value, &at, into);
    };
    match value {
        Value::Object(members) => members.iter().for_each(|(key, value)| add(key, value)),
        Value::Array(elements) => {
            elements.iter().enumerate().for_each(|(n, value)| add(&n.to_string(), value));
        }
        _ => {}
    }
}

#[test]
fn nothing_makes_it_panic_and_no_reason_tells_a_name() {
    let mut dice = Dice(0x5eed_2026);
    let patient = with(person(), "/birthDate", json!("1947-03-02"));
    let batch = bundle("batch", &[("urn:uuid:1", patient), ("", visit()), ("", by_contained())]);
    let mut all = Vec::new();
    places(&batch, "", &mut all);
    let strange = [
        json!(null),
        json!(true),
        json!(-1),
        json!(1e300),
        json!(""),
        json!([]),
        json!({}),
        json!([null]),
        json!("#"),
        json!("?identifier="),
        json!("Patient?identifier="),
        json!("/"),
        json!("Patient/"),
        json!("ü/ü"),
        json!("urn:uuid:1"),
        json!("2026-11-24T09:30:00+01:00"),
        json!({ "reference": "Patient/p1" }),
    ];
    let mut refused = 0;
    let mut check = |bytes: &[u8]| {
        for (_, row) in notices(bytes, &usual()).unwrap_or_default() {
            if let Err(why) = row {
                refused += 1;
                assert!(!["Ana", "Núñez", "1947", "P1"].iter().any(|told| why.contains(told)), "{why}");
            }
        }
    };
    for _ in 0..6000 {
        let mut broken = batch.clone();
        for _ in 0..=dice.up_to(3) {
            if let Some(place) = broken.pointer_mut(&all[dice.up_to(all.len())]) {
                *place = strange[dice.up_to(strange.len())].clone();
            }
        }
        check(broken.to_string().as_bytes());
    }
    let plain = batch.to_string().into_bytes();
    for _ in 0..3000 {
        let mut bytes = plain.clone();
        for _ in 0..=dice.up_to(3) {
            let at = dice.up_to(bytes.len());
            bytes[at] = u8::try_from(dice.up_to(256)).unwrap();
        }
        check(&bytes);
    }
    assert!(refused > 1000, "{refused}");
}
