//! Which roles members of staff hold, and where. What a role may do is not known here.

use foreword_domain::ids::StaffId;
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder,
};

use crate::{Result, Txn, rows::staff_role};

/// A role that somebody holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// The word for the role.
    pub role: String,
    /// At which clinic, by the name appointments carry; nothing is all of them.
    pub clinic: Option<String>,
}

/// The roles of a member, in the order they were given.
pub async fn of(txn: &Txn, staff: StaffId) -> Result<Vec<Held>> {
    let rows = staff_role::Entity::find()
        .filter(staff_role::Column::StaffId.eq(staff.0))
        .order_by_asc(staff_role::Column::Id)
        .all(&txn.db)
        .await?;
    Ok(rows.into_iter().map(|row| Held { role: row.role, clinic: row.clinic }).collect())
}

/// Replaces the roles of a member.
pub async fn set(txn: &Txn, staff: StaffId, roles: &[Held]) -> Result<()> {
    staff_role::Entity::delete_many().filter(staff_role::Column::StaffId.eq(staff.0)).exec(&txn.db).await?;
    for held in roles {
        let row = staff_role::ActiveModel {
            id: NotSet,
            staff_id: Set(staff.0),
            clinic: Set(held.clinic.clone()),
            role: Set(held.role.clone()),
        };
        staff_role::Entity::insert(row).exec_without_returning(&txn.db).await?;
    }
    Ok(())
}
