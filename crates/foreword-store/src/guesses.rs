//! What was guessed wrongly, where somebody has to say who they are: each guess once, because to
//! repeat it tells nobody anything.

use jiff::Timestamp;
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    sea_query::OnConflict,
};

use crate::{
    Result, Txn,
    rows::{Instant, guess},
};

/// Notes a wrong guess. Tells how many different ones there are now, and whether this one is new.
pub async fn note(txn: &Txn, scope: &str, guessed: &str, at: Timestamp) -> Result<(u32, bool)> {
    let row = guess::ActiveModel {
        id: NotSet,
        scope: Set(hash(txn, scope)),
        guess: Set(txn.keys.blind("guess", &format!("{scope}\0{guessed}"))),
        at: Set(at.into()),
    };
    let once = OnConflict::columns([guess::Column::Scope, guess::Column::Guess]).do_nothing().to_owned();
    let added = guess::Entity::insert(row).on_conflict(once).exec_without_returning(&txn.db).await?;
    Ok((count(txn, scope).await?, added == 1))
}

/// How many different guesses were made.
pub async fn count(txn: &Txn, scope: &str) -> Result<u32> {
    let counted = guess::Entity::find().filter(guess::Column::Scope.eq(hash(txn, scope)));
    Ok(u32::try_from(counted.count(&txn.db).await?).unwrap_or(u32::MAX))
}

/// When the newest guess was made.
pub async fn newest(txn: &Txn, scope: &str) -> Result<Option<Timestamp>> {
    let row = guess::Entity::find()
        .filter(guess::Column::Scope.eq(hash(txn, scope)))
        .order_by_desc(guess::Column::At)
        .one(&txn.db)
        .await?;
    Ok(row.map(|row| row.at.into()))
}

/// Forgets what was guessed before an instant.
pub async fn forget(txn: &Txn, scope: &str, before: Timestamp) -> Result<()> {
    guess::Entity::delete_many()
        .filter(guess::Column::Scope.eq(hash(txn, scope)))
        .filter(guess::Column::At.lt(Instant::from(before)))
        .exec(&txn.db)
        .await?;
    Ok(())
}

fn hash(txn: &Txn, scope: &str) -> Vec<u8> {
    txn.keys.blind("guess.scope", scope)
}
