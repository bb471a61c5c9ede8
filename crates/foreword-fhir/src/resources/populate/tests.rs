use super::*;
use crate::resources::testing::{BASE, all, imported, shipped};

fn populated(form: &Value, context: &[(&str, &Value)]) -> Populated {
    let instrument = imported(&form.to_string());
    let now: Zoned = "2026-11-20T18:40:00+00:00[UTC]".parse().unwrap();
    populate(&instrument, &Launch { subject: "Patient/1", context, now: &now }, BASE).unwrap()
}

fn initial(expression: &str) -> Value {
    json!({ "url": INITIAL, "valueExpression": { "language": FHIRPATH, "expression": expression } })
}

fn form(items: &Value) -> Value {
    json!({
        "resourceType": "Questionnaire", "status": "active", "language": "en", "id": "x", "title": "X",
        "url": "urn:form", "version": "2", "item": items
    })
}

#[test]
fn what_is_known_is_filled_in_and_what_is_not_stays_empty() {
    let options = json!([
        { "valueCoding": { "code": "female", "display": "Woman" } },
        { "valueCoding": { "code": "male", "display": "Man", "extension": [] } }
    ]);
    let mut form = form(&json!([
        { "linkId": "g", "type": "group", "text": "About you", "item": [
            { "linkId": "name", "type": "string", "text": "Name", "extension": [initial("%given & ' ' & %patient.name.first().family")] },
            { "linkId": "birth", "type": "date", "text": "Born", "extension": [initial("%patient.birthDate")] },
            { "linkId": "phone", "type": "string", "text": "Phone", "extension": [initial("%patient.telecom.where(system='phone').value")] }
        ]},
        { "linkId": "sex", "type": "choice", "text": "Sex", "answerOption": options, "extension": [initial("%patient.gender")] },
        { "linkId": "today", "type": "date", "text": "Today", "extension": [initial("today()")] },
        { "linkId": "doctor", "type": "string", "text": "Doctor", "extension": [initial("%user.name.text")] },
        { "linkId": "n", "type": "integer", "text": "N", "initial": [{ "valueInteger": 4 }] }
    ]));
    form["extension"] = json!([{ "url": VARIABLE, "valueExpression": {
        "name": "given", "language": FHIRPATH, "expression": "%patient.name.first().given.first()"
    }}]);
    let patient = json!({
        "resourceType": "Patient", "birthDate": "1961-03-09", "gender": "female",
        "name": [{ "given": ["Ada"], "family": "Moreno" }]
    });
    let Populated { response, issues } = populated(&form, &[("patient", &patient)]);
    assert_eq!(issues, []);
    assert_eq!(
        (&response["status"], &response["questionnaire"]),
        (&json!("in-progress"), &json!("urn:form|2"))
    );
    let items = json!([
        { "linkId": "g", "item": [
            { "linkId": "name", "answer": [{ "valueString": "Ada Moreno" }] },
            { "linkId": "birth", "answer": [{ "valueDate": "1961-03-09" }] }
        ]},
        { "linkId": "sex", "answer": [{ "valueCoding": { "code": "female", "display": "Woman" } }] },
        { "linkId": "today", "answer": [{ "valueDate": "2026-11-20" }] },
        { "linkId": "n", "answer": [{ "valueInteger": 4 }] }
    ]);
    assert_eq!(response["item"], items);
}

#[test]
fn what_cannot_be_computed_is_said_and_stays_empty() {
    let form = form(&json!([
        { "linkId": "a", "type": "integer", "text": "A", "extension": [initial("%patient.birthDate")] },
        { "linkId": "b", "type": "integer", "text": "B", "extension": [initial("1 | 2")] },
        { "linkId": "c", "type": "integer", "text": "C", "extension": [initial("nonsense(")] },
        { "linkId": "d", "type": "integer", "text": "D", "extension": [{ "url": INITIAL, "valueExpression": {
            "language": "application/x-fhir-query", "expression": "Patient?x=1"
        }}]}
    ]));
    let patient = json!({ "resourceType": "Patient", "birthDate": "1961-03-09" });
    let Populated { response, issues } = populated(&form, &[("patient", &patient)]);
    assert_eq!(response.get("item"), None);
    let places: Vec<&str> = issues.iter().map(|issue| issue.expression.as_deref().unwrap()).collect();
    let all =
        ["Questionnaire.item[0]", "Questionnaire.item[1]", "Questionnaire.item[2]", "Questionnaire.item[3]"];
    assert_eq!(places, all);
    assert!(issues.iter().all(|issue| !issue.is_error() && !issue.text.contains("1961")), "{issues:?}");
}

#[test]
fn our_own_instruments_begin_empty() {
    let now: Zoned = "2026-11-20T18:40:00+00:00[UTC]".parse().unwrap();
    for instrument in all() {
        let launch = Launch { subject: "Patient/1", context: &[], now: &now };
        let Populated { response, issues } = populate(&instrument, &launch, BASE).unwrap();
        assert_eq!((response.get("item"), issues.as_slice()), (None, [].as_slice()), "{}", instrument.id);
    }
    let broken = json!(7);
    let launch = Launch { subject: "Patient/1", context: &[("patient", &broken)], now: &now };
    assert!(populate(&shipped("phq-2"), &launch, BASE).is_err());
}
