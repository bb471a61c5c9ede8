//! The one writer of an SQLite file. Those who want to write take turns in one transaction, and what they wrote
//! reaches the disk in one commit: waiting for the disk is most of what a small write costs.
//!
//! It alone begins, marks, takes back and commits, and is never cancelled in the middle of it; whose turn it is
//! only works in the transaction. It refuses to know what is written.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use sea_orm::{
    ConnAcquireErr, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbErr, SqliteTransactionMode,
    TransactionOptions, TransactionTrait,
};
use tokio::sync::{mpsc, oneshot};

use crate::db::{Db, Returned, gone};

/// Turns in one transaction, at most.
const TURNS: usize = 64;

/// How long after its beginning a transaction takes another turn. Whoever had the first waits as long for its
/// commit. Tests say themselves how many there are to be.
const OPEN: Duration = if cfg!(test) { Duration::MAX } else { Duration::from_millis(20) };

/// How long somebody waits for a turn.
const PATIENCE: Duration = Duration::from_secs(30);

/// Keeps the turn before it, and marks the beginning of another.
const NEXT: &str = "RELEASE turn; SAVEPOINT turn";

/// Marks the beginning of the first turn. Not a nested transaction of SeaORM: one that is cancelled while it begins
/// takes back the outer one, with what others wrote in it.
const FIRST: &str = "SAVEPOINT turn";

/// Takes back what was done since the mark, which stays.
const UNDO: &str = "ROLLBACK TO turn";

/// Where to queue for a turn.
pub(crate) struct Writer {
    queue: mpsc::UnboundedSender<Waiting>,
    commits: Arc<AtomicU64>,
}

/// Somebody who waits for a turn.
struct Waiting {
    turn: oneshot::Sender<Result<Db, DbErr>>,
    /// Whether others may have turns in the same transaction.
    shares: bool,
}

impl Writer {
    /// Starts the writer of a connection. It ends with the last [`Writer`] for it.
    pub fn start(connection: DatabaseConnection) -> Self {
        let (queue, waiting) = mpsc::unbounded_channel();
        let commits = Arc::new(AtomicU64::new(0));
        tokio::spawn(run(connection, waiting, Arc::clone(&commits)));
        Self { queue, commits }
    }

    /// Waits for a turn. Turns are taken in the order in which they were asked for.
    pub async fn turn(&self, shares: bool) -> Result<Db, DbErr> {
        let (turn, mine) = oneshot::channel();
        self.queue.send(Waiting { turn, shares }).map_err(|_| gone())?;
        match tokio::time::timeout(PATIENCE, mine).await {
            Ok(turn) => turn.unwrap_or_else(|_| Err(gone())),
            // The pools of connections say the same.
            Err(_) => Err(DbErr::ConnectionAcquire(ConnAcquireErr::Timeout)),
        }
    }

    /// How many commits there were.
    pub fn commits(&self) -> u64 {
        self.commits.load(Ordering::Relaxed)
    }
}

/// How a transaction is begun that will write: a deferred one that turns to writing fails instead of waiting.
pub(crate) fn immediate() -> TransactionOptions {
    TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    }
}

async fn run(
    connection: DatabaseConnection,
    mut queue: mpsc::UnboundedReceiver<Waiting>,
    commits: Arc<AtomicU64>,
) {
    let mut left_over = None;
    loop {
        let first = match left_over.take() {
            Some(first) => first,
            None => match queue.recv().await {
                Some(first) => first,
                None => return,
            },
        };
        left_over = together(&connection, first, &mut queue, &commits).await;
    }
}

/// One transaction: the first turn, and those that are waited for. Gives back who waits, but does not share it.
async fn together(
    connection: &DatabaseConnection,
    first: Waiting,
    queue: &mut mpsc::UnboundedReceiver<Waiting>,
    commits: &AtomicU64,
) -> Option<Waiting> {
    if first.turn.is_closed() {
        return None;
    }
    let db = match connection.begin_with_options(immediate()).await {
        Ok(db) => db,
        Err(error) => {
            let _ = first.turn.send(Err(error));
            return None;
        }
    };
    // Whoever is alone has the whole transaction: no mark is needed to take it back.
    let shares = first.shares && !queue.is_empty();
    let mut turns = Shared { db, shares, is_marked: false, kept: 0, outcomes: Vec::new() };
    #[expect(clippy::disallowed_methods, reason = "how long, not when")]
    let begun = Instant::now();
    let (mut next, mut left_over) = (Some(first), None);
    while let Some(waiting) = next.take() {
        turns = match turns.give(waiting).await {
            Ok(turns) => turns,
            // All of it is taken back, and everybody in it was told. Who had no turn yet gets one in the next.
            Err(Broken(waiting)) => return waiting,
        };
        if shares && turns.outcomes.len() < TURNS && begun.elapsed() < OPEN {
            match queue.try_recv() {
                Ok(waiting) if waiting.shares => next = Some(waiting),
                other => left_over = other.ok(),
            }
        }
    }
    turns.end(commits).await;
    left_over
}

/// A transaction with those who had a turn in it.
struct Shared {
    db: DatabaseTransaction,
    /// Whether each turn is marked, so that it can be taken back by itself.
    shares: bool,
    /// Whether a mark stands at the end of what is kept.
    is_marked: bool,
    /// Turns that are to be kept.
    kept: usize,
    /// Where everybody learns what became of it. Who failed does so too: the reason may lie in what another
    /// turn wrote.
    outcomes: Vec<oneshot::Sender<Result<(), DbErr>>>,
}

/// A transaction that can't be gone on with, and who was to have the next turn in it.
struct Broken(Option<Waiting>);

impl Shared {
    /// Gives somebody a turn, and waits until it is over.
    async fn give(mut self, waiting: Waiting) -> Result<Self, Broken> {
        if self.shares && !self.is_marked {
            // A transaction that SQLite took back by itself has no mark to keep, and fails here.
            let mark = if self.outcomes.is_empty() { FIRST } else { NEXT };
            if let Err(error) = self.db.execute_unprepared(mark).await {
                if self.outcomes.is_empty() {
                    let _ = waiting.turn.send(Err(error));
                    return Err(Broken(None));
                }
                tell(self.outcomes, &Err(error));
                return Err(Broken(Some(waiting)));
            }
        }
        let (back, returned) = oneshot::channel::<Returned>();
        let (told, outcome) = oneshot::channel();
        self.outcomes.push(told);
        // Whoever waits no more drops it, and so gives it back.
        let _ = waiting.turn.send(Ok(Db::lent(self.db, back, outcome)));
        let Ok((db, keep)) = returned.await else {
            tell(self.outcomes, &Err(gone()));
            return Err(Broken(None));
        };
        self.db = db;
        self.is_marked = !keep;
        if keep {
            self.kept += 1;
        } else if self.shares
            && let Err(error) = self.db.execute_unprepared(UNDO).await
        {
            // Its own error is the reason, and of its work nothing is left.
            tell(self.outcomes.split_off(self.outcomes.len() - 1), &Ok(()));
            tell(self.outcomes, &Err(error));
            return Err(Broken(None));
        }
        Ok(self)
    }

    /// Commits what is kept, and tells everybody.
    async fn end(self, commits: &AtomicU64) {
        let done = if self.kept == 0 {
            // Nothing is lost where it fails: the connection takes it back when it is given back.
            let _ = self.db.rollback().await;
            Ok(())
        } else {
            crate::crash_point("before-commit");
            let done = self.db.commit().await;
            if done.is_ok() {
                commits.fetch_add(1, Ordering::Relaxed);
                crate::crash_point("after-commit");
            }
            done
        };
        tell(self.outcomes, &done);
    }
}

fn tell(everybody: Vec<oneshot::Sender<Result<(), DbErr>>>, outcome: &Result<(), DbErr>) {
    for one in everybody {
        // Who was cancelled in the meantime needs no answer.
        let _ = one.send(outcome.as_ref().copied().map_err(again));
    }
}

/// The same error once more, as far as anybody tells errors apart.
fn again(error: &DbErr) -> DbErr {
    match error {
        DbErr::Conn(error) => DbErr::Conn(error.clone()),
        DbErr::Exec(error) => DbErr::Exec(error.clone()),
        DbErr::Query(error) => DbErr::Query(error.clone()),
        DbErr::ConnectionAcquire(_) => gone(),
        other => DbErr::Custom(other.to_string()),
    }
}

#[cfg(test)]
mod tests;
