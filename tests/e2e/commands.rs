//! The command line, as people and scripts use it.

use std::process::Command;

use crate::kit::{
    Folder,
    process::{clinic_in, foreword, run, told},
    program::Signer,
};

const HEADER: &str = "appointment_id,patient_id,given_name,family_name,birth_date,language,time_zone,email,phone,start,duration_min,clinic,clinician,type,status";
const ROW: &str = "A1,P1,Grace,Okafor,1958-03-14,en,Europe/London,grace@home.test,,2027-03-02T09:30,20,North,Dr Roe,Wellbeing check,booked";

fn at(folder: &Folder) -> Command {
    clinic_in(&folder.0)
}

#[test]
fn the_main_job_by_hand_import_tick_chat_summary() {
    let folder = Folder::new();
    folder.write("feed.csv", &format!("{HEADER}\n{ROW}\n"));
    let (code, out, err) = told(&run(at(&folder).args(["import", "appointments", "feed.csv"]), ""));
    assert_eq!(
        (code, out.as_str()),
        (Some(0), "created 1\nupdated 0\ncancelled 0\nunchanged 0\nrejected 0\n"),
        "{err}"
    );
    let (code, out, _) = told(&run(at(&folder).args(["tick", "--at", "2027-02-20T09:00:00Z", "--json"]), ""));
    assert_eq!((code, out.trim()), (Some(0), "[]"), "too early");
    let (_, out, err) = told(&run(at(&folder).args(["tick", "--at", "2027-02-23T09:30:00Z", "--json"]), ""));
    assert!(out.contains("\"kind\": \"invitation\"") && out.contains("\"outcome\": \"sent\""), "{out}{err}");
    assert_eq!(std::fs::read_dir(folder.path("mail")).unwrap().count(), 1);
    let (code, _, err) = told(&run(at(&folder).args(["tick", "--at", "2027-02-01T00:00:00Z"]), ""));
    assert_eq!(code, Some(2), "time does not go back: {err}");
    assert!(err.contains("does not go back"));

    let typed = "Sleep 😴\n1\nno\n8\n1\n1\nhmm\n1\n1\n1\n1\n1\n1\n2\n2\n2\n2\n2\n2\n2\n2\n2\n2\n3\n";
    let (code, out, err) = told(&run(at(&folder).args(["chat", "--patient", "P1"]), typed));
    assert_eq!(code, Some(0), "{err}");
    assert!(out.lines().all(|line| line.starts_with("bot: ") || line.starts_with("you: ")), "{out}");
    assert!(out.contains("you: hmm\nbot: Sorry, I did not understand that."), "{out}");
    assert!(out.contains("bot: Thank you. That was everything."), "{out}");
    let (code, out, _) = told(&run(at(&folder).args(["summary", "A1", "--format", "text"]), ""));
    assert_eq!(code, Some(0));
    assert!(
        out.contains("1. Sleep 😴 [wants to talk about it]")
            && out.contains("(GAD-7): 7 (0-21")
            && out.contains("(K10): 20 (10-50"),
        "{out}"
    );
    let (code, _, _) =
        told(&run(at(&folder).args(["summary", "A1", "--format", "html", "--out", "page.html"]), ""));
    assert_eq!(code, Some(0));
    assert!(std::fs::read_to_string(folder.path("page.html")).unwrap().contains("Sleep 😴"));
    let (code, out, err) = told(&run(at(&folder).args(["summary", "A1", "--format", "fhir"]), ""));
    assert_eq!(code, Some(0), "{err}");
    let document: serde_json::Value = serde_json::from_str(&out).unwrap();
    let kinds: Vec<&str> = document["entry"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["resource"]["resourceType"].as_str().unwrap())
        .collect();
    assert_eq!(kinds[..3], ["Composition", "Patient", "Appointment"]);
    assert!(kinds.contains(&"QuestionnaireResponse") && kinds.contains(&"Observation"), "{kinds:?}");
    for more in [&["--paper", "letter"][..], &["--one-page"]] {
        let args = ["summary", "A1", "--format", "pdf", "--out", "page.pdf"];
        let (code, _, err) = told(&run(at(&folder).args(args).args(more), ""));
        assert_eq!(code, Some(0), "{err}");
        assert!(std::fs::read(folder.path("page.pdf")).unwrap().starts_with(b"%PDF-"));
    }
    let (code, _, err) = told(&run(at(&folder).args(["summary", "A9"]), ""));
    assert_eq!(code, Some(2));
    assert!(err.contains("there is no appointment \"A9\""), "{err}");
}

#[test]
fn several_questions_can_be_answered_by_one_line() {
    let folder = Folder::new();
    folder.write("feed.csv", &format!("{HEADER}\n{ROW}\n"));
    run(at(&folder).args(["import", "appointments", "feed.csv"]), "");
    let typed = "no\n9\n1 2 0\n1 2 0 3\n0\n3 3\n";
    let (_, out, _) =
        told(&run(at(&folder).args(["chat", "--patient", "P1", "--items-at-once", "5"]), typed));
    assert!(out.contains("you: 1 2 0\nbot: There are 5 questions, but I found 3 answers."), "{out}");
    assert!(out.contains("you: 1 2 0 3\nbot: There are 5 questions, but I found 4 answers."), "{out}");
    let (_, out, _) =
        told(&run(at(&folder).args(["chat", "--patient", "P1", "--items-at-once", "5"]), "1 2 0 3 1\n"));
    assert!(
        out.contains(
            "bot: This is what I understood:\nbot: Feeling nervous, anxious or on edge → Several days"
        ),
        "{out}"
    );
}

#[test]
fn a_feed_with_faults_keeps_what_is_right_and_says_what_is_wrong() {
    let folder = Folder::new();
    let faults = [
        ROW.replace("A1", "A2").replace("1958-03-14", "14.03.1958"),
        ROW.replace("A1", "A3").replace("Europe/London", "London"),
        ROW.replace("A1", "A4").replace(",booked", ",maybe"),
        ROW.replace("A1", "A5").replace("2027-03-02T09:30", "next week"),
        ROW.replace("A1", "A6").replace(",booked", ""),
    ];
    folder.write("feed.csv", &format!("{HEADER}\n{ROW}\n{}\n", faults.join("\n")));
    let (code, out, err) = told(&run(at(&folder).args(["import", "appointments", "feed.csv"]), ""));
    assert_eq!(code, Some(2));
    for wanted in [
        "created 1\nupdated 0\ncancelled 0\nunchanged 0\nrejected 5\n",
        "feed.csv:3: birth_date: must be a date such as 1951-07-30",
        "feed.csv:4: time_zone: is not an IANA time zone",
        "feed.csv:5: status: must be one of booked,",
        "feed.csv:6: start: must be a time such as",
        "feed.csv:7: has 14 fields, must have 15",
    ] {
        assert!(out.contains(wanted), "{wanted:?} is missing in\n{out}");
    }
    assert!(err.contains("5 rows were rejected, the others are kept"), "{err}");
    let (_, out, _) = told(&run(at(&folder).args(["import", "appointments", "feed.csv", "--json"]), ""));
    assert!(out.contains("\"unchanged\": 1") && out.contains("\"line\": 3"), "{out}");
}

#[test]
fn wrong_input_has_a_clear_message_exit_2_and_changes_nothing() {
    let folder = Folder::new();
    folder.write("unknown.toml", "[http]\nlissten = \"127.0.0.1:1\"\n");
    folder.write("latin1.csv", HEADER);
    std::fs::write(folder.path("latin1.csv"), [HEADER.as_bytes(), b"\n\xe9"].concat()).unwrap();
    folder.write(
        "gad-7.toml",
        &include_str!("../../config/instruments/gad-7.toml").replacen("max = 9.0", "max = 8.0", 1),
    );
    std::fs::create_dir(folder.path("own")).unwrap();
    folder.write(
        "own/gad-7.toml",
        &include_str!("../../config/instruments/gad-7.toml").replacen(
            "direction = \"higher-worse\"\n",
            "",
            1,
        ),
    );
    let before = listing(&folder);
    for (args, wanted) in [
        (
            vec!["--config", "unknown.toml", "serve"],
            "unknown.toml:2: http.lissten: there is no such setting; did you mean http.listen?",
        ),
        (vec!["--config", "nowhere.toml", "serve"], "nowhere.toml: the configuration cannot be read"),
        (vec!["--database", "mysql://x", "serve"], "--database: must begin with sqlite:// or postgres://"),
        (vec!["instruments", "check", "gad-7.toml"], "gad-7.toml:"),
        (vec!["instruments", "check", "gad-7.toml"], "leaves a gap; must be 9"),
        (vec!["instruments", "check", "nowhere.toml"], "nowhere.toml: No such file"),
        (vec!["instruments", "check", "latin1.csv"], "latin1.csv:2: is not UTF-8; save the file as UTF-8"),
        (vec!["instruments", "check", "own"], "own: is a folder, must be a file"),
        (vec!["instruments", "show", "phq-99"], "there is no instrument \"phq-99\", did you mean phq-"),
        (vec!["import", "appointments", "latin1.csv"], "latin1.csv: line 2: is not UTF-8"),
        (vec!["import", "appointments", "nowhere.csv"], "nowhere.csv: cannot be read"),
        (vec!["score", "phq-99"], "there is no instrument"),
        (vec!["score", "visit-agenda"], "has no scale"),
        (vec!["tick", "--at", "tomorrow"], "invalid value 'tomorrow'"),
        (vec!["chat"], "--link"),
        (vec!["frobnicate"], "unrecognized subcommand"),
        (vec!["summary", "A1"], "there is no database foreword.db; name it with --database"),
        (vec!["chat", "--patient", "P1"], "there is no database foreword.db"),
        (vec!["alerts", "list", "--database", "sqlite://other.db"], "there is no database other.db"),
    ] {
        let (code, out, err) = told(&run(at(&folder).args(&args), ""));
        assert_eq!(code, Some(2), "{args:?}: {out}{err}");
        assert!(err.contains(wanted), "{args:?}: {err}");
    }
    let (code, _, err) =
        told(&run(at(&folder).env("FOREWORD__INSTRUMENTS__DIR", "own").args(["instruments", "list"]), ""));
    assert_eq!(code, Some(2));
    assert!(err.contains("gad-7.toml:") && err.contains("scale[0].direction: is absent"), "{err}");
    assert_eq!(listing(&folder), before, "nothing was created or changed");
}

#[test]
fn rows_that_cannot_be_scored_are_named() {
    let csv = "q1,q2\n1,2\n4,x\n";
    let (code, out, err) = told(&run(foreword().args(["score", "phq-2"]), csv));
    assert_eq!((code, out.as_str()), (Some(2), ""));
    assert!(err.contains("standard input:3: row 2: q1: is \"4\", must be one of 0, 1, 2, 3"), "{err}");
    assert!(err.contains("row 2: q2: is \"x\""), "{err}");
    let (code, _, err) = told(&run(foreword().args(["score", "phq-2"]), "q1\n1\n"));
    assert_eq!(code, Some(2));
    assert!(err.contains("the header lacks q2"), "{err}");
    for (csv, wanted) in [
        ("q1,q1,q2\n1,2,3\n", "the header names q1 twice; which one counts?"),
        ("q1,q2\n1,2\n1\n", "standard input:3: has 1 cells, the header has 2"),
    ] {
        let (code, out, err) = told(&run(foreword().args(["score", "phq-2"]), csv));
        assert_eq!((code, out.as_str()), (Some(2), ""));
        assert!(err.contains(wanted), "{err}");
    }
    let (_, out, _) = told(&run(foreword().args(["score", "phq-2", "--json"]), "\u{feff}q1;q2\r\n1;2.0\r\n"));
    let json: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!((json[0]["value"].as_f64(), json[0]["status"].as_str()), (Some(3.0), Some("scored")));
}

#[test]
fn an_expression_scores_a_response_or_is_refused_with_its_place() {
    let folder = Folder::new();
    let option = |code: &str, weight: u8| {
        format!(
            r#"{{ "valueCoding": {{ "code": "{code}" }}, "extension": [{{ "valueDecimal": {weight},
                "url": "http://hl7.org/fhir/StructureDefinition/ordinalValue" }}] }}"#
        )
    };
    folder.write(
        "form.json",
        &format!(
            r#"{{ "resourceType": "Questionnaire", "item": [{{ "linkId": "q", "answerOption": [{}, {}] }}] }}"#,
            option("a", 2),
            option("b", 3)
        ),
    );
    folder.write(
        "response.json",
        r#"{ "resourceType": "QuestionnaireResponse", "item": [{ "linkId": "q",
            "answer": [{ "valueCoding": { "code": "a" } }, { "valueCoding": { "code": "b" } }] }] }"#,
    );
    folder.write("torn.json", r#"{ "resourceType": "#);
    folder.write("nothing.json", "");
    let fhirpath = |input: &str, expression: &str| {
        let args = ["fhirpath", "--questionnaire", "form.json", "--input", input, "--expr", expression];
        told(&run(foreword().current_dir(&folder.0).args(args), ""))
    };
    for (input, expression, expected) in [
        ("response.json", "%resource.repeat(item).answer.value.weight().sum()", "[5]\n"),
        ("response.json", "item.answer.value.code | 1.50", "[\"a\",\"b\",1.50]\n"),
        ("response.json", "item.text", "[]\n"),
        ("nothing.json", "1 + 1", "[2]\n"),
    ] {
        let (code, out, err) = fhirpath(input, expression);
        assert_eq!((code, out.as_str()), (Some(0), expected), "{expression}: {err}");
    }
    for (input, expression, message) in [
        ("response.json", "item.frist()", "--expr: at character 6: there is no function frist()"),
        (
            "response.json",
            "item.answer + 1",
            "--expr: at character 13: one value is needed here, there are 2",
        ),
        ("torn.json", "item", "torn.json: EOF while parsing a value at line 1 column 17"),
        ("none.json", "item", "none.json: "),
    ] {
        let (code, out, err) = fhirpath(input, expression);
        assert_eq!((code, out.as_str()), (Some(2), ""), "{expression}: {err}");
        assert!(err.contains(message), "{err}");
    }
}

#[test]
fn a_resource_is_validated_from_the_command_line() {
    let folder = Folder::new();
    let response = |answer: &str| {
        format!(
            r#"{{ "resourceType": "QuestionnaireResponse", "status": "completed", "questionnaire": "http://x.example/q",
                 "item": [{{ "linkId": "q", "answer": [{{ {answer} }}] }}] }}"#
        )
    };
    folder.write(
        "form.json",
        r#"{ "resourceType": "Questionnaire", "url": "http://x.example/q", "status": "active",
             "item": [{ "linkId": "q", "type": "boolean" }] }"#,
    );
    folder.write("right.json", &response(r#""valueBoolean": true"#));
    folder.write("wrong.json", &response(r#""valueString": "in confidence""#));
    folder.write("patient.json", r#"{ "resourceType": "Patient", "gender": "x" }"#);
    let validate = |args: &[&str], input: &str| {
        let (code, out, err) =
            told(&run(foreword().current_dir(&folder.0).arg("validate").args(args), input));
        let outcome: serde_json::Value = serde_json::from_str(&out).unwrap_or_default();
        assert!(!format!("{out}{err}").contains("in confidence"), "{out}{err}");
        (code, outcome["issue"][0]["code"].clone(), outcome["issue"][0]["expression"][0].clone())
    };
    let none = serde_json::Value::Null;
    assert_eq!(
        validate(&["--questionnaire", "form.json", "right.json"], ""),
        (Some(0), "informational".into(), none.clone())
    );
    let place = "QuestionnaireResponse.item[0].answer[0].valueString";
    let wrong = (Some(2), "invariant".into(), place.into());
    assert_eq!(validate(&["--questionnaire", "form.json", "wrong.json"], ""), wrong);
    let text = response(r#""valueString": "in confidence""#);
    assert_eq!(validate(&["--questionnaire", "form.json", "-"], &text), wrong);
    let unknown = (Some(0), "required".into(), "QuestionnaireResponse".into());
    assert_eq!(validate(&["--questionnaire", "", "wrong.json"], ""), unknown);
    assert_eq!(validate(&["patient.json"], ""), (Some(2), "code-invalid".into(), "Patient.gender".into()));
    assert_eq!(validate(&["none.json"], ""), (Some(2), none.clone(), none));
}

#[test]
fn staff_and_api_clients_are_added_from_the_command_line() {
    let folder = Folder::new();
    let (code, out, err) =
        told(&run(at(&folder).args(["staff", "add", "roe", "--name", "Dr Roe"]), "a long enough password\n"));
    assert_eq!((code, out.as_str()), (Some(0), "roe can sign in.\n"), "{err}");
    let (code, _, err) =
        told(&run(at(&folder).args(["staff", "add", "roe", "--name", "Dr Roe"]), "a long enough password\n"));
    assert_eq!(code, Some(2), "{err}");
    let add_short = ["staff", "add", "ann", "--name", "Ann", "--role", "nurse"];
    let (code, _, err) = told(&run(at(&folder).args(add_short), "short\n"));
    assert_eq!(code, Some(2));
    assert!(err.contains("at least 15 characters"));
    let (code, out, err) = told(&run(at(&folder).args(["staff", "reset", "roe"]), ""));
    assert_eq!((code, out.trim().len()), (Some(0), 23), "a new password, once: {err}");
    let (code, _, err) = told(&run(at(&folder).args(["staff", "reset", "doe"]), ""));
    assert!(code == Some(2) && err.contains("there is no login"), "{err}");
    let (_, out, _) = told(&run(at(&folder).args(["staff", "list"]), ""));
    assert_eq!(out, "roe  Dr Roe  clinician\n");
    let (code, ..) = told(&run(at(&folder).args(["staff", "disable", "roe"]), ""));
    let (_, out, _) = told(&run(at(&folder).args(["staff", "list"]), ""));
    assert_eq!((code, out.as_str()), (Some(0), "roe  Dr Roe  clinician (disabled)\n"));
    told(&run(at(&folder).args(["staff", "enable", "roe"]), ""));
    let (_, out, _) = told(&run(at(&folder).args(["staff", "list", "--json"]), ""));
    let listed: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!((&listed[0]["login"], &listed[0]["disabled_at"]), (&"roe".into(), &serde_json::Value::Null));
    let (code, out, _) = told(&run(at(&folder).args(["api-client", "add", "ehr"]), ""));
    assert!(code == Some(0) && out.starts_with("fw_") && out.len() > 40);
}

#[test]
fn programs_are_added_listed_and_revoked_from_the_command_line() {
    let folder = Folder::new();
    let client = |args: &[&str]| told(&run(at(&folder).arg("api-client").args(args), ""));
    let set = Signer::p384().public().to_string();
    let keys = folder.write("public.jwks.json", &set);
    let keys = keys.to_str().unwrap();
    let two = ["add", "ehr", "--scope", "system/Patient.rs", "--scope", "system/Task.cru"];
    let (code, token, err) = client(&two);
    assert!(code == Some(0) && token.starts_with("fw_"), "{err}");
    let (code, id, err) = client(&["add", "warehouse", "--scope", "system/*.rs", "--jwks", keys]);
    assert!(code == Some(0) && id.trim().len() == 36, "{err}");
    let (_, out, _) = client(&["list", "--json"]);
    let listed: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(listed[0]["scope"], "system/Patient.rs system/Task.cru");
    assert_eq!((&listed[1]["name"], &listed[1]["client_id"]), (&"warehouse".into(), &id.trim().into()));
    assert!(!out.contains(token.trim()));
    assert_eq!(client(&["revoke", "ehr"]).1, "ehr is revoked.\n");
    assert_eq!(
        client(&["list"]).1.lines().next(),
        Some("ehr  system/Patient.rs system/Task.cru  token (revoked)")
    );
    let private = folder.write("private.json", &set.replace("\"crv\"", "\"d\":\"AAAA\",\"crv\""));
    let private = private.to_str().unwrap();
    for (args, why) in [
        (vec!["revoke", "ehr"], "no client"),
        (vec!["add", "x", "--scope", "Patient.rs"], "system/"),
        (vec!["add", "x", "--jwks", private], "private key"),
        (vec!["add", "x", "--jwks-url", "ftp://x.example"], "https://"),
        (vec!["add", " "], "name"),
    ] {
        let (code, out, err) = client(&args);
        assert!(code == Some(2) && out.is_empty() && err.contains(why), "{args:?}: {err}");
    }
}

#[test]
fn whoever_runs_the_service_binds_accounts_of_the_house() {
    let folder = Folder::new();
    let staff = |issuer: &str, args: &[&str], typed: &str| {
        let mut command = at(&folder);
        let command = command.env("FOREWORD__HTTP__PUBLIC_URL", "https://clinic.example");
        told(&run(command.env("FOREWORD__OIDC__ISSUER", issuer).arg("staff").args(args), typed))
    };
    let house = "https://login.house.example";
    let (code, _, err) = staff(house, &["add", "roe", "--name", "Dr Roe"], "a long enough password\n");
    assert_eq!(code, Some(0), "{err}");
    let (code, out, err) = staff(house, &["bind", "roe", "subject-1"], "");
    assert_eq!((code, out.as_str()), (Some(0), "roe can sign in by https://login.house.example.\n"), "{err}");
    assert_eq!(staff(house, &["list"], "").1, "roe  Dr Roe  clinician  house\n");
    let (code, out, _) = staff(house, &["bind", "roe", "off"], "");
    assert_eq!((code, out.as_str()), (Some(0), "roe is not bound any more; every session has ended.\n"));
    assert_eq!(staff(house, &["list"], "").1, "roe  Dr Roe  clinician\n");
    for (issuer, args, why) in [
        ("", ["bind", "roe", "subject-1"], "set oidc.issuer first"),
        ("http://login.house.example", ["bind", "roe", "subject-1"], "must begin with https://"),
        ("login.house", ["bind", "roe", "subject-1"], "must be an address"),
        ("http://localhost.house.example", ["bind", "roe", "subject-1"], "must begin with https://"),
        (house, ["bind", "doe", "subject-1"], "there is no login"),
        (house, ["bind", "roe", ""], "1 to 255 characters"),
    ] {
        let (code, _, err) = staff(issuer, &args, "");
        assert!(code == Some(2) && err.contains(why), "{issuer} {args:?}: {err}");
    }
}

fn listing(folder: &Folder) -> Vec<(String, u64)> {
    let mut files: Vec<(String, u64)> = std::fs::read_dir(&folder.0)
        .unwrap()
        .flatten()
        .map(|entry| (entry.file_name().to_string_lossy().into_owned(), entry.metadata().unwrap().len()))
        .collect();
    files.sort();
    files
}
