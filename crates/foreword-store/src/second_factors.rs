//! Second factors of staff: the secret of an app that makes codes, and recovery codes.

use foreword_domain::{ids::StaffId, private::Private};
use jiff::Timestamp;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel,
    PaginatorTrait, QueryFilter,
};

use crate::{
    Result, Txn,
    rows::{recovery_code, staff_totp},
    sealed::Column,
};

const SECRET: Column = Column("staff_totp", "secret");

/// What an app makes codes from.
#[derive(Clone, Debug)]
pub struct Totp {
    /// The secret, in base32.
    pub secret: Private<String>,
    /// Since when there is one.
    pub created_at: Timestamp,
    /// Whether a code of it was given, so that the app is known to have it.
    pub is_confirmed: bool,
    /// The step whose code was accepted last.
    pub last_step: u64,
}

/// What somebody's app makes codes from.
pub async fn totp(txn: &Txn, staff: StaffId) -> Result<Option<Totp>> {
    let Some(row) = staff_totp::Entity::find_by_id(staff.0).one(&txn.db).await? else { return Ok(None) };
    Ok(Some(Totp {
        secret: Private::new(txn.open_own(SECRET, &staff.to_string(), &row.secret)?),
        created_at: row.created_at.into(),
        is_confirmed: row.confirmed_at.is_some(),
        last_step: u64::try_from(row.last_step).unwrap_or(0),
    }))
}

/// Whether somebody has an app that makes codes, and has shown so.
pub async fn has_totp(txn: &Txn, staff: StaffId) -> Result<bool> {
    let row = staff_totp::Entity::find_by_id(staff.0).one(&txn.db).await?;
    Ok(row.is_some_and(|row| row.confirmed_at.is_some()))
}

/// Keeps a new secret, in base32, until a code of it is given; it replaces what was there.
pub async fn put_totp(txn: &Txn, staff: StaffId, secret: &str, now: Timestamp) -> Result<()> {
    remove_totp(txn, staff).await?;
    let row = staff_totp::ActiveModel {
        staff_id: Set(staff.0),
        secret: Set(txn.seal_own(SECRET, &staff.to_string(), &secret)?),
        created_at: Set(now.into()),
        confirmed_at: Set(None),
        last_step: Set(0),
    };
    staff_totp::Entity::insert(row).exec_without_returning(&txn.db).await?;
    Ok(())
}

/// Notes that the code of a step was accepted: from then on it, and those before it, count no more.
pub async fn accept_step(txn: &Txn, staff: StaffId, step: u64, now: Timestamp) -> Result<()> {
    let Some(row) = staff_totp::Entity::find_by_id(staff.0).one(&txn.db).await? else { return Ok(()) };
    let confirmed = row.confirmed_at.unwrap_or(now.into());
    let mut row = row.into_active_model();
    row.confirmed_at = Set(Some(confirmed));
    row.last_step = Set(i64::try_from(step).unwrap_or(i64::MAX));
    row.update(&txn.db).await?;
    Ok(())
}

/// Forgets the app.
pub async fn remove_totp(txn: &Txn, staff: StaffId) -> Result<()> {
    staff_totp::Entity::delete_by_id(staff.0).exec(&txn.db).await?;
    Ok(())
}

/// Keeps new recovery codes; those before them count no more.
pub async fn put_recovery_codes(txn: &Txn, staff: StaffId, codes: &[String], now: Timestamp) -> Result<()> {
    recovery_code::Entity::delete_many()
        .filter(recovery_code::Column::StaffId.eq(staff.0))
        .exec(&txn.db)
        .await?;
    for code in codes {
        let row = recovery_code::ActiveModel {
            code_hash: Set(code_hash(txn, staff, code)),
            staff_id: Set(staff.0),
            created_at: Set(now.into()),
            used_at: Set(None),
        };
        recovery_code::Entity::insert(row).exec_without_returning(&txn.db).await?;
    }
    Ok(())
}

/// Uses a recovery code up. Whether there was such a one, not used before.
pub async fn use_recovery_code(txn: &Txn, staff: StaffId, code: &str, now: Timestamp) -> Result<bool> {
    // One statement, so that of two at the same time one finds it used.
    let sql =
        "UPDATE recovery_codes SET used_at = $1 WHERE code_hash = $2 AND used_at IS NULL RETURNING staff_id";
    let values = [now.as_microsecond().into(), code_hash(txn, staff, code).into()];
    Ok(txn.db.query_one_raw(txn.statement(sql, values)).await?.is_some())
}

/// How many recovery codes are left.
pub async fn recovery_codes_left(txn: &Txn, staff: StaffId) -> Result<u64> {
    let left = recovery_code::Entity::find()
        .filter(recovery_code::Column::StaffId.eq(staff.0))
        .filter(recovery_code::Column::UsedAt.is_null());
    Ok(left.count(&txn.db).await?)
}

fn code_hash(txn: &Txn, staff: StaffId, code: &str) -> Vec<u8> {
    txn.keys.blind("staff.recovery", &format!("{staff}\0{code}"))
}
