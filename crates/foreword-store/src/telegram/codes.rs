//! Codes that say once whose a chat is. They are stored as keyed digests: one may be short enough to be
//! typed, and is then short enough to be guessed from a plain digest.

use foreword_domain::ids::{PatientId, StaffId};
use jiff::Timestamp;
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait, sea_query::OnConflict};

use crate::{Error, Result, Txn, rows::telegram_code};

/// Whom a code is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A patient, or somebody for them.
    Patient(PatientId),
    /// A member of staff.
    Staff(StaffId),
}

/// Adds a code; one that is there already gets the new end.
pub async fn add_code(
    txn: &Txn,
    code: &str,
    subject: Subject,
    at: Timestamp,
    expires: Timestamp,
) -> Result<()> {
    let (kind, id) = match subject {
        Subject::Patient(id) => ("patient", id.0),
        Subject::Staff(id) => ("staff", id.0),
    };
    let row = telegram_code::ActiveModel {
        code_hash: Set(code_hash(txn, code)),
        kind: Set(kind.to_owned()),
        subject: Set(id),
        created_at: Set(at.into()),
        expires_at: Set(expires.into()),
        used_at: Set(None),
    };
    let again = OnConflict::column(telegram_code::Column::CodeHash)
        .update_column(telegram_code::Column::ExpiresAt)
        .to_owned();
    telegram_code::Entity::insert(row).on_conflict(again).exec_without_returning(&txn.db).await?;
    Ok(())
}

/// Uses a code up. Nothing when there is no such code, it is too old, or it was used before.
pub async fn use_code(txn: &Txn, code: &str, at: Timestamp) -> Result<Option<Subject>> {
    // One statement, so that of two at the same time one finds it used.
    let sql = "UPDATE telegram_codes SET used_at = $1 \
         WHERE code_hash = $2 AND used_at IS NULL AND expires_at > $1 RETURNING kind, subject";
    let statement = txn.statement(sql, [at.as_microsecond().into(), code_hash(txn, code).into()]);
    let Some(row) = txn.db.query_one_raw(statement).await? else { return Ok(None) };
    let (kind, id): (String, _) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
    match kind.as_str() {
        "patient" => Ok(Some(Subject::Patient(PatientId(id)))),
        "staff" => Ok(Some(Subject::Staff(StaffId(id)))),
        _ => Err(Error::Unreadable {
            table: "telegram_codes",
            column: "kind",
            why: "an unknown word".to_owned(),
        }),
    }
}

fn code_hash(txn: &Txn, code: &str) -> Vec<u8> {
    txn.keys.blind("telegram.code", code)
}
