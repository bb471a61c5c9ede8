//! Whether a process is alone with its database: then what was on its way when another one ended is
//! nobody's any more, and need not be waited for.
//!
//! It refuses to say so where it can't know: with PostgreSQL, leases alone count.

use std::{
    fs::{File, OpenOptions},
    path::Path,
};

use crate::Store;

/// Being alone, until it is dropped or the process ends, in whatever way.
#[derive(Debug)]
pub struct Alone {
    _locked: File,
}

impl Store {
    /// Tries to be the one process that does some work on an SQLite file. Nothing when another one is, or
    /// where that can't be known.
    pub fn alone(&self, work: &str) -> Option<Alone> {
        lock(&beside(self.file.as_deref()?, work))
    }
}

/// Not the database itself: closing a second handle on it would end the locks of SQLite.
fn beside(database: &Path, work: &str) -> std::path::PathBuf {
    let mut name = database.file_name().unwrap_or_default().to_owned();
    name.push("-");
    name.push(work);
    database.with_file_name(name)
}

fn lock(path: &Path) -> Option<Alone> {
    let file = OpenOptions::new().create(true).truncate(false).write(true).open(path).ok()?;
    file.try_lock().ok()?;
    Some(Alone { _locked: file })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_alone_until_it_ends() {
        let name = format!("foreword-alone-{}", u64::from_ne_bytes(crate::random()));
        let path = beside(&std::env::temp_dir().join(name), "sender");
        assert!(path.to_string_lossy().ends_with("-sender"));
        let first = lock(&path).expect("nobody else is there");
        assert!(lock(&path).is_none(), "of two, one is first");
        drop(first);
        assert!(lock(&path).is_some(), "and its end lets the other");
        std::fs::remove_file(path).expect("it is there");
    }
}
