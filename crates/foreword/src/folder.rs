//! A folder as a feed: files that another program puts there are taken in and moved away.

use std::{
    fmt::Write,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::Context;
use foreword_app::{App, book::Booked};
use foreword_intake::feeds::{self, Format};

use crate::clock::Clock;

/// How often the folder is looked at.
const EVERY: Duration = Duration::from_secs(5);
/// A file that was written to within this time may not be whole yet.
const SETTLES: Duration = Duration::from_secs(2);

/// Takes in what comes into a folder until it is told to end.
pub(crate) async fn watch(
    folder: &Path,
    app: &App,
    clock: &Clock,
    mut end: tokio::sync::watch::Receiver<bool>,
) {
    let mut every = tokio::time::interval(EVERY);
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = every.tick() => {}
            _ = end.wait_for(|end| *end) => return,
        }
        if let Err(error) = look(folder, app, clock).await {
            tracing::error!(error = %format!("{error:#}"), "the folder of feeds could not be emptied");
        }
    }
}

/// Takes in every file that is there and whole.
async fn look(folder: &Path, app: &App, clock: &Clock) -> anyhow::Result<()> {
    let mut files: Vec<PathBuf> = Vec::new();
    let entries = std::fs::read_dir(folder).with_context(|| format!("feeds.folder {}", folder.display()))?;
    for entry in entries {
        let entry = entry?;
        let is_whole = entry.metadata()?.modified()?.elapsed().map_or(true, |age| age >= SETTLES);
        let path = entry.path();
        if path.is_file() && is_whole && Format::of(&path.display().to_string()).is_some() {
            files.push(path);
        }
    }
    files.sort();
    for file in files {
        // One that can't be taken in holds up no other.
        if let Err(error) = take(folder, &file, app, clock).await {
            tracing::error!(error = %format!("{error:#}"), "a file of a feed could not be taken in; it stays, and is tried again");
        }
    }
    Ok(())
}

/// Takes one file in, and moves it with a note of what came of it.
async fn take(folder: &Path, file: &Path, app: &App, clock: &Clock) -> anyhow::Result<()> {
    let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let Some(format) = Format::of(&name) else { return Ok(()) };
    let bytes = std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    let now = clock.now();
    let (place, note) = match feeds::read(format, &bytes, &app.usual()) {
        Err(unreadable) => ("faulty", format!("nothing of it was taken in: {unreadable}\n")),
        Ok(rows) => {
            let booked = app.book(format.as_str(), rows, now, |_| ()).await?;
            let is_refused = booked.iter().any(|(_, outcome)| matches!(outcome, Booked::Refused(_)));
            (if is_refused { "faulty" } else { "done" }, note(&booked))
        }
    };
    let target = folder.join(place);
    std::fs::create_dir_all(&target).with_context(|| format!("cannot make {}", target.display()))?;
    // A name may come again, every night.
    let stamp = now.strftime("%Y%m%dT%H%M%S%.6f");
    let moved = target.join(format!("{stamp}-{name}"));
    std::fs::write(moved.with_extension("log"), &note)?;
    std::fs::rename(file, &moved).with_context(|| format!("cannot move {}", file.display()))?;
    tracing::info!(messages = note.lines().count(), place, "a file of a feed was taken in");
    Ok(())
}

/// What came of each message: no patient's data.
fn note(booked: &[(usize, Booked)]) -> String {
    let mut note = String::new();
    for name in Booked::ALL {
        let count = booked.iter().filter(|(_, outcome)| outcome.as_str() == name).count();
        let _ = writeln!(note, "{name} {count}");
    }
    for (place, outcome) in booked {
        if let Booked::Refused(reason) | Booked::Outdated(reason) = outcome {
            let _ = writeln!(note, "{place}: {} {reason}", outcome.as_str());
        }
    }
    note
}
