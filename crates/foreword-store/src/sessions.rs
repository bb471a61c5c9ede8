//! Who is signed in: only digests of the secrets that browsers hold.

use jiff::Timestamp;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
};
use uuid::Uuid;

use crate::{
    Result, Txn,
    keys::digest,
    rows::{Instant, session},
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
    /// A member of staff whose password was right and whose second factor is still to come. It opens no page.
    HalfStaff,
    /// No session: what somebody has answered with, kept so that it counts once.
    Answered,
}

impl Kind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Patient => "patient",
            Self::Kiosk => "kiosk",
            Self::Staff => "staff",
            Self::HalfStaff => "staff-half",
            Self::Answered => "answered",
        }
    }
}

/// What is known of how a session was begun.
#[derive(Clone, Copy, Debug, Default)]
pub struct Begun<'a> {
    /// On what.
    pub device: Option<&'a str>,
    /// Whether a provider of accounts vouched for who it is.
    pub vouched: bool,
}

/// A session that is not over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Live {
    /// Whose it is.
    pub subject: Uuid,
    /// When it was begun.
    pub begun_at: Timestamp,
    /// When it was last seen.
    pub seen_at: Timestamp,
    /// Whether a provider of accounts vouched for who began it, and so for how they were asked.
    pub vouched: bool,
}

/// A session as its owner sees it among others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// What it is called in forms: the beginning of its digest, which opens nothing.
    pub id: String,
    /// On what it was begun, as far as that was told.
    pub device: String,
    /// When it was begun.
    pub begun_at: Timestamp,
    /// When it was last seen.
    pub seen_at: Timestamp,
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
    begin_as(txn, kind, subject, secret, Begun::default(), now, expires_at).await
}

/// Begins a session of which more is known.
pub async fn begin_as(
    txn: &Txn,
    kind: Kind,
    subject: Uuid,
    secret: &str,
    begun: Begun<'_>,
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
        device: Set(begun.device.map(str::to_owned)),
        vouched: Set(begun.vouched),
    };
    session::Entity::insert(row).exec_without_returning(&txn.db).await?;
    Ok(())
}

/// A session that is not over, by its secret.
pub async fn find(txn: &Txn, kind: Kind, secret: &str, now: Timestamp) -> Result<Option<Live>> {
    let row = session::Entity::find_by_id(digest(secret.as_bytes())).one(&txn.db).await?;
    Ok(row.filter(|row| row.kind == kind.as_str() && Timestamp::from(row.expires_at) > now).map(|row| Live {
        subject: row.subject,
        begun_at: row.created_at.into(),
        seen_at: row.seen_at.into(),
        vouched: row.vouched,
    }))
}

/// Uses up what counts once, until it ends by itself. Whether it was there to be used.
pub async fn spend(txn: &Txn, subject: Uuid, what: &str, now: Timestamp, until: Timestamp) -> Result<bool> {
    if find(txn, Kind::Answered, what, now).await?.is_some() {
        return Ok(false);
    }
    forget_ended(txn, Kind::Answered, subject, now).await?;
    begin(txn, Kind::Answered, subject, what, now, until).await?;
    Ok(true)
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

/// Forgets a subject's sessions that are over.
pub async fn forget_ended(txn: &Txn, kind: Kind, subject: Uuid, now: Timestamp) -> Result<()> {
    session::Entity::delete_many()
        .filter(session::Column::Kind.eq(kind.as_str()))
        .filter(session::Column::Subject.eq(subject))
        .filter(session::Column::ExpiresAt.lte(Instant::from(now)))
        .exec(&txn.db)
        .await?;
    Ok(())
}

/// A subject's sessions that are not over, the one last seen first.
pub async fn of(txn: &Txn, kind: Kind, subject: Uuid, now: Timestamp) -> Result<Vec<Listed>> {
    let rows = mine(kind, subject)
        .filter(session::Column::ExpiresAt.gt(Instant::from(now)))
        .order_by_desc(session::Column::SeenAt)
        .all(&txn.db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| Listed {
            id: short(&row.hash),
            device: row.device.unwrap_or_default(),
            begun_at: row.created_at.into(),
            seen_at: row.seen_at.into(),
        })
        .collect())
}

/// What a session is called among others.
pub fn id_of(secret: &str) -> String {
    short(&digest(secret.as_bytes()))
}

/// Ends one session of a subject by what it is called. Whether there was one.
pub async fn end_listed(txn: &Txn, kind: Kind, subject: Uuid, id: &str) -> Result<bool> {
    let rows = mine(kind, subject).all(&txn.db).await?;
    let Some(row) = rows.into_iter().find(|row| short(&row.hash) == id) else { return Ok(false) };
    session::Entity::delete_by_id(row.hash).exec(&txn.db).await?;
    Ok(true)
}

/// Ends all sessions of a subject but one.
pub async fn end_others(txn: &Txn, kind: Kind, subject: Uuid, secret: &str) -> Result<()> {
    session::Entity::delete_many()
        .filter(session::Column::Kind.eq(kind.as_str()))
        .filter(session::Column::Subject.eq(subject))
        .filter(session::Column::Hash.ne(digest(secret.as_bytes())))
        .exec(&txn.db)
        .await?;
    Ok(())
}

fn mine(kind: Kind, subject: Uuid) -> sea_orm::Select<session::Entity> {
    session::Entity::find()
        .filter(session::Column::Kind.eq(kind.as_str()))
        .filter(session::Column::Subject.eq(subject))
}

fn short(hash: &[u8]) -> String {
    let named = hash.iter().take(8).fold(0_u64, |named, byte| named << 8 | u64::from(*byte));
    format!("{named:016x}")
}
