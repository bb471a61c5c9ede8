//! How staff sign in: a code from an app, recovery codes, passkeys, and on what a session was begun.

use sea_orm_migration::{prelude::*, sea_orm::ConnectionTrait};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0009_sign_in"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [staff_totp(), recovery_codes(), passkeys()] {
            manager.create_table(table).await?;
        }
        manager
            .alter_table(
                Table::alter().table(Alias::new("sessions")).add_column(new("device").text()).to_owned(),
            )
            .await?;
        for index in INDEXES {
            manager.get_connection().execute_unprepared(index).await?;
        }
        Ok(())
    }
}

fn new(column: &'static str) -> ColumnDef {
    ColumnDef::new(Alias::new(column))
}

/// The secret is sealed. The last step stays, so that a code counts once.
fn staff_totp() -> TableCreateStatement {
    Table::create()
        .table(Alias::new("staff_totp"))
        .col(new("staff_id").uuid().primary_key().not_null())
        .col(new("secret").blob().not_null())
        .col(new("created_at").big_integer().not_null())
        .col(new("confirmed_at").big_integer())
        .col(new("last_step").big_integer().not_null())
        .to_owned()
}

/// Codes as keyed digests.
fn recovery_codes() -> TableCreateStatement {
    Table::create()
        .table(Alias::new("recovery_codes"))
        .col(new("code_hash").blob().primary_key().not_null())
        .col(new("staff_id").uuid().not_null())
        .col(new("created_at").big_integer().not_null())
        .col(new("used_at").big_integer())
        .to_owned()
}

/// Public keys, as the authenticator gave them.
fn passkeys() -> TableCreateStatement {
    Table::create()
        .table(Alias::new("passkeys"))
        .col(new("credential_id").blob().primary_key().not_null())
        .col(new("staff_id").uuid().not_null())
        .col(new("name").text().not_null())
        .col(new("public_key").blob().not_null())
        .col(new("counter").big_integer().not_null())
        .col(new("created_at").big_integer().not_null())
        .col(new("used_at").big_integer())
        .to_owned()
}

const INDEXES: [&str; 2] = [
    "CREATE INDEX recovery_codes_staff_id ON recovery_codes (staff_id)",
    "CREATE INDEX passkeys_staff_id ON passkeys (staff_id)",
];
