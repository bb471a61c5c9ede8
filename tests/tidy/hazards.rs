//! The hazard log as data: its hazards, their controls, and the tests these name.

use crate::repository::{File, code};

/// A section of the log, with its controls.
pub(crate) struct Hazard {
    title: String,
    /// Whether each part of the form is there, once.
    is_whole: bool,
    /// The list items below **Controls**, each as one line.
    controls: Vec<String>,
}

impl Hazard {
    /// What is wrong with it, given the sources of the project.
    pub(crate) fn faults(&self, sources: &[File]) -> Vec<String> {
        let title = &self.title;
        let mut faults = Vec::new();
        if !self.is_whole || self.controls.is_empty() {
            faults.push(format!("{title}: needs cause, effect, controls and what is left, once each"));
        }
        for control in &self.controls {
            let tests = named(control);
            if tests.is_empty() {
                faults.push(format!("{title}: no test is named: {control}"));
            }
            let missing = tests.iter().filter(|test| !is_there(test, sources));
            faults.extend(missing.map(|test| format!("{title}: {test} is nowhere, or no test")));
        }
        faults
    }
}

pub(crate) fn all(log: &str) -> Vec<Hazard> {
    let sections = log.split("\n## ").skip(1);
    sections
        .map(|section| {
            let parts = ["**Cause**", "**Effect**", "**Controls**", "**What is left**"];
            let after = section.split(parts[2]).nth(1).unwrap_or_default();
            let controls = after.split(parts[3]).next().unwrap_or_default();
            Hazard {
                title: section.lines().next().unwrap_or_default().to_owned(),
                is_whole: parts.iter().all(|part| section.matches(part).count() == 1),
                controls: controls
                    .split("\n- ")
                    .skip(1)
                    .map(|item| item.split_whitespace().collect::<Vec<_>>().join(" "))
                    .collect(),
            }
        })
        .collect()
}

/// The tests a control names: what stands in backticks after `test: `.
fn named(control: &str) -> Vec<&str> {
    control.split('`').skip(1).step_by(2).filter_map(|words| words.strip_prefix("test: ")).collect()
}

/// Whether a test stands in a file of the module it is named with: `foreword-domain::escalation::tests::name`,
/// `answering_an_alert::telling::name`.
fn is_there(test: &str, files: &[File]) -> bool {
    let mut module: Vec<&str> = test.split("::").collect();
    let Some(name) = module.pop() else { return false };
    let root = match module.first().copied() {
        Some(first) if first.starts_with("foreword") => {
            module.remove(0);
            format!("crates/{first}/src/")
        }
        _ => "tests/e2e/".to_owned(),
    };
    let path = module.join("/");
    let mut places = vec![format!("{root}{path}.rs"), format!("{root}{path}/mod.rs")];
    // A module of tests within the file it tests.
    places.extend(path.strip_suffix("/tests").map(|path| format!("{root}{path}.rs")));
    files.iter().filter(|file| places.contains(&file.name)).any(|file| has_test(&file.text, name))
}

/// Whether a file has a function of that name with `#[test]` or `#[tokio::test]` above it.
fn has_test(text: &str, name: &str) -> bool {
    let mut is_test = false;
    for line in text.lines().map(|line| code(line).trim()) {
        if line.starts_with("#[test]") || line.starts_with("#[tokio::test") {
            is_test = true;
        } else if let Some((_, after)) = line.split_once("fn ") {
            if is_test && after.split('(').next() == Some(name) {
                return true;
            }
            is_test = false;
        }
    }
    false
}
