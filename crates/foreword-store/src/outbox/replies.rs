//! What is owed to one chat, and how fast a channel takes what is sent.
//!
//! The conditions on purpose and state stand here word for word as in the indexes they are served by.

use foreword_domain::{
    ids::{OutboxId, PatientId},
    message::{Channel, Owed},
};
use jiff::Timestamp;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, sea_query::Expr};
use uuid::Uuid;

use super::{
    claim::{PART, UNKNOWN},
    seal_address,
};
use crate::{
    Result, Txn,
    rows::{Instant, json, outbox},
    telegram::chat_hash,
};

/// The replies to the chat `$1` that are not settled.
pub(super) const OF_CHAT: &str =
    "o.address_hash = $1 AND o.purpose = 'reply' AND o.state IN ('queued', 'sending')";

/// Of these, the queued ones that may go before `$2`. The sum keeps SQLite from going through all that are
/// due, in any chat.
pub(super) const BEFORE: &str = "o.state = 'queued' AND o.not_before + 0 < $2";

/// The tries `d` of a message `o` that may have arrived without our knowing, of what is left of it at
/// `$2`: those that ended in nobody knows what, and those that never ended because the process did. One
/// that is under way is none of them: what is typed meanwhile was typed without having seen it.
fn may_have_arrived() -> String {
    format!(
        "(d.result = '{UNKNOWN}' OR (d.ended_at IS NULL AND (d.attempt < o.attempts OR o.lease_until <= $2))) \
         AND d.attempt > COALESCE((SELECT MAX(p.attempt) FROM deliveries p \
             WHERE p.outbox_id = o.id AND p.result = '{PART}'), 0)"
    )
}

/// When the first try of a message began that may have arrived without our knowing.
pub async fn first_try(txn: &Txn, id: OutboxId, now: Timestamp) -> Result<Option<Timestamp>> {
    let sql = format!(
        "SELECT MIN(d.started_at) FROM outbox o JOIN deliveries d ON d.outbox_id = o.id \
         WHERE o.id = $1 AND {}",
        may_have_arrived()
    );
    let row = txn.db.query_one_raw(txn.statement(&sql, [id.0.into(), now.as_microsecond().into()])).await?;
    let started = row.map(|row| row.try_get_by_index::<Option<Instant>>(0)).transpose()?.flatten();
    Ok(started.map(Into::into))
}

/// The reply to a chat that may have arrived without our knowing, with when the first try began of which
/// that can be said.
pub async fn begun_reply(txn: &Txn, chat: i64, now: Timestamp) -> Result<Option<(Owed, Timestamp)>> {
    let sql = format!(
        "SELECT o.payload, MIN(d.started_at) FROM outbox o JOIN deliveries d ON d.outbox_id = o.id \
         WHERE {OF_CHAT} AND {} GROUP BY o.id, o.payload, o.turn ORDER BY o.turn, o.id LIMIT 1",
        may_have_arrived()
    );
    let values = [chat_hash(txn, chat).into(), now.as_microsecond().into()];
    let row = txn.db.query_one_raw(txn.statement(&sql, values)).await?;
    row.map(|row| {
        let payload: String = row.try_get_by_index(0)?;
        Ok((json("outbox", "payload", &payload)?, row.try_get_by_index::<Instant>(1)?.into()))
    })
    .transpose()
}

/// The newest reply to a chat that is not settled.
pub async fn newest_reply(txn: &Txn, chat: i64) -> Result<Option<Owed>> {
    let sql =
        format!("SELECT o.payload FROM outbox o WHERE {OF_CHAT} ORDER BY o.turn DESC, o.id DESC LIMIT 1");
    let row = txn.db.query_one_raw(txn.statement(&sql, [chat_hash(txn, chat).into()])).await?;
    row.map(|row| json("outbox", "payload", &row.try_get_by_index::<String>(0)?)).transpose()
}

/// Whether a reply to a chat is owed and not settled: queued, or on its way.
pub async fn has_waiting_reply(txn: &Txn, chat: i64) -> Result<bool> {
    let sql = format!("SELECT 1 FROM outbox o WHERE {OF_CHAT} LIMIT 1");
    let row = txn.db.query_one_raw(txn.statement(&sql, [chat_hash(txn, chat).into()])).await?;
    Ok(row.is_some())
}

/// Whether something is owed to a chat in return for what was heard later.
pub async fn has_later_reply(txn: &Txn, chat: i64, turn: i64) -> Result<bool> {
    let sql = format!("SELECT 1 FROM outbox o WHERE {OF_CHAT} AND o.turn > $2 LIMIT 1");
    let values = [chat_hash(txn, chat).into(), turn.into()];
    Ok(txn.db.query_one_raw(txn.statement(&sql, values)).await?.is_some())
}

/// Holds the queued replies to a chat back until an instant; those that wait longer do so.
pub async fn pause_replies(txn: &Txn, chat: i64, until: Timestamp) -> Result<()> {
    let sql = format!("UPDATE outbox AS o SET not_before = $2 WHERE {OF_CHAT} AND {BEFORE}");
    let values = [chat_hash(txn, chat).into(), until.as_microsecond().into()];
    txn.db.execute_raw(txn.statement(&sql, values)).await?;
    Ok(())
}

/// How many tries by a channel began after an instant.
pub async fn sent_since(txn: &Txn, channel: Channel, since: Timestamp) -> Result<u64> {
    let sql = "SELECT COUNT(*) FROM deliveries WHERE channel = $1 AND started_at > $2";
    let values = [channel.as_str().into(), since.as_microsecond().into()];
    let row = txn.db.query_one_raw(txn.statement(sql, values)).await?;
    let tries: i64 = row.map_or(Ok(0), |row| row.try_get_by_index(0))?;
    Ok(u64::try_from(tries).unwrap_or(0))
}

/// Until when Telegram as a whole should be left alone: it asked to wait at three addresses or more, so
/// it is not about one of them. The first instant at which one of them may be tried again.
pub async fn asked_to_wait(txn: &Txn, now: Timestamp) -> Result<Option<Timestamp>> {
    let sql = "SELECT COUNT(DISTINCT address_hash), MIN(not_before) FROM outbox \
         WHERE state = 'queued' AND reason IS NOT NULL AND not_before > $1 \
         AND channel = 'telegram' AND reason LIKE 'asked to wait%'";
    let row = txn.db.query_one_raw(txn.statement(sql, [now.as_microsecond().into()])).await?;
    let Some(row) = row.filter(|row| row.try_get_by_index(0).is_ok_and(|addresses: i64| addresses >= 3))
    else {
        return Ok(None);
    };
    Ok(row.try_get_by_index::<Option<Instant>>(1)?.map(Into::into))
}

/// Turns what is owed to a chat and not settled to its new number.
pub(crate) async fn move_chat(txn: &Txn, old: i64, new: i64) -> Result<()> {
    let owed: Vec<(Uuid, Option<Uuid>)> = outbox::Entity::find()
        .filter(outbox::Column::AddressHash.eq(chat_hash(txn, old)))
        .filter(Expr::cust("state IN ('queued', 'sending')"))
        .select_only()
        .columns([outbox::Column::Id, outbox::Column::PatientId])
        .into_tuple()
        .all(&txn.db)
        .await?;
    let (address, hash) = (new.to_string(), chat_hash(txn, new));
    for (id, patient) in owed {
        let sealed = seal_address(txn, patient.map(PatientId), OutboxId(id), &address).await?;
        outbox::Entity::update_many()
            .col_expr(outbox::Column::Address, Expr::value(sealed))
            .col_expr(outbox::Column::AddressHash, Expr::value(hash.clone()))
            .filter(outbox::Column::Id.eq(id))
            .exec(&txn.db)
            .await?;
    }
    Ok(())
}
