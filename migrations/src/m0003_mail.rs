//! The door of mail: mails as they came, what each mail of ours asked, and addresses that failed.
//!
//! What somebody wrote stands in a mail only until it is applied, and is sealed while it does.

use sea_orm_migration::{prelude::*, sea_orm::ConnectionTrait};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0003_mail"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [mails(), asks()] {
            manager.create_table(table).await?;
        }
        for column in
            [new("failed_at").big_integer().null().to_owned(), new("failed_why").text().null().to_owned()]
        {
            let add = Table::alter().table(Alias::new("contacts")).add_column(column).to_owned();
            manager.alter_table(add).await?;
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

fn mails() -> TableCreateStatement {
    Table::create()
        .table(Alias::new("mails"))
        .col(new("id").big_integer().auto_increment().primary_key().not_null())
        .col(new("message_hash").blob().not_null())
        .col(new("raw").blob())
        .col(new("message_id").blob())
        .col(new("state").text().not_null())
        .col(new("conversation_id").uuid())
        .col(new("received_at").big_integer().not_null())
        .col(new("settled_at").big_integer())
        .col(new("reason").text())
        .to_owned()
}

fn asks() -> TableCreateStatement {
    Table::create()
        .table(Alias::new("mail_asks"))
        .col(new("conversation_id").uuid().not_null())
        .col(new("number").integer().not_null())
        .col(new("items").text().not_null())
        .col(new("asked_at").big_integer().not_null())
        .primary_key(Index::create().col(Alias::new("conversation_id")).col(Alias::new("number")))
        .to_owned()
}

/// Most mails are settled, and nobody looks for those by their state.
const INDEXES: [&str; 4] = [
    "CREATE UNIQUE INDEX mails_message_hash ON mails (message_hash)",
    "CREATE INDEX mails_waiting ON mails (id) WHERE state = 'new'",
    "CREATE INDEX mails_to_see ON mails (id) WHERE state = 'refused'",
    "CREATE INDEX mails_conversation_id ON mails (conversation_id, received_at)",
];
