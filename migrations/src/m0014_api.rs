//! What programs need to know of what changes: how often a response and a patient have, and when they last did;
//! when a response was first complete, how programs wrote what they handed in, and the instruments they added.

use sea_orm_migration::{prelude::*, sea_orm::ConnectionTrait};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0014_api"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(handed_in()).await?;
        manager.create_table(library()).await?;
        for table in ["responses", "patients"] {
            for mut column in [
                new("version").integer().not_null().default(1).to_owned(),
                new("changed_at").big_integer().not_null().default(0).to_owned(),
            ] {
                // SQLite adds one column at a time.
                let table = Alias::new(table);
                manager.alter_table(Table::alter().table(table).add_column(&mut column).to_owned()).await?;
            }
        }
        let mut column = new("first_completed_at").big_integer().to_owned();
        let table = Alias::new("responses");
        manager.alter_table(Table::alter().table(table).add_column(&mut column).to_owned()).await?;
        for statement in [
            // Every delivery that brought an answer made a version.
            "UPDATE responses SET first_completed_at = completed_at, \
             version = COALESCE((SELECT COUNT(DISTINCT inbox_id) FROM answers \
                 WHERE answers.conversation_id = responses.conversation_id \
                 AND answers.ask_key = responses.ask_key), 1), \
             changed_at = COALESCE((SELECT MAX(answered_at) FROM answers \
                 WHERE answers.conversation_id = responses.conversation_id \
                 AND answers.ask_key = responses.ask_key), started_at)",
            "UPDATE patients SET changed_at = created_at",
            "CREATE INDEX responses_changed_at ON responses (changed_at)",
            "CREATE INDEX patients_changed_at ON patients (changed_at)",
            "CREATE INDEX appointments_updated_at ON appointments (updated_at)",
            "CREATE UNIQUE INDEX handed_in_version ON handed_in (kind, resource_id, version)",
            "CREATE INDEX handed_in_patient ON handed_in (patient_id, at)",
            "CREATE INDEX handed_in_identifier ON handed_in (identifier_hash)",
            "CREATE INDEX handed_in_value ON handed_in (value_hash)",
        ] {
            manager.get_connection().execute_unprepared(statement).await?;
        }
        Ok(())
    }
}

fn new(column: &'static str) -> ColumnDef {
    ColumnDef::new(Alias::new(column))
}

/// Instruments that programs added; each version stays.
fn library() -> TableCreateStatement {
    Table::create()
        .table(Alias::new("library"))
        .col(new("id").big_integer().primary_key().auto_increment().not_null())
        .col(new("instrument_id").string().not_null())
        .col(new("source").text().not_null())
        .col(new("at").big_integer().not_null())
        .col(new("client").string().not_null())
        .to_owned()
}

/// Sealed with the patient's key: names and answers stand in it.
fn handed_in() -> TableCreateStatement {
    Table::create()
        .table(Alias::new("handed_in"))
        .col(new("id").big_integer().primary_key().auto_increment().not_null())
        .col(new("kind").string().not_null())
        .col(new("resource_id").uuid().not_null())
        .col(new("patient_id").uuid().not_null())
        .col(new("version").integer().not_null())
        .col(new("client").string().not_null())
        .col(new("identifier_hash").blob())
        .col(new("value_hash").blob())
        .col(new("brought").boolean().not_null())
        .col(new("body").blob().not_null())
        .col(new("at").big_integer().not_null())
        .to_owned()
}
