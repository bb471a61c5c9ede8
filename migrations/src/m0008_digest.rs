//! Who gets the daily digest by mail. A table of its own: an address is a thing of those few who want one.

use sea_orm_migration::prelude::*;

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0008_digest"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let new = |column: &'static str| ColumnDef::new(Alias::new(column));
        let digests = Table::create()
            .table(Alias::new("digests"))
            .col(new("staff_id").uuid().primary_key().not_null())
            .col(new("address").blob().not_null())
            .col(new("since").big_integer().not_null())
            .to_owned();
        manager.create_table(digests).await
    }
}
