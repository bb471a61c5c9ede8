//! What we owe people: rows that commit with what caused them, and are paid later.
//!
//! queued → sending → sent | gave-up | queued again; queued → cancelled. `sending` is committed before
//! anything goes over the wire, and its result only while the fence still fits.
//!
//! There are the messages of the timetable, about a visit, and the replies to a chat, which leave it in
//! the order of what they reply to.

mod claim;
pub mod listing;
mod replies;

use foreword_domain::{
    ids::{AppointmentId, OutboxId, PatientId},
    message::{Channel, Noted, Owed, Purpose},
    private::Private,
};
use jiff::Timestamp;
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait, OnConflict, SimpleExpr},
};

pub use claim::{Claimed, Lane, Outcome, claim, claim_this, next_due, release, renew, settle};
pub(crate) use replies::move_chat;
pub use replies::{
    asked_to_wait, begun_reply, first_try, has_later_reply, has_waiting_reply, newest_reply, pause_replies,
    sent_since,
};

use crate::{
    Result, Txn,
    rows::{Instant, delivery, json, outbox, parse, to_json},
    sealed::{Column, Sealed},
    telegram,
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

/// A message owed to somebody.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Its id.
    pub id: OutboxId,
    /// What it is, in words that are the same each time: the same message is never owed twice.
    pub key: String,
    /// To whom; a chat may belong to nobody known.
    pub patient: Option<PatientId>,
    /// About which visit.
    pub appointment: Option<AppointmentId>,
    /// The door it leaves by.
    pub channel: Channel,
    /// The address, copied when it was planned.
    pub address: Private<String>,
    /// What is owed.
    pub owed: Owed,
    /// The place of a reply among those to the same address.
    pub turn: i64,
    /// How many parts of it the channel took: a try after this one begins behind them.
    pub parts: u32,
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
    /// Why it was given up or cancelled, or what came of the last try.
    pub reason: Option<String>,
}

impl Row {
    /// A message that waits for its time, about nobody known and no visit.
    pub fn queued(
        id: OutboxId,
        key: String,
        (channel, address): (Channel, Private<String>),
        owed: Owed,
        not_before: Timestamp,
    ) -> Self {
        Self {
            id,
            key,
            patient: None,
            appointment: None,
            channel,
            address,
            owed,
            turn: 0,
            parts: 0,
            not_before,
            state: state::QUEUED.to_owned(),
            attempts: 0,
            fence: 0,
            finished_at: None,
            reason: None,
        }
    }
}

/// Owes a message, unless the same one is owed already.
pub async fn owe(txn: &Txn, new: &Row, at: Timestamp) -> Result<bool> {
    Ok(owe_all(txn, std::slice::from_ref(new), at).await? == 1)
}

/// Owes messages, those left out that are owed already. Tells how many are new.
pub async fn owe_all(txn: &Txn, new: &[Row], at: Timestamp) -> Result<u64> {
    if new.is_empty() {
        return Ok(0);
    }
    let mut rows = Vec::with_capacity(new.len());
    for new in new {
        rows.push(to_row(txn, new, at).await?);
    }
    let once = OnConflict::column(outbox::Column::Key).do_nothing().to_owned();
    txn.add_once(rows, once).await
}

async fn to_row(txn: &Txn, new: &Row, at: Timestamp) -> Result<outbox::ActiveModel> {
    let telegram = new.channel == Channel::Telegram;
    Ok(outbox::ActiveModel {
        id: Set(new.id.0),
        key: Set(new.key.clone()),
        patient_id: Set(new.patient.map(|patient| patient.0)),
        appointment_id: Set(new.appointment.map(|appointment| appointment.0)),
        channel: Set(new.channel.as_str().to_owned()),
        address: Set(seal_address(txn, new.patient, new.id, new.address.reveal()).await?),
        address_hash: Set(telegram.then(|| telegram::address_hash(txn, new.address.reveal()))),
        purpose: Set(new.owed.as_str().to_owned()),
        payload: Set(to_json("outbox", "payload", &new.owed)?),
        turn: Set(new.turn),
        parts: Set(0),
        not_before: Set(new.not_before.into()),
        state: Set(new.state.clone()),
        attempts: Set(0),
        fence: Set(0),
        lease_until: Set(None),
        created_at: Set(at.into()),
        finished_at: Set(new.finished_at.map(Into::into)),
        reason: Set(new.reason.clone()),
    })
}

/// A message.
pub async fn get(txn: &Txn, id: OutboxId) -> Result<Option<Row>> {
    match outbox::Entity::find_by_id(id.0).one(&txn.db).await? {
        Some(row) => from_row(txn, row).await.map(Some),
        None => Ok(None),
    }
}

/// A message, and since when it is owed.
pub async fn with_time(txn: &Txn, id: OutboxId) -> Result<Option<(Row, Timestamp)>> {
    match outbox::Entity::find_by_id(id.0).one(&txn.db).await? {
        Some(row) => {
            let since = row.created_at.into();
            Ok(Some((from_row(txn, row).await?, since)))
        }
        None => Ok(None),
    }
}

/// The timetable's messages about a visit, in the order they are due.
pub async fn of_appointment(txn: &Txn, appointment: AppointmentId) -> Result<Vec<Row>> {
    let rows = outbox::Entity::find()
        .filter(outbox::Column::AppointmentId.eq(appointment.0))
        .filter(is_of_timetable())
        .order_by_asc(outbox::Column::NotBefore)
        .order_by_asc(outbox::Column::Id)
        .all(&txn.db)
        .await?;
    from_rows(txn, rows).await
}

/// What the care team let a patient know about a visit, in the order it was due.
pub async fn notes(txn: &Txn, appointment: AppointmentId) -> Result<Vec<Row>> {
    let rows = outbox::Entity::find()
        .filter(outbox::Column::AppointmentId.eq(appointment.0))
        .filter(outbox::Column::Purpose.is_in(Noted::WORDS))
        .order_by_asc(outbox::Column::NotBefore)
        .order_by_asc(outbox::Column::Id)
        .all(&txn.db)
        .await?;
    from_rows(txn, rows).await
}

/// The states of the timetable's messages about a visit, each with the door it leaves or left by, in the
/// order they are due.
pub async fn states(txn: &Txn, appointment: AppointmentId) -> Result<Vec<(String, Channel)>> {
    let rows: Vec<(String, String)> = outbox::Entity::find()
        .filter(outbox::Column::AppointmentId.eq(appointment.0))
        .filter(is_of_timetable())
        .order_by_asc(outbox::Column::NotBefore)
        .order_by_asc(outbox::Column::Id)
        .select_only()
        .columns([outbox::Column::State, outbox::Column::Channel])
        .into_tuple()
        .all(&txn.db)
        .await?;
    rows.into_iter().map(|(state, channel)| Ok((state, parse("outbox", "channel", &channel)?))).collect()
}

/// Cancels what the timetable still has queued for a visit.
pub async fn cancel(txn: &Txn, appointment: AppointmentId, reason: &str, at: Timestamp) -> Result<u64> {
    let of_timetable = outbox::Column::AppointmentId.eq(appointment.0).and(is_of_timetable());
    cancel_where(txn, of_timetable, reason, at).await
}

/// Cancels what the timetable still has queued for a patient.
pub async fn cancel_all(txn: &Txn, patient: PatientId, reason: &str, at: Timestamp) -> Result<u64> {
    cancel_where(txn, outbox::Column::PatientId.eq(patient.0), reason, at).await
}

async fn cancel_where(txn: &Txn, which: SimpleExpr, reason: &str, at: Timestamp) -> Result<u64> {
    let done = outbox::Entity::update_many()
        .col_expr(outbox::Column::State, state::CANCELLED.into())
        .col_expr(outbox::Column::Reason, reason.into())
        .col_expr(outbox::Column::FinishedAt, Instant::from(at).0.into())
        .filter(which)
        // In the words of the index that leaves out what is settled, which is most.
        .filter(Expr::cust("purpose <> 'reply' AND state IN ('queued', 'sending')"))
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
        .filter(is_of_timetable())
        .filter(Condition::any().add(queued).add(over))
        .exec(&txn.db)
        .await?;
    Ok(())
}

/// Lets a message leave by another door. Its address stays the one it was planned with: the sender looks
/// up the one of now.
pub async fn set_channel(txn: &Txn, id: OutboxId, attempt: u32, channel: Channel) -> Result<()> {
    let mut update = outbox::Entity::update_many()
        .col_expr(outbox::Column::Channel, channel.as_str().into())
        .filter(outbox::Column::Id.eq(id.0));
    if channel != Channel::Telegram {
        update = update.col_expr(outbox::Column::AddressHash, Expr::value(None::<Vec<u8>>));
    }
    update.exec(&txn.db).await?;
    // The pace of a channel is counted by what left by it.
    delivery::Entity::update_many()
        .col_expr(delivery::Column::Channel, channel.as_str().into())
        .filter(delivery::Column::OutboxId.eq(id.0))
        .filter(delivery::Column::Attempt.eq(attempt))
        .exec(&txn.db)
        .await?;
    Ok(())
}

/// Notes that a message which was accepted did not arrive.
pub async fn came_back(txn: &Txn, id: OutboxId, why: &str, at: Timestamp) -> Result<()> {
    outbox::Entity::update_many()
        .col_expr(outbox::Column::State, state::GAVE_UP.into())
        .col_expr(outbox::Column::Reason, why.into())
        .col_expr(outbox::Column::FinishedAt, Instant::from(at).0.into())
        .filter(outbox::Column::Id.eq(id.0))
        .filter(outbox::Column::State.eq(state::SENT))
        .exec(&txn.db)
        .await?;
    Ok(())
}

/// The states of all messages whose key begins with this, each with how often it was tried.
pub async fn tried(txn: &Txn, key: &str) -> Result<Vec<(String, u32)>> {
    let rows: Vec<(String, i32)> = outbox::Entity::find()
        .filter(outbox::Column::Key.starts_with(key))
        .select_only()
        .columns([outbox::Column::State, outbox::Column::Attempts])
        .into_tuple()
        .all(&txn.db)
        .await?;
    Ok(rows.into_iter().map(|(state, attempts)| (state, u32::try_from(attempts).unwrap_or(0))).collect())
}

/// Puts off all queued events whose key begins with this.
pub async fn put_off(txn: &Txn, key: &str, until: Timestamp) -> Result<()> {
    outbox::Entity::update_many()
        .col_expr(outbox::Column::NotBefore, Instant::from(until).0.into())
        .filter(outbox::Column::Key.starts_with(key))
        // In the words of the index that holds what is not settled.
        .filter(Expr::cust("purpose = 'event' AND state IN ('queued', 'sending')"))
        .filter(outbox::Column::State.eq(state::QUEUED))
        .filter(outbox::Column::NotBefore.lt(Instant::from(until).0))
        .exec(&txn.db)
        .await?;
    Ok(())
}

/// The messages that are due and not yet settled. No index serves it.
pub async fn due(txn: &Txn, now: Timestamp) -> Result<Vec<Row>> {
    let rows = outbox::Entity::find()
        .filter(outbox::Column::State.is_in([state::QUEUED, state::SENDING]))
        .filter(outbox::Column::NotBefore.lte(Instant::from(now).0))
        .all(&txn.db)
        .await?;
    from_rows(txn, rows).await
}

/// All messages in a state, in the order they are due. No index serves it.
pub async fn in_state(txn: &Txn, state: &str) -> Result<Vec<Row>> {
    let rows = outbox::Entity::find()
        .filter(outbox::Column::State.eq(state))
        .order_by_asc(outbox::Column::NotBefore)
        .order_by_asc(outbox::Column::Id)
        .all(&txn.db)
        .await?;
    from_rows(txn, rows).await
}

/// The patients to whom messages other than replies in a chat are queued, by when the first of them is due.
pub async fn awaited(txn: &Txn, until: Option<Timestamp>) -> Result<Vec<PatientId>> {
    let mut rows = outbox::Entity::find()
        .filter(outbox::Column::State.eq(state::QUEUED))
        .filter(is_planned())
        .filter(outbox::Column::PatientId.is_not_null());
    if let Some(until) = until {
        rows = rows.filter(outbox::Column::NotBefore.lte(Instant::from(until).0));
    }
    let patients: Vec<uuid::Uuid> = rows
        .select_only()
        .column(outbox::Column::PatientId)
        .group_by(outbox::Column::PatientId)
        .order_by_asc(outbox::Column::NotBefore.min())
        .into_tuple()
        .all(&txn.db)
        .await?;
    Ok(patients.into_iter().map(PatientId).collect())
}

/// The messages other than replies in a chat that are queued for a patient, in the order they are due.
pub async fn queued_for(txn: &Txn, patient: PatientId) -> Result<Vec<Row>> {
    let rows = outbox::Entity::find()
        .filter(outbox::Column::PatientId.eq(patient.0))
        .filter(outbox::Column::State.eq(state::QUEUED))
        .filter(is_planned())
        .order_by_asc(outbox::Column::NotBefore)
        .order_by_asc(outbox::Column::Id)
        .all(&txn.db)
        .await?;
    from_rows(txn, rows).await
}

/// Whether a message is one of the timetable.
pub(crate) fn is_of_timetable() -> SimpleExpr {
    outbox::Column::Purpose.is_in(Purpose::ALL.map(Purpose::as_str))
}

/// Whether a message is no reply in a chat.
fn is_planned() -> SimpleExpr {
    outbox::Column::Purpose.ne(Owed::REPLY)
}

async fn seal_address(
    txn: &Txn,
    patient: Option<PatientId>,
    id: OutboxId,
    address: &String,
) -> Result<Sealed> {
    match patient {
        Some(patient) => txn.seal(patient, ADDRESS, &id.to_string(), address).await,
        None => txn.seal_own(ADDRESS, &id.to_string(), address),
    }
}

async fn from_rows(txn: &Txn, rows: Vec<outbox::Model>) -> Result<Vec<Row>> {
    let mut read = Vec::with_capacity(rows.len());
    for row in rows {
        read.push(from_row(txn, row).await?);
    }
    Ok(read)
}

async fn from_row(txn: &Txn, row: outbox::Model) -> Result<Row> {
    let (id, patient) = (OutboxId(row.id), row.patient_id.map(PatientId));
    let address: String = match patient {
        Some(patient) => txn.open(patient, ADDRESS, &id.to_string(), &row.address).await?,
        None => txn.open_own(ADDRESS, &id.to_string(), &row.address)?,
    };
    Ok(Row {
        id,
        key: row.key,
        patient,
        appointment: row.appointment_id.map(AppointmentId),
        channel: parse("outbox", "channel", &row.channel)?,
        address: Private::new(address),
        owed: json("outbox", "payload", &row.payload)?,
        turn: row.turn,
        parts: u32::try_from(row.parts).unwrap_or(0),
        not_before: row.not_before.into(),
        state: row.state,
        attempts: u32::try_from(row.attempts).unwrap_or(0),
        fence: row.fence,
        finished_at: row.finished_at.map(Into::into),
        reason: row.reason,
    })
}
