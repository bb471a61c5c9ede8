//! The web door and the kiosk: what was guessed where somebody has to say who they are, one-time codes
//! for the tablet at the desk, and what staff copied from paper and nobody has checked yet.

use sea_orm_migration::{prelude::*, sea_orm::ConnectionTrait};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0004_doors"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [guesses(), kiosk_codes(), transcriptions()] {
            manager.create_table(table).await?;
        }
        for index in INDEXES {
            manager.get_connection().execute_unprepared(index).await?;
        }
        Ok(())
    }
}

fn new(column: &'static str) -> ColumnDef {
    ColumnDef::new(Alias::new(column))
}

/// Wrong guesses, each once: where it was made, and a keyed digest of it.
fn guesses() -> TableCreateStatement {
    Table::create()
        .table(Alias::new("guesses"))
        .col(new("id").big_integer().auto_increment().primary_key().not_null())
        .col(new("scope").blob().not_null())
        .col(new("guess").blob().not_null())
        .col(new("at").big_integer().not_null())
        .to_owned()
}

fn kiosk_codes() -> TableCreateStatement {
    Table::create()
        .table(Alias::new("kiosk_codes"))
        .col(new("code_hash").blob().primary_key().not_null())
        .col(new("conversation_id").uuid().not_null())
        .col(new("staff_id").uuid().not_null())
        .col(new("created_at").big_integer().not_null())
        .col(new("expires_at").big_integer().not_null())
        .col(new("used_at").big_integer())
        .to_owned()
}

/// The entry is sealed, and gone as soon as the answers are in the ledger.
fn transcriptions() -> TableCreateStatement {
    Table::create()
        .table(Alias::new("transcriptions"))
        .col(new("id").uuid().primary_key().not_null())
        .col(new("conversation_id").uuid().not_null())
        .col(new("patient_id").uuid().not_null())
        .col(new("staff_id").uuid().not_null())
        .col(new("entry").blob())
        .col(new("state").text().not_null())
        .col(new("entered_at").big_integer().not_null())
        .col(new("checked_by").uuid())
        .col(new("settled_at").big_integer())
        .to_owned()
}

const INDEXES: [&str; 4] = [
    "CREATE UNIQUE INDEX guesses_scope_guess ON guesses (scope, guess)",
    "CREATE INDEX kiosk_codes_conversation_id ON kiosk_codes (conversation_id)",
    "CREATE INDEX transcriptions_conversation_id ON transcriptions (conversation_id)",
    // One entry at a time waits for its check.
    "CREATE UNIQUE INDEX transcriptions_waiting ON transcriptions (conversation_id) WHERE state = 'entered'",
];
