//! What forms are scored by: `weight()` and `ordinal()`.

use serde_json::{Value as Json, json};

use super::*;

const ORDINAL: &str = "http://hl7.org/fhir/StructureDefinition/ordinalValue";
const WEIGHT: &str = "http://hl7.org/fhir/StructureDefinition/itemWeight";

/// Where a form says what its choices count.
#[derive(Clone, Copy, Debug)]
enum At {
    Option,
    Coding,
    ValueSet,
    CodeSystem,
    Nowhere,
}

fn weighted(url: &str, weight: i32) -> Json {
    json!([{ "url": url, "valueDecimal": weight }])
}

/// Two questions in a group and one beside it, each with choices that count 0 to 3.
fn form(at: At, url: &str) -> Document {
    let options: Vec<Json> = (0..4)
        .map(|n| {
            let mut coding = json!({ "system": "http://x.example/often", "code": format!("c{n}") });
            if matches!(at, At::Coding) {
                coding["extension"] = weighted(url, n);
            }
            let mut option = json!({ "valueCoding": coding });
            if matches!(at, At::Option) {
                option["extension"] = weighted(url, n);
            }
            option
        })
        .collect();
    let concepts: Vec<Json> =
        (0..4).map(|n| json!({ "code": format!("c{n}"), "extension": weighted(url, n) })).collect();
    let question = |id: &str| match at {
        At::ValueSet | At::CodeSystem => {
            json!({ "linkId": id, "type": "choice", "answerValueSet": "#often" })
        }
        _ => json!({ "linkId": id, "type": "choice", "answerOption": options }),
    };
    let contained = match at {
        At::ValueSet => json!([{ "resourceType": "ValueSet", "id": "often", "compose": { "include": [
            { "system": "http://x.example/often", "concept": concepts }] } }]),
        At::CodeSystem => json!([{ "resourceType": "CodeSystem", "id": "cs", "url": "http://x.example/often",
            "concept": [{ "code": "all", "concept": concepts }] }]),
        _ => json!([]),
    };
    Document::from_json(&json!({
        "resourceType": "Questionnaire", "status": "active", "contained": contained,
        "item": [{ "linkId": "g", "type": "group", "item": [question("q1"), question("q2")] }, question("q3")]
    }))
    .unwrap()
}

/// 2 and 3 in the group, 1 beside it; with what each counts when the response says it.
fn response(ordinals: bool) -> Document {
    let answer = |id: &str, n: i32| {
        let mut coding = json!({ "system": "http://x.example/often", "code": format!("c{n}") });
        if ordinals {
            coding["extension"] = weighted(ORDINAL, n);
        }
        json!({ "linkId": id, "answer": [{ "valueCoding": coding }] })
    };
    Document::from_json(&json!({
        "resourceType": "QuestionnaireResponse", "status": "completed",
        "item": [{ "linkId": "g", "item": [answer("q1", 2), answer("q2", 3)] }, answer("q3", 1)]
    }))
    .unwrap()
}

fn score(response: &Document, form: Option<Document>, expression: &str) -> String {
    let environment = Environment { questionnaire: form, ..Environment::new(response.clone(), now()) };
    let expression = Expression::parse(expression).unwrap();
    shown(&expression.evaluate(&[response.root().into()], &environment).unwrap())
}

#[test]
fn every_spelling_of_a_total_is_the_whole_total() {
    let spellings = [
        ("%resource.repeat(item).answer.value.weight().sum()", "6"),
        ("%resource.repeat(item).answer.weight().sum()", "6"),
        ("%resource.repeat(item).answer.value.ordinal().sum()", "6"),
        ("%resource.repeat(item).answer.valueCoding.weight().sum()", "6"),
        ("%resource.repeat(item).where(linkId = 'q1' or linkId = 'q2').answer.value.weight().sum()", "5"),
        ("%resource.item.where(linkId = 'q3').answer.value.weight()", "1"),
        ("%resource.item.item.answer.value.weight().aggregate($this + $total, 0)", "5"),
        ("QuestionnaireResponse.item.item.answer.value.select(weight()).sum()", "5"),
        ("item.descendants().where(linkId = 'q2').answer.value.weight()", "3"),
        (
            "iif(repeat(item).answer.value.weight().count() = 3, repeat(item).answer.value.weight().sum(), {})",
            "6",
        ),
        ("repeat(item).answer.value.weight().max() - repeat(item).answer.value.weight().min()", "2"),
        ("repeat(item).answer.value.weight().avg()", "2"),
    ];
    for (spelling, total) in spellings {
        for ordinals in [true, false] {
            for at in [At::Option, At::Coding, At::ValueSet, At::CodeSystem] {
                for url in [ORDINAL, WEIGHT] {
                    let found = score(&response(ordinals), Some(form(at, url)), spelling);
                    assert_eq!(found, total, "{spelling}, ordinals {ordinals}, weights at {at:?}");
                }
            }
        }
    }
}

#[test]
fn a_total_by_extension_is_the_whole_total_and_nothing_without_one() {
    for spelling in [
        format!("%resource.item.item.answer.valueCoding.extension('{ORDINAL}').value.sum()"),
        format!("%resource.item.item.answer.value.extension('{ORDINAL}').value.sum()"),
        format!("item.item.answer.value.extension.where(url = '{ORDINAL}').valueDecimal.sum()"),
    ] {
        assert_eq!(score(&response(true), None, &spelling), "5", "{spelling}");
        assert_eq!(score(&response(false), None, &spelling), "", "{spelling}");
    }
}

#[test]
fn what_no_one_weighs_has_no_weight() {
    for form in [None, Some(form(At::Nowhere, ORDINAL))] {
        assert_eq!(score(&response(false), form.clone(), "repeat(item).answer.value.weight()"), "");
        assert_eq!(score(&response(false), form, "repeat(item).answer.value.weight().sum()"), "");
    }
    let other = r#"{ "resourceType": "QuestionnaireResponse", "item": [
        { "linkId": "q1", "answer": [{ "valueCoding": { "system": "http://other.example", "code": "c2" } }] },
        { "linkId": "q9", "answer": [{ "valueCoding": { "system": "http://x.example/often", "code": "c2" } }] }] }"#;
    let other = Document::parse(other).unwrap();
    assert_eq!(score(&other, Some(form(At::Option, ORDINAL)), "item.answer.value.weight()"), "");
}

#[test]
fn what_the_response_says_goes_before_what_the_form_says() {
    let said = r#"{ "resourceType": "QuestionnaireResponse", "item": [{ "linkId": "q1", "answer": [{ "valueCoding":
        { "extension": [{ "url": "http://hl7.org/fhir/StructureDefinition/ordinalValue", "valueDecimal": 7.5 }],
          "system": "http://x.example/often", "code": "c2" } }] }] }"#;
    let said = Document::parse(said).unwrap();
    assert_eq!(score(&said, Some(form(At::Option, ORDINAL)), "item.answer.value.weight()"), "7.5");
}

#[test]
fn two_repetitions_answered_alike_both_count() {
    let twice = r#"{ "resourceType": "QuestionnaireResponse", "item": [
        { "linkId": "g", "item": [{ "linkId": "q1", "answer": [{ "valueInteger": 2 }] }] },
        { "linkId": "g", "item": [{ "linkId": "q1", "answer": [{ "valueInteger": 2 }] }] }] }"#;
    let twice = Document::parse(twice).unwrap();
    assert_eq!(score(&twice, None, "%resource.repeat(item).answer.value.sum()"), "4");
    assert_eq!(score(&twice, None, "%resource.descendants().where(linkId = 'q1').answer.value.sum()"), "4");
}

#[test]
fn plain_answers_are_weighed_by_the_option_with_their_value() {
    let form = r#"{ "resourceType": "Questionnaire", "item": [{ "linkId": "a", "answerOption": [
        { "valueInteger": 1, "extension": [{ "url": "http://hl7.org/fhir/StructureDefinition/itemWeight", "valueDecimal": 10 }] },
        { "valueString": "often", "_valueString": { "extension": [
            { "url": "http://hl7.org/fhir/StructureDefinition/itemWeight", "valueDecimal": 20 }] } }] }] }"#;
    let answers = r#"{ "resourceType": "QuestionnaireResponse", "item": [
        { "linkId": "a", "answer": [{ "valueInteger": 1 }, { "valueString": "often" }, { "valueInteger": 3 }] }] }"#;
    let (form, answers) = (Document::parse(form).unwrap(), Document::parse(answers).unwrap());
    assert_eq!(score(&answers, Some(form.clone()), "item.answer.value.weight()"), "10, 20");
    assert_eq!(score(&answers, Some(form), "%questionnaire.item.answerOption.value.weight().sum()"), "30");
}

#[test]
fn an_expansion_may_hold_the_weights_as_properties() {
    let form = json!({ "resourceType": "Questionnaire",
        "contained": [{ "resourceType": "ValueSet", "id": "v", "expansion": { "contains": [
            { "system": "s", "code": "a", "contains": [{ "system": "s", "code": "b", "extension": [
                { "url": "http://hl7.org/fhir/5.0/StructureDefinition/extension-ValueSet.expansion.contains.property",
                  "extension": [{ "url": "code", "valueCode": "itemWeight" }, { "url": "value[x]", "valueDecimal": 4 }] }] }] },
            { "system": "s", "code": "c", "property": [{ "code": "itemWeight", "valueDecimal": 5 }] }] } }],
        "item": [{ "linkId": "q", "answerValueSet": "#v" }] });
    let answers = json!({ "resourceType": "QuestionnaireResponse", "item": [{ "linkId": "q", "answer": [
        { "valueCoding": { "system": "s", "code": "b" } }, { "valueCoding": { "system": "s", "code": "c" } },
        { "valueCoding": { "system": "s", "code": "a" } }] }] });
    let (form, answers) = (Document::from_json(&form).unwrap(), Document::from_json(&answers).unwrap());
    assert_eq!(score(&answers, Some(form), "item.answer.value.weight()"), "4, 5");
}

#[test]
fn a_total_that_is_not_complete_is_withheld_by_the_form() {
    let all =
        "iif(repeat(item).answer.value.weight().count() = 4, repeat(item).answer.value.weight().sum(), {})";
    assert_eq!(score(&response(false), Some(form(At::Option, ORDINAL)), all), "");
}

#[test]
fn a_risk_with_logarithms_and_powers_is_what_is_published() {
    // Men of the Framingham study, hard coronary heart disease, ATP III: the shape real forms have.
    let mut environment = nothing();
    for (name, value) in
        [("age", 55), ("tChol", 220), ("hdl", 45), ("systolic", 130), ("antihypert", 0), ("smokes", 1)]
    {
        environment.variables.insert(name.to_owned(), vec![Value::Integer(value)]);
    }
    let expression = "(1 - (0.9402).power((52.00961 * (%age.ln() - 3.8926095) + 20.014077 * (%tChol.ln() - 5.3441475) \
        - 0.905964 * (%hdl.ln() - 3.7731132) + 1.305784 * (%systolic.ln() - 4.8618212) + 0.241549 * (%antihypert - 0.1180474) \
        + 12.096316 * (%smokes - 0.335602) - 4.605038 * (%age.ln() * %tChol.ln() - 20.8111562) \
        - 2.84367 * (%age.ln() * %smokes - 1.2890301) - 2.93323 * (%age.ln() * %age.ln() - 15.2144965)).exp())).round(10)";
    let values = Expression::parse(expression).unwrap().evaluate(&[], &environment).unwrap();
    let Some(Value::Decimal(risk)) = values.first() else { panic!("{values:?}") };
    assert_eq!(risk.to_string(), "0.1598937789");
}
