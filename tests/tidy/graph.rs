//! What the workspace depends on, and under which licences.

use std::{collections::BTreeMap, process::Command};

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};

use crate::repository::root;

pub(crate) fn packages() -> Vec<Package> {
    let manifest = root().join("Cargo.toml");
    let metadata: Metadata =
        MetadataCommand::new().manifest_path(manifest).no_deps().exec().expect("cargo metadata answers");
    metadata.packages
}

pub(crate) fn imports(package: &Package) -> impl Iterator<Item = &str> {
    package.dependencies.iter().filter(|d| d.kind != DependencyKind::Development).map(|d| d.name.as_str())
}

/// A package that is part of a build.
pub(crate) struct Built {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) licence: String,
}

/// What `cargo tree` says is built on this machine.
pub(crate) fn tree(options: &[&str]) -> Vec<Built> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .current_dir(root())
        .args(["tree", "--locked", "--prefix", "none", "--format", "{p}|{l}|"])
        .args(options)
        .output()
        .expect("cargo tree can be started");
    assert!(output.status.success(), "cargo tree: {}", String::from_utf8_lossy(&output.stderr));
    let mut found = BTreeMap::new();
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let mut parts = line.split('|');
        let (Some(package), Some(licence)) = (parts.next(), parts.next()) else { continue };
        let mut package = package.split(' ').map(str::to_owned);
        let (Some(name), Some(version)) = (package.next(), package.next()) else { continue };
        found.insert((name, version), licence.to_owned());
    }
    found.into_iter().map(|((name, version), licence)| Built { name, version, licence }).collect()
}

/// Whether a licence expression (SPDX, or the older `A/B`) can be met with what is allowed.
pub(crate) fn acceptable(expression: &str, is_allowed: &dyn Fn(&str) -> bool) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let spaced = spaced.replace(" WITH ", "\u{0}");
    let tokens: Vec<String> =
        spaced.split(' ').filter(|t| !t.is_empty()).map(|t| t.replace('\u{0}', " WITH ")).collect();
    let mut rest = tokens.as_slice();
    any(&mut rest, is_allowed) && rest.is_empty()
}

fn any(rest: &mut &[String], is_allowed: &dyn Fn(&str) -> bool) -> bool {
    let mut holds = all(rest, is_allowed);
    while rest.first().is_some_and(|token| token == "OR") {
        *rest = &rest[1..];
        holds |= all(rest, is_allowed);
    }
    holds
}

fn all(rest: &mut &[String], is_allowed: &dyn Fn(&str) -> bool) -> bool {
    let mut holds = true;
    loop {
        let Some((token, after)) = rest.split_first() else { return false };
        *rest = after;
        holds &= if token == "(" {
            let inner = any(rest, is_allowed);
            let closed = rest.first().is_some_and(|token| token == ")");
            *rest = rest.get(1..).unwrap_or_default();
            inner && closed
        } else {
            is_allowed(token)
        };
        if rest.first().is_none_or(|token| token != "AND") {
            return holds;
        }
        *rest = &rest[1..];
    }
}

#[test]
fn a_licence_is_acceptable_when_one_way_through_it_is() {
    let check = |expression: &str| acceptable(expression, &|licence| ["MIT", "Zlib"].contains(&licence));
    for good in
        ["MIT", "MIT/GPL-3.0", "GPL-3.0 OR MIT", "(MIT OR GPL-3.0) AND Zlib", "GPL-3.0 AND ISC OR MIT"]
    {
        assert!(check(good), "{good}");
    }
    for bad in
        ["", "GPL-3.0", "MIT AND GPL-3.0", "(MIT OR Zlib) AND ISC", "MIT WITH Classpath-exception", "MIT )"]
    {
        assert!(!check(bad), "{bad}");
    }
}
