//! Links of the audit log: which rows there are, in their order, each link signed and chained to the one
//! before it, so that a row that was removed, put in or moved is found.
//!
//! A row gets into a link some time after it was written. On PostgreSQL a row with a smaller number may become
//! visible later than one with a greater one, so a link takes the rows that have none yet, not those up to a
//! number, and keeps the numbers of those it took.

use std::fmt::Write;

use jiff::Timestamp;
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait, FromQueryResult, QueryOrder};
use sha2::{Digest, Sha256};

use super::{put, said};
use crate::{
    Keys, Result, Txn,
    rows::{audit_entry, audit_link},
    settings,
};

/// Rows in one link, at most: what is wrong with the order of rows is told as that of a link.
pub const MOST: usize = 1_000;
/// The setting that holds which link is the last one, signed: without it, the last links could be removed
/// together with their rows.
pub(super) const HEAD: &str = "audit-head";
const LINK: &str = "link 1";
const HEAD_MAC: &str = "head 1";

/// A link that was added, or the last one there is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Its number, from 1.
    pub id: i64,
    /// When it was added.
    pub at: Timestamp,
    /// How many rows it covers.
    pub count: u64,
    /// The greatest number among them.
    pub last: i64,
    /// Its signature: who keeps it elsewhere can tell that this link is still there, and all before it.
    pub mac: String,
}

/// Adds a link over the rows that have none, as many as one link takes. Nothing where there are none.
///
/// Rows from before rows were signed go first, into links that say so: they are taken as they are, once.
pub async fn seal(txn: &Txn, at: Timestamp) -> Result<Option<Link>> {
    let last = last_row(txn).await?;
    let id = last.as_ref().map_or(1, |last| last.id + 1);
    let mut as_is = last.as_ref().is_none_or(|last| last.as_is);
    let mut rows = if as_is { take(txn, id, "mac IS NULL").await? } else { Vec::new() };
    if rows.is_empty() {
        as_is = false;
        rows = take(txn, id, "1 = 1").await?;
    }
    if rows.is_empty() {
        return Ok(None);
    }
    rows.sort_by_key(|row| row.id);
    let mut link = audit_link::Model {
        id,
        at: at.into(),
        count: i64::try_from(rows.len()).unwrap_or(i64::MAX),
        as_is,
        ids: ranges(rows.iter().map(|row| row.id)),
        digest: digest(&rows),
        previous: last.map(|last| last.mac).unwrap_or_default(),
        mac: Vec::new(),
    };
    link.mac = link_mac(&txn.keys, &link);
    let added = shown(&link);
    settings::put(txn, HEAD, &head(&txn.keys, id, &link.mac)).await?;
    // Of two that add a link at once, one finds the number taken, and begins again.
    let row = audit_link::ActiveModel {
        id: Set(link.id),
        at: Set(link.at),
        count: Set(link.count),
        as_is: Set(link.as_is),
        ids: Set(link.ids),
        digest: Set(link.digest),
        previous: Set(link.previous),
        mac: Set(link.mac),
    };
    audit_link::Entity::insert(row).exec_without_returning(&txn.db).await?;
    Ok(Some(added))
}

/// The last link.
pub async fn last(txn: &Txn) -> Result<Option<Link>> {
    Ok(last_row(txn).await?.as_ref().map(shown))
}

pub(super) async fn last_row(txn: &Txn) -> Result<Option<audit_link::Model>> {
    Ok(audit_link::Entity::find().order_by_desc(audit_link::Column::Id).one(&txn.db).await?)
}

/// Puts rows without a link into this one: the one change of a row of the log there is.
async fn take(txn: &Txn, id: i64, which: &str) -> Result<Vec<audit_entry::Model>> {
    let sql = format!(
        "UPDATE audit SET link = $1 WHERE link IS NULL AND id IN \
         (SELECT id FROM audit WHERE link IS NULL AND {which} ORDER BY id LIMIT {MOST}) \
         RETURNING id, at, actor, action, subject, stamp, mac, link"
    );
    let rows = txn.db.query_all_raw(txn.statement(&sql, [id.into()])).await?;
    rows.iter().map(|row| Ok(audit_entry::Model::from_query_result(row, "")?)).collect()
}

/// One digest over rows: their numbers, what they say, and their signatures.
pub(super) fn digest(rows: &[audit_entry::Model]) -> Vec<u8> {
    let mut all = Sha256::new();
    for row in rows {
        let mut bytes = row.id.to_be_bytes().to_vec();
        put(&mut bytes, &said(row.stamp, row));
        put(&mut bytes, row.mac.as_deref().unwrap_or_default());
        all.update(&bytes);
    }
    all.finalize().to_vec()
}

pub(super) fn link_mac(keys: &Keys, link: &audit_link::Model) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(256);
    for number in [link.id, link.at.0, link.count, i64::from(link.as_is)] {
        bytes.extend_from_slice(&number.to_be_bytes());
    }
    for part in [link.ids.as_bytes(), &link.digest, &link.previous] {
        put(&mut bytes, part);
    }
    keys.audit_mac(LINK, &bytes).to_vec()
}

/// What is kept of the last link.
pub(super) fn head(keys: &Keys, id: i64, mac: &[u8]) -> String {
    let signed = keys.audit_mac(HEAD_MAC, &[&id.to_be_bytes()[..], mac].concat());
    format!("{id}:{}", hex(&signed))
}

pub(super) fn shown(link: &audit_link::Model) -> Link {
    Link {
        id: link.id,
        at: link.at.into(),
        count: u64::try_from(link.count).unwrap_or(0),
        last: numbers(&link.ids).and_then(|ids| ids.last().map(|(_, last)| *last)).unwrap_or(0),
        mac: hex(&link.mac),
    }
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Numbers in their order, as `1-57,59`.
fn ranges(ids: impl Iterator<Item = i64>) -> String {
    let mut ranges: Vec<(i64, i64)> = Vec::new();
    for id in ids {
        match ranges.last_mut() {
            Some((_, last)) if *last + 1 == id => *last = id,
            _ => ranges.push((id, id)),
        }
    }
    let words = ranges.iter().map(
        |(first, last)| {
            if first == last { first.to_string() } else { format!("{first}-{last}") }
        },
    );
    words.collect::<Vec<_>>().join(",")
}

/// The same read back. Nothing where it is not of that form.
pub(super) fn numbers(text: &str) -> Option<Vec<(i64, i64)>> {
    let number = |text: &str| text.parse::<i64>().ok().filter(|id| *id >= 0);
    text.split(',')
        .map(|range| match range.split_once('-') {
            Some((first, last)) => {
                let (first, last) = (number(first)?, number(last)?);
                (first < last).then_some((first, last))
            }
            None => number(range).map(|id| (id, id)),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_in_ranges_and_read_back() {
        for (ids, words) in
            [(vec![1], "1"), (vec![1, 2, 3, 5], "1-3,5"), (vec![7, 9, 10], "7,9-10"), (vec![4, 8], "4,8")]
        {
            assert_eq!(ranges(ids.iter().copied()), words);
            let back: Vec<i64> =
                numbers(words).unwrap().into_iter().flat_map(|(first, last)| first..=last).collect();
            assert_eq!(back, ids);
        }
        for wrong in ["", "1-", "3-1", "-1", "1,,2", "a"] {
            assert_eq!(numbers(wrong), None, "{wrong:?}");
        }
    }
}
