//! The Telegram door: updates as they came, chats, single-use codes, replies in the outbox, and the
//! questions a clinician puts to a patient.
//!
//! What a patient wrote stands in an update only until it is applied, and is sealed while it does; a
//! chat's number is sealed too, and found by a keyed digest.

use sea_orm_migration::{
    prelude::*,
    sea_orm::{ConnectionTrait, DbBackend},
};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0002_telegram"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [updates(), chats(), codes(), questions()] {
            manager.create_table(table).await?;
        }
        if manager.get_database_backend() == DbBackend::Sqlite {
            rebuild_outbox(manager).await?;
        } else {
            for change in ALTER_OUTBOX {
                manager.get_connection().execute_unprepared(change).await?;
            }
        }
        // The channel is chosen when a message is sent: it is no part any more of which message it is.
        let keys = "UPDATE outbox SET key = REPLACE(key, ':email', '')";
        manager.get_connection().execute_unprepared(keys).await?;
        for (table, column) in [("deliveries", "channel"), ("contacts", "respondent")] {
            let add =
                Table::alter().table(Alias::new(table)).add_column(new(column).text().null()).to_owned();
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

fn updates() -> TableCreateStatement {
    Table::create()
        .table(Alias::new("telegram_updates"))
        .col(new("id").big_integer().auto_increment().primary_key().not_null())
        .col(new("update_id").big_integer().not_null())
        .col(new("raw_hash").blob().not_null())
        .col(new("chat_hash").blob())
        .col(new("raw").blob())
        .col(new("state").text().not_null())
        .col(new("received_at").big_integer().not_null())
        .col(new("settled_at").big_integer())
        .col(new("reason").text())
        .to_owned()
}

fn chats() -> TableCreateStatement {
    Table::create()
        .table(Alias::new("telegram_chats"))
        .col(new("chat_hash").blob().primary_key().not_null())
        .col(new("chat").blob().not_null())
        .col(new("standing").blob().not_null())
        .col(new("failed_checks").integer().not_null())
        .col(new("locked_until").big_integer())
        .col(new("prompt").text())
        .col(new("pause_until").big_integer())
        .col(new("unreachable_at").big_integer())
        .col(new("unreachable_why").text())
        .col(new("heard_at").big_integer())
        .col(new("created_at").big_integer().not_null())
        .to_owned()
}

fn codes() -> TableCreateStatement {
    Table::create()
        .table(Alias::new("telegram_codes"))
        .col(new("code_hash").blob().primary_key().not_null())
        .col(new("kind").text().not_null())
        .col(new("subject").uuid().not_null())
        .col(new("created_at").big_integer().not_null())
        .col(new("expires_at").big_integer().not_null())
        .col(new("used_at").big_integer())
        .to_owned()
}

fn questions() -> TableCreateStatement {
    Table::create()
        .table(Alias::new("questions"))
        .col(new("id").uuid().primary_key().not_null())
        .col(new("conversation_id").uuid().not_null())
        .col(new("patient_id").uuid().not_null())
        .col(new("staff_id").uuid().not_null())
        .col(new("text").blob().not_null())
        .col(new("asked_at").big_integer().not_null())
        .col(new("withdrawn_at").big_integer())
        .to_owned()
}

/// A reply belongs to a chat, and there is not always a patient or a visit that it is about.
const ALTER_OUTBOX: [&str; 6] = [
    "ALTER TABLE outbox ALTER COLUMN patient_id DROP NOT NULL",
    "ALTER TABLE outbox ALTER COLUMN appointment_id DROP NOT NULL",
    "ALTER TABLE outbox ADD COLUMN address_hash bytea",
    "ALTER TABLE outbox ADD COLUMN turn bigint NOT NULL DEFAULT 0",
    "ALTER TABLE outbox ADD COLUMN parts integer NOT NULL DEFAULT 0",
    // The indexes of the lanes take its place; beside them it would be chosen, and hold more.
    "DROP INDEX outbox_state_not_before",
];

/// The same for SQLite, which can't make a column of a table nullable: the rows move to a new table.
async fn rebuild_outbox(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table(Alias::new("outbox_new"))
        .col(new("id").uuid().primary_key().not_null())
        .col(new("key").text().not_null())
        .col(new("patient_id").uuid())
        .col(new("appointment_id").uuid())
        .col(new("channel").text().not_null())
        .col(new("address").blob().not_null())
        .col(new("purpose").text().not_null())
        .col(new("payload").text().not_null())
        .col(new("not_before").big_integer().not_null())
        .col(new("state").text().not_null())
        .col(new("attempts").integer().not_null())
        .col(new("fence").integer().not_null())
        .col(new("lease_until").big_integer())
        .col(new("created_at").big_integer().not_null())
        .col(new("finished_at").big_integer())
        .col(new("reason").text())
        .col(new("address_hash").blob())
        .col(new("turn").big_integer().not_null().default(0))
        .col(new("parts").integer().not_null().default(0))
        .to_owned();
    manager.create_table(table).await?;
    let connection = manager.get_connection();
    for statement in [
        "INSERT INTO outbox_new (id, key, patient_id, appointment_id, channel, address, purpose, payload, \
         not_before, state, attempts, fence, lease_until, created_at, finished_at, reason) \
         SELECT id, key, patient_id, appointment_id, channel, address, purpose, payload, \
         not_before, state, attempts, fence, lease_until, created_at, finished_at, reason FROM outbox",
        "DROP TABLE outbox",
        "ALTER TABLE outbox_new RENAME TO outbox",
        // They went with the table that had them; that on state and instant is replaced below.
        "CREATE UNIQUE INDEX outbox_key ON outbox (key)",
        "CREATE INDEX outbox_appointment_id ON outbox (appointment_id)",
    ] {
        connection.execute_unprepared(statement).await?;
    }
    Ok(())
}

/// What is settled is most of what there is, and nobody looks for it in these ways: such rows are in none
/// of the indexes with a condition. A query is served by one only if it states the condition word for
/// word, and not by a parameter.
const INDEXES: [&str; 10] = [
    "CREATE UNIQUE INDEX telegram_updates_update_id_raw_hash ON telegram_updates (update_id, raw_hash)",
    // The updates that wait, in their order, and those of one chat. The conditions say the same in other
    // words, so that PostgreSQL can't take the first for the second while it knows little of the table.
    "CREATE INDEX telegram_updates_waiting ON telegram_updates (id) WHERE settled_at IS NULL",
    "CREATE INDEX telegram_updates_of_chat ON telegram_updates (chat_hash, id) WHERE state = 'new'",
    "CREATE INDEX questions_conversation_id ON questions (conversation_id)",
    "CREATE INDEX contacts_channel_address_hash ON contacts (channel, address_hash)",
    "CREATE INDEX deliveries_channel_started_at ON deliveries (channel, started_at)",
    // What is due longest: of the timetable, and of the replies.
    "CREATE INDEX outbox_planned_due ON outbox (state, not_before, id) \
     WHERE purpose <> 'reply' AND state IN ('queued', 'sending')",
    "CREATE INDEX outbox_replies_due ON outbox (state, not_before, turn, id) \
     WHERE purpose = 'reply' AND state IN ('queued', 'sending')",
    // What is owed to one chat, in its order.
    "CREATE INDEX outbox_chat ON outbox (address_hash, purpose, turn, id) \
     WHERE state IN ('queued', 'sending')",
    // What was tried and waits for another try.
    "CREATE INDEX outbox_again ON outbox (state, not_before, address_hash) \
     WHERE state = 'queued' AND reason IS NOT NULL",
];
