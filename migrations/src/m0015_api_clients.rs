//! Programs that sign in with a key of theirs (SMART Backend Services): who they are, what they were given, and
//! which signed requests were used up. Clients can be revoked.

use sea_orm_migration::{prelude::*, sea_orm::ConnectionTrait};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0015_api_clients"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut revoked = new("revoked_at").big_integer().to_owned();
        let clients = Alias::new("api_clients");
        manager.alter_table(Table::alter().table(clients).add_column(&mut revoked).to_owned()).await?;
        for table in [backend_clients(), access_tokens(), used_assertions()] {
            manager.create_table(table).await?;
        }
        for index in [
            "CREATE INDEX access_tokens_expires_at ON access_tokens (expires_at)",
            "CREATE INDEX used_assertions_until ON used_assertions (until_at)",
        ] {
            manager.get_connection().execute_unprepared(index).await?;
        }
        Ok(())
    }
}

fn new(column: &'static str) -> ColumnDef {
    ColumnDef::new(Alias::new(column))
}

/// Clients that prove who they are by a key: their public keys, or where those are.
fn backend_clients() -> TableCreateStatement {
    Table::create()
        .table(Alias::new("backend_clients"))
        .col(new("client_id").string().primary_key().not_null())
        .col(new("name").string().not_null())
        .col(new("scopes").text().not_null())
        .col(new("jwks").text())
        .col(new("jwks_url").text())
        .col(new("created_at").big_integer().not_null())
        .col(new("revoked_at").big_integer())
        .to_owned()
}

/// What they were given, by digest.
fn access_tokens() -> TableCreateStatement {
    Table::create()
        .table(Alias::new("access_tokens"))
        .col(new("token_hash").blob().primary_key().not_null())
        .col(new("client_id").string().not_null())
        .col(new("scopes").text().not_null())
        .col(new("expires_at").big_integer().not_null())
        .to_owned()
}

/// Signed requests that were used, by digest, as long as they could be used again.
fn used_assertions() -> TableCreateStatement {
    Table::create()
        .table(Alias::new("used_assertions"))
        .col(new("id_hash").blob().primary_key().not_null())
        .col(new("until_at").big_integer().not_null())
        .to_owned()
}
