//! The programs that are told what happens: where each is, what it wants to hear of, and the secret it knows us by.

use foreword_domain::{event::Kind, ids::WebhookId, private::Private};
use jiff::Timestamp;
use sea_orm::{ActiveValue::Set, EntityTrait, QueryOrder, sea_query::OnConflict};

use crate::{
    Result, Txn,
    rows::{parse, webhook},
    sealed::Column,
};

const TARGET: Column = Column("webhooks", "target");

/// A program that subscribed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Webhook {
    /// Its id.
    pub id: WebhookId,
    /// Where it is called.
    pub url: Private<String>,
    /// What calls to it are signed with: `whsec_` and base64.
    pub secret: Private<String>,
    /// What it wants to hear of.
    pub events: Vec<Kind>,
    /// Since when.
    pub created_at: Timestamp,
    /// Who subscribed it.
    pub created_by: String,
}

/// Adds a program, unless one of its id is there.
pub async fn add(txn: &Txn, new: &Webhook) -> Result<()> {
    let target = (new.url.reveal(), new.secret.reveal());
    let row = webhook::ActiveModel {
        id: Set(new.id.0),
        target: Set(txn.seal_own(TARGET, &new.id.to_string(), &target)?),
        events: Set(new.events.iter().map(|kind| kind.as_str()).collect::<Vec<_>>().join(" ")),
        created_at: Set(new.created_at.into()),
        created_by: Set(new.created_by.clone()),
    };
    let once = OnConflict::column(webhook::Column::Id).do_nothing().to_owned();
    webhook::Entity::insert(row).on_conflict(once).exec_without_returning(&txn.db).await?;
    Ok(())
}

/// A program.
pub async fn get(txn: &Txn, id: WebhookId) -> Result<Option<Webhook>> {
    webhook::Entity::find_by_id(id.0).one(&txn.db).await?.map(|row| from_row(txn, row)).transpose()
}

/// All programs, oldest first.
pub async fn all(txn: &Txn) -> Result<Vec<Webhook>> {
    let rows = webhook::Entity::find().order_by_asc(webhook::Column::Id).all(&txn.db).await?;
    rows.into_iter().map(|row| from_row(txn, row)).collect()
}

/// The ids of those that want to hear of something.
pub async fn wanting(txn: &Txn, kind: Kind) -> Result<Vec<WebhookId>> {
    let rows = webhook::Entity::find().order_by_asc(webhook::Column::Id).all(&txn.db).await?;
    let wants = |row: &webhook::Model| row.events.split(' ').any(|word| word == kind.as_str());
    Ok(rows.into_iter().filter(wants).map(|row| WebhookId(row.id)).collect())
}

/// Forgets a program. Tells whether there was one.
pub async fn remove(txn: &Txn, id: WebhookId) -> Result<bool> {
    Ok(webhook::Entity::delete_by_id(id.0).exec(&txn.db).await?.rows_affected == 1)
}

fn from_row(txn: &Txn, row: webhook::Model) -> Result<Webhook> {
    let id = WebhookId(row.id);
    let (url, secret): (String, String) = txn.open_own(TARGET, &id.to_string(), &row.target)?;
    let events = row.events.split_whitespace().map(|word| parse("webhooks", "events", word));
    Ok(Webhook {
        id,
        url: Private::new(url),
        secret: Private::new(secret),
        events: events.collect::<Result<_>>()?,
        created_at: row.created_at.into(),
        created_by: row.created_by,
    })
}
