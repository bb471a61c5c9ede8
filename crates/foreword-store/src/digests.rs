//! Who of the staff gets the daily digest, and where. Addresses are sealed with the service's own key: they
//! are people's, though not patients'.

use foreword_domain::{ids::StaffId, private::Private};
use jiff::Timestamp;
use sea_orm::{ActiveValue::Set, EntityTrait, QueryOrder, sea_query::OnConflict};

use crate::{Result, Txn, rows::digest, sealed::Column};

const ADDRESS: Column = Column("digests", "address");

/// A member of staff who gets the digest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    /// Who.
    pub staff: StaffId,
    /// Where to.
    pub address: Private<String>,
    /// Since when.
    pub since: Timestamp,
}

/// All who get it.
pub async fn all(txn: &Txn) -> Result<Vec<Wish>> {
    let rows = digest::Entity::find().order_by_asc(digest::Column::StaffId).all(&txn.db).await?;
    rows.iter().map(|row| from_row(txn, row)).collect()
}

/// Whether one member gets it, and where.
pub async fn get(txn: &Txn, staff: StaffId) -> Result<Option<Wish>> {
    let row = digest::Entity::find_by_id(staff.0).one(&txn.db).await?;
    row.as_ref().map(|row| from_row(txn, row)).transpose()
}

/// Sets where a member gets it, or that they don't.
pub async fn set(txn: &Txn, staff: StaffId, address: Option<&str>, at: Timestamp) -> Result<()> {
    let Some(address) = address else {
        digest::Entity::delete_by_id(staff.0).exec(&txn.db).await?;
        return Ok(());
    };
    let row = digest::ActiveModel {
        staff_id: Set(staff.0),
        address: Set(txn.seal_own(ADDRESS, &staff.to_string(), &address)?),
        since: Set(at.into()),
    };
    let replace =
        OnConflict::column(digest::Column::StaffId).update_column(digest::Column::Address).to_owned();
    digest::Entity::insert(row).on_conflict(replace).exec_without_returning(&txn.db).await?;
    Ok(())
}

fn from_row(txn: &Txn, row: &digest::Model) -> Result<Wish> {
    let staff = StaffId(row.staff_id);
    let address: String = txn.open_own(ADDRESS, &staff.to_string(), &row.address)?;
    Ok(Wish { staff, address: Private::new(address), since: row.since.into() })
}
