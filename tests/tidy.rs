//! The project's own rules, as tests. They read files and the dependency graph, and know nothing of
//! what the service does.

#[path = "tidy/graph.rs"]
mod graph;
#[path = "tidy/hazards.rs"]
mod hazards;
#[path = "tidy/repository.rs"]
mod repository;

use std::collections::BTreeSet;

use graph::{acceptable, imports, packages, tree};
use repository::{
    attributes, code, entries, files, functions, has_word, read, root, rust, string, string_in, tables,
    without_tests, words,
};
use toml::{Table, Value};

/// The crates and what of the workspace each may import (dev-dependencies aside).
const ARROWS: &[(&str, &[&str])] = &[
    ("foreword-domain", &[]),
    ("foreword-fhir", &["foreword-domain"]),
    ("foreword-summary", &["foreword-domain", "foreword-fhir"]),
    ("foreword-store", &["foreword-domain"]),
    ("foreword-app", &["foreword-domain", "foreword-fhir", "foreword-store", "foreword-summary"]),
    ("foreword-bot", &["foreword-domain"]),
    ("foreword-intake", &["foreword-app", "foreword-domain", "foreword-fhir", "foreword-summary"]),
    ("foreword-migrations", &[]),
    (
        "foreword",
        &[
            "foreword-app",
            "foreword-bot",
            "foreword-domain",
            "foreword-fhir",
            "foreword-intake",
            "foreword-migrations",
            "foreword-store",
            "foreword-summary",
        ],
    ),
    ("foreword-tests", &["foreword"]),
    (
        "foreword-fuzz",
        &["foreword-app", "foreword-bot", "foreword-domain", "foreword-fhir", "foreword-intake"],
    ),
];

/// The crates where each import from outside is a decision, and what was decided.
const ONLY: &[(&str, &str)] = &[
    (
        "foreword-domain",
        "fluent-bundle jiff serde serde_json strsim thiserror toml unic-langid unicode-normalization uuid",
    ),
    (
        "foreword-store",
        "aes-gcm base64 getrandom hmac jiff sea-orm serde serde_json sha2 subtle thiserror tokio tracing uuid zeroize",
    ),
    (
        "foreword-app",
        "argon2 base64 ciborium data-encoding jiff ring serde serde_json thiserror tokio totp-rs tracing uuid zxcvbn",
    ),
];

const DATABASE: &str = "sea-orm sea-orm-migration sea-query sqlx sqlx-core rusqlite";
const WEB: &str = "axum hyper tower-http";
const MESSENGER: &str = "teloxide teloxide-core lettre async-imap imap mail-auth mail-parser";
const RUNTIME: &str = "tokio async-std smol reqwest ureq";

/// What a crate must never import.
const NEVER: &[(&str, &[&str])] = &[
    ("foreword-domain", &[RUNTIME, DATABASE, WEB, MESSENGER]),
    ("foreword-fhir", &[RUNTIME, DATABASE, WEB, MESSENGER]),
    ("foreword-summary", &[RUNTIME, DATABASE, WEB, MESSENGER]),
    ("foreword-store", &[WEB, MESSENGER]),
    ("foreword-app", &[DATABASE, WEB, MESSENGER]),
    ("foreword-bot", &[DATABASE, WEB]),
    ("foreword-intake", &[DATABASE, MESSENGER]),
    ("foreword-migrations", &[WEB, MESSENGER]),
    ("foreword", &[DATABASE, MESSENGER]),
];

/// The crates that compute and do nothing else.
const PURE: &[&str] = &["foreword-domain", "foreword-fhir", "foreword-summary"];

/// The one word for each thing.
const GLOSSARY: &[&str] = &[
    "Instrument",
    "Item / Choice",
    "Answer",
    "Response",
    "Scale / Score",
    "Topic",
    "Patient, Clinician",
    "Appointment",
    "Pathway",
    "Invitation",
    "Channel, Contact",
    "Conversation, step",
    "Outbox, Delivery",
    "Alert",
    "Summary",
];

#[test]
fn each_crate_imports_only_crates_below_it() {
    let packages = packages();
    let ours: BTreeSet<&str> = packages.iter().map(|package| package.name.as_str()).collect();
    let mut faults = Vec::new();
    for package in &packages {
        let name = package.name.as_str();
        let Some((_, allowed)) = ARROWS.iter().find(|(from, _)| *from == name) else {
            faults.push(format!("{name} has no place in ARROWS; a new crate must earn its arrow"));
            continue;
        };
        for import in imports(package).filter(|import| ours.contains(import)) {
            if !allowed.contains(&import) {
                faults.push(format!("{name} must not import {import}"));
            }
        }
    }
    for (name, _) in ARROWS.iter().filter(|(name, _)| !ours.contains(name)) {
        faults.push(format!("{name} stands in ARROWS, but is no crate of the workspace"));
    }
    none(&faults);
}

#[test]
fn no_crate_imports_what_it_must_never_see() {
    let mut faults = Vec::new();
    for package in &packages() {
        let name = package.name.as_str();
        let only = ONLY.iter().find(|(of, _)| *of == name).map(|(_, libraries)| *libraries);
        let never = NEVER.iter().find(|(of, _)| *of == name).map_or(&[] as &[&str], |(_, lists)| *lists);
        for import in imports(package).filter(|import| !ARROWS.iter().any(|(ours, _)| ours == import)) {
            if never.iter().any(|list| words(list).contains(import)) {
                faults.push(format!("{name} must never import {import}"));
            } else if only.is_some_and(|libraries| !words(libraries).contains(import)) {
                faults.push(format!("{name} imports {import}, which is not in its list in ONLY"));
            }
        }
    }
    none(&faults);
}

#[test]
fn the_pure_crates_reach_neither_runtime_nor_network_nor_disk() {
    let mut faults = Vec::new();
    for name in PURE {
        for built in tree(&["--package", name, "--edges", "normal"]) {
            if [RUNTIME, DATABASE, WEB, MESSENGER]
                .iter()
                .any(|list| words(list).contains(built.name.as_str()))
            {
                faults.push(format!("{name} reaches {} through what it imports", built.name));
            }
        }
    }
    for file in
        rust().iter().filter(|file| PURE.iter().any(|name| file.within(&format!("crates/{name}/src/"))))
    {
        if file.is_test() {
            continue;
        }
        for outside in ["std::fs", "std::net", "std::env", "std::process"] {
            if without_tests(&file.text).any(|line| code(line).contains(outside)) {
                faults.push(format!("{} uses {outside}", file.name));
            }
        }
    }
    none(&faults);
}

#[test]
fn only_the_binary_and_the_tests_know_the_migrations() {
    let packages = packages();
    let knowing = packages
        .iter()
        .filter(|package| package.dependencies.iter().any(|d| d.name == "foreword-migrations"))
        .map(|package| package.name.as_str());
    let faults: Vec<_> = knowing
        .filter(|name| !["foreword", "foreword-tests"].contains(name))
        .map(|name| format!("{name} imports foreword-migrations"))
        .collect();
    none(&faults);
}

#[test]
fn every_crate_uses_what_it_depends_on() {
    let mut faults = Vec::new();
    for file in files().iter().filter(|f| f.name.starts_with("crates/") && f.name.ends_with("/Cargo.toml")) {
        let folder = file.name.trim_end_matches("Cargo.toml");
        let sources: Vec<_> = rust().into_iter().filter(|f| f.within(folder)).collect();
        let manifest = file.toml();
        for name in manifest.get("dependencies").and_then(Value::as_table).into_iter().flat_map(Table::keys) {
            let word = name.replace('-', "_");
            if !sources.iter().any(|source| source.text.lines().map(code).any(|line| has_word(line, &word))) {
                faults.push(format!("{}: {name} is used nowhere; remove it", file.name));
            }
        }
    }
    none(&faults);
}

#[test]
fn every_version_and_every_lint_stands_in_the_workspace() {
    let mut faults = Vec::new();
    for file in files().iter().filter(|f| f.name.ends_with("/Cargo.toml")) {
        let manifest = file.toml();
        if manifest.get("lints").and_then(|lints| lints.get("workspace")).and_then(Value::as_bool)
            != Some(true)
        {
            faults.push(format!("{}: [lints] must say workspace = true", file.name));
        }
        let targets = manifest.get("target").and_then(Value::as_table).into_iter().flat_map(Table::values);
        for section in std::iter::once(&Value::Table(manifest.clone())).chain(targets) {
            for kind in ["dependencies", "dev-dependencies", "build-dependencies"] {
                for (name, entry) in section.get(kind).and_then(Value::as_table).into_iter().flatten() {
                    if entry.get("workspace").and_then(Value::as_bool) != Some(true) {
                        faults.push(format!("{}: {name} must come from the workspace", file.name));
                    }
                }
            }
        }
    }
    none(&faults);
}

#[test]
fn nothing_banned_is_built_and_every_licence_is_acceptable() {
    // `cargo metadata` also lists what no feature switches on; `cargo tree` lists what is built.
    let graph = tree(&["--workspace", "--edges", "normal,build,dev"]);
    let deny = read(".deny.toml").toml();
    let mut faults = Vec::new();
    for ban in entries(&deny, "bans", "deny") {
        let name = string(ban, "crate");
        let built: Vec<_> = graph.iter().filter(|built| built.name == name).collect();
        let several_only = ban.get("deny-multiple-versions").and_then(Value::as_bool) == Some(true);
        let wrappers: Vec<&str> = ban
            .get("wrappers")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        if !wrappers.is_empty() && !built.is_empty() {
            // Let in behind these crates, and behind no other.
            let needing =
                tree(&["--workspace", "--edges", "normal,build,dev", "--invert", name, "--depth", "1"]);
            for one in needing.iter().filter(|one| one.name != name && !wrappers.contains(&one.name.as_str()))
            {
                faults.push(format!("{} needs {name}: {}", one.name, string(ban, "reason")));
            }
            continue;
        }
        if built.len() > usize::from(several_only) {
            let versions: Vec<_> = built.iter().map(|built| built.version.as_str()).collect();
            faults.push(format!("{name} {} is built: {}", versions.join(" and "), string(ban, "reason")));
        }
    }
    let allowed: Vec<&str> = entries(&deny, "licenses", "allow").filter_map(Value::as_str).collect();
    assert!(!allowed.is_empty() && graph.len() > 100, "the licences or the graph were not found");
    for built in &graph {
        let more: Vec<&str> = entries(&deny, "licenses", "exceptions")
            .filter(|exception| string(exception, "crate") == built.name)
            .flat_map(|exception| exception.get("allow").and_then(Value::as_array).into_iter().flatten())
            .filter_map(Value::as_str)
            .collect();
        if !acceptable(&built.licence, &|licence| allowed.contains(&licence) || more.contains(&licence)) {
            faults.push(format!("{} {} is under {:?}", built.name, built.version, built.licence));
        }
    }
    none(&faults);
}

#[test]
fn no_file_is_longer_than_500_lines_without_its_tests() {
    let faults: Vec<_> = rust()
        .iter()
        .filter(|file| !file.is_test())
        .map(|file| (without_tests(&file.text).count(), file))
        .filter(|(lines, _)| *lines > 500)
        .map(|(lines, file)| format!("{} has {lines} lines", file.name))
        .collect();
    none(&faults);
}

#[test]
fn no_lint_is_switched_off_and_nothing_is_left_to_do() {
    let mut faults = Vec::new();
    for file in rust() {
        for attribute in attributes(&file.text) {
            if has_word(&attribute, concat!("allow", "(")) {
                faults.push(format!("{}: {attribute}: say expect, with a reason", file.name));
            }
            if has_word(&attribute, concat!("expect", "(")) && !attribute.contains("reason") {
                faults.push(format!("{}: {attribute}: give the reason", file.name));
            }
            if has_word(&attribute, concat!("igno", "re")) {
                faults.push(format!("{}: {attribute}: a test runs, or goes", file.name));
            }
        }
        for (number, line) in file.text.lines().enumerate() {
            for unfinished in [concat!("to", "do!"), concat!("unimple", "mented!")] {
                if has_word(code(line), unfinished) {
                    faults.push(format!("{}:{}: {unfinished}", file.name, number + 1));
                }
            }
        }
    }
    none(&faults);
}

#[test]
fn every_module_says_what_it_is_for() {
    let faults: Vec<_> = rust()
        .iter()
        .filter(|file| !file.is_test() || file.is_target())
        .filter(|file| !file.text.starts_with("//! "))
        .map(|file| format!("{} must begin with //! and what it is for", file.name))
        .collect();
    none(&faults);
}

#[test]
fn every_migration_is_listed_is_one_transaction_and_has_a_sample() {
    let list = read("migrations/src/lib.rs").text;
    let mut faults = Vec::new();
    let mut listed_up_to = 0;
    let mut found = 0;
    for file in rust().iter().filter(|file| file.within("migrations/src/m")) {
        let name = file.name.trim_start_matches("migrations/src/").trim_end_matches(".rs");
        let (number, what) = name[1..].split_once('_').unwrap_or_default();
        found += 1;
        if number != format!("{found:04}") || what.is_empty() {
            faults.push(format!("{name} must be called m{found:04}_..."));
        }
        match list.find(&format!("{name}::Migration")) {
            Some(place) if place < listed_up_to => faults.push(format!("{name} is listed out of order")),
            Some(place) => listed_up_to = place,
            None => faults.push(format!("{name} is not listed in migrations/src/lib.rs")),
        }
        if !file.text.contains(&format!("\"{name}\"")) {
            faults.push(format!("{name} must go by the name {name:?}"));
        }
        let transaction =
            file.text.split("fn use_transaction").nth(1).and_then(|after| after.split('}').next());
        if !transaction.is_some_and(|body| body.contains("Some(true)")) {
            faults.push(format!("{name}: use_transaction must return Some(true)"));
        }
        let sample = format!("migrations/samples/{name}.sql");
        if std::fs::read_to_string(root().join(&sample)).unwrap_or_default().trim().is_empty() {
            faults.push(format!("{sample} is missing or empty"));
        }
    }
    assert!(found > 0, "no migration was found");
    none(&faults);
}

#[test]
fn every_instrument_ships_with_its_licence_source_and_proof() {
    let catalog = read("crates/foreword-app/src/catalog.rs").text;
    let mut faults = Vec::new();
    let mut found = 0;
    for file in files().iter().filter(|f| f.within("config/instruments/") && f.has_extension("toml")) {
        found += 1;
        let instrument = file.toml();
        let name = file.name.rsplit('/').next().unwrap_or_default();
        let id = string_in(&instrument, "id");
        let has =
            |key: &str| instrument.get(key).and_then(Value::as_array).is_some_and(|list| !list.is_empty());
        let mut must = |holds: bool, what: String| {
            if !holds {
                faults.push(format!("{}: {what}", file.name));
            }
        };
        must(format!("{id}.toml") == name, format!("its id is {id:?}; the file must have that name"));
        must(catalog.contains(&format!("\"{name}\"")), "is not listed in catalog.rs".to_owned());
        must(has("citations"), "citations are missing".to_owned());
        let licence = instrument.get("licence").and_then(Value::as_table).cloned().unwrap_or_default();
        for key in ["kind", "notice", "evidence"] {
            must(!string_in(&licence, key).is_empty(), format!("[licence] {key} is missing"));
        }
        if has("scale") {
            must(has("vector"), "has a [[scale]], but no [[vector]] to prove it".to_owned());
            let vectors = format!("tests/vectors/{id}.csv");
            let rows = std::fs::read_to_string(root().join(&vectors)).unwrap_or_default();
            // The first is the header.
            let rows = rows.lines().filter(|row| !row.starts_with('#') && !row.trim().is_empty()).count();
            must(rows > 1, format!("{vectors} is missing or has no rows"));
        }
    }
    assert!(found > 0, "no instrument was found");
    none(&faults);
}

#[test]
fn no_patient_is_asked_for_any_thing_else() {
    // "Is there something else?" brings out more than the same question with the other word:
    // Heritage J et al. J Gen Intern Med 2007;22:1429-1433.
    let banned = concat!("anything", " else");
    let mut faults = Vec::new();
    for line in read("config/phrases/en.ftl").text.lines().filter(|line| !line.starts_with('#')) {
        if line.to_lowercase().contains(banned) {
            faults.push(format!("config/phrases/en.ftl: {line}"));
        }
    }
    for file in files().iter().filter(|f| f.within("config/instruments/")) {
        for item in file.toml().get("item").and_then(Value::as_array).into_iter().flatten() {
            if item.to_string().to_lowercase().contains(banned) {
                faults.push(format!("{}: item {}", file.name, string(item, "id")));
            }
        }
    }
    none(&faults);
}

#[test]
fn the_glossary_has_one_word_for_each_thing() {
    let readme = read("README.md").text;
    let section = readme.split("\n## Glossary\n").nth(1).expect("README.md has a section ## Glossary");
    let section = section.split("\n## ").next().unwrap_or_default();
    let table = tables(section).into_iter().next().expect("the glossary is a table");
    let rows: Vec<&str> = table.rows.iter().filter_map(|row| row.first().map(String::as_str)).collect();
    assert_eq!(rows, GLOSSARY, "the first column of the glossary");
}

#[test]
fn every_requirement_names_the_tests_that_prove_it() {
    let requirements = read("docs/requirements.md").text;
    let functions: BTreeSet<String> = rust().iter().flat_map(|file| functions(&file.text)).collect();
    let mut faults = Vec::new();
    let mut ids = BTreeSet::new();
    for table in tables(&requirements) {
        if table.head.first().is_none_or(|head| head != "ID") {
            continue;
        }
        let tests = table.head.iter().position(|head| head.eq_ignore_ascii_case("tests"));
        let tests = tests.expect("a table of requirements has a column named tests");
        for row in &table.rows {
            let id = row[0].as_str();
            if !ids.insert(id.to_owned()) {
                faults.push(format!("{id} stands there twice"));
            }
            let named: Vec<&str> =
                row.get(tests).map_or("", String::as_str).split('`').skip(1).step_by(2).collect();
            if named.is_empty() {
                faults.push(format!("{id} names no test"));
            }
            for name in named {
                if !functions.contains(name.rsplit("::").next().unwrap_or(name)) {
                    faults.push(format!("{id} names {name}, which is nowhere"));
                }
            }
        }
    }
    assert!(!ids.is_empty(), "docs/requirements.md has no table that begins with ID");
    none(&faults);
}

#[test]
fn every_control_of_the_hazard_log_names_a_test_that_exists() {
    let log = hazards::all(&read("docs/clinical-safety/hazards.md").text);
    assert!(log.len() >= 10, "the hazard log has {} hazards", log.len());
    let sources = rust();
    let faults: Vec<_> = log.iter().flat_map(|hazard| hazard.faults(&sources)).collect();
    none(&faults);
}

#[test]
fn the_architecture_is_told_in_150_lines() {
    let lines = read("ARCHITECTURE.md").text.lines().count();
    assert!(lines <= 150, "ARCHITECTURE.md has {lines} lines");
}

#[test]
fn no_file_knows_the_machine_it_was_written_on() {
    let machine = [concat!("/wo", "rk/"), concat!("/ro", "ot/"), concat!("../sha", "red")];
    let mut faults = Vec::new();
    for file in files() {
        for (number, line) in file.text.lines().enumerate() {
            if let Some(path) = machine.iter().find(|path| line.contains(**path)) {
                faults.push(format!("{}:{}: {path}", file.name, number + 1));
            }
        }
    }
    none(&faults);
}

/// Fails with all that was found at once.
#[track_caller]
fn none(faults: &[String]) {
    assert!(faults.is_empty(), "\n  {}\n", faults.join("\n  "));
}
