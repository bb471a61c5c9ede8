mod owed;

use std::collections::BTreeMap;

use foreword_domain::{
    message::Channel,
    patient::Person,
    response::{Answer, Respondent, Value as Given},
    scoring,
};
use serde_json::{Value, json};

use super::{
    testing::{
        BASE, Dice, Way, ada, all, answer, appointment_id, at, patient_id, response_id, shipped, stamp,
        written,
    },
    *,
};
use foreword_domain::{instrument::Instrument, language::Lang};

/// What is there of some answers: not what skip logic hides.
fn there(instrument: &Instrument, answers: &[Answer]) -> BTreeMap<String, Given> {
    let given: BTreeMap<String, Given> =
        answers.iter().map(|answer| (answer.at.item.clone(), answer.value.clone())).collect();
    let visible = instrument.visible(&Person::default(), |id| given.get(id));
    visible.iter().filter_map(|item| Some((item.id.clone(), given.get(&item.id)?.clone()))).collect()
}

fn reread(resource: &Value, instrument: &Instrument) -> ReadResponse {
    // As it comes over the wire.
    let resource = serde_json::from_str(&resource.to_string()).unwrap();
    read_response(&resource, instrument).unwrap_or_else(|issues| panic!("{}: {issues:?}", instrument.id))
}

#[test]
fn what_is_written_is_read_back_whatever_was_answered() {
    let mut dice = Dice::new(7);
    let mut answered = 0;
    for instrument in all() {
        for way in [Way::All, Way::Some, Way::Some, Way::Skipped, Way::Nothing] {
            let answers = dice.answers(&instrument, way);
            let status = ResponseStatus::ALL[dice.below(5)];
            let resource = written(&instrument, &answers, status.as_str());
            let read = reread(&resource, &instrument);
            assert!(read.values == there(&instrument, &answers), "{} {way:?}\n{resource:#}", instrument.id);
            answered += read.values.len();
            assert_eq!((read.status, read.by), (status, Respondent::Patient));
            assert_eq!(read.appointment, Some(appointment_id()));
            assert_eq!(read.subject.unwrap().id("Patient", BASE), Some(&*patient_id().to_string()));
        }
    }
    assert!(answered > 500, "{answered}");
}

#[test]
fn a_response_names_its_questionnaire_as_that_is_published() {
    for instrument in all().into_iter().filter(|instrument| instrument.questionnaire.is_none()) {
        let form = crate::questionnaire(&instrument, BASE);
        let canonical = format!("{}|{}", form["url"].as_str().unwrap(), form["version"].as_str().unwrap());
        assert_eq!(written(&instrument, &[], "in-progress")["questionnaire"], canonical);
    }
}

#[test]
fn items_lie_in_the_order_of_the_questionnaire_with_answers_it_offers() {
    let mut dice = Dice::new(11);
    for instrument in all().into_iter().filter(|instrument| instrument.questionnaire.is_none()) {
        let form = crate::questionnaire(&instrument, BASE);
        let items = form["item"].as_array().unwrap();
        let resource = written(&instrument, &dice.answers(&instrument, Way::All), "completed");
        let mut last = 0;
        for item in resource["item"].as_array().into_iter().flatten() {
            let place = items.iter().position(|asked| asked["linkId"] == item["linkId"]).unwrap();
            assert!(place >= last, "{}", instrument.id);
            last = place;
            assert_eq!(item.get("text"), None);
            for answer in item["answer"].as_array().unwrap() {
                let Some(coding) = answer.get("valueCoding") else { continue };
                assert!(coding.get("extension").is_none(), "{coding}");
                let mut options = items[place]["answerOption"].as_array().unwrap().iter();
                let same = |option: &Value| {
                    ["system", "code"].iter().all(|key| option["valueCoding"].get(key) == coding.get(key))
                };
                assert!(options.any(same), "{}: {coding}", instrument.id);
            }
        }
    }
}

#[test]
fn a_response_says_who_answered_through_which_door_and_what_was_declined() {
    let instrument = shipped("phq-2");
    let german = Lang::parse("de").unwrap();
    let mut answers = vec![
        answer(&instrument, &german, "q1", 1, Given::Choice("2".into())),
        answer(&instrument, &german, "q2", 2, Given::Skipped),
    ];
    answers[0].channel = Channel::Telegram;
    let resource = written(&instrument, &answers, "completed");
    insta::assert_snapshot!(format!("{resource:#}"), @r#"
    {
      "author": {
        "reference": "https://clinic.example/fhir/R4/Patient/019b76da-a800-7101-8101-010101010101",
        "type": "Patient"
      },
      "authored": "2026-11-20T18:40:00.000Z",
      "extension": [
        {
          "url": "https://foreword.example/fhir/StructureDefinition/for-appointment",
          "valueReference": {
            "reference": "https://clinic.example/fhir/R4/Appointment/019b76da-a800-7202-8202-020202020202"
          }
        },
        {
          "url": "http://hl7.org/fhir/StructureDefinition/questionnaireresponse-completionMode",
          "valueCodeableConcept": {
            "coding": [
              {
                "code": "ELECTRONIC",
                "display": "electronic data",
                "system": "http://terminology.hl7.org/CodeSystem/v3-ParticipationMode"
              }
            ],
            "text": "Telegram, web"
          }
        },
        {
          "url": "https://foreword.example/fhir/StructureDefinition/respondent",
          "valueCode": "patient"
        }
      ],
      "id": "01a1fa1d-8100-7303-8303-030303030303",
      "item": [
        {
          "answer": [
            {
              "valueCoding": {
                "code": "LA6570-1",
                "display": "An mehr als der Hälfte der Tage",
                "system": "http://loinc.org"
              }
            }
          ],
          "linkId": "q1"
        },
        {
          "extension": [
            {
              "url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason",
              "valueCode": "asked-declined"
            }
          ],
          "linkId": "q2"
        }
      ],
      "language": "de",
      "meta": {
        "lastUpdated": "2026-11-20T18:40:00.125Z",
        "versionId": "3"
      },
      "questionnaire": "https://clinic.example/fhir/R4/Questionnaire/phq-2|1",
      "resourceType": "QuestionnaireResponse",
      "source": {
        "reference": "https://clinic.example/fhir/R4/Patient/019b76da-a800-7101-8101-010101010101",
        "type": "Patient"
      },
      "status": "completed",
      "subject": {
        "reference": "https://clinic.example/fhir/R4/Patient/019b76da-a800-7101-8101-010101010101",
        "type": "Patient"
      }
    }
    "#);
}

#[test]
fn somebody_else_who_answers_is_named_by_what_they_are() {
    let instrument = shipped("phq-2");
    let by = |by: [Respondent; 2]| {
        let mut answers = [("q1", "1"), ("q2", "3")]
            .map(|(item, code)| answer(&instrument, &Lang::english(), item, 1, Given::Choice(code.into())));
        answers.iter_mut().zip(by).for_each(|(answer, by)| answer.by = by);
        let resource = written(&instrument, &answers, "completed");
        let kind = |of: &str| resource[of]["type"].as_str().map(str::to_owned);
        (kind("source"), kind("author"), reread(&resource, &instrument).by)
    };
    let kinds = |source: &str, author: &str, by| (Some(source.to_owned()), Some(author.to_owned()), by);
    let (patient, helped, proxy, staff) =
        (Respondent::Patient, Respondent::Helped, Respondent::Proxy, Respondent::Staff);
    assert_eq!(by([patient, helped]), kinds("Patient", "Patient", helped));
    assert_eq!(by([proxy, proxy]), kinds("RelatedPerson", "RelatedPerson", proxy));
    assert_eq!(by([staff, staff]), kinds("Patient", "Practitioner", staff));
    assert_eq!(by([patient, proxy]), (None, None, proxy));
}

#[test]
fn what_another_form_filler_writes_is_read() {
    let instrument = shipped("phq-2");
    let form = crate::questionnaire(&instrument, BASE);
    let coding = &form["item"][1]["answerOption"][2]["valueCoding"];
    let total = form["item"].as_array().unwrap().iter().find(|item| item["readOnly"] == true).unwrap();
    let resource = json!({
        "resourceType": "QuestionnaireResponse",
        "questionnaire": "https://clinic.example/fhir/R4/Questionnaire/phq-2",
        "status": "completed",
        "authored": "2026-11-20T19:40:00+01:00",
        "identifier": { "system": "urn:x", "value": "17" },
        "subject": { "reference": "Patient/1" },
        "source": { "reference": "RelatedPerson/2" },
        "item": [{ "linkId": "group", "text": "A group nobody knows", "item": [
            { "linkId": "q1", "text": "Little interest", "answer": [{ "valueCoding": {
                "system": coding["system"], "code": coding["code"], "display": "More than half the days",
                "extension": [{ "url": crate::names::ORDINAL_VALUE, "valueDecimal": 2 }]
            }}]},
            { "linkId": "q2", "text": "Feeling down", "answer": [{ "valueCoding": { "code": coding["code"] } }] },
            { "linkId": total["linkId"], "answer": [{ "valueDecimal": 4 }] }
        ]}]
    });
    let read = reread(&resource, &instrument);
    let two = Given::Choice("2".into());
    assert!(read.values == BTreeMap::from([("q1".into(), two.clone()), ("q2".into(), two)]));
    assert_eq!(read.computed, BTreeMap::from([("total".into(), 4.0)]));
    let scores = |answers: &ReadResponse| {
        scoring::all(&instrument, &Person::default(), |item| answers.values.get(item).cloned())
    };
    assert_eq!(read.differs(&scores(&read)), vec![]);
    let wrong = ReadResponse { computed: BTreeMap::from([("total".into(), 5.0)]), ..read.clone() };
    let told = wrong.differs(&scores(&read));
    assert_eq!(told.len(), 1);
    assert!(
        !told[0].is_error()
            && told[0].text.starts_with("total: what came along is not what these answers come to")
    );
    assert_eq!(read.authored, Some(at("2026-11-20T18:40:00Z")));
    assert_eq!(read.by, Respondent::Proxy);
    assert_eq!(read.identifier.unwrap().value.reveal(), "17");
}

#[test]
fn what_no_answer_can_hold_is_refused_with_its_place_and_not_quoted() {
    let refusals = |items: Value| {
        let resource = json!({ "resourceType": "QuestionnaireResponse", "status": "done", "item": items });
        let issues = read_response(&resource, &shipped("gi-questions")).unwrap_err();
        let told = issues.iter().map(|issue| {
            format!("{} {}: {}", issue.code, issue.expression.as_deref().unwrap_or_default(), issue.text)
        });
        told.collect::<Vec<_>>().join("\n")
    };
    let two = json!({ "valueCoding": { "code": "0" } });
    insta::assert_snapshot!(refusals(json!([
        { "linkId": "blood", "answer": [{ "valueCoding": { "code": "secret" } }] },
        { "linkId": "blood-since", "answer": [{ "valueDate": "2026-11" }] },
        { "linkId": "blood", "answer": [two, two] },
        { "linkId": "blood", "answer": [{ "valueString": "secret" }] },
        { "linkId": "nobody-knows-it", "answer": [{ "valueString": "secret" }] },
        { "linkId": "x", "item": "secret" }
    ])), @r"
    code-invalid QuestionnaireResponse.status: must be one of in-progress, completed, amended, stopped, entered-in-error
    code-invalid QuestionnaireResponse.item[0].answer[0]: is none of the item's options (system and code decide)
    not-supported QuestionnaireResponse.item[1].answer[0]: is no full date; a year or a month alone can't be kept, answer such as 2026-01-31
    invalid QuestionnaireResponse.item[2]: has 2 answers, and takes one
    invariant QuestionnaireResponse.item[3].answer[0]: must be valueCoding
    structure QuestionnaireResponse.item[5].item: must be a list, and not more than 64 deep
    ");
}

#[test]
fn a_visit_says_which_version_it_is() {
    let visit = foreword_domain::appointment::Appointment {
        id: appointment_id(),
        patient: patient_id(),
        external_id: "A-7".into(),
        start: at("2026-11-24T08:30:00Z"),
        time_zone: "Europe/Berlin".into(),
        duration_min: 20,
        clinic: "North clinic".into(),
        clinician: "Dr. Okafor".into(),
        kind: "Follow-up".into(),
        status: foreword_domain::appointment::Status::Booked,
        revision: 0,
    };
    let resource = appointment(&visit, &ada(), stamp(), BASE);
    assert_eq!(resource["meta"], json!({ "versionId": "3", "lastUpdated": "2026-11-20T18:40:00.125Z" }));
    assert_eq!(resource["start"], "2026-11-24T09:30:00+01:00");
}

#[test]
fn a_patient_is_read_back() {
    let resource = patient(&ada(), stamp());
    insta::assert_snapshot!(format!("{resource:#}"), @r#"
    {
      "active": true,
      "birthDate": "1961-03-09",
      "communication": [
        {
          "language": {
            "coding": [
              {
                "code": "pt-br",
                "system": "urn:ietf:bcp:47"
              }
            ]
          },
          "preferred": true
        }
      ],
      "extension": [
        {
          "url": "http://hl7.org/fhir/StructureDefinition/timezone",
          "valueCode": "Europe/Berlin"
        }
      ],
      "gender": "female",
      "id": "019b76da-a800-7101-8101-010101010101",
      "identifier": [
        {
          "type": {
            "coding": [
              {
                "code": "MR",
                "system": "http://terminology.hl7.org/CodeSystem/v2-0203"
              }
            ]
          },
          "use": "usual",
          "value": "MRN-0042"
        }
      ],
      "meta": {
        "lastUpdated": "2026-11-20T18:40:00.125Z",
        "versionId": "3"
      },
      "name": [
        {
          "family": "Moreno & Söhne",
          "given": [
            "Ada"
          ],
          "text": "Ada Moreno & Söhne",
          "use": "official"
        }
      ],
      "resourceType": "Patient",
      "telecom": [
        {
          "system": "phone",
          "value": "+49 30 901820"
        },
        {
          "system": "email",
          "value": "ada@example.org"
        }
      ]
    }
    "#);
    let read = read_patient(&resource).unwrap();
    let profile = ada().profile.into_inner();
    assert_eq!(read.patient_id.unwrap().reveal(), "MRN-0042");
    assert_eq!(read.given_name.unwrap().reveal(), &profile.given_name);
    assert_eq!(read.family_name.unwrap().reveal(), &profile.family_name);
    assert_eq!(read.birth_date.unwrap().reveal(), &profile.birth_date);
    assert_eq!(read.sex.unwrap().reveal(), &profile.sex.unwrap());
    assert_eq!(read.language, Some(ada().language));
    assert_eq!(read.patient_time_zone.as_deref(), Some("Europe/Berlin"));
    assert!(read.start.is_none() && read.appointment_id.is_empty());
    assert!(read_patient(&json!({ "resourceType": "Practitioner" })).is_err());
}

/// All scores of random answers as observations.
fn observations(instrument: &Instrument, answers: &[Answer]) -> Vec<Value> {
    let given = there(instrument, answers);
    let scores = scoring::all(instrument, &Person::default(), |id| given.get(id).cloned());
    let of = |score| {
        let one = Scored {
            response: response_id(),
            stamp: stamp(),
            instrument,
            score,
            person: &Person::default(),
            patient: patient_id(),
            appointment: appointment_id(),
            effective: at("2026-11-20T18:40:00Z"),
            issued: at("2026-11-20T18:40:01Z"),
            is_amended: false,
            language: &Lang::english(),
        };
        observation(&one, BASE).unwrap()
    };
    scores.iter().map(of).collect()
}

#[test]
fn every_score_is_an_observation_with_a_number_or_a_reason() {
    let mut dice = Dice::new(3);
    for instrument in all() {
        for way in [Way::All, Way::Some, Way::Nothing] {
            let all = observations(&instrument, &dice.answers(&instrument, way));
            assert_eq!(all.len(), instrument.scales.len());
            for one in &all {
                let (value, reason) = (one.get("valueQuantity"), one.get("dataAbsentReason"));
                assert!(value.is_some() != reason.is_some(), "{one:#}");
                let id = one["id"].as_str().unwrap();
                assert!(
                    id.len() <= 64 && id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-.".contains(&b))
                );
                assert_eq!(observation_parts(id), Some(response_id()));
            }
        }
    }
}

#[test]
fn a_score_says_its_band_its_range_and_what_it_is_derived_from() {
    let instrument = shipped("phq-9");
    let answers: Vec<Answer> = (1..=8)
        .map(|n| answer(&instrument, &Lang::english(), &format!("q{n}"), n, Given::Choice("1".into())))
        .collect();
    let all = observations(&instrument, &answers);
    insta::assert_snapshot!(format!("{:#}", all[0]), @r#"
    {
      "category": [
        {
          "coding": [
            {
              "code": "survey",
              "display": "Survey",
              "system": "http://terminology.hl7.org/CodeSystem/observation-category"
            }
          ]
        }
      ],
      "code": {
        "coding": [
          {
            "code": "44261-6",
            "system": "http://loinc.org"
          },
          {
            "code": "phq-9.total",
            "display": "Mood (PHQ-9)",
            "system": "https://foreword.example/fhir/scales"
          }
        ],
        "text": "Patient Health Questionnaire-9 (PHQ-9): Mood (PHQ-9)"
      },
      "derivedFrom": [
        {
          "reference": "https://clinic.example/fhir/R4/QuestionnaireResponse/01a1fa1d-8100-7303-8303-030303030303",
          "type": "QuestionnaireResponse"
        }
      ],
      "effectiveDateTime": "2026-11-20T18:40:00.000Z",
      "extension": [
        {
          "url": "https://foreword.example/fhir/StructureDefinition/for-appointment",
          "valueReference": {
            "reference": "https://clinic.example/fhir/R4/Appointment/019b76da-a800-7202-8202-020202020202"
          }
        },
        {
          "url": "https://foreword.example/fhir/StructureDefinition/of-instrument",
          "valueCanonical": "https://clinic.example/fhir/R4/Questionnaire/phq-9|1"
        }
      ],
      "id": "01a1fa1d-8100-7303-8303-030303030303.total",
      "identifier": [
        {
          "system": "https://foreword.example/fhir/derived-observations",
          "value": "01a1fa1d-8100-7303-8303-030303030303.total"
        }
      ],
      "issued": "2026-11-20T18:40:01.000Z",
      "meta": {
        "lastUpdated": "2026-11-20T18:40:00.125Z",
        "versionId": "3"
      },
      "method": {
        "text": "Estimated: 8 of 9 items answered, the others made up for"
      },
      "note": [
        {
          "text": "0 to 27, higher = worse"
        }
      ],
      "resourceType": "Observation",
      "status": "final",
      "subject": {
        "reference": "https://clinic.example/fhir/R4/Patient/019b76da-a800-7101-8101-010101010101",
        "type": "Patient"
      },
      "valueQuantity": {
        "code": "{score}",
        "system": "http://unitsofmeasure.org",
        "unit": "score",
        "value": 9
      }
    }
    "#);
}

#[test]
fn long_names_of_scales_make_ids_that_differ_and_fit() {
    let id = |scale: &str| observation_id(response_id(), scale);
    let (one, other) = (id(&"x".repeat(40)), id(&"x".repeat(41)));
    assert!(one != other && one.len() <= 64 && other.len() <= 64, "{one} {other}");
    assert_eq!(observation_parts(&one), Some(response_id()));
    assert_eq!(id("role_physical"), format!("{}.role-physical", response_id()));
    for wrong in ["", "x.total", &response_id().to_string(), &format!("{}.", response_id())] {
        assert_eq!(observation_parts(wrong), None, "{wrong}");
    }
}
