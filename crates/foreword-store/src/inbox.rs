//! What came in, each delivery once: the same key and content gets the receipt it got before.

use foreword_domain::{conversation::Say, ids::ConversationId, message::InboxKey};
use jiff::Timestamp;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, sea_query::OnConflict};
use uuid::Uuid;

use crate::{
    Result, Txn,
    rows::{inbox, json, to_json},
};

/// What a delivery was answered with.
#[derive(Clone, Debug, PartialEq)]
pub struct Receipt {
    /// Digest of what was delivered.
    pub content_hash: Vec<u8>,
    /// What was said in return, as data; no patient's words are in it.
    pub replies: Vec<Say>,
}

/// A keyed digest of what was delivered: a plain one would give short answers away.
pub fn content_hash(txn: &Txn, content: &str) -> Vec<u8> {
    txn.keys.blind("inbox.content", content)
}

/// The receipt of a delivery that was applied before.
pub async fn receipt(txn: &Txn, key: &InboxKey) -> Result<Option<Receipt>> {
    let row = inbox::Entity::find()
        .filter(inbox::Column::Source.eq(&key.source))
        .filter(inbox::Column::ExternalId.eq(&key.id))
        .one(&txn.db)
        .await?;
    row.map(|row| {
        Ok(Receipt { content_hash: row.content_hash, replies: json("inbox", "receipt", &row.receipt)? })
    })
    .transpose()
}

/// The key of a delivery that was taken in.
pub(crate) async fn key(txn: &Txn, id: Uuid) -> Result<Option<InboxKey>> {
    let row = inbox::Entity::find_by_id(id).one(&txn.db).await?;
    Ok(row.map(|row| InboxKey { source: row.source, id: row.external_id }))
}

/// Takes a delivery in. Tells whether it is new; if not, another one with its key came first.
pub async fn accept(
    txn: &Txn,
    id: Uuid,
    key: &InboxKey,
    conversation: ConversationId,
    receipt: &Receipt,
    at: Timestamp,
) -> Result<bool> {
    let row = inbox::ActiveModel {
        id: Set(id),
        source: Set(key.source.clone()),
        external_id: Set(key.id.clone()),
        conversation_id: Set(conversation.0),
        received_at: Set(at.into()),
        content_hash: Set(receipt.content_hash.clone()),
        receipt: Set(to_json("inbox", "receipt", &receipt.replies)?),
    };
    let once =
        OnConflict::columns([inbox::Column::Source, inbox::Column::ExternalId]).do_nothing().to_owned();
    let inserted = inbox::Entity::insert(row).on_conflict(once).exec_without_returning(&txn.db).await?;
    Ok(inserted == 1)
}
