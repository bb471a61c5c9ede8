//! Whose a chat is: a patient may have several chats, and a chat several patients.

use foreword_domain::{ids::PatientId, message::Channel, response::Respondent};
use jiff::Timestamp;
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select,
    sea_query::{Expr, OnConflict},
};
use uuid::Uuid;

use super::{
    chat_hash,
    chats::{CHAT, STANDING},
    hex,
};
use crate::{
    Error, Result, Txn, outbox,
    patients::{ADDRESS, address_hash},
    rows::{Instant, contact, parse, telegram_chat},
};

/// The patients a chat is used for, longest bound first, and who answers for each.
pub async fn patients_of(txn: &Txn, chat: i64) -> Result<Vec<(PatientId, Respondent)>> {
    let rows: Vec<(Uuid, Option<String>)> = active()
        .filter(contact::Column::AddressHash.eq(address_hash(txn, &chat.to_string())))
        .order_by_asc(contact::Column::AddedAt)
        .order_by_asc(contact::Column::Id)
        .select_only()
        .columns([contact::Column::PatientId, contact::Column::Respondent])
        .into_tuple()
        .all(&txn.db)
        .await?;
    rows.into_iter().map(|(patient, by)| Ok((PatientId(patient), respondent(by.as_deref())?))).collect()
}

/// A patient's chats, newest binding first: who answers there, and since when and why nobody can be
/// reached there.
pub async fn chats_of(
    txn: &Txn,
    patient: PatientId,
) -> Result<Vec<(i64, Respondent, Option<(Timestamp, String)>)>> {
    let rows = active()
        .filter(contact::Column::PatientId.eq(patient.0))
        .order_by_desc(contact::Column::AddedAt)
        .order_by_desc(contact::Column::Id)
        .all(&txn.db)
        .await?;
    let mut chats = Vec::with_capacity(rows.len());
    for row in rows {
        let address: String = txn.open(patient, ADDRESS, "", &row.address).await?;
        let chat = parse("contacts", "address", &address)?;
        let lost: Option<(Option<Instant>, Option<String>)> =
            telegram_chat::Entity::find_by_id(chat_hash(txn, chat))
                .select_only()
                .columns([telegram_chat::Column::UnreachableAt, telegram_chat::Column::UnreachableWhy])
                .into_tuple()
                .one(&txn.db)
                .await?;
        let lost = lost.and_then(|(at, why)| Some((at?.into(), why.unwrap_or_default())));
        chats.push((chat, respondent(row.respondent.as_deref())?, lost));
    }
    Ok(chats)
}

/// Binds a chat to a patient, as their newest. Their other chats stay, and so do the chat's other
/// patients.
pub async fn bind(txn: &Txn, patient: PatientId, chat: i64, by: Respondent, at: Timestamp) -> Result<()> {
    use contact::Column;
    let address = chat.to_string();
    let row = contact::ActiveModel {
        id: NotSet,
        patient_id: Set(patient.0),
        channel: Set(Channel::Telegram.as_str().to_owned()),
        address_hash: Set(address_hash(txn, &address)),
        address: Set(txn.seal(patient, ADDRESS, "", &address).await?),
        added_at: Set(at.into()),
        removed_at: Set(None),
        respondent: Set(Some(by.as_str().to_owned())),
        failed_at: Set(None),
        failed_why: Set(None),
    };
    let again = OnConflict::columns([Column::PatientId, Column::Channel, Column::AddressHash])
        .update_columns([Column::AddedAt, Column::RemovedAt, Column::Respondent])
        .to_owned();
    contact::Entity::insert(row).on_conflict(again).exec_without_returning(&txn.db).await?;
    Ok(())
}

/// Ends the binding of a chat to a patient. Tells whether there was one.
pub async fn unbind(txn: &Txn, patient: PatientId, chat: i64, at: Timestamp) -> Result<bool> {
    let done = contact::Entity::update_many()
        .col_expr(contact::Column::RemovedAt, Instant::from(at).0.into())
        .filter(contact::Column::PatientId.eq(patient.0))
        .filter(contact::Column::Channel.eq(Channel::Telegram.as_str()))
        .filter(contact::Column::AddressHash.eq(address_hash(txn, &chat.to_string())))
        .filter(contact::Column::RemovedAt.is_null())
        .exec(&txn.db)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Goes on with a chat under another number: where it stands, whose it is, and what is owed to it. If
/// something was heard under the new number before, where that stood is given up. No question waits any
/// more, because messages are counted anew.
pub async fn move_chat(txn: &Txn, old: i64, new: i64) -> Result<()> {
    if old == new {
        return Ok(());
    }
    let (old_hash, new_hash) = (chat_hash(txn, old), chat_hash(txn, new));
    if let Some(row) = telegram_chat::Entity::find_by_id(old_hash.clone()).one(&txn.db).await? {
        let standing: Box<serde_json::value::RawValue> =
            txn.open_own(STANDING, &hex(&old_hash), &row.standing)?;
        let place = hex(&new_hash);
        telegram_chat::Entity::delete_by_id(new_hash.clone()).exec(&txn.db).await?;
        telegram_chat::Entity::update_many()
            .col_expr(telegram_chat::Column::ChatHash, Expr::value(new_hash))
            .col_expr(telegram_chat::Column::Chat, Expr::value(txn.seal_own(CHAT, &place, &new)?))
            .col_expr(
                telegram_chat::Column::Standing,
                Expr::value(txn.seal_own(STANDING, &place, &standing)?),
            )
            .col_expr(telegram_chat::Column::Prompt, Expr::value(None::<String>))
            .filter(telegram_chat::Column::ChatHash.eq(old_hash))
            .exec(&txn.db)
            .await?;
    }
    let bound = active().filter(contact::Column::AddressHash.eq(address_hash(txn, &old.to_string())));
    for row in bound.all(&txn.db).await? {
        let by = respondent(row.respondent.as_deref())?;
        bind(txn, PatientId(row.patient_id), new, by, row.added_at.into()).await?;
        contact::Entity::delete_by_id(row.id).exec(&txn.db).await?;
    }
    outbox::move_chat(txn, old, new).await
}

/// The chats in use.
fn active() -> Select<contact::Entity> {
    contact::Entity::find()
        .filter(contact::Column::Channel.eq(Channel::Telegram.as_str()))
        .filter(contact::Column::RemovedAt.is_null())
}

fn respondent(word: Option<&str>) -> Result<Respondent, Error> {
    word.map_or(Ok(Respondent::Patient), |word| parse("contacts", "respondent", word))
}
