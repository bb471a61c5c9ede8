//! The transaction behind a [`Txn`](crate::Txn): one of its own, or one that was lent for a turn in it.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use sea_orm::{
    ConnAcquireErr, ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, ExecResult, QueryResult,
    Statement,
};
use tokio::sync::oneshot;

/// What a connection answers with, later.
type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, DbErr>> + Send + 'a>>;

/// A transaction that goes back to whom it belongs, whatever becomes of whoever has it: one that was lent and
/// is dropped, because its work panicked or was cancelled, takes back what was done in that turn and no more.
pub(crate) struct Db {
    backend: DbBackend,
    /// There until it is ended or dropped.
    held: Option<DatabaseTransaction>,
    lent: Option<Lent>,
    /// Counts what is asked of it.
    asked: Arc<AtomicU64>,
}

/// A transaction that comes back, and whether what was done in it is to be kept.
pub(crate) type Returned = (DatabaseTransaction, bool);

struct Lent {
    back: oneshot::Sender<Returned>,
    outcome: oneshot::Receiver<Result<(), DbErr>>,
}

impl Db {
    /// A transaction that nobody else has a part in.
    pub fn own(held: DatabaseTransaction) -> Self {
        Self { backend: held.get_database_backend(), held: Some(held), lent: None, asked: Arc::default() }
    }

    /// One that is given back by `back`; `outcome` then says whether what was kept is on disk.
    pub fn lent(
        held: DatabaseTransaction,
        back: oneshot::Sender<Returned>,
        outcome: oneshot::Receiver<Result<(), DbErr>>,
    ) -> Self {
        let lent = Some(Lent { back, outcome });
        Self { backend: held.get_database_backend(), held: Some(held), lent, asked: Arc::default() }
    }

    /// The same, with its statements counted where others are.
    pub fn counted(mut self, asked: &Arc<AtomicU64>) -> Self {
        self.asked = Arc::clone(asked);
        self
    }

    /// Ends the work. With `keep`, it is on disk when this returns `Ok`; without, it is as if it had not been,
    /// and what it saw of others' is on disk.
    pub async fn end(mut self, keep: bool) -> Result<(), DbErr> {
        let held = self.held.take().ok_or_else(gone)?;
        let Some(lent) = self.lent.take() else {
            if !keep {
                // A rollback that fails ends with the connection.
                let _ = held.rollback().await;
                return Ok(());
            }
            crate::crash_point("before-commit");
            held.commit().await?;
            crate::crash_point("after-commit");
            return Ok(());
        };
        // Where nobody takes it back any more, nobody tells an outcome either.
        let _ = lent.back.send((held, keep));
        lent.outcome.await.unwrap_or_else(|_| Err(gone()))
    }

    /// What a statement is asked of.
    fn held(&self) -> &DatabaseTransaction {
        self.asked.fetch_add(1, Ordering::Relaxed);
        self.held.as_ref().expect("only `end` and `drop` take it, and nothing is asked after them")
    }
}

impl Drop for Db {
    fn drop(&mut self) {
        if let (Some(held), Some(lent)) = (self.held.take(), self.lent.take()) {
            let _ = lent.back.send((held, false));
        }
    }
}

/// The writer has ended, as it does with the process.
pub(crate) fn gone() -> DbErr {
    DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed)
}

impl ConnectionTrait for Db {
    fn get_database_backend(&self) -> DbBackend {
        self.backend
    }

    fn execute_raw<'a, 't>(&'a self, statement: Statement) -> Answer<'t, ExecResult>
    where
        'a: 't,
        Self: 't,
    {
        self.held().execute_raw(statement)
    }

    fn execute_unprepared<'a, 's, 't>(&'a self, sql: &'s str) -> Answer<'t, ExecResult>
    where
        'a: 't,
        's: 't,
        Self: 't,
    {
        self.held().execute_unprepared(sql)
    }

    fn query_one_raw<'a, 't>(&'a self, statement: Statement) -> Answer<'t, Option<QueryResult>>
    where
        'a: 't,
        Self: 't,
    {
        self.held().query_one_raw(statement)
    }

    fn query_all_raw<'a, 't>(&'a self, statement: Statement) -> Answer<'t, Vec<QueryResult>>
    where
        'a: 't,
        Self: 't,
    {
        self.held().query_all_raw(statement)
    }
}
