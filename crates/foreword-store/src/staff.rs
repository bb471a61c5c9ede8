//! Members of staff.

use foreword_domain::ids::StaffId;
use jiff::Timestamp;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect,
};

use crate::{Result, Txn, rows::staff};

/// A member of staff.
#[derive(Clone, PartialEq, Eq)]
pub struct Member {
    /// Their id.
    pub id: StaffId,
    /// What they sign in with.
    pub login: String,
    /// Their name.
    pub name: String,
    /// What they are called; what they may do stands in [`crate::staff_roles`].
    pub role: String,
    /// Argon2id hash of their password.
    pub password_hash: String,
    /// Failed sign-ins in a row.
    pub failed_logins: u32,
    /// Until when no further try is taken.
    pub locked_until: Option<Timestamp>,
    /// Since when they may not sign in.
    pub disabled_at: Option<Timestamp>,
}

impl std::fmt::Debug for Member {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Member({})", self.id)
    }
}

/// A member by login.
pub async fn by_login(txn: &Txn, login: &str) -> Result<Option<Member>> {
    let row = staff::Entity::find().filter(staff::Column::Login.eq(login)).one(&txn.db).await?;
    Ok(row.map(from_row))
}

/// A member.
pub async fn get(txn: &Txn, id: StaffId) -> Result<Option<Member>> {
    Ok(staff::Entity::find_by_id(id.0).one(&txn.db).await?.map(from_row))
}

/// A member, held until the transaction ends.
pub async fn hold(txn: &Txn, id: StaffId) -> Result<Option<Member>> {
    Ok(staff::Entity::find_by_id(id.0).lock_exclusive().one(&txn.db).await?.map(from_row))
}

/// All members.
pub async fn all(txn: &Txn) -> Result<Vec<Member>> {
    let rows = staff::Entity::find().order_by_asc(staff::Column::Login).all(&txn.db).await?;
    Ok(rows.into_iter().map(from_row).collect())
}

/// Adds a member.
pub async fn add(txn: &Txn, new: &Member, at: Timestamp) -> Result<()> {
    let row = staff::ActiveModel {
        id: Set(new.id.0),
        login: Set(new.login.clone()),
        name: Set(new.name.clone()),
        role: Set(new.role.clone()),
        password_hash: Set(new.password_hash.clone()),
        failed_logins: Set(0),
        locked_until: Set(None),
        disabled_at: Set(None),
        created_at: Set(at.into()),
    };
    staff::Entity::insert(row).exec_without_returning(&txn.db).await?;
    Ok(())
}

/// Replaces a member's password hash and counts.
pub async fn update(txn: &Txn, member: &Member) -> Result<()> {
    let Some(row) = staff::Entity::find_by_id(member.id.0).one(&txn.db).await? else { return Ok(()) };
    let mut row = row.into_active_model();
    row.password_hash = Set(member.password_hash.clone());
    row.failed_logins = Set(i32::try_from(member.failed_logins).unwrap_or(i32::MAX));
    row.locked_until = Set(member.locked_until.map(Into::into));
    row.disabled_at = Set(member.disabled_at.map(Into::into));
    row.update(&txn.db).await?;
    Ok(())
}

fn from_row(row: staff::Model) -> Member {
    Member {
        id: StaffId(row.id),
        login: row.login,
        name: row.name,
        role: row.role,
        password_hash: row.password_hash,
        failed_logins: u32::try_from(row.failed_logins).unwrap_or(0),
        locked_until: row.locked_until.map(Into::into),
        disabled_at: row.disabled_at.map(Into::into),
    }
}
