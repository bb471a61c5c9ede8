//! Records of patients that somebody opened in an emergency, for a reason, for a while.

use foreword_domain::{
    ids::{BreakGlassId, PatientId, StaffId},
    private::Private,
};
use jiff::Timestamp;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::{
    Result, Txn,
    rows::{Instant, break_glass},
    sealed::Column,
};

const REASON: Column = Column("break_glass", "reason");

/// One opening.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening {
    /// Its id.
    pub id: BreakGlassId,
    /// Who opened it.
    pub staff: StaffId,
    /// Whose record.
    pub patient: PatientId,
    /// Why, in their words.
    pub reason: Private<String>,
    /// When.
    pub at: Timestamp,
    /// Until when it stays open.
    pub until: Timestamp,
}

/// Opens a record.
pub async fn add(txn: &Txn, new: &Opening) -> Result<()> {
    let row = break_glass::ActiveModel {
        id: Set(new.id.0),
        staff_id: Set(new.staff.0),
        patient_id: Set(new.patient.0),
        reason: Set(txn.seal(new.patient, REASON, &new.id.to_string(), new.reason.reveal()).await?),
        at: Set(new.at.into()),
        until: Set(new.until.into()),
    };
    break_glass::Entity::insert(row).exec_without_returning(&txn.db).await?;
    Ok(())
}

/// The patients whose records somebody has open now.
pub async fn open(txn: &Txn, staff: StaffId, now: Timestamp) -> Result<Vec<PatientId>> {
    let rows = break_glass::Entity::find()
        .filter(break_glass::Column::StaffId.eq(staff.0))
        .filter(break_glass::Column::At.lte(Instant::from(now).0))
        .filter(break_glass::Column::Until.gt(Instant::from(now).0))
        .all(&txn.db)
        .await?;
    Ok(rows.into_iter().map(|row| PatientId(row.patient_id)).collect())
}

/// The newest openings, newest first.
pub async fn newest(txn: &Txn, limit: u64) -> Result<Vec<Opening>> {
    let rows = break_glass::Entity::find()
        .order_by_desc(break_glass::Column::At)
        .order_by_desc(break_glass::Column::Id)
        .limit(limit)
        .all(&txn.db)
        .await?;
    let mut openings = Vec::with_capacity(rows.len());
    for row in rows {
        let patient = PatientId(row.patient_id);
        let reason: String = txn.open(patient, REASON, &row.id.to_string(), &row.reason).await?;
        openings.push(Opening {
            id: BreakGlassId(row.id),
            staff: StaffId(row.staff_id),
            patient,
            reason: Private::new(reason),
            at: row.at.into(),
            until: row.until.into(),
        });
    }
    Ok(openings)
}
