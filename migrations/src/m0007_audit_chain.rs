//! The audit log: a signature for each row, and links that say which rows there were.

use sea_orm_migration::{prelude::*, sea_orm::ConnectionTrait};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0007_audit_chain"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(audit_links()).await?;
        // One column a statement: SQLite knows no more. Rows from before keep them empty, which is how they
        // are told from those that were signed.
        for column in [new("stamp").uuid(), new("mac").blob(), new("link").big_integer()] {
            let add = Table::alter().table(Alias::new("audit")).add_column(column).to_owned();
            manager.alter_table(add).await?;
        }
        let connection = manager.get_connection();
        connection.execute_unprepared("CREATE INDEX audit_link ON audit (link, id)").await?;
        connection.execute_unprepared("CREATE INDEX audit_subject ON audit (subject, id)").await?;
        Ok(())
    }
}

fn new(column: &'static str) -> ColumnDef {
    ColumnDef::new(Alias::new(column))
}

fn audit_links() -> TableCreateStatement {
    Table::create()
        .table(Alias::new("audit_links"))
        // Counted by whoever adds it, so that one that is gone leaves a gap.
        .col(new("id").big_integer().primary_key().not_null())
        .col(new("at").big_integer().not_null())
        .col(new("count").big_integer().not_null())
        .col(new("as_is").boolean().not_null())
        .col(new("ids").text().not_null())
        .col(new("digest").blob().not_null())
        .col(new("previous").blob().not_null())
        .col(new("mac").blob().not_null())
        .to_owned()
}
