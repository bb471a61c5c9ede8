//! The files of the repository, and what the rules look for in them.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use toml::{Table, Value};

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests lie in the repository").to_owned()
}

/// A text file of the repository; its name is its path from the root.
pub(crate) struct File {
    pub(crate) name: String,
    pub(crate) text: String,
}

impl File {
    pub(crate) fn within(&self, prefix: &str) -> bool {
        self.name.starts_with(prefix)
    }

    pub(crate) fn is_test(&self) -> bool {
        let is_named = |name: &str| self.name.ends_with(name);
        // What is in `testing.rs` is compiled for tests only.
        self.within("tests/")
            || self.name.contains("/tests/")
            || is_named("/tests.rs")
            || is_named("/testing.rs")
    }

    pub(crate) fn has_extension(&self, extension: &str) -> bool {
        Path::new(&self.name).extension().is_some_and(|its| its == extension)
    }

    /// A program of the test crate.
    pub(crate) fn is_target(&self) -> bool {
        self.name.strip_prefix("tests/").is_some_and(|rest| !rest.contains('/'))
    }

    pub(crate) fn toml(&self) -> Table {
        self.text.parse().unwrap_or_else(|fault| panic!("{}: {fault}", self.name))
    }
}

pub(crate) fn read(name: &str) -> File {
    match std::fs::read_to_string(root().join(name)) {
        Ok(text) => File { name: name.to_owned(), text },
        Err(fault) => panic!("{name}: {fault}"),
    }
}

/// All text files, without what `.gitignore` names.
pub(crate) fn files() -> Vec<File> {
    let ignored = read(".gitignore").text;
    let mut found = Vec::new();
    let mut folders = vec![root()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("the repository can be read").flatten() {
            let path = entry.path();
            let name = path.strip_prefix(root()).expect("it lies in the root").to_string_lossy().into_owned();
            let is_ignored = ignored.lines().any(|rule| match rule.strip_prefix('*') {
                Some(ending) => name.ends_with(ending),
                None => rule.trim_end_matches('/') == format!("/{name}"),
            });
            if name == ".git" || is_ignored {
                continue;
            }
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => folders.push(path),
                Ok(kind) if kind.is_file() => {
                    found.extend(std::fs::read_to_string(&path).ok().map(|text| File { name, text }));
                }
                _ => {}
            }
        }
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    found
}

pub(crate) fn rust() -> Vec<File> {
    files().into_iter().filter(|file| file.has_extension("rs")).collect()
}

/// The lines outside of what is `#[cfg(test)]`.
pub(crate) fn without_tests(text: &str) -> impl Iterator<Item = &str> {
    let mut lines = text.lines();
    std::iter::from_fn(move || {
        loop {
            let line = lines.next()?;
            let Some(indent) = line.strip_suffix("#[cfg(test)]") else { return Some(line) };
            if lines.next()?.ends_with('{') {
                // The formatter puts the end of a block below its beginning.
                lines.by_ref().find(|line| line.strip_prefix(indent) == Some("}"));
            }
        }
    })
}

/// A line without its comment, if it is nothing but one.
pub(crate) fn code(line: &str) -> &str {
    if line.trim_start().starts_with("//") { "" } else { line }
}

/// The attributes of a file, each on one line.
pub(crate) fn attributes(text: &str) -> Vec<String> {
    let text: String = text.lines().map(code).collect::<Vec<_>>().join(" ");
    let mut found = Vec::new();
    for (start, _) in text.match_indices('#') {
        let after = &text[start + 1..];
        if !after.strip_prefix('!').unwrap_or(after).starts_with('[') {
            continue;
        }
        let mut depth = 0;
        let end = after.find(|c| {
            depth += i32::from(c == '[') - i32::from(c == ']');
            c == ']' && depth == 0
        });
        found.push(text[start..end.map_or(text.len(), |end| start + end + 2)].to_owned());
    }
    found
}

/// Whether `word` stands in `text`, not as the end of a longer one.
pub(crate) fn has_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| !text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_'))
}

pub(crate) fn words(list: &str) -> BTreeSet<&str> {
    list.split(' ').collect()
}

pub(crate) fn functions(text: &str) -> Vec<String> {
    let names = text.lines().map(code).flat_map(|line| line.split("fn ").skip(1));
    names.map(|rest| rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()).collect()
}

/// A Markdown table.
pub(crate) struct Rows {
    pub(crate) head: Vec<String>,
    pub(crate) rows: Vec<Vec<String>>,
}

pub(crate) fn tables(text: &str) -> Vec<Rows> {
    let mut found: Vec<Rows> = Vec::new();
    let mut is_inside = false;
    for line in text.lines() {
        let Some(row) = line.trim().strip_prefix('|') else {
            is_inside = false;
            continue;
        };
        let cells =
            row.trim_end_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect::<Vec<_>>();
        match found.last_mut() {
            Some(table) if is_inside => {
                if !cells.iter().all(|cell| cell.chars().all(|c| c == '-' || c == ':')) {
                    table.rows.push(cells);
                }
            }
            _ => found.push(Rows { head: cells, rows: Vec::new() }),
        }
        is_inside = true;
    }
    found
}

pub(crate) fn entries<'a>(table: &'a Table, section: &str, key: &str) -> impl Iterator<Item = &'a Value> {
    table.get(section).and_then(|section| section.get(key)).and_then(Value::as_array).into_iter().flatten()
}

pub(crate) fn string<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

pub(crate) fn string_in<'a>(table: &'a Table, key: &str) -> &'a str {
    table.get(key).and_then(Value::as_str).unwrap_or_default()
}
