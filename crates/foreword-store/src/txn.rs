//! The two doors to the database.

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
    path::PathBuf,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use foreword_domain::ids::PatientId;
use sea_orm::{
    AccessMode, DbBackend, DbErr, IsolationLevel, RuntimeErr, Statement, TransactionOptions, Value,
};
use tokio::sync::Mutex;

use crate::{
    Error, Keys, Options, Result, connect, db::Db, keys::PatientKey, later::Gathering, safety_plans, settings,
};

/// A future that may be sent between threads and borrows for as long as its transaction lives.
pub type Future<'t, T> = Pin<Box<dyn std::future::Future<Output = T> + Send + 't>>;

/// Tries of a write that met another one.
const TRIES: u32 = 6;

/// The database with its keys.
#[derive(Clone)]
pub struct Store {
    pub(crate) connections: Arc<connect::Connections>,
    pub(crate) keys: Arc<Keys>,
    pub(crate) asked: Arc<AtomicU64>,
    pub(crate) plans: Arc<safety_plans::Read>,
    /// The file, where it is one.
    pub(crate) file: Option<Arc<PathBuf>>,
}

/// A transaction: the only thing rows are read from and written to.
pub struct Txn {
    pub(crate) db: Db,
    pub(crate) keys: Arc<Keys>,
    pub(crate) plans: Arc<safety_plans::Read>,
    pub(crate) patient_keys: Mutex<HashMap<PatientId, PatientKey>>,
    /// Digests of the instruments that are known to be kept.
    pub(crate) kept: Mutex<HashSet<String>>,
    /// Rows that wait to be written with others.
    pub(crate) later: Gathering,
}

impl Txn {
    pub(crate) fn backend(&self) -> sea_orm::DbBackend {
        sea_orm::ConnectionTrait::get_database_backend(&self.db)
    }

    /// Signs something that leaves the service and comes back: 80 bits, for one purpose.
    pub fn sign(&self, purpose: &str, what: &[u8]) -> [u8; 10] {
        let mac = self.keys.mac(purpose, what);
        std::array::from_fn(|n| mac[n])
    }

    /// 128 bits that look random to everybody else and are the same each time, for one purpose.
    pub fn derive(&self, purpose: &str, what: &[u8]) -> [u8; 16] {
        let mac = self.keys.mac(purpose, what);
        std::array::from_fn(|n| mac[n])
    }

    /// Whether a signature is ours.
    pub fn is_signed(&self, purpose: &str, what: &[u8], signature: &[u8]) -> bool {
        self.keys.is_mac(purpose, what, signature)
    }

    /// A statement in words that both databases know, with its values as `$1`, `$2`, ...
    pub(crate) fn statement(&self, sql: &str, values: impl IntoIterator<Item = Value>) -> Statement {
        Statement::from_sql_and_values(self.backend(), sql, values)
    }

    /// What ends a query for a row to work on: nobody else gets it, and none that is held is waited for.
    /// SQLite has one writer at a time and needs nothing.
    pub(crate) fn skip_held(&self) -> &'static str {
        if self.backend() == DbBackend::Postgres { "FOR UPDATE SKIP LOCKED" } else { "" }
    }
}

/// Tells whether an error means "try the whole transaction again".
pub trait Contention {
    /// Whether another transaction was in the way.
    fn is_contention(&self) -> bool;
}

impl Contention for Error {
    fn is_contention(&self) -> bool {
        matches!(self, Self::Contention(_))
    }
}

impl Store {
    /// Opens a migrated database.
    ///
    /// # Errors
    /// [`Error::Unusable`] when its settings could lose data, or it was made with another key.
    pub async fn open(options: &Options, keys: Keys) -> Result<Self> {
        let file = match &options.url {
            connect::Url::Sqlite(path) => Some(Arc::new(path.clone())),
            connect::Url::Postgres(_) => None,
        };
        let store = Self {
            connections: Arc::new(connect::open(options).await?),
            keys: Arc::new(keys),
            asked: Arc::default(),
            plans: Arc::default(),
            file,
        };
        let mark = store.keys.mark();
        store
            .write(move |txn| {
                let mark = mark.clone();
                Box::pin(async move { settings::claim_key(txn, &mark).await })
            })
            .await?;
        Ok(store)
    }

    /// Reads in one transaction.
    pub async fn read<T, E, F>(&self, work: F) -> Result<T, E>
    where
        E: From<Error>,
        F: for<'t> FnOnce(&'t Txn) -> Future<'t, Result<T, E>>,
    {
        let reader = &self.connections.reader;
        let db = connect::begin(reader, TransactionOptions::default()).await.map_err(Error::from)?;
        let txn = self.txn(Db::own(db));
        let done = work(&txn).await;
        txn.db.end(false).await.map_err(Error::from)?;
        done
    }

    /// Reads in one transaction, and sees throughout what stood when it read first, whatever is written meanwhile.
    pub async fn snapshot<T, E, F>(&self, work: F) -> Result<T, E>
    where
        E: From<Error>,
        F: for<'t> FnOnce(&'t Txn) -> Future<'t, Result<T, E>>,
    {
        let reader = &self.connections.reader;
        let options = match sea_orm::ConnectionTrait::get_database_backend(reader) {
            DbBackend::Postgres => TransactionOptions {
                isolation_level: Some(IsolationLevel::RepeatableRead),
                access_mode: Some(AccessMode::ReadOnly),
                ..TransactionOptions::default()
            },
            // A transaction of SQLite's that reads is one.
            _ => TransactionOptions::default(),
        };
        let db = connect::begin(reader, options).await.map_err(Error::from)?;
        let txn = self.txn(Db::own(db));
        let done = work(&txn).await;
        txn.db.end(false).await.map_err(Error::from)?;
        done
    }

    /// Writes in one transaction, and again from the start when another one was in the way.
    ///
    /// What `work` returned is known to be on disk when this returns `Ok`. On SQLite others may have had their
    /// turns in the same commit. `work` must not write through the store itself: it would wait for its own end.
    pub async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        E: From<Error> + Contention,
        F: for<'t> Fn(&'t Txn) -> Future<'t, Result<T, E>>,
    {
        self.write_until_done(true, work).await
    }

    /// Writes what takes long, in a transaction that nobody shares: who wrote before it does not wait for it.
    pub async fn write_long<T, E, F>(&self, work: F) -> Result<T, E>
    where
        E: From<Error> + Contention,
        F: for<'t> Fn(&'t Txn) -> Future<'t, Result<T, E>>,
    {
        self.write_until_done(false, work).await
    }

    /// Does what would be written, and takes all of it back: what `work` returned is how it would have been.
    pub async fn pretend<T, E, F>(&self, work: F) -> Result<T, E>
    where
        E: From<Error>,
        F: for<'t> FnOnce(&'t Txn) -> Future<'t, Result<T, E>>,
    {
        let txn = self.txn(self.connections.writer.begin(false).await.map_err(Error::from)?);
        let done = work(&txn).await;
        txn.db.end(false).await.map_err(Error::from)?;
        done
    }

    /// How many commits the one writer of an SQLite file has made: fewer than there were writes, when several
    /// waited for it. Nothing on PostgreSQL.
    pub fn commits(&self) -> Option<u64> {
        self.connections.writer.commits()
    }

    /// How many statements were asked of the database in transactions; beginning and ending them is not counted.
    pub fn statements(&self) -> u64 {
        self.asked.load(Ordering::Relaxed)
    }

    async fn write_until_done<T, E, F>(&self, shares: bool, work: F) -> Result<T, E>
    where
        E: From<Error> + Contention,
        F: for<'t> Fn(&'t Txn) -> Future<'t, Result<T, E>>,
    {
        let mut tried = 0;
        loop {
            tried += 1;
            match self.try_write(shares, &work).await {
                Err(error) if error.is_contention() && tried < TRIES => {
                    #[expect(clippy::disallowed_methods, reason = "back off from another writer")]
                    tokio::time::sleep(Duration::from_millis(10 << tried)).await;
                }
                done => return done,
            }
        }
    }

    async fn try_write<T, E, F>(&self, shares: bool, work: &F) -> Result<T, E>
    where
        E: From<Error> + Contention,
        F: for<'t> Fn(&'t Txn) -> Future<'t, Result<T, E>>,
    {
        let txn = self.txn(self.connections.writer.begin(shares).await.map_err(Error::from)?);
        let done = match work(&txn).await {
            Ok(done) => txn.flush().await.map(|()| done).map_err(E::from),
            failed => failed,
        };
        // What failed may have done so because of another turn's rows, which are not there after all.
        txn.db.end(done.is_ok()).await.map_err(Error::from)?;
        done
    }

    fn txn(&self, db: Db) -> Txn {
        Txn {
            db: db.counted(&self.asked),
            keys: Arc::clone(&self.keys),
            plans: Arc::clone(&self.plans),
            patient_keys: Mutex::new(HashMap::new()),
            kept: Mutex::new(HashSet::new()),
            later: Gathering::default(),
        }
    }
}

pub(crate) fn is_contention(error: &DbErr) -> bool {
    // SQLite busy and locked; PostgreSQL serialization failure, deadlock, and a row that another
    // transaction added in between, which the next try will find.
    code(error).is_some_and(|code| {
        matches!(code.as_ref(), "5" | "6" | "261" | "262" | "517" | "40001" | "40P01" | "23505")
    })
}

/// Whether another try fails like this one. Of a row that is there already, that is so once it has been
/// tried several times.
pub(crate) fn is_lasting(error: &DbErr) -> bool {
    match error {
        DbErr::Conn(_) | DbErr::ConnectionAcquire(_) => false,
        DbErr::Exec(_) | DbErr::Query(_) => code(error).is_some_and(|code| match code.len() {
            // PostgreSQL, whose codes have five characters: data, constraints, limits.
            5 => ["22", "23", "54"].iter().any(|class| code.starts_with(class)),
            // SQLite: too big, a constraint, a type, a range.
            _ => code.parse::<u32>().is_ok_and(|code| matches!(code & 0xFF, 18 | 19 | 20 | 25)),
        }),
        _ => true,
    }
}

/// What the database calls an error.
fn code(error: &DbErr) -> Option<Cow<'_, str>> {
    let (DbErr::Exec(RuntimeErr::SqlxError(error))
    | DbErr::Query(RuntimeErr::SqlxError(error))
    | DbErr::Conn(RuntimeErr::SqlxError(error))) = error
    else {
        return None;
    };
    error.as_database_error().and_then(sea_orm::sqlx::error::DatabaseError::code)
}
