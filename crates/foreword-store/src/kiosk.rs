//! One-time codes with which a patient opens their visit on a tablet at the desk: keyed digests only.

use foreword_domain::ids::{ConversationId, StaffId};
use jiff::Timestamp;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, sea_query::OnConflict,
};

use crate::{Result, Txn, rows::kiosk_code};

/// Adds a code; those that were made for the visit before work no more. Tells whether it is a new one:
/// a code that was given out before is not given out again.
pub async fn add(
    txn: &Txn,
    code: &str,
    conversation: ConversationId,
    staff: StaffId,
    at: Timestamp,
    expires: Timestamp,
) -> Result<bool> {
    kiosk_code::Entity::delete_many()
        .filter(kiosk_code::Column::ConversationId.eq(conversation.0))
        .filter(kiosk_code::Column::UsedAt.is_null())
        .exec(&txn.db)
        .await?;
    let row = kiosk_code::ActiveModel {
        code_hash: Set(hash(txn, code)),
        conversation_id: Set(conversation.0),
        staff_id: Set(staff.0),
        created_at: Set(at.into()),
        expires_at: Set(expires.into()),
        used_at: Set(None),
    };
    let once = OnConflict::column(kiosk_code::Column::CodeHash).do_nothing().to_owned();
    Ok(kiosk_code::Entity::insert(row).on_conflict(once).exec_without_returning(&txn.db).await? == 1)
}

/// Uses a code up. Nothing when there is no such code, it is too old, or it was used before.
pub async fn spend(txn: &Txn, code: &str, at: Timestamp) -> Result<Option<ConversationId>> {
    // One statement, so that of two at the same time one finds it used.
    let sql = "UPDATE kiosk_codes SET used_at = $1 \
         WHERE code_hash = $2 AND used_at IS NULL AND expires_at > $1 RETURNING conversation_id";
    let statement = txn.statement(sql, [at.as_microsecond().into(), hash(txn, code).into()]);
    match txn.db.query_one_raw(statement).await? {
        Some(row) => Ok(Some(ConversationId(row.try_get_by_index(0)?))),
        None => Ok(None),
    }
}

fn hash(txn: &Txn, code: &str) -> Vec<u8> {
    txn.keys.blind("kiosk.code", code)
}
