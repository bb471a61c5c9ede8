//! What is asked, in which words, with which choices and under which conditions.

use foreword_domain::{patient::Person, response};

use super::*;

fn enabled(imported: &Imported, answers: &[(&str, response::Value)]) -> Vec<String> {
    let answer = |id: &str| answers.iter().find(|(item, _)| *item == id).map(|(_, value)| value);
    imported.instrument.visible(&Person::default(), answer).iter().map(|item| item.id.clone()).collect()
}

#[test]
fn a_draft_of_an_instrument_is_asked_as_it_stands() {
    let imported = questionnaire(
        "phq-2.questionnaire.json",
        &file("tests/data/fhir/phq-2.questionnaire.json"),
        &Settings::default(),
    )
    .unwrap();
    let phq2 = imported.instrument;
    assert_eq!((phq2.id.as_str(), phq2.loinc.as_deref()), ("phq-2", Some("55757-9")));
    assert_eq!(phq2.languages.keys().map(Lang::as_str).collect::<Vec<_>>(), ["de", "en"]);
    let q1 = phq2.item("q1").unwrap();
    assert_eq!(q1.loinc.as_deref(), Some("44250-9"));
    let codes: Vec<_> =
        q1.choices().iter().map(|c| (c.code.as_str(), c.weight, c.loinc.as_deref())).collect();
    assert_eq!(codes[3], ("3", Some(3.0), Some("LA6571-9")), "what is typed is the weight");
    assert!(matches!(&phq2.licence.permission, Permission::ToConfirm { .. }));
    assert!(phq2.licence.notice.contains("Kurt Kroenke"));
}

#[test]
fn groups_become_lead_ins_and_what_lies_in_them_has_their_conditions() {
    let items = json!([
        choice("gate"),
        { "linkId": "outer", "type": "group", "text": "In the last week:", "prefix": "A.",
          "enableWhen": [{ "question": "gate", "operator": "=", "answerCoding": { "system": "urn:x", "code": "y" } }],
          "item": [
            { "linkId": "inner", "type": "group", "text": "At night:", "item": [choice("sleep")] },
            { "linkId": "note", "type": "display", "text": "Nearly done." }
          ] },
        { "linkId": "weight", "type": "decimal", "text": "Weight", "extension": [
            { "url": crate::names::UNIT, "valueCoding": { "system": "http://unitsofmeasure.org", "code": "kg", "display": "kg" } },
            { "url": crate::names::MIN_VALUE, "valueDecimal": 1 }, { "url": crate::names::MAX_VALUE, "valueDecimal": 400.5 }
          ],
          "item": [
            { "linkId": "weight-help", "type": "display", "text": "As you weighed last." },
            choice("by-scale")
          ] }
    ]);
    let imported = read(&with(&items));
    let item = |id: &str| imported.instrument.item(id).unwrap();
    let sleep = item("sleep").stem.as_ref().unwrap();
    assert_eq!(
        (sleep.id.as_str(), sleep.text.best(&Lang::english())),
        ("inner", "A. In the last week:\nAt night:")
    );
    assert_eq!(item("weight").help.as_ref().unwrap().best(&Lang::english()), "As you weighed last.");
    let ItemKind::Decimal(bounds) = &item("weight").kind else { panic!() };
    assert_eq!((bounds.min, bounds.max, bounds.unit.best(&Lang::english())), (1.0, 400.5, "kg"));

    let yes = response::Value::Choice("y".to_owned());
    assert_eq!(enabled(&imported, &[]), ["gate", "weight"]);
    assert_eq!(enabled(&imported, &[("gate", yes.clone())]), ["gate", "sleep", "note", "weight"]);
    let weighed = response::Value::Decimal("70.5".to_owned());
    assert_eq!(enabled(&imported, &[("weight", weighed.clone())]), ["gate", "weight", "by-scale"]);

    // Out again, nested as the questionnaire nests.
    let form = Form::of(&imported.instrument).unwrap();
    let answers: BTreeMap<&str, response::Value> =
        [("gate", yes.clone()), ("sleep", yes.clone()), ("weight", weighed), ("by-scale", yes)].into();
    let coding = json!({ "system": "urn:x", "code": "y", "display": "Yes" });
    assert_eq!(
        form.response(|id| answers.get(id).cloned())["item"],
        json!([
            { "linkId": "gate", "answer": [{ "valueCoding": coding }] },
            { "linkId": "outer", "item": [{ "linkId": "inner", "item": [{ "linkId": "sleep", "answer": [{ "valueCoding": coding }] }] }] },
            { "linkId": "weight", "answer": [{ "valueDecimal": 70.5,
              "item": [{ "linkId": "by-scale", "answer": [{ "valueCoding": coding }] }] }] }
        ])
    );
}

#[test]
fn link_ids_that_are_no_ids_are_written_otherwise_and_found_again() {
    let ids = ["/44250-9", "44250-9", "1.2", "1-2", "1/2", "é", "ok_1"];
    let items: Vec<Value> = ids.iter().map(|id| choice(id)).collect();
    let imported = read(&with(&json!(items)));
    let ours: Vec<&str> = imported.instrument.items.iter().map(|item| item.id.as_str()).collect();
    assert_eq!(ours, ["44250-9-2", "44250-9", "1-2-2", "1-2", "1-2-3", "item", "ok_1"]);
    let form = Form::of(&imported.instrument).unwrap();
    for (ours, link_id) in ours.iter().zip(ids) {
        assert_eq!((form.link_id(ours), form.item(link_id)), (Some(link_id), Some(*ours)));
    }
    let no = response::Value::Choice("n".to_owned());
    let out = form.response(|id| (id == "44250-9-2").then(|| no.clone()));
    assert_eq!(out["item"][0]["linkId"], "/44250-9");
}

#[test]
fn every_type_that_is_asked_is_answered_in_its_own_type() {
    let options = |key: &str, values: [Value; 2]| json!({ "linkId": key, "type": "choice", "text": key, "answerOption": values.map(|value| json!({ key: value })) });
    let items = json!([
        { "linkId": "boolean", "type": "boolean", "text": "Yes or no?" },
        { "linkId": "integer", "type": "integer", "text": "How many?" },
        { "linkId": "date", "type": "date", "text": "When?" },
        { "linkId": "string", "type": "string", "text": "Which?", "maxLength": 20 },
        { "linkId": "text", "type": "text", "text": "What else?" },
        { "linkId": "quantity", "type": "quantity", "text": "How long?", "extension": [
            { "url": "http://hl7.org/fhir/StructureDefinition/questionnaire-unitOption",
              "valueCoding": { "system": "http://unitsofmeasure.org", "code": "min", "display": "minutes" } }] },
        options("valueString", [json!("red"), json!("blue")]),
        options("valueInteger", [json!(-1), json!(1000)]),
        options("valueDate", [json!("2026-01-01"), json!("2026-01-02")]),
        { "linkId": "several", "type": "choice", "repeats": true, "text": "Which of them?",
          "answerOption": choice("x")["answerOption"] },
        { "linkId": "slide", "type": "integer", "text": "How bad?", "extension": [
            { "url": crate::names::MIN_VALUE, "valueInteger": 0 }, { "url": crate::names::MAX_VALUE, "valueInteger": 10 }],
          "item": [
            { "linkId": "slide-low", "type": "display", "text": "not at all", "extension": [control("lower")] },
            { "linkId": "slide-high", "type": "display", "text": "worst", "extension": [control("upper")] }] }
    ]);
    let imported = read(&with(&items));
    let form = Form::of(&imported.instrument).unwrap();
    let answered = |id: &str, written: &str| {
        let item = imported.instrument.item(id).unwrap();
        let value = item.read_code(written).unwrap_or_else(|| panic!("{id} = {written:?}"));
        form.response(|other| (other == id).then(|| value.clone()))["item"][0]["answer"].to_string()
    };
    assert_eq!(answered("boolean", "false"), r#"[{"valueBoolean":false}]"#);
    assert_eq!(answered("integer", "-3"), r#"[{"valueInteger":-3}]"#);
    assert_eq!(answered("date", "2026-01-31"), r#"[{"valueDate":"2026-01-31"}]"#);
    assert_eq!(answered("string", "blue ink"), r#"[{"valueString":"blue ink"}]"#);
    assert_eq!(answered("text", "nothing"), r#"[{"valueString":"nothing"}]"#);
    assert_eq!(
        answered("quantity", "7.5"),
        r#"[{"valueQuantity":{"code":"min","system":"http://unitsofmeasure.org","unit":"minutes","value":7.5}}]"#
    );
    assert_eq!(answered("valueString", "2"), r#"[{"valueString":"blue"}]"#);
    assert_eq!(answered("valueInteger", "1000"), r#"[{"valueInteger":1000}]"#);
    assert_eq!(answered("valueDate", "1"), r#"[{"valueDate":"2026-01-01"}]"#);
    assert_eq!(
        answered("several", "y n"),
        r#"[{"valueCoding":{"code":"n","display":"No","system":"urn:x"}},{"valueCoding":{"code":"y","display":"Yes","system":"urn:x"}}]"#
    );
    assert_eq!(answered("slide", "10"), r#"[{"valueInteger":10}]"#);
    let ItemKind::Scale { low, .. } = &imported.instrument.item("slide").unwrap().kind else { panic!() };
    assert_eq!(low.best(&Lang::english()), "not at all");
}

fn control(code: &str) -> Value {
    json!({ "url": crate::names::ITEM_CONTROL, "valueCodeableConcept": { "coding": [{ "code": code }] } })
}

#[test]
fn a_contained_value_set_gives_the_choices_and_one_elsewhere_does_not() {
    let mut resource =
        with(&json!([{ "linkId": "a", "type": "choice", "text": "A?", "answerValueSet": "#v" }]));
    resource["contained"] = json!([{ "resourceType": "ValueSet", "id": "v", "status": "active", "compose": { "include": [
        { "system": "urn:x", "concept": [
            { "code": "often it is", "display": "Often", "designation": [{ "language": "de", "value": "Oft" }],
              "extension": [{ "url": crate::names::ITEM_WEIGHT, "valueDecimal": 0.5 }] },
            { "code": "no", "display": "Never", "extension": [{ "url": crate::names::ORDINAL_VALUE, "valueDecimal": 0 }] }
        ]}
    ]}}]);
    let choices = read(&resource).instrument.items[0].choices().to_vec();
    let found: Vec<_> = choices.iter().map(|c| (c.code.as_str(), c.weight)).collect();
    assert_eq!(found, [("1", Some(0.5)), ("2", Some(0.0))], "a code with a space can't be typed");

    resource["contained"][0]["expansion"] = json!({ "total": 1, "contains": [
        { "abstract": true, "display": "All", "contains": [{ "system": "urn:x", "code": "z", "display": "Zed" }] }
    ]});
    assert_eq!(read(&resource).instrument.items[0].choices()[0].code, "z");
    resource["contained"][0]["expansion"]["total"] = json!(9);
    assert!(refusal(&resource.to_string()).contains("expansion.total: is more than the concepts listed"));
    resource["contained"][0]["compose"]["include"][0]["filter"] = json!([]);
    resource["contained"][0].as_object_mut().unwrap().remove("expansion");
    assert!(
        refusal(&resource.to_string()).contains("contained[0].compose.include[0]: names no single concepts")
    );
    resource["item"][0]["answerValueSet"] = json!("http://hl7.org/fhir/ValueSet/yesnodontknow");
    assert!(refusal(&resource.to_string()).contains("is elsewhere, and nothing is fetched"));
}

#[test]
fn a_language_is_offered_when_every_text_is_there_in_it() {
    let said = |text: &str| {
        json!({ "extension": [{ "url": crate::names::TRANSLATION, "extension": [
            { "url": "lang", "valueCode": "de" }, { "url": "content", "valueString": text }] }] })
    };
    let items = json!([
        { "linkId": "a", "type": "boolean", "text": "Pain?", "_text": said("Schmerzen?") },
        { "linkId": "b", "type": "integer", "text": "How often?", "_text": said("Wie oft?") }
    ]);
    let mut resource = with(&items);
    let imported = read(&resource);
    assert_eq!(imported.instrument.languages.keys().map(Lang::as_str).collect::<Vec<_>>(), ["de", "en"]);
    let Label::Text(yes) = &imported.instrument.items[0].choices()[0].label else { panic!() };
    assert_eq!(yes.get(&Lang::parse("de").unwrap()), Some("Ja"));

    resource["item"][1].as_object_mut().unwrap().remove("_text");
    let imported = read(&resource);
    assert_eq!(imported.instrument.languages.keys().map(Lang::as_str).collect::<Vec<_>>(), ["en"]);
    assert!(
        imported.remarks.iter().any(|note| note.what == "not every text is there in de; it is not offered")
    );
    assert_eq!(imported.instrument.items[0].text.languages().count(), 1);

    resource["language"] = json!("pt-BR");
    assert!(refusal(&resource.to_string()).contains("there are no words for that in pt-br here"));
}

#[test]
fn every_operator_means_what_it_means_there() {
    let on = |target: &Value, operator: &str, answer: (&str, Value)| {
        let (key, value) = answer;
        let mut condition = json!({ "question": target["linkId"], "operator": operator });
        condition[key] = value;
        let mut asked = choice("asked");
        asked["enableWhen"] = json!([condition]);
        with(&json!([target, asked]))
    };
    let integer = json!({ "linkId": "n", "type": "integer", "text": "N?" });
    let date = json!({ "linkId": "d", "type": "date", "text": "D?" });
    let boolean = json!({ "linkId": "b", "type": "boolean", "text": "B?" });
    let mut several = choice("s");
    several["repeats"] = json!(true);
    let coded = |code: &str| ("answerCoding", json!({ "system": "urn:x", "code": code }));
    let table = [
        (&integer, "=", ("answerInteger", json!(3)), "3", true),
        (&integer, "=", ("answerInteger", json!(3)), "4", false),
        (&integer, "!=", ("answerInteger", json!(3)), "4", true),
        (&integer, "!=", ("answerInteger", json!(3)), "", false),
        (&integer, ">", ("answerDecimal", json!(2.5)), "3", true),
        (&integer, ">", ("answerInteger", json!(3)), "3", false),
        (&integer, "<", ("answerInteger", json!(10)), "9", true),
        (&integer, ">=", ("answerInteger", json!(3)), "3", true),
        (&integer, "<=", ("answerInteger", json!(3)), "4", false),
        (&integer, "exists", ("answerBoolean", json!(true)), "0", true),
        (&integer, "exists", ("answerBoolean", json!(true)), "", false),
        (&integer, "exists", ("answerBoolean", json!(false)), "", true),
        (&date, "<", ("answerDate", json!("2026-02-01")), "2026-01-31", true),
        (&date, "<", ("answerDate", json!("2026-02-01")), "2026-02-01", false),
        (&boolean, "=", ("answerBoolean", json!(false)), "false", true),
        (&boolean, "=", ("answerBoolean", json!(false)), "true", false),
        (&several, "=", coded("y"), "n y", true),
        (&several, "!=", coded("y"), "y", false),
        (&several, "!=", coded("y"), "n y", true),
    ];
    for (target, operator, answer, given, wanted) in table {
        let what = format!("{} {operator} {answer:?} with {given:?}", target["linkId"]);
        let imported = read(&on(target, operator, answer));
        let item = &imported.instrument.items[0];
        let given = item.read_code(given).map(|value| (item.id.as_str(), value));
        let is_there = enabled(&imported, given.as_slice()).contains(&"asked".to_owned());
        assert_eq!(is_there, wanted, "{what}");
    }
    let single = choice("s");
    let unguarded = read(&on(&single, "!=", coded("n")));
    assert!(unguarded.remarks[0].what.starts_with("is not true here where the question was not answered"));
    for (target, operator, answer, wanted) in [
        (&single, ">", coded("n"), "compares choices by size, which R4 has no order for"),
        (&single, "=", coded("q"), "is no choice of the question; it could never be true"),
        (
            &single,
            "=",
            ("answerCoding", json!({ "system": "urn:y", "code": "n" })),
            "is no choice of the question",
        ),
        (&single, "exists", coded("n"), "must be answerBoolean with exists"),
        (&integer, "=", ("answerString", json!("3")), "must be answerInteger or answerDecimal"),
        (&date, "=", ("answerDate", json!("2026")), "must be answerDate, a whole date"),
        (&boolean, ">", ("answerBoolean", json!(true)), "must be answerBoolean with = or !="),
        (&integer, "~", ("answerInteger", json!(3)), "is \"~\", must be exists, =, !=, >, <, >= or <="),
    ] {
        let said = refusal(&on(target, operator, answer).to_string());
        assert!(said.contains(wanted), "{wanted}: {said}");
        assert!(said.contains("Questionnaire.item[1].enableWhen[0]"), "{said}");
    }
}

#[test]
fn what_is_not_asked_is_kept_and_said() {
    let mut read_only = choice("office");
    read_only["readOnly"] = json!(true);
    let mut hidden = choice("hidden");
    hidden["extension"] = json!([{ "url": crate::names::HIDDEN, "valueBoolean": true }]);
    let mut first = choice("a");
    first["required"] = json!(true);
    first["initial"] = json!([{ "valueCoding": { "system": "urn:x", "code": "n" } }]);
    let resource = with(&json!([first, read_only, hidden]));
    let imported = read(&resource);
    assert_eq!(imported.instrument.items.len(), 1);
    let said: Vec<String> = imported.left_out.iter().map(ToString::to_string).collect();
    assert_eq!(
        said,
        [
            "Questionnaire.item[1]: \"office\" is read-only: patients don't fill it in",
            "Questionnaire.item[2]: \"hidden\" is hidden there, too"
        ]
    );
    let remarks: Vec<&str> = imported.remarks.iter().map(|note| note.path.as_str()).collect();
    assert_eq!(remarks, ["Questionnaire.item[0].initial", "Questionnaire.item"]);
    assert_eq!(imported.instrument.questionnaire, Some(resource.to_string()));

    let mut depends = choice("b");
    depends["enableWhen"] = json!([{ "question": "office", "operator": "exists", "answerBoolean": true }]);
    let mut resource = resource;
    resource["item"].as_array_mut().unwrap().push(depends);
    assert!(refusal(&resource.to_string()).contains("\"office\" is not asked, so it decides nothing here"));
}
