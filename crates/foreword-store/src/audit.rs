//! The audit log: who did what to whom, ids only.

use foreword_domain::ids::{AppointmentId, PatientId};
use jiff::Timestamp;
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};

use crate::{Result, Txn, rows::audit_entry};

/// One line of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// When.
    pub at: Timestamp,
    /// Who: `staff:<id>`, `patient:<id>`, `service`.
    pub actor: String,
    /// What (`summary.read`).
    pub action: String,
    /// Whom or what it concerns.
    pub subject: String,
}

/// Notes one act.
pub async fn note(txn: &Txn, at: Timestamp, actor: &str, action: &str, subject: &str) -> Result<()> {
    let row = audit_entry::ActiveModel {
        id: NotSet,
        at: Set(at.into()),
        actor: Set(actor.to_owned()),
        action: Set(action.to_owned()),
        subject: Set(subject.to_owned()),
    };
    txn.add(row).await
}

/// The newest entries, newest first.
pub async fn newest(txn: &Txn, limit: u64) -> Result<Vec<Entry>> {
    let rows =
        audit_entry::Entity::find().order_by_desc(audit_entry::Column::Id).limit(limit).all(&txn.db).await?;
    Ok(rows
        .into_iter()
        .map(|row| Entry { at: row.at.into(), actor: row.actor, action: row.action, subject: row.subject })
        .collect())
}

/// Every entry about one of some subjects, oldest first. No index serves it.
pub async fn about(txn: &Txn, subjects: &[String]) -> Result<Vec<Entry>> {
    let rows = audit_entry::Entity::find()
        .filter(audit_entry::Column::Subject.is_in(subjects))
        .order_by_asc(audit_entry::Column::Id)
        .all(&txn.db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| Entry { at: row.at.into(), actor: row.actor, action: row.action, subject: row.subject })
        .collect())
}

/// How an appointment is written as a subject.
pub fn appointment(id: AppointmentId) -> String {
    format!("appointment:{id}")
}

/// How a patient is written as an actor or subject.
pub fn patient(id: PatientId) -> String {
    format!("patient:{id}")
}
