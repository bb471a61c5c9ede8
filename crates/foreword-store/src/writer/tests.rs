//! Writers who meet at one SQLite file. All of them wait until the first, who is alone, lets them: so the rest
//! have their turns in one transaction.

use std::{path::PathBuf, sync::Arc};

use sea_orm::ConnectionTrait;
use tokio::{
    sync::Notify,
    task::{JoinHandle, yield_now},
};

use crate::{Error, Future, Keys, Options, Result, Store, Txn, Url, connect, random};

/// A store on a file with two tables of its own, which goes with it.
struct Fresh {
    store: Store,
    folder: PathBuf,
}

impl Drop for Fresh {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

impl Fresh {
    async fn new() -> Self {
        let folder = std::env::temp_dir().join(format!("foreword-writer-{}", u64::from_ne_bytes(random())));
        std::fs::create_dir_all(&folder).unwrap();
        let options = Options { url: Url::Sqlite(folder.join("turns.db")) };
        let connections = Arc::new(connect::open(&options).await.unwrap());
        let store = Store {
            connections,
            keys: Arc::new(Keys::of([7; 32])),
            asked: Arc::default(),
            plans: Arc::default(),
            file: None,
        };
        let tables = "CREATE TABLE marks (name TEXT PRIMARY KEY);
            CREATE TABLE needs (mark TEXT NOT NULL REFERENCES marks (name) DEFERRABLE INITIALLY DEFERRED)";
        store.write(|txn| run(txn, tables.to_owned())).await.unwrap();
        Self { store, folder }
    }

    /// What is there, as another connection sees it.
    async fn marks(&self) -> Vec<String> {
        let names = self.store.read(|txn| {
            Box::pin(async move {
                let rows =
                    txn.db.query_all_raw(txn.statement("SELECT name FROM marks ORDER BY name", [])).await?;
                rows.iter().map(|row| Ok(row.try_get_by_index::<String>(0)?)).collect::<Result<Vec<_>>>()
            })
        });
        names.await.unwrap()
    }

    fn commits(&self) -> u64 {
        self.store.commits().unwrap()
    }

    /// Somebody alone, who writes `first` once told to: those who come now wait.
    async fn hold(&self) -> (JoinHandle<Result<()>>, Arc<Notify>) {
        let (begun, go) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let (store, told, wait) = (self.store.clone(), Arc::clone(&begun), Arc::clone(&go));
        let first = tokio::spawn(async move { store.write(move |txn| waiting(txn, &told, &wait)).await });
        begun.notified().await;
        (first, go)
    }

    /// Somebody who writes a mark and then does something.
    fn spawn(&self, name: &'static str, then: Then) -> JoinHandle<Result<()>> {
        let store = self.store.clone();
        tokio::spawn(async move { store.write(move |txn| act(txn, name, then)).await })
    }
}

fn waiting<'t>(txn: &'t Txn, begun: &Arc<Notify>, go: &Arc<Notify>) -> Future<'t, Result<()>> {
    let (begun, go) = (Arc::clone(begun), Arc::clone(go));
    Box::pin(async move {
        begun.notify_one();
        go.notified().await;
        run(txn, "INSERT INTO marks VALUES ('first')".to_owned()).await
    })
}

fn run(txn: &Txn, sql: String) -> Future<'_, Result<()>> {
    Box::pin(async move {
        txn.db.execute_unprepared(&sql).await?;
        Ok(())
    })
}

/// What somebody does after the mark is written.
#[derive(Clone, Copy)]
enum Then {
    Ends,
    Fails,
    Panics,
    /// Never goes on.
    Hangs,
    /// Needs a mark that is not there, which only the commit finds out.
    BreaksTheCommit,
    /// Has the whole transaction taken back, as SQLite does by itself when the disk is full, and says nothing.
    LosesIt,
}

fn act<'t>(txn: &'t Txn, name: &'static str, then: Then) -> Future<'t, Result<()>> {
    Box::pin(async move {
        run(txn, format!("INSERT INTO marks VALUES ('{name}')")).await?;
        match then {
            Then::Ends => Ok(()),
            Then::Fails => Err(Error::Unusable("on purpose".to_owned())),
            Then::Panics => panic!("on purpose"),
            Then::Hangs => std::future::pending().await,
            Then::BreaksTheCommit => run(txn, "INSERT INTO needs VALUES ('nobody')".to_owned()).await,
            Then::LosesIt => run(txn, "ROLLBACK".to_owned()).await,
        }
    })
}

/// Lets everybody get as far as they can by themselves.
async fn settle() {
    for _ in 0..200 {
        yield_now().await;
    }
}

#[tokio::test]
async fn writers_who_wait_share_a_commit_and_each_finds_its_own_when_it_is_told() {
    let fresh = Fresh::new().await;
    let before = fresh.commits();
    let (first, go) = fresh.hold().await;
    let mut others = Vec::new();
    for n in 0..40 {
        let store = fresh.store.clone();
        others.push(tokio::spawn(async move {
            let written =
                store.write(move |txn| run(txn, format!("INSERT INTO marks VALUES ('n{n:02}')"))).await;
            (n, written)
        }));
    }
    settle().await;
    assert!(fresh.marks().await.is_empty(), "nobody had a turn yet");
    go.notify_one();
    first.await.unwrap().unwrap();
    for other in others {
        let (n, written) = other.await.unwrap();
        written.unwrap();
        assert!(fresh.marks().await.contains(&format!("n{n:02}")), "what is told is there for everybody");
    }
    assert_eq!(fresh.marks().await.len(), 41);
    assert_eq!(fresh.commits() - before, 2, "one of who was alone, one of all others");
}

#[tokio::test]
async fn who_fails_panics_or_is_cancelled_takes_back_only_its_own() {
    let fresh = Fresh::new().await;
    let before = fresh.commits();
    let (first, go) = fresh.hold().await;
    let fine = [fresh.spawn("a", Then::Ends)];
    let fails = fresh.spawn("b", Then::Fails);
    let panics = fresh.spawn("c", Then::Panics);
    let more = [fresh.spawn("d", Then::Ends)];
    let hangs = fresh.spawn("e", Then::Hangs);
    let most = [fresh.spawn("f", Then::Ends), fresh.spawn("a", Then::Ends), fresh.spawn("g", Then::Ends)];
    settle().await;
    go.notify_one();
    first.await.unwrap().unwrap();
    // It comes to the one that never ends, and no further.
    tokio::time::timeout(std::time::Duration::from_millis(300), async {
        while !hangs.is_finished() {
            yield_now().await;
        }
    })
    .await
    .unwrap_err();
    assert_eq!(fresh.marks().await, ["first"], "nobody is told, and nothing is there, before the commit");
    assert!(!fine[0].is_finished());
    hangs.abort();
    assert!(hangs.await.unwrap_err().is_cancelled());
    assert!(panics.await.unwrap_err().is_panic());
    assert!(matches!(fails.await.unwrap(), Err(Error::Unusable(_))), "it is told its own error");
    let [f, twice, g] = most;
    for done in fine.into_iter().chain(more).chain([f, g]) {
        done.await.unwrap().unwrap();
    }
    let error = twice.await.unwrap().unwrap_err();
    assert!(error.is_lasting(), "the same mark twice is refused, whoever wrote the other: {error:?}");
    assert_eq!(fresh.marks().await, ["a", "d", "f", "first", "g"]);
    assert_eq!(fresh.commits() - before, 2);
}

#[tokio::test]
async fn a_commit_that_fails_fails_for_everybody_in_it_and_for_nobody_after() {
    let fresh = Fresh::new().await;
    let (first, go) = fresh.hold().await;
    let together = [
        fresh.spawn("a", Then::Ends),
        fresh.spawn("b", Then::BreaksTheCommit),
        fresh.spawn("c", Then::Fails),
    ];
    settle().await;
    go.notify_one();
    first.await.unwrap().unwrap();
    for one in together {
        let error = one.await.unwrap().unwrap_err();
        assert!(matches!(error, Error::Database(_)), "what it rests on is not there: {error:?}");
    }
    assert_eq!(fresh.marks().await, ["first"]);
    fresh.spawn("after", Then::Ends).await.unwrap().unwrap();
    assert_eq!(fresh.marks().await, ["after", "first"]);
}

#[tokio::test]
async fn a_transaction_that_sqlite_took_back_is_told_as_lost_and_who_had_no_turn_gets_another() {
    let fresh = Fresh::new().await;
    let (first, go) = fresh.hold().await;
    let before = fresh.spawn("a", Then::Ends);
    let loses = fresh.spawn("b", Then::LosesIt);
    let after = [fresh.spawn("c", Then::Ends), fresh.spawn("d", Then::Ends)];
    settle().await;
    go.notify_one();
    first.await.unwrap().unwrap();
    assert!(before.await.unwrap().is_err(), "its row is not there");
    assert!(loses.await.unwrap().is_err());
    for one in after {
        one.await.unwrap().unwrap();
    }
    assert_eq!(fresh.marks().await, ["c", "d", "first"]);
    // Alone, the commit finds out; and the connection is not used again.
    assert!(fresh.spawn("e", Then::LosesIt).await.unwrap().is_err());
    fresh.spawn("f", Then::Ends).await.unwrap().unwrap();
    assert_eq!(fresh.marks().await, ["c", "d", "f", "first"]);
}

#[tokio::test]
async fn who_is_alone_commits_at_once() {
    let fresh = Fresh::new().await;
    for (n, name) in ["a", "b", "c"].into_iter().enumerate() {
        let before = fresh.commits();
        fresh.spawn(name, Then::Ends).await.unwrap().unwrap();
        assert_eq!(fresh.commits() - before, 1);
        assert_eq!(fresh.marks().await.len(), n + 1);
    }
    let before = fresh.commits();
    fresh.spawn("d", Then::Fails).await.unwrap().unwrap_err();
    assert_eq!(fresh.commits(), before, "of what failed there is nothing to commit");
}

#[tokio::test]
async fn who_gives_up_waiting_holds_nobody_up() {
    let fresh = Fresh::new().await;
    let (first, go) = fresh.hold().await;
    let (a, gives_up, b) =
        (fresh.spawn("a", Then::Ends), fresh.spawn("x", Then::Ends), fresh.spawn("b", Then::Ends));
    settle().await;
    gives_up.abort();
    assert!(gives_up.await.unwrap_err().is_cancelled());
    first.abort();
    assert!(first.await.unwrap_err().is_cancelled(), "also who has the turn");
    a.await.unwrap().unwrap();
    b.await.unwrap().unwrap();
    drop(go);
    assert_eq!(fresh.marks().await, ["a", "b"]);
}

#[tokio::test]
async fn what_is_pretended_or_takes_long_shares_no_transaction() {
    let fresh = Fresh::new().await;
    let before = fresh.commits();
    let (first, go) = fresh.hold().await;
    let a = fresh.spawn("a", Then::Ends);
    let store = fresh.store.clone();
    settle().await;
    let pretends = tokio::spawn(async move { store.pretend(|txn| act(txn, "as if", Then::Ends)).await });
    let store = fresh.store.clone();
    settle().await;
    let long = tokio::spawn(async move { store.write_long(|txn| act(txn, "long", Then::Ends)).await });
    settle().await;
    let b = fresh.spawn("b", Then::Ends);
    settle().await;
    go.notify_one();
    for one in [first, a, pretends, long, b] {
        one.await.unwrap().unwrap();
    }
    assert_eq!(fresh.marks().await, ["a", "b", "first", "long"]);
    assert_eq!(fresh.commits() - before, 4, "each by itself, and nothing of what was pretended");
}
