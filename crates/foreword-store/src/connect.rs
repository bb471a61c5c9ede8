//! Opening a database, and refusing one that could lose an answer.

use std::{path::PathBuf, str::FromStr, time::Duration};

use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr,
    Statement, TransactionOptions, TransactionTrait,
    sqlx::{self, Connection, PgConnection, SqliteConnection},
};

use crate::{Error, Result, db::Db, writer::Writer};

/// SQLite before this version can corrupt a file that two connections write (fixed 13 March 2026).
pub const SQLITE_NEEDED: (u32, u32, u32) = (3, 51, 3);

/// How long a writer waits for another process to finish with an SQLite file.
const BUSY: Duration = Duration::from_secs(20);

/// Connections to a server, for writing and for reading each.
const CONNECTIONS: u32 = 8;

/// How long a connection to a server is taken to be there after it was used.
const FRESH: Duration = Duration::from_secs(1);

/// Where the database is.
#[derive(Clone, PartialEq, Eq)]
pub enum Url {
    /// A file.
    Sqlite(PathBuf),
    /// A server: `postgres://user:password@host/database`.
    Postgres(String),
}

impl std::fmt::Debug for Url {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite://{}", path.display()),
            Self::Postgres(_) => f.write_str("postgres://..."),
        }
    }
}

impl FromStr for Url {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Some(path) = text.strip_prefix("sqlite://").or_else(|| text.strip_prefix("sqlite:")) {
            let path = path.split('?').next().unwrap_or(path);
            if path.is_empty() || path == ":memory:" {
                return Err("must name a file, such as sqlite://foreword.db".to_owned());
            }
            return Ok(Self::Sqlite(path.into()));
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Self::Postgres(text.to_owned()));
        }
        Err("must begin with sqlite:// or postgres://".to_owned())
    }
}

/// How to open a database.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where it is.
    pub url: Url,
}

pub(crate) struct Connections {
    pub writer: Writers,
    pub reader: DatabaseConnection,
}

/// Who writes.
pub(crate) enum Writers {
    /// One for all, as SQLite has one at a time.
    One(Writer),
    /// As many as there are connections.
    Pool(DatabaseConnection),
}

impl Writers {
    /// A transaction that will write; on SQLite a turn in one, which others share if `shares`.
    pub async fn begin(&self, shares: bool) -> Result<Db, DbErr> {
        match self {
            Self::One(writer) => writer.turn(shares).await,
            Self::Pool(pool) => begin(pool, TransactionOptions::default()).await.map(Db::own),
        }
    }

    /// How many commits the one writer has made.
    pub fn commits(&self) -> Option<u64> {
        match self {
            Self::One(writer) => Some(writer.commits()),
            Self::Pool(_) => None,
        }
    }
}

pub(crate) async fn open(options: &Options) -> Result<Connections> {
    let (writers, readers) = match options.url {
        // One writer at a time is what SQLite can do.
        Url::Sqlite(_) => (1, 4),
        Url::Postgres(_) => (CONNECTIONS, CONNECTIONS),
    };
    let writer = connect(options, writers).await?;
    check(&writer).await?;
    let reader = connect(options, readers).await?;
    let writer = match options.url {
        Url::Sqlite(_) => Writers::One(Writer::start(writer)),
        Url::Postgres(_) => Writers::Pool(writer),
    };
    Ok(Connections { writer, reader })
}

/// One connection of its own, for migrations and their lock.
pub async fn connect_single(options: &Options) -> Result<DatabaseConnection> {
    let connection = connect(options, 1).await?;
    check(&connection).await?;
    Ok(connection)
}

async fn connect(options: &Options, connections: u32) -> Result<DatabaseConnection> {
    let mut connect = match &options.url {
        Url::Sqlite(path) => {
            let mut connect = ConnectOptions::new(format!("sqlite://{}?mode=rwc", path.display()));
            let path = path.clone();
            connect.map_sqlx_sqlite_opts(move |sqlite| {
                sqlite
                    // The path as it is, so that `?` or `%` in it mean themselves.
                    .filename(&path)
                    .journal_mode(sqlx::sqlite::SqliteJournalMode::Wal)
                    // NORMAL loses acknowledged answers in a power cut.
                    .synchronous(sqlx::sqlite::SqliteSynchronous::Full)
                    .foreign_keys(true)
                    .busy_timeout(BUSY)
                    // 64 MiB, in KiB: with the default of 2 MiB a large feed reads back what it has just written.
                    .pragma("cache_size", "-65536")
            });
            connect.map_sqlx_sqlite_pool_opts(|pool| {
                pool.after_release(|connection, _| Box::pin(is_free(connection)))
            });
            // A file does not go away, and each connection is looked at when it is given back.
            connect.test_before_acquire(false);
            connect
        }
        Url::Postgres(url) => {
            let mut connect = ConnectOptions::new(url.clone());
            connect.map_sqlx_postgres_pool_opts(|pool| {
                pool.before_acquire(|connection, told| Box::pin(is_there(connection, told.idle_for)))
            });
            connect.test_before_acquire(false);
            connect
        }
    };
    connect
        .max_connections(connections)
        .min_connections(1)
        .acquire_timeout(Duration::from_secs(30))
        .connect_timeout(Duration::from_secs(10))
        // Statements would carry patients' data into the log.
        .sqlx_logging(false);
    Database::connect(connect).await.map_err(|error| {
        let what = match &options.url {
            Url::Sqlite(path) => format!(
                "cannot open the database {}: {}; check that the folder exists and can be written",
                path.display(),
                innermost(&error)
            ),
            Url::Postgres(_) => {
                format!("cannot reach the PostgreSQL database: {}; check database.url", innermost(&error))
            }
        };
        Error::Unusable(what)
    })
}

/// Begins a transaction. A connection that is found to be gone is closed, and another one is tried: after a restart
/// of a server all of them are.
pub(crate) async fn begin(
    pool: &DatabaseConnection,
    options: TransactionOptions,
) -> Result<DatabaseTransaction, DbErr> {
    for _ in 0..CONNECTIONS {
        match pool.begin_with_options(options).await {
            Err(DbErr::Exec(_) | DbErr::Query(_)) => {}
            begun => return begun,
        }
    }
    pool.begin_with_options(options).await
}

/// Whether the server is still at the other end of a connection. One that was used a moment ago is not asked: that
/// would be one more way there and back for each transaction.
async fn is_there(connection: &mut PgConnection, idle_for: Duration) -> sqlx::Result<bool> {
    if idle_for > FRESH {
        connection.ping().await?;
    }
    Ok(true)
}

/// Whether no transaction is left open on a connection that was given back: one that SQLite took back by itself,
/// as when the disk is full, stays open as far as the pool knows. Such a connection is closed.
async fn is_free(connection: &mut SqliteConnection) -> sqlx::Result<bool> {
    if connection.is_in_transaction() {
        // Behind what a dropped transaction has asked for.
        connection.ping().await?;
    }
    Ok(!connection.is_in_transaction())
}

fn innermost(error: &dyn std::error::Error) -> String {
    let mut error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    error.to_string()
}

/// Refuses a database whose settings could lose what was acknowledged.
async fn check(connection: &DatabaseConnection) -> Result<()> {
    match connection.get_database_backend() {
        DbBackend::Sqlite => {
            let version: String = one(connection, "SELECT sqlite_version() AS v").await?;
            let mut parts = version.split('.').map(|part| part.parse::<u32>().unwrap_or(0));
            let mut part = || parts.next().unwrap_or(0);
            if (part(), part(), part()) < SQLITE_NEEDED {
                return Err(Error::Unusable(format!(
                    "SQLite {version} can corrupt a database that several connections write; build with 3.51.3 or later"
                )));
            }
            let synchronous: i32 = one(connection, "PRAGMA synchronous").await?;
            if synchronous != 2 {
                return Err(Error::Unusable(format!(
                    "SQLite runs with synchronous = {synchronous}; it must be 2 (FULL), or a power cut loses answers"
                )));
            }
        }
        DbBackend::Postgres => {
            let commit: String = one(connection, "SELECT current_setting('synchronous_commit') AS v").await?;
            let fsync: String = one(connection, "SELECT current_setting('fsync') AS v").await?;
            if commit == "off" || fsync == "off" {
                return Err(Error::Unusable(
                    "PostgreSQL runs with fsync or synchronous_commit off; switch both on, or a crash loses answers".to_owned(),
                ));
            }
        }
        _ => return Err(Error::Unusable("only SQLite and PostgreSQL are supported".to_owned())),
    }
    Ok(())
}

async fn one<T: sea_orm::TryGetable>(connection: &DatabaseConnection, sql: &str) -> Result<T> {
    let statement = Statement::from_string(connection.get_database_backend(), sql);
    let row = connection.query_one_raw(statement).await?;
    row.ok_or_else(|| Error::Unusable(format!("{sql:?} gave no row")))?
        .try_get_by_index(0)
        .map_err(Error::Database)
}
