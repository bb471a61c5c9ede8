//! The closed loop of red flags: a clinic's safety plan, who was told of an alert and when, who took it and
//! what came of it; that the worker that watches them is alive; which pathways may ask what may need somebody.

use sea_orm_migration::{prelude::*, sea_orm::ConnectionTrait};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0013_alerts"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [safety_plans(), activations(), alert_log(), staff_chats(), heartbeats()] {
            manager.create_table(table).await?;
        }
        // SQLite adds one column at a time.
        for mut column in columns() {
            let table = Alias::new("alerts");
            manager.alter_table(Table::alter().table(table).add_column(&mut column).to_owned()).await?;
        }
        for index in [
            "CREATE UNIQUE INDEX safety_plans_version ON safety_plans (clinic, version)",
            "CREATE INDEX alert_log_alert_id ON alert_log (alert_id)",
            // A rung of the chain is told once, whoever finds that it is due.
            "CREATE UNIQUE INDEX alert_log_told ON alert_log (alert_id, rung) WHERE what = 'told'",
            "CREATE INDEX alerts_next_at ON alerts (next_at) WHERE next_at IS NOT NULL",
            "CREATE INDEX outbox_alerts ON outbox (not_before, id) \
             WHERE purpose = 'alert' AND state IN ('queued', 'sending')",
        ] {
            manager.get_connection().execute_unprepared(index).await?;
        }
        Ok(())
    }
}

fn new(column: &'static str) -> ColumnDef {
    ColumnDef::new(Alias::new(column))
}

/// What an alert has beyond having been raised. Alerts of an earlier version have no clock (`next_at`): nobody
/// was ever to be told of them, and they stay in sight until somebody takes them.
fn columns() -> Vec<ColumnDef> {
    vec![
        new("channel").string().to_owned(),
        new("crisis").boolean().not_null().default(false).to_owned(),
        new("rung").string().to_owned(),
        new("next_at").big_integer().to_owned(),
        new("acknowledged_at").big_integer().to_owned(),
        new("acknowledged_by").uuid().to_owned(),
        new("outcome").blob().to_owned(),
        new("outcome_at").big_integer().to_owned(),
        new("outcome_by").uuid().to_owned(),
        new("closed_at").big_integer().to_owned(),
        new("closed_by").uuid().to_owned(),
        new("urgency").blob().to_owned(),
        new("urgency_at").big_integer().to_owned(),
    ]
}

/// Plans name people and their addresses: sealed with the service's own key. Each version stays.
fn safety_plans() -> TableCreateStatement {
    Table::create()
        .table(Alias::new("safety_plans"))
        .col(new("id").big_integer().primary_key().auto_increment().not_null())
        .col(new("clinic").string().not_null())
        .col(new("version").string().not_null())
        .col(new("source").blob().not_null())
        .col(new("set_at").big_integer().not_null())
        .col(new("set_by").string().not_null())
        .to_owned()
}

fn activations() -> TableCreateStatement {
    Table::create()
        .table(Alias::new("activations"))
        .col(new("id").big_integer().primary_key().auto_increment().not_null())
        .col(new("pathway").string().not_null())
        .col(new("version").string().not_null())
        .col(new("clinic").string().not_null())
        .col(new("is_on").boolean().not_null())
        .col(new("at").big_integer().not_null())
        .col(new("done_by").string().not_null())
        .to_owned()
}

fn alert_log() -> TableCreateStatement {
    Table::create()
        .table(Alias::new("alert_log"))
        .col(new("id").big_integer().primary_key().auto_increment().not_null())
        .col(new("alert_id").uuid().not_null())
        .col(new("at").big_integer().not_null())
        .col(new("what").string().not_null())
        .col(new("rung").string())
        .col(new("staff_id").uuid())
        .col(new("channel").string())
        .col(new("detail").string())
        .to_owned()
}

/// The chat of a member of staff, to write to: a chat's own row says whose it is, but only to who knows it.
fn staff_chats() -> TableCreateStatement {
    Table::create()
        .table(Alias::new("staff_chats"))
        .col(new("staff_id").uuid().primary_key().not_null())
        .col(new("chat").blob().not_null())
        .col(new("since").big_integer().not_null())
        .to_owned()
}

fn heartbeats() -> TableCreateStatement {
    Table::create()
        .table(Alias::new("heartbeats"))
        .col(new("name").string().primary_key().not_null())
        .col(new("at").big_integer().not_null())
        .to_owned()
}
