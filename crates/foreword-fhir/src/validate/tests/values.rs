//! One answer by its question: type, options, value sets, limits, units, files, references.

use serde_json::{Value as Json, json};

use super::{
    rules::{CANARY, CORE, SDC, URL, filled, form, said, said_of},
    *,
};

/// One question of a type, with more members, and one answer to it.
fn one(kind: &str, more: &Json, value: &Json) -> Vec<String> {
    let mut item = json!({ "linkId": "q", "type": kind });
    for (key, value) in more.as_object().unwrap() {
        item[key] = value.clone();
    }
    said(&json!([item]), &json!([{ "linkId": "q", "answer": [value] }]))
}

fn extension(url: &str, key: &str, value: &Json) -> Json {
    json!({ "extension": [{ "url": url, key: value }] })
}

#[test]
fn an_answer_is_of_the_type_of_its_question() {
    let coding = json!({ "valueCoding": { "system": "http://x.example/c", "code": CANARY } });
    for (kind, right) in [
        ("boolean", json!({ "valueBoolean": true })),
        ("decimal", json!({ "valueDecimal": 1.5 })),
        ("integer", json!({ "valueInteger": 1 })),
        ("date", json!({ "valueDate": "2026-01-01" })),
        ("dateTime", json!({ "valueDateTime": "2026-01-01T10:00:00Z" })),
        ("time", json!({ "valueTime": "10:00:00" })),
        ("string", json!({ "valueString": CANARY })),
        ("text", json!({ "valueString": CANARY })),
        ("url", json!({ "valueUri": "http://x.example" })),
        ("attachment", json!({ "valueAttachment": { "contentType": "image/png", "data": "YQ==" } })),
        ("reference", json!({ "valueReference": { "reference": "Patient/1" } })),
        ("quantity", json!({ "valueQuantity": { "value": 1 } })),
    ] {
        assert_eq!(one(kind, &json!({}), &right), Vec::<String>::new(), "{kind}");
        assert_eq!(
            one(kind, &json!({}), &coding),
            ["error invariant QR.item[0].answer[0].valueCoding"],
            "{kind}"
        );
    }
    assert_eq!(one("choice", &json!({}), &coding), Vec::<String>::new());
    assert_eq!(one("question", &json!({}), &coding), ["error structure QR.item[0]"]);
    let untyped = said(&json!([{ "linkId": "q" }]), &json!([{ "linkId": "q", "answer": [coding] }]));
    assert_eq!(untyped, ["error required QR.item[0]"]);
}

#[test]
fn an_answer_is_one_of_the_options() {
    let coded = |code: &str| json!({ "valueCoding": { "system": "http://x.example/c", "code": code, "display": CANARY } });
    let options = json!({ "answerOption": [coded("a"), coded("b")] });
    let at = |key: &str| vec![format!("error invariant QR.item[0].answer[0].{key}")];
    let text = json!({ "valueString": "other" });
    assert_eq!(one("choice", &options, &coded("b")), Vec::<String>::new());
    assert_eq!(one("choice", &options, &coded(CANARY)), at("valueCoding"));
    assert_eq!(one("open-choice", &options, &coded(CANARY)), at("valueCoding"));
    assert_eq!(one("choice", &options, &text), at("valueString"));
    assert_eq!(one("open-choice", &options, &text), Vec::<String>::new());
    let named = json!({ "valueString": CANARY });
    assert_eq!(one("open-choice", &options, &named), ["warning invariant QR.item[0].answer[0].valueString"]);
    let unsystematic = json!({ "valueCoding": { "code": "a" } });
    let said = one("choice", &options, &unsystematic);
    assert!(said.contains(&"error invariant QR.item[0].answer[0].valueCoding".to_owned()), "{said:?}");
    for (kind, key, offered, other) in [
        ("integer", "valueInteger", json!(1), json!(2)),
        ("date", "valueDate", json!("2026-01-01"), json!("2026-01-02")),
        ("time", "valueTime", json!("10:00:00"), json!("11:00:00")),
        ("string", "valueString", json!("x"), json!(CANARY)),
    ] {
        let options = json!({ "answerOption": [{ key: offered }] });
        assert_eq!(one(kind, &options, &json!({ key: offered })), Vec::<String>::new());
        assert_eq!(one(kind, &options, &json!({ key: other })), at(key));
    }
}

#[test]
fn a_value_set_is_checked_where_it_is_known() {
    let mut form = form(&json!([{ "linkId": "q", "type": "choice", "answerValueSet": "#s" }]));
    let coding = |code: &str| json!([{ "linkId": "q", "answer": [{ "valueCoding": { "system": "http://x.example/c", "code": code } }] }]);
    let concepts = json!([{ "code": "a" }]);
    let invalid = ["error code-invalid QR.item[0].answer[0].valueCoding"];
    let unknown = ["warning code-invalid QR.item[0].answer[0].valueCoding"];
    for (set, listed, other) in [
        (
            json!({ "compose": { "include": [{ "system": "http://x.example/c", "concept": concepts }] } }),
            &[][..],
            &invalid[..],
        ),
        (
            json!({ "expansion": { "contains": [{ "system": "http://x.example/c", "code": "a" }] } }),
            &[][..],
            &invalid[..],
        ),
        (
            json!({ "compose": { "include": [{ "system": "http://x.example/c" }] } }),
            &unknown[..],
            &unknown[..],
        ),
        (
            json!({ "compose": { "include": [{ "system": "http://x.example/c" }],
                "exclude": [{ "system": "http://x.example/c", "concept": concepts }] } }),
            &invalid[..],
            &unknown[..],
        ),
    ] {
        let mut set = set;
        set["resourceType"] = json!("ValueSet");
        set["id"] = json!("s");
        form["contained"] = json!([set]);
        assert_eq!(said_of(&form, &filled("completed", &coding("a"))), listed, "{set}");
        assert_eq!(said_of(&form, &filled("completed", &coding(CANARY))), other, "{set}");
    }
    let known = json!({ "answerValueSet": "http://hl7.org/fhir/ValueSet/administrative-gender" });
    let gender = |code: &str| json!({ "valueCoding": { "system": "http://hl7.org/fhir/administrative-gender", "code": code } });
    assert_eq!(one("choice", &known, &gender("female")), Vec::<String>::new());
    assert_eq!(one("choice", &known, &gender(CANARY)), invalid);
    assert_eq!(
        one("string", &known, &json!({ "valueString": CANARY })),
        ["error invariant QR.item[0].answer[0].valueString"]
    );
    assert_eq!(
        one("choice", &json!({ "answerValueSet": "http://x.example/none" }), &gender("female")),
        unknown
    );
}

#[test]
fn an_exclusive_option_stands_alone() {
    let coded = |code: &str| json!({ "valueCoding": { "system": "http://x.example/c", "code": code } });
    let mut none = coded("none");
    none["extension"] =
        json!([{ "url": format!("{CORE}questionnaire-optionExclusive"), "valueBoolean": true }]);
    let items = json!([{ "linkId": "q", "type": "choice", "repeats": true, "answerOption": [coded("a"), none, coded("b")] }]);
    let given = |codes: &[&str]| json!([{ "linkId": "q", "answer": codes.iter().map(|code| coded(code)).collect::<Vec<_>>() }]);
    assert_eq!(said(&items, &given(&["a", "b"])), Vec::<String>::new());
    assert_eq!(said(&items, &given(&["none"])), Vec::<String>::new());
    assert_eq!(said(&items, &given(&["a", "none"])), ["error invariant QR.item[0].answer[1]"]);
}

#[test]
fn least_and_most_are_allowed_and_what_is_beyond_them_is_not() {
    for (kind, key, least, most, below, above) in [
        ("integer", "valueInteger", json!(2), json!(4), json!(1), json!(5)),
        ("decimal", "valueDecimal", json!(2.5), json!(4.5), json!(2.49), json!(4.51)),
        (
            "date",
            "valueDate",
            json!("2026-01-02"),
            json!("2026-02-01"),
            json!("2026-01-01"),
            json!("2026-02-02"),
        ),
        (
            "dateTime",
            "valueDateTime",
            json!("2026-01-02T10:00:00+01:00"),
            json!("2026-01-03T10:00:00Z"),
            json!("2026-01-02T08:59:59Z"),
            json!("2026-01-03T11:30:00+01:00"),
        ),
        ("time", "valueTime", json!("08:00:00"), json!("17:00:00"), json!("07:59:59"), json!("17:00:00.5")),
    ] {
        let limits = json!({ "extension": [
            { "url": format!("{CORE}minValue"), key: least }, { "url": format!("{CORE}maxValue"), key: most }] });
        let at = [format!("error invariant QR.item[0].answer[0].{key}")];
        for right in [least, most] {
            assert_eq!(one(kind, &limits, &json!({ key: right })), Vec::<String>::new(), "{kind}");
        }
        for wrong in [below, above] {
            assert_eq!(one(kind, &limits, &json!({ key: wrong })), at, "{kind}");
        }
    }
}

#[test]
fn quantities_are_compared_across_units_of_ucum() {
    let amount = |value: f64, code: &str| json!({ "value": value, "unit": code, "system": "http://unitsofmeasure.org", "code": code });
    let limits = json!({ "extension": [{ "url": format!("{SDC}minQuantity"), "valueQuantity": amount(5.0, "km") },
        { "url": format!("{SDC}maxQuantity"), "valueQuantity": amount(50.0, "km") }] });
    let at = "error invariant QR.item[0].answer[0].valueQuantity".to_owned();
    for (value, count) in [
        (amount(5_000.0, "m"), 0),
        (amount(4_999.0, "m"), 1),
        (amount(51.0, "km"), 1),
        (amount(10.0, "kg"), 2),
        (json!({ "value": 10, "unit": "km" }), 2),
    ] {
        assert_eq!(
            one("quantity", &limits, &json!({ "valueQuantity": value })),
            vec![at.clone(); count],
            "{value}"
        );
    }
}

#[test]
fn decimal_places_are_counted_as_they_are_written() {
    let form = form(&json!([{ "linkId": "q", "type": "decimal",
        "extension": [{ "url": format!("{CORE}maxDecimalPlaces"), "valueInteger": 2 }] }]));
    for (number, is_right) in [
        ("1.25", true),
        ("1.250", false),
        ("-5.12340", false),
        ("125e-2", true),
        ("125e-3", false),
        ("7", true),
    ] {
        let response = format!(
            r#"{{"resourceType":"QuestionnaireResponse","questionnaire":"{URL}","status":"completed",
                "item":[{{"linkId":"q","answer":[{{"valueDecimal":{number}}}]}}]}}"#
        );
        let right: &[&str] = if is_right {
            &[]
        } else {
            &["error invariant QuestionnaireResponse.item[0].answer[0].valueDecimal"]
        };
        assert_eq!(lines(&text(&response, Some(&form.to_string()))), right, "{number}");
    }
}

#[test]
fn length_and_form_of_a_text_are_checked() {
    let at = |severity: &str| vec![format!("{severity} invariant QR.item[0].answer[0].valueString")];
    let said = |kind: &str, more: &Json, text: &str| one(kind, more, &json!({ "valueString": text }));
    let least = extension(&format!("{CORE}minLength"), "valueInteger", &json!(3));
    assert_eq!(said("string", &least, "äöü"), Vec::<String>::new());
    assert_eq!(said("string", &least, "äö"), at("error"));
    for kind in ["string", "text"] {
        assert_eq!(said(kind, &json!({ "maxLength": 3 }), "äöü"), Vec::<String>::new());
        assert_eq!(said(kind, &json!({ "maxLength": 3 }), CANARY), at("error"));
    }
    assert_eq!(said("string", &json!({}), "two\nlines"), at("warning"));
    assert_eq!(said("text", &json!({}), "two\nlines"), Vec::<String>::new());
    let pattern = |pattern: &str| extension(&format!("{CORE}regex"), "valueString", &json!(pattern));
    assert_eq!(said("string", &pattern("[0-9]{3}|x"), "123"), Vec::<String>::new());
    assert_eq!(said("string", &pattern("[0-9]{3}|x"), "1234"), at("error"));
    assert_eq!(said("string", &pattern("(a+)+$"), &"a".repeat(5_000)), Vec::<String>::new());
    assert_eq!(
        said("string", &pattern("(?=a)b"), CANARY),
        ["warning not-supported QR.item[0].answer[0].valueString"]
    );
}

#[test]
fn a_quantity_has_a_unit_that_is_offered() {
    let unit = |code: &str| json!({ "value": 1, "system": "http://unitsofmeasure.org", "code": code });
    let offered = json!({ "system": "http://unitsofmeasure.org", "code": "kg" });
    let options = extension(&format!("{CORE}questionnaire-unitOption"), "valueCoding", &offered);
    let at = ["error invariant QR.item[0].answer[0].valueQuantity"];
    assert_eq!(one("quantity", &options, &json!({ "valueQuantity": unit("kg") })), Vec::<String>::new());
    assert_eq!(one("quantity", &options, &json!({ "valueQuantity": unit("g") })), at);
    assert_eq!(one("quantity", &options, &json!({ "valueQuantity": { "value": 1, "unit": "kg" } })), at);
    let set =
        |url: &str| extension(&format!("{CORE}questionnaire-unitValueSet"), "valueCanonical", &json!(url));
    let time = set("http://hl7.org/fhir/ValueSet/units-of-time");
    assert_eq!(one("quantity", &time, &json!({ "valueQuantity": unit("wk") })), Vec::<String>::new());
    assert_eq!(one("quantity", &time, &json!({ "valueQuantity": unit("kg") })), at);
    let nowhere = one("quantity", &set("http://x.example/u"), &json!({ "valueQuantity": unit("kg") }));
    assert_eq!(nowhere, ["warning not-found QR.item[0].answer[0].valueQuantity"]);
}

#[test]
fn a_file_has_a_type_and_a_size_that_are_asked_for() {
    let file = |kind: &str, size: usize| json!({ "valueAttachment": { "contentType": kind, "data": "YWJj", "size": size } });
    let place = "QR.item[0].answer[0].valueAttachment";
    let kind = extension(&format!("{CORE}mimeType"), "valueCode", &json!("image/png"));
    assert_eq!(one("attachment", &kind, &file("image/png; q=1", 3)), Vec::<String>::new());
    assert_eq!(one("attachment", &kind, &file("text/plain", 3)), [format!("error required {place}")]);
    assert_eq!(one("attachment", &json!({}), &file("image/png", 4)), [format!("error structure {place}")]);
    let most = |most: usize| extension(&format!("{CORE}maxSize"), "valueDecimal", &json!(most));
    assert_eq!(one("attachment", &most(3), &file("image/png", 3)), Vec::<String>::new());
    assert_eq!(one("attachment", &most(2), &file("image/png", 3)), [format!("error required {place}")]);
}

#[test]
fn a_reference_leads_to_a_type_that_is_asked_for() {
    let only = extension(&format!("{CORE}questionnaire-referenceResource"), "valueCode", &json!("Patient"));
    let wrong = vec!["error invariant QR.item[0].answer[0].valueReference"];
    for (to, with_limit, without) in [
        (json!({ "reference": "Patient/1" }), vec![], vec![]),
        (json!({ "reference": "https://x.example/fhir/Patient/1/_history/2" }), vec![], vec![]),
        (json!({ "reference": "Practitioner/1" }), wrong.clone(), vec![]),
        (json!({ "reference": "https://x.example/Chicken/1" }), wrong.clone(), wrong.clone()),
        (json!({ "reference": "urn:uuid:0", "type": "Patient" }), vec![], vec![]),
        (json!({ "display": CANARY }), wrong, vec![]),
    ] {
        let value = json!({ "valueReference": to });
        assert_eq!(one("reference", &only, &value), with_limit, "{to}");
        assert_eq!(one("reference", &json!({}), &value), without, "{to}");
    }
}
