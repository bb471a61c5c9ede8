//! Feeds: which message about an appointment was the newest, the pathways that were in use, and what the
//! log of feeds says it is about.

use sea_orm_migration::{prelude::*, sea_orm::ConnectionTrait};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0005_feeds"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [appointment_versions(), pathways()] {
            manager.create_table(table).await?;
        }
        manager
            .alter_table(
                Table::alter().table(Alias::new("feed_log")).add_column(new("appointment").text()).to_owned(),
            )
            .await?;
        manager.get_connection().execute_unprepared("CREATE INDEX feed_log_at ON feed_log (at)").await?;
        Ok(())
    }
}

fn new(column: &'static str) -> ColumnDef {
    ColumnDef::new(Alias::new(column))
}

/// Also of appointments that were cancelled before they were heard of.
fn appointment_versions() -> TableCreateStatement {
    Table::create()
        .table(Alias::new("appointment_versions"))
        .col(new("external_id").text().primary_key().not_null())
        .col(new("sequence").big_integer())
        .col(new("at").big_integer())
        .to_owned()
}

fn pathways() -> TableCreateStatement {
    Table::create()
        .table(Alias::new("pathways"))
        .col(new("hash").text().primary_key().not_null())
        .col(new("pathway_id").text().not_null())
        .col(new("version").text().not_null())
        .col(new("source").text().not_null())
        .col(new("created_at").big_integer().not_null())
        .to_owned()
}
