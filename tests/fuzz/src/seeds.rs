//! What changes begin with: files of the repository, and inputs that once were one too many.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::Target;

/// Longer files make every change slow and say nothing more.
const LONGEST: u64 = 16 << 10;

/// What a target begins with, and what it once failed at (`tests/fuzz/seeds/NAME`).
pub fn of(target: &Target) -> Vec<Vec<u8>> {
    let mut all = (target.seeds)();
    all.extend(files(&format!("tests/fuzz/seeds/{}", target.name), ""));
    all.retain(|seed| seed.len() <= target.longest);
    all
}

/// The files of a folder of the repository, and of those within it, whose names end so. One that is not there has
/// none.
pub(crate) fn files(folder: &str, ending: &str) -> Vec<Vec<u8>> {
    let mut paths = Vec::new();
    walk(&root().join(folder), &mut paths);
    paths.sort();
    let is_meant = |path: &PathBuf| path.to_string_lossy().ends_with(ending);
    paths.iter().filter(|path| is_meant(path)).map(|path| read(path)).collect()
}

/// A file of the repository.
pub(crate) fn file(name: &str) -> Vec<u8> {
    read(&root().join(name))
}

/// Pairs of files, a zero between the two.
pub(crate) fn pairs(folder: &str, first: &str, second: &str) -> Vec<Vec<u8>> {
    let mut paths = Vec::new();
    walk(&root().join(folder), &mut paths);
    paths.sort();
    let mut pairs = Vec::new();
    for path in &paths {
        let Some(stem) = path.to_string_lossy().strip_suffix(first).map(str::to_owned) else { continue };
        let other = PathBuf::from(format!("{stem}{second}"));
        if paths.contains(&other) {
            pairs.push([read(path), read(&other)].join(&0));
        }
    }
    pairs
}

/// Texts as they stand.
pub(crate) fn texts(texts: &[&str]) -> Vec<Vec<u8>> {
    texts.iter().map(|text| text.as_bytes().to_vec()).collect()
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            walk(&path, found);
        } else if entry.metadata().is_ok_and(|file| file.len() <= LONGEST) {
            found.push(path);
        }
    }
}

fn read(path: &Path) -> Vec<u8> {
    fs::read(path).unwrap_or_else(|fault| panic!("{}: {fault}", path.display()))
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}
