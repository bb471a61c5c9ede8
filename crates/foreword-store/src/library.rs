//! Instruments that programs added to the library. Each version stays; the newest one of each is in use.

use jiff::Timestamp;
use sea_orm::{
    ActiveValue::{NotSet, Set},
    EntityTrait, QueryOrder, QuerySelect,
};

use crate::{Result, Txn, rows::library};

/// Adds an instrument, or a version of one.
pub async fn add(txn: &Txn, instrument: &str, source: &str, client: &str, at: Timestamp) -> Result<()> {
    let row = library::ActiveModel {
        id: NotSet,
        instrument_id: Set(instrument.to_owned()),
        source: Set(source.to_owned()),
        at: Set(at.into()),
        client: Set(client.to_owned()),
    };
    library::Entity::insert(row).exec_without_returning(&txn.db).await?;
    Ok(())
}

/// A number that grows with each that is added; 0 where there is none.
pub async fn generation(txn: &Txn) -> Result<i64> {
    let newest: Option<i64> = library::Entity::find()
        .select_only()
        .column(library::Column::Id)
        .order_by_desc(library::Column::Id)
        .into_tuple()
        .one(&txn.db)
        .await?;
    Ok(newest.unwrap_or_default())
}

/// The newest version of each: its id and its file.
pub async fn newest(txn: &Txn) -> Result<Vec<(String, String)>> {
    let rows = library::Entity::find().order_by_asc(library::Column::Id).all(&txn.db).await?;
    let mut newest: Vec<(String, String)> = Vec::new();
    for row in rows {
        newest.retain(|(id, _)| *id != row.instrument_id);
        newest.push((row.instrument_id, row.source));
    }
    Ok(newest)
}
