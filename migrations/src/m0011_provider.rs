//! Signing in with an account of the house: who is who at its provider (OpenID Connect).

use sea_orm_migration::{prelude::*, sea_orm::ConnectionTrait};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0011_provider"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(staff_identities()).await?;
        manager
            .alter_table(
                Table::alter()
                    .table(Alias::new("sessions"))
                    .add_column(new("vouched").boolean().not_null().default(false))
                    .to_owned(),
            )
            .await?;
        let index = "CREATE INDEX staff_identities_staff_id ON staff_identities (staff_id)";
        manager.get_connection().execute_unprepared(index).await?;
        Ok(())
    }
}

fn new(column: &'static str) -> ColumnDef {
    ColumnDef::new(Alias::new(column))
}

/// The digest is of issuer and subject together: what a provider calls somebody is found, not read.
fn staff_identities() -> TableCreateStatement {
    Table::create()
        .table(Alias::new("staff_identities"))
        .col(new("identity_hash").blob().primary_key().not_null())
        .col(new("staff_id").uuid().not_null())
        .col(new("created_at").big_integer().not_null())
        .to_owned()
}
