//! Exports that programs asked for, and their parts: what was read for them, until it is fetched or over.

use sea_orm_migration::{prelude::*, sea_orm::ConnectionTrait};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0017_exports"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [exports(), parts()] {
            manager.create_table(table).await?;
        }
        for index in [
            "CREATE INDEX exports_state ON exports (state, requested_at)",
            "CREATE UNIQUE INDEX export_parts_number ON export_parts (export_id, attempt, kind, number)",
        ] {
            manager.get_connection().execute_unprepared(index).await?;
        }
        Ok(())
    }
}

fn new(column: &'static str) -> ColumnDef {
    ColumnDef::new(Alias::new(column))
}

/// What was asked for is sealed: an identifier may stand in it.
fn exports() -> TableCreateStatement {
    Table::create()
        .table(Alias::new("exports"))
        .col(new("id").uuid().primary_key().not_null())
        .col(new("client").string().not_null())
        .col(new("state").string().not_null())
        .col(new("request").blob().not_null())
        .col(new("attempt").integer().not_null())
        .col(new("resources").big_integer().not_null())
        .col(new("requested_at").big_integer().not_null())
        .col(new("transaction_at").big_integer())
        .col(new("lease_until").big_integer())
        .col(new("finished_at").big_integer())
        .col(new("expires_at").big_integer().not_null())
        .to_owned()
}

/// Sealed with the service's own key: a part is of many patients.
fn parts() -> TableCreateStatement {
    Table::create()
        .table(Alias::new("export_parts"))
        .col(new("id").big_integer().primary_key().auto_increment().not_null())
        .col(new("export_id").uuid().not_null())
        .col(new("attempt").integer().not_null())
        .col(new("kind").string().not_null())
        .col(new("number").integer().not_null())
        .col(new("resources").big_integer().not_null())
        .col(new("body").blob().not_null())
        .to_owned()
}
