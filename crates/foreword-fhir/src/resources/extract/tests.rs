use foreword_domain::response::{Answer, Value as Given};

use super::*;
use crate::resources::testing::{BASE, Dice, Way, all, answer, imported, response_id, shipped, written};

fn extracted(response: &Value, instrument: &Instrument) -> Vec<Value> {
    let bundle = extract(response, instrument, &Person::default(), BASE).unwrap();
    list(&bundle["entry"]).cloned().collect()
}

fn answers(instrument: &Instrument, codes: &[&str]) -> Vec<Answer> {
    let one = |(n, code): (usize, &&str)| {
        answer(instrument, &Lang::english(), &format!("q{}", n + 1), n, Given::Choice((*code).to_owned()))
    };
    codes.iter().enumerate().map(one).collect()
}

fn refusal(response: &Value) -> Issue {
    extract(response, &shipped("phq-2"), &Person::default(), BASE).unwrap_err().remove(0)
}

#[test]
fn coded_answers_and_scores_become_observations_that_are_kept_once() {
    let instrument = shipped("phq-2");
    let mut response = written(&instrument, &answers(&instrument, &["1", "3"]), "amended");
    response["encounter"] = json!({ "reference": "Encounter/7" });
    response["partOf"] = json!([{ "reference": "Observation/8" }, { "reference": "Procedure/9" }]);
    let entries = extracted(&response, &instrument);
    assert_eq!(entries.len(), 3);
    let url = entries[0]["request"]["url"].as_str().unwrap();
    assert_eq!(
        url,
        format!(
            "Observation?identifier=https://foreword.example/fhir/derived-observations%7C{}%23q1",
            response_id()
        )
    );
    insta::assert_snapshot!(format!("{:#}", entries[0]["resource"]), @r#"
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
            "code": "44250-9",
            "system": "http://loinc.org"
          }
        ],
        "text": "Little interest or pleasure in doing things"
      },
      "derivedFrom": [
        {
          "reference": "https://clinic.example/fhir/R4/QuestionnaireResponse/01a1fa1d-8100-7303-8303-030303030303",
          "type": "QuestionnaireResponse"
        }
      ],
      "effectiveDateTime": "2026-11-20T18:40:00.000Z",
      "encounter": {
        "reference": "Encounter/7"
      },
      "extension": [
        {
          "url": "https://foreword.example/fhir/StructureDefinition/of-instrument",
          "valueCanonical": "https://clinic.example/fhir/R4/Questionnaire/phq-2|1"
        }
      ],
      "identifier": [
        {
          "system": "https://foreword.example/fhir/derived-observations",
          "value": "01a1fa1d-8100-7303-8303-030303030303#q1"
        }
      ],
      "issued": "2026-11-20T18:40:00.000Z",
      "partOf": [
        {
          "reference": "Procedure/9"
        }
      ],
      "performer": [
        {
          "reference": "https://clinic.example/fhir/R4/Patient/019b76da-a800-7101-8101-010101010101",
          "type": "Patient"
        }
      ],
      "resourceType": "Observation",
      "status": "amended",
      "subject": {
        "reference": "https://clinic.example/fhir/R4/Patient/019b76da-a800-7101-8101-010101010101",
        "type": "Patient"
      },
      "valueCodeableConcept": {
        "coding": [
          {
            "code": "LA6569-3",
            "display": "Several days",
            "system": "http://loinc.org"
          }
        ]
      }
    }
    "#);
    let total = &entries[2]["resource"];
    assert_eq!((&total["valueQuantity"]["value"], &total["status"]), (&json!(4), &json!("amended")));
    assert_eq!(total["identifier"][0]["value"], format!("{}.total", response_id()));
    assert_eq!(extracted(&response, &instrument), entries);
}

#[test]
fn every_instrument_is_extracted_without_two_observations_of_one_name() {
    let mut dice = Dice::new(5);
    for instrument in all() {
        for way in [Way::All, Way::Some, Way::Skipped, Way::Nothing] {
            let response = written(&instrument, &dice.answers(&instrument, way), "completed");
            let bundle = extract(&response, &instrument, &Person::default(), BASE).unwrap();
            let entries: Vec<&Value> = list(&bundle["entry"]).collect();
            let mut urls: Vec<&Value> = entries.iter().map(|entry| &entry["request"]["url"]).collect();
            urls.sort_by_key(ToString::to_string);
            urls.dedup();
            assert_eq!(urls.len(), entries.len(), "{}", instrument.id);
            if matches!(way, Way::Skipped | Way::Nothing) {
                assert_eq!(entries.len(), 0, "{}: {bundle:#}", instrument.id);
            }
        }
    }
}

#[test]
fn of_an_imported_questionnaire_what_it_marks_is_extracted() {
    let mark = |yes: bool| json!([{ "url": EXTRACT, "valueBoolean": yes }]);
    let code = |code: &str| json!({ "system": "urn:x", "code": code });
    let mut special = code("c2");
    special["extension"] = mark(true);
    let form = json!({
        "resourceType": "Questionnaire", "status": "active", "language": "en", "id": "x", "title": "X",
        "url": "urn:form", "extension": mark(true),
        "item": [
            { "linkId": "g", "type": "group", "text": "G", "item": [
                { "linkId": "a", "type": "decimal", "text": "Weight", "code": [code("a")], "extension": [
                    { "url": UNIT, "valueCoding": { "system": "http://unitsofmeasure.org", "code": "kg", "display": "kg" } }
                ]},
                { "linkId": "b", "type": "integer", "text": "B", "code": [code("b")], "extension": mark(false) }
            ]},
            { "linkId": "c", "type": "boolean", "text": "C", "code": [code("c1"), special], "extension": mark(false) },
            { "linkId": "d", "type": "string", "text": "D" }
        ]
    });
    let instrument = imported(&form.to_string());
    let response = json!({
        "resourceType": "QuestionnaireResponse", "id": "r1", "status": "completed", "questionnaire": "urn:form",
        "item": [
            { "linkId": "g", "item": [
                { "linkId": "a", "answer": [{ "valueDecimal": 70.5 }] },
                { "linkId": "b", "answer": [{ "valueInteger": 3 }] }
            ]},
            { "linkId": "c", "answer": [{ "valueBoolean": true }] },
            { "linkId": "d", "answer": [{ "valueString": "words" }] }
        ]
    });
    let entries = extracted(&response, &instrument);
    let codes: Vec<&Value> = entries.iter().map(|entry| &entry["resource"]["code"]["coding"]).collect();
    assert_eq!(codes, [&json!([code("a")]), &json!([code("c2")])]);
    assert_eq!(
        entries[0]["resource"]["valueQuantity"],
        json!({ "value": 70.5, "unit": "kg", "system": "http://unitsofmeasure.org", "code": "kg" })
    );
    assert_eq!(entries[1]["resource"]["valueBoolean"], true);
}

#[test]
fn what_is_not_complete_or_has_no_id_is_not_extracted() {
    let instrument = shipped("phq-2");
    let response = written(&instrument, &answers(&instrument, &["1", "3"]), "in-progress");
    assert_eq!(refusal(&response).code, "business-rule");
    let mut response = written(&instrument, &answers(&instrument, &["1", "3"]), "completed");
    response.as_object_mut().unwrap().remove("id");
    assert_eq!(refusal(&response).expression.as_deref(), Some("QuestionnaireResponse.id"));
}
