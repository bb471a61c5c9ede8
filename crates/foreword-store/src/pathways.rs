//! The text of every pathway that was in use: a version keeps its words.

use foreword_domain::pathway::Pathway;
use jiff::Timestamp;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};

use crate::{Result, Txn, instruments::hash, rows::pathway};

/// Keeps the text of a pathway.
///
/// Tells whether that is right: another text was there under the same id and version if it is not, and
/// nothing is kept.
pub async fn keep(txn: &Txn, kept: &Pathway, at: Timestamp) -> Result<bool> {
    let known = pathway::Entity::find()
        .filter(pathway::Column::PathwayId.eq(&kept.id))
        .filter(pathway::Column::Version.eq(&kept.version))
        .one(&txn.db)
        .await?;
    let digest = hash(&kept.source);
    if let Some(known) = known {
        return Ok(known.hash == digest);
    }
    let row = pathway::ActiveModel {
        hash: Set(digest),
        pathway_id: Set(kept.id.clone()),
        version: Set(kept.version.clone()),
        source: Set(kept.source.clone()),
        created_at: Set(at.into()),
    };
    pathway::Entity::insert(row).exec_without_returning(&txn.db).await?;
    Ok(true)
}

/// The text of a pathway in a version.
pub async fn source(txn: &Txn, id: &str, version: &str) -> Result<Option<String>> {
    let row = pathway::Entity::find()
        .filter(pathway::Column::PathwayId.eq(id))
        .filter(pathway::Column::Version.eq(version))
        .one(&txn.db)
        .await?;
    Ok(row.map(|row| row.source))
}
