use foreword_domain::instrument::Instrument;
use serde_json::json;

use super::*;

fn load(name: &str, text: &str) -> Instrument {
    Instrument::parse(name, text).unwrap()
}

#[test]
fn a_questionnaire_carries_codes_weights_translations_and_skip_logic() {
    let phq2 = load("phq-2.toml", include_str!("../../../config/instruments/phq-2.toml"));
    let out = questionnaire(&phq2, "http://clinic.example/fhir/R4");
    assert_eq!(out["item"][0]["type"], "display");
    assert_eq!(out["item"][1]["linkId"], "q1");
    assert_eq!(out["item"][1]["code"][0]["code"], "44250-9");
    assert_eq!(out["item"][1]["answerOption"][3]["valueCoding"]["code"], "LA6571-9");
    assert_eq!(out["item"][1]["answerOption"][3]["extension"][0]["valueDecimal"], 3.0);
    assert_eq!(out["item"][1]["_text"]["extension"][0]["extension"][0]["valueCode"], "de");

    let gi = load("gi-questions.toml", include_str!("../../../config/instruments/gi-questions.toml"));
    let out = questionnaire(&gi, "http://clinic.example/fhir/R4");
    let since = out["item"].as_array().unwrap().iter().find(|item| item["linkId"] == "blood-since").unwrap();
    assert_eq!(
        since["enableWhen"],
        json!([{ "question": "blood", "operator": "=", "answerCoding": { "code": "1" } }])
    );
}
