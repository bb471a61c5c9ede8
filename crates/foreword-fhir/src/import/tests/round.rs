//! Out and in again: our own, changed ones, and the files that imported ones are kept in.

use super::*;

const BASE: &str = "https://clinic.example/fhir/R4";

#[test]
fn every_instrument_that_ships_comes_back_as_it_went() {
    for instrument in shipped() {
        let out = crate::questionnaire_text(&instrument, BASE);
        let back = questionnaire("x.json", &out, &Settings::default())
            .unwrap_or_else(|refused| panic!("{}: {refused}", instrument.id));
        assert!(back.is_own && back.remarks.is_empty(), "{}: {:?}", instrument.id, back.remarks);
        assert_eq!(back.instrument, instrument);
        assert_eq!(write(&back.instrument, &Settings::default()), instrument.source);
    }
}

#[test]
fn what_a_server_adds_changes_nothing() {
    let phq2 = shipped().into_iter().find(|instrument| instrument.id == "phq-2").unwrap();
    let mut out = crate::questionnaire(&phq2, BASE);
    out["id"] = json!("4711");
    out["meta"] = json!({ "versionId": "2", "lastUpdated": "2026-01-31T08:00:00Z" });
    out["date"] = json!("2026-01-31");
    out["text"] =
        json!({ "status": "generated", "div": "<div xmlns='http://www.w3.org/1999/xhtml'>x</div>" });
    out["item"][1]["answerOption"][0]["extension"][0]["valueDecimal"] = json!(0);
    assert!(read(&out).is_own);
}

#[test]
fn a_changed_text_is_a_questionnaire_of_others_and_the_place_is_said() {
    let phq2 = shipped().into_iter().find(|instrument| instrument.id == "phq-2").unwrap();
    let mut out = crate::questionnaire(&phq2, BASE);
    out["item"][1]["text"] = json!("Little interest in doing things");
    let back = read(&out);
    assert!(!back.is_own);
    assert_eq!(
        back.remarks[0].to_string(),
        "Questionnaire.item[1].text: is not what the instrument's own file says (phq-2); it is read as a questionnaire of others"
    );
    let item = &back.instrument.items[1];
    assert_eq!(
        (item.id.as_str(), item.text.best(&Lang::english())),
        ("q1", "Little interest in doing things")
    );
    let total = back.instrument.scale("total").unwrap();
    assert_eq!((total.direction, total.range), (Direction::HigherWorse, (0.0, 6.0)));
    assert_eq!(total.items, ["q1", "q2"]);
    assert!(!back.instrument.licence.permission.may_ask(), "nobody said it may be asked");

    let mut broken = crate::questionnaire(&phq2, BASE);
    broken["contained"][0]["content"][0]["data"] = json!("bm90aGluZw==");
    assert!(read(&broken).remarks[0].what.starts_with("holds an instrument's file that is not right"));
    broken["contained"][0]["content"][0]["data"] = json!("?");
    assert!(read(&broken).remarks[0].what.starts_with("holds an instrument's file that can't be read"));
    let mut other = crate::questionnaire(&phq2, BASE);
    other["contained"][0]["identifier"][0]["value"] = json!("phq-2.long");
    assert!(read(&other).remarks[0].what.contains("has no variant \"phq-2.long\""));
}

#[test]
fn an_imported_questionnaire_is_kept_byte_for_byte() {
    let plain = file("tests/data/fhir/pc-ptsd-5.questionnaire.json");
    let texts = [
        plain.clone(),
        plain.replace('\n', "\r\n"),
        format!("\u{feff}{plain}"),
        plain.replace("nightmares", "''' nightmares"),
        plain.trim_end().to_owned(),
        format!("{plain}\n\n"),
        plain.replace("\"version\"", "\"publisher\":\"M\\u00fcller's\",\"version\"").replace("  ", "\t"),
    ];
    let settings = Settings {
        id: Some("ptsd".to_owned()),
        plain_name: Some(Text([(Lang::english(), "After a \"fright\"".to_owned())].into())),
        terms: Terms {
            permission: Some(Permission::Granted {
                by: "the owner".to_owned(),
                on: "2026-01-31".to_owned(),
                scope: "the North Clinic".to_owned(),
            }),
            ..Terms::default()
        },
        directions: BTreeMap::new(),
    };
    for text in texts {
        let imported = questionnaire("x.json", &text, &settings).unwrap().instrument;
        let written = write(&imported, &settings);
        assert!(is_kept(&written));
        let back = load("folder/ptsd.toml", &written).unwrap();
        assert_eq!(back.questionnaire.as_deref(), Some(text.as_str()));
        assert_eq!(crate::questionnaire_text(&back, BASE), text);
        assert_eq!(back.plain_name.best(&Lang::english()), "After a \"fright\"");
        assert!(back.licence.permission.may_ask() && back.licence.electronic_use);
        assert_eq!((&back.items, &back.licence), (&imported.items, &imported.licence));
        assert_eq!((&back.source, load_kept("ptsd.toml", &written).unwrap()), (&written, back.clone()));
    }
}

#[test]
fn a_kept_file_with_a_fault_says_line_and_place() {
    let kept = "id = \"x\"\nquestionnaire = '''\n{ \"resourceType\": \"Questionnaire\",\n  \"status\": active }\n'''\n";
    assert_eq!(
        load("x.toml", kept).unwrap_err().to_string(),
        "x.toml:4: column 13: expected value; this is no JSON as FHIR has it"
    );
    let kept = "id = \"x\"\nquestionnaire = '''{ \"resourceType\": \"Patient\" }'''\n";
    assert_eq!(load("x.toml", kept).unwrap_err().to_string(), "x.toml:2: Patient: is no Questionnaire");
    assert_eq!(
        load("y.toml", kept).unwrap_err().to_string(),
        "y.toml:1: id: is \"x\", must be the file's name \"y\""
    );
    let kept = "id = \"x\"\ndirection = { a = \"higher-worse\" }\nquestionnaire = '''{}'''\n";
    assert_eq!(
        load("x.toml", kept).unwrap_err().to_string(),
        "x.toml:2: direction: \"direction\" is not a key here; did you mean \"directions\"?"
    );
    let unscored = with(&json!([choice("a")]));
    let kept = format!(
        "id = \"x\"\ndirections = {{ total = \"higher-worse\" }}\nquestionnaire = '''{unscored}'''\n"
    );
    assert_eq!(
        load("x.toml", &kept).unwrap_err().to_string(),
        "x.toml:3: directions: \"total\" is no computed score; no item is computed"
    );
    assert!(!is_kept("id = \"x\"\nversion = \"1\"\n"));
}

#[test]
fn the_directions_of_scores_are_said_by_whoever_keeps_it() {
    let mut total = json!({ "linkId": "/t.1", "type": "integer", "text": "Total", "readOnly": true });
    total["extension"] = json!([{ "url": crate::names::CALCULATED, "valueExpression": {
        "language": "text/fhirpath", "expression": "%resource.item.where(linkId='a').answer.value.weight()"
    }}]);
    let text = with(&json!([choice("a"), choice("b"), total])).to_string();
    let unsaid = questionnaire("x.json", &text, &Settings::default()).unwrap().instrument;
    assert_eq!(unsaid.scales[0].direction, Direction::Unstated);
    assert_eq!(
        (unsaid.scales[0].id.as_str(), unsaid.scales[0].items.as_slice()),
        ("t-1", &["a".to_owned()][..])
    );
    let directions: BTreeMap<_, _> = [("/t.1".to_owned(), Direction::HigherBetter)].into();
    let settings = Settings { directions, ..Settings::default() };
    let said = questionnaire("x.json", &text, &settings).unwrap().instrument;
    let back = load("x.toml", &write(&said, &settings)).unwrap();
    assert_eq!(back.scales[0].direction, Direction::HigherBetter);
}
