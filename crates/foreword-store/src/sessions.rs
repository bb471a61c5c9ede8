//! Who is signed in: only digests of the secrets that browsers hold.

use jiff::Timestamp;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use uuid::Uuid;

use crate::{
    Result, Txn,
    keys::digest,
    rows::{api_client, session},
};

/// Whose session it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A patient at one conversation.
    Patient,
    /// A patient at one conversation, at a tablet of the clinic's.
    Kiosk,
    /// A member of staff.
    Staff,
}

impl Kind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Patient => "patient",
            Self::Kiosk => "kiosk",
            Self::Staff => "staff",
        }
    }
}

/// Begins a session.
pub async fn begin(
    txn: &Txn,
    kind: Kind,
    subject: Uuid,
    secret: &str,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<()> {
    let row = session::ActiveModel {
        hash: Set(digest(secret.as_bytes())),
        kind: Set(kind.as_str().to_owned()),
        subject: Set(subject),
        created_at: Set(now.into()),
        seen_at: Set(now.into()),
        expires_at: Set(expires_at.into()),
    };
    session::Entity::insert(row).exec_without_returning(&txn.db).await?;
    Ok(())
}

/// A live session's subject, and when it was last seen.
pub async fn find(txn: &Txn, kind: Kind, secret: &str, now: Timestamp) -> Result<Option<(Uuid, Timestamp)>> {
    let row = session::Entity::find_by_id(digest(secret.as_bytes())).one(&txn.db).await?;
    Ok(row
        .filter(|row| row.kind == kind.as_str() && Timestamp::from(row.expires_at) > now)
        .map(|row| (row.subject, row.seen_at.into())))
}

/// Whose session it is or was, over or not.
pub async fn known(txn: &Txn, kind: Kind, secret: &str) -> Result<Option<Uuid>> {
    let row = session::Entity::find_by_id(digest(secret.as_bytes())).one(&txn.db).await?;
    Ok(row.filter(|row| row.kind == kind.as_str()).map(|row| row.subject))
}

/// Notes that a session is in use, and moves its end.
pub async fn seen(txn: &Txn, secret: &str, now: Timestamp, expires_at: Timestamp) -> Result<()> {
    let Some(row) = session::Entity::find_by_id(digest(secret.as_bytes())).one(&txn.db).await? else {
        return Ok(());
    };
    let mut row = row.into_active_model();
    row.seen_at = Set(now.into());
    row.expires_at = Set(expires_at.into());
    row.update(&txn.db).await?;
    Ok(())
}

/// Ends a session.
pub async fn end(txn: &Txn, secret: &str) -> Result<()> {
    session::Entity::delete_by_id(digest(secret.as_bytes())).exec(&txn.db).await?;
    Ok(())
}

/// Ends all sessions of a subject.
pub async fn end_all(txn: &Txn, kind: Kind, subject: Uuid) -> Result<()> {
    session::Entity::delete_many()
        .filter(session::Column::Kind.eq(kind.as_str()))
        .filter(session::Column::Subject.eq(subject))
        .exec(&txn.db)
        .await?;
    Ok(())
}

/// Adds an API client by the digest of its token.
pub async fn add_api_client(txn: &Txn, name: &str, scopes: &str, token: &str, now: Timestamp) -> Result<()> {
    let row = api_client::ActiveModel {
        token_hash: Set(digest(token.as_bytes())),
        name: Set(name.to_owned()),
        scopes: Set(scopes.to_owned()),
        created_at: Set(now.into()),
    };
    api_client::Entity::insert(row).exec_without_returning(&txn.db).await?;
    Ok(())
}

/// The name and scopes of the API client that holds a token.
pub async fn api_client(txn: &Txn, token: &str) -> Result<Option<(String, String)>> {
    let row = api_client::Entity::find_by_id(digest(token.as_bytes())).one(&txn.db).await?;
    Ok(row.map(|row| (row.name, row.scopes)))
}
