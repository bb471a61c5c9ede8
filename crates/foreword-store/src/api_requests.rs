//! Requests of programs that may come twice: which key came with which body, and what came of it. Both are kept
//! as keyed digests, and of the answer its status and the id of what it was about: no patient's data is here.

use jiff::Timestamp;
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, EntityTrait, QueryFilter,
    sea_query::{Expr, OnConflict},
};

use crate::{
    Result, Txn,
    rows::{Instant, api_request},
};

/// What the digests are for.
const KEY: &str = "api request key";
const CONTENT: &str = "api request content";

/// A request, by its digests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    key: Vec<u8>,
    content: Vec<u8>,
}

/// What is known of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Known {
    /// Nothing: from now on it is being dealt with.
    New,
    /// It is being dealt with.
    Begun,
    /// Its key came with another body.
    Other,
    /// It was dealt with: the status it was answered with, and what it was about.
    Done(u16, String),
}

impl Request {
    /// A request with a key that one program chose.
    pub fn new(txn: &Txn, client: &str, key: &str, content: &[u8]) -> Self {
        let of_client = format!("{}:{client}:{key}", client.len());
        Self {
            key: txn.keys.mac(KEY, of_client.as_bytes()).to_vec(),
            content: txn.keys.mac(CONTENT, content).to_vec(),
        }
    }
}

/// Begins a request, unless it has begun. One that began before `given_up` and never ended is begun again: whoever
/// dealt with it is gone.
pub async fn begin(txn: &Txn, new: &Request, given_up: Timestamp, now: Timestamp) -> Result<Known> {
    let row = api_request::ActiveModel {
        key_hash: Set(new.key.clone()),
        content_hash: Set(new.content.clone()),
        begun_at: Set(now.into()),
        status: Set(None),
        resource: Set(None),
    };
    let once = OnConflict::column(api_request::Column::KeyHash).do_nothing().to_owned();
    let inserted = api_request::Entity::insert(row).on_conflict(once).exec_without_returning(&txn.db).await?;
    if inserted == 1 {
        return Ok(Known::New);
    }
    let Some(known) = api_request::Entity::find_by_id(new.key.clone()).one(&txn.db).await? else {
        return Ok(Known::Begun);
    };
    match (known.status.and_then(|status| u16::try_from(status).ok()), known.resource) {
        _ if known.content_hash != new.content => Ok(Known::Other),
        (Some(status), Some(resource)) => Ok(Known::Done(status, resource)),
        _ => {
            let again = api_request::Entity::update_many()
                .col_expr(api_request::Column::BegunAt, Instant::from(now).0.into())
                .filter(api_request::Column::KeyHash.eq(new.key.clone()))
                .filter(api_request::Column::Status.is_null())
                .filter(api_request::Column::BegunAt.lte(Instant::from(given_up).0))
                .exec(&txn.db)
                .await?;
            Ok(if again.rows_affected == 1 { Known::New } else { Known::Begun })
        }
    }
}

/// Keeps what came of a request.
pub async fn finish(txn: &Txn, done: &Request, status: u16, resource: &str) -> Result<()> {
    api_request::Entity::update_many()
        .col_expr(api_request::Column::Status, Expr::value(i32::from(status)))
        .col_expr(api_request::Column::Resource, Expr::value(resource))
        .filter(api_request::Column::KeyHash.eq(done.key.clone()))
        .exec(&txn.db)
        .await?;
    Ok(())
}

/// Forgets a request that changed nothing: it may come again, also with another body.
pub async fn forget(txn: &Txn, refused: &Request) -> Result<()> {
    api_request::Entity::delete_many()
        .filter(api_request::Column::KeyHash.eq(refused.key.clone()))
        .filter(api_request::Column::Status.is_null())
        .exec(&txn.db)
        .await?;
    Ok(())
}

/// Forgets those that began before an instant. Tells how many there were.
pub async fn forget_old(txn: &Txn, before: Timestamp) -> Result<u64> {
    let done = api_request::Entity::delete_many()
        .filter(api_request::Column::BegunAt.lt(Instant::from(before).0))
        .exec(&txn.db)
        .await?;
    Ok(done.rows_affected)
}
