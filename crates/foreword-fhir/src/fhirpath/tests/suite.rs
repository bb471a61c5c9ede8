//! The official tests: what is claimed passes, and what is not claimed does not.

use std::{collections::BTreeMap, path::PathBuf};

use super::*;
use crate::fhirpath::{MAX_DEPTH, MAX_EXPRESSION, MAX_NESTING, MAX_PATTERN, MAX_STEPS, MAX_TEXT, MAX_VALUES};

/// What is not claimed, by group and name, with the reason.
const UNCLAIMED: &[(&str, &str, &str)] = &[
    ("testBasics", "testSimpleFail", STRICT),
    ("testBasics", "testSimpleWithWrongContext", STRICT),
    ("polymorphics", "testPolymorphicsB", CHOICE),
    ("testInheritance", "testFHIRPathIsFunction8", XML),
    ("testInheritance", "testFHIRPathIsFunction9", XML),
    ("testInheritance", "testFHIRPathIsFunction10", XML),
];
const STRICT: &str = "names are not checked against the type they are asked of";
const CHOICE: &str = "`valueQuantity` is taken for `value` of that type, as authors of forms write it";
const XML: &str = "the extension it asks for is in the XML of the example only";

struct Case {
    group: String,
    name: String,
    input: Option<String>,
    expression: String,
    is_invalid: bool,
    is_predicate: bool,
    outputs: Vec<(Option<String>, String)>,
}

fn data() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/data/fhirpath")
}

fn cases() -> Vec<Case> {
    let text = std::fs::read_to_string(data().join("r4-tests.jsonl")).unwrap();
    text.lines()
        .map(|line| {
            let case: serde_json::Value = serde_json::from_str(line).unwrap();
            let text = |value: &serde_json::Value| value.as_str().map(str::to_owned);
            Case {
                group: text(&case["group"]).unwrap(),
                name: text(&case["name"]).unwrap(),
                input: text(&case["input"]),
                expression: text(&case["expression"]).unwrap(),
                is_invalid: !case["invalid"].is_null(),
                is_predicate: case["predicate"] == true,
                outputs: case["outputs"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|output| (text(&output["type"]), text(&output["value"]).unwrap_or_default()))
                    .collect(),
            }
        })
        .collect()
}

/// Nothing when the case passes, else what came instead.
fn run(case: &Case, documents: &mut BTreeMap<String, Document>) -> Option<String> {
    let document = case.input.as_ref().map(|name| {
        let read = || Document::parse(&std::fs::read_to_string(data().join("input").join(name)).unwrap());
        documents.entry(name.clone()).or_insert_with(|| read().unwrap()).clone()
    });
    let context: Vec<Value> = document.iter().map(|document| document.root().into()).collect();
    let environment = Environment { resource: document, ..nothing() };
    let result = Expression::parse(&case.expression).and_then(|expr| expr.evaluate(&context, &environment));
    let values = match result {
        Err(_) if case.is_invalid => return None,
        Err(error) => return Some(error.to_string()),
        Ok(values) if case.is_invalid => return Some(format!("no error, but {}", shown(&values))),
        Ok(values) => values,
    };
    let found: Vec<(String, String)> = if case.is_predicate {
        let holds = !values.is_empty() && !matches!(values[..], [Value::Boolean(false)]);
        vec![("boolean".to_owned(), holds.to_string())]
    } else {
        values.iter().map(|value| (value.qualified().1.to_owned(), value.plain().to_string())).collect()
    };
    let same = found.len() == case.outputs.len()
        && found.iter().zip(&case.outputs).all(|((kind, value), (wanted, expected))| {
            // The tests write the types of System like the primitives of FHIR.
            let expected = expected.trim_start_matches('@').trim_start_matches('T');
            let is_type = wanted.as_ref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(kind));
            // There is no -0 here.
            let unsigned = expected.trim_start_matches('-');
            let is_zero = unsigned.parse().is_ok_and(|number: rust_decimal::Decimal| number.is_zero());
            is_type && value == if is_zero { unsigned } else { expected }
        });
    (!same).then(|| format!("{found:?} instead of {:?}", case.outputs))
}

#[test]
fn the_official_tests_pass_except_those_not_claimed() {
    let mut documents = BTreeMap::new();
    let mut faults = Vec::new();
    for case in &cases() {
        let is_claimed = !UNCLAIMED.iter().any(|(group, name, _)| *group == case.group && *name == case.name);
        let fault = run(case, &mut documents);
        match fault {
            Some(fault) if is_claimed => {
                faults.push(format!("{}/{}: {}: {fault}", case.group, case.name, case.expression));
            }
            None if !is_claimed => faults.push(format!("{}/{} passes now: claim it", case.group, case.name)),
            _ => {}
        }
    }
    assert!(faults.is_empty(), "\n  {}\n", faults.join("\n  "));
}

#[test]
fn the_published_figures_are_those_of_the_run() {
    let page = data().join("../../../docs/fhirpath.md");
    let page = std::fs::read_to_string(page).unwrap();
    let (all, mut documents) = (cases(), BTreeMap::new());
    let passed = all.iter().filter(|case| run(case, &mut documents).is_none()).count();
    let claimed = all.len() - UNCLAIMED.len();
    let figures = format!("| {} | {claimed} | {passed} |", all.len());
    assert!(page.contains(&figures), "docs/fhirpath.md must say {figures}");
    let rows: Vec<&str> =
        page.lines().filter(|line| line.starts_with("| test") || line.starts_with("| poly")).collect();
    let expected: Vec<String> =
        UNCLAIMED.iter().map(|(group, name, reason)| format!("| {group} | {name} | {reason} |")).collect();
    assert_eq!(rows, expected, "the tests not claimed in docs/fhirpath.md");
    let limits = [
        ("bytes of an expression", MAX_EXPRESSION),
        ("brackets, arguments and signs within each other", MAX_DEPTH),
        (
            "steps of one evaluation (an element or value visited, 16 bytes of text, or 1 that is searched by a regular expression)",
            MAX_STEPS,
        ),
        ("values in one collection", MAX_VALUES),
        ("bytes of a string that is made", MAX_TEXT),
        ("bytes of a regular expression (none backtracks)", MAX_PATTERN),
        ("objects within objects in a document", MAX_NESTING),
    ];
    for (what, most) in limits {
        let row = format!("| {what} | {} |", thousands(most));
        assert!(page.contains(&row), "docs/fhirpath.md must say {row}");
    }
}

fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let groups: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().map(|group| std::str::from_utf8(group).unwrap()).collect();
    groups.join(",")
}
