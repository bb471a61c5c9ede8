//! Updates: committed before Telegram is told that they arrived, and applied in one transaction with
//! what they change, those of one chat in their order. Then what they held is gone from here.

use foreword_domain::{chat::Update, private::Private};
use jiff::Timestamp;
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryResult,
    sea_query::{Expr, OnConflict},
};

use super::{chat_hash, hex};
use crate::{
    Error, Result, Txn,
    rows::{Instant, telegram_update},
    sealed::{Column, Sealed},
};

const RAW: Column = Column("telegram_updates", "raw");

/// The states of an update.
mod state {
    pub const NEW: &str = "new";
    pub const DONE: &str = "done";
    pub const REFUSED: &str = "refused";
}

/// The oldest update that waits and is the first of its chat. The conditions are, word for word, those of
/// two indexes that hold nothing that is settled. What comes before it is asked for one row at a time,
/// the nearest first: PostgreSQL would join a `NOT EXISTS`, while it knows little of the table without the
/// index, and would look through what was settled just now.
const FIRST: &str = "FROM telegram_updates u WHERE u.settled_at IS NULL AND (SELECT e.id \
    FROM telegram_updates e WHERE e.state = 'new' AND e.chat_hash = u.chat_hash AND e.id < u.id \
    ORDER BY e.id DESC LIMIT 1) IS NULL ORDER BY u.id LIMIT 1";

/// What is read of an update that waits.
const COLUMNS: &str = "u.id, u.update_id, u.raw_hash, u.raw";

/// An update that waits to be applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Its row.
    pub id: i64,
    /// Telegram's number of it.
    pub update_id: i64,
    /// What came, to the byte.
    pub raw: Private<String>,
}

/// Takes an update in, unless the very same one came before. Tells whether it is new.
///
/// Telegram may begin its numbers anew after a quiet week: the same number with other content is another
/// update.
pub async fn take_in(txn: &Txn, update: &Update, at: Timestamp) -> Result<bool> {
    let raw_hash = txn.keys.blind("telegram.raw", update.raw.reveal());
    let row = telegram_update::ActiveModel {
        id: NotSet,
        update_id: Set(update.number),
        raw: Set(Some(txn.seal_own(RAW, &place(update.number, &raw_hash), update.raw.reveal())?)),
        raw_hash: Set(raw_hash),
        chat_hash: Set(update.chat.map(|chat| chat_hash(txn, chat))),
        state: Set(state::NEW.to_owned()),
        received_at: Set(at.into()),
        settled_at: Set(None),
        reason: Set(None),
    };
    let once = OnConflict::columns([telegram_update::Column::UpdateId, telegram_update::Column::RawHash])
        .do_nothing()
        .to_owned();
    Ok(telegram_update::Entity::insert(row).on_conflict(once).exec_without_returning(&txn.db).await? == 1)
}

/// The update that waits longest, held until the transaction ends. Those of one chat come in their
/// order: nobody gets one of a chat while an earlier one waits or is held.
///
/// # Errors
/// [`Error::Unreadable`] when it can't be opened; [`refuse_unreadable`] puts it aside.
pub async fn next(txn: &Txn) -> Result<Option<Waiting>> {
    let sql = format!("SELECT {COLUMNS} {FIRST} {}", txn.skip_held());
    let row = txn.db.query_one_raw(txn.statement(&sql, [])).await?;
    row.map(|row| waiting(txn, &row)).transpose()
}

/// One that was handed out before, held again; nothing when somebody else is at it, or has dealt with it.
pub async fn hold(txn: &Txn, id: i64) -> Result<Option<Waiting>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM telegram_updates u WHERE u.id = $1 AND u.state = 'new' {}",
        txn.skip_held()
    );
    let row = txn.db.query_one_raw(txn.statement(&sql, [id.into()])).await?;
    row.map(|row| waiting(txn, &row)).transpose()
}

fn waiting(txn: &Txn, row: &QueryResult) -> Result<Waiting> {
    let (id, update_id) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
    let raw_hash: Vec<u8> = row.try_get_by_index(2)?;
    let raw = row.try_get_by_index::<Option<Sealed>>(3)?.ok_or_else(|| Error::Unreadable {
        table: "telegram_updates",
        column: "raw",
        why: "it is empty".to_owned(),
    })?;
    let raw: String = txn.open_own(RAW, &place(update_id, &raw_hash), &raw)?;
    Ok(Waiting { id, update_id, raw: Private::new(raw) })
}

/// Marks an update as applied. What it held is erased.
pub async fn settle(txn: &Txn, id: i64, at: Timestamp) -> Result<()> {
    telegram_update::Entity::update_many()
        .col_expr(telegram_update::Column::State, state::DONE.into())
        .col_expr(telegram_update::Column::Raw, Expr::value(None::<Vec<u8>>))
        .col_expr(telegram_update::Column::SettledAt, Instant::from(at).0.into())
        .filter(telegram_update::Column::Id.eq(id))
        .exec(&txn.db)
        .await?;
    Ok(())
}

/// Marks an update as refused, with a reason that holds nothing of its content. What it held stays,
/// sealed, for somebody to find out why.
pub async fn refuse(txn: &Txn, id: i64, why: &str, at: Timestamp) -> Result<()> {
    telegram_update::Entity::update_many()
        .col_expr(telegram_update::Column::State, state::REFUSED.into())
        .col_expr(telegram_update::Column::Reason, why.into())
        .col_expr(telegram_update::Column::SettledAt, Instant::from(at).0.into())
        .filter(telegram_update::Column::Id.eq(id))
        .exec(&txn.db)
        .await?;
    Ok(())
}

/// Refuses the update that [`next`] would hand out if it can't even be opened. Of several processes,
/// another may have seen to it meanwhile: then the next one is as it should be, and stays. Tells which
/// it was.
pub async fn refuse_unreadable(txn: &Txn, why: &str, at: Timestamp) -> Result<Option<i64>> {
    let sql = format!("SELECT {COLUMNS} {FIRST} {}", txn.skip_held());
    let Some(row) = txn.db.query_one_raw(txn.statement(&sql, [])).await? else { return Ok(None) };
    if waiting(txn, &row).is_ok() {
        return Ok(None);
    }
    let id = row.try_get_by_index(0)?;
    refuse(txn, id, why, at).await?;
    Ok(Some(id))
}

/// Forgets updates that were applied before one instant or refused before another: Telegram repeats none
/// that old. The newest stays whatever its age. Tells how many are gone.
pub async fn forget(txn: &Txn, before: Timestamp, refused_before: Timestamp) -> Result<u64> {
    // Rows lie in the order they came in, so only the old end of the table is read, and no index on
    // instants has to be kept for it. Neither bound is beyond the newest row.
    let sql = "DELETE FROM telegram_updates \
         WHERE id < COALESCE((SELECT id FROM telegram_updates WHERE received_at >= $3 ORDER BY id LIMIT 1), \
             (SELECT MAX(id) FROM telegram_updates)) \
         AND ((state = 'done' AND settled_at < $1) OR (state = 'refused' AND settled_at < $2))";
    let [applied, refused, latest] =
        [before, refused_before, before.max(refused_before)].map(|at| at.as_microsecond().into());
    Ok(txn.db.execute_raw(txn.statement(sql, [applied, refused, latest])).await?.rows_affected())
}

/// What the content of an update is bound to.
fn place(update_id: i64, raw_hash: &[u8]) -> String {
    format!("{update_id}:{}", hex(raw_hash))
}
