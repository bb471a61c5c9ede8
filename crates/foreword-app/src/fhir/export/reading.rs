//! How an export is read: all of it in one snapshot of the database, and kept in parts as it goes, so that it needs
//! little memory and says how far it is.

use std::{collections::HashSet, sync::Arc};

use foreword_domain::{ids::PatientId, private::Private};
use foreword_fhir::{Kind, search::Query};
use foreword_store::{
    Txn, audit,
    exports::{self, Claimed, Part, State},
    units::{self, Wanted},
};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::{Kept, LEASE, later};
use crate::{App, Error, Result, access::programs::actor, again, fhir::views};

/// Resources in a part, at most but for those of its last row.
const AT_MOST: u64 = 500;
/// Bytes in a part, at most but for those of its last row.
const BYTES: usize = 1024 * 1024;
/// Rows asked for at once.
const AT_ONCE: usize = 100;
/// How old a sign of life may be, before another is given.
const SIGN_OF_LIFE: SignedDuration = SignedDuration::from_secs(10);

/// Tells the time; nothing, once the work is to end. It is asked before each part.
pub type Clock = Arc<dyn Fn() -> Option<Timestamp> + Send + Sync>;

/// How many resources of each kind were read.
pub(super) type Counts = Vec<(Kind, u64)>;

/// An export that is being read.
struct Reading {
    app: App,
    claimed: Claimed,
    clock: Clock,
    kind: Kind,
    number: u32,
    lines: String,
    resources: u64,
    counts: Counts,
    /// The patients that are noted in the audit log for this export.
    noted: HashSet<PatientId>,
    /// Those that are to be.
    unnoted: Vec<PatientId>,
    alive_at: Timestamp,
}

/// Whether the work goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Goes {
    On,
    /// The service ends: another one does it.
    Back,
    /// It was cancelled, or somebody else has taken it.
    Away,
}

impl App {
    /// Reads an export, and keeps it. Nothing when it was cancelled or given back before its end.
    pub(super) async fn read_export(&self, claimed: &Claimed, clock: &Clock) -> Result<Option<Counts>> {
        let kept = Kept::read(claimed.request.reveal())?;
        let mut reading = Reading {
            app: self.clone(),
            claimed: claimed.clone(),
            clock: Arc::clone(clock),
            kind: Kind::Questionnaire,
            number: 0,
            lines: String::new(),
            resources: 0,
            counts: Vec::new(),
            noted: HashSet::new(),
            unnoted: Vec::new(),
            alive_at: claimed.transaction_at,
        };
        let (goes, counts) = self
            .store
            .snapshot(move |txn| {
                Box::pin(async move {
                    let goes = reading.read_all(txn, &kept).await?;
                    Ok::<_, Error>((goes, reading.counts))
                })
            })
            .await?;
        match (goes, clock()) {
            (Goes::On, Some(now)) => {
                let told: Vec<String> =
                    counts.iter().map(|(kind, count)| format!(" {kind}:{count}")).collect();
                let told = told.concat();
                let was_ours = self.end_export(claimed, State::Done, &told, now).await?;
                Ok(was_ours.then_some(counts))
            }
            (Goes::Back, _) | (Goes::On, None) => {
                let claimed = claimed.clone();
                self.store
                    .write(move |txn| {
                        again!(claimed => Ok::<_, Error>(exports::give_back(txn, &claimed).await?))
                    })
                    .await?;
                Ok(None)
            }
            (Goes::Away, _) => Ok(None),
        }
    }
}

impl Reading {
    async fn read_all(&mut self, txn: &Txn, kept: &Kept) -> Result<Goes> {
        // What is read first says as of when all of it is, and questionnaires are no rows.
        if exports::get(txn, self.claimed.id).await?.is_none() {
            return Ok(Goes::Away);
        }
        for kind in kept.kinds() {
            (self.kind, self.number) = (kind, 0);
            self.counts.push((kind, 0));
            let queries = kept.queries(kind)?;
            let goes = match self.read_kind(txn, &queries).await? {
                Goes::On => self.keep().await?,
                ended => ended,
            };
            if goes != Goes::On {
                return Ok(goes);
            }
        }
        Ok(Goes::On)
    }

    async fn read_kind(&mut self, txn: &Txn, queries: &[Query]) -> Result<Goes> {
        let app = self.app.clone();
        let Some(unit) = views::unit(self.kind) else {
            return self.take(app.questionnaires(), queries).await;
        };
        let mut wanted = match queries {
            [query] => app.wanted(txn, self.kind, query).await?,
            // Each of several may look for other rows.
            _ => Wanted::default(),
        };
        loop {
            let rows = units::ids(txn, unit, &wanted, AT_ONCE).await?;
            let are_all = rows.len() < AT_ONCE;
            for row in rows {
                let resources = app.of_unit(txn, self.kind, row, self.claimed.transaction_at).await?;
                let goes = self.take(resources, queries).await?;
                if goes != Goes::On {
                    return Ok(goes);
                }
                wanted.after = Some(row);
            }
            if are_all {
                return Ok(Goes::On);
            }
            let goes = self.live().await?;
            if goes != Goes::On {
                return Ok(goes);
            }
        }
    }

    /// Takes the resources of a row.
    async fn take(&mut self, resources: Vec<Value>, queries: &[Query]) -> Result<Goes> {
        for resource in resources {
            if !queries.iter().any(|query| query.matches(&resource)) {
                continue;
            }
            self.lines.push_str(&resource.to_string());
            self.lines.push('\n');
            self.resources += 1;
            if let Some(patient) = views::about(&resource)
                && self.noted.insert(patient)
            {
                self.unnoted.push(patient);
            }
        }
        if self.resources >= AT_MOST || self.lines.len() >= BYTES { self.keep().await } else { Ok(Goes::On) }
    }

    /// Keeps what was taken as a part, and notes whose data are in it.
    async fn keep(&mut self) -> Result<Goes> {
        let Some(now) = (self.clock)() else { return Ok(Goes::Back) };
        if self.resources == 0 {
            return Ok(Goes::On);
        }
        self.number += 1;
        if let Some((_, count)) = self.counts.last_mut() {
            *count += self.resources;
        }
        let part = Part {
            kind: self.kind.to_string(),
            number: self.number,
            resources: std::mem::take(&mut self.resources),
        };
        let body = Private::new(std::mem::take(&mut self.lines));
        let (claimed, patients) = (self.claimed.clone(), std::mem::take(&mut self.unnoted));
        let is_ours = self.app.store.write_long(move |txn| {
            again!(claimed, part, body, patients => {
                if !exports::keep(txn, &claimed, &part, &body, later(now, LEASE)).await? {
                    return Ok(false);
                }
                let actor = actor(&claimed.client);
                txn.gather(true).await;
                for patient in patients {
                    audit::note(txn, now, &actor, "export.made", &audit::patient(patient)).await?;
                }
                Ok::<_, Error>(true)
            })
        });
        self.alive_at = now;
        Ok(if is_ours.await? { Goes::On } else { Goes::Away })
    }

    /// Gives a sign of life, where it is time.
    async fn live(&mut self) -> Result<Goes> {
        let Some(now) = (self.clock)() else { return Ok(Goes::Back) };
        if now < later(self.alive_at, SIGN_OF_LIFE) {
            return Ok(Goes::On);
        }
        self.alive_at = now;
        let claimed = self.claimed.clone();
        let is_ours = self.app.store.write(move |txn| {
            again!(claimed => Ok::<_, Error>(exports::hold(txn, &claimed, later(now, LEASE)).await?))
        });
        Ok(if is_ours.await? { Goes::On } else { Goes::Away })
    }
}
