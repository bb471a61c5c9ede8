//! What members of staff are called at a provider of accounts. Kept as keyed digests: looked for, never read.

use foreword_domain::ids::StaffId;
use jiff::Timestamp;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};

use crate::{Result, Txn, rows::staff_identity};

/// What somebody is called there: the provider and the name it will never give to anybody else.
#[derive(Clone, Copy)]
pub struct Identity<'a> {
    /// The provider's address.
    pub issuer: &'a str,
    /// Its name for the person.
    pub subject: &'a str,
}

/// Whose identity it is.
pub async fn owner(txn: &Txn, identity: Identity<'_>) -> Result<Option<StaffId>> {
    let row = staff_identity::Entity::find_by_id(hash(txn, identity)).one(&txn.db).await?;
    Ok(row.map(|row| StaffId(row.staff_id)))
}

/// Whether a member of staff has any.
pub async fn any(txn: &Txn, staff: StaffId) -> Result<bool> {
    Ok(mine(staff).count(&txn.db).await? > 0)
}

/// Gives somebody an identity that is nobody's.
pub async fn add(txn: &Txn, staff: StaffId, identity: Identity<'_>, now: Timestamp) -> Result<()> {
    let row = staff_identity::ActiveModel {
        identity_hash: Set(hash(txn, identity)),
        staff_id: Set(staff.0),
        created_at: Set(now.into()),
    };
    staff_identity::Entity::insert(row).exec_without_returning(&txn.db).await?;
    Ok(())
}

/// Forgets all of somebody's. Whether there was one.
pub async fn remove_all(txn: &Txn, staff: StaffId) -> Result<bool> {
    let gone = staff_identity::Entity::delete_many()
        .filter(staff_identity::Column::StaffId.eq(staff.0))
        .exec(&txn.db)
        .await?;
    Ok(gone.rows_affected > 0)
}

fn mine(staff: StaffId) -> sea_orm::Select<staff_identity::Entity> {
    staff_identity::Entity::find().filter(staff_identity::Column::StaffId.eq(staff.0))
}

fn hash(txn: &Txn, identity: Identity<'_>) -> Vec<u8> {
    txn.keys.blind("staff.identity", &format!("{}\0{}", identity.issuer, identity.subject))
}
