//! Signs of life of what must never stand still.

use jiff::Timestamp;
use sea_orm::{ActiveValue::Set, EntityTrait, sea_query::OnConflict};

use crate::{Result, Txn, rows::heartbeat};

/// Notes that something is alive.
pub async fn beat(txn: &Txn, name: &str, at: Timestamp) -> Result<()> {
    let row = heartbeat::ActiveModel { name: Set(name.to_owned()), at: Set(at.into()) };
    let replace = OnConflict::column(heartbeat::Column::Name).update_column(heartbeat::Column::At).to_owned();
    heartbeat::Entity::insert(row).on_conflict(replace).exec_without_returning(&txn.db).await?;
    Ok(())
}

/// When it was alive last.
pub async fn last(txn: &Txn, name: &str) -> Result<Option<Timestamp>> {
    let row = heartbeat::Entity::find_by_id(name.to_owned()).one(&txn.db).await?;
    Ok(row.map(|row| row.at.into()))
}
