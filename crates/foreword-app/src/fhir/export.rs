//! Bulk exports: what programs ask for is noted, read later in one snapshot, and fetched in files until it is over.
//! How it is read stands in `export/reading.rs`.

mod reading;

use foreword_domain::private::Private;
use foreword_fhir::{Kind, resources, search::Query};
use foreword_store::{
    Alone, audit,
    exports::{self, Claimed, Export, State},
};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Why, refused};
use crate::{App, Error, Result, access::programs::actor, again};

pub use reading::Clock;

/// How long an export may be worked on without a sign of life, before another takes it.
const LEASE: SignedDuration = SignedDuration::from_secs(60);
/// What is written in this time before an export is begun may be missing in it, and counts as later.
const UNDER_WAY: SignedDuration = SignedDuration::from_secs(10);
/// Times that an export is begun, at most.
const MOST_TRIES: i32 = 5;
/// Exports that one program may have under way.
const MOST_UNDER_WAY: u64 = 2;
/// Parts in one file.
const PARTS: u32 = 20;
/// Parts that are forgotten in one transaction.
const FORGOTTEN_AT_ONCE: usize = 20;

/// What a program wants to export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    /// The program, by name.
    pub client: String,
    /// The address it asked at, with its parameters.
    pub address: Private<String>,
    /// Which resources.
    pub kinds: Vec<Kind>,
    /// Only what was changed since.
    pub since: Option<Timestamp>,
    /// Only those that one of these finds, where there is one of their kind.
    pub filters: Private<Vec<(Kind, Pairs)>>,
}

/// The parameters of a search.
pub type Pairs = Vec<(String, String)>;

/// What became of a wish.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begun {
    /// It is noted under this id.
    Noted(Uuid),
    /// The program has enough under way.
    Busy,
}

/// Where an export stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Progress {
    /// It is not done yet; so many resources were read.
    UnderWay(u64),
    /// It is there.
    Done(Manifest),
    /// It was given up.
    Failed,
}

/// What an export holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    /// As of when the resources are: what was changed later may be missing.
    pub transaction_at: Timestamp,
    /// The address it was asked for at.
    pub address: Private<String>,
    /// When it goes.
    pub expires_at: Timestamp,
    /// The files.
    pub files: Vec<File>,
}

/// A file of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct File {
    /// What it holds.
    pub kind: Kind,
    /// Which file of this kind it is, from 1.
    pub number: u32,
    /// How many resources it holds.
    pub resources: u64,
}

/// A wish as it is kept.
#[derive(Serialize, Deserialize)]
struct Kept {
    version: u32,
    address: String,
    kinds: Vec<String>,
    since: Option<Timestamp>,
    filters: Vec<(String, Pairs)>,
}

impl Kept {
    const VERSION: u32 = 1;

    fn of(wish: &Wish) -> Self {
        let filters = wish.filters.reveal().iter();
        Self {
            version: Self::VERSION,
            address: wish.address.reveal().clone(),
            kinds: wish.kinds.iter().map(ToString::to_string).collect(),
            since: wish.since,
            filters: filters.map(|(kind, pairs)| (kind.to_string(), pairs.clone())).collect(),
        }
    }

    fn read(text: &str) -> Result<Self> {
        // The error of serde would quote the value.
        let kept = serde_json::from_str(text).ok().filter(|kept: &Self| kept.version == Self::VERSION);
        kept.ok_or_else(|| Error::Refused("this version does not know the form of an export".to_owned()))
    }

    fn kinds(&self) -> impl Iterator<Item = Kind> {
        self.kinds.iter().filter_map(|kind| kind.parse().ok())
    }

    /// The searches, one of which must find a resource of a kind.
    fn queries(&self, kind: Kind) -> Result<Vec<Query>> {
        let name = kind.as_str();
        let mut all: Vec<Pairs> =
            self.filters.iter().filter(|(of, _)| of == name).map(|(_, pairs)| pairs.clone()).collect();
        if all.is_empty() {
            all.push(Pairs::new());
        }
        let since = self.since.map(|since| ("_lastUpdated".to_owned(), format!("ge{since}")));
        all.into_iter()
            .map(|mut pairs| {
                pairs.extend(since.clone());
                Query::parse(kind, &pairs, true).map_err(|mut issues| refused(Why::Invalid, issues.remove(0)))
            })
            .collect()
    }
}

impl App {
    /// Notes that a program wants an export; [`App::run_exports`] does it.
    ///
    /// # Errors
    /// [`Error::Fhir`] when a filter can't be read.
    pub async fn begin_export(&self, wish: &Wish, now: Timestamp) -> Result<Begun> {
        let kept = Kept::of(wish);
        for kind in kept.kinds() {
            kept.queries(kind)?;
        }
        let request = serde_json::to_string(&kept).map(Private::new);
        let request = request.map_err(|_| Error::Refused("the export cannot be noted".to_owned()))?;
        let (id, client, until) = (crate::new_uuid(now).0, wish.client.clone(), self.export_until(now));
        self.store
            .write(move |txn| {
                again!(request, client => {
                    if exports::under_way(txn, &client).await? >= MOST_UNDER_WAY {
                        return Ok(Begun::Busy);
                    }
                    exports::add(txn, (id, &client), &request, now, until).await?;
                    audit::note(txn, now, &actor(&client), "export.begun", &subject(id)).await?;
                    Ok::<_, Error>(Begun::Noted(id))
                })
            })
            .await
    }

    /// Where an export of a program's stands; nothing when it has none of this id, or no more.
    pub async fn export_progress(&self, id: Uuid, client: &str, now: Timestamp) -> Result<Option<Progress>> {
        let client = client.to_owned();
        self.store
            .read(move |txn| {
                Box::pin(async move {
                    let found = exports::get(txn, id).await?;
                    let Some(export) = found.filter(|export| is_there(export, &client, now)) else {
                        return Ok(None);
                    };
                    Ok(Some(match export.state {
                        State::Queued | State::Running => Progress::UnderWay(export.resources),
                        State::Failed | State::Cancelled => Progress::Failed,
                        State::Done => Progress::Done(Manifest {
                            transaction_at: export.transaction_at.unwrap_or(now),
                            address: Private::new(Kept::read(export.request.reveal())?.address),
                            expires_at: export.expires_at,
                            files: files(&exports::parts(txn, &export).await?),
                        }),
                    }))
                })
            })
            .await
    }

    /// Cancels an export of a program's, and forgets what was read for it. Whether there was one of this id.
    pub async fn cancel_export(&self, id: Uuid, client: &str, now: Timestamp) -> Result<bool> {
        let client = client.to_owned();
        let was_there = self
            .store
            .write(move |txn| {
                again!(client => {
                    let found = exports::get(txn, id).await?;
                    if !found.is_some_and(|export| is_there(&export, &client, now)) {
                        return Ok(false);
                    }
                    exports::cancel(txn, id).await?;
                    audit::note(txn, now, &actor(&client), "export.cancelled", &subject(id)).await?;
                    Ok::<_, Error>(true)
                })
            })
            .await?;
        if was_there {
            self.forget_exports(now).await?;
        }
        Ok(was_there)
    }

    /// Opens a file of an export of a program's: the numbers of its parts, for [`App::export_part`]. Nothing when
    /// there is no such file, or no more.
    pub async fn open_export_file(
        &self,
        (id, kind, number): (Uuid, Kind, u32),
        client: &str,
        now: Timestamp,
    ) -> Result<Option<Vec<u32>>> {
        let client = client.to_owned();
        self.store
            .write(move |txn| {
                again!(client => {
                    let found = exports::get(txn, id).await?;
                    let is_meant = |export: &Export| is_there(export, &client, now) && export.state == State::Done;
                    let Some(export) = found.filter(is_meant) else { return Ok(None) };
                    let parts = exports::parts(txn, &export).await?.into_iter();
                    let parts: Vec<u32> = parts
                        .filter(|part| part.kind == kind.as_str() && file_of(part.number) == number)
                        .map(|part| part.number)
                        .collect();
                    if parts.is_empty() {
                        return Ok(None);
                    }
                    let act = format!("export.{kind}.read");
                    audit::note(txn, now, &actor(&client), &act, &subject(id)).await?;
                    Ok::<_, Error>(Some(parts))
                })
            })
            .await
    }

    /// A part of an opened file: a resource in each line.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it is over meanwhile.
    pub async fn export_part(&self, id: Uuid, kind: Kind, part: u32) -> Result<Private<String>> {
        self.store
            .read(move |txn| {
                Box::pin(async move {
                    let export = exports::get(txn, id).await?.ok_or(Error::NotFound("export"))?;
                    let body = exports::body(txn, &export, kind.as_str(), part).await?;
                    body.ok_or(Error::NotFound("part of this export"))
                })
            })
            .await
    }

    /// Begins to work on exports. Where this process is alone with the database, what was worked on when the one
    /// before it ended is begun again at once, and not when its lease runs out. What is handed out is to be kept
    /// for as long as exports are worked on.
    pub async fn begin_exports(&self) -> Result<Option<Alone>> {
        let Some(alone) = self.store.alone("exports") else { return Ok(None) };
        self.store.write(|txn| Box::pin(async move { Ok::<_, Error>(exports::release(txn).await?) })).await?;
        Ok(Some(alone))
    }

    /// Does the exports that wait, one after the other, and forgets those that are over, until the clock says no
    /// more. Tells how many were done.
    ///
    /// # Errors
    /// When the database fails: then the export is begun again once its lease is over.
    pub async fn run_exports(&self, clock: &Clock) -> Result<u32> {
        let mut done = 0;
        while let Some(now) = clock() {
            let is_due = self
                .store
                .read(move |txn| Box::pin(async move { Ok::<_, Error>(exports::is_due(txn, now).await?) }));
            if !is_due.await? {
                break;
            }
            self.forget_exports(now).await?;
            let Some(claimed) = self.claim_export(now).await? else { break };
            if claimed.attempt > MOST_TRIES {
                tracing::error!(export = %claimed.id, "an export was begun too often, and is given up");
                self.end_export(&claimed, State::Failed, "", now).await?;
                continue;
            }
            match self.read_export(&claimed, clock).await {
                Ok(counts) => done += u32::from(counts.is_some()),
                Err(error) if error.is_lasting() => {
                    tracing::error!(export = %claimed.id, %error, "an export failed");
                    self.end_export(&claimed, State::Failed, "", clock().unwrap_or(now)).await?;
                }
                Err(error) => return Err(error),
            }
        }
        Ok(done)
    }

    async fn claim_export(&self, now: Timestamp) -> Result<Option<Claimed>> {
        let (until, not_before) = (later(now, LEASE), later(now, -UNDER_WAY));
        self.store
            .write(move |txn| {
                Box::pin(async move { Ok::<_, Error>(exports::claim(txn, now, until, not_before).await?) })
            })
            .await
    }

    /// Ends the work on an export. Whether it was still this one's.
    async fn end_export(
        &self,
        claimed: &Claimed,
        state: State,
        counts: &str,
        now: Timestamp,
    ) -> Result<bool> {
        let (claimed, until) = (claimed.clone(), self.export_until(now));
        let (act, counts) = match state {
            State::Done => ("export.finished", format!("{}{counts}", subject(claimed.id))),
            _ => ("export.failed", subject(claimed.id)),
        };
        self.store
            .write(move |txn| {
                again!(claimed, counts => {
                    let was_ours = exports::end(txn, &claimed, state, now, until).await?;
                    if was_ours {
                        audit::note(txn, now, &actor(&claimed.client), act, &counts).await?;
                    }
                    Ok::<_, Error>(was_ours)
                })
            })
            .await
    }

    /// Forgets exports that are over.
    async fn forget_exports(&self, now: Timestamp) -> Result<()> {
        loop {
            let forgotten = self.store.write_long(move |txn| {
                Box::pin(async move { Ok::<_, Error>(exports::forget(txn, now, FORGOTTEN_AT_ONCE).await?) })
            });
            if forgotten.await? == 0 {
                return Ok(());
            }
        }
    }

    fn export_until(&self, now: Timestamp) -> Timestamp {
        later(now, self.options.exports_kept)
    }
}

/// Whether an export is this program's, and can still be asked about.
fn is_there(export: &Export, client: &str, now: Timestamp) -> bool {
    let is_over = export.expires_at <= now && export.state != State::Running;
    export.client == client && export.state != State::Cancelled && !is_over
}

/// The files that parts come to.
fn files(parts: &[exports::Part]) -> Vec<File> {
    let mut files: Vec<File> = Vec::new();
    for part in parts {
        let Ok(kind) = part.kind.parse() else { continue };
        let number = file_of(part.number);
        match files.last_mut().filter(|file| file.kind == kind && file.number == number) {
            Some(file) => file.resources += part.resources,
            None => files.push(File { kind, number, resources: part.resources }),
        }
    }
    files
}

/// The number of the file that a part belongs to, both from 1.
fn file_of(part: u32) -> u32 {
    part.saturating_sub(1) / PARTS + 1
}

fn later(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.checked_add(by).unwrap_or(at)
}

fn subject(id: Uuid) -> String {
    format!("export:{id}")
}

/// A time in a manifest, as resources write it, so that it can be compared with theirs.
pub fn instant(at: Timestamp) -> String {
    resources::instant(at)
}
