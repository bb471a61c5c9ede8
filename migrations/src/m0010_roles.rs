//! Roles: who may do what at which clinic, and records that were opened in an emergency.

use sea_orm_migration::{prelude::*, sea_orm::ConnectionTrait};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0010_roles"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [staff_roles(), break_glass()] {
            manager.create_table(table).await?;
        }
        for statement in STATEMENTS {
            manager.get_connection().execute_unprepared(statement).await?;
        }
        Ok(())
    }
}

fn new(column: &'static str) -> ColumnDef {
    ColumnDef::new(Alias::new(column))
}

/// No clinic is all clinics of the installation.
fn staff_roles() -> TableCreateStatement {
    Table::create()
        .table(Alias::new("staff_roles"))
        .col(new("id").big_integer().auto_increment().primary_key().not_null())
        .col(new("staff_id").uuid().not_null())
        .col(new("clinic").text())
        .col(new("role").text().not_null())
        .to_owned()
}

/// The reason is sealed: it may say what is the matter with the patient.
fn break_glass() -> TableCreateStatement {
    Table::create()
        .table(Alias::new("break_glass"))
        .col(new("id").uuid().primary_key().not_null())
        .col(new("staff_id").uuid().not_null())
        .col(new("patient_id").uuid().not_null())
        .col(new("reason").blob().not_null())
        .col(new("at").big_integer().not_null())
        .col(new("until").big_integer().not_null())
        .to_owned()
}

const STATEMENTS: [&str; 5] = [
    "CREATE INDEX staff_roles_staff_id ON staff_roles (staff_id)",
    "CREATE INDEX break_glass_staff_id ON break_glass (staff_id, until)",
    "CREATE INDEX break_glass_patient_id ON break_glass (patient_id)",
    "CREATE INDEX appointments_clinic ON appointments (clinic, start_at)",
    // Whoever is there goes on doing what they did, wherever they did it.
    "INSERT INTO staff_roles (staff_id, clinic, role) SELECT id, NULL, role FROM staff",
];
