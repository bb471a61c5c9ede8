//! A clinic takes in a FHIR Questionnaire: what is reported, kept, scored, asked and refused.

use std::process::Command;

use crate::kit::{
    Folder,
    process::{clinic_in, run, told},
};

/// Three questions about sleep with a total, in linkIds as LOINC writes them.
fn sleep() -> String {
    let question = |link_id: &str, text: &str| {
        let option = |weight: u8, display: &str| {
            serde_json::json!({
                "extension": [{
                    "url": "http://hl7.org/fhir/StructureDefinition/ordinalValue", "valueDecimal": weight
                }],
                "valueCoding": { "system": "http://clinic.example/much", "code": format!("m{weight}"), "display": display }
            })
        };
        serde_json::json!({
            "linkId": link_id, "type": "choice", "text": text,
            "answerOption": [option(0, "Never"), option(1, "Sometimes"), option(2, "Every night")]
        })
    };
    let both = "%resource.repeat(item).where(linkId='/1.1' or linkId='/1.2').answer.value.weight()";
    let sum = format!("iif({both}.count() = 2, {both}.sum(), {{}})");
    let total = serde_json::json!({
        "linkId": "/total", "type": "decimal", "text": "Sleep score", "readOnly": true,
        "extension": [
            { "url": "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-calculatedExpression",
              "valueExpression": { "language": "text/fhirpath", "expression": sum } },
            { "url": "http://hl7.org/fhir/StructureDefinition/minValue", "valueDecimal": 0 },
            { "url": "http://hl7.org/fhir/StructureDefinition/maxValue", "valueDecimal": 4 }
        ]
    });
    let group = serde_json::json!({
        "linkId": "/1", "type": "group", "text": "In the last week:",
        "item": [question("/1.1", "Did you lie awake?"), question("/1.2", "Did you wake too early?")]
    });
    let resource = serde_json::json!({
        "resourceType": "Questionnaire", "status": "active", "language": "en", "id": "sleep",
        "title": "Sleep questions", "copyright": "Dr Roe", "item": [group, total]
    });
    format!("{resource:#}\n")
}

fn at(folder: &Folder) -> Command {
    clinic_in(&folder.0)
}

/// With the clinic's own folders.
fn clinic(folder: &Folder) -> Command {
    let mut command = at(folder);
    command.env("FOREWORD__INSTRUMENTS__DIR", "ours").env("FOREWORD__PATHWAYS__DIR", "ways");
    command
}

#[test]
fn a_questionnaire_is_imported_scored_asked_and_read_on_the_page() {
    let folder = Folder::new();
    folder.write("sleep.json", &sleep());
    for name in ["ours", "ways"] {
        std::fs::create_dir(folder.path(name)).unwrap();
    }
    let arguments = ["instruments", "import", "sleep.json", "--higher-worse", "/total"];
    let granted = ["--granted-by", "Dr Roe", "--granted-on", "2026-01-31", "--scope", "North Clinic"];
    let (code, out, err) = told(&run(clinic(&folder).args(arguments).args(granted), ""));
    assert_eq!(code, Some(0), "{err}");
    for wanted in [
        "sleep.json: sleep version 1, Sleep questions\nasked:     2 items; English (en)\nleft out:  none\n",
        "scores:    /total: Sleep score; higher = worse\nlicence:   imported; active, permission granted\n",
        "written to ours/sleep.toml",
    ] {
        assert!(out.contains(wanted), "{wanted:?} is missing in\n{out}");
    }

    // The same file again changes nothing; another one is not written over it by itself.
    let (code, out, _) = told(&run(clinic(&folder).args(arguments).args(granted), ""));
    assert!(code == Some(0) && out.contains("ours/sleep.toml is the same already"), "{out}");
    let (code, _, err) = told(&run(clinic(&folder).args(["instruments", "import", "sleep.json"]), ""));
    assert_eq!(code, Some(2));
    assert!(err.contains("ours/sleep.toml is there already and says something else"), "{err}");

    // It goes out as it came in, and is scored by the id, by either file and by either name of its items.
    let (_, out, _) = told(&run(clinic(&folder).args(["instruments", "fhir", "sleep"]), ""));
    assert_eq!(out, sleep());
    let (code, out, err) = told(&run(clinic(&folder).args(["instruments", "check", "ours/sleep.toml"]), ""));
    assert!(code == Some(0) && out.contains("can be asked: 2 items, 1 scores"), "{out}{err}");
    for (named, header) in
        [("sleep", "1-1,1-2"), ("ours/sleep.toml", "/1.1,/1.2"), ("sleep.json", "1-1,/1.2")]
    {
        let rows = format!("{header}\n2,1\n2,\n");
        let (code, out, err) = told(&run(clinic(&folder).args(["score", named]), &rows));
        assert_eq!(code, Some(0), "{err}");
        assert_eq!(
            out,
            "row,scale,status,value,se,answered,of,band\n1,total,scored,3.0,,2,2,\n2,total,not-scored,,,1,2,\n"
        );
    }

    folder.write(
        "ways/sleep-visit.toml",
        r#"
id = "sleep-visit"
version = "1"
title = "Sleep visit"
goal = "Patient and doctor see together how the nights are."
reader = "The doctor"
expected_action = "Begin with the score."
[trigger]
types = ["Sleep check"]
[[ask]]
instrument = "visit-agenda"
[[ask]]
instrument = "sleep"
[timetable]
invitation_days = 7
reminder_days = 3
last_reminder_days = 1
"#,
    );
    folder.write(
        "feed.csv",
        "appointment_id,patient_id,given_name,family_name,birth_date,language,time_zone,email,phone,start,duration_min,clinic,clinician,type,status\nA1,P1,Grace,Okafor,1958-03-14,en,Europe/London,grace@home.test,,2027-03-02T09:30,20,North,Dr Roe,Sleep check,booked\n",
    );
    let (code, _, err) = told(&run(clinic(&folder).args(["import", "appointments", "feed.csv"]), ""));
    assert_eq!(code, Some(0), "{err}");
    let (_, out, err) =
        told(&run(clinic(&folder).args(["chat", "--patient", "P1"]), "no\n8\n2\nsometimes\n"));
    assert!(out.contains("In the last week:") && out.contains("Did you wake too early?"), "{out}{err}");
    let (_, out, err) = told(&run(clinic(&folder).args(["summary", "A1"]), ""));
    assert!(out.contains("Sleep score: 3 (0-4, higher = worse)"), "{out}{err}");

    // The file is gone: a visit that was begun stays on the version it began with.
    std::fs::remove_file(folder.path("ours/sleep.toml")).unwrap();
    std::fs::remove_file(folder.path("ways/sleep-visit.toml")).unwrap();
    let (_, out, err) = told(&run(clinic(&folder).args(["summary", "A1"]), ""));
    assert!(out.contains("Sleep score: 3 (0-4, higher = worse)"), "{out}{err}");
}

#[test]
fn an_import_says_what_is_left_out_what_is_refused_and_what_is_still_to_be_said() {
    let folder = Folder::new();
    let mut resource: serde_json::Value = serde_json::from_str(&sleep()).unwrap();
    resource["item"][0]["item"][0]["readOnly"] = serde_json::json!(true);
    let (code, out, err) =
        told(&run(at(&folder).args(["instruments", "import", "-", "--id", "nights"]), &resource.to_string()));
    assert_eq!(code, Some(0), "{err}");
    for wanted in [
        "standard input: nights version 1, Sleep questions\nasked:     1 items",
        "left out:  Questionnaire.item[0].item[0]: \"/1.1\" is read-only",
        "/total: Sleep score; computed and not shown, because nobody said which way is worse: --higher-worse /total",
        "licence:   imported; inactive, permission to confirm\n           to ask: whoever holds the rights: may it be asked here",
        "not written: name a folder with --out or instruments.dir",
    ] {
        assert!(out.contains(wanted), "{wanted:?} is missing in\n{out}");
    }
    assert_eq!(std::fs::read_dir(&folder.0).unwrap().count(), 0);

    resource["item"][0]["item"][1]["type"] = serde_json::json!("open-choice");
    resource["item"][0]["repeats"] = serde_json::json!(true);
    folder.write("bad.json", &resource.to_string());
    for arguments in [["instruments", "import", "bad.json"], ["instruments", "check", "bad.json"]] {
        let (code, out, err) = told(&run(at(&folder).args(arguments), ""));
        assert_eq!((code, out.as_str()), (Some(2), ""));
        assert!(err.contains("bad.json: Questionnaire.item[0]: is a group that repeats"), "{err}");
        assert!(err.contains("bad.json: Questionnaire.item[0].item[1].type: is \"open-choice\""), "{err}");
    }
    let (code, _, err) =
        told(&run(at(&folder).args(["instruments", "import", "-", "--higher-worse", "/totl"]), &sleep()));
    assert_eq!(code, Some(2));
    assert!(err.contains("directions: \"/totl\" is no computed score; /total is computed"), "{err}");

    let draft = concat!(env!("CARGO_MANIFEST_DIR"), "/data/fhir/pc-ptsd-5.questionnaire.json");
    let (code, out, _) =
        told(&run(at(&folder).args(["instruments", "import", draft, "--out", ".", "--json"]), ""));
    assert_eq!(code, Some(0));
    let report: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(report["items"].as_array().unwrap().len(), 6);
    assert_eq!((&report["file"], &report["active"]), (&"./pc-ptsd-5.toml".into(), &false.into()));
    assert!(report["remarks"].to_string().contains("an instrument that ships"), "{report}");
}

#[test]
fn what_foreword_wrote_comes_back_as_it_went() {
    let folder = Folder::new();
    for id in ["gad-7", "k10.0-40"] {
        let (_, questionnaire, err) = told(&run(at(&folder).args(["instruments", "fhir", id]), ""));
        let (code, out, err) = told(&run(
            at(&folder).args(["instruments", "import", "-", "--out", "."]),
            &(questionnaire + &err),
        ));
        assert_eq!(code, Some(0), "{err}");
        assert!(out.contains("own:       what Foreword wrote, unchanged; its own file scores it"), "{out}");
        let file = format!("{}.toml", id.split('.').next().unwrap());
        let shipped = format!("{}/../config/instruments/{file}", env!("CARGO_MANIFEST_DIR"));
        assert_eq!(
            std::fs::read_to_string(folder.path(&file)).unwrap(),
            std::fs::read_to_string(shipped).unwrap()
        );
    }
}
