//! Goals: what a patient and a clinician agreed on, in the patient's words.

use foreword_domain::{
    ids::{AppointmentId, GoalId, PatientId, StaffId},
    private::Private,
    topic::GoalEnd,
};
use jiff::Timestamp;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, sea_query::Expr};

use crate::{
    Result, Txn,
    rows::{Instant, goal, parse},
    sealed::Column,
};

const WORDS: Column = Column("goals", "words");

/// A goal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Goal {
    /// Its id.
    pub id: GoalId,
    /// The patient.
    pub patient: PatientId,
    /// The visit at which it was set.
    pub appointment: AppointmentId,
    /// Who wrote it down.
    pub staff: StaffId,
    /// The patient's words.
    pub words: Private<String>,
    /// When it was set.
    pub set_at: Timestamp,
    /// When and how it ended.
    pub ended: Option<(Timestamp, GoalEnd)>,
}

/// Adds a goal.
pub async fn add(txn: &Txn, new: &Goal) -> Result<()> {
    let row = goal::ActiveModel {
        id: Set(new.id.0),
        patient_id: Set(new.patient.0),
        appointment_id: Set(new.appointment.0),
        staff_id: Set(new.staff.0),
        words: Set(txn.seal(new.patient, WORDS, &new.id.to_string(), new.words.reveal()).await?),
        set_at: Set(new.set_at.into()),
        ended_at: Set(None),
        ended_by: Set(None),
        ended_as: Set(None),
    };
    goal::Entity::insert(row).exec_without_returning(&txn.db).await?;
    Ok(())
}

/// A goal.
pub async fn get(txn: &Txn, id: GoalId) -> Result<Option<Goal>> {
    match goal::Entity::find_by_id(id.0).one(&txn.db).await? {
        Some(row) => from_row(txn, row).await.map(Some),
        None => Ok(None),
    }
}

/// All goals of a patient, oldest first.
pub async fn of_patient(txn: &Txn, patient: PatientId) -> Result<Vec<Goal>> {
    let rows = goal::Entity::find()
        .filter(goal::Column::PatientId.eq(patient.0))
        .order_by_asc(goal::Column::SetAt)
        .order_by_asc(goal::Column::Id)
        .all(&txn.db)
        .await?;
    let mut goals = Vec::with_capacity(rows.len());
    for row in rows {
        goals.push(from_row(txn, row).await?);
    }
    Ok(goals)
}

/// Ends a goal. Tells whether it stood until now.
pub async fn end(txn: &Txn, id: GoalId, how: GoalEnd, by: StaffId, at: Timestamp) -> Result<bool> {
    let done = goal::Entity::update_many()
        .col_expr(goal::Column::EndedAt, Instant::from(at).0.into())
        .col_expr(goal::Column::EndedBy, Expr::value(by.0))
        .col_expr(goal::Column::EndedAs, how.as_str().into())
        .filter(goal::Column::Id.eq(id.0))
        .filter(goal::Column::EndedAt.is_null())
        .exec(&txn.db)
        .await?;
    Ok(done.rows_affected == 1)
}

async fn from_row(txn: &Txn, row: goal::Model) -> Result<Goal> {
    let (id, patient) = (GoalId(row.id), PatientId(row.patient_id));
    let words: String = txn.open(patient, WORDS, &id.to_string(), &row.words).await?;
    let ended = match (row.ended_at, &row.ended_as) {
        (Some(at), Some(how)) => Some((at.into(), parse("goals", "ended_as", how)?)),
        _ => None,
    };
    Ok(Goal {
        id,
        patient,
        appointment: AppointmentId(row.appointment_id),
        staff: StaffId(row.staff_id),
        words: Private::new(words),
        set_at: row.set_at.into(),
        ended,
    })
}
