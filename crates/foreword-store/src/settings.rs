//! What is true of the whole database: which clock it runs on, which master key it was made with.

use sea_orm::{ActiveValue::Set, EntityTrait, sea_query::OnConflict};

use crate::{Error, Result, Txn, rows::setting};

const KEY_MARK: &str = "master-key-mark";

/// Reads a setting.
pub async fn get(txn: &Txn, key: &str) -> Result<Option<String>> {
    Ok(setting::Entity::find_by_id(key).one(&txn.db).await?.map(|row| row.value))
}

/// Writes a setting.
pub async fn put(txn: &Txn, key: &str, value: &str) -> Result<()> {
    let row = setting::ActiveModel { key: Set(key.to_owned()), value: Set(value.to_owned()) };
    let replace = OnConflict::column(setting::Column::Key).update_column(setting::Column::Value).to_owned();
    setting::Entity::insert(row).on_conflict(replace).exec_without_returning(&txn.db).await?;
    Ok(())
}

/// Writes a setting unless it is there; tells what it is.
pub async fn claim(txn: &Txn, key: &str, value: &str) -> Result<String> {
    if let Some(there) = get(txn, key).await? {
        return Ok(there);
    }
    put(txn, key, value).await?;
    Ok(value.to_owned())
}

/// Binds the database to its master key, or refuses another one.
pub(crate) async fn claim_key(txn: &Txn, mark: &str) -> Result<()> {
    if claim(txn, KEY_MARK, mark).await? == mark {
        return Ok(());
    }
    Err(Error::Unusable(
        "this database was made with another master key; point keys.master_file at the right one".to_owned(),
    ))
}
