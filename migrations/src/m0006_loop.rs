//! The loop: the versions of the page and who opened it, what the care team answered to the patient, what
//! became of each topic, and the goals that were set.

use sea_orm_migration::{prelude::*, sea_orm::ConnectionTrait};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0006_loop"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [page_versions(), page_openings(), read_wishes(), notes(), topic_marks(), goals()] {
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

/// The page as it was, sealed, each time that what it says had changed since it was last looked at.
fn page_versions() -> TableCreateStatement {
    Table::create()
        .table(Alias::new("page_versions"))
        .col(new("id").uuid().primary_key().not_null())
        .col(new("appointment_id").uuid().not_null())
        .col(new("patient_id").uuid().not_null())
        .col(new("number").integer().not_null())
        .col(new("digest").text().not_null())
        .col(new("content").blob().not_null())
        .col(new("made_at").big_integer().not_null())
        .to_owned()
}

/// The first time each member of staff opened each version.
fn page_openings() -> TableCreateStatement {
    Table::create()
        .table(Alias::new("page_openings"))
        .col(new("id").big_integer().auto_increment().primary_key().not_null())
        .col(new("appointment_id").uuid().not_null())
        .col(new("staff_id").uuid().not_null())
        .col(new("number").integer().not_null())
        .col(new("opened_at").big_integer().not_null())
        .to_owned()
}

/// The patients who want to be told when the page was read.
fn read_wishes() -> TableCreateStatement {
    Table::create()
        .table(Alias::new("read_wishes"))
        .col(new("appointment_id").uuid().primary_key().not_null())
        .col(new("wished_at").big_integer().not_null())
        .to_owned()
}

fn notes() -> TableCreateStatement {
    Table::create()
        .table(Alias::new("notes"))
        .col(new("id").uuid().primary_key().not_null())
        .col(new("appointment_id").uuid().not_null())
        .col(new("patient_id").uuid().not_null())
        .col(new("staff_id").uuid().not_null())
        .col(new("text").blob().not_null())
        .col(new("written_at").big_integer().not_null())
        .to_owned()
}

/// What became of a topic; a later row takes the place of an earlier one.
fn topic_marks() -> TableCreateStatement {
    Table::create()
        .table(Alias::new("topic_marks"))
        .col(new("id").big_integer().auto_increment().primary_key().not_null())
        .col(new("appointment_id").uuid().not_null())
        .col(new("topic").text().not_null())
        .col(new("mark").text().not_null())
        .col(new("at_appointment_id").uuid().not_null())
        .col(new("staff_id").uuid().not_null())
        .col(new("marked_at").big_integer().not_null())
        .to_owned()
}

fn goals() -> TableCreateStatement {
    Table::create()
        .table(Alias::new("goals"))
        .col(new("id").uuid().primary_key().not_null())
        .col(new("patient_id").uuid().not_null())
        .col(new("appointment_id").uuid().not_null())
        .col(new("staff_id").uuid().not_null())
        .col(new("words").blob().not_null())
        .col(new("set_at").big_integer().not_null())
        .col(new("ended_at").big_integer())
        .col(new("ended_by").uuid())
        .col(new("ended_as").text())
        .to_owned()
}

const INDEXES: [&str; 5] = [
    "CREATE UNIQUE INDEX page_versions_number ON page_versions (appointment_id, number)",
    "CREATE UNIQUE INDEX page_openings_once ON page_openings (appointment_id, staff_id, number)",
    "CREATE INDEX notes_appointment_id ON notes (appointment_id)",
    "CREATE INDEX topic_marks_appointment_id ON topic_marks (appointment_id)",
    "CREATE INDEX goals_patient_id ON goals (patient_id)",
];
