//! What we owe people: rows that commit with what caused them, and are paid later.
//!
//! queued → sending → sent | gave-up | queued again; queued → cancelled. `sending` is committed before
//! anything goes over the wire, and its result only while the fence still fits.

use foreword_domain::{
    ids::{AppointmentId, OutboxId, PatientId},
    message::{Channel, Owed},
    private::Private,
};
use jiff::Timestamp;
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::{NotSet, Set},
    ColumnTrait, Condition, DbBackend, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{LockBehavior, LockType, OnConflict},
};

use crate::{
    Result, Txn,
    rows::{Instant, delivery, json, outbox, parse, to_json},
    sealed::Column,
};

const ADDRESS: Column = Column("outbox", "address");

/// The states of a row.
pub mod state {
    /// Waiting for its time.
    pub const QUEUED: &str = "queued";
    /// On its way.
    pub const SENDING: &str = "sending";
    /// Accepted by the channel.
    pub const SENT: &str = "sent";
    /// Given up, with a reason.
    pub const GAVE_UP: &str = "gave-up";
    /// No longer wanted.
    pub const CANCELLED: &str = "cancelled";
}

/// A message owed to a patient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its id.
    pub id: OutboxId,
    /// Visit, purpose and channel: the same message is never owed twice.
    pub key: String,
    /// To whom.
    pub patient: PatientId,
    /// About which visit.
    pub appointment: AppointmentId,
    /// The door it leaves by.
    pub channel: Channel,
    /// The address, copied when it was planned.
    pub address: Private<String>,
    /// What is owed.
    pub owed: Owed,
    /// Not before this instant.
    pub not_before: Timestamp,
    /// One of [`state`].
    pub state: String,
    /// Tries so far.
    pub attempts: u32,
    /// Grows with every claim; a result counts only with the fence it was claimed under.
    pub fence: i32,
    /// When it was sent or given up.
    pub finished_at: Option<Timestamp>,
    /// Why it was given up or cancelled.
    pub reason: Option<String>,
}

/// Owes a message, unless the same one is owed already.
pub async fn owe(txn: &Txn, new: &Row, at: Timestamp) -> Result<bool> {
    let row = outbox::ActiveModel {
        id: Set(new.id.0),
        key: Set(new.key.clone()),
        patient_id: Set(new.patient.0),
        appointment_id: Set(new.appointment.0),
        channel: Set(new.channel.as_str().to_owned()),
        address: Set(txn.seal(new.patient, ADDRESS, &new.id.to_string(), new.address.reveal()).await?),
        purpose: Set(new.owed.purpose.as_str().to_owned()),
        payload: Set(to_json("outbox", "payload", &new.owed)?),
        not_before: Set(new.not_before.into()),
        state: Set(new.state.clone()),
        attempts: Set(0),
        fence: Set(0),
        lease_until: Set(None),
        created_at: Set(at.into()),
        finished_at: Set(new.finished_at.map(Into::into)),
        reason: Set(new.reason.clone()),
    };
    let once = OnConflict::column(outbox::Column::Key).do_nothing().to_owned();
    Ok(outbox::Entity::insert(row).on_conflict(once).exec_without_returning(&txn.db).await? == 1)
}

/// All messages about a visit, in the order they are due.
pub async fn of_appointment(txn: &Txn, appointment: AppointmentId) -> Result<Vec<Row>> {
    let rows = outbox::Entity::find()
        .filter(outbox::Column::AppointmentId.eq(appointment.0))
        .order_by_asc(outbox::Column::NotBefore)
        .order_by_asc(outbox::Column::Id)
        .all(&txn.db)
        .await?;
    from_rows(txn, rows).await
}

/// The states of all messages about a visit.
pub async fn states(txn: &Txn, appointment: AppointmentId) -> Result<Vec<String>> {
    let rows =
        outbox::Entity::find().filter(outbox::Column::AppointmentId.eq(appointment.0)).all(&txn.db).await?;
    Ok(rows.into_iter().map(|row| row.state).collect())
}

/// Cancels what is still queued for a visit.
pub async fn cancel(txn: &Txn, appointment: AppointmentId, reason: &str, at: Timestamp) -> Result<u64> {
    cancel_where(txn, outbox::Column::AppointmentId.eq(appointment.0), reason, at).await
}

/// Cancels what is still queued for a patient.
pub async fn cancel_all(txn: &Txn, patient: PatientId, reason: &str, at: Timestamp) -> Result<u64> {
    cancel_where(txn, outbox::Column::PatientId.eq(patient.0), reason, at).await
}

async fn cancel_where(
    txn: &Txn,
    which: sea_orm::sea_query::SimpleExpr,
    reason: &str,
    at: Timestamp,
) -> Result<u64> {
    let done = outbox::Entity::update_many()
        .col_expr(outbox::Column::State, state::CANCELLED.into())
        .col_expr(outbox::Column::Reason, reason.into())
        .col_expr(outbox::Column::FinishedAt, Instant::from(at).0.into())
        .filter(which)
        .filter(outbox::Column::State.eq(state::QUEUED))
        .exec(&txn.db)
        .await?;
    Ok(done.rows_affected)
}

/// Forgets what is planned for a visit, so that it can be planned anew. What was sent or is on its
/// way stays; so does what is due already, unless the visit has `moved`.
pub async fn unplan(txn: &Txn, appointment: AppointmentId, moved: bool, now: Timestamp) -> Result<()> {
    let mut queued = Condition::all().add(outbox::Column::State.eq(state::QUEUED));
    if !moved {
        queued = queued.add(outbox::Column::NotBefore.gt(Instant::from(now).0));
    }
    let over = outbox::Column::State.is_in([state::CANCELLED, state::GAVE_UP]);
    outbox::Entity::delete_many()
        .filter(outbox::Column::AppointmentId.eq(appointment.0))
        .filter(Condition::any().add(queued).add(over))
        .exec(&txn.db)
        .await?;
    Ok(())
}

/// A message that was claimed: enough to settle it, even when the rest of its row can't be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claimed {
    /// Its id.
    pub id: OutboxId,
    /// The fence it was claimed under.
    pub fence: i32,
    /// Tries so far, this one included.
    pub attempts: u32,
    /// About which visit.
    pub appointment: AppointmentId,
    /// Purpose and channel, as they are written in the row.
    pub kind: (String, String),
}

/// Claims the message that is due longest, and marks it as on its way until `lease_until`.
///
/// A message that was on its way when its lease ended is claimed again: whether it arrived is not
/// known, and it carries the same key.
pub async fn claim(txn: &Txn, now: Timestamp, lease_until: Timestamp) -> Result<Option<Claimed>> {
    let at = Instant::from(now).0;
    let due = Condition::any()
        .add(
            Condition::all()
                .add(outbox::Column::State.eq(state::QUEUED))
                .add(outbox::Column::NotBefore.lte(at)),
        )
        .add(
            Condition::all()
                .add(outbox::Column::State.eq(state::SENDING))
                .add(outbox::Column::LeaseUntil.lte(at)),
        );
    let mut query = outbox::Entity::find()
        .filter(due)
        .order_by_asc(outbox::Column::NotBefore)
        .order_by_asc(outbox::Column::Id)
        .limit(1);
    if txn.backend() == DbBackend::Postgres {
        query = query.lock_with_behavior(LockType::Update, LockBehavior::SkipLocked);
    }
    let Some(row) = query.one(&txn.db).await? else { return Ok(None) };
    let (attempts, fence) = (row.attempts + 1, row.fence + 1);
    let mut changed = row.into_active_model();
    changed.state = Set(state::SENDING.to_owned());
    changed.attempts = Set(attempts);
    changed.fence = Set(fence);
    changed.lease_until = Set(Some(lease_until.into()));
    let row = changed.update(&txn.db).await?;
    let attempt = delivery::ActiveModel {
        id: NotSet,
        outbox_id: Set(row.id),
        attempt: Set(attempts),
        started_at: Set(now.into()),
        ended_at: Set(None),
        result: Set(None),
    };
    delivery::Entity::insert(attempt).exec_without_returning(&txn.db).await?;
    Ok(Some(Claimed {
        id: OutboxId(row.id),
        fence,
        attempts: u32::try_from(attempts).unwrap_or(0),
        appointment: AppointmentId(row.appointment_id),
        kind: (row.purpose, row.channel),
    }))
}

/// A message.
pub async fn get(txn: &Txn, id: OutboxId) -> Result<Option<Row>> {
    match outbox::Entity::find_by_id(id.0).one(&txn.db).await? {
        Some(row) => from_row(txn, row).await.map(Some),
        None => Ok(None),
    }
}

/// What became of a try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The channel took it.
    Sent,
    /// Not now; again at this instant.
    RetryAt(Timestamp, String),
    /// Never.
    GaveUp(String),
    /// No longer wanted: found out just before it was sent.
    Cancelled(String),
}

/// Writes what became of a try. Tells whether the fence still fitted.
pub async fn settle(txn: &Txn, row: &Claimed, outcome: &Outcome, at: Timestamp) -> Result<bool> {
    let found = outbox::Entity::find_by_id(row.id.0).lock_exclusive().one(&txn.db).await?;
    let Some(found) = found.filter(|found| found.fence == row.fence && found.state == state::SENDING) else {
        return Ok(false);
    };
    let mut changed = found.into_active_model();
    changed.lease_until = Set(None);
    let (state, reason, not_before) = match outcome {
        Outcome::Sent => (state::SENT, None, None),
        Outcome::RetryAt(at, why) => (state::QUEUED, Some(why), Some(*at)),
        Outcome::GaveUp(why) => (state::GAVE_UP, Some(why), None),
        Outcome::Cancelled(why) => (state::CANCELLED, Some(why), None),
    };
    changed.state = Set(state.to_owned());
    changed.reason = Set(reason.cloned());
    if let Some(not_before) = not_before {
        changed.not_before = Set(not_before.into());
    } else {
        changed.finished_at = Set(Some(at.into()));
    }
    changed.update(&txn.db).await?;
    delivery::Entity::update_many()
        .col_expr(delivery::Column::EndedAt, Instant::from(at).0.into())
        .col_expr(delivery::Column::Result, state.into())
        .filter(delivery::Column::OutboxId.eq(row.id.0))
        .filter(delivery::Column::Attempt.eq(i32::try_from(row.attempts).unwrap_or(i32::MAX)))
        .exec(&txn.db)
        .await?;
    Ok(true)
}

/// The messages that are due and not yet settled.
pub async fn due(txn: &Txn, now: Timestamp) -> Result<Vec<Row>> {
    let rows = outbox::Entity::find()
        .filter(outbox::Column::State.is_in([state::QUEUED, state::SENDING]))
        .filter(outbox::Column::NotBefore.lte(Instant::from(now).0))
        .all(&txn.db)
        .await?;
    from_rows(txn, rows).await
}

/// All messages in a state, in the order they are due.
pub async fn in_state(txn: &Txn, state: &str) -> Result<Vec<Row>> {
    let rows = outbox::Entity::find()
        .filter(outbox::Column::State.eq(state))
        .order_by_asc(outbox::Column::NotBefore)
        .order_by_asc(outbox::Column::Id)
        .all(&txn.db)
        .await?;
    from_rows(txn, rows).await
}

async fn from_rows(txn: &Txn, rows: Vec<outbox::Model>) -> Result<Vec<Row>> {
    let mut read = Vec::with_capacity(rows.len());
    for row in rows {
        read.push(from_row(txn, row).await?);
    }
    Ok(read)
}

async fn from_row(txn: &Txn, row: outbox::Model) -> Result<Row> {
    let patient = PatientId(row.patient_id);
    Ok(Row {
        id: OutboxId(row.id),
        key: row.key,
        patient,
        appointment: AppointmentId(row.appointment_id),
        channel: parse("outbox", "channel", &row.channel)?,
        address: Private::new(txn.open(patient, ADDRESS, &row.id.to_string(), &row.address).await?),
        owed: json("outbox", "payload", &row.payload)?,
        not_before: row.not_before.into(),
        state: row.state,
        attempts: u32::try_from(row.attempts).unwrap_or(0),
        fence: row.fence,
        finished_at: row.finished_at.map(Into::into),
        reason: row.reason,
    })
}
