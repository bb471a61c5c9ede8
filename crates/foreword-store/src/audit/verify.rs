//! Whether the audit log is as it was written, and where it is not.

use std::collections::BTreeSet;

use sea_orm::{ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::{
    link::{self, digest, head, hex, last_row, link_mac, numbers},
    row_mac,
};
use crate::{
    Result, Txn,
    rows::{audit_entry, audit_link},
    settings,
};

/// Faults that are listed; more are counted.
const LISTED: usize = 1_000;
/// Rows and links that are read at a time.
const PAGE: u64 = 1_000;

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A row does not say what was written.
    Changed,
    /// A row is gone.
    Missing,
    /// A row stands where it was not written.
    OutOfPlace,
    /// A link is gone, or does not say what was written.
    Broken,
}

impl Kind {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Changed => "changed",
            Self::Missing => "missing",
            Self::OutOfPlace => "out of place",
            Self::Broken => "link broken",
        }
    }
}

/// Something that is not as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What is wrong.
    pub kind: Kind,
    /// With which row.
    pub row: Option<i64>,
    /// With which link, or in which.
    pub link: Option<i64>,
    /// In words.
    pub what: String,
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// Rows that were looked at.
    pub rows: u64,
    /// Of these, rows from before rows were signed.
    pub as_is: u64,
    /// Of these, rows that no link covers yet.
    pub unlinked: u64,
    /// Links.
    pub links: u64,
    /// The last link, with its signature.
    pub last: Option<(i64, String)>,
    /// What is wrong.
    pub faults: Vec<Fault>,
    /// How much more is wrong than is listed.
    pub more: u64,
}

impl Checked {
    /// Whether the log is as it was written.
    pub fn is_right(&self) -> bool {
        self.faults.is_empty()
    }

    fn fault(&mut self, kind: Kind, row: Option<i64>, link: Option<i64>, what: impl Into<String>) {
        if self.faults.len() < LISTED {
            self.faults.push(Fault { kind, row, link, what: what.into() });
        } else {
            self.more += 1;
        }
    }
}

/// Looks at the whole log. `noted` is a link that somebody wrote down elsewhere, with its signature; `progress`
/// is told how many rows of how many were looked at.
pub async fn verify(
    txn: &Txn,
    noted: Option<&(i64, String)>,
    progress: &(dyn Fn(u64, u64) + Send + Sync),
) -> Result<Checked> {
    if txn.backend() == DbBackend::Postgres {
        // All of it as of one instant, while others go on writing. It comes before anything is read.
        txn.db.execute_unprepared("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ").await?;
    }
    let mut found = Checked::default();
    let of: i64 = count(txn, "SELECT COUNT(*) FROM audit").await?;
    let of = u64::try_from(of).unwrap_or(0);
    check_head(txn, &mut found).await?;
    check_links(txn, noted, &mut found, &|rows| progress(rows, of)).await?;
    check_unlinked(txn, &mut found, &|rows| progress(rows, of)).await?;
    check_doubled(txn, &mut found).await?;
    progress(found.rows, of);
    Ok(found)
}

async fn check_head(txn: &Txn, found: &mut Checked) -> Result<()> {
    let last = last_row(txn).await?;
    let expected = last.as_ref().map(|last| head(&txn.keys, last.id, &last.mac));
    let kept = settings::get(txn, link::HEAD).await?;
    if kept != expected {
        let said = kept.as_deref().and_then(|kept| kept.split(':').next());
        let what = match (said, &last) {
            (Some(said), Some(last)) => format!("link {said} was the last one, and now it is {}", last.id),
            (Some(said), None) => format!("link {said} was the last one, and there is none any more"),
            (None, _) => "what was kept of the last link is gone".to_owned(),
        };
        found.fault(Kind::Broken, None, last.as_ref().map(|last| last.id), what);
    }
    found.last = last.map(|last| (last.id, hex(&last.mac)));
    Ok(())
}

async fn check_links(
    txn: &Txn,
    noted: Option<&(i64, String)>,
    found: &mut Checked,
    progress: &(dyn Fn(u64) + Send + Sync),
) -> Result<()> {
    let (mut next, mut previous, mut may_be_as_is) = (1, Vec::new(), true);
    let mut is_noted_there = noted.is_none();
    loop {
        let links = audit_link::Entity::find()
            .filter(audit_link::Column::Id.gte(next))
            .order_by_asc(audit_link::Column::Id)
            .limit(PAGE)
            .all(&txn.db)
            .await?;
        if links.is_empty() {
            break;
        }
        for link in links {
            if link.id != next {
                found.fault(Kind::Broken, None, Some(next), "is gone");
            } else if link.previous != previous {
                found.fault(Kind::Broken, None, Some(link.id), "does not follow the link before it");
            }
            if link.as_is && !may_be_as_is {
                found.fault(Kind::Broken, None, Some(link.id), "takes rows as they are, where none may be");
            }
            may_be_as_is &= link.as_is;
            if let Some((_, mac)) = noted.filter(|(id, _)| *id == link.id) {
                is_noted_there = hex(&link.mac).starts_with(&mac.to_lowercase());
            }
            check_link(txn, &link, found).await?;
            progress(found.rows);
            next = link.id.saturating_add(1);
            previous = link.mac;
        }
    }
    if let (false, Some((id, _))) = (is_noted_there, noted) {
        found.fault(Kind::Broken, None, Some(*id), "is not the one that was noted");
    }
    // Rows of links there are none of; no link names them.
    let strays = "SELECT id FROM audit WHERE link IS NOT NULL AND link NOT IN (SELECT id FROM audit_links) \
         ORDER BY id";
    for row in txn.db.query_all_raw(txn.statement(strays, [])).await? {
        found.rows += 1;
        found.fault(Kind::OutOfPlace, Some(row.try_get_by_index(0)?), None, "is of a link that is gone");
    }
    if audit_link::Entity::find().filter(audit_link::Column::Id.lt(1)).one(&txn.db).await?.is_some() {
        found.fault(Kind::Broken, None, None, "there is a link before the first one");
    }
    Ok(())
}

async fn check_link(txn: &Txn, link: &audit_link::Model, found: &mut Checked) -> Result<()> {
    found.links += 1;
    let is_signed = link_mac(&txn.keys, link) == link.mac;
    if !is_signed {
        found.fault(Kind::Broken, None, Some(link.id), "does not say what was written");
    }
    let rows = audit_entry::Entity::find()
        .filter(audit_entry::Column::Link.eq(link.id))
        .order_by_asc(audit_entry::Column::Id)
        .all(&txn.db)
        .await?;
    found.rows += u64::try_from(rows.len()).unwrap_or(0);
    let before = found.faults.len();
    for row in &rows {
        if link.as_is && row.stamp.is_none() && row.mac.is_none() {
            // What it says is in the digest of its link.
            found.as_is += 1;
        } else {
            check_row(txn, row, found);
        }
    }
    // A link that was changed can't say which rows it had.
    let Some(ids) = numbers(&link.ids).filter(|_| is_signed) else { return Ok(()) };
    let there: BTreeSet<i64> = rows.iter().map(|row| row.id).collect();
    let expected: BTreeSet<i64> = ids.iter().flat_map(|(first, last)| *first..=*last).collect();
    for id in expected.difference(&there) {
        match audit_entry::Entity::find_by_id(*id).one(&txn.db).await? {
            Some(_) => found.fault(Kind::OutOfPlace, Some(*id), Some(link.id), "was taken out of its link"),
            None => found.fault(Kind::Missing, Some(*id), Some(link.id), "is gone"),
        }
    }
    for id in there.difference(&expected) {
        found.fault(Kind::OutOfPlace, Some(*id), Some(link.id), "was put into a link it was not in");
    }
    if found.faults.len() == before && digest(&rows) != link.digest {
        let (first, last) = (there.first().copied(), there.last().copied().unwrap_or_default());
        let what = if link.as_is {
            format!("one of the rows from here to {last} was changed; they are from before rows were signed")
        } else {
            format!("rows from here to {last} do not stand in the order they were written in")
        };
        let kind = if link.as_is { Kind::Changed } else { Kind::OutOfPlace };
        found.fault(kind, first, Some(link.id), what);
    }
    Ok(())
}

fn check_row(txn: &Txn, row: &audit_entry::Model, found: &mut Checked) {
    let is_right = match (row.stamp, &row.mac) {
        (Some(stamp), Some(mac)) => row_mac(&txn.keys, stamp, row) == *mac,
        _ => false,
    };
    if !is_right {
        found.fault(Kind::Changed, Some(row.id), row.link, "does not say what was written");
    }
}

async fn check_unlinked(
    txn: &Txn,
    found: &mut Checked,
    progress: &(dyn Fn(u64) + Send + Sync),
) -> Result<()> {
    // Before the first link, rows from before rows were signed may stand there.
    let is_first = found.last.is_none();
    let mut behind = i64::MIN;
    loop {
        let rows = audit_entry::Entity::find()
            .filter(audit_entry::Column::Link.is_null())
            .filter(audit_entry::Column::Id.gt(behind))
            .order_by_asc(audit_entry::Column::Id)
            .limit(PAGE)
            .all(&txn.db)
            .await?;
        let Some(last) = rows.last() else { return Ok(()) };
        behind = last.id;
        for row in &rows {
            found.rows += 1;
            found.unlinked += 1;
            if is_first && row.stamp.is_none() && row.mac.is_none() {
                found.as_is += 1;
            } else {
                check_row(txn, row, found);
            }
        }
        progress(found.rows);
    }
}

/// Rows that were put in once more, word for word, stamp and signature included.
async fn check_doubled(txn: &Txn, found: &mut Checked) -> Result<()> {
    let sql = "SELECT MAX(id) FROM audit WHERE stamp IS NOT NULL GROUP BY stamp HAVING COUNT(*) > 1";
    for row in txn.db.query_all_raw(txn.statement(sql, [])).await? {
        let id: i64 = row.try_get_by_index(0)?;
        found.fault(Kind::OutOfPlace, Some(id), None, "stands there twice");
    }
    Ok(())
}

async fn count(txn: &Txn, sql: &str) -> Result<i64> {
    let row = txn.db.query_one_raw(txn.statement(sql, [])).await?;
    Ok(row.map_or(Ok(0), |row| row.try_get_by_index(0))?)
}
