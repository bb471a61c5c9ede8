//! The text of every instrument version a response ever began with.

use foreword_domain::instrument::Instrument;
use jiff::Timestamp;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::OnConflict,
};

use crate::{Result, Txn, keys::digest, rows::instrument};

/// Digest of an instrument's file, in hexadecimal.
pub fn hash(source: &str) -> String {
    digest(source.as_bytes()).iter().fold(String::new(), |mut hex, byte| {
        use std::fmt::Write;
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// Keeps the text of an instrument, by the digest of its file.
pub async fn keep(txn: &Txn, kept: &Instrument, hash: &str, at: Timestamp) -> Result<()> {
    if txn.kept.lock().await.contains(hash) {
        return Ok(());
    }
    let row = instrument::ActiveModel {
        hash: Set(digest(kept.source.as_bytes())),
        instrument_id: Set(kept.variant_of.as_ref().unwrap_or(&kept.id).clone()),
        version: Set(kept.version.clone()),
        source: Set(kept.source.clone()),
        first_used_at: Set(at.into()),
    };
    let once = OnConflict::column(instrument::Column::Hash).do_nothing().to_owned();
    instrument::Entity::insert(row).on_conflict(once).exec_without_returning(&txn.db).await?;
    txn.kept.lock().await.insert(hash.to_owned());
    Ok(())
}

/// An instrument's id and text by the digest of its file.
pub async fn source(txn: &Txn, hash: &str) -> Result<Option<(String, String)>> {
    let bytes: Option<Vec<u8>> =
        (0..hash.len()).step_by(2).map(|n| u8::from_str_radix(hash.get(n..n + 2)?, 16).ok()).collect();
    let Some(bytes) = bytes else { return Ok(None) };
    let row = instrument::Entity::find_by_id(bytes).one(&txn.db).await?;
    Ok(row.map(|row| (row.instrument_id, row.source)))
}

/// The digest of an instrument's file in a version that is kept, in hexadecimal: of the newest one, where several
/// files said that they were it.
pub async fn of_version(txn: &Txn, id: &str, version: &str) -> Result<Option<String>> {
    let row = instrument::Entity::find()
        .filter(instrument::Column::InstrumentId.eq(id))
        .filter(instrument::Column::Version.eq(version))
        .order_by_desc(instrument::Column::FirstUsedAt)
        .one(&txn.db)
        .await?;
    Ok(row.map(|row| hash(&row.source)))
}

/// The versions of an instrument that are kept, each with when it was first used, newest first.
pub async fn versions(txn: &Txn, id: &str) -> Result<Vec<(String, Timestamp)>> {
    use instrument::Column;
    let rows: Vec<(String, crate::rows::Instant)> = instrument::Entity::find()
        .filter(Column::InstrumentId.eq(id))
        .order_by_desc(Column::FirstUsedAt)
        .select_only()
        .columns([Column::Version, Column::FirstUsedAt])
        .into_tuple()
        .all(&txn.db)
        .await?;
    Ok(rows.into_iter().map(|(version, at)| (version, at.into())).collect())
}
