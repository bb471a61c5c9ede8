//! The changes of the database, oldest first: one file each, each in a transaction on both
//! databases, never edited after release.

use sea_orm_migration::{
    prelude::*,
    sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement},
};

mod m0001_first;
mod m0002_telegram;
mod m0003_mail;
mod m0004_doors;
mod m0005_feeds;
mod m0006_loop;
mod m0007_audit_chain;
mod m0008_digest;
mod m0009_sign_in;
mod m0010_roles;
mod m0011_provider;
mod m0012_page_indexes;
mod m0013_alerts;
mod m0014_api;
mod m0015_api_clients;
mod m0016_json_api;
mod m0017_exports;

/// Applies what is missing. Safe when several processes start at once.
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_first::Migration),
            Box::new(m0002_telegram::Migration),
            Box::new(m0003_mail::Migration),
            Box::new(m0004_doors::Migration),
            Box::new(m0005_feeds::Migration),
            Box::new(m0006_loop::Migration),
            Box::new(m0007_audit_chain::Migration),
            Box::new(m0008_digest::Migration),
            Box::new(m0009_sign_in::Migration),
            Box::new(m0010_roles::Migration),
            Box::new(m0011_provider::Migration),
            Box::new(m0012_page_indexes::Migration),
            Box::new(m0013_alerts::Migration),
            Box::new(m0014_api::Migration),
            Box::new(m0015_api_clients::Migration),
            Box::new(m0016_json_api::Migration),
            Box::new(m0017_exports::Migration),
        ]
    }
}

/// Key of the advisory lock under which one process at a time migrates a PostgreSQL database.
const LOCK: i64 = 0x666f_7265_776f_7264;

/// Brings the database up to date. `connection` must be a pool of one connection, because the lock
/// belongs to its session.
pub async fn run(connection: &DatabaseConnection) -> Result<(), DbErr> {
    run_some(connection, None).await
}

/// The same, but applies at most so many changes: leaves the database as an earlier version had it.
pub async fn run_some(connection: &DatabaseConnection, changes: Option<u32>) -> Result<(), DbErr> {
    let postgres = connection.get_database_backend() == DbBackend::Postgres;
    if postgres {
        lock(connection, "SELECT pg_advisory_lock($1)").await?;
    }
    let mut done = Migrator::up(connection, changes).await;
    for _ in Migrator::migrations() {
        if done.is_err() && !postgres {
            // Another process may have made the same change of the file in between, and the next one too.
            done = Migrator::up(connection, changes).await;
        }
    }
    if postgres {
        lock(connection, "SELECT pg_advisory_unlock($1)").await?;
    }
    done
}

/// The names of the changes, and whether each is applied.
pub async fn status(connection: &DatabaseConnection) -> Result<Vec<(String, bool)>, DbErr> {
    let pending: Vec<String> =
        Migrator::get_pending_migrations(connection).await?.iter().map(|m| m.name().to_owned()).collect();
    Ok(Migrator::migrations()
        .iter()
        .map(|m| (m.name().to_owned(), !pending.iter().any(|p| p == m.name())))
        .collect())
}

async fn lock(connection: &DatabaseConnection, sql: &str) -> Result<(), DbErr> {
    connection.query_one_raw(Statement::from_sql_and_values(DbBackend::Postgres, sql, [LOCK.into()])).await?;
    Ok(())
}
