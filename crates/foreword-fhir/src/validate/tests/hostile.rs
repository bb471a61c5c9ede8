//! What is wrong on purpose: refused with the right code and place, without a panic, without repeating it.

use proptest::prelude::*;

use super::*;

/// Files that are wrong in one way each: the code, and where.
const BAD: &[(&str, &str)] = &[
    ("bad_date.json", "error value QuestionnaireResponse.authored"),
    ("bad_decstring.json", "error structure QuestionnaireResponse.item[2].answer[0].valueDecimal"),
    ("bad_emptyarray.json", "error structure QuestionnaireResponse.item[0].answer"),
    ("bad_id.json", "error value QuestionnaireResponse.id"),
    ("bad_itemobj.json", "error structure QuestionnaireResponse.item"),
    ("bad_nolinkid.json", "error required QuestionnaireResponse.item[0].linkId"),
    ("bad_nostatus.json", "error required QuestionnaireResponse.status"),
    ("bad_status.json", "error code-invalid QuestionnaireResponse.status"),
    ("bad_twovalues.json", "error structure QuestionnaireResponse.item[2].answer[0].value[x]"),
    ("bad_type.json", "error structure Resource.resourceType"),
    ("bad_unknown.json", "error structure QuestionnaireResponse.statuz"),
];

#[test]
fn what_is_wrong_in_one_way_is_refused_with_its_code_and_place() {
    for (name, text) in files("hostile") {
        let faults = structure(&text).err().unwrap_or_default();
        match BAD.iter().find(|(file, _)| *file == name) {
            Some((_, right)) => assert_eq!(lines(&faults), [*right], "{name}"),
            None => assert_eq!(faults, [], "{name}"),
        }
    }
}

/// A response with something in one of its members.
fn with(member: &str) -> String {
    format!(r#"{{"resourceType":"QuestionnaireResponse","status":"completed",{member}}}"#)
}

#[test]
fn json_that_fhir_does_not_have_is_refused() {
    let item = r#""item":[{"linkId":"a","answer":[{"valueDecimal":007}]}]"#;
    for (text, right) in [
        ("[".repeat(100_000), "fatal structure -"),
        (r#"{"a":"#.repeat(100_000), "fatal structure -"),
        (format!("{}{}", "[".repeat(100_000), "]".repeat(100_000)), "error structure Resource"),
        (String::new(), "fatal structure -"),
        ("null".to_owned(), "error structure Resource"),
        ("{}".to_owned(), "error required Resource.resourceType"),
        (r#"{"resourceType":"Patient"} x"#.to_owned(), "fatal structure -"),
        (r#"{"resourceType":"Patient","id":"\ud800"}"#.to_owned(), "error structure Patient.id"),
        (r#"{"resourceType":"Patient","gender":null}"#.to_owned(), "error structure Patient.gender"),
        (
            r#"{"resourceType":"Patient","birthDate":"2023-02-30"}"#.to_owned(),
            "error value Patient.birthDate",
        ),
        (
            r#"{"resourceType":"Patient","contained":[{"resourceType":"Nope"}]}"#.to_owned(),
            "error structure Patient.contained[0].resourceType",
        ),
        (r#"{"resourceType":"Patient","name":[{}]}"#.to_owned(), "error structure Patient.name[0]"),
        (
            r#"{"resourceType":"Patient","name":[{"family":""}]}"#.to_owned(),
            "error structure Patient.name[0].family",
        ),
        (
            r##"{"resourceType":"Patient","managingOrganization":{"reference":"#org"}}"##.to_owned(),
            "error invariant Patient.managingOrganization.reference",
        ),
        (
            r#"{"resourceType":"Patient","managingOrganization":{"reference":"Chicken/1"}}"#.to_owned(),
            "error value Patient.managingOrganization.reference",
        ),
        (
            r#"{"resourceType":"Patient","extension":[{"url":"http://x.example/a"}]}"#.to_owned(),
            "error invariant Patient.extension[0]",
        ),
        (with(r#""status":"in-progress""#), "error structure QuestionnaireResponse.status"),
        (with(r#""authored":"2023-02-03T24:00:00Z""#), "error value QuestionnaireResponse.authored"),
        (with(r#""authored":"2023-02-03T10:00:00""#), "error value QuestionnaireResponse.authored"),
        (with(r#""authored":"2023-02-03T10:00Z""#), "error value QuestionnaireResponse.authored"),
        (with(r#""language":" de""#), "error value QuestionnaireResponse.language"),
        (with(r#""source":"Patient/1""#), "error structure QuestionnaireResponse.source"),
        (with(item), "fatal structure -"),
        (with(r#""item":[{"linkId":"a","item":[]}]"#), "error structure QuestionnaireResponse.item[0].item"),
        (
            with(r#""item":[{"linkId":"a","answer":[{"valueInteger":99999999999}]}]"#),
            "error value QuestionnaireResponse.item[0].answer[0].valueInteger",
        ),
        (
            with(r#""item":[{"linkId":"a","answer":[{"valueDecimal":1e400}]}]"#),
            "error value QuestionnaireResponse.item[0].answer[0].valueDecimal",
        ),
    ] {
        let shown: String = text.chars().take(120).collect();
        assert_eq!(lines(&structure(&text).unwrap_err()), [right], "{shown}");
    }
}

#[test]
fn a_fault_says_its_line_and_column_and_bytes_that_are_no_utf8_theirs() {
    let text = "{\n  \"resourceType\": \"Patient\",\n  \"gender\": \"femal\"\n}";
    let faults = structure(text).unwrap_err();
    assert!(faults[0].text.ends_with("male, female, other, unknown (line 3, column 13)."), "{faults:?}");
    let faults = structure_of_bytes(b"{\n\"resourceType\": \"\xff\"}").unwrap_err();
    assert!(faults[0].text.contains("(line 2, byte 20)"), "{faults:?}");
}

#[test]
fn much_that_is_wrong_is_cut_off_and_says_so() {
    let names = "1,".repeat(5_000);
    let faults = structure(&format!(r#"{{"resourceType":"Patient","name":[{names}1]}}"#)).unwrap_err();
    assert_eq!(faults.len(), MAX_ISSUES + 1);
    assert_eq!(faults.last().unwrap().code, "incomplete");
}

#[test]
fn conditions_on_thousands_of_repetitions_end() {
    let form = r#"{"resourceType":"Questionnaire","status":"active","item":[
        {"linkId":"g","type":"group","repeats":true,"item":[
            {"linkId":"a","type":"string"},
            {"linkId":"b","type":"string","enableWhen":[{"question":"z","operator":"exists","answerBoolean":true}]}]},
        {"linkId":"z","type":"string","repeats":true}]}"#;
    let group = r#"{"linkId":"g","item":[{"linkId":"b","answer":[{"valueString":"x"}]}]},"#.repeat(3_000);
    let late = r#"{"linkId":"z","answer":[{"valueString":"x"}]},"#.repeat(3_000);
    let items = format!("{group}{late}");
    let response = with(&format!(r#""item":[{}]"#, items.trim_end_matches(',')));
    let issues = text(&response, Some(form));
    assert!(issues.iter().any(|issue| issue.code == "not-supported"), "{:?}", lines(&issues));
}

/// Documents that are right, to be broken at random.
fn seeds() -> Vec<String> {
    ["q.json", "qr.json"]
        .iter()
        .map(|name| std::fs::read_to_string(data("hostile").join(name)).unwrap())
        .collect()
}

/// Pieces that are put where something else was.
const PIECES: &[&str] = &[
    "null",
    "{}",
    "[]",
    "[[1]]",
    "\"\"",
    "true",
    "-1",
    "1e9",
    "0.50",
    "\"x\"",
    "{\"a\":1}",
    ",",
    "\"item\":",
    "\"\\ud83d\"",
    "é",
    "\u{0}",
    "\"linkId\":\"/1\",",
    "[null]",
    "99999999999999999999",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn whatever_is_broken_it_ends_in_issues(
        cuts in proptest::collection::vec((0usize..6_000, 0usize..40, 0usize..PIECES.len()), 1..4),
        which in 0usize..2,
    ) {
        let seeds = seeds();
        let mut broken = seeds[which].clone();
        for (at, length, piece) in cuts {
            let floor = |at: usize| (0..=at.min(broken.len())).rev().find(|n| broken.is_char_boundary(*n)).unwrap();
            let (from, to) = (floor(at % broken.len().max(1)), floor((at % broken.len().max(1)) + length));
            broken.replace_range(from..to.max(from), PIECES[piece]);
        }
        let other = &seeds[1 - which];
        let (response, form) = if which == 0 { (other, &broken) } else { (&broken, other) };
        for issue in text(response, Some(form)).into_iter().chain(text(&broken, None)) {
            prop_assert!(!issue.text.is_empty());
        }
    }
}
