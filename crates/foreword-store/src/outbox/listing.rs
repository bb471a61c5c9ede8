//! What staff see of the outbox: counts and lists, without the addresses. No index serves them: the partial
//! ones of the senders hold what is not settled, which is little.

use foreword_domain::{
    ids::{AppointmentId, OutboxId, PatientId},
    message::Channel,
};
use jiff::Timestamp;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryResult, Value, sea_query::Expr};
use uuid::Uuid;

use super::state;
use crate::{
    Result, Txn,
    clinics::Clinics,
    rows::{Instant, outbox, parse},
};

/// A message as it stands in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its id.
    pub id: OutboxId,
    /// To whom; a chat may belong to nobody known.
    pub patient: Option<PatientId>,
    /// About which visit.
    pub appointment: Option<AppointmentId>,
    /// What it is, in the word of the database.
    pub purpose: String,
    /// The door it leaves or left by.
    pub channel: Channel,
    /// One of [`state`].
    pub state: String,
    /// When it was settled, or else when it is due.
    pub at: Timestamp,
    /// Tries so far.
    pub attempts: u32,
    /// Why it was given up or cancelled, or what came of the last try.
    pub reason: Option<String>,
}

impl Line {
    /// Its place in the list.
    pub fn place(&self) -> Place {
        Place { at: self.at, id: self.id }
    }
}

/// A place in a list: what comes behind it is the next page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The instant messages are sorted by.
    pub at: Timestamp,
    /// The message, where several have the same instant.
    pub id: OutboxId,
}

/// What a list shows of a message, in the order of [`read`].
const COLUMNS: &str = "o.id, o.patient_id, o.appointment_id, o.purpose, o.channel, o.state, \
     COALESCE(o.finished_at, o.not_before) AS at, o.attempts, o.reason";

/// How many messages there are in each state.
pub async fn counts(txn: &Txn, clinics: &Clinics) -> Result<Vec<(String, u64)>> {
    let (theirs, values) = theirs(clinics, 1);
    let sql = format!("SELECT o.state, COUNT(*) FROM outbox o WHERE {theirs} GROUP BY o.state");
    let rows = txn.db.query_all_raw(txn.statement(&sql, values)).await?;
    rows.iter()
        .map(|row| {
            let count: i64 = row.try_get_by_index(1)?;
            Ok((row.try_get_by_index(0)?, u64::try_from(count).unwrap_or(0)))
        })
        .collect()
}

/// The messages in a state behind a place, `limit` at most: what is still to come soonest first, what is
/// settled newest first.
pub async fn in_state(
    txn: &Txn,
    state: &str,
    clinics: &Clinics,
    behind: Option<Place>,
    limit: u64,
) -> Result<Vec<Line>> {
    let (than, order) =
        if matches!(state, state::QUEUED | state::SENDING) { (">", "") } else { ("<", "DESC") };
    let begin = if than == ">" { Timestamp::MIN } else { Timestamp::MAX };
    let (at, id) = behind.map_or((begin, Uuid::nil()), |place| (place.at, place.id.0));
    let (theirs, wanted) = theirs(clinics, 4);
    let sql = format!(
        "SELECT {COLUMNS} FROM outbox o WHERE o.state = $1 AND {theirs} \
         AND (COALESCE(o.finished_at, o.not_before), o.id) {than} ($2, $3) \
         ORDER BY at {order}, o.id {order} LIMIT {limit}"
    );
    let values = [state.into(), at.as_microsecond().into(), id.into()];
    let values = values.into_iter().chain(wanted);
    read_all(&txn.db.query_all_raw(txn.statement(&sql, values)).await?)
}

/// The messages that are due before an instant and not settled, soonest first.
pub async fn due_before(txn: &Txn, until: Timestamp, clinics: &Clinics, limit: u64) -> Result<Vec<Line>> {
    let (theirs, wanted) = theirs(clinics, 2);
    let sql = format!(
        "SELECT {COLUMNS} FROM outbox o WHERE o.state IN ('queued', 'sending') AND o.not_before < $1 \
         AND {theirs} ORDER BY at, o.id LIMIT {limit}"
    );
    let values = std::iter::once(until.as_microsecond().into()).chain(wanted);
    read_all(&txn.db.query_all_raw(txn.statement(&sql, values)).await?)
}

/// The messages about the visits of a patient, the newest first, `limit` at most.
pub async fn of_patient(txn: &Txn, patient: PatientId, limit: u64) -> Result<Vec<Line>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM outbox o \
         WHERE o.appointment_id IN (SELECT id FROM appointments WHERE patient_id = $1) \
         ORDER BY at DESC, o.id DESC LIMIT {limit}"
    );
    read_all(&txn.db.query_all_raw(txn.statement(&sql, [patient.0.into()])).await?)
}

/// The messages about a visit, in the order they were settled or are due.
pub async fn of_appointment(txn: &Txn, about: AppointmentId) -> Result<Vec<Line>> {
    let sql = format!("SELECT {COLUMNS} FROM outbox o WHERE o.appointment_id = $1 ORDER BY at, o.id");
    read_all(&txn.db.query_all_raw(txn.statement(&sql, [about.0.into()])).await?)
}

/// One message, if it is about a visit at one of some clinics.
pub async fn line(txn: &Txn, id: OutboxId, clinics: &Clinics) -> Result<Option<Line>> {
    let (theirs, wanted) = theirs(clinics, 2);
    let sql = format!("SELECT {COLUMNS} FROM outbox o WHERE o.id = $1 AND {theirs}");
    let values = std::iter::once(id.0.into()).chain(wanted);
    txn.db.query_one_raw(txn.statement(&sql, values)).await?.as_ref().map(read).transpose()
}

/// The condition that a message is about a visit at one of some clinics, with the values it wants from
/// `$first` on. One about no visit belongs to the clinics its patient visits.
fn theirs(clinics: &Clinics, first: usize) -> (String, Vec<Value>) {
    if *clinics == Clinics::All {
        return ("1 = 1".to_owned(), Vec::new());
    }
    let (at, values) = clinics.sql("a.clinic", first);
    let condition = format!(
        "(o.appointment_id IN (SELECT a.id FROM appointments a WHERE {at}) OR (o.appointment_id IS NULL \
         AND o.patient_id IN (SELECT a.patient_id FROM appointments a WHERE {at})))"
    );
    (condition, values)
}

/// Owes a message once more that was given up. Tells whether it was; its tries go on counting.
pub async fn retry(txn: &Txn, id: OutboxId, at: Timestamp) -> Result<bool> {
    let done = outbox::Entity::update_many()
        .col_expr(outbox::Column::State, state::QUEUED.into())
        .col_expr(outbox::Column::Reason, Expr::value(None::<String>))
        .col_expr(outbox::Column::FinishedAt, Expr::value(None::<i64>))
        .col_expr(outbox::Column::NotBefore, Instant::from(at).0.into())
        .filter(outbox::Column::Id.eq(id.0))
        .filter(outbox::Column::State.eq(state::GAVE_UP))
        .exec(&txn.db)
        .await?;
    Ok(done.rows_affected == 1)
}

fn read_all(rows: &[QueryResult]) -> Result<Vec<Line>> {
    rows.iter().map(read).collect()
}

fn read(row: &QueryResult) -> Result<Line> {
    let channel: String = row.try_get_by_index(4)?;
    let attempts: i32 = row.try_get_by_index(7)?;
    Ok(Line {
        id: OutboxId(row.try_get_by_index(0)?),
        patient: row.try_get_by_index::<Option<Uuid>>(1)?.map(PatientId),
        appointment: row.try_get_by_index::<Option<Uuid>>(2)?.map(AppointmentId),
        purpose: row.try_get_by_index(3)?,
        channel: parse("outbox", "channel", &channel)?,
        state: row.try_get_by_index(5)?,
        at: row.try_get_by_index::<Instant>(6)?.into(),
        attempts: u32::try_from(attempts).unwrap_or(0),
        reason: row.try_get_by_index(8)?,
    })
}
