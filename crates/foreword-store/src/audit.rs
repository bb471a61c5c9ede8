//! The audit log: who did what to whom, ids only. Rows are added and never changed or removed.
//!
//! Each row is signed by itself when it is written, so that a changed byte of it is found whatever stands
//! around it. It is not chained to the row before it in the same transaction: on PostgreSQL every write would
//! then wait for the one before it to commit (measured with 8 writers: a seventh of the writes are left). Which
//! rows there are, and in which order, is said a little later by [`link`]s, which are chained.

pub mod link;
mod verify;

use foreword_domain::ids::{AppointmentId, OutboxId, PatientId};
use jiff::Timestamp;
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use crate::{Keys, Result, Together, Txn, random, rows::audit_entry};

pub use verify::{Checked, Fault, Kind, verify};

/// What the signature of a row is for.
const ROW: &str = "row 1";

/// One line of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its row.
    pub id: i64,
    /// When.
    pub at: Timestamp,
    /// Who: `staff:<id>`, `patient:<id>`, `service`.
    pub actor: String,
    /// What (`summary.read`).
    pub action: String,
    /// Whom or what it concerns.
    pub subject: String,
    /// The link that covers it, once one does.
    pub link: Option<i64>,
}

/// Which lines are wanted. What is not set matches all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Not from before this instant.
    pub since: Option<Timestamp>,
    /// Who it was.
    pub actor: Option<String>,
    /// What was done, or what it begins with (`message.`).
    pub action: Option<String>,
    /// Whom or what it concerns: one of these, as who it was or as whom it was about.
    pub about: Option<Vec<String>>,
    /// Only rows older than this one.
    pub behind: Option<i64>,
}

/// Notes one act.
pub async fn note(txn: &Txn, at: Timestamp, actor: &str, action: &str, subject: &str) -> Result<()> {
    txn.add(signed(txn, at, (actor, action, subject))).await
}

/// Notes one act together with what it did.
pub fn note_with(with: &mut Together<'_>, at: Timestamp, actor: &str, action: &str, subject: &str) {
    with.add(vec![signed(with.txn, at, (actor, action, subject))]);
}

fn signed(
    txn: &Txn,
    at: Timestamp,
    (actor, action, subject): (&str, &str, &str),
) -> audit_entry::ActiveModel {
    // Tells two rows that say the same apart, so that one can't be doubled. The row's own number can't serve:
    // the database gives it after the row is signed.
    let stamp = OutboxId::mint(at, random()).0;
    let row = audit_entry::Model {
        id: 0,
        at: at.into(),
        actor: actor.to_owned(),
        action: action.to_owned(),
        subject: subject.to_owned(),
        stamp: Some(stamp),
        mac: None,
        link: None,
    };
    let mac = row_mac(&txn.keys, stamp, &row);
    audit_entry::ActiveModel {
        id: NotSet,
        at: Set(row.at),
        actor: Set(row.actor),
        action: Set(row.action),
        subject: Set(row.subject),
        stamp: Set(Some(stamp)),
        mac: Set(Some(mac)),
        link: Set(None),
    }
}

/// The newest entries, newest first.
pub async fn newest(txn: &Txn, limit: u64) -> Result<Vec<Entry>> {
    list(txn, &Filter::default(), limit).await
}

/// The entries that are wanted, newest first.
pub async fn list(txn: &Txn, wanted: &Filter, limit: u64) -> Result<Vec<Entry>> {
    use audit_entry::Column;
    let mut all = Condition::all();
    if let Some(since) = wanted.since {
        all = all.add(Column::At.gte(crate::rows::Instant::from(since).0));
    }
    if let Some(actor) = &wanted.actor {
        all = all.add(Column::Actor.eq(actor));
    }
    if let Some(action) = &wanted.action {
        all = all.add(Column::Action.starts_with(action));
    }
    if let Some(about) = &wanted.about {
        all = all.add(Condition::any().add(Column::Subject.is_in(about)).add(Column::Actor.is_in(about)));
    }
    if let Some(behind) = wanted.behind {
        all = all.add(Column::Id.lt(behind));
    }
    let rows =
        audit_entry::Entity::find().filter(all).order_by_desc(Column::Id).limit(limit).all(&txn.db).await?;
    Ok(rows.into_iter().map(from_row).collect())
}

/// Every entry about one of some subjects, oldest first. No index serves it.
pub async fn about(txn: &Txn, subjects: &[String]) -> Result<Vec<Entry>> {
    let rows = audit_entry::Entity::find()
        .filter(audit_entry::Column::Subject.is_in(subjects))
        .order_by_asc(audit_entry::Column::Id)
        .all(&txn.db)
        .await?;
    Ok(rows.into_iter().map(from_row).collect())
}

fn from_row(row: audit_entry::Model) -> Entry {
    Entry {
        id: row.id,
        at: row.at.into(),
        actor: row.actor,
        action: row.action,
        subject: row.subject,
        link: row.link,
    }
}

/// How an appointment is written as a subject.
pub fn appointment(id: AppointmentId) -> String {
    format!("appointment:{id}")
}

/// How a patient is written as an actor or subject.
pub fn patient(id: PatientId) -> String {
    format!("patient:{id}")
}

/// What a row says, in bytes that only such a row has: each text with its length before it.
fn said(stamp: Option<Uuid>, row: &audit_entry::Model) -> Vec<u8> {
    let mut said = Vec::with_capacity(128);
    match stamp {
        Some(stamp) => {
            said.push(1);
            said.extend_from_slice(stamp.as_bytes());
        }
        None => said.push(0),
    }
    said.extend_from_slice(&row.at.0.to_be_bytes());
    for text in [&row.actor, &row.action, &row.subject] {
        put(&mut said, text.as_bytes());
    }
    said
}

fn put(bytes: &mut Vec<u8>, part: &[u8]) {
    bytes.extend_from_slice(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
    bytes.extend_from_slice(part);
}

fn row_mac(keys: &Keys, stamp: Uuid, row: &audit_entry::Model) -> Vec<u8> {
    keys.audit_mac(ROW, &said(Some(stamp), row)).to_vec()
}
