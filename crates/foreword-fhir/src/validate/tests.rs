use std::path::PathBuf;

use super::*;

mod cases;
mod examples;
mod forms;
mod hostile;
mod rules;
mod values;

/// A folder of `tests/data/fhir`.
fn data(folder: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/data/fhir").join(folder)
}

/// The files of a folder with their texts, in the order of their names.
fn files(folder: &str) -> Vec<(String, String)> {
    let mut files: Vec<(String, String)> = std::fs::read_dir(data(folder))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .map(|path| {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            (name, std::fs::read_to_string(path).unwrap())
        })
        .collect();
    files.sort();
    files
}

/// Issues as lines: severity, code, place.
fn lines(issues: &[Issue]) -> Vec<String> {
    issues
        .iter()
        .map(|issue| {
            let place = issue.expression.as_deref().unwrap_or("-");
            format!("{} {} {place}", issue.severity.as_str(), issue.code)
        })
        .collect()
}
