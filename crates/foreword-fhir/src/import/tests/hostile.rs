//! What can't be asked faithfully, and what is no questionnaire: refused with the place and what to do.

use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;

fn nested(depth: usize) -> Value {
    (0..depth)
        .fold(choice("q"), |inner, n| json!({ "linkId": format!("g{n}"), "type": "group", "item": [inner] }))
}

#[test]
fn what_is_no_questionnaire_of_r4_is_said_to_be_what_it_is() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    for (text, wanted) in [
        ("", "x.json:1: column 0: EOF while parsing a value; this is no JSON as FHIR has it"),
        ("{\n  \"resourceType\": }", "x.json:2: column 19: expected value; this is no JSON"),
        ("[1, NaN]", "x.json:1: column 5: expected value"),
        (deep.as_str(), "x.json:1: column 128: recursion limit exceeded"),
        (r#"{"status":"active","status":"draft"}"#, "the member \"status\" stands twice in one object"),
        ("7", "x.json: is a number, must be a Questionnaire: an object"),
        ("{}", "x.json: has no resourceType"),
        (r#"{"resourceType":"Patient"}"#, "x.json: Patient: is no Questionnaire"),
        (r#"{"resourceType":"Bundle"}"#, "x.json: Bundle: holds resources; save its Questionnaire"),
        (r#"{"resourceType":"Questionnaire","status":"active"}"#, "Questionnaire.item: has nothing to ask"),
    ] {
        let said = refusal(text);
        assert!(said.contains(wanted), "{wanted}: {said}");
    }
    let huge = format!("{{\"resourceType\":\"{}\"}}", "x".repeat(5 << 20));
    assert!(refusal(&huge).contains("bytes long; a questionnaire has at most"));
}

#[test]
fn what_can_not_be_asked_faithfully_is_refused_with_its_place_and_what_to_do() {
    let q = |more: Value| {
        let mut item = choice("q");
        for (key, value) in more.as_object().unwrap() {
            item[key] = value.clone();
        }
        with(&json!([item]))
    };
    let typed = |kind: &str| with(&json!([{ "linkId": "q", "type": kind, "text": "Q?" }]));
    let extended =
        |url: &str| q(json!({ "extension": [{ "url": format!("http://x/{url}"), "valueBoolean": true }] }));
    let root = |key: &str, value: Value| {
        let mut resource = with(&json!([choice("q")]));
        resource[key] = value;
        resource
    };
    let item = "Questionnaire.item[0]";
    let many: Vec<Value> = (0..501).map(|n| choice(&n.to_string())).collect();
    let table: Vec<(Value, String)> = vec![
        (typed("attachment"), format!("{item}.type: is \"attachment\": asks for a file")),
        (typed("reference"), format!("{item}.type: is \"reference\": asks for a record")),
        (typed("url"), format!("{item}.type: is \"url\": asks for an address on the web")),
        (typed("time"), format!("{item}.type: is \"time\": asks for a time of day")),
        (typed("dateTime"), format!("{item}.type: is \"dateTime\": asks for a date with a time")),
        (typed("open-choice"), format!("{item}.type: is \"open-choice\": takes words beside the choices")),
        (typed("question"), format!("{item}.type: is \"question\": has a type that says nothing")),
        (typed("coding"), format!("{item}.type: \"coding\" is a type of R5; save the questionnaire as R4")),
        (typed("boolaen"), format!("{item}.type: \"boolaen\" is no type of item; did you mean \"boolean\"?")),
        (typed("choice"), format!("{item}: has no choices; list them as answerOption")),
        (typed("quantity"), format!("{item}: is a quantity without one fixed unit")),
        (typed("display"), "Questionnaire.item: has nothing to ask".to_owned()),
        (q(json!({ "text": 5 })), format!("{item}.text: is a number, must be a string")),
        (q(json!({ "text": "  " })), format!("{item}.text: is empty; write the text")),
        (q(json!({ "text": "a\u{7}" })), format!("{item}.text: holds a control character")),
        (q(json!({ "text": "x".repeat(4001) })), format!("{item}.text: has 4001 characters in en")),
        (
            with(&json!([{ "linkId": "q", "type": "integer" }])),
            format!("{item}: has no text; write the question"),
        ),
        (with(&json!([{ "type": "integer", "text": "Q?" }])), format!("{item}: has no linkId")),
        (
            with(&json!([{ "linkId": "", "type": "integer", "text": "Q?" }])),
            format!("{item}.linkId: is empty"),
        ),
        (with(&json!([{ "linkId": "q", "text": "Q?" }])), format!("{item}: has no type")),
        (
            with(&json!([choice("q"), choice("q")])),
            "Questionnaire.item[1].linkId: \"q\" is the linkId of Questionnaire.item[0], too".to_owned(),
        ),
        (with(&json!([null])), format!("{item}: is null, must be an object")),
        (with(&json!({})), "Questionnaire.item: is an object, must be a list".to_owned()),
        (with(&json!([nested(33)])), "lies more than 32 deep; nest less".to_owned()),
        (with(&json!(many)), "Questionnaire.item: has 501 items; there is room for 500".to_owned()),
        (
            with(&json!([{ "linkId": "g", "type": "group", "repeats": true, "item": [choice("q")] }])),
            format!("{item}: is a group that repeats"),
        ),
        (
            with(&json!([{ "linkId": "q", "type": "text", "text": "Q?", "repeats": true }])),
            format!("{item}.repeats: takes several answers"),
        ),
        (
            q(json!({ "repeats": true, "item": [choice("r")] })),
            format!("{item}.item[0]: lies in an item with several answers"),
        ),
        (
            q(json!({ "answerOption": [{ "valueCoding": { "code": "1" } }] })),
            format!("{item}.answerOption[0].valueCoding: has no display"),
        ),
        (
            q(json!({ "answerOption": [{ "valueString": "a" }, { "valueString": "a" }] })),
            "\"a\" is there twice".to_owned(),
        ),
        (
            q(json!({ "answerOption": [{ "valueTime": "12:00:00" }] })),
            "valueTime can't be offered here".to_owned(),
        ),
        (
            q(json!({ "answerOption": [{ "valueInteger": 1.5 }] })),
            "valueInteger: is a number, which is no choice".to_owned(),
        ),
        (q(json!({ "answerOption": [{}] })), format!("{item}.answerOption[0]: has no value")),
        (q(json!({ "answerOption": [] })), format!("{item}: has no choices")),
        (
            q(json!({ "answerValueSet": "#v" })),
            format!("{item}: has answerOption and answerValueSet; keep one"),
        ),
        (
            q(json!({ "enablewhen": [] })),
            format!("{item}: \"enablewhen\" is nothing R4 has here; did you mean \"enableWhen\"?"),
        ),
        (
            q(json!({ "answerConstraint": "optionsOnly" })),
            "\"answerConstraint\" is of FHIR R5; save the questionnaire as R4".to_owned(),
        ),
        (q(json!({ "option": [] })), "\"option\" is of FHIR STU3".to_owned()),
        (q(json!({ "modifierExtension": [] })), format!("{item}.modifierExtension: changes the meaning")),
        (q(json!({ "readOnly": "yes" })), format!("{item}.readOnly: is a string, must be true or false")),
        (q(json!({ "extension": 3 })), format!("{item}.extension: is a number, must be a list")),
        (
            extended("sdc-questionnaire-enableWhenExpression"),
            format!("{item}.extension[0]: shows the item by an expression"),
        ),
        (
            extended("sdc-questionnaire-answerExpression"),
            "computes the choices; list them as answerOption".to_owned(),
        ),
        (extended("sdc-questionnaire-subQuestionnaire"), "import what $assemble makes of it".to_owned()),
        (extended("questionnaire-constraint"), "is a rule for answers that is not enforced here".to_owned()),
        (extended("regex"), "is a pattern for answers that is not enforced here".to_owned()),
        (extended("maxDecimalPlaces"), "limits the decimals".to_owned()),
        (
            q(json!({ "extension": [{ "url": "http://x/questionnaire-minOccurs", "valueInteger": 2 }] })),
            "limits how many answers there are".to_owned(),
        ),
        (
            q(
                json!({ "repeats": true, "extension": [{ "url": "http://x/questionnaire-maxOccurs", "valueInteger": 1 }] }),
            ),
            "limits how many answers there are".to_owned(),
        ),
        (
            with(
                &json!([{ "linkId": "q", "type": "integer", "text": "Q?", "extension": [{ "url": crate::names::MIN_VALUE, "_valueInteger": {} }] }]),
            ),
            "is a limit that is computed".to_owned(),
        ),
        (
            with(
                &json!([{ "linkId": "q", "type": "integer", "text": "Q?", "extension": [{ "url": crate::names::MIN_VALUE, "valueInteger": 2 }, { "url": crate::names::MAX_VALUE, "valueInteger": 1 }] }]),
            ),
            "has a greatest value below its least".to_owned(),
        ),
        (
            with(&json!([{ "linkId": "q", "type": "text", "text": "Q?", "maxLength": 0 }])),
            format!("{item}.maxLength: must be 1 or more"),
        ),
        (
            root("language", json!("klingon!")),
            "Questionnaire.language: \"klingon!\" is not a language tag".to_owned(),
        ),
        (
            root("status", json!("entered-in-error")),
            "Questionnaire.status: is \"entered-in-error\"".to_owned(),
        ),
        (root("status", json!(1)), "Questionnaire.status: is a number, must be a string".to_owned()),
        (
            root("subjectType", json!(["Device"])),
            "Questionnaire.subjectType: is Device, not Patient".to_owned(),
        ),
        (root("implicitRules", json!("urn:x")), "Questionnaire.implicitRules: names rules".to_owned()),
        (
            root("versionAlgorithmString", json!("semver")),
            "\"versionAlgorithmString\" is of FHIR R5".to_owned(),
        ),
        (
            root("meta", json!({ "profile": ["http://hl7.org/fhir/5.0/StructureDefinition/Questionnaire"] })),
            "is a profile of FHIR R5".to_owned(),
        ),
        (
            root(
                "extension",
                json!([{ "url": "http://x/sdc-questionnaire-questionnaireAdaptive", "valueBoolean": true }]),
            ),
            "is asked item by item by a server".to_owned(),
        ),
    ];
    for (resource, wanted) in table {
        let said = refusal(&resource.to_string());
        assert!(said.contains(&wanted), "{wanted}\n  is not in\n{said}");
    }
}

#[test]
fn conditions_that_go_in_circles_or_forward_are_refused() {
    let on = |own: &str, other: &str| {
        let mut item = choice(own);
        item["enableWhen"] = json!([{ "question": other, "operator": "exists", "answerBoolean": true }]);
        item
    };
    let said = refusal(&with(&json!([on("a", "b"), on("b", "a")])).to_string());
    assert!(
        said.contains("Questionnaire.item[0].enableWhen[0].question: \"b\" is no earlier question"),
        "{said}"
    );
    let said = refusal(&with(&json!([choice("b"), on("a", "a")])).to_string());
    assert!(said.contains("is the item itself; it could never be shown"), "{said}");
    let mut group = json!({ "linkId": "g", "type": "group", "text": "G", "item": [on("a", "g")] });
    let said = refusal(&with(&json!([choice("b"), group])).to_string());
    assert!(said.contains("\"g\" is a group, so it decides nothing here"), "{said}");
    group["item"] = json!([on("a", "b")]);
    group["enableBehavior"] = json!("any");
    group["enableWhen"] = json!([
        { "question": "b", "operator": "exists", "answerBoolean": true },
        { "question": "c", "operator": "exists", "answerBoolean": true }
    ]);
    let said = refusal(&with(&json!([choice("b"), choice("c"), group])).to_string());
    assert!(said.contains("write all of them out at each item"), "{said}");
    let mut two = on("a", "b");
    two["enableWhen"] = json!([two["enableWhen"][0], two["enableWhen"][0]]);
    let said = refusal(&with(&json!([choice("b"), two])).to_string());
    assert!(said.contains("has several conditions; say enableBehavior, all or any"), "{said}");
}

static EXAMPLES: LazyLock<[Value; 3]> = LazyLock::new(|| {
    let read = |path| serde_json::from_str(&file(path)).unwrap();
    [
        read("tests/data/fhir/pc-ptsd-5.questionnaire.json"),
        read("tests/data/fhir/framingham-hchd-lhc.json"),
        crate::questionnaire(&shipped()[0], "http://x"),
    ]
});

/// Every place in a value, as a pointer.
fn places(value: &Value, at: String, all: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                places(value, format!("{at}/{}", key.replace('~', "~0").replace('/', "~1")), all);
            }
        }
        Value::Array(values) => {
            for (n, value) in values.iter().enumerate() {
                places(value, format!("{at}/{n}"), all);
            }
        }
        _ => {}
    }
    all.push(at);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn whatever_is_changed_in_a_questionnaire_it_is_read_or_refused(
        which in 0_usize..3,
        changes in prop::collection::vec((any::<prop::sample::Index>(), 0_usize..9), 1..4),
    ) {
        let mut resource = EXAMPLES[which].clone();
        for (place, what) in changes {
            let mut all = Vec::new();
            places(&resource, String::new(), &mut all);
            let place = &all[place.index(all.len())];
            let twin = resource.clone();
            *resource.pointer_mut(place).unwrap() = match what {
                0 => Value::Null,
                1 => json!(-1),
                2 => json!("\u{0}'\"%"),
                3 => json!([]),
                4 => json!({}),
                5 => json!(true),
                6 => json!(1e300),
                7 => json!([twin.pointer(place).unwrap(), twin.pointer(place).unwrap()]),
                _ => twin["item"].clone(),
            };
        }
        let text = resource.to_string();
        match questionnaire("x.json", &text, &Settings::default()) {
            Ok(imported) if !imported.is_own => {
                let kept = write(&imported.instrument, &Settings::default());
                let name = format!("{}.toml", imported.instrument.id);
                let back = load(&name, &kept).unwrap();
                prop_assert_eq!(&back.items, &imported.instrument.items);
                prop_assert_eq!(back.questionnaire.as_ref(), Some(&text));
                prop_assert!(back.languages.keys().all(|lang| back.questions().all(|q| q.text.get(lang).is_some())));
            }
            Ok(_) => {}
            Err(refused) => prop_assert!(!refused.faults.is_empty()),
        }
    }
}
