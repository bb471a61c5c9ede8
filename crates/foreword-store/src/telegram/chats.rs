//! Where each chat stands. What is in it belongs to no patient, because nobody may be known there yet:
//! it is sealed with the service's own key.

use foreword_domain::chat::Prompt;
use jiff::Timestamp;
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, UpdateMany,
    sea_query::{Expr, OnConflict},
};
use serde::{Serialize, de::DeserializeOwned};

use super::{chat_hash, hex};
use crate::{
    Result, Txn,
    rows::{Instant, json, telegram_chat, to_json},
    sealed::Column,
};

pub(super) const CHAT: Column = Column("telegram_chats", "chat");
pub(super) const STANDING: Column = Column("telegram_chats", "standing");

/// A chat, and where it stands. `S` is the application's.
#[derive(Clone, PartialEq, Eq)]
pub struct Chat<S> {
    /// Telegram's number of the chat.
    pub chat: i64,
    /// Where it stands.
    pub standing: S,
    /// Failed identity checks in a row.
    pub failed_checks: u32,
    /// No further check before this instant.
    pub locked_until: Option<Timestamp>,
    /// The message whose question waits for an answer.
    pub prompt: Option<Prompt>,
    /// Nothing is sent here before this instant: Telegram said so.
    pub pause_until: Option<Timestamp>,
    /// When Telegram said that nobody can be reached here.
    pub unreachable_at: Option<Timestamp>,
    /// What it said.
    pub unreachable_why: Option<String>,
    /// When something was last heard from here.
    pub heard_at: Option<Timestamp>,
}

impl<S> std::fmt::Debug for Chat<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Chat(private)")
    }
}

impl<S: Default> Chat<S> {
    /// A chat nothing was heard of before.
    pub fn new(chat: i64) -> Self {
        Self {
            chat,
            standing: S::default(),
            failed_checks: 0,
            locked_until: None,
            prompt: None,
            pause_until: None,
            unreachable_at: None,
            unreachable_why: None,
            heard_at: None,
        }
    }
}

/// A chat that was heard of.
pub async fn chat<S: DeserializeOwned>(txn: &Txn, chat: i64) -> Result<Option<Chat<S>>> {
    let row = telegram_chat::Entity::find_by_id(chat_hash(txn, chat)).one(&txn.db).await?;
    row.map(|row| {
        Ok(Chat {
            chat,
            standing: txn.open_own(STANDING, &hex(&row.chat_hash), &row.standing)?,
            failed_checks: u32::try_from(row.failed_checks).unwrap_or(0),
            locked_until: row.locked_until.map(Into::into),
            prompt: row.prompt.map(|prompt| json("telegram_chats", "prompt", &prompt)).transpose()?,
            pause_until: row.pause_until.map(Into::into),
            unreachable_at: row.unreachable_at.map(Into::into),
            unreachable_why: row.unreachable_why,
            heard_at: row.heard_at.map(Into::into),
        })
    })
    .transpose()
}

/// Writes where a chat stands. The prompt and the pause of a chat that is there stay as they are: those
/// who send write them, at the same time, with [`note_prompt`] and [`pause`].
pub async fn put_chat<S: Serialize>(txn: &Txn, chat: &Chat<S>, at: Timestamp) -> Result<()> {
    use telegram_chat::Column;
    let hash = chat_hash(txn, chat.chat);
    let place = hex(&hash);
    let prompt = chat.prompt.as_ref().map(|prompt| to_json("telegram_chats", "prompt", prompt));
    let row = telegram_chat::ActiveModel {
        chat_hash: Set(hash),
        chat: Set(txn.seal_own(CHAT, &place, &chat.chat)?),
        standing: Set(txn.seal_own(STANDING, &place, &chat.standing)?),
        failed_checks: Set(i32::try_from(chat.failed_checks).unwrap_or(i32::MAX)),
        locked_until: Set(chat.locked_until.map(Into::into)),
        prompt: Set(prompt.transpose()?),
        pause_until: Set(chat.pause_until.map(Into::into)),
        unreachable_at: Set(chat.unreachable_at.map(Into::into)),
        unreachable_why: Set(chat.unreachable_why.clone()),
        heard_at: Set(chat.heard_at.map(Into::into)),
        created_at: Set(at.into()),
    };
    let again = OnConflict::column(Column::ChatHash)
        .update_columns([
            Column::Standing,
            Column::FailedChecks,
            Column::LockedUntil,
            Column::UnreachableAt,
            Column::UnreachableWhy,
            Column::HeardAt,
        ])
        .to_owned();
    telegram_chat::Entity::insert(row).on_conflict(again).exec_without_returning(&txn.db).await?;
    Ok(())
}

/// Notes which message holds the question that waits, or that none does.
pub async fn note_prompt(txn: &Txn, chat: i64, prompt: Option<&Prompt>) -> Result<()> {
    let prompt = prompt.map(|prompt| to_json("telegram_chats", "prompt", prompt)).transpose()?;
    one(txn, chat).col_expr(telegram_chat::Column::Prompt, Expr::value(prompt)).exec(&txn.db).await?;
    Ok(())
}

/// Notes that nothing is to be sent to a chat before an instant. A longer pause stays.
pub async fn pause(txn: &Txn, chat: i64, until: Timestamp) -> Result<()> {
    let until = Instant::from(until).0;
    let column = telegram_chat::Column::PauseUntil;
    one(txn, chat)
        .col_expr(column, until.into())
        .filter(Condition::any().add(column.is_null()).add(column.lt(until)))
        .exec(&txn.db)
        .await?;
    Ok(())
}

/// Before which instant nothing is to be sent to a chat.
pub async fn paused_until(txn: &Txn, chat: i64) -> Result<Option<Timestamp>> {
    let until: Option<Option<Instant>> = telegram_chat::Entity::find_by_id(chat_hash(txn, chat))
        .select_only()
        .column(telegram_chat::Column::PauseUntil)
        .into_tuple()
        .one(&txn.db)
        .await?;
    Ok(until.flatten().map(Into::into))
}

/// Notes that nobody can be reached in a chat any more, and what Telegram said of it.
pub async fn lose(txn: &Txn, chat: i64, why: &str, at: Timestamp) -> Result<()> {
    one(txn, chat)
        .col_expr(telegram_chat::Column::UnreachableAt, Instant::from(at).0.into())
        .col_expr(telegram_chat::Column::UnreachableWhy, why.into())
        .exec(&txn.db)
        .await?;
    Ok(())
}

/// Notes that somebody can be reached in a chat again.
pub async fn find_again(txn: &Txn, chat: i64) -> Result<()> {
    one(txn, chat)
        .col_expr(telegram_chat::Column::UnreachableAt, Expr::value(None::<i64>))
        .col_expr(telegram_chat::Column::UnreachableWhy, Expr::value(None::<String>))
        .filter(telegram_chat::Column::UnreachableAt.is_not_null())
        .exec(&txn.db)
        .await?;
    Ok(())
}

fn one(txn: &Txn, chat: i64) -> UpdateMany<telegram_chat::Entity> {
    telegram_chat::Entity::update_many().filter(telegram_chat::Column::ChatHash.eq(chat_hash(txn, chat)))
}
