//! Rows that are gathered and written many at a time: what a large feed brings is new, row for row, and a
//! statement for each would take most of the time.
//!
//! What is gathered can't be read before it is flushed; a transaction flushes before it commits.

use sea_orm::{ActiveModelTrait, EntityTrait, Iterable, sea_query::OnConflict};
use tokio::sync::Mutex;

use crate::{
    Result, Txn,
    db::Db,
    rows::{
        appointment, audit_entry, consent, contact, conversation, invitation, outbox, patient_key,
        patient_row,
    },
};

/// Values in one statement, at most: SQLite takes 32,766, PostgreSQL twice as many.
const MOST_VALUES: usize = 30_000;

macro_rules! gathered {
    ($($name:ident),+) => {
        /// What is gathered, by table.
        #[derive(Default)]
        pub(crate) struct Later {
            gathers: bool,
            $($name: Vec<$name::ActiveModel>),+
        }

        $(impl Gathered for $name::ActiveModel {
            fn put(self, later: &mut Later) {
                later.$name.push(self);
            }
        })+

        impl Later {
            async fn write(&mut self, db: &Db) -> Result<()> {
                $(write(std::mem::take(&mut self.$name), None, db).await?;)+
                Ok(())
            }
        }
    };
}

gathered!(
    patient_key,
    patient_row,
    contact,
    consent,
    appointment,
    conversation,
    invitation,
    outbox,
    audit_entry
);

/// A row that can wait.
pub(crate) trait Gathered: ActiveModelTrait {
    /// Puts it to those of its table.
    fn put(self, later: &mut Later);
}

impl Txn {
    /// Whether what is added from now on may wait until it is flushed: whoever says so reads none of it before.
    pub async fn gather(&self, may_wait: bool) {
        self.later.lock().await.gathers = may_wait;
    }

    /// Writes what has been gathered.
    pub async fn flush(&self) -> Result<()> {
        self.later.lock().await.write(&self.db).await
    }

    /// Adds a row, now or with the others.
    pub(crate) async fn add<A: Gathered + Send>(&self, row: A) -> Result<()> {
        let mut later = self.later.lock().await;
        if later.gathers {
            row.put(&mut later);
            return Ok(());
        }
        drop(later);
        A::Entity::insert(row).exec_without_returning(&self.db).await?;
        Ok(())
    }

    /// Adds rows, those left out that a unique column has already; tells how many were new, as far as that is
    /// known now.
    pub(crate) async fn add_once<A: Gathered + Send>(&self, rows: Vec<A>, once: OnConflict) -> Result<u64> {
        let mut later = self.later.lock().await;
        if later.gathers {
            let count = rows.len() as u64;
            for row in rows {
                row.put(&mut later);
            }
            return Ok(count);
        }
        drop(later);
        write(rows, Some(once), &self.db).await
    }
}

pub(crate) type Gathering = Mutex<Later>;

/// Writes rows, as many at a time as a statement takes; tells how many were new.
pub(crate) async fn write<A: ActiveModelTrait>(
    rows: Vec<A>,
    once: Option<OnConflict>,
    db: &Db,
) -> Result<u64> {
    let columns = <<A::Entity as EntityTrait>::Column as Iterable>::iter().count().max(1);
    let mut rows = rows.into_iter().peekable();
    let mut written = 0;
    while rows.peek().is_some() {
        let some: Vec<A> = rows.by_ref().take(MOST_VALUES / columns).collect();
        let insert = A::Entity::insert_many(some);
        written += match &once {
            Some(once) => insert.on_conflict(once.clone()).exec_without_returning(db).await?,
            None => insert.exec_without_returning(db).await?,
        };
    }
    Ok(written)
}
