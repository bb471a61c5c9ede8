//! The plain JSON API: requests that may come twice, and the programs that are told what happens.

use sea_orm_migration::{prelude::*, sea_orm::ConnectionTrait};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0016_json_api"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(webhooks()).await?;
        manager.create_table(api_requests()).await?;
        for index in [
            "CREATE INDEX api_requests_begun_at ON api_requests (begun_at)",
            "CREATE INDEX outbox_events ON outbox (not_before, id) \
             WHERE purpose = 'event' AND state IN ('queued', 'sending')",
        ] {
            manager.get_connection().execute_unprepared(index).await?;
        }
        Ok(())
    }
}

fn new(column: &'static str) -> ColumnDef {
    ColumnDef::new(Alias::new(column))
}

/// Address and secret of a subscriber are sealed with the service's own key: an address may hold a token.
fn webhooks() -> TableCreateStatement {
    Table::create()
        .table(Alias::new("webhooks"))
        .col(new("id").uuid().primary_key().not_null())
        .col(new("target").blob().not_null())
        .col(new("events").string().not_null())
        .col(new("created_at").big_integer().not_null())
        .col(new("created_by").string().not_null())
        .to_owned()
}

/// Keys and bodies of requests as keyed digests alone: what a request said is nowhere in this table.
fn api_requests() -> TableCreateStatement {
    Table::create()
        .table(Alias::new("api_requests"))
        .col(new("key_hash").blob().primary_key().not_null())
        .col(new("content_hash").blob().not_null())
        .col(new("begun_at").big_integer().not_null())
        .col(new("status").integer())
        .col(new("resource").string())
        .to_owned()
}
