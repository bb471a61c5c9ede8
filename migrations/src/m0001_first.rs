//! The first tables.
//!
//! Names, addresses, free text and answers are sealed bytes from the beginning. Instants are whole
//! microseconds since 1970 in UTC.

use sea_orm_migration::prelude::*;

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0001_first"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in tables() {
            manager.create_table(table).await?;
        }
        for (table, columns, unique) in INDEXES {
            let mut index = Index::create();
            index.name(format!("{table}_{}", columns.join("_"))).table(Alias::new(*table));
            for column in *columns {
                index.col(Alias::new(*column));
            }
            if *unique {
                index.unique();
            }
            manager.create_index(index).await?;
        }
        Ok(())
    }
}

/// The kinds of column there are.
enum Kind {
    Id,
    Serial,
    TextKey,
    BytesKey,
    Uuid,
    Text,
    Json,
    Bytes,
    Instant,
    Number,
    Flag,
}
use Kind::{Bytes, BytesKey, Flag, Id, Instant, Json, Number, Serial, Text, TextKey, Uuid};

/// Table, and its columns with whether each may be empty.
type TableOf = (&'static str, &'static [(&'static str, Kind, bool)]);

const TABLES: &[TableOf] = &[
    ("settings", &[("key", TextKey, false), ("value", Text, false)]),
    (
        "patients",
        &[
            ("id", Id, false),
            ("external_hash", Bytes, false),
            ("language", Text, false),
            ("time_zone", Text, false),
            ("profile", Bytes, false),
            ("created_at", Instant, false),
        ],
    ),
    ("patient_keys", &[("patient_id", Id, false), ("key_id", Text, false), ("wrapped", Bytes, false)]),
    (
        "contacts",
        &[
            ("id", Serial, false),
            ("patient_id", Uuid, false),
            ("channel", Text, false),
            ("address", Bytes, false),
            ("address_hash", Bytes, false),
            ("added_at", Instant, false),
            ("removed_at", Instant, true),
        ],
    ),
    (
        "consents",
        &[
            ("id", Serial, false),
            ("patient_id", Uuid, false),
            ("channel", Text, false),
            ("text_version", Text, false),
            ("language", Text, false),
            ("given_at", Instant, false),
            ("recorded_by", Text, false),
            ("warning_shown", Flag, false),
            ("withdrawn_at", Instant, true),
        ],
    ),
    (
        "appointments",
        &[
            ("id", Id, false),
            ("external_id", Text, false),
            ("patient_id", Uuid, false),
            ("start_at", Instant, false),
            ("time_zone", Text, false),
            ("duration_min", Number, false),
            ("clinic", Text, false),
            ("clinician", Text, false),
            ("kind", Text, false),
            ("status", Text, false),
            ("revision", Number, false),
            ("created_at", Instant, false),
            ("updated_at", Instant, false),
        ],
    ),
    (
        "conversations",
        &[
            ("id", Id, false),
            ("appointment_id", Uuid, false),
            ("patient_id", Uuid, false),
            ("pathway_id", Text, false),
            ("pathway_version", Text, false),
            ("script", Json, false),
            ("state", Text, false),
            ("standing", Json, false),
            ("created_at", Instant, false),
            ("last_at", Instant, true),
            ("completed_at", Instant, true),
        ],
    ),
    (
        "responses",
        &[
            ("id", Id, false),
            ("conversation_id", Uuid, false),
            ("patient_id", Uuid, false),
            ("ask_key", Text, false),
            ("instrument_id", Text, false),
            ("instrument_version", Text, false),
            ("language", Text, false),
            ("started_at", Instant, false),
            ("completed_at", Instant, true),
        ],
    ),
    (
        "answers",
        &[
            ("id", Serial, false),
            ("conversation_id", Uuid, false),
            ("patient_id", Uuid, false),
            ("ask_key", Text, false),
            ("item", Text, false),
            ("value", Bytes, false),
            ("answered_at", Instant, false),
            ("channel", Text, false),
            ("ui_language", Text, false),
            ("instrument_language", Text, false),
            ("respondent", Text, false),
            ("inbox_id", Uuid, false),
        ],
    ),
    (
        "scores",
        &[
            ("id", Serial, false),
            ("response_id", Uuid, false),
            ("patient_id", Uuid, false),
            ("scale", Text, false),
            ("scored_at", Instant, false),
            ("score", Bytes, false),
        ],
    ),
    (
        "instruments",
        &[
            ("hash", BytesKey, false),
            ("instrument_id", Text, false),
            ("version", Text, false),
            ("source", Text, false),
            ("first_used_at", Instant, false),
        ],
    ),
    (
        "inbox",
        &[
            ("id", Id, false),
            ("source", Text, false),
            ("external_id", Text, false),
            ("conversation_id", Uuid, false),
            ("received_at", Instant, false),
            ("content_hash", Bytes, false),
            ("receipt", Json, false),
        ],
    ),
    (
        "invitations",
        &[
            ("id", Id, false),
            ("appointment_id", Uuid, false),
            ("patient_id", Uuid, false),
            ("token_hash", Bytes, false),
            ("token", Bytes, false),
            ("created_at", Instant, false),
            ("expires_at", Instant, false),
            ("revoked_at", Instant, true),
            ("failed_checks", Number, false),
            ("locked_until", Instant, true),
        ],
    ),
    (
        "outbox",
        &[
            ("id", Id, false),
            ("key", Text, false),
            ("patient_id", Uuid, false),
            ("appointment_id", Uuid, false),
            ("channel", Text, false),
            ("address", Bytes, false),
            ("purpose", Text, false),
            ("payload", Json, false),
            ("not_before", Instant, false),
            ("state", Text, false),
            ("attempts", Number, false),
            ("fence", Number, false),
            ("lease_until", Instant, true),
            ("created_at", Instant, false),
            ("finished_at", Instant, true),
            ("reason", Text, true),
        ],
    ),
    (
        "deliveries",
        &[
            ("id", Serial, false),
            ("outbox_id", Uuid, false),
            ("attempt", Number, false),
            ("started_at", Instant, false),
            ("ended_at", Instant, true),
            ("result", Text, true),
        ],
    ),
    (
        "sessions",
        &[
            ("hash", BytesKey, false),
            ("kind", Text, false),
            ("subject", Uuid, false),
            ("created_at", Instant, false),
            ("seen_at", Instant, false),
            ("expires_at", Instant, false),
        ],
    ),
    (
        "staff",
        &[
            ("id", Id, false),
            ("login", Text, false),
            ("name", Text, false),
            ("role", Text, false),
            ("password_hash", Text, false),
            ("failed_logins", Number, false),
            ("locked_until", Instant, true),
            ("disabled_at", Instant, true),
            ("created_at", Instant, false),
        ],
    ),
    (
        "api_clients",
        &[
            ("token_hash", BytesKey, false),
            ("name", Text, false),
            ("scopes", Text, false),
            ("created_at", Instant, false),
        ],
    ),
    (
        "alerts",
        &[
            ("id", Id, false),
            ("conversation_id", Uuid, false),
            ("appointment_id", Uuid, false),
            ("patient_id", Uuid, false),
            ("ask_key", Text, false),
            ("rule_hash", Bytes, false),
            ("rule", Bytes, false),
            ("level", Text, false),
            ("state", Text, false),
            ("raised_at", Instant, false),
            ("due_at", Instant, false),
        ],
    ),
    (
        "feed_log",
        &[
            ("id", Serial, false),
            ("at", Instant, false),
            ("feed", Text, false),
            ("row", Number, false),
            ("outcome", Text, false),
            ("reason", Text, true),
        ],
    ),
    (
        "audit",
        &[
            ("id", Serial, false),
            ("at", Instant, false),
            ("actor", Text, false),
            ("action", Text, false),
            ("subject", Text, false),
        ],
    ),
];

const INDEXES: &[(&str, &[&str], bool)] = &[
    ("patients", &["external_hash"], true),
    ("contacts", &["patient_id", "channel", "address_hash"], true),
    ("consents", &["patient_id"], false),
    ("appointments", &["external_id"], true),
    ("appointments", &["patient_id"], false),
    ("appointments", &["start_at"], false),
    ("conversations", &["appointment_id"], true),
    ("conversations", &["patient_id"], false),
    ("responses", &["conversation_id", "ask_key"], true),
    ("responses", &["patient_id", "instrument_id"], false),
    ("answers", &["conversation_id"], false),
    ("scores", &["response_id"], false),
    ("inbox", &["source", "external_id"], true),
    ("invitations", &["token_hash"], true),
    ("invitations", &["appointment_id"], false),
    ("outbox", &["key"], true),
    ("outbox", &["state", "not_before"], false),
    ("outbox", &["appointment_id"], false),
    ("deliveries", &["outbox_id", "attempt"], true),
    ("sessions", &["kind", "subject"], false),
    ("staff", &["login"], true),
    ("alerts", &["conversation_id", "ask_key", "rule_hash"], true),
    ("alerts", &["state"], false),
];

fn tables() -> Vec<TableCreateStatement> {
    TABLES
        .iter()
        .map(|(name, columns)| {
            let mut table = Table::create();
            table.table(Alias::new(*name));
            for (column, kind, nullable) in *columns {
                table.col(column_def(column, kind, *nullable));
            }
            table
        })
        .collect()
}

fn column_def(name: &'static str, kind: &Kind, nullable: bool) -> ColumnDef {
    let mut column = ColumnDef::new(Alias::new(name));
    match kind {
        Id => column.uuid().primary_key(),
        Serial => column.big_integer().auto_increment().primary_key(),
        TextKey => column.text().primary_key(),
        BytesKey => column.blob().primary_key(),
        Uuid => column.uuid(),
        Text | Json => column.text(),
        Bytes => column.blob(),
        Instant => column.big_integer(),
        Number => column.integer(),
        Flag => column.boolean(),
    };
    if !nullable {
        column.not_null();
    }
    column
}
