//! Passkeys of staff: public keys, and how often each was used.

use foreword_domain::ids::StaffId;
use jiff::Timestamp;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, PaginatorTrait,
    QueryFilter, QueryOrder,
};

use crate::{Result, Txn, rows::passkey};

/// A passkey.
#[derive(Clone, PartialEq, Eq)]
pub struct Passkey {
    /// Its id, chosen by what made it.
    pub id: Vec<u8>,
    /// Whose it is.
    pub staff: StaffId,
    /// On what it was made.
    pub name: String,
    /// The public key.
    pub key: Vec<u8>,
    /// How often it was used, as it counts itself; 0, if it does not count.
    pub counter: u32,
    /// When it was made.
    pub made_at: Timestamp,
    /// When it was used last.
    pub used_at: Option<Timestamp>,
}

impl std::fmt::Debug for Passkey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Passkey({})", self.name)
    }
}

/// Somebody's passkeys, the oldest first.
pub async fn of(txn: &Txn, staff: StaffId) -> Result<Vec<Passkey>> {
    let rows = passkey::Entity::find()
        .filter(passkey::Column::StaffId.eq(staff.0))
        .order_by_asc(passkey::Column::CreatedAt)
        .all(&txn.db)
        .await?;
    Ok(rows.into_iter().map(from_row).collect())
}

/// Whether somebody has one.
pub async fn any(txn: &Txn, staff: StaffId) -> Result<bool> {
    Ok(passkey::Entity::find().filter(passkey::Column::StaffId.eq(staff.0)).count(&txn.db).await? > 0)
}

/// A passkey by its id.
pub async fn get(txn: &Txn, id: &[u8]) -> Result<Option<Passkey>> {
    Ok(passkey::Entity::find_by_id(id.to_vec()).one(&txn.db).await?.map(from_row))
}

/// Keeps a new one.
pub async fn add(txn: &Txn, new: &Passkey) -> Result<()> {
    let row = passkey::ActiveModel {
        credential_id: Set(new.id.clone()),
        staff_id: Set(new.staff.0),
        name: Set(new.name.clone()),
        public_key: Set(new.key.clone()),
        counter: Set(new.counter.into()),
        created_at: Set(new.made_at.into()),
        used_at: Set(None),
    };
    passkey::Entity::insert(row).exec_without_returning(&txn.db).await?;
    Ok(())
}

/// Notes a use.
pub async fn used(txn: &Txn, id: &[u8], counter: u32, now: Timestamp) -> Result<()> {
    let Some(row) = passkey::Entity::find_by_id(id.to_vec()).one(&txn.db).await? else { return Ok(()) };
    let mut row = row.into_active_model();
    row.counter = Set(counter.into());
    row.used_at = Set(Some(now.into()));
    row.update(&txn.db).await?;
    Ok(())
}

/// Forgets one of somebody's. Whether there was one.
pub async fn remove(txn: &Txn, staff: StaffId, id: &[u8]) -> Result<bool> {
    let gone = passkey::Entity::delete_many()
        .filter(passkey::Column::StaffId.eq(staff.0))
        .filter(passkey::Column::CredentialId.eq(id.to_vec()))
        .exec(&txn.db)
        .await?;
    Ok(gone.rows_affected > 0)
}

/// Forgets all of somebody's.
pub async fn remove_all(txn: &Txn, staff: StaffId) -> Result<()> {
    passkey::Entity::delete_many().filter(passkey::Column::StaffId.eq(staff.0)).exec(&txn.db).await?;
    Ok(())
}

fn from_row(row: passkey::Model) -> Passkey {
    Passkey {
        id: row.credential_id,
        staff: StaffId(row.staff_id),
        name: row.name,
        key: row.public_key,
        counter: u32::try_from(row.counter).unwrap_or(u32::MAX),
        made_at: row.created_at.into(),
        used_at: row.used_at.map(Into::into),
    }
}
