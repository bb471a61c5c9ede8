//! The capability statement says what the tables say, and the document what the statement says.

use std::{fs, path::PathBuf};

use super::*;
use crate::search::Query;

const HERE: Endpoint = Endpoint {
    base: "https://a.example/fhir/R4",
    version: "1.2.3",
    date: "2026-11-23",
    token_url: Some("https://a.example/token"),
    authorize_url: None,
};

#[test]
fn every_kind_is_listed_once_with_what_it_can_do() {
    let statement = capability_statement(&HERE);
    let listed = statement["rest"][0]["resource"].as_array().unwrap();
    let names: Vec<&str> = listed.iter().map(|resource| resource["type"].as_str().unwrap()).collect();
    assert_eq!(names, Kind::ALL.map(Kind::as_str));
    for (resource, kind) in listed.iter().zip(Kind::ALL) {
        assert_eq!(resource["searchParam"].as_array().unwrap().len(), Parameter::all(kind).count());
        assert_eq!(Served::of(kind).kind, kind);
        assert!(Served::of(kind).can("read") && Served::of(kind).can("search-type"));
    }
    assert_eq!(listed[1]["readHistory"], true);
    assert_eq!(listed[2]["conditionalUpdate"], true);
    assert_eq!(listed[4]["documentation"], "Written by Foreword alone.");
    assert_eq!(statement["rest"][0]["security"]["extension"][0]["extension"].as_array().unwrap().len(), 1);
    let plain = capability_statement(&Endpoint { token_url: None, ..HERE });
    assert!(plain["rest"][0]["security"].get("extension").is_none());
}

#[test]
fn no_parameter_is_listed_twice_and_every_listed_include_can_be_asked_for() {
    let statement = capability_statement(&HERE);
    for (resource, kind) in statement["rest"][0]["resource"].as_array().unwrap().iter().zip(Kind::ALL) {
        let mut names: Vec<&str> = Parameter::all(kind).map(|parameter| parameter.name).collect();
        names.sort_unstable();
        let count = names.len();
        names.dedup();
        assert_eq!(names.len(), count, "{kind}");
        for (list, name) in [("searchInclude", "_include"), ("searchRevInclude", "_revinclude")] {
            for include in resource[list].as_array().into_iter().flatten() {
                let pair = (name.to_owned(), include.as_str().unwrap().to_owned());
                assert!(Query::parse(kind, &[pair], true).is_ok(), "{kind} {include}");
            }
        }
    }
}

/// The parameters as `docs/fhir.md` has them.
fn written() -> String {
    let mut text = String::new();
    let row = |parameter: &Parameter| {
        let paths: Vec<String> = parameter.paths.iter().map(|path| format!("`{path}`")).collect();
        let target =
            if parameter.target.is_empty() { String::new() } else { format!(" to {}", parameter.target) };
        let meaning = parameter.text.replace('|', "\\|");
        format!(
            "| `{}` | {}{target} | {} | {meaning} |\n",
            parameter.name,
            parameter.of.as_str(),
            paths.join(", ")
        )
    };
    for kind in Kind::ALL {
        text.extend([format!("### {kind}\n\n| name | type | looks at | finds |\n|---|---|---|---|\n")]);
        text.extend(Parameter::all(kind).map(row));
        text.push('\n');
    }
    text
}

#[test]
fn the_document_lists_the_parameters_of_the_table() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/fhir.md");
    let document = fs::read_to_string(path).unwrap();
    let new = std::env::temp_dir().join("foreword-search-parameters.md");
    let is_same = document.contains(written().trim_end());
    if !is_same {
        fs::write(&new, written()).unwrap();
    }
    assert!(is_same, "docs/fhir.md does not have the parameters; they are in {}", new.display());
}
